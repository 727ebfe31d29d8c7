/* The hub of events: coalesced, bounded by address, waking who sleeps; many who tell and read at once. */
#include "node/events.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vectors.h"

struct reader {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    unsigned sleeps, wakes;
    bool hung_up;
};

static void reader_init(struct reader *r)
{
    *r = (struct reader){ .sleeps = 0 };
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->woken, NULL);
}

static void on_sleep(void *ctx)
{
    struct reader *r = ctx;

    (void)pthread_mutex_lock(&r->lock);
    r->sleeps++;
    (void)pthread_mutex_unlock(&r->lock);
}

static void on_wake(void *ctx)
{
    struct reader *r = ctx;

    (void)pthread_mutex_lock(&r->lock);
    r->wakes++;
    (void)pthread_cond_signal(&r->woken);
    (void)pthread_mutex_unlock(&r->lock);
}

static bool is_gone(void *ctx)
{
    struct reader *r = ctx;
    bool gone;

    (void)pthread_mutex_lock(&r->lock);
    gone = r->hung_up;
    (void)pthread_mutex_unlock(&r->lock);
    return gone;
}

static void until_woken(struct reader *r)
{
    (void)pthread_mutex_lock(&r->lock);
    while (r->wakes < r->sleeps)
        (void)pthread_cond_wait(&r->woken, &r->lock);
    (void)pthread_mutex_unlock(&r->lock);
}

static struct events *hub(unsigned heartbeat_ms)
{
    const struct events_options o = {
        .first = 1000, .most = 4, .most_each = 2, .gather_ms = 20, .heartbeat_ms = heartbeat_ms
    };
    struct events *e = NULL;
    struct why w = { 0 };

    assert_true(events_start(&o, &e, &w));
    return e;
}

static struct events_stream *stream(struct events *e, const struct events_wish *wish, struct reader *r)
{
    const struct events_line line = { on_sleep, on_wake, is_gone, r };
    struct why w = { 0 };
    struct events_stream *s = events_open(e, wish, &w);

    assert_non_null(s);
    reader_init(r);
    events_carry(s, &line);
    return s;
}

/* What it says next, as text; "" when it is over. */
static const char *next(struct events_stream *s, struct reader *r, char text[EVENTS_TEXT + 1])
{
    int n;

    while ((n = events_read(s, text)) == 0)
        until_woken(r);
    text[n < 0 ? 0 : n] = 0;
    return text;
}

static void a_burst_is_one_event(void **state)
{
    struct events *e = hub(60000);
    struct reader r;
    struct events_stream *s = stream(e, &(struct events_wish){ .topics = EVENTS_DESK | EVENTS_HITS }, &r);
    char text[EVENTS_TEXT + 1];

    (void)state;
    assert_non_null(strstr(next(s, &r, text), "retry: "));
    for (int i = 0; i < 100; i++)
        events_tell(e, EVENTS_DESK | EVENTS_CYBER);
    assert_string_equal(next(s, &r, text), "id: 1001\nevent: desk\ndata: 1001\n\n");
    events_tell(e, EVENTS_HITS);
    assert_string_equal(next(s, &r, text), "id: 1002\nevent: hits\ndata: 1002\n\n");
    events_end(e);
    assert_string_equal(next(s, &r, text), "");
    events_close(s);
    events_free(e);
}

static void all_topics_fit_at_once(void **state)
{
    struct events *e = hub(60000);
    struct reader r;
    const struct events_wish wish = { .topics = EVENTS_ALL, .again = true };
    struct events_stream *s = stream(e, &wish, &r);
    char text[EVENTS_TEXT + 1];

    (void)state;
    assert_non_null(strstr(next(s, &r, text), "event: again\n"));
    events_tell(e, EVENTS_ALL);
    next(s, &r, text);
    assert_non_null(strstr(text, "event: lane\n"));
    assert_non_null(strstr(text, "event: slots\ndata: 1001\n\n"));
    events_close(s);
    events_free(e);
}

