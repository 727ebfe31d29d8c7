#include "detect/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "detect/image_internal.h"

enum {
    PREFIXES = 64,      /* beginnings of ids; others are texts */
    BUCKET_RECORDS = 6, /* of one bucket on average */
    BLOOM_BITS = 13,    /* a key */
    NET24_FROM = 2048,  /* addresses and ranges from which the bit map is worth its size */
    LEARN_FROM = 50000,
    SAMPLE = 48 * 1024,
    SAMPLE_TEXTS = 4096,
};

/* One indicator as it waits: where in the heap. Sorted by fingerprint at the end. */
struct waiting {
    uint64_t print, at;
};

struct prefix {
    unsigned width;
    size_t n;
    uint8_t text[64];
};

struct detect_build {
    struct detect_build_how how;
    struct waiting *item;
    uint64_t n, room;
    /* kind, meta flags, id form, length of value, of id and meta; these bytes */
    uint8_t *heap;
    uint64_t heap_n, heap_room;
    struct prefix prefix[PREFIXES];
    unsigned prefixes, lists;
    uint64_t of[DETECT_KINDS], bits4, bits6[3];
    struct buffer notes;
    struct detect_codec codec;
};

enum { HEAP_HEAD = 8 };

struct detect_build *detect_build_new(const struct detect_build_how *how)
{
    struct detect_build *b = calloc(1, sizeof *b);

    if (!b)
        abort();
    b->how = *how;
    b->how.key.b |= 1;
    buf_init(&b->notes, UINT32_MAX / 2);
    return b;
}

void detect_build_free(struct detect_build *b)
{
    if (!b)
        return;
    buf_free(&b->notes);
    free(b->item);
    free(b->heap);
    free(b);
}

uint64_t detect_build_count(const struct detect_build *b)
{
    return b->n;
}

static void *grown(void *p, uint64_t *room, uint64_t need, size_t size)
{
    if (need <= *room)
        return p;
    *room = need + need / 2 + 1024;
    p = realloc(p, *room * size);
    if (!p)
        abort();
    return p;
}

static bool prefix_number(struct detect_build *b, struct span text, unsigned width, unsigned *out)
{
    if (text.n > sizeof b->prefix[0].text)
        return false;
    for (unsigned i = 0; i < b->prefixes; i++)
        if (b->prefix[i].width == width && span_eq(span_of(b->prefix[i].text, b->prefix[i].n), text)) {
            *out = i;
            return true;
        }
    if (b->prefixes == PREFIXES)
        return false;
    *out = b->prefixes;
    b->prefix[*out] = (struct prefix){ .width = width, .n = text.n };
    if (text.n)
        memcpy(b->prefix[*out].text, text.p, text.n);
    b->prefixes++;
    return true;
}

static int digit_of(uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool uuid_of(struct span s, uint8_t out[16])
{
    const uint8_t *p = s.p;
    size_t n = 0;

    if (!p || s.n < 36)
        return false;
    p += s.n - 36;
    for (size_t i = 0; i < 36; i++) {
        int digit = digit_of(p[i]);

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (p[i] != '-')
                return false;
            continue;
        }
        if (digit < 0)
            return false;
        if (n % 2 == 0)
            out[n / 2] = 0;
        out[n / 2] |= (uint8_t)((unsigned)digit << (n % 2 ? 0 : 4));
        n++;
    }
    return true;
}

