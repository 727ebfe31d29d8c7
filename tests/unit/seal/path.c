#include "all_certificates.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "crypto/node_key.h"
#include "seal/conformance.h"
#include "seal/issue_certificate.h"
#include "seal/name.h"
#include "seal/path.h"
#include "wire/der_write.h"

static struct all_certificates all;

/* A country signer of our own and what it certifies. */
struct pki {
    struct private_key *ca_key, *signer_key;
    struct span ca, signer;
};

static struct span issue(const struct certificate_order *o, const struct private_key *subject,
                         const struct private_key *issuer_key, struct span issuer)
{
    struct buffer b;
    struct span out;
    struct why w = { 0 };

    buf_init(&b, 8192);
    if (!certificate_issue(o, subject, issuer_key, issuer, &b, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static const struct certificate_order ca_order = {
    CERTIFICATE_COUNTRY_SIGNER, "UT", "SPECIMEN", "CSCA SPECIMEN", 1, 1700000000, 2000000000, NULL
};
static const struct certificate_order signer_order = {
    CERTIFICATE_SEAL_SIGNER, "UT", NULL, "SP", 0x1a2b, 1700000000, 1900000000, "NV P"
};

static struct pki pki_make(enum curve c)
{
    struct pki p;

    assert_true(private_key_generate(c, &p.ca_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &p.signer_key, NULL));
    p.ca = issue(&ca_order, p.ca_key, p.ca_key, (struct span){ 0 });
    p.signer = issue(&signer_order, p.signer_key, p.ca_key, p.ca);
    return p;
}

static void pki_drop(struct pki *p)
{
    private_key_free(p->ca_key);
    private_key_free(p->signer_key);
}

static enum result find(const struct anchor_set *set, struct span der, struct path *out, struct why *w)
{
    struct certificate c;

    *w = (struct why){ .offset = WHY_NO_OFFSET };
    if (!certificate_parse(der, &c, NULL, w))
        return RESULT_MALFORMED;
    return path_find(set, &c, FOR_SEALS, out, NULL, w);
}

static void add(struct anchor_set *s, struct span der)
{
    struct why w = { 0 };

    if (!anchor_set_add(s, der, &(struct anchor_origin){ .source = "test" }, ANCHOR_VOUCHED, NULL, &w))
        fail_msg("%s at %zu: %s", w.reason, w.offset, w.detail);
}

static void issued_certificates_are_what_was_ordered(void **state)
{
    struct pki p = pki_make(CURVE_BP384);
    struct certificate ca, signer;
    struct span value;
    struct buffer name;

    (void)state;
    assert_true(certificate_parse(p.ca, &ca, NULL, NULL));
    assert_true(certificate_parse(p.signer, &signer, NULL, NULL));
    assert_true(ca.is_ca);
    assert_false(signer.is_ca);
    assert_int_equal(ca.key_usage, KEY_USAGE_CERT_SIGN | KEY_USAGE_CRL_SIGN);
    assert_int_equal(signer.key_usage, KEY_USAGE_DIGITAL_SIGNATURE);
    assert_true(span_eq(signer.issuer, ca.subject));
    assert_true(span_eq(signer.aki, ca.ski));
    assert_true(span_eq(ca.aki, ca.ski));
    assert_true(span_eq_str(signer.country, "UT"));
    assert_true(span_eq_str(signer.common_name, "SP"));
    assert_int_equal(signer.not_before, 1700000000);
    assert_int_equal(signer.not_after, 1900000000);
    assert_true(certificate_extension(&signer, SPAN("\x67\x81\x08\x01\x01\x06\x02"), &value));
    buf_init(&name, 1024);
    name_put(&name, ca.subject);
    assert_string_equal(buf_cstr(&name), "C=UT, O=SPECIMEN, CN=CSCA SPECIMEN");
    buf_free(&name);
    pki_drop(&p);
}

static void orders_without_sense_are_refused(void **state)
{
    static const struct {
        const char *what;
        struct certificate_order o;
    } cases[] = {
        { "country of three letters", { CERTIFICATE_SEAL_SIGNER, "UTO", NULL, "SP", 1, 1, 2, NULL } },
        { "country in lower case", { CERTIFICATE_SEAL_SIGNER, "ut", NULL, "SP", 1, 1, 2, NULL } },
        { "no name", { CERTIFICATE_COUNTRY_SIGNER, "UT", NULL, "", 1, 1, 2, NULL } },
        { "long name of a seal signer", { CERTIFICATE_SEAL_SIGNER, "UT", NULL, "SPX", 1, 1, 2, NULL } },
        { "serial 0", { CERTIFICATE_SEAL_SIGNER, "UT", NULL, "SP", 0, 1, 2, NULL } },
        { "ends before it begins", { CERTIFICATE_SEAL_SIGNER, "UT", NULL, "SP", 1, 2, 1, NULL } },
    };
    struct private_key *k;

    (void)state;
    assert_true(private_key_generate(CURVE_P256, &k, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer b;
        struct why w = { 0 };

        buf_init(&b, 8192);
        if (certificate_issue(&cases[i].o, k, k, (struct span){ 0 }, &b, &w))
            fail_msg("%s", cases[i].what);
        assert_string_equal(w.reason, "request");
        assert_int_equal(b.n, 0);
        buf_free(&b);
    }
    private_key_free(k);
}

static void a_signer_is_certified_by_its_country(void **state)
{
    struct pki p = pki_make(CURVE_BP256), q = pki_make(CURVE_P384);
    struct anchor_set *s = anchor_set_new();
    struct path path = { 0 };
    const struct anchor *out[4];
    struct why w;

    (void)state;
    assert_int_equal(find(s, p.signer, &path, &w), RESULT_NO_ANCHOR);
    assert_string_equal(w.reason, "no-anchor");
    add(s, q.ca); /* the same name, another key */
    assert_int_equal(find(s, p.signer, &path, &w), RESULT_NO_ANCHOR);
    add(s, p.ca);
    add(s, p.ca);
    assert_int_equal(anchor_set_count(s), 2);
    for (int i = 0; i < 3; i++) { /* the second and third time from the table */
        path = (struct path){ 0 };
        assert_int_equal(find(s, p.signer, &path, &w), RESULT_GENUINE);
        assert_ptr_equal(path.anchor, anchor_at(s, 1));
        assert_false(path.direct);
        assert_int_equal(path.anchor->use, ANCHOR_ISSUER);
    }
    assert_int_equal(find(s, p.ca, &path, &w), RESULT_GENUINE);
    assert_true(path.direct);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTSP"), SPAN("1A2B"), out, 4), 0);
    add(s, p.signer);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTSP"), SPAN("01A2B"), out, 4), 1);
    assert_int_equal(out[0]->use, ANCHOR_SIGNER);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTSP"), SPAN("1A2C"), out, 4), 0);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTS"), SPAN("1A2B"), out, 4), 0);
    anchor_set_free(s);
    pki_drop(&p);
    pki_drop(&q);
}

/* What is remembered may be overwritten at any time, and what is not remembered is verified again. */
static void the_table_of_signers_is_only_a_memory(void **state)
{
    struct pki p = pki_make(CURVE_P256);
    struct anchor_set *s = anchor_set_new();
    struct digest sha256, same_place;
    struct path path;
    struct why w;

    (void)state;
    add(s, p.ca);
    digest_of(DIGEST_SHA256, p.signer, &sha256);
    same_place = sha256;
    same_place.b[31] ^= 1;
    assert_null(anchors_certified(s, &sha256));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(find(s, p.signer, &path, &w), RESULT_GENUINE);
        assert_ptr_equal(anchors_certified(s, &sha256), anchor_at(s, 0));
        anchors_certify(s, &same_place, anchor_at(s, 0));
        assert_null(anchors_certified(s, &sha256));
    }
    anchor_set_free(s);
    pki_drop(&p);
}

