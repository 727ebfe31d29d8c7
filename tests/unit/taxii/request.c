/* Paths, filters and cursors of TAXII 2.1. */
#include "taxii/request.h"

#include "vectors.h"

#include "crypto/node_key.h"
#include "taxii/cursor.h"
#include "taxii/write.h"

static const struct {
    const char *path;
    bool ok;
    enum taxii_place place;
    const char *root, *collection, *object, *status;
} paths[] = {
    { "/taxii2/", true, TAXII_DISCOVERY, "taxii2", "", "", "" },
    { "/taxii2", true, TAXII_DISCOVERY, "taxii2", "", "", "" },
    { "/api1/", true, TAXII_ROOT, "api1", "", "", "" },
    { "/api1/status/x/", true, TAXII_STATUS, "api1", "", "", "x" },
    { "/api1/collections", true, TAXII_COLLECTIONS, "api1", "", "", "" },
    { "/api1/collections/c/", true, TAXII_COLLECTION, "api1", "c", "", "" },
    { "/api1/collections/c/manifest/", true, TAXII_MANIFEST, "api1", "c", "", "" },
    { "/api1/collections/c/objects/", true, TAXII_OBJECTS, "api1", "c", "", "" },
    { "/api1/collections/c/objects/o", true, TAXII_OBJECT, "api1", "c", "o", "" },
    { "/api1/collections/c/objects/o/versions/", true, TAXII_VERSIONS, "api1", "c", "o", "" },
    { "/", false, 0, "", "", "", "" },
    { "", false, 0, "", "", "", "" },
    { "api1/", false, 0, "", "", "", "" },
    { "//", false, 0, "", "", "", "" },
    { "/api1//collections/", false, 0, "", "", "", "" },
    { "/api1/../../etc/", false, 0, "", "", "", "" },
    { "/api1/status/", false, 0, "", "", "", "" },
    { "/api1/collections/c/versions/", false, 0, "", "", "", "" },
    { "/api1/collections/c/objects/o/versions/x/", false, 0, "", "", "", "" },
    { "/api1/collections/c/objects/o/other/", false, 0, "", "", "", "" },
    { "/api1/collections/c/objects/o/versions//", false, 0, "", "", "", "" },
};

static void read_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct taxii_path p = { 0 };

        if (taxii_path_read(span_str(paths[i].path), &p) != paths[i].ok)
            fail_msg("%s", paths[i].path);
        if (!paths[i].ok)
            continue;
        assert_int_equal(p.place, paths[i].place);
        assert_true(span_eq_str(p.root, paths[i].root) && span_eq_str(p.collection, paths[i].collection) &&
                    span_eq_str(p.object, paths[i].object) && span_eq_str(p.status, paths[i].status));
    }
}

static const struct {
    const char *name, *value;
    enum taxii_place place;
    const char *reason; /* NULL: taken */
} filters[] = {
    { "limit", "1", TAXII_OBJECTS, NULL },
    { "limit", "100000000000000000000000", TAXII_OBJECTS, NULL },
    { "limit", "0", TAXII_OBJECTS, "limit" },
    { "limit", "000", TAXII_OBJECTS, "limit" },
    { "limit", "-1", TAXII_OBJECTS, "limit" },
    { "limit", "", TAXII_OBJECTS, "limit" },
    { "limit", "1.5", TAXII_OBJECTS, "limit" },
    { "limit", "+5", TAXII_OBJECTS, "limit" },
    { "added_after", "2026-01-01T00:00:00Z", TAXII_MANIFEST, NULL },
    { "added_after", "2026-01-01T00:00:00.123456789Z", TAXII_VERSIONS, NULL },
    { "added_after", "2026-01-01", TAXII_OBJECTS, "timestamp" },
    { "added_after", "", TAXII_OBJECTS, "timestamp" },
    { "match[id]", "indicator--6770298f-0fd8-471a-ab8c-1c658a46574e,nonsense", TAXII_OBJECTS, NULL },
    { "match[id]", "x", TAXII_OBJECT, "filter" },
    { "match[type]", "a,b", TAXII_MANIFEST, NULL },
    { "match[type]", "a,", TAXII_MANIFEST, "filter" },
    { "match[type]", ",a", TAXII_MANIFEST, "filter" },
    { "match[type]", "a", TAXII_VERSIONS, "filter" },
    { "match[version]", "first,last,all,2026-01-01T00:00:00.000Z", TAXII_OBJECT, NULL },
    { "match[version]", "newest", TAXII_OBJECT, "timestamp" },
    { "match[version]", "all", TAXII_VERSIONS, "filter" },
    { "match[spec_version]", "2.0,2.1", TAXII_VERSIONS, NULL },
    { "match[spec_version]", "2", TAXII_OBJECTS, "filter" },
    { "match[color]", "red", TAXII_OBJECTS, "filter" },
    { "limit", "1", TAXII_COLLECTIONS, "filter" },
    { "other", "x", TAXII_OBJECTS, NULL },
};

