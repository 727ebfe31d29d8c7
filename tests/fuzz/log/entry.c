/* What others send: entries' headers, files of two histories, requests to a witness. The first byte says
 * what. */
#include <stdlib.h>

#include "log/fork.h"
#include "log/leaf.h"
#include "log/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void header(struct span in)
{
    struct why w = { 0 };
    struct leaf l;
    struct buffer b;

    if (!leaf_parse(in, &l, &w)) {
        need(w.reason && w.offset <= in.n);
        return;
    }
    buf_init(&b, in.n + 1);
    need(leaf_put(&l, &b) && span_eq(buf_span(&b), in));
    buf_free(&b);
}

static void fork_file(struct span in)
{
    static struct fork_file f;
    static struct policy none;
    struct why w = { 0 };
    struct arena a;

    if (!fork_parse(in, &f, &w)) {
        need(w.reason && (w.offset == WHY_NO_OFFSET || w.offset <= in.n));
        return;
    }
    arena_init(&a, 1 << 20);
    need(!fork_check(&f, &none, &a, NULL));
    arena_free(&a);
}

/* Nobody holds the key that signs here: nothing reaches the disk. */
static void request(struct span in)
{
    static const uint8_t pub[NODE_PUBLIC_KEY] = { 1 };
    static struct policy p;
    static const struct witness v = { .folder = "/nowhere", .policy = &p };
    struct witness_answer r;
    struct note_key k;
    struct why w = { 0 };
    struct arena a;

    note_key_of(SPAN("log.specimen"), NOTE_KEY_ED25519, pub, &k);
    policy_of_key(&k, (struct span){ 0 }, &p);
    arena_init(&a, 1 << 20);
    need(witness_add_checkpoint(&v, in, 1, &a, &r, &w));
    need((r.status == 400 || r.status == 403 || r.status == 404) && r.why.reason && r.body.n == 0);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const what[])(struct span) = { header, fork_file, request };

    if (n > 0)
        what[data[0] % 3](span_of(data + 1, n - 1));
    return 0;
}
