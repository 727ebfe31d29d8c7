#include "service/notice/screen_documents.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/durable.h"

enum { PATH = 4096, CHECK = 16, NO_STATE = '-', FIRST = 256 };

/* Chained by number and by entity; a place is 1 more than its index. */
struct entry {
    uint64_t number_hash, id_hash;
    uint32_t next_number, next_id;
    uint32_t at; /* in text: the number, then the id */
    uint8_t n_number, n_id;
    char state[2];
    bool gone;
};

struct screen_documents {
    pthread_rwlock_t lock; /* found for reading, changed for writing; one thread changes at a time */
    struct entry *entry;
    uint32_t *by_number, *by_id; /* buckets, as many as there is room for entries */
    size_t n, room, gone;
    struct buffer text;
    atomic_bool whole;
    char path[PATH]; /* "": in memory alone */
    uint64_t good;   /* bytes of the file that count */
};

bool screen_number_fold(struct span number, struct list_id *out)
{
    return list_id_fold(SPAN("passportNumber"), number, out);
}

static uint64_t hash_of(struct span s)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

static void state_of(struct span s, char out[2])
{
    for (size_t i = 0; i < 2; i++)
        out[i] = NO_STATE;
    if (s.n != 2 || !ascii_upper(s.p[0] & ~0x20) || !ascii_upper(s.p[1] & ~0x20))
        return;
    for (size_t i = 0; i < 2; i++)
        out[i] = (char)(s.p[i] & ~0x20);
}

/* ---- in memory ---- */

static struct span number_of(const struct screen_documents *d, const struct entry *e)
{
    return span_of(d->text.p + e->at, e->n_number);
}

static struct span id_of(const struct screen_documents *d, const struct entry *e)
{
    return span_of(d->text.p + e->at + e->n_number, e->n_id);
}

static void chain(struct screen_documents *d, size_t i)
{
    struct entry *e = &d->entry[i];
    uint32_t *number = &d->by_number[e->number_hash & (d->room - 1)],
             *id = &d->by_id[e->id_hash & (d->room - 1)];

    e->next_number = *number;
    e->next_id = *id;
    *number = *id = (uint32_t)i + 1;
}

static void grow(struct screen_documents *d)
{
    d->room = d->room ? 2 * d->room : FIRST;
    free(d->by_number);
    free(d->by_id);
    d->entry = realloc(d->entry, d->room * sizeof *d->entry);
    d->by_number = calloc(d->room, sizeof *d->by_number);
    d->by_id = calloc(d->room, sizeof *d->by_id);
    if (!d->entry || !d->by_number || !d->by_id)
        abort();
    for (size_t i = 0; i < d->n; i++)
        chain(d, i);
}

static bool add(struct screen_documents *d, struct span id, const char state[2], struct span number)
{
    struct entry *e;

    if (d->n == d->room)
        grow(d);
    e = &d->entry[d->n];
    *e = (struct entry){ .number_hash = hash_of(number),
                         .id_hash = hash_of(id),
                         .at = (uint32_t)d->text.n,
                         .n_number = (uint8_t)number.n,
                         .n_id = (uint8_t)id.n };
    memcpy(e->state, state, sizeof e->state);
    buf_put(&d->text, number);
    buf_put(&d->text, id);
    if (!buf_ok(&d->text))
        return false;
    chain(d, d->n++);
    return true;
}

static void drop(struct screen_documents *d, struct span id)
{
    uint64_t hash = hash_of(id);

    for (uint32_t i = d->room ? d->by_id[hash & (d->room - 1)] : 0; i; i = d->entry[i - 1].next_id) {
        struct entry *e = &d->entry[i - 1];

        if (e->gone || e->id_hash != hash || !span_eq(id_of(d, e), id))
            continue;
        e->gone = true;
        d->gone++;
    }
}

/* ---- lines: ID, then for each number a tab, its State, a blank and it, then a tab and the check ---- */

static void put_number(struct buffer *b, const char state[2], struct span number)
{
    buf_u8(b, '\t');
    buf_put(b, span_of(state, 2));
    buf_u8(b, ' ');
    buf_put(b, number);
}

