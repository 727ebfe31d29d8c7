#include "stix/bundle.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "stix/scan.h"
#include "stix/seen.h"

static const char clause[] = "STIX 2.1 8";

enum state {
    AT_START,
    AT_NAME,      /* a member's name, or the end of the container */
    AT_NEXT_NAME, /* behind a comma */
    IN_NAME,
    AT_COLON,
    AT_VALUE,
    IN_VALUE,
    AFTER_VALUE,
    AT_ITEM, /* an object, or the end of the list */
    AT_NEXT_ITEM,
    IN_ITEM,
    AFTER_ITEM,
    AT_END,
};

struct stix_stream {
    struct stix_bundle_how how;
    stix_item_take take; /* NULL: only what stands around the objects is looked at */
    void *ctx;
    enum state state;
    struct stix_scan scan;
    uint64_t at;        /* bytes of all pieces before this one */
    uint64_t value_at;  /* where the value under way begins */
    struct buffer part; /* of it, from earlier pieces */
    bool part_full;     /* it is longer than what is held */
    struct buffer head; /* the container without its objects, as an object */
    bool head_full;
    bool objects_named; /* this member's name is "objects" */
    bool typed;         /* there is a member "type" */
    bool has_objects, objects_twice;
    struct arena a;
    struct stix_seen seen;
    struct stix_summary sum;
    bool stopped;
    struct why why;
};

struct stix_stream *stix_stream_new(const struct stix_bundle_how *how, stix_item_take take, void *ctx)
{
    struct stix_stream *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->how = *how;
    s->take = take;
    s->ctx = ctx;
    s->sum.v20 = false;
    buf_init(&s->part, LIMIT_STIX_OBJECT);
    buf_init(&s->head, LIMIT_STIX_HEAD);
    arena_init(&s->a, LIMIT_STIX_MEMORY);
    stix_seen_init(&s->seen);
    return s;
}

void stix_stream_free(struct stix_stream *s)
{
    if (!s)
        return;
    buf_free(&s->part);
    buf_free(&s->head);
    arena_free(&s->a);
    stix_seen_free(&s->seen);
    free(s);
}

static bool stop(struct stix_stream *s, uint64_t at, const char *reason, const char *detail)
{
    s->stopped = true;
    return why_set(&s->why, reason, (size_t)at, clause, "%s", detail);
}

/* The value that ends here: the bytes of this piece, or those held with them. */
static struct span whole(struct stix_stream *s, struct span piece)
{
    if (s->part.n == 0 && !s->part_full)
        return piece;
    if (!s->part_full)
        buf_put(&s->part, piece);
    s->part_full = s->part_full || !buf_ok(&s->part);
    return s->part_full ? (struct span){ NULL, 0 } : buf_span(&s->part);
}

static void hold(struct stix_stream *s, struct span piece)
{
    if (s->part_full)
        return;
    buf_put(&s->part, piece);
    s->part_full = !buf_ok(&s->part);
}

static void let_go(struct stix_stream *s)
{
    buf_reset(&s->part);
    s->part_full = false;
}

static void add_to_head(struct stix_stream *s, struct span bytes, bool full)
{
    if (full || s->head_full)
        s->head_full = true;
    else
        buf_put(&s->head, bytes);
}

/* Names and plain values are decoded where they are told apart. */
static bool text_is(struct stix_stream *s, struct span quoted, const char *word)
{
    struct json j;
    bool is;

    if (!quoted.n || quoted.n > 200 || !json_parse(quoted, &s->a, &j, NULL))
        return false;
    is = json_text_is(&j, JSON_ROOT, word);
    arena_reset(&s->a);
    return is;
}

static bool name_ends(struct stix_stream *s, struct span name)
{
    s->objects_named = text_is(s, name, "objects");
    s->typed = s->typed || text_is(s, name, "type");
    if (s->head.n > 1 && s->head.p[s->head.n - 1] != '{')
        add_to_head(s, SPAN(","), false);
    add_to_head(s, name, name.p == NULL);
    add_to_head(s, SPAN(":"), false);
    return true;
}

