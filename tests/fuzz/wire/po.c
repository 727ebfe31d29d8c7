/* What parses gives valid JSON, and every entry is found by its context or shares it. */
#include "wire/po.h"

#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void read_back(const struct po *p, bool source, struct arena *a)
{
    struct why w = { 0 };
    struct buffer b;
    struct json j;

    buf_init(&b, 1 << 22);
    po_put_json(p, source, &b);
    /* Two entries may share a context: a name twice is the one thing that JSON does not take. */
    if (buf_ok(&b) && !json_parse(buf_span(&b), a, &j, &w))
        must(strcmp(w.reason, "duplicate-member") == 0 || strcmp(w.reason, "too-large") == 0);
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct why w = { 0 };
    struct arena a;
    struct po p;

    arena_init(&a, 1 << 24);
    if (po_parse((struct span){ data, n }, &a, &p, &w)) {
        for (size_t i = 0; i < p.n; i++) {
            const struct po_entry *e = po_find(&p, p.entry[i].context);

            must(!e || e == &p.entry[i]);
        }
        (void)po_header(&p, "Language");
        read_back(&p, false, &a);
        read_back(&p, true, &a);
    } else
        must(w.reason && w.detail[0]);
    arena_free(&a);
    return 0;
}