static void end_line(struct buffer *b, size_t from)
{
    uint64_t sum = hash_of(span_of(b->p + from, b->n - from));

    buf_printf(b, "\t%016llx\n", (unsigned long long)sum);
}

/* What the line says, in place of what was known of that entity. */
static bool take_line(struct screen_documents *d, struct span line)
{
    struct span rest, id, one;
    char sum[CHECK + 1];

    if (line.n < CHECK + 2 || line.p[line.n - CHECK - 1] != '\t')
        return false;
    rest = span_sub(line, 0, line.n - CHECK - 1);
    (void)snprintf(sum, sizeof sum, "%016llx", (unsigned long long)hash_of(rest));
    if (memcmp(sum, line.p + line.n - CHECK, CHECK) != 0 || !text_split(&rest, '\t', &id) || !id.n ||
        id.n > NAMES_ID)
        return false;
    drop(d, id);
    while (text_split(&rest, '\t', &one))
        if (one.n < 4 || one.n > 3 + LIST_ID_TEXT || one.p[2] != ' ' ||
            !add(d, id, (const char *)one.p, span_sub(one, 3, one.n)))
            return false;
    return true;
}

static bool take_lines(struct screen_documents *d, struct span text)
{
    const uint8_t *end;

    for (size_t at = 0; (end = memchr(text.p + at, '\n', text.n - at)); at = (size_t)(end - text.p) + 1) {
        if (!take_line(d, span_sub(text, at, (size_t)(end - text.p))))
            return false;
        d->good = (uint64_t)(end - text.p) + 1;
        if (d->good == text.n)
            break;
    }
    return true;
}

/* ---- opening ---- */

struct screen_documents *screen_documents_new(void)
{
    struct screen_documents *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    (void)pthread_rwlock_init(&d->lock, NULL);
    buf_init(&d->text, LIMIT_SCREEN_DOCUMENTS);
    d->whole = true;
    return d;
}

void screen_documents_free(struct screen_documents *d)
{
    if (!d)
        return;
    (void)pthread_rwlock_destroy(&d->lock);
    free(d->entry);
    free(d->by_number);
    free(d->by_id);
    buf_free(&d->text);
    free(d);
}

static bool set_path(struct screen_documents *d, const char *path, struct why *w)
{
    return (size_t)snprintf(d->path, sizeof d->path, "%s", path) < sizeof d->path ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
}

bool screen_documents_open(const char *path, bool fresh, struct screen_documents **ret, struct why *w)
{
    struct screen_documents *d = screen_documents_new();
    struct span text = { NULL, 0 };
    struct arena a;
    bool there = false, ok;

    arena_init(&a, LIMIT_SCREEN_DOCUMENTS + 4096);
    ok = set_path(d, path, w) && file_read(path, LIMIT_SCREEN_DOCUMENTS, &a, &text, &there, w);
    d->whole = ok && (there ? text.n == 0 || take_lines(d, text) : fresh);
    arena_free(&a);
    if (ok && !there && fresh)
        ok = screen_documents_write(d, path, w);
    if (!ok) {
        screen_documents_free(d);
        return false;
    }
    *ret = d;
    return true;
}

bool screen_documents_whole(const struct screen_documents *d)
{
    return d->whole;
}

size_t screen_documents_count(const struct screen_documents *d)
{
    struct screen_documents *x = (struct screen_documents *)(uintptr_t)d;
    size_t n;

    (void)pthread_rwlock_rdlock(&x->lock);
    n = d->n - d->gone;
    (void)pthread_rwlock_unlock(&x->lock);
    return n;
}

/* ---- changing ---- */

static bool id_ok(struct span id)
{
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] < ' ' || id.p[i] == 0x7f)
            return false;
    return id.n >= 1 && id.n <= NAMES_ID;
}

