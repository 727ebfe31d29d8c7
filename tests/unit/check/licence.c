/* The roadside check: evidence, trust and status at home against each other, under the sample agreement. */
#include "vectors.h"

#include "base/text.h"
#include "check/licence.h"
#include "wire/json.h"

enum { NOW = 1789473600 }; /* 2026-09-15T12:00:00Z, of the vectors */

struct rig {
    struct arena text, arena;
    struct agreement *agreement;
    struct anchor_set *anchors, *none;
    struct span licence, session;
    struct licence_home home;
    unsigned asked;
    struct json j;
};

static struct span hex(struct arena *a, const char *text)
{
    struct span out = { 0 };

    assert_true(hex_decode(span_str(text), a, &out));
    return out;
}

static int open_rig(void **state)
{
    static struct rig r;
    struct agreement_faults faults;
    const struct anchor_origin from = { .source = "SPECIMEN", .purposes = FOR_LICENCES };
    json_t *file = load_json(vector_path("licence/generated/index.json")), *c;
    size_t i;

    arena_init(&r.text, 64 << 20);
    r.agreement = agreement_parse(load_file(&r.text, source_path("agreements/eco.agreement")), &faults);
    assert_non_null(r.agreement);
    r.anchors = anchor_set_new();
    r.none = anchor_set_new();
    assert_true(anchor_set_add(r.anchors, load_file(&r.text, vector_path("licence/pki/KZ-iaca.der")), &from,
                               ANCHOR_VOUCHED, NULL, NULL));
    json_array_foreach(json_object_get(file, "cases"), i,
                       c) if (strcmp(json_string_value(json_object_get(c, "id")), "auth0-kz-es256-full") == 0)
        r.session = hex(&r.text, json_string_value(json_object_get(c, "transcript_hex")));
    json_decref(file);
    r.licence = load_file(&r.text, vector_path("licence/generated/auth0-kz-es256-full.cbor"));
    *state = &r;
    return 0;
}

static int close_rig(void **state)
{
    struct rig *r = *state;

    agreement_free(r->agreement);
    anchor_set_free(r->anchors);
    anchor_set_free(r->none);
    arena_free(&r->text);
    return 0;
}

static void home(void *ctx, const struct licence_question *q, struct arena *a, struct licence_home *out)
{
    struct rig *r = ctx;

    (void)a;
    assert_true(q->issuer.n == 2 && q->number.n > 0);
    r->asked++;
    *out = r->home;
}

enum shown { NOTHING, SIGNED, PROVED, FORGED, DAMAGED, LINES, TYPED, SIGNED_TYPED, SIGNED_OTHER };

static struct licence_request request_of(struct rig *r, enum shown e, enum said examined)
{
    static const char lines[] = "D1FRA22BX004172370214LEFEBVRE4";
    struct licence_request q = { .examined = examined, .residence = SPAN("KZ") };
    uint8_t *copy;

    if (e == SIGNED || e == PROVED || e == FORGED || e == DAMAGED || e >= SIGNED_TYPED) {
        q.n_evidence = 1;
        q.evidence[0].bytes = e == DAMAGED ? span_sub(r->licence, 0, r->licence.n - 1) : r->licence;
    }
    if (e == PROVED || e >= SIGNED_TYPED)
        q.session = r->session;
    if (e == FORGED) { /* a byte of an element, or of what is signed */
        copy = (uint8_t *)(uintptr_t)arena_copy(&r->arena, r->licence).p;
        for (size_t i = 0; i + 6 < r->licence.n; i++)
            if (memcmp(copy + i, "family", 6) == 0) {
                copy[i + 11 + 14] ^= 1;
                break;
            }
        copy[r->licence.n / 2] ^= 1;
        q.evidence[0].bytes = span_of(copy, r->licence.n);
    }
    if (e == LINES) {
        q.n_evidence = 1;
        q.evidence[0].bytes = span_str(lines);
    }
    if (e == TYPED || e >= SIGNED_TYPED) {
        q.typed =
            (struct licence_typed){ .present = true, .issuer = SPAN("KZ"), .number = SPAN("SPECIMEN-1") };
        q.typed.n_categories = e == TYPED;
        q.typed.has_categories = e == TYPED;
        q.typed.category[0].category = SPAN("B");
        q.typed.expiry = e == TYPED ? (struct date){ 2030, 1, 1 } : (struct date){ 0 };
        q.typed.issued = e == TYPED ? (struct date){ 2020, 1, 1 } : (struct date){ 0 };
        q.typed.birth = e == TYPED ? (struct date){ 1990, 1, 1 } : (struct date){ 0 };
    }
    return q;
}

