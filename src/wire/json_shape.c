#include "wire/json_shape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/jcs.h"

/* A container that is being walked. */
struct frame {
    const struct shape *shape;
    json_ref container, at; /* at: the item or name that comes next */
};

struct walk {
    const struct json *j;
    struct arena *a;
    shape_tell tell;
    void *ctx;
    struct why *w;
    bool stopped;
    unsigned depth;
    struct frame frame[LIMIT_JSON_DEPTH + 1];
};

static const char *const kind_words[] = {
    [SHAPE_ANY] = "anything",
    [SHAPE_TEXT] = "a text",
    [SHAPE_TEXT_OR_NULL] = "a text or null",
    [SHAPE_NUMBER] = "a number",
    [SHAPE_INTEGER] = "a whole number",
    [SHAPE_BOOLEAN] = "true or false",
    [SHAPE_ARRAY] = "an array",
    [SHAPE_OBJECT] = "an object",
};

static void say(struct walk *x, enum shape_fault fault, json_ref at, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void say(struct walk *x, enum shape_fault fault, json_ref at, const char *fmt, ...)
{
    char text[WHY_DETAIL];
    va_list ap;

    if (x->stopped)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    x->stopped = !x->tell(x->ctx, fault, at, text);
}

static bool of_kind(const struct json *j, json_ref v, enum shape_kind kind)
{
    enum json_kind k = (enum json_kind)j->node[v].kind;
    double d;

    switch (kind) {
    case SHAPE_ANY:
        return true;
    case SHAPE_TEXT:
        return k == JSON_KIND_STRING;
    case SHAPE_TEXT_OR_NULL:
        return k == JSON_KIND_STRING || k == JSON_KIND_NULL;
    case SHAPE_NUMBER:
        return k == JSON_KIND_NUMBER;
    case SHAPE_INTEGER:
        return k == JSON_KIND_NUMBER && json_double(j, v, &d) && d >= -9e15 && d <= 9e15 &&
               (double)(int64_t)d == d;
    case SHAPE_BOOLEAN:
        return k == JSON_KIND_TRUE || k == JSON_KIND_FALSE;
    case SHAPE_ARRAY:
        return k == JSON_KIND_ARRAY;
    case SHAPE_OBJECT:
        return k == JSON_KIND_OBJECT;
    }
    return false;
}

static size_t characters(struct span s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += (s.p[i] & 0xc0) != 0x80;
    return n;
}

static bool one_of(struct span s, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (span_eq_str(s, words[i]))
            return true;
    return false;
}

static bool check_text(struct walk *x, json_ref v, const struct shape *s)
{
    struct span t;

    if (!s->least && !s->words && !s->text)
        return true;
    if (!json_text_of(x->j, v, x->a, &t))
        return why_set(x->w, "too-large", json_offset(x->j, v), NULL, "more text than this program takes");
    if (s->least && t.n < 4 * (size_t)s->least && characters(t) < s->least)
        say(x, SHAPE_LENGTH, v, s->least == 1 ? "it is empty" : "it has fewer than %u characters", s->least);
    else if (s->words && !one_of(t, s->words))
        say(x, SHAPE_WORD, v, "it is none of the words that may stand here");
    else if (s->text && !s->text->fits(t))
        say(x, SHAPE_PATTERN, v, "it is not %s", s->text->is);
    return true;
}

static void check_number(struct walk *x, json_ref v, const struct shape *s)
{
    double d = 0;

    if (s->bounded && (!json_double(x->j, v, &d) || d < s->low || d > s->high))
        say(x, SHAPE_RANGE, v, "it is not between %g and %g", s->low, s->high);
}

struct item {
    struct span text;
    json_ref at;
};

static int by_text(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int c = span_cmp(x->text, y->text);

    return c != 0 ? c : x->at < y->at ? -1 : x->at > y->at;
}

/* The items' canonical forms, one after another in the arena; plain strings as they stand. */
static bool item_texts(struct walk *x, json_ref array, struct item *item, size_t n)
{
    struct buffer b;
    bool plain = true, ok = true;
    size_t k = 0;
    json_ref v;

    for (v = json_first(x->j, array); v != JSON_NONE; v = json_after(x->j, array, v)) {
        item[k].at = v;
        item[k++].text = json_source(x->j, v);
        plain = plain && json_is(x->j, v, JSON_KIND_STRING) && !x->j->node[v].escaped;
    }
    if (plain)
        return true;
    buf_init(&b, x->j->node[array].len * (size_t)2 + 64);
    for (k = 0; ok && k < n; k++) {
        buf_reset(&b);
        ok = jcs_put(&b, x->j, item[k].at, x->a, NULL);
        item[k].text = arena_copy(x->a, buf_span(&b));
        ok = ok && item[k].text.p;
    }
    buf_free(&b);
    /* A number beyond a double has no canonical form: such items are taken as written. */
    return ok || x->a->used < x->a->ceiling;
}

static bool check_unique(struct walk *x, json_ref array, size_t n)
{
    struct item *item = n > 1 ? arena_array(x->a, n, sizeof *item) : NULL;

    if (n < 2)
        return true;
    if (!item || !item_texts(x, array, item, n))
        return why_set(x->w, "too-large", json_offset(x->j, array), NULL,
                       "more items than this program takes");
    qsort(item, n, sizeof *item, by_text);
    for (size_t i = 1; i < n; i++)
        if (span_eq(item[i].text, item[i - 1].text))
            say(x, SHAPE_SAME, item[i].at, "it stands twice in a list whose items differ");
    return true;
}

static const struct shape_member *member_of(const struct walk *x, const struct shape *s, json_ref name)
{
    const struct json_node *n = &x->j->node[name];
    const uint8_t *p = x->j->text.p + n->at;

    for (uint32_t i = 0; i < s->members; i++) {
        const char *m = s->member[i].name;

        if (n->escaped ? json_text_is(x->j, name, m) : strlen(m) == n->len && memcmp(m, p, n->len) == 0)
            return &s->member[i];
    }
    return NULL;
}

static void check_members(struct walk *x, json_ref v, const struct shape *s)
{
    uint32_t n = 0;
    uint64_t seen = 0;

    for (json_ref m = json_first(x->j, v); m != JSON_NONE; m = json_after(x->j, v, m)) {
        const struct shape_member *known = member_of(x, s, m);

        n++;
        if (known)
            seen |= (uint64_t)1 << (known - s->member);
    }
    for (uint32_t i = 0; i < s->members; i++)
        if (s->member[i].required && !(seen >> i & 1))
            say(x, SHAPE_MISSING, v, "the member \"%s\" is missing", s->member[i].name);
    if (n < s->least)
        say(x, SHAPE_LENGTH, v, "it has %u members, and at least %u are wanted", n, s->least);
    if (s->most && n > s->most)
        say(x, SHAPE_LENGTH, v, "it has %u members, and at most %u are allowed", n, s->most);
}

static void push(struct walk *x, json_ref v, const struct shape *s)
{
    if (x->depth < sizeof x->frame / sizeof *x->frame)
        x->frame[x->depth++] = (struct frame){ s, v, json_first(x->j, v) };
}

static bool check_container(struct walk *x, json_ref v, const struct shape *s)
{
    if (s->kind == SHAPE_OBJECT) {
        check_members(x, v, s);
    } else {
        size_t n = json_count(x->j, v);

        if (n < s->least)
            say(x, SHAPE_LENGTH, v, "it has %zu items, and at least %u are wanted", n, s->least);
        if (s->unique && !check_unique(x, v, n))
            return false;
    }
    push(x, v, s);
    return true;
}

static bool check_value(struct walk *x, json_ref v, const struct shape *s)
{
    const char *says = NULL;

    for (int i = 0; s && s->choose && i < 4; i++) {
        s = s->choose(x->j, v, &says);
        if (!s)
            say(x, SHAPE_OTHER, v, "%s", says ? says : "it is none of the things that may stand here");
    }
    if (!s)
        return true;
    if (!of_kind(x->j, v, s->kind)) {
        say(x, SHAPE_KIND, v, "it is not %s", kind_words[s->kind]);
        return true;
    }
    if (s->also && !s->also(x->j, v, &says))
        say(x, SHAPE_OTHER, v, "%s", says ? says : "it is not as it should be");
    if (json_is(x->j, v, JSON_KIND_STRING) && s->kind != SHAPE_ANY)
        return check_text(x, v, s);
    if (json_is(x->j, v, JSON_KIND_NUMBER))
        check_number(x, v, s);
    if (s->kind == SHAPE_ARRAY || s->kind == SHAPE_OBJECT)
        return check_container(x, v, s);
    return true;
}

/* The value behind a member's name. */
static bool check_member(struct walk *x, json_ref name, const struct shape *s)
{
    const struct shape_member *m = member_of(x, s, name);
    struct span t;

    if (m)
        return check_value(x, json_value_of(x->j, name), m->shape);
    if (!s->other && !s->key) {
        say(x, SHAPE_UNKNOWN, name, "the standard has no member of this name here");
        return true;
    }
    if (!json_text_of(x->j, name, x->a, &t))
        return why_set(x->w, "too-large", json_offset(x->j, name), NULL, "more text than this program takes");
    if (s->key && !s->key->fits(t)) {
        say(x, SHAPE_UNKNOWN, name, "the name of this member is not %s", s->key->is);
        return true;
    }
    return !s->other || check_value(x, json_value_of(x->j, name), s->other);
}

bool json_shape_check(const struct json *j, json_ref v, const struct shape *s, struct arena *a,
                      shape_tell tell, void *ctx, struct why *w)
{
    struct walk x = { .j = j, .a = a, .tell = tell, .ctx = ctx, .w = w };

    if (!check_value(&x, v, s))
        return false;
    while (x.depth && !x.stopped) {
        struct frame *f = &x.frame[x.depth - 1];
        json_ref at = f->at;

        if (at == JSON_NONE) {
            x.depth--;
            continue;
        }
        f->at = json_after(j, f->container, at);
        if (f->shape->kind == SHAPE_OBJECT) {
            if (!check_member(&x, at, f->shape))
                return false;
        } else if (f->shape->item && !check_value(&x, at, f->shape->item)) {
            return false;
        }
    }
    return true;
}

static void pointer_token(const struct json *j, json_ref name, struct buffer *out)
{
    struct arena a;
    struct span s;

    arena_init(&a, 1u << 20);
    if (!json_text_of(j, name, &a, &s))
        s = json_source(j, name);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '~')
            buf_str(out, "~0");
        else if (s.p[i] == '/')
            buf_str(out, "~1");
        else
            buf_u8(out, s.p[i]);
    }
    arena_free(&a);
}

void json_pointer(const struct json *j, json_ref v, struct buffer *out)
{
    json_ref at = JSON_ROOT;

    while (v != JSON_NONE && v < j->n && at != v) {
        bool object = json_is(j, at, JSON_KIND_OBJECT);
        int64_t i = 0;
        json_ref item = json_first(j, at);

        /* An object's value is skipped with its name: the one whose next name is beyond v holds it. */
        while (item != JSON_NONE) {
            json_ref after = json_after(j, at, item);

            if (after == JSON_NONE || after > v)
                break;
            item = after;
            i++;
        }
        if (item == JSON_NONE)
            return;
        buf_u8(out, '/');
        if (!object)
            buf_decimal(out, i);
        else
            pointer_token(j, item, out);
        if (item == v)
            return;
        at = object ? json_value_of(j, item) : item;
    }
}
