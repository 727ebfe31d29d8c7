#include "lookup/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "lookup/bytes.h"
#include "lookup/image_internal.h"

static bool damaged(struct why *w, const char *what)
{
    return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the image of a set %s", what);
}

static bool hash_fits(struct span file, uint64_t index)
{
    const struct span part[2] = { span_sub(file, 0, IMAGE_HASH_AT), span_sub(file, index, file.n) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    return memcmp(d.b, file.p + IMAGE_HASH_AT, IMAGE_HASH) == 0;
}

/* The index in memory, and behind it what pages were checked: in one large page where the system can. */
static void take_index(struct pages *i, const uint8_t *index)
{
    static const size_t LARGE = (size_t)1 << 21;
    size_t n = 9 * i->pages + 1, unit = n < LARGE / 4 ? 64 : LARGE;
    uint8_t *p;

    n = (n + unit - 1) / unit * unit;
    p = aligned_alloc(unit, n);
    if (!p)
        abort();
    if (unit == LARGE)
        (void)madvise(p, n, MADV_HUGEPAGE);
    i->index = (uint64_t *)(void *)p;
    i->seen = (_Atomic uint8_t *)(p + 8 * i->pages);
    for (uint64_t k = 0; k < i->pages; k++) {
        i->index[k] = le64(index + 8 * k);
        i->seen[k] = 0;
    }
    i->first = i->pages ? i->index[0] : 0;
}

bool pages_over(struct span file, struct pages *out, struct why *w)
{
    struct pages i = { .map = file.p, .bytes = file.n };
    uint64_t at;

    if (file.n < IMAGE_PAGE || memcmp(file.p, IMAGE_MAGIC, 8) != 0)
        return damaged(w, "does not begin like one");
    if (le32(file.p + IMAGE_VERSION_AT) != IMAGE_VERSION)
        return damaged(w, "is of another version");
    i.n = le64(file.p + IMAGE_N_AT);
    i.pages = i.n / IMAGE_ENTRIES + (i.n % IMAGE_ENTRIES != 0);
    at = (1 + i.pages) * IMAGE_PAGE;
    if (i.pages > SIZE_MAX / (2 * IMAGE_PAGE) || file.n != at + 8 * i.pages)
        return damaged(w, "is cut, or longer than it says");
    if (!hash_fits(file, at))
        return damaged(w, "has another header or index than was written");
    take_index(&i, file.p + at);
    *out = i;
    return true;
}

bool pages_open(const char *path, struct pages *out, struct why *w)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    void *map;

    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    if (!S_ISREG(st.st_mode) || st.st_size < IMAGE_PAGE) {
        (void)close(fd);
        return damaged(w, "is cut");
    }
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (map == MAP_FAILED)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot map %s: %s", path, strerror(errno));
    (void)madvise(map, (size_t)st.st_size, MADV_RANDOM);
    if (!pages_over(span_of(map, (size_t)st.st_size), out, w)) {
        (void)munmap(map, (size_t)st.st_size);
        return false;
    }
    return true;
}

static void release(struct pages *i)
{
    free(i->index);
    *i = (struct pages){ 0 };
}

void pages_close(struct pages *i)
{
    if (i->map)
        (void)munmap((void *)(uintptr_t)i->map, i->bytes);
    release(i);
}

void pages_leave(struct pages *i)
{
    release(i);
}

uint32_t image_page_check(const uint8_t *page, uint64_t number)
{
    uint64_t v = check64(page, IMAGE_CHECK_AT - 4, number) ^ mix64(le32(page + IMAGE_CHECK_AT - 4));

    v = mix64(v);
    return (uint32_t)(v ^ v >> 32);
}

/* NULL: it is damaged. */
static const uint8_t *page_of(const struct pages *i, uint64_t number)
{
    const uint8_t *page = i->map + (1 + number) * IMAGE_PAGE;

    if (atomic_load_explicit(&i->seen[number], memory_order_relaxed))
        return page;
    if (image_page_check(page, number) != le32(page + IMAGE_CHECK_AT) || le64(page) != i->index[number])
        return NULL;
    atomic_store_explicit(&i->seen[number], 1, memory_order_relaxed);
    return page;
}

