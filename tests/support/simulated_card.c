#include "simulated_card.h"

#include <openssl/ecdsa.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <time.h>

enum { SHORT_MAX = 256, PROTECTED_ROOM = 223 };

static void must(bool ok)
{
    if (!ok)
        abort();
}

const char *sim_fault_name(enum sim_fault f)
{
    static const char *const name[] = {
        "sound",        "wrong-token", "echo-key",   "echo-mapping", "off-curve",
        "infinity",     "short-nonce", "long-nonce", "no-chip-data", "wrong-chip-data",
        "extra-object", "twice",       "wrong-mac",  "replay",       "unprotected",
        "truncated",    "long-length", "too-long",   "no-status",    "endless",
        "closes",       "slow",
    };

    return name[f];
}

static bool now(const struct simulated_card *c, enum sim_fault f)
{
    return c->fault == f && c->commands > c->fault_after;
}

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    return simulated_card_command(ctx, command, response) ||
           why_set(w, "card", WHY_NO_OFFSET, NULL, "the card is gone");
}

void simulated_card_init(struct simulated_card *c, uint64_t seed)
{
    *c = (struct simulated_card){ .ca_id = -1, .random = { seed } };
    c->card = (struct card){ .transmit = transmit, .ctx = c };
    c->answer = malloc(2 * SIM_APDU);
    c->pending = malloc(2 * SIM_APDU);
    c->before = malloc(2 * SIM_APDU);
    must(c->answer && c->pending && c->before);
}

static void end_pace(struct simulated_card *c)
{
    sim_group_close(&c->group);
    BN_free(c->mapping_key);
    BN_free(c->key);
    c->mapping_key = c->key = NULL;
    c->pace_step = 0;
}

void simulated_card_reset(struct simulated_card *c)
{
    end_pace(c);
    c->authenticated = c->application = c->has_challenge = c->ca_selected = false;
    c->session.alive = c->next.alive = false;
    c->current = NULL;
    c->pending_bytes = 0;
    c->commands = 0;
}

void simulated_card_free(struct simulated_card *c)
{
    end_pace(c);
    free(c->answer);
    free(c->pending);
    free(c->before);
}

void simulated_card_add(struct simulated_card *c, uint16_t id, bool master, struct span bytes)
{
    must(c->n_files < SIM_FILES);
    c->file[c->n_files++] = (struct sim_file){ id, master, bytes };
}

struct command {
    uint8_t cla, ins, p1, p2;
    struct span data;
    size_t le; /* 0: none */
    bool extended;
};

/* ISO 7816-4 5.1. */
static bool parse(struct span s, struct command *out)
{
    struct command c = { 0 };
    size_t n, at = 4;

    if (s.n < 4)
        return false;
    c.cla = s.p[0];
    c.ins = s.p[1];
    c.p1 = s.p[2];
    c.p2 = s.p[3];
    if (s.n == 5) {
        c.le = s.p[4] ? s.p[4] : 256;
    } else if (s.n > 5 && s.p[4] == 0) {
        c.extended = true;
        if (s.n < 7)
            return false;
        n = (size_t)s.p[5] << 8 | s.p[6];
        at = 7;
        if (s.n == 7) {
            c.le = n ? n : 65536;
        } else {
            c.data = span_sub(s, at, at + n);
            at += n;
            if (c.data.n != n || (s.n != at && s.n != at + 2))
                return false;
            if (s.n == at + 2) {
                c.le = (size_t)s.p[at] << 8 | s.p[at + 1];
                c.le = c.le ? c.le : 65536;
            }
        }
    } else if (s.n > 5) {
        n = s.p[4];
        c.data = span_sub(s, 5, 5 + n);
        at = 5 + n;
        if (c.data.n != n || (s.n != at && s.n != at + 1))
            return false;
        if (s.n == at + 1)
            c.le = s.p[at] ? s.p[at] : 256;
    }
    *out = c;
    return true;
}

/* The first object of that tag (one byte) in a row of objects. */
static bool object(struct span in, uint8_t tag, struct span *value)
{
    size_t at = 0;

    while (at + 2 <= in.n) {
        uint8_t t = in.p[at];
        size_t n = in.p[at + 1], head = 2;

        if (n == 0x81 && at + 3 <= in.n) {
            n = in.p[at + 2];
            head = 3;
        } else if (n == 0x82 && at + 4 <= in.n) {
            n = (size_t)in.p[at + 2] << 8 | in.p[at + 3];
            head = 4;
        } else if (n >= 0x80) {
            return false;
        }
        if (in.n - at - head < n)
            return false;
        if (t == tag) {
            *value = span_of(in.p + at + head, n);
            return true;
        }
        at += head + n;
    }
    return false;
}

