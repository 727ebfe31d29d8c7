/* The folder of acts: killed at every step, copied back, fed with another past. */
#include "vectors.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trust/acts_folder.h"
#include "trust/list.h"

static uint8_t secret[NODE_SECRET_KEY], pub[NODE_PUBLIC_KEY];
static struct signer signer;

static struct act_statement statement(uint8_t first)
{
    struct act_statement s = { .verb = ACT_PROPOSE, .state = SPAN("IR"), .purpose = SPAN("lists") };

    s.sha256[0] = first;
    return s;
}

static char *folder(void)
{
    char *path = arena_str(&test_arena, SPAN("/tmp/serai-acts-XXXXXX"));

    assert_non_null(mkdtemp(path));
    return path;
}

static void shell(const char *format, const char *a, const char *b)
{
    char command[1000];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(command, sizeof command, format, a, b);
#pragma GCC diagnostic pop
    assert_int_equal(system(command), 0);
}

static struct acts_folder opened(const char *path, bool write)
{
    struct acts_folder d;
    struct findings f;
    struct why w = { 0 };

    findings_init(&f);
    if (!acts_folder_open(path, SPAN("T"), write, &test_arena, &d, &f, &w))
        fail_msg("%s", w.detail);
    assert_int_equal(f.n, 0);
    return d;
}

static char *with_key(void)
{
    char *path = folder();
    struct acts_folder d = opened(path, true);
    struct why w = { 0 };

    assert_true(acts_folder_add_key(&d, SPAN("IR"), SPAN("ir.x"), pub, &w));
    acts_folder_close(&d);
    return path;
}

static void act(const char *path, uint8_t first)
{
    struct acts_folder d = opened(path, true);
    struct act_statement s = statement(first);
    struct why w = { 0 };

    if (!acts_folder_act(&d, 0, &signer, &s, 1, 1000 + first, &w))
        fail_msg("%s", w.detail);
    acts_folder_close(&d);
}

static void one_writer_at_a_time(void **state)
{
    char *path = with_key();
    struct acts_folder d = opened(path, true), other;
    struct findings f;
    struct why w = { 0 };

    (void)state;
    findings_init(&f);
    assert_false(acts_folder_open(path, SPAN("T"), true, &test_arena, &other, &f, &w));
    assert_string_equal(w.reason, "trust-locked");
    other = opened(path, false); /* reading waits for nobody */
    acts_folder_close(&other);
    acts_folder_close(&d);
    shell("rm -rf '%s'%s", path, "");
}

/* Kills its own process before the step whose turn it is. */
static void kill_at(void *ctx, const char *step)
{
    int *left = ctx;

    (void)step;
    if ((*left)-- == 0)
        (void)raise(SIGKILL);
}

