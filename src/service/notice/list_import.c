/* A file becomes a version: read, compared with the one in force, and put in its place or held. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "service/notice/list_book_internal.h"

enum { PIECE = 256 * 1024, HEAD = 4096, SETTLE = 50 * 1000, FEW = 20 };

struct import {
    const struct list_order *o;
    struct list_terms terms;
    struct list_about about;
    char new_folder[LIST_PATH];
    const char *file[8];
    struct list_reader *reader;
    struct list_writer *writer;
    struct list_mark mark;
    uint64_t bytes, put, line_from, entries_from, refused_from;
    uint8_t piece[PIECE];
};

static bool io(const char *path, struct why *w)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
}

/* ---- the files ---- */

static gzFile open_file(const char *path, struct why *w)
{
    gzFile f = gzopen(path, "rbe");

    if (!f)
        (void)io(path, w);
    return f;
}

static bool read_piece(struct import *m, gzFile f, const char *path, struct span *out, struct why *w)
{
    int n = gzread(f, m->piece, PIECE), e = Z_OK;

    /* A packed file that is cut off is found only when it is asked for. */
    if (n >= 0 && n < PIECE)
        (void)gzerror(f, &e);
    if (n < 0 || (e != Z_OK && e != Z_STREAM_END))
        return why_set(w, n < 0 ? "io" : "truncated", WHY_NO_OFFSET, NULL, "%s: it cannot be read to its end",
                       path);
    *out = span_of(m->piece, (size_t)n);
    return true;
}

/* Which format; of several tables the one of entries comes last. */
static bool look(struct import *m, struct why *w)
{
    const struct list_order *o = m->o;
    size_t front = 0, back = o->n;

    if (o->n < 1 || o->n > sizeof m->file / sizeof *m->file)
        return why_set(w, "format", WHY_NO_OFFSET, NULL, "one file, or the tables of OFAC together");
    for (size_t i = 0; i < o->n; i++) {
        struct span head = { NULL, 0 }, line;
        gzFile f = open_file(o->file[i], w);
        enum list_format format;
        bool ok = f && read_piece(m, f, o->file[i], &head, w);

        if (f)
            (void)gzclose(f);
        if (!ok || !list_format_detect(span_sub(head, 0, HEAD), &format, w))
            return false;
        if (i && format != m->about.format)
            return why_set(w, "format", WHY_NO_OFFSET, NULL, "%s is of another form", o->file[i]);
        m->about.format = format;
        line = head;
        (void)text_split(&head, '\n', &line);
        if (format == LIST_OFAC_CSV && list_csv_columns(line) == LIST_CSV_HEAD)
            m->file[--back] = o->file[i];
        else
            m->file[front++] = o->file[i];
    }
    return true;
}

static bool digest_files(struct import *m, struct why *w)
{
    struct digest_run run;
    struct digest d;

    digest_begin(DIGEST_SHA256, &run);
    for (size_t i = 0; i < m->o->n; i++) {
        gzFile f = open_file(m->file[i], w);
        struct span s = { NULL, 1 };
        bool ok = f != NULL;

        while (ok && s.n && (ok = read_piece(m, f, m->file[i], &s, w)))
            digest_more(&run, s);
        if (f)
            (void)gzclose(f);
        if (!ok)
            return false;
    }
    digest_end(&run, &d);
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(m->about.digest + 2 * i, 3, "%02x", d.b[i]);
    return true;
}

/* ---- how far it came ---- */

static bool save_mark(struct import *m, uint64_t line, struct why *w)
{
    char text[256];
    int n;

    if (!list_writer_mark(m->writer, &m->mark, w))
        return false;
    n = snprintf(text, sizeof text, "%s %llu %llu %llu %llu %llu\n", m->about.digest,
                 (unsigned long long)line, (unsigned long long)m->mark.entries,
                 (unsigned long long)m->mark.quarantine, (unsigned long long)m->mark.n,
                 (unsigned long long)m->mark.refused);
    return file_replace(m->new_folder, "mark", span_of(text, (size_t)n), NULL, w);
}

/* Only lines can be gone on with: of XML what stands above an entry counts too. */
static bool load_mark(struct import *m)
{
    unsigned long long v[5] = { 0 };
    char path[LIST_PATH + 8], digest[65] = "";
    FILE *f;
    bool ok;

    if (m->about.format != LIST_FTM_JSON)
        return false;
    (void)snprintf(path, sizeof path, "%s/mark", m->new_folder);
    f = fopen(path, "re");
    ok = f &&
         fscanf(f, "%64s %19llu %19llu %19llu %19llu %19llu", digest, &v[0], &v[1], &v[2], &v[3], &v[4]) ==
             6 &&
         strcmp(digest, m->about.digest) == 0 && v[1] > 0;
    if (f)
        (void)fclose(f);
    if (!ok)
        return false;
    m->line_from = v[0];
    m->mark = (struct list_mark){ v[1], v[2], v[3], v[4] };
    m->entries_from = v[3];
    m->refused_from = v[4];
    return true;
}

