/* A log whose key is replaced: it goes on, signed by the new one, and by no other; whenever it is killed. */
#include "vectors.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/files.h"
#include "log/writer.h"

enum { KEYS = 3 };

static const struct span origin = { (const uint8_t *)"kz.specimen/trust/all/2026", 26 };
static uint8_t secret[KEYS][NODE_SECRET_KEY];
static struct signer signer[KEYS];
static struct note_key key[KEYS];
static char base[64], folder[80];

static struct log_writer *opened(size_t with, size_t before, const struct folder_steps *steps, struct why *w)
{
    const struct log_writer_options o = { .folder = folder,
                                          .key = &key[with],
                                          .signer = &signer[with],
                                          .before = (const uint8_t(*)[NODE_PUBLIC_KEY])signer[before].pub,
                                          .n_before = before != with,
                                          .steps = steps };

    why_clear(w);
    return log_writer_open(&o, w);
}

/* Adds some entries and closes; the size. */
static uint64_t grown(size_t with, size_t before, size_t n)
{
    struct why w;
    struct log_writer *l = opened(with, before, NULL, &w);
    uint64_t size;

    if (!l || log_writer_read_only(l))
        fail_msg("%s: %s", w.reason ? w.reason : "", l ? log_writer_read_only(l)->detail : w.detail);
    for (size_t i = 0; i < n; i++)
        assert_true(log_writer_add(l, SPAN("entry"), NULL, &w));
    assert_true(log_writer_commit(l, &w));
    size = log_writer_size(l);
    log_writer_close(l);
    return size;
}

/* Whether the whole log holds under that key. */
static bool verifies(size_t with, uint64_t size, struct why *w)
{
    struct policy *p = arena_alloc(&test_arena, sizeof *p);
    struct log_verify_options opt = { .policy = p };
    struct log_source s = log_folder(folder);
    struct log_report r;

    why_clear(w);
    assert_non_null(p);
    policy_of_key(&key[with], (struct span){ 0 }, p);
    return log_verify(&s, &opt, &test_arena, &r, w) && r.entries == size;
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(base, sizeof base, "%s/serai-replaced-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(base));
    (void)snprintf(folder, sizeof folder, "%s/log", base);
    assert_int_equal(grown(0, 0, 300), 300);
    return 0;
}

static int tear_down(void **state)
{
    char command[100];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", base);
    assert_int_equal(system(command), 0);
    return 0;
}

static void the_log_goes_on(void **state)
{
    struct why w;

    (void)state;
    assert_null(opened(1, 1, NULL, &w));
    assert_string_equal(w.reason, "signature");
    assert_int_equal(grown(1, 0, 0), 300); /* nothing new: signed again all the same */
    assert_true(verifies(1, 300, &w));
    assert_false(verifies(0, 300, &w));
    assert_string_equal(w.reason, "no-anchor");
    assert_int_equal(grown(1, 1, 10), 310); /* nobody need know the old one any more */
    assert_null(opened(0, 0, NULL, &w));    /* which signs nothing here again */
    assert_string_equal(w.reason, "signature");
}

static void a_key_that_never_signed_it_opens_nothing(void **state)
{
    struct why w;

    (void)state;
    assert_null(opened(1, 2, NULL, &w));
    assert_string_equal(w.reason, "signature");
    assert_true(verifies(0, 300, &w));
}

static long step, last;

static void killed(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
    if (step++ == last)
        (void)raise(SIGKILL);
}

static void killed_while_it_is_signed_again(void **state)
{
    const struct folder_steps steps = { killed, NULL };
    unsigned n = 0;
    bool ended = false;

    (void)state;
    for (last = 0; !ended; last++) {
        struct why w;
        size_t with = (size_t)last % 2 + 1, before = with == 1 ? 2 : 1;
        int status = 0;
        pid_t child;

        if (last == 0)
            (void)grown(2, 0, 0);
        step = 0;
        child = fork();
        if (child == 0)
            _exit(opened(with, before, &steps, &w) ? 0 : 1);
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        ended = WIFEXITED(status);
        n += WIFSIGNALED(status);
        assert_true(!ended || WEXITSTATUS(status) == 0);
        assert_int_equal(grown(with, before, 1), 301 + (uint64_t)last);
        assert_true(verifies(with, 301 + (uint64_t)last, &w));
    }
    assert_true(n >= 4);
}

static int group(void **state)
{
    if (!node_crypto_init())
        return 1;
    for (size_t i = 0; i < KEYS; i++) {
        const uint8_t seed[NODE_SEED] = { 60, (uint8_t)i };
        uint8_t pub[NODE_PUBLIC_KEY];

        node_key_from_seed(seed, pub, secret[i]);
        signer_in_memory(secret[i], &signer[i]);
        note_key_of(origin, NOTE_KEY_ED25519, pub, &key[i]);
    }
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_log_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_that_never_signed_it_opens_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(killed_while_it_is_signed_again, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("log-replaced", tests, group, arena_teardown);
}
