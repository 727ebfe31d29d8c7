/*
 * Catching up a log of a million records, out of memory into the embedded store, proved on the way: against
 * plain hashing of the same bytes in the same run, and against what is asked for, 300,000 records a second of
 * one core.
 */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "crypto/digest.h"
#include "crypto/signer.h"
#include "sync/pull.h"

enum { ENTRIES = 1000 * 1000, ASKED = 300 * 1000 };

#define ORIGIN "kz.specimen/bench/all/2026"

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
    at = calloc(ENTRIES / TILE_WIDTH + 2, sizeof *at);
    for (size_t level = 0; level < 3; level++)
        row[level] = calloc(((size_t)ENTRIES >> 8 * level) + 1, TREE_HASH);
    if (!at || !row[0] || !row[1] || !row[2])
        abort();
    for (size_t i = 0; i < ENTRIES; i++)
        put_record(i, &t);
    at[(ENTRIES + TILE_WIDTH - 1) / TILE_WIDTH] = bundles.n;
    for (size_t level = 1; level < 3; level++)
        for (size_t i = 0; i < (size_t)ENTRIES >> 8 * level; i++)
            tile_root(row[level - 1] + i * TILE_WIDTH, TILE_WIDTH, &row[level][i]);
    tree_root(&t, &root);
    arena_init(&a, 1 << 16);
    buf_init(&note, 1 << 16);
    checkpoint_put(key.name, ENTRIES, &root, &note);
    text = arena_copy(&a, buf_span(&note));
    buf_u8(&note, '\n');
    if (!note_key_sign(&key, &signer, text, 0, &a, &note, NULL))
        abort();
    arena_free(&a);
}

static void hash(void *ctx, size_t n)
{
    struct digest d;

    (void)ctx;
    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; b * TILE_WIDTH < ENTRIES; b++) {
            struct span entry[TILE_WIDTH];
            unsigned width = tile_width(0, b, ENTRIES);

            if (!bundle_parse(span_of(bundles.p + at[b], at[b + 1] - at[b]), width, entry, NULL))
                abort();
            for (unsigned k = 0; k < width; k++)
                digest_of(DIGEST_SHA256, entry[k], &d);
        }
}

static char folder[] = "/tmp/serai-bench-XXXXXX";

static void catch_up(void *ctx, size_t n)
{
    struct pull_options o = { .origin = SPAN(ORIGIN),
                              .policy = &policy,
                              .owner = SPAN("KZ"),
                              .member = SPAN("IR"),
                              .from_owner = true,
                              .budget = { UINT64_MAX, UINT64_MAX } };
    static struct findings f;
    struct log_source s = { get, NULL };

    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        struct store *store = NULL;
        struct pull_report r;
        struct why w = { 0 };
        struct arena a;
        char path[64];

        (void)snprintf(path, sizeof path, "rm -f %s/*", folder);
        if (system(path) != 0)
            exit(1);
        (void)snprintf(path, sizeof path, "%s/store.db", folder);
        arena_init(&a, 64 << 20);
        if (!store_open(&(struct store_options){ .path = path }, &store, &w) ||
            !sync_pull(store, &s, &o, 1800000000, &a, &r, &f, &w) || r.entries != ENTRIES) {
            (void)fprintf(stderr, "%s: %s\n", w.reason, w.detail);
            exit(1);
        }
        store_close(store);
        arena_free(&a);
    }
}

/* Seconds of the processor, of all threads: what others do on the machine does not count. */
static double cpu_of(void (*fn)(void *, size_t))
{
    struct timespec a, b;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    fn(NULL, 1);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

int main(int argc, char **argv)
{
    const uint8_t seed[NODE_SEED] = { 7 };
    uint8_t pub[NODE_PUBLIC_KEY];
    struct rusage u;
    char command[96];
    double hashing, rate = 0;

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder))
        return 1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    note_key_of(SPAN(ORIGIN), NOTE_KEY_ED25519, pub, &key);
    policy_of_key(&key, (struct span){ 0 }, &policy);
    make();
    hashing = cpu_of(hash);
    for (size_t i = 0; i < 3; i++)
        rate = fmax(rate, ENTRIES / cpu_of(catch_up));
    (void)getrusage(RUSAGE_SELF, &u);
    bench_figure("catch up 1,000,000 records into the store", rate, "records a second of one core");
    bench_figure("  for the same bytes hashed alone", ENTRIES / hashing, "records a second of one core");
    bench_figure("  memory at most", (double)u.ru_maxrss / 1024 - (double)(bundles.n >> 20) - 32,
                 "MB besides the log that is served from memory");
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 && rate >= ASKED ? 0 : 1;
}
