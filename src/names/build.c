#include "names/build.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "files/durable.h"
#include "names/image.h"
#include "names/keys.h"

static const size_t CEILING = (size_t)1 << 36;

/* An open-addressing table of numbers by 64-bit hashes; the caller compares. */
struct table {
    struct place {
        uint64_t hash; /* 0: free */
        uint32_t id;
    } * place;
    size_t cap, n;
};

struct names_build {
    const struct names *t;
    struct table words, skeletons;
    struct buffer word, word_at; /* as in the image, in the order seen */
    struct buffer count;         /* u32 of each word */
    struct buffer filed;         /* u32 of each word: number of its skeleton */
    struct buffer skeleton;      /* u64 by its number */
    struct buffer name;          /* u32: name_head, words, joined words */
    struct buffer entity, entity_at;
    struct buffer dates; /* for each date of full precision: u32 entity, u64 key */
    uint64_t n_word, n_name, n_entity, n_empty;
    uint8_t last[NAMES_ID]; /* id of the entity added last */
    size_t n_last;
};

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

static uint32_t u32_of(const struct buffer *b, size_t i)
{
    uint32_t v;

    memcpy(&v, b->p + 4 * i, 4);
    return v;
}

static uint64_t u64_of(const struct buffer *b, size_t i)
{
    uint64_t v;

    memcpy(&v, b->p + 8 * i, 8);
    return v;
}

static void put_u32(struct buffer *b, uint64_t v)
{
    uint32_t x = (uint32_t)v;

    buf_put(b, span_of(&x, 4));
}