static size_t put(uint8_t *to, uint8_t tag, struct span value)
{
    size_t n = 0;

    to[n++] = tag;
    if (value.n > 255) {
        to[n++] = 0x82;
        to[n++] = (uint8_t)(value.n >> 8);
    } else if (value.n > 127) {
        to[n++] = 0x81;
    }
    to[n++] = (uint8_t)value.n;
    if (value.n)
        memcpy(to + n, value.p, value.n);
    return n + value.n;
}

static void data(struct simulated_card *c, struct span s)
{
    memcpy(c->answer, s.p, s.n);
    c->answer_bytes = s.n;
}

/* The answer inside a dynamic authentication template. */
static void dynamic(struct simulated_card *c, uint8_t tag, struct span value)
{
    uint8_t inner[SIM_OCTETS + 64];
    size_t n = tag ? put(inner, tag, value) : 0;

    if (tag && now(c, SIM_EXTRA_OBJECT))
        n += put(inner + n, 0x8f, SPAN("?"));
    if (tag && now(c, SIM_TWICE))
        n += put(inner + n, tag, value);
    if (tag && now(c, SIM_TRUNCATED))
        n -= n > 3 ? 3 : 0;
    if (tag && now(c, SIM_LONG_LENGTH)) {
        memcpy(inner, (uint8_t[]){ tag, 0x84, 0xff, 0xff, 0xff, 0xff }, 6);
        n = 12;
    }
    c->answer_bytes = put(c->answer, 0x7c, span_of(inner, n));
}

/* Access */

static unsigned challenge(struct simulated_card *c)
{
    sim_random(&c->random, c->challenge, 8);
    c->has_challenge = true;
    data(c, span_of(c->challenge, 8));
    return 0x9000;
}

static void begin(struct sim_session *s, enum sim_cipher cipher, struct span secret)
{
    *s = (struct sim_session){ .alive = true, .cipher = cipher };
    sim_kdf(cipher, secret, 1, s->enc);
    sim_kdf(cipher, secret, 2, s->mac);
}

/* 4.3.1 */
static unsigned basic_access(struct simulated_card *c, const struct command *k)
{
    uint8_t seed[20], enc[32], mac[32], s[32], r[48], code[8];
    uint8_t *key = r + 16;

    if (!c->bac || !c->has_challenge || k->data.n != 40)
        return 0x6985;
    c->has_challenge = false;
    sim_sha1(span_str(c->mrz_information), seed);
    sim_kdf(SIM_3DES, span_of(seed, 16), 1, enc);
    sim_kdf(SIM_3DES, span_of(seed, 16), 2, mac);
    memcpy(r, k->data.p, 32);
    sim_mac(SIM_3DES, mac, r, sim_pad(r, 32, 8), code);
    if (memcmp(code, k->data.p + 32, 8) != 0)
        return 0x6300;
    sim_cbc(SIM_3DES, enc, NULL, k->data.p, 32, s, false);
    if (memcmp(s + 8, c->challenge, 8) != 0)
        return 0x6300;
    memcpy(r, c->challenge, 8);
    memcpy(r + 8, s, 8);
    sim_random(&c->random, key, 16);
    for (size_t i = 0; i < 16; i++)
        seed[i] = s[16 + i] ^ key[i];
    begin(&c->next, SIM_3DES, span_of(seed, 16));
    memcpy(c->next.ssc, c->challenge + 4, 4);
    memcpy(c->next.ssc + 4, s + 4, 4);
    sim_cbc(SIM_3DES, enc, NULL, r, 32, c->answer, true);
    memcpy(r, c->answer, 32);
    sim_mac(SIM_3DES, mac, r, sim_pad(r, 32, 8), c->answer + 32);
    c->answer[32] ^= now(c, SIM_WRONG_TOKEN);
    c->answer_bytes = 40;
    c->authenticated = true;
    return 0x9000;
}

/* Whether EF.CardAccess offers that protocol; its parameter, and whether there is more than one. */
static size_t offered(const struct simulated_card *c, struct span oid, int wanted, unsigned *parameter)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_files; i++) {
        struct span f = c->file[i].bytes;

        if (c->file[i].id != 0x011c)
            continue;
        for (size_t at = 0; at + 18 <= f.n; at++) {
            if (f.p[at] != 0x06 || f.p[at + 1] != oid.n || memcmp(f.p + at + 2, oid.p, oid.n) != 0 ||
                memcmp(f.p + at + 12, "\x02\x01\x02\x02\x01", 5) != 0)
                continue;
            if (wanted >= 0 && f.p[at + 17] != wanted)
                continue;
            *parameter = f.p[at + 17];
            n++;
        }
    }
    return n;
}

