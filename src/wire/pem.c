#include "wire/pem.h"

#include "base/text.h"

#define BEGIN SPAN("-----BEGIN ")
#define END   SPAN("-----END ")

static size_t position(struct span s, struct span what)
{
    const uint8_t *p = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;

    return p ? (size_t)(p - s.p) : s.n;
}

static bool decode(struct span text, struct arena *a, struct span *out)
{
    uint8_t *clean = arena_alloc(a, text.n + 1), *bytes = arena_alloc(a, text.n + 1);
    struct buffer b;
    size_t n = 0, bad_at;

    if (!clean || !bytes)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_space(text.p[i]))
            clean[n++] = text.p[i];
    buf_init_fixed(&b, bytes, text.n + 1);
    if (!base64_decode(span_of(clean, n), BASE64_STD, &b, &bad_at) || !buf_ok(&b))
        return false;
    *out = buf_span(&b);
    return true;
}

bool pem_next(struct span *rest, bool (*wanted)(struct span label), struct arena *a, struct pem_text *out)
{
    struct pem_text t = { .state = PEM_GOOD };
    size_t at = position(*rest, BEGIN), end;

    if (at == rest->n)
        return false;
    *rest = span_sub(*rest, at + BEGIN.n, rest->n);
    at = position(*rest, SPAN("-----"));
    t.label = span_sub(*rest, 0, at);
    *rest = span_sub(*rest, at + 5, rest->n);
    end = position(*rest, END);
    t.body = span_sub(*rest, 0, end);
    if (end == rest->n)
        t.state = PEM_NO_END;
    else if (wanted(t.label) && !decode(t.body, a, &t.bytes))
        t.state = PEM_NO_TEXT;
    *rest = span_sub(*rest, end + END.n, rest->n);
    *out = t;
    return true;
}
