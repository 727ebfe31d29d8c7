/* KEV, warning lists and advisories. */
#include "intel/csaf.h"
#include "intel/kev.h"
#include "intel/warninglist.h"
#include "load.h"
#include "stix/object.h"

static bool count(void *ctx, const struct intel_refused *r)
{
    (void)r;
    ++*(size_t *)ctx;
    return true;
}

static bool check_object(void *ctx, struct span stix)
{
    const struct stix_how how = { .strict = false };
    struct stix_object o;
    struct why w = { 0 };
    struct arena a;

    arena_init(&a, 64 << 20);
    if (!stix_read(stix, &how, &a, &o, NULL, &w))
        fail_msg("%s %s\n%.*s", w.reason, w.detail, (int)stix.n, stix.p);
    arena_free(&a);
    ++*(size_t *)ctx;
    return true;
}

static const struct intel_about about = { .confidence = -1, .now = 1767225600 };

struct changes {
    char text[400];
};

static bool on_change(void *ctx, const struct kev_change *c)
{
    struct changes *s = ctx;
    const struct kev_entry *e = c->new ? c->new : c->old;
    size_t n = strlen(s->text);

    (void)snprintf(s->text + n, sizeof s->text - n, "%.*s:%s%s%x;", (int)e->cve.n, (const char *)e->cve.p,
                   c->old ? "o" : "", c->new ? "n" : "", c->fields);
    return true;
}

static void catalogues_are_compared_exactly(void **state)
{
    static const char old_text[] =
        "{\"catalogVersion\":\"1\",\"vulnerabilities\":["
        "{\"cveID\":\"CVE-2026-0003\",\"product\":\"c\"},{\"cveID\":\"CVE-2026-0001\",\"product\":\"a\"},"
        "{\"cveID\":\"CVE-2026-0002\",\"product\":\"b\",\"cwes\":[\"CWE-20\"]}]}";
    static const char new_text[] =
        "{\"catalogVersion\":\"2\",\"vulnerabilities\":["
        "{\"cveID\":\"CVE-2026-0002\",\"product\":\"B\",\"cwes\":[\"CWE-20\",\"CWE-21\"]},"
        "{\"cveID\":\"CVE-2026-0003\",\"product\":\"c\"},{\"cveID\":\"CVE-2026-0004\"},{\"cveID\":\"CVE-2026-"
        "0004\"},"
        "{\"cveID\":\"x\"}]}";
    struct kev_catalogue a, b;
    struct changes s = { "" };
    struct kev_delta d;
    struct why w = { 0 };
    size_t refused = 0;
    const struct intel_sink sink = { .refused = count, .ctx = &refused };

    (void)state;
    assert_true(kev_read(span_str(old_text), &sink, &test_arena, &a, &w));
    assert_true(kev_read(span_str(new_text), &sink, &test_arena, &b, &w));
    assert_int_equal(refused, 2);
    assert_true(kev_compare(&a, &b, on_change, &s, &d));
    assert_string_equal(s.text, "CVE-2026-0001:o0;CVE-2026-0002:on202;CVE-2026-0004:n0;");
    assert_int_equal(d.added, 1);
    assert_int_equal(d.removed, 1);
    assert_int_equal(d.changed, 1);
    assert_int_equal(d.same, 1);
    assert_false(kev_read(SPAN("{}"), &sink, &test_arena, &b, &w));
    assert_string_equal(w.reason, "kev");
}

static void the_real_catalogue_is_read(void **state)
{
    struct span text =
        load_plain(&test_arena, "cyber/kev/known_exploited_vulnerabilities-2025-01-24.json.gz");
    struct kev_catalogue c;
    struct kev_delta d;
    struct buffer b;
    size_t refused = 0, n = 0;
    const struct intel_sink sink = { .refused = count, .ctx = &refused };
    struct why w = { 0 };

    (void)state;
    assert_true(kev_read(text, &sink, &test_arena, &c, &w));
    assert_int_equal(c.n, 1252);
    assert_int_equal(refused, 0);
    assert_non_null(kev_find(&c, SPAN("CVE-2025-23006")));
    assert_null(kev_find(&c, SPAN("CVE-1999-0001")));
    assert_true(kev_compare(&c, &c, NULL, NULL, &d));
    assert_int_equal(d.same, 1252);
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < c.n; i++) {
        buf_reset(&b);
        kev_put_vulnerability(&b, &c.entry[i], 0, &about, NULL);
        assert_true(check_object(&n, buf_span(&b)));
    }
    buf_free(&b);
}

