#include "store/cyber_alerts.h"

#include "store/internal.h"

enum { REASON = 300 };

/* ---- what detectors tell ---- */

struct put_job {
    struct alert_seen *r;
    size_t n;
    unix_time now;
};

static bool part_of(struct database *db, const struct value *key, int64_t *times, unix_time *last,
                    struct why *w)
{
    struct cursor c;
    bool row = false, ok;

    *times = 0;
    *last = 0;
    if (!db_start(db, Q_ALERT_PART, key, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    if (ok && row) {
        *times = db_int(&c, 0);
        *last = db_int(&c, 1);
    }
    db_end(&c);
    return ok;
}

static bool put_one(struct database *db, struct alert_seen *r, unix_time now, struct why *w)
{
    const struct value part[] = { v_text(r->indicator), v_text(r->detector), v_text(r->log), v_int(r->from),
                                  v_int(r->ends),       v_int(r->last),      v_int(r->times) };
    int64_t times, overlaps, changed = 0, more;
    unix_time last, first;

    if (!part_of(db, part, &times, &last, w) || !db_number(db, Q_ALERT_PART_OVERLAPS, part, 0, &overlaps, w))
        return false;
    r->told = overlaps ? ALERT_OVERLAP : ALERT_KNOWN;
    if (overlaps || r->times <= times)
        return true;
    more = r->times - times;
    first = times ? last : r->first; /* of an interval that was told before only what came since */
    {
        const struct value add[] = { part[0], part[1], part[2], v_int(more), v_int(first), v_int(r->last) };
        const struct value put[] = { v_text(r->id), part[0],      part[1],        part[2],
                                     v_int(now),    v_int(first), v_int(r->last), v_int(more) };

        if (!db_do(db, Q_ALERT_MORE, add, &changed, w) || (!changed && !db_do(db, Q_ALERT_PUT, put, NULL, w)))
            return false;
    }
    r->told = changed ? ALERT_MORE : ALERT_NEW;
    return db_do(db, Q_ALERT_PART_PUT, part, NULL, w);
}

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;

    for (size_t i = 0; i < j->n; i++)
        if (!put_one(db, &j->r[i], j->now, w))
            return JOB_SPOILED;
    return JOB_DONE;
}

bool store_put_alerts(struct store *s, struct alert_seen *r, size_t n, unix_time now, struct why *w)
{
    struct put_job j = { .r = r, .n = n, .now = now };

    for (size_t i = 0; i < n; i++)
        if (!id_valid(r[i].id) || !id_valid(r[i].indicator) || !word_valid(r[i].detector) ||
            !word_valid(r[i].log) || r[i].times < 1 || r[i].last < r[i].first)
            return why_set(w, "request", WHY_NO_OFFSET, NULL, "row %zu is nothing that was seen", i);
    return n == 0 || store_write_bytes(s, run_put, &j, n * 256, w);
}

/* ---- officers ---- */

struct step_job {
    struct span id, outcome, reason;
    const struct cyber_act_row *act;
};

/* Why it does not go. */
static bool refused(struct database *db, const struct step_job *j, struct why *w)
{
    const struct value v[] = { v_text(j->id) };
    struct cursor c;
    bool row = false, closed = false;

    if (!db_start(db, Q_ALERT_ONE, v, &c, w))
        return false;
    if (!db_next(&c, &row, w)) {
        db_end(&c);
        return false;
    }
    closed = row && span_eq_str(db_bytes(&c, 9), "closed");
    db_end(&c);
    if (!row)
        return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "there is no such alert");
    return closed ? why_set(w, "closed", WHY_NO_OFFSET, NULL, "the alert is closed already")
                  : why_set(w, "taken", WHY_NO_OFFSET, NULL,
                            j->outcome.n ? "another officer has the alert: take it first"
                                         : "you have the alert already");
}

static enum job_end run_step(struct database *db, void *arg, struct why *w)
{
    const struct step_job *j = arg;
    const struct cyber_act_row *r = j->act;
    const struct value v[] = { v_text(j->id), v_text(r->who), v_int(r->at), v_text(j->outcome),
                               v_text(j->reason) };
    const struct value act[] = { v_text(r->id),       v_int(r->at),       v_text(r->act),  v_text(r->who),
                                 v_text(r->audience), v_text(r->article), v_bytes(r->body) };
    int64_t changed = 0;

    if (!db_do(db, j->outcome.n ? Q_ALERT_CLOSE : Q_ALERT_TAKE, v, &changed, w))
        return JOB_SPOILED;
    if (!changed) {
        (void)refused(db, j, w);
        return JOB_REFUSED;
    }
    return db_do(db, Q_CYBER_ACT_PUT, act, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_step_alert(struct store *s, struct span id, struct span outcome, struct span reason,
                      const struct cyber_act_row *act, struct why *w)
{
    struct step_job j = { id, outcome, reason, act };

    if (!id_valid(id) || !id_valid(act->id) || !word_valid(act->act) || !word_valid(act->who) ||
        (outcome.n && !word_valid(outcome)) || reason.n > REASON || act->body.n > LIMIT_STORE_RECORD)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a step has an id, an officer and words");
    return store_write(s, run_step, &j, w);
}

/* ---- looking ---- */

static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span from = db_bytes(c, column), copy = arena_copy(a, from);

    *room = *room && (copy.p || !from.n);
    return copy;
}

static void read_row(struct arena *a, const struct cursor *c, struct alert_row *r, bool *room)
{
    *r = (struct alert_row){ .seq = db_int(c, 0),
                             .id = keep(a, c, 1, room),
                             .indicator = keep(a, c, 2, room),
                             .detector = keep(a, c, 3, room),
                             .log = keep(a, c, 4, room),
                             .at = db_int(c, 5),
                             .first = db_int(c, 6),
                             .last = db_int(c, 7),
                             .times = db_int(c, 8),
                             .state = keep(a, c, 9, room),
                             .officer = keep(a, c, 10, room),
                             .outcome = keep(a, c, 11, room),
                             .reason = keep(a, c, 12, room),
                             .changed = db_int(c, 13) };
}

static bool look(struct store *s, enum query q, const struct value *v, size_t most, struct arena *a,
                 struct alert_row **out, size_t *n, struct why *w)
{
    struct alert_row *r = arena_array(a, most + 1, sizeof *r);
    bool ok = false, row = true, room = r != NULL;
    struct database *db;
    struct cursor c;
    size_t k = 0;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, q, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row && room && k < most)
            read_row(a, &c, &r[k++], &room);
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

bool store_alerts(struct store *s, int64_t before, struct span state, struct span indicator, size_t most,
                  struct arena *a, struct alert_row **out, size_t *n, struct why *w)
{
    const struct value v[] = { v_int(before ? before : INT64_MAX), v_text_or_null(state),
                               v_text_or_null(indicator), v_int((int64_t)most) };

    return look(s, Q_ALERTS, v, most, a, out, n, w);
}

bool store_alert(struct store *s, struct span id, struct arena *a, struct alert_row **out, size_t *n,
                 struct why *w)
{
    const struct value v[] = { v_text(id) };

    return look(s, Q_ALERT_ONE, v, 1, a, out, n, w);
}
