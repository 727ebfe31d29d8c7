/* Whole logs: one written here, of 70,000 entries, each of its files altered; policies; cosignatures. */
#include "log/verify.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "log/proof_file.h"

enum { SIZE = 70000, EARLIER = 300, WITNESSES = 5 };

static uint8_t secret[WITNESSES + 1][NODE_SECRET_KEY], pub[WITNESSES + 1][NODE_PUBLIC_KEY];
static struct signer signer[WITNESSES + 1];
static struct tree_hash leaf[SIZE], level1[SIZE / 256 + 1], level2[2], root;
static struct buffer note;
static struct policy policy;

static void key(size_t i)
{
    uint8_t seed[NODE_SEED] = { (uint8_t)(i + 1) };

    node_key_from_seed(seed, pub[i], secret[i]);
    signer_in_memory(secret[i], &signer[i]);
}

static struct note_key key_of(size_t i)
{
    static char name[WITNESSES + 1][32];
    struct note_key k;

    if (i == 0)
        (void)snprintf(name[i], sizeof name[i], "log.specimen");
    else
        (void)snprintf(name[i], sizeof name[i], "w%u.specimen", (unsigned)i & 7);
    note_key_of(span_str(name[i]), i ? NOTE_KEY_COSIGNATURE : NOTE_KEY_ED25519, pub[i], &k);
    return k;
}

static struct span entry_of(uint64_t i, char text[24])
{
    return span_of((uint8_t *)text, (size_t)snprintf(text, 24, "entry %llu", (unsigned long long)i));
}

static void sign(struct span origin, uint64_t size, const struct tree_hash *r, size_t witnesses)
{
    struct note_key k;
    struct span text;

    note.n = 0;
    checkpoint_put(origin, size, r, &note);
    text = arena_copy(&test_arena, buf_span(&note));
    buf_u8(&note, '\n');
    for (size_t i = 0; i <= witnesses; i++) {
        k = key_of(i);
        assert_true(note_key_sign(&k, &signer[i], text, 1800000000 + (unix_time)i, &test_arena, &note, NULL));
    }
}

/* The log as files; `bad` is altered: its byte at the place counts one up, or it is not there. */
struct site {
    const char *bad;
    bool gone, longer;
    size_t at;
    unsigned asked;
};

static const struct tree_hash *row(unsigned level)
{
    return level == 0 ? leaf : level == 1 ? level1 : level2;
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct site *s = ctx;
    struct tile t;

    (void)most;
    (void)w;
    s->asked++;
    out->n = 0;
    *found = !(s->gone && s->bad && strcmp(path, s->bad) == 0);
    if (!*found)
        return true;
    if (strcmp(path, "checkpoint") == 0) {
        buf_put(out, buf_span(&note));
    } else {
        assert_true(tile_path_parse(span_str(path), &t));
        *found = t.width <= tile_width(t.level, t.index, SIZE);
        for (unsigned i = 0; *found && i < t.width; i++) {
            uint64_t k = t.index * TILE_WIDTH + i;
            char text[24];

            if (t.entries)
                (void)!bundle_put(entry_of(k, text), out);
            else
                buf_put(out, span_of(row(t.level)[k].b, TREE_HASH));
        }
    }
    if (s->bad && strcmp(path, s->bad) == 0) {
        if (s->longer)
            buf_u8(out, 0);
        else
            out->p[s->at]++;
    }
    return true;
}

static void make_log(void)
{
    struct tree t = { 0 };
    char text[24];

    for (size_t i = 0; i < SIZE; i++) {
        tree_leaf(entry_of(i, text), &leaf[i]);
        tree_append(&t, &leaf[i]);
    }
    for (size_t i = 0; i < SIZE / 256; i++)
        tile_root(leaf + 256 * i, 256, &level1[i]);
    for (size_t i = 0; i < SIZE / 65536; i++)
        tile_root(level1 + 256 * i, 256, &level2[i]);
    tree_root(&t, &root);
}

static bool verify(struct site *s, const struct log_verify_options *o, struct log_report *r, struct why *w)
{
    struct log_verify_options opt = { .policy = &policy };
    struct log_source source = { get, s };

    if (o)
        opt = *o;
    opt.policy = &policy;
    why_clear(w);
    return log_verify(&source, &opt, &test_arena, r, w);
}

static void whole(void **state)
{
    struct site s = { 0 };
    struct log_report r;
    struct why w;

    (void)state;
    sign(SPAN("log.specimen"), SIZE, &root, 3);
    assert_true(verify(&s, NULL, &r, &w));
    assert_int_equal(r.entries, SIZE);
    assert_int_equal(r.bundles, 274);
    assert_int_equal(r.tiles, 274 + 2 + 1);
    assert_int_equal(r.verdict.n_cosigned, 3);
    assert_int_equal(r.verdict.latest, 1800000003);
    assert_true(verify(&s, &(struct log_verify_options){ .entries_only = true }, &r, &w) && r.tiles == 0);
}

