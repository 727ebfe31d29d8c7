#include "trust/load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "seal/crl.h"
#include "seal/master_list.h"
#include "wire/der.h"

/* What a file is, in the order in which files are used. */
enum kind { KIND_CERTIFICATES, KIND_LIST, KIND_CRL, KINDS };

struct load {
    struct anchor_set *set;
    const struct trust_progress *progress;
    struct trust_counts counts;
    struct findings *f;
    const char *name; /* of the file that is being used */
};

static void refuse(struct load *l, const struct why *w)
{
    l->counts.refused++;
    finding_add(l->f, FINDING_WARNING, w->reason, w->offset, w->clause, "%s: %s", l->name, w->detail);
}

static bool add_certificate(void *ctx, struct span der)
{
    struct load *l = ctx;
    const struct anchor_origin from = { .source = l->name };
    struct why w = { .offset = WHY_NO_OFFSET };

    if (anchor_set_add(l->set, der, &from, ANCHOR_VOUCHED, NULL, &w))
        l->counts.certificates++;
    else
        refuse(l, &w);
    return true;
}

static void use_list(struct load *l, struct span file, struct arena *a)
{
    struct master_list list;
    struct span der;
    size_t at = 0;

    if (master_list_verify(file, l->set, a, &list, NULL) != RESULT_GENUINE &&
        list.result != RESULT_NO_ANCHOR) {
        refuse(l, &list.why);
        return;
    }
    if (list.result == RESULT_NO_ANCHOR)
        finding_add(l->f, FINDING_WARNING, "list-not-proved", WHY_NO_OFFSET, "Doc 9303-12 9",
                    "%s: the country signer of the list's signer is not known: believed on your word alone",
                    l->name);
    l->counts.lists++;
    while ((der = master_list_next(&list, &at)).n > 0)
        (void)add_certificate(l, der);
}

static void use_crl(struct load *l, struct span file)
{
    const struct anchor_origin from = { .source = l->name };
    struct why w = { .offset = WHY_NO_OFFSET };

    if (anchor_set_add_crl(l->set, file, &from, NULL, &w))
        l->counts.crls++;
    else
        refuse(l, &w);
}

static enum kind kind_of(struct span file)
{
    struct certificate cert;
    struct crl crl;

    if (master_list_likely(file))
        return KIND_LIST;
    if (file.n && file.p[0] == DER_SEQUENCE && der_item_length(file) == file.n &&
        !certificate_parse(file, &cert, NULL, NULL) && crl_parse(file, &crl, NULL, NULL))
        return KIND_CRL;
    return KIND_CERTIFICATES;
}

static void use(struct load *l, struct span file, enum kind kind)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct arena a;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    l->counts.files++;
    if (kind == KIND_LIST)
        use_list(l, file, &a);
    else if (kind == KIND_CRL)
        use_crl(l, file);
    else if (certificates_in(file, &a, add_certificate, l) == 0) {
        (void)why_set(&w, "unknown", WHY_NO_OFFSET, NULL,
                      "no certificate, master list or revocation list in it");
        refuse(l, &w);
    }
    arena_free(&a);
    if (l->progress)
        l->progress->report(l->progress->ctx, l->name, anchor_set_count(l->set));
}

/* The whole file in memory that the caller frees; NULL with why. */
static uint8_t *read_file(const char *path, size_t *n, struct why *w)
{
    struct stat st;
    uint8_t *p = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = 1;

    *n = 0;
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)why_set(w, "file", WHY_NO_OFFSET, NULL, "cannot be opened: %s", strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        (void)why_set(w, "file", WHY_NO_OFFSET, NULL, "is no regular file");
    } else if (st.st_size > LIMIT_FILE) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "has %lld bytes", (long long)st.st_size);
    } else {
        p = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
        if (!p)
            abort();
        while (*n < (size_t)st.st_size && (got = read(fd, p + *n, (size_t)st.st_size - *n)) > 0)
            *n += (size_t)got;
        if (got < 0) {
            (void)why_set(w, "file", WHY_NO_OFFSET, NULL, "cannot be read: %s", strerror(errno));
            free(p);
            p = NULL;
        }
    }
    if (fd >= 0)
        (void)close(fd);
    return p;
}

