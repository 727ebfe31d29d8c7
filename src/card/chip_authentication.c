#include "card/chip_authentication.h"

#include "card/data_object.h"
#include "crypto/node_key.h"

static const char clause[] = "Doc 9303-11 6.2";

enum { FILE_SOD = 0x011d, COMMAND_MAX = EXCHANGE_MAX + 64, KEY_ID_MAX = 4 };

/* Higher is better; 0: cannot be done here. */
static int worth(const struct chip_authentication_choice *c)
{
    return 10 * (int)c->cipher + (c->key->agreement == KEY_AGREEMENT_ECDH ? 5 : 0) + 1;
}

static bool supported(const struct security_info *key, struct why *w)
{
    struct domain *d;
    struct octets k;

    if (!domain_from_spki(key->key, &d, &k, w))
        return false;
    domain_free(d);
    return true;
}

static void consider(const struct security_info *key, const struct security_info *protocol,
                     struct chip_authentication_choice *best)
{
    struct chip_authentication_choice c = {
        .key = key,
        .protocol = protocol,
        .cipher = protocol ? session_cipher(protocol) : CIPHER_3DES,
    };

    if (!best->key || worth(&c) > worth(best))
        *best = c;
}

bool chip_authentication_choose(const struct security_infos *dg14, struct chip_authentication_choice *out,
                                struct why *w)
{
    struct chip_authentication_choice best = { 0 };
    struct why unsupported = { 0 };

    for (size_t i = 0; i < dg14->n; i++) {
        const struct security_info *key = &dg14->item[i];
        bool announced = false;

        if (key->kind != SECURITY_INFO_CHIP_AUTH_KEY || !supported(key, &unsupported))
            continue;
        for (size_t j = 0; j < dg14->n; j++) {
            const struct security_info *p = &dg14->item[j];

            if (p->kind != SECURITY_INFO_CHIP_AUTH || p->agreement != key->agreement || p->id != key->id)
                continue;
            announced = true;
            consider(key, p, &best);
        }
        if (!announced)
            consider(key, NULL, &best);
    }
    if (best.key) {
        *out = best;
        return true;
    }
    if (unsupported.reason)
        return why_set(w, unsupported.reason, WHY_NO_OFFSET, unsupported.clause, "%s", unsupported.detail);
    return why_set(w, "no-key", WHY_NO_OFFSET, "Doc 9303-11 9.2.11",
                   "DG14 has no key for chip authentication");
}

/* Keys of the largest groups need extended lengths, which every chip that has such keys takes for these
 * commands (9.3.1.2), whatever else it says. */
static bool send(struct channel *ch, const struct apdu *c, struct reply *reply, struct why *w)
{
    bool extended = ch->extended, ok;

    ch->extended = extended || c->data.n > 200;
    ok = channel_send(ch, c, reply, w);
    ch->extended = extended;
    return ok;
}

/* Tag 84: the key by its number, when it has one. */
static void put_key_id(const struct security_info *key, struct buffer *data)
{
    uint8_t id[KEY_ID_MAX];
    size_t n = 0;

    if (key->id == SECURITY_INFO_NO_ID)
        return;
    for (size_t i = KEY_ID_MAX; i-- > 0;)
        if (n > 0 || i == 0 || (uint32_t)key->id >> 8 * i)
            id[n++] = (uint8_t)((uint32_t)key->id >> 8 * i);
    object_put(data, 0x84, span_of(id, n));
}

/* 6.2.4.1, one command. Triple DES only. */
static bool set_key_agreement(struct channel *ch, const struct chip_authentication_choice *c,
                              const struct octets *mine, uint16_t *sw, struct why *w)
{
    uint8_t memory[COMMAND_MAX];
    struct buffer data;
    struct apdu command = { .ins = INS_MANAGE_SECURITY_ENVIRONMENT, .p1 = 0x41, .p2 = 0xa6 };
    struct reply reply;

    buf_init_fixed(&data, memory, sizeof memory);
    object_put(&data, 0x91, octets_span(mine));
    put_key_id(c->key, &data);
    command.data = buf_span(&data);
    if (!send(ch, &command, &reply, w))
        return false;
    *sw = reply.sw;
    return true;
}

/* The protocol's name: announced, or that of Triple DES. */
static struct span protocol_oid(const struct chip_authentication_choice *c)
{
    if (c->protocol)
        return c->protocol->oid;
    return c->key->agreement == KEY_AGREEMENT_ECDH ? SPAN("\x04\x00\x7f\x00\x07\x02\x02\x03\x02\x01")
                                                   : SPAN("\x04\x00\x7f\x00\x07\x02\x02\x03\x01\x01");
}

