#include "seal/crl.h"

#include <stdlib.h>

#include "seal/algorithm.h"

#define CLAUSE "RFC 5280 5.1"

/* Only the authority key identifier decides something; a CRL of a kind that leaves certificates out is not
 * read. */
static void read_extensions(struct crl *c, struct der *tbs)
{
    struct der list = der_open(tbs, DER_CONTEXT_CONSTRUCTED(0)), exts = der_open(&list, DER_SEQUENCE);

    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE), v, in;
        struct span oid = der_oid(&e), value;
        struct der_item item;

        (void)der_flag(&e);
        value = der_take(&e, DER_OCTET_STRING);
        if (der_ok(&e) && (span_eq(oid, SPAN("\x55\x1d\x1b")) || span_eq(oid, SPAN("\x55\x1d\x1c"))))
            der_fail(&e, oid.p, "a delta or partial list");
        if (der_ok(&e) && span_eq(oid, SPAN("\x55\x1d\x23"))) {
            v = der_within(&e, value);
            in = der_open(&v, DER_SEQUENCE);
            if (der_optional(&in, DER_CONTEXT(0), &item))
                c->aki = item.body;
            if (!der_ok(&in))
                der_fail(&e, in.bad_at, in.what);
        }
        der_close(&exts, &e);
    }
    der_close(&list, &exts);
    der_close(tbs, &list);
}

static void check_entries(const struct der *tbs, struct der *out, struct span list)
{
    struct der d = der_within(tbs, list);

    while (der_more(&d)) {
        struct der e = der_open(&d, DER_SEQUENCE);

        (void)der_take(&e, DER_INTEGER);
        (void)certificate_time(&e);
        if (der_more(&e))
            (void)der_take(&e, DER_SEQUENCE);
        der_close(&d, &e);
    }
    if (!der_ok(&d))
        der_fail(out, d.bad_at, d.what);
}

static bool read_tbs(struct crl *c, struct der *outer, struct span *alg, struct why *w)
{
    struct der tbs = der_open(outer, DER_SEQUENCE);
    const uint8_t *p;
    struct der_item item;

    if (der_peek(&tbs) == DER_INTEGER && der_small(&tbs) != 1)
        der_fail(&tbs, NULL, "unknown version");
    p = tbs.p;
    if (!sig_alg_read(&tbs, NULL, &c->sig_alg, w) && der_ok(&tbs))
        return false;
    *alg = der_ok(&tbs) ? span_of(p, (size_t)(tbs.p - p)) : (struct span){ 0 };
    c->issuer = der_get(&tbs, DER_SEQUENCE).all;
    c->this_update = certificate_time(&tbs);
    if (der_peek(&tbs) == DER_UTC_TIME || der_peek(&tbs) == DER_GENERALIZED_TIME)
        c->next_update = certificate_time(&tbs);
    if (der_optional(&tbs, DER_SEQUENCE, &item)) {
        c->revoked = item.body;
        check_entries(&tbs, &tbs, item.body);
    }
    if (der_more(&tbs))
        read_extensions(c, &tbs);
    der_close(outer, &tbs);
    return true;
}

bool crl_parse(struct span der, struct crl *out, struct findings *f, struct why *w)
{
    struct der d = der_of(der), list;
    struct crl c = { .der = der };
    struct span inner = { 0 };
    const uint8_t *p;

    if (!der_check(der, false, NULL, w))
        return false;
    list = der_open(&d, DER_SEQUENCE);
    p = list.p;
    if (!read_tbs(&c, &list, &inner, w))
        return false;
    if (der_ok(&list))
        c.tbs = span_of(p, (size_t)(list.p - p));
    p = list.p;
    if (der_ok(&list) && !span_eq(der_get(&list, DER_SEQUENCE).all, inner))
        der_fail(&list, p, "signature algorithm differs from the signed one");
    c.signature = der_bits(&list);
    der_close(&d, &list);
    if (!der_done(&d))
        return der_finish(&d, "crl", CLAUSE, w);
    if (c.next_update == 0)
        finding_add(f, FINDING_WARNING, "crl-next-update", WHY_NO_OFFSET, "RFC 5280 5.1.2.5",
                    "the list does not say when the next one comes");
    *out = c;
    return true;
}

bool crl_names(const struct crl *c, const struct certificate *issuer)
{
    return c->aki.n && issuer->ski.n ? span_eq(c->aki, issuer->ski) : names_equal(c->issuer, issuer->subject);
}

bool crl_signed_by(const struct crl *c, const struct public_key *key)
{
    struct digest d;

    digest_of(c->sig_alg.digest, c->tbs, &d);
    return signature_verify(key, &c->sig_alg, &d, c->signature, NULL);
}

static struct span number(struct span s)
{
    while (s.n > 1 && s.p[0] == 0 && s.p[1] < 0x80)
        s = span_sub(s, 1, s.n);
    return s;
}

bool crl_lists(const struct crl *c, struct span serial)
{
    struct der d = der_of(c->revoked);

    while (der_more(&d)) {
        struct der e = der_open(&d, DER_SEQUENCE);

        if (span_eq(number(der_take(&e, DER_INTEGER)), number(serial)))
            return true;
    }
    return false;
}

size_t crl_count(const struct crl *c)
{
    struct der d = der_of(c->revoked);
    size_t n = 0;

    for (; der_more(&d); n++)
        (void)der_get(&d, DER_SEQUENCE);
    return n;
}

static int by_number(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

void crl_sort(const struct crl *c, struct span *sorted)
{
    struct der d = der_of(c->revoked);
    bool in_order = true;
    size_t n = 0;

    for (; der_more(&d); n++) {
        struct der e = der_open(&d, DER_SEQUENCE);

        sorted[n] = number(der_take(&e, DER_INTEGER));
        in_order = in_order && (n == 0 || span_cmp(sorted[n - 1], sorted[n]) <= 0);
    }
    if (!in_order)
        qsort(sorted, n, sizeof *sorted, by_number);
}

bool crl_sorted_lists(const struct span *sorted, size_t n, struct span serial)
{
    struct span wanted = number(serial);

    return n > 0 && bsearch(&wanted, sorted, n, sizeof *sorted, by_number) != NULL;
}
