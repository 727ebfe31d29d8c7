/* Questions and answers: what each side accepts, records and refuses, and what nobody can slip in between. */
#include "exchange.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/ask/proof.h"
#include "wire/cbor_write.h"

static struct exchange x;

static int set_up(void **state)
{
    (void)state;
    exchange_open(&x);
    exchange_register(&x, "SPECIMEN-1", LICENCE_VALID, (struct date){ 0 }, (struct date){ 0 },
                      (struct date){ 0 });
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    exchange_close(&x);
    return 0;
}

/* {0: 1, 1: "SPECIMEN-1", 2: h'', 3: ""} */
static struct span body_of(const char *number)
{
    struct buffer b;
    struct span out;

    buf_init(&b, 1024);
    cbor_put_map(&b, 4);
    cbor_put_int(&b, 0);
    cbor_put_int(&b, 1);
    cbor_put_int(&b, 1);
    cbor_put_str(&b, number);
    cbor_put_int(&b, 2);
    cbor_put_bytes(&b, (struct span){ NULL, 0 });
    cbor_put_int(&b, 3);
    cbor_put_str(&b, "");
    out = arena_copy(&x.arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct ask_question good_question(void)
{
    return (struct ask_question){ .reference = SPAN("IR-1"),
                                  .topic = SPAN("licence status"),
                                  .from = SPAN("IR"),
                                  .to = SPAN("KZ"),
                                  .purpose = SPAN("road-check"),
                                  .article = SPAN("11"),
                                  .at = NOON,
                                  .until = NOON + 10,
                                  .body = body_of("SPECIMEN-1"),
                                  .role = SPAN("road-police") };
}

static struct span message_of(const struct ask_question *q)
{
    struct buffer b;
    struct span out;

    buf_init(&b, LIMIT_ASK_MESSAGE + 100);
    ask_question_put(q, &b);
    assert_true(buf_ok(&b));
    out = arena_copy(&x.arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct span bytes_of(const struct ask_question *q)
{
    return exchange_question(&x, q);
}

static struct ask_order good_order(void)
{
    return (struct ask_order){ .topic = &licence_status_topic,
                               .reference = SPAN("IR-1"),
                               .to = SPAN("KZ"),
                               .purpose = SPAN("road-check"),
                               .article = SPAN("11"),
                               .at = NOON,
                               .until = NOON + 10,
                               .body = body_of("SPECIMEN-1") };
}

static struct ask_outcome put(const struct ask_order *o)
{
    struct ask_outcome out = { 0 };
    struct why w = { 0 };

    if (!ask(&x.office, o, &x.arena, &out, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return out;
}

/* ---- messages ---- */

static void messages_read_back(void **state)
{
    struct ask_question q = good_question(), back;
    struct span bytes = message_of(&q);
    struct why w = { 0 };

    (void)state;
    assert_true(ask_question_read(bytes, &x.arena, &back, &w));
    assert_true(span_eq(message_of(&back), bytes));
    assert_true(span_eq(back.reference, q.reference) && back.at == q.at && back.until == q.until);
    assert_true(span_eq(back.body, q.body) && span_eq(back.purpose, q.purpose));
}

/* Every byte changed, cut and added: what is still read writes back to the same bytes. */
static void no_two_texts_for_one_message(void **state)
{
    struct ask_question q = good_question(), back;
    struct span bytes = message_of(&q);
    uint8_t *copy = arena_alloc(&x.arena, bytes.n + 1);
    size_t read = 0;

    (void)state;
    for (size_t i = 0; i < bytes.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct why w = { 0 };
            struct arena a;

            arena_init(&a, 1 << 20);
            memcpy(copy, bytes.p, bytes.n);
            copy[i] ^= (uint8_t)(1 << bit);
            if (ask_question_read(span_of(copy, bytes.n), &a, &back, &w)) {
                struct buffer b;

                buf_init(&b, 4096);
                ask_question_put(&back, &b);
                assert_true(span_eq(buf_span(&b), span_of(copy, bytes.n)));
                buf_free(&b);
                read++;
            } else {
                assert_non_null(w.reason);
            }
            arena_free(&a);
        }
    }
    assert_true(read > 0);
    for (size_t n = 0; n < bytes.n; n++) {
        struct why w = { 0 };

        assert_false(ask_question_read(span_sub(bytes, 0, n), &x.arena, &back, &w));
    }
    memcpy(copy, bytes.p, bytes.n);
    copy[bytes.n] = 0;
    {
        struct why w = { 0 };

        assert_false(ask_question_read(span_of(copy, bytes.n + 1), &x.arena, &back, &w));
        assert_string_equal(w.reason, "CBOR_TRAILING");
    }
}

/* ---- the desk ---- */

static struct ask_answer answer_to(struct span sender, struct span question)
{
    struct ask_answer n = { 0 };
    struct span bytes;
    struct why w = { 0 };

    if (!ask_desk_answer(&x.desk, sender, question, x.clock, &x.arena, &bytes, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    if (!ask_answer_stored(bytes, &x.arena, &n, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return n;
}

static void a_desk_refuses(void **state)
{
    struct {
        const char *what, *reason;
        const char *sender;
        struct ask_question q;
        bool recorded;
    } cases[] = {
        { "sent by another than it says", "sender", "TR", good_question(), false },
        { "meant for another member", "not-for-us", "IR", good_question(), false },
        { "asked by no party", "not-a-party", "FR", good_question(), true },
        { "of a topic that is not answered here", "topic", "IR", good_question(), true },
        { "by an office that may not ask for that", "role", "IR", good_question(), true },
        { "by no office", "role-missing", "IR", good_question(), true },
        { "without a purpose", "purpose-missing", "IR", good_question(), true },
        { "for a purpose that is not allowed", "purpose", "IR", good_question(), true },
        { "under an article that does not exist", "article", "IR", good_question(), true },
        { "under an article about something else", "article", "IR", good_question(), true },
        { "with its deadline before it", "deadline", "IR", good_question(), true },
        { "with a deadline too far", "deadline", "IR", good_question(), true },
        { "from the future", "future", "IR", good_question(), true },
        { "past its deadline", "past-deadline", "IR", good_question(), true },
        { "with a body that is none", "body", "IR", good_question(), true },
        { "with a body of another version", "body", "IR", good_question(), true },
    };

    (void)state;
    cases[1].q.to = SPAN("TR");
    cases[2].q.from = SPAN("FR");
    cases[3].q.topic = SPAN("everything");
    cases[4].q.role = SPAN("licence-authority");
    cases[5].q.role = (struct span){ NULL, 0 };
    cases[6].q.purpose = (struct span){ NULL, 0 };
    cases[7].q.purpose = SPAN("marketing");
    cases[8].q.article = SPAN("99");
    cases[9].q.article = SPAN("5");
    cases[10].q.until = NOON;
    cases[11].q.until = NOON + LIMIT_ASK_SECONDS + 1;
    cases[12].q.at = NOON + LIMIT_ASK_SKEW + 1;
    cases[12].q.until = NOON + 1000;
    cases[13].q.at = NOON - 20;
    cases[13].q.until = NOON - 10;
    cases[14].q.body = SPAN("\xa0");
    cases[15].q.body = SPAN("\xa4\x00\x02\x01\x61"
                            "1\x02\x40\x03\x60");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct case_view *v;
        char reference[16];
        struct ask_answer n;
        size_t before = exchange_cases(&x, x.answerer, NULL, &v);

        (void)snprintf(reference, sizeof reference, "IR-%zu", i);
        cases[i].q.reference = span_str(reference);
        n = answer_to(span_str(cases[i].sender), bytes_of(&cases[i].q));
        if (n.said != ASK_SAID_REFUSED || !span_eq_str(n.reason, cases[i].reason))
            fail_msg("%s: %s %.*s", cases[i].what, ask_said_word(n.said), (int)n.reason.n,
                     (const char *)n.reason.p);
        assert_int_equal(n.body.n, 0);
        assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v) - before, cases[i].recorded);
        if (cases[i].recorded) {
            assert_true(span_eq_str(v[0].record.state, "refused"));
            assert_true(span_eq_str(v[0].event[0].what, cases[i].reason));
            assert_true(v[0].record.purpose.n > 0);
        }
    }
    assert_true(span_eq_str(answer_to(SPAN("IR"), SPAN("no message at all")).reason, "malformed"));
    assert_true(span_eq_str(answer_to(SPAN("IR"), SPAN("\xa1\x01\x02")).reason, "unsigned"));
}

/* ---- signatures ---- */

enum { BY_NOBODY = -1, BY_UNKNOWN = -2 };

/* The message signed by the key of a member, as what `as` says. */
static struct span signed_as(const struct ask_question *q, const struct ask_binding *as, int by)
{
    static uint8_t secret[NODE_SECRET_KEY];
    uint8_t seed[NODE_SEED] = { 99 }, pub[NODE_PUBLIC_KEY];
    struct signer stranger;
    struct span out = { NULL, 0 };
    struct why w = { 0 };

    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &stranger);
    if (by == BY_NOBODY)
        return message_of(q);
    assert_true(
        ask_sign(as, message_of(q), by == BY_UNKNOWN ? &stranger : &x.signer[by], &x.arena, &out, &w));
    return out;
}

static void what_is_not_signed_as_it_must_be_is_refused(void **state)
{
    const struct ask_question q = good_question();
    const struct ask_binding good = { false, q.topic, q.purpose, q.from, q.to };
    struct {
        const char *what, *reason;
        struct ask_binding as;
        int by;
    } rows[] = {
        { "not signed", "unsigned", good, BY_NOBODY },
        { "with a key of nobody", "key", good, BY_UNKNOWN },
        { "with another member's key", "key", good, 2 },
        { "with the answering member's own key", "key", good, 1 },
        { "signed as an answer", "aad", good, 0 },
        { "signed for another topic", "signature", good, 0 },
        { "signed for another purpose", "signature", good, 0 },
        { "signed for another member", "signature", good, 0 },
        { "signed as from another member", "signature", good, 0 },
    };
    const struct case_view *v;

    (void)state;
    rows[4].as.answer = true;
    rows[5].as.topic = SPAN("offence");
    rows[6].as.purpose = SPAN("licence-exchange");
    rows[7].as.to = SPAN("TR");
    rows[8].as.from = SPAN("TR");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ask_answer n = answer_to(SPAN("IR"), signed_as(&q, &rows[i].as, rows[i].by));

        if (n.said != ASK_SAID_REFUSED || !span_eq_str(n.reason, rows[i].reason))
            fail_msg("%s: %.*s", rows[i].what, (int)n.reason.n, (const char *)n.reason.p);
    }
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 0);
    assert_int_equal(answer_to(SPAN("IR"), bytes_of(&q)).said, ASK_SAID_ANSWERED);
}

static void a_suspended_member_asks_nothing(void **state)
{
    struct ask_question q = good_question();
    const struct case_view *v;

    (void)state;
    x.key[0].suspended = true;
    assert_true(span_eq_str(answer_to(SPAN("IR"), bytes_of(&q)).reason, "key"));
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 0);
    x.key[0].suspended = false;
    assert_int_equal(answer_to(SPAN("IR"), bytes_of(&q)).said, ASK_SAID_ANSWERED);
}

/* Every bit of a signed question turned, every length cut: never accepted as this member's question. */
static void no_bit_of_a_signed_question_can_change(void **state)
{
    struct ask_question q = good_question();
    struct span bytes = bytes_of(&q);
    uint8_t *copy = arena_alloc(&x.arena, bytes.n);
    struct ask_sealed m;

    (void)state;
    for (size_t i = 0; i < bytes.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            const struct ask_keys keys = ask_keys_of_table(&x.keys);
            struct ask_question back;
            struct why w = { 0 };
            struct arena a;

            arena_init(&a, 1 << 20);
            memcpy(copy, bytes.p, bytes.n);
            copy[i] ^= (uint8_t)(1 << bit);
            if (ask_sealed_read(span_of(copy, bytes.n), &a, &m, &w) &&
                ask_question_read(m.message, &a, &back, &w)) {
                const struct ask_binding as = { false, back.topic, back.purpose, back.from, back.to };

                assert_false(ask_verify(&m, &as, &keys, &a, &w));
            }
            assert_non_null(w.reason);
            arena_free(&a);
        }
    }
    for (size_t n = 0; n < bytes.n; n++) {
        struct why w = { 0 };

        assert_false(ask_sealed_read(span_sub(bytes, 0, n), &x.arena, &m, &w));
    }
}

/* What others may read it with is plain COSE (RFC 9052 4.2): tag 18, four items, alg EdDSA and kid protected.
 */
static void it_is_a_plain_cose_sign1(void **state)
{
    struct ask_question q = good_question();
    struct span bytes = bytes_of(&q);
    uint8_t kid[ASK_KID];

    (void)state;
    ask_kid(x.signer[0].pub, kid);
    assert_memory_equal(bytes.p, "\xd2\x84\x4d\xa2\x01\x27\x04\x48", 8);
    assert_memory_equal(bytes.p + 8, kid, ASK_KID);
    assert_int_equal(bytes.p[16], 0xa0);
}

static void a_replay_gets_the_first_answer_and_no_other(void **state)
{
    struct ask_question q = good_question();
    struct span bytes = bytes_of(&q), first, second;
    const struct case_view *v;
    struct ask_answer n;
    struct why w = { 0 };

    (void)state;
    assert_true(ask_desk_answer(&x.desk, SPAN("IR"), bytes, NOON, &x.arena, &first, &w));
    /* Also when its deadline has passed: nothing new is looked up. */
    assert_true(ask_desk_answer(&x.desk, SPAN("IR"), bytes, NOON + 5000, &x.arena, &second, &w));
    assert_true(span_eq(first, second));
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 1);
    assert_int_equal(v[0].n_events, 1);
    q.body = body_of("SPECIMEN-2");
    n = answer_to(SPAN("IR"), bytes_of(&q));
    assert_true(n.said == ASK_SAID_REFUSED && span_eq_str(n.reason, "replayed"));
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 1);
    assert_int_equal(v[0].n_events, 2);
    assert_true(span_eq(v[0].record.body, bytes));
    /* The same reference of another member is another question. */
    q = good_question();
    q.from = SPAN("TR");
    assert_int_equal(answer_to(SPAN("TR"), bytes_of(&q)).said, ASK_SAID_ANSWERED);
}