/* The key from the password that is meant. */
static bool password(struct simulated_card *c, uint8_t which)
{
    uint8_t k[20];

    if (which == 1 && c->mrz_information[0]) {
        sim_sha1(span_str(c->mrz_information), k);
        sim_kdf(c->cipher, span_of(k, 20), 3, c->pi_key);
        return true;
    }
    if (which == 2 && c->can[0]) {
        sim_kdf(c->cipher, span_str(c->can), 3, c->pi_key);
        return true;
    }
    return false;
}

/* MSE:Set AT for PACE, 4.4.4.1 */
static unsigned select_pace(struct simulated_card *c, const struct command *k)
{
    static const unsigned mapping[] = { 0, 1, 1, 2, 2, 0, 3 };
    struct span oid, which, number;
    unsigned parameter = 0;
    int wanted = -1;
    size_t n;

    end_pace(c);
    if (!object(k->data, 0x80, &oid) || oid.n != 10 || !object(k->data, 0x83, &which) || which.n != 1)
        return 0x6a80;
    if (object(k->data, 0x84, &number) && number.n == 1)
        wanted = number.p[0];
    n = offered(c, oid, wanted, &parameter);
    if (n != 1)
        return n ? 0x6a88 : 0x6a80;
    if (oid.p[8] < 1 || oid.p[8] > 6 || oid.p[9] < 1 || oid.p[9] > 4)
        return 0x6a80;
    c->pace_mapping = mapping[oid.p[8]];
    c->cipher = (enum sim_cipher)(oid.p[9] - 1);
    memcpy(c->oid, oid.p, oid.n);
    c->oid_bytes = oid.n;
    if (!password(c, which.p[0]))
        return 0x6a88;
    if (!sim_group_open(&c->group, parameter))
        return 0x6a80;
    c->pace_step = 1;
    return 0x9000;
}

static unsigned pace_nonce(struct simulated_card *c)
{
    uint8_t z[64];

    c->nonce_bytes = c->pace_mapping == 2 && sim_key_size(c->cipher) > 16 ? 32 : 16;
    if (now(c, SIM_LONG_NONCE))
        c->nonce_bytes = 64;
    sim_random(&c->random, c->nonce, c->nonce_bytes);
    sim_cbc(c->cipher, c->pi_key, NULL, c->nonce, c->nonce_bytes, z, true);
    dynamic(c, 0x80, span_of(z, now(c, SIM_SHORT_NONCE) ? 7 : c->nonce_bytes));
    return 0x9000;
}

/* A public key of the chip, or what a bad one has in its place. */
static void public_answer(struct simulated_card *c, uint8_t tag, struct span key, struct span theirs)
{
    uint8_t bad[SIM_OCTETS] = { 0 };

    memcpy(bad, key.p, key.n);
    if (now(c, tag == 0x84 ? SIM_ECHO_KEY : SIM_ECHO_MAPPING)) {
        key = theirs;
    } else if (now(c, SIM_OFF_CURVE)) {
        bad[key.n - 1] ^= 1;
        key = span_of(bad, key.n);
    } else if (now(c, SIM_INFINITY)) {
        bad[0] = c->group.curve ? 0 : 1;
        key = span_of(bad, 1);
    }
    dynamic(c, tag, key);
}

static unsigned pace_map(struct simulated_card *c, struct span in)
{
    uint8_t mine[SIM_OCTETS];
    size_t n;

    if (c->pace_mapping == 2) {
        if (!sim_map_integrated(&c->group, c->cipher, span_of(c->nonce, c->nonce_bytes), in))
            return 0x6a80;
        dynamic(c, 0x82, (struct span){ NULL, 0 });
        return 0x9000;
    }
    c->mapping_key = sim_private(&c->group, &c->random);
    n = sim_public(&c->group, c->mapping_key, mine);
    if (!sim_map_generic(&c->group, span_of(c->nonce, c->nonce_bytes), c->mapping_key, in))
        return 0x6a80;
    public_answer(c, 0x82, span_of(mine, n), in);
    return 0x9000;
}

static unsigned pace_agree(struct simulated_card *c, struct span in)
{
    c->key = sim_private(&c->group, &c->random);
    c->mine_bytes = sim_public(&c->group, c->key, c->mine);
    if (in.n > sizeof c->theirs || !sim_secret(&c->group, c->key, in, c->secret))
        return 0x6a80;
    memcpy(c->theirs, in.p, in.n);
    c->theirs_bytes = in.n;
    public_answer(c, 0x84, span_of(c->mine, c->mine_bytes), in);
    return 0x9000;
}