/* 6.2.4.2, two commands. */
static bool set_template(struct channel *ch, const struct chip_authentication_choice *c,
                         const struct octets *mine, uint16_t *sw, struct why *w)
{
    uint8_t memory[COMMAND_MAX], inner_memory[COMMAND_MAX];
    struct buffer data, inner;
    struct apdu command = { .ins = INS_MANAGE_SECURITY_ENVIRONMENT, .p1 = 0x41, .p2 = 0xa4 };
    struct dynamic_data answer;
    struct reply reply;

    buf_init_fixed(&data, memory, sizeof memory);
    buf_init_fixed(&inner, inner_memory, sizeof inner_memory);
    object_put(&data, 0x80, protocol_oid(c));
    put_key_id(c->key, &data);
    command.data = buf_span(&data);
    if (!send(ch, &command, &reply, w))
        return false;
    *sw = reply.sw;
    if (reply.sw != SW_OK)
        return true;
    buf_reset(&data);
    object_put(&inner, 0x80, octets_span(mine));
    object_put(&data, DYNAMIC_AUTHENTICATION, buf_span(&inner));
    command = (struct apdu){ .ins = INS_GENERAL_AUTHENTICATE, .data = buf_span(&data), .le = APDU_SHORT_LE };
    if (!send(ch, &command, &reply, w))
        return false;
    *sw = reply.sw;
    /* The answer is an empty template; chips have been seen that send nothing. */
    return reply.sw != SW_OK || reply.data.n == 0 ||
           (dynamic_data_read(reply.data, &answer) && answer.seen == 0) ||
           why_set(w, "response", WHY_NO_OFFSET, "Doc 9303-11 6.2.4.2",
                   "the chip's answer is not an empty one");
}

/* The chip has the new keys now, if it has the private one. */
static bool agree(struct channel *ch, const struct chip_authentication_choice *c, const struct octets *mine,
                  struct why *w)
{
    uint16_t sw = 0;

    if (c->cipher == CIPHER_3DES) {
        if (!set_key_agreement(ch, c, mine, &sw, w))
            return false;
        if (sw == SW_OK)
            return true;
    }
    if (!set_template(ch, c, mine, &sw, w))
        return false;
    return sw == SW_OK || why_set(w, "not-supported", WHY_NO_OFFSET, clause,
                                  "the chip refuses chip authentication (status %04X)", sw);
}

/* A first command under the new keys; what it asks for does not matter. Keeps whatever answer came. */
static bool prove(struct channel *ch, struct chip_proof *proof, struct why *w)
{
    static const uint8_t sod[] = { FILE_SOD >> 8, FILE_SOD & 0xff };
    const struct apdu command = {
        .ins = INS_SELECT, .p1 = 0x02, .p2 = 0x0c, .data = span_of(sod, sizeof sod)
    };
    struct why why = { 0 };
    struct reply reply;
    bool ok = channel_send(ch, &command, &reply, &why);

    if (!ok && strcmp(why.reason, "mac") != 0 && strcmp(why.reason, "secure-messaging") != 0)
        return why_set(w, why.reason, why.offset, why.clause, "%s", why.detail);
    if (ok && ch->response.n > sizeof proof->response)
        return why_set(w, "response", WHY_NO_OFFSET, clause, "the answer to a SELECT has %zu bytes",
                       ch->response.n);
    proof->answered = true;
    proof->response_bytes = ch->response.n < sizeof proof->response ? ch->response.n : sizeof proof->response;
    memcpy(proof->response, ch->response.p, proof->response_bytes);
    return ok || why_set(w, "chip-authentication", WHY_NO_OFFSET, clause,
                         "the chip does not have the private key that belongs to DG14: a copy of its files");
}

bool chip_authentication(struct channel *ch, const struct chip_authentication_choice *c, random_fn random,
                         struct chip_proof *proof, struct why *w)
{
    struct octets key, mine, secret = { 0 }, private;
    struct domain *d;
    bool ok;

    if (!domain_from_spki(c->key->key, &d, &key, w))
        return false;
    exchange_private(d, random, &private);
    exchange_public(d, &private, &mine);
    ok = exchange_secret(d, &private, octets_span(&key), &secret, w) && agree(ch, c, &mine, w);
    if (ok) {
        session_begin(&ch->session, c->cipher, octets_span(&secret), NULL);
        proof->cipher = c->cipher;
        proof->private_key = private;
        ok = prove(ch, proof, w);
    }
    domain_free(d);
    wipe(&secret, sizeof secret);
    wipe(&private, sizeof private);
    return ok;
}

bool active_authentication(struct channel *ch, const uint8_t challenge[ACTIVE_CHALLENGE], size_t signature,
                           struct buffer *response, struct why *w)
{
    /* What of an answer of 256 bytes is left when it is protected: 6.1.4. */
    bool wide = ch->extended && (signature == 0 || signature > 224);
    const struct apdu c = { .ins = INS_INTERNAL_AUTHENTICATE,
                            .data = span_of(challenge, ACTIVE_CHALLENGE),
                            .le = wide ? APDU_EXTENDED_LE : APDU_SHORT_LE };
    struct reply reply;

    if (!channel_ask(ch, &c, "active authentication", &reply, w))
        return false;
    buf_put(response, reply.data);
    return buf_ok(response) || why_set(w, "too-large", WHY_NO_OFFSET, "Doc 9303-11 6.1.3",
                                       "a signature of %zu bytes", reply.data.n);
}
