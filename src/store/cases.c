/* Cases and their events: what the writer does for each, inside its transaction. */
#include "store/cases.h"

#include "store/internal.h"

static const struct span none = { NULL, 0 };

static bool bad(struct why *w, const char *what, const char *expected)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s: %s expected", what, expected);
}

bool word_valid(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return s.n >= 1 && s.n <= 64 && s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

static bool word_check(struct span s, const char *what, struct why *w)
{
    return word_valid(s) || bad(w, what, "1 to 64 printable ASCII characters");
}

static bool body_check(struct span s, struct why *w)
{
    return s.n <= LIMIT_CASE_BODY || why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                                             "a body of %zu bytes; at most %d", s.n, LIMIT_CASE_BODY);
}

bool case_name_check(const struct case_name *n, struct why *w)
{
    if (n->side != CASE_OURS && n->side != CASE_THEIRS)
        return bad(w, "side", "ours or theirs");
    if (!id_valid(n->other))
        return bad(w, "member", "1 to 64 visible ASCII characters");
    return id_valid(n->reference) || bad(w, "reference", "1 to 64 visible ASCII characters");
}

static bool event_check(const struct case_event *e, struct why *w)
{
    if (e->id.n && !id_valid(e->id))
        return bad(w, "id of the event", "1 to 64 visible ASCII characters");
    return word_check(e->what, "what happened", w) && (!e->state.n || word_check(e->state, "state", w)) &&
           body_check(e->body, w);
}

static bool record_check(const struct case_record *r, struct why *w)
{
    return case_name_check(&r->name, w) && word_check(r->kind, "kind", w) &&
           word_check(r->purpose, "purpose", w) && word_check(r->article, "article", w) &&
           word_check(r->state, "state", w) && body_check(r->body, w);
}

/* The row under a name. c is started when *found, and to be ended by the caller then. */
static enum job_end find_row(struct database *db, const struct case_name *n, struct cursor *c, bool *found,
                             struct why *w)
{
    const struct value v[] = { v_text(n->side == CASE_OURS ? none : n->other), v_text(n->reference) };

    if (!db_start(db, Q_CASE_GET, v, c, w))
        return JOB_SPOILED;
    if (!db_next(c, found, w)) {
        db_end(c);
        return JOB_SPOILED;
    }
    if (!*found)
        db_end(c);
    return JOB_DONE;
}

struct case_job {
    const struct case_record *r;
    const struct case_event *event;
    size_t n;
    enum store_put what;
};

/* *put: no event of its id was there. */
static bool put_event_row(struct database *db, int64_t seq, const struct case_event *e, bool *put,
                          struct why *w)
{
    int64_t changed = 0;
    const struct value v[] = { v_int(seq),      v_text_or_null(e->id),    v_int(e->at),
                               v_text(e->what), v_text_or_null(e->state), v_bytes(e->body) };

    if (!db_do(db, Q_EVENT_PUT, v, &changed, w))
        return false;
    *put = changed > 0;
    return true;
}

static bool put_case_row(struct database *db, const struct case_job *j, int64_t *seq, struct why *w)
{
    const struct case_record *r = j->r;
    struct span subject = r->has_subject ? span_of(r->subject.b, sizeof r->subject.b) : none;
    struct span state = r->state;
    unix_time last = r->at;

    for (size_t i = 0; i < j->n; i++) {
        if (j->event[i].state.n)
            state = j->event[i].state;
        if (j->event[i].at > last)
            last = j->event[i].at;
    }
    *seq = 0;
    return db_number(db, Q_CASE_PUT,
                     (struct value[]){ v_text(r->name.side == CASE_OURS ? none : r->name.other),
                                       v_text(r->name.other), v_text(r->name.reference), v_text(r->kind),
                                       subject.n ? v_bytes(subject) : (struct value){ .type = VALUE_NULL },
                                       v_text(r->purpose), v_text(r->article), v_int(r->at), v_int(r->until),
                                       v_text(r->state), v_text(state), v_int(last), v_int((int64_t)j->n) },
                     0, seq, w) &&
           (*seq == 0 ||
            db_do(db, Q_CASE_BODY_PUT, (struct value[]){ v_int(*seq), v_bytes(r->body) }, NULL, w));
}

