/* What parses is covered by its subfiles, and all that is said lies in the payload, whichever pass said it.
 */
#include <stdlib.h>

#include "wire/aamva.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void inside(const struct aamva *a, const uint8_t *data, size_t n)
{
    struct span family, given;
    struct date d;

    for (size_t i = 0; i < a->n_elements; i++) {
        struct span v = a->element[i].value;

        must(strlen(a->element[i].id) == 3);
        must(v.n == 0 || (v.p >= data && v.p + v.n <= data + n));
    }
    aamva_names(a, &family, &given);
    (void)aamva_date(a, "DBA", &d);
    (void)aamva_date(a, "DBB", &d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    static struct aamva a, b;
    struct why w = { 0 };
    bool ok = aamva_parse(in, &a, &w);

    if (ok) {
        must(aamva_looks_like(in));
        must(a.n_subfiles > 0);
        inside(&a, data, n);
    } else {
        must(w.reason && w.offset <= n);
    }
    must(aamva_recover(in, &b) == (b.n_elements > 0));
    must(b.best_effort);
    inside(&b, data, n);
    return 0;
}
