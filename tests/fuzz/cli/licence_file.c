/* Any bytes as the JSON of a licence: ends, takes nothing it does not understand, and what it takes is
 * decided within its own arena. */
#include <stdlib.h>

#include "cli/licence_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct licence_data d;
    struct licence_case c = { .data = &d };
    struct facts facts = { 0 };
    struct why w;
    struct arena a;

    if (n > 1 << 16)
        return 0;
    arena_init(&a, 16 << 20);
    why_clear(&w);
    if (licence_file_read(span_of(data, n), 1789500000, &a, &d, &c, &facts, &w)) {
        must(!w.reason);
        must(d.n_privileges <= LIMIT_LICENCE_PRIVILEGES && d.n_codes <= LIMIT_LICENCE_CODES);
        for (size_t i = 0; i < d.n_privileges; i++)
            must(d.privilege[i].first_code + d.privilege[i].n_codes <= d.n_codes);
    } else {
        must(w.reason != NULL);
    }
    arena_free(&a);
    return 0;
}
