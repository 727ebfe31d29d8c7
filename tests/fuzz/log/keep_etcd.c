/* Answers of etcd's gateway: bytes of another program. A value is handed out whole or not at all. */
#include <stdlib.h>

#include "base/limits.h"
#include "log/keep.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct etcd_answer answer = { 0 };
    struct why w = { 0 };
    struct arena a;

    arena_init(&a, 1 << 20);
    if (!etcd_answer_parse(span_of(p, n), &a, &answer, &w)) {
        if (!w.reason)
            abort();
    } else if (answer.value.n > LIMIT_CHECKPOINT || (answer.swapped && answer.value.n)) {
        abort();
    }
    arena_free(&a);
    return 0;
}
