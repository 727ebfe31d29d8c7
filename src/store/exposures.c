#include "store/exposures.h"

#include "base/buffer.h"
#include "store/internal.h"

enum { PART = 512 * 1024, MOST = 256 << 20, PURPOSE = 200 };

#define USE "exposure"

static bool bad(struct why *w, const char *expected)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s expected", expected);
}

/* ---- a text ---- */

struct put_job {
    struct span kind, id, sealed; /* sealed empty: erased */
    unix_time at, ends;
};

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    const struct put_job *j = arg;

    if (!db_do(db, Q_EXPOSURE_ERASE, (struct value[]){ v_text(j->kind), v_text(j->id) }, NULL, w))
        return JOB_SPOILED;
    for (size_t at = 0, part = 0; at < j->sealed.n; at += PART, part++) {
        const struct value v[] = { v_text(j->kind),      v_text(j->id),
                                   v_int((int64_t)part), v_int(j->at),
                                   v_int(j->ends),       v_bytes(span_sub(j->sealed, at, at + PART)) };

        if (!db_do(db, Q_EXPOSURE_PUT, v, NULL, w))
            return JOB_SPOILED;
    }
    return JOB_DONE;
}

bool store_put_exposure(struct store *s, const char *kind, struct span id, unix_time at, unix_time ends,
                        struct span plain, struct why *w)
{
    struct put_job j = { .kind = span_str(kind), .id = id, .at = at, .ends = ends };
    struct arena a;
    bool ok;

    if (!id_valid(j.kind) || !id_valid(id))
        return bad(w, "a kind and an id");
    if (plain.n > MOST)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%zu bytes", plain.n);
    arena_init(&a, plain.n + (1 << 16));
    ok = store_seal(s, USE, plain, &a, &j.sealed, w) && store_write_bytes(s, run_put, &j, j.sealed.n, w);
    arena_free(&a);
    return ok;
}

bool store_exposure(struct store *s, const char *kind, struct span id, bool *found, struct arena *a,
                    struct span *plain, struct why *w)
{
    const struct value v[] = { v_text(span_str(kind)), v_text(id) };
    struct database *db;
    struct buffer sealed;
    struct cursor c;
    bool ok = false, row = true;

    if (!readers_take(&s->readers, &db, w))
        return false;
    buf_init(&sealed, MOST + (1 << 16));
    if (db_start(db, Q_EXPOSURE_PARTS, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row)
            buf_put(&sealed, db_bytes(&c, 0));
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    if (ok)
        *found = sealed.n != 0;
    if (ok && sealed.n)
        ok = store_unseal(s, USE, buf_span(&sealed), a, plain, w);
    buf_free(&sealed);
    return ok;
}

static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span from = db_bytes(c, column), copy = arena_copy(a, from);

    *room = *room && (copy.p || !from.n);
    return copy;
}

bool store_exposures(struct store *s, const char *kind, struct arena *a, struct exposure_entry **out,
                     size_t *n, struct why *w)
{
    const struct value v[] = { v_text(span_str(kind)), v_int(EXPOSURE_IDS) };
    struct exposure_entry *r = arena_array(a, EXPOSURE_IDS + 1, sizeof *r);
    bool ok = false, row = true, room = r != NULL;
    struct database *db;
    struct cursor c;
    size_t k = 0;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_EXPOSURES, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row && room && k < EXPOSURE_IDS) {
            r[k].id = keep(a, &c, 0, &room);
            r[k].at = db_int(&c, 1);
            r[k++].ends = db_int(&c, 2);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    if (ok && !room)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!ok)
        return false;
    *out = r;
    *n = k;
    return true;
}

/* ---- erasing ---- */

static bool settle(struct store *s, struct why *w)
{
    struct database *db;
    bool ok;

    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}

bool store_erase_exposure(struct store *s, const char *kind, struct span id, struct why *w)
{
    struct put_job j = { .kind = span_str(kind), .id = id };

    if (!id_valid(j.kind) || !id_valid(id))
        return bad(w, "a kind and an id");
    return store_write(s, run_put, &j, w) && settle(s, w);
}

struct expire_job {
    unix_time now;
    int64_t n;
};

static enum job_end run_expire(struct database *db, void *arg, struct why *w)
{
    struct expire_job *j = arg;

    return db_do(db, Q_EXPOSURES_EXPIRE, (struct value[]){ v_int(j->now) }, &j->n, w) ? JOB_DONE
                                                                                      : JOB_SPOILED;
}

bool store_expire_exposures(struct store *s, unix_time now, int64_t *erased, struct why *w)
{
    struct expire_job j = { .now = now };

    if (!store_write(s, run_expire, &j, w))
        return false;
    *erased = j.n;
    return !j.n || settle(s, w);
}

/* ---- who ---- */

static enum job_end run_note(struct database *db, void *arg, struct why *w)
{
    const struct exposure_look *l = arg;
    const struct value v[] = { v_int(l->at), v_text(l->what), v_text(l->id), v_text(l->who),
                               v_text(l->purpose) };

    return db_do(db, Q_EXPOSURE_LOOK_PUT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_note_exposure(struct store *s, const struct exposure_look *l, struct why *w)
{
    struct exposure_look copy = *l;

    if (!word_valid(l->what) || !id_valid(l->id) || !word_valid(l->who) || !l->purpose.n ||
        l->purpose.n > PURPOSE)
        return bad(w, "an office, and a purpose of at most 200 bytes");
    return store_write(s, run_note, &copy, w);
}

bool store_exposure_looks(struct store *s, size_t most, struct arena *a, struct exposure_look **out,
                          size_t *n, struct why *w)
{
    const struct value v[] = { v_int((int64_t)most) };
    struct exposure_look *r = arena_array(a, most + 1, sizeof *r);
    bool ok = false, row = true, room = r != NULL;
    struct database *db;
    struct cursor c;
    size_t k = 0;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_EXPOSURE_LOOKS, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row && room && k < most) {
            r[k].at = db_int(&c, 0);
            r[k].what = keep(a, &c, 1, &room);
            r[k].id = keep(a, &c, 2, &room);
            r[k].who = keep(a, &c, 3, &room);
            r[k++].purpose = keep(a, &c, 4, &room);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    if (ok && !room)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!ok)
        return false;
    *out = r;
    *n = k;
    return true;
}
