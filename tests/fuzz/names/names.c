/* Two names, a line feed between: scores stay within 0 and 1, and whatever is read compares with itself as
 * the same. */
#include <stdlib.h>

#include "names/pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct names *t;
    const uint8_t *lf = n ? memchr(data, '\n', n) : NULL;
    struct span a = span_of(data, lf ? (size_t)(lf - data) : n),
                b = lf ? span_of(lf + 1, n - a.n - 1) : (struct span){ NULL, 0 };
    enum names_schema schema = n & 1 ? NAMES_ORGANIZATION : NAMES_PERSON;
    struct names_name x, y;
    struct names_match m;
    struct why w = { 0 };

    if (!t)
        t = names_open(&w);
    if (!t || !names_read(t, a, schema, &x, &w) || !names_read(t, b, schema, &y, &w))
        return 0;
    names_compare(t, NULL, schema, &x, &y, &m);
    if (!(m.score >= 0 && m.score <= 1))
        abort();
    names_compare(t, NULL, schema, &x, &x, &m);
    if (x.n && m.score != 1)
        abort();
    return 0;
}