/* The id in its shortest form; of a text its bytes, which are coded later. */
static size_t put_id(struct detect_build *b, struct span id, uint8_t *out, uint8_t *form)
{
    size_t digits = 0, n;
    uint64_t v = 0;
    unsigned k;

    *form = ID_VALUE;
    if (id.n == 0)
        return 0;
    *form = ID_UUID;
    if (uuid_of(id, out + 1) && prefix_number(b, span_sub(id, 0, id.n - 36), 0, &k)) {
        out[0] = (uint8_t)k;
        return 17;
    }
    while (digits < id.n && digits < 18 && digit_of(id.p[id.n - 1 - digits]) >= 0 &&
           id.p[id.n - 1 - digits] <= '9')
        digits++;
    for (size_t i = id.n - digits; i < id.n; i++)
        v = 10 * v + (uint64_t)digit_of(id.p[i]);
    *form = ID_NUMBER;
    if (digits && prefix_number(b, span_sub(id, 0, id.n - digits),
                                digits > 1 && id.p[id.n - digits] == '0' ? (unsigned)digits : 0, &k)) {
        n = varint_put(out, k);
        return n + varint_put(out + n, v);
    }
    *form = ID_TEXT;
    memcpy(out, id.p, id.n);
    return id.n;
}

static uint32_t clipped(unix_time t)
{
    return t < 1 ? 1 : t > UINT32_MAX ? UINT32_MAX : (uint32_t)t;
}

static size_t put_meta(const struct detect_indicator *x, uint8_t *out)
{
    size_t n = 1;

    out[0] = (uint8_t)((x->from ? META_FROM : 0) | (x->until ? META_UNTIL : 0) |
                       (x->weight != DETECT_WEIGHT ? META_WEIGHT : 0));
    if (x->from) {
        put_le32(out + n, clipped(x->from));
        n += 4;
    }
    if (x->until) {
        put_le32(out + n, clipped(x->until));
        n += 4;
    }
    if (x->weight != DETECT_WEIGHT)
        out[n++] = x->weight;
    return out[0] ? n : 0;
}

static void note_length(struct detect_build *b, const struct detect_indicator *x)
{
    unsigned bits = x->value.p[0];

    if (x->kind == DETECT_CIDR4)
        b->bits4 |= (uint64_t)1 << bits;
    if (x->kind == DETECT_CIDR6)
        b->bits6[bits / 64] |= (uint64_t)1 << bits % 64;
}

bool detect_build_add(struct detect_build *b, const struct detect_indicator *x, struct why *w)
{
    size_t fixed = detect_fixed(x->kind), id, meta;
    uint8_t form, *h;

    if ((unsigned)x->kind >= DETECT_KINDS || x->value.n == 0 || x->value.n > DETECT_VALUE ||
        (fixed && x->value.n != fixed))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "not a value of its kind");
    if ((x->kind == DETECT_CIDR4 && x->value.p[0] > 32) || (x->kind == DETECT_CIDR6 && x->value.p[0] > 128))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "a prefix of %u bits", x->value.p[0]);
    if (x->id.n > DETECT_ID)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an id of %zu bytes", x->id.n);
    b->item = grown(b->item, &b->room, b->n + 1, sizeof *b->item);
    b->heap = grown(b->heap, &b->heap_room, b->heap_n + HEAP_HEAD + x->value.n + DETECT_ID + 32, 1);
    h = b->heap + b->heap_n;
    memcpy(h + HEAP_HEAD, x->value.p, x->value.n);
    id = put_id(b, x->id, h + HEAP_HEAD + x->value.n, &form);
    meta = put_meta(x, h + HEAP_HEAD + x->value.n + id);
    h[0] = (uint8_t)x->kind;
    h[1] = form;
    put_le32(h + 2, (uint32_t)x->value.n | (uint32_t)id << 16);
    h[6] = (uint8_t)meta;
    b->item[b->n++] = (struct waiting){ detect_print_of(&b->how.key, x->kind, x->value), b->heap_n };
    b->heap_n += HEAP_HEAD + x->value.n + id + meta;
    b->of[x->kind]++;
    note_length(b, x);
    return true;
}

static void put_note(struct detect_build *b, unsigned note, struct span head, struct span text)
{
    uint8_t n[4];

    put_le32(n, (uint32_t)(head.n + text.n));
    buf_u8(&b->notes, (uint8_t)note);
    buf_put(&b->notes, span_of(n, 4));
    buf_put(&b->notes, head);
    buf_put(&b->notes, text);
}

