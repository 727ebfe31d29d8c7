#include "detect/warning.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/text.h"
#include "detect/image_internal.h"

enum { EXPRESSION_STEPS = 10000 /* of one match */ };

/* A listed range, as IPv6 addresses; IPv4 stands in ::ffff:0:0/96. */
struct range {
    uint8_t from[16], to[16];
    uint16_t list;
};

struct entry {
    uint16_t list;
    struct span text; /* of a substring, lower case as it was stored */
    pcre2_code *code; /* of an expression */
};

struct detect_warnings {
    const struct detect_image *image;
    struct detect_list list[DETECT_LISTS];
    size_t lists, entries, ranges;
    struct entry *entry;
    struct range *range; /* by from */
};

static void range_of(enum detect_kind kind, struct span form, struct range *r)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    bool cidr = kind == DETECT_CIDR4 || kind == DETECT_CIDR6;
    struct span a = cidr ? span_sub(form, 1, form.n) : form;
    unsigned bits = cidr ? form.p[0] : 128;

    if (a.n == 4) {
        memcpy(r->from, mapped, 12);
        memcpy(r->from + 12, a.p, 4);
        bits = cidr ? bits + 96 : 128;
    } else if (a.p) {
        memcpy(r->from, a.p, 16);
    }
    memcpy(r->to, r->from, 16);
    for (unsigned i = bits; i < 128; i++)
        r->to[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

static int by_from(const void *a, const void *b)
{
    return memcmp(((const struct range *)a)->from, ((const struct range *)b)->from, 16);
}

static bool list_number(struct span id, uint16_t *out)
{
    uint64_t v;

    if (!text_number(id, DETECT_LISTS - 1, &v))
        return false;
    *out = (uint16_t)v;
    return true;
}

static void gather_ranges(struct detect_warnings *x)
{
    struct detect_walk walk = { 0 };
    struct detect_found *f = malloc(sizeof *f);
    uint64_t room = x->image->of[DETECT_CIDR4] + x->image->of[DETECT_CIDR6];

    x->range = calloc(room + 1, sizeof *x->range);
    if (!f || !x->range)
        abort();
    while (x->ranges < room && detect_image_each(x->image, &walk, f)) {
        struct range *r = &x->range[x->ranges];

        if ((f->indicator.kind == DETECT_CIDR4 || f->indicator.kind == DETECT_CIDR6) &&
            list_number(f->indicator.id, &r->list)) {
            range_of(f->indicator.kind, f->indicator.value, r);
            x->ranges++;
        }
    }
    qsort(x->range, x->ranges, sizeof *x->range, by_from);
    free(f);
}

/* "/^a/i", or the expression alone. */
static bool compile(struct span s, pcre2_code **out, struct why *w)
{
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    size_t end = s.n, offset;
    int error;

    if (s.n > 2 && s.p[0] == '/') {
        while (end > 1 && s.p[end - 1] != '/')
            end--;
        if (end > 1) {
            for (size_t i = end; i < s.n; i++)
                options |= s.p[i] == 'i' ? PCRE2_CASELESS : 0;
            s = span_sub(s, 1, end - 1);
        }
    }
    *out = pcre2_compile(s.p, s.n, options, &error, &offset, NULL);
    if (!*out)
        return why_set(w, "expression", offset, NULL,
                       "a regular expression of a warning list does not compile");
    (void)pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE);
    return true;
}

static bool add_entry(struct detect_warnings *x, struct span bytes, struct why *w)
{
    struct entry e = { 0 };

    if (bytes.n < 3)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "an entry of a warning list is cut");
    e.list = (uint16_t)(bytes.p[0] | bytes.p[1] << 8);
    e.text = span_sub(bytes, 2, bytes.n);
    if (e.list >= x->lists)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "an entry is of no warning list");
    if (x->list[e.list].type == LIST_REGEX && !compile(e.text, &e.code, w))
        return false;
    x->entry[x->entries++] = e;
    return true;
}

static bool read_notes(struct detect_warnings *x, struct why *w)
{
    struct span bytes;
    unsigned note;
    uint64_t at = 0;
    size_t n = 0;

    while (detect_image_note(x->image, &at, &note, &bytes))
        n += note == DETECT_NOTE_ENTRY;
    x->entry = calloc(n + 1, sizeof *x->entry);
    if (!x->entry)
        abort();
    for (at = 0; detect_image_note(x->image, &at, &note, &bytes);) {
        if (note == DETECT_NOTE_LIST &&
            (x->lists == DETECT_LISTS || !detect_list_of(bytes, &x->list[x->lists++])))
            return why_set(w, "damaged", WHY_NO_OFFSET, NULL,
                           "more warning lists than can be, or one is damaged");
        if (note == DETECT_NOTE_ENTRY && !add_entry(x, bytes, w))
            return false;
    }
    return true;
}

bool detect_warnings_new(const struct detect_image *i, struct detect_warnings **ret, struct why *w)
{
    struct detect_warnings *x = calloc(1, sizeof *x);

    if (!x)
        abort();
    x->image = i;
    if (!read_notes(x, w)) {
        detect_warnings_free(x);
        return false;
    }
    gather_ranges(x);
    *ret = x;
    return true;
}

