#include "names/build_internal.h"

#include <stdlib.h>

static void table_init(struct table *t)
{
    t->cap = 1024;
    t->n = 0;
    t->place = calloc(t->cap, sizeof *t->place);
    if (!t->place)
        abort();
}

static void table_grow(struct table *t)
{
    struct table old = *t;

    t->cap *= 2;
    t->place = calloc(t->cap, sizeof *t->place);
    if (!t->place)
        abort();
    for (size_t i = 0; i < old.cap; i++) {
        size_t at = old.place[i].hash & (t->cap - 1);

        if (!old.place[i].hash)
            continue;
        while (t->place[at].hash)
            at = (at + 1) & (t->cap - 1);
        t->place[at] = old.place[i];
    }
    free(old.place);
}

static uint64_t hash_of(struct span s)
{
    uint64_t h = image_sum(s.n, s);

    h ^= h >> 32;
    h *= UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    return h ? h : 1;
}

struct names_build *names_build_new(const struct names *t)
{
    struct names_build *b = calloc(1, sizeof *b);

    if (!b)
        abort();
    b->t = t;
    table_init(&b->words);
    table_init(&b->skeletons);
    buf_init(&b->word, UINT32_MAX);
    buf_init(&b->word_at, BUILD_CEILING);
    buf_init(&b->count, BUILD_CEILING);
    buf_init(&b->filed, BUILD_CEILING);
    buf_init(&b->skeleton, BUILD_CEILING);
    buf_init(&b->name, BUILD_CEILING);
    buf_init(&b->entity, UINT32_MAX);
    buf_init(&b->entity_at, BUILD_CEILING);
    buf_init(&b->dates, BUILD_CEILING);
    return b;
}

void names_build_free(struct names_build *b)
{
    if (!b)
        return;
    free(b->words.place);
    free(b->skeletons.place);
    buf_free(&b->word);
    buf_free(&b->word_at);
    buf_free(&b->count);
    buf_free(&b->filed);
    buf_free(&b->skeleton);
    buf_free(&b->name);
    buf_free(&b->entity);
    buf_free(&b->entity_at);
    buf_free(&b->dates);
    free(b);
}

/* ---- words and skeletons by number ---- */

enum { CODE = 4 + 1 + NAMES_FORM + 2 * NAMES_LETTERS + 4 };

/* As image_word reads it, but without number, letter mask and what is shared, which come behind the first
 * four bytes. */
static size_t encode_word(const struct names_word *w, uint8_t out[CODE])
{
    unsigned info = w->info > 0 ? (unsigned)(w->info * 100) : 0;
    size_t n = 4;

    out[0] = (uint8_t)(w->script | (unsigned)w->kind << 2);
    out[1] = w->n;
    out[2] = (uint8_t)info;
    out[3] = (uint8_t)(info >> 8);
    if (w->script != NAMES_LATIN) {
        out[n++] = w->n_form;
        memcpy(out + n, w->form, w->n_form);
        n += w->n_form;
    }
    for (size_t i = 0; i < w->n; i++) {
        out[n++] = (uint8_t)w->letter[i];
        if (w->script != NAMES_LATIN)
            out[n++] = (uint8_t)(w->letter[i] >> 8);
    }
    if (w->kind == NAMES_NUMBER || w->kind == NAMES_LEGAL)
        for (unsigned i = 0; i < 4; i++)
            out[n++] = (uint8_t)(w->value >> 8 * i);
    return n;
}

static uint32_t skeleton_number(struct names_build *b, uint64_t key)
{
    uint64_t h = hash_of(span_of(&key, 8));
    size_t at;

    if (b->skeletons.n * 3 > b->skeletons.cap * 2)
        table_grow(&b->skeletons);
    for (at = h & (b->skeletons.cap - 1); b->skeletons.place[at].hash; at = (at + 1) & (b->skeletons.cap - 1))
        if (u64_of(&b->skeleton, b->skeletons.place[at].id) == key)
            return b->skeletons.place[at].id;
    b->skeletons.place[at] = (struct place){ h, (uint32_t)b->skeletons.n++ };
    put_u64(&b->skeleton, key);
    return b->skeletons.place[at].id;
}