static void deviations_are_warnings(void **state)
{
    struct span der = load_file(&test_arena, vector_path("travel/vds/certs/dets32.der"));
    struct certificate c;
    struct findings f;

    (void)state;
    findings_init(&f);
    assert_true(certificate_parse(der, &c, NULL, NULL));
    certificate_conformance(&c, CONFORMS_DOCUMENT_SIGNER, PROFILE_STRICT, 7, &f);
    assert_true(f.n >= 4);
    for (size_t i = 0; i < f.n; i++) {
        assert_int_equal(f.item[i].severity, FINDING_WARNING);
        assert_int_equal(f.item[i].why.offset, 7);
        assert_non_null(f.item[i].why.clause);
    }
}

/* A signer that is vouched for certifies nobody. */
static void a_signer_is_no_issuer(void **state)
{
    struct pki p = pki_make(CURVE_P256);
    struct certificate_order o = signer_order;
    struct anchor_set *s = anchor_set_new();
    struct path path;
    struct why w;
    struct span below;

    (void)state;
    o.serial = 7;
    below = issue(&o, p.ca_key, p.signer_key, p.signer);
    add(s, p.signer);
    assert_int_equal(find(s, below, &path, &w), RESULT_NO_ANCHOR);
    anchor_set_free(s);
    pki_drop(&p);
}

