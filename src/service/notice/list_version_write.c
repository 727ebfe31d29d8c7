#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "service/notice/list_version_internal.h"

enum { PATH = 4096, LINE = 8 * 1024 * 1024 };

struct list_writer {
    char folder[PATH];
    FILE *entries, *quarantine;
    uint64_t at, quarantine_at, refused;
    struct list_slot *slot;
    size_t n, cap;
    struct list_id_slot *id;
    size_t n_id, cap_id;
    struct buffer line;
};

static bool io(struct why *w, const char *what)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %s of a list: %s", what, strerror(errno));
}

uint64_t list_hash_of(struct span id)
{
    struct digest d;
    uint64_t v = 0;

    digest_of(DIGEST_SHA256, id, &d);
    for (size_t i = 0; i < 8; i++)
        v = v << 8 | d.b[i];
    return v;
}

static void *grow(void *p, size_t *cap, size_t size)
{
    *cap = *cap ? 2 * *cap : 4096;
    p = realloc(p, *cap * size);
    if (!p)
        abort();
    return p;
}

static FILE *open_at(const struct list_writer *x, const char *name, uint64_t at)
{
    char path[PATH + 32];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", x->folder, name);
    f = fopen(path, at ? "r+e" : "w+e");
    if (f && at && (ftruncate(fileno(f), (off_t)at) != 0 || fseeko(f, (off_t)at, SEEK_SET) != 0)) {
        (void)fclose(f);
        return NULL;
    }
    return f;
}

static void note(struct list_writer *x, const struct list_entry *e, struct span line)
{
    struct digest d;
    struct list_slot s = { .hash = list_hash_of(e->id), .at = x->at, .len = (uint32_t)line.n };

    digest_of(DIGEST_SHA256, line, &d);
    memcpy(s.digest, d.b, LIST_DIGEST);
    if (x->n == x->cap)
        x->slot = grow(x->slot, &x->cap, sizeof *x->slot);
    for (size_t i = 0; i < e->n; i++) {
        struct list_id id;

        if (!list_id_fold(e->value[i].property, e->value[i].text, &id))
            continue;
        if (x->n_id == x->cap_id)
            x->id = grow(x->id, &x->cap_id, sizeof *x->id);
        x->id[x->n_id++] = (struct list_id_slot){ list_id_hash(&id), s.hash };
    }
    x->slot[x->n++] = s;
    x->at += line.n + 1;
}

/* What was written before, noted again. */
static bool catch_up(struct list_writer *x, const struct list_mark *from, struct why *w)
{
    char *line = NULL;
    size_t room = 0;
    struct arena a;
    ssize_t n;
    bool ok = true;

    arena_init(&a, 4 * (size_t)LIMIT_LIST_ENTRY);
    rewind(x->entries);
    while (ok && x->at < from->entries && (n = getline(&line, &room, x->entries)) > 0) {
        struct list_entry e;

        arena_reset(&a);
        ok = line[n - 1] == '\n' && list_entry_read(span_of(line, (size_t)n - 1), &a, &e, w);
        if (ok)
            note(x, &e, span_of(line, (size_t)n - 1));
    }
    free(line);
    arena_free(&a);
    return ok && x->at == from->entries && x->n == from->n && fseeko(x->entries, (off_t)x->at, SEEK_SET) == 0;
}

bool list_writer_open(const char *folder, const struct list_mark *from, struct list_writer **ret,
                      struct why *w)
{
    struct list_writer *x = calloc(1, sizeof *x);

    if (!x)
        abort();
    buf_init(&x->line, LINE);
    (void)snprintf(x->folder, sizeof x->folder, "%s", folder);
    if (!folder_make(folder, NULL, w))
        goto fail;
    x->entries = open_at(x, "entries", from ? from->entries : 0);
    x->quarantine = open_at(x, "quarantine", from ? from->quarantine : 0);
    if (!x->entries || !x->quarantine) {
        (void)io(w, "the files");
        goto fail;
    }
    x->quarantine_at = from ? from->quarantine : 0;
    x->refused = from ? from->refused : 0;
    if (from && !catch_up(x, from, w)) {
        (void)why_set(w, "damaged", WHY_NO_OFFSET, NULL, "what was written before does not read");
        goto fail;
    }
    *ret = x;
    return true;
fail:
    list_writer_close(x);
    return false;
}

