/* The tables of the register: indicators and what speaks of them by id, values by their bytes. */
#include <stdlib.h>

#include "service/cyber/life_internal.h"

enum { HEAP = 1 << 20 };

static void *grown(void *p, size_t *cap, size_t n, size_t size)
{
    if (n < *cap)
        return p;
    *cap = *cap ? *cap * 2 : 64;
    p = realloc(p, *cap * size);
    if (!p)
        abort();
    return p;
}

static uint64_t hash_of(const struct life *l, uint64_t first, struct span s)
{
    uint64_t h = l->o.key.a ^ detect_mum(first + s.n + 1, l->o.key.b);

    while (s.n) {
        size_t k = s.n < 8 ? s.n : 8;

        h = detect_mum(h ^ detect_word(s.p, k), l->o.key.b ^ 0x9e3779b97f4a7c15u) + k;
        s = span_sub(s, k, s.n);
    }
    return h ^ h >> 32;
}

static const struct stix_uuid *entry_uuid(const struct life *l, size_t i)
{
    return &l->entry[i].uuid;
}

static const struct stix_uuid *source_uuid(const struct life *l, size_t i)
{
    return &l->source[i].uuid;
}

typedef const struct stix_uuid *uuid_at(const struct life *l, size_t i);

static size_t place_of(const struct life *l, const struct slots *s, uuid_at *at, const struct stix_uuid *u)
{
    size_t i = hash_of(l, 99, span_of(u->b, sizeof u->b)) & (s->n - 1);

    while (s->at[i] && !stix_uuid_eq(at(l, s->at[i] - 1), u))
        i = (i + 1) & (s->n - 1);
    return i;
}

/* Room for one more; at most half full. */
static void spread(const struct life *l, struct slots *s, uuid_at *at, size_t used)
{
    struct slots wider = { .n = s->n ? s->n * 2 : 256 };

    if (s->n && used * 2 < s->n)
        return;
    wider.at = spill_room(&wider.in, object_store_folder(l->o.objects), wider.n * sizeof *wider.at);
    for (size_t i = 0; i < used; i++)
        wider.at[place_of(l, &wider, at, at(l, i))] = (uint32_t)i + 1;
    spill_free(&s->in);
    *s = wider;
}

bool life_find(const struct life *l, const struct stix_uuid *uuid, size_t *i)
{
    size_t k;

    if (!l->entries.n)
        return false;
    k = place_of(l, &l->entries, entry_uuid, uuid);
    if (!l->entries.at[k])
        return false;
    *i = l->entries.at[k] - 1;
    return true;
}

uint32_t life_entry(struct life *l, const struct stix_uuid *u)
{
    size_t k;

    spread(l, &l->entries, entry_uuid, l->n);
    k = place_of(l, &l->entries, entry_uuid, u);
    if (l->entries.at[k])
        return l->entries.at[k] - 1;
    l->entry = spill_room(&l->entries_at, object_store_folder(l->o.objects), (l->n + 1) * sizeof *l->entry);
    l->entry[l->n] = (struct entry){ .uuid = *u, .note = LIFE_NONE, .said = -1 };
    l->entries.at[k] = (uint32_t)++l->n;
    return (uint32_t)l->n - 1;
}

uint32_t life_source(struct life *l, const struct stix_uuid *u)
{
    size_t k;

    spread(l, &l->sources, source_uuid, l->n_sources);
    k = place_of(l, &l->sources, source_uuid, u);
    if (l->sources.at[k])
        return l->sources.at[k] - 1;
    l->source = grown(l->source, &l->cap_sources, l->n_sources, sizeof *l->source);
    l->source[l->n_sources] = (struct source){ .uuid = *u, .note = LIFE_NONE };
    l->sources.at[k] = (uint32_t)++l->n_sources;
    return (uint32_t)l->n_sources - 1;
}

uint32_t life_note(struct life *l, uint32_t source, const struct note *n)
{
    uint32_t at = (uint32_t)l->n_notes;

    l->note = grown(l->note, &l->cap_notes, l->n_notes, sizeof *l->note);
    l->note[at] = *n;
    l->note[at].next = l->entry[n->target].note;
    l->entry[n->target].note = at;
    l->note[at].of_source = l->source[source].note;
    l->source[source].note = at;
    l->n_notes++;
    return at;
}

static size_t value_place(const struct life *l, struct named *const *table, size_t slots, uint32_t hash,
                          enum detect_kind kind, struct span value)
{
    size_t i = hash & (slots - 1);

    (void)l;
    while (table[i] && !(table[i]->hash == hash && table[i]->kind == kind &&
                         span_eq(span_of(table[i]->p, table[i]->length), value)))
        i = (i + 1) & (slots - 1);
    return i;
}

struct named *life_named_of(const struct life *l, enum detect_kind kind, struct span value)
{
    if (!l->n_slots)
        return NULL;
    return l->value[value_place(l, l->value, l->n_slots, (uint32_t)hash_of(l, kind, value), kind, value)];
}

