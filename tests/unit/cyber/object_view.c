/* What a person sees of the store: what the label does not let them read has no name, count or place. */
#include "service/cyber/object_view.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stix/object.h"

enum { SELF, OTHER };

static char folder[] = "/tmp/serai-view-XXXXXX";
static struct object_store *store;
static struct cyber_places places;

static int64_t now(void *ctx)
{
    (void)ctx;
    return INT64_C(1790000000000000);
}

static void put(const char *text, enum tlp t, uint8_t owner, uint64_t audience)
{
    static const struct stix_how how = { .any_pattern = true };
    struct object_new n = { .text = span_str(text) };
    struct stix_object o;
    struct why w = { 0 };
    uint16_t collection;

    if (!stix_read(n.text, &how, &test_arena, &o, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_true(object_new_of(&o, &n));
    n.text = span_str(text);
    n.row.label = (struct cyber_label){
        .audience = audience, .owner = owner, .group = CYBER_NO_PLACE, .tlp = (uint8_t)t
    };
    n.row.origin = CYBER_NO_PLACE;
    assert_true(
        object_store_collection(store, SPAN("11111111-2222-4333-8444-555555555555"), &collection, &w));
    assert_true(object_store_add(store, collection, &n, 1, &w));
    assert_int_equal(n.outcome, OBJECT_ADDED);
}

#define TIMES                                                                                                \
    "\"spec_version\":\"2.1\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00."  \
    "000Z\""
#define ID(n) "00000000-0000-4000-8000-00000000000" n
#define MALWARE(n, name)                                                                                     \
    "{\"type\":\"malware\",\"id\":\"malware--" ID(n) "\"," TIMES ",\"is_family\":true,\"name\":\"" name "\"" \
                                                     "}"

static int set_up(void **state)
{
    const struct object_store_options o = { .folder = folder, .now = now };
    struct why w = { 0 };

    if (arena_setup(state) != 0)
        return -1;
    places = (struct cyber_places){ .n = 2, .member = { "KZ", "TR" } };
    assert_non_null(mkdtemp(folder));
    assert_true(object_store_open(&o, &store, &w));
    put(MALWARE("1", "own green"), TLP_GREEN, SELF, 1);
    put(MALWARE("2", "own red"), TLP_RED, SELF, 1);
    put(MALWARE("3", "of TR"), TLP_AMBER, OTHER, 1);
    put(MALWARE("4", "for others"), TLP_GREEN, OTHER, 4);
    put("{\"type\":\"relationship\",\"id\":\"relationship--" ID(
            "5") "\"," TIMES
                 ",\"relationship_type\":\"related-to\",\"source_ref\":\"malware--" ID(
                     "1") "\",\"target_ref\":\"malware--" ID("2") "\"}",
        TLP_GREEN, SELF, 1);
    return 0;
}

static int tear_down(void **state)
{
    char command[100];

    object_store_close(store);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? arena_teardown(state) : -1;
}

static struct object_view view(enum tlp clearance)
{
    return (struct object_view){ .objects = store,
                                 .places = &places,
                                 .law = { .bound = 7, .self = SELF },
                                 .reader = { .kind = CYBER_ANALYST,
                                             .organisation = CYBER_CERT,
                                             .member = SELF,
                                             .clearance = (uint8_t)clearance },
                                 .now = 1790000000 };
}

static const char *listed(enum tlp clearance, struct object_view_ask ask)
{
    struct object_view v = view(clearance);
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;
    const char *s;

    if (!ask.most)
        ask.most = 10;
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    if (!object_view_list(&v, &ask, &j, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    jw_object_end(&j);
    s = arena_str(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

#define HAS(text, part)   assert_non_null(strstr(text, part))
#define LACKS(text, part) assert_null(strstr(text, part))

static void only_what_may_be_read(void **state)
{
    const char *s = listed(TLP_AMBER_STRICT, (struct object_view_ask){ 0 });

    (void)state;
    HAS(s, "own green");
    HAS(s, "of TR");
    HAS(s, "\"looked\":3,\"next\":null");
    LACKS(s, "own red");
    LACKS(s, "for others");
    assert_true(strstr(s, "related-to") < strstr(s, "own green")); /* newest first */
    s = listed(TLP_RED, (struct object_view_ask){ 0 });
    HAS(s, "own red");
    LACKS(s, "for others");
}

static void filters(void **state)
{
    const char *s = listed(TLP_RED, (struct object_view_ask){ .whose = OBJECT_VIEW_OTHERS });

    (void)state;
    HAS(s, "of TR");
    LACKS(s, "own green");
    s = listed(TLP_RED, (struct object_view_ask){ .text = SPAN("OF tr") });
    HAS(s, "of TR");
    LACKS(s, "green\",\"version");
    s = listed(TLP_AMBER_STRICT, (struct object_view_ask){ .text = SPAN("own red") });
    HAS(s, "\"objects\":[]");
    s = listed(TLP_RED, (struct object_view_ask){ .type = SPAN("relationship") });
    HAS(s, "related-to");
    HAS(s, "\"looked\":1");
    s = listed(TLP_RED, (struct object_view_ask){ .most = 1 });
    HAS(s, "\"next\":5");
    s = listed(TLP_RED, (struct object_view_ask){ .before = 2 });
    HAS(s, "own green");
    LACKS(s, "own red");
    s = listed(TLP_RED, (struct object_view_ask){ .before = 1 });
    HAS(s, "\"objects\":[],\"looked\":0,\"next\":null");
}

static bool shown(enum tlp clearance, const char *id, const char **out)
{
    struct object_view v = view(clearance);
    struct why w = { 0 };
    struct json_writer j;
    struct stix_id i;
    struct buffer b;
    bool ok;

    assert_true(stix_id_read(span_str(id), &i));
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    ok = object_view_one(&v, &i, &j, &w);
    jw_object_end(&j);
    *out = ok ? arena_str(&test_arena, buf_span(&b)) : w.reason;
    buf_free(&b);
    return ok;
}

static void one_object(void **state)
{
    const char *s;

    (void)state;
    assert_true(shown(TLP_AMBER_STRICT, "malware--" ID("1"), &s));
    HAS(s, "\"named_by\":[{\"by\":\"source_ref\"");
    HAS(s, "\"other\":{\"id\":\"malware--" ID("2") "\"}"); /* that it is named, not what it is called */
    LACKS(s, "own red");
    assert_true(shown(TLP_RED, "malware--" ID("1"), &s));
    HAS(s, "own red");
    assert_true(shown(TLP_RED, "relationship--" ID("5"), &s));
    HAS(s, "\"names\":[{\"by\":\"source_ref\"");
}

static void not_told_apart(void **state)
{
    const char *s;

    (void)state;
    assert_false(shown(TLP_AMBER_STRICT, "malware--" ID("2"), &s)); /* too red */
    assert_string_equal(s, "not-found");
    assert_false(shown(TLP_RED, "malware--" ID("4"), &s)); /* for others */
    assert_string_equal(s, "not-found");
    assert_false(shown(TLP_RED, "malware--" ID("9"), &s)); /* not there */
    assert_string_equal(s, "not-found");
}

static void refang(void **state)
{
    static const struct {
        const char *written, *meant;
    } cases[] = { { "hxxps[:]//a[.]example", "https://a.example" },
                  { "HXXP://a(dot)b", "http://a.b" },
                  { "me[at]a[.]b", "me@a.b" },
                  { "192[.]0[.]2[.]1", "192.0.2.1" },
                  { "plain [x] (y)", "plain [x] (y)" },
                  { "[.", "[." },
                  { "", "" } };
    uint8_t out[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span s = object_view_refang(span_str(cases[i].written), out);

        assert_int_equal(s.n, strlen(cases[i].meant));
        assert_memory_equal(out, cases[i].meant, s.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(only_what_may_be_read), cmocka_unit_test(filters),
                                        cmocka_unit_test(one_object), cmocka_unit_test(not_told_apart),
                                        cmocka_unit_test(refang) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
