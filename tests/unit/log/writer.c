/*
 * A log that is written here, against a list of its entries: every size, killed at every step, with writes
 * that fail, restored from old copies, and with two that write. What was acknowledged is there, and no two
 * checkpoints are signed that no proof joins.
 */
#include "log/writer.h"

#include "vectors.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/files.h"

static uint8_t secret[NODE_SECRET_KEY];
static struct signer signer;
static struct note_key key;
static struct policy policy;

static char *folder(void)
{
    /* In memory where there is such a folder: the kernel outlives the test, and nothing else is asked of
     * fsync. */
    bool memory = access("/dev/shm", W_OK) == 0;
    char *path = arena_str(&test_arena, memory ? SPAN("/dev/shm/serai-XXXXXX") : SPAN("/tmp/serai-XXXXXX"));
    char *in;

    assert_non_null(mkdtemp(path));
    in = arena_alloc(&test_arena, 64);
    (void)snprintf(in, 64, "%s/log", path);
    return in;
}

PRINTF_LIKE(1, 2) static void shell(const char *format, ...)
{
    char command[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    assert_int_equal(system(command), 0);
}

static void remove_all(const char *path)
{
    shell("rm -rf \"$(dirname '%s')\"", path);
}

static struct log_writer *opened_with(const char *path, const struct folder_steps *steps, struct why *w)
{
    struct log_writer_options o = { .folder = path, .key = &key, .signer = &signer, .steps = steps };

    why_clear(w);
    return log_writer_open(&o, w);
}

static struct log_writer *opened(const char *path)
{
    struct why w = { 0 };
    struct log_writer *l = opened_with(path, NULL, &w);

    if (!l)
        fail_msg("%s: %s", w.reason, w.detail);
    return l;
}

static struct span entry_of(uint64_t i, char text[40])
{
    return span_of((uint8_t *)text, (size_t)snprintf(text, 40, "entry %llu", (unsigned long long)i));
}

static bool add_to(struct log_writer *l, uint64_t to, struct why *w)
{
    uint64_t index;
    char text[40];

    for (uint64_t i = log_writer_size(l); i < to; i++)
        if (!log_writer_add(l, entry_of(i, text), &index, w) || index != i)
            return false;
    return log_writer_commit(l, w);
}

static void grow(const char *path, uint64_t to)
{
    struct log_writer *l = opened(path);
    struct why w = { 0 };

    if (!add_to(l, to, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(log_writer_size(l), to);
    log_writer_close(l);
}

static bool is_entry(void *ctx, uint64_t index, struct span entry, struct why *w)
{
    char text[40];

    (void)ctx;
    return span_eq(entry, entry_of(index, text)) || why_set(w, "other", 0, NULL, "another entry");
}

/* The whole log holds, and grew out of every checkpoint that was seen before. */
static uint64_t verified(const char *path, uint64_t from)
{
    struct log_verify_options opt = { .policy = &policy, .from = from, .entry = is_entry };
    struct log_source s = log_folder(path);
    struct tree t = { 0 };
    struct log_report r;
    struct why w = { 0 };
    char text[40];

    for (uint64_t i = 0; i < from; i++) {
        struct tree_hash h;

        tree_leaf(entry_of(i, text), &h);
        tree_append(&t, &h);
    }
    tree_root(&t, &opt.root);
    if (!log_verify(&s, &opt, &test_arena, &r, &w))
        fail_msg("%s at %llu: %s: %s", path, (unsigned long long)from, w.reason, w.detail);
    return r.entries;
}

static void every_size(void **state)
{
    static const uint64_t sizes[] = { 0, 1, 2, 255, 256, 257, 511, 512, 700, 65535, 65536, 65537, 70000 };
    char *path = folder();
    uint64_t before = 0;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        grow(path, sizes[i]);
        assert_int_equal(verified(path, before), sizes[i]);
        before = sizes[i];
    }
    shell("test $(find '%s' -name '*.p' | wc -l) = 4", path); /* of full tiles none is left */
    remove_all(path);
}

/* One entry, one checkpoint; in one process, and opened anew for each. */
static void one_by_one(void **state)
{
    char *path = folder(), *again = folder();
    struct log_writer *l = opened(path);
    struct why w = { 0 };

    (void)state;
    for (uint64_t n = 1; n <= 300; n++) {
        assert_true(add_to(l, n, &w));
        assert_int_equal(log_writer_size(l), n);
        grow(again, n);
    }
    log_writer_close(l);
    assert_int_equal(verified(path, 299), 300);
    assert_int_equal(verified(again, 299), 300);
    shell("cmp '%s/checkpoint' '%s/checkpoint'", path, again);
    remove_all(path);
    remove_all(again);
}

static void dropped_without_commit(void **state)
{
    char *path = folder(), text[40];
    struct log_writer *l;
    struct why w = { 0 };

    (void)state;
    grow(path, 100);
    l = opened(path);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(log_writer_add(l, SPAN("never committed"), NULL, &w));
    log_writer_close(l);
    assert_int_equal(verified(path, 100), 100);
    grow(path, 1100);
    assert_int_equal(verified(path, 100), 1100);
    l = opened(path);
    {
        static uint8_t large[TILE_ENTRY + 1];

        assert_false(log_writer_add(l, span_of(large, sizeof large), NULL, &w));
        assert_string_equal(w.reason, "too-large");
    }
    why_clear(&w);
    assert_true(log_writer_add(l, entry_of(1100, text), NULL, &w) && log_writer_commit(l, &w));
    log_writer_close(l);
    assert_int_equal(verified(path, 1100), 1101);
    remove_all(path);
}

/* What happens before the step whose turn it is. */
struct accident {
    long at, step, lasts;
    bool kill;
};

static void accident(void *ctx, const char *step)
{
    struct accident *a = ctx;
    struct rlimit r = { 0, RLIM_INFINITY };

    (void)step;
    if (a->kill && a->step == a->at)
        (void)raise(SIGKILL);
    if (!a->kill && a->step == a->at) /* no file may grow: writes fail */
        (void)setrlimit(RLIMIT_FSIZE, &r);
    if (!a->kill && a->step == a->at + a->lasts) {
        r.rlim_cur = RLIM_INFINITY;
        (void)setrlimit(RLIMIT_FSIZE, &r);
    }
    a->step++;
}

/* Exit 0: acknowledged; 1: refused; 9: there were fewer steps than that. */
static void attempt(const char *path, uint64_t to, struct accident a)
{
    const struct folder_steps steps = { accident, &a };
    struct log_writer *l;
    struct why w = { 0 };
    bool ok;

    (void)signal(SIGXFSZ, SIG_IGN);
    l = opened_with(path, &steps, &w);
    ok = l && add_to(l, to, &w);
    log_writer_close(l);
    _exit(a.step <= a.at ? 9 : ok ? 0 : 1);
}

static int run(const char *path, uint64_t to, struct accident a)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        attempt(path, to, a);
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void at_every_step(bool kill, long lasts)
{
    char *path = folder();
    uint64_t had = 0;
    unsigned none = 0, whole = 0;
    long at = 0;
    int code;

    do {
        uint64_t to = had + (at % 3 == 0 ? 70 : at % 3 == 1 ? 300 : 1), now;
        struct log_writer *l;

        code = run(path, to, (struct accident){ .at = at, .kill = kill, .lasts = lasts });
        l = opened(path); /* continues from what is durable, and publishes it */
        assert_null(log_writer_read_only(l));
        now = log_writer_size(l);
        log_writer_close(l);
        assert_true(now == to || (now == had && code != 0 && code != 9));
        *(now == to ? &whole : &none) += 1;
        if (now)
            assert_int_equal(verified(path, had), now);
        had = now;
        at++;
    } while (code != 9);
    assert_true(at > 15 && none > 0 && whole > 2);
    grow(path, had + 600);
    assert_int_equal(verified(path, had), had + 600);
    remove_all(path);
}

static void killed(void **state)
{
    (void)state;
    at_every_step(true, 0);
}

static void failed_once(void **state)
{
    (void)state;
    at_every_step(false, 1);
}

static void failed_for_good(void **state)
{
    (void)state;
    at_every_step(false, 1000);
}

/* Bundles and tiles are on disk before the checkpoint is kept, and that before it is published. */
struct order {
    size_t n;
    const char *step[200];
};

static void note_step(void *ctx, const char *step)
{
    struct order *o = ctx;

    if (o->n < 200)
        o->step[o->n++] = step;
}

static void order_of_steps(void **state)
{
    char *path = folder();
    struct order o = { 0 };
    const struct folder_steps steps = { note_step, &o };
    struct why w = { 0 };
    struct log_writer *l;
    size_t written = 0, synced = 0, replaced = 0;

    (void)state;
    grow(path, 200);
    l = opened_with(path, &steps, &w);
    o.n = 0;
    assert_true(add_to(l, 600, &w));
    for (size_t i = 0; i < o.n; i++) {
        written += strcmp(o.step[i], "write file") == 0;
        synced += strcmp(o.step[i], "sync file") == 0;
        if (strcmp(o.step[i], "replace") == 0 && ++replaced == 1)
            assert_true(written == 2 * 2 + 2 + 1 && synced == written); /* two full, the edge, level 1 */
        assert_false(strcmp(o.step[i], "remove file") == 0 && replaced < 2);
        assert_false(strcmp(o.step[i], "sync folder") == 0 && synced < written);
    }
    assert_int_equal(replaced, 2);
    log_writer_close(l);
    remove_all(path);
}

static void one_writer(void **state)
{
    char *path = folder();
    struct log_writer *l = opened(path);
    struct why w;

    (void)state;
    assert_null(opened_with(path, NULL, &w));
    assert_string_equal(w.reason, "locked");
    log_writer_close(l);
    log_writer_close(opened(path));
    remove_all(path);
}

/* Two machines with one key and one KEEP, as when the lock is not seen: the second does not sign. */
static void another_signed(void **state)
{
    char *path = folder(), *twin = folder();
    struct log_writer *l;
    struct why w = { 0 };

    (void)state;
    grow(path, 10);
    shell("cp -a '%s' '%s'", path, twin);
    shell("cp -a '%s.keep' '%s.keep'", path, twin);
    l = opened(path);
    grow(twin, 20);
    shell("cp '%s.keep/checkpoint' '%s.keep/checkpoint'", twin, path);
    assert_false(add_to(l, 15, &w));
    assert_string_equal(w.reason, "changed");
    assert_string_equal(log_writer_read_only(l)->reason, "changed");
    why_clear(&w);
    assert_false(log_writer_commit(l, &w));
    log_writer_close(l);
    l = opened(path); /* KEEP says 20 now, and the folder has other things */
    assert_string_equal(log_writer_read_only(l)->reason, "restored");
    log_writer_close(l);
    remove_all(path);
    remove_all(twin);
}

static void other_keys_and_origins(void **state)
{
    struct log_writer_options o = { .signer = &signer, .key = &key, .origin = SPAN("other.specimen") };
    uint8_t seed[NODE_SEED] = { 99 }, pub[NODE_PUBLIC_KEY], foreign[NODE_SECRET_KEY];
    struct signer other_signer;
    struct note_key other;
    struct why w = { 0 };

    (void)state;
    o.folder = folder();
    grow(o.folder, 3);
    assert_null(log_writer_open(&o, &w));
    assert_string_equal(w.reason, "origin");
    node_key_from_seed(seed, pub, foreign);
    note_key_of(key.name, NOTE_KEY_ED25519, pub, &other);
    o.origin = (struct span){ 0 };
    o.key = &other;
    signer_in_memory(foreign, &other_signer);
    o.signer = &other_signer;
    why_clear(&w);
    assert_null(log_writer_open(&o, &w));
    assert_string_equal(w.reason, "signature");
    other.type = NOTE_KEY_COSIGNATURE;
    why_clear(&w);
    assert_null(log_writer_open(&o, &w));
    assert_string_equal(w.reason, "key");
    remove_all(o.folder);
}

/* A token that signs so many times, and then is gone. */
struct failing {
    struct signer signer;
    unsigned left;
};

static bool sign_or_fail(void *ctx, struct span message, uint8_t sig[NODE_SIGNATURE], struct why *w)
{
    struct failing *f = ctx;

    if (f->left == 0)
        return why_set(w, "token-absent", WHY_NO_OFFSET, NULL, "gone");
    f->left--;
    return signer_sign(&signer, message, sig, w);
}

/* Whatever was not signed does not count, and another batch may come in its place: no two histories. */
static void a_signer_that_fails(void **state)
{
    (void)state;
    for (unsigned good = 0; good < 4; good++) {
        struct failing f = { .signer = signer, .left = good };
        struct log_writer_options o = { .key = &key, .signer = &f.signer };
        const char *path = folder();
        struct log_writer *l;
        struct why w = { 0 };
        char text[32];

        f.signer.sign = sign_or_fail;
        f.signer.ctx = &f;
        o.folder = path;
        l = log_writer_open(&o, &w);
        assert_non_null(l);
        for (unsigned i = 0; i < good; i++) {
            assert_true(log_writer_add(l, SPAN("signed"), NULL, &w) && log_writer_commit(l, &w));
        }
        assert_true(log_writer_add(l, SPAN("not signed"), NULL, &w));
        assert_false(log_writer_commit(l, &w));
        assert_string_equal(w.reason, "token-absent");
        assert_int_equal(log_writer_size(l), good);
        assert_string_equal(log_writer_read_only(l)->reason, "token-absent");
        assert_false(log_writer_add(l, SPAN("more"), NULL, NULL));
        log_writer_close(l);
        (void)snprintf(text, sizeof text, "another %u", good);
        l = opened(path);
        assert_null(log_writer_read_only(l));
        assert_int_equal(log_writer_size(l), good);
        why_clear(&w);
        assert_true(log_writer_add(l, span_str(text), NULL, &w) && log_writer_commit(l, &w));
        log_writer_close(l);
        l = opened(path);
        assert_null(log_writer_read_only(l));
        assert_int_equal(log_writer_size(l), good + 1);
        log_writer_close(l);
        remove_all(path);
    }
}

static void a_signer_of_another_key(void **state)
{
    struct signer other = signer;
    struct log_writer_options o = { .key = &key, .signer = &other };
    struct log_writer *l;
    struct why w = { 0 };

    (void)state;
    other.pub[0] ^= 1;
    o.folder = folder();
    l = log_writer_open(&o, &w);
    assert_non_null(l);
    assert_true(log_writer_add(l, SPAN("x"), NULL, &w));
    assert_false(log_writer_commit(l, &w));
    assert_string_equal(w.reason, "key");
    log_writer_close(l);
    remove_all(o.folder);
}

static bool repair(struct log_writer *l, const char *mirror, struct why *w)
{
    struct log_source s = log_folder(mirror);

    why_clear(w);
    return log_writer_repair(l, &s, &test_arena, w);
}

/* Each: what became of log (at 700, an old copy at 300) and KEEP; a mirror has 700. */
static void restored(void **state)
{
    static const struct {
        const char *what, *command, *reason;
    } cases[] = {
        { "the log from an old copy", "rm -rf \"$L\" && cp -a \"$L.old\" \"$L\"", "restored" },
        { "the log is gone", "rm -rf \"$L\"", "restored" },
        { "a tile of the edge is damaged",
          "printf x | dd of=\"$L/tile/0/002.p/188\" conv=notrunc status=none", "restored" },
        { "an entry of the edge is damaged",
          "printf x | dd of=\"$L/tile/entries/002.p/188\" bs=1 seek=5 conv=notrunc status=none", "restored" },
        { "a bundle of the edge is cut", "truncate -s 100 \"$L/tile/entries/002.p/188\"", "restored" },
        { "KEEP is gone", "rm -rf \"$L.keep\"", "keep-lost" },
        { "KEEP from an old copy", "rm -rf \"$L.keep\" && cp -a \"$L.old.keep\" \"$L.keep\"", "keep-lost" },
    };
    struct why w = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = folder(), old[80], mirror[80], short_mirror[80], command[400];
        struct log_writer *l;

        (void)snprintf(old, sizeof old, "%s.old", path);
        (void)snprintf(mirror, sizeof mirror, "%s.mirror", path);
        (void)snprintf(short_mirror, sizeof short_mirror, "%s.short", path);
        grow(path, 300);
        shell("cp -a '%s' '%s'", path, old);
        shell("cp -a '%s.keep' '%s.keep'", path, old);
        grow(path, 600);
        shell("cp -a '%s' '%s'", path, short_mirror);
        grow(path, 700);
        shell("cp -a '%s' '%s'", path, mirror);
        (void)snprintf(command, sizeof command, "L='%s'; %s", path, cases[i].command);
        assert_int_equal(system(command), 0);
        l = opened(path);
        if (!log_writer_read_only(l) || strcmp(log_writer_read_only(l)->reason, cases[i].reason) != 0)
            fail_msg("%s: %s", cases[i].what,
                     log_writer_read_only(l) ? log_writer_read_only(l)->detail : "it may be written");
        why_clear(&w);
        assert_false(log_writer_add(l, SPAN("x"), NULL, &w));
        why_clear(&w);
        assert_false(log_writer_commit(l, &w));
        assert_string_equal(w.reason, cases[i].reason);
        if (strcmp(cases[i].what, "KEEP is gone") != 0) {
            assert_false(repair(l, short_mirror, &w));
            if (strcmp(w.reason, "restored") != 0)
                fail_msg("%s: %s: %s", cases[i].what, w.reason, w.detail);
        }
        if (!repair(l, mirror, &w))
            fail_msg("%s: %s: %s", cases[i].what, w.reason, w.detail);
        assert_null(log_writer_read_only(l));
        assert_true(add_to(l, 900, &w));
        log_writer_close(l);
        assert_int_equal(verified(path, 700), 900);
        remove_all(path);
    }
}

/* A mirror that offers another past, signed by the same key on a second machine, or damaged bytes. */
static void a_mirror_that_lies(void **state)
{
    char *path = folder(), *twin = folder(), old[80];
    struct log_writer *l;
    struct why w = { 0 };

    (void)state;
    grow(path, 300);
    (void)snprintf(old, sizeof old, "%s.old", path);
    shell("cp -a '%s' '%s'", path, old);
    shell("cp -a '%s' '%s'", path, twin);
    shell("cp -a '%s.keep' '%s.keep'", path, twin);
    l = opened(twin);
    for (size_t i = 0; i < 500; i++)
        assert_true(log_writer_add(l, SPAN("another past"), NULL, &w));
    assert_true(log_writer_commit(l, &w));
    log_writer_close(l);
    grow(path, 700);
    shell("cp -a '%s' '%s.mirror'", path, path);
    shell("rm -rf '%s'", path);
    shell("cp -a '%s' '%s'", old, path);
    l = opened(path);
    assert_string_equal(log_writer_read_only(l)->reason, "restored");
    assert_false(repair(l, twin, &w));
    assert_string_equal(w.reason, "history");
    (void)snprintf(old, sizeof old, "%s.mirror", path);
    shell("printf x | dd of='%s/tile/entries/001' bs=1 seek=2000 conv=notrunc status=none", old);
    assert_false(repair(l, old, &w));
    assert_string_equal(w.reason, "history");
    assert_int_equal(verified(path, 300), 300); /* what was here is as it was */
    log_writer_close(l);
    remove_all(twin);
    remove_all(path);
}

/* Killed at every step of a repair: it is repaired again, or was. */
static void killed_in_repair(void **state)
{
    char *path = folder(), old[80], mirror[80];
    struct log_writer *l;
    struct why w = { 0 };
    int status = 0;
    long at = 0;

    (void)state;
    (void)snprintf(old, sizeof old, "%s.old", path);
    (void)snprintf(mirror, sizeof mirror, "%s.mirror", path);
    grow(path, 300);
    shell("cp -a '%s' '%s'", path, old);
    grow(path, 700);
    shell("cp -a '%s' '%s'", path, mirror);
    do {
        pid_t child;

        shell("rm -rf '%s'", path);
        shell("cp -a '%s' '%s'", old, path);
        child = fork();
        if (child == 0) {
            struct accident a = { .at = at, .kill = true };
            const struct folder_steps steps = { accident, &a };

            l = opened_with(path, &steps, &w);
            _exit(l && repair(l, mirror, &w) ? 0 : 1);
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        l = opened(path);
        if (log_writer_read_only(l))
            assert_true(repair(l, mirror, &w));
        log_writer_close(l);
        assert_int_equal(verified(path, 300), 700);
        at++;
    } while (WIFSIGNALED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(at > 10);
    remove_all(path);
}

static int group(void **state)
{
    uint8_t seed[NODE_SEED] = { 7 }, pub[NODE_PUBLIC_KEY];

    if (!node_crypto_init())
        return 1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    note_key_of(SPAN("log.specimen"), NOTE_KEY_ED25519, pub, &key);
    policy_of_key(&key, (struct span){ 0 }, &policy);
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size),
        cmocka_unit_test(one_by_one),
        cmocka_unit_test(dropped_without_commit),
        cmocka_unit_test(killed),
        cmocka_unit_test(failed_once),
        cmocka_unit_test(failed_for_good),
        cmocka_unit_test(order_of_steps),
        cmocka_unit_test(one_writer),
        cmocka_unit_test(another_signed),
        cmocka_unit_test(other_keys_and_origins),
        cmocka_unit_test(a_signer_that_fails),
        cmocka_unit_test(a_signer_of_another_key),
        cmocka_unit_test(restored),
        cmocka_unit_test(a_mirror_that_lies),
        cmocka_unit_test(killed_in_repair),
    };

    return cmocka_run_group_tests_name("log-writer", tests, group, arena_teardown);
}