void detect_build_source(struct detect_build *b, struct span name)
{
    put_note(b, DETECT_NOTE_SOURCE, (struct span){ NULL, 0 }, name);
}

unsigned detect_build_list(struct detect_build *b, const struct detect_list *l)
{
    uint8_t head[5] = { (uint8_t)l->type };

    put_le32(head + 1, l->kinds);
    put_note(b, DETECT_NOTE_LIST, span_of(head, 5), l->name);
    return b->lists++;
}

void detect_build_entry(struct detect_build *b, unsigned list, struct span text)
{
    uint8_t head[2] = { (uint8_t)list, (uint8_t)(list >> 8) };

    put_note(b, DETECT_NOTE_ENTRY, span_of(head, 2), text);
}

/* A record out of the heap; out has room for twice its texts. */
static size_t put_record(const struct detect_codec *c, const uint8_t *h, uint8_t *out)
{
    uint32_t lengths = le32(h + 2);
    struct span value = span_of(h + HEAP_HEAD, lengths & 0xffff),
                id = span_of(value.p + value.n, lengths >> 16);
    struct span meta = span_of(id.p + id.n, h[6]);
    uint8_t UNINITIALIZED code[2 * DETECT_VALUE];
    size_t n = 0, coded;

    out[n++] = (uint8_t)(h[0] | h[1] << 4 | (meta.n ? RECORD_META : 0));
    if (meta.n)
        memcpy(out + n, meta.p, meta.n);
    n += meta.n;
    if (detect_fixed(h[0])) {
        memcpy(out + n, value.p, value.n);
        n += value.n;
    } else {
        coded = codec_put(c, value, code);
        n += varint_put(out + n, coded);
        memcpy(out + n, code, coded);
        n += coded;
    }
    if (h[1] == ID_TEXT)
        return n + codec_put(c, id, out + n);
    if (id.n)
        memcpy(out + n, id.p, id.n);
    return n + id.n;
}

bool detect_build_pattern(struct detect_build *b, const struct detect_indicator *x, struct why *w)
{
    static const struct detect_codec plain = { 0 };
    uint8_t h[HEAP_HEAD + DETECT_VALUE + DETECT_ID + 32], out[2 * sizeof h], form;
    size_t id, meta;

    if (x->value.n == 0 || x->value.n > DETECT_VALUE || x->id.n > DETECT_ID)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a pattern of %zu bytes", x->value.n);
    memcpy(h + HEAP_HEAD, x->value.p, x->value.n);
    id = put_id(b, x->id, h + HEAP_HEAD + x->value.n, &form);
    meta = put_meta(x, h + HEAP_HEAD + x->value.n + id);
    h[0] = DETECT_KINDS;
    h[1] = form;
    put_le32(h + 2, (uint32_t)x->value.n | (uint32_t)id << 16);
    h[6] = (uint8_t)meta;
    put_note(b, DETECT_NOTE_PATTERN, (struct span){ NULL, 0 }, span_of(out, put_record(&plain, h, out)));
    return true;
}

static void learn(struct detect_build *b)
{
    uint64_t step = b->n / SAMPLE_TEXTS + 1;
    struct buffer sample;

    buf_init(&sample, SAMPLE);
    for (uint64_t i = 0; i < b->n && sample.n + 600 < SAMPLE; i += step) {
        const uint8_t *h = b->heap + b->item[i].at;
        uint32_t lengths = le32(h + 2);
        size_t value = lengths & 0xffff, id = lengths >> 16;

        if (!detect_fixed(h[0])) {
            buf_u8(&sample, (uint8_t)(value < 255 ? value : 255));
            buf_put(&sample, span_of(h + HEAP_HEAD, value < 255 ? value : 255));
        }
        if (h[1] == ID_TEXT) {
            buf_u8(&sample, (uint8_t)(id < 255 ? id : 255));
            buf_put(&sample, span_of(h + HEAP_HEAD + value, id < 255 ? id : 255));
        }
    }
    codec_learn(&b->codec, buf_span(&sample));
    buf_free(&sample);
}

