/* Checks, movements and permissions: what the writer does for each, inside its transaction. */
#include "store/internal.h"

bool id_valid(struct span id)
{
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] <= ' ' || id.p[i] > '~')
            return false;
    return id.n >= 1 && id.n <= 64;
}

static bool id_check(struct span id, const char *what, struct why *w)
{
    return id_valid(id) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL,
                   "%s: 1 to 64 visible ASCII characters expected, %zu bytes given", what, id.n);
}

static bool size_check(struct span s, const char *what, struct why *w)
{
    return s.n <= LIMIT_STORE_RECORD || why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                                                "%s of %zu bytes; at most %d", what, s.n, LIMIT_STORE_RECORD);
}

/* A moment whose civil day exists. */
static bool time_check(unix_time at, struct why *w)
{
    return (at >= -62135596800 && at <= 253402300799) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "the time lies outside the years 1 to 9999");
}

static struct span key_span(const struct traveller_key *t)
{
    return span_of(t->b, sizeof t->b);
}

struct movement_row {
    const struct traveller_key *traveller;
    struct span member, request_id, permission_id;
    enum movement kind;
    unix_time at;
    int32_t utc_offset;
    const struct check_record *limit;     /* of an entry: until when; NULL: not known */
    const struct movement_repair *repair; /* NULL: nobody entered it by hand */
    bool now;                             /* nobody said when: a repeat comes at another time */
};

static struct value v_number_or_null(bool is, int64_t n)
{
    return is ? v_int(n) : (struct value){ .type = VALUE_NULL };
}

static bool put_movement_row(struct database *db, const struct movement_row *m, struct why *w)
{
    struct date day = date_of_time(m->at + m->utc_offset);
    const struct check_record *l = m->limit && m->limit->article.n ? m->limit : NULL;
    const struct movement_repair *r = m->repair;
    const struct span none = { NULL, 0 };
    const struct span purpose = m->limit ? m->limit->purpose : none;
    const struct value v[] = { v_text_or_null(m->request_id),
                               v_bytes(key_span(m->traveller)),
                               v_text(m->member),
                               v_int(m->kind),
                               v_int(m->at),
                               v_int(date_to_days(day)),
                               v_text_or_null(m->permission_id),
                               v_text_or_null(l ? l->article : none),
                               v_number_or_null(l && l->days, l ? l->days : 0),
                               v_number_or_null(l && l->days, l ? l->period : 0),
                               v_number_or_null(l && date_is_set(l->until),
                                                l && date_is_set(l->until) ? date_to_days(l->until) : 0),
                               v_text_or_null(r ? r->office : none),
                               v_text_or_null(r ? r->reason : none),
                               v_number_or_null(r != NULL, r ? r->recorded : 0),
                               v_text_or_null(purpose) };

    return db_do(db, Q_MOVEMENT_PUT, v, NULL, w);
}

struct check_job {
    struct job job; /* for store_put_check_later */
    store_done *done;
    void *ctx;
    const struct check_record *r;
    int32_t utc_offset;
    uint8_t hash[32];
    struct arena *a;
    enum store_put what;
    struct span previous;
};

/* Is the id known, and for this request? Also used by readers. */
static enum job_end find_check(struct database *db, struct span id, const uint8_t hash[32], bool *found,
                               enum store_put *what, struct arena *a, struct span *previous, struct why *w)
{
    struct cursor c;
    enum job_end end = JOB_DONE;
    bool row;

    if (!db_start(db, Q_CHECK_GET, (struct value[]){ v_text(id) }, &c, w))
        return JOB_SPOILED;
    if (!db_next(&c, &row, w)) {
        end = JOB_SPOILED;
        goto out;
    }
    *found = row;
    if (!row)
        goto out;
    if (!span_eq(db_bytes(&c, 0), span_of(hash, 32))) {
        *what = STORE_CONFLICT;
        goto out;
    }
    *what = STORE_REPEATED;
    *previous = arena_copy(a, db_bytes(&c, 1));
    if (!previous->p && db_bytes(&c, 1).n) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        end = JOB_REFUSED;
    }