/* ---- the office ---- */

static void both_sides_hold_it(void **state)
{
    struct ask_order o = good_order();
    struct ask_outcome out = put(&o);
    const struct case_view *ours, *theirs;

    (void)state;
    assert_int_equal(out.state, ASK_ANSWERED);
    assert_true(out.body.n > 0 && span_eq_str(out.from, "KZ") && out.at == NOON);
    assert_int_equal(exchange_cases(&x, x.asker, NULL, &ours), 1);
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &theirs), 1);
    for (const struct case_view *v = ours; v; v = v == ours ? theirs : NULL) {
        assert_true(span_eq_str(v->record.purpose, "road-check") && span_eq_str(v->record.article, "11"));
        assert_true(span_eq_str(v->record.name.reference, "IR-1") &&
                    span_eq_str(v->record.state, "answered"));
        assert_true(span_eq(v->record.body, x.question));
        assert_true(v->record.has_subject && v->n_events == 1);
    }
    assert_true(span_eq(ours->event[0].body, theirs->event[0].body));
    /* The two stores know the licence by different keys. */
    assert_memory_not_equal(ours->record.subject.b, theirs->record.subject.b, 32);
}

static struct span another_body(struct exchange *e, struct span answer)
{
    struct ask_answer n;
    struct why w = { 0 };

