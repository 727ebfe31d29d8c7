#include "card/pace.h"

#include "card/data_object.h"
#include "crypto/node_key.h"

static const char clause[] = "Doc 9303-11 4.4";

enum {
    ENCRYPTED_NONCE = 0x80,
    MAPPING_MINE = 0x81,
    MAPPING_CHIP = 0x82,
    KEY_MINE = 0x83,
    KEY_CHIP = 0x84,
    TOKEN_MINE = 0x85,
    TOKEN_CHIP = 0x86,
    AUTHORITY_NEWEST = 0x87,
    AUTHORITY_BEFORE = 0x88,
    CHIP_DATA = 0x8a,
};

enum { CLA_CHAINED = 0x10, NONCE_MAX = 2 * CIPHER_BLOCK_MAX, COMMAND_MAX = EXCHANGE_MAX + 64 };

/* One run. */
struct run {
    struct channel *ch;
    const struct pace_choice *choice;
    enum cipher_alg alg;
    random_fn random;
    struct domain *domain;
    struct octets private, mine, chip;      /* of the agreement */
    struct octets mapping_private, mapping; /* of generic mapping; the second is the chip's */
    struct octets secret;
    struct cipher_key mac;
};

/* The object with that tag, and no other. */
static bool only(const struct dynamic_data *a, uint8_t tag, struct span *out)
{
    *out = a->value[tag & 15];
    return a->seen == 1u << (tag & 15);
}

static bool malformed(const char *what, struct why *w)
{
    return why_set(w, "response", WHY_NO_OFFSET, "Doc 9303-11 4.4.5", "the chip's %s is not as it must be",
                   what);
}

/* 63Cx says how many tries are left; 6300, or 6A80 at the token, only that this one failed. */
static bool refused(uint16_t sw, struct why *w)
{
    if ((sw & 0xfff0) == 0x63c0)
        return why_set(w, "access", WHY_NO_OFFSET, clause,
                       "the chip does not accept the password; %d tries left", sw & 15);
    return sw_why(sw, "PACE", w);
}

/* One GENERAL AUTHENTICATE. tag 0: an empty template. */
static bool general_authenticate(struct run *r, uint8_t cla, uint8_t tag, struct span value,
                                 struct reply *reply, struct why *w)
{
    uint8_t memory[COMMAND_MAX], inner_memory[COMMAND_MAX];
    struct buffer inner, data;
    struct apdu c = { .cla = cla, .ins = INS_GENERAL_AUTHENTICATE };

    buf_init_fixed(&inner, inner_memory, sizeof inner_memory);
    buf_init_fixed(&data, memory, sizeof memory);
    if (tag)
        object_put(&inner, tag, value);
    object_put(&data, DYNAMIC_AUTHENTICATION, buf_span(&inner));
    c.data = buf_span(&data);
    c.le = c.data.n > APDU_SHORT_DATA ? APDU_EXTENDED_LE : APDU_SHORT_LE;
    if (!channel_send(r->ch, &c, reply, w))
        return false;
    return reply->sw == SW_OK || refused(reply->sw, w);
}

/* One step whose answer has a single object. */
static bool step(struct run *r, uint8_t tag, struct span value, uint8_t answer_tag, const char *what,
                 struct span *out, struct why *w)
{
    struct reply reply;
    struct dynamic_data a;

    if (!general_authenticate(r, CLA_CHAINED, tag, value, &reply, w))
        return false;
    if (dynamic_data_read(reply.data, &a) && only(&a, answer_tag, out))
        return true;
    (void)malformed(what, w);
    return false;
}

/* 4.4.4.1. The group is named when it must be, or when the chip did not take the protocol without. */
static bool set_template(struct run *r, unsigned password, bool with_group, struct why *w)
{
    const struct security_info *info = r->choice->info;
    uint8_t memory[64], number;
    struct buffer data;
    struct reply reply;
    struct apdu c = { .ins = INS_MANAGE_SECURITY_ENVIRONMENT, .p1 = 0xc1, .p2 = 0xa4 };

    buf_init_fixed(&data, memory, sizeof memory);
    object_put(&data, 0x80, info->oid);
    number = (uint8_t)password;
    object_put(&data, 0x83, span_of(&number, 1));
    number = (uint8_t)info->id;
    if (with_group)
        object_put(&data, 0x84, span_of(&number, 1));
    if (!buf_ok(&data))
        return why_set(w, "not-supported", WHY_NO_OFFSET, clause, "the name of the protocol is too long");
    c.data = buf_span(&data);
    if (!channel_send(r->ch, &c, &reply, w))
        return false;
    if (!with_group && (reply.sw == 0x6a80 || reply.sw == 0x6a88))
        return set_template(r, password, true, w);
    /* 63Cx here warns how many tries a PIN has left. */
    return reply.sw == SW_OK || (reply.sw & 0xfff0) == 0x63c0 || sw_why(reply.sw, "selecting PACE", w);
}

