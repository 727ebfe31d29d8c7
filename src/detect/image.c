#include "detect/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "detect/image_internal.h"

static bool damaged(struct why *w, const char *what)
{
    return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the image of indicators %s", what);
}

static struct span section(const uint8_t *p, unsigned s)
{
    return span_of(p + le64(p + DETECT_SECTION_AT + 16 * s), le64(p + DETECT_SECTION_AT + 16 * s + 8));
}

/* Sections lie one behind the other, aligned, and the last one ends the file. */
static bool places_fit(struct span f)
{
    uint64_t end = DETECT_HEADER;

    for (unsigned s = 0; s < SECTIONS; s++) {
        uint64_t at = le64(f.p + DETECT_SECTION_AT + 16 * s), n = le64(f.p + DETECT_SECTION_AT + 16 * s + 8);

        if (at < end || at - end >= DETECT_ALIGN || at % DETECT_ALIGN || at > f.n || n > f.n - at)
            return false;
        end = at + n;
    }
    return end == f.n;
}

static bool hash_fits(struct span f)
{
    const struct span part[2] = { span_sub(f, 0, DETECT_HASH_AT), section(f.p, SECTION_CHECKS) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    return memcmp(d.b, f.p + DETECT_HASH_AT, 32) == 0;
}

static bool checks_fit(struct span f)
{
    struct span checks = section(f.p, SECTION_CHECKS);
    struct span body = span_sub(f, DETECT_HEADER, (size_t)(checks.p - f.p));
    size_t n = body.n / DETECT_CHECKED + (body.n % DETECT_CHECKED != 0);

    if (checks.n != 8 * n || body.n % 8)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct span one = span_sub(body, i * DETECT_CHECKED, (i + 1) * DETECT_CHECKED);

        if (check64(one.p, one.n, i) != le64(checks.p + 8 * i))
            return false;
    }
    return true;
}

static void read_header(const uint8_t *p, struct detect_image *i)
{
    i->sign = le32(p + DETECT_SIGN_AT) ? DETECT_WARNING : DETECT_ALERT;
    i->key = (struct detect_key){ le64(p + DETECT_KEY_AT), le64(p + DETECT_KEY_AT + 8) };
    memcpy(i->identity, p + DETECT_IDENTITY_AT, sizeof i->identity);
    i->made = (unix_time)le64(p + DETECT_MADE_AT);
    i->count = le64(p + DETECT_COUNT_AT);
    for (unsigned k = 0; k < DETECT_KINDS; k++) {
        i->of[k] = le64(p + DETECT_OF_AT + 8 * k);
        i->kinds |= i->of[k] ? 1u << k : 0;
    }
    i->bits4 = le64(p + DETECT_BITS4_AT) & (((uint64_t)2 << 32) - 1);
    for (unsigned k = 0; k < 3; k++)
        i->bits6[k] = le64(p + DETECT_BITS6_AT + 8 * k);
    i->bits6[2] &= 1;
}

static bool read_sections(const uint8_t *p, struct detect_image *i)
{
    struct span records = section(p, SECTION_RECORDS), buckets = section(p, SECTION_BUCKETS);
    struct span bloom = section(p, SECTION_BLOOM), net24 = section(p, SECTION_NET24);

    if (bloom.n == 0 || bloom.n % 64 || buckets.n == 0 || buckets.n % 4 || buckets.n / 4 > UINT32_MAX ||
        (net24.n && net24.n != NET24_BYTES))
        return false;
    i->records = records.p;
    i->records_n = records.n;
    i->bucket = buckets.p;
    i->buckets = buckets.n / 4;
    i->bloom = (const uint64_t *)(const void *)bloom.p;
    i->blocks = bloom.n / 64;
    i->net24 = net24.n ? (const uint64_t *)(const void *)net24.p : NULL;
    i->ids = section(p, SECTION_IDS);
    i->notes = section(p, SECTION_NOTES);
    return codec_read(&i->codec, section(p, SECTION_CODEC));
}

bool detect_image_layout(struct span f, bool sums, struct detect_image *out, struct why *w)
{
    struct detect_image i = { .p = f.p, .n = f.n };

    if (f.n < DETECT_HEADER || memcmp(f.p, DETECT_MAGIC, 8) != 0)
        return damaged(w, "does not begin like one, or is cut");
    if (le32(f.p + DETECT_VERSION_AT) != DETECT_VERSION)
        return why_set(w, "version", DETECT_VERSION_AT, NULL, "the image of indicators is of version %u",
                       le32(f.p + DETECT_VERSION_AT));
    if (!places_fit(f))
        return damaged(w, "is cut, or longer than it says");
    if (sums && (!hash_fits(f) || !checks_fit(f)))
        return damaged(w, "is not as it was written");
    read_header(f.p, &i);
    if (!read_sections(f.p, &i))
        return damaged(w, "has a section that is none");
    *out = i;
    return true;
}