/* By the high 33 bits of the fingerprint, in three passes from the low end. */
static void sort(struct detect_build *b)
{
    struct waiting *from = b->item, *to = malloc((b->n + 1) * sizeof *to), *swap;

    if (!to)
        abort();
    for (unsigned shift = 31; shift < 64; shift += 11) {
        uint64_t count[2049] = { 0 };

        for (uint64_t i = 0; i < b->n; i++)
            count[1 + (from[i].print >> shift & 2047)]++;
        for (unsigned k = 1; k <= 2048; k++)
            count[k] += count[k - 1];
        for (uint64_t i = 0; i < b->n; i++)
            to[count[from[i].print >> shift & 2047]++] = from[i];
        swap = from;
        from = to;
        to = swap;
    }
    b->item = from;
    b->room = b->n + 1;
    free(to);
}

/* Where an image goes: a file, or memory; a check is made of each MiB on the way. */
struct sink {
    int fd; /* -1: memory */
    struct buffer memory;
    uint8_t *piece; /* DETECT_CHECKED bytes */
    size_t n;
    uint64_t at, checks_n;
    uint8_t header[DETECT_HEADER];
    struct buffer checks;
    bool bad;
};

static void put_through(struct sink *s, struct span bytes)
{
    if (s->fd < 0) {
        buf_put(&s->memory, bytes);
        return;
    }
    while (bytes.n && !s->bad) {
        ssize_t n = write(s->fd, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        s->bad |= n < 0;
        if (n > 0)
            bytes = span_sub(bytes, (size_t)n, bytes.n);
    }
}

static void end_piece(struct sink *s)
{
    uint8_t check[8];

    put_le64(check, check64(s->piece, s->n, s->checks_n++));
    buf_put(&s->checks, span_of(check, 8));
    put_through(s, span_of(s->piece, s->n));
    s->n = 0;
}

static void sink_put(struct sink *s, struct span bytes)
{
    s->at += bytes.n;
    while (bytes.n) {
        size_t n = DETECT_CHECKED - s->n < bytes.n ? DETECT_CHECKED - s->n : bytes.n;

        memcpy(s->piece + s->n, bytes.p, n);
        s->n += n;
        bytes = span_sub(bytes, n, bytes.n);
        if (s->n == DETECT_CHECKED)
            end_piece(s);
    }
}

static void section_begin(struct sink *s, unsigned which)
{
    static const uint8_t zero[DETECT_ALIGN];

    sink_put(s, span_of(zero, (DETECT_ALIGN - s->at % DETECT_ALIGN) % DETECT_ALIGN));
    put_le64(s->header + DETECT_SECTION_AT + 16 * which, s->at);
}

static void section_end(struct sink *s, unsigned which)
{
    put_le64(s->header + DETECT_SECTION_AT + 16 * which + 8,
             s->at - le64(s->header + DETECT_SECTION_AT + 16 * which));
}

static void section(struct sink *s, unsigned which, struct span bytes)
{
    section_begin(s, which);
    sink_put(s, bytes);
    section_end(s, which);
}

static void put_codec_and_ids(struct detect_build *b, struct sink *s)
{
    uint8_t codec[CODEC_BYTES];

    codec_write(&b->codec, codec);
    section(s, SECTION_CODEC, span_of(codec, sizeof codec));
    section_begin(s, SECTION_IDS);
    for (unsigned i = 0; i < b->prefixes; i++) {
        uint8_t head[2] = { (uint8_t)b->prefix[i].width, (uint8_t)b->prefix[i].n };

        sink_put(s, span_of(head, 2));
        sink_put(s, span_of(b->prefix[i].text, b->prefix[i].n));
    }
    section_end(s, SECTION_IDS);
    section(s, SECTION_NOTES, buf_span(&b->notes));
}

enum { AHEAD = 16, RECORD_MOST = 4 * DETECT_VALUE };

static void put_one(struct detect_build *b, uint64_t i, struct sink *s)
{
    uint8_t UNINITIALIZED record[RECORD_MOST];
    uint8_t head[10];
    size_t n;

    n = put_record(&b->codec, b->heap + b->item[i].at, record);
    sink_put(s, span_of(head, varint_put(head, n)));
    sink_put(s, span_of(record, n));
}

/* False: more than the buckets can point at. */
static bool put_records(struct detect_build *b, struct sink *s, uint8_t *bucket, uint64_t buckets)
{
    uint64_t i = 0, from;
    uint8_t head[10];

    section_begin(s, SECTION_RECORDS);
    from = s->at;
    for (uint64_t k = 0; k < buckets; k++) {
        uint64_t end = i;

        if (s->at - from > UINT32_MAX)
            return false;
        put_le32(bucket + 4 * k, (uint32_t)(s->at - from));
        while (end < b->n && (b->item[end].print >> 32) * buckets >> 32 == k)
            end++;
        if (end == i)
            continue;
        sink_put(s, span_of(head, varint_put(head, end - i)));
        for (uint64_t j = i; j < end; j++) {
            uint8_t tag = (uint8_t)(b->item[j].print & DETECT_TAG);

            if (j + AHEAD < b->n)
                __builtin_prefetch(b->heap + b->item[j + AHEAD].at);
            sink_put(s, span_of(&tag, 1));
        }
        for (; i < end; i++)
            put_one(b, i, s);
    }
    section_end(s, SECTION_RECORDS);
    return i == b->n && s->at - from <= UINT32_MAX;
}

static void put_bloom(struct detect_build *b, struct sink *s)
{
    uint64_t blocks = (b->n * BLOOM_BITS + 511) / 512 + 1;
    uint64_t *bits = calloc(blocks, 64);

    if (!bits)
        abort();
    for (uint64_t i = 0; i < b->n; i++) {
        uint64_t h = b->item[i].print, g = h * 0x9e3779b97f4a7c15u;
        uint64_t *w = bits + (uint64_t)((unsigned __int128)h * blocks >> 64) * 8;

        for (unsigned k = 0; k < 8; k++)
            w[k] |= (uint64_t)1 << (g >> 6 * k & 63);
    }
    section(s, SECTION_BLOOM, span_of(bits, blocks * 64));
    free(bits);
}

static void mark_net24(uint64_t *bits, const uint8_t *h)
{
    const uint8_t *a = h + HEAP_HEAD + (h[0] == DETECT_CIDR4);
    uint32_t first = ((uint32_t)a[0] << 16 | (uint32_t)a[1] << 8 | a[2]), n = 1;

    if (h[0] == DETECT_CIDR4 && h[HEAP_HEAD] < 24)
        n = 1u << (24 - h[HEAP_HEAD]);
    for (uint32_t k = first; k < first + n; k++)
        bits[k >> 6] |= (uint64_t)1 << (k & 63);
}

static void put_net24(struct detect_build *b, struct sink *s)
{
    uint64_t *bits;

    section_begin(s, SECTION_NET24);
    if (b->of[DETECT_IPV4] + b->of[DETECT_CIDR4] >= NET24_FROM) {
        bits = calloc(1, NET24_BYTES);
        if (!bits)
            abort();
        for (uint64_t i = 0; i < b->n; i++)
            if (b->heap[b->item[i].at] == DETECT_IPV4 || b->heap[b->item[i].at] == DETECT_CIDR4)
                mark_net24(bits, b->heap + b->item[i].at);
        sink_put(s, span_of(bits, NET24_BYTES));
        free(bits);
    }
    section_end(s, SECTION_NET24);
}

static void put_header(struct detect_build *b, struct sink *s)
{
    uint8_t *h = s->header;
    struct digest d;

    memcpy(h, DETECT_MAGIC, 8);
    put_le32(h + DETECT_VERSION_AT, DETECT_VERSION);
    put_le32(h + DETECT_SIGN_AT, b->how.sign == DETECT_WARNING);
    put_le64(h + DETECT_KEY_AT, b->how.key.a);
    put_le64(h + DETECT_KEY_AT + 8, b->how.key.b);
    memcpy(h + DETECT_IDENTITY_AT, b->how.identity, 16);
    put_le64(h + DETECT_MADE_AT, (uint64_t)b->how.made);
    put_le64(h + DETECT_COUNT_AT, b->n);
    for (unsigned k = 0; k < DETECT_KINDS; k++)
        put_le64(h + DETECT_OF_AT + 8 * k, b->of[k]);
    put_le64(h + DETECT_BITS4_AT, b->bits4);
    for (unsigned k = 0; k < 3; k++)
        put_le64(h + DETECT_BITS6_AT + 8 * k, b->bits6[k]);
    digest_parts(DIGEST_SHA256, (const struct span[]){ span_of(h, DETECT_HASH_AT), buf_span(&s->checks) }, 2,
                 &d);
    memcpy(h + DETECT_HASH_AT, d.b, 32);
}

/* All sections behind the header, which is left to the caller. */
static bool put_all(struct detect_build *b, struct sink *s)
{
    uint64_t buckets = b->n / BUCKET_RECORDS + 1; /* less than 2^32 */
    uint8_t *bucket = malloc(4 * buckets);
    bool ok;

    s->piece = malloc(DETECT_CHECKED);
    if (!bucket || !s->piece)
        abort();
    buf_init(&s->checks, SIZE_MAX / 2);
    if (s->fd >= 0 || b->n >= LEARN_FROM) /* what is small and stays in memory is not worth it */
        learn(b);
    sort(b);
    s->at = DETECT_HEADER;
    put_codec_and_ids(b, s);
    ok = put_records(b, s, bucket, buckets);
    section(s, SECTION_BUCKETS, span_of(bucket, 4 * buckets));
    put_bloom(b, s);
    put_net24(b, s);
    section_begin(s, SECTION_CHECKS); /* pads what is before */
    if (s->n)
        end_piece(s);
    put_through(s, buf_span(&s->checks));
    s->at += s->checks.n;
    section_end(s, SECTION_CHECKS);
    put_header(b, s);
    free(bucket);
    free(s->piece);
    buf_free(&s->checks);
    return ok && !s->bad;
}

static bool io(struct why *w, const char *what, const char *path)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s %s: %s", what, path, strerror(errno));
}