static void read_filters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        const struct taxii_pair pair = { filters[i].name, filters[i].value };
        struct taxii_filters f;
        struct why w = { 0 };
        bool ok = taxii_filters_read(filters[i].place, false, &pair, 1, &f, &w);

        if (ok != !filters[i].reason)
            fail_msg("%s=%s", pair.name, pair.value);
        if (!ok)
            assert_string_equal(w.reason, filters[i].reason);
    }
}

static void filters_of_deleting(void **state)
{
    const struct taxii_pair version = { "match[version]", "all" }, limit = { "limit", "1" };
    struct taxii_filters f;

    (void)state;
    assert_true(taxii_filters_read(TAXII_OBJECT, true, &version, 1, &f, NULL));
    assert_int_equal(f.versions, TAXII_ALL);
    assert_false(taxii_filters_read(TAXII_OBJECT, true, &limit, 1, &f, NULL));
}

static void twice_is_refused(void **state)
{
    const struct taxii_pair pair[2] = { { "match[type]", "a" }, { "match[type]", "b" } };
    struct taxii_filters f;
    struct why w = { 0 };

    (void)state;
    assert_false(taxii_filters_read(TAXII_OBJECTS, false, pair, 2, &f, &w));
    assert_string_equal(w.reason, "filter");
}

static void values_of_filters(void **state)
{
    const struct taxii_pair pair[] = {
        { "limit", "20000" },
        { "added_after", "1970-01-01T00:00:01.0000019Z" },
        { "match[id]", "nonsense" },
        { "match[version]", "1970-01-01T00:00:00.000000001Z,last" },
        { "match[spec_version]", "2.0,3.0" },
        { "next", "abc" },
    };
    static char many[1000];
    const struct taxii_pair too_many = { "match[type]", many };
    struct taxii_filters f;
    struct why w = { 0 };

    (void)state;
    assert_true(taxii_filters_read(TAXII_OBJECTS, false, pair, 6, &f, NULL));
    assert_int_equal(f.limit, LIMIT_TAXII_PAGE);
    assert_true(f.dated && f.added_after == 1000001);
    assert_true(f.by_id && f.n_ids == 0);
    assert_true(f.n_versions == 1 && f.version[0].micros == 0 && f.version[0].rest == 1 &&
                f.versions == TAXII_LAST);
    assert_true(f.n_specs == 2 && f.spec[0] == 20 && f.spec[1] == 0);
    assert_true(span_eq_str(f.next, "abc"));
    for (size_t i = 0; i < 2 * (LIMIT_TAXII_ALTERNATIVES + 1) - 1; i++)
        many[i] = i % 2 ? ',' : 'a';
    assert_false(taxii_filters_read(TAXII_OBJECTS, false, &too_many, 1, &f, &w));
    assert_string_equal(w.reason, "too-many");
}