static void put_u64(struct buffer *b, uint64_t v)
{
    buf_put(b, span_of(&v, 8));
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
    buf_init(&b->word_at, CEILING);
    buf_init(&b->count, CEILING);
    buf_init(&b->filed, CEILING);
    buf_init(&b->skeleton, CEILING);
    buf_init(&b->name, CEILING);
    buf_init(&b->entity, UINT32_MAX);
    buf_init(&b->entity_at, CEILING);
    buf_init(&b->dates, CEILING);
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

/* As in the image. A name here: flags, words from bit 0, joined words from bit 8, those that are keys
 * from 16.
 */
enum { FLAG_WEAK = 0x20, FLAG_ORGANIZATION = 0x40, FLAG_ANOTHER = 0x80 };

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

/* ---- writing ---- */

static void put_number(struct buffer *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        buf_u8(b, (uint8_t)(128 | (v & 127)));
    buf_u8(b, (uint8_t)v);
}

struct writing {
    const struct names_build *b;
    struct buffer *out;
    struct image_head head;
    enum image_section section;
    struct image_skeleton *skeleton; /* by its number */
    struct image_place *frequent;
};

static void begin(struct writing *x, enum image_section s)
{
    while (x->out->n % 8)
        buf_u8(x->out, 0);
    x->section = s;
    x->head.section[s].at = x->out->n;
}

static void end(struct writing *x)
{
    x->head.section[x->section].n = x->out->n - x->head.section[x->section].at;
}

/* The names as they were added, one after another. */
struct names_walk {
    const struct names_build *b;
    size_t at;
    uint64_t name, entity; /* entity: counted from 1 at the first name */
    unsigned flags;
    size_t n, joined, keys;
    const uint32_t *word;
    uint32_t key[KEYS_WORDS + KEYS_JOINED]; /* words */
};

static bool walk(struct names_walk *k)
{
    const uint32_t *p = (const uint32_t *)(const void *)k->b->name.p;
    uint32_t head;

    if (4 * k->at >= k->b->name.n)
        return false;
    k->name += k->at > 0;
    head = p[k->at++];
    k->flags = head & (FLAG_WEAK | FLAG_ORGANIZATION | FLAG_ANOTHER);
    k->entity += (head & FLAG_ANOTHER) != 0;
    k->n = head & 31;
    k->joined = head >> 8 & 255;
    k->word = p + k->at;
    k->at += k->n + k->joined;
    k->keys = 0;
    for (size_t i = 0; i < k->n + k->joined; i++)
        if ((i >= k->n || head >> (16 + i) & 1) && k->keys < KEYS_WORDS + KEYS_JOINED)
            k->key[k->keys++] = k->word[i];
    return true;
}

/* By the number that a word was given when it was first seen: its number in the image. */
struct ranks {
    uint32_t *rank;
    uint32_t frequent; /* the first ones: cells of their own */
};

struct frequent {
    uint32_t count, id;
};

static int by_count(const void *a, const void *b)
{
    const struct frequent *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The most frequent word first. */
static void words_by_count(const struct names_build *b, struct ranks *r)
{
    struct frequent *f = calloc(b->n_word + 1, sizeof *f);

    r->rank = calloc(b->n_word + 1, sizeof *r->rank);
    r->frequent = 0;
    if (!f || !r->rank)
        abort();
    for (uint32_t i = 0; i < b->n_word; i++)
        f[i] = (struct frequent){ u32_of(&b->count, i), i };
    qsort(f, b->n_word, sizeof *f, by_count);
    for (uint32_t i = 0; i < b->n_word; i++) {
        r->rank[f[i].id] = i;
        r->frequent += f[i].count >= IMAGE_FREQUENT_FROM;
    }
    free(f);
}

/* A word as it was encoded. */
static struct span code_of(const struct names_build *b, uint32_t id)
{
    uint32_t from = u32_of(&b->word_at, id),
             to = id + 1 < b->n_word ? u32_of(&b->word_at, id + 1) : (uint32_t)b->word.n;

    return span_of(b->word.p + from, to - from);
}

/* The Latin form of an encoded word. */
static struct span form_of(const struct names_build *b, uint32_t id)
{
    const uint8_t *p = b->word.p + u32_of(&b->word_at, id);

    return (p[0] & 3) == NAMES_LATIN ? span_of(p + 4, p[1]) : span_of(p + 5, p[4]);
}

struct filed {
    const struct names_build *b;
    uint32_t id, skeleton;
    bool frequent;
};

/* By skeleton, frequent ones first, then alphabetical. */
static int by_skeleton(const void *a, const void *b)
{
    const struct filed *x = a, *y = b;
    struct span s, t;
    int order;

    if (x->skeleton != y->skeleton)
        return x->skeleton < y->skeleton ? -1 : 1;
    if (x->frequent != y->frequent)
        return x->frequent ? -1 : 1;
    s = form_of(x->b, x->id);
    t = form_of(y->b, y->id);
    order = memcmp(s.p, t.p, s.n < t.n ? s.n : t.n);
    if (order == 0 && s.n != t.n)
        order = s.n < t.n ? -1 : 1;
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static struct filed *words_by_skeleton(const struct names_build *b, const struct ranks *r)
{
    struct filed *f = calloc(b->n_word + 1, sizeof *f);

    if (!f)
        abort();
    for (uint32_t i = 0; i < b->n_word; i++)
        f[i] = (struct filed){ b, i, u32_of(&b->filed, i), r->rank[i] < r->frequent };
    qsort(f, b->n_word, sizeof *f, by_skeleton);
    return f;
}

static uint32_t letters_of(struct span form)
{
    uint32_t set = 0;

    for (size_t i = 0; i < form.n; i++)
        if (form.p[i] >= 'a' && form.p[i] <= 'z')
            set |= 1u << (form.p[i] - 'a');
    return set;
}

static size_t in_common(struct span a, struct span b)
{
    size_t n = 0;

    while (n < a.n && n < b.n && a.p[n] == b.p[n])
        n++;
    return n;
}

/* The words of one skeleton; at: where each is, by its number in the image. */
static void write_group(struct writing *x, const struct ranks *r, const struct filed *f, uint32_t n,
                        uint32_t *at)
{
    const struct names_build *b = x->b;
    size_t section = x->head.section[IMAGE_WORDS].at, from = x->out->n, where = from + 9 * (size_t)n;

    for (uint32_t i = 0; i < n; i++)
        buf_u8(x->out, i ? (uint8_t)in_common(form_of(b, f[i].id), form_of(b, f[i - 1].id)) : 0);
    for (uint32_t i = 0; i < n; i++)
        put_u32(x->out, letters_of(form_of(b, f[i].id)));
    for (uint32_t i = 0; i < n; i++) {
        at[r->rank[f[i].id]] = (uint32_t)(where - section);
        put_u32(x->out, where - from);
        where += 4 + code_of(b, f[i].id).n;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct span code = code_of(b, f[i].id);

        buf_put(x->out, span_sub(code, 0, 4));
        put_u32(x->out, r->rank[f[i].id]);
        buf_put(x->out, span_sub(code, 4, code.n));
    }
}

static void write_words(struct writing *x, const struct ranks *r)
{
    const struct names_build *b = x->b;
    struct filed *f = words_by_skeleton(b, r);
    uint32_t *at = calloc(b->n_word + 1, sizeof *at);

    if (!at)
        abort();
    begin(x, IMAGE_WORDS);
    for (uint32_t i = 0, n; i < b->n_word; i += n) {
        uint32_t from = (uint32_t)(x->out->n - x->head.section[IMAGE_WORDS].at);

        for (n = 1; i + n < b->n_word && f[i + n].skeleton == f[i].skeleton; n++)
            ;
        x->skeleton[f[i].skeleton].words_at = from;
        x->skeleton[f[i].skeleton].n_word = n;
        write_group(x, r, f + i, n, at);
    }
    end(x);
    begin(x, IMAGE_WORD_AT);
    buf_put(x->out, span_of(at, b->n_word * sizeof *at));
    end(x);
    free(at);
    free(f);
}

static void write_names(struct writing *x, const struct ranks *r)
{
    struct names_walk k = { .b = x->b };
    struct buffer at, of;

    buf_init(&at, CEILING);
    buf_init(&of, CEILING);
    begin(x, IMAGE_NAMES);
    while (walk(&k)) {
        put_u32(&at, x->out->n - x->head.section[IMAGE_NAMES].at);
        if (k.name % IMAGE_BLOCK == 0)
            put_u32(&of, k.entity - 1);
        buf_u8(x->out, (uint8_t)(k.flags | (k.n + k.joined)));
        for (size_t i = 0; i < k.n + k.joined; i++)
            put_number(x->out, 2 * (uint64_t)r->rank[k.word[i]] + (i >= k.n));
    }
    end(x);
    begin(x, IMAGE_NAME_AT);
    buf_put(x->out, buf_span(&at));
    end(x);
    begin(x, IMAGE_ENTITY_OF);
    buf_put(x->out, buf_span(&of));
    end(x);
    buf_free(&at);
    buf_free(&of);
}

static void write_entities(struct writing *x)
{
    begin(x, IMAGE_ENTITIES);
    buf_put(x->out, buf_span(&x->b->entity));
    end(x);
    begin(x, IMAGE_ENTITY_AT);
    buf_put(x->out, buf_span(&x->b->entity_at));
    end(x);
}

/* Frequent words first, then skeletons. */
static uint32_t cell_of(const struct names_build *b, const struct ranks *r, uint32_t word)
{
    return r->rank[word] < r->frequent ? r->rank[word] : r->frequent + u32_of(&b->filed, word);
}

static uint64_t cell_key(const struct names_build *b, const struct ranks *r, uint32_t word)
{
    return r->rank[word] < r->frequent ? IMAGE_WORD | r->rank[word]
                                       : u64_of(&b->skeleton, u32_of(&b->filed, word));
}

/* The cells of a name, each once. */
static size_t cells_of(const struct names_walk *k, const struct ranks *r,
                       uint32_t cell[KEYS_WORDS + KEYS_JOINED])
{
    size_t n = 0;

    for (size_t i = 0; i < k->keys; i++) {
        size_t j = 0;

        cell[n] = cell_of(k->b, r, k->key[i]);
        while (cell[j] != cell[n])
            j++;
        n += j == n;
    }
    return n;
}

/* Names by cell: counted, then filed. from[c] to from[c + 1] are those of cell c. */
static uint32_t *names_by_cell(const struct names_build *b, const struct ranks *r, uint64_t *from, size_t n)
{
    uint32_t cell[KEYS_WORDS + KEYS_JOINED], *names;
    struct names_walk k = { .b = b };

    while (walk(&k))
        for (size_t i = cells_of(&k, r, cell); i-- > 0;)
            from[cell[i] + 2]++;
    for (size_t i = 2; i < n + 2; i++)
        from[i] += from[i - 1];
    names = malloc((from[n + 1] + 1) * sizeof *names);
    if (!names)
        abort();
    for (k = (struct names_walk){ .b = b }; walk(&k);)
        for (size_t i = cells_of(&k, r, cell); i-- > 0;)
            names[from[cell[i] + 1]++] = (uint32_t)k.name;
    return names;
}

static struct image_place *place_of(struct writing *x, const struct ranks *r, size_t cell)
{
    return cell < r->frequent ? &x->frequent[cell] : &x->skeleton[cell - r->frequent].place;
}

static void write_lists(struct writing *x, const struct ranks *r)
{
    size_t n = r->frequent + x->b->skeletons.n;
    uint64_t *from = calloc(n + 2, sizeof *from);
    uint32_t *names;

    if (!from)
        abort();
    names = names_by_cell(x->b, r, from, n);
    begin(x, IMAGE_LISTS);
    for (size_t i = 0; i < n; i++) {
        struct image_place *p = place_of(x, r, i);
        uint32_t last = 0;

        p->at = (uint32_t)(x->out->n - x->head.section[IMAGE_LISTS].at);
        p->n = (uint32_t)(from[i + 1] - from[i]);
        for (uint64_t j = from[i]; j < from[i + 1]; j++) {
            put_number(x->out, names[j] - last);
            last = names[j];
        }
    }
    end(x);
    free(from);
    free(names);
}

/* When all is known of the cells. */
static void write_cells(struct writing *x, const struct ranks *r)
{
    size_t n = x->b->skeletons.n, slots = n + n / 2 + 1;
    struct image_skeleton *table = calloc(slots, sizeof *table);

    if (!table)
        abort();
    for (size_t i = 0; i < n; i++) {
        size_t s = image_skeleton_slot(table, slots, x->skeleton[i].key);

        if (s < slots)
            table[s] = x->skeleton[i];
    }
    begin(x, IMAGE_FREQUENT);
    buf_put(x->out, span_of(x->frequent, r->frequent * sizeof *x->frequent));
    end(x);
    begin(x, IMAGE_SKELETONS);
    buf_put(x->out, span_of(table, slots * sizeof *table));
    end(x);
    free(table);
}

/* ---- pairs ---- */

/* By cell, then by the hash of the other: a name that holds both. */
struct pair {
    uint64_t key;
    uint32_t name;
};

struct pairs {
    struct pair *p, *spare;
    size_t n, cap;
    uint32_t low, high; /* cells */
    uint32_t *count;    /* of each cell; NULL: they are put, else counted */
};

static void put_pair(struct pairs *p, uint32_t cell, uint32_t other, uint64_t name)
{
    if (p->count) {
        p->count[cell]++;
        return;
    }
    if (cell < p->low || cell >= p->high)
        return;
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 1 << 16;
        p->p = realloc(p->p, p->cap * sizeof *p->p);
        if (!p->p)
            abort();
    }
    p->p[p->n++] = (struct pair){ (uint64_t)cell << 32 | other, (uint32_t)name };
}

/* By key; names of one key stay ascending. */
static void sort_pairs(struct pairs *p)
{
    p->spare = malloc((p->n + 1) * sizeof *p->spare);
    if (!p->spare)
        abort();
    for (unsigned shift = 0; shift < 64; shift += 11) {
        static const size_t RADIX = 2048;
        size_t at[2049] = { 0 };
        struct pair *t;

        for (size_t i = 0; i < p->n; i++)
            at[(p->p[i].key >> shift & (RADIX - 1)) + 1]++;
        if (p->n && at[(p->p[0].key >> shift & (RADIX - 1)) + 1] == p->n)
            continue;
        for (size_t i = 0; i < RADIX; i++)
            at[i + 1] += at[i];
        for (size_t i = 0; i < p->n; i++)
            p->spare[at[p->p[i].key >> shift & (RADIX - 1)]++] = p->p[i];
        t = p->p;
        p->p = p->spare;
        p->spare = t;
    }
    free(p->spare);
    p->cap = p->n + 1;
}

/* The dates of the name's entity; *at: where those begin that are not behind yet. */
static void pairs_with_dates(struct writing *x, struct pairs *p, const struct names_walk *k,
                             const struct ranks *r, size_t *at)
{
    const struct buffer *dates = &x->b->dates;
    uint32_t entity;
    uint64_t key;

    for (; 12 * *at < dates->n; ++*at) {
        memcpy(&entity, dates->p + 12 * *at, 4);
        if (entity + 1 >= k->entity)
            break;
    }
    for (size_t d = *at; 12 * d < dates->n; d++) {
        memcpy(&entity, dates->p + 12 * d, 4);
        memcpy(&key, dates->p + 12 * d + 4, 8);
        if (entity + 1 != k->entity)
            break;
        for (size_t i = 0; i < k->keys; i++)
            put_pair(p, cell_of(x->b, r, k->key[i]), image_hash(key), k->name);
    }
}

static void pairs_of_names(struct writing *x, const struct ranks *r, struct pairs *p)
{
    const struct names_build *b = x->b;
    struct names_walk k = { .b = b };
    size_t date = 0;

    while (walk(&k)) {
        for (size_t i = 0; i < k.keys; i++)
            for (size_t j = i + 1; j < k.keys; j++) {
                uint32_t c = cell_of(b, r, k.key[i]), d = cell_of(b, r, k.key[j]);
                uint64_t a = cell_key(b, r, k.key[i]), o = cell_key(b, r, k.key[j]);
                struct image_place *at = place_of(x, r, c);
                struct image_both both = image_both(a, at, o, place_of(x, r, d));

                put_pair(p, both.first == at ? c : d, both.other, k.name);
            }
        pairs_with_dates(x, p, &k, r, &date);
    }
}

/* One list for n pairs of one key; the value of their slot. */
static uint64_t put_list(struct buffer *lists, const struct pair *p, size_t n)
{
    size_t differ = 1, at = lists->n;
    uint32_t last = 0;

    for (size_t i = 1; i < n; i++)
        differ += p[i].name != p[i - 1].name;
    if (differ == 1)
        return IMAGE_INLINE | p[0].name;
    put_number(lists, differ);
    for (size_t i = 0; i < n; i++) {
        if (i && p[i].name == last)
            continue;
        put_number(lists, p[i].name - last);
        last = p[i].name;
    }
    return at;
}

/* The table of one cell. Two others of one hash are one in four thousand million: their lists are one. */
static void write_table(struct writing *x, struct image_place *place, const struct pair *p, size_t n,
                        struct buffer *lists)
{
    size_t differ = n > 0, slots;
    uint64_t *slot;

    for (size_t i = 1; i < n; i++)
        differ += p[i].key != p[i - 1].key;
    slots = differ + differ / 3 + (differ > 0);
    slot = calloc(slots + 1, sizeof *slot);
    if (!slot)
        abort();
    for (size_t i = 0, j; i < n; i = j) {
        size_t at = image_pair_slot(slot, slots, (uint32_t)p[i].key);

        for (j = i + 1; j < n && p[j].key == p[i].key; j++)
            ;
        if (at < slots && slot[at] == 0)
            slot[at] = image_pair_tag((uint32_t)p[i].key) << 40 | put_list(lists, p + i, j - i);
    }
    place->pairs_at = (uint32_t)((x->out->n - x->head.section[IMAGE_PAIRS].at) / sizeof *slot);
    place->n_pair = (uint32_t)slots;
    buf_put(x->out, span_of(slot, slots * sizeof *slot));
    free(slot);
}

/* Cell by cell, some million pairs in memory at a time. */
static void write_pairs(struct writing *x, const struct ranks *r)
{
    static const uint64_t MOST = (uint64_t)8 * 1000 * 1000;
    uint32_t n = r->frequent + (uint32_t)x->b->skeletons.n;
    struct pairs p = { .count = calloc(n + 1, sizeof *p.count) };
    uint32_t *count = p.count;
    struct buffer lists;

    if (!count)
        abort();
    buf_init(&lists, CEILING);
    pairs_of_names(x, r, &p);
    p.count = NULL;
    begin(x, IMAGE_PAIRS);
    for (p.low = 0; p.low < n; p.low = p.high) {
        uint64_t sum = count[p.low];
        size_t at = 0;

        for (p.high = p.low + 1; p.high < n && sum + count[p.high] <= MOST; p.high++)
            sum += count[p.high];
        p.n = 0;
        pairs_of_names(x, r, &p);
        sort_pairs(&p);
        for (uint32_t c = p.low; c < p.high; at += count[c++])
            write_table(x, place_of(x, r, c), p.p + at, count[c], &lists);
    }
    end(x);
    begin(x, IMAGE_PAIR_LISTS);
    buf_put(x->out, buf_span(&lists));
    end(x);
    free(p.p);
    free(count);
    buf_free(&lists);
}

void build_image(const struct names_build *b, struct buffer *out)
{
    struct writing x = { .b = b, .out = out };
    struct ranks r;

    words_by_count(b, &r);
    x.skeleton = calloc(b->skeletons.n + 1, sizeof *x.skeleton);
    x.frequent = calloc(r.frequent + 1u, sizeof *x.frequent);
    if (!x.skeleton || !x.frequent)
        abort();
    for (size_t i = 0; i < b->skeletons.n; i++)
        x.skeleton[i].key = u64_of(&b->skeleton, i);
    x.head = (struct image_head){ .version = IMAGE_VERSION,
                                  .order = 0x01020304,
                                  .n_word = (uint32_t)b->n_word,
                                  .n_name = (uint32_t)b->n_name,
                                  .n_entity = (uint32_t)b->n_entity,
                                  .n_frequent = r.frequent };
    memcpy(x.head.magic, "serainam", 8);
    buf_put(out, span_of(&x.head, sizeof x.head));
    write_words(&x, &r);
    write_names(&x, &r);
    write_entities(&x);
    write_lists(&x, &r);
    write_pairs(&x, &r);
    write_cells(&x, &r);
    free(x.skeleton);
    free(x.frequent);
    free(r.rank);
    while (out->n % 8)
        buf_u8(out, 0);
    x.head.bytes = out->n;
    x.head.sum = image_sum(0, span_sub(buf_span(out), sizeof x.head, out->n));
    memcpy(out->p, &x.head, sizeof x.head);
}

uint64_t names_build_empty(const struct names_build *b)
{
    return b->n_empty;
}

bool names_build_write(struct names_build *b, const char *path, struct why *w)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    struct buffer image;
    bool ok;

    if (!folder)
        abort();
    buf_init(&image, CEILING);
    build_image(b, &image);
    ok = file_replace(folder, slash ? slash + 1 : path, buf_span(&image), NULL, w);
    buf_free(&image);
    free(folder);
    return ok;
}
