#include "vectors.h"

#include <stdlib.h>
#include <zlib.h>

#include "stix/bundle.h"
#include "stix/write.h"

static const struct stix_bundle_how how = { .duplicates = true };

#define IDENTITY(last, name)                                                                                 \
    "{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--8e2e2d2b-17d4-4cbf-938f-"            \
    "98ee46b3cd3" last "\","                                                                                 \
    "\"created\":\"2026-03-01T08:00:00.000Z\",\"modified\":\"2026-03-01T08:00:00.000Z\",\"name\":\"" name    \
    "\"}"
#define BUNDLE(objects)                                                                                      \
    "{\"type\":\"bundle\",\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"objects\":[" objects "]" \
    "}"

/* What was taken, as a digest of places, verdicts and bytes. */
struct taken {
    size_t n, bad;
    uint64_t mark;
    char reason[32];
    struct span input;
};

static bool take(void *ctx, const struct stix_item *item)
{
    struct taken *t = ctx;

    t->n++;
    t->bad += !item->good;
    for (size_t i = 0; i < item->bytes.n; i++)
        t->mark = (t->mark ^ item->bytes.p[i]) * 1099511628211u;
    t->mark = (t->mark ^ item->offset ^ item->index << 40 ^ (uint64_t)item->good << 60) * 1099511628211u;
    if (!item->good)
        (void)snprintf(t->reason, sizeof t->reason, "%s", item->why->reason);
    /* Its bytes are those of the input at that place. */
    if (t->input.p && item->bytes.p)
        assert_memory_equal(item->bytes.p, t->input.p + item->offset, item->bytes.n);
    return true;
}

static struct span unpacked(const char *path)
{
    gzFile f = gzopen(path, "rb");
    struct buffer b;
    uint8_t piece[4096];
    struct span s;
    int n;

