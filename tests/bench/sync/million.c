#include "million.h"

#include <stdlib.h>

#include "crypto/signer.h"

static struct note_key key;
static struct policy policy;
static struct tree_hash *row[3];
static struct buffer bundles, note;
static size_t *at; /* of each bundle */
static struct signer signer;
static uint8_t secret[NODE_SECRET_KEY];

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct tile t;

    (void)ctx;
    (void)most;
    (void)w;
    buf_reset(out);
    *found = true;
    if (strcmp(path, "checkpoint") == 0)
        buf_put(out, buf_span(&note));
    else if (!tile_path_parse(span_str(path), &t))
        *found = false;
    else if (t.entries)
        buf_put(out, span_of(bundles.p + at[t.index], at[t.index + 1] - at[t.index]));
    else
        buf_put(out, span_of(row[t.level] + t.index * TILE_WIDTH, t.width * (size_t)TREE_HASH));
    return true;
}

/* A record as a member publishes it: about somebody, with hashes that nobody can guess. */
static void put_record(size_t i, struct tree *t)
{
    struct leaf l = { .type = SPAN("licence-status"),
                      .issuer = SPAN("KZ"),
                      .stream = SPAN("bench"),
                      .audience = SPAN("all"),
                      .has_subject = true,
                      .time = 1790000000 + (unix_time)i };
    uint8_t room[LEAF_MAX];
    struct buffer b;

    random_bytes(l.subject, sizeof l.subject);
    random_bytes(l.body, sizeof l.body);
    random_bytes(l.commitment, sizeof l.commitment);
    buf_init_fixed(&b, room, sizeof room);
    if (i % TILE_WIDTH == 0)
        at[i / TILE_WIDTH] = bundles.n;
    if (!leaf_put(&l, &b) || !bundle_put(buf_span(&b), &bundles))
        abort();
    tree_leaf(buf_span(&b), &row[0][i]);
    tree_append(t, &row[0][i]);
}

static void make(void)
{
    struct tree t = { 0 };
    struct tree_hash root;
    struct span text;
    struct arena a;

    buf_init(&bundles, 1U << 30);
    at = calloc(MILLION / TILE_WIDTH + 2, sizeof *at);
    for (size_t level = 0; level < 3; level++)
        row[level] = calloc(((size_t)MILLION >> 8 * level) + 1, TREE_HASH);
    if (!at || !row[0] || !row[1] || !row[2])
        abort();
    for (size_t i = 0; i < MILLION; i++)
        put_record(i, &t);
    at[(MILLION + TILE_WIDTH - 1) / TILE_WIDTH] = bundles.n;
    for (size_t level = 1; level < 3; level++)
        for (size_t i = 0; i < (size_t)MILLION >> 8 * level; i++)
            tile_root(row[level - 1] + i * TILE_WIDTH, TILE_WIDTH, &row[level][i]);
    tree_root(&t, &root);
    arena_init(&a, 1 << 16);
    buf_init(&note, 1 << 16);
    checkpoint_put(key.name, MILLION, &root, &note);
    text = arena_copy(&a, buf_span(&note));
    buf_u8(&note, '\n');
    if (!note_key_sign(&key, &signer, text, 0, &a, &note, NULL))
        abort();
    arena_free(&a);
}

struct log_source million_make(void)
{
    const uint8_t seed[NODE_SEED] = { 7 };
    uint8_t pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    note_key_of(SPAN(MILLION_ORIGIN), NOTE_KEY_ED25519, pub, &key);
    policy_of_key(&key, (struct span){ 0 }, &policy);
    make();
    return (struct log_source){ get, NULL };
}

const struct policy *million_policy(void)
{
    return &policy;
}

struct span million_bundle(size_t i)
{
    return span_of(bundles.p + at[i], at[i + 1] - at[i]);
}

size_t million_bytes(void)
{
    return bundles.n;
}

bool million_pull(struct store *store, const struct log_source *s, struct why *w)
{
    const struct pull_options o = { .origin = SPAN(MILLION_ORIGIN),
                                    .policy = &policy,
                                    .owner = SPAN("KZ"),
                                    .member = SPAN("IR"),
                                    .from_owner = true,
                                    .budget = { UINT64_MAX, UINT64_MAX } };
    static struct findings f;
    struct pull_report r = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 64 << 20);
    ok = sync_pull(store, s, &o, 1800000000, &a, &r, &f, w) && r.entries == MILLION;
    arena_free(&a);
    return ok;
}
