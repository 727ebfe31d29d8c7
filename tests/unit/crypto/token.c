/* Keys in a token: a module whose every call can fail, and SoftHSM where it is installed. */
#include "crypto/token.h"

#include "vectors.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "fake_token.h"
#include "sanitized.h"

#if SANITIZED_ADDRESS
#include <sanitizer/lsan_interface.h>
#endif

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"

static char folder[] = "/tmp/serai-token-XXXXXX", pin_file[64], uri[512];
static struct fake_token *fake;
static const uint8_t seed[NODE_SEED] = "SPECIMEN seed, of no value.....";

static void put_pin(const char *pin, mode_t mode)
{
    FILE *f;

    (void)unlink(pin_file);
    f = fopen(pin_file, "we");
    assert_non_null(f);
    assert_true(fputs(pin, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(pin_file, mode), 0);
}

/* The module stays loaded, so that what it does can be set before it is opened. */
static void reset(void)
{
    memset(fake, 0, sizeof *fake);
    memcpy(fake->seed, seed, sizeof seed);
    fake->keys = 1;
    put_pin("1234\n", 0600);
}

static struct token_key *opened(void)
{
    struct why w = { 0 };
    struct token_key *k = token_key_open(uri, NULL, &w);

    if (!k)
        fail_msg("%s: %s", w.reason, w.detail);
    return k;
}

static bool signs(struct token_key *k, struct why *w)
{
    const struct signer *s = token_key_signer(k);
    uint8_t sig[NODE_SIGNATURE];

    why_clear(w);
    if (!signer_sign(s, SPAN("serai\n"), sig, w))
        return false;
    assert_true(node_verify(SPAN("serai\n"), sig, s->pub));
    return true;
}

static void an_open_key_signs(void **state)
{
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY], here[NODE_SIGNATURE], there[NODE_SIGNATURE];
    struct token_key *k;
    struct signer memory;

    (void)state;
    reset();
    k = opened();
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &memory);
    assert_memory_equal(token_key_signer(k)->pub, pub, sizeof pub);
    assert_true(signer_sign(token_key_signer(k), SPAN("x"), there, NULL));
    assert_true(signer_sign(&memory, SPAN("x"), here, NULL));
    assert_memory_equal(here, there, sizeof here);
    assert_true(signer_sign(token_key_signer(k), (struct span){ NULL, 0 }, there, NULL));
    token_key_close(k);
    assert_int_equal(fake->open, 0);
}

