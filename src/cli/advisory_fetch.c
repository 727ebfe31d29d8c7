#include "cli/advisory_fetch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/openpgp.h"
#include "crypto/digest.h"
#include "files/durable.h"

#define METADATA "provider-metadata.json"

enum { SMALL = 1 << 16 };

void advisory_job_tell(struct advisory_job *j, struct span what, const struct why *w)
{
    struct buffer b;

    j->faults++;
    buf_init(&b, 4 * CSAF_URL);
    text_put_plain(&b, span_sub(what, 0, 500));
    (void)printf("%s: %s: %s%s%s%s\n", buf_cstr(&b), w->reason ? w->reason : "", w->detail,
                 w->clause ? " (" : "", w->clause ? w->clause : "", w->clause ? ")" : "");
    buf_free(&b);
}

static bool hash_fits(struct span body, struct span file, bool sha512, struct why *w)
{
    struct digest d;
    struct buffer hex;
    bool ok = true;

    digest_of(sha512 ? DIGEST_SHA512 : DIGEST_SHA256, body, &d);
    buf_init(&hex, 256);
    hex_put(&hex, digest_span(&d));
    for (size_t i = 0; ok && i < hex.n; i++)
        ok = i < file.n && (ascii_upper(file.p[i]) ? file.p[i] | 0x20 : file.p[i]) == hex.p[i];
    ok = ok && (file.n == hex.n || ascii_space(file.p[hex.n]));
    buf_free(&hex);
    return ok || why_set(w, "hash", WHY_NO_OFFSET, "CSAF 2.0 7.1.18", "its %s does not fit",
                         sha512 ? "SHA-512" : "SHA-256");
}

/* Memory under a name that gpgv can open: nothing that is not proved touches a disk. -1: it cannot be had. */
static int in_memory(struct span s, char path[64])
{
    int fd = memfd_create("advisory", 0);
    size_t done = 0;

    while (fd >= 0 && done < s.n) {
        ssize_t n = write(fd, s.p + done, s.n - done);

        if (n <= 0) {
            (void)close(fd);
            return -1;
        }
        done += (size_t)n;
    }
    (void)snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static bool signature_fits(const struct advisory_job *j, const struct advisory_found *f, struct why *w)
{
    char body[64], sig[64];
    int a, b;
    bool ok;

    if (!j->keyring)
        return why_set(w, "no-keyring", WHY_NO_OFFSET, "CSAF 2.0 7.1.19",
                       "nobody said whose signature counts");
    a = in_memory(f->body, body);
    b = in_memory(f->signature, sig);
    ok = a >= 0 && b >= 0 ? openpgp_verify(j->keyring, body, sig, w)
                          : why_set(w, "io", WHY_NO_OFFSET, NULL, "there is no memory for it");
    if (a >= 0)
        (void)close(a);
    if (b >= 0)
        (void)close(b);
    return ok;
}

bool advisory_proved(const struct advisory_job *j, const struct advisory_found *f, struct why *w)
{
    if (!f->sha256.n && !f->sha512.n && !j->unsigned_ok)
        return why_set(w, "hash", WHY_NO_OFFSET, "CSAF 2.0 7.1.18", "the hash file is missing");
    if ((f->sha512.n && !hash_fits(f->body, f->sha512, true, w)) ||
        (f->sha256.n && !hash_fits(f->body, f->sha256, false, w)))
        return false;
    if (!f->signature.n)
        return j->unsigned_ok ||
               why_set(w, "unsigned", WHY_NO_OFFSET, "CSAF 2.0 7.1.19", "the signature is missing");
    return signature_fits(j, f, w);
}

bool advisory_take(struct advisory_job *j, const char *path, const struct advisory_found *f,
                   const struct provider_expected *e, struct why *w)
{
    char sig[PATH_MAX];
    const char *name = strrchr(path, '/') + 1, *sig_name;
    bool ok;

    if (!provider_path(sig, "%s.asc", path))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "a path is too long");
    sig_name = strrchr(sig, '/') + 1;
    (void)unlink(sig);
    ok = file_replace(j->fetch, name, f->body, NULL, w) &&
         (!f->signature.n || file_replace(j->fetch, sig_name, f->signature, NULL, w));
    j->p.expected = e;
    ok = ok && provider_add(&j->p, path, f->signature.n ? sig : NULL, w);
    j->p.expected = NULL;
    if (!ok) {
        (void)unlink(path);
        (void)unlink(sig);
    }
    return ok;
}

