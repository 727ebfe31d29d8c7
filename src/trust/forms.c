#include "trust/forms.h"

#include "seal/certificate.h"
#include "seal/crl.h"
#include "seal/master_list.h"
#include "seal/vical.h"
#include "trust/folder.h"
#include "wire/der.h"
#include "wire/ldif.h"
#include "wire/pem.h"

#define BEGIN           SPAN("-----BEGIN ")
#define OID_SIGNED_DATA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")

const char *trust_form_word(enum trust_form f)
{
    static const char *const word[] = { "unknown",     "certificate", "revocation list",
                                        "master list", "bare list",   "PKCS #7",
                                        "PEM",         "LDIF",        "log of imports",
                                        "VICAL" };

    return word[f];
}

/* CscaMasterList ::= SEQUENCE { version 0, SET OF Certificate }, as the content of a master list. */
static bool bare_list(struct span file, struct span *certificates)
{
    struct der d = der_of(file), list = der_open(&d, DER_SEQUENCE), set;

    if (der_peek(&list) != DER_INTEGER || der_small(&list) != 0)
        return false;
    set = der_open(&list, DER_SET);
    if (!der_ok(&list) || !der_ok(&set))
        return false;
    *certificates = span_of(set.p, (size_t)(set.end - set.p));
    return true;
}

struct pkcs7 {
    struct span certificates, crls; /* content of the two sets */
    bool signers;
};

/* ContentInfo with SignedData (RFC 5652 5.1), far enough to tell what is in it. Degenerate ones are written
 * as BER as well. */
static bool pkcs7_read(struct span file, struct pkcs7 *out, struct why *w)
{
    struct der d = der_ber(file), info = der_open(&d, DER_SEQUENCE), wrapped, data;
    struct der_item item;
    struct pkcs7 p = { 0 };

    if (!span_eq(der_oid(&info), OID_SIGNED_DATA))
        der_fail(&info, NULL, "no signed data");
    wrapped = der_open(&info, DER_CONTEXT_CONSTRUCTED(0));
    data = der_open(&wrapped, DER_SEQUENCE);
    (void)der_small(&data);
    (void)der_get(&data, DER_SET);
    (void)der_get(&data, DER_SEQUENCE);
    if (der_optional(&data, DER_CONTEXT_CONSTRUCTED(0), &item))
        p.certificates = item.body;
    if (der_optional(&data, DER_CONTEXT_CONSTRUCTED(1), &item))
        p.crls = item.body;
    p.signers = der_get(&data, DER_SET).body.n > 0;
    der_close(&wrapped, &data);
    der_close(&info, &wrapped);
    der_close(&d, &info);
    if (!der_done(&d))
        return der_finish(&d, "der", "RFC 5652 5.1", w);
    *out = p;
    return true;
}

static bool is_crl(struct span file)
{
    struct der d = der_of(file), outer = der_open(&d, DER_SEQUENCE), tbs = der_open(&outer, DER_SEQUENCE);
    struct crl crl;

    if (der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(0))
        return false; /* the version of a certificate */
    return der_item_length(file) == file.n && crl_parse(file, &crl, NULL, NULL);
}

enum trust_form trust_form_of(struct span file)
{
    struct span inside = { 0 };
    struct pkcs7 p = { 0 };

    if (file.n == 0)
        return FORM_UNKNOWN;
    if (span_starts(file, SPAN(TRUST_LOG_START)))
        return FORM_LOG;
    if (file.p[0] != DER_SEQUENCE) {
        if (vical_likely(file))
            return FORM_VICAL;
        if (ldif_likely(span_sub(file, 0, 16384)))
            return FORM_LDIF;
        return memmem(file.p, file.n, BEGIN.p, BEGIN.n) ? FORM_PEM : FORM_UNKNOWN;
    }
    if (master_list_likely(file) || (file.n > 2 && file.p[1] == 0x80))
        return pkcs7_read(file, &p, NULL) && !p.signers ? FORM_PKCS7 : FORM_MASTER_LIST;
    if (bare_list(file, &inside))
        return FORM_BARE_LIST;
    return is_crl(file) ? FORM_CRL : FORM_CERTIFICATES;
}

