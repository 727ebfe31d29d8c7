/* Slots of time at posts: who may have one, that no place is given twice, and each way to resell or to game.
 */
#include <pthread.h>
#include <stdio.h>

#include "../store/fixture.h"
#include "base/text.h"
#include "crypto/node_key.h"
#include "service/travel/slots.h"
#include "service/travel/slots_audit.h"

enum { HOUR = 3600, DAY = 86400 };

static const char posts_text[] = "draw 30\n"
                                 "gather 12\n"
                                 "release 15\n"
                                 "count 4 in 7\n"
                                 "missed 2 in 30 pause 3\n"
                                 "changes 1\n"
                                 "keep 30\n"
                                 "post sarakhs\n"
                                 "  name en Sarakhs\n"
                                 "  zone +03:30\n"
                                 "  neighbour TM serahs\n"
                                 "  gate exit lorry\n"
                                 "    capacity 8\n" /* slots of 30 minutes, half kept: 2 places */
                                 "    open 06:00-22:00\n"
                                 "    kept 50\n"
                                 "    lead 60\n"
                                 "    horizon 7\n"
                                 "    early 30\n"
                                 "    late 60\n"
                                 "  gate exit foot\n"
                                 "    capacity 40\n"
                                 "    kept 50\n"
                                 "    group 5\n"
                                 "    horizon 7\n";

static struct place place;
static struct arena arena;
static struct posts posts;
static struct signer signer;
static uint8_t secret[NODE_SECRET_KEY];
static struct slot_desk desk;
static struct why why;

/* 2027-03-10 09:00 at the post, two hours before everything below. */
static const unix_time T0 = 1804656600;
static unix_time SLOT; /* six days later, 10:00 there */

static int set_up(void **state)
{
    static const uint8_t seed[NODE_SEED] = { 7 };
    uint8_t pub[NODE_PUBLIC_KEY];

    (void)state;
    assert_true(node_crypto_init());
    arena_init(&arena, 512 << 20);
    why_clear(&why);
    if (!posts_parse(span_str(posts_text), &arena, &posts, &why))
        fail_msg("%s", why.detail);
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    place_make(&place);
    desk = (struct slot_desk){ open_place(&place), &posts, &signer, SPAN("IR"), T0 };
    SLOT = post_midnight(&posts.post[0], T0, 6) + 10 * HOUR;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(desk.store);
    place_remove(&place);
    arena_free(&arena);
    return 0;
}

static struct slot_wish wish(const char *number, const char *plate)
{
    return (
        struct slot_wish){ .place = SPAN("sarakhs/exit/lorry"),
                           .start = SLOT,
                           .holder = { SPAN("IRN"), SPAN("passport"), span_str(number), span_str(plate) } };
}

static struct slot_view book(const char *number, const char *plate)
{
    const struct slot_wish q = wish(number, plate);
    struct slot_view v = { 0 };

