/* Applications: what the writer does for each, inside its transaction. */
#include "store/applications.h"

#include "store/cases.h"
#include "store/internal.h"

static bool bad(struct why *w, const char *what, const char *expected)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s: %s expected", what, expected);
}

static bool event_check(const struct application_event *e, struct why *w)
{
    if (!word_valid(e->what) || !word_valid(e->state) || (e->who.n && !word_valid(e->who)))
        return bad(w, "what happened, the state and who", "1 to 64 printable ASCII characters");
    return e->body.n <= LIMIT_APPLICATION_CONTENT ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an event of %zu bytes", e->body.n);
}

static bool files_check(const struct application_file *f, size_t n, struct why *w)
{
    size_t all = 0;

    for (size_t i = 0; i < n; i++) {
        if (!word_valid(f[i].name) || !word_valid(f[i].type) || f[i].hash.n != APPLICATION_HASH)
            return bad(w, "file", "a name, a type and a hash");
        all += f[i].bytes.n;
    }
    return all <= LIMIT_APPLICATION_FILES + n * 64 ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "files of %zu bytes", all);
}

static bool content_check(struct span content, struct why *w)
{
    return content.n <= LIMIT_APPLICATION_CONTENT ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an application of %zu bytes", content.n);
}

static bool put_event(struct database *db, int64_t seq, const struct application_event *e, int64_t revision,
                      struct why *w)
{
    const struct value v[] = { v_int(seq),     v_int(e->at),    v_text(e->what), v_text(e->state),
                               v_text(e->who), v_int(revision), v_bytes(e->body) };

    return db_do(db, Q_APPLICATION_EVENT_PUT, v, NULL, w);
}

static bool put_files(struct database *db, int64_t seq, const struct application_file *f, size_t n,
                      struct why *w)
{
    for (size_t i = 0; i < n; i++) {
        const struct value v[] = { v_int(seq),       v_text(f[i].name),  v_text(f[i].type),
                                   v_int(f[i].size), v_bytes(f[i].hash), v_bytes(f[i].bytes) };

        if (!db_do(db, Q_APPLICATION_FILE_PUT, v, NULL, w))
            return false;
    }
    return true;
}

/* ---- a new one ---- */

struct put_job {
    const struct application_row *r;
    const struct application_event *first;
    const struct application_file *file;
    size_t n_files;
    enum store_put what;
};

static enum job_end compare(struct database *db, struct put_job *j, struct why *w)
{
    struct cursor c;
    bool found = false, good;

    if (!db_start(db, Q_APPLICATION_HEAD, (struct value[]){ v_text(j->r->reference) }, &c, w))
        return JOB_SPOILED;
    good = db_next(&c, &found, w);
    if (good && found)
        j->what = span_eq(db_bytes(&c, 1), j->r->request) ? STORE_REPEATED : STORE_CONFLICT;
    db_end(&c);
    if (good && !found)
        good = why_set(w, "store", WHY_NO_OFFSET, NULL, "an application that is there cannot be read");
    return good ? JOB_DONE : JOB_SPOILED;
}

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    const struct application_row *r = j->r;
    const struct value v[] = { v_text(r->reference),
                               v_bytes(r->request),
                               v_text(r->kind),
                               v_text(r->purpose),
                               v_bytes(span_of(r->subject.b, sizeof r->subject.b)),
                               v_text(j->first->state),
                               v_int(r->at),
                               v_int(r->due),
                               v_int(r->ends),
                               v_bytes(r->content) };
    int64_t seq = 0;

    if (!db_number(db, Q_APPLICATION_PUT, v, 0, &seq, w))
        return JOB_SPOILED;
    if (seq == 0)
        return compare(db, j, w);
    if (!put_event(db, seq, j->first, 1, w) || !put_files(db, seq, j->file, j->n_files, w))
        return JOB_SPOILED;
    j->what = STORE_NEW;
    return JOB_DONE;
}

bool store_put_application(struct store *s, const struct application_row *r,
                           const struct application_event *first, const struct application_file *file,
                           size_t n_files, enum store_put *what, struct why *w)
{
    struct put_job j = { r, first, file, n_files, STORE_NEW };

    if (!id_valid(r->reference) || r->request.n != APPLICATION_HASH || !word_valid(r->kind) ||
        !word_valid(r->purpose))
        return bad(w, "application", "a reference, a hash, a kind and a purpose");
    if (!event_check(first, w) || !files_check(file, n_files, w) || !content_check(r->content, w))
        return false;
    if (!store_write(s, run_put, &j, w))
        return false;
    *what = j.what;
    return true;
}