    assert_true(ask_answer_stored(answer, &e->arena, &n, &w));
    switch (e->clock - NOON) {
    case 1:
        n.from = SPAN("TR");
        break;
    case 2:
        n.reference = SPAN("IR-7");
        break;
    case 3:
        n.question = SPAN("0123456789abcdef0123456789abcdef");
        break;
    case 4:
        n.topic = SPAN("offence");
        break;
    case 5:
        n.to = SPAN("TR");
        break;
    case 6:
        n.at = NOON + 1000;
        break;
    case 7:
        n.at = NOON - 1000;
        break;
    default:
        return SPAN("garbage");
    }
    return exchange_answer(e, &n, SPAN("road-check"));
}

/* A good answer, signed otherwise than it must be. */
static struct span another_signature(struct exchange *e, struct span answer)
{
    struct ask_binding as = { true, SPAN("licence status"), SPAN("road-check"), SPAN("KZ"), SPAN("IR") };
    struct span message = { NULL, 0 }, out = { NULL, 0 };
    int by = 1;
    struct why w = { 0 };

    assert_true(ask_message_of(answer, &e->arena, &message, &w));
    switch (e->clock - NOON) {
    case 0:
        return message;
    case 1:
        by = 2;
        break;
    case 2:
        as.answer = false;
        break;
    case 3:
        as.purpose = SPAN("licence-exchange");
        break;
    case 4:
        as.topic = SPAN("offence");
        break;
    case 5:
        as.to = SPAN("TR");
        break;
    default:
        e->key[1].suspended = true;
        break;
    }
    assert_true(ask_sign(&as, message, &e->signer[by], &e->arena, &out, &w));
    return out;
}

