#include "vectors.h"

#include <stdlib.h>

#include "base/text.h"
#include "stix/bundle.h"
#include "stix/object.h"

static const struct stix_how must = { .strict = false }, strict = { .strict = true };

/* What a container or an object comes to. */
struct verdict {
    bool good;
    size_t should;
    char reason[64];
};

static bool take(void *ctx, const struct stix_item *item)
{
    struct verdict *v = ctx;

    if (!item->good)
        v->good = false;
    v->should += item->findings->should;
    return true;
}

static struct verdict judge(struct span text, const struct stix_how *how)
{
    struct stix_bundle_how all = { .object = *how };
    struct verdict v = { .good = true };
    struct stix_summary s;
    struct why w = { 0 };

    if (!stix_bundle_read(text, &all, take, &v, &s, &w) || !s.sound)
        v.good = false;
    v.should += s.should;
    return v;
}

static void vectors(void **state)
{
    json_t *all = load_json(vector_path("cyber/stix/objects.json")), *v;
    size_t i, agree = 0, strictly = 0, of = 0, wrong = 0;

    (void)state;
    json_array_foreach(json_object_get(all, "vectors"), i, v)
    {
        json_t *objects = json_object_get(v, "object"), *options = json_object_get(v, "strict_options");
        bool want = json_is_true(json_object_get(v, "must")), good = true, clean = true;
        size_t n = json_is_array(objects) ? json_array_size(objects) : 1;

        for (size_t k = 0; k < n; k++) {
            char *text =
                json_dumps(json_is_array(objects) ? json_array_get(objects, k) : objects, JSON_COMPACT);
            struct verdict a = judge(span_str(text), &must), b = judge(span_str(text), &strict);

            good = good && a.good;
            clean = clean && b.good && b.should == 0;
            assert_int_equal(a.good, b.good);
            free(text);
        }
        if (good != want) {
            print_message("# %s: %s\n", json_string_value(json_object_get(v, "id")),
                          want ? "refused" : "taken");
            wrong++;
        }
        if (json_object_size(options) == 0) {
            of++;
            strictly += clean == json_is_true(json_object_get(v, "strict"));
        }
        agree += good == want;
    }
    print_message("# %zu of %zu, strictly %zu of %zu\n", agree, i, strictly, of);
    json_decref(all);
    assert_int_equal(wrong, 0);
}

#define HEAD(type)                                                                                           \
    "{\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" type                                         \
    "--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"created\":\"2026-03-01T08:00:00.000Z\","                     \
    "\"modified\":\"2026-03-01T08:00:00.000Z\","
#define SCO(type) "{\"type\":\"" type "\",\"id\":\"" type "--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f\","
#define INDICATOR HEAD("indicator") "\"valid_from\":\"2026-03-01T08:00:00Z\",\"pattern_type\":\"stix\","
#define PATTERN   "\"pattern\":\"[ipv4-addr:value = '198.51.100.3']\""