/* Every single-byte change of a signer's certificate, in every one of several ways, with and without its key
 * known. */
static void no_changed_certificate_is_certified(void **state)
{
    static const uint8_t ways[] = { 0x01, 0x02, 0x20, 0x80, 0xff };
    struct pki p = pki_make(CURVE_P256);
    struct anchor_set *s = anchor_set_new();
    size_t seen[8] = { 0 };

    (void)state;
    add(s, p.ca);
    for (size_t i = 0; i < p.signer.n; i++) {
        for (size_t k = 0; k < sizeof ways; k++) {
            uint8_t copy[2048];
            struct path path;
            struct why w;
            enum result r;

            memcpy(copy, p.signer.p, p.signer.n);
            copy[i] ^= ways[k];
            r = find(s, span_of(copy, p.signer.n), &path, &w);
            if (r == RESULT_GENUINE)
                fail_msg("byte %zu changed by %02x is certified", i, ways[k]);
            assert_non_null(w.reason);
            seen[r]++;
        }
    }
    assert_true(seen[RESULT_FORGED] > 100);
    assert_true(seen[RESULT_MALFORMED] > 100);
    assert_true(seen[RESULT_NO_ANCHOR] > 10);
    anchor_set_free(s);
    pki_drop(&p);
}

static void real_signers_find_their_country(void **state)
{
    static const char *const ids[] = { "CN", "DE", "FR", "MY", "NZ", "RU", "SG", "UK", "US" };
    struct anchor_set *s = anchor_set_new();
    size_t issuers = 0;
    char name[128];

    (void)state;
    all_certificates_load(&test_arena, &all);
    for (size_t i = 0; i < all.n; i++) {
        struct certificate c;

        assert_true(certificate_parse(all.der[i], &c, NULL, NULL));
        if (c.is_ca)
            add(s, all.der[i]);
    }
    for (size_t i = 0; i < anchor_set_count(s); i++)
        issuers += anchor_at(s, i)->use == ANCHOR_ISSUER;
    assert_int_equal(issuers, anchor_set_count(s));
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct span dsc, csca;
        struct path path;
        struct why w;

        (void)snprintf(name, sizeof name, "travel/emrtd/cert/%s_dsc.der", ids[i]);
        dsc = load_file(&test_arena, vector_path(name));
        (void)snprintf(name, sizeof name, "travel/emrtd/cert/%s_csca.der", ids[i]);
        csca = load_file(&test_arena, vector_path(name));
        if (find(s, dsc, &path, &w) != RESULT_GENUINE)
            fail_msg("%s: %s: %s", ids[i], w.reason, w.detail);
        /* SG has several certificates of the same key: any of them will do. */
        if (strcmp(ids[i], "SG") != 0)
            assert_true(span_eq(path.anchor->cert.der, csca));
    }
    anchor_set_free(s);
}

static void roots_and_links_of_the_data_are_told_apart(void **state)
{
    json_t *j = load_json(vector_path("travel/emrtd/csca_eco.json")), *item;
    struct span file = load_file(&test_arena, vector_path("travel/emrtd/csca_eco.bin"));
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(j, "certificates"), i, item)
    {
        size_t offset = (size_t)json_integer_value(json_object_get(item, "offset"));
        size_t length = (size_t)json_integer_value(json_object_get(item, "length"));
        bool root = strcmp(json_string_value(json_object_get(item, "kind")), "root") == 0, self;
        struct certificate c;
        struct public_key *k;
        struct digest d;

        assert_true(certificate_parse(span_sub(file, offset, offset + length), &c, NULL, NULL));
        assert_true(public_key_from_spki(c.spki, &k, NULL));
        digest_of(c.sig_alg.digest, c.tbs, &d);
        self = signature_verify(k, &c.sig_alg, &d, c.signature, NULL);
        assert_int_equal(self, root);
        assert_int_equal(names_equal(c.issuer, c.subject),
                         json_is_true(json_object_get(item, "issuer_equals_subject")));
        public_key_free(k);
    }
    json_decref(j);
}