static void value_ends(struct stix_stream *s, struct span value)
{
    if (text_is(s, value, "2.0") && s->head.n > 15 &&
        memcmp(s->head.p + s->head.n - 15, "\"spec_version\":", 15) == 0)
        s->sum.v20 = true;
    add_to_head(s, value, value.p == NULL);
}

/* The same id and version once more: with the same bytes it is harmless. */
static void look_for_twin(struct stix_stream *s, struct stix_item *item, struct why *w)
{
    enum stix_twin twin = stix_seen_add(&s->seen, item->object, item->bytes);

    item->repeated = twin != STIX_TWIN_NONE;
    if (twin != STIX_TWIN_OTHER)
        return;
    item->good = false;
    (void)why_set(w, "duplicate-content", 0, "STIX 2.1 3.6",
                  "the same id and version stood before with other content");
}

static bool place_ends(struct stix_stream *s, uint64_t end)
{
    const struct stix_item item = { .index = s->sum.objects++,
                                    .offset = s->value_at,
                                    .length = end - s->value_at };

    return s->take(s->ctx, &item) || stop(s, s->value_at, "stopped", "the receiver wanted no more");
}

static bool item_ends(struct stix_stream *s, struct span bytes, uint64_t end)
{
    struct stix_findings f;
    struct stix_object o = { .confidence = -1 };
    struct stix_how how = s->how.object;
    struct why w = { 0 };
    struct stix_item item = { .index = s->sum.objects,
                              .offset = s->value_at,
                              .length = end - s->value_at,
                              .bytes = bytes,
                              .object = &o,
                              .findings = &f,
                              .why = &w };
    bool go_on = true;

    how.v20 = how.v20 || s->sum.v20;
    stix_findings_init(&f);
    if (s->take) {
        if (!bytes.p)
            (void)why_set(&w, "too-large", 0, clause, "an object longer than the limit");
        else
            item.good = stix_read(bytes, &how, &s->a, &o, &f, &w);
        if (item.good && o.class == STIX_BUNDLE) {
            item.good = false;
            (void)why_set(&w, "reference-type", 0, clause, "a bundle in a bundle");
        }
        if (item.good && s->how.duplicates)
            look_for_twin(s, &item, &w);
        if (w.reason && w.offset != WHY_NO_OFFSET)
            w.offset += (size_t)s->value_at;
        go_on = s->take(s->ctx, &item);
        arena_reset(&s->a);
    }
    s->sum.objects++;
    s->sum.good += item.good;
    s->sum.repeated += item.repeated;
    return go_on || stop(s, s->value_at, "stopped", "the receiver wanted no more");
}

static void begin_value(struct stix_stream *s, uint8_t first, uint64_t at, enum state in)
{
    s->scan = stix_scan_from(first);
    s->value_at = at;
    s->state = in;
}

/* A value, a name or an object up to its end or that of the piece. */
static bool run_value(struct stix_stream *s, struct span piece, const uint8_t **p)
{
    const uint8_t *from = *p, *end = piece.p + piece.n;
    struct span bytes;
    bool done, good = true;

    *p = stix_scan_on(&s->scan, from, end, &done);
    if (s->state == IN_ITEM && s->how.places) {
        if (!done)
            return true;
        s->state = AFTER_ITEM;
        return place_ends(s, s->at + (uint64_t)(*p - piece.p));
    }
    if (!done) {
        hold(s, span_of(from, (size_t)(*p - from)));
        return true;
    }
    bytes = whole(s, span_of(from, (size_t)(*p - from)));
    if (s->state == IN_NAME) {
        good = name_ends(s, bytes);
        s->state = AT_COLON;
    } else if (s->state == IN_VALUE) {
        value_ends(s, bytes);
        s->state = AFTER_VALUE;
    } else {
        s->state = AFTER_ITEM;
        good = item_ends(s, bytes, s->at + (uint64_t)(*p - piece.p));
    }
    let_go(s);
    return good;
}

/* A list under "objects" is what it is all about; any other value belongs to the head. */
static void at_value(struct stix_stream *s, const uint8_t **p, uint64_t at)
{
    if (!s->objects_named || **p != '[') {
        begin_value(s, **p, at, IN_VALUE);
        return;
    }
    s->objects_twice = s->has_objects;
    s->has_objects = true;
    s->state = AT_ITEM;
    add_to_head(s, SPAN("[{}]"), false);
    ++*p;
}