/* 4.4.3.4 */
static void token(const struct simulated_card *c, const uint8_t *mac, struct span key, uint8_t out[8])
{
    uint8_t in[SIM_OCTETS + 64], inner[SIM_OCTETS + 32];
    size_t n = put(inner, 0x06, span_of(c->oid, c->oid_bytes));

    n += put(inner + n, c->group.curve ? 0x86 : 0x84, key);
    in[0] = 0x7f;
    n = 1 + put(in + 1, 0x49, span_of(inner, n));
    if (c->cipher == SIM_3DES)
        n = sim_pad(in, n, 8);
    sim_mac(c->cipher, mac, in, n, out);
}

/* 4.4.3.5.1: CA_IC = SK_IC^-1 * SK_Map,IC mod n, padded and encrypted. */
static size_t chip_data(struct simulated_card *c, const uint8_t *enc, uint8_t *out)
{
    BIGNUM *sk = BN_bin2bn(c->cam_key, (int)c->cam_bytes, NULL), *x = BN_new();
    size_t size = (size_t)BN_num_bytes(c->group.q), n;
    uint8_t plain[SIM_OCTETS], ones[16], iv[16];

    must(sk && x && BN_mod_inverse(x, sk, c->group.q, c->group.bn) &&
         BN_mod_mul(x, x, c->mapping_key, c->group.q, c->group.bn) == 1 &&
         BN_bn2binpad(x, plain, (int)size) > 0);
    plain[size - 1] ^= now(c, SIM_WRONG_CHIP_DATA);
    n = sim_pad(plain, size, 16);
    memset(ones, 0xff, sizeof ones);
    sim_cbc(c->cipher, enc, NULL, ones, 16, iv, true);
    sim_cbc(c->cipher, enc, iv, plain, n, out, true);
    BN_free(sk);
    BN_free(x);
    return n;
}

static unsigned pace_authenticate(struct simulated_card *c, struct span in)
{
    struct span secret = span_of(c->secret, c->group.bytes);
    uint8_t mac[32], enc[32], expected[8], mine[8], inner[SIM_OCTETS], data[SIM_OCTETS];
    size_t n;

    sim_kdf(c->cipher, secret, 1, enc);
    sim_kdf(c->cipher, secret, 2, mac);
    token(c, mac, span_of(c->mine, c->mine_bytes), expected);
    if (in.n != 8 || memcmp(in.p, expected, 8) != 0)
        return 0x6300;
    token(c, mac, span_of(c->theirs, c->theirs_bytes), mine);
    mine[0] ^= now(c, SIM_WRONG_TOKEN);
    n = put(inner, 0x86, span_of(mine, 8));
    if (c->pace_mapping == 3 && !now(c, SIM_NO_CHIP_DATA))
        n += put(inner + n, 0x8a, span_of(data, chip_data(c, enc, data)));
    if (now(c, SIM_EXTRA_OBJECT))
        n += put(inner + n, 0x8f, SPAN("?"));
    if (now(c, SIM_TWICE))
        n += put(inner + n, 0x86, span_of(mine, 8));
    c->answer_bytes = put(c->answer, 0x7c, span_of(inner, n));
    begin(&c->next, c->cipher, secret);
    c->authenticated = true;
    return 0x9000;
}

static unsigned pace(struct simulated_card *c, const struct command *k)
{
    static const uint8_t tag[] = { 0, 0, 0x81, 0x83, 0x85 };
    struct span inner, value = { NULL, 0 };
    unsigned sw, step = c->pace_step;
    bool last = step == 4;

    if (!object(k->data, 0x7c, &inner) || (k->cla & 0x10) != (last ? 0 : 0x10))
        return 0x6a80;
    if (step > 1 && !object(inner, tag[step], &value))
        return 0x6a80;
    sw = step == 1   ? pace_nonce(c)
         : step == 2 ? pace_map(c, value)
         : step == 3 ? pace_agree(c, value)
                     : pace_authenticate(c, value);
    c->pace_step = step + 1;
    if (sw != 0x9000 || last)
        end_pace(c);
    return sw;
}

/* The chip itself */

