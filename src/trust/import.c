#include "trust/import_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/files.h"
#include "trust/forms.h"
#include "wire/ldif.h"

enum { PIECE = 256 * 1024, START = 16 * 1024 };

static void take_item(void *ctx, enum trust_item kind, struct span der)
{
    struct import_run *k = ctx;

    if (k->stopped)
        return;
    if (kind == ITEM_CERTIFICATE)
        import_certificate(k, der);
    else if (kind == ITEM_MASTER_LIST)
        import_list(k, der);
    else if (kind == ITEM_VICAL)
        import_vical(k, der);
    else
        import_crl(k, der);
}

static void tell(struct import_run *k)
{
    if (k->o->progress)
        k->o->progress(k->o->ctx, k->file, k->counts);
}

/* ICAO PKD: what its directory calls the things that are of use here (Doc 9303-12 and RFC 4523). */
static void on_value(void *ctx, const struct ldif_value *v)
{
    struct import_run *k = ctx;

    k->line = v->line;
    if (k->stopped || v->value.n == 0)
        return;
    if (ldif_named(v, "userCertificate") || ldif_named(v, "cACertificate"))
        import_certificate(k, v->value);
    else if (ldif_named(v, "certificateRevocationList") || ldif_named(v, "authorityRevocationList"))
        import_crl(k, v->value);
    else if (ldif_named(v, "pkdMasterListContent") || ldif_named(v, "CscaMasterListData"))
        import_list(k, v->value);
    else
        return;
    arena_reset(&k->arena);
    if (v->line % 64 == 0)
        tell(k);
}

static void on_bad_line(void *ctx, const struct why *w, size_t line)
{
    struct import_run *k = ctx;

    k->line = line;
    import_refuse_named(k, (struct span){ 0 }, w);
}

static bool name_source(struct import_run *k, const char *path, enum trust_form form)
{
    k->file = path;
    k->ldif = form == FORM_LDIF;
    k->line = 0;
    k->source = trust_log_source(k->log, &(struct trust_source){ .file = path,
                                                                 .form = trust_form_word(form),
                                                                 .member = k->o->member,
                                                                 .by = k->o->by,
                                                                 .at = k->o->now,
                                                                 .purposes = k->o->purposes });
    return true;
}

static bool file_trouble(struct import_run *k, const char *what)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, "file", WHY_NO_OFFSET, NULL, "%s%s%s", what, errno ? ": " : "",
                  errno ? strerror(errno) : "");
    import_refuse(k, &w);
    return false;
}

static void take_ldif(struct import_run *k, int fd)
{
    const struct ldif_sink sink = { on_value, on_bad_line, k };
    uint8_t *piece = malloc(PIECE);
    struct ldif l;
    ssize_t n = 0;

    if (!piece)
        abort();
    ldif_init(&l, LIMIT_FILE, &sink);
    while (!k->stopped && ((n = read(fd, piece, PIECE)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            ldif_feed(&l, span_of(piece, (size_t)n));
    if (!k->stopped && n < 0)
        (void)file_trouble(k, "cannot be read to its end");
    ldif_end(&l);
    ldif_done(&l);
    free(piece);
}

/* When a form is used: certificates before the lists that they prove, revocation lists last. */
static int turn_of(enum trust_form form)
{
    return form == FORM_MASTER_LIST || form == FORM_VICAL ? 1
           : form == FORM_LDIF                            ? 2
           : form == FORM_CRL                             ? 3
                                                          : 0;
}

static void take_bytes(struct import_run *k, struct span file)
{
    const struct trust_items to = { take_item, import_refuse, k };

    (void)trust_items_in(file, &k->arena, &to);
    arena_reset(&k->arena);
}

/* Uses the file when it is its turn, else says when that is. */
static int take_file(struct import_run *k, const char *path, int turn)
{
    enum trust_form form;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), later = turn;
    struct stat st;
    uint8_t *start = NULL;
    size_t n = 0, want;
    ssize_t got = 1;

    (void)name_source(k, path, FORM_UNKNOWN);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        errno = fd < 0 ? errno : 0;
        k->counts->files++;
        (void)file_trouble(k, fd < 0 ? "cannot be opened" : "is no regular file");
        if (fd >= 0)
            (void)close(fd);
        return turn;
    }
    want = st.st_size > LIMIT_FILE ? START : (size_t)st.st_size;
    start = malloc(want + 1);
    if (!start)
        abort();
    while (n < want && (got = pread(fd, start + n, want - n, (off_t)n)) > 0)
        n += (size_t)got;
    form = trust_form_of(span_of(start, n));
    (void)name_source(k, path, form);
    later = turn_of(form);
    if (later == turn) {
        k->counts->files++;
        errno = 0;
        if (form == FORM_LDIF)
            take_ldif(k, fd);
        else if (st.st_size > LIMIT_FILE || form == FORM_LOG)
            (void)file_trouble(k, form == FORM_LOG ? "is a node's own log of imports"
                                                   : "is too large for anything but LDIF");
        else
            take_bytes(k, span_of(start, n));
        tell(k);
    }
    free(start);
    (void)close(fd);
    return later;
}

bool trust_import(struct trust_log *log, struct anchor_set *set, const char *const *path, size_t n,
                  const struct trust_import_options *o, struct trust_import_counts *counts, struct why *w)
{
    struct import_run k = { .log = log, .set = set, .o = o, .counts = counts, .w = w };
    struct files files = { 0 };
    size_t waited = 0, certified;
    bool ok;

    *counts = (struct trust_import_counts){ 0 };
    arena_init(&k.arena, 4 * (size_t)LIMIT_FILE);
    ok = files_under(&files, path, n, w);
    if (ok)
        import_remember_lists(&k);
    for (int turn = 0; ok && turn < 4; turn++)
        for (size_t i = 0; i < files.n && !k.stopped; i++)
            if (files.turn[i] == turn)
                files.turn[i] = (uint8_t)take_file(&k, files.path[i], turn);
    ok = ok && !k.stopped;
    waited = counts->waiting;
    certified = counts->certified;
    ok = ok && import_settle(&k);
    counts->waiting -= counts->certified - certified < waited ? counts->certified - certified : waited;
    files_free(&files);
    arena_free(&k.arena);
    return ok;
}