static bool same_body(struct database *db, int64_t seq, struct span body, bool *same, struct why *w)
{
    struct cursor c;
    bool row = false, ok;

    if (!db_start(db, Q_CASE_BODY, (struct value[]){ v_int(seq) }, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    *same = ok && row && span_eq(db_bytes(&c, 0), body);
    db_end(&c);
    return ok;
}

/* The reference has a case already: whether it is this one. */
static enum job_end compare_case(struct database *db, struct case_job *j, struct why *w)
{
    const struct case_record *r = j->r;
    struct cursor c;
    bool found = false, same, same_bytes = false;
    int64_t seq;

    if (find_row(db, &r->name, &c, &found, w) != JOB_DONE)
        return JOB_SPOILED;
    if (!found) {
        (void)why_set(w, "store", WHY_NO_OFFSET, NULL, "a case that is there cannot be read");
        return JOB_SPOILED;
    }
    seq = db_int(&c, 0);
    same = span_eq(db_bytes(&c, 1), r->name.other) && span_eq(db_bytes(&c, 2), r->kind);
    db_end(&c);
    if (!same_body(db, seq, r->body, &same_bytes, w))
        return JOB_SPOILED;
    j->what = same && same_bytes ? STORE_REPEATED : STORE_CONFLICT;
    return JOB_DONE;
}

/* Put without looking first: nearly every reference is new. Of the first events none is there before. */
static enum job_end run_case(struct database *db, void *arg, struct why *w)
{
    struct case_job *j = arg;
    int64_t seq = 0;
    bool put = false;

    if (!put_case_row(db, j, &seq, w))
        return JOB_SPOILED;
    if (seq == 0)
        return compare_case(db, j, w);
    for (size_t i = 0; i < j->n; i++)
        if (!put_event_row(db, seq, &j->event[i], &put, w))
            return JOB_SPOILED;
    j->what = STORE_NEW;
    return JOB_DONE;
}

static bool case_check(const struct case_record *r, const struct case_event *event, size_t n, struct why *w)
{
    bool ok = record_check(r, w);

    for (size_t i = 0; ok && i < n; i++)
        ok = event_check(&event[i], w);
    return ok;
}

static size_t bytes_of(const struct case_record *r, const struct case_event *event, size_t n)
{
    size_t sum = r->body.n;

    for (size_t i = 0; i < n; i++)
        sum += event[i].body.n;
    return sum;
}

bool store_put_case(struct store *s, const struct case_record *r, const struct case_event *event, size_t n,
                    enum store_put *what, struct why *w)
{
    struct case_job j = { r, event, n, STORE_NEW };

    if (!case_check(r, event, n, w) || !store_write_bytes(s, run_case, &j, bytes_of(r, event, n), w))
        return false;
    *what = j.what;
    return true;
}

struct case_later {
    struct job job; /* first: a job is the later that it is in */
    struct case_job j;
    store_case_done *done;
    void *ctx;
};

static void case_ended(struct job *job)
{
    const struct case_later *l = (const struct case_later *)job;

    l->done(l->ctx, job->end == JOB_DONE, l->j.what, &job->why);
}

bool store_put_case_later(struct store *s, const struct case_record *r, const struct case_event *event,
                          size_t n, struct arena *a, store_case_done *done, void *ctx, struct why *w)
{
    struct case_later *l = arena_alloc(a, sizeof *l);

    if (!case_check(r, event, n, w))
        return false;
    if (!l)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *l = (struct case_later){ .j = { r, event, n, STORE_NEW }, .done = done, .ctx = ctx };
    l->job.run = run_case;
    l->job.arg = &l->j;
    l->job.ended = case_ended;
    l->job.bytes = bytes_of(r, event, n);
    return store_write_later(s, &l->job, w);
}

struct event_job {
    const struct case_name *name;
    const struct case_event *e;
    enum store_put what;
};

/* An event of that id, and whether it is the same one. */
static enum job_end find_event(struct database *db, int64_t seq, struct event_job *j, bool *found,
                               struct why *w)
{
    struct cursor c;
    enum job_end end = JOB_DONE;

    if (!db_start(db, Q_EVENT_GET, (struct value[]){ v_int(seq), v_text(j->e->id) }, &c, w))
        return JOB_SPOILED;
    if (!db_next(&c, found, w))
        end = JOB_SPOILED;
    else if (*found)
        j->what = span_eq(db_bytes(&c, 0), j->e->what) && span_eq(db_bytes(&c, 1), j->e->body)
                      ? STORE_REPEATED
                      : STORE_CONFLICT;
    db_end(&c);
    return end;
}

static enum job_end case_of_event(struct database *db, const struct event_job *j, int64_t *seq,
                                  bool *state_fits, struct why *w)
{
    struct cursor c;
    bool found = false;

    if (find_row(db, j->name, &c, &found, w) != JOB_DONE)
        return JOB_SPOILED;
    if (found) {
        *seq = db_int(&c, 0);
        *state_fits = !j->e->from.n || span_eq(db_bytes(&c, 3), j->e->from);
        found = span_eq(db_bytes(&c, 1), j->name->other);
        db_end(&c);
    }
    if (found)
        return JOB_DONE;
    (void)why_set(w, "case-unknown", WHY_NO_OFFSET, NULL, "there is no case under this reference");
    return JOB_REFUSED;
}

static enum job_end run_event(struct database *db, void *arg, struct why *w)
{
    struct event_job *j = arg;
    const struct case_event *e = j->e;
    int64_t seq = 0;
    bool found = false, state_fits = true, put = false;
    enum job_end end = case_of_event(db, j, &seq, &state_fits, w);

    if (end != JOB_DONE)
        return end;
    if (state_fits && !put_event_row(db, seq, e, &put, w))
        return JOB_SPOILED;
    if (!put && e->id.n)
        end = find_event(db, seq, j, &found, w);
    if (end != JOB_DONE || found)
        return end;
    if (!state_fits) {
        (void)why_set(w, "case-state", WHY_NO_OFFSET, NULL, "the case is in another state by now");
        return JOB_REFUSED;
    }
    if (!db_do(db, Q_CASE_MOVE, (struct value[]){ v_int(seq), v_text_or_null(e->state), v_int(e->at) }, NULL,
               w))
        return JOB_SPOILED;
    j->what = STORE_NEW;
    return JOB_DONE;
}

bool store_put_event(struct store *s, const struct case_name *name, const struct case_event *event,
                     enum store_put *what, struct why *w)
{
    struct event_job j = { name, event, STORE_NEW };

    if (!case_name_check(name, w) || !event_check(event, w) ||
        !store_write_bytes(s, run_event, &j, event->body.n, w))
        return false;
    *what = j.what;
    return true;
}