/* What was known of an address when its document was taken: three lines. */
struct memory {
    struct span updated, etag, name;
    struct span hash; /* hexadecimal SHA-256 */
};

static bool recall(struct advisory_job *j, struct span url, struct memory *m)
{
    char path[PATH_MAX];
    struct span s;
    bool there = false;

    return advisory_fetch_path(j, url, "meta", path) && file_read(path, 4096, j->a, &s, &there, NULL) &&
           there && text_split(&s, '\n', &m->updated) && text_split(&s, '\n', &m->etag) &&
           text_split(&s, '\n', &m->name) && text_split(&s, '\n', &m->hash);
}

static bool remember(struct advisory_job *j, struct span url, const struct csaf_entry *e, const char *etag,
                     const struct provider_document *d, struct why *w)
{
    char path[PATH_MAX];
    struct buffer b;
    bool ok;

    buf_init(&b, 4096);
    buf_put(&b, e->updated);
    buf_printf(&b, "\n%s\n%s\n", etag, d->name);
    hex_put(&b, span_of(d->hash, sizeof d->hash));
    buf_str(&b, "\n");
    ok = advisory_fetch_path(j, url, "meta", path) && buf_ok(&b) &&
         file_replace(j->fetch, strrchr(path, '/') + 1, buf_span(&b), NULL, w);
    buf_free(&b);
    return ok;
}

/* The document that this address led to is still in the mirror as it was then. */
static struct provider_document *held(struct advisory_job *j, const struct memory *m)
{
    const char *name = arena_str(j->a, m->name);
    struct provider_document *d = name ? provider_find(&j->p, name) : NULL;
    struct buffer b;
    bool same;

    if (!d)
        return NULL;
    buf_init(&b, 128);
    hex_put(&b, span_of(d->hash, sizeof d->hash));
    same = span_eq(buf_span(&b), m->hash);
    buf_free(&b);
    return same ? d : NULL;
}

/* Taken and written before a run that was cut off. */
static struct provider_document *resumed(struct advisory_job *j, const struct csaf_place *p,
                                         const struct csaf_entry *e, const struct memory *m)
{
    struct provider_expected expected = { arena_str(j->a, m->name), p->labelled, p->tlp };
    char path[PATH_MAX], sig[PATH_MAX];
    struct provider_document *d = NULL;

    if (!expected.name || !span_eq(e->updated, m->updated) || !advisory_fetch_path(j, e->url, "json", path) ||
        access(path, R_OK) != 0 || !provider_path(sig, "%s.asc", path))
        return NULL;
    j->p.expected = &expected;
    if (provider_add(&j->p, path, access(sig, R_OK) == 0 ? sig : NULL, NULL))
        d = held(j, m);
    j->p.expected = NULL;
    return d;
}

static bool beside(struct advisory_job *j, struct span url, struct arena *a, struct span *out, struct why *w)
{
    struct advisory_answer got;

    if (!url.n)
        return true;
    if (!advisory_web_get(j->net, url, NULL, SMALL, a, &got, w))
        return false;
    if (got.status == 200)
        *out = got.body;
    return true;
}

static bool fetch_one(struct advisory_job *j, const struct csaf_place *p, const struct csaf_entry *e,
                      const char *etag, struct arena *a, struct advisory_answer *got, struct why *w)
{
    struct provider_expected expected = { arena_str(a, csaf_url_name(e->url)), p->labelled, p->tlp };
    struct advisory_found f = { .body = { NULL, 0 } };
    char path[PATH_MAX];

    if (!advisory_web_get(j->net, e->url, etag, LIMIT_CSAF, a, got, w))
        return false;
    if (got->status == 304 && etag)
        return true;
    if (got->status != 200)
        return why_set(w, "status", WHY_NO_OFFSET, "CSAF 2.0 7.1.15", "the server answers %u", got->status);
    f.body = got->body;
    return beside(j, e->sha512, a, &f.sha512, w) && beside(j, e->sha256, a, &f.sha256, w) &&
           beside(j, e->signature, a, &f.signature, w) && advisory_proved(j, &f, w) &&
           advisory_fetch_path(j, e->url, "json", path) && advisory_take(j, path, &f, &expected, w);
}