static void what_a_token_may_have(void **state)
{
    static const struct {
        const char *what;
        size_t at;
        bool also_no_public;
        const char *reason; /* NULL: it opens */
    } cases[] = {
        { "the point as 32 bytes", offsetof(struct fake_token, raw_point), false, NULL },
        { "the point as a BIT STRING", offsetof(struct fake_token, bit_point), false, NULL },
        { "a point of another length", offsetof(struct fake_token, long_point), false, "token-key" },
        { "the curve by its name", offsetof(struct fake_token, curve_name), false, NULL },
        { "Ed448", offsetof(struct fake_token, other_curve), false, "token-key-type" },
        { "an RSA key", offsetof(struct fake_token, rsa), false, "token-key-type" },
        { "a key that may not sign", offsetof(struct fake_token, may_not_sign), false, "token-key-type" },
        { "the PIN for each signature", offsetof(struct fake_token, each_time), false, "token-key-type" },
        { "no public half", offsetof(struct fake_token, no_public), false, "token-key" },
        { "the point in the private half", offsetof(struct fake_token, point_in_private), true, NULL },
        { "SPKI in the private half", offsetof(struct fake_token, info_in_private), true, NULL },
        { "the public half of another key", offsetof(struct fake_token, other_public), false,
          "token-signature" },
        { "a signature that does not hold", offsetof(struct fake_token, wrong_signature), false,
          "token-signature" },
        { "a signature of 63 bytes", offsetof(struct fake_token, short_signature), false, "token-signature" },
        { "two tokens of that name", offsetof(struct fake_token, twice), false, "token-absent" },
        { "no token", offsetof(struct fake_token, gone), false, "token-absent" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct token_key *k;
        struct why w = { 0 };

        reset();
        *((bool *)((char *)fake + cases[i].at)) = true;
        fake->no_public |= cases[i].also_no_public;
        k = token_key_open(uri, NULL, &w);
        if ((k == NULL) != (cases[i].reason != NULL))
            fail_msg("%s: %s %s", cases[i].what, w.reason, w.detail);
        if (!k && strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s %s", cases[i].what, w.reason, w.detail);
        if (k)
            assert_true(signs(k, &w));
        token_key_close(k);
        assert_int_equal(fake->open, 0);
    }
}

static void names_of_keys(void **state)
{
    static const struct {
        const char *uri, *reason;
        unsigned keys;
    } cases[] = {
        { "pkcs11:token=SPECIMEN%20FAKE", "token-uri", 1 },
        { "pkcs11:token=SPECIMEN%20FAKE;object=other", "token-key", 1 },
        { "pkcs11:token=SPECIMEN%20FAKE;object=key", "token-key", 0 },
        { "pkcs11:token=SPECIMEN%20FAKE;object=key", "token-keys", 2 },
        { "pkcs11:token=OTHER;object=key", "token-absent", 1 },
        { "pkcs11:token=SPECIMEN%20FAKE;object=key?pin-value=1234", "token-uri", 1 },
        { "pkcs11:token=SPECIMEN%20FAKE;object=key;colour=red", "token-uri", 1 },
        { "pkcs11:token=%zz", "token-uri", 1 },
        { "/etc/serai/node.key", "token-uri", 1 },
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };

        reset();
        fake->keys = cases[i].keys;
        (void)snprintf(text, sizeof text, "%s%cmodule-path=%s&pin-source=%s", cases[i].uri,
                       strchr(cases[i].uri, '?') ? '&' : '?', getenv("SERAI_FAKE_TOKEN"), pin_file);
        assert_null(token_key_open(text, NULL, &w));
        if (strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s %s", cases[i].uri, w.reason, w.detail);
        assert_null(strstr(w.detail, "1234"));
    }
}

static void pins(void **state)
{
    static const struct {
        const char *what, *pin;
        mode_t mode;
        CK_FLAGS flags;
        const char *reason;
        unsigned logins;
    } cases[] = {
        { "the right one", "1234\n", 0600, 0, NULL, 1 },
        { "with CR and LF", "1234\r\n", 0400, 0, NULL, 1 },
        { "a wrong one", "9999\n", 0600, 0, "token-pin", 1 },
        { "an empty file", "", 0600, 0, "token-pin", 0 },
        { "a file that the group reads", "1234\n", 0640, 0, "token-pin", 0 },
        { "a file that all read", "1234\n", 0604, 0, "token-pin", 0 },
        { "locked", "1234\n", 0600, CKF_USER_PIN_LOCKED, "token-pin", 0 },
        { "one try left", "1234\n", 0600, CKF_USER_PIN_FINAL_TRY, "token-pin", 0 },
        { "refused before", "1234\n", 0600, CKF_USER_PIN_COUNT_LOW, "token-pin", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct token_key *k;
        struct why w = { 0 };

        reset();
        put_pin(cases[i].pin, cases[i].mode);
        fake->flags = cases[i].flags;
        k = token_key_open(uri, NULL, &w);
        if ((k == NULL) != (cases[i].reason != NULL) || (!k && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s %s", cases[i].what, w.reason, w.detail);
        token_key_close(k);
        assert_int_equal(fake->logins, cases[i].logins);
        assert_null(strstr(w.detail, "9999"));
    }
    reset();
    assert_int_equal(unlink(pin_file), 0);
    struct why w = { 0 };

    assert_null(token_key_open(uri, NULL, &w));
    assert_string_equal(w.reason, "token-pin");
}

static bool ask(void *ctx, const char *token, char pin[TOKEN_PIN], struct why *w)
{
    assert_string_equal(token, FAKE_LABEL);
    if (!ctx)
        return why_set(w, "token-pin", WHY_NO_OFFSET, NULL, "nobody answers");
    (void)snprintf(pin, TOKEN_PIN, "%s", (const char *)ctx);
    return true;
}

/* A person may try where a server may not, and is asked only when no file is named. */
static void a_person_logs_in(void **state)
{
    char pin[] = FAKE_PIN, text[512];
    struct token_login login = { ask, pin };
    struct token_key *k;
    struct why w = { 0 };

    (void)state;
    reset();
    fake->flags = CKF_USER_PIN_COUNT_LOW;
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN%%20FAKE;object=key?module-path=%s",
                   getenv("SERAI_FAKE_TOKEN"));
    k = token_key_open(text, &login, &w);
    assert_non_null(k);
    token_key_close(k);
    login.ctx = NULL;
    assert_null(token_key_open(text, &login, &w));
    assert_string_equal(w.reason, "token-pin");
    why_clear(&w);
    assert_null(token_key_open(text, NULL, &w));
    assert_string_equal(w.reason, "token-pin");
}

/* Opening ends with its reason, and signing again after one failure goes on, whichever call fails. */
static void every_call_fails(void **state)
{
    static const char *const reason[FAKE_CALLS] = { "token-module",   "token-absent", "token-absent",
                                                    "token",          "token",        "token",
                                                    "token-key-type", "token",        "token" };

    (void)state;
    for (size_t i = 0; i < FAKE_CALLS; i++) {
        struct token_key *k;
        struct why w = { 0 };

        reset();
        fake->fails[i] = CKR_DEVICE_ERROR;
        assert_null(token_key_open(uri, NULL, &w));
        if (strcmp(w.reason, reason[i]) != 0)
            fail_msg("call %zu: %s %s", i, w.reason, w.detail);
        assert_int_equal(fake->open, 0);
        reset();
        k = opened();
        fake->fails[FAKE_SIGN] = CKR_DEVICE_ERROR;
        fake->fail_once[FAKE_SIGN] = 1;
        assert_true(signs(k, &w));
        fake->fails[FAKE_SIGN] = CKR_SESSION_HANDLE_INVALID;
        fake->fail_once[FAKE_SIGN] = i != FAKE_SIGN;
        fake->fails[i] = CKR_DEVICE_ERROR;
        assert_false(signs(k, &w));
        assert_memory_equal(w.reason, "token", 5);
        fake->fails[i] = fake->fails[FAKE_SIGN] = 0;
        assert_false(signs(k, &w)); /* not tried again at once… */
        (void)usleep(310 * 1000);
        assert_true(signs(k, &w)); /* …and well after it */
        token_key_close(k);
        assert_int_equal(fake->open, 0);
    }
}

static void a_token_comes_back(void **state)
{
    struct token_key *k;
    struct why w = { 0 };
    unsigned logins;

    (void)state;
    reset();
    k = opened();
    assert_true(signer_ready(token_key_signer(k), &w));
    fake->gone = true;
    assert_false(signs(k, &w));
    assert_string_equal(w.reason, "token-absent");
    assert_false(signer_ready(token_key_signer(k), NULL));
    fake->gone = false;
    (void)usleep(310 * 1000);
    assert_true(signer_ready(token_key_signer(k), &w));
    assert_true(signs(k, &w));
    fake->gone = true;
    why_clear(&w);
    assert_false(signer_ready(token_key_signer(k), &w));
    assert_string_equal(w.reason, "token-absent");
    fake->gone = false;
    fake->seed[0] ^= 1;
    (void)usleep(310 * 1000);
    assert_false(signs(k, &w));
    assert_string_equal(w.reason, "token-key"); /* another key stands there now */
    fake->seed[0] ^= 1;
    put_pin("4321\n", 0600);
    (void)usleep(310 * 1000);
    assert_false(signs(k, &w));
    assert_string_equal(w.reason, "token-pin");
    logins = fake->logins;
    for (size_t i = 0; i < 2; i++) {
        (void)usleep(310 * 1000);
        assert_false(signs(k, &w));
    }
    assert_int_equal(fake->logins, logins); /* the same wrong PIN is not given twice */
    put_pin("1234\n", 0600);
    (void)usleep(310 * 1000);
    assert_true(signs(k, &w));
    token_key_close(k);
    assert_int_equal(fake->open, 0);
}

enum { THREADS = 20, EACH = 30 };

static void *sign_many(void *ctx)
{
    static char failed[] = "failed";
    struct why w = { 0 };

    for (size_t i = 0; i < EACH; i++)
        if (!signs(ctx, &w))
            return failed;
    return NULL;
}

static void run_threads(struct token_key *k)
{
    pthread_t thread[THREADS];
    void *failed;

    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, sign_many, k), 0);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], &failed), 0);
        assert_null(failed);
    }
}

