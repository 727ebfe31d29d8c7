#include "seal/note_key.h"

#include <stdio.h>

#include "base/text.h"
#include "crypto/digest.h"

static const char clause[] = "C2SP signed-note";

enum { COSIGNATURE = 8 + NODE_SIGNATURE };

void note_key_hash(struct span name, enum note_key_type type, struct span key, uint8_t out[NOTE_KEY_HASH])
{
    uint8_t t = (uint8_t)type;
    struct span part[] = { name, SPAN("\n"), span_of(&t, 1), key };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 4, &d);
    memcpy(out, d.b, NOTE_KEY_HASH);
}

static bool supported(unsigned type)
{
    return type == NOTE_KEY_ED25519 || type == NOTE_KEY_COSIGNATURE;
}

bool note_key_parse(struct span vkey, struct note_key *out, struct why *w)
{
    struct span rest = vkey, name = { 0 }, hash = { 0 };
    uint8_t raw[NOTE_SIGNATURE_MAX];
    char hex[2 * NOTE_KEY_HASH + 1];
    struct note_key k;
    struct buffer b;
    size_t bad_at;

    buf_init_fixed(&b, raw, sizeof raw);
    if (!text_split(&rest, '+', &name) || !text_split(&rest, '+', &hash) || !note_name_valid(name))
        return why_set(w, "vkey", 0, clause, "a verifier key is name+hash+key");
    if (rest.n % 4 || !base64_decode(rest, BASE64_STD, &b, &bad_at) || b.n < 2)
        return why_set(w, "vkey", name.n + hash.n + 2, clause, "the key is not Base64");
    k.type = (enum note_key_type)raw[0];
    note_key_hash(name, k.type, span_of(raw + 1, b.n - 1), k.hash);
    (void)snprintf(hex, sizeof hex, "%02x%02x%02x%02x", k.hash[0], k.hash[1], k.hash[2], k.hash[3]);
    if (!span_eq_str(hash, hex))
        return why_set(w, "vkey", name.n + 1, clause, "the hash is not that of name and key");
    if (!supported(raw[0]))
        return why_set(w, "key-not-supported", name.n + hash.n + 2, clause,
                       "keys of type 0x%02x are not supported: 0x01 and 0x04 are", raw[0]);
    if (b.n != 1 + NODE_PUBLIC_KEY)
        return why_set(w, "vkey", name.n + hash.n + 2, clause, "an Ed25519 key has 32 bytes");
    k.name = name;
    memcpy(k.pub, raw + 1, NODE_PUBLIC_KEY);
    *out = k;
    return true;
}

void note_key_put(const struct note_key *k, struct buffer *b)
{
    uint8_t raw[1 + NODE_PUBLIC_KEY];

    raw[0] = (uint8_t)k->type;
    memcpy(raw + 1, k->pub, NODE_PUBLIC_KEY);
    buf_put(b, k->name);
    buf_u8(b, '+');
    hex_put(b, span_of(k->hash, sizeof k->hash));
    buf_u8(b, '+');
    base64_put(b, span_of(raw, sizeof raw), BASE64_STD);
}

bool note_signer_parse(struct span text, struct note_key *out, uint8_t secret[NODE_SECRET_KEY], struct why *w)
{
    static const char head[] = "PRIVATE+KEY+";
    struct span rest = text_trim(text), name = { 0 }, hash = { 0 };
    uint8_t raw[1 + NODE_SEED], pub[NODE_PUBLIC_KEY];
    char hex[2 * NOTE_KEY_HASH + 1];
    struct buffer b;
    size_t bad_at;
    bool ok;

    if (!span_starts(rest, SPAN("PRIVATE+KEY+")))
        return why_set(w, "node-key", 0, clause, "expected one line %sname+hash+key", head);
    rest = span_sub(rest, sizeof head - 1, rest.n);
    buf_init_fixed(&b, raw, sizeof raw);
    if (!text_split(&rest, '+', &name) || !text_split(&rest, '+', &hash) || !note_name_valid(name) ||
        !base64_decode(rest, BASE64_STD, &b, &bad_at) || b.n != sizeof raw || !supported(raw[0]))
        return why_set(w, "node-key", 0, clause, "expected one line %sname+hash+key, type 0x01 or 0x04",
                       head);
    node_key_from_seed(raw + 1, pub, secret);
    note_key_of(name, (enum note_key_type)raw[0], pub, out);
    wipe(raw, sizeof raw);
    (void)snprintf(hex, sizeof hex, "%02x%02x%02x%02x", out->hash[0], out->hash[1], out->hash[2],
                   out->hash[3]);
    ok = span_eq_str(hash, hex);
    if (!ok)
        wipe(secret, NODE_SECRET_KEY);
    return ok || why_set(w, "node-key", 0, clause, "the hash is not that of name and key");
}

