/* Complaints: filed, moved on, erased. */
#include "store/complaints.h"

#include "store/internal.h"

static const char USE[] = "complaint";

static const struct span none = { NULL, 0 };

struct put_job {
    const struct complaint_row *r;
    const struct complaint_event *e;
    struct traveller_key follow;
    struct span body, event_body; /* sealed */
};

static bool words_ok(const struct complaint_event *e)
{
    return word_valid(e->what) && word_valid(e->state) && (!e->office.n || word_valid(e->office));
}

static bool seal_body(const struct store *s, struct span plain, struct arena *a, struct span *out,
                      struct why *w)
{
    if (plain.n > LIMIT_COMPLAINT)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a text of %zu bytes; at most %d", plain.n,
                       LIMIT_COMPLAINT);
    *out = none;
    return !plain.n || store_seal(s, USE, plain, a, out, w);
}

static bool put_event(struct database *db, int64_t seq, const struct complaint_event *e, struct span sealed,
                      struct why *w)
{
    const struct value v[] = {
        v_int(seq),      v_int(e->at),
        v_text(e->what), v_text(e->state),
        v_int(e->due),   v_text_or_null(e->office),
        v_int(e->late),  sealed.n ? v_bytes(sealed) : (struct value){ .type = VALUE_NULL }
    };

    return db_do(db, Q_COMPLAINT_EVENT_PUT, v, NULL, w);
}

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    const struct put_job *j = arg;
    const struct complaint_row *r = j->r;
    int64_t seq = 0;
    const struct value v[] = { v_text(r->reference), v_bytes(span_of(j->follow.b, sizeof j->follow.b)),
                               v_text(r->kind),      v_text_or_null(r->about),
                               v_text(r->subject),   v_text(r->language),
                               v_int(r->at),         v_text(r->state),
                               v_int(r->due),        v_bytes(j->body) };

    if (!db_number(db, Q_COMPLAINT_PUT, v, 0, &seq, w))
        return JOB_SPOILED;
    if (!seq) {
        (void)why_set(w, "complaint-exists", WHY_NO_OFFSET, NULL, "a complaint has this reference already");
        return JOB_REFUSED;
    }
    return put_event(db, seq, j->e, j->event_body, w) ? JOB_DONE : JOB_SPOILED;
}

static void follow_key(const struct store *s, struct span code, struct traveller_key *out)
{
    store_subject_key(s, SPAN("complaint code"), none, code, out);
}

bool store_put_complaint(struct store *s, const struct complaint_row *r, const struct complaint_event *first,
                         struct why *w)
{
    struct put_job j = { .r = r, .e = first };
    struct arena a;
    bool ok;

    if (!id_valid(r->reference) || !r->follow.n || !word_valid(r->kind) || !word_valid(r->subject) ||
        !word_valid(r->language) || !word_valid(r->state) || !r->body.n || !words_ok(first) ||
        (r->about.n && !id_valid(r->about)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "a complaint has a reference, a code, words and a text");
    arena_init(&a, 4 * LIMIT_COMPLAINT);
    follow_key(s, r->follow, &j.follow);
    ok = seal_body(s, r->body, &a, &j.body, w) && seal_body(s, first->body, &a, &j.event_body, w) &&
         store_write(s, run_put, &j, w);
    arena_free(&a);
    return ok;
}

struct step_job {
    struct span reference;
    const struct complaint_change *c;
    const struct complaint_event *e;
    struct span body;
};

static bool find_seq(struct database *db, struct span reference, int64_t *seq, struct why *w)
{
    return db_number(db, Q_COMPLAINT_BY_REFERENCE, (struct value[]){ v_text(reference) }, 0, seq, w);
}

static enum job_end run_step(struct database *db, void *arg, struct why *w)
{
    const struct step_job *j = arg;
    const struct complaint_change *c = j->c;
    int64_t seq = 0, changed = 0;

    if (!find_seq(db, j->reference, &seq, w))
        return JOB_SPOILED;
    if (!seq) {
        (void)why_set(w, "complaint-unknown", WHY_NO_OFFSET, NULL, "no complaint has this reference");
        return JOB_REFUSED;
    }
    if (!db_do(db, Q_COMPLAINT_STEP,
               (struct value[]){ v_int(seq), v_text(c->from), v_text(c->state), v_int(c->due),
                                 v_text_or_null(c->answered), v_text_or_null(c->decided), v_int(j->e->at) },
               &changed, w))
        return JOB_SPOILED;
    if (!changed) {
        (void)why_set(w, "complaint-state", WHY_NO_OFFSET, NULL, "the complaint is in another state by now");
        return JOB_REFUSED;
    }
    return put_event(db, seq, j->e, j->body, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_step_complaint(struct store *s, struct span reference, const struct complaint_change *c,
                          const struct complaint_event *e, struct why *w)
{
    struct step_job j = { reference, c, e, none };
    struct arena a;
    bool ok;

    if (!id_valid(reference) || !word_valid(c->from) || !word_valid(c->state) || !words_ok(e) ||
        (c->answered.n && !word_valid(c->answered)) || (c->decided.n && !word_valid(c->decided)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a step has a reference and words");
    arena_init(&a, 4 * LIMIT_COMPLAINT);
    ok = seal_body(s, e->body, &a, &j.body, w) && store_write(s, run_step, &j, w);
    arena_free(&a);
    return ok;
}

/* ---- erasing ---- */

struct erase_job {
    struct span state;
    unix_time before, now;
    int64_t n; /* of the last run: 0 or 1 */
};

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct erase_job *e = arg;
    int64_t seq = 0;

    e->n = 0;
    if (!db_number(db, Q_COMPLAINTS_TO_ERASE, (struct value[]){ v_text(e->state), v_int(e->before) }, 0, &seq,
                   w))
        return JOB_SPOILED;
    if (!seq)
        return JOB_DONE;
    if (!db_do(db, Q_COMPLAINT_ERASE, (struct value[]){ v_int(seq), v_int(e->now) }, NULL, w) ||
        !db_do(db, Q_COMPLAINT_ERASE_EVENTS, (struct value[]){ v_int(seq) }, NULL, w))
        return JOB_SPOILED;
    e->n = 1;
    return JOB_DONE;
}

bool store_erase_complaints(struct store *s, struct span state, unix_time before, unix_time now, int64_t *n,
                            struct why *w)
{
    struct erase_job e = { state, before, now, 0 };
    struct database *db;
    int64_t sum = 0;
    bool ok;

    do {
        if (!store_write(s, run_erase, &e, w))
            return false;
        sum += e.n;
    } while (e.n);
    *n = sum;
    if (!sum)
        return true;
    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}

bool store_count_late_complaints(struct store *s, unix_time now, int64_t *n, struct why *w)
{
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_COMPLAINTS_LATE, (struct value[]){ v_int(now) }, 0, n, w);
    readers_give(&s->readers, db, !ok);
    return ok;
}