static bool take(void *ctx, const struct list_entry *e, struct why *w)
{
    struct import *m = ctx;

    if (!list_writer_put(m->writer, e, w))
        return false;
    return ++m->put % SETTLE != 0 || m->about.format != LIST_FTM_JSON || save_mark(m, e->line, w);
}

static bool refuse(void *ctx, uint64_t line, struct span id, const struct why *why, struct why *w)
{
    struct import *m = ctx;

    return list_writer_refuse(m->writer, line, id, why, w);
}

/* ---- reading ---- */

/* Lines of a file that were read before are passed over. */
static struct span behind_lines(struct span s, uint64_t *left)
{
    while (*left && s.p && s.n) {
        const uint8_t *end = memchr(s.p, '\n', s.n);

        if (!end)
            return (struct span){ NULL, 0 };
        s = span_sub(s, (size_t)(end - s.p) + 1, s.n);
        --*left;
    }
    return s;
}

static bool read_file(struct import *m, const char *path, uint64_t *left, struct why *w)
{
    gzFile f = open_file(path, w);
    struct span s = { NULL, 1 };
    bool ok = f != NULL;

    while (ok && s.n && (ok = read_piece(m, f, path, &s, w))) {
        m->bytes += s.n;
        ok = list_reader_feed(m->reader, behind_lines(s, left), w);
        if (ok && m->o->progress && !m->o->progress(m->o->ctx, m->bytes, m->entries_from + m->put))
            ok = why_set(w, "stopped", WHY_NO_OFFSET, NULL, "it goes on where it was stopped");
        if (!s.n)
            break;
    }
    if (f)
        (void)gzclose(f);
    return ok;
}

static bool read_all(struct import *m, struct why *w)
{
    const struct list_sink sink = { m, take, refuse };
    bool again = load_mark(m);
    uint64_t left;
    bool ok;

    if (!list_writer_open(m->new_folder, again ? &m->mark : NULL, &m->writer, w))
        return false;
    left = m->line_from;
    m->reader = list_reader_new(m->about.format, &sink);
    if (again)
        list_reader_from(m->reader, left);
    ok = true;
    for (size_t i = 0; ok && i < m->o->n; i++) {
        ok = read_file(m, m->file[i], &left, w);
        if (ok && i + 1 < m->o->n)
            ok = list_reader_next(m->reader, w);
    }
    ok = ok && list_reader_end(m->reader, &m->about.stated, w) &&
         list_writer_end(m->writer, &m->about.again, w);
    m->about.stated.entries += m->entries_from;
    m->about.stated.refused += m->refused_from;
    if (ok && m->about.stated.entries == 0)
        ok = why_set(w, "format", WHY_NO_OFFSET, NULL, "there is no entry in it");
    return ok;
}

/* ---- in its place ---- */

static bool compare(struct import *m, bool *lost, struct why *w)
{
    struct list_version *was = NULL, *now = NULL;
    char path[LIST_PATH];
    uint64_t n;
    bool ok;

    list_book_path(m->o->folder, m->terms.name, m->terms.active, path);
    ok = (!m->terms.active || list_version_open(path, &was, w)) &&
         list_version_open(m->new_folder, &now, w) &&
         list_version_diff(was, now, NULL, NULL, &m->about.difference, w);
    n = was ? list_version_count(was) : 0;
    *lost = ok && m->about.difference.removed > FEW / 4 &&
            m->about.difference.removed * 100 > n * m->terms.most_lost;
    list_version_close(was);
    list_version_close(now);
    return ok;
}