static void names_of_products_have_one_key(void **state)
{
    static const struct {
        const char *vendor, *product, *key;
    } cases[] = {
        { "Microsoft", "Windows", "microsoft/windows" },
        { "Microsoft Corp.", "Microsoft  Windows", "microsoft/windows" },
        { "Apache Software Foundation", "Log4j2", "apache software/log4j2" },
        { "The D-Link, Inc.", "DIR-859", "d link/dir 859" },
        { "Cisco", "Ciscoworks", "cisco/ciscoworks" },
        { "", "x", "/x" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[KEV_KEY];
        struct span k = kev_key(span_str(cases[i].vendor), span_str(cases[i].product), out);

        if (!span_eq_str(k, cases[i].key))
            fail_msg("%s %s: %.*s", cases[i].vendor, cases[i].product, (int)k.n, (const char *)k.p);
    }
}

static struct warninglist list[64];
static char names[64][80];
static size_t lists;

static void load_lists(void)
{
    json_t *index = load_json(vector_path("cyber/lists/index.json")), *item;
    size_t i;

    lists = 0;
    json_array_foreach(index, i, item)
    {
        const char *file = json_string_value(json_object_get(item, "file"));
        size_t refused = 0;
        const struct intel_sink sink = { .refused = count, .ctx = &refused };
        struct why w = { 0 };
        char path[200];

        if (!json_object_get(item, "entries"))
            continue;
        (void)snprintf(path, sizeof path, "cyber/lists/%s", file);
        if (!warninglist_read(load_plain(&test_arena, path), &sink, &test_arena, &list[lists], &w))
            fail_msg("%s: %s", file, w.detail);
        if (list[lists].entries != (size_t)json_integer_value(json_object_get(item, "entries")) ||
            list[lists].n + refused != list[lists].entries ||
            list[lists].version != json_integer_value(json_object_get(item, "version")))
            fail_msg("%s: %zu entries, %zu refused", file, list[lists].entries, refused);
        (void)snprintf(names[lists], sizeof names[lists], "%s", strchr(file, '/') + 1);
        *strchr(names[lists], '.') = 0;
        lists++;
    }
    json_decref(index);
}

/* What the planted logs expect of each indicator: the lists that it is on, by name. */
static void real_lists_meet_what_they_should(void **state)
{
    static const struct {
        enum intel_kind kind;
        const char *value, *on;
    } cases[] = {
        { INTEL_IPV4_RANGE, "198.51.100.0/24", "rfc5735 " },
        { INTEL_IPV4_RANGE, "198.51.100.128/25", "rfc5735 " },
        { INTEL_IPV4, "192.0.2.7", "rfc5735 " },
        { INTEL_DOMAIN, "bit.ly", "majestic_million url-shortener " },
        { INTEL_IPV4, "173.245.48.9", "cloudflare " },
        { INTEL_IPV4, "76.223.46.29", "amazon-aws " },
        { INTEL_DOMAIN, "dropbox.com", "majestic_million " },
        { INTEL_DOMAIN, "x.dropbox.com", "" },
        { INTEL_DOMAIN, "a.b.bit.ly", "url-shortener " },
        { INTEL_DOMAIN, "notbit.ly", "" },
        { INTEL_IPV4, "10.0.0.1", "rfc1918 rfc5735 " },
        { INTEL_URL, "http://twitter.com/t8t842io2", "security-provider-blogpost " },
        { INTEL_URL, "https://www.dropbox.com/s/x?dl=1", "security-provider-blogpost " },
        { INTEL_MD5, "d41d8cd98f00b204e9800998ecf8427e", "common-ioc-false-positive empty-hashes " },
        { INTEL_EMAIL, "a@0-mail.com", "disposable-email " },
        { INTEL_DOMAIN, "0-mail.com", "" },
        { INTEL_IPV4, "9.9.9.9", "" },
    };
    struct warninglists *l;
    struct why w = { 0 };

    (void)state;
    load_lists();
    assert_int_equal(lists, 17);
    assert_true(warninglists_new(list, lists, NULL, &l, &w));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char on[400] = "", want[400];
        uint16_t out[64];
        size_t n = warninglist_check(l, cases[i].kind, span_str(cases[i].value), out, 64);

        /* The order is that of the lists, the expectation's that of the alphabet. */
        for (size_t k = 0; k < n; k++) {
            (void)snprintf(want, sizeof want, "%s ", names[out[k]]);
            if (!strstr(cases[i].on, want))
                fail_msg("%s: on %s", cases[i].value, names[out[k]]);
            (void)strcat(on, want);
        }
        if (strlen(on) != strlen(cases[i].on))
            fail_msg("%s: on \"%s\", not \"%s\"", cases[i].value, on, cases[i].on);
    }
    warninglists_free(l);
}