static void threads_share_sessions(void **state)
{
    struct token_key *k;

    (void)state;
    reset();
    fake->slow_us = 500;
    k = opened();
    run_threads(k);
    assert_true(fake->signing_most > 1);
    assert_true(fake->most <= LIMIT_TOKEN_SESSIONS);
    token_key_close(k);
    reset();
    fake->sessions = 1; /* a token that has one session and no more */
    k = opened();
    run_threads(k);
    assert_int_equal(fake->most, 1);
    token_key_close(k);
    reset();
    fake->slow_us = 200;
    k = opened();
    fake->fails[FAKE_SIGN] = CKR_DEVICE_REMOVED; /* in the middle of it */
    fake->fail_once[FAKE_SIGN] = 1;
    run_threads(k);
    token_key_close(k);
    assert_int_equal(fake->open, 0);
}

/* SoftHSM, in a folder of its own. */
static bool softhsm(char *text, size_t room)
{
    char path[96], command[256];
    FILE *f;

    if (access(SOFTHSM, F_OK) != 0) {
        print_message("# no %s (Debian: softhsm2)\n", SOFTHSM);
        return false;
    }
    (void)snprintf(path, sizeof path, "%s/conf", folder);
    f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fprintf(f, "directories.tokendir = %s\nlog.level = ERROR\n", folder) > 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(setenv("SOFTHSM2_CONF", path, 1), 0);
    (void)snprintf(command, sizeof command,
                   "softhsm2-util --init-token --free --label SPECIMEN --pin 1234 --so-pin 5678 >/dev/null");
    assert_int_equal(system(command), 0);
    put_pin("1234\n", 0600);
    (void)snprintf(text, room, "?module-path=%s&pin-source=%s", SOFTHSM, pin_file);
    return true;
}