/* Behind what counts; what a crash left there is cut off first. */
static bool append(struct screen_documents *d, struct span line, struct why *w)
{
    int fd = open(d->path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && ftruncate(fd, (off_t)d->good) == 0 &&
              pwrite(fd, line.p, line.n, (off_t)d->good) == (ssize_t)line.n && fdatasync(fd) == 0;

    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", d->path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    if (ok)
        d->good += line.n;
    return ok;
}

bool screen_documents_put(struct screen_documents *d, struct span id, const struct screen_document *doc,
                          size_t n, struct why *w)
{
    struct buffer line;
    bool ok;

    if (!id_ok(id))
        return why_set(w, "id", WHY_NO_OFFSET, NULL, "an id has 1 to %d printable characters", NAMES_ID);
    if (!d->whole)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the numbers of documents are not whole");
    buf_init(&line, LIMIT_SCREEN_DOCUMENTS);
    buf_put(&line, id);
    for (size_t i = 0; i < n; i++) {
        struct list_id number;
        char state[2];

        if (!screen_number_fold(doc[i].number, &number))
            continue;
        state_of(doc[i].state, state);
        put_number(&line, state, span_of(number.text, number.n));
    }
    end_line(&line, 0);
    ok = (buf_ok(&line) || why_set(w, "id", WHY_NO_OFFSET, NULL, "too many documents")) &&
         (!*d->path || append(d, buf_span(&line), w));
    if (ok) {
        (void)pthread_rwlock_wrlock(&d->lock);
        d->whole = take_line(d, span_sub(buf_span(&line), 0, line.n - 1));
        (void)pthread_rwlock_unlock(&d->lock);
        ok = d->whole || why_set(w, "damaged", WHY_NO_OFFSET, NULL, "too many numbers of documents");
    }
    buf_free(&line);
    return ok;
}

/* The numbers of one entity, met at the last of them: its chain has the others. */
static void put_entity(struct screen_documents *d, size_t i, struct buffer *out)
{
    struct span id = id_of(d, &d->entry[i]);
    size_t from = out->n;

    for (uint32_t k = d->by_id[d->entry[i].id_hash & (d->room - 1)]; k; k = d->entry[k - 1].next_id) {
        const struct entry *e = &d->entry[k - 1];

        if (e->gone || !span_eq(id_of(d, e), id))
            continue;
        if (k - 1 > i) { /* told with that one */
            out->n = from;
            return;
        }
        if (out->n == from)
            buf_put(out, id);
        put_number(out, e->state, number_of(d, e));
    }
    end_line(out, from);
}

static bool split(const char *path, char folder[PATH], const char **name)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return false;
    (void)snprintf(folder, PATH, "%.*s", (int)(slash - path), path);
    *name = slash + 1;
    return true;
}

bool screen_documents_write(struct screen_documents *d, const char *path, struct why *w)
{
    char folder[PATH];
    const char *name = NULL;
    struct buffer out;
    bool ok;

    if (!split(path, folder, &name) || !set_path(d, path, w))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "no folder for the numbers of documents");
    buf_init(&out, LIMIT_SCREEN_DOCUMENTS);
    for (size_t i = 0; i < d->n; i++)
        if (!d->entry[i].gone)
            put_entity(d, i, &out);
    ok = (buf_ok(&out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many numbers of documents")) &&
         file_replace(folder, name, buf_span(&out), NULL, w);
    if (ok)
        d->good = out.n;
    buf_free(&out);
    return ok;
}

/* ---- asking ---- */

void screen_documents_find(const struct screen_documents *d, struct span state, struct span number,
                           void (*one)(void *ctx, struct span id, bool known), void *ctx)
{
    struct screen_documents *x = (struct screen_documents *)(uintptr_t)d;
    struct list_id folded;
    struct span text;
    uint64_t hash;
    char asked[2];

    if (!screen_number_fold(number, &folded))
        return;
    text = span_of(folded.text, folded.n);
    hash = hash_of(text);
    state_of(state, asked);
    (void)pthread_rwlock_rdlock(&x->lock);
    for (uint32_t i = d->room ? d->by_number[hash & (d->room - 1)] : 0; i; i = d->entry[i - 1].next_number) {
        const struct entry *e = &d->entry[i - 1];
        bool known = e->state[0] != NO_STATE && asked[0] != NO_STATE;

        if (!e->gone && e->number_hash == hash && (!known || memcmp(e->state, asked, 2) == 0) &&
            span_eq(number_of(d, e), text))
            one(ctx, id_of(d, e), known);
    }
    (void)pthread_rwlock_unlock(&x->lock);
}
