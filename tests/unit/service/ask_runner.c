/*
 * Questions over lines that lose, double, delay, reorder and replay, with processes that die at every step:
 * each question ends answered once, in the same bytes at both sides, or late; nothing is asked twice.
 */
#include "exchange.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/ask/internal.h"
#include "service/ask/runner.h"
#include "wire/cbor_write.h"

enum { QUESTIONS = 24, HELD = 8, ASK_ROUNDS = 400 };

static struct exchange x;
static uint32_t dice;
static struct ask_runner *asker, *answerer;

/* Old bytes that a line may bring again. */
static struct span held[HELD];
static size_t n_held;

static uint32_t roll(uint32_t n)
{
    dice = dice * 1664525u + 1013904223u;
    return (dice >> 16) % n;
}

/* ---- topics that answer at once, and later ---- */

static bool no_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                       struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool echoes(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    (void)d;
    (void)now;
    (void)a;
    (void)w;
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = q->body };
    return true;
}

static bool puts_off(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                     struct ask_reply *out, struct why *w)
{
    (void)d;
    (void)q;
    (void)now;
    (void)a;
    (void)w;
    *out = (struct ask_reply){ .said = ASK_SAID_ACKNOWLEDGED };
    return true;
}

static const struct ask_topic now_topic = { .name = "licence status",
                                            .subject = no_subject,
                                            .answer = echoes };
static const struct ask_topic later_topic = {
    .name = "licence status", .due = ASK_DUE_LATER, .subject = no_subject, .answer = puts_off
};
static const struct ask_topic *const now_topics[] = { &now_topic, NULL };
static const struct ask_topic *const later_topics[] = { &later_topic, NULL };

/* ---- the line ---- */

static bool lost(struct why *w)
{
    return why_set(w, "lost", WHY_NO_OFFSET, NULL, "nothing came");
}

static bool through(struct span question, struct arena *a, struct span *answer, struct why *w)
{
    struct ask_carrier real = ask_desks_carrier(&x.desks);

    return real.carry(real.ctx, SPAN("KZ"), question, 0, a, answer, w);
}

/* Loses, doubles, delays (a held one arrives later, out of order), and brings the answer to another one. */
static bool lossy(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w)
{
    struct span other = { NULL, 0 };

    (void)ctx;
    (void)to;
    (void)until;
    x.carried++;
    held[n_held++ % HELD] = arena_copy(&x.arena, question);
    switch (roll(7)) {
    case 0: /* lost on its way */
        return lost(w);
    case 1: /* arrived, and its answer lost */
        return through(question, a, answer, w) && lost(w);
    case 2: /* twice */
        return through(question, a, answer, w) && through(question, a, answer, w);
    case 3: /* delayed: an older one comes first, and this one not now */
        other = held[roll(n_held < HELD ? (uint32_t)n_held : HELD)];
        return through(other, a, &other, w) && lost(w);
    case 4: /* the answer to another question, replayed */
        other = held[roll(n_held < HELD ? (uint32_t)n_held : HELD)];
        return through(other, a, answer, w);
    case 5: /* taken, nothing said */
        *answer = (struct span){ NULL, 0 };
        return through(question, a, &other, w);
    default:
        return through(question, a, answer, w);
    }
}

static bool perfect(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                    struct span *answer, struct why *w)
{
    (void)ctx;
    (void)to;
    (void)until;
    x.carried++;
    return through(question, a, answer, w);
}

static bool is_down(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                    struct span *answer, struct why *w)
{
    (void)ctx;
    (void)to;
    (void)question;
    (void)until;
    (void)a;
    (void)answer;
    x.carried++;
    return lost(w);
}

/* Late answers, back to the asker, over the same line. */
static int dropped, doubled;

static bool deliver(void *ctx, struct span to, struct span answer, struct arena *a, struct why *w)
{
    struct ask_outcome out;
    bool twice = roll(3) == 0;

    (void)ctx;
    (void)to;
    if (roll(3) == 0) {
        dropped++;
        return lost(w);
    }
    doubled += twice;
    for (int i = 0; i <= twice; i++)
        if (!ask_receive(&x.office, SPAN("KZ"), answer, x.clock, a, &out, w))
            return false;
    return roll(3) != 0 || lost(w); /* arrived, and its receipt lost */
}