/* Files of a load, read once to learn their kind and again when their turn comes: memory for one at a time.
 */
struct files {
    char **path;
    enum kind *kind;
    size_t n, room;
};

static void files_add(struct files *s, const char *path, enum kind kind)
{
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->path = realloc(s->path, s->room * sizeof *s->path);
        s->kind = realloc(s->kind, s->room * sizeof *s->kind);
        if (!s->path || !s->kind)
            abort();
    }
    s->path[s->n] = strdup(path);
    if (!s->path[s->n])
        abort();
    s->kind[s->n++] = kind;
}

static void files_free(struct files *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->path[i]);
    free(s->path);
    free(s->kind);
}

static void with_file(struct load *l, const char *path, enum kind kind)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    size_t n;
    uint8_t *p = read_file(path, &n, &w);

    l->name = path;
    if (p)
        use(l, span_of(p, n), kind);
    else
        refuse(l, &w);
    free(p);
}

/* Lists what is to be read; certificates are used at once, since they need nothing else. */
static void visit(struct load *l, const char *path, struct files *later)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    size_t n;
    uint8_t *p = read_file(path, &n, &w);
    enum kind kind;

    l->name = path;
    if (!p) {
        refuse(l, &w);
        l->name = NULL;
        return;
    }
    kind = kind_of(span_of(p, n));
    if (kind == KIND_CERTIFICATES)
        use(l, span_of(p, n), kind);
    else
        files_add(later, path, kind);
    l->name = NULL;
    free(p);
}

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder, and with deeper > 0 the folders in it. */
static void visit_folder(struct load *l, const char *path, int deeper, struct files *later)
{
    struct dirent **list = NULL;
    char name[4096];
    int n = scandir(path, &list, visible, alphasort);

    for (int i = 0; i < n; i++) {
        int length = snprintf(name, sizeof name, "%s/%s", path, list[i]->d_name);

        free(list[i]);
        if (length < 0 || (size_t)length >= sizeof name)
            continue;
        if (!is_folder(name))
            visit(l, name, later);
        else if (deeper > 0)
            visit_folder(l, name, deeper - 1, later);
    }
    free(list);
}

static bool finish(const struct load *l, const char *path, struct trust_counts *counts, struct why *w)
{
    if (counts)
        *counts = l->counts;
    if (l->counts.certificates + l->counts.lists + l->counts.crls == 0)
        return why_set(w, "empty", WHY_NO_OFFSET, NULL, "%s: nothing in it can be used", path);
    return true;
}

bool trust_load(struct anchor_set *set, const char *path, const struct trust_progress *progress,
                struct trust_counts *counts, struct findings *f, struct why *w)
{
    struct load l = { .set = set, .progress = progress, .f = f };
    struct files later = { 0 };

    if (access(path, R_OK) != 0)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    if (is_folder(path))
        visit_folder(&l, path, 1, &later);
    else
        visit(&l, path, &later);
    for (int kind = KIND_LIST; kind < KINDS; kind++)
        for (size_t i = 0; i < later.n; i++)
            if ((int)later.kind[i] == kind)
                with_file(&l, later.path[i], later.kind[i]);
    files_free(&later);
    return finish(&l, path, counts, w);
}

bool trust_load_bytes(struct anchor_set *set, struct span file, const char *name, struct trust_counts *counts,
                      struct findings *f, struct why *w)
{
    struct load l = { .set = set, .f = f, .name = name };

    if (file.n > LIMIT_FILE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s has %zu bytes", name, file.n);
    use(&l, file, kind_of(file));
    return finish(&l, name, counts, w);
}
