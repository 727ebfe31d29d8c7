/* Versions and ranges; statements against assets; and that what is kept up to date change by change is what
 * counting anew and a plain loop over everything give. */
#include "service/cyber/exposure.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/exposure_internal.h"
#include "service/cyber/exposure_version.h"

static const struct {
    const char *version, *range;
    enum version_fit fit;
} ranges[] = {
    { "4.5", "< V7.2", VERSION_FITS },
    { "V7.2", "< V7.2", VERSION_OUTSIDE },
    { "7.2.0", "<=V7.2", VERSION_FITS },
    { "7.10", "<7.9", VERSION_OUTSIDE },
    { "3.0.0", "vers:all/<V3.0.1", VERSION_FITS },
    { "3.0.1", "vers:all/<V3.0.1", VERSION_OUTSIDE },
    { "whatever", "vers:all/*", VERSION_FITS },
    { "", "all versions", VERSION_FITS },
    { "", "<2", VERSION_UNDETERMINED },
    { "01.20.000", ">= 01.19.000 | <= 01.38.000", VERSION_FITS },
    { "01.39.000", ">= 01.19.000 | <= 01.38.000", VERSION_OUTSIDE },
    { "1.5", "vers:generic/>=1.0|<1.4|>=1.5|<1.6", VERSION_FITS },
    { "1.4", "vers:generic/>=1.0|<1.4|>=1.5|<1.6", VERSION_OUTSIDE },
    { "1.2", "vers:generic/>=1.0|!=1.2|<1.4", VERSION_OUTSIDE },
    { "1.3", "vers:generic/>=1.0|!=1.2|<1.4", VERSION_FITS },
    { "0.9", "vers:generic/<1.0|>=2.0", VERSION_FITS },
    { "1.9", "vers:generic/<1.0|>=2.0", VERSION_OUTSIDE },
    { "2.1", "vers:generic/<1.0|>=2.0", VERSION_FITS },
    { "1.0", "vers:generic/1.0|1.2", VERSION_FITS },
    { "1.1", "vers:generic/1.0|1.2", VERSION_OUTSIDE },
    { "2.0.0-rc.1", "<2.0.0", VERSION_FITS },
    { "2.0.0-rc.2", "<2.0.0-rc.11", VERSION_FITS },
    { "2.0.0+build", "<=2.0.0", VERSION_FITS },
    { "3.4.4", "<= 3.4.4 Build 16102416", VERSION_UNDETERMINED },
    { "1", "<=the_first_5_digits_of_serial_number_22081", VERSION_UNDETERMINED },
    { "2 SP1", "<3", VERSION_UNDETERMINED },
    { "MX-V4.1", "MX-V4.1", VERSION_FITS },
    { "1.0", "versions prior to 2", VERSION_UNDETERMINED },
    { "1.0", "<", VERSION_UNDETERMINED },
    { "1.0", "vers:deb", VERSION_UNDETERMINED },
    { "1.0", "", VERSION_UNDETERMINED },
    { "99999999999999999999", "<1", VERSION_UNDETERMINED },
};

static void test_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (version_in(span_str(ranges[i].version), span_str(ranges[i].range)) != ranges[i].fit)
            fail_msg("\"%s\" in \"%s\" is not %d", ranges[i].version, ranges[i].range, ranges[i].fit);
}

/* ---- advisories made for a test ---- */

struct branch {
    const char *vendor, *product, *version;
    bool range;
    const char *status;
    const char *cve;
};

static void put_advisory(struct buffer *b, const char *id, int revision, const struct branch *x, size_t n)
{
    buf_printf(
        b,
        "{\"document\":{\"csaf_version\":\"2.0\",\"publisher\":{\"namespace\":\"https://specimen.example\"},"
        "\"tracking\":{\"id\":\"%s\",\"current_release_date\":\"2026-01-01T00:%02d:00Z\"}},\"product_tree\":"
        "{\"branches\":[",
        id, revision);
    for (size_t i = 0; i < n; i++)
        buf_printf(
            b,
            "%s{\"category\":\"vendor\",\"name\":\"%s\",\"branches\":[{\"category\":\"product_name\","
            "\"name\":"
            "\"%s\",\"branches\":[{\"category\":\"product_version%s\",\"name\":\"%s\",\"product\":{\"name\":"
            "\"x\",\"product_id\":\"P%zu\"}}]}]}",
            i ? "," : "", x[i].vendor, x[i].product, x[i].range ? "_range" : "", x[i].version, i);
    buf_str(b, "]},\"vulnerabilities\":[");
    for (size_t i = 0; i < n; i++)
        buf_printf(
            b,
            "%s{\"cve\":\"%s\",\"product_status\":{\"%s\":[\"P%zu\"]},\"scores\":[{\"products\":[\"P%zu\"],"
            "\"cvss_v3\":{\"baseScore\":7.5}}]}",
            i ? "," : "", x[i].cve, x[i].status, i, i);
    buf_str(b, "]}");
}