struct walk {
    const struct trust_items *to;
    struct arena *arena;
    size_t n;
};

static void pass(struct walk *k, enum trust_item kind, struct span der)
{
    k->n++;
    k->to->item(k->to->ctx, kind, der);
}

static void bad(const struct walk *k, const char *reason, size_t at, const char *clause, const char *what)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, reason, at, clause, "%s", what);
    k->to->bad(k->to->ctx, &w);
}

/* Items one behind the other, each of that kind. */
static void in_a_row(struct walk *k, struct span s, enum trust_item kind, const uint8_t *file)
{
    size_t n;

    while (s.n > 0 && s.p[0] == DER_SEQUENCE && (n = der_item_length(s)) > 0) {
        pass(k, kind, span_sub(s, 0, n));
        s = span_sub(s, n, s.n);
    }
    if (s.n)
        bad(k, "unknown", (size_t)(s.p - file), NULL,
            "what stands from here on is neither a certificate nor a list");
}

static void der_items(struct walk *k, struct span file)
{
    enum trust_form form = trust_form_of(file);
    struct span inside = { 0 };
    struct why w = { .offset = WHY_NO_OFFSET };
    struct pkcs7 p = { 0 };

    if (form == FORM_MASTER_LIST) {
        pass(k, ITEM_MASTER_LIST, file);
    } else if (form == FORM_CRL) {
        pass(k, ITEM_CRL, file);
    } else if (form == FORM_BARE_LIST && bare_list(file, &inside)) {
        in_a_row(k, inside, ITEM_CERTIFICATE, file.p);
    } else if (form == FORM_CERTIFICATES) {
        in_a_row(k, file, ITEM_CERTIFICATE, file.p);
    } else if (form == FORM_PKCS7 && pkcs7_read(file, &p, &w)) {
        in_a_row(k, p.certificates, ITEM_CERTIFICATE, file.p);
        in_a_row(k, p.crls, ITEM_CRL, file.p);
    } else {
        bad(k, "unknown", 0, NULL, "no certificate, master list or revocation list");
    }
}

static bool labelled(struct span label)
{
    static const char *const labels[] = {
        "CERTIFICATE", "X509 CERTIFICATE", "X509 CRL", "CRL", "PKCS7", "CMS"
    };

    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (span_eq_str(label, labels[i]))
            return true;
    return false;
}

static void pem_items(struct walk *k, struct span file)
{
    struct span rest = file;
    struct pem_text t;
    size_t others = 0;

    while (pem_next(&rest, labelled, k->arena, &t)) {
        size_t at = t.body.n ? (size_t)(t.body.p - file.p) : file.n;

        if (!labelled(t.label))
            others++;
        else if (t.state == PEM_NO_END)
            bad(k, "pem", at, "RFC 7468", "a PEM text without its END line");
        else if (t.state == PEM_NO_TEXT)
            bad(k, "pem", at, "RFC 7468 3", "a PEM text that is no base64");
        else
            der_items(k, t.bytes);
    }
    if (others && k->n == 0)
        bad(k, "unknown", 0, "RFC 7468", "no certificate or list among the PEM texts");
}

size_t trust_items_in(struct span file, struct arena *a, const struct trust_items *to)
{
    struct walk k = { .to = to, .arena = a };

    if (file.n && file.p[0] == DER_SEQUENCE)
        der_items(&k, file);
    else if (trust_form_of(file) == FORM_PEM)
        pem_items(&k, file);
    else if (trust_form_of(file) == FORM_VICAL)
        pass(&k, ITEM_VICAL, file);
    else
        bad(&k, "unknown", 0, NULL, "no certificate, list or revocation list");
    return k.n;
}