static void spread_values(struct life *l)
{
    size_t slots = l->n_slots ? l->n_slots * 2 : 256;
    struct spill in = { 0 };
    struct named **wider;

    if (l->n_slots && l->n_values * 2 < l->n_slots)
        return;
    wider = spill_room(&in, object_store_folder(l->o.objects), slots * sizeof(struct named *));
    for (size_t i = 0; i < l->n_slots; i++) {
        struct named *v = l->value[i];

        if (v)
            wider[value_place(l, wider, slots, v->hash, (enum detect_kind)v->kind,
                              span_of(v->p, v->length))] = v;
    }
    spill_free(&l->values_at);
    l->values_at = in;
    l->value = wider;
    l->n_slots = slots;
}

/* Room for a value; zero. */
static struct named *value_room(struct life *l, size_t n)
{
    struct spill *last = l->n_heap ? &l->heap[l->n_heap - 1] : NULL;
    uint8_t *at;

    n = (n + 7) / 8 * 8;
    if (!last || last->cap - l->heap_used < n) {
        l->heap = realloc(l->heap, (l->n_heap + 1) * sizeof *l->heap);
        if (!l->heap)
            abort();
        last = &l->heap[l->n_heap++];
        *last = (struct spill){ 0 };
        (void)spill_room(last, object_store_folder(l->o.objects), n > HEAP ? n : HEAP);
        spill_settle(last);
        l->heap_used = 0;
    }
    at = (uint8_t *)last->p + l->heap_used;
    l->heap_used += n;
    return (struct named *)(void *)at;
}

void life_rest(const struct life *l)
{
    spill_rest(&l->entries_at);
    spill_rest(&l->values_at);
    spill_rest(&l->entries.in);
    spill_rest(&l->sources.in);
    for (size_t i = 0; i < l->n_heap; i++)
        spill_rest(&l->heap[i]);
}

struct named *life_name(struct life *l, enum detect_kind kind, struct span value)
{
    uint32_t hash = (uint32_t)hash_of(l, kind, value);
    uint16_t list[LIFE_LISTS];
    size_t i, lists = 0;
    struct named *v;

    spread_values(l);
    i = value_place(l, l->value, l->n_slots, hash, kind, value);
    if (l->value[i])
        return l->value[i];
    if (l->o.warnings && kind < DETECT_KINDS)
        lists = detect_warnings_of(l->o.warnings, kind, value, list, LIFE_LISTS);
    lists = lists < LIFE_LISTS ? lists : LIFE_LISTS;
    v = value_room(l, offsetof(struct named, p) + value.n + lists * sizeof *list);
    v->hash = hash;
    v->kind = (uint8_t)kind;
    v->length = (uint32_t)value.n;
    v->lists = (uint8_t)lists;
    memcpy(v->p, value.p, value.n);
    memcpy(v->p + value.n, list, lists * sizeof *list);
    l->value[i] = v;
    l->n_values++;
    return v;
}

void life_link(struct named *v, uint32_t entry)
{
    uint32_t *many, one = v->by.one;

    if (v->n == 0) {
        v->by.one = entry;
        v->n = 1;
        return;
    }
    if ((v->n & (v->n - 1)) == 0) { /* full, or as good as: it was shorter once */
        many = realloc(v->n == 1 ? NULL : v->by.many, 2 * (size_t)v->n * sizeof *many);
        if (!many)
            abort();
        if (v->n == 1)
            many[0] = one;
        v->by.many = many;
    }
    v->by.many[v->n++] = entry;
}

void life_unlink(struct named *v, uint32_t entry)
{
    uint32_t i = 0, last;

    while (i < v->n && life_by(v, i) != entry)
        i++;
    if (i == v->n)
        return;
    if (v->n == 1) {
        v->n = 0;
        return;
    }
    v->by.many[i] = v->by.many[v->n - 1];
    if (--v->n > 1)
        return;
    last = v->by.many[0];
    free(v->by.many);
    v->by.one = last;
}

static void queue_one(struct life *l, uint32_t entry)
{
    if (l->entry[entry].queued)
        return;
    l->entry[entry].queued = true;
    l->changed = grown(l->changed, &l->cap_changed, l->n_changed, sizeof *l->changed);
    l->changed[l->n_changed++] = entry;
}

void life_queue(struct life *l, uint32_t entry)
{
    const struct entry *e = &l->entry[entry];

    queue_one(l, entry);
    for (uint32_t k = 0; k < e->n; k++)
        for (uint32_t i = 0; i < life_value(e, k)->n; i++)
            queue_one(l, life_by(life_value(e, k), i));
}

bool life_changed(struct life *l, size_t *i)
{
    if (!l->n_changed)
        return false;
    *i = l->changed[--l->n_changed];
    l->entry[*i].queued = false;
    return true;
}

void life_tables_free(struct life *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->entry[i].n > 1)
            free(l->entry[i].value.many);
    for (size_t i = 0; i < l->n_slots; i++) {
        if (l->value[i] && l->value[i]->n > 1)
            free(l->value[i]->by.many);
    }
    for (size_t i = 0; i < l->n_heap; i++)
        spill_free(&l->heap[i]);
    free(l->heap);
    spill_free(&l->entries_at);
    free(l->source);
    free(l->note);
    spill_free(&l->values_at);
    spill_free(&l->entries.in);
    spill_free(&l->sources.in);
    free(l->changed);
}