static bool get_nonce(struct run *r, const struct cipher_key *key, uint8_t nonce[NONCE_MAX], size_t *n,
                      struct why *w)
{
    struct span z;

    if (!step(r, 0, (struct span){ NULL, 0 }, ENCRYPTED_NONCE, "encrypted nonce", &z, w))
        return false;
    if (z.n < CIPHER_BLOCK_MAX || z.n > NONCE_MAX || z.n % cipher_block(r->alg) != 0)
        return malformed("encrypted nonce", w);
    cipher_decrypt(key, NULL, z, nonce);
    *n = z.n;
    return true;
}

static bool same_key(struct span chip, const struct octets *mine, struct why *w)
{
    return span_eq(chip, octets_span(mine)) &&
           !why_set(w, "public-key", WHY_NO_OFFSET, "Doc 9303-11 4.4.1", "the chip sends our own key back");
}

static bool map_generic(struct run *r, struct span nonce, struct why *w)
{
    struct octets mine;
    struct span chip;

    exchange_private(r->domain, r->random, &r->mapping_private);
    exchange_public(r->domain, &r->mapping_private, &mine);
    if (!step(r, MAPPING_MINE, octets_span(&mine), MAPPING_CHIP, "mapping data", &chip, w) ||
        same_key(chip, &mine, w) || !domain_map_generic(r->domain, nonce, &r->mapping_private, chip, w))
        return false;
    r->mapping.n = chip.n; /* it was valid: no longer than a key is */
    memcpy(r->mapping.b, chip.p, chip.n);
    return true;
}

/* The answer holds nothing: no data, an empty template, or an empty object in it, as chips have it. */
static bool map_integrated(struct run *r, struct span nonce, struct why *w)
{
    uint8_t other[CIPHER_KEY_MAX];
    struct reply reply;
    struct dynamic_data a = { 0 };
    struct span value;

    r->random(other, cipher_key_size(r->alg));
    if (!general_authenticate(r, CLA_CHAINED, MAPPING_MINE, span_of(other, cipher_key_size(r->alg)), &reply,
                              w))
        return false;
    if (reply.data.n &&
        (!dynamic_data_read(reply.data, &a) || (a.seen && (!only(&a, MAPPING_CHIP, &value) || value.n != 0))))
        return malformed("mapping data", w);
    return domain_map_integrated(r->domain, r->alg, nonce, span_of(other, cipher_key_size(r->alg)), w);
}

static bool agree(struct run *r, struct why *w)
{
    struct span chip;

    exchange_private(r->domain, r->random, &r->private);
    exchange_public(r->domain, &r->private, &r->mine);
    if (!step(r, KEY_MINE, octets_span(&r->mine), KEY_CHIP, "public key", &chip, w) ||
        same_key(chip, &r->mine, w) || !exchange_secret(r->domain, &r->private, chip, &r->secret, w))
        return false;
    r->chip.n = chip.n;
    memcpy(r->chip.b, chip.p, chip.n);
    return true;
}

/* 4.4.3.4: over the public key data object of the other side's key. */
static void token(const struct run *r, const struct octets *key, uint8_t out[MAC_SIZE])
{
    uint8_t memory[COMMAND_MAX], inner_memory[COMMAND_MAX], pad[CIPHER_BLOCK_MAX];
    struct buffer inner, data;
    size_t padding = 0;

    buf_init_fixed(&inner, inner_memory, sizeof inner_memory);
    buf_init_fixed(&data, memory, sizeof memory);
    object_put(&inner, 0x06, r->choice->info->oid);
    object_put(&inner, domain_kind(r->domain) == EXCHANGE_ECDH ? 0x86 : 0x84, octets_span(key));
    object_put(&data, 0x7f49, buf_span(&inner));
    if (r->alg == CIPHER_3DES)
        padding = pad_method2(data.n, cipher_block(r->alg), pad);
    mac_parts(&r->mac, (const struct span[]){ buf_span(&data), span_of(pad, padding) }, 2, out);
}

