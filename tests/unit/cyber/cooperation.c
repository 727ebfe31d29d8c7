/* Offers, requests, playbooks: what counts and what does not, in whatever order records come. */
#include "service/cyber/cooperation_internal.h"

#include "vectors.h"

#include <stdio.h>

#include "base/limits.h"
#include "seal/receipt.h"
#include "service/cyber/library.h"
#include "service/cyber/request.h"
#include "wire/jcs.h"

static const char ASK[] = "\"capability\":\"forensics\",\"languages\":[\"ru\",\"en\"],"
                          "\"from\":\"2026-03-01T00:00:00Z\",\"until\":\"2026-03-10T00:00:00Z\","
                          "\"urgency\":\"high\",\"answer_by\":\"2026-02-10T00:00:00Z\",\"zone\":300,"
                          "\"contact\":\"cert\",\"text\":\"SPECIMEN\"";
static const char OFFER[] = "\"capability\":\"forensics\",\"languages\":[\"tr\",\"ru\"],"
                            "\"from\":\"2026-03-06T00:00:00Z\",\"until\":\"2026-04-01T00:00:00Z\","
                            "\"places\":2,\"zone\":180,\"contact\":\"cert\"";

static bool read_text(const char *text, struct coop_record *out, struct why *w)
{
    struct json j;
    struct buffer b;
    struct span s;

    buf_init(&b, 2 * LIMIT_COOPERATION);
    assert_true(json_parse(arena_copy(&test_arena, span_str(text)), &test_arena, &j, w));
    assert_true(jcs_put(&b, &j, JSON_ROOT, &test_arena, w));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return coop_read(s, &test_arena, out, w);
}

static struct coop_record *made(const char *kind, const char *member, const char *at, const char *rest)
{
    struct coop_record *r = arena_alloc(&test_arena, sizeof *r);
    char text[4096];
    struct why w = { 0 };

