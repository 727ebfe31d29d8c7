/* Certificates in a file: one or more in PEM, or DER one behind the other. */
#include "base/text.h"
#include "seal/certificate.h"
#include "wire/der.h"

#define BEGIN SPAN("-----BEGIN ")
#define END   SPAN("-----END ")

static size_t find(struct span s, struct span what)
{
    const uint8_t *p = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;

    return p ? (size_t)(p - s.p) : s.n;
}

/* RFC 7468 2: white space inside the base64 text does not count. */
static bool decode(struct span text, struct arena *a, struct span *out)
{
    uint8_t *clean = arena_alloc(a, text.n + 1), *der = arena_alloc(a, text.n + 1);
    struct buffer b;
    size_t n = 0, bad_at;

    if (!clean || !der)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_space(text.p[i]))
            clean[n++] = text.p[i];
    buf_init_fixed(&b, der, text.n + 1);
    if (!base64_decode(span_of(clean, n), BASE64_STD, &b, &bad_at) || !buf_ok(&b))
        return false;
    *out = buf_span(&b);
    return true;
}

static size_t from_pem(struct span file, struct arena *a, bool (*one)(void *ctx, struct span der), void *ctx)
{
    size_t count = 0;

    for (;;) {
        size_t at = find(file, BEGIN), body, end;
        struct span label, der;

        file = span_sub(file, at + BEGIN.n, file.n);
        body = find(file, SPAN("-----"));
        label = span_sub(file, 0, body);
        file = span_sub(file, body + 5, file.n);
        end = find(file, END);
        if (end == file.n)
            return count;
        if ((span_eq_str(label, "CERTIFICATE") || span_eq_str(label, "X509 CERTIFICATE")) &&
            decode(span_sub(file, 0, end), a, &der)) {
            count++;
            if (!one(ctx, der))
                return count;
        }
        file = span_sub(file, end + END.n, file.n);
    }
}

size_t certificates_in(struct span file, struct arena *a, bool (*one)(void *ctx, struct span der), void *ctx)
{
    size_t count = 0, n;

    if (file.n == 0)
        return 0;
    if (file.p[0] != DER_SEQUENCE)
        return from_pem(file, a, one, ctx);
    while (file.n > 0 && file.p[0] == DER_SEQUENCE && (n = der_item_length(file)) > 0) {
        count++;
        if (!one(ctx, span_sub(file, 0, n)))
            break;
        file = span_sub(file, n, file.n);
    }
    return count;
}
