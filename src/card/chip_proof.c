/* The record of chip authentication, and judging it without the chip. */
#include "base/text.h"
#include "card/chip_authentication.h"
#include "crypto/node_key.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char clause[] = "Doc 9303-11 6.2";

void chip_proof_write(const struct chip_proof *proof, struct buffer *out)
{
    struct json_writer w = json_to(out);

    jw_object(&w, NULL);
    if (proof->answered) {
        jw_object(&w, "chip_authentication");
        jw_str(&w, "cipher", cipher_name(proof->cipher));
        jw_hex(&w, "terminal_private_key", octets_span(&proof->private_key));
        jw_hex(&w, "first_response", span_of(proof->response, proof->response_bytes));
        jw_object_end(&w);
    }
    if (proof->mapped) {
        jw_object(&w, "chip_authentication_mapping");
        jw_int(&w, "parameter", proof->mapping.parameter);
        jw_hex(&w, "mapping_key", octets_span(&proof->mapping.mapping_key));
        jw_hex(&w, "data", octets_span(&proof->mapping.data));
        jw_object_end(&w);
    }
    jw_object_end(&w);
}

struct record {
    struct json json;
    struct arena *arena;
};

static bool bad(const struct record *r, json_ref at, const char *what, struct why *w)
{
    return why_set(w, "record", json_offset(&r->json, at), clause, "no %s in the record", what);
}

static bool hex_member(const struct record *r, json_ref object, const char *name, size_t most, uint8_t *to,
                       size_t *n, struct why *w)
{
    json_ref v = json_member(&r->json, object, name);
    struct span text, bytes;

    if (!json_is(&r->json, v, JSON_KIND_STRING) || !json_text_of(&r->json, v, r->arena, &text) ||
        !hex_decode(text, r->arena, &bytes) || bytes.n == 0 || bytes.n > most)
        return bad(r, object, name, w);
    memcpy(to, bytes.p, bytes.n);
    *n = bytes.n;
    return true;
}

static bool octets_member(const struct record *r, json_ref object, const char *name, struct octets *out,
                          struct why *w)
{
    return hex_member(r, object, name, sizeof out->b, out->b, &out->n, w);
}

static bool read_authentication(const struct record *r, json_ref o, struct chip_proof *p, struct why *w)
{
    json_ref cipher = json_member(&r->json, o, "cipher");

    for (int alg = CIPHER_3DES; alg <= CIPHER_AES256; alg++) {
        if (!json_is(&r->json, cipher, JSON_KIND_STRING) ||
            !json_text_is(&r->json, cipher, cipher_name((enum cipher_alg)alg)))
            continue;
        p->answered = true;
        p->cipher = (enum cipher_alg)alg;
    }
    return (p->answered || bad(r, o, "cipher", w)) &&
           octets_member(r, o, "terminal_private_key", &p->private_key, w) &&
           hex_member(r, o, "first_response", sizeof p->response, p->response, &p->response_bytes, w);
}

static bool read_mapping(const struct record *r, json_ref o, struct chip_proof *p, struct why *w)
{
    int64_t parameter;

    if (!json_int64(&r->json, json_member(&r->json, o, "parameter"), &parameter) || parameter < 0 ||
        parameter > INT32_MAX)
        return bad(r, o, "parameter", w);
    p->mapped = true;
    p->mapping.parameter = (int32_t)parameter;
    return octets_member(r, o, "mapping_key", &p->mapping.mapping_key, w) &&
           octets_member(r, o, "data", &p->mapping.data, w);
}

bool chip_proof_read(struct span in, struct arena *a, struct chip_proof *out, struct why *w)
{
    struct record r = { .arena = a };
    struct chip_proof p = { 0 };
    json_ref ca, cam;

    if (!json_parse(in, a, &r.json, w))
        return false;
    ca = json_member(&r.json, JSON_ROOT, "chip_authentication");
    cam = json_member(&r.json, JSON_ROOT, "chip_authentication_mapping");
    if (ca == JSON_NONE && cam == JSON_NONE)
        return bad(&r, JSON_ROOT, "chip_authentication", w);
    if ((ca != JSON_NONE && !read_authentication(&r, ca, &p, w)) ||
        (cam != JSON_NONE && !read_mapping(&r, cam, &p, w)))
        return false;
    *out = p;
    return true;
}

