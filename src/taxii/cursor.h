/*
 * `next` of TAXII 2.1 (3.5): where to go on, sealed. Nothing is kept at the server and nothing expires: the
 * text holds the place in the sequence, and opens only with the reader and the filters it was made for. It
 * tells nobody how much lies between two pages.
 */
#ifndef SERAI_TAXII_CURSOR_H
#define SERAI_TAXII_CURSOR_H

#include "base/buffer.h"
#include "crypto/digest.h"
#include "crypto/xchacha.h"
#include "taxii/request.h"

enum { TAXII_CURSOR = XCHACHA_NONCE + 8 + XCHACHA_TAG, TAXII_CURSOR_TEXT = 65 };

/* What a cursor belongs to: reader, place and all filters but limit and next. */
void taxii_cursor_context(struct span reader, const struct taxii_path *path, const struct taxii_filters *f,
                          struct digest *out);

/* nonce: random, never the same twice. Base64url with a NUL. */
void taxii_cursor_seal(const uint8_t key[XCHACHA_KEY], const uint8_t nonce[XCHACHA_NONCE],
                       const struct digest *context, uint64_t after, char out[TAXII_CURSOR_TEXT]);
/* False, reason "next": it was not made here for this context. */
MUST_USE bool taxii_cursor_open(const uint8_t key[XCHACHA_KEY], const struct digest *context,
                                struct span text, uint64_t *after, struct why *w);

#endif