static enum outcome run(struct rig *r, const struct licence_request *q, bool trusted, struct span *json)
{
    const struct licence_setting c = { .member = "IR",
                                       .agreement = r->agreement,
                                       .anchors = trusted ? r->anchors : r->none,
                                       .ask = home,
                                       .ask_ctx = r };
    struct licence_answer out;
    struct why w;

    why_clear(&w);
    if (!licence_check(&c, q, NOW, &r->arena, &out, &w)) {
        assert_string_equal(w.reason, "request");
        return OUTCOME_ADMIT;
    }
    *json = out.json;
    assert_true(json_parse(out.json, &r->arena, &r->j, NULL));
    return out.outcome;
}

static void no_answer_but_a_good_one_recognises(void **state)
{
    static const struct {
        const char *what;
        enum shown evidence;
        enum said examined;
        bool trusted, good; /* good: recognised when home answers valid */
        const char *strength;
    } rows[] = {
        { "signed, device proved", PROVED, NOT_SAID, true, true, "signed" },
        { "signed, device not proved", SIGNED, NOT_SAID, true, true, "signed, device not proved" },
        { "signed, and the officer found something", PROVED, SAID_NO, true, false, "signed" },
        { "signed by nobody known", PROVED, SAID_YES, false, false, "nothing" },
        { "altered", FORGED, SAID_YES, true, false, "nothing" },
        { "cut short", DAMAGED, SAID_YES, true, false, "nothing" },
        { "lines without categories", LINES, SAID_YES, true, false, "card" },
        { "typed, card examined", TYPED, SAID_YES, true, true, "typed" },
        { "typed, card not examined", TYPED, NOT_SAID, true, false, "typed" },
        { "typed, and the officer found something", TYPED, SAID_NO, true, false, "typed" },
        { "typed against signed", SIGNED_OTHER, SAID_YES, true, false, "signed" },
    };
    static const struct licence_home homes[] = {
        { .state = LICENCE_ANSWERED, .word = SPAN("valid") },
        { .state = LICENCE_ANSWERED, .word = SPAN("suspended") },
        { .state = LICENCE_ANSWERED, .word = SPAN("dispatched") },
        { .state = LICENCE_LATE, .word = SPAN("valid") },
        { .state = LICENCE_UNREACHABLE, .word = SPAN("valid") },
        { .state = LICENCE_REFUSED },
        { .state = LICENCE_UNKNOWN, .word = SPAN("valid") },
        { .state = LICENCE_NOT_ASKED },
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t h = 0; h < sizeof homes / sizeof *homes; h++) {
            struct licence_request q;
            struct span json = { 0 };
            enum outcome o;
            bool good;

            arena_init(&r->arena, 64 << 20);
            q = request_of(r, rows[i].evidence, rows[i].examined);
            r->home = homes[h];
            o = run(r, &q, rows[i].trusted, &json);
            good = o == OUTCOME_RECOGNISED || o == OUTCOME_RESTRICTED;
            if (good != (rows[i].good && h == 0))
                fail_msg("%s, home %zu: %s", rows[i].what, h, outcome_word(o));
            if (!json_text_is(&r->j, json_member(&r->j, JSON_ROOT, "strength"), rows[i].strength))
                fail_msg("%s: another strength than %s", rows[i].what, rows[i].strength);
            if (strcmp(rows[i].strength, "nothing") == 0)
                assert_true(json_is(&r->j, json_member(&r->j, JSON_ROOT, "licence"), JSON_KIND_NULL));
            arena_free(&r->arena);
        }
    }
}