/* The first response under keys agreed with this one: the counter stood at 1 for the command. */
static bool answers(const struct chip_proof *p, const struct domain *d, const struct octets *key)
{
    struct session s = { 0 };
    struct octets secret;
    struct buffer plain;
    struct reply reply;
    bool ok;

    if (p->private_key.n > EXCHANGE_MAX ||
        !exchange_secret(d, &p->private_key, octets_span(key), &secret, NULL))
        return false;
    session_begin(&s, p->cipher, octets_span(&secret), NULL);
    s.ssc[cipher_block(p->cipher) - 1] = 1;
    buf_init(&plain, CHIP_RESPONSE);
    ok = session_unprotect(&s, INS_SELECT, span_of(p->response, p->response_bytes), &plain, &reply, NULL);
    buf_free(&plain);
    session_end(&s);
    wipe(&secret, sizeof secret);
    return ok;
}

static enum result judge_authentication(const struct chip_proof *p, const struct security_infos *dg14,
                                        struct span *by, struct why *w)
{
    struct why unsupported = { 0 };
    bool tried = false;

    for (size_t i = 0; dg14 && i < dg14->n; i++) {
        struct domain *d;
        struct octets key;
        bool holds;

        if (dg14->item[i].kind != SECURITY_INFO_CHIP_AUTH_KEY ||
            !domain_from_spki(dg14->item[i].key, &d, &key, &unsupported))
            continue;
        tried = true;
        holds = answers(p, d, &key);
        domain_free(d);
        if (holds) {
            *by = dg14->item[i].key;
            return RESULT_GENUINE;
        }
    }
    if (unsupported.reason)
        (void)why_set(w, "key-not-supported", WHY_NO_OFFSET, unsupported.clause, "%s", unsupported.detail);
    else if (!tried)
        (void)why_set(w, "no-key", WHY_NO_OFFSET, "Doc 9303-11 9.2.11",
                      "there is no key for chip authentication in DG14");
    if (unsupported.reason || !tried)
        return RESULT_UNDETERMINED;
    (void)why_set(w, "chip-authentication", WHY_NO_OFFSET, clause,
                  "the chip did not have the private key that belongs to DG14");
    return RESULT_FORGED;
}

static enum result judge_mapping(const struct chip_proof *p, const struct security_infos *card_security,
                                 struct span *by, struct why *w)
{
    struct why why = { 0 };

    if (!card_security) {
        (void)why_set(w, "no-key", WHY_NO_OFFSET, "Doc 9303-11 9.2.11", "EF.CardSecurity is not there");
        return RESULT_UNDETERMINED;
    }
    if (pace_proof_holds(&p->mapping, card_security, by, &why))
        return RESULT_GENUINE;
    (void)why_set(w, why.reason, why.offset, why.clause, "%s", why.detail);
    return strcmp(why.reason, "no-key") == 0 ? RESULT_UNDETERMINED : RESULT_FORGED;
}

enum result chip_proof_judge(const struct chip_proof *p, const struct security_infos *dg14,
                             const struct security_infos *card_security, struct span *key, struct why *w)
{
    struct why first = { 0 }, second = { 0 }, *pick = NULL;
    struct span by_authentication = { NULL, 0 }, by_mapping = { NULL, 0 };
    enum result a = p->answered ? judge_authentication(p, dg14, &by_authentication, &first) : RESULT_GENUINE;
    enum result b = p->mapped ? judge_mapping(p, card_security, &by_mapping, &second) : RESULT_GENUINE;

    if (!p->answered && !p->mapped) {
        (void)why_set(w, "no-key", WHY_NO_OFFSET, clause, "nothing was proven");
        return RESULT_UNDETERMINED;
    }
    if (a == RESULT_FORGED || (a == RESULT_UNDETERMINED && b != RESULT_FORGED))
        pick = &first;
    else if (b != RESULT_GENUINE)
        pick = &second;
    if (!pick) {
        if (key)
            *key = p->answered ? by_authentication : by_mapping;
        return RESULT_GENUINE;
    }
    (void)why_set(w, pick->reason, pick->offset, pick->clause, "%s", pick->detail);
    return pick == &first ? a : b;
}

enum result chip_authentication_replay(struct span record, const struct security_infos *dg14,
                                       const struct security_infos *card_security, struct arena *a,
                                       struct span *key, struct why *w)
{
    struct chip_proof proof;

    if (!chip_proof_read(record, a, &proof, w))
        return RESULT_MALFORMED;
    return chip_proof_judge(&proof, dg14, card_security, key, w);
}
