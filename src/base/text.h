/* Text encodings: UTF-8, hexadecimal, Base32 and Base64. All decoders are strict and say where they stopped.
 */
#ifndef SERAI_BASE_TEXT_H
#define SERAI_BASE_TEXT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/reader.h"

static inline bool ascii_digit(int c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_upper(int c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool ascii_lower(int c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without leading and trailing ASCII white space. */
struct span text_trim(struct span s);

/* The part before the first sep; *s moves past it. At the end *s is empty and true is returned once more
 * only if bytes were left. */
bool text_split(struct span *s, uint8_t sep, struct span *part);

/* Single-byte edits that turn one word into the other, for "did you mean"; TEXT_FAR when one is longer than
 * 40 bytes. */
enum { TEXT_FAR = 99 };
size_t text_distance(struct span a, struct span b);

enum { UTF8_BAD = 0xffffffff };

/* The next code point (RFC 3629: shortest form, no surrogates, <= U+10FFFF), or UTF8_BAD with the reader
 * failed at the offending byte. At the end of the span: UTF8_BAD without failure. */
uint32_t utf8_next(struct reader *r);

/* Offset of the first byte that is not UTF-8; s.n when all is well. */
size_t utf8_valid_to(struct span s);

/* Appends s as a person may see it: "." in place of control characters other than line feeds, of characters
 * that turn the direction of the text around them (U+202A to U+202E, U+2066 to U+2069), of U+2028 and U+2029,
 * and of each byte that is not UTF-8. */
void text_put_plain(struct buffer *b, struct span s);

/* cp <= U+10FFFF. */
void utf8_put(struct buffer *b, uint32_t cp);

void hex_put(struct buffer *b, struct span s); /* lower case */

/* Both cases, even length, nothing else. Decodes into the arena. */
MUST_USE bool hex_decode(struct span s, struct arena *a, struct span *out);

/* RFC 4648 section 6, upper case; padding is never written. */
void base32_put(struct buffer *b, struct span s);

/*
 * RFC 4648 section 6, upper case only, no padding, unused bits zero. On failure *bad_at is the offset
 * of the first offending character (s.n: length or unused bits) and out is untouched.
 */
MUST_USE bool base32_decode(struct span s, struct buffer *out, size_t *bad_at);

enum base64_alphabet { BASE64_STD, BASE64_URL };

/* RFC 4648 sections 4 and 5; STD is padded, URL is not. */
void base64_put(struct buffer *b, struct span s, enum base64_alphabet alphabet);

/* Padding may be missing, but must be right when present; unused bits zero; no white space. */
MUST_USE bool base64_decode(struct span s, enum base64_alphabet alphabet, struct buffer *out, size_t *bad_at);

/* Decimal digits only, at least one, no more than most; *out is untouched otherwise. */
MUST_USE bool text_number(struct span s, uint64_t most, uint64_t *out);

#endif