bool detect_image_over(struct span bytes, struct detect_image *out, struct why *w)
{
    return detect_image_layout(bytes, true, out, w);
}

bool detect_image_open(const char *path, struct detect_image *out, struct why *w)
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
    if (!S_ISREG(st.st_mode) || st.st_size < DETECT_HEADER) {
        (void)close(fd);
        return damaged(w, "is none, or is cut");
    }
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (map == MAP_FAILED)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot map %s: %s", path, strerror(errno));
    (void)madvise(map, (size_t)st.st_size, MADV_WILLNEED);
    if (!detect_image_over(span_of(map, (size_t)st.st_size), out, w)) {
        (void)munmap(map, (size_t)st.st_size);
        return false;
    }
    out->mapped = 1;
    return true;
}

void detect_image_close(struct detect_image *i)
{
    if (i->mapped)
        (void)munmap((void *)(uintptr_t)i->p, i->n);
    memset(i, 0, sizeof *i);
}

/* Beginning k of ids: width (0: as many digits as needed), length, text. */
static bool id_prefix(const struct detect_image *i, uint64_t k, unsigned *width, struct span *text)
{
    size_t at = 0;

    for (; at + 2 <= i->ids.n; k--) {
        size_t n = i->ids.p[at + 1];

        if (at + 2 + n > i->ids.n)
            return false;
        if (k == 0) {
            *width = i->ids.p[at];
            *text = span_of(i->ids.p + at + 2, n);
            return true;
        }
        at += 2 + n;
    }
    return false;
}

static bool id_with(struct detect_found *out, struct span prefix, const char *rest)
{
    size_t n = strlen(rest);

    if (prefix.n + n > sizeof out->id)
        return false;
    if (prefix.n)
        memcpy(out->id, prefix.p, prefix.n);
    memcpy(out->id + prefix.n, rest, n);
    out->indicator.id = span_of(out->id, prefix.n + n);
    return true;
}

static bool read_id(const struct detect_image *i, unsigned form, const uint8_t *p, const uint8_t *end,
                    struct detect_found *out)
{
    struct span prefix = { NULL, 0 };
    char rest[40];
    unsigned width;
    uint64_t k, v;
    size_t n;

    if (form == ID_VALUE)
        return p == end;
    if (form == ID_TEXT) {
        bool ok = codec_get(&i->codec, span_of(p, (size_t)(end - p)), out->id, sizeof out->id, &n);

        out->indicator.id = span_of(out->id, ok ? n : 0);
        return ok;
    }
    if (!varint_get(&p, end, &k) || !id_prefix(i, k, &width, &prefix))
        return false;
    if (form == ID_NUMBER) {
        if (!varint_get(&p, end, &v) || p != end || width > 20)
            return false;
        (void)snprintf(rest, sizeof rest, "%0*llu", (int)width, (unsigned long long)v);
        return id_with(out, prefix, rest);
    }
    if (end - p != 16)
        return false;
    (void)snprintf(rest, sizeof rest, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13],
                   p[14], p[15]);
    return id_with(out, prefix, rest);
}

static bool read_meta(const uint8_t **p, const uint8_t *end, struct detect_indicator *x)
{
    unsigned flags;
    size_t need;

    if (*p == end)
        return false;
    flags = *(*p)++;
    need = 4 * (size_t)(!!(flags & META_FROM) + !!(flags & META_UNTIL)) + !!(flags & META_WEIGHT);
    if ((size_t)(end - *p) < need)
        return false;
    if (flags & META_FROM) {
        x->from = le32(*p);
        *p += 4;
    }
    if (flags & META_UNTIL) {
        x->until = le32(*p);
        *p += 4;
    }
    if (flags & META_WEIGHT)
        x->weight = *(*p)++;
    return true;
}

static bool read_value(const struct detect_image *i, const uint8_t **p, const uint8_t *end,
                       struct detect_found *out)
{
    struct detect_indicator *x = &out->indicator;
    uint64_t n = detect_fixed(x->kind);
    size_t got;

    if (n) {
        if ((uint64_t)(end - *p) < n)
            return false;
        x->value = span_of(*p, n);
        *p += n;
        return true;
    }
    if (!varint_get(p, end, &n) || (uint64_t)(end - *p) < n ||
        !codec_get(&i->codec, span_of(*p, n), out->value, sizeof out->value, &got))
        return false;
    x->value = span_of(out->value, got);
    *p += n;
    return true;
}