static bool naive_hit(const struct warninglist *w, enum intel_kind kind, struct span v)
{
    if (!(w->kinds & intel_kind_bit(kind)))
        return false;
    for (size_t i = 0; i < w->n; i++) {
        struct span e = w->entry[i];

        while (e.n && e.p[0] == '.')
            e = span_sub(e, 1, e.n);
        if (w->kind == WARNINGLIST_STRING && span_eq(w->entry[i], v))
            return true;
        if (w->kind == WARNINGLIST_HOSTNAME && v.n >= e.n && memcmp(v.p + v.n - e.n, e.p, e.n) == 0 &&
            (v.n == e.n || v.p[v.n - e.n - 1] == '.'))
            return true;
    }
    return false;
}

/* Each entry itself, a name below it and one beside it, against going through all lists. */
static void names_agree_with_a_naive_search(void **state)
{
    struct warninglists *l;
    struct why w = { 0 };
    size_t looked = 0;

    (void)state;
    load_lists();
    assert_true(warninglists_new(list, lists, NULL, &l, &w));
    for (size_t k = 0; k < lists; k++)
        for (size_t i = 0; i < list[k].n; i += 997)
            for (unsigned form = 0; form < 3; form++) {
                struct intel_value v;
                char text[400];
                uint16_t out[64];
                size_t n, at = 0;

                (void)snprintf(text, sizeof text, "%s%.*s",
                               form == 1   ? "a.b."
                               : form == 2 ? "x"
                                           : "",
                               (int)list[k].entry[i].n, (const char *)list[k].entry[i].p);
                if (!intel_read_value(span_str(text), INTEL_DOMAIN, &v, NULL) || v.kind != INTEL_DOMAIN)
                    continue;
                looked++;
                n = warninglist_check(l, v.kind, intel_value_span(&v), out, 64);
                for (size_t x = 0; x < lists; x++) {
                    bool want = naive_hit(&list[x], v.kind, intel_value_span(&v));
                    bool got = at < n && out[at] == x;

                    if (want != got)
                        fail_msg("%s on %s: %d, not %d", text, names[x], got, want);
                    at += got;
                }
            }
    assert_true(looked > 100);
    warninglists_free(l);
}