static void context(const char *reader, const char *path, const char *type, struct digest *out)
{
    const struct taxii_pair pair = { "match[type]", type };
    struct taxii_filters f;
    struct taxii_path p;

    assert_true(taxii_path_read(span_str(path), &p));
    assert_true(taxii_filters_read(p.place, false, &pair, type ? 1 : 0, &f, NULL));
    taxii_cursor_context(span_str(reader), &p, &f, out);
}

static void cursor_opens_where_it_was_made(void **state)
{
    static const struct {
        const char *reader, *path, *type;
    } others[] = {
        { "other", "/a/collections/c/objects/", "x,y" }, { "me", "/b/collections/c/objects/", "x,y" },
        { "me", "/a/collections/d/objects/", "x,y" },    { "me", "/a/collections/c/manifest/", "x,y" },
        { "me", "/a/collections/c/objects/", "x" },      { "me", "/a/collections/c/objects/", "xy" },
        { "me", "/a/collections/c/objects/", NULL },
    };
    uint8_t key[XCHACHA_KEY] = { 1 }, other_key[XCHACHA_KEY] = { 2 }, nonce[XCHACHA_NONCE];
    char text[TAXII_CURSOR_TEXT], changed[TAXII_CURSOR_TEXT];
    struct digest own, other;
    struct why w = { 0 };
    uint64_t after = 0;

    (void)state;
    random_bytes(nonce, sizeof nonce);
    context("me", "/a/collections/c/objects/", "x,y", &own);
    taxii_cursor_seal(key, nonce, &own, UINT64_C(0x123456789abc), text);
    assert_int_equal(strlen(text), TAXII_CURSOR_TEXT - 1);
    assert_true(taxii_cursor_open(key, &own, span_str(text), &after, NULL));
    assert_true(after == UINT64_C(0x123456789abc));
    assert_false(taxii_cursor_open(other_key, &own, span_str(text), &after, &w));
    assert_string_equal(w.reason, "next");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        context(others[i].reader, others[i].path, others[i].type, &other);
        assert_false(taxii_cursor_open(key, &other, span_str(text), &after, NULL));
    }
    for (size_t i = 0; i < TAXII_CURSOR_TEXT - 1; i++) {
        memcpy(changed, text, sizeof changed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_false(taxii_cursor_open(key, &own, span_str(changed), &after, NULL));
        assert_false(taxii_cursor_open(key, &own, span_of(text, i), &after, NULL));
    }
}

static void written(void **state)
{
    struct buffer b;
    uint8_t mem[600];

    (void)state;
    buf_init_fixed(&b, mem, sizeof mem);
    taxii_put_error(&b, 404, "root", "no \"such\" root");
    assert_string_equal(buf_cstr(&b),
                        "{\"title\":\"There is no such resource\",\"description\":\"no \\\"such\\\" "
                        "root\",\"error_code\":\"root\",\"http_status\":\"404\"}");
    buf_reset(&b);
    taxii_put_begin(&b, "objects");
    taxii_put_entry(&b, true, "a--1", "D", "V", 21);
    taxii_put_entry(&b, false, "b--2", "E", "W", 20);
    taxii_put_end(&b, "N");
    assert_string_equal(
        buf_cstr(&b), "{\"objects\":[{\"id\":\"a--1\",\"date_added\":\"D\",\"version\":\"V\",\"media_type\":"
                      "\"application/stix+json;version=2.1\"},{\"id\":\"b--2\",\"date_added\":\"E\","
                      "\"version\":\"W\",\"media_type\":\"application/stix+json;version=2.0\"}],\"more\":"
                      "true,\"next\":\"N\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_paths),
        cmocka_unit_test(read_filters),
        cmocka_unit_test(filters_of_deleting),
        cmocka_unit_test(twice_is_refused),
        cmocka_unit_test(values_of_filters),
        cmocka_unit_test(cursor_opens_where_it_was_made),
        cmocka_unit_test(written),
    };

    return node_crypto_init()
               ? cmocka_run_group_tests_name("taxii request", tests, arena_setup, arena_teardown)
               : 1;
}
