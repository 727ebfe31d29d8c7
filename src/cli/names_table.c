#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "cli/names.h"

enum { LINE = 1 << 20 };

struct names_table {
    gzFile file;
    const char *path;
    char *line;
    char *head;
    unsigned long number;
    size_t columns, values;
    struct span name[NAMES_COLUMNS], value[NAMES_COLUMNS];
};

/* False at the end and on failure; *failed tells. */
static bool read_line(struct names_table *t, bool *failed, struct why *w)
{
    size_t n;
    int e;

    *failed = false;
    if (!gzgets(t->file, t->line, LINE)) {
        (void)gzerror(t->file, &e);
        *failed = e != Z_OK && e != Z_STREAM_END && e != Z_BUF_ERROR;
        if (*failed)
            (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s behind line %lu", t->path, t->number);
        return false;
    }
    t->number++;
    n = strlen(t->line);
    while (n && (t->line[n - 1] == '\n' || t->line[n - 1] == '\r'))
        t->line[--n] = 0;
    return true;
}

static size_t split(char *line, struct span value[NAMES_COLUMNS])
{
    size_t n = 0;

    for (char *p = line;; p++) {
        size_t k = strcspn(p, "\t");

        if (n == NAMES_COLUMNS)
            return n + 1;
        value[n++] = span_of(p, k);
        p += k;
        if (*p == 0)
            return n;
    }
}

bool names_table_open(const char *path, struct names_table **ret, struct why *w)
{
    struct names_table *t = calloc(1, sizeof *t);
    bool failed;

    if (!t)
        abort();
    t->path = path;
    t->line = malloc(LINE);
    if (!t->line)
        abort();
    t->file = strcmp(path, "-") == 0 ? gzdopen(0, "rb") : gzopen(path, "rb");
    if (!t->file) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
        goto fail;
    }
    if (!read_line(t, &failed, w)) {
        (void)why_set(w, "columns", WHY_NO_OFFSET, NULL, "%s has no first line that names its columns", path);
        goto fail;
    }
    t->head = strdup(t->line);
    if (!t->head)
        abort();
    t->columns = split(t->head, t->name);
    if (t->columns > NAMES_COLUMNS) {
        (void)why_set(w, "columns", WHY_NO_OFFSET, NULL, "%s has more than %d columns", path, NAMES_COLUMNS);
        goto fail;
    }
    *ret = t;
    return true;
fail:
    names_table_close(t);
    return false;
}

void names_table_close(struct names_table *t)
{
    if (!t)
        return;
    if (t->file)
        (void)gzclose(t->file);
    free(t->line);
    free(t->head);
    free(t);
}

int names_table_column(const struct names_table *t, const char *name)
{
    for (size_t i = 0; i < t->columns; i++)
        if (span_eq_str(t->name[i], name))
            return (int)i;
    return -1;
}

bool names_table_next(struct names_table *t, bool *more, struct why *w)
{
    bool failed;

    do {
        *more = read_line(t, &failed, w);
        if (!*more)
            return !failed;
    } while (t->line[0] == 0);
    t->values = split(t->line, t->value);
    if (t->values != t->columns)
        return why_set(w, "columns", WHY_NO_OFFSET, NULL, "%s, line %lu: %zu values, %zu columns", t->path,
                       t->number, t->values, t->columns);
    return true;
}

struct span names_table_value(const struct names_table *t, int column)
{
    return column < 0 ? (struct span){ NULL, 0 } : t->value[column];
}
