#include "all_certificates.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/key.h"
#include "seal/certificate.h"

static struct arena arena;
static struct all_certificates all;

static int load(void **state)
{
    (void)state;
    arena_init(&arena, 64 << 20);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void assert_octets(struct span ours, const ASN1_OCTET_STRING *theirs)
{
    assert_int_equal(ours.n, theirs ? ASN1_STRING_length(theirs) : 0);
    if (theirs)
        assert_memory_equal(ours.p, ASN1_STRING_get0_data(theirs), ours.n);
}

static void assert_time(unix_time ours, const ASN1_TIME *theirs)
{
    struct tm tm;
    struct date d;

    assert_int_equal(ASN1_TIME_to_tm(theirs, &tm), 1);
    assert_true(date_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, &d));
    assert_int_equal(ours, time_of_date(d) + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
}

static void assert_name(struct span ours, const X509_NAME *theirs)
{
    const unsigned char *der;
    size_t n;

    assert_int_equal(X509_NAME_get0_der(theirs, &der, &n), 1);
    assert_int_equal(ours.n, n);
    assert_memory_equal(ours.p, der, n);
}

/* The value of one kind in the subject, as written; empty when absent. */
static void assert_subject_part(struct span ours, const X509 *x, int nid)
{
    int i = X509_NAME_get_index_by_NID(X509_get_subject_name(x), nid, -1);
    const ASN1_STRING *s =
        i < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(X509_get_subject_name(x), i));

    assert_int_equal(ours.n, s ? ASN1_STRING_length(s) : 0);
    if (s)
        assert_memory_equal(ours.p, ASN1_STRING_get0_data(s), ours.n);
}

static void assert_same(const struct certificate *c, X509 *x)
{
    const ASN1_BIT_STRING *sig;
    uint32_t usage = X509_get_key_usage(x);

    assert_int_equal(c->serial.n > 0, 1);
    assert_name(c->issuer, X509_get_issuer_name(x));
    assert_name(c->subject, X509_get_subject_name(x));
    assert_time(c->not_before, X509_get0_notBefore(x));
    assert_time(c->not_after, X509_get0_notAfter(x));
    assert_octets(c->ski, X509_get0_subject_key_id(x));
    assert_octets(c->aki, X509_get0_authority_key_id(x));
    assert_subject_part(c->country, x, NID_countryName);
    assert_subject_part(c->common_name, x, NID_commonName);
    X509_get0_signature(&sig, NULL, x);
    assert_octets(c->signature, sig);
    assert_int_equal(c->is_ca, (X509_get_extension_flags(x) & EXFLAG_CA) != 0);
    assert_int_equal((c->key_usage & KEY_USAGE_CERT_SIGN) != 0,
                     usage != UINT32_MAX && (usage & X509v3_KU_KEY_CERT_SIGN));
    assert_int_equal(c->has_eku, (X509_get_extension_flags(x) & EXFLAG_XKUSAGE) != 0);
}

static void every_certificate_reads_as_openssl_reads_it(void **state)
{
    (void)state;
    all_certificates_load(&arena, &all);
    assert_true(all.n >= 588 + 44 + 18 + 48);
    for (size_t i = 0; i < all.n; i++) {
        const unsigned char *p = all.der[i].p;
        X509 *x = d2i_X509(NULL, &p, (long)all.der[i].n);
        struct certificate c;
        struct why w = { 0 };

        assert_non_null(x);
        if (!certificate_parse(all.der[i], &c, NULL, &w))
            fail_msg("certificate %zu: %s at %zu: %s", i, w.reason, w.offset, w.detail);
        assert_same(&c, x);
        X509_free(x);
    }
}

static void every_key_is_supported(void **state)
{
    (void)state;
    all_certificates_load(&arena, &all);
    for (size_t i = 0; i < all.n; i++) {
        struct certificate c;
        struct public_key *k;
        struct why w = { 0 };

        assert_true(certificate_parse(all.der[i], &c, NULL, NULL));
        if (!public_key_from_spki(c.spki, &k, &w))
            fail_msg("certificate %zu: %s at %zu: %s", i, w.reason, w.offset, w.detail);
        public_key_free(k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_certificate_reads_as_openssl_reads_it, load, unload),
        cmocka_unit_test_setup_teardown(every_key_is_supported, load, unload),
    };

    return cmocka_run_group_tests_name("certificate", tests, NULL, NULL);
}
