/*
 * Looking up: one hash table for all lists, whose keys are (what, bytes): a text that must be equal, a name
 * and all below it, a range by its network and prefix. Substrings are found by their first four bytes at each
 * place of the value; expressions run one by one.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "intel/seen.h"
#include "intel/warninglist.h"

enum key { KEY_STRING = 1, KEY_HOST, KEY_RANGE4, KEY_RANGE6, KEY_GRAM };

enum { GRAM = 4, LISTS_WORDS = LIMIT_WARNINGLISTS / 64 };

/* One entry of one list; those of a key form a chain. */
struct place {
    uint32_t next; /* 1 + its place in the array; 0: the last */
    uint16_t list;
    struct span text; /* of substrings; else the key itself */
    uint8_t key;
};

struct expression {
    pcre2_code *code;
    uint16_t list;
};

struct warninglists {
    struct arena a;
    size_t n;
    struct span name[LIMIT_WARNINGLISTS];
    uint32_t kinds[LIMIT_WARNINGLISTS];
    struct place *place;
    size_t places;
    uint32_t *slot; /* 1 + place; 0: free; a power of two of them */
    size_t room;
    struct {
        struct place *at;
        size_t n;
    } brief; /* substrings shorter than GRAM */
    struct expression *expression;
    size_t expressions;
    uint64_t prefix4, prefix6[3]; /* which prefix lengths there are */
    pcre2_match_context *context;
};

/* What one look-up found. */
struct found {
    uint64_t bit[LISTS_WORDS];
};

static void lower_copy(struct span s, uint8_t *out)
{
    for (size_t i = 0; i < s.n; i++)
        out[i] = (uint8_t)(ascii_upper(s.p[i]) ? s.p[i] + 32 : s.p[i]);
}

static size_t slot_of(const struct warninglists *l, unsigned key, struct span text)
{
    size_t at = (size_t)intel_hash(text, key) & (l->room - 1);

    for (; l->slot[at]; at = (at + 1) & (l->room - 1)) {
        const struct place *p = &l->place[l->slot[at] - 1];

        if (p->key == key && span_eq(key == KEY_GRAM ? span_sub(p->text, 0, GRAM) : p->text, text))
            break;
    }
    return at;
}

static void put(struct warninglists *l, unsigned key, struct span text, uint16_t list)
{
    size_t at = slot_of(l, key, key == KEY_GRAM ? span_sub(text, 0, GRAM) : text);

    l->place[l->places] = (struct place){ l->slot[at], list, text, (uint8_t)key };
    l->slot[at] = (uint32_t)++l->places;
}

static void mark(const struct warninglists *l, struct found *f, unsigned key, struct span text, uint32_t kind)
{
    for (uint32_t p = l->slot[slot_of(l, key, text)]; p; p = l->place[p - 1].next) {
        uint16_t list = l->place[p - 1].list;

        if (l->kinds[list] & kind)
            f->bit[list / 64] |= 1ull << list % 64;
    }
}

/* Network and prefix as the key of a range. */
static struct span range_key(const uint8_t *network, size_t n, unsigned bits, uint8_t out[17])
{
    memset(out, 0, 17);
    memcpy(out, network, n);
    for (size_t i = 0; i < n; i++) {
        unsigned keep = bits >= 8 * (i + 1) ? 8 : bits <= 8 * i ? 0 : (unsigned)(bits - 8 * i);

        out[i] &= (uint8_t)(0xff00u >> keep);
    }
    out[n] = (uint8_t)bits;
    return span_of(out, n + 1);
}

static bool has_prefix(const struct warninglists *l, size_t n, unsigned bits)
{
    return n == 4 ? l->prefix4 >> bits & 1 : l->prefix6[bits / 64] >> bits % 64 & 1;
}

static void add_range(struct warninglists *l, struct span s, uint16_t list)
{
    uint8_t b[16], key[17];
    unsigned bits;
    struct span k;
    bool host;
    size_t n;

    if (!intel_read_address(s, b, &n, &bits, &host))
        return;
    if (n == 4)
        l->prefix4 |= 1ull << bits;
    else
        l->prefix6[bits / 64] |= 1ull << bits % 64;
    k = range_key(b, n, bits, key);
    put(l, n == 4 ? KEY_RANGE4 : KEY_RANGE6, arena_copy(&l->a, k), list);
}

static void add_text(struct warninglists *l, enum warninglist_kind kind, struct span s, uint16_t list)
{
    uint8_t *copy = arena_alloc(&l->a, s.n);
    struct span text;

    if (!copy)
        return;
    lower_copy(s, copy);
    text = span_of(copy, s.n);
    if (kind == WARNINGLIST_HOSTNAME) {
        while (text.n && text.p[0] == '.')
            text = span_sub(text, 1, text.n);
        while (text.n && text.p[text.n - 1] == '.')
            text.n--;
        if (text.n)
            put(l, KEY_HOST, text, list);
    } else if (kind == WARNINGLIST_STRING) {
        put(l, KEY_STRING, text, list);
    } else if (text.n >= GRAM) {
        put(l, KEY_GRAM, text, list);
    } else {
        l->brief.at[l->brief.n++] = (struct place){ 0, list, text, 0 };
    }
}