void detect_warnings_free(struct detect_warnings *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->entries; i++)
        pcre2_code_free(x->entry[i].code);
    free(x->entry);
    free(x->range);
    free(x);
}

struct span detect_warnings_name(const struct detect_warnings *x, unsigned list)
{
    return list < x->lists ? x->list[list].name : (struct span){ NULL, 0 };
}

/* Which lists were met: a bit each. */
struct met {
    const struct detect_warnings *x;
    uint32_t kind_bit;
    uint64_t list[DETECT_LISTS / 64];
};

static void meet(struct met *t, unsigned list)
{
    if (list < t->x->lists && (t->x->list[list].kinds & t->kind_bit))
        t->list[list / 64] |= (uint64_t)1 << list % 64;
}

/* Entries of the image that are equal to this. */
static void meet_equal(struct met *t, enum detect_kind kind, struct span form)
{
    const struct detect_image *i = t->x->image;
    uint64_t print, at = 0;
    struct detect_found *f;
    uint16_t list;

    if (!(i->kinds >> kind & 1) || form.n == 0)
        return;
    print = detect_print_of(&i->key, kind, form);
    if (!detect_bloom_has(i, print))
        return;
    f = malloc(sizeof *f);
    if (!f)
        abort();
    while (detect_image_next(i, print, kind, form, &at, f))
        if (list_number(f->indicator.id, &list))
            meet(t, list);
    free(f);
}

static void meet_cidr(struct met *t, const struct range *r, unsigned bits, bool v4)
{
    uint8_t form[17] = { 0 };
    size_t n = v4 ? 4 : 16, from = v4 ? 12 : 0;

    for (unsigned k = 0; k <= bits; k++) {
        form[0] = (uint8_t)k;
        memcpy(form + 1, r->from + from, n);
        for (unsigned i = k; i < 8 * n; i++)
            form[1 + i / 8] &= (uint8_t) ~(0x80 >> i % 8);
        meet_equal(t, v4 ? DETECT_CIDR4 : DETECT_CIDR6, span_of(form, n + 1));
    }
}

/* Listed ranges around this one, and those inside it. */
static void meet_ranges(struct met *t, enum detect_kind kind, struct span form)
{
    bool v4 = kind == DETECT_IPV4 || kind == DETECT_CIDR4;
    bool cidr = kind == DETECT_CIDR4 || kind == DETECT_CIDR6;
    size_t lo = 0, hi = t->x->ranges;
    struct range r;

    range_of(kind, form, &r);
    meet_cidr(t, &r, cidr ? form.p[0] : v4 ? 32 : 128, v4);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (memcmp(t->x->range[mid].from, r.from, 16) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; cidr && lo < t->x->ranges && memcmp(t->x->range[lo].from, r.to, 16) <= 0; lo++)
        meet(t, t->x->range[lo].list);
}

static void meet_name(struct met *t, struct span name)
{
    meet_equal(t, DETECT_DOMAIN, name);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '.')
            meet_equal(t, DETECT_DOMAIN, span_sub(name, i + 1, name.n));
}

static void meet_texts(struct met *t, struct span text)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);

    if (!context || !data)
        abort();
    (void)pcre2_set_match_limit(context, EXPRESSION_STEPS);
    for (size_t i = 0; i < t->x->entries; i++) {
        const struct entry *e = &t->x->entry[i];

        if (e->code ? pcre2_match(e->code, text.p, text.n, 0, 0, data, context) >= 0
                    : text.n >= e->text.n && memmem(text.p, text.n, e->text.p, e->text.n))
            meet(t, e->list);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
}

static struct span host_in(enum detect_kind kind, struct span form)
{
    size_t n = 0, from = 0;
    unsigned port;

    if (kind == DETECT_DOMAIN)
        return form;
    if (kind == DETECT_MAIL) {
        for (from = form.n; from > 0 && form.p[from - 1] != '@'; from--)
            ;
        return span_sub(form, from, form.n);
    }
    while (n < form.n && form.p[n] != '/')
        n++;
    return detect_host_of(span_sub(form, 0, n), &port);
}

size_t detect_warnings_of(const struct detect_warnings *x, enum detect_kind kind, struct span value,
                          uint16_t *out, size_t room)
{
    struct met t = { .x = x, .kind_bit = 1u << kind };
    uint8_t *text = malloc(2 * DETECT_VALUE);
    struct buffer b;
    size_t n = 0;

    if (!text)
        abort();
    buf_init_fixed(&b, text, 2 * DETECT_VALUE);
    detect_put_readable(&b, kind, value);
    for (size_t i = 0; i < b.n; i++)
        b.p[i] = (uint8_t)(ascii_upper(b.p[i]) ? b.p[i] | 0x20 : b.p[i]);
    if (kind <= DETECT_CIDR6)
        meet_ranges(&t, kind, value);
    else if (kind == DETECT_DOMAIN || kind == DETECT_URL || kind == DETECT_URL_PREFIX || kind == DETECT_MAIL)
        meet_name(&t, host_in(kind, value));
    meet_equal(&t, DETECT_TEXT, buf_span(&b));
    if (x->entries)
        meet_texts(&t, buf_span(&b));
    free(text);
    for (size_t i = 0; i < x->lists && n < room; i++)
        if (t.list[i / 64] >> i % 64 & 1)
            out[n++] = (uint16_t)i;
    return n;
}
