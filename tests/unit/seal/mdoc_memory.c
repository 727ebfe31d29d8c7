/*
 * Memory of verifying mobile licences. Of the heap: nothing of our own, and of OpenSSL's no more than the
 * same signatures take by themselves. Of known signers: what is kept, and when it is forgotten.
 */
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>

#include "make_mdoc.h"
#include "seal/mdoc.h"
#include "support/sanitized.h"
#include "support/vectors.h"

/* --- counting --- */

static _Thread_local struct taken {
    size_t own, library;
} taken;

#if !SANITIZED && defined(__GLIBC__)
enum { COUNTS = 1 };

/* The allocator under another name, so that this program can stand before it (glibc). */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
    taken.own++;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    taken.own++;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    taken.own++;
    return __libc_realloc(p, n);
}

static void *library_malloc(size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    taken.library++;
    return n ? __libc_malloc(n) : NULL;
}

static void *library_realloc(void *p, size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    taken.library++;
    return __libc_realloc(p, n);
}

static void library_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    free(p);
}

static bool stand_before_the_library(void)
{
    return CRYPTO_set_mem_functions(library_malloc, library_realloc, library_free) == 1;
}
#else
enum { COUNTS = 0 };

static bool stand_before_the_library(void)
{
    return true;
}
#endif

/* --- licences --- */

struct licence {
    struct private_key *authority, *issuer, *device, *reader;
    struct anchor_set *set;
    struct buffer ca, answer;
    struct mdoc_options opt;
    struct digest signer;
    struct mdoc_verdict verdict;
};

static struct private_key *new_key(enum key_kind kind, enum curve curve)
{
    struct private_key *k = NULL;

    assert_true(kind == KEY_EC ? private_key_generate(curve, &k, NULL)
                               : private_key_generate_kind(kind, &k, NULL));
    return k;
}

static struct anchor_set *set_of(struct span ca)
{
    struct anchor_set *s = anchor_set_new();

    assert_true(
        anchor_set_add(s, ca, &(struct anchor_origin){ .source = "test" }, ANCHOR_VOUCHED, NULL, NULL));
    return s;
}

static struct mdoc_verdict verify(struct licence *l, struct arena *a)
{
    struct mdoc m;

    arena_reset(a);
    assert_int_equal(mdoc_verify(buf_span(&l->answer), &l->opt, a, &m, NULL), RESULT_GENUINE);
    assert_int_equal(m.document[0].device, PROOF_HOLDS);
    return m.document[0];
}

/* Issued and verified for the first time. */
static void licence_make(struct licence *l, enum key_kind kind, enum curve curve, bool by_code)
{
    struct mdoc_order o = { .doc_type = "org.iso.18013.5.1.mDL",
                            .transcript = SPAN("\x83\xf6\xf6\xf6"),
                            .items = 32,
                            .authority_der = &l->ca };

    memset(l, 0, sizeof *l);
    o.authority = l->authority = new_key(KEY_EC, kind == KEY_EC ? curve : CURVE_P384);
    o.issuer = l->issuer = new_key(kind, curve);
    o.device = l->device = new_key(kind, curve);
    if (by_code)
        o.reader = l->reader = new_key(kind, curve);
    buf_init(&l->ca, 1 << 16);
    buf_init(&l->answer, 1 << 20);
    make_mdoc(&o, &l->answer);
    l->set = set_of(buf_span(&l->ca));
    l->opt = (struct mdoc_options){ .profile = PROFILE_LENIENT,
                                    .at = 1795219200,
                                    .transcript = o.transcript,
                                    .anchors = l->set,
                                    .reader_key = o.reader };
    l->verdict = verify(l, &test_arena);
    digest_of(DIGEST_SHA256, l->verdict.signer.der, &l->signer);
}

static void licence_drop(struct licence *l)
{
    private_key_free(l->authority);
    private_key_free(l->issuer);
    private_key_free(l->device);
    private_key_free(l->reader);
    anchor_set_free(l->set);
    buf_free(&l->ca);
    buf_free(&l->answer);
}

/* Gives the place of the signer in the table to another. */
static void forget(struct licence *l)
{
    struct digest other = l->signer;

    other.b[31] ^= 1;
    anchors_certify(l->set, &other, anchor_at(l->set, 0));
}

static bool is_kept(const struct anchor_set *s, const struct licence *l)
{
    struct public_key *key = NULL;
    bool known = anchors_known_key(s, &l->signer, l->verdict.signer.spki, &test_arena, &key);

    public_key_clear(key);
    return known;
}

/* --- the heap --- */