/* "/expression/flags" as PHP has it, or the expression alone. */
static struct span between_delimiters(struct span s, uint32_t *flags)
{
    size_t end = s.n;
    int c = s.n > 2 ? s.p[0] : 0;

    *flags = PCRE2_UTF | PCRE2_NO_UTF_CHECK;
    if (c != '/' && c != '#' && c != '~' && c != '@')
        return s;
    while (end > 1 && s.p[end - 1] != c)
        end--;
    if (end < 2)
        return s;
    for (size_t i = end; i < s.n; i++) {
        if (s.p[i] == 'i')
            *flags |= PCRE2_CASELESS;
        else if (s.p[i] == 's')
            *flags |= PCRE2_DOTALL;
        else if (s.p[i] == 'm')
            *flags |= PCRE2_MULTILINE;
        else if (s.p[i] == 'x')
            *flags |= PCRE2_EXTENDED;
        else if (s.p[i] != 'u' && s.p[i] != 'D')
            return s;
    }
    return span_sub(s, 1, end - 1);
}

static bool add_expression(struct warninglists *l, struct span s, uint16_t list,
                           const struct intel_sink *sink)
{
    struct why why = { 0 };
    struct intel_refused r = { .id = l->name[list], .value = span_sub(s, 0, 200), .why = &why };
    PCRE2_SIZE at;
    uint32_t flags;
    struct span in = between_delimiters(s, &flags);
    pcre2_code *code = NULL;
    int error = 0;

    if (utf8_valid_to(in) == in.n)
        code = pcre2_compile(in.n ? in.p : (const uint8_t *)"", in.n, flags | PCRE2_NEVER_BACKSLASH_C, &error,
                             &at, NULL);
    if (code) {
        l->expression[l->expressions++] = (struct expression){ code, list };
        return true;
    }
    why_set(&why, "regex", WHY_NO_OFFSET, NULL, "no regular expression (PCRE2 error %d)", error);
    return !sink || !sink->refused || sink->refused(sink->ctx, &r);
}

static bool add_list(struct warninglists *l, const struct warninglist *from, uint16_t list,
                     const struct intel_sink *sink, struct why *w)
{
    l->name[list] = arena_copy(&l->a, from->name);
    l->kinds[list] = from->kinds;
    for (size_t i = 0; i < from->n; i++) {
        if (from->kind == WARNINGLIST_CIDR)
            add_range(l, from->entry[i], list);
        else if (from->kind != WARNINGLIST_REGEX)
            add_text(l, from->kind, from->entry[i], list);
        else if (!add_expression(l, from->entry[i], list, sink))
            return why_set(w, "stopped", WHY_NO_OFFSET, NULL, "stopped at an expression");
    }
    return true;
}

static bool make_room(struct warninglists *l, size_t entries, size_t expressions)
{
    for (l->room = 64; l->room < 2 * entries + 2; l->room *= 2)
        ;
    l->slot = arena_array(&l->a, l->room, sizeof *l->slot);
    l->place = arena_array(&l->a, entries + 1, sizeof *l->place);
    l->brief.at = arena_array(&l->a, entries + 1, sizeof *l->brief.at);
    l->expression = arena_array(&l->a, expressions + 1, sizeof *l->expression);
    l->context = pcre2_match_context_create(NULL);
    if (!l->context)
        return false;
    (void)pcre2_set_match_limit(l->context, LIMIT_REGEX_STEPS);
    (void)pcre2_set_depth_limit(l->context, LIMIT_REGEX_STEPS / 10);
    return l->slot && l->place && l->brief.at && l->expression;
}

bool warninglists_new(const struct warninglist *list, size_t n, const struct intel_sink *sink,
                      struct warninglists **ret, struct why *w)
{
    struct warninglists *l;
    size_t entries = 0, expressions = 0, bytes = 0;

    if (n > LIMIT_WARNINGLISTS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%zu lists", n);
    for (size_t i = 0; i < n; i++) {
        entries += list[i].n;
        expressions += list[i].kind == WARNINGLIST_REGEX ? list[i].n : 0;
        bytes += list[i].name.n + 32;
        for (size_t k = 0; k < list[i].n; k++)
            bytes += list[i].entry[k].n + 48;
    }
    if (entries > LIMIT_WARNINGLIST_ENTRIES || expressions > LIMIT_WARNINGLIST_REGEX)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%zu entries, %zu expressions", entries,
                       expressions);
    l = calloc(1, sizeof *l);
    if (!l)
        abort();
    arena_init(&l->a, bytes + 256 * (entries + 1) + (1 << 20));
    l->n = n;
    if (!make_room(l, entries, expressions)) {
        warninglists_free(l);
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more entries than fit");
    }
    for (size_t i = 0; i < n; i++) {
        if (add_list(l, &list[i], (uint16_t)i, sink, w))
            continue;
        warninglists_free(l);
        return false;
    }
    *ret = l;
    return true;
}

