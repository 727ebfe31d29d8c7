/* Data groups and EF.COM of any bytes. */
#include <stdlib.h>

#include "wire/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct lds_file f;
    struct why w = { .offset = WHY_NO_OFFSET };
    uint32_t groups = 0;

    if (lds_file_parse(in, &f, &w)) {
        if (f.body.p + f.body.n != data + n || lds_tag((unsigned)f.number) != data[0])
            abort();
        if (f.number == LDS_COM)
            groups = lds_com_groups(f.body, &groups, NULL) ? groups : 0;
    } else if (!w.reason || w.offset > n) {
        abort();
    }
    return 0;
}
