#include "store/inbox.h"

#include "store/internal.h"

static bool bad(struct why *w)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "an officer expected");
}

static bool read_place(struct database *db, struct span officer, struct inbox_read *x, struct why *w)
{
    const struct value v[] = { v_text(officer) };
    struct cursor c;
    bool row = false, ok;

    if (!db_start(db, Q_INBOX_READ, v, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    if (ok && row) {
        x->read.at[INBOX_OBJECTS] = db_int(&c, 0);
        x->read.at[INBOX_RECORDS] = db_int(&c, 1);
        x->at = db_int(&c, 2);
    }
    db_end(&c);
    return ok;
}

static bool read_done(struct database *db, struct span officer, struct inbox_read *x, struct why *w)
{
    const struct value v[] = { v_text(officer) };
    struct cursor c;
    bool row = true, ok = false;

    if (!db_start(db, Q_INBOX_DONE, v, &c, w))
        return false;
    while ((ok = db_next(&c, &row, w)) && row && x->n < INBOX_DONE) {
        x->done[x->n].source = db_int(&c, 0);
        x->done[x->n++].place = db_int(&c, 1);
    }
    db_end(&c);
    return ok;
}

bool store_inbox(struct store *s, struct span officer, struct arena *a, struct inbox_read *out, struct why *w)
{
    struct inbox_read x = { .done = arena_array(a, INBOX_DONE, sizeof *x.done) };
    struct database *db;
    bool ok;

    if (!word_valid(officer))
        return bad(w);
    if (!x.done)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = read_place(db, officer, &x, w) && read_done(db, officer, &x, w);
    readers_give(&s->readers, db, !ok);
    if (ok)
        *out = x;
    return ok;
}

struct mark_job {
    struct span officer;
    struct inbox_place place;
    enum inbox_source source; /* of what is done */
    unix_time now;
};

static enum job_end run_read(struct database *db, void *arg, struct why *w)
{
    const struct mark_job *j = arg;
    const int64_t *at = j->place.at;
    const struct value v[] = { v_text(j->officer), v_int(at[INBOX_OBJECTS]), v_int(at[INBOX_RECORDS]),
                               v_int(j->now) };

    if (!db_do(db, Q_INBOX_READ_PUT, v, NULL, w))
        return JOB_SPOILED;
    for (int i = 0; i < INBOX_SOURCES; i++) {
        const struct value over[] = { v[0], v_int(i), v_int(at[i]) };

        if (!db_do(db, Q_INBOX_DONE_ERASE, over, NULL, w))
            return JOB_SPOILED;
    }
    return JOB_DONE;
}

bool store_inbox_read(struct store *s, struct span officer, const struct inbox_place *p, unix_time now,
                      struct why *w)
{
    struct mark_job j = { .officer = officer, .place = *p, .now = now };

    return word_valid(officer) ? store_write(s, run_read, &j, w) : bad(w);
}

static enum job_end run_done(struct database *db, void *arg, struct why *w)
{
    const struct mark_job *j = arg;
    const struct value v[] = { v_text(j->officer), v_int((int64_t)j->source), v_int(j->place.at[j->source]) };
    int64_t n;

    if (!db_number(db, Q_INBOX_DONE_COUNT, v, 0, &n, w))
        return JOB_SPOILED;
    if (n >= INBOX_DONE) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%d items are done: read up to some place",
                      INBOX_DONE);
        return JOB_REFUSED;
    }
    return db_do(db, Q_INBOX_DONE_PUT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_inbox_done(struct store *s, struct span officer, enum inbox_source source, int64_t place,
                      struct why *w)
{
    struct mark_job j = { .officer = officer, .source = source };

    if (!word_valid(officer) || source >= INBOX_SOURCES)
        return bad(w);
    j.place.at[source] = place;
    return store_write(s, run_done, &j, w);
}
