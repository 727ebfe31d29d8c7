/* Own checkpoints and their cosignatures: what log/rounds.h decides, carried out on disk. */
#include <stdlib.h>

#include "log/files.h"
#include "log/streams_internal.h"
#include "log/witness.h"

void streams_witnesses(struct streams *s, const struct policy *p)
{
    pthread_mutex_lock(&s->rounds_lock);
    rounds_policy(&s->rounds, p);
    pthread_mutex_unlock(&s->rounds_lock);
}

/* From what the witness knows to the target; nothing to prove from nothing, or to the same size. */
static bool prove(const struct round_log *g, uint64_t old, struct tree_hash *proof, size_t *n, struct why *w)
{
    struct log_source s = log_folder(g->folder);
    struct tile_tree tiles = { .source = &s, .size = g->target_size };
    struct tree_source from = { tile_tree_node, &tiles };
    bool ok;

    *n = 0;
    if (old == 0 || old == g->target_size)
        return true;
    buf_init(&tiles.file, TILE_BYTES);
    ok = tree_prove_consistency(&from, old, g->target_size, proof, n, w);
    buf_free(&tiles.file);
    return ok;
}

/* The target as the log signed it: the cosignatures of others are not this witness's business. */
static bool put_request(const struct rounds *r, const struct round_log *g, uint64_t old, struct arena *a,
                        struct span *out, struct why *w)
{
    struct tree_hash proof[TREE_PROOF_MAX];
    struct buffer b;
    size_t n;
    bool ok;

    (void)r;
    buf_init(&b, LIMIT_CHECKPOINT);
    ok = prove(g, old, proof, &n, w);
    if (ok)
        witness_request_put(old, proof, n, buf_span(&g->target), &b);
    if (ok) {
        *out = arena_copy(a, buf_span(&b));
        ok =
            (out->p && buf_ok(&b)) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    buf_free(&b);
    return ok;
}

bool streams_witness_next(struct streams *s, struct span witness, unix_time now, struct arena *a,
                          struct stream_request *out, bool *any, struct why *w)
{
    struct round_log *g;
    size_t i;
    bool ok = true;

    *any = false;
    pthread_mutex_lock(&s->rounds_lock);
    i = rounds_witness(&s->rounds, witness);
    g = rounds_next(&s->rounds, i, now);
    if (g) {
        *out = (struct stream_request){ .size = g->target_size };
        memcpy(out->origin, g->origin, sizeof out->origin);
        ok = put_request(&s->rounds, g, g->witness[i].known, a, &out->body, w);
        /* What cannot be proved now is not asked again at once. */
        rounds_asked(g, i, now);
        *any = ok;
    }
    pthread_mutex_unlock(&s->rounds_lock);
    return ok;
}

unix_time streams_witness_due(struct streams *s, struct span witness, unix_time now)
{
    unix_time due;

    pthread_mutex_lock(&s->rounds_lock);
    due = rounds_due(&s->rounds, rounds_witness(&s->rounds, witness), now);
    pthread_mutex_unlock(&s->rounds_lock);
    return due;
}

/* The note is what is served as witnessed, and as the newest while it is. Entered. */
static bool keep(struct stream *st, struct span origin, const char *folder, struct span note, struct why *w)
{
    const struct folder_steps *steps = st->of->opt.steps;
    struct checkpoint c, newest;
    struct note *parts;
    struct span text = { 0 };
    struct arena a;
    bool ok;

    if (!file_replace(folder, "witnessed", note, steps, w))
        return false;
    arena_init(&a, 4 * LIMIT_CHECKPOINT);
    parts = arena_alloc(&a, sizeof *parts);
    ok = parts && note_parse(note, parts, w) && checkpoint_parse(parts->text, &c, w) &&
         shard_checkpoint(folder, &a, &text, &newest, w);
    if (ok && newest.size == c.size && st->writer && span_eq_str(origin, st->origin))
        ok = log_writer_read_only(st->writer) || log_writer_publish(st->writer, note, w);
    else if (ok && newest.size == c.size)
        ok = file_replace(folder, "checkpoint", note, steps, w);
    arena_free(&a);
    return ok;
}

/* Another thread may have kept a later one meanwhile: that stays. */
static bool settle(struct streams *s, struct span origin, struct why *w)
{
    struct origin parts;
    struct stream *st = stream_of_origin(s, origin, &parts, w);
    struct round_log *g;
    struct span note = { 0 };
    struct arena a;
    bool ok = true;

    if (!st)
        return false;
    arena_init(&a, 2 * LIMIT_CHECKPOINT);
    stream_enter(st);
    pthread_mutex_lock(&s->rounds_lock);
    g = rounds_find(&s->rounds, origin);
    if (g && g->target_done)
        note = arena_copy(&a, buf_span(&g->target));
    pthread_mutex_unlock(&s->rounds_lock);
    if (note.p)
        ok = keep(st, origin, g->folder, note, w);
    if (note.p && ok) {
        pthread_mutex_lock(&s->rounds_lock);
        rounds_kept(&s->rounds, g, note);
        pthread_mutex_unlock(&s->rounds_lock);
    }
    stream_leave(st);
    arena_free(&a);
    return ok;
}

static bool not_here(struct why *w)
{
    return why_set(w, "origin", WHY_NO_OFFSET, NULL, "no log of this member that waits for witnesses");
}

bool streams_cosigned(struct streams *s, struct span origin, struct span witness, unsigned status,
                      struct span body, unix_time now, struct why *w)
{
    bool now_witnessed = false;
    struct round_log *g;

    pthread_mutex_lock(&s->rounds_lock);
    g = rounds_find(&s->rounds, origin);
    if (g)
        rounds_answer(&s->rounds, g, rounds_witness(&s->rounds, witness), status, body, now, &now_witnessed);
    pthread_mutex_unlock(&s->rounds_lock);
    if (!g)
        return not_here(w);
    return !now_witnessed || settle(s, origin, w);
}

bool streams_cosignature_came(struct streams *s, struct span note, unix_time now, struct why *w)
{
    bool now_witnessed = false, ok;
    struct checkpoint c = { 0 };
    struct round_log *g;
    struct note *parts;
    struct arena a;

    arena_init(&a, LIMIT_CHECKPOINT);
    parts = arena_alloc(&a, sizeof *parts);
    ok = parts && note.n <= LIMIT_CHECKPOINT && note_parse(note, parts, w) &&
         checkpoint_parse(parts->text, &c, w);
    if (!ok) {
        arena_free(&a);
        return why_set(w, "note", WHY_NO_OFFSET, NULL, "no signed checkpoint");
    }
    pthread_mutex_lock(&s->rounds_lock);
    g = rounds_find(&s->rounds, c.origin);
    ok = g ? rounds_came(&s->rounds, g, note, now, &now_witnessed, w) : not_here(w);
    pthread_mutex_unlock(&s->rounds_lock);
    ok = ok && (!now_witnessed || settle(s, c.origin, w));
    arena_free(&a);
    return ok;
}
