#include "lookup/print.h"

#include "base/scratch.h"
#include "crypto/digest.h"

static void put_length(uint8_t to[4], size_t n)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(n >> (24 - 8 * i));
}

/* What is short, as it mostly is, is hashed in one piece. */
static struct span in_one(const struct span *all, size_t n, uint8_t *room, size_t most)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        if (all[i].n > most - at)
            return (struct span){ 0 };
        if (all[i].n)
            memcpy(room + at, all[i].p, all[i].n);
        at += all[i].n;
    }
    return span_of(room, at);
}

lookup_print lookup_print_of(struct span key, const char *kind, const struct span *part, size_t n)
{
    struct span all[2 * (LOOKUP_PARTS + 2)];
    uint8_t length[LOOKUP_PARTS + 2][4];
    uint8_t room[256] UNINITIALIZED;
    struct digest d;
    struct span one;
    lookup_print v = 0;

    if (n > LOOKUP_PARTS)
        n = LOOKUP_PARTS;
    for (size_t i = 0; i < n + 2; i++) {
        struct span s = i == 0 ? key : i == 1 ? span_str(kind) : part[i - 2];

        put_length(length[i], s.n);
        all[2 * i] = span_of(length[i], 4);
        all[2 * i + 1] = s;
    }
    one = in_one(all, 2 * (n + 2), room, sizeof room);
    digest_parts(DIGEST_SHA256, one.n ? &one : all, one.n ? 1 : 2 * (n + 2), &d);
    for (unsigned i = 0; i < 8; i++)
        v = v << 8 | d.b[i];
    return v;
}
