/*
 * A log restored from an old copy, against what witnesses and mirrors keep of it: what was signed once is
 * never signed otherwise, whoever is silent, lies or has lost it.
 */
#include "log/recover.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/files.h"

static uint8_t secret[NODE_SECRET_KEY], witness_secret[NODE_SECRET_KEY];
static struct note_key key, witness_key;
static struct signer signer, witness_signer;
static struct policy policy;
static char *base;

PRINTF_LIKE(1, 2) static void shell(const char *format, ...)
{
    char command[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    assert_int_equal(system(command), 0);
}

static const char *in(const char *name)
{
    char *p = arena_alloc(&test_arena, 80);

    (void)snprintf(p, 80, "%s/%s", base, name);
    return p;
}

static void fresh(void)
{
    base = arena_str(&test_arena, access("/dev/shm", W_OK) == 0 ? SPAN("/dev/shm/serai-XXXXXX")
                                                                : SPAN("/tmp/serai-XXXXXX"));
    assert_non_null(mkdtemp(base));
}

static void clear(void)
{
    shell("rm -rf '%s'", base);
}

static struct log_writer_options at(const char *name)
{
    return (struct log_writer_options){ .folder = in(name), .key = &key, .signer = &signer };
}

/* To that many entries; what they say depends on the past. */
static void grow(const char *name, uint64_t to, const char *past)
{
    struct log_writer_options o = at(name);
    struct why w = { 0 };
    struct log_writer *l = log_writer_open(&o, &w);
    char text[60];

    assert_non_null(l);
    for (uint64_t i = log_writer_size(l); i < to; i++) {
        int n = snprintf(text, sizeof text, "%s %llu", past, (unsigned long long)i);

        if (!log_writer_add(l, span_of(text, (size_t)n), NULL, &w))
            fail_msg("%s: %s", w.reason, w.detail);
    }
    if (!log_writer_commit(l, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    log_writer_close(l);
}

static void copy(const char *from, const char *to)
{
    shell("rm -rf '%s' && cp -a '%s' '%s'", in(to), in(from), in(to));
}

/* A copy of the folder without what is kept beside it. */
static void restore(const char *from, const char *to)
{
    shell("rm -rf '%s.keep'", in(to));
    copy(from, to);
}

static bool get_checkpoint(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    char path[120];
    bool there;

    (void)origin;
    (void)snprintf(path, sizeof path, "%s/checkpoint", (const char *)ctx);
    return file_read(path, LIMIT_CHECKPOINT, a, note, &there, w);
}

static bool get_nothing(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    (void)ctx;
    (void)origin;
    (void)a;
    *note = (struct span){ 0 };
    return true || w;
}

static bool get_no_answer(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    (void)ctx;
    (void)origin;
    (void)a;
    (void)note;
    return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the link is down");
}

static bool get_nonsense(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    (void)ctx;
    (void)origin;
    (void)a;
    *note = SPAN("log.specimen\n1000000\nAAAA\n\nno signature\n");
    return true || w;
}

static char *plain(const char *name)
{
    return arena_str(&test_arena, span_str(in(name)));
}

static struct recover_source witness_of(const char *name)
{
    return (struct recover_source){ .member = SPAN("TR"), .checkpoint = get_checkpoint, .ctx = plain(name) };
}

static struct recover_source mirror_of(const char *name)
{
    struct recover_source s = witness_of(name);

    s.files = log_folder(plain(name));
    return s;
}

static struct recover_source silent(void)
{
    return (struct recover_source){ .member = SPAN("PK"), .checkpoint = get_no_answer };
}

static struct recover_source ignorant(void)
{
    return (struct recover_source){ .member = SPAN("AZ"), .checkpoint = get_nothing };
}

static struct log_recovery recover(const char *name, struct recover_source *s, size_t n, size_t need)
{
    struct log_writer_options o = at(name);
    struct log_recovery r;
    struct why w = { 0 };

    if (!log_recover(&o, s, n, need, &test_arena, &r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(r.end == RECOVERY_DONE, r.why.reason == NULL);
    return r;
}

/* Why nothing may be signed; "": it may. */
static const char *blocked(const char *name)
{
    struct log_writer_options o = at(name);
    struct log_writer *l = log_writer_open(&o, NULL);
    const char *reason = "";

    assert_non_null(l);
    if (log_writer_read_only(l))
        reason = log_writer_read_only(l)->reason;
    log_writer_close(l);
    return reason;
}

static void is_whole(const char *name, uint64_t size)
{
    struct log_verify_options opt = { .policy = &policy };
    struct log_source s = log_folder(in(name));
    struct log_report r;
    struct why w = { 0 };

    if (!log_verify(&s, &opt, &test_arena, &r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(r.entries, size);
}

/* log at 700 with an old copy at 300; a witness that saw 600, a mirror of 700. */
static void set_up(void)
{
    fresh();
    grow("log", 300, "entry");
    copy("log", "old");
    grow("log", 600, "entry");
    copy("log", "seen");
    grow("log", 700, "entry");
    copy("log", "mirror");
}

static void nothing_amiss(void **state)
{
    struct recover_source s[2];
    struct log_recovery r;

    (void)state;
    set_up();
    s[0] = witness_of("seen");
    s[1] = mirror_of("mirror");
    r = recover("log", s, 2, 2);
    assert_int_equal(r.end, RECOVERY_DONE);
    assert_true(r.was == 700 && r.size == 700 && !r.from && r.answered == 2 && s[0].size == 600);
    grow("log", 701, "entry");
    r = recover("new", (struct recover_source[]){ ignorant(), ignorant() }, 2, 2);
    assert_true(r.end == RECOVERY_DONE && r.size == 0); /* a log that nobody knows */
    clear();
}

static void the_tail_is_fetched(void **state)
{
    static const char *const before[] = { "old", "none", "mirror" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct recover_source s[3];
        struct log_recovery r;

        set_up();
        if (i == 1)
            shell("rm -rf '%s' '%s.keep'", in("log"), in("log")); /* it began after the backup */
        else
            restore(before[i], "log");
        if (i != 1)
            assert_string_equal(blocked("log"), "keep-lost");
        s[0] = witness_of("seen");
        s[1] = ignorant();
        s[2] = mirror_of("mirror");
        r = recover("log", s, 3, 3);
        assert_int_equal(r.end, RECOVERY_DONE);
        assert_true(r.size == 700 && (r.from == &s[2]) == (i != 2));
        assert_string_equal(blocked("log"), "");
        grow("log", 900, "later");
        is_whole("log", 900);
        clear();
    }
}

/* Each: the sources, how many must have answered, and how it ends. The log must not be signed but when done.
 */
static void too_little_is_known(void **state)
{
    struct recover_source lying = silent();

    (void)state;
    set_up();
    grow("ahead", 800, "entry");
    lying.checkpoint = get_nonsense;
    const struct {
        const char *what;
        struct recover_source s[3];
        size_t n, need;
        enum recovery_end end;
        bool fresh;
    } cases[] = {
        { "one is silent", { mirror_of("mirror"), silent() }, 2, 2, RECOVERY_WAITING },
        { "one talks nonsense", { mirror_of("mirror"), lying }, 2, 2, RECOVERY_WAITING },
        { "who has the tail is silent", { witness_of("seen"), silent() }, 2, 1, RECOVERY_WAITING },
        { "nobody is asked, one should be", { silent() }, 0, 1, RECOVERY_WAITING },
        { "one is known to be gone for good", { mirror_of("mirror"), silent() }, 2, 1, RECOVERY_DONE },
        { "nobody has the tail", { witness_of("seen"), mirror_of("old") }, 2, 2, RECOVERY_LOST },
        { "the mirror is behind the witness",
          { witness_of("ahead"), mirror_of("mirror"), ignorant() },
          3,
          3,
          RECOVERY_LOST },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int began = 0; began < 2; began++) {
            struct recover_source s[3];
            struct log_recovery r;

            if (began)
                shell("rm -rf '%s' '%s.keep'", in("log"), in("log"));
            else
                restore("old", "log");
            memcpy(s, cases[i].s, sizeof s);
            r = recover("log", s, cases[i].n, cases[i].need);
            if (r.end != cases[i].end)
                fail_msg("%s: %s: %s", cases[i].what, recovery_word(r.end), r.why.detail);
            if (r.end == RECOVERY_WAITING && cases[i].n)
                assert_non_null(strstr(r.why.detail, "PK"));
            /* That nobody may know of it is the caller's to heed for a log that is not here at all. */
            if (!began || r.size)
                assert_int_equal(*blocked("log") == '\0', r.end == RECOVERY_DONE);
        }
    clear();
}

/* The same key on two machines, or a member that shows two pasts. */
static void two_histories(void **state)
{
    (void)state;
    for (int how = 0; how < 4; how++) {
        struct recover_source s[2];
        struct fork_file *f = arena_alloc(&test_arena, sizeof *f);
        struct log_recovery r;
        struct why w = { 0 };

        set_up();
        copy("old", "twin");
        shell("cp -a '%s.keep' '%s.keep' 2>/dev/null || true", in("old"), in("twin"));
        shell("mkdir '%s.keep' && cp '%s/checkpoint' '%s.keep/'", in("twin"), in("old"), in("twin"));
        grow("twin", how == 0 ? 700 : 650, "another past");
        restore(how == 2 ? "mirror" : "old", "log");
        s[0] = how == 3 ? witness_of("seen") : witness_of("twin");
        s[1] = mirror_of("mirror");
        if (how == 3) { /* what is published here is of the other past */
            restore("twin", "log");
            s[1] = mirror_of("mirror");
        }
        r = recover("log", s, 2, 2);
        if (r.end != RECOVERY_FORK)
            fail_msg("%d: %s: %s", how, recovery_word(r.end), r.why.detail);
        assert_true(fork_parse(r.fork, f, &w) && fork_check(f, &policy, &test_arena, &w));
        assert_string_equal(blocked("log"), "fork");
        s[0] = mirror_of("mirror");
        r = recover("log", s, 1, 1); /* also when those who know of it are silent */
        assert_string_equal(blocked("log"), "fork");
        clear();
    }
}

static bool node_of(void *ctx, unsigned level, uint64_t index, struct tree_hash *out, struct why *w)
{
    return tile_tree_node(ctx, level, index, out, w);
}

/* What a witness is asked to cosign of a copy of the log. */
static struct witness_answer cosign(const struct witness *v, const char *name, uint64_t old, unix_time now)
{
    struct log_source s = log_folder(in(name));
    struct tile_tree tiles = { .source = &s };
    struct tree_source from = { node_of, &tiles };
    struct tree_hash proof[TREE_PROOF_MAX];
    struct witness_answer r = { 0 };
    struct checkpoint c;
    struct note *note = arena_alloc(&test_arena, sizeof *note);
    struct span text = { 0 };
    struct why w = { 0 };
    struct buffer b;
    size_t n = 0;

    assert_true(get_checkpoint(plain(name), (struct span){ 0 }, &test_arena, &text, &w));
    assert_true(note_parse(text, note, &w) && checkpoint_parse(note->text, &c, &w));
    tiles.size = c.size;
    buf_init(&tiles.file, TILE_BYTES);
    assert_true(old == 0 || tree_prove_consistency(&from, old, c.size, proof, &n, &w));
    buf_init(&b, LIMIT_CHECKPOINT);
    witness_request_put(old, proof, n, text, &b);
    assert_true(witness_add_checkpoint(v, buf_span(&b), now, &test_arena, &r, &w));
    buf_free(&b);
    buf_free(&tiles.file);
    return r;
}

/* A witness whose state is that of last night: what the log and its mirrors keep with its own cosignature
 * counts again, so that it does not cosign another past. */
static void a_witness_restored(void **state)
{
    struct witness v;
    struct recover_source s[2];
    struct witness_answer r;
    struct log_recovery end;
    struct why w = { 0 };
    char path[120];
    FILE *f;

    (void)state;
    set_up();
    v = (struct witness){
        .folder = in("witness"), .policy = &policy, .key = &witness_key, .signer = &witness_signer
    };
    assert_int_equal(cosign(&v, "old", 0, 100).status, 200);
    copy("witness", "last-night");
    r = cosign(&v, "seen", 300, 200);
    assert_int_equal(r.status, 200);
    (void)snprintf(path, sizeof path, "%s/checkpoint", in("seen"));
    f = fopen(path, "ab");
    assert_true(f && fwrite(r.body.p, 1, r.body.n, f) == r.body.n && fclose(f) == 0);

    copy("last-night", "witness");
    s[0] = witness_of("seen");
    s[1] = silent();
    assert_true(witness_recover(&v, key.name, s, 2, 2, &test_arena, &end, &w));
    assert_int_equal(end.end, RECOVERY_WAITING);
    assert_true(witness_recover(&v, key.name, s, 2, 1, &test_arena, &end, &w));
    assert_true(end.end == RECOVERY_DONE && end.size == 600);
    copy("old", "twin");
    shell("mkdir '%s.keep' && cp '%s/checkpoint' '%s.keep/'", in("twin"), in("old"), in("twin"));
    grow("twin", 500, "another past");
    assert_int_equal(cosign(&v, "twin", 300, 300).status, 409);
    r = cosign(&v, "mirror", 600, 150); /* a clock that is behind: times do not go back */
    assert_int_equal(r.status, 200);
    clear();
}

static void make_key(uint8_t first, struct span name, enum note_key_type type, struct note_key *k,
                     uint8_t sec[NODE_SECRET_KEY], struct signer *s)
{
    uint8_t seed[NODE_SEED] = { first }, pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, sec);
    note_key_of(name, type, pub, k);
    signer_in_memory(sec, s);
}

static int group(void **state)
{
    if (!node_crypto_init())
        return 1;
    make_key(7, SPAN("log.specimen"), NOTE_KEY_ED25519, &key, secret, &signer);
    make_key(8, SPAN("tr.specimen/witness"), NOTE_KEY_COSIGNATURE, &witness_key, witness_secret,
             &witness_signer);
    policy_of_key(&key, (struct span){ 0 }, &policy);
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_amiss),       cmocka_unit_test(the_tail_is_fetched),
        cmocka_unit_test(too_little_is_known), cmocka_unit_test(two_histories),
        cmocka_unit_test(a_witness_restored),
    };

    return cmocka_run_group_tests_name("log-recover", tests, group, arena_teardown);
}
