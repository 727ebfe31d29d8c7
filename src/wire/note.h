/*
 * Signed notes (C2SP signed-note v1): a text, a blank line, signature lines. Syntax only; keys and
 * signatures are the business of seal/receipt.h.
 */
#ifndef SERAI_WIRE_NOTE_H
#define SERAI_WIRE_NOTE_H

#include "base/buffer.h"
#include "base/why.h"

enum { NOTE_SIGNATURES = 64, NOTE_KEY_HASH = 4, NOTE_SIGNATURE_MAX = 4096 };

struct note_signature {
    struct span name;
    uint8_t key_hash[NOTE_KEY_HASH];
    struct span base64; /* of key hash and signature, checked to be valid */
};

struct note {
    struct span text; /* with its final line feed */
    size_t n;
    struct note_signature signature[NOTE_SIGNATURES];
};

/* Spans point into in. Reason "note"; clause "C2SP signed-note". */
MUST_USE bool note_parse(struct span in, struct note *out, struct why *w);

/* The signature without its key hash, decoded; false when it is not exactly n bytes. */
MUST_USE bool note_signature_bytes(const struct note_signature *s, uint8_t *sig, size_t n);

/* No Unicode white space, no plus sign, not empty, UTF-8. */
bool note_name_valid(struct span name);

/* The signature line; text and blank line were written before by the caller. */
void note_put_signature(struct buffer *b, struct span name, const uint8_t key_hash[NOTE_KEY_HASH],
                        struct span sig);

#endif
