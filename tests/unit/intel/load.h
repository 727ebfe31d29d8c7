/* Files of the shared vectors, unpacked when they are gzip files. */
#ifndef SERAI_TESTS_INTEL_LOAD_H
#define SERAI_TESTS_INTEL_LOAD_H

#include "base/limits.h"
#include "vectors.h"
#include "wire/gzip.h"

static inline struct span load_plain(struct arena *a, const char *relative)
{
    struct span s = load_file(a, vector_path(relative));
    struct buffer b;
    struct span out;

    if (!gzip_is(s))
        return s;
    buf_init(&b, LIMIT_INTEL_FILE);
    assert_true(gzip_unpack(s, &b, NULL));
    out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return out;
}

#endif