static bool advise(struct exposure *e, const char *id, int revision, const struct branch *x, size_t n)
{
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    struct csaf c;
    bool taken = false;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    buf_init(&b, LIMIT_CSAF);
    put_advisory(&b, id, revision, x, n);
    if (!csaf_read(buf_span(&b), &a, &c, &w) || !exposure_advise(e, &c, &taken, &w))
        fail_msg("%s: %s %s", id, w.reason, w.detail);
    arena_free(&a);
    buf_free(&b);
    return taken;
}

static void add(struct exposure *e, const char *list, const char *vendor, const char *product,
                const char *version)
{
    const struct asset_item x = { .vendor = span_str(vendor),
                                  .product = span_str(product),
                                  .version = span_str(version),
                                  .organisation = SPAN("O"),
                                  .sector = SPAN("energy"),
                                  .count = 2 };
    struct why w = { 0 };

    assert_true(exposure_add(e, span_str(list), &x, &w));
}

static const struct {
    const char *what;
    struct branch said[3];
    size_t n;
    const char *version;
    bool kev;
    const char *state, *why; /* state NULL: no result */
} statements[] = {
    { "affected by its version",
      { { "Acme", "Pump", "1.0", false, "known_affected", "CVE-2026-0001" } },
      1,
      "1.0",
      false,
      "affected",
      "stated" },
    { "affected by a range",
      { { "ACME Inc.", "Acme Pump", "<2", true, "known_affected", "CVE-2026-0001" } },
      1,
      "1.9",
      false,
      "affected",
      "stated" },
    { "the version is not named",
      { { "Acme", "Pump", "1.0", false, "known_affected", "CVE-2026-0001" } },
      1,
      "1.1",
      false,
      "unknown",
      "version-not-named" },
    { "fixed",
      { { "Acme", "Pump", "2.0", false, "fixed", "CVE-2026-0001" },
        { "Acme", "Pump", "<2", true, "known_affected", "CVE-2026-0001" } },
      2,
      "2.0",
      false,
      "fixed",
      "stated" },
    { "recommended is fixed",
      { { "Acme", "Pump", "2.0", false, "recommended", "CVE-2026-0001" } },
      1,
      "2.0",
      false,
      "fixed",
      "stated" },
    { "not affected",
      { { "Acme", "Pump", "vers:all/*", true, "known_not_affected", "CVE-2026-0001" } },
      1,
      "7",
      false,
      "not-affected",
      "stated" },
    { "under investigation",
      { { "Acme", "Pump", "<2", true, "under_investigation", "CVE-2026-0001" } },
      1,
      "1",
      false,
      "unknown",
      "under-investigation" },
    { "affected and fixed: affected",
      { { "Acme", "Pump", "<=2", true, "known_affected", "CVE-2026-0001" },
        { "Acme", "Pump", "2", false, "fixed", "CVE-2026-0001" } },
      2,
      "2",
      false,
      "affected",
      "stated" },
    { "a range that cannot be compared",
      { { "Acme", "Pump", "< build 7", true, "known_affected", "CVE-2026-0001" } },
      1,
      "1",
      false,
      "unknown",
      "version-undetermined" },
    { "no version said",
      { { "Acme", "Pump", "<2", true, "known_affected", "CVE-2026-0001" } },
      1,
      "",
      false,
      "unknown",
      "no-version" },
    { "another product",
      { { "Acme", "Valve", "<2", true, "known_affected", "CVE-2026-0001" } },
      1,
      "1",
      false,
      NULL,
      NULL },
    { "KEV alone",
      { { "Acme", "Valve", "<2", true, "known_affected", "CVE-2026-0001" } },
      1,
      "1",
      true,
      "unknown",
      "kev-alone" },
    { "KEV and an advisory",
      { { "Acme", "Pump", "<2", true, "known_affected", "CVE-2026-0001" } },
      1,
      "1",
      true,
      "affected",
      "stated" },
};

