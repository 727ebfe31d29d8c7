#include "seal/master_list.h"

#include "base/limits.h"
#include "base/reader.h"
#include "seal/cms.h"
#include "wire/der.h"

#define CLAUSE          "Doc 9303-12 9"
#define OID_MASTER_LIST SPAN("\x67\x81\x08\x01\x01\x02")
#define OID_LIST_SIGNER SPAN("\x67\x81\x08\x01\x01\x03")

bool master_list_likely(struct span in)
{
    struct reader r = rd_of(span_sub(in, 0, 20));
    uint8_t length;

    if (rd_u8(&r) != DER_SEQUENCE)
        return false;
    length = rd_u8(&r);
    (void)rd_take(&r, length > 0x80 && length < 0x85 ? length & 7 : 0);
    return span_eq(rd_take(&r, 11), SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"));
}

/* CscaMasterList ::= SEQUENCE { version 0, SET OF Certificate } */
static bool read_list(struct span content, struct master_list *l, struct why *w)
{
    struct der d = der_of(content), list = der_open(&d, DER_SEQUENCE), set, certs;
    const uint8_t *at = list.p;

    if (der_small(&list) != 0)
        der_fail(&list, at, "unknown version");
    set = certs = der_open(&list, DER_SET);
    while (der_more(&certs)) {
        (void)der_take(&certs, DER_SEQUENCE);
        l->n++;
    }
    der_close(&list, &certs);
    der_close(&d, &list);
    if (!der_done(&d))
        return der_finish(&d, "master-list", CLAUSE, w);
    l->certificates = span_of(set.p, (size_t)(set.end - set.p));
    return true;
}

struct span master_list_next(const struct master_list *l, size_t *at)
{
    struct span rest = span_sub(l->certificates, *at, l->certificates.n), der;

    der = span_sub(rest, 0, der_item_length(rest));
    *at += der.n;
    return der;
}

/* The embedded certificate that the SignerInfo names and whose key made the signature. */
static bool find_signer(const struct cms *c, struct certificate *signer, bool *named, struct why *w)
{
    *named = false;
    for (size_t i = 0; i < c->n_certificates; i++) {
        struct public_key *key;
        struct certificate cert;
        bool holds;

        if (!certificate_parse(c->certificate[i], &cert, NULL, w))
            return false;
        if (cms_names(c, &cert) == CMS_OTHER)
            continue;
        if (!public_key_from_spki(cert.spki, &key, w))
            return false;
        *named = true;
        holds = cms_signature_holds(c, key, NULL);
        public_key_free(key);
        if (holds) {
            *signer = cert;
            return true;
        }
    }
    if (*named)
        return why_set(w, "signature", WHY_NO_OFFSET, "RFC 5652 5.4",
                       "the signature of the list does not hold");
    return why_set(w, "no-signer", WHY_NO_OFFSET, CLAUSE,
                   "the certificate of the list's signer is not in it");
}

static enum result refuse(struct master_list *out, enum result r, const struct why *w)
{
    *out = (struct master_list){ .result = r, .why = *w };
    return r;
}

enum result master_list_verify(struct span in, const struct anchor_set *set, struct arena *a,
                               struct master_list *out, struct findings *f)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct master_list l = { .why = { .offset = WHY_NO_OFFSET } };
    struct cms c;
    bool named;

    if (in.n > LIMIT_FILE) {
        (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "a list of %zu bytes", in.n);
        return refuse(out, RESULT_MALFORMED, &w);
    }
    if (!cms_parse(in, a, &c, f, &w))
        return refuse(
            out, strcmp(w.reason, "algorithm-not-supported") == 0 ? RESULT_UNDETERMINED : RESULT_MALFORMED,
            &w);
    if (!span_eq(c.content_type, OID_MASTER_LIST)) {
        (void)why_set(&w, "content-type", (size_t)(c.content_type.p - in.p), CLAUSE,
                      "content is not a master list");
        return refuse(out, RESULT_MALFORMED, &w);
    }
    if (!read_list(c.content, &l, &w))
        return refuse(out, RESULT_MALFORMED, &w);
    if (!cms_digest_holds(&c)) {
        (void)why_set(&w, "message-digest", WHY_NO_OFFSET, "RFC 5652 11.2",
                      "the signed digest is not that of the list");
        return refuse(out, RESULT_FORGED, &w);
    }
    if (!find_signer(&c, &l.signer, &named, &w))
        return refuse(out, named && strcmp(w.reason, "signature") == 0 ? RESULT_FORGED : RESULT_UNDETERMINED,
                      &w);
    if (!certificate_has_eku(&l.signer, OID_LIST_SIGNER)) {
        (void)why_set(&w, "purpose", WHY_NO_OFFSET, CLAUSE,
                      "the signer's certificate is not one for master lists");
        return refuse(out, RESULT_FORGED, &w);
    }
    l.has_signing_time = c.has_signing_time;
    l.signing_time = c.signing_time;
    l.result = path_find(set, &l.signer, FOR_LISTS, &l.path, f, &l.why);
    if (l.result != RESULT_GENUINE && l.result != RESULT_NO_ANCHOR)
        return refuse(out, l.result, &l.why);
    *out = l;
    return l.result;
}