static unsigned chip_agreement(struct simulated_card *c, struct span theirs, enum sim_cipher cipher)
{
    struct sim_group g;
    uint8_t secret[SIM_OCTETS];
    BIGNUM *key;
    bool ok;

    if (!c->ca_bytes || !sim_group_open(&g, c->ca_group))
        return 0x6a88;
    key = BN_bin2bn(c->ca_key, (int)c->ca_bytes, NULL);
    must(key != NULL);
    ok = sim_secret(&g, key, theirs, secret);
    if (ok)
        begin(&c->next, cipher, span_of(secret, g.bytes));
    BN_free(key);
    sim_group_close(&g);
    return ok ? 0x9000 : 0x6a80;
}

static bool right_key(const struct simulated_card *c, struct span in)
{
    struct span id;

    return !object(in, 0x84, &id) || (c->ca_id >= 0 && id.n == 1 && id.p[0] == c->ca_id);
}

static unsigned manage(struct simulated_card *c, const struct command *k)
{
    unsigned p = (unsigned)k->p1 << 8 | k->p2;
    struct span value;

    if (p == 0xc1a4)
        return select_pace(c, k);
    if (!c->session.alive || !c->ca_bytes)
        return 0x6a81;
    if (p == 0x41a6) {
        if (!object(k->data, 0x91, &value))
            return 0x6a80;
        return right_key(c, k->data) ? chip_agreement(c, value, SIM_3DES) : 0x6a88;
    }
    if (p != 0x41a4 || !object(k->data, 0x80, &value) || value.n != 10 || value.p[9] < 1 || value.p[9] > 4)
        return 0x6a80;
    if (!right_key(c, k->data))
        return 0x6a88;
    c->cipher = (enum sim_cipher)(value.p[9] - 1);
    c->ca_selected = true;
    return 0x9000;
}

static unsigned general(struct simulated_card *c, const struct command *k)
{
    struct span inner, value;
    unsigned sw;

    if (c->pace_step)
        return pace(c, k);
    if (!c->ca_selected || !object(k->data, 0x7c, &inner) || !object(inner, 0x80, &value))
        return 0x6985;
    c->ca_selected = false;
    sw = chip_agreement(c, value, c->cipher);
    if (sw == 0x9000)
        dynamic(c, 0, (struct span){ NULL, 0 });
    return sw;
}

static size_t hash(const char *name, const uint8_t *in, size_t n, uint8_t out[64])
{
    size_t size = 0;

    must(EVP_Q_digest(NULL, name, NULL, in, n, out, &size) == 1);
    return size;
}

/* ISO 9796-2 scheme 1: 6A, M1, hash over M1 and the challenge, trailer. */
static unsigned sign_rsa(struct simulated_card *c, struct span challenge)
{
    const char *digest = c->aa_digest ? c->aa_digest : "SHA1";
    bool sha1 = strcmp(digest, "SHA1") == 0;
    size_t n = (size_t)EVP_PKEY_get_size(c->aa), trailer = sha1 ? 1 : 2, h, room = n;
    uint8_t f[SIM_OCTETS], m[SIM_OCTETS + 8], d[64];
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(c->aa, NULL);

    h = hash(digest, f, 0, d);
    sim_random(&c->random, m, n - h - trailer - 1);
    memcpy(m + n - h - trailer - 1, challenge.p, 8);
    (void)hash(digest, m, n - h - trailer - 1 + 8, d);
    f[0] = 0x6a;
    memcpy(f + 1, m, n - h - trailer - 1);
    memcpy(f + n - h - trailer, d, h);
    if (!sha1)
        f[n - 2] = strcmp(digest, "SHA224") == 0   ? 0x38
                   : strcmp(digest, "SHA256") == 0 ? 0x34
                   : strcmp(digest, "SHA384") == 0 ? 0x36
                                                   : 0x35;
    f[n - 1] = sha1 ? 0xbc : 0xcc;
    must(ctx && EVP_PKEY_decrypt_init(ctx) == 1 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
         EVP_PKEY_decrypt(ctx, c->answer, &room, f, n) == 1);
    c->answer_bytes = room;
    EVP_PKEY_CTX_free(ctx);
    return 0x9000;
}

static unsigned sign_ec(struct simulated_card *c, struct span challenge)
{
    size_t size = ((size_t)EVP_PKEY_get_bits(c->aa) + 7) / 8, n = SIM_OCTETS, h;
    const char *digest = c->aa_digest ? c->aa_digest
                         : size < 32  ? "SHA224"
                         : size < 40  ? "SHA256"
                         : size < 64  ? "SHA384"
                                      : "SHA512";
    uint8_t d[64], der[SIM_OCTETS];
    const unsigned char *p = der;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(c->aa, NULL);
    ECDSA_SIG *sig;

    h = hash(digest, challenge.p, 8, d);
    must(ctx && EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, der, &n, d, h) == 1);
    sig = d2i_ECDSA_SIG(NULL, &p, (long)n);
    must(sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), c->answer, (int)size) > 0 &&
         BN_bn2binpad(ECDSA_SIG_get0_s(sig), c->answer + size, (int)size) > 0);
    c->answer_bytes = 2 * size;
    ECDSA_SIG_free(sig);
    EVP_PKEY_CTX_free(ctx);
    return 0x9000;
}

