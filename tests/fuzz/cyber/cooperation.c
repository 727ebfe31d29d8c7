/* Any bytes as a record of cooperation: behind its signature, and as the JSON in it. */
#include <stdlib.h>

#include "service/cyber/cooperation_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What is accepted can be asked anything, and is the same when it is read again. */
static void use(const struct coop_record *r, struct arena *a)
{
    char audience[COOP_AUDIENCE];
    struct coop_record *again = arena_alloc(a, sizeof *again);
    bool same;

    if (!again || !r->member.n || !r->office.n || r->kind >= COOP_KINDS || r->tlp == TLP_RED)
        abort();
    for (const struct coop_field *f = coop_fields(r->kind); f->name; f++) {
        (void)coop_text(r, f->name);
        (void)coop_number(r, f->name);
        (void)coop_time(r, f->name);
    }
    if (coop_audience(r, audience) && coop_check_arrival(r, r->member, span_str(audience), r->at, a, NULL) &&
        r->kind == COOP_DRILL_PLAN)
        abort();
    same = coop_read(r->json, a, again, NULL) && memcmp(again->id, r->id, COOP_ID) == 0;
    if (!same)
        abort();
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
