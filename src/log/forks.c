#include "log/forks.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"

static const char clause[] = "doc/sync.md, Two histories";

static void name_of(const uint8_t hash[32], char hex[65])
{
    struct buffer b;

    buf_init_fixed(&b, hex, 65);
    hex_put(&b, span_of(hash, 32));
    hex[64] = '\0';
}

bool fork_hash_parse(struct span hex, uint8_t hash[32])
{
    for (size_t i = 0; i < hex.n && hex.n == 64; i++) {
        uint8_t c = hex.p[i];

        if (!ascii_digit(c) && (c < 'a' || c > 'f'))
            return false;
        c = (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        hash[i / 2] = (uint8_t)(i % 2 ? hash[i / 2] | c : c << 4);
    }
    return hex.n == 64;
}

bool fork_origin(struct span proof, struct arena *a, struct span *origin, struct why *w)
{
    struct fork_file *f = arena_alloc(a, sizeof *f);

    if (!f)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    if (!fork_parse(proof, f, w))
        return false;
    if (!span_eq(f->checkpoint[0].origin, f->checkpoint[1].origin))
        return why_set(w, "origin", WHY_NO_OFFSET, clause, "its two notes are of two logs");
    *origin = arena_copy(a, f->checkpoint[0].origin);
    return origin->p || why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
}

bool forks_keep(const char *folder, struct span origin, struct span proof, const struct policy *p,
                struct arena *a, bool *news, struct why *w)
{
    struct fork_file *f = arena_alloc(a, sizeof *f);
    struct why y = { 0 };
    struct digest d;
    char name[65];

    if (!f)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    if (!fork_parse(proof, f, w))
        return false;
    if (!span_eq(f->checkpoint[0].origin, origin))
        return why_set(w, "origin", WHY_NO_OFFSET, clause, "the proof is of another log");
    if (!fork_check(f, p, a, w) || !folder_make(folder, NULL, w))
        return false;
    digest_of(DIGEST_SHA256, origin, &d);
    name_of(d.b, name);
    *news = file_create(folder, name, proof, NULL, &y);
    return *news || strcmp(y.reason, "exists") == 0 ||
           why_set(w, y.reason, WHY_NO_OFFSET, y.clause, "%s", y.detail);
}

bool forks_read(const char *folder, const uint8_t hash[32], struct arena *a, struct span *proof,
                struct why *w)
{
    char path[LIMIT_LOG_PATH], name[65];
    bool there;

    name_of(hash, name);
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, FORK_BYTES, a, proof, &there, w);
}

void forks_each(const char *folder, bool (*one)(void *ctx, const uint8_t hash[32]), void *ctx)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    uint8_t hash[32];
    size_t n = 0;

    while (d && n < FORKS_MAX && (e = readdir(d)))
        if (fork_hash_parse(span_str(e->d_name), hash)) {
            n++;
            if (!one(ctx, hash))
                break;
        }
    if (d)
        (void)closedir(d);
}
