/* EF.SOD and a data group, or a master list, of anybody: never genuine, since the set believes nobody. */
#include <stdlib.h>

#include "seal/chip.h"
#include "seal/master_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct anchor_set *nobody;
    struct data_group dg;
    struct chip_options opt;
    struct span in = span_of(data, n);
    struct master_list list;
    struct findings f;
    struct chip c;
    struct arena a;
    size_t at = 0, found = 0;

    if (!nobody)
        nobody = anchor_set_new();
    opt = (struct chip_options){ .anchors = nobody, .at = 1760000000, .profile = (enum profile)(n & 1) };
    arena_init(&a, 4 << 20);
    findings_init(&f);
    dg = (struct data_group){ 0, span_sub(in, n / 2, n) };
    for (size_t groups = 0; groups < 2; groups++) {
        enum result r = chip_verify(in, &dg, groups, &opt, &a, &c, &f);

        if (r == RESULT_GENUINE || r == RESULT_EXPIRED || r == RESULT_REVOKED || r != c.result ||
            !c.why.reason)
            abort();
    }
    if (master_list_verify(in, nobody, &a, &list, &f) == RESULT_GENUINE)
        abort();
    while (master_list_next(&list, &at).n > 0)
        found++;
    if (found != list.n)
        abort();
    arena_free(&a);
    return 0;
}
