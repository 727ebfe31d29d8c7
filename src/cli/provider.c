#include "cli/provider.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "csaf/forms.h"
#include "files/durable.h"

const char *const provider_folders[CSAF_RED + 1] = {
    [CSAF_UNLABELED] = "unlabeled",   [CSAF_WHITE] = "white",       [CSAF_GREEN] = "green",
    [CSAF_AMBER] = "protected/amber", [CSAF_RED] = "protected/red",
};

bool provider_path(char out[PATH_MAX], const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(out, PATH_MAX, fmt, ap);
    va_end(ap);
    return n > 0 && n < PATH_MAX;
}

static const char *keep(struct provider *p, const char *s)
{
    return arena_str(p->a, span_str(s));
}

/* What is needed of a document, out of an arena that ends with it. */
static bool take(struct provider *p, const struct csaf *c, struct provider_document *d, struct why *w)
{
    struct buffer name;

    buf_init(&name, 1u << 16);
    csaf_filename(c->id, &name);
    d->tlp = c->tlp;
    d->name = arena_str(p->a, buf_span(&name));
    d->year = arena_str(p->a, span_sub(c->initial_release, 0, 4));
    d->id = arena_copy(p->a, c->id);
    d->title = arena_copy(p->a, c->title);
    d->category = arena_copy(p->a, c->category);
    d->language = arena_copy(p->a, c->language);
    d->version = arena_copy(p->a, c->revision);
    d->published = arena_copy(p->a, c->initial_release);
    d->updated = arena_copy(p->a, c->current_release);
    buf_free(&name);
    if (!d->name || !d->year || !d->updated.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more documents than this program takes");
    /* The system takes names of 255 bytes, and ".sha512" comes behind. */
    return strlen(d->name) <= 240 ||
           why_set(w, "too-large", WHY_NO_OFFSET, "CSAF 2.0 5.1", "its file name is too long");
}

static bool room(struct provider *p, struct why *w)
{
    struct provider_document *more;

    if (p->n < p->cap)
        return true;
    more = p->n < LIMIT_ADVISORIES ? arena_array(p->a, p->cap ? p->cap * 2 : 64, sizeof *more) : NULL;
    if (!more)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more documents than this program takes");
    if (p->n)
        memcpy(more, p->item, p->n * sizeof *more);
    p->item = more;
    p->cap = p->cap ? p->cap * 2 : 64;
    return true;
}

struct provider_document *provider_find(const struct provider *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->item[i].name, name) == 0)
            return &p->item[i];
    return NULL;
}

/* 3.1.11: what was released under a version does not change, and versions go up; of major version 0 anything
 * may change. */
static bool goes_on(const struct provider_document *old, const struct provider_document *d, struct why *w)
{
    struct version a, b;
    bool versions = version_parse(old->version, &a) && version_parse(d->version, &b);
    int c = versions ? version_cmp(&b, &a) : 0;

    if (c < 0 || csaf_time_cmp(d->updated, old->updated) < 0)
        return why_set(w, "rollback", WHY_NO_OFFSET, "CSAF 2.0 3.1.11",
                       "a newer version of it was mirrored already, and stays");
    return c > 0 || (versions && span_eq_str(b.major, "0")) ||
           why_set(w, "changed", WHY_NO_OFFSET, "CSAF 2.0 3.1.11",
                   "its content changed and its version did not: the first one stays");
}

static bool put(struct provider *p, const struct provider_document *d, struct why *w)
{
    struct provider_document *old = provider_find(p, d->name);
    bool same = old && memcmp(d->hash, old->hash, sizeof d->hash) == 0;

    if (!old) {
        if (!room(p, w))
            return false;
        p->item[p->n++] = *d;
        return true;
    }
    if (p->watched && !same && !goes_on(old, d, w))
        return false;
    if (csaf_time_cmp(d->updated, old->updated) < 0)
        return why_set(w, "older", WHY_NO_OFFSET, NULL, "a newer version of it is published already");
    /* The same bytes again keep their signature. */
    if (!same || !old->kept)
        *old = *d;
    return true;
}

static bool as_expected(const struct provider_expected *e, const struct provider_document *d, struct why *w)
{
    if (strcmp(e->name, d->name) != 0)
        return why_set(w, "name", WHY_NO_OFFSET, "CSAF 2.0 7.1.2", "its name is not that of its tracking id");
    return !e->labelled || e->tlp == d->tlp ||
           why_set(w, "label", WHY_NO_OFFSET, "CSAF 2.0 7.1.5", "it is labelled %s and stands under %s",
                   csaf_tlp_word(d->tlp), csaf_tlp_word(e->tlp));
}

bool provider_add(struct provider *p, const char *path, const char *signature, struct why *w)
{
    struct provider_document d = { .source = keep(p, path), .kept = signature ? keep(p, signature) : NULL };
    struct csaf_findings f = { 0 };
    struct csaf c = { 0 };
    struct span s;
    struct arena a;
    bool there = false, ok;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    ok = file_read(path, LIMIT_CSAF, &a, &s, &there, w);
    if (ok && !there)
        ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "there is no such file");
    if (ok) {
        struct digest h;

        digest_of(DIGEST_SHA256, s, &h);
        memcpy(d.hash, h.b, sizeof d.hash);
    }
    ok = ok && csaf_read(s, &a, &c, w) && csaf_check(&c, CSAF_BASIC, &f, w);
    if (ok && (!csaf_valid(&f) || csaf_is_2_1(&c)))
        ok = why_set(w, "invalid", WHY_NO_OFFSET, "CSAF 2.0 7.1.1", "it is not valid CSAF 2.0: %s %s",
                     f.n ? f.item[0].test : "", f.n ? f.item[0].says : "");
    if (ok && p->open_only && (c.tlp == CSAF_AMBER || c.tlp == CSAF_RED))
        ok = why_set(w, "label", WHY_NO_OFFSET, "CSAF 2.0 7.1.5",
                     "its label does not let it stand where everybody reads");
    ok = ok && take(p, &c, &d, w) && (!p->expected || as_expected(p->expected, &d, w)) && put(p, &d, w);
    arena_free(&a);
    return ok;
}

