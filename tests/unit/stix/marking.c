#include "vectors.h"

#include <stdlib.h>

#include "stix/marking.h"

static const struct stix_how how = { .strict = false };

static struct stix_object object_of(const char *text)
{
    struct stix_object o;
    struct why w = { 0 };

    if (!stix_read(span_str(text), &how, &test_arena, &o, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return o;
}

static void sco_ids(void **state)
{
    json_t *all = load_json(vector_path("cyber/stix/sco-ids.json")), *v;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(all, "vectors"), i, v)
    {
        char *text = json_dumps(json_object_get(v, "object"), JSON_COMPACT | JSON_PRESERVE_ORDER);
        const char *expect = json_string_value(json_object_get(v, "expect"));
        char uuid[STIX_UUID_TEXT];
        struct stix_uuid id;
        struct why w = { 0 };
        enum stix_derived how_it;
        struct span type;
        struct json j;

        assert_true(json_parse(span_str(text), &test_arena, &j, &w));
        assert_true(json_text_of(&j, json_member(&j, JSON_ROOT, "type"), &test_arena, &type));
        how_it = stix_sco_id(&j, JSON_ROOT, type, &test_arena, &id, &w);
        if (json_is_true(json_object_get(v, "deterministic"))) {
            assert_int_equal(how_it, STIX_DERIVED);
            if (strcmp(stix_uuid_text(&id, uuid), expect + type.n + 2) != 0)
                fail_msg("%s: %s", json_string_value(json_object_get(v, "id")), uuid);
        } else {
            assert_int_not_equal(how_it, STIX_DERIVED);
        }
        free(text);
    }
    assert_int_equal(i, 44);
    json_decref(all);
}

static void identifiers(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        { "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", true },
        { "x-a--8E2E2D2B-17D4-4CBF-938F-98EE46B3CD3F", true },
        { "indicator-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", false },
        { "Indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", false },
        { "in--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", false },
        { "indicator--8e2e2d2b-17d4-6cbf-938f-98ee46b3cd3f", false },
        { "indicator--8e2e2d2b-17d4-4cbf-738f-98ee46b3cd3f", false },
        { "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3", false },
        { "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3g", false },
        { "a--b--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", false },
    };
    uint8_t random[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    char text[STIX_UUID_TEXT];
    struct stix_uuid u;
    struct stix_id id;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (stix_id_read(span_str(cases[i].text), &id) != cases[i].good)
            fail_msg("%s", cases[i].text);
    stix_uuid_v4(random, &u);
    assert_string_equal(stix_uuid_text(&u, text), "ffffffff-ffff-4fff-bf00-000000000000");
    /* RFC 9562 A.4 */
    assert_true(stix_uuid_read(SPAN("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), &u));
    stix_uuid_v5(&u, SPAN("www.example.com"), &id.uuid);
    assert_string_equal(stix_uuid_text(&id.uuid, text), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    stix_uuid_v5(&u, SPAN("serai.stix"), &id.uuid);
    assert_true(stix_uuid_eq(&id.uuid, &stix_space_serai));
}

/* The nine objects are what they are, and no other claims to be one of them. */
static void tlp_objects(void **state)
{
    json_t *all = load_json(vector_path("cyber/stix/tlp-markings.json")), *v;
    static const enum tlp one[] = { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_RED };
    size_t i;

    (void)state;
    for (int kind = 1; kind <= 2; kind++)
        json_array_foreach(json_object_get(all, kind == 1 ? "tlp1" : "tlp2"), i, v)
        {
            char *text = json_dumps(v, JSON_COMPACT);
            struct stix_object o = object_of(text);
            struct stix_marking m;

            stix_marking_read(&o, &test_arena, &m);
            assert_int_equal(m.kind, STIX_MARKING_TLP);
            assert_int_equal(m.tlp, kind == 1 ? one[i] : (enum tlp)i);
            assert_int_equal(m.tlp_version, kind);
            free(text);
        }
    json_decref(all);
    for (int t = 0; t < TLP_LEVELS; t++) {
        struct span s = stix_tlp_object((enum tlp)t);
        struct stix_object o = object_of((const char *)s.p);
        struct stix_marking m;

        assert_true(span_eq_str(o.id, stix_tlp_id((enum tlp)t)));
        stix_marking_read(&o, &test_arena, &m);
        assert_int_equal(m.tlp, t);
    }
}

#define ID(x)  "\"marking-definition--" x "\""
#define RED1   ID("5e57c739-391a-4eb3-b6be-7d15ca92d5ed")
#define GREEN1 ID("34098fce-860f-48ae-8e50-ebd3cc5e41da")
#define STRICT ID("939a9414-2ddd-4d32-a0cd-375ea402b003")
#define TERMS  ID("11111111-1111-4111-8111-111111111111")
#define OTHER  ID("22222222-2222-4222-8222-222222222222")
#define OBJECT(marks)                                                                                        \
    "{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--8e2e2d2b-17d4-4cbf-938f-"            \
    "98ee46b3cd3f\","                                                                                        \
    "\"created\":\"2026-03-01T08:00:00.000Z\",\"modified\":\"2026-03-01T08:00:00.000Z\",\"name\":\"x\","     \
    "\"sectors\":[\"energy\",\"water\"]" marks "}"
#define REFS(list)      ",\"object_marking_refs\":[" list "]"
#define PART(sel, mark) ",\"granular_markings\":[{\"selectors\":[\"" sel "\"],\"marking_ref\":" mark "}]"

static bool terms(void *ctx, const struct stix_uuid *id, struct stix_marking *out)
{
    (void)ctx;
    if (id->b[0] != 0x11)
        return false;
    *out = (struct stix_marking){ .kind = STIX_MARKING_STATEMENT };
    return true;
}

static void strictest(void **state)
{
    static const struct {
        const char *what, *text;
        bool marked, refer, granular;
        enum tlp tlp;
        size_t statements;
    } cases[] = {
        { "nothing", OBJECT(""), false, false, false, TLP_CLEAR, 0 },
        { "one", OBJECT(REFS(GREEN1)), true, false, false, TLP_GREEN, 0 },
        { "the strictest", OBJECT(REFS(GREEN1 "," STRICT)), true, false, false, TLP_AMBER_STRICT, 0 },
        { "terms alone mark nothing", OBJECT(REFS(TERMS)), false, false, false, TLP_CLEAR, 1 },
        { "terms beside", OBJECT(REFS(GREEN1 "," TERMS)), true, false, false, TLP_GREEN, 1 },
        { "unknown is red", OBJECT(REFS(GREEN1 "," OTHER)), true, true, false, TLP_RED, 0 },
        { "a part", OBJECT(PART("sectors.[1]", RED1)), true, false, true, TLP_RED, 0 },
        { "a part milder than the whole", OBJECT(REFS(STRICT) PART("name", GREEN1)), true, false, true,
          TLP_AMBER_STRICT, 0 },
        { "an unknown one of a part", OBJECT(REFS(GREEN1) PART("name", OTHER)), true, true, true, TLP_RED,
          0 },
        { "a language alone", OBJECT(",\"granular_markings\":[{\"selectors\":[\"name\"],\"lang\":\"fa\"}]"),
          false, false, false, TLP_CLEAR, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stix_object o = object_of(cases[i].text);
        struct stix_marks m;

        stix_marks_of(&o, terms, NULL, &m);
        if (m.marked != cases[i].marked || m.refer != cases[i].refer || m.granular != cases[i].granular ||
            m.tlp != cases[i].tlp || m.statements != cases[i].statements)
            fail_msg("%s: tlp %d", cases[i].what, (int)m.tlp);
    }
}

static void spellings(void **state)
{
    static const struct {
        enum tlp_spelling in;
        const char *word;
        int tlp; /* -1: none */
    } cases[] = {
        { TLP_STIX, "white", TLP_CLEAR },
        { TLP_STIX, "clear", TLP_CLEAR },
        { TLP_STIX, "amber+strict", TLP_AMBER_STRICT },
        { TLP_STIX, "RED", -1 },
        { TLP_STIX, "", -1 },
        { TLP_CSAF_20, "WHITE", TLP_CLEAR },
        { TLP_CSAF_20, "RED", TLP_RED },
        { TLP_CSAF_20, "AMBER+STRICT", -1 },
        { TLP_CSAF_20, "CLEAR", -1 },
        { TLP_CSAF_21, "CLEAR", TLP_CLEAR },
        { TLP_CSAF_21, "AMBER+STRICT", TLP_AMBER_STRICT },
        { TLP_CSAF_21, "WHITE", -1 },
        { TLP_MISP, "tlp:white", TLP_CLEAR },
        { TLP_MISP, "TLP:AMBER+STRICT", TLP_AMBER_STRICT },
        { TLP_MISP, "tlp:ex:chr", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum tlp t = TLP_RED;
        bool read_it = tlp_read(cases[i].in, span_str(cases[i].word), &t);

        if (read_it != (cases[i].tlp >= 0) || (read_it && (int)t != cases[i].tlp))
            fail_msg("%s", cases[i].word);
    }
    assert_string_equal(tlp_word(TLP_CSAF_20, TLP_AMBER_STRICT), "RED");
    for (int t = 0; t < TLP_LEVELS; t++)
        for (int in = TLP_STIX; in <= TLP_MISP; in++) {
            enum tlp back = TLP_CLEAR;

            assert_true(tlp_read((enum tlp_spelling)in,
                                 span_str(tlp_word((enum tlp_spelling)in, (enum tlp)t)), &back));
            assert_true((int)back >= t); /* never milder */
        }
}

static void selectors(void **state)
{
    static const struct {
        const char *selector;
        bool there;
    } cases[] = {
        { "name", true },
        { "sectors", true },
        { "sectors.[1]", true },
        { "sectors.[2]", false },
        { "sectors.energy", false },
        { "name.x", false },
        { "", false },
        { "name.", false },
        { "[0]", false },
        { "sectors.[99999999999999999999]", false },
    };
    struct stix_object o = object_of(OBJECT(""));

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if ((stix_select(&o.json, JSON_ROOT, span_str(cases[i].selector)) != JSON_NONE) != cases[i].there)
            fail_msg("%s", cases[i].selector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sco_ids),   cmocka_unit_test(identifiers), cmocka_unit_test(tlp_objects),
        cmocka_unit_test(strictest), cmocka_unit_test(spellings),   cmocka_unit_test(selectors),
    };

    return cmocka_run_group_tests_name("stix-marking", tests, arena_setup, arena_teardown);
}
