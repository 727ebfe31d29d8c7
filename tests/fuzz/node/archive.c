/* A back-up of somebody else: what is read has a name that stays below a folder, and writes back alike. */
#include <stdlib.h>

#include "node/archive.h"

static bool begin(void *ctx, const struct ustar *m, struct why *w)
{
    uint8_t block[USTAR_BLOCK];
    struct ustar again;
    bool end;

    (void)ctx;
    (void)w;
    if (!ustar_name_ok(span_str(m->name)))
        abort();
    if (ustar_put(m, block, NULL) &&
        (!ustar_parse(block, &again, &end, NULL) || end || strcmp(m->name, again.name) != 0 ||
         m->size != again.size || m->mode != again.mode || m->time != again.time))
        abort();
    return true;
}

static bool piece(void *ctx, struct span s, struct why *w)
{
    (void)ctx;
    (void)s;
    (void)w;
    return true;
}

static bool end(void *ctx, const struct ustar *m, const struct digest *sha256, struct why *w)
{
    (void)ctx;
    (void)m;
    (void)w;
    return sha256->n == 32;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct archive_reader r = { begin, piece, end, NULL };
    FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
    struct why w = { 0 };

    if (!f)
        return 0;
    if (!archive_read(f, &r, &w) && !w.reason)
        abort();
    (void)fclose(f);
    return 0;
}