bool detect_found_of(const struct detect_image *i, struct span bytes, struct detect_found *out)
{
    const uint8_t *p = bytes.p, *end = p + bytes.n;
    unsigned head;

    if (bytes.n == 0)
        return false;
    head = *p++;
    out->indicator = (struct detect_indicator){ .kind = head & 15, .weight = DETECT_WEIGHT };
    if ((head & 15) > DETECT_KINDS || (head & RECORD_META && !read_meta(&p, end, &out->indicator)) ||
        !read_value(i, &p, end, out))
        return false;
    return read_id(i, head >> 4 & 3, p, end, out);
}

/* The bucket: *n records, their tags at *tags, then the records up to *end. */
static bool bucket_open(const struct detect_image *i, uint64_t b, uint64_t *n, const uint8_t **tags,
                        const uint8_t **end)
{
    uint64_t from = le32(i->bucket + 4 * b);
    uint64_t to = b + 1 < i->buckets ? le32(i->bucket + 4 * (b + 1)) : i->records_n;
    const uint8_t *p;

    if (from >= to || to > i->records_n)
        return false;
    p = i->records + from;
    *end = i->records + to;
    if (!varint_get(&p, *end, n) || *n > (uint64_t)(*end - p))
        return false;
    *tags = p;
    return true;
}

bool detect_image_perhaps(const struct detect_image *i, uint64_t print)
{
    const uint8_t *tags, *end;
    uint64_t n;

    return bucket_open(i, detect_bucket_of(i, print), &n, &tags, &end) && n &&
           memchr(tags, (int)(print & DETECT_TAG), n);
}

bool detect_image_record(const struct detect_image *i, uint64_t place, size_t length,
                         struct detect_found *out)
{
    if (place > i->records_n || length > i->records_n - place)
        return false;
    out->place = place;
    out->length = length;
    return detect_found_of(i, span_of(i->records + place, length), out);
}

bool detect_image_next(const struct detect_image *i, uint64_t print, enum detect_kind kind, struct span want,
                       uint64_t *at, struct detect_found *out)
{
    uint64_t b = detect_bucket_of(i, print), n, len;
    const uint8_t *tags, *p, *end;

    if (!bucket_open(i, b, &n, &tags, &end) || *at >= n ||
        !memchr(tags + *at, (int)(print & DETECT_TAG), n - *at))
        return false;
    p = tags + n;
    for (uint64_t k = 0; k < n; k++, p += len) {
        if (!varint_get(&p, end, &len) || len > (uint64_t)(end - p))
            return false;
        if (k < *at || tags[k] != (print & DETECT_TAG) || len == 0 || (p[0] & 15u) != (unsigned)kind)
            continue;
        if (detect_found_of(i, span_of(p, len), out) &&
            (want.n == 0 || span_eq(out->indicator.value, want))) {
            *at = k + 1;
            out->place = (uint64_t)(p - i->records);
            out->length = len;
            return true;
        }
    }
    return false;
}

bool detect_image_each(const struct detect_image *i, struct detect_walk *walk, struct detect_found *out)
{
    const uint8_t *tags, *p, *end;
    uint64_t n, len;

    for (; walk->bucket < i->buckets; walk->bucket++, walk->k = 0) {
        if (!bucket_open(i, walk->bucket, &n, &tags, &end))
            continue;
        p = walk->k ? i->records + walk->at : tags + n;
        while (walk->k < n) {
            if (!varint_get(&p, end, &len) || len > (uint64_t)(end - p))
                break;
            p += len;
            walk->k++;
            walk->at = (uint64_t)(p - i->records);
            if (detect_found_of(i, span_of(p - len, len), out)) {
                out->place = (uint64_t)(p - len - i->records);
                out->length = len;
                return true;
            }
        }
    }
    return false;
}

bool detect_image_note(const struct detect_image *i, uint64_t *at, unsigned *note, struct span *bytes)
{
    uint64_t n;

    if (*at > i->notes.n || i->notes.n - *at < 5)
        return false;
    n = le32(i->notes.p + *at + 1);
    if (n > i->notes.n - *at - 5)
        return false;
    *note = i->notes.p[*at];
    *bytes = span_of(i->notes.p + *at + 5, n);
    *at += 5 + n;
    return *note != 0;
}

bool detect_list_of(struct span bytes, struct detect_list *out)
{
    if (bytes.n < 5 || bytes.p[0] > LIST_REGEX)
        return false;
    out->type = (enum detect_list_type)bytes.p[0];
    out->kinds = le32(bytes.p + 1);
    out->name = span_sub(bytes, 5, bytes.n);
    return true;
}

uint64_t detect_print_of(const struct detect_key *k, enum detect_kind kind, struct span value)
{
    if (kind == DETECT_DOMAIN)
        return detect_hash_name(k, kind, value.p, value.n);
    if (kind == DETECT_URL_PREFIX)
        while (value.n > 1 && value.p[value.n - 1] != '/')
            value.n--;
    return detect_hash_of(k, kind, value.p, value.n);
}
