#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "crypto/node_key.h"
#include "lookup/exact_internal.h"

enum { TRIES = 5, CURRENT = 256 };

void exact_path(const struct lookup_exact *x, const char *kind, uint64_t number, char out[EXACT_PATH])
{
    (void)snprintf(out, EXACT_PATH, "%s/%s-%llu", x->folder, kind, (unsigned long long)number);
}

/* One text for one state of the set. */
static struct span current_text(uint64_t number, bool keyed, char text[CURRENT])
{
    int n = snprintf(text, CURRENT, "serai lookup 1\nimage %llu\nkeyed %s\n", (unsigned long long)number,
                     keyed ? "yes" : "no");

    return span_of(text, (size_t)n);
}

bool exact_say_current(const struct lookup_exact *x, uint64_t number, struct why *w)
{
    char text[CURRENT];

    return file_replace(x->folder, "current", current_text(number, x->keyed, text), x->steps, w);
}

static bool read_current(struct lookup_exact *x, bool *there, struct why *w)
{
    char path[EXACT_PATH + 16], word[8] = "", text[CURRENT];
    unsigned long long number = 0;
    struct arena a;
    struct span s;
    bool ok;

    (void)snprintf(path, sizeof path, "%s/current", x->folder);
    arena_init(&a, 2 * CURRENT);
    ok = file_read(path, CURRENT, &a, &s, there, w);
    if (ok && *there) {
        const char *got = arena_str(&a, s);

        ok = got && sscanf(got, "serai lookup 1\nimage %20llu\nkeyed %3[a-z]", &number, word) == 2 &&
             span_eq(s, current_text(number, strcmp(word, "yes") == 0, text));
        if (!ok)
            (void)why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s is not as it was written", path);
    }
    arena_free(&a);
    if (ok && *there) {
        x->number = number;
        x->keyed = strcmp(word, "yes") == 0;
    }
    return ok;
}

static bool read_key(struct lookup_exact *x, struct why *w)
{
    char path[EXACT_PATH + 16];
    struct arena a;
    struct span s;
    bool there, ok;

    (void)snprintf(path, sizeof path, "%s/key", x->folder);
    arena_init(&a, 1024);
    ok = file_read(path, LOOKUP_KEY, &a, &s, &there, w);
    if (ok && (!there || s.n != LOOKUP_KEY))
        ok = why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s is not a key", path);
    if (ok)
        memcpy(x->key, s.p, LOOKUP_KEY);
    arena_free(&a);
    return ok;
}

/* The key is there before anything says that the set is keyed. */
static bool make(struct lookup_exact *x, struct why *w)
{
    if (x->keyed) {
        random_bytes(x->key, sizeof x->key);
        if (!file_replace(x->folder, "key", span_of(x->key, sizeof x->key), x->steps, w))
            return false;
    }
    return exact_say_current(x, 0, w);
}