    assert_non_null(f);
    buf_init(&b, 1 << 26);
    while ((n = gzread(f, piece, sizeof piece)) > 0)
        buf_put(&b, span_of(piece, (size_t)n));
    (void)gzclose(f);
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

/* The published bundles: what each holds, and what of it is set aside. */
static void published(void **state)
{
    static const struct {
        const char *file;
        size_t bad;
    } dirt[] = { { "bundles/amnesty-cytrox.json.gz", 1 }, { "bundles/capec-3.9.json.gz", 2 } };
    json_t *all = load_json(vector_path("cyber/stix/index.json")), *v;
    size_t i;

    (void)state;
    json_array_foreach(all, i, v)
    {
        const char *file = json_string_value(json_object_get(v, "file"));
        char path[128];
        struct taken t = { .n = 0 };
        struct stix_summary s;
        struct why w = { 0 };
        size_t bad = 0;

        (void)snprintf(path, sizeof path, "cyber/stix/%s", file);
        t.input = unpacked(vector_path(path));
        assert_true(stix_bundle_read(t.input, &how, take, &t, &s, &w));
        assert_true(s.sound);
        for (size_t k = 0; k < 2; k++)
            if (strcmp(file, dirt[k].file) == 0)
                bad = dirt[k].bad;
        assert_int_equal(s.objects, json_integer_value(json_object_get(v, "objects")));
        assert_int_equal(s.objects - s.good, bad);
        assert_int_equal(t.bad, bad);
        arena_reset(&test_arena);
    }
    json_decref(all);
}

static void containers(void **state)
{
    static const struct {
        const char *what, *text, *reason;
        size_t n, bad;
        const char *of_item, *unsound;
    } cases[] = {
        { "a bundle", BUNDLE(IDENTITY("f", "a")), NULL, 1, 0, "", NULL },
        { "one bad object between good ones",
          BUNDLE(IDENTITY("f", "a") ",{\"type\":\"identity\"}," IDENTITY("e", "b")), NULL, 3, 1, "missing",
          NULL },
        { "an object that is no JSON", BUNDLE("{\"type\":\"identity\",}," IDENTITY("e", "b")), NULL, 2, 1,
          "json", NULL },
        { "a number among objects", BUNDLE("7," IDENTITY("e", "b")), NULL, 2, 1, "wrong-type", NULL },
        { "the same twice", BUNDLE(IDENTITY("f", "a") "," IDENTITY("f", "a")), NULL, 2, 0, "", NULL },
        { "the same version with other content", BUNDLE(IDENTITY("f", "a") "," IDENTITY("f", "b")), NULL, 2,
          1, "duplicate-content", NULL },
        { "a bundle in a bundle", BUNDLE(BUNDLE(IDENTITY("f", "a"))), NULL, 1, 1, "reference-type", NULL },
        { "no id", "{\"type\":\"bundle\",\"objects\":[" IDENTITY("f", "a") "]}", NULL, 1, 0, "", "missing" },
        { "an empty bundle", BUNDLE(""), NULL, 0, 0, "", "empty-list" },
        { "an empty envelope", "{}", NULL, 0, 0, "", NULL },
        { "an envelope", "{\"more\":true,\"next\":\"a\\u0062\",\"objects\":[" IDENTITY("f", "a") "]}", NULL,
          1, 0, "", NULL },
        { "members of their own",
          "{\"type\":\"bundle\",\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","
          "\"x_objects\":[{\"objects\":[1,2]}],\"objects\":[" IDENTITY("f", "a") "]}",
          NULL, 1, 0, "", NULL },
        { "a single object", IDENTITY("f", "a"), NULL, 1, 0, "", NULL },
        { "nothing", "", "truncated", 0, 0, "", NULL },
        { "a list", "[]", "json", 0, 0, "", NULL },
        { "cut in an object", "{\"objects\":[" IDENTITY("f", "a") ",{\"type\":\"ide", "truncated", 1, 0, "",
          NULL },
        { "cut behind an object", "{\"objects\":[" IDENTITY("f", "a"), "truncated", 1, 0, "", NULL },
        { "a comma at the end of the list", "{\"objects\":[" IDENTITY("f", "a") ",]}", "json", 1, 0, "",
          NULL },
        { "something behind", BUNDLE(IDENTITY("f", "a")) "x", "json", 1, 0, "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct taken t = { .input = span_str(cases[i].text) };
        struct stix_summary s;
        struct why w = { 0 };
        bool good = stix_bundle_read(t.input, &how, take, &t, &s, &w);

        if (good != !cases[i].reason || (!good && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, w.reason ? w.reason : "read");
        if (t.n != cases[i].n || t.bad != cases[i].bad || strcmp(t.reason, cases[i].of_item) != 0)
            fail_msg("%s: %zu objects, %zu bad, %s", cases[i].what, t.n, t.bad, t.reason);
        if (good && s.sound != !cases[i].unsound)
            fail_msg("%s: sound %d %s", cases[i].what, s.sound, s.why.reason ? s.why.reason : "");
        if (strcmp(cases[i].what, "an envelope") == 0)
            assert_true(s.more && s.next_n == 2 && memcmp(s.next, "ab", 2) == 0);
        if (!good && i > 13)
            assert_true(w.offset <= t.input.n);
    }
}

/* The version stands behind the objects. */
static void old_bundle(void **state)
{
    static const char text[] =
        "{\"type\":\"bundle\",\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"objects\":[{\"type\":"
        "\"tool\","
        "\"id\":\"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"created\":\"2016-03-01T08:00:00.000Z\","
        "\"modified\":\"2016-03-01T08:00:00.000Z\",\"name\":\"x\",\"labels\":[\"remote-access\"]}],"
        "\"spec_version\":\"2.0\"}";
    struct taken t = { .n = 0 };
    struct stix_summary s;
    struct why w = { 0 };

    (void)state;
    assert_true(stix_bundle_read(SPAN(text), &how, take, &t, &s, &w));
    assert_true(s.v20);
    assert_int_equal(t.bad, 0);
}

/* In pieces of any size it is the same. */
static void pieces(void **state)
{
    struct span all = unpacked(vector_path("cyber/stix/bundles/amnesty-cytrox.json.gz"));
    static const size_t size[] = { 1, 2, 3, 7, 61, 1000, 65536 };
    struct taken whole = { .input = all };
    struct stix_summary s;
    struct why w = { 0 };

    (void)state;
    assert_true(stix_bundle_read(all, &how, take, &whole, &s, &w));
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        struct taken t = { .input = all };
        struct stix_stream *x = stix_stream_new(&how, take, &t);

        for (size_t at = 0; at < all.n; at += size[i])
            assert_true(stix_stream_feed(x, span_sub(all, at, at + size[i]), &w));
        assert_true(stix_stream_end(x, &s, &w));
        stix_stream_free(x);
        assert_int_equal(t.n, whole.n);
        assert_true(t.mark == whole.mark);
    }
}

struct places {
    struct span input;
    size_t n, failed;
};

static bool take_place(void *ctx, const struct stix_item *item)
{
    struct places *p = ctx;
    const uint8_t *at = p->input.p + item->offset;

    assert_int_equal(item->index, p->n++);
    assert_null(item->object);
    assert_null(item->bytes.p);
    p->failed += at[0] != '{' || at[item->length - 1] != '}';
    return true;
}

/* Places alone: the same objects, wherever pieces end, and nothing is judged. */
static void only_places(void **state)
{
    static const struct stix_bundle_how places = { .places = true };
    const struct span text =
        SPAN(BUNDLE(IDENTITY("0", "a \\\"}] b") " , {\"no\":{\"stix\":[1]}}," IDENTITY("1", "b")));

    (void)state;
    for (size_t n = 1; n <= text.n; n++) {
        struct places p = { .input = text };
        struct stix_stream *s = stix_stream_new(&places, take_place, &p);
        struct stix_summary sum;

        for (size_t at = 0; at < text.n; at += n)
            assert_true(stix_stream_feed(s, span_sub(text, at, at + n < text.n ? at + n : text.n), NULL));
        assert_true(stix_stream_end(s, &sum, NULL));
        assert_int_equal(p.n, 3);
        assert_int_equal(p.failed, 0);
        assert_int_equal(sum.objects, 3);
        stix_stream_free(s);
    }
}

static void written(void **state)
{
    struct span label = SPAN("specimen"), ref = SPAN("indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    struct stix_head h = { .id = ref,
                           .creator = SPAN("identity--f431f809-377b-45e0-aa1c-6a4751cae5ff"),
                           .created = 1772352000000000,
                           .modified = 1772352000000001,
                           .labels = &label,
                           .labels_n = 1,
                           .confidence = 40,
                           .marked = true,
                           .tlp = TLP_GREEN };
    const struct stix_indicator_text i = { .name = SPAN("a \"quoted\" name"),
                                           .pattern = SPAN("[url:value = 'http://a.example/']"),
                                           .valid_from = 1772352000000000 };
    const struct stix_sighting_text s = { .sighting_of = ref, .count = 0, .summary = true };
    const struct stix_note_text n = { .content = SPAN("x"), .objects = &ref, .objects_n = 1 }, op = {
        .content = SPAN("x"), .summary = SPAN("agree"), .objects = &ref, .objects_n = 1
    };
    const struct stix_report_text r = {
        .name = SPAN("x"), .objects = &ref, .objects_n = 1, .published = 1772352000000000
    };
    const struct stix_identity_text id = { .name = SPAN("SPECIMEN") };
    const struct stix_relation_text rel = { .relationship_type = SPAN("derived-from"),
                                            .source = ref,
                                            .target = ref };
    struct buffer b;
    struct why w = { 0 };
    size_t before;

    (void)state;
    buf_init(&b, 1 << 16);
    assert_true(stix_put_indicator(&b, &h, &i, &test_arena, &w));
    assert_string_equal(
        buf_cstr(&b), "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--8e2e2d2b-17d4-"
                      "4cbf-938f-98ee46b3cd3f\","
                      "\"created_by_ref\":\"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff\",\"created\":"
                      "\"2026-03-01T08:00:00.000Z\","
                      "\"modified\":\"2026-03-01T08:00:00.000001Z\",\"name\":\"a \\\"quoted\\\" "
                      "name\",\"pattern\":\"[url:value = "
                      "'http://a.example/"
                      "']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-03-01T08:00:00.000Z\",\"labels\":"
                      "[\"specimen\"],\"confidence\":40,\"object_marking_refs\":[\"marking-definition--"
                      "bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"]}");
    h.id = SPAN("sighting--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f");
    assert_true(stix_put_sighting(&b, &h, &s, &test_arena, &w));
    h.id = SPAN("note--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_true(stix_put_note(&b, &h, &n, &test_arena, &w));
    h.id = SPAN("opinion--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_true(stix_put_opinion(&b, &h, &op, &test_arena, &w));
    h.id = SPAN("report--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_true(stix_put_report(&b, &h, &r, &test_arena, &w));
    h.id = SPAN("relationship--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_true(stix_put_relationship(&b, &h, &rel, &test_arena, &w));
    h.id = SPAN("identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_true(stix_put_identity(&b, &h, &id, &test_arena, &w));
    /* What breaks a rule is not written. */
    before = b.n;
    h.id = SPAN("opinion--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_false(stix_put_opinion(&b, &h, &n, &test_arena, &w));
    assert_string_equal(w.reason, "missing");
    assert_int_equal(b.n, before);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published), cmocka_unit_test(containers),  cmocka_unit_test(old_bundle),
        cmocka_unit_test(pieces),    cmocka_unit_test(only_places), cmocka_unit_test(written),
    };

    return cmocka_run_group_tests_name("stix-bundle", tests, arena_setup, arena_teardown);
}
