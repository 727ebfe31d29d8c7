#include "taxii/cursor.h"

#include "base/text.h"

static void put_text(struct digest_run *r, struct span s)
{
    uint8_t length[8];

    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)(s.n >> 8 * i);
    digest_more(r, span_of(length, sizeof length));
    digest_more(r, s);
}

static void put_number(struct digest_run *r, uint64_t n)
{
    uint8_t b[8];

    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)(n >> 8 * i);
    digest_more(r, span_of(b, sizeof b));
}

void taxii_cursor_context(struct span reader, const struct taxii_path *path, const struct taxii_filters *f,
                          struct digest *out)
{
    struct digest_run r;

    digest_begin(DIGEST_SHA256, &r);
    put_text(&r, reader);
    put_number(&r, path->place);
    put_text(&r, path->root);
    put_text(&r, path->collection);
    put_text(&r, path->object);
    put_number(&r, f->dated);
    put_number(&r, f->dated ? (uint64_t)f->added_after : 0);
    put_number(&r, f->n_types);
    for (size_t i = 0; i < f->n_types; i++)
        put_text(&r, f->type[i]);
    put_number(&r, f->by_id);
    put_number(&r, f->n_ids);
    for (size_t i = 0; i < f->n_ids; i++) {
        put_text(&r, f->id[i].type);
        put_text(&r, span_of(f->id[i].uuid.b, sizeof f->id[i].uuid.b));
    }
    put_number(&r, f->versions ? f->versions : f->n_versions ? 0 : TAXII_LAST);
    put_number(&r, f->n_versions);
    for (size_t i = 0; i < f->n_versions; i++) {
        put_number(&r, (uint64_t)f->version[i].micros);
        put_number(&r, f->version[i].rest);
    }
    put_text(&r, span_of(f->spec, f->n_specs));
    digest_end(&r, out);
}

void taxii_cursor_seal(const uint8_t key[XCHACHA_KEY], const uint8_t nonce[XCHACHA_NONCE],
                       const struct digest *context, uint64_t after, char out[TAXII_CURSOR_TEXT])
{
    uint8_t raw[TAXII_CURSOR], plain[8];
    struct buffer b;

    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(after >> 8 * i);
    memcpy(raw, nonce, XCHACHA_NONCE);
    xchacha_seal(key, nonce, digest_span(context), span_of(plain, sizeof plain), raw + XCHACHA_NONCE);
    buf_init_fixed(&b, out, TAXII_CURSOR_TEXT);
    base64_put(&b, span_of(raw, sizeof raw), BASE64_URL);
    (void)buf_cstr(&b);
}

bool taxii_cursor_open(const uint8_t key[XCHACHA_KEY], const struct digest *context, struct span text,
                       uint64_t *after, struct why *w)
{
    uint8_t raw[TAXII_CURSOR], plain[8];
    struct buffer b;
    size_t bad_at;
    uint64_t n = 0;

    buf_init_fixed(&b, raw, sizeof raw);
    if (text.n != TAXII_CURSOR_TEXT - 1 || !base64_decode(text, BASE64_URL, &b, &bad_at) ||
        b.n != sizeof raw ||
        !xchacha_open(key, raw, digest_span(context),
                      span_of(raw + XCHACHA_NONCE, sizeof raw - XCHACHA_NONCE), plain))
        return why_set(w, "next", WHY_NO_OFFSET, "TAXII 2.1 3.5",
                       "This next was not given for this request: repeat it with all its filters.");
    for (size_t i = sizeof plain; i-- > 0;)
        n = n << 8 | plain[i];
    *after = n;
    return true;
}