static unsigned internal(struct simulated_card *c, const struct command *k)
{
    if (!c->aa)
        return 0x6d00;
    if (!c->authenticated && !c->open)
        return 0x6982;
    if (k->data.n != 8)
        return 0x6700;
    return EVP_PKEY_is_a(c->aa, "RSA") ? sign_rsa(c, k->data) : sign_ec(c, k->data);
}

/* Files */

static const struct sim_file *find(const struct simulated_card *c, unsigned id)
{
    for (size_t i = 0; i < c->n_files; i++)
        if (c->file[i].id == id && c->file[i].master == !c->application)
            return &c->file[i];
    return NULL;
}

/* EF.CardAccess, EF.ATR/INFO and EF.DIR may be read by anyone. */
static bool readable(const struct simulated_card *c, const struct sim_file *f)
{
    return c->open || c->authenticated ||
           (f->master && (f->id == 0x011c || f->id == 0x2f01 || f->id == 0x2f00));
}

static unsigned select_file(struct simulated_card *c, const struct command *k)
{
    const struct sim_file *f;
    unsigned id = k->data.n == 2 ? (unsigned)k->data.p[0] << 8 | k->data.p[1] : 0;

    if (k->p1 == 0x04) {
        if (!span_eq(k->data, SPAN("\xa0\x00\x00\x02\x47\x10\x01")))
            return 0x6a82;
        c->application = true;
        c->current = NULL;
        return 0x9000;
    }
    if (k->p1 == 0x00 && (k->data.n == 0 || id == 0x3f00)) {
        c->application = false;
        c->current = NULL;
        return 0x9000;
    }
    f = k->p1 == 0x02 || k->p1 == 0x00 ? find(c, id) : NULL;
    if (!f)
        return 0x6a82;
    if (!readable(c, f))
        return 0x6982;
    c->current = f;
    return 0x9000;
}

static unsigned read_at(struct simulated_card *c, const struct sim_file *f, size_t offset, size_t le,
                        uint8_t wrap)
{
    struct span part;
    size_t head = wrap ? 4 : 0;

    if (!readable(c, f))
        return 0x6982;
    if (offset > f->bytes.n || (offset == f->bytes.n && le))
        return 0x6b00;
    if (le > head)
        le -= head;
    part = span_sub(f->bytes, offset, offset + le);
    if (wrap)
        c->answer_bytes = put(c->answer, wrap, part);
    else
        data(c, part);
    return part.n < le && c->extended ? 0x6282 : 0x9000;
}

static unsigned read_binary(struct simulated_card *c, const struct command *k, size_t le)
{
    const struct sim_file *f = c->current;
    size_t offset = (size_t)k->p1 << 8 | k->p2;
    struct span at;

    if (k->ins == 0xb0 && k->p1 & 0x80) {
        f = find(c, 0x0100u | (k->p1 & 0x1f));
        offset = k->p2;
        if (f && readable(c, f))
            c->current = f;
    } else if (k->ins == 0xb1) {
        if (offset)
            f = find(c, offset < 0x20 ? 0x0100u | (unsigned)offset : (unsigned)offset);
        if (!object(k->data, 0x54, &at) || at.n > 4)
            return 0x6a80;
        offset = 0;
        for (size_t i = 0; i < at.n; i++)
            offset = offset << 8 | at.p[i];
    }
    if (!f)
        return k->p1 & 0x80 ? 0x6a82 : 0x6986;
    return read_at(c, f, offset, le, k->ins == 0xb1 ? 0x53 : 0);
}

static unsigned carry_out(struct simulated_card *c, const struct command *k, size_t le)
{
    c->answer_bytes = 0;
    switch (k->ins) {
    case 0xa4:
        return select_file(c, k);
    case 0xb0:
    case 0xb1:
        return read_binary(c, k, le);
    case 0x84:
        return challenge(c);
    case 0x82:
        return basic_access(c, k);
    case 0x22:
        return manage(c, k);
    case 0x86:
        return general(c, k);
    case 0x88:
        return internal(c, k);
    default:
        return 0x6d00;
    }
}

/* Secure messaging, 9.8 */

static void count(struct sim_session *s)
{
    for (size_t i = sim_block(s->cipher); i-- > 0 && ++s->ssc[i] == 0;)
        ;
}

