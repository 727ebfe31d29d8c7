/*
 * Needs of brackets (pattern_need.h) by what is looked up: the hash of a whole value of a field, a number of
 * a field, three octets of a part, or the field alone. Lists of units are arrays of (key, unit), sorted by
 * key.
 */
#include "stix/pattern_index.h"

#include <stdlib.h>

#include "stix/pattern_code.h"
#include "stix/pattern_need.h"

enum { GRAMS = 1 << 16 };

struct entry {
    uint64_t key;
    uint32_t unit;
};

/* Units by key: slots of an open table that point to runs of sorted entries. */
struct lookup {
    struct entry *entry;
    uint32_t *slot; /* first entry + 1; 0: empty */
    uint32_t n, room, mask;
};

struct part {
    struct span text;
    uint32_t unit, field;
    uint32_t anchor; /* where the three octets stand in it */
};

struct pattern_index {
    uint32_t patterns, units, fields;
    uint32_t *pattern, *bracket; /* of units */
    struct lookup whole, number;
    struct part *part; /* sorted by gram */
    uint32_t parts, part_room;
    uint32_t gram[GRAMS + 1]; /* first part of each gram */
    uint64_t met[GRAMS / 64]; /* the grams that have parts: small enough to stay near */
    struct entry *by_field;   /* sorted; key: field */
    uint32_t n_by_field, by_field_room;
    uint32_t *field_first; /* of by_field, fields + 1 */
    uint32_t *always;
    uint32_t n_always, always_room;
    bool *asks_whole, *asks_number, *asks_part; /* of fields */
    struct pattern_index_told told;
    struct arena arena;
};

struct pattern_index_work {
    uint32_t *stamp; /* of units */
    uint32_t now;
    struct arena arena;
};

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}

static uint64_t hash_text(uint32_t field, struct span s)
{
    uint64_t h = mix(field + UINT64_C(0x9e3779b97f4a7c15) * (s.n + 1)), v;

    for (; s.n >= 8; s.p += 8, s.n -= 8) {
        memcpy(&v, s.p, 8);
        h = mix(h ^ v);
    }
    v = 0;
    if (s.n)
        memcpy(&v, s.p, s.n);
    return mix(h ^ v);
}

static uint64_t hash_number(uint32_t field, double d)
{
    return hash_text(field, span_of(&d, sizeof d));
}

static uint32_t gram_of(const uint8_t *p)
{
    uint32_t v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;

    return (v * 0x9e3779b1u) >> 16;
}

/* The array with room for one more. */
static void *grow(void *p, uint32_t n, uint32_t *room, size_t size)
{
    if (n < *room)
        return p;
    *room = *room ? *room * 2 : 64;
    p = realloc(p, *room * size);
    if (!p)
        abort();
    return p;
}

static void *zeros(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p)
        abort();
    return p;
}

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static void put(struct lookup *l, uint64_t key, uint32_t unit)
{
    l->entry = grow(l->entry, l->n, &l->room, sizeof *l->entry);
    l->entry[l->n++] = (struct entry){ key, unit };
}

static void lookup_seal(struct lookup *l)
{
    uint32_t size = 16;

    while (size < 2 * l->n)
        size *= 2;
    if (l->n)
        qsort(l->entry, l->n, sizeof *l->entry, by_key);
    l->mask = size - 1;
    l->slot = zeros(size, sizeof *l->slot);
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t at = (uint32_t)l->entry[i].key & l->mask;

        if (i && l->entry[i - 1].key == l->entry[i].key)
            continue;
        while (l->slot[at])
            at = (at + 1) & l->mask;
        l->slot[at] = i + 1;
    }
}

/* The first entry of the key; n when there is none. */
static uint32_t lookup_find(const struct lookup *l, uint64_t key)
{
    for (uint32_t at = (uint32_t)key & l->mask; l->slot[at]; at = (at + 1) & l->mask)
        if (l->entry[l->slot[at] - 1].key == key)
            return l->slot[at] - 1;
    return l->n;
}

/* The three octets of a part that the fewest parts so far have. */
static uint32_t rarest(const uint32_t *count, struct span s)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i + 3 <= s.n; i++)
        if (count[gram_of(s.p + i)] < count[gram_of(s.p + best)])
            best = i;
    return best;
}

static void put_part(struct pattern_index *x, const struct need *k, uint32_t field, uint32_t unit)
{
    struct part *p;

    x->part = grow(x->part, x->parts, &x->part_room, sizeof *x->part);
    p = &x->part[x->parts++];
    *p = (struct part){ .text = k->text, .unit = unit, .field = field, .anchor = rarest(x->gram, k->text) };
    x->gram[gram_of(p->text.p + p->anchor)]++;
}

