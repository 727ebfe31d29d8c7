/* An exported list of a stranger: read, made into a list without any key, compared with what it claims. */
#include <stdlib.h>

#include "trust/list_export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct span party[] = { { (const uint8_t *)"IR", 2 }, { (const uint8_t *)"KZ", 2 } };
    struct trust_input in = { .rules = { 2, 1 }, .n_parties = 2, .party = party };
    struct trust_export x;
    struct trust_list l;
    struct findings f;
    struct why w = { 0 };
    struct arena a;

    arena_init(&a, 64 << 20);
    findings_init(&f);
    if (trust_export_read(span_of(data, n), &a, &x, &w)) {
        in.agreement = x.agreement;
        in.certificate = x.certificate;
        in.n_certificates = x.n_certificates;
        if (!trust_list_make(&in, &a, &l, &w) || l.n_entries != 0 || l.version != 0 || l.n_members != 2)
            abort();
        if (trust_export_compare(&x, &in, &l, &a, &f) > 0 && f.n == 0)
            abort();
    } else if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > n)) {
        abort();
    }
    arena_free(&a);
    return 0;
}
