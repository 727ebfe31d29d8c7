/* Any bytes as a warning list, and each of its entries looked up in it. */
#include <stdlib.h>

#include "intel/warninglist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct warninglist w;
    struct warninglists *l;
    struct arena a;

    arena_init(&a, 64 << 20);
    if (warninglist_read(span_of(data, n), NULL, &a, &w, NULL) && warninglists_new(&w, 1, NULL, &l, NULL)) {
        for (size_t i = 0; i < w.n && i < 64; i++)
            for (unsigned k = 1; k < INTEL_KINDS; k++) {
                struct intel_value v;
                uint16_t out[2];
                size_t found;

                if (!intel_read_value(w.entry[i], (enum intel_kind)k, &v, NULL))
                    continue;
                found = warninglist_check(l, v.kind, intel_value_span(&v), out, 2);
                if (found > 1 || (found && !(w.kinds & intel_kind_bit(v.kind))))
                    abort();
            }
        warninglists_free(l);
    }
    arena_free(&a);
    return 0;
}