static void test_statements(void **state)
{
    static const struct exposure_known kev = { SPAN("CVE-2026-0001"), SPAN("acme"), SPAN("PUMP"), 5, 6 };

    (void)state;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct exposure *e = exposure_new();
        struct exposure_result r;

        assert_true(exposure_exploited(e, &kev, statements[i].kev, NULL));
        add(e, "L", "Acme", "Pump", statements[i].version);
        assert_true(advise(e, "A-1", 1, statements[i].said, statements[i].n));
        if (exposure_results(e, 0) != (statements[i].state != NULL))
            fail_msg("%s: %zu results", statements[i].what, exposure_results(e, 0));
        if (statements[i].state) {
            exposure_result_at(e, 0, 0, &r);
            if (strcmp(exposure_state_word(r.state), statements[i].state) != 0 ||
                strcmp(exposure_why_word(r.why), statements[i].why) != 0)
                fail_msg("%s: %s, %s", statements[i].what, exposure_state_word(r.state),
                         exposure_why_word(r.why));
            assert_int_equal(r.exploited, statements[i].kev);
            assert_int_equal(r.due, statements[i].kev ? 6 : 0);
            if (r.why != WHY_KEV_ALONE) {
                assert_true(span_eq_str(r.advisory, "A-1"));
                assert_true(span_starts(r.place, SPAN("/vulnerabilities/")));
                assert_int_equal(r.severity, SEVERITY_HIGH);
            }
        }
        exposure_free(e);
    }
}

static void test_versions_of_an_advisory(void **state)
{
    static const struct branch bad = { "Acme", "Pump", "<2", true, "known_affected", "CVE-2026-0001" };
    static const struct branch good = { "Acme", "Pump", "<2", true, "known_not_affected", "CVE-2026-0001" };
    struct exposure *e = exposure_new();
    struct exposure_counts before, after;
    struct exposure_result r;

    (void)state;
    add(e, "L", "Acme", "Pump", "1");
    for (int i = 0; i < 100; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "other %d", i);
        add(e, "L", "Acme", name, "1");
    }
    assert_true(advise(e, "A-1", 2, &bad, 1));
    assert_false(advise(e, "A-1", 1, &good, 1)); /* an older one changes nothing */
    assert_false(advise(e, "A-1", 2, &good, 1));
    exposure_result_at(e, 0, 0, &r);
    assert_int_equal(r.state, EXPOSURE_AFFECTED);
    exposure_counts_of(e, &before);
    assert_true(advise(e, "A-1", 3, &good, 1));
    exposure_counts_of(e, &after);
    assert_int_equal(after.judged - before.judged, 1); /* of 101 variants the one it is about */
    assert_int_equal(after.advisories, 1);
    exposure_result_at(e, 0, 0, &r);
    assert_int_equal(r.state, EXPOSURE_NOT_AFFECTED);
    assert_true(advise(e, "A-1", 4, NULL, 0)); /* it says nothing any more */
    assert_int_equal(exposure_results(e, 0), 0);
    exposure_free(e);
}

/* ---- change by change, anew, and by a plain loop ---- */

static uint64_t seed = 0x1234567;

