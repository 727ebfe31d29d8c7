#include "service/notice/document_ranges.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "files/durable.h"
#include "lookup/bytes.h"

enum { ITEM = 32, HEAD = 16, PATH = 4096 };
static const uint8_t magic[8] = "SERAIRNG";

static int compare(const struct document_span *a, const struct document_span *b)
{
    if (a->print != b->print)
        return a->print < b->print ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->last > b->last) - (a->last < b->last);
}

/* Of each the largest end among those of the same series up to it: whoever looks back stops there. Those of
 * one series that stand at from or behind it are set. */
static void reach_from(struct document_ranges *r, size_t from, lookup_print series)
{
    for (size_t i = from; i < r->n && r->item[i].print == series; i++) {
        uint64_t before = i > 0 && r->item[i - 1].print == series ? r->reach[i - 1] : 0;

        r->reach[i] = before > r->item[i].last ? before : r->item[i].last;
    }
}

static void grow(struct document_ranges *r, size_t n)
{
    if (n <= r->room)
        return;
    r->room = n > 2 * r->room ? n : 2 * r->room;
    r->item = realloc(r->item, r->room * sizeof *r->item);
    r->reach = realloc(r->reach, r->room * sizeof *r->reach);
    if (!r->item || !r->reach)
        abort();
}

/* The first that is not before s. */
static size_t place(const struct document_ranges *r, const struct document_span *s)
{
    size_t lo = 0, hi = r->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (compare(&r->item[mid], s) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

bool document_ranges_put(struct document_ranges *r, const struct document_span *s, struct why *w)
{
    size_t at = place(r, s);

    if (at == r->n || compare(&r->item[at], s) != 0) {
        if (r->n == LIMIT_LOOKUP_RANGES)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many ranges of blanks");
        grow(r, r->n + 1);
        memmove(&r->item[at + 1], &r->item[at], (r->n - at) * sizeof *r->item);
        memmove(&r->reach[at + 1], &r->reach[at], (r->n - at) * sizeof *r->reach);
        r->n++;
    }
    r->item[at] = *s;
    reach_from(r, at, s->print);
    return true;
}

void document_ranges_drop(struct document_ranges *r, lookup_print p, uint64_t first, uint64_t last)
{
    const struct document_span s = { p, first, last, 0 };
    size_t at = place(r, &s);

    if (at == r->n || compare(&r->item[at], &s) != 0)
        return;
    memmove(&r->item[at], &r->item[at + 1], (r->n - at - 1) * sizeof *r->item);
    memmove(&r->reach[at], &r->reach[at + 1], (r->n - at - 1) * sizeof *r->reach);
    r->n--;
    reach_from(r, at, p);
}

const struct document_span *document_ranges_find(const struct document_ranges *r, lookup_print p, uint64_t v)
{
    const struct document_span s = { p, v, UINT64_MAX, 0 };
    size_t i = place(r, &s); /* those before it begin at v or below */

    while (i > 0 && r->item[i - 1].print == p && r->reach[i - 1] >= v) {
        i--;
        if (r->item[i].first <= v && v <= r->item[i].last)
            return &r->item[i];
    }
    return NULL;
}

static bool damaged(struct why *w)
{
    return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the ranges of blanks are not as they were written");
}

static bool decode(struct span file, struct document_ranges *r, struct why *w)
{
    size_t n;

    if (file.n < HEAD || (file.n - HEAD) % ITEM || memcmp(file.p, magic, sizeof magic) != 0 ||
        le64(file.p + 8) != check64(file.p + HEAD, file.n - HEAD, 1))
        return damaged(w);
    n = (file.n - HEAD) / ITEM;
    grow(r, n + 1);
    if (!r->item)
        return damaged(w);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = file.p + HEAD + i * ITEM;

        r->item[i] = (struct document_span){ le64(p), le64(p + 8), le64(p + 16), le32(p + 24) };
        if (i && compare(&r->item[i - 1], &r->item[i]) >= 0)
            return damaged(w);
        r->n = i + 1;
        reach_from(r, i, r->item[i].print);
    }
    return true;
}

bool document_ranges_read(const char *folder, struct document_ranges *out, struct why *w)
{
    struct document_ranges r = { 0 };
    char path[PATH];
    struct arena a;
    struct span file;
    bool there = false, ok;

    (void)snprintf(path, sizeof path, "%s/ranges", folder);
    arena_init(&a, HEAD + ITEM * (LIMIT_LOOKUP_RANGES + 1) + 4096);
    ok = file_read(path, HEAD + ITEM * LIMIT_LOOKUP_RANGES, &a, &file, &there, w) &&
         (!there || decode(file, &r, w));
    arena_free(&a);
    if (ok)
        *out = r;
    else
        document_ranges_free(&r);
    return ok;
}

bool document_ranges_write(const char *folder, const struct document_ranges *r, struct why *w)
{
    size_t n = HEAD + r->n * ITEM;
    uint8_t *file = calloc(n, 1);
    bool ok;

    if (!file)
        abort();
    memcpy(file, magic, sizeof magic);
    for (size_t i = 0; i < r->n; i++) {
        uint8_t *p = file + HEAD + i * ITEM;

        put_le64(p, r->item[i].print);
        put_le64(p + 8, r->item[i].first);
        put_le64(p + 16, r->item[i].last);
        put_le32(p + 24, r->item[i].value);
    }
    put_le64(file + 8, check64(file + HEAD, n - HEAD, 1));
    ok = file_replace(folder, "ranges", span_of(file, n), NULL, w);
    free(file);
    return ok;
}

void document_ranges_free(struct document_ranges *r)
{
    free(r->item);
    free(r->reach);
    *r = (struct document_ranges){ 0 };
}
