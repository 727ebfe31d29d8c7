/* Any bytes as a member's word that it carried out a recall: what is accepted names one row, which is the
 * member's own and fits a row's id; what is refused leaves the id as it was. */
#include <stdlib.h>

#include "service/cyber/federate_take.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const char id[CYBER_TOLD_ID])
{
    if (id[0] != 'D' || id[1] != '-' || id[CYBER_TOLD_ID - 1])
        abort();
    for (size_t i = 2; i < CYBER_TOLD_ID - 1; i++)
        if (!((id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f')))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char id[CYBER_TOLD_ID] = "untouched", other[CYBER_TOLD_ID];
    struct why w = { 0 };
    struct arena a;

    arena_init(&a, 8 << 20);
    if (cyber_done_read(SPAN("KZ"), span_of(data, n), &a, id, &w)) {
        check(id);
        if (!cyber_done_read(SPAN("TR"), span_of(data, n), &a, other, &w) || strcmp(id, other) == 0)
            abort();
    } else if (strcmp(id, "untouched") != 0 || !w.reason) {
        abort();
    }
    arena_free(&a);
    return 0;
}