static void make_runners(void)
{
    static struct ask_office other;
    const struct ask_runner_options ours = { .office = &x.office, .topics = x.desk.topics };
    struct ask_runner_options theirs;

    other = x.office;
    other.member = SPAN("KZ");
    other.store = x.answerer;
    other.signer = exchange_signer(&x, SPAN("KZ"));
    theirs = (struct ask_runner_options){ .office = &other, .topics = x.desk.topics, .deliver = deliver };
    ask_runner_free(asker);
    ask_runner_free(answerer);
    asker = ask_runner_new(&ours);
    answerer = ask_runner_new(&theirs);
}

static int set_up(void **state)
{
    (void)state;
    exchange_open(&x);
    x.desk.topics = now_topics;
    dice = 20261122;
    n_held = 0;
    dropped = doubled = 0;
    x.office.carrier.carry = lossy;
    make_runners();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ask_runner_free(asker);
    ask_runner_free(answerer);
    asker = answerer = NULL;
    exchange_close(&x);
    return 0;
}

static void pass(struct ask_runner *r)
{
    struct why w = { 0 };

    if (!ask_runner_pass(r, x.clock, NULL, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static struct ask_order order(const struct ask_topic *t, const char *reference, unix_time seconds)
{
    return (struct ask_order){ .topic = t,
                               .reference = span_str(reference),
                               .to = SPAN("KZ"),
                               .purpose = SPAN("road-check"),
                               .article = SPAN("11"),
                               .at = x.clock,
                               .until = x.clock + seconds,
                               .body = span_str(reference) };
}

static struct ask_outcome put(const struct ask_topic *t, const char *reference, unix_time seconds)
{
    const struct ask_order o = order(t, reference, seconds);
    struct ask_outcome out = { 0 };
    struct why w = { 0 };

    if (!ask(&x.office, &o, &x.arena, &out, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return out;
}

static struct ask_outcome look(const char *reference)
{
    struct ask_outcome out = { 0 };
    struct why w = { 0 };
    bool found = false;

    assert_true(ask_look(&x.office, SPAN("KZ"), span_str(reference), x.clock, &x.arena, &found, &out, &w));
    assert_true(found);
    return out;
}

/* Both sides hold the same question and the same answer, each once. */
static void same_at_both(size_t n)
{
    const struct case_view *ours, *theirs;

    assert_int_equal(exchange_cases(&x, x.asker, NULL, &ours), n);
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &theirs), n);
    for (size_t i = 0; i < n; i++) {
        const struct case_view *t = NULL;

        for (size_t k = 0; k < n; k++)
            if (span_eq(theirs[k].record.name.reference, ours[i].record.name.reference))
                t = &theirs[k];
        assert_non_null(t);
        assert_true(span_eq(ours[i].record.body, t->record.body));
        assert_non_null(ask_event(&ours[i], ASK_EVENT_ANSWER));
        assert_non_null(ask_event(t, ASK_EVENT_ANSWER));
        assert_true(
            span_eq(ask_event(&ours[i], ASK_EVENT_ANSWER)->body, ask_event(t, ASK_EVENT_ANSWER)->body));
        assert_true(span_eq_str(ours[i].record.state, "answered"));
        assert_true(span_eq_str(t->record.state, "answered"));
    }
}

/* ---- */

static void a_bad_line_delays_and_loses_nothing(void **state)
{
    struct ask_runner_state s;
    char reference[16];
    int rounds = 0;

    (void)state;
    for (int i = 0; i < QUESTIONS; i++) {
        (void)snprintf(reference, sizeof reference, "IR-%d", i);
        (void)put(&now_topic, reference, 30 * 24 * 3600);
    }
    do {
        x.clock += 30;
        pass(asker);
        ask_runner_state(asker, &s);
    } while (s.open && ++rounds < ASK_ROUNDS * 10);
    assert_int_equal(s.open, 0);
    same_at_both(QUESTIONS);
    for (int i = 0; i < QUESTIONS; i++) {
        struct ask_outcome out;

        (void)snprintf(reference, sizeof reference, "IR-%d", i);
        out = look(reference);
        assert_int_equal(out.state, ASK_ANSWERED);
        assert_true(span_eq_str(out.body, reference));
    }
    x.carried = 0;
    x.clock += 100000;
    pass(asker);
    assert_int_equal(x.carried, 0);
}

static void late_answers_arrive_once(void **state)
{
    const struct ask_reply reply = { .said = ASK_SAID_ANSWERED, .body = SPAN("later") };
    struct ask_runner_state s;
    char reference[16];
    int rounds = 0;

    (void)state;
    x.desk.topics = later_topics;
    x.office.carrier.carry = perfect;
    make_runners();
    for (int i = 0; i < QUESTIONS; i++) {
        (void)snprintf(reference, sizeof reference, "IR-%d", i);
        assert_true(put(&later_topic, reference, 30 * 24 * 3600).acknowledged);
    }
    x.clock += 50;
    for (int i = 0; i < QUESTIONS; i++) {
        struct span message;
        struct why w = { 0 };

        (void)snprintf(reference, sizeof reference, "IR-%d", i);
        if (!ask_desk_later(&x.desk, SPAN("IR"), span_str(reference), &reply, x.clock, &x.arena, &message,
                            &w))
            fail_msg("%s: %s", w.reason, w.detail);
    }
    do {
        x.clock += 600;
        pass(answerer);
        ask_runner_state(answerer, &s);
    } while (s.undelivered && ++rounds < ASK_ROUNDS);
    assert_int_equal(s.undelivered, 0);
    assert_int_equal(s.delivered, QUESTIONS);
    assert_true(dropped > 0 && doubled > 0);
    same_at_both(QUESTIONS);
}

static void pauses_grow_and_the_deadline_ends_them(void **state)
{
    const struct case_view *v;
    struct ask_runner_state s;
    int first;

    (void)state;
    assert_int_equal(ask_pause(1), 5);
    assert_int_equal(ask_pause(2), 10);
    assert_int_equal(ask_pause(100), 3600);
    x.office.carrier.carry = is_down;
    assert_int_equal(put(&now_topic, "IR-1", 6 * 3600).state, ASK_UNREACHABLE);
    assert_int_equal(x.carried, 1);
    x.clock += LIMIT_ASK_GRACE - 1;
    pass(asker);
    assert_int_equal(x.carried, 1); /* whoever asked still waits for it */
    for (int i = 0; i < 3600; i++, x.clock++)
        pass(asker);
    first = x.carried;
    assert_in_range(first, 8, 12);
    while (x.clock < NOON + 6 * 3600 + 10) {
        x.clock += 30;
        pass(asker);
    }
    assert_in_range(x.carried, first + 3, first + 7);
    ask_runner_state(asker, &s);
    assert_int_equal(s.late, 1);
    assert_int_equal(s.open, 0);
    assert_int_equal(exchange_cases(&x, x.asker, NULL, &v), 1);
    assert_true(span_eq_str(v[0].record.state, "late"));
    assert_int_equal(v[0].n_events, 2); /* not got there, late: not one for each try */
    assert_int_equal(look("IR-1").state, ASK_LATE);
    x.carried = 0;
    x.clock += 100000;
    pass(asker);
    assert_int_equal(x.carried, 0);
}

static void what_came_after_the_deadline_is_kept(void **state)
{
    const struct ask_reply reply = { .said = ASK_SAID_ANSWERED, .body = SPAN("later") };
    struct ask_runner_state s;
    struct ask_outcome out;
    struct span message;
    struct why w = { 0 };

    (void)state;
    x.desk.topics = later_topics;
    x.office.carrier.carry = perfect;
    make_runners();
    assert_true(put(&later_topic, "IR-1", 3600).acknowledged);
    pass(answerer);
    ask_runner_state(answerer, &s);
    assert_int_equal(s.due_soon, 1);
    assert_int_equal(s.reminded, 1);
    pass(answerer);
    ask_runner_state(answerer, &s);
    assert_int_equal(s.reminded, 1);
    x.clock += 3601;
    pass(asker);
    ask_runner_state(asker, &s);
    assert_int_equal(s.late, 1);
    assert_true(ask_desk_later(&x.desk, SPAN("IR"), SPAN("IR-1"), &reply, x.clock, &x.arena, &message, &w));
    assert_true(ask_receive(&x.office, SPAN("KZ"), message, x.clock, &x.arena, &out, &w));
    out = look("IR-1");
    assert_int_equal(out.state, ASK_LATE);
    assert_true(span_eq_str(out.body, "later"));
}

/* A member that answers every try with other rubbish fills no store. */
static struct span rubbish(struct exchange *e, struct span answer)
{
    uint8_t *p = arena_alloc(&e->arena, answer.n);

    memcpy(p, answer.p, answer.n);
    p[roll((uint32_t)answer.n)] ^= 1;
    return span_of(p, answer.n);
}

static bool rubbishes(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                      struct span *answer, struct why *w)
{
    (void)ctx;
    (void)to;
    (void)until;
    if (!through(question, a, answer, w))
        return false;
    *answer = rubbish(&x, *answer);
    return true;
}

static void rubbish_is_kept_only_so_often(void **state)
{
    const struct case_view *v;

    (void)state;
    x.office.carrier.carry = rubbishes;
    (void)put(&now_topic, "IR-1", 30 * 24 * 3600);
    for (int i = 0; i < 200; i++) {
        x.clock += 3600;
        pass(asker);
    }
    assert_int_equal(exchange_cases(&x, x.asker, NULL, &v), 1);
    assert_in_range(v[0].n_events, 2, 16);
    assert_null(ask_event(&v[0], ASK_EVENT_ANSWER));
    x.office.carrier.carry = perfect;
    x.clock += 3600;
    pass(asker);
    assert_int_equal(look("IR-1").state, ASK_ANSWERED);
}

/* ---- processes that die ---- */

static int left; /* steps until the end */

static void step(void)
{
    if (left-- == 0)
        (void)kill(getpid(), SIGKILL);
}

static bool dies(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                 struct span *answer, struct why *w)
{
    bool ok;

    step(); /* recorded here, not sent */
    ok = perfect(ctx, to, question, until, a, answer, w);
    step(); /* answered there, not recorded here */
    return ok;
}

static bool dies_delivering(void *ctx, struct span to, struct span answer, struct arena *a, struct why *w)
{
    struct ask_outcome out;
    bool ok;

    (void)ctx;
    (void)to;
    step(); /* recorded there, not delivered */
    ok = ask_receive(&x.office, SPAN("KZ"), answer, x.clock, a, &out, w);
    step(); /* delivered, and not known there to be */
    return ok;
}

/* All of it: three questions, their answers later, delivered. */
static void errands(const char *round)
{
    const struct ask_reply reply = { .said = ASK_SAID_ANSWERED, .body = SPAN("later") };
    struct ask_office other = x.office;
    struct ask_runner_options o = { .office = &other, .topics = later_topics, .deliver = dies_delivering };
    struct ask_runner *r;
    char reference[24];
    struct why w = { 0 };

    x.office.carrier.carry = dies;
    other.member = SPAN("KZ");
    other.store = x.answerer;
    r = ask_runner_new(&o);
    for (int i = 0; i < 3; i++) {
        struct span message;

        (void)snprintf(reference, sizeof reference, "%s-%d", round, i);
        (void)put(&later_topic, reference, 30 * 24 * 3600);
        step();
        if (!ask_desk_later(&x.desk, SPAN("IR"), span_str(reference), &reply, x.clock, &x.arena, &message,
                            &w))
            fail_msg("%s: %s", w.reason, w.detail);
        step();
    }
    x.clock += 60;
    if (!ask_runner_pass(r, x.clock, NULL, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    ask_runner_free(r);
}

static void close_stores(void)
{
    store_close(x.asker);
    store_close(x.answerer);
    x.asker = x.answerer = NULL;
}

static void open_stores(void)
{
    x.office.store = x.asker = open_store(x.place[0].file);
    x.desk.store = x.answerer = open_store(x.place[1].file);
}

static void killed_at_every_step(void **state)
{
    int killed = 0;
    bool whole = false;

    (void)state;
    x.desk.topics = later_topics;
    for (int at = 0; !whole; at++) {
        char round[16];
        pid_t child;
        int status = 0;

        (void)snprintf(round, sizeof round, "IR-%d", at);
        close_stores();
        child = fork();
        if (child == 0) {
            open_stores();
            left = at;
            errands(round);
            _exit(0);
        }
        assert_true(waitpid(child, &status, 0) == child);
        open_stores();
        whole = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        left = 1 << 30;
        x.clock += 60;
        errands(round); /* the same again: as if nothing had happened */
    }
    assert_true(killed >= 12);
    same_at_both(3 * (size_t)(killed + 1));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_bad_line_delays_and_loses_nothing),    TEST(late_answers_arrive_once),
        TEST(pauses_grow_and_the_deadline_ends_them), TEST(what_came_after_the_deadline_is_kept),
        TEST(rubbish_is_kept_only_so_often),          TEST(killed_at_every_step),
    };

    return cmocka_run_group_tests_name("ask-runner", tests, NULL, NULL);
}