static uint32_t word_number(struct names_build *b, const struct names_word *w)
{
    uint8_t code[CODE];
    size_t n = encode_word(w, code), at;
    uint64_t h = hash_of(span_of(code, n));
    uint32_t id;

    if (b->words.n * 3 > b->words.cap * 2)
        table_grow(&b->words);
    for (at = h & (b->words.cap - 1); b->words.place[at].hash; at = (at + 1) & (b->words.cap - 1)) {
        id = b->words.place[at].id;
        if (b->words.place[at].hash == h && b->word.n - u32_of(&b->word_at, id) >= n &&
            memcmp(b->word.p + u32_of(&b->word_at, id), code, n) == 0) {
            uint32_t seen = u32_of(&b->count, id) + 1;

            memcpy(b->count.p + 4 * (size_t)id, &seen, 4);
            return id;
        }
    }
    id = (uint32_t)b->n_word++;
    b->words.place[at] = (struct place){ h, id };
    b->words.n++;
    put_u32(&b->word_at, b->word.n);
    buf_put(&b->word, span_of(code, n));
    put_u32(&b->count, 1);
    put_u32(&b->filed, skeleton_number(b, skeleton_of(w)));
    return id;
}

/* ---- adding ---- */

static void put_entity(struct names_build *b, const struct names_entry *e)
{
    const struct names_about *a = &e->about;
    bool more = a->n_date || a->n_country;

    put_u32(&b->entity_at, b->entity.n);
    buf_u8(&b->entity, (uint8_t)((unsigned)a->sex | (more ? 4u : 0u)));
    buf_u8(&b->entity, (uint8_t)e->id.n);
    buf_put(&b->entity, e->id);
    if (more)
        buf_u8(&b->entity, (uint8_t)(a->n_date | a->n_country << 4));
    for (size_t i = 0; i < a->n_date; i++) {
        struct names_date d = a->date[i];
        uint64_t key = image_date_key(d);

        put_u32(&b->entity,
                (uint32_t)d.year << 16 | (uint32_t)d.about << 15 | (uint32_t)d.month << 8 | d.day);
        if (key) {
            put_u32(&b->dates, b->n_entity);
            put_u64(&b->dates, key);
        }
    }
    for (size_t i = 0; i < a->n_country; i++)
        buf_put(&b->entity, span_of(&a->country[i], 2));
    b->n_entity++;
    memcpy(b->last, e->id.p, e->id.n);
    b->n_last = e->id.n;
}

bool names_build_add(struct names_build *b, const struct names_entry *e, struct why *w)
{
    struct names_name n;
    struct keys k;
    unsigned flags;

    if (e->id.n == 0 || e->id.n > NAMES_ID)
        return why_set(w, "id", WHY_NO_OFFSET, NULL, "an entity's id has 1 to %d bytes", NAMES_ID);
    if (!names_read(b->t, e->name, e->schema, &n, w))
        return false;
    if (b->n_name >= UINT32_MAX - 1 || b->n_word >= UINT32_MAX - 1 || b->entity.n > UINT32_MAX - 1024)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more names than one list can hold");
    if (n.n == 0) {
        b->n_empty++;
        return true;
    }
    keys_of(b->t, &n, &k);
    flags = (e->alias == NAMES_WEAK ? FLAG_WEAK : 0u) |
            (e->schema == NAMES_ORGANIZATION ? FLAG_ORGANIZATION : 0u);
    if (b->n_entity == 0 || !span_eq(e->id, span_of(b->last, b->n_last))) {
        flags |= FLAG_ANOTHER;
        put_entity(b, e);
    }
    put_u32(&b->name, flags | (unsigned)n.n | (unsigned)k.n_joined << 8 | k.words << 16);
    for (size_t i = 0; i < n.n; i++)
        put_u32(&b->name, word_number(b, &n.word[i]));
    for (size_t i = 0; i < k.n_joined; i++)
        put_u32(&b->name, word_number(b, &k.joined[i]));
    b->n_name++;
    return true;
}

uint64_t names_build_empty(const struct names_build *b)
{
    return b->n_empty;
}