static bool take_lock(struct lookup_exact *x, struct why *w)
{
    char path[EXACT_PATH + 16];

    (void)snprintf(path, sizeof path, "%s/lock", x->folder);
    x->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (x->lock < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
    return file_lock(x->lock) ||
           why_set(w, "locked", WHY_NO_OFFSET, NULL, "another process writes the set %s", x->folder);
}

/* From journal N, of which image N says that nothing of it is in the image, to the newest. */
static bool read_journals(struct lookup_exact *x, struct why *w)
{
    for (uint64_t i = x->number;; i++) {
        char path[EXACT_PATH], next[EXACT_PATH];
        bool there = false, last;

        exact_path(x, "journal", i, path);
        exact_path(x, "journal", i + 1, next);
        last = access(next, F_OK) != 0;
        if (!journal_open(path, i, x->access == LOOKUP_WRITE, &x->live, &x->journal, &there, w))
            return false;
        if (last)
            return true;
        if (there)
            journal_close(&x->journal);
    }
}

static bool load(struct lookup_exact *x, struct why *w)
{
    char path[EXACT_PATH];

    exact_path(x, "image", x->number, path);
    if (x->number && !pages_open(path, &x->image, w))
        return false;
    return read_journals(x, w);
}

static void unload(struct lookup_exact *x)
{
    journal_close(&x->journal);
    pages_close(&x->image);
    table_free(&x->live);
    table_free(&x->frozen);
}

/* What a process left that was stopped on its way: runs, and images and journals that do not count. */
static void sweep(const struct lookup_exact *x)
{
    DIR *d = opendir(x->folder);
    const struct dirent *e;
    char path[EXACT_PATH + 256];

    if (!d)
        return;
    while ((e = readdir(d)) != NULL) {
        unsigned long long n = 0;
        char kind[16] = "";

        if (sscanf(e->d_name, "%15[a-z]-%20llu", kind, &n) != 2)
            continue;
        if (strcmp(kind, "run") == 0 || (strcmp(kind, "image") == 0 && n != x->number) ||
            (strcmp(kind, "journal") == 0 && n < x->number)) {
            (void)snprintf(path, sizeof path, "%s/%s", x->folder, e->d_name);
            (void)unlink(path);
        }
    }
    (void)closedir(d);
}

static bool open_to_write(struct lookup_exact *x, struct why *w)
{
    bool keyed = x->keyed, there;

    if (!folder_make(x->folder, x->steps, w) || !take_lock(x, w) || !read_current(x, &there, w))
        return false;
    if (!there && !make(x, w))
        return false;
    if (x->keyed != keyed)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the set %s is %skeyed", x->folder,
                       x->keyed ? "" : "not ");
    if (x->keyed && !read_key(x, w))
        return false;
    sweep(x);
    return load(x, w);
}

/* The writer may put another image in its place meanwhile, and drop the one that was named. */
static bool open_to_read(struct lookup_exact *x, struct why *w)
{
    bool there;

    for (int i = 0; i < TRIES; i++) {
        struct why once;

        why_clear(&once);
        if (!read_current(x, &there, w))
            return false;
        if (!there)
            return why_set(w, "absent", WHY_NO_OFFSET, NULL, "there is no set in %s", x->folder);
        if (load(x, &once))
            return !x->keyed || read_key(x, w);
        unload(x);
        x->image = (struct pages){ 0 };
        if (i == TRIES - 1)
            return why_set(w, once.reason, once.offset, once.clause, "%s", once.detail);
    }
    return false;
}

bool lookup_exact_open(const char *folder, enum lookup_access access, bool keyed,
                       const struct folder_steps *steps, struct lookup_exact **ret, struct why *w)
{
    struct lookup_exact *x = calloc(1, sizeof *x);
    pthread_rwlockattr_t turns;

    if (!x)
        abort();
    *x = (struct lookup_exact){ .access = access, .keyed = keyed, .steps = steps, .lock = -1 };
    x->journal.fd = -1;
    (void)pthread_mutex_init(&x->compacting, NULL);
    (void)pthread_mutex_init(&x->writer, NULL);
    (void)pthread_rwlockattr_init(&turns);
    (void)pthread_rwlockattr_setkind_np(&turns, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(&x->view, &turns);
    (void)pthread_rwlockattr_destroy(&turns);
    if (strlen(folder) >= sizeof x->folder) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
        lookup_exact_close(x);
        return false;
    }
    memcpy(x->folder, folder, strlen(folder) + 1);
    if (!(access == LOOKUP_WRITE ? open_to_write(x, w) : open_to_read(x, w))) {
        lookup_exact_close(x);
        return false;
    }
    *ret = x;
    return true;
}

void lookup_exact_close(struct lookup_exact *x)
{
    if (!x)
        return;
    unload(x);
    if (x->lock >= 0)
        (void)close(x->lock);
    (void)pthread_rwlock_destroy(&x->view);
    (void)pthread_mutex_destroy(&x->writer);
    (void)pthread_mutex_destroy(&x->compacting);
    free(x);
}

struct span lookup_exact_key(const struct lookup_exact *x)
{
    return x->keyed ? span_of(x->key, sizeof x->key) : (struct span){ NULL, 0 };
}
