/* zlib streams (RFC 1950) with a ceiling on what comes out: a small input never makes much work or memory. */
#ifndef SERAI_WIRE_INFLATE_H
#define SERAI_WIRE_INFLATE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"

/*
 * One complete stream and nothing after it, into the arena; its working memory (about 40 KB) is the arena's
 * too. Reasons: "zlib" (damaged, cut, or bytes after its end), "too-large" (more than ceiling bytes come
 * out).
 */
MUST_USE bool zlib_inflate(struct span in, size_t ceiling, struct arena *a, struct span *out, struct why *w);

/* How many bytes would come out, in fixed memory; the same reasons. Then as much can be taken and no more. */
MUST_USE bool zlib_inflated_size(struct span in, size_t ceiling, struct arena *a, size_t *out, struct why *w);

/* in.n <= LIMIT_STATUS_LIST. */
MUST_USE bool zlib_deflate(struct span in, struct buffer *out, struct why *w);

#endif