/* One byte that is no blank, between values. */
static bool step(struct stix_stream *s, const uint8_t **p, uint64_t at)
{
    uint8_t c = **p;

    switch ((int)s->state) {
    case AT_START:
        if (c != '{')
            return stop(s, at, "json", "neither a bundle nor an envelope: '{' is expected");
        add_to_head(s, SPAN("{"), false);
        s->state = AT_NAME;
        ++*p;
        return true;
    case AT_NAME:
    case AT_NEXT_NAME:
        if (c == '"') {
            begin_value(s, c, at, IN_NAME);
            return true;
        }
        if (c != '}' || s->state == AT_NEXT_NAME)
            return stop(s, at, "json", "a member's name is expected");
        s->state = AT_END;
        ++*p;
        return true;
    case AT_COLON:
        s->state = AT_VALUE;
        ++*p;
        return c == ':' || stop(s, at, "json", "':' is expected");
    case AT_VALUE:
        if (c == ',' || c == '}' || c == ']' || c == ':')
            return stop(s, at, "json", "a value is expected");
        at_value(s, p, at);
        return true;
    case AFTER_VALUE:
        s->state = c == '}' ? AT_END : AT_NEXT_NAME;
        ++*p;
        return c == ',' || c == '}' || stop(s, at, "json", "',' or '}' is expected");
    case AT_ITEM:
    case AT_NEXT_ITEM:
        if (c == ']' && s->state == AT_ITEM) {
            s->state = AFTER_VALUE;
            ++*p;
            return true;
        }
        if (c == ',' || c == '}' || c == ']' || c == ':')
            return stop(s, at, "json", "an object is expected");
        begin_value(s, c, at, IN_ITEM);
        return true;
    case AFTER_ITEM:
        s->state = c == ']' ? AFTER_VALUE : AT_NEXT_ITEM;
        ++*p;
        return c == ',' || c == ']' || stop(s, at, "json", "',' or ']' is expected");
    default:
        return stop(s, at, "json", "something after the end");
    }
}

