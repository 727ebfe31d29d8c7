/* Objects read and checked against plain reading of the same JSON, in the same run. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "stix/marking.h"
#include "wire/jcs.h"

struct work {
    struct span text;
    struct stix_how how;
    struct arena a;
};

static void parse(void *ctx, size_t n)
{
    struct work *w = ctx;
    struct json j;

    while (n--) {
        arena_reset(&w->a);
        if (!json_parse(w->text, &w->a, &j, NULL))
            abort();
    }
}

static void check(void *ctx, size_t n)
{
    struct work *w = ctx;
    struct stix_object o;
    struct stix_marks m;
    struct why why = { 0 };

    while (n--) {
        arena_reset(&w->a);
        if (!stix_read(w->text, &w->how, &w->a, &o, NULL, &why)) {
            (void)fprintf(stderr, "%s: %s\n", why.reason, why.detail);
            abort();
        }
        stix_marks_of(&o, NULL, NULL, &m);
    }
}

static void measure(const char *name, struct span text, bool strict)
{
    struct work w = { .text = text, .how = { .strict = strict } };
    char line[96];
    double ns;

    arena_init(&w.a, 1u << 26);
    (void)snprintf(line, sizeof line, "%s of %zu bytes%s", name, text.n, strict ? ", strict" : "");
    (void)bench_ratio(line, check, &w, "plain json_parse", parse, &w, 0);
    ns = bench_time(line, check, &w);
    bench_figure(line, 1e9 / ns, "objects/s");
    arena_free(&w.a);
}

#define COMMON(type)                                                                                         \
    "{\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" type                                         \
    "--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"created_by_ref\":\"identity--f431f809-377b-45e0-aa1c-"       \
    "6a4751cae5ff\","                                                                                        \
    "\"created\":\"2026-03-01T08:00:00.000Z\",\"modified\":\"2026-03-01T08:00:00.000Z\","
#define MARKED "\"object_marking_refs\":[\"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da\"]}"

int main(int argc, char **argv)
{
    static const char indicator[] =
        COMMON("indicator") "\"indicator_types\":[\"malicious-activity\"],\"pattern\":\"[ipv4-addr:value = "
                            "'198.51.100.3']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-03-01T08:00:"
                            "00Z\"," MARKED;
    static const char address[] =
        "{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\",\"id\":"
        "\"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4\",\"value\":\"198.51.100.3\"}";
    static const char relationship[] =
        COMMON("relationship") "\"relationship_type\":\"uses\",\"source_ref\":\"intrusion-set--8e2e2d2b-17d4-"
                               "4cbf-938f-"
                               "98ee46b3cd3f\",\"target_ref\":\"attack-pattern--8e2e2d2b-17d4-4cbf-938f-"
                               "98ee46b3cd3f\"," MARKED;
    struct buffer b;

    bench_init(argc, argv);
    measure("ipv4 indicator", SPAN(indicator), false);
    measure("ipv4 indicator", SPAN(indicator), true);
    measure("ipv4 address", SPAN(address), false);
    measure("ipv4 address", SPAN(address), true);
    measure("relationship", SPAN(relationship), false);
    buf_init(&b, 1 << 16);
    buf_str(&b, COMMON("attack-pattern") "\"name\":\"A technique\",\"description\":\"");
    for (int i = 0; i < 12; i++)
        buf_str(&b, "Adversaries may do what a specimen says, (Citation: Specimen) in a sentence.\\n");
    buf_str(&b,
            "\",\"kill_chain_phases\":[{\"kill_chain_name\":\"specimen-attack\",\"phase_name\":\"impact\"}],"
            "\"external_references\":[{\"source_name\":\"specimen\",\"external_id\":\"T0001\",\"url\":"
            "\"https://attack.example/techniques/T0001\"}],\"x_specimen_platforms\":[\"none\",\"all\"],"
            "\"x_specimen_version\":\"1.0\"," MARKED);
    measure("attack-pattern", buf_span(&b), false);
    buf_free(&b);
    return 0;
}
