#include "store/cyber_acts.h"

#include "store/internal.h"

struct put_job {
    const struct cyber_act_row *r;
    int64_t changed;
};

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    const struct cyber_act_row *r = j->r;
    const struct value v[] = { v_text(r->id),       v_int(r->at),       v_text(r->act),  v_text(r->who),
                               v_text(r->audience), v_text(r->article), v_bytes(r->body) };

    return db_do(db, Q_CYBER_ACT_PUT, v, &j->changed, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_put_cyber_act(struct store *s, const struct cyber_act_row *r, bool *news, struct why *w)
{
    struct put_job j = { .r = r };

    if (!id_valid(r->id) || !word_valid(r->act) || !word_valid(r->who) || !r->audience.n ||
        r->audience.n > 256 || !word_valid(r->article))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "an act has an id, words and an audience");
    if (r->body.n > LIMIT_STORE_RECORD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a record of %zu bytes", r->body.n);
    if (!store_write_bytes(s, run_put, &j, r->body.n, w))
        return false;
    *news = j.changed != 0;
    return true;
}

static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span from = db_bytes(c, column), copy = arena_copy(a, from);

    *room = *room && (copy.p || !from.n);
    return copy;
}

bool store_cyber_acts(struct store *s, struct span act, unix_time before, size_t most, struct arena *a,
                      struct cyber_act_row **out, size_t *n, struct why *w)
{
    const struct value v[] = { v_text_or_null(act), v_int(before ? before : INT64_MAX),
                               v_int((int64_t)most) };
    struct cyber_act_row *r = arena_array(a, most + 1, sizeof *r);
    bool ok = false, row = true, room = r != NULL;
    struct database *db;
    struct cursor c;
    size_t k = 0;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_CYBER_ACTS, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row && room && k < most) {
            r[k++] = (struct cyber_act_row){ .id = keep(a, &c, 0, &room),
                                             .at = db_int(&c, 1),
                                             .act = keep(a, &c, 2, &room),
                                             .who = keep(a, &c, 3, &room),
                                             .audience = keep(a, &c, 4, &room),
                                             .article = keep(a, &c, 5, &room),
                                             .body = keep(a, &c, 6, &room) };
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
