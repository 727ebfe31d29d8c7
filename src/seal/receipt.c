#include "seal/receipt.h"

#include <stdio.h>

#include "base/text.h"
#include "crypto/digest.h"

static const char clause[] = "C2SP signed-note";
static const uint8_t ed25519 = 1;

void node_key_hash(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], uint8_t out[NOTE_KEY_HASH])
{
    struct span part[] = { name, SPAN("\n"), span_of(&ed25519, 1), span_of(pub, NODE_PUBLIC_KEY) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 4, &d);
    memcpy(out, d.b, NOTE_KEY_HASH);
}

void node_vkey(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], struct buffer *out)
{
    uint8_t hash[NOTE_KEY_HASH], raw[1 + NODE_PUBLIC_KEY];

    node_key_hash(name, pub, hash);
    raw[0] = ed25519;
    memcpy(raw + 1, pub, NODE_PUBLIC_KEY);
    buf_put(out, name);
    buf_u8(out, '+');
    hex_put(out, span_of(hash, sizeof hash));
    buf_u8(out, '+');
    base64_put(out, span_of(raw, sizeof raw), BASE64_STD);
}

bool node_vkey_parse(struct span vkey, struct span *name, uint8_t pub[NODE_PUBLIC_KEY], struct why *w)
{
    struct span rest = vkey, n = { 0 }, hash = { 0 };
    uint8_t raw[1 + NODE_PUBLIC_KEY], want[NOTE_KEY_HASH];
    char hex[2 * NOTE_KEY_HASH + 1];
    struct buffer b;
    size_t bad_at;

    buf_init_fixed(&b, raw, sizeof raw);
    if (!text_split(&rest, '+', &n) || !text_split(&rest, '+', &hash) || !note_name_valid(n))
        return why_set(w, "vkey", 0, clause, "a verifier key is name+hash+key");
    if (!base64_decode(rest, BASE64_STD, &b, &bad_at) || b.n != sizeof raw || raw[0] != ed25519)
        return why_set(w, "vkey", (size_t)(rest.p - vkey.p), clause,
                       "the key is not an Ed25519 key in Base64");
    node_key_hash(n, raw + 1, want);
    (void)snprintf(hex, sizeof hex, "%02x%02x%02x%02x", want[0], want[1], want[2], want[3]);
    if (!span_eq_str(hash, hex))
        return why_set(w, "vkey", n.n + 1, clause, "the hash is not that of name and key");
    *name = n;
    memcpy(pub, raw + 1, NODE_PUBLIC_KEY);
    return true;
}

void receipt_sign(struct span text, struct span name, const uint8_t pub[NODE_PUBLIC_KEY],
                  const uint8_t secret[NODE_SECRET_KEY], struct buffer *out)
{
    uint8_t hash[NOTE_KEY_HASH], sig[NODE_SIGNATURE];

    node_key_hash(name, pub, hash);
    node_sign(text, secret, sig);
    buf_put(out, text);
    buf_u8(out, '\n');
    note_put_signature(out, name, hash, span_of(sig, sizeof sig));
}

enum result receipt_verify(struct span in, struct span name, const uint8_t pub[NODE_PUBLIC_KEY],
                           struct span *text, struct why *w)
{
    uint8_t hash[NOTE_KEY_HASH], sig[NODE_SIGNATURE];
    struct note note;

    if (!note_parse(in, &note, w))
        return RESULT_MALFORMED;
    node_key_hash(name, pub, hash);
    for (size_t i = 0; i < note.n; i++) {
        const struct note_signature *s = &note.signature[i];

        if (!span_eq(s->name, name) || memcmp(s->key_hash, hash, sizeof hash) != 0)
            continue;
        if (!note_signature_bytes(s, sig, sizeof sig) || !node_verify(note.text, sig, pub)) {
            (void)why_set(w, "signature", (size_t)(s->name.p - in.p), clause,
                          "the signature of %.*s does not hold", (int)(name.n < 64 ? name.n : 64),
                          (const char *)name.p);
            return RESULT_FORGED;
        }
        *text = note.text;
        return RESULT_GENUINE;
    }
    (void)why_set(w, "no-anchor", WHY_NO_OFFSET, clause, "not signed by this key");
    return RESULT_NO_ANCHOR;
}
