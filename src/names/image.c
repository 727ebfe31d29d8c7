#include "names/image.h"

enum { ORDER = 0x01020304 };

uint64_t image_sum(uint64_t sum, struct span s)
{
    size_t i = 0;

    for (; i + 8 <= s.n; i += 8) {
        uint64_t v;

        memcpy(&v, s.p + i, 8);
        sum = (sum ^ v) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    for (; i < s.n; i++)
        sum = (sum ^ s.p[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static bool bad(struct why *w, const char *what)
{
    return why_set(w, "format", WHY_NO_OFFSET, NULL, "not an image of a list of names: %s", what);
}

static bool sections(struct image *m, struct why *w)
{
    uint64_t at = sizeof *m->head;

    for (size_t i = 0; i < IMAGE_SECTIONS; i++) {
        uint64_t from = m->head->section[i].at, n = m->head->section[i].n;

        if (from % 8 || from < at || from > m->bytes.n || n > m->bytes.n - from)
            return bad(w, "a section is outside");
        m->section[i] = span_sub(m->bytes, from, from + n);
        at = from + n;
    }
    return true;
}

static bool sized(const struct image *m, enum image_section s, uint64_t n)
{
    return m->section[s].n == n;
}

bool image_open(struct span bytes, struct image *out, struct why *w)
{
    struct image m = { .bytes = bytes };
    const struct image_head *h;

    if (bytes.n < sizeof *h)
        return bad(w, "too short");
    h = m.head = (const struct image_head *)(const void *)bytes.p;
    if (memcmp(h->magic, "serainam", 8) != 0)
        return bad(w, "another kind of file");
    if (h->version != IMAGE_VERSION || h->order != ORDER)
        return bad(w, "of another version or kind of machine; make it again");
    if (h->bytes != bytes.n)
        return bad(w, "it was cut");
    if (!sections(&m, w))
        return false;
    m.n_skeleton = m.section[IMAGE_SKELETONS].n / sizeof *m.skeleton;
    m.n_pair = m.section[IMAGE_PAIRS].n / sizeof *m.pair;
    if (!sized(&m, IMAGE_WORD_AT, 4 * (uint64_t)h->n_word) ||
        !sized(&m, IMAGE_NAME_AT, 4 * (uint64_t)h->n_name) ||
        !sized(&m, IMAGE_ENTITY_OF, 4 * (((uint64_t)h->n_name + IMAGE_BLOCK - 1) / IMAGE_BLOCK)) ||
        !sized(&m, IMAGE_FREQUENT, sizeof *m.frequent * (uint64_t)h->n_frequent) ||
        h->n_frequent > h->n_word || !sized(&m, IMAGE_ENTITY_AT, 4 * (uint64_t)h->n_entity) ||
        m.n_skeleton == 0)
        return bad(w, "a section of the wrong size");
    m.word_at = (const uint32_t *)(const void *)m.section[IMAGE_WORD_AT].p;
    m.name_at = (const uint32_t *)(const void *)m.section[IMAGE_NAME_AT].p;
    m.entity_of = (const uint32_t *)(const void *)m.section[IMAGE_ENTITY_OF].p;
    m.frequent = (const struct image_place *)(const void *)m.section[IMAGE_FREQUENT].p;
    m.entity_at = (const uint32_t *)(const void *)m.section[IMAGE_ENTITY_AT].p;
    m.skeleton = (const struct image_skeleton *)(const void *)m.section[IMAGE_SKELETONS].p;
    m.pair = (const uint64_t *)(const void *)m.section[IMAGE_PAIRS].p;
    *out = m;
    return true;
}

bool image_check(const struct image *m, struct why *w)
{
    uint64_t sum = image_sum(0, span_sub(m->bytes, sizeof *m->head, m->bytes.n));

    if (sum != m->head->sum)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL,
                       "the image is not as it was written; make it again");
    return true;
}

/* ---- words ---- */

/* A word as it stands in the image. */
struct record {
    struct image_form form;
    uint8_t n;             /* letters */
    const uint8_t *letter; /* two bytes each, unless the word is Latin */
    size_t size;
    uint32_t value;
};

static bool record_at(const struct image *m, size_t at, struct record *r)
{
    struct span s = m->section[IMAGE_WORDS];
    const uint8_t *p = s.p + at;
    size_t left, forms, letters;
    bool valued;

    if (at > s.n || s.n - at < IMAGE_WORD_HEAD + 1)
        return false;
    left = s.n - at;
    r->form.script = (enum names_script)(p[0] & 3);
    r->form.kind = (enum names_kind)(p[0] >> 2 & 7);
    r->form.info = (float)image_u16(p + 2) / 100;
    r->form.word = image_u32(p + 4);
    r->form.letters = 0;
    r->form.shared = 0;
    r->n = p[1];
    valued = r->form.kind == NAMES_NUMBER || r->form.kind == NAMES_LEGAL;
    p += IMAGE_WORD_HEAD;
    forms = r->form.script == NAMES_LATIN ? 0 : 1u + p[0];
    letters = r->n * (forms ? 2u : 1u);
    r->size = IMAGE_WORD_HEAD + forms + letters + (valued ? 4u : 0u);
    if (r->form.script > NAMES_CYRILLIC || r->form.kind > NAMES_GENERIC || r->n == 0 ||
        r->n > NAMES_LETTERS || forms > NAMES_FORM || left < r->size || r->form.word >= m->head->n_word)
        return false;
    r->form.n = forms ? p[0] : r->n;
    r->form.form = (const char *)p + (forms ? 1 : 0);
    r->letter = p + forms;
    r->value = valued ? image_u32(p + forms + letters) : 0;
    return r->form.kind != NAMES_LEGAL || r->value < 32; /* it becomes a bit */
}

bool image_letters(const struct image_form *f)
{
    bool ok = true;

    for (size_t i = 0; i < f->n; i++)
        ok &= (f->form[i] >= 'a' && f->form[i] <= 'z') ||
              (f->kind == NAMES_NUMBER && f->form[i] >= '0' && f->form[i] <= '9');
    return ok;
}

bool image_word(const struct image *m, uint32_t v, struct names_word *out)
{
    struct record r;

    if (v >= m->head->n_word || !record_at(m, m->word_at[v], &r) || !image_letters(&r.form))
        return false;
    out->script = r.form.script;
    out->kind = r.form.kind;
    out->info = r.form.info;
    out->value = r.value;
    out->n = r.n;
    out->n_form = r.form.n;
    memcpy(out->form, r.form.form, r.form.n);
    for (size_t i = 0; i < r.n; i++)
        out->letter[i] = r.form.script == NAMES_LATIN ? r.letter[i] : image_u16(r.letter + 2 * i);
    return true;
}

bool image_form(const struct image *m, uint32_t v, struct image_form *out)
{
    struct record r;

    if (v >= m->head->n_word || !record_at(m, m->word_at[v], &r) || !image_letters(&r.form))
        return false;
    *out = r.form;
    return true;
}

bool image_words_of(const struct image *m, const struct image_skeleton *s, struct image_words *out)
{
    struct span words = m->section[IMAGE_WORDS];

    if (s->words_at > words.n || (words.n - s->words_at) / 9 < s->n_word)
        return false;
    out->shared = words.p + s->words_at;
    out->letters = out->shared + s->n_word;
    out->at = out->letters + 4 * (size_t)s->n_word;
    out->i = 0;
    out->n = s->n_word;
    return true;
}

void image_skip_unlike(struct image_words *w, size_t same, uint32_t letters, unsigned few)
{
    for (; w->i < w->n && w->shared[w->i] >= same; w->i++) {
        uint32_t set;

        memcpy(&set, w->letters + 4 * (size_t)w->i, 4);
        if (image_bits(set & ~letters) <= few && image_bits(letters & ~set) <= few)
            break;
    }
}

/* ---- names ---- */

/* Seven bits a byte, the lowest first. */
static bool number(const uint8_t **p, const uint8_t *end, uint32_t *out)
{
    uint32_t v = 0;

    for (unsigned shift = 0; *p < end && shift <= 28; shift += 7) {
        uint8_t c = *(*p)++;

        v |= (uint32_t)(c & 127) << shift;
        if (c < 128) {
            *out = v;
            return true;
        }
    }
    return false;
}

enum { WEAK = 0x20, ORGANIZATION = 0x40, ANOTHER = 0x80 }; /* of an entity beyond that of the name before */

bool image_name(const struct image *m, uint32_t name, struct image_name *out)
{
    struct span s = m->section[IMAGE_NAMES];
    const uint8_t *p, *end = s.p + s.n;
    unsigned head;
    size_t n = 0;

    if (name >= m->head->n_name || m->name_at[name] >= s.n)
        return false;
    p = s.p + m->name_at[name];
    head = *p++;
    out->weak = head & WEAK;
    out->organization = head & ORGANIZATION;
    out->n_joined = 0;
    for (size_t i = 0; i < (head & 31); i++, n++) {
        uint32_t v;

        if (n == NAMES_WORDS + IMAGE_JOINED || !number(&p, end, &v) || v / 2 >= m->head->n_word)
            return false;
        out->word[n] = v / 2;
        out->n_joined = (uint8_t)(out->n_joined + (v & 1));
    }
    out->n = (uint8_t)(n - out->n_joined);
    return out->n > 0 && out->n <= NAMES_WORDS && out->n_joined <= IMAGE_JOINED;
}

bool image_entity_of(const struct image *m, uint32_t name, uint32_t *entity)
{
    struct span s = m->section[IMAGE_NAMES];

    if (name >= m->head->n_name)
        return false;
    *entity = m->entity_of[name / IMAGE_BLOCK];
    for (uint32_t i = name / IMAGE_BLOCK * IMAGE_BLOCK + 1; i <= name; i++) {
        if (m->name_at[i] >= s.n)
            return false;
        *entity += (s.p[m->name_at[i]] & ANOTHER) != 0;
    }
    return *entity < m->head->n_entity;
}

/* ---- entities ---- */

bool image_entity(const struct image *m, uint32_t entity, struct span *id, struct names_about *about)
{
    struct span s = m->section[IMAGE_ENTITIES];
    unsigned head;
    size_t at;

    if (entity >= m->head->n_entity)
        return false;
    s = span_sub(s, m->entity_at[entity], s.n);
    if (s.n < 2 || s.n < 2u + s.p[1])
        return false;
    *id = span_of(s.p + 2, s.p[1]);
    if (!about)
        return true;
    head = s.p[0];
    at = 2u + s.p[1];
    about->sex = (head & 3) <= NAMES_MALE ? (enum names_sex)(head & 3) : NAMES_SEX_UNKNOWN;
    about->n_date = about->n_country = 0;
    if (!(head & 4))
        return true;
    if (s.n < at + 1)
        return false;
    head = s.p[at++];
    if ((head & 15) > NAMES_DATES || head >> 4 > NAMES_COUNTRIES ||
        s.n < at + 4 * (head & 15) + 2 * (head >> 4))
        return false;
    for (; about->n_date < (head & 15); at += 4) {
        uint32_t v = image_u32(s.p + at);

        about->date[about->n_date++] =
            (struct names_date){ (uint16_t)(v >> 16), v >> 8 & 15, v & 31, v >> 15 & 1 };
    }
    for (; about->n_country < head >> 4; at += 2)
        about->country[about->n_country++] = image_u16(s.p + at);
    return true;
}

/* ---- lists ---- */

static uint64_t mixed(uint64_t v)
{
    v *= UINT64_C(0x9e3779b97f4a7c15);
    v ^= v >> 32;
    v *= UINT64_C(0xbf58476d1ce4e5b9);
    return v ^ v >> 29;
}

static size_t slot_of(uint64_t hash, size_t n)
{
    return (size_t)((unsigned __int128)hash * n >> 64);
}

size_t image_skeleton_slot(const struct image_skeleton *slot, size_t n, uint64_t key)
{
    size_t i = slot_of(mixed(key), n);

    for (size_t k = 0; k < IMAGE_PROBES; k++) {
        if (slot[i].key == key || slot[i].key == 0)
            return i;
        i = i + 1 == n ? 0 : i + 1;
    }
    return n;
}

static bool list_at(struct span s, uint64_t at, uint32_t n, uint32_t most, struct image_list *out)
{
    if (at > s.n || n == 0)
        return false;
    *out = (struct image_list){ s.p + at, s.p + s.n, n, n, 0, most };
    return true;
}

const struct image_skeleton *image_skeleton(const struct image *m, uint64_t key)
{
    size_t i = image_skeleton_slot(m->skeleton, m->n_skeleton, key);

    return i < m->n_skeleton && m->skeleton[i].key != 0 ? &m->skeleton[i] : NULL;
}

void image_expect_skeleton(const struct image *m, uint64_t key)
{
    __builtin_prefetch(&m->skeleton[slot_of(mixed(key), m->n_skeleton)]);
}

const struct image_place *image_place(const struct image *m, uint64_t cell)
{
    const struct image_skeleton *s;

    if (cell & IMAGE_WORD)
        return (cell & ~IMAGE_WORD) < m->head->n_frequent ? &m->frequent[cell & ~IMAGE_WORD] : NULL;
    s = image_skeleton(m, cell);
    return s ? &s->place : NULL;
}

bool image_names_of(const struct image *m, uint64_t cell, struct image_list *out)
{
    const struct image_place *p = image_place(m, cell);

    return p && list_at(m->section[IMAGE_LISTS], p->at, p->n, m->head->n_name, out);
}

uint32_t image_hash(uint64_t key)
{
    return (uint32_t)(mixed(key) >> 32);
}

struct image_both image_both(uint64_t a, const struct image_place *at_a, uint64_t b,
                             const struct image_place *at_b)
{
    return image_both_of((struct image_cell){ a, at_a, image_hash(a) },
                         (struct image_cell){ b, at_b, image_hash(b) });
}

/* From there to the end of the table, at most so many; n: neither it nor a free one. */
static size_t pair_slot_from(const uint64_t *slot, size_t i, size_t end, size_t n, uint64_t tag)
{
    for (; i < end; i++)
        if (slot[i] == 0 || slot[i] >> 40 == tag)
            return i;
    return n;
}

size_t image_pair_slot(const uint64_t *slot, size_t n, uint32_t hash)
{
    size_t most = n < IMAGE_PROBES ? n : IMAGE_PROBES, from = image_pair_from(hash, n), i;
    uint64_t tag = image_pair_tag(hash);

    if (n - from >= most)
        return pair_slot_from(slot, from, from + most, n, tag);
    i = pair_slot_from(slot, from, n, n, tag);
    return i < n ? i : pair_slot_from(slot, 0, most - (n - from), n, tag);
}

uint64_t image_pair(const struct image *m, struct image_both b)
{
    struct span s = m->section[IMAGE_PAIR_LISTS];
    size_t from = b.first->pairs_at, n = b.first->n_pair, i;
    uint64_t v;

    if (from > m->n_pair || n > m->n_pair - from)
        return 0;
    i = image_pair_slot(m->pair + from, n, b.other);
    if (i == n)
        return 0;
    v = m->pair[from + i];
    if (v && !(v & IMAGE_INLINE) && (v & IMAGE_VALUE) < s.n)
        __builtin_prefetch(s.p + (v & IMAGE_VALUE));
    return v;
}

bool image_pair_list(const struct image *m, uint64_t slot, struct image_list *out)
{
    static const uint8_t zero[1] = { 0 };
    struct span s = m->section[IMAGE_PAIR_LISTS];
    uint64_t v = slot & IMAGE_VALUE;
    const uint8_t *p;
    uint32_t n;

    if (slot & IMAGE_INLINE) {
        *out = (struct image_list){ zero, zero + 1, 1, 1, (uint32_t)v, m->head->n_name };
        return v < m->head->n_name;
    }
    if (slot == 0 || v > s.n)
        return false;
    p = s.p + v;
    return number(&p, s.p + s.n, &n) && list_at(s, (uint64_t)(p - s.p), n, m->head->n_name, out);
}

uint64_t image_date_key(struct names_date d)
{
    if (!d.year || !d.month || !d.day || d.about)
        return 0;
    return UINT64_C(1) << 61 | (uint64_t)d.year << 16 | (uint64_t)d.month << 8 | d.day;
}