static void small_lists(void **state)
{
    static const char *const texts[] = {
        "{\"name\":\"r\",\"type\":\"regex\",\"version\":1,\"matching_attributes\":[\"url\",\"domain\"],"
        "\"list\":[\"/^evil[0-9]+\\\\.EXAMPLE$/i\",\"(\",\"/(a+)+$/\"]}",
        "{\"name\":\"s\",\"type\":\"substring\",\"version\":\"2\",\"matching_attributes\":[\"domain\"],"
        "\"list\":[\"abc\",\"longer.ex\",\"\",5]}",
        "{\"name\":\"c\",\"type\":\"cidr\",\"version\":1,\"matching_attributes\":[\"ip-dst\"],"
        "\"list\":[\"2001:db8::/32\",\"198.51.100.7\",\"x\"]}",
    };
    static const struct {
        enum intel_kind kind;
        const char *value, *on;
    } cases[] = {
        { INTEL_DOMAIN, "evil12.example", "r" },
        { INTEL_DOMAIN, "evil.example", "" },
        { INTEL_DOMAIN, "xabcx.example", "s" },
        { INTEL_DOMAIN, "a.longer.example", "s" },
        { INTEL_IPV6, "2001:db8::1", "c" },
        { INTEL_IPV6, "2001:db9::1", "" },
        { INTEL_IPV4, "198.51.100.7", "c" },
        { INTEL_IPV4_RANGE, "198.51.100.0/24", "c" },
        { INTEL_IPV4_RANGE, "198.51.101.0/24", "" },
        { INTEL_IPV6_RANGE, "2001:db8:1::/48", "c" },
        { INTEL_IPV6_RANGE, "2000::/3", "c" },
        { INTEL_EMAIL, "a@abc.example", "" },
        { INTEL_DOMAIN, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab.example", "" },
    };
    size_t refused = 0;
    const struct intel_sink sink = { .refused = count, .ctx = &refused };
    struct warninglists *l;
    struct why w = { 0 };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_true(warninglist_read(span_str(texts[i]), &sink, &test_arena, &list[i], &w));
    assert_true(warninglists_new(list, 3, &sink, &l, &w));
    assert_int_equal(refused, 4);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint16_t out[4];
        size_t n = warninglist_check(l, cases[i].kind, span_str(cases[i].value), out, 4);

        if (n != strlen(cases[i].on) || (n && !span_eq_str(warninglists_name(l, out[0]), cases[i].on)))
            fail_msg("%s: %zu lists", cases[i].value, n);
    }
    warninglists_free(l);
    assert_false(warninglist_read(SPAN("{\"name\":\"x\",\"list\":[]}"), &sink, &test_arena, &list[0], &w));
    assert_string_equal(w.reason, "warninglist");
}

static void advisories_become_objects(void **state)
{
    json_t *index = load_json(vector_path("cyber/csaf/cisa-index.json")), *item;
    size_t i, read = 0;

    (void)state;
    json_array_foreach(json_object_get(index, "documents"), i, item)
    {
        const char *file = json_string_value(json_object_get(item, "file"));
        size_t n = 0;
        const struct intel_sink sink = { .object = check_object, .ctx = &n };
        struct csaf_stats s;
        struct why w = { 0 };
        char path[300];
        struct arena a;

        if (!file)
            continue;
        (void)snprintf(path, sizeof path, strchr(file, '/') ? "cyber/csaf/%s" : "cyber/csaf/cisa/%s", file);
        arena_init(&a, 256 << 20);
        if (!csaf_to_stix(load_plain(&test_arena, path), &about, &sink, &a, &s, &w))
            fail_msg("%s: %s", file, w.detail);
        if (s.vulnerabilities == 0 || s.dangling || n < s.vulnerabilities + s.relationships + 2)
            fail_msg("%s: %zu vulnerabilities, %zu products, %zu relationships, %zu dangling", file,
                     s.vulnerabilities, s.products, s.relationships, s.dangling);
        arena_free(&a);
        read++;
    }
    assert_true(read >= 20);
    json_decref(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catalogues_are_compared_exactly), cmocka_unit_test(the_real_catalogue_is_read),
        cmocka_unit_test(names_of_products_have_one_key),  cmocka_unit_test(real_lists_meet_what_they_should),
        cmocka_unit_test(names_agree_with_a_naive_search), cmocka_unit_test(small_lists),
        cmocka_unit_test(advisories_become_objects),
    };

    return cmocka_run_group_tests_name("catalogues", tests, arena_setup, arena_teardown);
}