static unsigned roll(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static const char *const vendors[] = { "Acme", "acme inc.", "Bolt" };
static const char *const products[] = { "Pump", "Acme Pump", "Valve", "Gate_way" };
static const char *const versions[] = { "1.0", "1.5", "2.0", "", "build 9" };
static const char *const named[] = { "1.0", "<1.5", "vers:all/*", ">=1.5|<2.0", "< build 7", "2.0" };
static const char *const stands[] = { "known_affected", "fixed", "known_not_affected", "under_investigation",
                                      "last_affected" };
static const char *const cves[] = { "CVE-2026-0001", "CVE-2026-0002", "CVE-2026-0003" };
#define ANY(t) (t[roll(sizeof(t) / sizeof *(t))])

/* The first that counts of all that is said, without any index. */
static bool plain(const struct exposure *e, uint32_t variant, const char *cve, enum exposure_state *state,
                  enum exposure_why *why)
{
    const uint32_t *k = e->variant_keys.item[variant];
    bool any = false;

    for (uint32_t i = 0; i < e->advisories; i++)
        for (uint32_t s = 0; s < e->advisory[i].n; s++) {
            const struct statement *x = &e->advisory[i].item[s];
            enum exposure_state says;
            enum exposure_why because;

            if (!span_eq_str(pool_text(&e->text, x->cve), cve) || x->key[0] != k[0])
                continue;
            exposure_state_of(x, pool_text(&e->text, x->version), pool_text(&e->text, k[3]), &says, &because);
            if (!any || says < *state) {
                *state = says;
                *why = because;
            }
            any = true;
        }
    for (uint32_t i = 0; !any && i < e->knowns; i++)
        if (span_eq_str(pool_text(&e->text, e->known[i].cve), cve) && e->known[i].key == k[0]) {
            *state = EXPOSURE_UNKNOWN;
            *why = WHY_KEV_ALONE;
            return true;
        }
    return any;
}

static void compare(const struct exposure *e, unsigned round)
{
    for (uint32_t v = 0; v < exposure_variants(e); v++) {
        size_t at = 0;

        for (size_t c = 0; c < sizeof cves / sizeof *cves; c++) {
            enum exposure_state state = EXPOSURE_UNNAMED;
            enum exposure_why why = WHY_STATED;
            struct exposure_result r;

            if (!plain(e, v, cves[c], &state, &why))
                continue;
            if (at >= exposure_results(e, v))
                fail_msg("round %u: a result is missing", round);
            exposure_result_at(e, v, at++, &r);
            assert_true(span_eq_str(r.id, cves[c]));
            if (r.state != state)
                fail_msg("round %u, %s: %d, by a plain loop %d", round, cves[c], r.state, state);
        }
        assert_int_equal(at, exposure_results(e, v));
    }
}

static void snapshot(const struct exposure *e, struct buffer *b)
{
    buf_init(b, 64 << 20);
    for (uint32_t v = 0; v < exposure_variants(e); v++)
        for (size_t i = 0; i < exposure_results(e, v); i++) {
            struct exposure_result r;

            exposure_result_at(e, v, i, &r);
            buf_printf(b, "%u %u %d %d %d ", v, r.cve, r.state, r.why, r.severity);
            buf_put(b, r.advisory);
            buf_put(b, r.place);
            buf_u8(b, '\n');
        }
}

static void change(struct exposure *e, int revision)
{
    const char *list = ANY(cves); /* any three names do */
    struct exposure_known known[3];
    struct branch said[3];
    size_t n = roll(4);

    switch (roll(3)) {
    case 0:
        exposure_list(e, span_str(list));
        for (unsigned i = roll(6); i > 0; i--)
            add(e, list, ANY(vendors), ANY(products), ANY(versions));
        break;
    case 1:
        for (size_t i = 0; i < n && i < 3; i++)
            said[i] =
                (struct branch){ ANY(vendors), ANY(products), ANY(named), true, ANY(stands), ANY(cves) };
        (void)advise(e, ANY(cves), revision, said, n < 3 ? n : 3);
        break;
    default:
        n = n < 3 ? n : 3;
        for (size_t i = 0; i < n; i++)
            known[i] = (struct exposure_known){ span_str(cves[i]), span_str(ANY(vendors)),
                                                span_str(ANY(products)), roll(9), roll(9) };
        assert_true(exposure_exploited(e, known, n, NULL));
    }
}

static void test_increments(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        struct exposure *e = exposure_new();

        for (int step = 0; step < 20; step++) {
            struct buffer before, after;

            change(e, step);
            compare(e, round);
            snapshot(e, &before);
            exposure_recount(e);
            snapshot(e, &after);
            assert_true(span_eq(buf_span(&before), buf_span(&after)));
            buf_free(&before);
            buf_free(&after);
        }
        exposure_free(e);
    }
}

static bool sum(void *ctx, const struct exposure_holding *h)
{
    *(uint64_t *)ctx += h->count;
    return true;
}

static void test_holdings(void **state)
{
    struct exposure *e = exposure_new();
    uint64_t n = 0;

    (void)state;
    add(e, "L", "Acme", "Pump", "1");
    add(e, "M", "Acme", "Pump", "1");
    add(e, "M", "Acme", "Pump", "2");
    exposure_holdings(e, sum, &n);
    assert_int_equal(n, 6);
    exposure_list(e, SPAN("M"));
    n = 0;
    exposure_holdings(e, sum, &n);
    assert_int_equal(n, 2); /* that of L stays */
    exposure_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_versions_of_an_advisory),
        cmocka_unit_test(test_increments),
        cmocka_unit_test(test_holdings),
    };

    return cmocka_run_group_tests_name("exposure", tests, arena_setup, arena_teardown);
}