void warninglists_free(struct warninglists *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->expressions; i++)
        pcre2_code_free(l->expression[i].code);
    pcre2_match_context_free(l->context);
    arena_free(&l->a);
    free(l);
}

size_t warninglists_count(const struct warninglists *l)
{
    return l->n;
}

struct span warninglists_name(const struct warninglists *l, size_t i)
{
    return i < l->n ? l->name[i] : (struct span){ NULL, 0 };
}

/* Listed ranges inside a range that is asked about: all entries of the family are looked at. */
static void mark_inside(const struct warninglists *l, struct found *f, const uint8_t *network, size_t n,
                        unsigned bits, uint32_t kind)
{
    unsigned key = n == 4 ? KEY_RANGE4 : KEY_RANGE6;
    uint8_t want[17], have[17];
    struct span outer = range_key(network, n, bits, want);

    for (size_t i = 0; i < l->places; i++) {
        const struct place *p = &l->place[i];

        if (p->key != key || p->text.p[n] <= bits || !(l->kinds[p->list] & kind))
            continue;
        if (span_eq(range_key(p->text.p, n, bits, have), outer))
            f->bit[p->list / 64] |= 1ull << p->list % 64;
    }
}

static void check_address(const struct warninglists *l, struct span value, uint32_t kind, struct found *f)
{
    uint8_t b[16], key[17];
    unsigned bits;
    bool host;
    size_t n;

    if (!intel_read_address(value, b, &n, &bits, &host))
        return;
    for (unsigned p = 0; p <= bits; p++)
        if (has_prefix(l, n, p))
            mark(l, f, n == 4 ? KEY_RANGE4 : KEY_RANGE6, range_key(b, n, p, key), kind);
    if (bits < n * 8)
        mark_inside(l, f, b, n, bits, kind);
}

/* A name and each one above it. */
static void check_host(const struct warninglists *l, struct span host, uint32_t kind, struct found *f)
{
    while (host.n) {
        const uint8_t *dot;

        mark(l, f, KEY_HOST, host, kind);
        dot = memchr(host.p, '.', host.n);
        if (!dot)
            return;
        host = span_sub(host, (size_t)(dot - host.p) + 1, host.n);
    }
}

static bool holds(struct span s, struct span part)
{
    for (size_t i = 0; i + part.n <= s.n; i++)
        if (memcmp(s.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

static void check_substrings(const struct warninglists *l, struct span s, uint32_t kind, struct found *f)
{
    for (size_t i = 0; i + GRAM <= s.n; i++) {
        struct span rest = span_sub(s, i, s.n);

        for (uint32_t p = l->slot[slot_of(l, KEY_GRAM, span_sub(rest, 0, GRAM))]; p;
             p = l->place[p - 1].next) {
            const struct place *e = &l->place[p - 1];

            if ((l->kinds[e->list] & kind) && span_starts(rest, e->text))
                f->bit[e->list / 64] |= 1ull << e->list % 64;
        }
    }
    for (size_t i = 0; i < l->brief.n; i++)
        if ((l->kinds[l->brief.at[i].list] & kind) && holds(s, l->brief.at[i].text))
            f->bit[l->brief.at[i].list / 64] |= 1ull << l->brief.at[i].list % 64;
}

static void check_expressions(const struct warninglists *l, struct span value, uint32_t kind, struct found *f)
{
    pcre2_match_data *data = l->expressions ? pcre2_match_data_create(1, NULL) : NULL;

    for (size_t i = 0; data && i < l->expressions; i++) {
        uint16_t list = l->expression[i].list;

        if (!(l->kinds[list] & kind) || (f->bit[list / 64] >> list % 64 & 1))
            continue;
        /* One that needs too many steps does not hit: a warning is missed rather than time. */
        if (pcre2_match(l->expression[i].code, value.p, value.n, 0, PCRE2_NO_UTF_CHECK, data, l->context) >=
            0)
            f->bit[list / 64] |= 1ull << list % 64;
    }
    pcre2_match_data_free(data);
}

size_t warninglist_check(const struct warninglists *l, enum intel_kind kind, struct span value, uint16_t *out,
                         size_t room)
{
    uint32_t bit = intel_kind_bit(kind);
    struct found f = { { 0 } };
    uint8_t lower[INTEL_VALUE];
    struct span s = span_of(lower, value.n);
    size_t n = 0;

    if (value.n == 0 || value.n > sizeof lower || l->n == 0)
        return 0;
    lower_copy(value, lower);
    if (kind >= INTEL_IPV4 && kind <= INTEL_IPV6_RANGE)
        check_address(l, s, bit, &f);
    if (kind == INTEL_DOMAIN)
        check_host(l, s, bit, &f);
    if (kind == INTEL_URL)
        check_host(l, intel_url_host(s), bit, &f);
    mark(l, &f, KEY_STRING, s, bit);
    check_substrings(l, s, bit, &f);
    if (utf8_valid_to(value) == value.n)
        check_expressions(l, value, bit, &f);
    for (size_t i = 0; i < l->n; i++) {
        if (!(f.bit[i / 64] >> i % 64 & 1))
            continue;
        if (n < room)
            out[n] = (uint16_t)i;
        n++;
    }
    return n;
}
