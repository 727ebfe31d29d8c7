/*
 * The secret behind traveller keys. It stands in a file of its own, so that whoever gets hold of the database
 * alone cannot try document numbers against it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"

bool why_errno(struct why *w, int e, const char *what)
{
    if (e == ENOSPC || e == EDQUOT || e == EFBIG)
        return why_set(w, "store-full", WHY_NO_OFFSET, NULL, "%s: no room left on the disk; free some space",
                       what);
    if (e == EACCES || e == EPERM || e == EROFS)
        return why_set(
            w, "store-read-only", WHY_NO_OFFSET, NULL,
            "%s cannot be written: see the folder's owner, its mode and how its file system is mounted",
            what);
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "%s: %s", what, strerrordesc_np(e));
}

char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0, n = strlen(name);
    char *p = malloc(folder + n + 1);

    if (!p)
        return NULL;
    memcpy(p, path, folder);
    memcpy(p + folder, name, n + 1);
    return p;
}

bool secret_load(const char *path, struct secret *out, bool *found, struct why *w)
{
    struct secret k;
    struct stat st;
    uint8_t more;
    bool ok = false;
    int f = open(path, O_RDONLY | O_CLOEXEC);

    if (f < 0 && errno == ENOENT) {
        *found = false;
        return true;
    }
    if (f < 0)
        return why_set(w, "store-key", WHY_NO_OFFSET, NULL, "%s cannot be read: %s", STORE_KEY_FILE,
                       strerrordesc_np(errno));
    if (fstat(f, &st) == 0 && (st.st_mode & 077) != 0)
        (void)why_set(w, "store-key", WHY_NO_OFFSET, NULL,
                      "%s may be read by others than its owner: chmod 600", STORE_KEY_FILE);
    else if (read(f, k.b, sizeof k.b) != (ssize_t)sizeof k.b || read(f, &more, 1) != 0)
        (void)why_set(w, "store-key", WHY_NO_OFFSET, NULL,
                      "%s is not %zu bytes long: put its backup in its place", STORE_KEY_FILE, sizeof k.b);
    else
        ok = true;
    (void)close(f);
    if (ok) {
        *out = k;
        *found = true;
    }
    sodium_memzero(&k, sizeof k);
    return ok;
}

static bool folder_sync(const char *path)
{
    char *folder = beside(path, ".");
    int f = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool ok = f >= 0 && fsync(f) == 0;

    if (f >= 0)
        (void)close(f);
    free(folder);
    return ok;
}

/* Whole or not at all: written under another name, synced, renamed. */
bool secret_save(const char *path, const struct secret *k, struct why *w)
{
    char *part = beside(path, STORE_KEY_FILE ".part");
    bool ok = false;
    int f = -1;

    if (!part)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "no memory left for this");
    (void)unlink(part);
    f = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    errno = f < 0 ? errno : 0;
    if (f >= 0)
        ok = write(f, k->b, sizeof k->b) == (ssize_t)sizeof k->b && fsync(f) == 0;
    if (!ok) /* a short write has no errno of its own */
        (void)why_errno(w, errno ? errno : ENOSPC, STORE_KEY_FILE);
    if (f >= 0)
        (void)close(f);
    if (ok && (rename(part, path) != 0 || !folder_sync(path)))
        ok = why_errno(w, errno, STORE_KEY_FILE);
    if (!ok)
        (void)unlink(part);
    free(part);
    return ok;
}

bool secret_make(const char *path, struct secret *out, struct why *w)
{
    struct secret k;
    bool ok;

    randombytes_buf(k.b, sizeof k.b);
    ok = secret_save(path, &k, w);
    if (ok)
        *out = k;
    sodium_memzero(&k, sizeof k);
    return ok;
}

/* BLAKE2b-256 keyed with the secret, over a word that tells the uses apart and then each part with its
 * length. */
static void keyed(const struct secret *k, const char *use, const struct span *part, size_t n, uint8_t out[32])
{
    crypto_generichash_state st;

    crypto_generichash_init(&st, k->b, sizeof k->b, 32);
    crypto_generichash_update(&st, (const uint8_t *)use, strlen(use) + 1);
    for (size_t i = 0; i < n; i++) {
        uint8_t len[4] = { (uint8_t)(part[i].n >> 24), (uint8_t)(part[i].n >> 16), (uint8_t)(part[i].n >> 8),
                           (uint8_t)part[i].n };

        crypto_generichash_update(&st, len, sizeof len);
        crypto_generichash_update(&st, part[i].p, part[i].n);
    }
    crypto_generichash_final(&st, out, 32);
    sodium_memzero(&st, sizeof st);
}

void secret_mark(const struct secret *k, uint8_t out[32])
{
    keyed(k, "serai key of this store", NULL, 0, out);
}

void secret_request(const struct secret *k, struct span request_hash, uint8_t out[32])
{
    keyed(k, "serai request", &request_hash, 1, out);
}

void secret_sealing(const struct secret *k, const char *use, uint8_t out[32])
{
    struct span part = span_str(use);

    keyed(k, "serai sealing", &part, 1, out);
}

void store_traveller_key(const struct store *s, struct span issuer, struct span number,
                         struct traveller_key *out)
{
    keyed(&s->secret, "serai traveller", (struct span[]){ issuer, number }, 2, out->b);
}

void store_subject_key(const struct store *s, struct span use, struct span issuer, struct span number,
                       struct traveller_key *out)
{
    keyed(&s->secret, "serai subject", (struct span[]){ use, issuer, number }, 3, out->b);
}
