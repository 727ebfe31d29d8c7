/* A request of any bytes: refused with a reason, or every span of it within bounds and readable. */
#include <stdlib.h>

#include "check/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned sum(struct span s)
{
    unsigned v = 0;

    for (size_t i = 0; i < s.n; i++)
        v += s.p[i];
    return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    unsigned bytes = 0;
    struct check_request r;
    struct arena a;
    struct why w;

    why_clear(&w);
    arena_init(&a, 16 << 20);
    if (check_request_from_json(span_of(data, n), &r, &a, &w)) {
        if (r.n_evidence > LIMIT_EVIDENCE_ITEMS)
            abort();
        bytes += sum(r.id) + sum(r.purpose) + sum(r.mode) + sum(r.post) + sum(r.from);
        for (size_t i = 0; i < r.n_evidence; i++) {
            const struct evidence *e = &r.evidence[i];

            if (e->n_files > LIMIT_CHIP_FILES || (e->kind == EVIDENCE_CHIP) != (e->n_files != 0))
                abort();
            bytes += sum(e->bytes) + sum(e->challenge) + sum(e->response);
            for (size_t k = 0; k < e->n_files; k++)
                bytes += sum(e->file[k]);
        }
        if (bytes > 255u * n)
            abort(); /* more than the text could hold: something was read twice or outside */
    } else if (!w.reason || !w.detail[0]) {
        abort();
    }
    arena_free(&a);
    return 0;
}