static void an_answer_signed_otherwise_counts_for_nothing(void **state)
{
    static const char *const reasons[] = { "answer-unsigned",  "answer-key",       "answer-aad",
                                           "answer-signature", "answer-signature", "answer-signature",
                                           "answer-key" };

    (void)state;
    x.spoil = another_signature;
    for (int i = 0; i < 7; i++) {
        struct ask_order o = good_order();
        struct ask_outcome out;
        char reference[16];

        (void)snprintf(reference, sizeof reference, "IR-%d", 200 + i);
        o.reference = span_str(reference);
        x.clock = NOON + i;
        out = put(&o);
        if (out.state != ASK_UNREACHABLE || !span_eq_str(out.reason, reasons[i]))
            fail_msg("%d: %.*s", i, (int)out.reason.n, (const char *)out.reason.p);
    }
}

struct begun {
    sem_t done;
    struct ask_visit *visit;
    struct span answer;
};

static void is_done(void *ctx)
{
    sem_post(&((struct begun *)ctx)->done);
}

/* The answer in two halves; its reason when there is none. */
static const char *begin(struct begun *b, struct span question, struct why *w)
{
    why_clear(w);
    (void)sem_init(&b->done, 0, 0);
    b->visit = NULL;
    b->answer = (struct span){ NULL, 0 };
    if (!ask_desk_begin(&x.desk, SPAN("IR"), question, x.clock, &x.arena, is_done, b, &b->visit, &b->answer,
                        w))
        return w->reason;
    if (!b->visit)
        return "at once";
    (void)sem_wait(&b->done);
    return ask_desk_end(b->visit, &b->answer, w) ? "recorded" : w->reason;
}

/* What may be begun ends as the whole does: nothing is said before it is in the store. */
static void a_question_begun_is_answered_when_it_is_recorded(void **state)
{
    struct ask_question q = good_question();
    const struct case_name name = { CASE_THEIRS, SPAN("IR"), q.reference };
    const struct ask_topic *waits[2] = { NULL, NULL };
    struct ask_topic slow = *x.desk.topics[0];
    struct span first = bytes_of(&q), other;
    struct case_view v;
    struct ask_answer n;
    struct begun b;
    struct why w = { 0 };
    bool found = false;

    (void)state;
    assert_string_equal(begin(&b, first, &w), "recorded");
    assert_true(store_find_case(x.desk.store, &name, &found, &x.arena, &v, &w) && found);
    assert_true(span_eq(v.event[0].body, b.answer) && span_eq(v.record.body, first));
    assert_string_equal(begin(&b, first, &w), "repeated");
    n = answer_to(SPAN("IR"), first);
    assert_true(n.said == ASK_SAID_ANSWERED);
    q.body = SPAN("another");
    assert_string_equal(begin(&b, bytes_of(&q), &w), "repeated");
    assert_string_equal(begin(&b, SPAN("\xff"), &w), "at once");
    assert_true(ask_answer_stored(b.answer, &x.arena, &n, &w) && span_eq_str(n.reason, "malformed"));
    q.reference = SPAN("IR-77");
    slow.waits = true;
    waits[0] = &slow;
    x.desk.topics = waits;
    other = bytes_of(&q);
    assert_string_equal(begin(&b, other, &w), "topic-waits");
    assert_true(store_find_case(x.desk.store, &(struct case_name){ CASE_THEIRS, SPAN("IR"), q.reference },
                                &found, &x.arena, &v, &w));
    assert_false(found);
}

static void without_a_key_nothing_is_asked(void **state)
{
    struct ask_order o = good_order();
    const struct case_view *v;
    struct ask_outcome out;
    struct why w = { 0 };

    (void)state;
    x.office.signer = NULL;
    assert_false(ask(&x.office, &o, &x.arena, &out, &w));
    assert_string_equal(w.reason, "no-key");
    assert_int_equal(exchange_cases(&x, x.asker, NULL, &v), 0);
}

