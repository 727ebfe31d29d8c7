#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal/issue_certificate.h"
#include "trust/load.h"

static char *shared(const char *relative)
{
    return arena_str(&test_arena, span_str(vector_path(relative)));
}

static bool has_finding(const struct findings *f, const char *reason, const char *in_text)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, reason) == 0 && strstr(f->item[i].why.detail, in_text))
            return true;
    return false;
}

static void count_files(void *ctx, const char *file, size_t anchors)
{
    assert_non_null(file);
    (void)anchors;
    ++*(size_t *)ctx;
}

static void folders_of_the_data_are_read(void **state)
{
    static const struct {
        const char *path;
        size_t anchors, lists, crls, refused;
        const char *finding;
    } cases[] = {
        { "travel/vds/certs", 3, 0, 0, 0, NULL },
        { "travel/vds/certs/utts5b.der", 1, 0, 0, 0, NULL },
        { "travel/emrtd/csca_eco.bin", 44, 0, 0, 0, NULL },
        { "travel/emrtd/masterlist", 588, 1, 0, 0, NULL },
        { "travel/emrtd/masterlist/DE_ML_2026-05-28.ml", 588, 1, 0, 0, "list-not-proved" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct anchor_set *s = anchor_set_new();
        struct trust_counts n;
        struct findings f;
        struct why w = { 0 };
        size_t files = 0;
        struct trust_progress p = { count_files, &files };

        findings_init(&f);
        if (!trust_load(s, shared(cases[i].path), &p, &n, &f, &w))
            fail_msg("%s: %s", cases[i].path, w.detail);
        assert_int_equal(anchor_set_count(s), cases[i].anchors);
        assert_int_equal(n.lists, cases[i].lists);
        assert_int_equal(n.refused, cases[i].refused);
        assert_int_equal(n.files, files);
        if (cases[i].finding)
            assert_true(has_finding(&f, cases[i].finding, "DE_ML"));
        else
            assert_int_equal(f.n, 0);
        anchor_set_free(s);
    }
}

static char *folder(void)
{
    char *path = arena_str(&test_arena, SPAN("/tmp/serai-trust-XXXXXX"));

    assert_non_null(mkdtemp(path));
    return path;
}

static void put(const char *dir, const char *name, struct span bytes)
{
    char path[512];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
    assert_int_equal(fclose(f), 0);
}

static void drop(const char *dir)
{
    char command[512];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

/* Lists and their country signer are found in any order; revocation lists likewise. */
static void order_of_names_does_not_matter(void **state)
{
    char *dir = folder(), sub[600];
    struct anchor_set *s = anchor_set_new();
    struct trust_counts n;
    struct findings f;
    struct why w = { 0 };

    (void)state;
    findings_init(&f);
    put(dir, "a.crl", load_file(&test_arena, vector_path("travel/emrtd/synthetic/crl1.crl")));
    put(dir, "b-bad.crl", load_file(&test_arena, vector_path("travel/emrtd/synthetic/crl1_badsig.crl")));
    put(dir, "c.ml", load_file(&test_arena, vector_path("travel/emrtd/masterlist/DE_ML_2026-05-28.ml")));
    put(dir, "d-empty", (struct span){ 0 });
    put(dir, "e-text", SPAN("no certificate at all\n"));
    put(dir, "y.der", load_file(&test_arena, vector_path("travel/emrtd/synthetic/csca1.der")));
    (void)snprintf(sub, sizeof sub, "%s/zz", dir);
    assert_int_equal(mkdir(sub, 0700), 0);
    put(sub, "z.der", load_file(&test_arena, vector_path("travel/emrtd/masterlist/DE_CSCA_2024.der")));
    put(dir, ".hidden", SPAN("not looked at"));
    assert_true(trust_load(s, dir, NULL, &n, &f, &w));
    assert_int_equal(n.lists, 1);
    assert_int_equal(n.crls, 1);
    assert_int_equal(n.refused, 3);
    assert_int_equal(anchor_set_crl_count(s), 1);
    assert_false(has_finding(&f, "list-not-proved", ""));
    assert_true(has_finding(&f, "signature", "b-bad.crl"));
    assert_true(has_finding(&f, "unknown", "d-empty"));
    assert_true(has_finding(&f, "unknown", "e-text"));
    anchor_set_free(s);
    drop(dir);
}

static void what_cannot_be_used_is_said(void **state)
{
    char *dir = folder(), path[600];
    struct anchor_set *s = anchor_set_new();
    struct why w = { 0 };

    (void)state;
    (void)snprintf(path, sizeof path, "%s/none", dir);
    assert_false(trust_load(s, path, NULL, NULL, NULL, &w));
    assert_string_equal(w.reason, "file");
    why_clear(&w);
    assert_false(trust_load(s, dir, NULL, NULL, NULL, &w));
    assert_string_equal(w.reason, "empty");
    why_clear(&w);
    put(dir, "none", SPAN("\x30\x03\x02\x01\x05"));
    assert_false(trust_load(s, path, NULL, NULL, NULL, &w));
    assert_string_equal(w.reason, "empty");
    why_clear(&w);
    assert_int_equal(mkfifo(strcat(path, "-fifo"), 0600), 0);
    assert_false(trust_load(s, path, NULL, NULL, NULL, &w)); /* does not wait for a writer */
    assert_int_equal(anchor_set_count(s), 0);
    anchor_set_free(s);
    drop(dir);
}

static void a_list_whose_proof_fails_is_refused(void **state)
{
    struct span list = load_file(&test_arena, vector_path("travel/emrtd/masterlist/DE_ML_2026-05-28.ml"));
    struct anchor_set *s = anchor_set_new();
    uint8_t *copy = arena_alloc(&test_arena, list.n);
    struct why w = { 0 };
    struct findings f;

    (void)state;
    findings_init(&f);
    memcpy(copy, list.p, list.n);
    copy[list.n / 2] ^= 1;
    assert_false(trust_load_bytes(s, span_of(copy, list.n), "memory", NULL, &f, &w));
    assert_string_equal(w.reason, "empty");
    assert_true(has_finding(&f, "message-digest", "memory"));
    assert_int_equal(anchor_set_count(s), 0);
    assert_true(trust_load_bytes(s, list, "memory", NULL, &f, &w));
    assert_string_equal(anchor_at(s, 0)->origin->source, "memory");
    anchor_set_free(s);
}

/* Every country signer of the list is signed by a key of the list or by its own; one that is not would be
 * noise. */
static void country_signers_hang_together(void **state)
{
    struct anchor_set *s = anchor_set_new();
    struct why w = { 0 };
    size_t self = 0, linked = 0, open = 0;

    (void)state;
    assert_true(trust_load(s, shared("travel/emrtd/masterlist/DE_ML_2026-05-28.ml"), NULL, NULL, NULL, &w));
    for (size_t i = 0; i < anchor_set_count(s); i++) {
        const struct anchor *a = anchor_at(s, i), *by[32];
        size_t n = anchors_by_subject(s, a->cert.issuer, by, 32);
        struct digest d;
        bool holds;

        assert_non_null(a->key);
        assert_int_equal(a->use, ANCHOR_ISSUER); /* also LU, which says CA:FALSE and keyCertSign */
        digest_of(a->cert.sig_alg.digest, a->cert.tbs, &d);
        holds = signature_verify(a->key, &a->cert.sig_alg, &d, a->cert.signature, NULL);
        self += holds;
        for (size_t k = 0; k < n && !holds; k++) {
            holds = signature_verify(by[k]->key, &a->cert.sig_alg, &d, a->cert.signature, NULL);
            linked += holds;
        }
        open += !holds;
    }
    assert_int_equal(self, 375);
    assert_int_equal(linked, 199);
    assert_int_equal(open, 14);
    anchor_set_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_of_the_data_are_read),
        cmocka_unit_test(order_of_names_does_not_matter),
        cmocka_unit_test(what_cannot_be_used_is_said),
        cmocka_unit_test(a_list_whose_proof_fails_is_refused),
        cmocka_unit_test(country_signers_hang_together),
    };

    return cmocka_run_group_tests_name("trust", tests, arena_setup, arena_teardown);
}
