#include "seal/mdoc_session.h"

#include "crypto/aead.h"
#include "crypto/node_key.h"
#include "wire/cbor_write.h"

#define CLAUSE "ISO/IEC 18013-5 10.2.5"

/* --- messages --- */

static void need(struct cbor *c, const uint8_t *at, bool all, const char *what)
{
    if (cbor_ok(c) && !all)
        cbor_fail(c, at, what);
}

static void read_member(struct cbor *c, bool establishment, struct mdoc_session_message *m)
{
    struct span key = cbor_text(c);

    if (establishment && span_eq_str(key, "eReaderKey")) {
        m->reader_key = cbor_encoded(c, &m->reader_key_bytes);
    } else if (span_eq_str(key, "data")) {
        m->has_data = true;
        m->data = cbor_bytes(c);
    } else if (!establishment && span_eq_str(key, "status")) {
        m->has_status = true;
        m->status = cbor_uint(c);
    } else {
        (void)cbor_item(c);
    }
}

bool mdoc_session_message_read(struct span in, bool establishment, struct arena *scratch,
                               struct mdoc_session_message *out, struct why *w)
{
    struct mdoc_session_message m = { 0 };
    struct cbor c = cbor_of(in);

    if (!cbor_check(in, NULL, scratch, w))
        return false;
    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--)
        read_member(&c, establishment, &m);
    need(&c, in.p, establishment ? m.reader_key.n > 0 && m.has_data : m.has_data || m.has_status,
         establishment ? "eReaderKey or data is missing" : "neither data nor status");
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    if (m.reader_key.n && !cbor_check(m.reader_key, NULL, scratch, w)) {
        why_shift(w, (size_t)(m.reader_key.p - in.p));
        return false;
    }
    *out = m;
    return true;
}

void mdoc_session_message_put(struct buffer *b, const struct mdoc_session_message *m)
{
    cbor_put_map(b, (m->reader_key_bytes.n > 0) + (size_t)m->has_data + m->has_status);
    if (m->reader_key_bytes.n) {
        cbor_put_str(b, "eReaderKey");
        buf_put(b, m->reader_key_bytes);
    }
    if (m->has_data) {
        cbor_put_str(b, "data");
        cbor_put_bytes(b, m->data);
    }
    if (m->has_status) {
        cbor_put_str(b, "status");
        cbor_put_int(b, (int64_t)m->status);
    }
}

/* --- encryption --- */

bool mdoc_session_begin(struct mdoc_session *s, bool is_reader, const struct private_key *own,
                        const struct public_key *other, struct span transcript, struct why *w)
{
    struct mdoc_session made = { .is_reader = is_reader };

    if (!session_keys_derive(own, other, transcript, &made.keys, w))
        return false;
    *s = made;
    wipe(&made, sizeof made);
    return true;
}

void mdoc_session_end(struct mdoc_session *s)
{
    wipe(s, sizeof *s);
    s->over = true;
}

/* Identifier of the sender, then the counter (12.2): never zero, never the same twice. */
static void iv_of(bool by_reader, uint32_t counter, uint8_t iv[GCM_IV])
{
    memset(iv, 0, GCM_IV);
    iv[7] = by_reader ? 0 : 1;
    for (int i = 0; i < 4; i++)
        iv[8 + i] = (uint8_t)(counter >> 8 * (3 - i));
}

static bool over(struct mdoc_session *s, struct why *w)
{
    s->over = true;
    return why_set(w, "SESSION_OVER", WHY_NO_OFFSET, CLAUSE, "the session is over");
}

bool mdoc_session_seal(struct mdoc_session *s, struct span plain, struct buffer *out, struct why *w)
{
    uint8_t iv[GCM_IV], *to;

    if (s->over || s->sent == UINT32_MAX)
        return over(s, w);
    to = buf_grow(out, plain.n + GCM_TAG);
    if (!to)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    iv_of(s->is_reader, ++s->sent, iv);
    gcm_seal(s->is_reader ? s->keys.reader : s->keys.device, iv, plain, to);
    return true;
}

bool mdoc_session_open(struct mdoc_session *s, struct span sealed, struct arena *a, struct span *plain,
                       struct why *w)
{
    uint8_t iv[GCM_IV], *to;

    if (s->over || s->received == UINT32_MAX)
        return over(s, w);
    to = arena_alloc(a, sealed.n + 1);
    if (!to)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    iv_of(!s->is_reader, ++s->received, iv);
    if (!gcm_open(s->is_reader ? s->keys.device : s->keys.reader, iv, sealed, to)) {
        s->over = true;
        return why_set(w, "SESSION_DATA", WHY_NO_OFFSET, CLAUSE,
                       "the message cannot be decrypted in this session");
    }
    *plain = span_of(to, sealed.n - GCM_TAG);
    return true;
}