static void put_need(struct pattern_index *x, const struct need *k, uint32_t field, uint32_t unit)
{
    if (k->kind == NEED_NOTHING) {
        x->always = grow(x->always, x->n_always, &x->always_room, sizeof *x->always);
        x->always[x->n_always++] = unit;
        return;
    }
    if (k->kind == NEED_WHOLE) {
        put(&x->whole, hash_text(field, k->text), unit);
        x->asks_whole[field] = true;
    } else if (k->kind == NEED_NUMBER) {
        put(&x->number, hash_number(field, k->number), unit);
        x->asks_number[field] = true;
    } else if (k->kind == NEED_PART) {
        put_part(x, k, field, unit);
        x->asks_part[field] = true;
    } else {
        x->by_field = grow(x->by_field, x->n_by_field, &x->by_field_room, sizeof *x->by_field);
        x->by_field[x->n_by_field++] = (struct entry){ field, unit };
    }
}

static void count(struct pattern_index *x, const struct needs *s)
{
    enum need_kind least = NEED_WHOLE;
    uint32_t i = 0;

    for (const struct need *k = s->first; i < s->n; k = k->next, i++)
        least = k->kind < least ? k->kind : least;
    x->told.whole += least == NEED_WHOLE || least == NEED_NUMBER;
    x->told.part += least == NEED_PART;
    x->told.field += least == NEED_FIELD;
    x->told.always += least == NEED_NOTHING;
}

static void put_bracket(struct pattern_index *x, const struct pattern_code *code, uint32_t pattern,
                        uint32_t bracket, const uint32_t *field)
{
    uint32_t unit = x->units++, i = 0;
    struct needs s;

    x->pattern[unit] = pattern;
    x->bracket[unit] = bracket;
    if (!pattern_needs(code->p, bracket, field, &x->arena, &s))
        abort();
    if (s.never)
        return;
    count(x, &s);
    for (const struct need *k = s.first; i < s.n; k = k->next, i++)
        put_need(x, k, field[k->comparison], unit);
}

static int by_gram(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    uint32_t g = gram_of(x->text.p + x->anchor), h = gram_of(y->text.p + y->anchor);

    return g != h ? (g < h ? -1 : 1) : x->unit < y->unit ? -1 : x->unit > y->unit;
}

static void seal(struct pattern_index *x)
{
    uint32_t sum = 0, k = 0;

    lookup_seal(&x->whole);
    lookup_seal(&x->number);
    if (x->parts)
        qsort(x->part, x->parts, sizeof *x->part, by_gram);
    for (uint32_t i = 0; i <= GRAMS; i++) {
        uint32_t c = x->gram[i];

        if (c && i < GRAMS)
            x->met[i / 64] |= UINT64_C(1) << i % 64;
        x->gram[i] = sum;
        sum += c;
    }
    if (x->n_by_field)
        qsort(x->by_field, x->n_by_field, sizeof *x->by_field, by_key);
    x->field_first = zeros(x->fields + 1, sizeof *x->field_first);
    for (uint32_t f = 0; f <= x->fields; f++) {
        while (k < x->n_by_field && x->by_field[k].key < f)
            k++;
        x->field_first[f] = k;
    }
}

struct pattern_index *pattern_index_new(const struct pattern_code *const *code, uint32_t n)
{
    struct pattern_index *x = zeros(1, sizeof *x);
    uint32_t brackets = 0, comparisons = 0, *field;

    arena_init(&x->arena, SIZE_MAX / 2);
    for (uint32_t i = 0; i < n; i++) {
        brackets += code[i]->p->brackets;
        comparisons = code[i]->p->comparisons > comparisons ? code[i]->p->comparisons : comparisons;
        x->fields = code[i]->fields ? code[i]->fields->n : 0;
    }
    x->patterns = n;
    x->pattern = zeros(brackets, sizeof *x->pattern);
    x->bracket = zeros(brackets, sizeof *x->bracket);
    x->asks_whole = zeros(x->fields, sizeof *x->asks_whole);
    x->asks_number = zeros(x->fields, sizeof *x->asks_number);
    x->asks_part = zeros(x->fields, sizeof *x->asks_part);
    field = zeros(comparisons, sizeof *field);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t c = 0; c < code[i]->p->comparisons; c++)
            field[c] = code[i]->test[c].field;
        for (uint32_t b = 0; b < code[i]->p->brackets; b++)
            put_bracket(x, code[i], i, b, field);
    }
    free(field);
    seal(x);
    x->told.brackets = brackets;
    x->told.bytes = sizeof *x + x->arena.used + brackets * 8u +
                    (x->whole.room + x->number.room) * sizeof(struct entry) +
                    (x->whole.mask + x->number.mask + 2u) * 4u + x->part_room * sizeof(struct part) +
                    x->by_field_room * sizeof(struct entry);
    return x;
}

