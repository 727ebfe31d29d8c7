#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const states[MEMBERS] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ" };

void shell(const char *format, ...)
{
    char command[700];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    assert_int_equal(system(command), 0);
}

/* splitmix64 */
uint32_t world_random(struct world *x, uint32_t below)
{
    uint64_t z = x->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) >> 16) % below;
}

bool member_up(const struct world *x, size_t i)
{
    return x->m[i].up_at <= x->now;
}

bool world_reaches(const struct world *x, size_t a, size_t b)
{
    return !x->cut[a][b] && member_up(x, a) && member_up(x, b);
}

const char *log_shown_to(const struct world *x, size_t owner, size_t to)
{
    const struct member *m = &x->m[owner];

    return m->split && to % 2 ? m->twin : m->folder;
}

static void make_key(uint8_t kind, size_t i, const char *name, enum note_key_type type, struct note_key *key,
                     uint8_t secret[NODE_SECRET_KEY], struct signer *s)
{
    uint8_t seed[NODE_SEED] = { kind, (uint8_t)i, 77 }, pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, secret);
    note_key_of(span_str(name), type, pub, key);
    signer_in_memory(secret, s);
}

static void make_member(struct world *x, size_t i)
{
    struct member *m = &x->m[i];
    char *witness = arena_alloc(&test_arena, 40);

    m->state = states[i];
    (void)snprintf(m->name, sizeof m->name, "%c%c.specimen", states[i][0] | 0x20, states[i][1] | 0x20);
    (void)snprintf(m->origin, sizeof m->origin, "%s/trust/all/2027", m->name);
    (void)snprintf(witness, 40, "%s/witness", m->name);
    (void)snprintf(m->folder, sizeof m->folder, "%s/%s.log", x->base, m->state);
    (void)snprintf(m->twin, sizeof m->twin, "%s/%s.twin", x->base, m->state);
    (void)snprintf(m->seen, sizeof m->seen, "%s/%s.seen", x->base, m->state);
    (void)snprintf(m->old, sizeof m->old, "%s/%s.old", x->base, m->state);
    (void)snprintf(m->file, sizeof m->file, "%s/%s.store", x->base, m->state);
    shell("mkdir '%s'", m->file);
    (void)snprintf(m->file, sizeof m->file, "%s/%s.store/" STORE_FILE, x->base, m->state);
    make_key(1, i, m->origin, NOTE_KEY_ED25519, &m->log_key, m->log_secret, &m->log_signer);
    make_key(2, i, witness, NOTE_KEY_COSIGNATURE, &m->witness_key, m->witness_secret, &m->witness_signer);
    m->entry = calloc(ENTRIES, sizeof *m->entry);
    buf_init(&m->collected, LIMIT_CHECKPOINT);
    assert_non_null(m->entry);
}

/* The own log with the other nine and the quorum; all logs for the witness. */
static void make_policies(struct world *x, size_t i)
{
    struct member *m = &x->m[i];
    struct policy_member *all;

    policy_of_key(&m->log_key, (struct span){ 0 }, &m->own);
    m->own.n = 0;
    for (size_t k = 0; k < MEMBERS; k++)
        if (k != i)
            m->own.member[m->own.n++] = (struct policy_member){ .name = span_str(x->m[k].state),
                                                                .witness = true,
                                                                .key = x->m[k].witness_key };
    all = &m->own.member[m->own.n];
    *all = (struct policy_member){ .name = SPAN("quorum"), .need = QUORUM };
    for (size_t k = 0; k < m->own.n; k++)
        all->members[k / 64] |= UINT64_C(1) << k % 64;
    m->own.quorum = m->own.n++;

    memset(&m->others, 0, sizeof m->others);
    for (size_t k = 0; k < MEMBERS; k++)
        m->others.log[m->others.n_logs++] =
            (struct policy_log){ .key = x->m[k].log_key, .origin = x->m[k].log_key.name };
}

static void open_store(struct member *m)
{
    struct why w = { 0 };

    if (!store_open(&(struct store_options){ .path = m->file }, &m->store, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

void world_open(struct world *x, uint64_t seed)
{
    memset(x, 0, sizeof *x);
    x->random = seed;
    x->now = BEGIN;
    x->loss = 3;
    (void)snprintf(x->base, sizeof x->base, "%s/serai-world-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(x->base));
    for (size_t i = 0; i < MEMBERS; i++)
        make_member(x, i);
    for (size_t i = 0; i < MEMBERS; i++) {
        make_policies(x, i);
        open_store(&x->m[i]);
    }
}

void world_close(struct world *x)
{
    while (x->flying) {
        struct message *m = x->flying;

        x->flying = m->next;
        free((void *)(uintptr_t)m->body.p);
        free(m);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        store_close(x->m[i].store);
        buf_free(&x->m[i].collected);
        free(x->m[i].entry);
    }
    shell("rm -rf '%s'", x->base);
}

/* What a back-up holds: the log without what is kept beside it, the witness's state, the store. */
void member_backs_up(struct world *x, size_t i)
{
    struct member *m = &x->m[i];
    char to[120];
    struct why w = { 0 };

    shell("rm -rf '%s' && mkdir '%s' && { test ! -d '%s' || cp -a '%s' '%s/log'; } && "
          "{ test ! -d '%s' || cp -a '%s' '%s/seen'; }",
          m->old, m->old, m->folder, m->folder, m->old, m->seen, m->seen, m->old);
    (void)snprintf(to, sizeof to, "%s/store", m->old);
    if (!store_backup(m->store, to, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

void member_is_restored(struct world *x, size_t i)
{
    struct member *m = &x->m[i];

    if (access(m->old, F_OK) != 0)
        return;
    store_close(m->store);
    shell("rm -rf '%s' '%s.keep' '%s' '%s/%s.store'", m->folder, m->folder, m->seen, x->base, m->state);
    shell(
        "{ test ! -d '%s/log' || cp -a '%s/log' '%s'; } && { test ! -d '%s/seen' || cp -a '%s/seen' '%s'; } "
        "&& cp -a '%s/store' '%s/%s.store'",
        m->old, m->old, m->folder, m->old, m->old, m->seen, m->old, x->base, m->state);
    open_store(m);
    memset(m->with, 0, sizeof m->with);
    buf_reset(&m->collected);
    m->collecting = (struct span){ 0 };
    m->restored = true;
    x->restores++;
}

/* The same key and the same past on a second machine. */
void member_splits(struct world *x, size_t i)
{
    struct member *m = &x->m[i];

    if (m->split || access(m->folder, F_OK) != 0)
        return;
    shell("cp -a '%s' '%s' && cp -a '%s.keep' '%s.keep'", m->folder, m->twin, m->folder, m->twin);
    m->split = true;
}