static void take_entry(struct advisory_job *j, const struct csaf_place *p, const struct csaf_entry *e)
{
    struct memory m = { .updated = { NULL, 0 } };
    bool known = recall(j, e->url, &m);
    struct provider_document *d = known ? held(j, &m) : NULL;
    struct advisory_answer got = { .status = 0 };
    struct why w = { 0 };
    struct arena a;

    if (known && !d && e->updated.n)
        d = resumed(j, p, e, &m);
    if (d && !j->all && e->updated.n && span_eq(e->updated, m.updated)) {
        d->seen = true;
        j->kept++;
        return;
    }
    arena_init(&a, 2 * (size_t)LIMIT_CSAF + (1u << 20));
    if (!fetch_one(j, p, e, d ? arena_str(&a, m.etag) : NULL, &a, &got, &w)) {
        advisory_job_tell(j, e->url, &w);
        /* It is listed, but what is mirrored stays. */
        d = provider_find(&j->p, arena_str(&a, csaf_url_name(e->url)));
    } else if (got.status == 304) {
        j->kept++;
    } else {
        j->taken++;
        d = provider_find(&j->p, arena_str(&a, csaf_url_name(e->url)));
        if (d && !remember(j, e->url, e, got.etag, d, &w))
            advisory_job_tell(j, e->url, &w);
    }
    if (d)
        d->seen = true;
    arena_free(&a);
}

static bool read_beside(const char *path, const char *ending, struct arena *a, struct span *out,
                        struct why *w)
{
    char name[PATH_MAX];
    bool there = false;

    return provider_path(name, "%s%s", path, ending) && file_read(name, SMALL, a, out, &there, w);
}

/* The same for a file of a folder. */
static bool take_file(void *ctx, enum csaf_tlp tlp, const char *year, const char *path, struct why *w)
{
    struct advisory_job *j = ctx;
    struct provider_expected e = { strrchr(path, '/') + 1, year != NULL, tlp };
    struct advisory_found f = { .body = { NULL, 0 } };
    char to[PATH_MAX];
    struct provider_document *d;
    struct why why = { 0 };
    struct arena a;
    bool there = false, ok;

    if (!j->is_protected && (tlp == CSAF_AMBER || tlp == CSAF_RED))
        return true;
    arena_init(&a, LIMIT_CSAF + (size_t)(1u << 20));
    ok = file_read(path, LIMIT_CSAF, &a, &f.body, &there, &why) && there &&
         read_beside(path, ".sha512", &a, &f.sha512, &why) &&
         read_beside(path, ".sha256", &a, &f.sha256, &why) &&
         read_beside(path, ".asc", &a, &f.signature, &why) && advisory_proved(j, &f, &why) &&
         advisory_fetch_path(j, span_str(path), "json", to) && advisory_take(j, to, &f, &e, &why);
    arena_free(&a);
    j->taken += ok;
    if (!ok)
        advisory_job_tell(j, span_str(path), &why);
    d = provider_find(&j->p, e.name);
    if (d)
        d->seen = true;
    return !why.reason || strcmp(why.reason, "no-gpg") != 0 ||
           why_set(w, "no-gpg", WHY_NO_OFFSET, NULL, "%s", why.detail);
}