static void killed_at_every_step(void **state)
{
    char *path = with_key();
    unsigned whole = 0, none = 0;
    int step = 0;

    (void)state;
    act(path, 1);
    for (bool killed = true; killed; step++) {
        struct acts_folder d = opened(path, false);
        size_t before = d.n_acts;
        int status = 0;
        pid_t child = fork();

        if (child == 0) {
            int left = step;
            const struct folder_steps steps = { kill_at, &left };
            struct act_statement s = statement((uint8_t)(10 + step));
            struct why w = { 0 };

            d = opened(path, true);
            d.steps = &steps;
            _exit(acts_folder_act(&d, 0, &signer, &s, 1, 2000, &w) ? 0 : 1);
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        killed = WIFSIGNALED(status);
        assert_true(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        d = opened(path, false); /* and nothing to complain of */
        assert_null(d.rollback.reason);
        assert_true(d.n_acts == before || d.n_acts == before + 1);
        *(d.n_acts == before ? &none : &whole) += 1;
        for (size_t i = 0; i < d.n_acts; i++)
            assert_int_equal(d.act[i].number, i + 1);
        assert_false(d.n_acts > 1 && trust_fork_check(&d.act[d.n_acts - 2], &d.act[d.n_acts - 1], NULL));
    }
    assert_true(step > 10 && none > 4 && whole > 4);
    act(path, 200);
    shell("test -z \"$(ls -A '%s'/acts/*/.draft 2>/dev/null)\"%s", path, "");
    shell("rm -rf '%s'%s", path, "");
}

static void lost_acts_are_noticed(void **state)
{
    char *path = with_key(), *old = folder();
    struct act_statement s = statement(9);
    struct receive_counts n;
    struct acts_folder d;
    struct findings f;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    act(path, 1);
    shell("cp -a '%s'/acts '%s'", path, old);
    act(path, 2);
    d = opened(path, false);
    buf_init(&b, 1 << 20);
    acts_folder_bundle(&d, &b);
    shell("rm -rf '%s'/acts; ", path, "");
    shell("cp -a '%s'/acts '%s'", old, path);
    d = opened(path, true);
    assert_string_equal(d.rollback.reason, "rollback");
    assert_non_null(strstr(d.rollback.detail, "act 2 of IR"));
    assert_false(acts_folder_act(&d, 0, &signer, &s, 1, 3000, &w));
    assert_string_equal(w.reason, "rollback");
    why_clear(&w);
    findings_init(&f); /* another member still has it */
    assert_true(acts_folder_receive(&d, buf_span(&b), &n, &f, &w));
    assert_int_equal(n.acts, 1);
    assert_int_equal(n.known, 1);
    assert_null(d.rollback.reason);
    acts_folder_close(&d);
    act(path, 3);
    d = opened(path, false);
    assert_int_equal(d.n_acts, 3);
    buf_free(&b);
    shell("rm -rf '%s' '%s'", path, old);
}

static void another_past_is_kept_as_proof(void **state)
{
    char *path = with_key(), *twin = folder(), *third = with_key();
    struct act_statement s = statement(9);
    struct acts_folder d;
    struct receive_counts n;
    struct findings f;
    struct why w = { 0 };
    struct buffer b, whole;

    (void)state;
    act(path, 1);
    shell("cp -a '%s'/. '%s'", path, twin); /* the same key on two machines */
    act(path, 2);
    act(twin, 3);
    act(twin, 4);
    d = opened(twin, false);
    buf_init(&b, 1 << 20);
    acts_folder_bundle(&d, &b);
    d = opened(path, true);
    findings_init(&f);
    assert_true(acts_folder_receive(&d, buf_span(&b), &n, &f, &w));
    assert_int_equal(n.forks, 2);
    assert_string_equal(f.item[0].why.reason, "two-histories");
    assert_int_equal(d.n_acts, 4);
    assert_false(acts_folder_act(&d, 0, &signer, &s, 1, 3000, &w));
    assert_string_equal(w.reason, "two-histories");
    acts_folder_close(&d);
    /* The proof travels, whatever the order it comes in. */
    buf_init(&whole, 1 << 20);
    d = opened(path, false);
    assert_int_equal(d.n_acts, 4);
    acts_folder_bundle(&d, &whole);
    d = opened(third, true);
    findings_init(&f);
    assert_true(acts_folder_receive(&d, buf_span(&b), &n, &f, &w));
    assert_int_equal(n.acts, 3);
    assert_true(acts_folder_receive(&d, buf_span(&whole), &n, &f, &w));
    assert_int_equal(n.forks, 1);
    assert_int_equal(d.n_acts, 4);
    assert_true(acts_folder_receive(&d, buf_span(&whole), &n, &f, &w));
    assert_int_equal(n.known, 4);
    acts_folder_close(&d);
    buf_free(&b);
    buf_free(&whole);
    shell("rm -rf '%s' '%s'", path, twin);
    shell("rm -rf '%s'%s", third, "");
}

static void gaps_and_strangers(void **state)
{
    char *path = with_key(), *from = with_key();
    struct acts_folder d;
    struct receive_counts n;
    struct findings f;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    for (uint8_t i = 1; i < 4; i++)
        act(from, i);
    d = opened(from, false);
    buf_init(&b, 1 << 20);
    trust_bundle_put_note(&b, d.act[2].note);
    trust_bundle_put_note(&b, d.act[0].note);
    d = opened(path, true);
    findings_init(&f);
    assert_true(acts_folder_receive(&d, buf_span(&b), &n, &f, &w));
    assert_int_equal(n.acts, 1);
    assert_int_equal(n.refused, 1);
    assert_string_equal(f.item[0].why.reason, "act-gap");
    acts_folder_close(&d);
    shell("rm -rf '%s'; mkdir '%s'", path, path);
    d = opened(path, true); /* nobody's key is known */
    findings_init(&f);
    assert_true(acts_folder_receive(&d, buf_span(&b), &n, &f, &w));
    assert_int_equal(n.refused, 2);
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].why.reason, "no-key");
    assert_int_equal(d.n_acts, 0);
    acts_folder_close(&d);
    buf_free(&b);
    shell("rm -rf '%s' '%s'", path, from);
}

static void a_changed_file_does_not_count(void **state)
{
    char *path = with_key();
    struct acts_folder d;
    struct findings f;
    struct why w = { 0 };

    (void)state;
    act(path, 1);
    act(path, 2);
    shell("sed -i 's/of IR for/of KZ for/' '%s'/acts/*/000002.act%s", path, "");
    findings_init(&f);
    assert_true(acts_folder_open(path, SPAN("T"), false, &test_arena, &d, &f, &w));
    assert_int_equal(d.n_acts, 1);
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].why.reason, "signature");
    assert_string_equal(d.rollback.reason, "rollback");
    shell("rm -rf '%s'%s", path, "");
}

static int group(void **state)
{
    uint8_t seed[NODE_SEED] = { 7 };

    if (!node_crypto_init())
        return 1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_writer_at_a_time),  cmocka_unit_test(killed_at_every_step),
        cmocka_unit_test(lost_acts_are_noticed), cmocka_unit_test(another_past_is_kept_as_proof),
        cmocka_unit_test(gaps_and_strangers),    cmocka_unit_test(a_changed_file_does_not_count),
    };

    return cmocka_run_group_tests_name("acts_folder", tests, group, arena_teardown);
}