void list_writer_close(struct list_writer *x)
{
    if (!x)
        return;
    if (x->entries)
        (void)fclose(x->entries);
    if (x->quarantine)
        (void)fclose(x->quarantine);
    buf_free(&x->line);
    free(x->slot);
    free(x->id);
    free(x);
}

static bool put_line(struct list_writer *x, FILE *f, struct why *w)
{
    struct span s = buf_span(&x->line);

    if (!buf_ok(&x->line))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an entry is too long");
    return (fwrite(s.p, 1, s.n, f) == s.n && fputc('\n', f) != EOF) || io(w, "an entry");
}

bool list_writer_put(struct list_writer *x, const struct list_entry *e, struct why *w)
{
    if (x->n == LIMIT_LIST_ENTRIES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d entries", LIMIT_LIST_ENTRIES);
    buf_reset(&x->line);
    list_entry_write(&x->line, e);
    if (!put_line(x, x->entries, w))
        return false;
    note(x, e, buf_span(&x->line));
    return true;
}

bool list_writer_refuse(struct list_writer *x, uint64_t line, struct span id, const struct why *why,
                        struct why *w)
{
    struct json_writer j;

    buf_reset(&x->line);
    j = json_to(&x->line);
    jw_object(&j, NULL);
    jw_int(&j, "line", (int64_t)line);
    jw_text(&j, "id", id);
    jw_str(&j, "reason", why->reason);
    jw_str(&j, "detail", why->detail);
    jw_object_end(&j);
    if (!put_line(x, x->quarantine, w))
        return false;
    x->quarantine_at += x->line.n + 1;
    x->refused++;
    return true;
}

static bool settle(FILE *f, struct why *w)
{
    return (fflush(f) == 0 && fsync(fileno(f)) == 0) || io(w, "what was read");
}

bool list_writer_mark(struct list_writer *x, struct list_mark *out, struct why *w)
{
    if (!settle(x->entries, w) || !settle(x->quarantine, w))
        return false;
    *out = (struct list_mark){ x->at, x->quarantine_at, x->n, x->refused };
    return true;
}

static int by_hash(const void *a, const void *b)
{
    const struct list_slot *x = a, *y = b;

    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : x->at < y->at ? -1 : x->at > y->at;
}

static int by_id(const void *a, const void *b)
{
    const struct list_id_slot *x = a, *y = b;

    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : x->entry < y->entry ? -1 : x->entry > y->entry;
}

static bool write_array(struct list_writer *x, const char *name, const void *p, size_t n, size_t size,
                        struct why *w)
{
    FILE *f = open_at(x, name, 0);
    bool ok;

    if (!f)
        return io(w, name);
    ok = (n == 0 || fwrite(p, size, n, f) == n || io(w, name)) && settle(f, w);
    (void)fclose(f);
    return ok;
}

bool list_writer_end(struct list_writer *x, uint64_t *again, struct why *w)
{
    struct list_mark mark;
    size_t n = 0;

    if (x->n)
        qsort(x->slot, x->n, sizeof *x->slot, by_hash);
    if (x->n_id)
        qsort(x->id, x->n_id, sizeof *x->id, by_id);
    *again = 0;
    for (size_t i = 0; i < x->n; i++) {
        if (n && x->slot[n - 1].hash == x->slot[i].hash)
            ++*again;
        else
            x->slot[n++] = x->slot[i];
    }
    return write_array(x, "index", x->slot, n, sizeof *x->slot, w) &&
           write_array(x, "identifiers", x->id, x->n_id, sizeof *x->id, w) && list_writer_mark(x, &mark, w);
}
