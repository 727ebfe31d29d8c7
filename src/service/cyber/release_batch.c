#include "service/cyber/release_batch.h"

#include <zstd.h>

#include "base/limits.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { HEAD = 4096, WORD = 64, LEVEL = 3, MAGIC = 4 };

bool cyber_batch_begin(struct cyber_batch_out *b, const struct cyber_batch_head *h)
{
    uint8_t text[HEAD];
    struct buffer head;
    struct json_writer j;

    buf_init_fixed(&head, text, sizeof text);
    j = json_to(&head);
    jw_object(&j, NULL);
    jw_text(&j, "release", h->release);
    jw_text(&j, "article", h->article);
    if (h->owner.n)
        jw_text(&j, "owner", h->owner);
    if (h->group.n)
        jw_text(&j, "group", h->group);
    if (h->exercise)
        jw_bool(&j, "exercise", true);
    if (h->embargo)
        jw_int(&j, "embargo", h->embargo);
    jw_object_end(&j);
    if (!buf_ok(&head))
        return false;
    buf_init(&b->plain, LIMIT_CYBER_BATCH);
    buf_be(&b->plain, head.n, 2);
    buf_put(&b->plain, buf_span(&head));
    b->n = 0;
    return true;
}

bool cyber_batch_add(struct cyber_batch_out *b, struct span object)
{
    if (b->n == LIMIT_CYBER_BATCH_OBJECTS || b->plain.n + 4 + object.n > LIMIT_CYBER_BATCH)
        return false;
    buf_be(&b->plain, object.n, 4);
    buf_put(&b->plain, object);
    b->n++;
    return buf_ok(&b->plain);
}

bool cyber_batch_pack(const struct cyber_batch_out *b, struct buffer *out, struct why *w)
{
    size_t bound = ZSTD_compressBound(b->plain.n), n = out->n, k;
    uint8_t *at;

    buf_str(out, CYBER_BATCH_MAGIC);
    at = buf_grow(out, bound);
    if (!at)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a batch of %zu bytes", b->plain.n);
    k = ZSTD_compress(at, bound, b->plain.p, b->plain.n, LEVEL);
    if (ZSTD_isError(k))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the batch cannot be compressed");
    out->n = n + MAGIC + k;
    return true;
}

void cyber_batch_free(struct cyber_batch_out *b)
{
    buf_free(&b->plain);
}

/* ---- reading ---- */

static bool bad(struct why *w, size_t offset, const char *what)
{
    return why_set(w, "batch", offset, NULL, "%s", what);
}

/* One frame that says how long its content is, and nothing behind it. */
static bool unpack(struct span body, struct arena *a, struct span *out, struct why *w)
{
    struct span frame = span_sub(body, MAGIC, body.n);
    unsigned long long n;
    uint8_t *p;
    size_t k;

    if (!span_starts(body, SPAN(CYBER_BATCH_MAGIC)) || !frame.n)
        return bad(w, 0, "the body is no batch of objects");
    n = ZSTD_getFrameContentSize(frame.p, frame.n);
    if (n == ZSTD_CONTENTSIZE_ERROR || n == ZSTD_CONTENTSIZE_UNKNOWN)
        return bad(w, MAGIC, "the frame does not say its size");
    if (n > LIMIT_CYBER_BATCH)
        return why_set(w, "too-large", MAGIC, NULL, "a batch of %llu bytes; at most %d", n,
                       LIMIT_CYBER_BATCH);
    k = ZSTD_findFrameCompressedSize(frame.p, frame.n);
    if (ZSTD_isError(k) || k != frame.n)
        return bad(w, MAGIC, "not exactly one frame");
    p = arena_alloc(a, (size_t)n + 1);
    if (!p)
        return why_set(w, "too-large", MAGIC, NULL, "no memory left for this");
    k = ZSTD_decompress(p, (size_t)n, frame.p, frame.n);
    if (ZSTD_isError(k) || k != n)
        return bad(w, MAGIC, "the frame is damaged");
    *out = span_of(p, (size_t)n);
    return true;
}

static bool text_of(const struct json *j, const char *name, bool needed, struct arena *a, struct span *out)
{
    json_ref v = json_member(j, JSON_ROOT, name);

    if (v == JSON_NONE)
        return !needed;
    return json_text_of(j, v, a, out) && out->n >= 1 && out->n <= WORD;
}

static bool read_head(struct span text, struct arena *a, struct cyber_batch_head *h, struct why *w)
{
    struct why why = { 0 };
    struct json j;
    json_ref v;

    if (!json_parse(text, a, &j, &why) || !json_is(&j, JSON_ROOT, JSON_KIND_OBJECT) ||
        !text_of(&j, "release", true, a, &h->release) || !text_of(&j, "article", true, a, &h->article) ||
        !text_of(&j, "owner", false, a, &h->owner) || !text_of(&j, "group", false, a, &h->group))
        return bad(w, 2, "the head is no object with \"release\" and \"article\"");
    v = json_member(&j, JSON_ROOT, "exercise");
    if (v != JSON_NONE && !json_boolean(&j, v, &h->exercise))
        return bad(w, 2, "\"exercise\" is true or false");
    v = json_member(&j, JSON_ROOT, "embargo");
    if (v != JSON_NONE && (!json_int64(&j, v, &h->embargo) || h->embargo <= 0 || h->embargo > UINT32_MAX))
        return bad(w, 2, "\"embargo\" is a time in seconds");
    return true;
}

bool cyber_batch_open(struct span body, struct arena *a, struct cyber_batch *out, struct why *w)
{
    struct cyber_batch b = { .head = { .exercise = false } };
    struct span plain = { NULL, 0 }, head;

    if (!unpack(body, a, &plain, w))
        return false;
    b.rest = rd_of(plain);
    head = rd_take(&b.rest, rd_u16(&b.rest));
    if (!rd_ok(&b.rest))
        return bad(w, rd_offset(&b.rest), "the head is longer than the batch");
    if (!read_head(head, a, &b.head, w))
        return false;
    *out = b;
    return true;
}

bool cyber_batch_next(struct cyber_batch *b, struct span *object, bool *any, struct why *w)
{
    struct span s;

    *any = false;
    if (rd_done(&b->rest))
        return true;
    s = rd_take(&b->rest, rd_u32(&b->rest));
    if (!rd_ok(&b->rest))
        return bad(w, rd_offset(&b->rest), "an object is longer than the batch");
    *object = s;
    *any = true;
    return true;
}
