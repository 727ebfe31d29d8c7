#include "store/cooperation.h"

#include "store/internal.h"

struct put_job {
    const struct cooperation_row *r;
    int64_t changed;
};

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    const struct cooperation_row *r = j->r;
    const struct value v[] = { v_text(r->id), v_text(r->part),     v_text(r->kind), v_text(r->member),
                               v_int(r->at),  v_text(r->audience), v_int(r->due),   v_bytes(r->body) };

    return db_do(db, Q_COOPERATION_PUT, v, &j->changed, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_put_cooperation(struct store *s, const struct cooperation_row *r, bool *news, struct why *w)
{
    struct put_job j = { .r = r };

    if (!id_valid(r->id) || !word_valid(r->part) || !word_valid(r->kind) || !word_valid(r->member) ||
        !r->audience.n || r->audience.n > 256 || r->due < 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a record has an id, words and an audience");
    if (r->body.n > LIMIT_STORE_RECORD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a record of %zu bytes", r->body.n);
    if (!store_write_bytes(s, run_put, &j, r->body.n, w))
        return false;
    *news = j.changed != 0;
    return true;
}

static enum job_end run_sent(struct database *db, void *arg, struct why *w)
{
    const struct value v[] = { v_text(*(const struct span *)arg) };

    return db_do(db, Q_COOPERATION_SENT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_cooperation_sent(struct store *s, struct span id, struct why *w)
{
    return store_write(s, run_sent, &id, w);
}

static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span from = db_bytes(c, column), copy = arena_copy(a, from);

    *room = *room && (copy.p || !from.n);
    return copy;
}

/* Rows grow with what is there: `most` is a ceiling, not a guess. */
static bool more(struct arena *a, struct cooperation_row **r, size_t k, size_t *cap)
{
    struct cooperation_row *grown;

    if (k < *cap)
        return true;
    grown = arena_array(a, *cap * 2, sizeof *grown);
    if (!grown)
        return false;
    memcpy(grown, *r, k * sizeof *grown);
    *r = grown;
    *cap *= 2;
    return true;
}

static bool select_rows(struct store *s, enum query q, const struct value *v, struct arena *a,
                        struct cooperation_row **out, size_t *n, struct why *w)
{
    size_t cap = 64, k = 0;
    struct cooperation_row *r = arena_array(a, cap, sizeof *r);
    bool ok = false, row = true, room = r != NULL;
    struct database *db;
    struct cursor c;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, q, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row && room && (room = more(a, &r, k, &cap))) {
            r[k++] = (struct cooperation_row){ .id = keep(a, &c, 0, &room),
                                               .part = keep(a, &c, 1, &room),
                                               .kind = keep(a, &c, 2, &room),
                                               .member = keep(a, &c, 3, &room),
                                               .at = db_int(&c, 4),
                                               .audience = keep(a, &c, 5, &room),
                                               .due = db_int(&c, 6),
                                               .body = keep(a, &c, 7, &room),
                                               .arrived = q == Q_COOPERATION_AFTER ? db_int(&c, 8) : 0 };
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

bool store_cooperation(struct store *s, struct span part, size_t most, struct arena *a,
                       struct cooperation_row **out, size_t *n, struct why *w)
{
    const struct value v[] = { v_text(part), v_int((int64_t)most) };

    return select_rows(s, Q_COOPERATION, v, a, out, n, w);
}

bool store_cooperation_of(struct store *s, struct span id, struct arena *a, struct cooperation_row **out,
                          size_t *n, struct why *w)
{
    const struct value v[] = { v_text(id), v_int(1) };

    return select_rows(s, Q_COOPERATION_ONE, v, a, out, n, w);
}

bool store_cooperation_due(struct store *s, size_t most, struct arena *a, struct cooperation_row **out,
                           size_t *n, struct why *w)
{
    const struct value v[] = { v_int((int64_t)most) };

    return select_rows(s, Q_COOPERATION_DUE, v, a, out, n, w);
}

bool store_cooperation_after(struct store *s, int64_t arrived, size_t most, struct arena *a,
                             struct cooperation_row **out, size_t *n, struct why *w)
{
    const struct value v[] = { v_int(arrived), v_int((int64_t)most) };

    return select_rows(s, Q_COOPERATION_AFTER, v, a, out, n, w);
}