struct seen {
    size_t n, ed25519, extractable;
    uint8_t pub[NODE_PUBLIC_KEY];
};

static void see(void *ctx, const struct token_entry *e)
{
    struct seen *s = ctx;

    s->n++;
    s->ed25519 += e->ed25519;
    s->extractable += e->extractable;
    assert_string_equal(e->token, "SPECIMEN");
    if (strcmp(e->label, "put") == 0)
        memcpy(s->pub, e->pub, sizeof s->pub);
}

static void softhsm_makes_and_takes_keys(void **state)
{
    uint8_t made[NODE_PUBLIC_KEY], put[NODE_PUBLIC_KEY], pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct seen seen = { 0 };
    struct token_key *k;
    struct why w = { 0 };
    char behind[256], text[512];

    (void)state;
    if (!softhsm(behind, sizeof behind))
        skip();
#if SANITIZED_ADDRESS
    __lsan_disable(); /* SoftHSM loses the names of curves */
#endif
    node_key_from_seed(seed, pub, secret);
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN;object=made%s", behind);
    if (!token_generate(text, NULL, NULL, made, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_false(token_generate(text, NULL, NULL, made, &w));
    assert_string_equal(w.reason, "token-exists");
    why_clear(&w);
    k = token_key_open(text, NULL, &w);
    assert_non_null(k);
    assert_memory_equal(token_key_signer(k)->pub, made, sizeof made);
    assert_true(signs(k, &w));
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN;object=put;id=%%01%%02%s", behind);
    if (!token_generate(text, NULL, seed, put, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_memory_equal(put, pub, sizeof pub);
    token_key_close(k);
    k = token_key_open(text, NULL, &w);
    assert_non_null(k);
    assert_true(signs(k, &w));
    run_threads(k);
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN%s", behind);
    if (!token_list(text, NULL, see, &seen, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(seen.n, 2);
    assert_int_equal(seen.ed25519, 2);
    assert_int_equal(seen.extractable, 0);
    assert_memory_equal(seen.pub, pub, sizeof pub);
    token_key_close(k);
    put_pin("9999\n", 0600);
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN;object=put%s", behind);
    for (size_t i = 0; i < 5; i++) { /* as a service that is started again and again */
        why_clear(&w);
        assert_null(token_key_open(text, NULL, &w));
        assert_string_equal(w.reason, "token-pin");
    }
    put_pin("1234\n", 0600);
    assert_null(token_key_open(text, NULL, &w));
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN%s", behind);
    assert_true(token_list(text, &(struct token_login){ 0 }, see, &seen, &w)); /* by hand */
    (void)snprintf(text, sizeof text, "pkcs11:token=SPECIMEN;object=put%s", behind);
    k = token_key_open(text, NULL, &w);
    assert_non_null(k);
    token_key_close(k);
#if SANITIZED_ADDRESS
    __lsan_enable();
#endif
}

static int group(void **state)
{
    void *module = dlopen(getenv("SERAI_FAKE_TOKEN"), RTLD_NOW | RTLD_LOCAL);

    if (!node_crypto_init() || !module || !mkdtemp(folder))
        return 1;
    fake = dlsym(module, "fake_token");
    (void)snprintf(pin_file, sizeof pin_file, "%s/pin", folder);
    (void)snprintf(uri, sizeof uri,
                   "pkcs11:token=SPECIMEN%%20FAKE;object=key?module-path=%s&pin-source=file:%s",
                   getenv("SERAI_FAKE_TOKEN"), pin_file);
    return arena_setup(state) || !fake;
}

static int ungroup(void **state)
{
    char command[96];

    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return arena_teardown(state) || system(command) != 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_key_signs),
        cmocka_unit_test(what_a_token_may_have),
        cmocka_unit_test(names_of_keys),
        cmocka_unit_test(pins),
        cmocka_unit_test(a_person_logs_in),
        cmocka_unit_test(every_call_fails),
        cmocka_unit_test(a_token_comes_back),
        cmocka_unit_test(threads_share_sessions),
        cmocka_unit_test(softhsm_makes_and_takes_keys),
    };

    return cmocka_run_group_tests_name("token", tests, group, ungroup);
}