/* ---- a step ---- */

struct head {
    int64_t seq, events, revision;
    char kind[65], purpose[65];
};

static void keep(char out[65], struct span s)
{
    size_t n = s.n < 64 ? s.n : 64;

    memcpy(out, s.p, n);
    out[n] = 0;
}

static enum job_end read_head(struct database *db, struct span reference, struct head *h, struct why *w)
{
    struct cursor c;
    bool found = false, good;

    if (!db_start(db, Q_APPLICATION_HEAD, (struct value[]){ v_text(reference) }, &c, w))
        return JOB_SPOILED;
    good = db_next(&c, &found, w);
    if (good && found) {
        h->seq = db_int(&c, 0);
        keep(h->kind, db_bytes(&c, 2));
        keep(h->purpose, db_bytes(&c, 3));
        h->events = db_int(&c, 4);
        h->revision = db_int(&c, 5);
    }
    db_end(&c);
    if (!good)
        return JOB_SPOILED;
    if (found)
        return JOB_DONE;
    (void)why_set(w, "application-unknown", WHY_NO_OFFSET, NULL, "there is no application of this reference");
    return JOB_REFUSED;
}

static enum job_end count(struct database *db, const struct application_change *c, const struct head *h,
                          struct why *w)
{
    const struct value v[] = { v_int(c->year),
                               v_text(span_str(h->kind)),
                               v_text(span_str(h->purpose)),
                               v_text(c->counted),
                               v_int(1),
                               v_int(c->seconds),
                               v_int(c->quota) };
    int64_t changed = 0;

    if (!c->counted.n)
        return JOB_DONE;
    if (!db_do(db, Q_APPLICATION_COUNT, v, &changed, w))
        return JOB_SPOILED;
    if (changed)
        return JOB_DONE;
    (void)why_set(w, "quota", WHY_NO_OFFSET, NULL, "the agreement lets %d be granted in a year: there are",
                  (int)c->quota);
    return JOB_REFUSED;
}

/* What can be refused comes before anything is written. */
static enum job_end run_change(struct database *db, void *arg, struct why *w)
{
    const struct application_change *c = arg;
    struct head h = { 0 };
    enum job_end end = read_head(db, c->reference, &h, w);
    const struct value v[] = {
        v_int(h.seq),       v_text(c->event.state),
        v_int(c->due),      v_int(c->ends),
        v_int(c->event.at), c->content.n ? v_bytes(c->content) : (struct value){ .type = VALUE_NULL }
    };

    if (end != JOB_DONE)
        return end;
    if (h.events != c->seen || h.events >= LIMIT_APPLICATION_EVENTS) {
        (void)why_set(w, "application-moved", WHY_NO_OFFSET, NULL,
                      "something happened to this application since it was looked at: look at it again");
        return JOB_REFUSED;
    }
    end = count(db, c, &h, w);
    if (end != JOB_DONE)
        return end;
    if (!db_do(db, Q_APPLICATION_CHANGE, v, NULL, w) ||
        !put_event(db, h.seq, &c->event, h.revision + (c->content.n != 0), w) ||
        !put_files(db, h.seq, c->file, c->n_files, w))
        return JOB_SPOILED;
    return JOB_DONE;
}

bool store_change_application(struct store *s, const struct application_change *c, struct why *w)
{
    struct application_change copy = *c;

    return event_check(&c->event, w) && files_check(c->file, c->n_files, w) && content_check(c->content, w) &&
           store_write(s, run_change, &copy, w);
}

/* ---- erasing ---- */

enum { ERASE_ROWS = 100 };

struct erase_job {
    unix_time now;
    int64_t n;
};

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct erase_job *e = arg;

    return db_do(db, Q_APPLICATIONS_ERASE, (struct value[]){ v_int(e->now), v_int(ERASE_ROWS) }, &e->n, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_expire_applications(struct store *s, unix_time now, int64_t *erased, struct why *w)
{
    struct erase_job e = { .now = now };
    struct database *db;
    int64_t sum = 0;
    bool ok;

    do {
        if (!store_write(s, run_erase, &e, w))
            return false;
        sum += e.n;
    } while (e.n > 0);
    *erased = sum;
    if (sum == 0)
        return true;
    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}