out:
    db_end(&c);
    return end;
}

struct check_values {
    struct value v[7];
};

static struct check_values check_values(const struct check_job *j)
{
    const struct check_record *r = j->r;

    return (struct check_values){ { v_text(r->request_id), v_bytes(span_of(j->hash, 32)), v_int(r->at),
                                    v_int(r->admitted), v_bytes(r->response), v_bytes_or_null(r->facts),
                                    v_text_or_null(r->code) } };
}

static bool send_check(struct database *db, const void *arg)
{
    const struct check_values values = check_values(arg);

    return db_ahead(db, Q_CHECK_PUT, values.v);
}

static bool put_check_row(struct database *db, const struct check_job *j, bool *new, struct why *w)
{
    const struct check_values values = check_values(j);
    int64_t changed = 0;

    if (!db_do(db, Q_CHECK_PUT, values.v, &changed, w))
        return false;
    *new = changed != 0;
    return true;
}

/* Counts an entry under the quota; when that is used up the check is taken back, and nothing is left. */
static enum job_end use_quota(struct database *db, const struct check_record *r, struct why *w)
{
    bool room;

    if (!quota_add(db, &r->quota, r->at, &room, w))
        return JOB_SPOILED;
    if (room)
        return JOB_DONE;
    if (!db_do(db, Q_CHECK_TAKE_BACK, (struct value[]){ v_text(r->request_id) }, NULL, w))
        return JOB_SPOILED;
    (void)why_set(w, "quota-used", WHY_NO_OFFSET, NULL, "the quota lets %lld in, and all are in",
                  (long long)r->quota.most);
    return JOB_REFUSED;
}

/* Likewise under the permission, after the quota. */
static enum job_end use_permission(struct database *db, const struct check_record *r, struct why *w)
{
    const struct value v[] = { v_text(r->permission_id), v_int(r->at), v_int(r->permission_entries) };
    int64_t changed = 0;

    if (!db_do(db, Q_USE_ADD, v, &changed, w))
        return JOB_SPOILED;
    if (changed)
        return JOB_DONE;
    if (!db_do(db, Q_CHECK_TAKE_BACK, (struct value[]){ v_text(r->request_id) }, NULL, w) ||
        (r->quota.name.n && !quota_take_back(db, &r->quota, w)))
        return JOB_SPOILED;
    (void)why_set(w, "permission-used", WHY_NO_OFFSET, NULL,
                  "the permission is good for %lld entries and all are used",
                  (long long)r->permission_entries);
    return JOB_REFUSED;
}

static enum job_end run_check(struct database *db, void *arg, struct why *w)
{
    struct check_job *j = arg;
    const struct check_record *r = j->r;
    struct movement_row m = { &r->traveller, r->member,
                              { NULL, 0 },   r->permission_id,
                              r->movement,   r->moved_at ? r->moved_at : r->at,
                              j->utc_offset, r->movement == MOVEMENT_ENTRY ? r : NULL,
                              NULL,          false };
    bool moves = r->movement == MOVEMENT_EXIT || (r->admitted && r->movement == MOVEMENT_ENTRY);
    enum job_end end = JOB_DONE;
    bool new, found;

    if (!put_check_row(db, j, &new, w))
        return JOB_SPOILED;
    if (!new) {
        end = find_check(db, r->request_id, j->hash, &found, &j->what, j->a, &j->previous, w);
        if (end != JOB_DONE || found)
            return end;
        /* Sent ahead, it met one of the same batch that was taken back since. */
        if (!put_check_row(db, j, &new, w))
            return JOB_SPOILED;
    }
    if (r->admitted && r->movement == MOVEMENT_ENTRY && r->quota.name.n)
        end = use_quota(db, r, w);
    if (end == JOB_DONE && r->admitted && r->movement == MOVEMENT_ENTRY && r->permission_id.n)
        end = use_permission(db, r, w);
    if (end == JOB_DONE && moves && !put_movement_row(db, &m, w))
        end = JOB_SPOILED;
    if (end == JOB_DONE && moves && r->has_subject &&
        !db_do(db, Q_TRAVELLER_PUT,
               (struct value[]){ v_bytes(key_span(&r->subject)), v_bytes(key_span(&r->traveller)) }, NULL, w))
        end = JOB_SPOILED;
    j->what = STORE_NEW;
    return end;
}