void pattern_index_free(struct pattern_index *x)
{
    if (!x)
        return;
    free(x->pattern);
    free(x->bracket);
    free(x->whole.entry);
    free(x->whole.slot);
    free(x->number.entry);
    free(x->number.slot);
    free(x->part);
    free(x->by_field);
    free(x->field_first);
    free(x->always);
    free(x->asks_whole);
    free(x->asks_number);
    free(x->asks_part);
    arena_free(&x->arena);
    free(x);
}

void pattern_index_told(const struct pattern_index *x, struct pattern_index_told *out)
{
    *out = x->told;
}

struct pattern_index_work *pattern_index_work_new(const struct pattern_index *x)
{
    struct pattern_index_work *w = zeros(1, sizeof *w);

    w->stamp = zeros(x->units, sizeof *w->stamp);
    arena_init(&w->arena, LIMIT_PATTERN_SCRATCH);
    return w;
}

void pattern_index_work_free(struct pattern_index_work *w)
{
    if (!w)
        return;
    free(w->stamp);
    arena_free(&w->arena);
    free(w);
}

struct asking {
    const struct pattern_index *x;
    struct pattern_index_work *w;
    pattern_candidate *candidate;
    void *arg;
};

static void tell(struct asking *q, uint32_t unit)
{
    if (q->w->stamp[unit] == q->w->now)
        return;
    q->w->stamp[unit] = q->w->now;
    q->candidate(q->x->pattern[unit], q->x->bracket[unit], q->arg);
}

static void tell_all(struct asking *q, const struct lookup *l, uint64_t key)
{
    for (uint32_t i = lookup_find(l, key); i < l->n && l->entry[i].key == key; i++)
        tell(q, l->entry[i].unit);
}

static void ask_parts(struct asking *q, uint32_t field, struct span s)
{
    const struct pattern_index *x = q->x;

    for (size_t i = 0; i + 3 <= s.n; i++) {
        uint32_t g = gram_of(s.p + i);

        if (!(x->met[g / 64] >> g % 64 & 1))
            continue;
        for (uint32_t k = x->gram[g]; k < x->gram[g + 1]; k++) {
            const struct part *p = &x->part[k];

            if (p->field == field && p->anchor <= i && p->text.n - p->anchor <= s.n - i &&
                memcmp(s.p + i - p->anchor, p->text.p, p->text.n) == 0)
                tell(q, p->unit);
        }
    }
}

static void ask_fact(struct asking *q, const struct pattern_fact *f)
{
    const struct pattern_index *x = q->x;
    bool text = f->value.kind == PATTERN_VALUE_TEXT;
    struct span nfc;

    if (f->field >= x->fields)
        return;
    for (uint32_t i = x->field_first[f->field]; i < x->n_by_field && x->by_field[i].key == f->field; i++)
        tell(q, x->by_field[i].unit);
    if (text && x->asks_whole[f->field])
        tell_all(q, &x->whole, hash_text(f->field, f->value.text));
    if (x->asks_number[f->field] &&
        (f->value.kind == PATTERN_VALUE_INTEGER || f->value.kind == PATTERN_VALUE_REAL)) {
        double d = f->value.kind == PATTERN_VALUE_REAL ? f->value.real : (double)f->value.integer;

        tell_all(q, &x->number, hash_number(f->field, d == 0 ? 0 : d));
    }
    if (!text || !x->asks_part[f->field])
        return;
    if (pattern_nfc(f->value.text, &q->w->arena, &nfc)) {
        ask_parts(q, f->field, nfc);
        return;
    }
    for (uint32_t i = 0; i < x->parts; i++) /* too long for a normal form: the evaluator says so */
        if (x->part[i].field == f->field)
            tell(q, x->part[i].unit);
}

void pattern_index_ask(const struct pattern_index *index, const struct pattern_facts *facts,
                       struct pattern_index_work *work, pattern_candidate *candidate, void *arg)
{
    struct asking q = { index, work, candidate, arg };

    if (++work->now == 0) {
        memset(work->stamp, 0, index->units * sizeof *work->stamp);
        work->now = 1;
    }
    if (work->arena.used)
        arena_reset(&work->arena);
    for (uint32_t i = 0; i < facts->n; i++)
        ask_fact(&q, &facts->fact[i]);
    for (uint32_t i = 0; i < index->n_always; i++)
        tell(&q, index->always[i]);
}