static void what_is_no_answer_counts_for_nothing(void **state)
{
    static const char *const reasons[] = { "answer-malformed",      "answer-from-another",
                                           "answer-other-question", "answer-other-question",
                                           "answer-other-question", "answer-other-question",
                                           "answer-time",           "answer-time" };

    (void)state;
    x.spoil = another_body;
    for (int i = 0; i < 8; i++) {
        struct ask_order o = good_order();
        struct ask_outcome out;
        const struct case_view *v;
        char reference[16];

        (void)snprintf(reference, sizeof reference, "IR-%d", 100 + i);
        o.reference = span_str(reference);
        x.clock = NOON + i;
        out = put(&o);
        assert_int_equal(out.state, ASK_UNREACHABLE);
        if (!span_eq_str(out.reason, reasons[i]))
            fail_msg("%d: %.*s", i, (int)out.reason.n, (const char *)out.reason.p);
        assert_int_equal(out.body.n, 0);
        (void)exchange_cases(&x, x.asker, NULL, &v);
        assert_true(span_eq_str(v[0].record.state, "unreachable"));
        assert_true(v[0].event[0].body.n > 0); /* kept: it may be proof */
    }
    /* And the line in order again: the same order is asked again, and answered. */
    {
        struct ask_order o = good_order();
        bool found = false;
        struct ask_outcome out;
        struct why w = { 0 };

        x.spoil = NULL;
        o.reference = SPAN("IR-103");
        x.clock = o.at = NOON + 5;
        out = put(&o);
        assert_int_equal(out.state, ASK_ANSWERED);
        assert_true(ask_look(&x.office, SPAN("KZ"), SPAN("IR-103"), NOON + 9, &x.arena, &found, &out, &w));
        assert_true(found && out.state == ASK_ANSWERED);
    }
}

static void refused_here_before_anything_is_sent(void **state)
{
    static const struct {
        const char *purpose, *article, *to, *reason;
        unix_time until;
    } cases[] = {
        { "", "11", "KZ", "purpose-missing", NOON + 10 },
        { "marketing", "11", "KZ", "purpose", NOON + 10 },
        { "road-check", "5", "KZ", "article", NOON + 10 },
        { "road-check", "11", "FR", "not-a-party", NOON + 10 },
        { "road-check", "11", "KZ", "deadline", NOON },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ask_order o = good_order();
        const struct case_view *v;
        struct ask_outcome out;

        o.reference = (struct span){ NULL, 0 };
        o.purpose = span_str(cases[i].purpose);
        o.article = span_str(cases[i].article);
        o.to = span_str(cases[i].to);
        o.until = cases[i].until;
        out = put(&o);
        assert_true(out.state == ASK_REFUSED && out.ours);
        assert_true(span_eq_str(out.reason, cases[i].reason));
        assert_true(span_starts(out.reference, SPAN("IR-")) && out.reference.n == 29);
        (void)exchange_cases(&x, x.asker, NULL, &v);
        assert_true(span_eq_str(v[0].record.state, "refused"));
    }
    assert_int_equal(x.carried, 0);
}

/* A member whom the article does not bind from a day on. */
struct suspension {
    struct span member;
    struct date from;
};

static const char *suspended(void *ctx, const struct asking *q)
{
    const struct suspension *s = ctx;

    if ((span_eq(q->from, s->member) || span_eq(q->to, s->member)) && date_cmp(q->on, s->from) >= 0)
        return "not-bound";
    return agreement_asking(x.agreement, q);
}

static void who_is_not_bound_is_refused_on_both_sides(void **state)
{
    struct suspension s = { SPAN("IR"), date_of_time(NOON) };
    const struct ask_law law = { suspended, &s };
    struct ask_question q = good_question();
    struct ask_order o = good_order();
    struct ask_outcome out;

    (void)state;
    x.office.law = x.desk.law = &law;
    o.reference = SPAN("IR-301");
    out = put(&o);
    assert_true(out.state == ASK_REFUSED && out.ours && span_eq_str(out.reason, "not-bound"));
    assert_int_equal(x.carried, 0);
    x.office.law = NULL;
    o.reference = SPAN("IR-302");
    out = put(&o);
    assert_true(out.state == ASK_REFUSED && !out.ours && span_eq_str(out.reason, "not-bound"));
    /* Of yesterday, when it was bound: it is asked today. */
    q.reference = SPAN("IR-303");
    q.at = NOON - 86400;
    assert_true(span_eq_str(answer_to(SPAN("IR"), bytes_of(&q)).reason, "not-bound"));
    /* From tomorrow on: bound today. */
    s.from = date_add_days(s.from, 1);
    q.reference = SPAN("IR-304");
    q.at = NOON;
    assert_int_equal(answer_to(SPAN("IR"), bytes_of(&q)).said, ASK_SAID_ANSWERED);
    s.member = SPAN("KZ");
    s.from = date_of_time(NOON);
    q.reference = SPAN("IR-305");
    assert_true(span_eq_str(answer_to(SPAN("IR"), bytes_of(&q)).reason, "not-bound"));
}

/* A later version, in which the article has another number and another office asks. */
static void renumbered(void *ctx, const struct asking *q, struct arena *a, struct span *article,
                       struct span *role)
{
    const struct date *from = ctx;
    bool later = date_cmp(q->on, *from) >= 0 && span_eq_str(q->from, "IR") && span_eq_str(q->to, "KZ");

    *article = q->article.n ? q->article : arena_copy(a, later ? SPAN("31") : SPAN("11"));
    *role = arena_copy(a, span_eq_str(*article, "31") ? SPAN("licence-office") : SPAN("road-police"));
}