static bool place(struct import *m, enum list_outcome *outcome, struct why *w)
{
    char path[LIST_PATH], mark[LIST_PATH + 8];
    unsigned version = m->terms.last + 1;
    bool lost = false;

    if (!compare(m, &lost, w))
        return false;
    (void)snprintf(mark, sizeof mark, "%s/mark", m->new_folder);
    (void)unlink(mark);
    m->about.version = version;
    m->about.imported = m->o->now;
    list_book_path(m->o->folder, m->terms.name, version, path);
    list_folder_drop(path);
    if (rename(m->new_folder, path) != 0)
        return io(path, w);
    m->terms.last = version;
    m->terms.held = lost ? version : m->terms.held;
    *outcome = lost ? LIST_HELD : LIST_ACTIVE;
    return list_about_write(m->o->folder, m->terms.name, &m->about, w) &&
           (lost ? list_terms_write(m->o->folder, &m->terms, w)
                 : list_book_activate(m->o->folder, &m->terms, version, m->o->now, w)) &&
           list_book_changed(m->o->folder, m->terms.name, lost ? "held" : "imported", m->about.by, NULL,
                             version, m->o->now, w);
}

/* The same file as the one in force, or the one that is held. */
static bool known(struct import *m)
{
    const unsigned of[] = { m->terms.active, m->terms.held };
    struct list_about x;

    for (size_t i = 0; i < 2; i++)
        if (of[i] && list_book_about(m->o->folder, m->terms.name, of[i], &x, NULL) &&
            strcmp(x.digest, m->about.digest) == 0) {
            m->about = x;
            return true;
        }
    return false;
}

static bool set_terms(struct import *m, bool *changed, struct why *w)
{
    const struct list_order *o = m->o;
    struct list_terms *t = &m->terms, was;

    if (!list_name_ok(o->name))
        return why_set(w, "terms", WHY_NO_OFFSET, NULL,
                       "a list is named with at most %d small letters, digits and hyphens", LIST_NAME);
    if (!list_book_terms(o->folder, o->name, t, NULL)) {
        (void)snprintf(t->name, sizeof t->name, "%s", o->name);
        t->keep_days = LIST_KEEP_DAYS;
        t->most_lost = LIST_MOST_LOST;
    }
    was = *t;
    t->purposes = o->purposes ? o->purposes : t->purposes;
    t->keep_days = o->keep_days ? o->keep_days : t->keep_days;
    t->most_lost = o->most_lost ? o->most_lost : t->most_lost;
    if (o->basis && *o->basis)
        (void)snprintf(t->basis, sizeof t->basis, "%s", o->basis);
    if (o->by && *o->by) {
        (void)snprintf(m->about.by, sizeof m->about.by, "%s", o->by);
        if (t->purposes != was.purposes || strcmp(t->basis, was.basis) != 0)
            (void)snprintf(t->by, sizeof t->by, "%s", o->by);
    }
    *changed = t->purposes != was.purposes || t->keep_days != was.keep_days ||
               t->most_lost != was.most_lost || strcmp(t->basis, was.basis) != 0 ||
               strcmp(t->by, was.by) != 0;
    if (!t->purposes || !t->basis[0] || !t->by[0])
        return why_set(w, "terms", WHY_NO_OFFSET, NULL,
                       "a list has a purpose and the law it rests on, said by a named person");
    if (*changed && (t->purposes != was.purposes || strcmp(t->basis, was.basis) != 0) && !(o->by && *o->by))
        return why_set(w, "terms", WHY_NO_OFFSET, NULL,
                       "say who changes the purpose or the basis of the list");
    return true;
}

static bool run(struct import *m, enum list_outcome *outcome, struct why *w)
{
    const struct list_order *o = m->o;
    char folder[LIST_PATH];
    bool changed = false;

    (void)snprintf(folder, sizeof folder, "%.*s/%.*s", LIST_PATH - 64, o->folder, LIST_NAME, o->name);
    (void)snprintf(m->new_folder, sizeof m->new_folder, "%.*s/new", LIST_PATH - 8, folder);
    if (!set_terms(m, &changed, w) || !folder_make(folder, NULL, w) || !look(m, w) || !digest_files(m, w))
        return false;
    *outcome = LIST_UNCHANGED;
    if (!known(m))
        return read_all(m, w) && place(m, outcome, w);
    return !changed ||
           (list_terms_write(o->folder, &m->terms, w) &&
            list_book_changed(o->folder, o->name, "terms", o->by, NULL, m->terms.active, o->now, w));
}

bool list_book_import(const struct list_order *o, enum list_outcome *outcome, struct list_about *about,
                      struct why *w)
{
    struct import *m = calloc(1, sizeof *m);
    int lock;
    bool ok;

    if (!m)
        abort();
    m->o = o;
    lock = list_book_lock(o->folder, w);
    ok = lock >= 0 && run(m, outcome, w);
    if (ok)
        *about = m->about;
    list_reader_free(m->reader);
    list_writer_close(m->writer);
    if (lock >= 0)
        (void)close(lock);
    free(m);
    return ok;
}
