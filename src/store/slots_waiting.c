/* Counts of those who arrived and left, this member's own and what others published. */
#include "store/slots_internal.h"

enum { COUNTS = 24 * 12 * 60 };

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static struct value queue_value(const struct waiting_count *c)
{
    return c->has_queue ? v_int(c->queue) : (struct value){ .type = VALUE_NULL };
}

static enum job_end run_add(struct database *db, void *arg, struct why *w)
{
    const struct waiting_count *c = arg;
    const struct value v[] = { v_text(c->place),  v_int(c->at),   v_int(c->minutes),
                               v_int(c->arrived), v_int(c->gone), queue_value(c) };

    return db_do(db, Q_WAITING_ADD, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    const struct waiting_count *c = arg;
    const struct value v[] = { v_text(c->member), v_text(c->place), v_int(c->at),  v_int(c->minutes),
                               v_int(c->arrived), v_int(c->gone),   queue_value(c) };

    return db_do(db, Q_WAITING_PUT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

static bool sound(const struct waiting_count *c, struct why *w)
{
    return (word_valid(c->place) && c->minutes >= 5 && c->minutes <= 60 && c->arrived >= 0 && c->gone >= 0 &&
            c->arrived <= LIMIT_WAITING_COUNT && c->gone <= LIMIT_WAITING_COUNT &&
            (!c->has_queue || (c->queue >= 0 && c->queue <= LIMIT_WAITING_COUNT))) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "a count is from 0 to %d", LIMIT_WAITING_COUNT);
}

bool store_waiting_add(struct store *s, const struct waiting_count *c, struct why *w)
{
    struct waiting_count copy = *c;

    return sound(c, w) && store_write(s, run_add, &copy, w);
}

bool store_waiting_put(struct store *s, const struct waiting_count *c, struct why *w)
{
    struct waiting_count copy = *c;

    if (!word_valid(c->member))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "another member's count has a member");
    return sound(c, w) && store_write(s, run_put, &copy, w);
}

static bool read_counts(struct store *s, enum query q, const struct value *v, size_t most, struct arena *a,
                        struct waiting_count **ret, size_t *n, struct why *w)
{
    struct waiting_count *c = arena_array(a, most, sizeof *c);
    struct database *db;
    struct cursor at;
    bool row = true, good = false, room = c != NULL;

    *n = 0;
    if (!room)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, q, v, &at, w)) {
        while ((good = db_next(&at, &row, w)) && row && room && *n < most) {
            struct waiting_count *x = &c[(*n)++];
            int64_t queue = db_int(&at, 6);

            *x = (struct waiting_count){ .member = arena_copy(a, db_bytes(&at, 0)),
                                         .place = arena_copy(a, db_bytes(&at, 1)),
                                         .at = db_int(&at, 2),
                                         .minutes = db_int(&at, 3),
                                         .arrived = db_int(&at, 4),
                                         .gone = db_int(&at, 5),
                                         .has_queue = queue >= 0,
                                         .queue = queue < 0 ? 0 : queue };
            room = x->place.p != NULL;
        }
        db_end(&at);
    }
    readers_give(&s->readers, db, !good);
    *ret = c;
    return good && (room || no_room(w));
}

bool store_waiting_of(struct store *s, struct span member, struct span place, unix_time since,
                      struct arena *a, struct waiting_count **ret, size_t *n, struct why *w)
{
    return read_counts(s, Q_WAITING_OF,
                       (struct value[]){ v_text(member), v_text(place), v_int(since), v_int(COUNTS) }, COUNTS,
                       a, ret, n, w);
}

bool store_waiting_due(struct store *s, unix_time before, size_t most, struct arena *a,
                       struct waiting_count **ret, size_t *n, struct why *w)
{
    return read_counts(s, Q_WAITING_DUE, (struct value[]){ v_int(before), v_int((int64_t)most) }, most, a,
                       ret, n, w);
}

struct mark_job {
    struct span place;
    unix_time at;
    int64_t n;
};

static enum job_end run_mark(struct database *db, void *arg, struct why *w)
{
    const struct mark_job *j = arg;

    return db_do(db, Q_WAITING_PUBLISHED, (struct value[]){ v_text(j->place), v_int(j->at) }, NULL, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_waiting_published(struct store *s, struct span place, unix_time at, struct why *w)
{
    struct mark_job j = { .place = place, .at = at };

    return store_write(s, run_mark, &j, w);
}

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct mark_job *j = arg;

    return db_do(db, Q_WAITING_ERASE, (struct value[]){ v_int(j->at) }, &j->n, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_waiting_erase(struct store *s, unix_time before, int64_t *n, struct why *w)
{
    struct mark_job j = { .at = before };

    if (!store_write(s, run_erase, &j, w))
        return false;
    *n = j.n;
    return true;
}
