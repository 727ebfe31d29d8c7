/* MISP events: counts of real ones, dirt set aside with its reason, and the way to STIX and back. */
#include "intel/misp.h"

#include "load.h"
#include "stix/object.h"

/* All objects of one reading, checked; and what was refused. */
struct taken {
    struct span object[20000];
    size_t n, refused;
    char reason[40];
    size_t offset;
};

static struct taken first, second;

static bool on_object(void *ctx, struct span stix)
{
    struct taken *t = ctx;

    assert_true(t->n < sizeof t->object / sizeof *t->object);
    t->object[t->n++] = arena_copy(&test_arena, stix);
    return true;
}

static bool on_refused(void *ctx, const struct intel_refused *r)
{
    struct taken *t = ctx;

    t->refused++;
    t->offset = r->why->offset;
    (void)snprintf(t->reason, sizeof t->reason, "%s", r->why->reason);
    return true;
}

static const struct intel_about about = { .confidence = -1, .now = 1767225600 };

static void read_event(struct span json, struct taken *t, struct misp_stats *stats)
{
    const struct intel_sink sink = { .object = on_object, .refused = on_refused, .ctx = t };
    struct why w = { 0 };
    struct arena a;

    t->n = t->refused = 0;
    arena_init(&a, 256 << 20);
    if (!misp_read(json, &about, &sink, &a, stats, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    arena_free(&a);
}

/* What is given keeps every MUST of STIX. */
static void check_objects(const char *what, const struct taken *t)
{
    const struct stix_how how = { .strict = false };
    struct arena a;

    arena_init(&a, 64 << 20);
    for (size_t i = 0; i < t->n; i++) {
        struct stix_object o;
        struct why w = { 0 };

        if (!stix_read(t->object[i], &how, &a, &o, NULL, &w))
            fail_msg("%s: %s %s\n%.*s", what, w.reason, w.detail, (int)t->object[i].n, t->object[i].p);
        arena_reset(&a);
    }
    arena_free(&a);
}

static bool has(const struct taken *t, const char *text)
{
    for (size_t i = 0; i < t->n; i++)
        if (memmem(t->object[i].p, t->object[i].n, text, strlen(text)))
            return true;
    return false;
}

static void real_events_have_their_counts(void **state)
{
    json_t *index = load_json(vector_path("cyber/ioc/index.json")), *item;
    size_t i, events = 0;

    (void)state;
    json_array_foreach(index, i, item)
    {
        const char *file = json_string_value(json_object_get(item, "file"));
        struct misp_stats s;
        char path[200];

        if (!json_object_get(item, "events"))
            continue;
        events++;
        (void)snprintf(path, sizeof path, "cyber/ioc/%s", file);
        read_event(load_plain(&test_arena, path), &first, &s);
        if (s.events != (size_t)json_integer_value(json_object_get(item, "events")) ||
            s.objects != (size_t)json_integer_value(json_object_get(item, "objects")) ||
            s.attributes != (size_t)json_integer_value(json_object_get(item, "attributes")) ||
            s.to_ids != (size_t)json_integer_value(json_object_get(item, "to_ids")))
            fail_msg("%s: %zu events, %zu objects, %zu attributes, %zu to_ids", file, s.events, s.objects,
                     s.attributes, s.to_ids);
        /* No attribute is lost. */
        if (s.attributes != s.indicators + s.observed + s.notes + s.vulnerabilities + s.repeated + s.refused)
            fail_msg("%s: %zu indicators, %zu observed, %zu notes, %zu repeated, %zu refused of %zu", file,
                     s.indicators, s.observed, s.notes, s.repeated, s.refused, s.attributes);
        check_objects(file, &first);
        print_message("# %s: %zu indicators, %zu observed, %zu notes, %zu repeated, %zu refused\n", file,
                      s.indicators, s.observed, s.notes, s.repeated, s.refused);
        if (strstr(file, "stalkerware"))
            assert_int_equal(s.repeated, 50);
    }
    assert_int_equal(events, 17);
    json_decref(index);
}

static void a_file_that_is_no_json_is_refused_with_its_place(void **state)
{
    struct span text = load_plain(&test_arena, "cyber/ioc/eset/malicious_pypi_packages.misp-event.json.gz");
    static const struct intel_sink nothing;
    struct misp_stats s;
    struct why w = { 0 };
    struct arena a;

    (void)state;
    arena_init(&a, 256 << 20);
    assert_false(misp_read(text, &about, &nothing, &a, &s, &w));
    assert_string_equal(w.reason, "json");
    assert_in_range(w.offset, 1532390, 1532410);
    arena_free(&a);
}

#define EVENT(attributes)                                                                                    \
    "{\"uuid\":\"11111111-1111-4111-8111-111111111111\",\"info\":\"SPECIMEN\",\"date\":\"2026-03-01\","      \
    "\"timestamp\":\"1772409600\",\"Orgc\":{\"name\":\"SPECIMEN CERT\",\"uuid\":"                            \
    "\"22222222-2222-4222-8222-222222222222\"},\"Attribute\":[" attributes "]}"
#define UUID "33333333-3333-4333-8333-333333333333"
#define ATTRIBUTE(type, value, more)                                                                         \
    "{\"uuid\":\"" UUID "\",\"type\":\"" type "\",\"value\":\"" value "\"" more "}"

static void attributes_become_objects(void **state)
{
    static const struct {
        const char *what, *in, *has;
    } cases[] = {
        { "a name", ATTRIBUTE("domain", "Evil.EXAMPLE", ",\"to_ids\":true"),
          "\"pattern\":\"[domain-name:value = 'evil.example']\"" },
        { "its uuid", ATTRIBUTE("domain", "evil.example", ",\"to_ids\":true"),
          "\"id\":\"indicator--" UUID "\"" },
        { "not marked, but none of the event is",
          ATTRIBUTE("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709", ""),
          "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']" },
        { "not marked in an event that marks others",
          ATTRIBUTE("domain", "a.example",
                    "") ",{\"type\":\"domain\",\"value\":\"b.example\",\"to_ids\":true}",
          "\"id\":\"observed-data--" UUID "\"" },
        { "a bare host among URLs", ATTRIBUTE("url", "evil.example", ",\"to_ids\":true"),
          "[domain-name:value = 'evil.example']" },
        { "name and digest",
          ATTRIBUTE("filename|md5", "a|b.exe|D41D8CD98F00B204E9800998ECF8427E", ",\"to_ids\":true"),
          "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e' AND file:name = 'a|b.exe']" },
        { "address and port", ATTRIBUTE("ip-dst|port", "198.51.100.7|8080", ",\"to_ids\":true"),
          "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 8080]" },
        { "a range", ATTRIBUTE("ip-src", "198.51.100.0/24", ",\"to_ids\":true"),
          "[ipv4-addr:value ISSUBSET '198.51.100.0/24']" },
        { "quotes", ATTRIBUTE("mutex", "it's \\\\ one", ",\"to_ids\":true"),
          "[mutex:name = 'it\\\\'s \\\\\\\\ one']" },
        { "a rule", ATTRIBUTE("yara", "rule a { condition: true }", ""), "\"pattern_type\":\"yara\"" },
        { "a vulnerability", ATTRIBUTE("vulnerability", "CVE-2026-0001", ""),
          "\"id\":\"vulnerability--" UUID "\"" },
        { "a text", ATTRIBUTE("text", "seen in May", ""), "\"content\":\"seen in May\"" },
        { "a type that nobody knows", ATTRIBUTE("x-new", "1", ""), "misp:type=\\\"x-new\\\"" },
        { "TLP of the attribute",
          ATTRIBUTE("domain", "a.example", ",\"to_ids\":true,\"Tag\":[{\"name\":\"tlp:amber+strict\"}]"),
          "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003" },
        { "TLP that nobody knows is red",
          ATTRIBUTE("domain", "a.example", ",\"to_ids\":true,\"Tag\":[{\"name\":\"tlp:purple\"}]"),
          "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" },
        { "deleted", ATTRIBUTE("domain", "a.example", ",\"to_ids\":true,\"deleted\":true"),
          "\"revoked\":true" },
        { "a sighting",
          ATTRIBUTE("domain", "a.example",
                    ",\"to_ids\":true,\"Sighting\":[{\"type\":\"0\",\"date_sighting\":"
                    "\"1772409700\"}]"),
          "\"sighting_of_ref\":\"indicator--" UUID "\"" },
        { "a false positive",
          ATTRIBUTE("domain", "a.example",
                    ",\"to_ids\":true,\"Sighting\":[{\"type\":\"1\",\"date_sighting\":"
                    "\"1772409700\"}]"),
          "\"opinion\":\"disagree\"" },
        { "a galaxy by name",
          ATTRIBUTE("domain", "a.example",
                    ",\"to_ids\":true,\"Galaxy\":[{\"GalaxyCluster\":[{\"tag_name\":"
                    "\"misp-galaxy:threat-actor=\\\"X\\\"\"}]}]"),
          "misp-galaxy:threat-actor=\\\"X\\\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[4096];
        struct misp_stats s;

        (void)snprintf(
            text, sizeof text,
            "{\"uuid\":\"11111111-1111-4111-8111-111111111111\",\"info\":\"SPECIMEN\",\"date\":"
            "\"2026-03-01\",\"timestamp\":\"1772409600\",\"Orgc\":{\"name\":\"SPECIMEN CERT\",\"uuid\":"
            "\"22222222-2222-4222-8222-222222222222\"},\"Attribute\":[%s]}",
            cases[i].in);
        read_event(span_str(text), &first, &s);
        check_objects(cases[i].what, &first);
        if (!has(&first, cases[i].has))
            fail_msg("%s: not found: %s", cases[i].what, cases[i].has);
    }
}

static void wrappers_and_refusals(void **state)
{
    static const struct {
        const char *what, *in;
        size_t events, refused;
        const char *reason;
    } cases[] = {
        { "bare", EVENT(""), 1, 0, "" },
        { "Event", "{\"Event\":" EVENT("") "}", 1, 0, "" },
        { "response", "{\"response\":[{\"Event\":" EVENT("") "},{\"Event\":" EVENT("") "}]}", 2, 0, "" },
        { "array", "[" EVENT("") "," EVENT("") "]", 2, 0, "" },
        { "one of them is none", "[" EVENT("") ",{\"x\":1}]", 1, 1, "misp" },
        { "an empty value", EVENT(ATTRIBUTE("domain", "", "")), 1, 1, "empty" },
        { "no type", EVENT("{\"value\":\"a.example\"}"), 1, 1, "misp" },
        { "a digest of another length", EVENT(ATTRIBUTE("md5", "123", "")), 1, 1, "digest" },
        { "no pair", EVENT(ATTRIBUTE("filename|md5", "a.exe", "")), 1, 1, "value" },
        { "no port", EVENT(ATTRIBUTE("ip-dst|port", "198.51.100.7|x", "")), 1, 1, "value" },
        { "no address", EVENT(ATTRIBUTE("ip-dst", "evil.example", "")), 1, 1, "value" },
    };
    static const struct intel_sink nothing;
    struct misp_stats s;
    struct why w = { 0 };
    struct arena a;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read_event(span_str(cases[i].in), &first, &s);
        if (s.events != cases[i].events || s.refused != cases[i].refused || first.refused != s.refused ||
            (s.refused && strcmp(first.reason, cases[i].reason) != 0))
            fail_msg("%s: %zu events, %zu refused %s", cases[i].what, s.events, s.refused, first.reason);
    }
    arena_init(&a, 1 << 20);
    assert_false(misp_read(SPAN("{\"x\":[]}"), &about, &nothing, &a, &s, &w));
    assert_string_equal(w.reason, "misp");
    arena_free(&a);
}

struct collected {
    struct buffer b;
    size_t events, attributes;
};

static bool on_event(void *ctx, const struct misp_written *e)
{
    struct collected *c = ctx;

    if (c->b.n)
        buf_u8(&c->b, ',');
    buf_put(&c->b, e->json);
    c->events++;
    c->attributes += e->attributes;
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* id, and what carries the value. */
static size_t keys_of(const struct taken *t, struct span *out)
{
    size_t n = 0;
    struct arena a;

    arena_init(&a, 64 << 20);
    for (size_t i = 0; i < t->n; i++) {
        static const char *const kept[] = { "id", "pattern", "content", "name", "value", "object_refs" };
        struct buffer b;
        struct json j;

        arena_reset(&a);
        assert_true(json_parse(t->object[i], &a, &j, NULL));
        if (json_text_is(&j, json_member(&j, JSON_ROOT, "type"), "report") ||
            json_text_is(&j, json_member(&j, JSON_ROOT, "type"), "grouping") ||
            json_text_is(&j, json_member(&j, JSON_ROOT, "type"), "identity"))
            continue; /* lists of references may have another order; an event without maker gets one */
        buf_init(&b, 1 << 20);
        for (size_t k = 0; k < 6; k++) {
            buf_put(&b, json_source(&j, json_member(&j, JSON_ROOT, kept[k])));
            buf_u8(&b, 0);
        }
        out[n++] = arena_copy(&test_arena, buf_span(&b));
        buf_free(&b);
    }
    arena_free(&a);
    qsort(out, n, sizeof *out, by_bytes);
    return n;
}

static void there_and_back_keeps_ids_and_values(void **state)
{
    static const char *const files[] = {
        "cyber/ioc/stalkerware/misp_event.json.gz", "cyber/ioc/eset/oceanlotus.misp.event.json",
        "cyber/ioc/eset/mozi.misp-event.json.gz",   "cyber/ioc/eset/misp-machete-event.json.gz",
        "cyber/ioc/eset/swc-candiru_misp.json.gz",  "cyber/ioc/eset/misp-kryptocibule.json.gz"
    };
    static struct span a[20000], b[20000];
    const struct misp_write_about by = { SPAN("SPECIMEN"), SPAN("22222222-2222-4222-8222-222222222222"),
                                         SPAN("SPECIMEN"), 1767225600 };

    (void)state;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        struct misp_writer *m;
        struct collected c = { .events = 0 };
        struct misp_stats s, again;
        struct buffer whole;
        size_t left_out, n;
        struct why w = { 0 };

        read_event(load_plain(&test_arena, files[f]), &first, &s);
        m = misp_writer_new(&by);
        for (size_t i = 0; i < first.n; i++)
            assert_true(misp_writer_add(m, first.object[i], &w));
        buf_init(&c.b, 64 << 20);
        if (!misp_writer_events(m, on_event, &c, &left_out, &w))
            fail_msg("%s: %s", files[f], w.detail);
        assert_int_equal(c.events, 1);
        assert_int_equal(left_out, 0);
        buf_init(&whole, 64 << 20);
        buf_str(&whole, "{\"response\":[");
        buf_put(&whole, buf_span(&c.b));
        buf_str(&whole, "]}");
        read_event(buf_span(&whole), &second, &again);
        n = keys_of(&first, a);
        assert_int_equal(keys_of(&second, b), n);
        for (size_t i = 0; i < n; i++)
            if (!span_eq(a[i], b[i]))
                fail_msg("%s: %.*s | %.*s", files[f], (int)a[i].n, a[i].p, (int)b[i].n, b[i].p);
        assert_int_equal(again.indicators, s.indicators);
        assert_int_equal(again.groupings, s.groupings);
        buf_free(&whole);
        buf_free(&c.b);
        misp_writer_free(m);
    }
}

static bool count_events(void *ctx, const struct misp_feed_event *e)
{
    assert_true(e->uuid.n == 36);
    ++*(size_t *)ctx;
    return true;
}

static bool count_lines(void *ctx, struct span md5, struct span event)
{
    assert_true(md5.n == 32 && event.n == 36);
    ++*(size_t *)ctx;
    return true;
}

static void a_feed_is_read_as_it_is_written(void **state)
{
    const struct misp_write_about by = { SPAN("SPECIMEN"), SPAN("22222222-2222-4222-8222-222222222222"),
                                         SPAN("SPECIMEN"), 1767225600 };
    const struct intel_sink sink = { .refused = on_refused, .ctx = &first };
    struct misp_writer *m = misp_writer_new(&by);
    struct collected c = { .events = 0 };
    struct buffer b;
    size_t n = 0;
    struct misp_stats s;
    struct why w = { 0 };

    (void)state;
    read_event(SPAN(EVENT(ATTRIBUTE("domain|ip", "a.example|198.51.100.7", ",\"to_ids\":true"))), &first, &s);
    for (size_t i = 0; i < first.n; i++)
        assert_true(misp_writer_add(m, first.object[i], &w));
    buf_init(&c.b, 1 << 20);
    buf_init(&b, 1 << 20);
    assert_true(misp_writer_events(m, on_event, &c, NULL, &w));
    misp_writer_manifest(m, &b);
    assert_true(misp_read_manifest(buf_span(&b), count_events, &sink, &n, &test_arena, &w));
    assert_int_equal(n, 1);
    buf_reset(&b);
    misp_writer_hashes(m, &b);
    n = 0;
    buf_str(&b, "no line\n");
    first.refused = 0;
    assert_true(misp_read_hashes(buf_span(&b), count_lines, &sink, &n, &w));
    assert_int_equal(n, 2); /* either part of the value */
    assert_int_equal(first.refused, 1);
    buf_free(&b);
    buf_free(&c.b);
    misp_writer_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_events_have_their_counts),
        cmocka_unit_test(a_file_that_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(attributes_become_objects),
        cmocka_unit_test(wrappers_and_refusals),
        cmocka_unit_test(there_and_back_keeps_ids_and_values),
        cmocka_unit_test(a_feed_is_read_as_it_is_written),
    };

    return cmocka_run_group_tests_name("MISP", tests, arena_setup, arena_teardown);
}
