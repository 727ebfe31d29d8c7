#include "trust/explain.h"

#include "base/text.h"
#include "seal/cms.h"
#include "seal/conformance.h"
#include "seal/crl.h"
#include "seal/name.h"
#include "seal/path.h"
#include "trust/report.h"
#include "wire/der.h"

enum { CANDIDATES = 32, LINKS = 8 };

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

static void put_name(struct json_writer *j, const char *key, struct span name)
{
    struct buffer b;

    buf_init(&b, 8192);
    name_put(&b, name);
    jw_text(j, key, buf_span(&b));
    buf_free(&b);
}

static void put_certificate(struct json_writer *j, const char *key, const struct certificate *c)
{
    struct digest d;

    digest_of(DIGEST_SHA256, c->der, &d);
    jw_object(j, key);
    put_name(j, "subject", c->subject);
    put_name(j, "issuer", c->issuer);
    jw_hex(j, "serial", c->serial);
    jw_hex(j, "sha256", digest_span(&d));
    jw_hex(j, "key_id", c->ski);
    jw_hex(j, "authority_key_id", c->aki);
    put_time(j, "not_before", c->not_before);
    put_time(j, "not_after", c->not_after);
    jw_object_end(j);
}

static void put_origins(struct json_writer *j, const struct anchor *a, unix_time at)
{
    jw_array(j, "origins");
    for (const struct anchor_origin *o = a ? a->origin : NULL; o; o = o->next) {
        jw_object(j, NULL);
        jw_str(j, "source", o->source);
        jw_str(j, "member", o->member);
        put_time(j, "at", o->at);
        jw_bool(j, "vouches", o->standing == ANCHOR_VOUCHED);
        anchor_purposes_put(j, "purposes", o->purposes);
        anchor_list_put(j, "list", o->list, at);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* --- candidates --- */

static const char *try_key(const struct certificate *c, const struct anchor *by, unsigned need)
{
    struct digest d;

    if (by->use != ANCHOR_ISSUER)
        return by->use == ANCHOR_CANDIDATE ? "not asked: known, but nobody vouches for it"
                                           : "not asked: it may not certify others";
    if (!by->key)
        return "its kind of key is not supported";
    digest_of(c->sig_alg.digest, c->tbs, &d);
    if (!signature_verify(by->key, &c->sig_alg, &d, c->signature, NULL))
        return "did not sign it";
    return anchor_serves(by, need) ? "signed it" : "signed it, but is vouched for as something else";
}

static void put_candidate(struct json_writer *j, const struct certificate *c, const struct anchor *by,
                          unsigned need, const char *named)
{
    jw_object(j, NULL);
    put_name(j, "subject", by->cert.subject);
    jw_hex(j, "sha256", span_of(by->sha256, 32));
    jw_hex(j, "key_id", by->cert.ski);
    jw_str(j, "named_by", named);
    anchor_purposes_put(j, "purposes", by->purposes);
    jw_str(j, "outcome", try_key(c, by, need));
    jw_object_end(j);
}

/* As path_find looks for them; one that has the name but another key identifier is shown as what it is. */
static size_t put_candidates(const struct anchor_set *set, const struct certificate *c, unsigned need,
                             struct json_writer *j)
{
    const struct anchor *by_key[CANDIDATES], *by_name[CANDIDATES];
    size_t n = anchors_by_key_id(set, c->aki, by_key, CANDIDATES);
    size_t m = anchors_by_subject(set, c->issuer, by_name, CANDIDATES);

    jw_array(j, "candidates");
    for (size_t i = 0; i < n; i++)
        put_candidate(j, c, by_key[i], need, "key identifier");
    for (size_t i = 0; i < m; i++) {
        bool seen = false;

        for (size_t k = 0; k < n; k++)
            seen |= by_key[k] == by_name[i];
        if (seen)
            continue;
        if (c->aki.n && by_name[i]->cert.ski.n) {
            jw_object(j, NULL);
            put_name(j, "subject", by_name[i]->cert.subject);
            jw_hex(j, "sha256", span_of(by_name[i]->sha256, 32));
            jw_hex(j, "key_id", by_name[i]->cert.ski);
            jw_str(j, "named_by", "name");
            anchor_purposes_put(j, "purposes", by_name[i]->purposes);
            jw_str(j, "outcome", "not asked: the certificate names another key of this issuer");
            jw_object_end(j);
        } else {
            put_candidate(j, c, by_name[i], need, "name");
        }
    }
    jw_array_end(j);
    return n + m;
}

/* --- the links above --- */

static void put_links(const struct anchor *a, unix_time at, struct json_writer *j)
{
    jw_array(j, "by");
    if (a) {
        jw_object(j, NULL);
        put_certificate(j, "certificate", &a->cert);
        jw_str(j, "use", anchor_use_word(a->use));
        jw_str(j, "why", anchor_why_word(a));
        anchor_purposes_put(j, "purposes", a->purposes);
        anchor_types_put(j, "types", a);
        put_origins(j, a, at);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* --- revocation --- */

static enum revocation put_revocation(const struct trust_question *q, const struct certificate *c,
                                      const struct anchor *issuer, struct json_writer *j)
{
    enum revocation r = issuer ? anchors_revocation(q->set, issuer, c->serial, q->at) : REVOCATION_UNKNOWN;
    struct anchor_crl crl;

    jw_object(j, "revocation");
    jw_str(j, "state",
           r == REVOCATION_REVOKED ? "revoked"
           : r == REVOCATION_CLEAR ? "not revoked"
                                   : "unknown: no current list of its issuer");
    if (issuer && anchors_newest_crl(q->set, issuer, &crl)) {
        put_time(j, "this_update", crl.crl->this_update);
        put_time(j, "next_update", crl.crl->next_update);
        jw_str(j, "source", crl.origin->source);
    }
    jw_object_end(j);
    return r;
}

static void put_validity(const struct certificate *c, unix_time at, struct json_writer *j)
{
    jw_str(j, "validity",
           at < c->not_before  ? "not valid yet"
           : at > c->not_after ? "expired; what it signed before may still be good"
                               : "valid now");
}

static void put_findings(const struct certificate *c, bool issuer, struct json_writer *j)
{
    struct findings f;

    findings_init(&f);
    certificate_conformance(c, issuer ? CONFORMS_COUNTRY_SIGNER : CONFORMS_DOCUMENT_SIGNER, PROFILE_LENIENT,
                            WHY_NO_OFFSET, &f);
    jw_array(j, "findings");
    for (size_t i = 0; i < f.n; i++) {
        jw_object(j, NULL);
        jw_str(j, "reason", f.item[i].why.reason);
        jw_str(j, "clause", f.item[i].why.clause);
        jw_str(j, "detail", f.item[i].why.detail);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* The purposes for which it is believed. */
static unsigned counts_for(const struct anchor_set *set, const struct certificate *c)
{
    struct path path;
    unsigned counts = 0;

    for (unsigned rest = FOR_ALL; rest; rest &= rest - 1)
        if (path_find(set, c, rest & ~(rest - 1), &path, NULL, NULL) == RESULT_GENUINE)
            counts |= rest & ~(rest - 1);
    return counts;
}

static const char *what_to_do(enum result r, const char *reason, bool known_issuers,
                              const struct trust_object *o, bool revoked)
{
    if (revoked)
        return "do not accept what it signs; ask its State when in doubt";
    if (o && o->dropped)
        return "it was refused once its issuer was known: get it again from its State";
    if (r == RESULT_GENUINE)
        return "nothing: it is believed";
    if (r == RESULT_NO_ANCHOR && strcmp(reason, "anchor-purpose") == 0)
        return "ask its State for the certificate of this purpose; when this is the right one, vouch for it "
               "as "
               "that: serai trust propose or import, --for PURPOSE";
    if (r == RESULT_FORGED)
        return "get the certificate again from its State; it was altered, or its issuer has another key of "
               "the same "
               "identifier that is not known here";
    if (r == RESULT_UNDETERMINED)
        return "its issuer's kind of key or signature is not supported here";
    return known_issuers
               ? "import the country signer whose key it names: the ones known here of that name have other "
                 "keys"
               : "import the country signer of its State, from a master list or from the State itself";
}

static const struct trust_object *object_of(const struct trust_question *q, const struct digest *d)
{
    return q->log ? trust_log_find(q->log, d) : NULL;
}

enum result trust_explain(const struct trust_question *q, const struct certificate *c, struct json_writer *j)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct anchor *self, *issuer;
    const struct trust_object *o;
    struct path path = { 0 };
    struct digest d;
    enum result r;
    enum revocation revoked;
    unsigned need = q->need ? q->need : FOR_ALL;
    size_t known;

    digest_of(DIGEST_SHA256, c->der, &d);
    self = anchor_by_sha256(q->set, &d);
    o = object_of(q, &d);
    r = path_find(q->set, c, need, &path, NULL, &w);
    issuer = r == RESULT_GENUINE && !path.direct ? path.anchor : NULL;
    jw_object(j, NULL);
    jw_str(j, "result", result_word(r));
    jw_str(j, "reason",
           r == RESULT_GENUINE
               ? path.direct ? "this very certificate is believed" : "certified by a key that is believed"
               : w.detail);
    jw_str(j, "clause", r == RESULT_GENUINE ? NULL : w.clause);
    put_certificate(j, "certificate", c);
    anchor_purposes_put(j, "asked_for", need);
    anchor_purposes_put(j, "counts_for", counts_for(q->set, c));
    jw_str(j, "here",
           self              ? anchor_why_word(self)
           : o && o->dropped ? "refused"
           : o               ? "waiting"
                             : "not among what was imported");
    anchor_purposes_put(j, "purposes", self ? self->purposes : 0);
    if (self)
        anchor_types_put(j, "types", self);
    put_origins(j, self, q->at);
    if (o && !self)
        jw_str(j, "imported_from", o->from->source->file);
    if (o && o->dropped)
        jw_str(j, "refused_because", o->dropped_why);
    known = put_candidates(q->set, c, need, j);
    put_links(path.direct ? NULL : path.anchor, q->at, j);
    revoked = put_revocation(q, c, issuer, j);
    put_validity(c, q->at, j);
    put_findings(c, self ? anchor_kind(self) == ANCHOR_ISSUER : c->key_usage & KEY_USAGE_CERT_SIGN, j);
    jw_str(j, "do", what_to_do(r, w.reason, known > 0, o, revoked == REVOCATION_REVOKED));
    jw_object_end(j);
    return r == RESULT_GENUINE && revoked == REVOCATION_REVOKED ? RESULT_REVOKED : r;
}

/* --- finding the thing --- */

static bool named(const struct cms *cms, struct span der, struct certificate *out)
{
    struct certificate c;

    if (!certificate_parse(der, &c, NULL, NULL) || cms_names(cms, &c) == CMS_OTHER)
        return false;
    *out = c;
    return true;
}

bool trust_signer_of_sod(const struct trust_question *q, struct span sod, struct arena *a,
                         struct certificate *out, struct why *w)
{
    struct der d = der_ber(sod);
    struct der_item item = der_get(&d, 0x77);
    const struct anchor *known[4];
    const struct trust_object *o;
    struct cms cms;
    size_t n;

    if (!der_done(&d))
        return der_finish(&d, "sod", "Doc 9303-10 4.6.2", w);
    if (!cms_parse(item.body, a, &cms, NULL, w))
        return false;
    for (size_t i = 0; i < cms.n_certificates; i++)
        if (named(&cms, cms.certificate[i], out))
            return true;
    n = cms.ski.n ? anchors_by_key_id(q->set, cms.ski, known, 4)
                  : anchors_by_issuer_serial(q->set, cms.issuer, cms.serial, known, 4);
    if (n) {
        *out = known[0]->cert;
        return true;
    }
    for (size_t i = 0; q->log && (o = trust_log_at(q->log, i)) != NULL; i++)
        if (o->kind == TRUST_CERTIFICATE && named(&cms, trust_log_der(q->log, o), out))
            return true;
    return why_set(
        w, "no-signer", WHY_NO_OFFSET, "Doc 9303-11 5.1",
        "the document signer's certificate is neither in EF.SOD nor known: import it, or the State's "
        "directory of signers");
}

static bool begins(struct span bytes, const char *hex)
{
    static const char digit[] = "0123456789abcdef";
    size_t n = strlen(hex);

    for (size_t i = 0; i < n; i++) {
        int c = ascii_upper(hex[i]) ? hex[i] + 32 : hex[i];

        if (i / 2 >= bytes.n || c != digit[i % 2 ? bytes.p[i / 2] & 15 : bytes.p[i / 2] >> 4])
            return false;
    }
    return n > 0;
}

size_t trust_find_hex(const struct trust_question *q, const char *hex, struct span *der, size_t max)
{
    const struct trust_object *o;
    const struct anchor *a;
    struct digest d = { .n = 32 };
    struct certificate c;
    size_t n = 0;

    for (size_t i = 0; n < max && (a = anchor_at(q->set, i)) != NULL; i++)
        if (begins(span_of(a->sha256, 32), hex) || begins(a->cert.ski, hex))
            der[n++] = a->cert.der;
    for (size_t i = 0; n < max && q->log && (o = trust_log_at(q->log, i)) != NULL; i++) {
        memcpy(d.b, o->sha256, 32);
        if (o->kind == TRUST_CERTIFICATE && !anchor_by_sha256(q->set, &d) &&
            (begins(span_of(o->sha256, 32), hex) ||
             (certificate_parse(trust_log_der(q->log, o), &c, NULL, NULL) && begins(c.ski, hex))))
            der[n++] = trust_log_der(q->log, o);
    }
    return n;
}
