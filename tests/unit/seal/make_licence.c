#include "make_licence.h"

#include <stdlib.h>

#include "seal/cose_write.h"
#include "seal/mdl_issue_certificate.h"
#include "wire/cbor_write.h"

static void must(bool ok)
{
    if (!ok)
        abort();
}

void licence_maker_init(struct licence_maker *m, struct private_key *key, enum mdl_role role,
                        const char *state)
{
    struct mdl_certificate_order o = { .role = MDL_IACA,
                                       .country = "XK",
                                       .state = state,
                                       .common_name = "Licences SPECIMEN",
                                       .serial = 1,
                                       .not_before = ISSUED_AT - 181 * (unix_time)DAY,
                                       .not_after = ISSUED_AT + 8 * 365 * (unix_time)DAY,
                                       .authority_url = "https://licences.example" };
    struct buffer spki;

    memset(m, 0, sizeof *m);
    buf_init(&m->authority, 8192);
    buf_init(&m->certificate, 8192);
    buf_init(&spki, 8192);
    m->key = key;
    must(private_key_generate(CURVE_P256, &m->authority_key, NULL));
    private_key_spki(m->authority_key, &spki);
    must(mdl_certificate_issue(&o, buf_span(&spki), m->authority_key, (struct span){ 0 }, &m->authority,
                               NULL));
    o.role = role;
    o.common_name = "Signer SPECIMEN";
    o.serial = 2;
    o.not_before = ISSUED_AT - 30 * DAY;
    o.not_after = ISSUED_AT + 370 * DAY;
    o.crl_url = "https://licences.example/crl";
    buf_reset(&spki);
    private_key_spki(m->key, &spki);
    must(mdl_certificate_issue(&o, buf_span(&spki), m->authority_key, buf_span(&m->authority),
                               &m->certificate, NULL));
    buf_free(&spki);
    m->by = (struct mdoc_issuer){ .key = m->key,
                                  .certificate = buf_span(&m->certificate),
                                  .authority = buf_span(&m->authority) };
}

void licence_maker_free(struct licence_maker *m)
{
    private_key_free(m->authority_key);
    private_key_free(m->key);
    buf_free(&m->authority);
    buf_free(&m->certificate);
}

struct mdoc_issue_element *licence_elements(struct arena *a, size_t *n)
{
    static const struct {
        const char *id;
        struct span value;
    } all[] = {
        { "family_name", SPAN("\x68SPECIMEN") },
        { "given_name", SPAN("\x64"
                             "ANNA") },
        { "birth_date", SPAN("\xd9\x03\xec\x6a"
                             "1990-05-05") },
        { "issue_date", SPAN("\xd9\x03\xec\x6a"
                             "2026-07-01") },
        { "expiry_date", SPAN("\xd9\x03\xec\x6a"
                              "2036-06-30") },
        { "issuing_country", SPAN("\x62XK") },
        { "issuing_authority", SPAN("\x68SPECIMEN") },
        { "document_number", SPAN("\x6aSPECIMEN-1") },
        { "portrait", SPAN("\x44\xff\xd8\xff\xe0") },
        { "un_distinguishing_sign", SPAN("\x60") },
        { "driving_privileges", SPAN("\x81\xa3\x75vehicle_category_code\x61"
                                     "B\x6aissue_date\xd9\x03\xec\x6a"
                                     "2010-07-01\x65"
                                     "codes\x81\xa1\x64"
                                     "code\x62"
                                     "01") },
    };
    struct mdoc_issue_element *e = arena_array(a, sizeof all / sizeof *all, sizeof *e);

    must(e);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        e[i] = (struct mdoc_issue_element){ SPAN(MDL_NAME_SPACE), span_str(all[i].id), all[i].value };
    *n = sizeof all / sizeof *all;
    return e;
}

struct span device_key_of(const struct private_key *k, struct arena *a)
{
    struct buffer spki, key;
    struct span out;

    buf_init(&spki, 4096);
    buf_init(&key, 4096);
    private_key_spki(k, &spki);
    must(cose_key_put_spki(&key, buf_span(&spki), a, NULL));
    out = arena_copy(a, buf_span(&key));
    buf_free(&spki);
    buf_free(&key);
    return out;
}

static uint64_t chance = 1;

void licence_chance_from(uint64_t seed)
{
    chance = seed * 2 + 1;
}

void licence_chance(void *p, size_t n)
{
    uint8_t *to = p;

    for (size_t i = 0; i < n; i++) {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        to[i] = (uint8_t)(chance >> 24);
    }
}

struct mdoc_issue_order licence_order(struct arena *a, struct span device_key)
{
    struct mdoc_issue_order o = { .doc_type = SPAN(MDL_DOC_TYPE),
                                  .digest = DIGEST_SHA256,
                                  .device_key = device_key,
                                  .signed_at = ISSUED_AT,
                                  .valid_from = ISSUED_AT,
                                  .valid_until = ISSUED_AT + 365 * (unix_time)DAY };

    o.element = licence_elements(a, &o.n);
    return o;
}
