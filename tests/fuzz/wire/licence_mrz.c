/* Lines that parse say what they were made of; those that do not, why and where. */
#include <stdlib.h>

#include "wire/licence_mrz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct licence_mrz m;
    struct why w = { 0 };

    (void)licence_mrz_looks_like(in);
    if (!licence_mrz_parse(in, 1795262400, &m, &w)) {
        if (!w.reason || w.offset > n)
            abort();
        return 0;
    }
    if (!licence_mrz_looks_like(in) || m.number[0] == 0)
        abort();
    for (size_t i = 0, at = 0; i < m.lines; at += m.width[i], i++)
        if (m.line_at[i] + (size_t)m.width[i] > n ||
            memcmp(data + m.line_at[i], m.zone + at, m.width[i]) != 0)
            abort();
    return 0;
}