/* A publisher's folder has documents and nothing else that is needed. */
static bool take_plain(struct advisory_job *j, struct why *w)
{
    char path[PATH_MAX];
    struct dirent **e;
    int n = scandir(j->from, &e, NULL, alphasort);
    bool ok = true;

    if (n < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the folder of a publisher cannot be read");
    for (int i = 0; i < n; i++) {
        size_t len = strlen(e[i]->d_name);

        if (ok && e[i]->d_name[0] != '.' && len > 5 && strcmp(e[i]->d_name + len - 5, ".json") == 0)
            ok = provider_path(path, "%s/%s", j->from, e[i]->d_name) &&
                 take_file(j, CSAF_UNLABELED, NULL, path, w);
        free(e[i]);
    }
    free(e);
    return ok;
}

static bool from_net(const struct advisory_job *j)
{
    struct stat st;

    return !(stat(j->from, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool find_home(struct advisory_job *j, struct why *w)
{
    struct span from = span_str(j->from), url;
    struct buffer b;
    bool ok;

    buf_init(&b, CSAF_URL + 16);
    if (!span_starts(from, SPAN("https://")))
        buf_str(&b, "https://");
    buf_put(&b, from);
    url = arena_copy(j->a, buf_span(&b));
    buf_free(&b);
    ok = url.p && csaf_url(url, w);
    j->web.home = ok ? arena_str(j->a, csaf_url_host(url)) : NULL;
    return ok && advisory_web_new(&j->web, &j->net, w);
}

/* One run at a time. */
static bool lock(struct advisory_job *j, struct why *w)
{
    char path[PATH_MAX];

    if (!folder_make(j->fetch, NULL, w) || !provider_path(path, "%s/lock", j->fetch))
        return false;
    j->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return (j->lock >= 0 && file_lock(j->lock)) ||
           why_set(w, "locked", WHY_NO_OFFSET, NULL, "another run works in %s", j->fetch);
}

static bool metadata_at(struct advisory_job *j, const char *folder, struct span *text, struct why *w)
{
    char path[PATH_MAX];
    bool there = false;

    if (!provider_path(path, "%s/" METADATA, folder) || !file_read(path, 1u << 20, j->a, text, &there, w))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "provider-metadata.json cannot be read");
    if (!there)
        return why_set(w, "io", WHY_NO_OFFSET, "CSAF 2.0 7.1.7", "there is no provider-metadata.json");
    return csaf_source_read(*text, j->a, &j->source, w);
}

bool advisory_job_begin(struct advisory_job *j, struct why *w)
{
    struct span text = { NULL, 0 };

    j->lock = -1;
    if (!lock(j, w))
        return false;
    if (j->plain)
        return true;
    if (from_net(j) ? !find_home(j, w) || !advisory_find(j, &text, w) : !metadata_at(j, j->from, &text, w))
        return false;
    return file_replace(j->fetch, METADATA, text, NULL, w);
}

bool advisory_job_recall(struct advisory_job *j, struct why *w)
{
    struct span text;

    return metadata_at(j, j->fetch, &text, w);
}

/* What a provider no longer lists stays, and is told: it does not vanish without anybody noticing. */
static void tell_gone(struct advisory_job *j)
{
    for (size_t i = 0; i < j->p.n; i++)
        if (!j->p.item[i].seen)
            (void)printf(_("%s is no longer listed, and stays\n"), j->p.item[i].name);
}

static bool settle(struct advisory_job *j, struct why *w)
{
    struct span base = j->source.url;
    const size_t n = sizeof "/provider-metadata.json" - 1;

    j->p = (struct provider){ .a = j->a,
                              .list = j->source.list,
                              .mirror = j->url == NULL && j->source.mirror,
                              .open_only = !j->is_protected,
                              .watched = true };
    j->p.url = j->url ? j->url : arena_str(j->a, span_sub(base, 0, base.n > n ? base.n - n : 0));
    j->p.publisher = j->source.publisher;
    j->p.role = arena_str(j->a, j->source.role);
    if (j->source.n_keys) {
        j->p.key_url = arena_str(j->a, j->source.key[0].url);
        j->p.fingerprint = j->source.key[0].fingerprint;
    }
    return (j->p.url && j->p.role) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "it does not fit into memory");
}

bool advisory_job_run(struct advisory_job *j, const char *old, const char *fresh, struct why *w)
{
    bool whole = true;

    if (!settle(j, w) || !provider_load(&j->p, old, w))
        return false;
    if (j->net)
        whole = advisory_each(j, take_entry);
    else if (j->plain ? !take_plain(j, w) : !provider_walk(j->from, take_file, j, w))
        return false;
    if (whole)
        tell_gone(j);
    return provider_write(&j->p, fresh, &j->key, w);
}

bool advisory_job_keep(struct advisory_job *j, const char *old, const char *fresh, struct why *w)
{
    return settle(j, w) && provider_load(&j->p, old, w) && provider_write(&j->p, fresh, &j->key, w);
}

void advisory_job_done(struct advisory_job *j)
{
    DIR *d = opendir(j->fetch);
    const struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        size_t n = strlen(e->d_name);

        if (n > 5 && strcmp(e->d_name, METADATA) != 0 &&
            (strcmp(e->d_name + n - 5, ".json") == 0 || strcmp(e->d_name + n - 4, ".asc") == 0))
            (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        (void)closedir(d);
}

void advisory_job_end(struct advisory_job *j)
{
    advisory_web_free(j->net);
    j->net = NULL;
    if (j->lock >= 0)
        (void)close(j->lock);
    j->lock = -1;
}
