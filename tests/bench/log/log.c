/*
 * Appending and verifying, each against plain hashing of the same bytes in the same run. Entries of 300
 * bytes. Appending is measured with its files and fsyncs, in a folder below $TMPDIR or /tmp.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "log/writer.h"

enum { ENTRIES = 1000 * 1000, ENTRY = 300, BATCH = 50 * 1000 };

static uint8_t secret[NODE_SECRET_KEY];
static struct signer signer;
static struct note_key key;
static struct policy policy;
static struct tree_hash *row[3];
static uint8_t *bundles; /* all of one size: entry i at i * (2 + ENTRY) */
static struct buffer note;

static uint8_t *entry_at(size_t i)
{
    return bundles + i * (2 + ENTRY) + 2;
}

/* A log of a million entries in memory. */
static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct tile t;

    (void)ctx;
    (void)most;
    (void)w;
    out->n = 0;
    *found = true;
    if (strcmp(path, "checkpoint") == 0)
        buf_put(out, buf_span(&note));
    else if (tile_path_parse(span_str(path), &t) && t.entries)
        buf_put(out, span_of(bundles + t.index * TILE_WIDTH * (2 + ENTRY), t.width * (size_t)(2 + ENTRY)));
    else
        buf_put(out, span_of(row[t.level] + t.index * TILE_WIDTH, t.width * (size_t)TREE_HASH));
    return true;
}

static void make(void)
{
    struct tree t = { 0 };
    struct tree_hash root;
    struct span text;
    struct arena a;

    bundles = malloc((size_t)ENTRIES * (2 + ENTRY));
    for (size_t level = 0; level < 3; level++)
        row[level] = calloc(((size_t)ENTRIES >> 8 * level) + 1, TREE_HASH);
    if (!bundles || !row[0] || !row[1] || !row[2])
        abort();
    for (size_t i = 0; i < ENTRIES; i++) {
        entry_at(i)[-2] = ENTRY >> 8;
        entry_at(i)[-1] = ENTRY & 0xff;
        memset(entry_at(i), (int)(i % 251), ENTRY);
        memcpy(entry_at(i), &i, sizeof i);
        tree_leaf(span_of(entry_at(i), ENTRY), &row[0][i]);
        tree_append(&t, &row[0][i]);
    }
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

static void verify(void *ctx, size_t n)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        struct log_verify_options opt = { .policy = &policy };
        struct log_source s = { get, NULL };
        struct log_report r;
        struct why w = { 0 };
        struct arena a;

        arena_init(&a, 16 << 20);
        if (!log_verify(&s, &opt, &a, &r, &w)) {
            (void)fprintf(stderr, "%s: %s\n", w.reason, w.detail);
            exit(1);
        }
        arena_free(&a);
    }
}

static void hash(void *ctx, size_t n)
{
    size_t count = *(size_t *)ctx;
    struct digest d;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < count; k++)
            digest_of(DIGEST_SHA256, span_of(entry_at(k), ENTRY), &d);
}

static char folder[] = "/tmp/serai-bench-XXXXXX";

static void append(void *ctx, size_t n)
{
    struct log_writer *l = ctx;
    struct why w = { 0 };

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < BATCH; k++)
            if (!log_writer_add(l, span_of(entry_at(k), ENTRY), NULL, &w))
                exit(1);
        if (!log_writer_commit(l, &w))
            exit(1);
    }
}

/* The same bytes hashed, and written to one file that is on disk then. */
static void hash_and_sync(void *ctx, size_t n)
{
    char path[64];
    size_t count = BATCH;

    (void)ctx;
    (void)snprintf(path, sizeof path, "%s/plain", folder);
    for (size_t i = 0; i < n; i++) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        hash(&count, 1);
        if (fd < 0 || write(fd, bundles, (size_t)BATCH * (2 + ENTRY)) < 0 || fsync(fd) != 0)
            exit(1);
        (void)close(fd);
    }
}

int main(int argc, char **argv)
{
    const uint8_t seed[NODE_SEED] = { 7 };
    uint8_t pub[NODE_PUBLIC_KEY];
    struct log_writer_options o = { .key = &key, .signer = &signer };
    struct why w = { 0 };
    size_t all = ENTRIES;
    char path[64], command[96];
    double ns;

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder))
        return 1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    note_key_of(SPAN("log.specimen"), NOTE_KEY_ED25519, pub, &key);
    policy_of_key(&key, (struct span){ 0 }, &policy);
    make();
    ns = bench_ratio("verify 1,000,000 entries of 300 bytes", verify, NULL, "SHA-256 of them", hash, &all,
                     1.0 / 3);
    (void)ns;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    o.folder = path;
    struct log_writer *l = log_writer_open(&o, &w);

    if (!l)
        return 1;
    (void)bench_ratio("append a batch of 50,000 entries", append, l, "SHA-256, one file, fsync",
                      hash_and_sync, NULL, 0);
    log_writer_close(l);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