static void start_vector(const struct sim_session *s, uint8_t iv[16])
{
    memset(iv, 0, 16);
    if (s->cipher != SIM_3DES)
        sim_cbc(s->cipher, s->enc, NULL, s->ssc, 16, iv, true);
}

/* SSC, then what is given, padded. */
static void code(const struct sim_session *s, const uint8_t *in, size_t n, uint8_t out[8])
{
    size_t block = sim_block(s->cipher);
    uint8_t *m = malloc(n + 2 * block + 16);

    must(m != NULL);
    memcpy(m, s->ssc, block);
    memcpy(m + block, in, n);
    sim_mac(s->cipher, s->mac, m, sim_pad(m, block + n, block), out);
    free(m);
}

/* The command without its protection, in plain; false: a fault of secure messaging. */
static bool open_command(struct simulated_card *c, const struct command *k, struct command *out,
                         uint8_t *plain)
{
    struct sim_session *s = &c->session;
    size_t block = sim_block(s->cipher), n = 0, covered;
    uint8_t *m, mac[8], iv[16];
    struct span value, sent, le;
    bool odd = k->ins & 1, has = object(k->data, odd ? 0x85 : 0x87, &value);

    count(s);
    if (k->data.n < 10 || !object(k->data, 0x8e, &sent) || sent.n != 8)
        return false;
    covered = k->data.n - 10;
    m = malloc(block + covered + block);
    must(m != NULL);
    memcpy(m, (uint8_t[]){ k->cla, k->ins, k->p1, k->p2 }, 4);
    n = sim_pad(m, 4, block);
    if (covered == 0) /* the padded header alone: code() would pad it once more */
        n = 4;
    memcpy(m + n, k->data.p, covered);
    code(s, m, n + covered, mac);
    free(m);
    if (memcmp(mac, sent.p, 8) != 0)
        return false;
    *out = (struct command){ .cla = k->cla & 0xf3, .ins = k->ins, .p1 = k->p1, .p2 = k->p2 };
    if (has) {
        size_t skip = odd ? 0 : 1;

        if (value.n <= skip || (value.n - skip) % block || (!odd && value.p[0] != 1))
            return false;
        n = value.n - skip;
        start_vector(s, iv);
        sim_cbc(s->cipher, s->enc, iv, value.p + skip, n, plain, false);
        while (n > 0 && plain[n - 1] == 0)
            n--;
        if (n == 0 || plain[n - 1] != 0x80)
            return false;
        out->data = span_of(plain, n - 1);
    }
    if (object(k->data, 0x97, &le)) {
        out->le = le.n == 1 ? le.p[0] : le.n == 2 ? (size_t)le.p[0] << 8 | le.p[1] : 0;
        out->le = out->le ? out->le : le.n == 2 ? 65536 : 256;
    }
    return true;
}

/* The answer under protection, in place. */
static void close_answer(struct simulated_card *c, uint8_t ins, unsigned sw)
{
    struct sim_session *s = &c->session;
    size_t block = sim_block(s->cipher), n = 0, at = 0;
    uint8_t *m = malloc(c->answer_bytes + 64), *out = malloc(c->answer_bytes + 96), iv[16], mac[8];
    bool odd = ins & 1;

    must(m && out);
    count(s);
    if (c->answer_bytes) {
        memcpy(m + 1, c->answer, c->answer_bytes);
        n = sim_pad(m + 1, c->answer_bytes, block);
        start_vector(s, iv);
        sim_cbc(s->cipher, s->enc, iv, m + 1, n, m + 1, true);
        m[0] = 1;
        at = put(out, odd ? 0x85 : 0x87, span_of(odd ? m + 1 : m, odd ? n : n + 1));
    }
    at += put(out + at, 0x99, span_of((uint8_t[]){ (uint8_t)(sw >> 8), (uint8_t)sw }, 2));
    code(s, out, at, mac);
    mac[3] ^= now(c, SIM_WRONG_MAC);
    at += put(out + at, 0x8e, span_of(mac, 8));
    data(c, span_of(out, at));
    free(m);
    free(out);
}

