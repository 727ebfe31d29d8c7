/* Whatever is read can be checked and walked; findings point into the document; what is valid has a file
 * name. */
#include "csaf/csaf.h"

#include <stdlib.h>

#include "base/limits.h"
#include "wire/json_shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static bool look(void *ctx, const struct csaf_match *m)
{
    (void)ctx;
    must(m->product && m->vulnerability && m->status < CSAF_STATUSES);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct csaf_findings f = { 0 };
    struct why w = { 0 };
    struct arena a;
    struct csaf c;
    struct buffer b;

    arena_init(&a, 64u << 20);
    buf_init(&b, 1u << 20);
    if (!csaf_read(span_of(data, n), &a, &c, &w)) {
        must(w.reason != NULL);
    } else if (csaf_check(&c, CSAF_FULL, &f, &w)) {
        must(f.n <= LIMIT_CSAF_FINDINGS && f.count[0] + f.count[1] + f.count[2] + f.count[3] == f.n + f.lost);
        for (uint32_t i = 0; i < f.n; i++) {
            must(f.item[i].test && f.item[i].says && f.item[i].mend);
            must(f.item[i].at == JSON_NONE || f.item[i].at < c.j.n);
            if (i < 20)
                json_pointer(&c.j, f.item[i].at, &b);
        }
        csaf_products(&c, look, NULL);
        buf_reset(&b);
        csaf_filename(c.id, &b);
        must(!csaf_valid(&f) || b.n > 5);
    }
    buf_free(&b);
    arena_free(&a);
    return 0;
}
