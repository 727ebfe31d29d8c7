/* A list of 1,000,000 rows against 3,000 advisories and 1,200 exploited vulnerabilities, against a plain loop
 * over rows and statements (measured on a part of the rows); and one new advisory, against counting anew. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "service/cyber/exposure_internal.h"

enum { ROWS = 1000 * 1000, ADVISORIES = 3000, PRODUCTS = 4000, KNOWN = 1200, PLAIN = 20 };

static uint64_t seed = 9;

static unsigned roll(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void advise(struct exposure *e, unsigned number, unsigned day)
{
    struct buffer b;
    struct arena a;
    struct csaf c;
    bool taken;

    buf_init(&b, LIMIT_CSAF);
    arena_init(&a, LIMIT_CSAF_MEMORY);
    buf_printf(
        &b,
        "{\"document\":{\"csaf_version\":\"2.0\",\"publisher\":{\"namespace\":\"https://specimen.example\"},"
        "\"tracking\":{\"id\":\"S-%u\",\"current_release_date\":\"2026-01-%02uT00:00:00Z\"}},\"product_"
        "tree\":{"
        "\"branches\":[",
        number, day);
    for (unsigned i = 0; i < 8; i++)
        buf_printf(
            &b,
            "%s{\"category\":\"vendor\",\"name\":\"Vendor %u\",\"branches\":[{\"category\":\"product_name\","
            "\"name\":\"Product "
            "%u\",\"branches\":[{\"category\":\"product_version_range\",\"name\":\"<%u.%u\","
            "\"product\":{\"name\":\"x\",\"product_id\":\"P%u\"}}]}]}",
            i ? "," : "", number % 97, (number * 8 + i) % PRODUCTS, 1 + i, number % 10, i);
    buf_printf(&b,
               "]},\"vulnerabilities\":[{\"cve\":\"CVE-2026-%04u\",\"product_status\":{\"known_affected\":[",
               number);
    for (unsigned i = 0; i < 8; i++)
        buf_printf(&b, "%s\"P%u\"", i ? "," : "", i);
    buf_str(&b, "]}}]}");
    if (!csaf_read(buf_span(&b), &a, &c, NULL) || !exposure_advise(e, &c, &taken, NULL) || !taken)
        abort();
    arena_free(&a);
    buf_free(&b);
}

static void add_rows(struct exposure *e, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned p = roll(PRODUCTS);
        char vendor[24], product[24], version[24], organisation[24];
        struct asset_item x = { .count = 1, .sector = SPAN("energy") };

        x.vendor = span_of(vendor, (size_t)snprintf(vendor, sizeof vendor, "Vendor %u", p / 8 % 97));
        x.product = span_of(product, (size_t)snprintf(product, sizeof product, "Product %u", p));
        x.version = span_of(version, (size_t)snprintf(version, sizeof version, "%u.%u", roll(10), roll(10)));
        x.organisation =
            span_of(organisation, (size_t)snprintf(organisation, sizeof organisation, "O%u", roll(500)));
        if (!exposure_add(e, SPAN("L"), &x, NULL))
            abort();
    }
}

/* Every row against every statement. */
static size_t plain(const struct exposure *e, unsigned rows)
{
    size_t hits = 0;

    for (unsigned r = 0; r < rows; r++) {
        const uint32_t *k = e->variant_keys.item[r % e->variant_keys.n];

        for (uint32_t i = 0; i < e->advisories; i++)
            for (uint32_t s = 0; s < e->advisory[i].n; s++) {
                const struct statement *x = &e->advisory[i].item[s];
                enum exposure_state state;
                enum exposure_why why;

                if (!span_eq(pool_text(&e->text, x->key[0]), pool_text(&e->text, k[0])))
                    continue;
                exposure_state_of(x, pool_text(&e->text, x->version), pool_text(&e->text, k[3]), &state,
                                  &why);
                hits += state == EXPOSURE_AFFECTED;
            }
    }
    return hits;
}

int main(int argc, char **argv)
{
    struct exposure *e = exposure_new();
    struct exposure_known *known = calloc(KNOWN, sizeof *known);
    static char text[KNOWN][3][24];
    struct exposure_counts before, after;
    double t, match, loop, one, all;
    size_t hits;

    bench_init(argc, argv);
    if (!known)
        abort();
    for (unsigned i = 0; i < KNOWN; i++) {
        known[i].cve = span_of(text[i][0], (size_t)snprintf(text[i][0], 24, "CVE-2026-%04u", i * 3));
        known[i].vendor = span_of(text[i][1], (size_t)snprintf(text[i][1], 24, "Vendor %u", i % 97));
        known[i].product = span_of(text[i][2], (size_t)snprintf(text[i][2], 24, "Product %u", i % PRODUCTS));
    }
    t = seconds();
    for (unsigned i = 0; i < ADVISORIES; i++)
        advise(e, i, 1);
    if (!exposure_exploited(e, known, KNOWN, NULL))
        abort();
    bench_figure("exposure: 3,000 advisories and KEV read", seconds() - t, "s");
    t = seconds();
    add_rows(e, ROWS);
    match = seconds() - t;
    bench_figure("exposure: 1,000,000 rows matched", match, "s");
    t = seconds();
    hits = plain(e, PLAIN);
    loop = (seconds() - t) / PLAIN * ROWS;
    bench_figure("exposure: the same by a plain loop, from 20 rows", loop, hits ? "s" : "s (no hits)");
    bench_figure("exposure: times faster than the plain loop", loop / match, "");
    exposure_counts_of(e, &before);
    t = seconds();
    advise(e, 7, 2);
    one = seconds() - t;
    exposure_counts_of(e, &after);
    t = seconds();
    exposure_recount(e);
    all = seconds() - t;
    bench_figure("exposure: one new advisory", one * 1000, "ms");
    bench_figure("exposure: variants judged for it", (double)(after.judged - before.judged), "");
    bench_figure("exposure: everything anew", all * 1000, "ms");
    free(known);
    exposure_free(e);
    return 0;
}
