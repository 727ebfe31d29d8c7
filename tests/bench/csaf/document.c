/* An advisory of 200 products and 50 vulnerabilities: all tests of the standard, against reading its JSON
 * alone. */
#include "bench.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "csaf/csaf.h"

static void parse(void *ctx, size_t n)
{
    const struct buffer *b = ctx;

    while (n--) {
        struct arena a;
        struct json j;

        arena_init(&a, LIMIT_CSAF_MEMORY);
        if (!json_parse(buf_span(b), &a, &j, NULL))
            abort();
        arena_free(&a);
    }
}

static void check(void *ctx, size_t n)
{
    const struct buffer *b = ctx;

    while (n--) {
        struct csaf_findings f;
        struct arena a;
        struct csaf c;

        arena_init(&a, LIMIT_CSAF_MEMORY);
        if (!csaf_read(buf_span(b), &a, &c, NULL) || !csaf_check(&c, CSAF_BASIC, &f, NULL) || !csaf_valid(&f))
            abort();
        arena_free(&a);
    }
}

static void document(struct buffer *b)
{
    buf_str(
        b,
        "{\"document\":{\"category\":\"csaf_security_advisory\",\"csaf_version\":\"2.0\",\"publisher\":{"
        "\"category\":"
        "\"vendor\",\"name\":\"SPECIMEN\",\"namespace\":\"https://"
        "specimen.example\"},\"title\":\"t\",\"tracking\":"
        "{\"current_release_date\":\"2026-01-01T00:00:00Z\",\"id\":\"1\",\"initial_release_date\":"
        "\"2026-01-01T00:00:00Z\",\"revision_history\":[{\"date\":\"2026-01-01T00:00:00Z\",\"number\":\"1\","
        "\"summary\":\"s\"}],\"status\":\"final\",\"version\":\"1\"}},\"product_tree\":{\"full_product_"
        "names\":[");
    for (int i = 0; i < 200; i++)
        buf_printf(b,
                   "%s{\"name\":\"Product "
                   "%d\",\"product_id\":\"CSAFPID-%d\",\"product_identification_helper\":{\"purl\":"
                   "\"pkg:generic/p%d@1\"}}",
                   i ? "," : "", i, i, i);
    buf_str(b, "]},\"vulnerabilities\":[");
    for (int v = 0; v < 50; v++) {
        buf_printf(b,
                   "%s{\"cve\":\"CVE-2026-%04d\",\"notes\":[{\"category\":\"summary\",\"text\":\"A weakness "
                   "of SPECIMEN "
                   "products lets a visitor read what is not meant for "
                   "them.\"}],\"product_status\":{\"known_affected\":[",
                   v ? "," : "", v);
        for (int i = 0; i < 200; i += 4)
            buf_printf(b, "%s\"CSAFPID-%d\"", i ? "," : "", i);
        buf_str(
            b,
            "]},\"scores\":[{\"cvss_v3\":{\"baseScore\":9.8,\"baseSeverity\":\"CRITICAL\",\"vectorString\":"
            "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/"
            "A:H\",\"version\":\"3.1\"},\"products\":[\"CSAFPID-0\"]}]}");
    }
    buf_str(b, "]}");
}

int main(int argc, char **argv)
{
    struct buffer b;
    double ns;

    bench_init(argc, argv);
    buf_init(&b, LIMIT_CSAF);
    document(&b);
    (void)bench_ratio("csaf check", check, &b, "json parse", parse, &b, 0);
    ns = bench_time("csaf check, one document", check, &b);
    bench_figure("csaf check", 1e9 / ns, "documents/s");
    bench_figure("csaf check", (double)b.n / ns * 1000, "MB/s");
    buf_free(&b);
    return 0;
}