static bool year_name(const char *s)
{
    return strlen(s) == 4 && strspn(s, "0123456789") == 4;
}

static int no_points(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static bool walk_year(const char *folder, enum csaf_tlp tlp, const char *year, provider_fn fn, void *ctx,
                      struct why *w)
{
    char dir[PATH_MAX], path[PATH_MAX];
    struct dirent **e;
    bool ok = provider_path(dir, "%s/%s/%s", folder, provider_folders[tlp], year);
    int n = ok ? scandir(dir, &e, no_points, alphasort) : -1;

    if (n < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "a year folder cannot be read");
    for (int i = 0; i < n; i++) {
        size_t len = strlen(e[i]->d_name);

        if (ok && len > 5 && strcmp(e[i]->d_name + len - 5, ".json") == 0)
            ok = provider_path(path, "%s/%s", dir, e[i]->d_name) && fn(ctx, tlp, year, path, w);
        free(e[i]);
    }
    free(e);
    return ok;
}

bool provider_walk(const char *folder, provider_fn fn, void *ctx, struct why *w)
{
    bool ok = true;

    for (int tlp = CSAF_UNLABELED; ok && tlp <= CSAF_RED; tlp++) {
        char dir[PATH_MAX];
        struct dirent **e;
        int n = provider_path(dir, "%s/%s", folder, provider_folders[tlp])
                    ? scandir(dir, &e, no_points, alphasort)
                    : -1;

        if (n < 0 && errno == ENOENT)
            continue;
        if (n < 0)
            return why_set(w, "io", WHY_NO_OFFSET, NULL, "the folder of a label cannot be read");
        for (int i = 0; i < n; i++) {
            if (ok && year_name(e[i]->d_name))
                ok = walk_year(folder, (enum csaf_tlp)tlp, e[i]->d_name, fn, ctx, w);
            free(e[i]);
        }
        free(e);
    }
    return ok;
}

static bool load_one(void *ctx, enum csaf_tlp tlp, const char *year, const char *path, struct why *w)
{
    char sig[PATH_MAX];

    (void)tlp;
    (void)year;
    return provider_path(sig, "%s.asc", path) &&
           provider_add(ctx, path, access(sig, R_OK) == 0 ? sig : NULL, w);
}

bool provider_load(struct provider *p, const char *folder, struct why *w)
{
    return provider_walk(folder, load_one, p, w);
}

static int by_label(const void *a, const void *b)
{
    const struct provider_document *x = a, *y = b;
    int c = x->tlp != y->tlp ? (x->tlp < y->tlp ? -1 : 1) : csaf_time_cmp(y->updated, x->updated);

    return c != 0 ? c : strcmp(x->name, y->name);
}

void provider_sort(struct provider *p)
{
    if (p->n)
        qsort(p->item, p->n, sizeof *p->item, by_label);
}

void provider_index(const struct provider *p, enum csaf_tlp tlp, struct buffer *out)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->item[i].tlp == tlp)
            buf_printf(out, "%s/%s\n", p->item[i].year, p->item[i].name);
}

void provider_changes(const struct provider *p, enum csaf_tlp tlp, struct buffer *out)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->item[i].tlp != tlp)
            continue;
        buf_printf(out, "\"%s/%s\",\"", p->item[i].year, p->item[i].name);
        buf_put(out, p->item[i].updated);
        buf_str(out, "\"\n");
    }
}

/* The first word of a hash file is the digest in hexadecimal (7.1.18). */
bool provider_hash(struct span s, const char *path, bool sha512, struct why *w)
{
    char name[PATH_MAX];
    struct digest d;
    struct buffer hex;
    struct arena a;
    struct span file = { NULL, 0 };
    bool there = false, ok;

    digest_of(sha512 ? DIGEST_SHA512 : DIGEST_SHA256, s, &d);
    arena_init(&a, 1u << 16);
    buf_init(&hex, 256);
    hex_put(&hex, digest_span(&d));
    ok = provider_path(name, "%s.%s", path, sha512 ? "sha512" : "sha256") &&
         file_read(name, 4096, &a, &file, &there, w);
    if (ok && !there)
        ok = why_set(w, "hash", WHY_NO_OFFSET, "CSAF 2.0 7.1.18", "the hash file is missing");
    else if (ok && (!span_starts(file, buf_span(&hex)) || (file.n > hex.n && !ascii_space(file.p[hex.n]))))
        ok = why_set(w, "hash", WHY_NO_OFFSET, "CSAF 2.0 7.1.18", "the hash does not fit the document");
    buf_free(&hex);
    arena_free(&a);
    return ok;
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *f)
{
    (void)st;
    (void)f;
    return what == FTW_DP ? rmdir(path) : unlink(path);
}

void provider_remove(const char *folder)
{
    /* Links are removed, never followed. */
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool provider_replace(const char *fresh, const char *folder, struct why *w)
{
    if (renameat2(AT_FDCWD, fresh, AT_FDCWD, folder, RENAME_EXCHANGE) == 0) {
        provider_remove(fresh);
        return true;
    }
    if (errno == ENOENT && rename(fresh, folder) == 0)
        return true;
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "the new folder cannot take the place of the old one: %s",
                   strerror(errno));
}