/* The bare work of a known signer: one signature by a ready key, and one by a key that was just read. */
static size_t bare(struct licence *l, const struct public_key *ready, struct arena *a)
{
    const struct span message = SPAN("SPECIMEN");
    struct sig_alg alg = { .scheme = private_key_kind(l->issuer) == KEY_EC ? SIG_ECDSA_RAW : SIG_EDDSA };
    uint8_t sig_memory[160], secret[SHARED_SECRET_MAX];
    struct public_key *device;
    struct buffer sig, spki;
    size_t before, n;

    if (alg.scheme == SIG_ECDSA_RAW)
        alg.digest = digest_for_curve(private_key_curve(l->issuer));
    buf_init_fixed(&sig, sig_memory, sizeof sig_memory);
    buf_init(&spki, 1024);
    private_key_spki(l->issuer, &spki);
    assert_true(signature_make_parts(l->issuer, &alg, &message, 1, a, &sig, NULL));
    before = taken.library;
    assert_true(signature_verify_parts(ready, &alg, &message, 1, buf_span(&sig), a, NULL));
    if (private_key_kind(l->issuer) == KEY_EC) {
        size_t field = (public_key_bits(ready) + 7) / 8;
        struct span point = span_sub(buf_span(&spki), spki.n - 1 - 2 * field, spki.n);

        assert_true(public_key_place_point(private_key_curve(l->issuer), point, a, &device, NULL));
    } else {
        assert_true(public_key_place_spki(buf_span(&spki), a, &device, NULL));
    }
    if (l->reader)
        assert_true(private_key_agree(l->reader, device, secret, &n, NULL));
    else
        assert_true(signature_verify_parts(device, &alg, &message, 1, buf_span(&sig), a, NULL));
    public_key_clear(device);
    buf_free(&spki);
    return taken.library - before;
}

static const struct {
    const char *what;
    enum key_kind kind;
    enum curve curve;
    bool by_code;
} kinds[] = {
    { "P-256", KEY_EC, CURVE_P256, false },
    { "P-384", KEY_EC, CURVE_P384, false },
    { "P-521", KEY_EC, CURVE_P521, false },
    { "brainpoolP256r1", KEY_EC, CURVE_BP256, false },
    { "brainpoolP320r1", KEY_EC, CURVE_BP320, false },
    { "brainpoolP384r1", KEY_EC, CURVE_BP384, false },
    { "brainpoolP512r1", KEY_EC, CURVE_BP512, false },
    { "Ed25519", KEY_ED25519, CURVE_NONE, false },
    { "Ed448", KEY_ED448, CURVE_NONE, false },
    { "P-256, code of the device", KEY_EC, CURVE_P256, true },
    { "brainpoolP384r1, code of the device", KEY_EC, CURVE_BP384, true },
};

static void nothing_is_taken_from_the_heap(void **state)
{
    struct taken before;

    (void)state;
    if (!COUNTS)
        skip();
    before = taken;
    free(malloc(1 + (taken.own & 1)));
    private_key_free(new_key(KEY_EC, CURVE_P256));
    assert_true(taken.own > before.own && taken.library > before.library);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct public_key *ready = NULL;
        struct taken known;
        struct licence l;
        struct arena a;
        size_t library;

        arena_init(&a, 8 << 20);
        licence_make(&l, kinds[i].kind, kinds[i].curve, kinds[i].by_code);
        (void)verify(&l, &a);
        before = taken;
        (void)verify(&l, &a);
        known = (struct taken){ taken.own - before.own, taken.library - before.library };
        forget(&l);
        before = taken;
        (void)verify(&l, &a);
        print_message("%s: own %zu, OpenSSL %zu; new signer: own %zu, OpenSSL %zu\n", kinds[i].what,
                      known.own, known.library, taken.own - before.own, taken.library - before.library);
        assert_int_equal(known.own, 0);
        assert_int_equal(taken.own - before.own, 0);
        assert_true(anchors_known_key(l.set, &l.signer, l.verdict.signer.spki, &test_arena, &ready));
        (void)bare(&l, ready, &a);
        library = bare(&l, ready, &a);
        /* It takes some more or less by the bits of the numbers. */
        if (known.library > library + library / 8 + 8)
            fail_msg("%s: OpenSSL took %zu times, bare %zu", kinds[i].what, known.library, library);
        public_key_clear(ready);
        licence_drop(&l);
        arena_free(&a);
    }
}

/* --- known signers --- */

static void the_key_of_a_known_signer_is_kept(void **state)
{
    static const enum key_kind kind[] = { KEY_EC, KEY_ED25519 };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct licence l;

        licence_make(&l, kind[i], kind[i] == KEY_EC ? CURVE_P256 : CURVE_NONE, false);
        for (int again = 0; again < 3; again++) {
            assert_true(is_kept(l.set, &l));
            forget(&l);
            assert_false(is_kept(l.set, &l));
            (void)verify(&l, &test_arena);
        }
        licence_drop(&l);
    }
}

