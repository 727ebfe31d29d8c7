/* What is there: records, folders, how far each log got. */
#include <stdlib.h>
#include <unistd.h>

#include "log/files.h"
#include "log/streams_internal.h"

const char *streams_folder(struct streams *s, struct span origin, struct arena *a)
{
    struct origin parts;
    const struct stream *st = stream_of_origin(s, origin, &parts, NULL);
    const char *out = NULL;
    char *path;

    if (!st)
        return NULL;
    path = stream_path(s->folder, st, parts.year, parts.epoch);
    if (access(path, F_OK) == 0)
        out = arena_str(a, span_str(path));
    free(path);
    return out;
}

static bool read_entry(const char *folder, uint64_t index, struct arena *a, struct span *entry, struct why *w)
{
    struct checkpoint c = { 0 };
    struct span note = { 0 };
    struct arena scratch;
    bool ok;

    arena_init(&scratch, 2 * LIMIT_CHECKPOINT);
    ok = shard_checkpoint(folder, &scratch, &note, &c, w) && shard_entry(folder, index, c.size, a, entry, w);
    arena_free(&scratch);
    return ok;
}

bool streams_get(struct streams *s, struct span origin, uint64_t index, struct arena *a,
                 struct stream_record *out, struct why *w)
{
    const char *folder = streams_folder(s, origin, a);
    struct stream_record r = { .state = BODY_MISSING };

    if (!folder)
        return why_set(w, "origin", WHY_NO_OFFSET, NULL, "this member has no such log");
    if (!read_entry(folder, index, a, &r.entry, w))
        return false;
    if (!leaf_parse(r.entry, &r.leaf, NULL) || span_eq(r.leaf.type, LEAF_ERASURE))
        r.control = true;
    else if (!body_read(folder, index, &r.leaf, a, &r.state, &r.body, w))
        return false;
    *out = r;
    return true;
}

/* Names of the witnesses whose cosignature stands under what is witnessed. */
static bool put_by(const struct rounds *r, const struct round_log *g, struct arena *a,
                   struct stream_state *out)
{
    struct note *note = arena_alloc(a, sizeof *note);

    if (!note)
        return false;
    if (!r->policy || !note_parse(buf_span(&g->witnessed), note, NULL))
        return true;
    out->by = arena_array(a, r->policy->n, sizeof *out->by);
    for (size_t i = 0; out->by && i < r->policy->n; i++) {
        const struct policy_member *m = &r->policy->member[i];

        if (m->witness && note_key_check(note, &m->key, a, NULL) == NOTE_SIGNED)
            out->by[out->n_by++] = arena_copy(a, m->name);
    }
    return out->by != NULL || r->policy->n == 0;
}

static bool put_state(const struct rounds *r, const struct round_log *g, struct arena *a,
                      struct stream_state *out)
{
    *out = (struct stream_state){ .origin = arena_copy(a, span_str(g->origin)),
                                  .published = g->size,
                                  .witnessed = g->witnessed_size,
                                  .root = g->root,
                                  .witnessed_at = g->witnessed_at,
                                  .waiting_since = g->since };
    for (size_t i = 0; r->policy && i < r->policy->n; i++)
        if (g->witness[i].ahead)
            (void)why_set(&out->why, "ahead", WHY_NO_OFFSET, NULL,
                          "the witness %.*s has cosigned more entries than are here: a restored copy, or a "
                          "second one that writes",
                          (int)r->policy->member[i].name.n, (const char *)r->policy->member[i].name.p);
    return out->origin.p && put_by(r, g, a, out);
}

/* Closed shards are shown until they are witnessed whole. */
static bool shown(const struct round_log *g)
{
    return g->open || g->witnessed_size < g->size;
}

/* Why a log that is open may not be written. */
static void put_why(struct streams *s, struct stream_state *state)
{
    struct origin parts;
    struct stream *st = stream_of_origin(s, state->origin, &parts, NULL);

    if (!st)
        return;
    stream_enter(st);
    if (!st->writer && span_eq_str(state->origin, st->origin) && st->failed.reason)
        state->why = st->failed;
    if (st->writer && span_eq_str(state->origin, st->origin) && log_writer_read_only(st->writer))
        state->why = *log_writer_read_only(st->writer);
    stream_leave(st);
}

int stream_state_order(const void *a, const void *b)
{
    const struct stream_state *x = a, *y = b;
    struct origin p, q;
    bool xi = origin_parse(x->origin, &p, NULL) && span_eq_str(p.stream, "index");
    bool yi = origin_parse(y->origin, &q, NULL) && span_eq_str(q.stream, "index");

    return xi != yi ? (xi ? -1 : 1) : span_cmp(x->origin, y->origin);
}

bool streams_states(struct streams *s, struct arena *a, struct stream_state **out, size_t *n, struct why *w)
{
    struct stream_state *all;
    size_t count = 0, most = 0;
    bool ok;

    pthread_mutex_lock(&s->rounds_lock);
    for (const struct round_log *g = s->rounds.logs; g; g = g->next)
        most += shown(g);
    all = arena_array(a, most + 1, sizeof *all);
    ok = all != NULL;
    for (const struct round_log *g = s->rounds.logs; ok && g; g = g->next)
        if (shown(g))
            ok = put_state(&s->rounds, g, a, &all[count++]);
    pthread_mutex_unlock(&s->rounds_lock);
    if (!ok)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < count; i++)
        put_why(s, &all[i]);
    qsort(all, count, sizeof *all, stream_state_order);
    *out = all;
    *n = count;
    return true;
}
