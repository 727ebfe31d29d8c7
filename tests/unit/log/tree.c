/* Trees and proofs: published checks of proofs, every proof of small trees against a naive tree. */
#include "log/tree.h"

#include "vectors.h"

#include <stdio.h>

#include "base/text.h"

enum { MOST = 70 };

/* RFC 6962 2.1 as it is written. */
static void naive(const struct tree_hash *leaf, size_t n, struct tree_hash *out)
{
    struct tree_hash l, r;
    size_t k = 1;

    if (n == 0) {
        tree_empty(out);
    } else if (n == 1) {
        *out = leaf[0];
    } else {
        while (2 * k < n)
            k *= 2;
        naive(leaf, k, &l);
        naive(leaf + k, n - k, &r);
        tree_node(&l, &r, out);
    }
}

static void make_leaves(struct tree_hash *leaf, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t b = (uint8_t)i;

        tree_leaf(span_of(&b, 1), &leaf[i]);
    }
}

static bool node_of(void *ctx, unsigned level, uint64_t index, struct tree_hash *out, struct why *w)
{
    const struct tree_hash *leaf = ctx;
    uint64_t start = index << level, n = (uint64_t)1 << level;

    if (start + n > MOST)
        return why_set(w, "range", WHY_NO_OFFSET, NULL, "asked beyond the tree");
    naive(leaf + start, n, out);
    return true;
}

static bool hash_is(const struct tree_hash *h, const char *base64)
{
    struct buffer b;
    bool same;

    buf_init(&b, 64);
    base64_put(&b, span_of(h->b, TREE_HASH), BASE64_STD);
    same = span_eq_str(buf_span(&b), base64);
    buf_free(&b);
    return same;
}

