/* Notices of offences: who may say what when, both sides in one order whatever is lost, forged or repeated.
 */
#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "service/licence/offence_internal.h"

static struct exchange x;
static const struct date no_day;

/* Both ways: KZ has an office too, IR a desk. */
static struct ask_desk home_desk, notifier_desk;
static struct ask_office home_office;
static struct ask_desks to_home, to_notifier;
static bool lost; /* the answer, on its way back */
static bool down;
static const struct ask_topic *const topics[] = { &offence_topic, &offence_step_topic, NULL };

static unix_time clock_of(void *ctx)
{
    return ((struct exchange *)ctx)->clock;
}

static bool carry(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w)
{
    struct ask_carrier real = ask_desks_carrier(ctx);

    if (down)
        return why_set(w, "down", WHY_NO_OFFSET, NULL, "the line is down");
    if (!real.carry(real.ctx, to, question, until, a, answer, w))
        return false;
    return !lost || why_set(w, "lost", WHY_NO_OFFSET, NULL, "the answer was lost");
}

static int set_up(void **state)
{
    (void)state;
    exchange_open(&x);
    lost = down = false;
    home_desk = x.desk;
    home_desk.topics = topics;
    notifier_desk = home_desk;
    notifier_desk.member = SPAN("IR");
    notifier_desk.store = x.asker;
    notifier_desk.signer = exchange_signer(&x, SPAN("IR"));
    to_home = (struct ask_desks){ SPAN("IR"), &home_desk, 1, clock_of, &x };
    to_notifier = (struct ask_desks){ SPAN("KZ"), &notifier_desk, 1, clock_of, &x };
    x.office.carrier = (struct ask_carrier){ &to_home, carry };
    home_office = x.office;
    home_office.member = SPAN("KZ");
    home_office.store = x.answerer;
    home_office.signer = exchange_signer(&x, SPAN("KZ"));
    home_office.carrier = (struct ask_carrier){ &to_notifier, carry };
    exchange_register(&x, "SPECIMEN-1", LICENCE_VALID, (struct date){ 2020, 1, 1 }, no_day, no_day);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    exchange_close(&x);
    return 0;
}

static struct offence_notice notice(void)
{
    return (struct offence_notice){ .where = SPAN("IR"),
                                    .authority = SPAN("SPECIMEN police"),
                                    .act = SPAN("speeding"),
                                    .code = SPAN("IR-105"),
                                    .words = SPAN("SPECIMEN: 142 where 110 are allowed"),
                                    .place = SPAN("Road 44, km 12"),
                                    .at = NOON - 3600,
                                    .amount = SPAN("1500.50"),
                                    .currency = SPAN("IRR"),
                                    .pay_until = { 2027, 3, 1 },
                                    .redress = SPAN("SPECIMEN: in writing to the court"),
                                    .issuer = SPAN("KZ"),
                                    .number = SPAN("SPECIMEN-1"),
                                    .driver = SPAN("SPECIMEN AIGERIM") };
}

static struct offence_outcome send(const char *reference, const struct offence_notice *n)
{
    struct offence_outcome o = { 0 };
    struct why w = { 0 };