static unsigned page_entries(const struct pages *i, uint64_t number)
{
    uint64_t left = i->n - number * IMAGE_ENTRIES;

    return left < IMAGE_ENTRIES ? (unsigned)left : IMAGE_ENTRIES;
}

static uint64_t first_of(const struct pages *i, uint64_t page)
{
    return i->index[page];
}

/*
 * The last page whose first entry is not larger than p; the first page when all are. Fingerprints are spread
 * evenly, so the page is near where p lies in its range; from there the steps double.
 */
static uint64_t page_search(const struct pages *i, lookup_print p)
{
    uint64_t guess = (uint64_t)(((unsigned __int128)p * i->pages) >> 64);
    uint64_t lo, hi, step = 1;

    if (first_of(i, guess) <= p) {
        lo = guess; /* first_of(lo) <= p < first_of(hi) */
        for (hi = lo + 1; hi < i->pages && first_of(i, hi) <= p; step *= 2) {
            lo = hi;
            hi = i->pages - lo > step ? lo + step : i->pages;
        }
    } else {
        hi = guess;
        for (lo = guess; lo > 0 && first_of(i, lo) > p; step *= 2) {
            hi = lo;
            lo = lo > step ? lo - step : 0;
        }
    }
    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2;

        if (first_of(i, mid) <= p)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* Where in the page p must be, as far as its neighbours in the index tell. */
static unsigned guess_in_page(const struct pages *i, uint64_t number, unsigned n, lookup_print p)
{
    uint64_t from = first_of(i, number);
    uint64_t to = number + 1 < i->pages ? first_of(i, number + 1) : UINT64_MAX;
    double share = from <= p && p < to ? (double)(p - from) / (double)(to - from) : 0;
    unsigned at = (unsigned)(share * n);

    return at < n ? at : n - 1;
}

/* A page that was checked is read where p must be; what lies beside it, and its value, come meanwhile. */
static void expect_entry(const uint8_t *page, unsigned at)
{
    enum { LINE = 64 };
    const uint8_t *entry = page + 8 * (size_t)at;

    __builtin_prefetch(entry);
    __builtin_prefetch(page + IMAGE_VALUES_AT + 4 * (size_t)at);
    __builtin_prefetch(entry + LINE);
    if (at >= LINE / 8)
        __builtin_prefetch(entry - LINE);
}

enum lookup_found pages_find(const struct pages *i, lookup_print p, uint32_t *value)
{
    uint64_t number;
    const uint8_t *page;
    unsigned n, at;

    if (i->n == 0 || p < i->first)
        return LOOKUP_ABSENT;
    number = page_search(i, p);
    n = page_entries(i, number);
    at = guess_in_page(i, number, n, p);
    expect_entry(i->map + (1 + number) * IMAGE_PAGE, at);
    page = page_of(i, number);
    if (!page)
        return LOOKUP_DAMAGED;
    while (at > 0 && le64(page + 8 * (size_t)at) > p)
        at--;
    while (at + 1 < n && le64(page + 8 * (size_t)at) < p)
        at++;
    if (le64(page + 8 * (size_t)at) != p)
        return LOOKUP_ABSENT;
    *value = le32(page + IMAGE_VALUES_AT + 4 * (size_t)at);
    return LOOKUP_THERE;
}

bool pages_at(const struct pages *i, uint64_t k, lookup_print *p, uint32_t *value)
{
    const uint8_t *page = page_of(i, k / IMAGE_ENTRIES);
    size_t at = k % IMAGE_ENTRIES;

    if (!page)
        return false;
    *p = le64(page + 8 * at);
    *value = le32(page + IMAGE_VALUES_AT + 4 * at);
    return true;
}

bool pages_touch(const struct pages *i, uint64_t page)
{
    return page_of(i, page) != NULL;
}

bool pages_verify(const struct pages *i, struct why *w)
{
    lookup_print before = 0, p = 0;
    uint32_t value;

    for (uint64_t number = 0; number < i->pages; number++) {
        const uint8_t *page = i->map + (1 + number) * IMAGE_PAGE;

        if (image_page_check(page, number) != le32(page + IMAGE_CHECK_AT))
            return damaged(w, "has a page that is not as it was written");
    }
    for (uint64_t k = 0; k < i->n; k++) {
        if (!pages_at(i, k, &p, &value) || (k && p <= before))
            return damaged(w, "is not in order");
        before = p;
    }
    return true;
}