static void known_hashes(void **state)
{
    struct tree_hash one, two, both;

    (void)state;
    tree_empty(&one);
    assert_true(hash_is(&one, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
    tree_leaf(SPAN("one"), &one);
    assert_true(hash_is(&one, "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek="));
    tree_leaf(SPAN("two"), &two);
    tree_node(&one, &two, &both);
    assert_true(hash_is(&both, "T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4="));
}

static void grows_as_the_naive_tree(void **state)
{
    struct tree_hash leaf[MOST], want, got;
    struct tree_source s = { node_of, leaf };
    struct tree t = { 0 };

    (void)state;
    make_leaves(leaf, MOST);
    for (size_t n = 0; n <= MOST; n++) {
        naive(leaf, n, &want);
        tree_root(&t, &got);
        assert_int_equal(t.size, n);
        assert_true(tree_hash_eq(&want, &got));
        tree_root_of(leaf, n, &got);
        assert_true(tree_hash_eq(&want, &got));
        assert_true(tree_source_root(&s, n, &got, NULL) && tree_hash_eq(&want, &got));
        if (n < MOST)
            tree_append(&t, &leaf[n]);
    }
}

/* A tree that grows by complete subtrees of 8 is that which grows by leaves. */
static void grows_by_complete_subtrees(void **state)
{
    struct tree_hash leaf[MOST], part, want, got;
    struct tree t = { 0 };

    (void)state;
    make_leaves(leaf, MOST);
    for (size_t n = 8; n <= MOST; n += 8) {
        naive(leaf + n - 8, 8, &part);
        tree_append_complete(&t, 3, &part);
        tree_root(&t, &got);
        naive(leaf, n, &want);
        assert_int_equal(t.size, n);
        assert_true(tree_hash_eq(&want, &got));
    }
}

/* Every proof made holds; with a hash changed, taken away, added, or for another index or size, none does. */
static void inclusion(void **state)
{
    struct tree_hash leaf[MOST], proof[TREE_PROOF_MAX + 1], root;
    struct tree_source s = { node_of, leaf };

    (void)state;
    make_leaves(leaf, MOST);
    for (size_t size = 1; size <= MOST; size++) {
        naive(leaf, size, &root);
        for (size_t i = 0; i < size; i++) {
            size_t n = 99;

            assert_true(tree_prove_inclusion(&s, i, size, proof, &n, NULL));
            assert_true(tree_check_inclusion(i, size, &leaf[i], proof, n, &root, NULL));
            assert_false(tree_check_inclusion(i, size, &leaf[(i + 1) % MOST], proof, n, &root, NULL));
            assert_false(tree_check_inclusion(size, size, &leaf[i], proof, n, &root, NULL));
            for (size_t k = 0; k < n; k++) {
                proof[k].b[k % TREE_HASH] ^= 1;
                assert_false(tree_check_inclusion(i, size, &leaf[i], proof, n, &root, NULL));
                proof[k].b[k % TREE_HASH] ^= 1;
            }
            proof[n] = root;
            assert_false(tree_check_inclusion(i, size, &leaf[i], proof, n + 1, &root, NULL));
            if (n > 0)
                assert_false(tree_check_inclusion(i, size, &leaf[i], proof, n - 1, &root, NULL));
            for (size_t k = 0; k < size; k++)
                assert_true(k == i || !tree_check_inclusion(k, size, &leaf[i], proof, n, &root, NULL));
        }
        assert_false(tree_prove_inclusion(&s, size, size, proof, &(size_t){ 0 }, NULL));
    }
}

static void consistency(void **state)
{
    struct tree_hash leaf[MOST], proof[TREE_PROOF_MAX + 1], root1, root2;
    struct tree_source s = { node_of, leaf };

    (void)state;
    make_leaves(leaf, MOST);
    for (size_t size2 = 1; size2 <= MOST; size2++) {
        naive(leaf, size2, &root2);
        for (size_t size1 = 1; size1 <= size2; size1++) {
            size_t n = 99;

            naive(leaf, size1, &root1);
            assert_true(tree_prove_consistency(&s, size1, size2, proof, &n, NULL));
            assert_true(tree_check_consistency(size1, size2, &root1, proof, n, &root2, NULL));
            assert_true(size1 < size2 || n == 0);
            for (size_t k = 0; k < n; k++) {
                proof[k].b[k % TREE_HASH] ^= 1;
                assert_false(tree_check_consistency(size1, size2, &root1, proof, n, &root2, NULL));
                proof[k].b[k % TREE_HASH] ^= 1;
            }
            proof[n] = root1;
            assert_false(tree_check_consistency(size1, size2, &root1, proof, n + 1, &root2, NULL));
            if (size1 < size2) {
                assert_false(tree_check_consistency(size1, size2, &root1, proof, n - 1, &root2, NULL));
                assert_false(tree_check_consistency(size1, size2, &root2, proof, n, &root1, NULL));
            }
        }
        assert_false(tree_prove_consistency(&s, 0, size2, proof, &(size_t){ 0 }, NULL));
    }
}

/* Numbers are read as doubles, since one vector has 2^64 - 1. */
static uint64_t number(const json_t *j, const char *name)
{
    double v = json_real_value(json_object_get(j, name));

    return v >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)v;
}

static json_t *load_proof(const char *path)
{
    struct span s = load_file(&test_arena, path);
    json_t *j = json_loadb((const char *)s.p, s.n, JSON_DECODE_INT_AS_REAL, NULL);

    assert_non_null(j);
    return j;
}

/* False for a text that is no hash: whoever reads a proof refuses it before the check. */
static bool hash(const json_t *v, struct tree_hash *out)
{
    struct buffer b;
    size_t bad_at;

    buf_init_fixed(&b, out->b, TREE_HASH);
    return base64_decode(span_str(json_string_value(v)), BASE64_STD, &b, &bad_at) && b.n == TREE_HASH;
}

static bool named(const json_t *j, const char *name, struct tree_hash *out)
{
    const json_t *v = json_object_get(j, name);

    return !v || hash(v, out);
}

static bool holds(const char *kind, const json_t *j)
{
    struct tree_hash proof[200], root, root1, root2, leaf;
    const json_t *list = json_object_get(j, "proof");
    uint64_t index = number(j, "leafIdx"), size = number(j, "size"), start = number(j, "start");
    uint64_t size1 = number(j, "size1"), size2 = number(j, "size2"), end = number(j, "end");
    size_t n = json_array_size(list);

    assert_true(n <= 200);
    for (size_t i = 0; i < n; i++)
        if (!hash(json_array_get(list, i), &proof[i]))
            return false;
    if (!named(j, "root", &root) || !named(j, "root1", &root1) || !named(j, "root2", &root2) ||
        !named(j, "leafHash", &leaf))
        return false;
    if (strcmp(kind, "inclusion") == 0)
        return tree_check_inclusion(index, number(j, "treeSize"), &leaf, proof, n, &root, NULL);
    if (strcmp(kind, "consistency") == 0)
        return tree_check_consistency(size1, size2, &root1, proof, n, &root2, NULL);
    if (strcmp(kind, "subtreeinclusion") == 0)
        return tree_check_subtree_inclusion(index, start, end, &leaf, proof, n, &root, NULL);
    return tree_check_subtree_consistency(start, end, size, &root1, proof, n, &root2, NULL);
}

static void published_proofs(void **state)
{
    json_t *index = load_json(vector_path("federation/merkle-proofs/index.json")), *c;
    size_t i, wrong = 0, n = 0;

    (void)state;
    json_array_foreach(json_object_get(index, "cases"), i, c)
    {
        const char *file = json_string_value(json_object_get(c, "file"));
        char path[256];
        json_t *j;

        (void)snprintf(path, sizeof path, "federation/merkle-proofs/%s", file);
        j = load_proof(vector_path(path));
        if (holds(json_string_value(json_object_get(c, "kind")), j) !=
            json_boolean_value(json_object_get(c, "valid"))) {
            print_message("# %s\n", file);
            wrong++;
        }
        n++;
        json_decref(j);
    }
    json_decref(index);
    assert_int_equal(wrong, 0);
    assert_true(n >= 259);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_hashes), cmocka_unit_test(grows_as_the_naive_tree),
        cmocka_unit_test(inclusion),    cmocka_unit_test(grows_by_complete_subtrees),
        cmocka_unit_test(consistency),  cmocka_unit_test(published_proofs),
    };

    return cmocka_run_group_tests_name("tree", tests, arena_setup, arena_teardown);
}
