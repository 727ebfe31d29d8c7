/* A member that publishes, in a folder of its own, for the tests of log/streams.h. */
#ifndef SERAI_TESTS_STREAMS_SUPPORT_H
#define SERAI_TESTS_STREAMS_SUPPORT_H

#include "log/streams.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/files.h"

enum { Y2026 = 1767225600 + 1000, Y2027 = 1798761600 + 1000, Y2028 = 1830297600 + 1000 };

static uint8_t member_secret[NODE_SECRET_KEY];
static struct signer member_signer;

static inline void member_setup(void)
{
    uint8_t seed[NODE_SEED] = { 5 }, pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, member_secret);
    signer_in_memory(member_secret, &member_signer);
}

static inline char *member_folder(void)
{
    bool memory = access("/dev/shm", W_OK) == 0;
    char *path = arena_str(&test_arena, memory ? SPAN("/dev/shm/serai-XXXXXX") : SPAN("/tmp/serai-XXXXXX"));

    assert_non_null(mkdtemp(path));
    return path;
}

PRINTF_LIKE(1, 2) static inline int member_shell(const char *format, ...)
{
    char command[1024];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    return system(command);
}

static inline void member_remove(const char *path)
{
    assert_int_equal(member_shell("rm -rf '%s'", path), 0);
}

static inline struct streams *member_open(const char *path, const struct folder_steps *steps, unix_time now,
                                          struct why *w)
{
    char folder[200], keep[200];
    struct streams_options o = { .folder = folder,
                                 .keep = keep,
                                 .name = SPAN("kz.specimen"),
                                 .state = SPAN("KZ"),
                                 .signer = &member_signer,
                                 .subject_secret = SPAN("a secret of sixteen bytes"),
                                 .steps = steps };

    (void)snprintf(folder, sizeof folder, "%s/logs", path);
    (void)snprintf(keep, sizeof keep, "%s/keep", path);
    why_clear(w);
    return streams_open(&o, now, w);
}

static inline struct streams *member(const char *path, unix_time now)
{
    struct why w;
    struct streams *s = member_open(path, NULL, now, &w);

    if (!s)
        fail_msg("%s: %s", w.reason, w.detail);
    return s;
}

static struct why must_w; /* of the call under must */
#define must(call)                                                                                           \
    do {                                                                                                     \
        why_clear(&must_w);                                                                                  \
        if (!(call))                                                                                         \
            fail_msg("%s: %s: %s", #call, must_w.reason, must_w.detail);                                     \
    } while (0)

/* Body number i: no two alike, of any length up to some 20 KB. */
static inline struct span body_of(uint64_t i, struct arena *a)
{
    size_t n = i % 7 == 3 ? 9000 + (size_t)(i % 5) * 2500 : 20 + (size_t)(i % 300);
    uint8_t *p = arena_alloc(a, n);

    assert_non_null(p);
    for (size_t k = 0; k < n; k++)
        p[k] = (uint8_t)(i * 31 + k * 7 + (k >> 8));
    memcpy(p, &i, sizeof i);
    return span_of(p, n);
}

/* The whole log holds, whatever is in it. */
static inline uint64_t member_verified(const char *path, const char *origin)
{
    struct log_verify_options opt = { 0 };
    struct policy *p;
    struct note_key k;
    struct log_report r;
    struct log_source s;
    char folder[300];
    struct arena a;
    struct why w = { 0 };

    (void)snprintf(folder, sizeof folder, "%s/logs/%s", path, strchr(origin, '/') + 1);
    s = log_folder(folder);
    arena_init(&a, 16 << 20);
    p = arena_alloc(&a, sizeof *p);
    assert_non_null(p);
    note_key_of(span_str(origin), NOTE_KEY_ED25519, member_signer.pub, &k);
    policy_of_key(&k, (struct span){ 0 }, p);
    opt.policy = p;
    if (!log_verify(&s, &opt, &a, &r, &w))
        fail_msg("%s: %s: %s", folder, w.reason, w.detail);
    arena_free(&a);
    return r.entries;
}

#endif
