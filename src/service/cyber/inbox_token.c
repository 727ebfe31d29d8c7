/* Places in the inbox as sealed texts: "use officer NUL filter NUL" and two numbers of eight bytes. */
#include "base/text.h"
#include "service/cyber/inbox_internal.h"

enum { PLAIN = 1024, TEXT = 2048, NUMBERS = 16 };

static const char seal_use[] = "cyber-inbox";

static void put_head(struct buffer *b, const struct alert_desk *d, enum inbox_use use, struct span filter)
{
    buf_u8(b, (uint8_t)use);
    buf_put(b, d->officer);
    buf_u8(b, 0);
    buf_put(b, filter);
    buf_u8(b, 0);
}

static void put_number(struct buffer *b, int64_t n)
{
    for (int i = 0; i < 8; i++)
        buf_u8(b, (uint8_t)((uint64_t)n >> 8 * i));
}

static int64_t number_at(const uint8_t *p)
{
    uint64_t n = 0;

    for (int i = 8; i-- > 0;)
        n = n << 8 | p[i];
    return (int64_t)n;
}

bool inbox_token(const struct alert_desk *d, enum inbox_use use, struct span filter, int64_t first,
                 int64_t second, struct arena *a, struct span *out, struct why *w)
{
    uint8_t plain[PLAIN];
    struct buffer b, text;
    struct span sealed;

    buf_init_fixed(&b, plain, sizeof plain);
    put_head(&b, d, use, filter);
    put_number(&b, first);
    put_number(&b, second);
    if (!buf_ok(&b))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the filters are too long");
    if (!store_seal(d->desk->store, seal_use, buf_span(&b), a, &sealed, w))
        return false;
    buf_init(&text, TEXT);
    base64_put(&text, sealed, BASE64_URL);
    *out = buf_ok(&text) ? arena_copy(a, buf_span(&text)) : (struct span){ NULL, 0 };
    buf_free(&text);
    return out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool inbox_token_open(const struct alert_desk *d, enum inbox_use use, struct span filter, struct span text,
                      int64_t *first, int64_t *second, struct arena *a, struct why *w)
{
    uint8_t head[PLAIN], raw[TEXT];
    struct why bad = { 0 };
    struct buffer b, h;
    struct span plain;
    size_t at;

    buf_init_fixed(&b, raw, sizeof raw);
    buf_init_fixed(&h, head, sizeof head);
    put_head(&h, d, use, filter);
    if (!buf_ok(&h) || !base64_decode(text, BASE64_URL, &b, &at) || !buf_ok(&b) ||
        !store_unseal(d->desk->store, seal_use, buf_span(&b), a, &plain, &bad) || plain.n != h.n + NUMBERS ||
        memcmp(plain.p, head, h.n) != 0)
        return why_set(w, "next", WHY_NO_OFFSET, NULL,
                       "this place was not given to this officer for these filters");
    *first = number_at(plain.p + h.n);
    *second = number_at(plain.p + h.n + 8);
    return true;
}
