/* Names of hosts: ASCII as it is in lower case, others through UTS 46 (ICU). */
#include <unicode/uidna.h>

#include "base/text.h"
#include "detect/hash.h"
#include "detect/value.h"

/* Bytes that stand in names of hosts as logs have them: RFC 1123, and _ of service names, * of wildcards. */
static bool name_byte(uint8_t c)
{
    return ascii_lower(c) || ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '*';
}

static bool put_ascii(struct buffer *b, struct span s)
{
    uint8_t out[DETECT_NAME + 1];
    bool label = false;

    if (s.n == 0 || s.n > DETECT_NAME)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)(ascii_upper(s.p[i]) ? s.p[i] | 0x20 : s.p[i]);

        if (!name_byte(c) || (c == '.' && !label))
            return false;
        label = c != '.';
        out[i] = c;
    }
    buf_put(b, span_of(out, s.n));
    return label;
}

static bool put_unicode(struct buffer *b, struct span s)
{
    UErrorCode e = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char out[DETECT_NAME + 1];
    int32_t n = 0;
    UIDNA *u;

    if (s.n > 4 * DETECT_NAME || utf8_valid_to(s) != s.n)
        return false;
    u = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &e);
    if (!u)
        return false;
    n = uidna_nameToASCII_UTF8(u, (const char *)s.p, (int32_t)s.n, out, sizeof out, &info, &e);
    uidna_close(u);
    if (U_FAILURE(e) || n <= 0 || n > DETECT_NAME ||
        (info.errors &
         ~(uint32_t)(UIDNA_ERROR_HYPHEN_3_4 | UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN)) != 0)
        return false;
    while (n > 0 && out[n - 1] == '.')
        n--;
    return put_ascii(b, span_of(out, (size_t)n));
}

bool detect_put_domain(struct buffer *b, struct span s)
{
    size_t before = b->n;
    bool ascii = true, ok;

    if (s.n > 1 && s.p[s.n - 1] == '.')
        s.n--;
    for (size_t i = 0; i < s.n; i++)
        ascii &= s.p[i] < 0x80;
    ok = s.n && (ascii ? put_ascii(b, s) : put_unicode(b, s));
    if (!ok)
        b->n = before;
    return ok;
}

uint64_t detect_hash_name(const struct detect_key *k, unsigned kind, const uint8_t *p, size_t n)
{
    uint64_t h = detect_hash_begin(k);
    size_t end = n;

    for (size_t i = n; i-- > 0;)
        if (p[i] == '.') {
            h = detect_hash_part(k, h, p + i + 1, end - i - 1);
            end = i;
        }
    return detect_hash_end(detect_hash_part(k, h, p, end), kind);
}
