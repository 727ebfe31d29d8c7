/*
 * agreement-answers AGREEMENT CSV DATE: one letter a traveller of the table, a for admit and r for refer;
 * then, on a line of its own, how many nanoseconds a decision takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "agreement/population.h"
#include "base/text.h"

enum { MOST = 64 * 1024 * 1024, PEOPLE = 100 * 1000 };

static struct span whole(const char *path, uint8_t **mem)
{
    FILE *f = fopen(path, "rb");
    uint8_t *p = *mem = malloc(MOST);
    size_t n = f && p ? fread(p, 1, MOST, f) : 0;

    if (!f || !p) {
        perror(path);
        exit(2);
    }
    (void)fclose(f);
    return span_of(p, n);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static size_t read_table(struct span table, struct person *p)
{
    static uint8_t mem[POPULATION_LINE];
    struct population_table head = { .n = 0 };
    struct why w = { 0 };
    struct span line;
    size_t n = 0;
    bool ok = text_split(&table, '\n', &line) && population_head(text_trim(line), &head, &w);

    while (ok && n < PEOPLE && text_split(&table, '\n', &line))
        ok = population_row(&head, text_trim(line), mem, &p[n++], &w);
    if (!ok) {
        (void)fprintf(stderr, "row %zu: %s\n", n, w.detail);
        exit(2);
    }
    return n;
}

int main(int argc, char **argv)
{
    uint8_t *text = NULL, *table = NULL;
    struct agreement_faults faults;
    struct agreement *a = argc == 4 ? agreement_parse(whole(argv[1], &text), &faults) : NULL;
    struct person *p = calloc(PEOPLE, sizeof *p);
    struct verdict v;
    struct date on;
    double best = 1e300;
    size_t n;

    if (!a || !p || !date_parse(span_str(argv[3]), &on))
        return 2;
    n = read_table(whole(argv[2], &table), p);
    for (size_t i = 0; i < n; i++) {
        agreement_decide(a, &p[i].t.facts, on, &v);
        (void)putchar(v.outcome == OUTCOME_ADMIT ? 'a' : 'r');
    }
    for (int round = 0; n && round < 5; round++) {
        double begin = now(), spent;

        for (size_t i = 0; i < n; i++)
            agreement_decide(a, &p[i].t.facts, on, &v);
        spent = (now() - begin) / (double)n;
        best = spent < best ? spent : best;
    }
    printf("\n%.1f\n", best);
    agreement_free(a);
    free(text);
    free(table);
    free(p);
    return 0;
}