static void places_are_bounded(void **state)
{
    static const uint8_t a[EVENTS_ADDRESS] = { 1 }, b[EVENTS_ADDRESS] = { 2 };
    const struct events_wish of_a = { .topics = EVENTS_ALL, .address = a };
    const struct events_wish of_b = { .topics = EVENTS_ALL, .address = b };
    const struct events_wish own = { .topics = EVENTS_ALL };
    struct events *e = hub(60000);
    struct events_stream *s[4];
    struct reader r[4];
    struct why w = { 0 };

    (void)state;
    s[0] = stream(e, &of_a, &r[0]);
    s[1] = stream(e, &of_a, &r[1]);
    assert_null(events_open(e, &of_a, &w));
    assert_string_equal(w.reason, "streams");
    s[2] = stream(e, &of_b, &r[2]);
    s[3] = stream(e, &own, &r[3]);
    assert_null(events_open(e, &own, &w));
    events_close(s[0]);
    s[0] = stream(e, &of_a, &r[0]);
    assert_int_equal(events_streams(e), 4);
    events_end(e);
    for (int i = 0; i < 4; i++)
        events_close(s[i]);
    assert_null(events_open(e, &own, &w));
    events_free(e);
}

static void a_heartbeat_and_a_hang_up(void **state)
{
    struct events *e = hub(30);
    struct reader r;
    struct events_stream *s = stream(e, &(struct events_wish){ .topics = EVENTS_LANE }, &r);
    char text[EVENTS_TEXT + 1];

    (void)state;
    next(s, &r, text);
    assert_string_equal(next(s, &r, text), ":\n\n");
    (void)pthread_mutex_lock(&r.lock);
    r.hung_up = true;
    (void)pthread_mutex_unlock(&r.lock);
    while (*next(s, &r, text))
        assert_string_equal(text, ":\n\n");
    events_close(s);
    events_free(e);
}

static bool as_long_as_it_may(const void *ctx, const uint8_t key[EVENTS_KEY])
{
    return *(const _Atomic bool *)ctx && key[0] == 7 && key[EVENTS_KEY - 1] == 9;
}

static void ends_with_what_opened_it(void **state)
{
    static const uint8_t key[EVENTS_KEY] = { [0] = 7, [EVENTS_KEY - 1] = 9 };
    _Atomic bool may = true;
    const struct events_wish wish = {
        .topics = EVENTS_DESK, .stands = as_long_as_it_may, .ctx = &may, .key = key
    };
    struct events *e = hub(30);
    struct reader r;
    struct events_stream *s = stream(e, &wish, &r);
    char text[EVENTS_TEXT + 1];

    (void)state;
    next(s, &r, text);
    assert_string_equal(next(s, &r, text), ":\n\n");
    may = false;
    events_tell(e, EVENTS_DESK);
    assert_string_equal(next(s, &r, text), "");
    events_close(s);
    s = stream(e, &(struct events_wish){ .topics = EVENTS_DESK, .seconds = 1 }, &r);
    while (*next(s, &r, text))
        ;
    events_close(s);
    events_free(e);
}

enum { TELLERS = 4, READERS = 4, TELLS = 2000 };

static void *tells(void *arg)
{
    for (int i = 0; i < TELLS; i++)
        events_tell(arg, 1U << i % EVENTS_N);
    return NULL;
}

struct reading {
    struct events *e;
    _Atomic unsigned events;
};

static void *reads(void *arg)
{
    struct reading *x = arg;
    struct reader r;
    struct events_stream *s = stream(x->e, &(struct events_wish){ .topics = EVENTS_ALL }, &r);
    char text[EVENTS_TEXT + 1];

    while (*next(s, &r, text))
        x->events += strstr(text, "event: ") != NULL;
    events_close(s);
    return NULL;
}

static void many_at_once(void **state)
{
    struct events *e = hub(5);
    struct reading of[READERS] = { { 0 } };
    pthread_t teller[TELLERS], reader[READERS];

    (void)state;
    for (int i = 0; i < READERS; i++) {
        of[i].e = e;
        assert_int_equal(pthread_create(&reader[i], NULL, reads, &of[i]), 0);
    }
    while (events_streams(e) < READERS)
        (void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    for (int i = 0; i < TELLERS; i++)
        assert_int_equal(pthread_create(&teller[i], NULL, tells, e), 0);
    for (int i = 0; i < TELLERS; i++)
        (void)pthread_join(teller[i], NULL);
    for (int i = 0; i < READERS; i++)
        while (!atomic_load(&of[i].events))
            (void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    events_end(e);
    for (int i = 0; i < READERS; i++) {
        (void)pthread_join(reader[i], NULL);
        assert_in_range(atomic_load(&of[i].events), 1, TELLERS * TELLS);
    }
    events_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_one_event),     cmocka_unit_test(all_topics_fit_at_once),
        cmocka_unit_test(places_are_bounded),       cmocka_unit_test(a_heartbeat_and_a_hang_up),
        cmocka_unit_test(ends_with_what_opened_it), cmocka_unit_test(many_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
