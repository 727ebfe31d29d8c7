/* How far each log got, from the files alone: beside the process that writes them. */
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>

#include "log/files.h"
#include "log/streams_internal.h"

enum { LOGS = 4096 };

struct looking {
    size_t folder_n; /* bytes of the path of all logs */
    struct span name;
    struct arena *a;
    struct stream_state *all;
    size_t n;
};

/* Another shard of the same stream and audience. */
static struct stream_state *other_shard(const struct looking *k, const struct origin *o)
{
    for (size_t i = 0; i < k->n; i++) {
        struct origin p;

        if (origin_parse(k->all[i].origin, &p, NULL) && span_eq(p.stream, o->stream) &&
            span_eq(p.audience, o->audience))
            return &k->all[i];
    }
    return NULL;
}

/* Names of those who cosigned, as the note has them; whether their lines hold, the writer has looked. */
static bool put_witnessed(const struct looking *k, const char *folder, struct stream_state *s, struct why *w)
{
    struct note *note = arena_alloc(k->a, sizeof *note);
    struct checkpoint c = { 0 };
    char path[LIMIT_LOG_PATH];
    struct span text = { 0 };
    bool there;

    if (!note || (size_t)snprintf(path, sizeof path, "%s/witnessed", folder) >= sizeof path)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!file_read(path, LIMIT_CHECKPOINT, k->a, &text, &there, w))
        return false;
    if (!there)
        return true;
    if (!note_parse(text, note, w) || !checkpoint_parse(note->text, &c, w))
        return false;
    s->witnessed = c.size;
    s->by = arena_array(k->a, note->n + 1, sizeof *s->by);
    for (size_t i = 0; s->by && i < note->n; i++)
        if (!span_eq(note->signature[i].name, s->origin))
            s->by[s->n_by++] = note->signature[i].name;
    return s->by || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool look_at(struct looking *k, const char *folder, struct why *w)
{
    struct stream_state s = { 0 }, *other;
    struct span note = { 0 };
    struct checkpoint c = { 0 };
    struct origin o, before;
    char origin[ORIGIN_MAX];

    if ((size_t)snprintf(origin, sizeof origin, "%.*s%s", (int)k->name.n, (const char *)k->name.p,
                         folder + k->folder_n) >= sizeof origin ||
        !origin_parse(span_str(origin), &o, NULL) || !shard_checkpoint(folder, k->a, &note, &c, NULL))
        return true; /* no log, or one that has just begun */
    s.origin = arena_copy(k->a, span_str(origin));
    s.published = c.size;
    s.root = c.root;
    other = other_shard(k, &o);
    if (other && origin_parse(other->origin, &before, NULL) &&
        (before.year > o.year || (before.year == o.year && before.epoch > o.epoch)))
        return true;
    if (!other && k->n == LOGS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d logs", LOGS);
    if (!s.origin.p || !put_witnessed(k, folder, &s, w))
        return s.origin.p ? false : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *(other ? other : &k->all[k->n++]) = s;
    return true;
}

bool streams_look(const char *folder, struct span name, struct arena *a, struct stream_state **out, size_t *n,
                  struct why *w)
{
    char *path = arena_str(a, span_str(folder));
    char *paths[] = { path, NULL };
    struct looking k = { strlen(folder), name, a, arena_array(a, LOGS, sizeof *k.all), 0 };
    FTS *fts = path && k.all ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    bool ok = true;
    FTSENT *e;

    if (!fts)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s", folder);
    while (ok && (e = fts_read(fts))) {
        if (e->fts_info != FTS_D || e->fts_level < 3)
            continue;
        (void)fts_set(fts, e, FTS_SKIP);
        ok = look_at(&k, e->fts_path, w);
    }
    (void)fts_close(fts);
    if (!ok)
        return false;
    qsort(k.all, k.n, sizeof *k.all, stream_state_order);
    *out = k.all;
    *n = k.n;
    return true;
}