static void who_is_not_to_be_asked_is_not(void **state)
{
    struct rig *r = *state;
    struct licence_request q;
    struct span json;

    arena_init(&r->arena, 64 << 20);
    q = request_of(r, TYPED, SAID_YES);
    q.do_not_ask = true;
    r->asked = 0;
    r->home = (struct licence_home){ .state = LICENCE_ANSWERED, .word = SPAN("valid") };
    assert_int_equal(run(r, &q, true, &json), OUTCOME_REFER);
    assert_int_equal(r->asked, 0);
    q = request_of(r, PROVED, SAID_YES);
    assert_int_equal(run(r, &q, false, &json), OUTCOME_REFER);
    assert_int_equal(r->asked, 0); /* about what cannot be believed nobody is asked */
    q = request_of(r, NOTHING, SAID_YES);
    assert_int_equal(run(r, &q, true, &json), OUTCOME_ADMIT); /* no request at all */
    arena_free(&r->arena);
}

static bool good(const char *json, struct why *w)
{
    static struct licence_request q;
    struct arena a;
    bool ok;

    arena_init(&a, 16 << 20);
    why_clear(w);
    ok = licence_request_from_json(span_str(json), &q, &a, w);
    arena_free(&a);
    return ok;
}

static void requests_are_read_strictly(void **state)
{
    static const struct {
        const char *what, *json, *reason;
        size_t offset;
    } rows[] = {
        { "typed", "{\"typed\":{\"issuer\":\"PK\",\"number\":\"1\"}}", NULL, 0 },
        { "no object", "[]", "request", 0 },
        { "an unknown member", "{\"colour\":1}", "request", 1 },
        { "an unknown member of what was typed", "{\"typed\":{\"issuer\":\"PK\",\"number\":\"1\",\"x\":1}}",
          "request", 37 },
        { "typed without number", "{\"typed\":{\"issuer\":\"PK\"}}", "request", 9 },
        { "a country in three letters", "{\"typed\":{\"issuer\":\"PAK\",\"number\":\"1\"}}", "request", 19 },
        { "a day that is none", "{\"driver\":{\"entered\":\"2027-02-30\"}}", "request", 21 },
        { "evidence that is no list", "{\"evidence\":{}}", "request", 12 },
        { "evidence without bytes", "{\"evidence\":[{\"kind\":\"mrz\"}]}", "request", 13 },
        { "a kind that is none", "{\"evidence\":[{\"kind\":\"seal\",\"text\":\"x\"}]}", "request", 21 },
        { "examined as text", "{\"examined\":\"yes\"}", "request", 12 },
        { "an empty id", "{\"id\":\"\"}", "request", 6 },
        { "a language that is a path", "{\"language\":\"../x\"}", "request", 12 },
        { "a session that is no base64", "{\"session\":\"!\"}", "request", 11 },
    };
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool ok = good(rows[i].json, &w);

        if (ok != !rows[i].reason)
            fail_msg("%s: %s", rows[i].what, ok ? "taken" : w.detail);
        if (!ok) {
            assert_string_equal(w.reason, rows[i].reason);
            if (w.offset != rows[i].offset)
                fail_msg("%s: at %zu", rows[i].what, w.offset);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_but_a_good_one_recognises),
        cmocka_unit_test(who_is_not_to_be_asked_is_not),
        cmocka_unit_test(requests_are_read_strictly),
    };

    return cmocka_run_group_tests_name("roadside check", tests, open_rig, close_rig);
}
