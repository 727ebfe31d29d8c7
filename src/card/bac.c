#include "card/bac.h"

#include "crypto/node_key.h"

enum { CHALLENGE = 8, KEYING = 16, CRYPTOGRAM = 32 };

static const char clause[] = "Doc 9303-11 4.3.3";

/* 4.3.3 step 1. */
static bool challenge(struct channel *ch, uint8_t rnd_ic[CHALLENGE], struct why *w)
{
    const struct apdu c = { .ins = INS_GET_CHALLENGE, .le = CHALLENGE };
    struct reply r;

    if (!channel_ask(ch, &c, "asking the chip for a challenge", &r, w))
        return false;
    if (r.data.n != CHALLENGE)
        return why_set(w, "response", WHY_NO_OFFSET, clause, "the chip's challenge has %zu bytes, not %d",
                       r.data.n, CHALLENGE);
    memcpy(rnd_ic, r.data.p, CHALLENGE);
    return true;
}

static void code_over(const struct cipher_key *k, struct span cryptogram, uint8_t mac[MAC_SIZE])
{
    uint8_t pad[CIPHER_BLOCK_MAX];
    const struct span part[] = { cryptogram, span_of(pad, pad_method2(cryptogram.n, 8, pad)) };

    mac_parts(k, part, 2, mac);
}

static bool refused(uint16_t sw, struct why *w)
{
    return why_set(w, "access", WHY_NO_OFFSET, clause,
                   "the chip does not open: the number, birth or expiry date do not belong to this document; "
                   "after several tries it answers more slowly (status %04X)",
                   sw);
}

/* Steps 2 to 4: both prove that they know the key, each encrypting its half of the new one. */
static bool authenticate(struct channel *ch, const struct cipher_key *enc, const struct cipher_key *mac,
                         const uint8_t s[CRYPTOGRAM], uint8_t r[CRYPTOGRAM], struct why *w)
{
    uint8_t mine[CRYPTOGRAM + MAC_SIZE], code[MAC_SIZE];
    const struct apdu c = { .ins = INS_EXTERNAL_AUTHENTICATE,
                            .data = span_of(mine, sizeof mine),
                            .le = sizeof mine };
    struct reply reply;

    cipher_encrypt(enc, NULL, span_of(s, CRYPTOGRAM), mine);
    code_over(mac, span_of(mine, CRYPTOGRAM), mine + CRYPTOGRAM);
    if (!channel_send(ch, &c, &reply, w))
        return false;
    if (reply.sw >> 8 == 0x63 || reply.sw == 0x6982 || reply.sw == 0x6985 || reply.sw == 0x6988)
        return refused(reply.sw, w);
    if (reply.sw != SW_OK)
        return sw_why(reply.sw, "authenticating to the chip", w);
    if (reply.data.n != sizeof mine)
        return why_set(w, "response", WHY_NO_OFFSET, clause, "the chip's proof has %zu bytes, not %zu",
                       reply.data.n, sizeof mine);
    code_over(mac, span_sub(reply.data, 0, CRYPTOGRAM), code);
    if (!same_secret(code, reply.data.p + CRYPTOGRAM, MAC_SIZE))
        return why_set(w, "mac", WHY_NO_OFFSET, clause, "the chip does not prove that it knows the key");
    cipher_decrypt(enc, NULL, span_sub(reply.data, 0, CRYPTOGRAM), r);
    return true;
}

bool bac(struct channel *ch, const struct access_key *k, random_fn random, struct why *w)
{
    /* s: challenge of this side, of the chip, key half of this side; r: of the chip, of this side, of the
     * chip */
    uint8_t secret[ACCESS_SECRET] = { 0 }, s[CRYPTOGRAM] = { 0 }, r[CRYPTOGRAM] = { 0 }, ssc[8];
    struct cipher_key enc, mac;
    bool ok = false;

    (void)access_secret(k, secret);
    kdf(CIPHER_3DES, span_of(secret, KEYING), KDF_ENC, &enc);
    kdf(CIPHER_3DES, span_of(secret, KEYING), KDF_MAC, &mac);
    if (!challenge(ch, s + CHALLENGE, w))
        goto out;
    random(s, CHALLENGE);
    random(s + 2 * CHALLENGE, KEYING);
    if (!authenticate(ch, &enc, &mac, s, r, w))
        goto out;
    if (!same_secret(r, s + CHALLENGE, CHALLENGE) || !same_secret(r + CHALLENGE, s, CHALLENGE)) {
        (void)why_set(w, "mac", WHY_NO_OFFSET, clause, "the chip's proof is for another challenge");
        goto out;
    }
    for (size_t i = 0; i < KEYING; i++)
        secret[i] = s[2 * CHALLENGE + i] ^ r[2 * CHALLENGE + i];
    memcpy(ssc, s + CHALLENGE + 4, 4); /* 9.8.6.3: the low halves of both challenges */
    memcpy(ssc + 4, s + 4, 4);
    session_begin(&ch->session, CIPHER_3DES, span_of(secret, KEYING), ssc);
    ok = true;
out:
    wipe(secret, sizeof secret);
    wipe(s, sizeof s);
    wipe(r, sizeof r);
    wipe(&enc, sizeof enc);
    wipe(&mac, sizeof mac);
    return ok;
}