/* What a bad chip does to any answer. Returns the status word. */
static unsigned spoil(struct simulated_card *c, bool protected, unsigned sw)
{
    if (protected && now(c, SIM_REPLAY) && c->before_bytes)
        data(c, span_of(c->before, c->before_bytes));
    if (protected) {
        memcpy(c->before, c->answer, c->answer_bytes);
        c->before_bytes = c->answer_bytes;
    }
    if (protected && now(c, SIM_UNPROTECTED)) {
        c->answer_bytes = 0;
        return 0x9000;
    }
    if (protected && now(c, SIM_TRUNCATED))
        c->answer_bytes -= 3;
    if (protected && now(c, SIM_LONG_LENGTH)) {
        memcpy(c->answer, (uint8_t[]){ 0x87, 0x84, 0xff, 0xff, 0xff, 0xff }, 6);
        c->answer_bytes = c->answer_bytes < 6 ? 6 : c->answer_bytes;
    }
    if (now(c, SIM_TOO_LONG)) {
        memset(c->answer, 0x55, 70000);
        c->answer_bytes = 70000;
    }
    if (now(c, SIM_ENDLESS)) {
        memset(c->answer, 0x55, 256);
        c->answer_bytes = 256;
        return 0x61ff;
    }
    return sw;
}

/* What does not fit into an answer of short length waits for GET RESPONSE. */
static void deliver(struct simulated_card *c, const struct command *k, unsigned sw, struct buffer *response)
{
    size_t most = k->extended ? 65536 : SHORT_MAX;

    if (now(c, SIM_NO_STATUS)) {
        buf_u8(response, 0x90);
        return;
    }
    if (c->answer_bytes <= most || now(c, SIM_TOO_LONG)) {
        buf_put(response, span_of(c->answer, c->answer_bytes));
        buf_be(response, sw, 2);
        return;
    }
    memcpy(c->pending, c->answer + most, c->answer_bytes - most);
    c->pending_bytes = c->answer_bytes - most;
    c->pending[c->pending_bytes] = (uint8_t)(sw >> 8);
    c->pending[c->pending_bytes + 1] = (uint8_t)sw;
    c->pending_at = 0;
    buf_put(response, span_of(c->answer, most));
    buf_be(response, 0x6100 | (c->pending_bytes < 256 ? c->pending_bytes : 0), 2);
}

static void get_response(struct simulated_card *c, struct buffer *response)
{
    size_t left = c->pending_bytes - c->pending_at, n = left < SHORT_MAX ? left : SHORT_MAX;

    if (now(c, SIM_ENDLESS)) {
        buf_put(response, span_of(c->answer, 256));
        buf_be(response, 0x61ff, 2);
        return;
    }
    if (left == 0) {
        buf_be(response, 0x6985, 2);
        return;
    }
    buf_put(response, span_of(c->pending + c->pending_at, n));
    c->pending_at += n;
    if (left > n)
        buf_be(response, 0x6100 | (left - n < 256 ? left - n : 0), 2);
    else
        buf_put(response, span_of(c->pending + c->pending_bytes, 2));
    if (left == n)
        c->pending_bytes = c->pending_at = 0;
}

static void in_the_clear(struct simulated_card *c, const struct command *k, struct buffer *response)
{
    unsigned sw;

    if (c->session.alive) { /* a session does not survive a command outside of it */
        c->session.alive = c->authenticated = false;
        c->current = NULL;
    }
    sw = carry_out(c, k, k->le);
    deliver(c, k, spoil(c, false, sw), response);
}

static void under_session(struct simulated_card *c, const struct command *k, struct buffer *response)
{
    static uint8_t plain[SIM_APDU];
    struct command inner;
    unsigned sw;
    size_t le;

    if (!c->session.alive || !open_command(c, k, &inner, plain)) {
        c->session.alive = c->authenticated = false;
        buf_be(response, 0x6988, 2);
        return;
    }
    /* As much as fits: the answer grows by its protection. */
    le = inner.le > PROTECTED_ROOM && !k->extended ? PROTECTED_ROOM : inner.le;
    sw = carry_out(c, &inner, le);
    close_answer(c, inner.ins, sw);
    deliver(c, k, spoil(c, true, sw), response);
}

bool simulated_card_command(struct simulated_card *c, struct span in, struct buffer *response)
{
    struct command k;

    c->commands++;
    c->next.alive = false;
    if (now(c, SIM_CLOSES))
        return false;
    if (now(c, SIM_SLOW))
        (void)nanosleep(&(struct timespec){ c->slow_ms / 1000, (long)(c->slow_ms % 1000) * 1000000 }, NULL);
    if (!parse(in, &k) || (k.extended && !c->extended)) {
        buf_be(response, 0x6700, 2);
        return true;
    }
    if (k.ins == 0xc0)
        get_response(c, response);
    else if ((k.cla & 0x0c) == 0x0c)
        under_session(c, &k, response);
    else
        in_the_clear(c, &k, response);
    if (c->next.alive)
        c->session = c->next;
    return true;
}