    (void)snprintf(text, sizeof text,
                   "{\"kind\":\"%s\",\"member\":\"%s\",\"office\":\"cert\",\"at\":\"%s\",%s%s}", kind, member,
                   at, strstr(rest, "\"tlp\"") ? "" : "\"tlp\":\"green\",", rest);
    if (!read_text(text, r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return r;
}

static struct coop_record *about(const char *kind, const char *member, const char *at, const char *name,
                                 const struct coop_record *to, const char *rest)
{
    char text[1024];

    (void)snprintf(text, sizeof text, "\"%s\":\"%s\"%s", name, to->id, rest);
    return made(kind, member, at, text);
}

static unix_time moment(const char *text)
{
    unix_time t = 0;

    assert_true(time_parse(span_str(text), &t));
    return t;
}

static struct request_book book(struct coop_record **r, size_t n, const char *now)
{
    struct request_book b;
    struct coop_set s;
    struct why w = { 0 };

    assert_true(coop_set_make(r, n, &test_arena, &s, &w));
    assert_true(request_book_make(&s, moment(now), &test_arena, &b, &w));
    return b;
}

static void refused_as(const struct request_book *b, const struct coop_record *r, const char *why)
{
    const struct coop_refused *x = coop_refused_of(&b->refused, r);

    if (why) {
        assert_non_null(x);
        assert_string_equal(x->why, why);
    } else {
        assert_null(x);
    }
}

static const char YES[] = ",\"answer\":\"yes\",\"contact\":\"cert\"";

/* The whole life, with what others try on the way. */
static void life(void **unused)
{
    struct coop_record *q = made("request", "KZ", "2026-02-01T00:00:00Z", ASK);
    struct coop_record *o = made("offer", "TR", "2026-01-01T00:00:00Z", OFFER);
    char yes[200], pick[200];
    struct coop_record *r[16];
    size_t n = 0;

    (void)unused;
    (void)snprintf(yes, sizeof yes, ",\"answer\":\"yes\",\"contact\":\"cert\",\"offer\":\"%s\"", o->id);
    r[n++] = q;
    r[n++] = o;
    struct coop_record *tr = r[n++] = about("reply", "TR", "2026-02-02T00:00:00Z", "request", q, yes);
    struct coop_record *own = r[n++] = about("reply", "KZ", "2026-02-02T00:00:00Z", "request", q, YES);
    struct coop_record *late = r[n++] = about("reply", "UZ", "2026-02-10T00:00:01Z", "request", q, YES);
    struct coop_record *foreign = r[n++] = about("reply", "PK", "2026-02-03T00:00:00Z", "request", q, yes);
    struct coop_record *twice = r[n++] = about("reply", "TR", "2026-02-04T00:00:00Z", "request", q, YES);

    (void)snprintf(pick, sizeof pick, ",\"reply\":\"%s\"", tr->id);
    struct coop_record *thief = r[n++] = about("accepted", "UZ", "2026-02-05T00:00:00Z", "request", q, pick);
    struct coop_record *taken = r[n++] = about("accepted", "KZ", "2026-02-05T00:00:00Z", "request", q, pick);
    struct coop_record *stranger = r[n++] =
        about("closed", "UZ", "2026-03-11T00:00:00Z", "subject", q, ",\"outcome\":\"helped\"");
    struct coop_record *helper = r[n++] = about("closed", "TR", "2026-03-11T00:00:00Z", "subject", q,
                                                ",\"outcome\":\"helped\",\"evaluation\":4");
    struct coop_record *end = r[n++] = about("closed", "KZ", "2026-03-12T00:00:00Z", "subject", q,
                                             ",\"outcome\":\"partly\",\"evaluation\":3");
    struct coop_record *back = r[n++] =
        about("closed", "KZ", "2026-03-12T00:00:00Z", "subject", o, ",\"outcome\":\"not-needed\"");

    for (size_t turn = 0; turn < n; turn++) { /* any order of arrival gives the same */
        struct request_book b = book(r, n, "2026-03-20T00:00:00Z");
        const struct request_view *v = request_find(&b, span_str(q->id));
        struct coop_record *first = r[0];

        refused_as(&b, own, "own");
        refused_as(&b, late, "late");
        refused_as(&b, foreign, "offer");
        refused_as(&b, twice, "again");
        refused_as(&b, thief, "not-requester");
        refused_as(&b, stranger, "not-party");
        refused_as(&b, back, "not-party");
        refused_as(&b, tr, NULL);
        refused_as(&b, taken, NULL);
        assert_int_equal(b.refused.n, 7);
        assert_int_equal(v->state, REQUEST_CLOSED);
        assert_int_equal(v->n_side, 1);
        assert_ptr_equal(v->side[0].closed, helper);
        assert_ptr_equal(v->author.closed, end);
        assert_false(offer_find(&b, span_str(o->id))->ended);
        memmove(r, r + 1, (n - 1) * sizeof *r);
        r[n - 1] = first;
    }
}

static void states(void **unused)
{
    char named[600];
    struct request_book b;

    (void)unused;
    (void)snprintf(named, sizeof named, "\"tlp\":\"amber\",\"to\":[\"TR\",\"UZ\"],%s", ASK);
    struct coop_record *q = made("request", "KZ", "2026-02-01T00:00:00Z", named);
    struct coop_record *r[4] = { q };

    b = book(r, 1, "2026-02-09T00:00:00Z");
    assert_int_equal(b.request[0].state, REQUEST_OPEN);
    assert_int_equal(b.request[0].n_silent, 0);
    b = book(r, 1, "2026-02-11T00:00:00Z");
    assert_int_equal(b.request[0].state, REQUEST_NO_ANSWER);
    assert_int_equal(b.request[0].n_silent, 2);
    r[1] = about(
        "reply", "TR", "2026-02-02T00:00:00Z", "request", q,
        ",\"answer\":\"declined\",\"reason\":\"SPECIMEN\",\"contact\":\"cert\",\"tlp\":\"amber\",\"to\":"
        "[\"KZ\",\"UZ\"]");
    b = book(r, 2, "2026-02-11T00:00:00Z");
    assert_int_equal(b.request[0].state, REQUEST_DECLINED);
    assert_int_equal(b.request[0].n_silent, 1);
    assert_true(span_eq_str(b.request[0].silent[0], "UZ"));
    r[2] = about("reply", "UZ", "2026-02-02T00:00:00Z", "request", q,
                 ",\"answer\":\"yes\",\"contact\":\"cert\",\"tlp\":\"amber\",\"to\":[\"KZ\"]");
    r[3] = about("reply", "IR", "2026-02-02T00:00:00Z", "request", q,
                 ",\"answer\":\"yes\",\"contact\":\"cert\",\"tlp\":\"amber\",\"to\":[\"KZ\",\"TR\",\"UZ\"]");
    b = book(r, 4, "2026-02-11T00:00:00Z");
    refused_as(&b, r[2], "audience");
    refused_as(&b, r[3], "not-asked");
}

static void matches(void **unused)
{
    struct coop_record *r[3] = { made("request", "KZ", "2026-02-01T00:00:00Z", ASK),
                                 made("offer", "TR", "2026-01-01T00:00:00Z", OFFER),
                                 made("offer", "KZ", "2026-01-01T00:00:00Z", OFFER) };
    struct request_book b = book(r, 3, "2026-02-02T00:00:00Z");
    struct request_match m[4];

    (void)unused;
    assert_int_equal(request_match(&b, &b.request[0], m, 4), 1);
    assert_ptr_equal(m[0].offer->r, r[1]);
    assert_int_equal(m[0].days, 5);
    assert_int_equal(m[0].of_days, 10);
    assert_int_equal(m[0].hours, 2);
    assert_int_equal(m[0].free, 2);
    assert_true(span_eq_str(m[0].language, "ru"));
    assert_int_equal(m[0].score, 20 + 30 + 12 + 15);
}

static void shapes(void **unused)
{
#define HEAD "{\"kind\":\"closed\",\"member\":\"KZ\",\"office\":\"cert\",\"at\":\"2026-01-01T00:00:00Z\","
#define ID32 "0123456789abcdef0123456789abcdef"
    static const struct {
        const char *what, *text, *reason;
    } cases[] = {
        { "well", HEAD "\"tlp\":\"green\",\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}", NULL },
        { "red", HEAD "\"tlp\":\"red\",\"to\":[\"TR\"],\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}",
          "tlp" },
        { "amber for all", HEAD "\"tlp\":\"amber\",\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}", "tlp" },
        { "no such outcome", HEAD "\"tlp\":\"green\",\"subject\":\"" ID32 "\",\"outcome\":\"good\"}",
          "request" },
        { "no outcome", HEAD "\"tlp\":\"green\",\"subject\":\"" ID32 "\"}", "request" },
        { "an unknown member",
          HEAD "\"tlp\":\"green\",\"subject\":\"" ID32 "\",\"outcome\":\"helped\",\"x\":1}", "request" },
        { "evaluation of six",
          HEAD "\"tlp\":\"green\",\"subject\":\"" ID32 "\",\"outcome\":\"helped\",\"evaluation\":6}",
          "request" },
        { "to itself",
          HEAD "\"tlp\":\"green\",\"to\":[\"KZ\"],\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}",
          "request" },
        { "to in disorder",
          HEAD "\"tlp\":\"green\",\"to\":[\"UZ\",\"TR\"],\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}",
          "request" },
        { "to with a quote",
          HEAD "\"tlp\":\"green\",\"to\":[\"\\\"R\"],\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}",
          "request" },
        { "a time with a fraction",
          "{\"kind\":\"closed\",\"member\":\"KZ\",\"office\":\"cert\",\"at\":\"2026-01-01T00:00:00.5Z\","
          "\"tlp\":\"green\",\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}",
          "request" },
        { "no member",
          "{\"kind\":\"closed\",\"office\":\"cert\",\"at\":\"2026-01-01T00:00:00Z\",\"tlp\":\"green\","
          "\"subject\":\"" ID32 "\",\"outcome\":\"helped\"}",
          "request" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coop_record r;
        struct why w = { 0 };
        bool ok = read_text(cases[i].text, &r, &w);

        if (ok != !cases[i].reason || (!ok && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : w.detail);
    }
}

/* A member that speaks for another, signs with another key, or in a log of another audience. */
static void arrival(void **unused)
{
    static const uint8_t seed[NODE_SEED] = { 7 };
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY], other[NODE_PUBLIC_KEY] = { 1 };
    struct coop_record *r = made("offer", "TR", "2026-01-01T00:00:00Z", OFFER), got;
    struct signer key;
    struct buffer text, note;
    struct why w = { 0 };

    (void)unused;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &key);
    buf_init(&text, 1 << 16);
    buf_init(&note, 1 << 16);
    buf_str(&text, COOP_LINE_FIRST);
    buf_put(&text, r->json);
    buf_u8(&text, '\n');
    assert_true(receipt_sign(buf_span(&text), SPAN("tr.specimen"), &key, &note, &w));
    assert_true(coop_open(buf_span(&note), SPAN("tr.specimen"), pub, &test_arena, &got, &w));
    assert_string_equal(got.id, r->id);
    assert_true(coop_check_arrival(&got, SPAN("TR"), SPAN("all"), r->at, &test_arena, &w));
    assert_false(coop_check_arrival(&got, SPAN("KZ"), SPAN("all"), r->at, &test_arena, &w));
    assert_string_equal(w.reason, "issuer");
    why_clear(&w);
    assert_false(coop_check_arrival(&got, SPAN("TR"), SPAN("kz"), r->at, &test_arena, &w));
    assert_string_equal(w.reason, "audience");
    why_clear(&w);
    assert_false(coop_check_arrival(&got, SPAN("TR"), SPAN("all"), r->at + 1, &test_arena, &w));
    assert_string_equal(w.reason, "time");
    why_clear(&w);
    assert_false(coop_open(buf_span(&note), SPAN("kz.specimen"), pub, &test_arena, &got, &w));
    assert_string_equal(w.reason, "signer");
    why_clear(&w);
    assert_false(coop_open(buf_span(&note), SPAN("tr.specimen"), other, &test_arena, &got, &w));
    assert_string_equal(w.reason, "forged");
    note.p[40] ^= 1;
    why_clear(&w);
    assert_false(coop_open(buf_span(&note), SPAN("tr.specimen"), pub, &test_arena, &got, &w));
    assert_string_equal(w.reason, "forged");
    buf_free(&text);
    buf_free(&note);
}

/* ---- the library ---- */

#define PLAYBOOK_ID "playbook--00000000-0000-4000-8000-000000000001"

static struct coop_record *shared(const char *member, const char *at, const char *modified)
{
    struct coop_record *r = arena_alloc(&test_arena, sizeof *r);
    char book[800], text[3000];
    struct buffer b;
    uint8_t mem[2000];
    struct why w = { 0 };

    (void)snprintf(book, sizeof book,
                   "{\"type\":\"playbook\",\"spec_version\":\"cacao-2.0\",\"id\":\"" PLAYBOOK_ID
                   "\",\"name\":\"Phishing\",\"description\":\"Фишинг против банков\",\"modified\":\"%s\"}",
                   modified);
    buf_init_fixed(&b, mem, sizeof mem);
    for (const char *s = book; *s; s++) {
        if (*s == '"')
            buf_u8(&b, '\\');
        buf_u8(&b, (uint8_t)*s);
    }
    (void)snprintf(
        text, sizeof text,
        "{\"kind\":\"playbook\",\"member\":\"%s\",\"office\":\"cert\",\"at\":\"%s\",\"tlp\":\"green\","
        "\"playbook\":\"%s\"}",
        member, at, buf_cstr(&b));
    if (!read_text(text, r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return r;
}

static struct library library_of(struct coop_record **r, size_t n)
{
    struct library l;
    struct coop_set s;
    struct why w = { 0 };

    assert_true(coop_set_make(r, n, &test_arena, &s, &w));
    assert_true(library_make(&s, &test_arena, &l, &w));
    return l;
}

static void library(void **unused)
{
#define OF   "\"playbook_id\":\"" PLAYBOOK_ID "\""
#define USED OF ",\"owner\":\"KZ\",\"minutes\":30,\"outcome\":\"worked\","
#define V1   "2026-01-01T00:00:00.000Z"
#define V2   "2026-02-01T00:00:00.000Z"
    struct coop_record *r[] = {
        shared("KZ", "2026-01-02T00:00:00Z", V1),
        shared("KZ", "2026-02-02T00:00:00Z", V2),
        made("playbook-used", "TR", "2026-01-20T00:00:00Z",
             USED "\"version\":\"" V1 "\",\"used\":\"2026-01-19T00:00:00Z\""),
        made("playbook-used", "TR", "2026-02-20T00:00:00Z",
             USED "\"version\":\"" V2 "\",\"used\":\"2026-02-19T00:00:00Z\""),
        made("playbook-used", "UZ", "2026-02-20T00:00:00Z",
             USED "\"version\":\"2026-05-01T00:00:00.000Z\",\"used\":\"2026-02-19T00:00:00Z\""),
        made("playbook-used", "UZ", "2026-02-20T00:00:00Z",
             USED "\"version\":\"" V2 "\",\"used\":\"2026-02-21T00:00:00Z\""),
        made("playbook-withdrawn", "TR", "2026-02-21T00:00:00Z", OF ",\"reason\":\"SPECIMEN\""),
        made("playbook-withdrawn", "KZ", "2026-03-01T00:00:00Z", OF ",\"reason\":\"SPECIMEN\""),
        made("playbook-used", "UZ", "2026-03-05T00:00:00Z",
             USED "\"version\":\"" V2 "\",\"used\":\"2026-03-04T00:00:00Z\""),
    };
    struct library l = library_of(r, 7);

    (void)unused;
    assert_int_equal(l.n_title, 1);
    assert_int_equal(l.title[0].versions, 2);
    assert_false(l.title[0].gone);
    assert_int_equal(l.title[0].n_user, 1);
    assert_int_equal(l.title[0].user[0].times, 2);
    assert_int_equal(l.title[0].user[0].minutes, 60);
    assert_int_equal(l.title[0].user[0].outcome[0], 2);
    assert_int_equal(l.refused.n, 3);
    assert_string_equal(coop_refused_of(&l.refused, r[4])->why, "version");
    assert_string_equal(coop_refused_of(&l.refused, r[5])->why, "order");
    assert_string_equal(coop_refused_of(&l.refused, r[6])->why,
                        "unknown"); /* another's cannot be withdrawn */
    for (size_t turn = 0; turn < 9; turn++) {
        struct coop_record *first = r[0];

        l = library_of(r, 9);
        assert_true(l.title[0].gone);
        assert_int_equal(l.refused.n, 4);
        assert_int_equal(l.title[0].user[0].times, 2);
        memmove(r, r + 1, 8 * sizeof *r);
        r[8] = first;
    }
    assert_true(library_has_words(coop_text(r[0], "playbook"), SPAN("ФИШИНГ phish"), &test_arena));
    assert_false(library_has_words(coop_text(r[0], "playbook"), SPAN("банкир"), &test_arena));
    assert_true(library_has_words(SPAN("{\"a\":\"ISTANBUL كيف\"}"), SPAN("istanbul کیف"), &test_arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(life),   cmocka_unit_test(states),  cmocka_unit_test(matches),
        cmocka_unit_test(shapes), cmocka_unit_test(arrival), cmocka_unit_test(library),
    };

    return cmocka_run_group_tests_name("cooperation", tests, arena_setup, arena_teardown);
}