static void seal_signers_of_the_data_are_found(void **state)
{
    struct anchor_set *s = anchor_set_new();
    const struct anchor *out[4];
    struct digest d;
    struct span der = load_file(&test_arena, vector_path("travel/vds/certs/dets32.der"));

    (void)state;
    add(s, der);
    add(s, load_file(&test_arena, vector_path("travel/vds/certs/dets27.der")));
    add(s, load_file(&test_arena, vector_path("travel/vds/certs/utts5b.der")));
    assert_int_equal(anchors_by_seal_ref(s, SPAN("DETS"), SPAN("32"), out, 4), 1);
    assert_true(span_eq(out[0]->cert.der, der));
    assert_int_equal(anchors_by_seal_ref(s, SPAN("DETS"), SPAN("00032"), out, 4), 1);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("DETS"), SPAN("27"), out, 4), 1);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTTS"), SPAN("5B"), out, 4), 1);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTTS"), SPAN("5b"), out, 4), 1);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(anchor_at(s, i)->use, ANCHOR_SIGNER);
    assert_null(anchor_at(s, 3));
    digest_of(DIGEST_SHA1, der, &d);
    assert_int_equal(anchors_by_sha1_tail(s, span_of(d.b + 15, 5), out, 4), 1);
    assert_true(span_eq(out[0]->cert.der, der));
    assert_int_equal(anchors_by_sha1_tail(s, span_of(d.b + 16, 4), out, 4), 0);
    anchor_set_free(s);
}

/* One attribute of a Name made in tests. */
struct part {
    uint8_t type, tag;
    const char *text;
    size_t n;
};

static struct span name_of(const struct part *part, size_t n, bool one_rdn)
{
    struct buffer b;
    struct span out;
    size_t seq, set = 0, pair;