    if (!slot_book(&desk, &q, &arena, &v, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return v;
}

static const char *refused(const struct slot_wish *q)
{
    struct slot_view v;

    why_clear(&why);
    assert_false(slot_book(&desk, q, &arena, &v, &why));
    return why.reason;
}

static const char *refused_for(const char *number, const char *plate)
{
    const struct slot_wish q = wish(number, plate);

    return refused(&q);
}

static struct slot_view show(const struct slot_view *of)
{
    struct slot_view v = { 0 };

    if (!slot_show(&desk, span_str(of->code), &arena, &v, &why))
        fail_msg("%s", why.detail);
    return v;
}

static struct slot_turned turn(unix_time now)
{
    struct slot_turned t;

    desk.now = now;
    if (!slot_turn(&desk, &arena, &t, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return t;
}

static struct slot_audit audit(void)
{
    struct slot_event *e = NULL;
    struct slot_audit x;
    struct span *body;
    size_t n = 0;

    assert_true(store_slot_events(desk.store, 0, false, 0, &arena, &e, &n, &why));
    body = arena_array(&arena, n + 1, sizeof *body);
    for (size_t i = 0; i < n; i++)
        body[i] = e[i].body;
    if (!slot_audit_run(body, n, true, &arena, &x, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return x;
}

static void clean(void)
{
    struct slot_audit x = audit();

    if (x.n_findings)
        fail_msg("%zu against the rules, first: %s", x.n_findings, x.finding[0].reason);
}

static const char *answer_to(struct span token, const char *number, const char *plate, bool use)
{
    const struct slot_shown s = { .token = token,
                                  .place = SPAN("sarakhs/exit/lorry"),
                                  .holder = { SPAN("IRN"), SPAN("passport"), span_str(number),
                                              span_str(plate) },
                                  .use = use };
    struct slot_said said;

    if (!slot_check(&desk, &s, &arena, &said, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return slot_answer_word(said.answer);
}

/* After the first draw of SLOT. */
static unix_time after_draw(void)
{
    return post_midnight(&posts.post[0], SLOT, -7) + 12 * HOUR + 1;
}

static void drawn_not_raced(void **state)
{
    struct slot_view v[6];
    char number[16], plate[16];
    size_t booked = 0;

    (void)state;
    for (int i = 0; i < 6; i++) {
        /* before the first draw; the first and the last of a rush are equal */
        desk.now = T0 - DAY - 9 * HOUR + i;
        (void)snprintf(number, sizeof number, "P%07d", i);
        (void)snprintf(plate, sizeof plate, "12A%03d", i);
        v[i] = book(number, plate);
        assert_int_equal(v[i].row.state, SLOT_WAITING);
        assert_int_equal(v[i].row.turn, 0);
        assert_int_equal(v[i].token.n, 0); /* nothing to show yet */
    }
    assert_int_equal(turn(after_draw() - 2).drawn, 0);
    assert_int_equal(turn(after_draw()).drawn, 2);
    for (int i = 0; i < 6; i++)
        booked += show(&v[i]).row.state == SLOT_BOOKED;
    assert_int_equal(booked, 2);
    assert_int_equal(turn(after_draw() + HOUR).drawn, 0); /* full */
    clean();
    assert_int_equal(audit().draws, 1);
}

static void one_open_slot(void **state)
{
    struct slot_wish q;

    (void)state;
    desk.now = after_draw();
    assert_int_equal(book("A1234567", "11B222").row.state, SLOT_BOOKED);
    assert_string_equal(refused_for("A1234567", "99Z999"), "slot-open");   /* the document */
    assert_string_equal(refused_for("a 123-4567", "98Z999"), "slot-open"); /* as typed otherwise */
    assert_string_equal(refused_for("B7654321", "11B222"), "slot-open");   /* the plate */
    assert_string_equal(refused_for("B7654321", "۱۱В-۲۲۲"), "slot-open");  /* other digits, Cyrillic В */
    q = wish("A1234567", "97Z999");
    q.holder.kind = SPAN("identity-card"); /* the same booklet under another kind */
    assert_string_equal(refused(&q), "slot-open");
    q.start += HOUR;
    assert_string_equal(refused(&q), "slot-open");
}

static void full_then_waits(void **state)
{
    struct slot_view c;

    (void)state;
    desk.now = after_draw();
    assert_int_equal(book("A0000001", "1A1").row.state, SLOT_BOOKED);
    assert_int_equal(book("A0000002", "1A2").row.state, SLOT_BOOKED);
    c = book("A0000003", "1A3");
    assert_int_equal(c.row.state, SLOT_WAITING);
    assert_string_equal(answer_to(span_str(c.code), "A0000003", "1A3", true), "not-drawn");
    clean();
}

/* A seller gives his place back at the moment his buyer asks. */
static void handing_over(void **state)
{
    struct slot_view seller, other, waits, buyer;

    (void)state;
    desk.now = after_draw();
    seller = book("S0000001", "1S1");
    other = book("S0000002", "1S2");
    desk.now += 10;
    waits = book("W0000001", "1W1"); /* somebody honest, an hour ago */
    desk.now += HOUR;
    assert_true(slot_cancel(&desk, span_str(seller.code), &arena, &seller, &why));
    assert_int_equal(seller.row.state, SLOT_CANCELLED);
    buyer = book("B0000001", "1B1"); /* in the same second */
    assert_int_equal(buyer.row.state, SLOT_WAITING);
    assert_int_equal(turn(desk.now + 60).drawn, 0); /* it rests */
    assert_int_equal(turn(desk.now + HOUR).drawn, 1);
    assert_int_equal(show(&waits).row.state, SLOT_BOOKED);
    assert_int_equal(show(&buyer).row.state, SLOT_WAITING);
    assert_int_equal(show(&other).row.state, SLOT_BOOKED);
    clean();
    assert_int_equal(audit().again_quickly, 0);
    assert_true(audit().again_after >= 15 * 60);
}

/* The seller keeps it and hands the token, the code, the paper to the buyer. */
static void handing_the_token(void **state)
{
    struct slot_view v;
    struct slot_holder buyer = { SPAN("IRN"), SPAN("passport"), SPAN("B0000001"), SPAN("1S1") };

    (void)state;
    desk.now = after_draw();
    v = book("S0000001", "1S1");
    assert_true(v.token.n > 0);
    desk.now = SLOT;
    assert_string_equal(answer_to(v.token, "B0000001", "1B1", true), "wrong-document");
    assert_string_equal(answer_to(span_str(v.code), "B0000001", "1S1", true), "wrong-document");
    assert_string_equal(answer_to(v.token, "S0000001", "1B1", true), "wrong-plate");
    /* never to another document, whoever has the code */
    assert_false(slot_change(&desk, span_str(v.code), &buyer, &arena, &v, &why));
    assert_string_equal(why.reason, "slot-document");
    assert_string_equal(answer_to(v.token, "S0000001", "1S1", true), "good");
    assert_string_equal(answer_to(v.token, "S0000001", "1S1", true), "used-already");
    clean();
    assert_int_equal(audit().used, 1);
}

static void another_plate_once(void **state)
{
    struct slot_view v;
    struct slot_holder h = { SPAN("IRN"), SPAN("passport"), SPAN("A0000001"), SPAN("2B2") };
    struct span before;

    (void)state;
    desk.now = after_draw();
    v = book("A0000001", "1A1");
    (void)book("A0000009", "9A9");
    before = v.token;
    h.plate = SPAN("9A9");
    assert_false(slot_change(&desk, span_str(v.code), &h, &arena, &v, &why));
    assert_string_equal(why.reason, "slot-open");
    h.plate = SPAN("2B2");
    why_clear(&why);
    assert_true(slot_change(&desk, span_str(v.code), &h, &arena, &v, &why));
    h.plate = SPAN("3C3");
    assert_false(slot_change(&desk, span_str(v.code), &h, &arena, &v, &why));
    assert_string_equal(why.reason, "slot-changes");
    desk.now = SLOT;
    assert_string_equal(answer_to(before, "A0000001", "1A1", true), "wrong-plate");
    assert_string_equal(answer_to(v.token, "A0000001", "2B2", true), "good");
    clean();
}

static void early_late_elsewhere(void **state)
{
    struct slot_view v;
    struct slot_shown s;
    struct slot_said said;

    (void)state;
    desk.now = after_draw();
    v = book("A0000001", "1A1");
    desk.now = SLOT - 31 * 60;
    assert_string_equal(answer_to(v.token, "A0000001", "1A1", true), "early");
    desk.now = SLOT - 30 * 60;
    assert_string_equal(answer_to(v.token, "A0000001", "1A1", false), "good"); /* only looked at */
    desk.now = SLOT + 30 * 60 + HOUR;
    assert_string_equal(answer_to(v.token, "A0000001", "1A1", false), "good");
    desk.now++;
    assert_string_equal(answer_to(v.token, "A0000001", "1A1", true), "late");
    s = (struct slot_shown){ .token = v.token,
                             .place = SPAN("sarakhs/entry/lorry"),
                             .holder = { SPAN("IRN"), SPAN("passport"), SPAN("A0000001"), SPAN("1A1") },
                             .use = true };
    assert_true(slot_check(&desk, &s, &arena, &said, &why));
    assert_int_equal(said.answer, SLOT_WRONG_POST);
    s.place = SPAN("sarakhs/exit/lorry");
    s.office = SPAN("border-office"); /* the officer takes the late one */
    assert_true(slot_check(&desk, &s, &arena, &said, &why));
    assert_int_equal(said.answer, SLOT_LATE);
    assert_true(said.used);
    assert_string_equal(answer_to(SPAN("AAAA-AAAA-AAAA-AAAA"), "A0000001", "1A1", true), "unknown");
    assert_string_equal(answer_to(SPAN("hello"), "A0000001", "1A1", true), "unknown");
}

/* Every letter of a token changed: none of them is taken. */
static void altered(void **state)
{
    struct slot_view v;
    char text[LIMIT_SLOT_TOKEN + 1];
    size_t forged = 0;

    (void)state;
    desk.now = after_draw();
    v = book("A0000001", "1A1");
    desk.now = SLOT;
    for (size_t i = 0; i < v.token.n; i++) {
        const char *is;

        memcpy(text, v.token.p, v.token.n);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        is = answer_to(span_of(text, v.token.n), "A0000001", "1A1", false);
        if (strcmp(is, "good") == 0)
            fail_msg("letter %zu of the token may be changed", i);
        forged += strcmp(is, "forged") == 0;
    }
    assert_true(forged > 100);
    assert_string_equal(answer_to(span_sub(v.token, 0, v.token.n - 1), "A0000001", "1A1", true), "unknown");
}

static void offline(void **state)
{
    struct slot_view v;
    struct slot_shown s = { .place = SPAN("sarakhs/exit/lorry"),
                            .holder = { SPAN("IRN"), SPAN("passport"), SPAN("A0000001"), SPAN("1A1") } };
    uint8_t other[NODE_PUBLIC_KEY];
    struct slot_said said;

    (void)state;
    desk.now = after_draw();
    v = book("A0000001", "1A1");
    s.token = v.token;
    memcpy(other, signer.pub, sizeof other);
    other[3] ^= 1;
#define SAYS(want)                                                                                           \
    assert_true(slot_check_offline(&posts, SPAN("IR"), signer.pub, &s, SLOT, &arena, &said, &why));          \
    assert_string_equal(slot_answer_word(said.answer), want)
    SAYS("good");
    s.holder.plate = SPAN("1A2");
    SAYS("wrong-document");
    s.holder.plate = SPAN("1 a-1");
    SAYS("good");
    assert_true(slot_check_offline(&posts, SPAN("IR"), other, &s, SLOT, &arena, &said, &why));
    assert_int_equal(said.answer, SLOT_FORGED);
    assert_true(slot_check_offline(&posts, SPAN("TM"), signer.pub, &s, SLOT, &arena, &said, &why));
    assert_int_equal(said.answer, SLOT_FORGED);
    assert_true(slot_check_offline(&posts, SPAN("IR"), signer.pub, &s, SLOT + DAY, &arena, &said, &why));
    assert_int_equal(said.answer, SLOT_LATE);
}

static void counts_and_pauses(void **state)
{
    struct slot_view v;

    (void)state;
    desk.now = after_draw();
    for (int i = 0; i < 4; i++) { /* books and gives back, over and over */
        v = book("A0000001", "1A1");
        assert_true(slot_cancel(&desk, span_str(v.code), &arena, &v, &why));
        (void)turn(desk.now + HOUR);
    }
    assert_string_equal(refused_for("A0000001", "7G7"), "slot-count");
    assert_string_equal(refused_for("C0000001", "1A1"), "slot-count"); /* the plate, with another document */
    clean();
}

static void no_shows_pause(void **state)
{
    struct slot_wish q = wish("A0000001", "1A1");
    struct slot_view v;

    (void)state;
    for (int i = 0; i < 2; i++) {
        q.start = SLOT + i * DAY;
        desk.now = q.start - 3 * HOUR;
        assert_true(slot_book(&desk, &q, &arena, &v, &why));
        assert_int_equal(turn(q.start + 2 * HOUR).missed, 1);
        assert_int_equal(show(&v).row.state, SLOT_MISSED);
    }
    q.start = SLOT + 3 * DAY;
    assert_string_equal(refused(&q), "slot-pause");
    desk.now = SLOT + DAY + 2 * HOUR + 3 * DAY; /* it is over by itself */
    q.start = SLOT + 5 * DAY;
    why_clear(&why);
    assert_true(slot_book(&desk, &q, &arena, &v, &why));
    assert_int_equal(audit().missed, 2);
    clean();
}

static void lost_answer(void **state)
{
    struct slot_wish q = wish("A0000001", "1A1");
    struct slot_view v, again;

    (void)state;
    desk.now = after_draw();
    q.id = SPAN("0123456789abcdef-secret");
    assert_true(slot_book(&desk, &q, &arena, &v, &why));
    assert_true(slot_book(&desk, &q, &arena, &again, &why));
    assert_true(again.repeated);
    assert_string_equal(v.code, again.code);
    assert_int_equal(audit().asked, 1);
    q.holder.number = SPAN("A0000002");
    assert_string_equal(refused(&q), "request-conflict");
}

static void times(void **state)
{
    struct slot_wish q = wish("A0000001", "1A1");

    (void)state;
    desk.now = post_midnight(&posts.post[0], SLOT, -7) - 1;
    assert_string_equal(refused(&q), "too-early");
    desk.now = SLOT - HOUR;
    assert_string_equal(refused(&q), "too-late");
    desk.now = after_draw();
    q.start = SLOT + 60;
    assert_string_equal(refused(&q), "no-slot");
    q.start = SLOT + 12 * HOUR; /* 22:00, closed */
    assert_string_equal(refused(&q), "no-slot");
    q.start = SLOT + 11 * HOUR + 1800; /* the last one */
    why_clear(&why);
    assert_true(slot_book(&desk, &q, &arena, &(struct slot_view){ 0 }, &why));
    q = wish("A0000002", "");
    assert_string_equal(refused(&q), "request"); /* a lorry without a plate */
    q = wish("A0000002", "1A2");
    q.persons = 10;
    assert_string_equal(refused(&q), "request");
    q.place = SPAN("sarakhs/entry/lorry");
    assert_string_equal(refused(&q), "no-post");
}

static void groups_on_foot(void **state)
{
    struct slot_wish q = wish("A0000001", "");
    struct slot_view v;

    (void)state;
    desk.now = after_draw();
    q.place = SPAN("sarakhs/exit/foot"); /* 10 persons a slot */
    q.persons = 5;
    assert_true(slot_book(&desk, &q, &arena, &v, &why));
    q.holder.number = SPAN("A0000002");
    q.persons = 4;
    assert_true(slot_book(&desk, &q, &arena, &v, &why));
    q.holder.number = SPAN("A0000003");
    q.persons = 2;
    assert_true(slot_book(&desk, &q, &arena, &v, &why));
    assert_int_equal(v.row.state, SLOT_WAITING); /* one place is left */
    q.holder.number = SPAN("A0000004");
    q.persons = 1; /* it would fit, and does not overtake */
    assert_true(slot_book(&desk, &q, &arena, &v, &why));
    assert_int_equal(v.row.state, SLOT_WAITING);
    assert_int_equal(turn(desk.now + HOUR).drawn, 1); /* what does not fit is passed over */
    assert_int_equal(show(&v).row.state, SLOT_BOOKED);
    clean();
}

/* Somebody asks with another one's number, to keep the slot from him: at a desk, with the document, it ends.
 */
static void anothers_number(void **state)
{
    const struct slot_holder h = { .state = SPAN("IRN"),
                                   .kind = SPAN("passport"),
                                   .number = SPAN("V0000001") };
    struct slot_view v;

    (void)state;
    desk.now = after_draw();
    (void)book("V0000001", "66X6");
    assert_string_equal(refused_for("V0000001", "1V1"), "slot-open");
    why_clear(&why);
    assert_true(slot_release(&desk, &h, &arena, &v, &why));
    assert_int_equal(v.row.state, SLOT_CANCELLED);
    assert_false(slot_release(&desk, &h, &arena, &v, &why));
    assert_string_equal(why.reason, "slot-unknown");
    (void)turn(desk.now + HOUR);
    assert_int_equal(book("V0000001", "1V1").row.state, SLOT_BOOKED);
    clean();
}

static void forgotten(void **state)
{
    struct slot_view v;
    int64_t n = 0;

    (void)state;
    desk.now = after_draw();
    v = book("A0000001", "1A1");
    (void)turn(SLOT + DAY);
    desk.now = SLOT + 30 * DAY - 1;
    assert_true(slot_forget(&desk, &n, &why));
    assert_int_equal(n, 0);
    desk.now = SLOT + 30 * DAY + 1;
    assert_true(slot_forget(&desk, &n, &why));
    assert_int_equal(n, 1);
    assert_false(slot_show(&desk, span_str(v.code), &arena, &v, &why));
    assert_string_equal(why.reason, "slot-unknown");
    clean(); /* the public list stands */
}

/* Nothing of a document, a plate or a code stands in what is said publicly. */
static void nothing_personal(void **state)
{
    static const char *const secret_texts[] = { "A1234567", "11B222", "IRN", "passport" };
    struct slot_event *e = NULL;
    struct slot_view v;
    size_t n = 0;

    (void)state;
    desk.now = after_draw();
    v = book("A1234567", "11B222");
    desk.now = SLOT;
    (void)answer_to(v.token, "A1234567", "11B222", true);
    assert_true(store_slot_events(desk.store, 0, false, 0, &arena, &e, &n, &why));
    assert_int_equal(n, 3); /* chain, asked, used */
    for (size_t i = 0; i < n; i++) {
        const char *body = arena_str(&arena, e[i].body);

        for (size_t k = 0; k < sizeof secret_texts / sizeof *secret_texts; k++)
            assert_null(strstr(body, secret_texts[k]));
        assert_null(strstr(body, v.code));
    }
}

/* ---- whoever runs the node goes past the rules: the list shows it ---- */

static void insiders(void **state)
{
    static const struct {
        const char *what, *from, *to, *reason;
    } cases[] = {
        { "a place given to somebody who did not wait", "\"booked\":false", "\"booked\":true ",
          "booked-past-waiting" },
        { "another chain", "\"what\":\"chain\"", "\"what\":\"plate\"", NULL },
        { "another digest than the chain's", "\"seed\":\"", "\"seed\":\"00", "chain" },
        { "the order turned round", " 1 1 1\"", " 1 1 0\"", "order" },
    };
    struct slot_event *e = NULL;
    struct slot_audit x;
    struct slot_view first;
    struct span body[64];
    size_t n = 0;

    (void)state;
    desk.now = after_draw();
    first = book("A0000001", "1A1");
    (void)book("A0000002", "1A2");
    (void)book("A0000003", "1A3");
    (void)book("A0000004", "1A4");
    assert_true(slot_cancel(&desk, span_str(first.code), &arena, &first, &why));
    assert_int_equal(turn(desk.now + HOUR).drawn, 1);
    clean();
    assert_true(store_slot_events(desk.store, 0, false, 0, &arena, &e, &n, &why));
    assert_true(n < 64);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        bool changed = false, seen = false;

        for (size_t i = 0; i < n; i++) {
            char *text = arena_str(&arena, e[i].body), *at = strstr(text, cases[c].from);

            body[i] = e[i].body;
            if (!at || (c == 0 && !strstr(text, "asked")))
                continue;
            if (c == 0 && !changed) { /* the first of those who waited stays */
                changed = true;
                continue;
            }
            memcpy(at, cases[c].to, strlen(cases[c].to));
            body[i] = span_str(text);
            changed = true;
        }
        assert_true(changed);
        why_clear(&why);
        if (!slot_audit_run(body, n, true, &arena, &x, &why)) {
            assert_null(cases[c].reason); /* it is no list any more */
            continue;
        }
        for (size_t i = 0; i < x.n_findings && i < SLOT_AUDIT_FINDINGS; i++)
            seen = seen || !cases[c].reason || strcmp(x.finding[i].reason, cases[c].reason) == 0;
        if (!seen)
            fail_msg("not seen: %s", cases[c].what);
    }
}

/* ---- threads: no place twice, no holder twice ---- */

enum { THREADS = 8, EACH = 12 };

struct rush {
    pthread_t thread;
    int id;
    size_t booked, waiting, refused;
};

static void *rush(void *arg)
{
    struct rush *r = arg;
    struct arena a;

    arena_init(&a, 64 << 20);
    for (int i = 0; i < EACH; i++) {
        /* every document is tried by two threads at once */
        int who = r->id / 2 * EACH + i;
        char number[16], plate[16];
        struct slot_wish q;
        struct slot_view v;
        struct why w;

        (void)snprintf(number, sizeof number, "R%07d", who);
        (void)snprintf(plate, sizeof plate, "%dR", who + 1);
        q = wish(number, plate);
        q.start = SLOT + i % 3 * 1800;
        why_clear(&w);
        if (!slot_book(&desk, &q, &a, &v, &w)) {
            assert_string_equal(w.reason, "slot-open");
            r->refused++;
        } else {
            *(v.row.state == SLOT_BOOKED ? &r->booked : &r->waiting) += 1;
        }
    }
    arena_free(&a);
    return NULL;
}

static void at_once(void **state)
{
    struct rush r[THREADS] = { 0 };
    size_t booked = 0, waiting = 0, no = 0;

    (void)state;
    desk.now = after_draw();
    for (int i = 0; i < THREADS; i++) {
        r[i].id = i;
        assert_int_equal(pthread_create(&r[i].thread, NULL, rush, &r[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(r[i].thread, NULL), 0);
        booked += r[i].booked;
        waiting += r[i].waiting;
        no += r[i].refused;
    }
    assert_int_equal(booked, 3 * 2); /* three slots of two places */
    assert_int_equal(no, THREADS / 2 * EACH);
    assert_int_equal(booked + waiting, THREADS / 2 * EACH);
    clean();
}

/* ---- any course of events, against a naive count ---- */

static uint32_t random_state = 1;

static uint32_t any(uint32_t n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % n;
}

static void any_course(void **state)
{
    enum { PEOPLE = 30, STEPS = 400 };
    static char code[PEOPLE][CODE_TEXT];
    unix_time start[3] = { SLOT, SLOT + 1800, SLOT + HOUR };

    (void)state;
    memset(code, 0, sizeof code);
    desk.now = T0;
    posts.rules.count = 1000;
    for (int step = 0; step < STEPS; step++) {
        int who = (int)any(PEOPLE);
        char number[16], plate[16];
        struct slot_view v;
        struct slot_wish q;

        desk.now += any(1200);
        (void)snprintf(number, sizeof number, "X%07d", who);
        (void)snprintf(plate, sizeof plate, "%dX", who + 1);
        q = wish(number, plate);
        q.start = start[any(3)];
        why_clear(&why);
        switch (any(4)) {
        case 0:
        case 1:
            if (slot_book(&desk, &q, &arena, &v, &why))
                memcpy(code[who], v.code, CODE_TEXT);
            else
                assert_true(strcmp(why.reason, "slot-open") == 0);
            break;
        case 2:
            if (code[who][0])
                assert_true(slot_cancel(&desk, span_str(code[who]), &arena, &v, &why));
            code[who][0] = 0;
            break;
        default:
            (void)turn(desk.now);
        }
        for (int s = 0; s < 3; s++) {
            struct slot_figures f;

            assert_true(store_slot_figures(desk.store, q.place, start[s], &f, &why));
            assert_true(f.taken + f.resting <= 2);
        }
    }
    (void)turn(SLOT + 2 * HOUR);
    clean();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        CASE(drawn_not_raced),
        CASE(one_open_slot),
        CASE(full_then_waits),
        CASE(handing_over),
        CASE(handing_the_token),
        CASE(another_plate_once),
        CASE(early_late_elsewhere),
        CASE(altered),
        CASE(offline),
        CASE(counts_and_pauses),
        CASE(no_shows_pause),
        CASE(lost_answer),
        CASE(times),
        CASE(groups_on_foot),
        CASE(forgotten),
        CASE(anothers_number),
        CASE(nothing_personal),
        CASE(insiders),
        CASE(at_once),
        CASE(any_course),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