static const char *anything(void *ctx, const struct asking *q)
{
    (void)ctx;
    (void)q;
    return NULL;
}

static void article_and_office_are_those_of_the_version_in_force(void **state)
{
    struct date from = date_of_time(NOON);
    const struct ask_law law = { anything, &from, renumbered };
    const struct ask_topic *topic = good_order().topic;
    struct ask_order o = good_order();
    const struct case_view *v;
    struct ask_question q;

    (void)state;
    x.office.law = &law;
    assert_true(span_eq_str(ask_article(&x.office, topic, SPAN("KZ"), o.purpose, NOON, &x.arena), "31"));
    assert_true(
        span_eq_str(ask_article(&x.office, topic, SPAN("KZ"), o.purpose, NOON - 86400, &x.arena), "11"));
    assert_true(span_eq_str(ask_article(&x.office, topic, SPAN("TR"), o.purpose, NOON, &x.arena), "11"));
    o.reference = SPAN("IR-401");
    o.article = SPAN("31");
    o.role = (struct span){ NULL, 0 };
    (void)put(&o);
    assert_int_equal(exchange_cases(&x, x.asker, NULL, &v), 1);
    assert_true(ask_question_stored(v[0].record.body, &x.arena, &q, NULL));
    assert_true(span_eq_str(q.role, "licence-office"));
    x.office.law = NULL; /* the text that was given */
    assert_true(span_eq_str(ask_article(&x.office, topic, SPAN("KZ"), o.purpose, NOON, &x.arena), "11"));
}

static void a_dead_line_is_not_an_answer(void **state)
{
    struct ask_order o = good_order();
    struct ask_outcome out;

    (void)state;
    x.down = true;
    assert_int_equal(put(&o).state, ASK_UNREACHABLE);
    x.clock = NOON + 11;
    o.reference = SPAN("IR-2");
    assert_int_equal(put(&o).state, ASK_LATE);
    x.office.carrier.carry = NULL;
    o.reference = SPAN("IR-3");
    x.clock = NOON;
    out = put(&o);
    assert_true(out.state == ASK_UNREACHABLE && out.body.n == 0);
}

static void one_reference_one_question(void **state)
{
    struct ask_order o = good_order(), other = o;
    struct ask_outcome first, again;

    (void)state;
    first = put(&o);
    o.at++; /* sent again a moment later */
    o.until++;
    again = put(&o);
    assert_int_equal(again.state, ASK_ANSWERED);
    assert_true(span_eq(first.body, again.body));
    assert_int_equal(x.carried, 1);
    other.body = body_of("SPECIMEN-2");
    again = put(&other);
    assert_true(again.state == ASK_REFUSED && again.ours && span_eq_str(again.reason, "reference-used"));
    assert_int_equal(x.carried, 1);
}

/* ---- answers that come later ---- */

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