static void altered(void **state)
{
    static const struct {
        const char *path;
        bool gone, longer;
        size_t at;
        const char *reason;
    } cases[] = {
        { "tile/entries/000", false, false, 5, "tile" },
        { "tile/entries/000", false, false, 1, "bundle" },
        { "tile/entries/273.p/112", false, false, 7, "tile" },
        { "tile/entries/100", false, true, 0, "bundle" },
        { "tile/entries/100", true, false, 0, "missing" },
        { "tile/0/000", false, false, 8191, "tile" },
        { "tile/0/273.p/112", false, false, 0, "tile" },
        { "tile/0/005", true, false, 0, "missing" },
        { "tile/0/005", false, true, 0, "tile" },
        { "tile/1/000", false, false, 40, "tile" },
        { "tile/1/001.p/17", false, false, 40, "tile" },
        { "tile/2/000.p/1", false, false, 0, "tile" },
        { "checkpoint", false, false, 0, "signature" },
        { "checkpoint", true, false, 0, "missing" },
    };
    struct log_report r;
    struct why w;

    (void)state;
    sign(SPAN("log.specimen"), SIZE, &root, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site s = { cases[i].path, cases[i].gone, cases[i].longer, cases[i].at, 0 };

        if (verify(&s, NULL, &r, &w) || strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s: %s", cases[i].path, w.reason ? w.reason : "holds", w.detail);
        if (strcmp(w.reason, "signature") != 0) /* an altered entry is told where its hash is missing */
            assert_non_null(
                strstr(w.detail, strncmp(cases[i].path, "tile/e", 6) == 0 && strcmp(w.reason, "tile") == 0
                                     ? "tile/0/"
                                     : cases[i].path));
    }
}

static void another_root(void **state)
{
    struct tree_hash wrong = root;
    struct site s = { 0 };
    struct log_report r;
    struct why w;

    (void)state;
    wrong.b[0] ^= 1;
    sign(SPAN("log.specimen"), SIZE, &wrong, 3);
    assert_false(verify(&s, NULL, &r, &w));
    assert_string_equal(w.reason, "root");
}

static void two_histories(void **state)
{
    struct log_verify_options opt = { .from = EARLIER };
    struct site s = { 0 };
    struct log_report r;
    struct why w;

    (void)state;
    sign(SPAN("log.specimen"), SIZE, &root, 3);
    tree_root_of(leaf, EARLIER, &opt.root);
    assert_true(verify(&s, &opt, &r, &w));
    opt.root.b[31] ^= 1;
    assert_false(verify(&s, &opt, &r, &w));
    assert_string_equal(w.reason, "history");
    opt.from = SIZE + 1;
    assert_false(verify(&s, &opt, &r, &w));
    assert_string_equal(w.reason, "history");
}

static void who_signed(void **state)
{
    struct site s = { 0 };
    struct log_report r;
    struct why w;
    size_t at;

    (void)state;
    sign(SPAN("log.specimen"), SIZE, &root, 2);
    assert_false(verify(&s, NULL, &r, &w));
    assert_string_equal(w.reason, "quorum");
    sign(SPAN("other.specimen"), SIZE, &root, 3);
    assert_false(verify(&s, NULL, &r, &w));
    assert_string_equal(w.reason, "origin");
    sign(SPAN("log.specimen"), SIZE, &root, 3);
    at = note.n - 30; /* in the last witness's signature */
    note.p[at] = note.p[at] == 'A' ? 'B' : 'A';
    assert_false(verify(&s, NULL, &r, &w));
    assert_string_equal(w.reason, "signature");
    assert_int_equal(s.asked, 3);
}

static void proofs(void **state)
{
    static const uint64_t index[] = { 0, 1, 255, 256, 65535, 65536, 69887, 69888, SIZE - 1 };
    struct site s = { 0 };
    struct log_source source = { get, &s };
    struct tile_tree tiles = { .source = &source, .size = SIZE };
    struct tree_source from = { tile_tree_node, &tiles };
    static struct proof_file f;
    struct tree_hash proof[TREE_PROOF_MAX];
    struct policy_verdict v;
    struct why w = { 0 };
    struct buffer b;
    size_t n;

    (void)state;
    sign(SPAN("log.specimen"), SIZE, &root, 4);
    buf_init(&tiles.file, TILE_BYTES);
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof index / sizeof *index; i++) {
        b.n = 0;
        assert_true(tree_prove_inclusion(&from, index[i], SIZE, proof, &n, &w));
        proof_file_put(SPAN("x"), index[i], proof, n, buf_span(&note), &b);
        assert_true(proof_file_parse(buf_span(&b), &f, &w));
        assert_true(proof_file_check(&f, &policy, &leaf[index[i]], &test_arena, &v, &w));
        assert_int_equal(v.n_cosigned, 4);
        assert_false(proof_file_check(&f, &policy, &leaf[(index[i] + 1) % SIZE], &test_arena, &v, NULL));
        for (size_t cut = 0; cut < b.n; cut += 7) {
            why_clear(&w);
            if (proof_file_parse(span_of(b.p, cut), &f, &w))
                assert_false(proof_file_check(&f, &policy, &leaf[index[i]], &test_arena, &v, NULL));
            else
                assert_true(w.reason && (w.offset == WHY_NO_OFFSET || w.offset <= cut));
        }
    }
    why_clear(&w);
    assert_true(tree_prove_consistency(&from, EARLIER, SIZE, proof, &n, &w));
    tree_root_of(leaf, EARLIER, &f.proof[0]);
    assert_true(tree_check_consistency(EARLIER, SIZE, &f.proof[0], proof, n, &root, &w));
    buf_free(&tiles.file);
    buf_free(&b);
}

