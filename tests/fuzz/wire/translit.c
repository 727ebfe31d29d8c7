/* First byte: the table; the rest: a name. What is written is letters and single fillers, and matches the
 * name. */
#include <stdlib.h>

#include "base/limits.h"
#include "wire/translit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint8_t mem[LIMIT_NAME * 6];
    struct translit_report r;
    struct why w = { 0 };
    struct buffer b;
    enum translit_table t;
    struct span name;

    if (n == 0)
        return 0;
    t = (enum translit_table)(data[0] % TRANSLIT_TABLES);
    name = span_of(data + 1, n - 1);
    buf_init_fixed(&b, mem, sizeof mem);
    if (!translit_to_mrz(name, t, &b, &r, &w)) {
        check(w.reason && b.n == 0 && (w.offset <= n || w.offset == WHY_NO_OFFSET));
        return 0;
    }
    for (size_t i = 0; i < b.n; i++) {
        check((mem[i] >= 'A' && mem[i] <= 'Z') || mem[i] == '<');
        check(mem[i] != '<' || (i > 0 && i + 1 < b.n && mem[i - 1] != '<'));
    }
    if (b.n > 0 && b.n <= 63) {
        check(translit_match(name, t, buf_span(&b), false, &w) == NAME_SAME);
        check(translit_match(name, t, span_of(mem, b.n / 2 + 1), true, &w) >= NAME_PREFIX);
    }
    return 0;
}