void note_signer_put(struct span name, enum note_key_type type, const uint8_t seed[NODE_SEED],
                     struct buffer *b)
{
    uint8_t raw[1 + NODE_SEED], pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct note_key k;

    node_key_from_seed(seed, pub, secret);
    note_key_of(name, type, pub, &k);
    raw[0] = (uint8_t)type;
    memcpy(raw + 1, seed, NODE_SEED);
    buf_str(b, "PRIVATE+KEY+");
    buf_put(b, name);
    buf_u8(b, '+');
    hex_put(b, span_of(k.hash, sizeof k.hash));
    buf_u8(b, '+');
    base64_put(b, span_of(raw, sizeof raw), BASE64_STD);
    buf_u8(b, '\n');
    wipe(raw, sizeof raw);
    wipe(secret, sizeof secret);
}

void note_key_of(struct span name, enum note_key_type type, const uint8_t pub[NODE_PUBLIC_KEY],
                 struct note_key *out)
{
    *out = (struct note_key){ .name = name, .type = type };
    memcpy(out->pub, pub, NODE_PUBLIC_KEY);
    note_key_hash(name, type, span_of(pub, NODE_PUBLIC_KEY), out->hash);
}

/* What a cosignature signs: "cosignature/v1", the time, and the whole text of the checkpoint. */
static struct span cosigned(struct span text, uint64_t time, struct arena *scratch)
{
    char head[64];
    int n = snprintf(head, sizeof head, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
    uint8_t *p = arena_alloc(scratch, (size_t)n + text.n);

    if (!p)
        return (struct span){ 0 };
    memcpy(p, head, (size_t)n);
    if (text.n)
        memcpy(p + n, text.p, text.n);
    return span_of(p, (size_t)n + text.n);
}

static bool line_holds(const struct note_signature *s, const struct note_key *k, struct span text,
                       struct arena *scratch, unix_time *time)
{
    uint8_t sig[COSIGNATURE];
    struct span message;
    uint64_t t = 0;

    *time = 0;
    if (k->type == NOTE_KEY_ED25519)
        return note_signature_bytes(s, sig, NODE_SIGNATURE) && node_verify(text, sig, k->pub);
    if (!note_signature_bytes(s, sig, COSIGNATURE))
        return false;
    for (size_t i = 0; i < 8; i++)
        t = t << 8 | sig[i];
    message = cosigned(text, t, scratch);
    if (t > INT64_MAX || !message.p || !node_verify(message, sig + 8, k->pub))
        return false;
    *time = (unix_time)t;
    return true;
}

enum note_proof note_key_check(const struct note *note, const struct note_key *k, struct arena *scratch,
                               unix_time *time)
{
    enum note_proof proof = NOTE_UNSIGNED;
    unix_time latest = 0, t;

    for (size_t i = 0; i < note->n; i++) {
        const struct note_signature *s = &note->signature[i];

        if (memcmp(s->key_hash, k->hash, NOTE_KEY_HASH) != 0 || !span_eq(s->name, k->name))
            continue;
        if (!line_holds(s, k, note->text, scratch, &t))
            return NOTE_FORGED;
        proof = NOTE_SIGNED;
        if (t > latest)
            latest = t;
    }
    if (time)
        *time = latest;
    return proof;
}

bool note_key_sign(const struct note_key *k, const struct signer *signer, struct span text, unix_time time,
                   struct arena *scratch, struct buffer *b, struct why *w)
{
    uint8_t sig[COSIGNATURE];
    struct span message = text;
    size_t head = k->type == NOTE_KEY_ED25519 ? 0 : 8;

    if (memcmp(k->pub, signer->pub, NODE_PUBLIC_KEY) != 0)
        return why_set(w, "key", WHY_NO_OFFSET, clause, "what signs here is another key than the note's");
    if (head)
        message = cosigned(text, (uint64_t)time, scratch);
    if (!message.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    for (size_t i = 0; i < head; i++)
        sig[i] = (uint8_t)((uint64_t)time >> (56 - 8 * i));
    if (!signer_sign(signer, message, sig + head, w))
        return false;
    note_put_signature(b, k->name, k->hash, span_of(sig, head + NODE_SIGNATURE));
    return true;
}
