/* Recognition of one category, facts included, against copying and comparing the same facts. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#include "service/licence/recognise.h"

struct work {
    const struct agreement *a;
    struct licence_data data;
    struct licence_case c;
    struct licence_decision out[LICENCE_DECISIONS];
    size_t decided;
};

static const struct date today = { 2027, 3, 1 };

static void decide(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (size_t i = 0; i < n; i++)
        w->decided += licence_recognise(w->a, &w->c, today, w->out, LICENCE_DECISIONS);
}

/* The floor: the facts of the case copied, and a few of them compared. */
static void floor_of(void *ctx, size_t n)
{
    struct work *w = ctx;
    struct facts f;

    for (size_t i = 0; i < n; i++) {
        f = (struct facts){ 0 };
        licence_facts(&w->c, today, &f);
        for (unsigned k = 0; k < FACTS_N; k++)
            w->decided += f.v[k].present && f.v[k].word.n == 2;
    }
}

int main(int argc, char **argv)
{
    static struct work w;
    static uint8_t text[256 * 1024];
    const struct licence_context now = { .now = time_of_date(today) };
    struct agreement_faults faults;
    const char *root = getenv("SERAI_SOURCE");
    char path[4096];
    FILE *f;

    bench_init(argc, argv);
    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : ".");
    f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return 2;
    }
    w.a = agreement_parse(span_of(text, fread(text, 1, sizeof text, f)), &faults);
    (void)fclose(f);
    if (!w.a)
        return 1;
    licence_data_begin(&w.data, (struct span){ 0 });
    w.data.issuing_country = SPAN("TR");
    w.data.birth_date = (struct date){ 1997, 1, 1 };
    w.data.issue_date = (struct date){ 2020, 1, 1 };
    w.data.expiry_date = (struct date){ 2030, 1, 1 };
    w.data.privilege[0].category = SPAN("B");
    w.data.n_privileges = 1;
    licence_data_end(&w.data, &now);
    w.c = (struct licence_case){ .data = &w.data,
                                 .has_result = true,
                                 .result = RESULT_GENUINE,
                                 .status = SPAN("valid"),
                                 .in = SPAN("IR"),
                                 .residence = SPAN("TR") };
    (void)bench_ratio("licence: recognise one category", decide, &w, "its facts alone", floor_of, &w, 0);
    w.c.status = SPAN("suspended");
    bench_time("licence: recognise, suspended at home", decide, &w);
    w.c.status = (struct span){ 0 };
    bench_time("licence: recognise, nobody asked at home", decide, &w);
    w.c.status = SPAN("valid");
    w.data.privilege[0].category = SPAN("Z9");
    bench_time("licence: recognise, unknown category", decide, &w);
    return w.decided == 42;
}