/* 4.4.3.5: CBC under the new key, starting from the encryption of a block of ones. */
static bool open_chip_data(const struct run *r, struct span cryptogram, struct octets *out, struct why *w)
{
    uint8_t ones[CIPHER_BLOCK_MAX], iv[CIPHER_BLOCK_MAX];
    struct cipher_key enc;
    bool ok = cryptogram.n > 0 && cryptogram.n <= EXCHANGE_MAX && cryptogram.n % CIPHER_BLOCK_MAX == 0;

    if (ok) {
        kdf(r->alg, octets_span(&r->secret), KDF_ENC, &enc);
        memset(ones, 0xff, sizeof ones);
        cipher_encrypt(&enc, NULL, span_of(ones, sizeof ones), iv);
        cipher_decrypt(&enc, iv, cryptogram, out->b);
        wipe(&enc, sizeof enc);
        ok = unpad_method2(span_of(out->b, cryptogram.n), CIPHER_BLOCK_MAX, &out->n) && out->n > 0;
    }
    return ok || malformed("chip authentication data", w);
}

/* The chip learns that we know the password before we learn that it does: by design of the protocol. */
static bool authenticate(struct run *r, struct pace_proof *proof, struct why *w)
{
    uint8_t mine[MAC_SIZE], chip[MAC_SIZE];
    bool cam = r->choice->info->mapping == PACE_MAPPING_CHIP_AUTH;
    uint32_t allowed = 1u << (TOKEN_CHIP & 15) | 1u << (AUTHORITY_NEWEST & 15) |
                       1u << (AUTHORITY_BEFORE & 15) | (cam ? 1u << (CHIP_DATA & 15) : 0);
    struct reply reply;
    struct dynamic_data a;
    struct span value;

    kdf(r->alg, octets_span(&r->secret), KDF_MAC, &r->mac);
    token(r, &r->chip, mine);
    token(r, &r->mine, chip);
    if (!general_authenticate(r, 0, TOKEN_MINE, span_of(mine, sizeof mine), &reply, w))
        return false;
    if (!dynamic_data_read(reply.data, &a) || (a.seen & ~allowed))
        return malformed("authentication token", w);
    value = a.value[TOKEN_CHIP & 15];
    if (value.n != sizeof chip)
        return malformed("authentication token", w);
    if (!same_secret(value.p, chip, sizeof chip))
        return why_set(w, "mac", WHY_NO_OFFSET, "Doc 9303-11 4.4.3.4",
                       "the chip does not prove that it knows the password");
    if (cam) {
        if (!open_chip_data(r, a.value[CHIP_DATA & 15], &proof->data, w))
            return false;
        proof->mapping_key = r->mapping;
        proof->parameter = r->choice->info->id;
    }
    return true;
}

static bool find_domain(const struct pace_choice *c, struct domain **ret, struct why *w)
{
    if (!c->domain)
        return domain_standard((unsigned)c->info->id, ret, w);
    if (c->domain->standard_domain != SECURITY_INFO_NO_ID)
        return domain_standard((unsigned)c->domain->standard_domain, ret, w);
    return domain_from_algorithm(c->domain->domain, ret, w);
}

static bool fits(const struct run *r, struct why *w)
{
    const struct security_info *info = r->choice->info;
    bool curve = domain_kind(r->domain) == EXCHANGE_ECDH;

    if (curve != (info->agreement == KEY_AGREEMENT_ECDH))
        return why_set(w, "not-supported", WHY_NO_OFFSET, "Doc 9303-11 9.2.1",
                       "the protocol is not one for %s", domain_name(r->domain));
    if (info->mapping == PACE_MAPPING_INTEGRATED && !domain_maps_integrated(r->domain))
        return why_set(w, "not-supported", WHY_NO_OFFSET, "Doc 9303-11 9.5.1",
                       "integrated mapping is not for %s", domain_name(r->domain));
    return true;
}

static bool run(struct run *r, unsigned password, const struct cipher_key *key, struct pace_proof *proof,
                struct why *w)
{
    uint8_t nonce[NONCE_MAX];
    size_t n = 0;
    bool ok =
        fits(r, w) && set_template(r, password, r->choice->ambiguous, w) && get_nonce(r, key, nonce, &n, w);

    if (ok && r->choice->info->mapping == PACE_MAPPING_INTEGRATED)
        ok = map_integrated(r, span_of(nonce, n), w);
    else if (ok)
        ok = map_generic(r, span_of(nonce, n), w);
    wipe(nonce, sizeof nonce);
    return ok && agree(r, w) && authenticate(r, proof, w);
}