static void a_key_does_not_cross_to_another_set(void **state)
{
    struct licence l;
    struct anchor_set *other;

    (void)state;
    licence_make(&l, KEY_EC, CURVE_P256, false);
    other = set_of(buf_span(&l.ca));
    assert_false(is_kept(other, &l));
    anchor_set_free(other);
    licence_drop(&l);
}

static void a_request_keeps_its_key_when_the_table_or_the_set_goes(void **state)
{
    struct public_key *key = NULL;
    struct licence l;

    (void)state;
    licence_make(&l, KEY_EC, CURVE_P256, false);
    assert_true(anchors_known_key(l.set, &l.signer, l.verdict.signer.spki, &test_arena, &key));
    forget(&l);
    anchor_set_free(l.set);
    l.set = NULL;
    assert_true(
        cose_verify(&l.verdict.issuer_auth, key, (struct span){ 0 }, NULL, &test_arena, "COSE_SIG", NULL));
    public_key_clear(key);
    licence_drop(&l);
}

static void no_key_is_kept_of_who_is_not_certified(void **state)
{
    struct anchor_set *none = anchor_set_new();
    struct public_key *key = NULL;
    struct licence l;
    struct mdoc m;

    (void)state;
    licence_make(&l, KEY_EC, CURVE_P256, false);
    l.opt.anchors = none;
    assert_int_equal(mdoc_verify(buf_span(&l.answer), &l.opt, &test_arena, &m, NULL), RESULT_NO_ANCHOR);
    assert_false(is_kept(none, &l));
    l.opt.trusted_signers = &l.verdict.signer.der;
    l.opt.n_trusted = 1;
    (void)verify(&l, &test_arena);
    assert_false(is_kept(none, &l));
    assert_true(public_key_place_spki(l.verdict.signer.spki, &test_arena, &key, NULL));
    anchors_keep_key(none, &l.signer, key);
    assert_false(is_kept(none, &l));
    public_key_clear(key);
    anchor_set_free(none);
    licence_drop(&l);
}

/* The first bytes of a signature changed: certified, but not genuine. */
static void no_key_is_kept_when_the_signature_fails(void **state)
{
    struct licence l;
    struct mdoc m;
    size_t at;

    (void)state;
    licence_make(&l, KEY_EC, CURVE_P256, false);
    at = (size_t)(l.verdict.issuer_auth.proof.p - buf_span(&l.answer).p) + 40;
    forget(&l);
    l.answer.p[at] ^= 1;
    assert_int_equal(mdoc_verify(buf_span(&l.answer), &l.opt, &test_arena, &m, NULL), RESULT_FORGED);
    assert_false(is_kept(l.set, &l));
    l.answer.p[at] ^= 1;
    (void)verify(&l, &test_arena);
    l.answer.p[at] ^= 1;
    assert_int_equal(mdoc_verify(buf_span(&l.answer), &l.opt, &test_arena, &m, NULL), RESULT_FORGED);
    licence_drop(&l);
}

enum { TIMES = 60 };

static void *verify_often(void *arg)
{
    struct licence *l = arg;
    struct arena a;

    arena_init(&a, 8 << 20);
    for (int i = 0; i < TIMES; i++) {
        struct mdoc m;

        arena_reset(&a);
        if (mdoc_verify(buf_span(&l->answer), &l->opt, &a, &m, NULL) != RESULT_GENUINE)
            abort();
        if (i % 3 == 0)
            forget(l);
    }
    arena_free(&a);
    return NULL;
}

static void threads_share_keys(void **state)
{
    static const enum key_kind kind[] = { KEY_EC, KEY_ED25519 };

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct licence l;
        pthread_t t[3];

        licence_make(&l, kind[k], kind[k] == KEY_EC ? CURVE_P256 : CURVE_NONE, false);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(pthread_create(&t[i], NULL, verify_often, &l), 0);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(pthread_join(t[i], NULL), 0);
        licence_drop(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_taken_from_the_heap),
        cmocka_unit_test(the_key_of_a_known_signer_is_kept),
        cmocka_unit_test(a_key_does_not_cross_to_another_set),
        cmocka_unit_test(a_request_keeps_its_key_when_the_table_or_the_set_goes),
        cmocka_unit_test(no_key_is_kept_of_who_is_not_certified),
        cmocka_unit_test(no_key_is_kept_when_the_signature_fails),
        cmocka_unit_test(threads_share_keys),
    };

    if (!stand_before_the_library())
        return 1;
    return cmocka_run_group_tests_name("mdoc-memory", tests, arena_setup, arena_teardown);
}