    buf_init(&b, 1 << 17);
    seq = der_put_begin(&b, 0x30);
    for (size_t i = 0; i < n; i++) {
        uint8_t oid[3] = { 0x55, 0x04, part[i].type };

        if (!one_rdn || i == 0)
            set = der_put_begin(&b, 0x31);
        pair = der_put_begin(&b, 0x30);
        der_put(&b, 0x06, span_of(oid, 3));
        der_put(&b, part[i].tag, span_of(part[i].text, part[i].n));
        der_put_end(&b, pair);
        if (!one_rdn || i == n - 1)
            der_put_end(&b, set);
    }
    der_put_end(&b, seq);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

#define TEXT(s) s, sizeof(s) - 1

static void names_are_compared_as_meant(void **state)
{
    enum { P = 0x13, U = 0x0c, B = 0x1e, I = 0x16 };
    static const struct {
        const char *what;
        struct part a[3], b[3];
        size_t n, m;
        bool equal;
    } cases[] = {
        { "same", { { 6, P, TEXT("DE") } }, { { 6, P, TEXT("DE") } }, 1, 1, true },
        { "case of the country", { { 6, P, TEXT("DE") } }, { { 6, P, TEXT("de") } }, 1, 1, true },
        { "string type", { { 3, P, TEXT("CSCA") } }, { { 3, U, TEXT("CSCA") } }, 1, 1, true },
        { "BMP and UTF-8", { { 3, B, TEXT("\0C\0S\0\xc9") } }, { { 3, U, TEXT("CS\xc3\xa9") } }, 1, 1, true },
        { "order",
          { { 6, P, TEXT("MY") }, { 3, P, TEXT("A") } },
          { { 3, P, TEXT("A") }, { 6, P, TEXT("MY") } },
          2,
          2,
          true },
        { "blanks", { { 3, P, TEXT(" A  B ") } }, { { 3, P, TEXT("A B") } }, 1, 1, true },
        { "Cyrillic case", { { 3, U, TEXT("\xd0\x96") } }, { { 3, U, TEXT("\xd0\xb6") } }, 1, 1, true },
        { "other text", { { 3, P, TEXT("CSCA 1") } }, { { 3, P, TEXT("CSCA 2") } }, 1, 1, false },
        { "other type", { { 3, P, TEXT("A") } }, { { 11, P, TEXT("A") } }, 1, 1, false },
        { "one more", { { 3, P, TEXT("A") } }, { { 3, P, TEXT("A") }, { 6, P, TEXT("DE") } }, 1, 2, false },
        { "twice the same is not two",
          { { 3, P, TEXT("A") }, { 3, P, TEXT("A") } },
          { { 3, P, TEXT("A") }, { 3, P, TEXT("B") } },
          2,
          2,
          false },
        { "NUL does not end a text", { { 3, P, TEXT("A\0B") } }, { { 3, P, TEXT("A") } }, 1, 1, false },
        { "prefix", { { 3, P, TEXT("AB") } }, { { 3, P, TEXT("A") } }, 1, 1, false },
        { "an empty text is not a blank name", { { 3, P, TEXT("") } }, { { 3, P, TEXT("A") } }, 1, 1, false },
        { "broken UTF-8 is not the letter",
          { { 3, U, TEXT("\xe9") } },
          { { 3, U, TEXT("\xc3\xa9") } },
          1,
          1,
          false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int form = 0; form < 2; form++) {
            struct span a = name_of(cases[i].a, cases[i].n, form), b = name_of(cases[i].b, cases[i].m, false);

            if (names_equal(a, b) != cases[i].equal || names_equal(b, a) != cases[i].equal)
                fail_msg("%s", cases[i].what);
            if (cases[i].equal)
                assert_true(name_hash(a) == name_hash(b));
        }
    }
}

static double cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Thirty parts that differ in their last letter alone, in another order and kind of string: each with each is
 * thirty times as much to read as the name itself, by hashes it is four times. */
static void long_names_are_compared_in_linear_time(void **state)
{
    enum { PARTS = 30, LENGTH = 2000, CALLS = 20 };
    static char text[PARTS + 1][LENGTH];
    struct part a[PARTS], b[PARTS];
    struct span x, y, z;
    uint64_t sum = 0;
    double start, read, compared;

    (void)state;
    for (size_t i = 0; i <= PARTS; i++) {
        memset(text[i], 'x', LENGTH);
        text[i][LENGTH - 1] = (char)('A' + i);
    }
    for (size_t i = 0; i < PARTS; i++) {
        a[i] = (struct part){ 11, DER_UTF8_STRING, text[i], LENGTH };
        b[PARTS - 1 - i] = (struct part){ 11, DER_PRINTABLE_STRING, text[i], LENGTH };
    }
    x = name_of(a, PARTS, false);
    y = name_of(b, PARTS, false);
    b[0].text = text[PARTS];
    z = name_of(b, PARTS, false);
    start = cpu_ns();
    for (int i = 0; i < CALLS; i++)
        sum += name_hash(x) - name_hash(y);
    read = cpu_ns() - start;
    assert_true(sum == 0);
    start = cpu_ns();
    for (int i = 0; i < CALLS; i++) {
        assert_true(names_equal(x, y));
        assert_false(names_equal(x, z));
    }
    compared = cpu_ns() - start;
    assert_true(compared < 10 * read);
}

struct worker {
    const struct anchor_set *set;
    const struct pki *pki;
    int held;
};

static void *find_many(void *ctx)
{
    struct worker *k = ctx;

    for (int i = 0; i < 200; i++) {
        struct path path = { 0 };
        struct why w;

        k->held += find(k->set, k->pki[i % 2].signer, &path, &w) == RESULT_GENUINE &&
                   path.anchor == anchor_at(k->set, (size_t)(i % 2));
    }
    return NULL;
}

static void threads_share_what_was_certified(void **state)
{
    struct pki p[2] = { pki_make(CURVE_P256), pki_make(CURVE_P256) };
    struct anchor_set *s = anchor_set_new();
    struct worker k[4];
    pthread_t thread[4];

    (void)state;
    add(s, p[0].ca);
    add(s, p[1].ca);
    for (size_t i = 0; i < 4; i++) {
        k[i] = (struct worker){ s, p, 0 };
        assert_int_equal(pthread_create(&thread[i], NULL, find_many, &k[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(k[i].held, 200);
    }
    anchor_set_free(s);
    pki_drop(&p[0]);
    pki_drop(&p[1]);
}

static bool count_one(void *ctx, struct span der)
{
    struct certificate c;

    *(size_t *)ctx += certificate_parse(der, &c, NULL, NULL);
    return true;
}

static void certificates_are_found_in_files(void **state)
{
    struct pki p = pki_make(CURVE_P256);
    struct buffer b;
    size_t good = 0;

    (void)state;
    buf_init(&b, 65536);
    buf_str(&b, "some text in front\n");
    certificate_pem(p.ca, &b);
    buf_str(&b, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    certificate_pem(p.signer, &b);
    assert_int_equal(certificates_in(buf_span(&b), &test_arena, count_one, &good), 2);
    assert_int_equal(good, 2);
    buf_reset(&b);
    good = 0;
    buf_put(&b, p.ca);
    buf_put(&b, p.signer);
    assert_int_equal(certificates_in(buf_span(&b), &test_arena, count_one, &good), 2);
    assert_int_equal(good, 2);
    assert_int_equal(certificates_in(span_sub(buf_span(&b), 0, b.n - 1), &test_arena, count_one, &good), 1);
    assert_int_equal(certificates_in(SPAN("-----BEGIN CERTIFICATE-----"), &test_arena, count_one, &good), 0);
    assert_int_equal(certificates_in((struct span){ 0 }, &test_arena, count_one, &good), 0);
    buf_free(&b);
    pki_drop(&p);
}

static void add_known(struct anchor_set *s, struct span der, const char *source, const char *member,
                      enum anchor_standing standing)
{
    const struct anchor_origin from = { .source = source, .member = member, .at = 1700000000 };
    struct why w = { 0 };

    if (!anchor_set_add(s, der, &from, standing, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

/* A certificate that is only known is found, but believed only when an issuer of the set certified it. */
static void a_candidate_needs_its_issuer(void **state)
{
    struct pki p = pki_make(CURVE_P256), q = pki_make(CURVE_P256);
    struct anchor_set *s = anchor_set_new();
    const struct anchor *out[4];
    struct path path = { 0 };
    struct certificate c;
    struct why w;

    (void)state;
    add_known(s, p.signer, "pkd.ldif", NULL, ANCHOR_KNOWN);
    add_known(s, p.ca, "pkd.ldif", NULL, ANCHOR_KNOWN);
    assert_int_equal(find(s, p.signer, &path, &w),
                     RESULT_NO_ANCHOR); /* its country signer is a candidate too */
    assert_int_equal(find(s, p.ca, &path, &w), RESULT_NO_ANCHOR);
    assert_int_equal(anchors_by_seal_ref(s, SPAN("UTSP"), SPAN("1A2B"), out, 4), 1);
    assert_int_equal(out[0]->use, ANCHOR_CANDIDATE);
    assert_int_equal(anchor_kind(out[0]), ANCHOR_SIGNER);
    assert_true(certificate_parse(p.signer, &c, NULL, NULL));
    assert_int_equal(anchors_by_issuer_serial(s, c.issuer, c.serial, out, 4), 1);
    assert_int_equal(anchors_by_issuer_serial(s, c.issuer, SPAN("\x1a\x2c"), out, 4), 0);
    assert_int_equal(anchors_by_issuer_serial(s, c.issuer, SPAN("\x00\x1a\x2b"), out, 4), 1);
    w = (struct why){ .offset = WHY_NO_OFFSET };
    assert_int_equal(path_of_anchor(s, out[0], FOR_SEALS, &path, NULL, &w), RESULT_NO_ANCHOR);
    add_known(s, q.ca, "q.der", NULL, ANCHOR_VOUCHED); /* the same name, another key */
    assert_int_equal(path_of_anchor(s, out[0], FOR_SEALS, &path, NULL, NULL), RESULT_NO_ANCHOR);
    add_known(s, p.ca, "p.der", "UT", ANCHOR_VOUCHED);
    assert_int_equal(path_of_anchor(s, out[0], FOR_SEALS, &path, NULL, NULL), RESULT_GENUINE);
    assert_false(path.direct);
    assert_true(span_eq(path.anchor->cert.der, p.ca));
    assert_int_equal(find(s, p.signer, &path, &w), RESULT_GENUINE);
    assert_false(path.direct);
    add_known(s, p.signer, "own", "IR", ANCHOR_VOUCHED);
    assert_int_equal(find(s, p.signer, &path, &w), RESULT_GENUINE);
    assert_true(path.direct);
    add_known(s, p.signer, "later.ldif", NULL, ANCHOR_KNOWN); /* takes nothing back */
    assert_int_equal(out[0]->use, ANCHOR_SIGNER);
    assert_int_equal(anchor_set_count(s), 3);
    anchor_set_free(s);
    pki_drop(&p);
    pki_drop(&q);
}

/* Forty certificates that claim the country signer's name and key identifier do not hide it. */
static void candidates_crowd_out_no_issuer(void **state)
{
    struct pki p = pki_make(CURVE_P256);
    struct anchor_set *s = anchor_set_new();
    struct path path = { 0 };
    struct why w;

    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        uint8_t *copy = arena_alloc(&test_arena, p.ca.n);

        memcpy(copy, p.ca.p, p.ca.n);
        copy[p.ca.n - 1] ^= (uint8_t)(i + 1);
        add_known(s, span_of(copy, p.ca.n), "flood", NULL, ANCHOR_KNOWN);
    }
    add(s, p.ca);
    assert_int_equal(find(s, p.signer, &path, &w), RESULT_GENUINE);
    anchor_set_free(s);
    pki_drop(&p);
}

static void an_anchor_keeps_all_its_origins(void **state)
{
    struct pki p = pki_make(CURVE_P256);
    struct anchor_set *s = anchor_set_new();
    const struct anchor *a;
    const struct anchor_origin *o;

    (void)state;
    add_known(s, p.ca, "a.ml", "IR", ANCHOR_KNOWN);
    add_known(s, p.signer, "a.ml", "IR", ANCHOR_KNOWN);
    add_known(s, p.ca, "b.ml", "TR", ANCHOR_VOUCHED);
    add_known(s, p.ca, "b.ml", "KZ", ANCHOR_VOUCHED);
    add_known(s, p.ca, "b.ml", "TR", ANCHOR_VOUCHED); /* again: no news */
    a = anchor_at(s, 0);
    assert_int_equal(a->use, ANCHOR_ISSUER);
    o = a->origin;
    assert_string_equal(o->member, "KZ");
    assert_string_equal(o->source, "b.ml");
    assert_int_equal(o->at, 1700000000);
    assert_string_equal(o->next->member, "TR");
    assert_string_equal(o->next->next->source, "a.ml");
    assert_int_equal(o->next->next->standing, ANCHOR_KNOWN);
    assert_null(o->next->next->next);
    assert_ptr_equal(anchor_at(s, 1)->origin, o->next->next); /* equal chains are kept once */
    assert_true(anchor_set_add(s, p.signer, NULL, ANCHOR_KNOWN, NULL, NULL));
    assert_string_equal(anchor_at(s, 1)->origin->source, "");
    anchor_set_free(s);
    pki_drop(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(issued_certificates_are_what_was_ordered),
        cmocka_unit_test(orders_without_sense_are_refused),
        cmocka_unit_test(a_signer_is_certified_by_its_country),
        cmocka_unit_test(a_candidate_needs_its_issuer),
        cmocka_unit_test(candidates_crowd_out_no_issuer),
        cmocka_unit_test(an_anchor_keeps_all_its_origins),
        cmocka_unit_test(the_table_of_signers_is_only_a_memory),
        cmocka_unit_test(deviations_are_warnings),
        cmocka_unit_test(a_signer_is_no_issuer),
        cmocka_unit_test(no_changed_certificate_is_certified),
        cmocka_unit_test(real_signers_find_their_country),
        cmocka_unit_test(roots_and_links_of_the_data_are_told_apart),
        cmocka_unit_test(seal_signers_of_the_data_are_found),
        cmocka_unit_test(names_are_compared_as_meant),
        cmocka_unit_test(long_names_are_compared_in_linear_time),
        cmocka_unit_test(threads_share_what_was_certified),
        cmocka_unit_test(certificates_are_found_in_files),
    };

    return cmocka_run_group_tests_name("path", tests, arena_setup, arena_teardown);
}