static bool folder_sync(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";
    int fd;
    bool ok;

    if (slash)
        (void)snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool detect_build_write(struct detect_build *b, const char *path, struct why *w)
{
    struct sink s = { .fd = -1 };
    char aside[4096];
    bool ok;

    if ((size_t)snprintf(aside, sizeof aside, "%s.new.%ld", path, (long)getpid()) >= sizeof aside)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the name of the image is too long");
    s.fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (s.fd < 0)
        return io(w, "write", aside);
    ok = lseek(s.fd, DETECT_HEADER, SEEK_SET) == DETECT_HEADER && put_all(b, &s) &&
         pwrite(s.fd, s.header, DETECT_HEADER, 0) == DETECT_HEADER && fsync(s.fd) == 0;
    ok = close(s.fd) == 0 && ok;
    if (ok && rename(aside, path) == 0 && folder_sync(path))
        return true;
    (void)io(w, "write", path);
    (void)unlink(aside);
    return false;
}

bool detect_build_memory(struct detect_build *b, struct detect_image *out, struct why *w)
{
    static const uint8_t zero[DETECT_HEADER];
    struct sink s = { .fd = -1 };

    buf_init(&s.memory, SIZE_MAX / 2);
    buf_put(&s.memory, span_of(zero, sizeof zero));
    if (!put_all(b, &s) || !buf_ok(&s.memory)) {
        buf_free(&s.memory);
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more indicators than an image holds");
    }
    memcpy(s.memory.p, s.header, DETECT_HEADER);
    if (detect_image_over(buf_span(&s.memory), out, w))
        return true;
    buf_free(&s.memory);
    return false;
}