bool stix_stream_feed(struct stix_stream *s, struct span piece, struct why *w)
{
    const uint8_t *p = piece.p, *end = piece.n ? piece.p + piece.n : piece.p;

    while (p < end && !s->stopped) {
        if (s->state == IN_NAME || s->state == IN_VALUE || s->state == IN_ITEM) {
            (void)run_value(s, piece, &p);
            continue;
        }
        if (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
            p++;
        else
            (void)step(s, &p, s->at + (uint64_t)(p - piece.p));
    }
    s->at += (uint64_t)(p - piece.p);
    if (s->stopped && w)
        *w = s->why;
    return !s->stopped;
}

/* What the container says of itself, read as an object of its own. */
static void read_head(struct stix_stream *s)
{
    struct stix_summary *sum = &s->sum;
    const struct stix_how how = { .v20 = true, .strict = s->how.object.strict };
    struct stix_findings f;
    struct stix_object o;
    struct span text;
    struct json j;
    bool more;

    stix_findings_init(&f);
    sum->sound = true;
    buf_u8(&s->head, '}');
    if (s->head_full || !buf_ok(&s->head)) {
        sum->sound = why_set(&sum->why, "too-large", 0, clause, "more around the objects than the limit");
        return;
    }
    if (!json_parse(buf_span(&s->head), &s->a, &j, &sum->why)) {
        sum->why.offset = WHY_NO_OFFSET;
        sum->sound = false;
        return;
    }
    if (json_text_of(&j, json_member(&j, JSON_ROOT, "id"), &s->a, &text) && text.n < sizeof sum->id) {
        struct stix_id id;

        if (stix_id_read(text, &id))
            memcpy(sum->id, text.p, text.n);
    }
    if (json_text_is(&j, json_member(&j, JSON_ROOT, "type"), "bundle")) {
        sum->in = STIX_IN_BUNDLE;
        sum->sound = stix_read_value(&j, JSON_ROOT, &how, &s->a, &o, &f, &sum->why);
        sum->should = f.should;
        if (sum->sound && s->has_objects && sum->objects == 0)
            sum->sound = why_set(&sum->why, "empty-list", WHY_NO_OFFSET, "STIX 2.1 2.12",
                                 "a bundle with an empty list");
        sum->why.offset = WHY_NO_OFFSET;
        return;
    }
    sum->in = STIX_IN_ENVELOPE;
    if (json_member(&j, JSON_ROOT, "more") != JSON_NONE &&
        !(json_boolean)(&j, json_member(&j, JSON_ROOT, "more"), &more))
        sum->sound =
            why_set(&sum->why, "wrong-type", WHY_NO_OFFSET, "TAXII 2.1 3.7", "more is not true or false");
    sum->more = json_is(&j, json_member(&j, JSON_ROOT, "more"), JSON_KIND_TRUE);
    if (json_text_of(&j, json_member(&j, JSON_ROOT, "next"), &s->a, &text)) {
        sum->next_n = text.n <= STIX_NEXT ? text.n : 0;
        if (text.n > STIX_NEXT)
            sum->sound = why_set(&sum->why, "too-large", WHY_NO_OFFSET, "TAXII 2.1 3.7",
                                 "next is longer than the limit");
        else if (text.n)
            memcpy(sum->next, text.p, text.n);
    }
}

static void say_where(struct stix_stream *s)
{
    s->stopped = true;
    if (s->state == IN_ITEM)
        (void)why_set(&s->why, "truncated", (size_t)s->at, clause,
                      "the input ends inside object %zu, begun at byte %llu", s->sum.objects,
                      (unsigned long long)s->value_at);
    else
        (void)why_set(&s->why, "truncated", (size_t)s->at, clause,
                      "the input ends before its container, after %zu objects", s->sum.objects);
}

bool stix_stream_end(struct stix_stream *s, struct stix_summary *out, struct why *w)
{
    if (!s->stopped && s->state != AT_END)
        say_where(s);
    s->sum.bytes = s->at;
    if (!s->stopped) {
        read_head(s);
        if (s->typed && s->sum.in != STIX_IN_BUNDLE)
            (void)stop(s, 0, "no-objects", "an object, neither a bundle nor an envelope");
        if (s->objects_twice && s->sum.sound)
            s->sum.sound =
                why_set(&s->sum.why, "duplicate-member", WHY_NO_OFFSET, "RFC 8259", "objects stands twice");
    }
    *out = s->sum;
    if (s->stopped && w)
        *w = s->why;
    return !s->stopped;
}

/* A single object, given as the whole input. */
static bool read_object(struct span text, const struct stix_bundle_how *how, stix_item_take take, void *ctx,
                        struct stix_summary *out)
{
    struct stix_findings f;
    struct stix_object o;
    struct why w = { 0 };
    struct stix_item item = { .bytes = text, .object = &o, .findings = &f, .why = &w };
    struct arena a;

    arena_init(&a, LIMIT_STIX_MEMORY);
    stix_findings_init(&f);
    item.good = stix_read(text, &how->object, &a, &o, &f, &w);
    *out = (struct stix_summary){
        .in = STIX_IN_OBJECT, .objects = 1, .good = item.good, .bytes = text.n, .sound = true
    };
    (void)!take(ctx, &item);
    arena_free(&a);
    return true;
}

bool stix_bundle_read(struct span text, const struct stix_bundle_how *how, stix_item_take take, void *ctx,
                      struct stix_summary *out, struct why *w)
{
    struct stix_stream *ahead = stix_stream_new(how, NULL, NULL), *s = NULL;
    struct stix_bundle_how told = *how;
    struct stix_summary sum = { .in = STIX_IN_NOTHING };
    bool good;

    /* What stands around the objects first: the version may stand behind them. */
    good = stix_stream_feed(ahead, text, NULL) && stix_stream_end(ahead, &sum, NULL);
    if (!good && ahead->why.reason && strcmp(ahead->why.reason, "no-objects") == 0) {
        good = read_object(text, how, take, ctx, out);
        goto out;
    }
    told.object.v20 = told.object.v20 || ahead->sum.v20;
    s = stix_stream_new(&told, take, ctx);
    good = stix_stream_feed(s, text, w);
    good = stix_stream_end(s, out, w) && good;
out:
    stix_stream_free(ahead);
    stix_stream_free(s);
    return good;
}