static bool record_check(const struct check_record *r, struct why *w)
{
    if (!id_check(r->request_id, "request id", w) || !size_check(r->response, "response", w) ||
        !time_check(r->at, w))
        return false;
    if (r->request_hash.n != 32)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "request hash: 32 bytes expected, %zu given",
                       r->request_hash.n);
    if (r->permission_entries < 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "entries of a permission below zero");
    if (r->quota.name.n && (r->quota.name.n > 64 || !date_is_set(r->quota.from) || !date_is_set(r->quota.to)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a quota has a name and a period");
    return (!r->permission_id.n || id_check(r->permission_id, "permission id", w)) &&
           (r->movement == MOVEMENT_NONE || id_check(r->member, "member", w));
}

static void check_ended(struct job *job)
{
    const struct check_job *j = job->arg;
    const struct store_outcome o = { job->end == JOB_DONE, j->what, j->previous, job->why };

    j->done(j->ctx, &o);
}

bool store_put_check_later(struct store *s, const struct check_record *r, struct arena *a, store_done *done,
                           void *ctx, struct why *w)
{
    struct check_job *j = arena_alloc(a, sizeof *j);

    if (!j)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *j = (struct check_job){ .job = { .run = run_check, .ahead = send_check, .ended = check_ended, .arg = j },
                             .done = done,
                             .ctx = ctx,
                             .r = r,
                             .utc_offset = s->utc_offset,
                             .a = a };
    if (!record_check(r, w))
        return false;
    secret_request(&s->secret, r->request_hash, j->hash);
    return store_write_later(s, &j->job, w);
}

bool store_put_check(struct store *s, const struct check_record *r, enum store_put *what, struct arena *a,
                     struct span *previous, struct why *w)
{
    struct check_job j = { .r = r, .utc_offset = s->utc_offset, .a = a };

    if (!record_check(r, w))
        return false;
    secret_request(&s->secret, r->request_hash, j.hash);
    j.job = (struct job){ .run = run_check, .ahead = send_check, .arg = &j };
    if (!store_write_job(s, &j.job, w))
        return false;
    *what = j.what;
    if (j.what == STORE_REPEATED)
        *previous = j.previous;
    return true;
}

static enum job_end run_nothing(struct database *db, void *arg, struct why *w)
{
    (void)db;
    (void)arg;
    (void)w;
    return JOB_DONE;
}

/* What was committed and is not confirmed can be read already, and must not be answered from: it may be gone
 * after a fail-over. The next transaction of the writer settles it. */
static bool beyond_doubt(struct store *s, struct why *w)
{
    return !__atomic_load_n(&s->writer.doubt, __ATOMIC_ACQUIRE) || store_write(s, run_nothing, NULL, w);
}

bool store_find_check(struct store *s, struct span request_id, struct span request_hash, bool *found,
                      enum store_put *what, struct arena *a, struct span *previous, struct why *w)
{
    struct database *db;
    struct span response = { NULL, 0 };
    enum store_put known = STORE_NEW;
    enum job_end end;
    uint8_t hash[32];
    bool row = false;

    if (!id_check(request_id, "request id", w) || !beyond_doubt(s, w) || !readers_take(&s->readers, &db, w))
        return false;
    secret_request(&s->secret, request_hash, hash);
    end = find_check(db, request_id, hash, &row, &known, a, &response, w);
    readers_give(&s->readers, db, end == JOB_SPOILED);
    if (end != JOB_DONE)
        return false;
    *found = row;
    if (row)
        *what = known;
    if (row && known == STORE_REPEATED)
        *previous = response;
    return true;
}

/* JOB_REFUSED when the id was used for another movement. */
static enum job_end find_movement(struct database *db, const struct movement_row *m, bool *found,
                                  struct why *w)
{
    struct cursor c;
    enum job_end end = JOB_DONE;

    if (!db_start(db, Q_MOVEMENT_GET, (struct value[]){ v_text(m->request_id) }, &c, w))
        return JOB_SPOILED;
    if (!db_next(&c, found, w)) {
        end = JOB_SPOILED;
    } else if (*found &&
               !(span_eq(db_bytes(&c, 0), key_span(m->traveller)) && span_eq(db_bytes(&c, 1), m->member) &&
                 db_int(&c, 2) == (int64_t)m->kind && (m->now || db_int(&c, 3) == m->at))) {
        (void)why_set(w, "request-conflict", WHY_NO_OFFSET, NULL, "the id was used for another movement");
        end = JOB_REFUSED;
    }
    db_end(&c);
    return end;
}

static enum job_end run_movement(struct database *db, void *arg, struct why *w)
{
    const struct movement_row *m = arg;
    bool found;
    enum job_end end = find_movement(db, m, &found, w);

    if (end != JOB_DONE || found)
        return end;
    return put_movement_row(db, m, w) ? JOB_DONE : JOB_SPOILED;
}

static bool put_movement(struct store *s, struct movement_row *m, struct why *w)
{
    if (m->kind == MOVEMENT_NONE)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a movement is an entry or an exit");
    return id_check(m->request_id, "request id", w) && id_check(m->member, "member", w) &&
           time_check(m->at, w) && store_write(s, run_movement, m, w);
}

bool store_put_movement(struct store *s, const struct traveller_key *t, struct span member,
                        enum movement kind, unix_time at, struct span request_id, struct why *w)
{
    struct movement_row m = {
        t, member, request_id, { NULL, 0 }, kind, at, s->utc_offset, NULL, NULL, false
    };

    return put_movement(s, &m, w);
}

bool store_put_movement_now(struct store *s, const struct traveller_key *t, struct span member,
                            enum movement kind, unix_time now, struct span request_id, struct why *w)
{
    struct movement_row m = {
        t, member, request_id, { NULL, 0 }, kind, now, s->utc_offset, NULL, NULL, true
    };

    return put_movement(s, &m, w);
}

bool store_repair_movement(struct store *s, const struct movement_repair *r, struct why *w)
{
    struct movement_row m = { r->traveller, r->member,     r->id, { NULL, 0 }, r->kind,
                              r->at,        s->utc_offset, NULL,  r,           false };

    if (r->kind == MOVEMENT_NONE || !word_valid(r->office) || !word_valid(r->reason))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "a movement entered by hand is an entry or an exit, by an office, for a reason");
    return id_check(r->id, "request id", w) && id_check(r->member, "member", w) && time_check(r->at, w) &&
           time_check(r->recorded, w) && store_write(s, run_movement, &m, w);
}

struct permission_job {
    struct span id, body;
    unix_time at;
};

static enum job_end run_permission(struct database *db, void *arg, struct why *w)
{
    const struct permission_job *p = arg;
    const struct value v[] = { v_text(p->id), v_int(p->at), v_bytes(p->body) };
    struct cursor c;
    enum job_end end = JOB_DONE;
    bool found = false;

    if (!db_start(db, Q_PERMISSION_GET, v, &c, w))
        return JOB_SPOILED;
    if (!db_next(&c, &found, w)) {
        end = JOB_SPOILED;
    } else if (found && !span_eq(db_bytes(&c, 0), p->body)) {
        (void)why_set(w, "permission-exists", WHY_NO_OFFSET, NULL,
                      "another permission was issued under this id");
        end = JOB_REFUSED;
    }
    db_end(&c);
    if (end != JOB_DONE || found)
        return end;
    return db_do(db, Q_PERMISSION_PUT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_put_permission(struct store *s, struct span id, struct span body, unix_time at, struct why *w)
{
    struct permission_job p = { id, body, at };

    return id_check(id, "permission id", w) && size_check(body, "permission", w) && time_check(at, w) &&
           store_write(s, run_permission, &p, w);
}