static void policies_refused(void **state)
{
    struct buffer b, k[WITNESSES + 1];
    static const struct {
        const char *what, *text; /* @0: key of the log; @1, @2: of witnesses */
        const char *says;
    } cases[] = {
        { "no quorum", "log @0\n", "no quorum" },
        { "two quorums", "quorum none\nquorum none\n", "line 2: a second quorum" },
        { "an unknown word", "logs L\nquorum none\n", "line 1: expected log" },
        { "a witness's key for a log", "log @1\nquorum none\n", "type 0x01" },
        { "a log's key for a witness", "witness a @0\nquorum none\n", "type 0x04" },
        { "one key twice", "witness a @1\nwitness b @1\nquorum none\n", "line 2: the key stands" },
        { "one name twice", "witness a @1\nwitness a @2\nquorum none\n", "line 2: the name stands" },
        { "a group of what stands below", "group g 1 a\nwitness a @1\nquorum g\n", "line 1: a member" },
        { "a group needs more than it has", "witness a @1\ngroup g 2 a\nquorum g\n", "not so many" },
        { "a group needs none", "witness a @1\ngroup g 0 a\nquorum g\n", "not so many" },
        { "a member in two groups", "witness a @1\ngroup g 1 a\ngroup h 1 a\nquorum g\n",
          "in a group already" },
        { "a member twice", "witness a @1\ngroup g 1 a a\nquorum g\n", "in a group already" },
        { "quorum of nothing", "quorum g\n", "names nothing" },
        { "called none", "witness none @1\nquorum none\n", "expected a name" },
        { "more in the line", "quorum none none\n", "more in the line" },
        { "a control character", "quorum none\r\n", "control character" },
    };
    static struct policy p;

    (void)state;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i <= WITNESSES; i++) {
        struct note_key key = key_of(i);

        buf_init(&k[i], 1024);
        note_key_put(&key, &k[i]);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };

        b.n = 0;
        for (const char *c = cases[i].text; *c; c++)
            if (*c == '@') {
                c++;
                buf_put(&b, buf_span(&k[*c - '0']));
            } else {
                buf_u8(&b, (uint8_t)*c);
            }
        if (policy_parse(buf_span(&b), &p, &w) || !strstr(w.detail, cases[i].says))
            fail_msg("%s: %s", cases[i].what, w.reason ? w.detail : "was read");
    }
    buf_free(&b);
    for (size_t i = 0; i <= WITNESSES; i++)
        buf_free(&k[i]);
}

/* log.specimen, five witnesses, three of them wanted, of which two in a group that needs both or none. */
static int group(void **state)
{
    struct buffer b;
    bool ok;

    if (!node_crypto_init())
        return 1;
    buf_init(&b, 1 << 16);
    buf_init(&note, 1 << 16);
    for (size_t i = 0; i <= WITNESSES; i++) {
        struct note_key k;

        key(i);
        k = key_of(i);
        if (i == 0)
            buf_str(&b, "# specimen\nlog ");
        else
            buf_printf(&b, "witness w%zu ", i);
        note_key_put(&k, &b);
        buf_str(&b, i ? "\n" : " https://log.specimen\n\n");
    }
    buf_str(&b, "group pair all w1 w2\ngroup most 2 pair w3 w4 w5\nquorum most\n");
    if (arena_setup(state))
        return 1;
    ok = policy_parse(arena_copy(&test_arena, buf_span(&b)), &policy, NULL);
    buf_free(&b);
    make_log();
    return ok ? 0 : 1;
}

static int ungroup(void **state)
{
    buf_free(&note);
    return arena_teardown(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(altered),
        cmocka_unit_test(another_root),
        cmocka_unit_test(two_histories),
        cmocka_unit_test(who_signed),
        cmocka_unit_test(proofs),
        cmocka_unit_test(policies_refused),
    };

    return cmocka_run_group_tests_name("verify", tests, group, ungroup);
}