    if (!offence_notify(&x.office, SPAN("KZ"), span_str(reference), n, x.clock, &x.arena, &o, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return o;
}

static struct offence *look(const struct ask_office *o, const char *reference)
{
    const struct case_name name = { CASE_ANY_SIDE, { NULL, 0 }, span_str(reference) };
    struct offence *of = arena_alloc(&x.arena, sizeof *of);
    struct why w = { 0 };
    bool found = false;

    if (!offence_look(o->store, o->agreement, &name, &x.arena, &found, of, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return found ? of : NULL;
}

static struct offence_step step(enum offence_word word)
{
    return (struct offence_step){ .word = word,
                                  .reason = word == OFFENCE_CONTESTED || word == OFFENCE_WITHDRAWN
                                                ? SPAN("SPECIMEN reason")
                                                : (struct span){ NULL, 0 } };
}

static struct offence_outcome say(const struct ask_office *o, const char *reference, enum offence_word word)
{
    const struct offence_step s = step(word);
    struct offence_outcome r = { 0 };
    struct why w = { 0 };

    if (!offence_say(o, look(o, reference), &s, x.clock, &x.arena, &r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return r;
}

static bool resend(const struct ask_office *o, const char *reference)
{
    struct why w = { 0 };
    bool waits = false;

    if (!offence_resend(o, look(o, reference), x.clock, &x.arena, &waits, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return waits;
}

static void same_at_both(const char *reference)
{
    const struct offence *a = look(&x.office, reference), *b = look(&home_office, reference);

    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->state, b->state);
    for (size_t i = 0; i < a->n; i++) {
        struct span one, other;
        struct why w = { 0 };

        assert_true(offence_step_bytes(&a->step[i], &x.arena, &one, &w));
        assert_true(offence_step_bytes(&b->step[i], &x.arena, &other, &w));
        assert_true(span_eq(one, other));
        assert_int_equal(a->by_us[i], !b->by_us[i]);
    }
}

/* ---- the table, as doc/offences.md has it ---- */

/* n notifier, h home, b both; rows and columns in the order of the words, from acknowledged. */
static const struct {
    enum offence_word state;
    const char *row;
} table[] = {
    { OFFENCE_ACKNOWLEDGED, "-hbbhnn" }, { OFFENCE_UNKNOWN, "-----nn" },     { OFFENCE_PAID, "---b-nn" },
    { OFFENCE_CONTESTED, "--b-hnn" },    { OFFENCE_TRANSFERRED, "--bb-nn" }, { OFFENCE_WITHDRAWN, "------n" },
    { OFFENCE_CLOSED, "-------" },
};

static bool listed(char c, enum offence_side side)
{
    return c == 'b' || c == (side == OFFENCE_NOTIFIER ? 'n' : 'h');
}

static void every_state_step_and_side(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof table / sizeof *table; s++)
        for (int word = OFFENCE_ACKNOWLEDGED; word < OFFENCE_WORDS; word++)
            for (int side = OFFENCE_NOTIFIER; side <= OFFENCE_HOME; side++) {
                char c = table[s].row[word - OFFENCE_ACKNOWLEDGED];
                const char *why =
                    offence_objection(table[s].state, (enum offence_side)side, (enum offence_word)word);

                if ((why == NULL) != listed(c, (enum offence_side)side))
                    fail_msg("%s, %s by side %d: %s", offence_word(table[s].state),
                             offence_word((enum offence_word)word), side, why ? why : "allowed");
            }
}

static void objections_say_which_rule(void **state)
{
    (void)state;
    assert_string_equal(offence_objection(OFFENCE_NO_WORD, OFFENCE_NOTIFIER, OFFENCE_PAID), "not-delivered");
    assert_string_equal(offence_objection(OFFENCE_ACKNOWLEDGED, OFFENCE_HOME, OFFENCE_WITHDRAWN),
                        "not-yours");
    assert_string_equal(offence_objection(OFFENCE_ACKNOWLEDGED, OFFENCE_NOTIFIER, OFFENCE_TRANSFERRED),
                        "not-yours");
    assert_string_equal(offence_objection(OFFENCE_CLOSED, OFFENCE_HOME, OFFENCE_PAID), "closed");
    assert_string_equal(offence_objection(OFFENCE_PAID, OFFENCE_HOME, OFFENCE_TRANSFERRED), "state");
}

/* ---- notices ---- */

static void a_notice_is_acknowledged_and_known_to_both(void **state)
{
    const struct offence_notice n = notice();
    struct offence_outcome o;
    struct traveller_key key;
    const struct case_view *c;

    (void)state;
    o = send("fine-1", &n);
    assert_true(o.delivered);
    assert_int_equal(o.state, OFFENCE_ACKNOWLEDGED);
    same_at_both("fine-1");
    offence_subject(x.answerer, &n, SPAN("KZ"), &key);
    assert_int_equal(exchange_cases(&x, x.answerer, &key, &c), 1);
    assert_string_equal(arena_str(&x.arena, c->record.purpose), OFFENCE_PURPOSE);
    assert_string_equal(arena_str(&x.arena, c->record.article), "12");
    o = send("fine-1", &n);
    assert_int_equal(o.what, STORE_REPEATED);
}

static void the_same_reference_stands_for_one_notice(void **state)
{
    struct offence_notice n = notice();
    struct offence_outcome o;
    struct why w = { 0 };

    (void)state;
    (void)send("fine-1", &n);
    n.amount = SPAN("1.00");
    assert_int_equal(send("fine-1", &n).what, STORE_CONFLICT);
    n = notice();
    assert_true(offence_notify(&x.office, SPAN("TR"), SPAN("fine-1"), &n, x.clock, &x.arena, &o, &w));
    assert_int_equal(o.what, STORE_CONFLICT);
}

static void an_unknown_licence_is_said_and_a_plate_is_for_a_person(void **state)
{
    struct offence_notice n = notice();

    (void)state;
    n.number = SPAN("NEVER-ISSUED");
    assert_int_equal(send("fine-1", &n).state, OFFENCE_UNKNOWN);
    same_at_both("fine-1");
    assert_string_equal(say(&home_office, "fine-1", OFFENCE_PAID).refused, "state");
    assert_null(say(&x.office, "fine-1", OFFENCE_CLOSED).refused);
    n.plate = SPAN("01 SPECIMEN");
    assert_int_equal(send("fine-2", &n).state, OFFENCE_ACKNOWLEDGED);
}

static void a_notice_waits_for_the_line(void **state)
{
    const struct offence_notice n = notice();
    struct offence_outcome o;

    (void)state;
    down = true;
    o = send("fine-1", &n);
    assert_false(o.delivered);
    assert_int_equal(o.state, OFFENCE_NO_WORD);
    assert_string_equal(say(&x.office, "fine-1", OFFENCE_WITHDRAWN).refused, "not-delivered");
    assert_true(resend(&x.office, "fine-1"));
    down = false;
    assert_false(resend(&x.office, "fine-1"));
    same_at_both("fine-1");
}

static size_t pass(const struct ask_office *o, bool whole)
{
    struct why w = { 0 };
    size_t waits = 0;

    if (!offence_pass(o, x.clock, whole, NULL, NULL, &waits, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return waits;
}

/* Nobody says "send": the pass of a running node does. */
static void a_running_node_sends_what_waits(void **state)
{
    struct offence_notice n = notice();

    (void)state;
    down = true;
    assert_false(send("fine-1", &n).delivered);
    assert_int_equal(pass(&x.office, false), 1);
    down = false;
    assert_int_equal(pass(&x.office, false), 0);
    assert_int_equal(look(&x.office, "fine-1")->state, OFFENCE_ACKNOWLEDGED);
    /* Home's step arrives, and home does not learn it. */
    lost = true;
    assert_false(say(&home_office, "fine-1", OFFENCE_PAID).delivered);
    assert_int_equal(pass(&home_office, false), 1);
    assert_int_equal(look(&home_office, "fine-1")->state, OFFENCE_ACKNOWLEDGED);
    lost = false;
    assert_int_equal(pass(&home_office, false), 0);
    assert_int_equal(look(&home_office, "fine-1")->state, OFFENCE_PAID);
    same_at_both("fine-1");
    /* The notifier's step waits for the line. */
    down = true;
    (void)say(&x.office, "fine-1", OFFENCE_CLOSED);
    assert_int_equal(pass(&x.office, false), 1);
    down = false;
    assert_int_equal(pass(&x.office, true), 0);
    same_at_both("fine-1");
    assert_int_equal(pass(&home_office, true), 0);
}

static void no_redress(struct offence_notice *n)
{
    n->redress = (struct span){ NULL, 0 };
}
static void no_class(struct offence_notice *n)
{
    n->act = SPAN("jaywalking");
}
static void no_person(struct offence_notice *n)
{
    n->number = (struct span){ NULL, 0 };
}
static void no_words(struct offence_notice *n)
{
    n->words = (struct span){ NULL, 0 };
}
static void no_currency(struct offence_notice *n)
{
    n->currency = (struct span){ NULL, 0 };
}
static void bad_amount(struct offence_notice *n)
{
    n->amount = SPAN("1,500");
}
static void early(struct offence_notice *n)
{
    n->pay_until = (struct date){ 2000, 1, 1 };
}
static void control(struct offence_notice *n)
{
    n->place = span_of("a\x1b[2J", 5);
}
static void elsewhere(struct offence_notice *n)
{
    n->where = SPAN("TR");
}
static void future(struct offence_notice *n)
{
    n->at = NOON + 86400;
}
static void digest_too(struct offence_notice *n)
{
    n->digest = span_of("0123456789abcdef0123456789abcdef", 32);
}

static void faults_are_found_before_anything_is_recorded(void **state)
{
    static const struct {
        void (*spoil)(struct offence_notice *n);
        const char *word;
    } rows[] = { { no_redress, "contest" }, { no_class, "class" },     { no_person, "plate" },
                 { no_words, "words" },     { no_currency, "amount" }, { bad_amount, "amount" },
                 { early, "last day" },     { control, "place" },      { elsewhere, "happen" },
                 { future, "future" },      { digest_too, "digest" } };
    const struct case_view *c;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct offence_notice n = notice();
        struct offence_outcome o;
        struct why w = { 0 };

        rows[i].spoil(&n);
        assert_false(offence_notify(&x.office, SPAN("KZ"), SPAN("f"), &n, x.clock, &x.arena, &o, &w));
        assert_string_equal(w.reason, "request");
        if (!strstr(w.detail, rows[i].word))
            fail_msg("row %zu: %s", i, w.detail);
        assert_null(strstr(w.detail, "SPECIMEN"));
    }
    assert_int_equal(exchange_cases(&x, x.asker, NULL, &c), 0);
}

/* ---- steps ---- */

static void steps_go_both_ways_in_one_order(void **state)
{
    const struct offence_notice n = notice();

    (void)state;
    (void)send("fine-1", &n);
    assert_null(say(&home_office, "fine-1", OFFENCE_CONTESTED).refused);
    assert_null(say(&home_office, "fine-1", OFFENCE_TRANSFERRED).refused);
    assert_null(say(&x.office, "fine-1", OFFENCE_PAID).refused);
    assert_null(say(&x.office, "fine-1", OFFENCE_CLOSED).refused);
    same_at_both("fine-1");
    assert_int_equal(look(&home_office, "fine-1")->n, 4);
    assert_string_equal(say(&home_office, "fine-1", OFFENCE_PAID).refused, "closed");
}

static void a_step_said_again_is_one_step(void **state)
{
    const struct offence_notice n = notice();

    (void)state;
    (void)send("fine-1", &n);
    (void)say(&home_office, "fine-1", OFFENCE_PAID);
    x.clock += 5;
    assert_int_equal(say(&home_office, "fine-1", OFFENCE_PAID).what, STORE_REPEATED);
    assert_int_equal(look(&x.office, "fine-1")->n, 1);
}

static void a_lost_answer_is_found_again(void **state)
{
    const struct offence_notice n = notice();

    (void)state;
    (void)send("fine-1", &n);
    lost = true;
    assert_false(say(&home_office, "fine-1", OFFENCE_PAID).delivered);
    assert_int_equal(look(&home_office, "fine-1")->state, OFFENCE_ACKNOWLEDGED); /* not counted yet */
    assert_int_equal(look(&x.office, "fine-1")->state, OFFENCE_PAID);
    lost = false;
    /* home misses the one before */
    assert_false(say(&x.office, "fine-1", OFFENCE_CLOSED).delivered);
    assert_false(resend(&home_office, "fine-1"));
    assert_false(resend(&x.office, "fine-1"));
    same_at_both("fine-1");
    assert_int_equal(look(&home_office, "fine-1")->n, 2);
}

static void what_crosses_is_refused_to_home(void **state)
{
    const struct offence_notice n = notice();
    struct offence_outcome o;

    (void)state;
    (void)send("fine-1", &n);
    down = true;
    assert_false(say(&home_office, "fine-1", OFFENCE_PAID).delivered);
    assert_string_equal(say(&home_office, "fine-1", OFFENCE_TRANSFERRED).refused, "pending");
    assert_null(say(&x.office, "fine-1", OFFENCE_WITHDRAWN).refused);
    down = false;
    assert_false(resend(&home_office, "fine-1")); /* late: settled, and no more waiting */
    assert_int_equal(look(&home_office, "fine-1")->n, 0);
    assert_false(resend(&x.office, "fine-1"));
    same_at_both("fine-1");
    o = say(&home_office, "fine-1", OFFENCE_PAID);
    assert_string_equal(o.refused, "state");
}

/* ---- attacks ---- */

static struct ask_answer forged(const struct ask_desk *d, const char *sender, const char *from,
                                const struct offence_step *s, const char *reference)
{
    struct ask_question q = { .reference = span_str(reference),
                              .topic = SPAN("offence step"),
                              .from = span_str(from),
                              .to = d->member,
                              .purpose = SPAN(OFFENCE_PURPOSE),
                              .article = SPAN("12"),
                              .at = x.clock,
                              .until = x.clock + 60 };
    struct span bytes = { NULL, 0 }, answer = { NULL, 0 };
    struct ask_answer out = { 0 };
    struct why w = { 0 };

    assert_true(offence_step_bytes(s, &x.arena, &q.body, &w));
    bytes = exchange_question(&x, &q);
    assert_true(ask_desk_answer(d, span_str(sender), bytes, x.clock, &x.arena, &answer, &w));
    assert_true(ask_answer_stored(answer, &x.arena, &out, &w));
    return out;
}

static void forged_steps_change_nothing(void **state)
{
    static const struct {
        const char *what, *sender, *from, *notifier, *said_by, *reference;
        enum offence_word word;
        int64_t n;
        bool at_home;
        const char *reason;
    } rows[] = {
        { "sender is another than from", "TR", "KZ", "IR", "KZ", "fine-1", OFFENCE_PAID, 1, false, "sender" },
        { "a third member pays", "TR", "TR", "IR", "TR", "fine-1", OFFENCE_PAID, 1, false, "no-notice" },
        { "a third member withdraws as its own", "TR", "TR", "TR", "TR", "fine-1", OFFENCE_WITHDRAWN, 1, true,
          "no-notice" },
        { "in the name of another", "TR", "TR", "IR", "KZ", "fine-1", OFFENCE_PAID, 1, false, "body" },
        { "home withdraws", "KZ", "KZ", "IR", "KZ", "fine-1", OFFENCE_WITHDRAWN, 1, false, "not-yours" },
        { "the notifier transfers", "IR", "IR", "IR", "IR", "fine-1", OFFENCE_TRANSFERRED, 1, true,
          "not-yours" },
        { "a step too far", "KZ", "KZ", "IR", "KZ", "fine-1", OFFENCE_PAID, 2, false, "out-of-order" },
        { "no such notice", "KZ", "KZ", "IR", "KZ", "fine-9", OFFENCE_PAID, 1, false, "no-notice" },
        { "a notice of nobody here", "KZ", "KZ", "TR", "KZ", "fine-1", OFFENCE_PAID, 1, false, "body" },
    };
    const struct offence_notice n = notice();

    (void)state;
    (void)send("fine-1", &n);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct offence_step s = step(rows[i].word);
        struct ask_answer a;
        char name[16];

        s.notifier = span_str(rows[i].notifier);
        s.from = span_str(rows[i].said_by);
        s.reference = span_str(rows[i].reference);
        s.n = rows[i].n;
        s.at = NOON;
        (void)snprintf(name, sizeof name, "forged-%zu", i);
        a = forged(rows[i].at_home ? &home_desk : &notifier_desk, rows[i].sender, rows[i].from, &s, name);
        if (a.said != ASK_SAID_REFUSED || !span_eq_str(a.reason, rows[i].reason))
            fail_msg("%s: %.*s", rows[i].what, (int)a.reason.n, (const char *)a.reason.p);
    }
    assert_int_equal(look(&x.office, "fine-1")->n, 0);
    same_at_both("fine-1");
}

static void a_replayed_step_counts_once_and_another_in_its_place_is_late(void **state)
{
    const struct offence_notice n = notice();
    struct offence_step s;

    (void)state;
    (void)send("fine-1", &n);
    (void)say(&home_office, "fine-1", OFFENCE_PAID);
    s = look(&x.office, "fine-1")->step[0];
    assert_int_equal(forged(&notifier_desk, "KZ", "KZ", &s, "again").said, ASK_SAID_ACKNOWLEDGED);
    assert_int_equal(look(&x.office, "fine-1")->n, 1);
    s.amount = SPAN("1.00");
    s.currency = SPAN("IRR");
    assert_true(span_eq_str(forged(&notifier_desk, "KZ", "KZ", &s, "other").reason, "late"));
    assert_true(span_eq_str(forged(&notifier_desk, "KZ", "KZ", &s, "again").reason, "replayed"));
    same_at_both("fine-1");
}

/* ---- a naive model: one list of steps that the notifier holds ---- */

static uint32_t seed = 12345;

static unsigned roll(unsigned n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 16) % n;
}

static void random_sequences_agree_with_the_model(void **state)
{
    const struct offence_notice n = notice();

    (void)state;
    for (int round = 0; round < 25; round++) {
        enum offence_word model = OFFENCE_NO_WORD;
        char reference[16];
        size_t counted = 0;

        (void)snprintf(reference, sizeof reference, "fine-%d", round);
        lost = down = false;
        (void)send(reference, &n);
        model = OFFENCE_ACKNOWLEDGED;
        for (int i = 0; i < 12; i++) {
            enum offence_side side = roll(2) ? OFFENCE_NOTIFIER : OFFENCE_HOME;
            const struct ask_office *o = side == OFFENCE_NOTIFIER ? &x.office : &home_office;
            enum offence_word word = (enum offence_word)(OFFENCE_UNKNOWN + roll(6));
            const struct offence *before = look(&x.office, reference);
            struct offence_outcome r;

            down = roll(4) == 0;
            lost = roll(4) == 0;
            x.clock++;
            if (side == OFFENCE_HOME) { /* settles what it said before, so that the model needs no queue */
                (void)resend(o, reference);
                before = look(&x.office, reference);
            }
            {
                const struct offence_step s = step(word);
                struct why w = { 0 };

                if (!offence_say(o, look(o, reference), &s, x.clock, &x.arena, &r, &w))
                    continue; /* moved on meanwhile */
            }
            model = look(&x.office, reference)->state;
            counted = look(&x.office, reference)->n;
            assert_true(counted == before->n || counted == before->n + 1);
            if (counted > before->n &&
                offence_objection(
                    before->state,
                    look(&x.office, reference)->by_us[counted - 1] ? OFFENCE_NOTIFIER : OFFENCE_HOME, model))
                fail_msg("counted a step that is not in the table");
            assert_true(look(&home_office, reference)->n <= counted); /* home is never ahead */
        }
        lost = down = false;
        for (int i = 0; i < 16; i++) {
            (void)resend(&home_office, reference);
            (void)resend(&x.office, reference);
        }
        assert_false(resend(&home_office, reference));
        assert_false(resend(&x.office, reference));
        same_at_both(reference);
        assert_int_equal(look(&home_office, reference)->n, look(&x.office, reference)->n);
    }
}

/* ---- what people send ---- */

static void what_the_phone_sends_is_understood(void **state)
{
    static const struct {
        const char *json, *act, *words, *reason;
    } rows[] = {
        { "{\"reference\":\"road-1\",\"member\":\"KZ\",\"licence\":{\"issuer\":\"KZ\",\"number\":\"SPECIMEN-"
          "1\"},"
          "\"act\":\"speeding\",\"place\":\"p\",\"at\":\"2027-01-01T00:00:00Z\",\"amount\":\"1500.50\","
          "\"currency\":\"IRR\",\"plate\":\"1\",\"note\":\"n\",\"id\":\"offence-1\"}",
          "speeding", "Speeding", NULL },
        { "{\"id\":\"o\",\"act\":\"SPECIMEN "
          "words\",\"licence\":{\"issuer\":\"KZ\",\"number\":\"1\"},\"place\":"
          "\"p\",\"at\":\"2027-01-01T00:00:00Z\"}",
          "other", "SPECIMEN words", NULL },
        { "{\"id\":\"o\",\"act\":{\"class\":\"parking\",\"words\":\"w\"},\"member\":\"TR\",\"plate\":\"34 "
          "S\","
          "\"place\":\"p\",\"at\":\"2027-01-01T00:00:00Z\"}",
          "parking", "w", NULL },
        { "{\"id\":\"o\",\"act\":\"parking\",\"plate\":\"34 "
          "S\",\"place\":\"p\",\"at\":\"2027-01-01T00:00:00Z\"}",
          NULL, NULL, "request" }, /* whose plate? */
        { "{\"id\":\"o\",\"act\":{\"class\":\"other\"},\"member\":\"TR\",\"plate\":\"1\",\"place\":\"p\","
          "\"at\":"
          "\"2027-01-01T00:00:00Z\"}",
          NULL, NULL, "request" }, /* other needs words */
        { "{\"id\":\"o\",\"act\":\"parking\",\"member\":\"TR\",\"plate\":\"1\",\"place\":\"p\",\"at\":"
          "\"noon\"}",
          NULL, NULL, "request" },
        { "{\"id\":\"o\",\"points\":3}", NULL, NULL, "request" },
        { "{", NULL, NULL, "json" },
    };
    const struct offence_defaults d = { SPAN("IR"), SPAN("SPECIMEN police"), SPAN("SPECIMEN court"), 30 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct offence_request q = { 0 };
        struct why w = { 0 };
        bool ok = offence_request_read(span_str(rows[i].json), &d, &x.arena, &q, &w);

        if (ok != (rows[i].act != NULL))
            fail_msg("row %zu: %s", i, ok ? "read" : w.detail);
        if (!ok) {
            assert_string_equal(w.reason, rows[i].reason);
            continue;
        }
        assert_true(span_eq_str(q.notice.act, rows[i].act));
        assert_true(span_eq_str(q.notice.words, rows[i].words));
        assert_int_equal(q.notice.pay_until.day, 31);
    }
}

static void a_node_that_does_not_say_how_to_contest_takes_no_notes(void **state)
{
    const struct offence_defaults d = { .where = SPAN("IR") };
    struct offence_request q;
    struct why w = { 0 };

    (void)state;
    assert_false(offence_request_read(
        SPAN("{\"id\":\"o\",\"act\":\"parking\",\"member\":\"TR\",\"plate\":\"1\",\"place\":\"p\",\"at\":"
             "\"2027-01-01T00:00:00Z\"}"),
        &d, &x.arena, &q, &w));
    assert_string_equal(w.reason, "not-configured");
}

static void bodies_write_back(void **state)
{
    const struct offence_notice n = notice();
    struct offence_notice back = { 0 };
    struct buffer b, c;
    struct why w = { 0 };

    (void)state;
    buf_init(&b, 1 << 16);
    buf_init(&c, 1 << 16);
    offence_notice_put(&n, &b);
    assert_true(offence_notice_read(buf_span(&b), &x.arena, &back, &w));
    offence_notice_put(&back, &c);
    assert_true(span_eq(buf_span(&b), buf_span(&c)));
    for (size_t cut = 0; cut < b.n; cut++) {
        struct why bad = { 0 };

        assert_false(offence_notice_read(span_of(b.p, cut), &x.arena, &back, &bad));
        assert_non_null(bad.reason);
    }
    buf_free(&b);
    buf_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_step_and_side),
        cmocka_unit_test(objections_say_which_rule),
#define ONE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        ONE(a_notice_is_acknowledged_and_known_to_both),
        ONE(the_same_reference_stands_for_one_notice),
        ONE(an_unknown_licence_is_said_and_a_plate_is_for_a_person),
        ONE(a_notice_waits_for_the_line),
        ONE(a_running_node_sends_what_waits),
        ONE(faults_are_found_before_anything_is_recorded),
        ONE(steps_go_both_ways_in_one_order),
        ONE(a_step_said_again_is_one_step),
        ONE(a_lost_answer_is_found_again),
        ONE(what_crosses_is_refused_to_home),
        ONE(forged_steps_change_nothing),
        ONE(a_replayed_step_counts_once_and_another_in_its_place_is_late),
        ONE(random_sequences_agree_with_the_model),
        ONE(what_the_phone_sends_is_understood),
        ONE(a_node_that_does_not_say_how_to_contest_takes_no_notes),
        ONE(bodies_write_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
