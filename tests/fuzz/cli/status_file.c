/* Any bytes as the file that a status list is made of, and as a token at hand: what a line says is in the
 * values afterwards. */
#include <stdlib.h>

#include "cli/status_file.h"
#include "seal/status_tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void values(struct status_file *f, unsigned bits, struct arena *a)
{
    struct status_order o = { .other_documents = true };
    uint64_t index;
    unsigned value;

    if (!status_file_values(f, NULL, bits, 0, a, &o, NULL))
        return;
    for (size_t i = 0; i < f->n; i++)
        must(status_file_number(f->line[i].name, &index) && status_at(&o.values, index, &value));
    if (f->n && f->n < 2)
        must(value == f->line[0].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct status_order o = { 0 };
    struct status_tokens t = { 0 };
    struct status_file f;
    struct arena a;

    if (n > 1 << 14)
        return 0;
    arena_init(&a, 64 << 20);
    if (status_file_read(in, &f, &a, NULL)) {
        values(&f, 1, &a);
        values(&f, 8, &a);
        if (status_file_identifiers(&f, NULL, &a, &o, NULL))
            must(o.n_identifiers <= f.n);
    }
    if (status_tokens_add(&t, in, "x", &a, NULL))
        must(t.n == 1 && t.newest->subject.n > 0);
    else
        must(t.n == 0 && !t.newest);
    arena_free(&a);
    return 0;
}