/* One offence each: its reason, path and clause. NULL: none. */
static void offences(void **state)
{
    static const struct {
        const char *what, *text, *reason, *path, *clause;
    } cases[] = {
        { "an indicator", INDICATOR PATTERN "}", NULL, NULL, NULL },
        { "any number of digits",
          HEAD("identity") "\"name\":\"x\",\"x_seen\":\"2026-03-01T08:00:00.1234567890123Z\"}", NULL, NULL,
          NULL },
        { "no JSON", "{\"type\":\"identity\",}", "json", "", "RFC 8259" },
        { "a list", "[]", "wrong-type", "", "STIX 2.1 3" },
        { "no type", "{\"id\":\"x\"}", "missing", "", "STIX 2.1 3.2" },
        { "a name twice", HEAD("identity") "\"name\":\"x\",\"name\":\"y\"}", "duplicate-member", "",
          "RFC 8259 4" },
        { "id of another type",
          "{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"tool--8e2e2d2b-17d4-4cbf-938f-"
          "98ee46b3cd3f\","
          "\"created\":\"2026-03-01T08:00:00.000Z\",\"modified\":\"2026-03-01T08:00:00.000Z\",\"name\":"
          "\"x\"}",
          "identifier", "id", "STIX 2.1 2.9" },
        { "a name that is no string", HEAD("identity") "\"name\":7}", "wrong-type", "name", "STIX 2.1 4.5" },
        { "no name", HEAD("identity") "\"sectors\":[\"energy\"]}", "missing", "", "STIX 2.1 4.5" },
        { "an empty list", HEAD("identity") "\"name\":\"x\",\"sectors\":[]}", "empty-list", "sectors",
          "STIX 2.1 2.12" },
        { "null in a custom property", HEAD("identity") "\"name\":\"x\",\"x_y_z\":null}", "null", "x_y_z",
          "STIX 2.1 3.1" },
        { "a reserved name", HEAD("identity") "\"name\":\"x\",\"severity\":1}", "reserved", "severity",
          "STIX 2.1 11.1" },
        { "confidence past its range", HEAD("identity") "\"name\":\"x\",\"confidence\":101}", "range",
          "confidence", "STIX 2.1 4.5" },
        { "confidence with a fraction", HEAD("identity") "\"name\":\"x\",\"confidence\":1.5}", "wrong-type",
          "confidence", "STIX 2.1 4.5" },
        { "a day that does not exist", INDICATOR PATTERN ",\"valid_until\":\"2027-02-29T00:00:00Z\"}",
          "timestamp", "valid_until", "STIX 2.1 2.16" },
        { "a zone", INDICATOR PATTERN ",\"valid_until\":\"2027-02-28T00:00:00+00:00\"}", "timestamp",
          "valid_until", "STIX 2.1 2.16" },
        { "valid until it began", INDICATOR PATTERN ",\"valid_until\":\"2026-03-01T08:00:00.000Z\"}", "order",
          "", "STIX 2.1 4.7" },
        { "a pattern that is none", INDICATOR "\"pattern\":\"[ipv4-addr:value = ]\"}", "pattern", "pattern",
          NULL },
        { "a pattern on a short name", INDICATOR "\"pattern\":\"[app:id = 'x']\"}", "pattern", "pattern",
          "STIX 2.1 3.1" },
        { "a URL that begins with a blank",
          HEAD("identity") "\"name\":\"x\",\"external_references\":[{\"source_name\":\"a\",\"url\":\" "
                           "http://a.example/\"}]}",
          "url", "external_references[0].url", "RFC 3986" },
        { "a CVE from elsewhere",
          HEAD("vulnerability") "\"name\":\"x\",\"external_references\":[{\"source_name\":\"a\","
                                "\"external_id\":\"CVE-2024-0001\"}]}",
          "external-id", "external_references[0]", "STIX 2.1 2.5" },
        { "a selector that points at nothing",
          HEAD("identity") "\"name\":\"x\",\"granular_markings\":[{\"selectors\":[\"description\"],\"marking_"
                           "ref\":"
                           "\"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9\"}]}",
          "selector", "granular_markings[0]", "STIX 2.1 7.2.3.1" },
        { "a marking and a language",
          HEAD("identity") "\"name\":\"x\",\"granular_markings\":[{\"selectors\":[\"name\"],\"lang\":\"en\","
                           "\"marking_ref\":"
                           "\"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9\"}]}",
          "one-of", "granular_markings[0]", "STIX 2.1 7.2.3" },
        { "a family without a name", HEAD("malware") "\"is_family\":true}", "missing", "", "STIX 2.1 4.11" },
        { "half a place", HEAD("location") "\"latitude\":1.5}", "needs", "", "STIX 2.1 4.10" },
        { "an opinion of its own",
          HEAD("opinion") "\"opinion\":\"perhaps\",\"object_refs\":[\"tool--8e2e2d2b-17d4-4cbf-938f-"
                          "98ee46b3cd3f\"]}",
          "vocabulary", "opinion", "STIX 2.1 4.15" },
        { "a sighting of a sighting",
          HEAD("sighting") "\"sighting_of_ref\":\"sighting--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"}",
          "reference-type", "sighting_of_ref", "STIX 2.1 5.2" },
        { "seen a thousand million times",
          HEAD("sighting") "\"sighting_of_ref\":\"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"count\":"
                           "1000000000}",
          "range", "count", "STIX 2.1 5.2" },
        { "an address that is none", SCO("ipv4-addr") "\"value\":\"198.51.100.256\"}", "value", "value",
          "STIX 2.1 6.8" },
        { "an IPv6 address with two gaps", SCO("ipv6-addr") "\"value\":\"2001::1::2\"}", "value", "value",
          "STIX 2.1 6.9" },
        { "a domain with an underscore", SCO("domain-name") "\"value\":\"a_b.example\"}", "value", "value",
          "STIX 2.1 6.4" },
        { "a MAC address in capitals", SCO("mac-addr") "\"value\":\"D2:FB:49:24:37:18\"}", "value", "value",
          "STIX 2.1 6.10" },
        { "a hash of another length", SCO("file") "\"hashes\":{\"MD5\":\"00\"}}", "hash", "hashes.MD5",
          "STIX 2.1 2.7" },
        { "neither name nor hash", SCO("file") "\"size\":7}", "any-of", "", "STIX 2.1 6.7" },
        { "a reference to another type",
          SCO("ipv4-addr") "\"value\":\"198.51.100.3\",\"resolves_to_refs\":"
                           "[\"file--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f\"]}",
          "reference-type", "resolves_to_refs[0]", "STIX 2.1 6.8" },
        { "a process by content", SCO("process") "\"pid\":1}", "uuid-version", "id", "STIX 2.1 6.13" },
        { "a short hive", SCO("windows-registry-key") "\"key\":\"HKLM\\\\SYSTEM\"}", "value", "key",
          "STIX 2.1 6.17" },
        { "an extension of nobody", SCO("file") "\"name\":\"x\",\"extensions\":{\"my-thing\":{\"abc\":1}}}",
          "extension", "extensions.my-thing", "STIX 2.1 3.2" },
        { "a TLP marking of its own",
          "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"marking-definition--8e2e2d2b-"
          "17d4-4cbf-"
          "938f-98ee46b3cd3f\",\"created\":\"2017-01-20T00:00:00.000Z\",\"definition_type\":\"tlp\",\"name\":"
          "\"TLP:RED\",\"definition\":{\"tlp\":\"red\"}}",
          "tlp", "", "STIX 2.1 7.2.1.4" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stix_findings f;
        struct stix_object o;
        struct why w = { 0 };
        bool good;

        stix_findings_init(&f);
        arena_reset(&test_arena);
        good = stix_read(span_str(cases[i].text), &must, &test_arena, &o, &f, &w);
        if (good != !cases[i].reason || (w.reason && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s %s", cases[i].what, w.reason ? w.reason : "taken", w.detail);
        if (good)
            continue;
        assert_int_equal(f.must, 1);
        assert_string_equal(f.item[0].path, cases[i].path);
        if (cases[i].clause)
            assert_string_equal(w.clause, cases[i].clause);
    }
}

static void fields(void **state)
{
    static const char text[] =
        INDICATOR PATTERN ",\"revoked\":true,\"confidence\":70,\"labels\":[\"a\"],\"created_by_ref\":"
                          "\"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff\",\"valid_until\":\"2026-03-"
                          "01T08:00:00.1234567891Z\"}";
    struct stix_references r;
    struct stix_reference ref;
    struct stix_object o;
    struct why w = { 0 };

    (void)state;
    assert_true(stix_read(span_str(text), &must, &test_arena, &o, NULL, &w));
    assert_int_equal(o.class, STIX_SDO);
    assert_true(o.revoked && o.has_creator);
    assert_int_equal(o.confidence, 70);
    assert_int_equal(o.creator.b[0], 0xf4);
    assert_int_equal(o.valid_until.nanos, 123456789);
    assert_true(span_eq(o.valid_until.further, SPAN("1")));
    assert_true(span_eq(o.pattern, SPAN("[ipv4-addr:value = '198.51.100.3']")));
    assert_int_equal(stix_time_micros(stix_version(&o)), 1772352000000000);
    r = stix_references_of(&o);
    assert_true(stix_reference_next(&r, &ref));
    assert_true(span_eq(ref.property, SPAN("created_by_ref")));
    assert_false(stix_reference_next(&r, &ref));
}

static void instants(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
    } cases[] = {
        { "2026-03-01T08:00:00Z", "2026-03-01T08:00:00.000000000000Z", 0 },
        { "2026-03-01T08:00:00.1Z", "2026-03-01T08:00:00.10Z", 0 },
        { "2026-03-01T08:00:00.1Z", "2026-03-01T08:00:00.09999Z", 1 },
        { "2026-03-01T08:00:00.1234567891Z", "2026-03-01T08:00:00.1234567892Z", -1 },
        { "2026-03-01T08:00:60Z", "2026-03-01T08:01:00Z", 0 },
        { "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", -1 },
    };
    static const char *const wrong[] = { "",
                                         "2026-03-01",
                                         "2026-03-01T08:00:00",
                                         "2026-03-01t08:00:00Z",
                                         "2026-03-01T08:00:00z",
                                         "2026-03-01T24:00:00Z",
                                         "2026-03-01T08:60:00Z",
                                         "2026-13-01T08:00:00Z",
                                         "2026-03-01T08:00:00.Z",
                                         "2026-03-01T08:00:00,5Z",
                                         "2026-03-01T08:00:00.5xZ",
                                         "0000-03-01T08:00:00Z" };
    char text[STIX_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stix_time a, b;

        assert_true(stix_time_read(span_str(cases[i].a), &a) && stix_time_read(span_str(cases[i].b), &b));
        assert_int_equal(stix_time_cmp(&a, &b), cases[i].order);
        assert_int_equal(stix_time_cmp(&b, &a), -cases[i].order);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct stix_time t;

        if (stix_time_read(span_str(wrong[i]), &t))
            fail_msg("taken: %s", wrong[i]);
    }
    assert_string_equal(stix_time_text(1772352000123000, text), "2026-03-01T08:00:00.123Z");
    assert_string_equal(stix_time_text(1772352000123456, text), "2026-03-01T08:00:00.123456Z");
    assert_string_equal(stix_time_text(-1, text), "1969-12-31T23:59:59.999999Z");
}

/* Bytes changed anywhere: no crash, and the same verdict twice. */
static void mutations(void **state)
{
    json_t *all = load_json(vector_path("cyber/stix/objects.json")), *v;
    uint64_t seed = 88172645463325252u;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(all, "vectors"), i, v)
    {
        char *text = json_dumps(json_object_get(v, "object"), JSON_COMPACT);
        size_t n = strlen(text);

        for (int k = 0; k < 60; k++) {
            struct stix_findings f, g;
            struct stix_object o;
            struct why w = { 0 }, x = { 0 };
            size_t at;
            char old;
            bool good;

            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            at = seed % n;
            old = text[at];
            text[at] = "{}[],:\"\\0aZ-. \x80\n"[seed >> 32 & 15];
            stix_findings_init(&f);
            stix_findings_init(&g);
            arena_reset(&test_arena);
            good = stix_read(span_of(text, n), &strict, &test_arena, &o, &f, &w);
            assert_int_equal(stix_read(span_of(text, n), &strict, &test_arena, &o, &g, &x), good);
            assert_int_equal(good, f.must == 0);
            assert_int_equal(f.must, g.must);
            assert_int_equal(f.should, g.should);
            assert_int_equal(good, w.reason == NULL);
            text[at] = old;
        }
        free(text);
    }
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),  cmocka_unit_test(offences),  cmocka_unit_test(fields),
        cmocka_unit_test(instants), cmocka_unit_test(mutations),
    };

    return cmocka_run_group_tests_name("stix-object", tests, arena_setup, arena_teardown);
}