bool pace_with_key(struct channel *ch, const struct pace_choice *c, unsigned password,
                   const struct cipher_key *key, random_fn random, struct pace_proof *proof, struct why *w)
{
    struct run r = { .ch = ch, .choice = c, .alg = session_cipher(c->info), .random = random };
    struct pace_proof p = { .parameter = SECURITY_INFO_NO_ID };
    bool ok = find_domain(c, &r.domain, w) && run(&r, password, key, &p, w);

    if (ok) {
        session_begin(&ch->session, r.alg, octets_span(&r.secret), NULL);
        if (proof)
            *proof = p;
    }
    domain_free(r.domain);
    wipe(&r, sizeof r);
    return ok;
}

bool pace(struct channel *ch, const struct pace_choice *c, const struct access_key *k, random_fn random,
          struct pace_proof *proof, struct why *w)
{
    uint8_t secret[ACCESS_TEXT];
    size_t n = access_secret(k, secret);
    struct cipher_key key;
    bool ok;

    kdf(session_cipher(c->info), span_of(secret, n), KDF_PACE, &key);
    ok = pace_with_key(ch, c, (unsigned)k->kind, &key, random, proof, w);
    wipe(secret, sizeof secret);
    wipe(&key, sizeof key);
    return ok;
}

/* Higher is better; 0: cannot be done here. */
static int worth(const struct security_info *info)
{
    static const int mapping[] = {
        [PACE_MAPPING_GENERIC] = 2,
        [PACE_MAPPING_INTEGRATED] = 1,
        [PACE_MAPPING_CHIP_AUTH] = 3,
    };

    if (info->kind != SECURITY_INFO_PACE || info->id == SECURITY_INFO_NO_ID)
        return 0;
    return (info->cipher == SM_3DES ? 0 : 1000) + 100 * mapping[info->mapping] +
           (info->agreement == KEY_AGREEMENT_ECDH ? 50 : 0) + (int)info->cipher + 1;
}

/* The group behind an id, if it can be used; parameters of the chip's own have the first word. */
static bool usable(const struct security_infos *offered, const struct security_info *info,
                   struct pace_choice *out)
{
    struct pace_choice c = { .info = info };
    struct run r = { .choice = &c };
    bool ok;

    c.domain = security_infos_find(offered, SECURITY_INFO_PACE_DOMAIN, info->id);
    for (size_t i = 0; i < offered->n; i++) {
        const struct security_info *other = &offered->item[i];

        if (other != info && other->kind == SECURITY_INFO_PACE && span_eq(other->oid, info->oid) &&
            other->id != info->id)
            c.ambiguous = true;
    }
    ok = find_domain(&c, &r.domain, NULL) && fits(&r, NULL);
    domain_free(r.domain);
    if (ok)
        *out = c;
    return ok;
}

enum cipher_alg session_cipher(const struct security_info *info)
{
    static const enum cipher_alg alg[] = {
        [SM_3DES] = CIPHER_3DES,
        [SM_AES128] = CIPHER_AES128,
        [SM_AES192] = CIPHER_AES192,
        [SM_AES256] = CIPHER_AES256,
    };

    return alg[info->cipher];
}

bool pace_choose(const struct security_infos *offered, struct pace_choice *out, struct why *w)
{
    int best = 0;

    for (size_t i = 0; i < offered->n; i++) {
        int v = worth(&offered->item[i]);

        if (v > best && usable(offered, &offered->item[i], out))
            best = v;
    }
    return best > 0 || why_set(w, "not-supported", WHY_NO_OFFSET, "Doc 9303-11 9.2.1",
                               "the chip offers no PACE that is known here");
}

bool pace_proof_holds(const struct pace_proof *proof, const struct security_infos *card_security,
                      struct span *by, struct why *w)
{
    bool tried = false, holds = false;

    for (size_t i = 0; i < card_security->n && !holds; i++) {
        const struct security_info *info = &card_security->item[i];
        struct octets key, product;
        struct domain *d;

        if (info->kind != SECURITY_INFO_CHIP_AUTH_KEY || !domain_from_spki(info->key, &d, &key, NULL))
            continue;
        if (domain_kind(d) == EXCHANGE_ECDH && proof->mapping_key.n == key.n) {
            tried = true;
            holds = exchange_multiply(d, octets_span(&proof->data), octets_span(&key), &product, NULL) &&
                    span_eq(octets_span(&product), octets_span(&proof->mapping_key));
        }
        domain_free(d);
        if (holds && by)
            *by = info->key;
    }
    if (holds)
        return true;
    if (!tried)
        return why_set(w, "no-key", WHY_NO_OFFSET, "Doc 9303-11 9.2.11",
                       "EF.CardSecurity has no key for chip authentication mapping");
    return why_set(w, "chip-authentication", WHY_NO_OFFSET, "Doc 9303-11 4.4.3.5.2",
                   "the chip does not have the private key of the key in EF.CardSecurity");
}
