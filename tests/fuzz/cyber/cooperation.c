/* Any bytes as a record of cooperation: behind its signature, and as the JSON in it; what an assessment or a
 * board says of itself holds. */
#include <stdlib.h>
#include <string.h>

#include "service/cyber/cooperation_internal.h"
#include "service/cyber/exposure_notice.h"
#include "service/cyber/maturity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void assessment(const struct coop_record *r, struct arena *a)
{
    struct maturity_levels *l = arena_alloc(a, sizeof *l);
    struct maturity_sum s;

    must(l && maturity_read(r, a, l, NULL)); /* coop_read read it already */
    maturity_sum(l, &s);
    must(s.assessed <= MATURITY_PARAMETERS && s.overall >= 0 && s.overall <= 100 * MATURITY_TOP);
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        must(l->p[i].level <= MATURITY_TOP && (l->p[i].level <= 0 || l->p[i].evidence.n) &&
             (l->p[i].digest.n == 0 || l->p[i].digest.n == 64));
}

static void board(const struct coop_record *r)
{
    struct exposure_notice x;

    must(exposure_notice_read(r, &x, NULL) && x.least >= BOARD_LEAST && !exposure_notice_tells(&x));
    for (size_t i = 0; i < x.sectors; i++)
        must(x.sector[i].n >= x.least && !asset_names_host(x.sector[i].name));
    for (size_t i = 0; i < NOTICE_WORST; i++)
        must(x.worst[i].n == 0 || x.worst[i].n >= x.least);
    for (size_t i = 0; i < NOTICE_KEV; i++)
        must(x.kev[i].n == 0 || x.kev[i].n >= x.least);
}

/* What is accepted can be asked anything, and is the same when it is read again. */
static void use(const struct coop_record *r, struct arena *a)
{
    char audience[COOP_AUDIENCE];
    struct coop_record *again = arena_alloc(a, sizeof *again);

    must(again && r->member.n && r->office.n && r->kind < COOP_KINDS && r->tlp != TLP_RED);
    for (const struct coop_field *f = coop_fields(r->kind); f->name; f++) {
        (void)coop_text(r, f->name);
        (void)coop_number(r, f->name);
        (void)coop_time(r, f->name);
    }
    if (coop_audience(r, audience) && coop_check_arrival(r, r->member, span_str(audience), r->at, a, NULL))
        must(r->kind != COOP_DRILL_PLAN);
    must(coop_read(r->json, a, again, NULL) && memcmp(again->id, r->id, COOP_ID) == 0);
    if (r->kind == COOP_ASSESSMENT)
        assessment(r, a);
    if (r->kind == COOP_EXPOSURE_BOARD)
        board(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span s = span_of(data, n);
    struct coop_record *r;
    struct arena a;

    arena_init(&a, 64 << 20);
    r = arena_alloc(&a, sizeof *r);
    if (r && coop_open(s, SPAN("tr.specimen"), NULL, &a, r, NULL))
        use(r, &a);
    if (r && coop_read(s, &a, r, NULL))
        use(r, &a);
    arena_free(&a);
    return 0;
}
