#include "seal/licence_crl.h"

#include "seal/crl.h"
#include "seal/mdoc_errors.h"
#include "wire/der.h"

#define CLAUSE "ISO/IEC 18013-5 B.1.9"

enum { REISSUE_DAYS = 90 };

/* Whether Extensions hold a critical one besides those that crl_parse has judged; *number tells of the CRL
 * number. */
static bool has_critical(struct der *list, bool *number)
{
    struct der exts = der_open(list, DER_SEQUENCE);
    bool found = false;

    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE);
        struct span oid = der_oid(&e);

        found |= der_flag(&e);
        (void)der_take(&e, DER_OCTET_STRING);
        der_close(&exts, &e);
        if (number && span_eq(oid, SPAN("\x55\x1d\x14")))
            *number = true;
    }
    der_close(list, &exts);
    return found;
}

/* RFC 5280 5.2, 5.3: a list with a critical extension that is not known must not be used. */
static bool check_extensions(const struct crl *c, bool *number, struct why *w)
{
    struct der revoked = der_of(c->revoked), all = der_of(c->tbs), tbs = der_open(&all, DER_SEQUENCE), list;
    bool critical = false;

    while (der_more(&revoked)) {
        struct der e = der_open(&revoked, DER_SEQUENCE);

        (void)der_any(&e);
        (void)der_any(&e);
        if (der_more(&e))
            critical |= has_critical(&e, NULL);
        der_close(&revoked, &e);
    }
    while (der_more(&tbs) && der_peek(&tbs) != DER_CONTEXT_CONSTRUCTED(0))
        (void)der_any(&tbs);
    if (der_more(&tbs)) {
        list = der_open(&tbs, DER_CONTEXT_CONSTRUCTED(0));
        critical |= has_critical(&list, number);
    }
    return !critical ||
           why_set(w, "CRL_PARSE", WHY_NO_OFFSET, "RFC 5280 5.2", "a critical extension that is not known");
}

static bool check_issuer(const struct crl *c, const struct certificate *authority, struct why *w)
{
    struct public_key *key = NULL;
    bool ok;

    if (!names_equal(c->issuer, authority->subject))
        return why_set(w, "CRL_ISSUER", (size_t)(c->issuer.p - c->der.p), "RFC 5280 6.3.3",
                       "another authority issued the list");
    if (authority->key_usage && !(authority->key_usage & KEY_USAGE_CRL_SIGN))
        return why_set(w, "CRL_ISSUER", (size_t)(c->issuer.p - c->der.p), "RFC 5280 6.3.3",
                       "the authority's key is not one for lists");
    if (!public_key_borrow_spki(authority->spki, &key, NULL))
        return why_set(w, "CRL_SIG", WHY_NO_OFFSET, CLAUSE, "the authority's key is not supported");
    ok = crl_signed_by(c, key);
    public_key_free(key);
    return ok || why_set(w, "CRL_SIG", (size_t)(c->signature.p - c->der.p), "RFC 5280 6.3.3",
                         "not signed with the authority's key");
}

static bool check_time(const struct crl *c, unix_time at, struct why *w)
{
    unix_time next = c->next_update ? c->next_update : c->this_update + REISSUE_DAYS * 86400;

    if (at < c->this_update)
        return why_set(w, "CRL_NOT_YET", WHY_NO_OFFSET, "RFC 5280 5.1.2.4", "issued in the future");
    return at <= next ||
           why_set(w, "CRL_STALE", WHY_NO_OFFSET, "RFC 5280 5.1.2.5", "a newer list was due at this time");
}

static bool check(struct span der, const struct certificate *authority, const struct certificate *certificate,
                  unix_time at, struct findings *f, struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct crl c;
    bool number = false;

    if (!crl_parse(der, &c, NULL, &cause))
        return why_set(w, "CRL_PARSE", cause.offset, cause.clause ? cause.clause : CLAUSE, "%s",
                       cause.detail);
    if (!check_extensions(&c, &number, w) || !check_issuer(&c, authority, w) || !check_time(&c, at, w))
        return false;
    if (c.aki.n == 0 || !number)
        licence_deviation(f, "CRL_PROFILE", WHY_NO_OFFSET, CLAUSE,
                          "no authority key identifier or no number");
    if (!c.next_update)
        licence_deviation(f, "CRL_PROFILE", WHY_NO_OFFSET, CLAUSE, "does not say when the next list comes");
    return !crl_lists(&c, certificate->serial) || why_set(w, "CERT_REVOKED", (size_t)(c.revoked.p - der.p),
                                                          "RFC 5280 6.3.3", "the list names the certificate");
}

enum result licence_crl_check(struct span der, const struct certificate *authority,
                              const struct certificate *certificate, unix_time at, struct findings *f,
                              struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };

    if (check(der, authority, certificate, at, f, &cause))
        return RESULT_GENUINE;
    if (w)
        *w = cause;
    return licence_error_result(cause.reason);
}
