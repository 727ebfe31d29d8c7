/* An image out of what was added, section by section. */
#include <stdlib.h>

#include "files/durable.h"
#include "names/build_internal.h"

void build_put_number(struct buffer *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        buf_u8(b, (uint8_t)(128 | (v & 127)));
    buf_u8(b, (uint8_t)v);
}

void build_begin(struct writing *x, enum image_section s)
{
    while (x->out->n % 8)
        buf_u8(x->out, 0);
    x->section = s;
    x->head.section[s].at = x->out->n;
}

void build_end(struct writing *x)
{
    x->head.section[x->section].n = x->out->n - x->head.section[x->section].at;
}

bool build_walk(struct names_walk *k)
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
    build_begin(x, IMAGE_WORDS);
    for (uint32_t i = 0, n; i < b->n_word; i += n) {
        uint32_t from = (uint32_t)(x->out->n - x->head.section[IMAGE_WORDS].at);

        for (n = 1; i + n < b->n_word && f[i + n].skeleton == f[i].skeleton; n++)
            ;
        x->skeleton[f[i].skeleton].words_at = from;
        x->skeleton[f[i].skeleton].n_word = n;
        write_group(x, r, f + i, n, at);
    }
    build_end(x);
    build_begin(x, IMAGE_WORD_AT);
    buf_put(x->out, span_of(at, b->n_word * sizeof *at));
    build_end(x);
    free(at);
    free(f);
}

static void write_names(struct writing *x, const struct ranks *r)
{
    struct names_walk k = { .b = x->b };
    struct buffer at, of;

    buf_init(&at, BUILD_CEILING);
    buf_init(&of, BUILD_CEILING);
    build_begin(x, IMAGE_NAMES);
    while (build_walk(&k)) {
        put_u32(&at, x->out->n - x->head.section[IMAGE_NAMES].at);
        if (k.name % IMAGE_BLOCK == 0)
            put_u32(&of, k.entity - 1);
        buf_u8(x->out, (uint8_t)(k.flags | (k.n + k.joined)));
        for (size_t i = 0; i < k.n + k.joined; i++)
            build_put_number(x->out, 2 * (uint64_t)r->rank[k.word[i]] + (i >= k.n));
    }
    build_end(x);
    build_begin(x, IMAGE_NAME_AT);
    buf_put(x->out, buf_span(&at));
    build_end(x);
    build_begin(x, IMAGE_ENTITY_OF);
    buf_put(x->out, buf_span(&of));
    build_end(x);
    buf_free(&at);
    buf_free(&of);
}

static void write_entities(struct writing *x)
{
    build_begin(x, IMAGE_ENTITIES);
    buf_put(x->out, buf_span(&x->b->entity));
    build_end(x);
    build_begin(x, IMAGE_ENTITY_AT);
    buf_put(x->out, buf_span(&x->b->entity_at));
    build_end(x);
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

    while (build_walk(&k))
        for (size_t i = cells_of(&k, r, cell); i-- > 0;)
            from[cell[i] + 2]++;
    for (size_t i = 2; i < n + 2; i++)
        from[i] += from[i - 1];
    names = malloc((from[n + 1] + 1) * sizeof *names);
    if (!names)
        abort();
    for (k = (struct names_walk){ .b = b }; build_walk(&k);)
        for (size_t i = cells_of(&k, r, cell); i-- > 0;)
            names[from[cell[i] + 1]++] = (uint32_t)k.name;
    return names;
}

static void write_lists(struct writing *x, const struct ranks *r)
{
    size_t n = r->frequent + x->b->skeletons.n;
    uint64_t *from = calloc(n + 2, sizeof *from);
    uint32_t *names;

    if (!from)
        abort();
    names = names_by_cell(x->b, r, from, n);
    build_begin(x, IMAGE_LISTS);
    for (size_t i = 0; i < n; i++) {
        struct image_place *p = place_of(x, r, i);
        uint32_t last = 0;

        p->at = (uint32_t)(x->out->n - x->head.section[IMAGE_LISTS].at);
        p->n = (uint32_t)(from[i + 1] - from[i]);
        for (uint64_t j = from[i]; j < from[i + 1]; j++) {
            build_put_number(x->out, names[j] - last);
            last = names[j];
        }
    }
    build_end(x);
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
    build_begin(x, IMAGE_FREQUENT);
    buf_put(x->out, span_of(x->frequent, r->frequent * sizeof *x->frequent));
    build_end(x);
    build_begin(x, IMAGE_SKELETONS);
    buf_put(x->out, span_of(table, slots * sizeof *table));
    build_end(x);
    free(table);
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
    build_pairs(&x, &r);
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

bool names_build_write(struct names_build *b, const char *path, struct why *w)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    struct buffer image;
    bool ok;

    if (!folder)
        abort();
    buf_init(&image, BUILD_CEILING);
    build_image(b, &image);
    ok = file_replace(folder, slash ? slash + 1 : path, buf_span(&image), NULL, w);
    buf_free(&image);
    free(folder);
    return ok;
}