static void a_late_answer_is_kept_and_found(void **state)
{
    struct ask_topic slow = licence_status_topic;
    const struct ask_topic *const topics[] = { &slow, NULL };
    const struct ask_reply reply = { .said = ASK_SAID_ANSWERED, .body = SPAN("\x01") };
    struct ask_order o = good_order();
    struct ask_outcome out;
    struct span message;
    struct why w = { 0 };
    bool found = false;

    (void)state;
    slow.answer = puts_off;
    x.desk.topics = topics;
    out = put(&o);
    assert_true(out.state == ASK_OPEN && out.acknowledged);
    assert_true(ask_look(&x.office, SPAN("KZ"), SPAN("IR-1"), NOON + 11, &x.arena, &found, &out, &w));
    assert_true(found && out.state == ASK_LATE && out.body.n == 0);
    if (!ask_desk_later(&x.desk, SPAN("IR"), SPAN("IR-1"), &reply, NOON + 20, &x.arena, &message, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    /* From another sender, or to a question that was never put, it counts for nothing. */
    assert_false(ask_receive(&x.office, SPAN("TR"), message, NOON + 21, &x.arena, &out, &w));
    assert_string_equal(w.reason, "no-question");
    why_clear(&w);
    if (!ask_receive(&x.office, SPAN("KZ"), message, NOON + 21, &x.arena, &out, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_true(out.state == ASK_LATE && span_eq_str(out.body, "\x01"));
    assert_true(ask_look(&x.office, SPAN("KZ"), SPAN("IR-1"), NOON + 90, &x.arena, &found, &out, &w));
    assert_true(found && out.state == ASK_LATE && out.body.n == 1 && out.at == NOON + 20);
    /* Again: recorded once. */
    assert_true(ask_receive(&x.office, SPAN("KZ"), message, NOON + 30, &x.arena, &out, &w));
    assert_true(ask_look(&x.office, SPAN("KZ"), SPAN("IR-0"), NOON + 90, &x.arena, &found, &out, &w));
    assert_false(found);
}

/* ---- long bodies ---- */

static bool of_nobody(const struct store *s, const struct ask_question *q, struct arena *a,
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

static const struct ask_topic large_topic = {
    .name = "licence status", .most = LIMIT_ASK_LARGE, .subject = of_nobody, .answer = echoes
};

static struct span long_body(size_t n)
{
    uint8_t *p = arena_alloc(&x.arena, n);

    assert_non_null(p);
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(i * 7 + i / 251);
    return span_of(p, n);
}

/* On both sides of the size above which a body stands beside its message, up to the longest. */
static void bodies_of_every_size_go_there_and_back(void **state)
{
    static const size_t sizes[] = { 0,     1,      LIMIT_ASK_BESIDE, LIMIT_ASK_BESIDE + 1,
                                    65536, 512000, 10000000,         LIMIT_ASK_LARGE };
    const struct ask_topic *const topics[] = { &large_topic, NULL };

    (void)state;
    x.desk.topics = topics;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ask_order o = good_order();
        struct ask_outcome out, later;
        struct why w = { 0 };
        bool found = false;
        char reference[16];

        (void)snprintf(reference, sizeof reference, "IR-%zu", i);
        o.topic = &large_topic;
        o.reference = span_str(reference);
        o.body = long_body(sizes[i]);
        out = put(&o);
        assert_int_equal(out.state, ASK_ANSWERED);
        assert_true(span_eq(out.body, o.body));
        assert_int_equal(x.question.n > sizes[i] + 400, 0);
        assert_true(ask_look(&x.office, SPAN("KZ"), o.reference, NOON + 1, &x.arena, &found, &later, &w));
        assert_true(found && later.state == ASK_ANSWERED && span_eq(later.body, o.body));
        arena_reset(&x.arena);
    }
}

static const char *refusal_of(struct span bytes)
{
    struct ask_answer n;
    struct span answer = { NULL, 0 };
    struct why w = { 0 };

    if (!ask_desk_answer(&x.desk, SPAN("IR"), bytes, NOON, &x.arena, &answer, &w) ||
        !ask_answer_stored(answer, &x.arena, &n, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return n.said == ASK_SAID_REFUSED ? (const char *)arena_copy(&x.arena, n.reason).p : "";
}

/* A body cut off, changed, another one, one too many, and two: nothing of it is taken or recorded. */
static void a_body_that_was_not_signed_is_refused(void **state)
{
    const struct ask_topic *const topics[] = { &large_topic, NULL };
    struct ask_order o = good_order();
    const struct case_view *v;
    struct span whole, body, bad[5], none;
    struct ask_question small = good_question();
    uint8_t *p;

    (void)state;
    x.desk.topics = topics;
    o.topic = &large_topic;
    o.body = body = long_body(5000);
    x.down = true;
    (void)put(&o);
    whole = x.question;
    none = span_sub(whole, 0, whole.n - body.n - 3);
    bad[0] = none;
    p = arena_alloc(&x.arena, whole.n);
    memcpy(p, whole.p, whole.n);
    p[whole.n - 1] ^= 1;
    bad[1] = span_of(p, whole.n);
    bad[2] = span_sub(whole, 0, whole.n - 1);
    p = arena_alloc(&x.arena, whole.n + 5003);
    memcpy(p, whole.p, whole.n);
    memcpy(p + whole.n, whole.p + none.n, 5003);
    bad[3] = span_of(p, whole.n + 5003);
    small.reference = SPAN("IR-9");
    p = arena_alloc(&x.arena, 10000);
    bad[4] = bytes_of(&small);
    memcpy(p, bad[4].p, bad[4].n);
    memcpy(p + bad[4].n, whole.p + none.n, 5003);
    bad[4] = span_of(p, bad[4].n + 5003);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (strncmp(refusal_of(bad[i]), "malformed", 9) != 0)
            fail_msg("case %zu: %s", i, refusal_of(bad[i]));
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 0);
    assert_string_equal(refusal_of(whole), "");
}

/* What a topic does not take is neither sent nor recorded by the other side. */
static void a_body_longer_than_its_topic_takes(void **state)
{
    struct ask_topic short_topic = large_topic;
    const struct ask_topic *const topics[] = { &short_topic, NULL };
    struct ask_order o = good_order();
    const struct case_view *v;
    struct ask_outcome out;
    struct why w = { 0 };

    (void)state;
    short_topic.most = 4000;
    x.desk.topics = topics;
    o.topic = &large_topic;
    o.body = long_body(4001);
    out = put(&o);
    assert_true(out.state == ASK_REFUSED && !out.ours && span_eq_str(out.reason, "too-large"));
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 0);
    o.topic = &short_topic;
    assert_false(ask(&x.office, &o, &x.arena, &out, &w));
    assert_string_equal(w.reason, "request");
}

static struct span other_body(struct exchange *e, struct span answer)
{
    uint8_t *p = arena_alloc(&e->arena, answer.n);

    memcpy(p, answer.p, answer.n);
    p[answer.n - 1] ^= 1;
    return span_of(p, answer.n);
}

static void an_answer_with_another_body_counts_for_nothing(void **state)
{
    const struct ask_topic *const topics[] = { &large_topic, NULL };
    struct ask_order o = good_order();
    struct ask_outcome out;

    (void)state;
    x.desk.topics = topics;
    x.spoil = other_body;
    o.topic = &large_topic;
    o.body = long_body(5000);
    out = put(&o);
    assert_true(out.state == ASK_UNREACHABLE && span_eq_str(out.reason, "answer-malformed"));
}

/* Either side dies between any two of its commits: asked again, everything ends as if nothing had happened.
 */
static void a_crash_between_any_two_commits(void **state)
{
    struct ask_order o = good_order();
    struct ask_question q = good_question();
    struct span bytes = bytes_of(&q), answer;
    const struct case_view *v;
    struct case_record r = { .name = { CASE_OURS, SPAN("KZ"), SPAN("IR-1") },
                             .kind = SPAN("licence status"),
                             .purpose = SPAN("road-check"),
                             .article = SPAN("11"),
                             .at = NOON,
                             .until = NOON + 10,
                             .state = SPAN("open"),
                             .body = bytes };
    enum store_put what;
    struct why w = { 0 };
    struct ask_outcome out;

    (void)state;
    /* The asker recorded its question, the desk answered and recorded, and then the asker died. */
    assert_true(store_put_case(x.asker, &r, NULL, 0, &what, &w));
    assert_true(ask_desk_answer(&x.desk, SPAN("IR"), bytes, NOON, &x.arena, &answer, &w));
    store_close(x.asker);
    store_close(x.answerer);
    x.office.store = x.asker = open_store(x.place[0].file);
    x.desk.store = x.answerer = open_store(x.place[1].file);
    x.clock = o.at = NOON + 3;
    out = put(&o);
    assert_int_equal(out.state, ASK_ANSWERED);
    assert_true(span_eq(x.question, bytes));
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &v), 1);
    assert_int_equal(v[0].n_events, 1);
    assert_true(span_eq(v[0].event[0].body, answer));
}

/* ---- proof for others ---- */

static struct span proof_of(struct store *s)
{
    const struct case_view *v;
    struct span out;
    struct buffer b;
    struct why w = { 0 };

    assert_int_equal(exchange_cases(&x, s, NULL, &v), 1);
    buf_init(&b, 1 << 20);
    if (!ask_proof_put(&v[0], &x.arena, &b, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&x.arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static void either_side_can_prove_it(void **state)
{
    const struct ask_keys keys = ask_keys_of_table(&x.keys);
    struct ask_order o = good_order();
    struct ask_proof p;
    struct span bytes;
    struct why w = { 0 };

    (void)state;
    (void)put(&o);
    bytes = proof_of(x.asker);
    assert_true(span_eq(bytes, proof_of(x.answerer)));
    assert_true(ask_proof_read(bytes, &x.arena, &p, &w));
    assert_true(ask_proof_verify(&p, &keys, &x.arena, &w));
    assert_true(p.n == 1 && p.answer[0].said == ASK_SAID_ANSWERED &&
                span_eq_str(p.question.reference, "IR-1"));
    /* Cut anywhere it is none. */
    for (size_t n = 0; n < bytes.n; n++) {
        why_clear(&w);
        assert_false(ask_proof_read(span_sub(bytes, 0, n), &x.arena, &p, &w));
    }
    /* With the keys of one side, or of others, nothing is proved. */
    x.key[1].member = SPAN("TR");
    why_clear(&w);
    assert_true(ask_proof_read(bytes, &x.arena, &p, &w));
    assert_false(ask_proof_verify(&p, &keys, &x.arena, &w));
    assert_string_equal(w.reason, "key");
}

static void an_answer_proves_nothing_about_another_question(void **state)
{
    const struct ask_keys keys = ask_keys_of_table(&x.keys);
    struct ask_question q = good_question();
    struct span first, second, answer, other;
    struct ask_proof p;
    struct buffer b;
    struct why w = { 0 };

    (void)state;
    first = bytes_of(&q);
    assert_true(ask_desk_answer(&x.desk, SPAN("IR"), first, NOON, &x.arena, &answer, &w));
    q.reference = SPAN("IR-2");
    second = bytes_of(&q);
    assert_true(ask_desk_answer(&x.desk, SPAN("IR"), second, NOON, &x.arena, &other, &w));
    buf_init(&b, 1 << 20);
    cbor_put_array(&b, 2);
    cbor_put_bytes(&b, first);
    cbor_put_bytes(&b, other);
    assert_true(ask_proof_read(buf_span(&b), &x.arena, &p, &w));
    assert_false(ask_proof_verify(&p, &keys, &x.arena, &w));
    assert_string_equal(w.reason, "other-question");
    buf_free(&b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(messages_read_back),
        TEST(no_two_texts_for_one_message),
        TEST(a_desk_refuses),
        TEST(what_is_not_signed_as_it_must_be_is_refused),
        TEST(a_suspended_member_asks_nothing),
        TEST(no_bit_of_a_signed_question_can_change),
        TEST(it_is_a_plain_cose_sign1),
        TEST(an_answer_signed_otherwise_counts_for_nothing),
        TEST(without_a_key_nothing_is_asked),
        TEST(a_replay_gets_the_first_answer_and_no_other),
        TEST(a_question_begun_is_answered_when_it_is_recorded),
        TEST(both_sides_hold_it),
        TEST(what_is_no_answer_counts_for_nothing),
        TEST(refused_here_before_anything_is_sent),
        TEST(who_is_not_bound_is_refused_on_both_sides),
        TEST(article_and_office_are_those_of_the_version_in_force),
        TEST(a_dead_line_is_not_an_answer),
        TEST(one_reference_one_question),
        TEST(a_late_answer_is_kept_and_found),
        TEST(either_side_can_prove_it),
        TEST(an_answer_proves_nothing_about_another_question),
        TEST(bodies_of_every_size_go_there_and_back),
        TEST(a_body_that_was_not_signed_is_refused),
        TEST(a_body_longer_than_its_topic_takes),
        TEST(an_answer_with_another_body_counts_for_nothing),
        TEST(a_crash_between_any_two_commits),
    };

    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
