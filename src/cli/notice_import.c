/* serai notice document import: a table of any length, in batches, each on disk before the next is begun. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/notice.h"
#include "service/notice/document_row.h"

enum { PATH = 4096, TOLD = 20, ROW_BYTES = 64 * 1024 };

struct import {
    const struct notice_options *o;
    struct notice_target *target;
    const char *path;
    char state[PATH];
    FILE *file;
    struct stat st;
    struct document_table table;
    struct document_entry *batch;
    size_t n;
    uint64_t line, refused, entered; /* of all runs; lines behind the header */
    long long at;                    /* where the next batch begins in the file */
    unix_time told;
    struct arena arena;
};

static bool io(const char *path, struct why *w)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
}

/* The file is the same as long as size and time of change are. */
static bool save(const struct import *m, struct why *w)
{
    char text[256];
    int n = snprintf(text, sizeof text,
                     "serai import 1\nsize %lld\nchanged %lld\nat %lld\nline %llu\n"
                     "entered %llu\nrefused %llu\n",
                     (long long)m->st.st_size, (long long)m->st.st_mtime, m->at, (unsigned long long)m->line,
                     (unsigned long long)m->entered, (unsigned long long)m->refused);

    return cli_write(m->state, span_of(text, (size_t)n), 0644, w);
}

/* False: nothing is there of this file, and it is begun. */
static bool load(struct import *m)
{
    FILE *f = fopen(m->state, "re");
    long long size = 0, changed = 0, at = 0;
    unsigned long long line = 0, entered = 0, refused = 0;
    bool ok =
        f && fscanf(f,
                    "serai import 1\nsize %19lld\nchanged %19lld\nat %19lld\nline %19llu\nentered %19llu\n"
                    "refused %19llu\n",
                    &size, &changed, &at, &line, &entered, &refused) == 6;

    if (f)
        (void)fclose(f);
    if (!ok || size != (long long)m->st.st_size || changed != (long long)m->st.st_mtime || at < 0 ||
        at > size)
        return false;
    m->at = at;
    m->line = line;
    m->entered = entered;
    m->refused = refused;
    return true;
}

static void tell_progress(struct import *m, bool end)
{
    unix_time now = cli_now();

    if (!m->o->progress || (now == m->told && !end))
        return;
    m->told = now;
    (void)fprintf(stderr, _("%llu entered, %llu refused, %.0f %%\n"), (unsigned long long)m->entered,
                  (unsigned long long)m->refused,
                  m->st.st_size ? 100.0 * (double)m->at / (double)m->st.st_size : 100.0);
}

static bool flush(struct import *m, struct why *w)
{
    struct notice_done done = { 0 };

    if (m->n && !notice_target_enter(m->target, m->batch, m->n, true, &done, w))
        return false;
    m->entered += m->n;
    m->n = 0;
    m->at = ftello(m->file);
    tell_progress(m, false);
    return save(m, w);
}

/* A row that does not read well is told by its line, and not entered; the others are. */
static void take_row(struct import *m, struct span line)
{
    struct why w = { 0 };

    m->line++;
    arena_reset(&m->arena);
    if (document_row_read(&m->table, line, &m->arena, &m->batch[m->n], &w)) {
        m->n++;
        return;
    }
    if (m->refused++ < TOLD)
        (void)fprintf(stderr, _("serai notice: line %llu: %s\n"),
                      (unsigned long long)m->line + !m->table.json, w.detail);
}

static bool read_rows(struct import *m, struct why *w)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok = true;

    while (ok && (n = getline(&line, &room, m->file)) >= 0) {
        if (n > 1 || (n == 1 && line[0] != '\n'))
            take_row(m, span_of(line, (size_t)n));
        if (m->n == NOTICE_BATCH)
            ok = flush(m, w);
    }
    if (ok && ferror(m->file))
        ok = io(m->path, w);
    free(line);
    return ok && flush(m, w);
}

static bool begin(struct import *m, struct why *w)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok;

    m->file = fopen(m->path, "re");
    if (!m->file || fstat(fileno(m->file), &m->st) != 0)
        return io(m->path, w);
    n = getline(&line, &room, m->file);
    ok = n > 0 ? document_table_begin(span_of(line, (size_t)n), &m->table, w)
               : why_set(w, "header", 0, NULL, "%s is empty", m->path);
    if (ok && m->table.json)
        rewind(m->file);
    m->at = ok ? ftello(m->file) : 0;
    free(line);
    if (ok && load(m)) {
        (void)fprintf(stderr, _("serai notice: goes on behind line %llu of %s\n"),
                      (unsigned long long)m->line, m->path);
        ok = fseeko(m->file, (off_t)m->at, SEEK_SET) == 0 || io(m->path, w);
    }
    return ok;
}

int notice_document_import(const struct notice_options *o, int argc, char **argv)
{
    struct import m = { .o = o };
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (argc != 1)
        return cli_usage("notice", "import needs a file");
    m.path = argv[0];
    (void)snprintf(m.state, sizeof m.state, "%s%s", o->progress_file ? o->progress_file : m.path,
                   o->progress_file ? "" : ".progress");
    m.batch = calloc(NOTICE_BATCH, sizeof *m.batch);
    if (!m.batch)
        abort();
    arena_init(&m.arena, ROW_BYTES);
    m.target = notice_target_open(o);
    if (m.target && begin(&m, &w) && read_rows(&m, &w)) {
        tell_progress(&m, true);
        (void)unlink(m.state);
        printf(_("%llu listed, %llu refused\n"), (unsigned long long)m.entered,
               (unsigned long long)m.refused);
        code = m.refused ? CLI_NEGATIVE : CLI_POSITIVE;
    } else if (m.target) {
        cli_why("notice", m.path, &w);
    }
    notice_target_close(m.target);
    arena_free(&m.arena);
    if (m.file)
        (void)fclose(m.file);
    free(m.batch);
    return code;
}
