/* A witness: each row of the table of tlog-witness, what it remembers, and the proofs of two histories. */
#include "log/witness.h"

#include "vectors.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 40 };

static uint8_t log_secret[NODE_SECRET_KEY], own_secret[NODE_SECRET_KEY], other_secret[NODE_SECRET_KEY];
static struct signer log_signer, own_signer, other_signer;
static struct note_key log_key, own_key, other_key;
static struct policy policy;
static struct tree_hash leaf[2][SIZE]; /* two histories: alike up to 20 */

static char *folder(void)
{
    char *p = arena_str(&test_arena, SPAN("/tmp/serai-witness-XXXXXX"));

    assert_non_null(mkdtemp(p));
    return p;
}

static void remove_folder(const char *path)
{
    char command[200];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

static struct witness witness_at(const char *path)
{
    return (struct witness){ .folder = path, .policy = &policy, .key = &own_key, .signer = &own_signer };
}

static bool node(void *ctx, unsigned level, uint64_t index, struct tree_hash *out, struct why *w)
{
    const struct tree_hash *h = ctx;

    (void)w;
    tree_root_of(h + (index << level), (size_t)1 << level, out);
    return true;
}

static struct span signed_note(struct span origin, uint64_t size, const struct tree_hash *root,
                               const struct note_key *k, const struct signer *signer)
{
    struct buffer b;
    struct span out;

    buf_init(&b, 1 << 16);
    checkpoint_put(origin, size, root, &b);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_u8(&b, '\n');
    assert_true(note_key_sign(k, signer, out, 5, &test_arena, &b, NULL));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct span checkpoint_of(size_t past, uint64_t size)
{
    struct tree_hash root;

    tree_root_of(leaf[past], size, &root);
    return signed_note(log_key.name, size, &root, &log_key, &log_signer);
}

/* As an honest program would ask for that history. */
static struct span request_of(size_t past, uint64_t old, uint64_t size)
{
    struct tree_source s = { node, leaf[past] };
    struct tree_hash proof[TREE_PROOF_MAX];
    struct buffer b;
    struct span out;
    size_t n = 0;

    if (old)
        assert_true(tree_prove_consistency(&s, old, size, proof, &n, NULL));
    buf_init(&b, 1 << 16);
    witness_request_put(old, proof, n, checkpoint_of(past, size), &b);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct span with(const char *head, struct span note)
{
    char *p = arena_alloc(&test_arena, strlen(head) + note.n + 1);

    memcpy(p, head, strlen(head));
    memcpy(p + strlen(head), note.p, note.n);
    return span_of((uint8_t *)p, strlen(head) + note.n);
}

static struct witness_answer ask(const char *path, struct span request, unix_time now)
{
    struct witness v = witness_at(path);
    struct witness_answer r;
    struct why w = { 0 };

    if (!witness_add_checkpoint(&v, request, now, &test_arena, &r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return r;
}

static unix_time cosigned_at(struct span checkpoint, const struct witness_answer *r)
{
    static struct note note;
    struct buffer b;
    unix_time t = 0;

    buf_init(&b, 1 << 16);
    buf_put(&b, checkpoint);
    buf_put(&b, r->body);
    assert_true(note_parse(buf_span(&b), &note, NULL));
    assert_int_equal(note_key_check(&note, &own_key, &test_arena, &t), NOTE_SIGNED);
    buf_free(&b);
    return t;
}

static void table(void **state)
{
    static const char hash[] = "old 0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n";
    char *path = folder();
    struct tree_hash root, none, wrong;
    struct span forged = arena_copy(&test_arena, checkpoint_of(0, 10));

    (void)state;
    tree_root_of(leaf[0], 10, &root);
    tree_empty(&none);
    wrong = root;
    wrong.b[3] ^= 1;
    ((uint8_t *)(uintptr_t)forged.p)[forged.n - 20] ^= forged.p[forged.n - 20] == 'A' ? 3 : 1;
    const struct {
        const char *what;
        struct span request;
        unsigned status;
    } cases[] = {
        { "nothing", { 0 }, 400 },
        { "no old line", with("new 0\n\n", checkpoint_of(0, 10)), 400 },
        { "a size with a leading zero", with("old 00\n\n", checkpoint_of(0, 10)), 400 },
        { "no empty line", with("old 0\n", checkpoint_of(0, 10)), 400 },
        { "no checkpoint", SPAN("old 0\n\n"), 400 },
        { "a hash cut short", with("old 0\nAAAA\n\n", checkpoint_of(0, 10)), 400 },
        { "malformed comes before an unknown log", SPAN("old 0\nx\n\nother\n1\n"), 400 },
        { "an unknown log", with("old 0\n\n", signed_note(SPAN("x"), 10, &root, &log_key, &log_signer)),
          404 },
        { "a key that is not the log's",
          with("old 0\n\n", signed_note(log_key.name, 10, &root, &other_key, &other_signer)), 403 },
        { "a signature that does not hold", with("old 0\n\n", forged), 403 },
        { "old is larger", with("old 11\n\n", checkpoint_of(0, 10)), 400 },
        { "larger, and not signed",
          with("old 11\n\n", signed_note(log_key.name, 10, &root, &other_key, &other_signer)), 403 },
        { "old is not what was cosigned", request_of(0, 5, 10), 409 },
        { "a proof from nothing", with(hash, checkpoint_of(0, 10)), 422 },
        { "no leaves with a root",
          with("old 0\n\n", signed_note(log_key.name, 0, &root, &log_key, &log_signer)), 422 },
        { "no leaves", with("old 0\n\n", signed_note(log_key.name, 0, &none, &log_key, &log_signer)), 200 },
        { "the first", request_of(0, 0, 10), 200 },
        { "again: the answer was lost", request_of(0, 10, 10), 200 },
        { "the first again", request_of(0, 0, 10), 409 },
        { "same size, other root",
          with("old 10\n\n", signed_note(log_key.name, 10, &wrong, &log_key, &log_signer)), 422 },
        { "no proof", with("old 10\n\n", checkpoint_of(0, 12)), 422 },
        { "grown", request_of(0, 10, 30), 200 },
        { "another past", request_of(1, 30, 40), 422 },
        { "grown again", request_of(0, 30, 40), 200 },
        { "back", request_of(0, 10, 30), 409 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct witness_answer r = ask(path, cases[i].request, 1800000000);

        if (r.status != cases[i].status)
            fail_msg("%s: %u: %s", cases[i].what, r.status, r.why.detail);
        assert_int_equal(r.body.n > 0, r.status == 200 || r.status == 409);
        assert_int_equal(r.why.reason == NULL, r.status == 200);
        if (r.status == 409)
            assert_string_equal(r.type, "text/x.tlog.size");
    }
    remove_folder(path);
}

static void conflict_tells_the_size(void **state)
{
    char *path = folder();
    struct witness_answer r = ask(path, request_of(0, 7, 10), 1);

    (void)state;
    assert_true(r.status == 409 && span_eq_str(r.body, "0\n"));
    assert_int_equal(ask(path, request_of(0, 0, 10), 1).status, 200);
    r = ask(path, request_of(0, 0, 30), 1);
    assert_true(r.status == 409 && span_eq_str(r.body, "10\n"));
    remove_folder(path);
}

static bool no_token(void *ctx, struct span message, uint8_t sig[NODE_SIGNATURE], struct why *w)
{
    (void)ctx;
    (void)message;
    (void)sig;
    return why_set(w, "token-absent", WHY_NO_OFFSET, NULL, "gone");
}

/* What was not signed was not cosigned: the state stays, and the same request is well afterwards. */
static void a_signer_that_fails(void **state)
{
    char *path = folder();
    struct witness v = witness_at(path);
    struct signer gone = own_signer;
    struct witness_answer r;
    struct why w = { 0 };

    (void)state;
    assert_int_equal(ask(path, request_of(0, 0, 10), 1).status, 200);
    gone.sign = no_token;
    v.signer = &gone;
    assert_false(witness_add_checkpoint(&v, request_of(0, 10, 12), 2, &test_arena, &r, &w));
    assert_string_equal(w.reason, "token-absent");
    r = ask(path, request_of(0, 0, 12), 3);
    assert_true(r.status == 409 && span_eq_str(r.body, "10\n"));
    assert_int_equal(ask(path, request_of(0, 10, 12), 4).status, 200);
    remove_folder(path);
}

static void time_never_goes_back(void **state)
{
    char *path = folder();
    struct witness v = witness_at(path);
    struct witness_answer r = ask(path, request_of(0, 0, 10), 2000);
    struct policy_verdict verdict;
    static struct note note;
    struct checkpoint c;
    struct span served;

    (void)state;
    assert_int_equal(cosigned_at(checkpoint_of(0, 10), &r), 2000);
    r = ask(path, request_of(0, 10, 12), 1000);
    assert_int_equal(cosigned_at(checkpoint_of(0, 12), &r), 2000);
    r = ask(path, request_of(0, 12, 12), 3000);
    assert_int_equal(cosigned_at(checkpoint_of(0, 12), &r), 3000);
    assert_true(witness_checkpoint(&v, log_key.name, &test_arena, &served, NULL));
    assert_true(note_parse(served, &note, NULL) && checkpoint_parse(note.text, &c, NULL));
    assert_int_equal(note.n, 2);
    assert_int_equal(c.size, 12);
    assert_true(policy_check(&policy, &note, &c, &test_arena, &verdict, NULL));
    assert_true(witness_checkpoint(&v, SPAN("other"), &test_arena, &served, NULL) && served.n == 0);
    remove_folder(path);
}

static struct span evidence(const char *path, const char *name)
{
    char command[300], file[200];

    (void)snprintf(file, sizeof file, "%s/%s", path, name);
    (void)snprintf(command, sizeof command, "cp '%s'/*/%s '%s'", path, name, file);
    assert_int_equal(system(command), 0);
    return load_file(&test_arena, file);
}

static void two_histories_are_proved(void **state)
{
    static struct fork_file f;
    static struct policy others;
    struct tree_source s = { node, leaf[1] };
    struct log_source nothing = { 0 };
    struct tree_hash proof[TREE_PROOF_MAX], prefix;
    struct why w = { 0 };
    struct buffer b;
    char *path = folder();
    size_t n;

    (void)state;
    buf_init(&b, 1 << 16);
    assert_int_equal(ask(path, request_of(0, 0, 30), 1).status, 200);
    assert_int_equal(ask(path, with("old 30\n\n", checkpoint_of(1, 40)), 1).status, 422);
    assert_true(fork_parse(evidence(path, "suspect"), &f, &w));
    assert_false(fork_check(&f, &policy, &test_arena, &w));
    assert_string_equal(w.reason, "no-proof");
    assert_true(ask(path, request_of(1, 30, 40), 1).fork);
    why_clear(&w);
    if (!fork_parse(evidence(path, "fork"), &f, &w) || !fork_check(&f, &policy, &test_arena, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    policy_of_key(&other_key, log_key.name, &others);
    assert_false(fork_check(&f, &others, &test_arena, &w));
    assert_string_equal(w.reason, "no-anchor");
    /* what an honest log signed proves nothing against it */
    s.ctx = leaf[0];
    assert_true(tree_prove_consistency(&s, 30, 40, proof, &n, NULL));
    tree_root_of(leaf[0], 30, &prefix);
    fork_put(checkpoint_of(0, 40), checkpoint_of(0, 30), &prefix, proof, n, &b);
    why_clear(&w);
    assert_true(fork_parse(buf_span(&b), &f, &w));
    assert_false(fork_check(&f, &policy, &test_arena, &w));
    assert_string_equal(w.reason, "no-fork");
    prefix.b[0] ^= 1;
    b.n = 0;
    fork_put(checkpoint_of(0, 30), checkpoint_of(0, 40), &prefix, proof, n, &b);
    why_clear(&w);
    assert_true(fork_parse(buf_span(&b), &f, &w));
    assert_false(fork_check(&f, &policy, &test_arena, &w));
    assert_string_equal(w.reason, "no-proof");
    b.n = 0;
    why_clear(&w);
    assert_true(fork_find(checkpoint_of(0, 30), &nothing, checkpoint_of(1, 30), &test_arena, &b, &w));
    assert_true(fork_parse(buf_span(&b), &f, &w) && fork_check(&f, &policy, &test_arena, &w));
    for (size_t cut = 0; cut < b.n; cut++) {
        why_clear(&w);
        assert_false(fork_parse(span_of(b.p, cut), &f, &w));
        assert_true(w.reason && (w.offset == WHY_NO_OFFSET || w.offset <= cut));
    }
    buf_free(&b);
    remove_folder(path);
}

static void kill_at(void *ctx, const char *step)
{
    int *left = ctx;

    (void)step;
    if ((*left)-- == 0)
        (void)raise(SIGKILL);
}

/* An answer that left is remembered; and what was not remembered was not answered. */
static void killed_at_every_step(void **state)
{
    char *path = folder();
    uint64_t had = 0;
    bool killed = true;

    (void)state;
    for (int step = 0; killed; step++) {
        struct witness v = witness_at(path);
        struct witness_answer r;
        struct span text;
        static struct note note;
        struct checkpoint c = { 0 };
        struct why w = { 0 };
        int status = 0;
        pid_t child = fork();

        if (child == 0) {
            int left = step;
            const struct folder_steps steps = { kill_at, &left };

            v.steps = &steps;
            _exit(witness_add_checkpoint(&v, request_of(0, had, had + 1), 1, &test_arena, &r, &w) &&
                          r.status == 200
                      ? 0
                      : 1);
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        killed = WIFSIGNALED(status);
        assert_true(killed || WEXITSTATUS(status) == 0);
        assert_true(witness_checkpoint(&v, log_key.name, &test_arena, &text, &w));
        if (text.n)
            assert_true(note_parse(text, &note, &w) && checkpoint_parse(note.text, &c, &w));
        assert_true(c.size == had + 1 || (killed && c.size == had));
        had = c.size;
    }
    assert_true(had > 1);
    remove_folder(path);
}

/* Many at once: one gets the cosignature, the others are told the size. */
static void race(void **state)
{
    char *path = folder();
    unsigned won = 0;
    pid_t child[8];

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        child[i] = fork();
        if (child[i] == 0)
            _exit(ask(path, request_of(0, 0, 10 + i), 1).status == 200 ? 0 : 1);
    }
    for (size_t i = 0; i < 8; i++) {
        int status;

        assert_true(waitpid(child[i], &status, 0) == child[i] && WIFEXITED(status));
        won += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(won, 1);
    remove_folder(path);
}

static void recalled_after_a_restore(void **state)
{
    char *path = folder(), command[300];
    struct witness v = witness_at(path);
    struct span newest;
    struct why w = { 0 };

    (void)state;
    assert_int_equal(ask(path, request_of(0, 0, 10), 1).status, 200);
    (void)snprintf(command, sizeof command, "cp -a '%s' '%s.old'", path, path);
    assert_int_equal(system(command), 0);
    assert_int_equal(ask(path, request_of(0, 10, 30), 2).status, 200);
    assert_true(witness_checkpoint(&v, log_key.name, &test_arena, &newest, &w));
    (void)snprintf(command, sizeof command, "rm -rf '%s'; mv '%s.old' '%s'", path, path, path);
    assert_int_equal(system(command), 0);
    assert_false(witness_recall(&v, checkpoint_of(0, 30), &test_arena, &w));
    assert_string_equal(w.reason, "signature");
    why_clear(&w);
    assert_true(witness_recall(&v, newest, &test_arena, &w));
    assert_int_equal(ask(path, request_of(0, 10, 40), 3).status, 409);
    assert_int_equal(ask(path, request_of(0, 30, 40), 3).status, 200);
    assert_true(witness_recall(&v, newest, &test_arena, &w)); /* older: nothing changes */
    assert_int_equal(ask(path, request_of(0, 40, 40), 3).status, 200);
    remove_folder(path);
}

static void damaged_state_is_not_believed(void **state)
{
    char *path = folder(), command[300];
    struct witness v = witness_at(path);
    struct witness_answer r;
    struct why w = { 0 };

    (void)state;
    assert_int_equal(ask(path, request_of(0, 0, 10), 1).status, 200);
    (void)snprintf(command, sizeof command, "sed -i 's/^10$/11/' '%s'/*/checkpoint", path);
    assert_int_equal(system(command), 0);
    assert_false(witness_add_checkpoint(&v, request_of(0, 10, 12), 1, &test_arena, &r, &w));
    assert_string_equal(w.reason, "state");
    remove_folder(path);
}

static void make_key(uint8_t seed_byte, struct span name, enum note_key_type type, struct note_key *k,
                     uint8_t *secret, struct signer *signer)
{
    uint8_t seed[NODE_SEED] = { seed_byte }, pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, signer);
    note_key_of(name, type, pub, k);
}

static int group(void **state)
{
    if (!node_crypto_init())
        return 1;
    make_key(1, SPAN("log.specimen"), NOTE_KEY_ED25519, &log_key, log_secret, &log_signer);
    make_key(2, SPAN("w.specimen"), NOTE_KEY_COSIGNATURE, &own_key, own_secret, &own_signer);
    make_key(3, SPAN("other.specimen"), NOTE_KEY_ED25519, &other_key, other_secret, &other_signer);
    policy_of_key(&log_key, (struct span){ 0 }, &policy);
    for (uint8_t i = 0; i < SIZE; i++)
        for (uint8_t past = 0; past < 2; past++) {
            uint8_t entry[] = { i, i < 20 ? 0 : past };

            tree_leaf(span_of(entry, 2), &leaf[past][i]);
        }
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(conflict_tells_the_size),
        cmocka_unit_test(a_signer_that_fails),
        cmocka_unit_test(time_never_goes_back),
        cmocka_unit_test(two_histories_are_proved),
        cmocka_unit_test(killed_at_every_step),
        cmocka_unit_test(race),
        cmocka_unit_test(recalled_after_a_restore),
        cmocka_unit_test(damaged_state_is_not_believed),
    };

    return cmocka_run_group_tests_name("log-witness", tests, group, arena_teardown);
}
