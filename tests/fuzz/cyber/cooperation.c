/* Any bytes as a record of cooperation; what an assessment or a board says of itself holds. */
#include <stdlib.h>

#include "service/cyber/exposure_notice.h"
#include "service/cyber/maturity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void assessment(const struct coop_record *r, struct arena *a)
{
    struct maturity_levels *l = arena_alloc(a, sizeof *l);
    struct maturity_sum s;

    if (!l || !maturity_read(r, a, l, NULL))
        abort(); /* coop_read read it already */
    maturity_sum(l, &s);
    if (s.assessed > MATURITY_PARAMETERS || s.overall < 0 || s.overall > 100 * MATURITY_TOP)
        abort();
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        if (l->p[i].level > MATURITY_TOP || (l->p[i].level > 0 && !l->p[i].evidence.n) ||
            (l->p[i].digest.n && l->p[i].digest.n != 64))
            abort();
}

static void board(const struct coop_record *r)
{
    struct exposure_notice x;

    if (!exposure_notice_read(r, &x, NULL) || x.least < BOARD_LEAST || exposure_notice_tells(&x))
        abort();
    for (size_t i = 0; i < x.sectors; i++)
        if (x.sector[i].n < x.least || asset_names_host(x.sector[i].name))
            abort();
    for (size_t i = 0; i < NOTICE_WORST; i++)
        if (x.worst[i].n && x.worst[i].n < x.least)
            abort();
    for (size_t i = 0; i < NOTICE_KEV; i++)
        if (x.kev[i].n && x.kev[i].n < x.least)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct coop_record *r;
    struct arena a;

    arena_init(&a, 64 << 20);
    r = arena_alloc(&a, sizeof *r);
    if (r && coop_read(span_of(data, n), &a, r, NULL)) {
        if (r->kind == COOP_ASSESSMENT)
            assessment(r, &a);
        if (r->kind == COOP_EXPOSURE_BOARD)
            board(r);
    }
    arena_free(&a);
    return 0;
}
