/* What a member published as a revocation: whatever is accepted can be written again, to the same bytes when
 * it was written so. */
#include <stdlib.h>

#include "lookup/revocation.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct permission_revocation r, again;
    struct buffer b;

    if (!revocation_parse(span_of(p, n), &r, NULL))
        return 0;
    buf_init(&b, 4096);
    if (!revocation_put(&r, &b) || !revocation_parse(buf_span(&b), &again, NULL) ||
        !span_eq(r.number, again.number) || !span_eq(r.reason, again.reason) || date_cmp(r.on, again.on) != 0)
        abort();
    buf_free(&b);
    return 0;
}
