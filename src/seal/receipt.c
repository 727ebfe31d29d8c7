#include "seal/receipt.h"

#include "seal/note_key.h"

static const char clause[] = "C2SP signed-note";

void node_key_hash(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], uint8_t out[NOTE_KEY_HASH])
{
    note_key_hash(name, NOTE_KEY_ED25519, span_of(pub, NODE_PUBLIC_KEY), out);
}

void node_vkey(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], struct buffer *out)
{
    struct note_key k;

    note_key_of(name, NOTE_KEY_ED25519, pub, &k);
    note_key_put(&k, out);
}

bool node_vkey_parse(struct span vkey, struct span *name, uint8_t pub[NODE_PUBLIC_KEY], struct why *w)
{
    struct note_key k;

    if (!note_key_parse(vkey, &k, w))
        return false;
    if (k.type != NOTE_KEY_ED25519)
        return why_set(w, "vkey", k.name.n + 10, clause, "the key cosigns, it is not that of a node");
    *name = k.name;
    memcpy(pub, k.pub, NODE_PUBLIC_KEY);
    return true;
}

bool receipt_sign(struct span text, struct span name, const struct signer *signer, struct buffer *out,
                  struct why *w)
{
    uint8_t hash[NOTE_KEY_HASH], sig[NODE_SIGNATURE];

    if (!signer_sign(signer, text, sig, w))
        return false;
    node_key_hash(name, signer->pub, hash);
    buf_put(out, text);
    buf_u8(out, '\n');
    note_put_signature(out, name, hash, span_of(sig, sizeof sig));
    return true;
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
