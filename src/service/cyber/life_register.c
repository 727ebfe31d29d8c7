/* The register read on from the store's feed. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/life_internal.h"

enum { NOT_HERE = CYBER_HELD | CYBER_REFER | CYBER_EXERCISE, PAGE_BYTES = 1 << 20, FEW = 16 };

bool life_new(const struct life_options *o, struct life **ret, struct why *w)
{
    struct life *l = calloc(1, sizeof *l);

    if (!l)
        abort();
    l->o = *o;
    if (!object_store_collection(o->objects, span_str(cyber_shared_collection()), &l->shared, w)) {
        free(l);
        return false;
    }
    *ret = l;
    return true;
}

void life_free(struct life *l)
{
    if (!l)
        return;
    life_tables_free(l);
    free(l);
}

uint64_t life_sequence(const struct life *l)
{
    return l->sequence;
}

/* ---- which version counts */

static bool newer(const struct object_row *a, const struct object_row *b)
{
    bool x = a->flags & OBJECT_IS_REVOKED, y = b->flags & OBJECT_IS_REVOKED;

    if (x != y)
        return x;
    return a->version != b->version ? a->version > b->version : a->version_rest >= b->version_rest;
}

struct rows {
    struct object_row *row;
    uint64_t *sequence;
    size_t n;
};

static uint8_t owner_of(const struct rows *r, uint16_t shared, uint8_t self)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->row[i].collection == shared && r->row[i].label.owner != self)
            return r->row[i].label.owner;
    return self;
}

static void tighten(struct cyber_label *l, const struct cyber_label *by)
{
    if (by->tlp > l->tlp)
        l->tlp = by->tlp;
    if ((by->flags & CYBER_EMBARGO) && by->until > l->until)
        l->until = by->until;
    l->flags |= by->flags & (CYBER_EXERCISE | CYBER_GRANULAR | CYBER_REFER | CYBER_EMBARGO | CYBER_HELD);
}

static bool choose(const struct rows *r, uint16_t shared, uint8_t self, uint64_t *sequence,
                   struct object_row *out)
{
    uint8_t owner = owner_of(r, shared, self);
    size_t best = r->n;

    for (size_t i = 0; i < r->n; i++)
        if (r->row[i].label.owner == owner && (best == r->n || newer(&r->row[i], &r->row[best])))
            best = i;
    if (best == r->n)
        return false;
    *out = r->row[best];
    *sequence = r->sequence[best];
    for (size_t i = 0; i < r->n; i++)
        if (r->row[i].version >= out->version)
            tighten(&out->label, &r->row[i].label);
    return true;
}

bool life_newest(struct object_store *s, uint16_t shared, uint8_t self, const struct stix_id *id,
                 uint64_t *sequence, struct object_row *row)
{
    struct object_row few_rows[FEW];
    uint64_t few[FEW];
    struct rows r = { few_rows, few, object_store_versions(s, id, few_rows, few, FEW) };
    size_t room = FEW;
    bool found;

    while (r.n > room) { /* more may come meanwhile */
        room = 2 * r.n;
        if (r.row != few_rows) {
            free(r.row);
            free(r.sequence);
        }
        r.row = calloc(room, sizeof *r.row);
        r.sequence = calloc(room, sizeof *r.sequence);
        if (!r.row || !r.sequence)
            abort();
        r.n = object_store_versions(s, id, r.row, r.sequence, room);
    }
    found = choose(&r, shared, self, sequence, row);
    if (r.row != few_rows) {
        free(r.row);
        free(r.sequence);
    }
    return found;
}

/* ---- one object */

static bool read_object(const struct life *l, uint64_t sequence, const struct object_row *row,
                        struct arena *a, struct stix_object *o, bool *readable, struct why *w)
{
    const struct stix_how how = { .any_pattern = true, .no_sco_check = true, .v20 = row->spec == 20 };
    struct why bad = { 0 };
    uint8_t *text;

    *readable = false;
    if (sequence == l->here && row->n == l->text.n) {
        *readable = stix_read(l->text, &how, a, o, NULL, &bad);
        return true;
    }
    text = arena_alloc(a, (size_t)row->n + 1);
    if (!text)
        return true;
    if (!object_store_bytes(l->o.objects, &sequence, 1, text, row->n, w))
        return false;
    *readable = stix_read(span_of(text, row->n), &how, a, o, NULL, &bad);
    return true;
}

static void forget_values(struct life *l, uint32_t at)
{
    struct entry *e = &l->entry[at];

    life_queue(l, at); /* those it shared values with too */
    for (uint32_t k = 0; k < e->n; k++)
        life_unlink(life_value(e, k), at);
    if (e->n > 1)
        free(e->value.many);
    e->value.many = NULL;
    e->n = 0;
}

static void take_indicator(struct life *l, uint32_t at, const struct stix_object *o, struct arena *a)
{
    struct named *found[LIFE_VALUES];
    struct entry *e = &l->entry[at];
    size_t n = 0;

    e->from = o->valid_from.set ? o->valid_from.seconds : 0;
    e->until = o->valid_until.set ? o->valid_until.seconds : 0;
    e->said = (int16_t)o->confidence;
    if (o->pattern_type.n == 0 || span_eq_str(o->pattern_type, "stix"))
        n = life_values_of(l, o->pattern, a, found);
    if (n == 1) {
        e->value.one = found[0];
    } else if (n) {
        e->value.many = calloc(n, sizeof(struct named *));
        if (!e->value.many)
            abort();
        memcpy(e->value.many, found, n * sizeof(struct named *));
    }
    e->n = (uint16_t)n;
    for (size_t k = 0; k < n; k++)
        life_link(found[k], at);
}

static bool indicator(struct life *l, const struct stix_id *id, struct arena *a, struct why *w)
{
    uint32_t at = life_entry(l, &id->uuid);
    struct entry *e = &l->entry[at];
    struct object_row row;
    struct stix_object o;
    uint64_t sequence;
    bool readable;

    if (!life_newest(l->o.objects, l->shared, l->o.self, id, &sequence, &row)) {
        forget_values(l, at);
        e->sequence = 0;
        return true;
    }
    if (sequence == e->sequence && memcmp(&row.label, &e->label, sizeof row.label) == 0)
        return true;
    if (!read_object(l, sequence, &row, a, &o, &readable, w))
        return false;
    forget_values(l, at);
    e->sequence = (uint32_t)sequence; /* a store holds no more */
    e->label = row.label;
    e->version = row.version;
    e->revoked = row.flags & OBJECT_IS_REVOKED;
    e->shared = row.collection == l->shared;
    e->from = e->until = 0;
    e->said = -1;
    if (readable)
        take_indicator(l, at, &o, a);
    e->confidence = life_own_confidence(l, e);
    life_queue(l, at);
    return true;
}

/* ---- what is said of indicators */

static int opinion_of(const struct stix_object *o)
{
    static const char *const word[] = { "strongly-disagree", "disagree", "neutral", "agree",
                                        "strongly-agree" };
    json_ref v = json_member(&o->json, o->at, "opinion");

    for (int i = 0; i < 5; i++)
        if (json_text_is(&o->json, v, word[i]))
            return i + 1;
    return 0;
}

static void about(struct life *l, uint32_t source, json_ref ref, const struct stix_object *o, struct note *n,
                  struct arena *a)
{
    struct stix_id id;
    struct span s;

    if (!json_text_of(&o->json, ref, a, &s) || !stix_id_read(s, &id) || !span_eq_str(id.type, "indicator"))
        return;
    n->target = life_entry(l, &id.uuid);
    (void)life_note(l, source, n);
}

static void take_sighting(struct life *l, uint32_t source, const struct stix_object *o, struct note *n,
                          struct arena *a)
{
    json_ref last = json_member(&o->json, o->at, "last_seen");
    struct stix_time t = { 0 };
    int64_t count = 1;
    struct span s;

    if (json_int64(&o->json, json_member(&o->json, o->at, "count"), &count) && count < 0)
        return;
    if (last == JSON_NONE)
        last = json_member(&o->json, o->at, "first_seen");
    if (json_text_of(&o->json, last, a, &s) && stix_time_read(s, &t))
        n->last = t.seconds;
    n->count = (uint64_t)count;
    about(l, source, o->sighting_of_ref, o, n, a);
}

static void take_opinion(struct life *l, uint32_t source, const struct stix_object *o, struct note *n,
                         struct arena *a)
{
    json_ref refs = json_member(&o->json, o->at, "object_refs");

    n->opinion = (uint8_t)opinion_of(o);
    if (!n->opinion || !json_is(&o->json, refs, JSON_KIND_ARRAY))
        return;
    for (json_ref r = json_first(&o->json, refs); r != JSON_NONE; r = json_after(&o->json, refs, r))
        about(l, source, r, o, n, a);
}

static void weigh(struct life *l, uint32_t source)
{
    for (uint32_t k = l->source[source].note; k != LIFE_NONE; k = l->note[k].of_source) {
        struct entry *e = &l->entry[l->note[k].target];
        uint8_t c = life_own_confidence(l, e);

        if (c != e->confidence) {
            e->confidence = c;
            life_queue(l, l->note[k].target);
        }
    }
}

static bool saying(struct life *l, const struct stix_id *id, struct arena *a, struct why *w)
{
    uint32_t at = life_source(l, &id->uuid);
    struct source *s = &l->source[at];
    struct note n = { 0 };
    struct object_row row;
    struct stix_object o;
    uint64_t sequence = 0;
    bool there, readable = false;

    there = life_newest(l->o.objects, l->shared, l->o.self, id, &sequence, &row);
    if (there && sequence == s->sequence && memcmp(&row.label, &s->label, sizeof row.label) == 0)
        return true;
    if (there && !read_object(l, sequence, &row, a, &o, &readable, w))
        return false;
    for (uint32_t k = s->note; k != LIFE_NONE; k = l->note[k].of_source)
        l->note[k].dead = true;
    s->sequence = sequence;
    s->label = there ? row.label : (struct cyber_label){ 0 };
    if (readable && !(row.flags & OBJECT_IS_REVOKED) && !(row.label.flags & NOT_HERE)) {
        n.version = row.version;
        n.owner = row.label.owner;
        if (span_eq_str(id->type, "opinion"))
            take_opinion(l, at, &o, &n, a);
        else
            take_sighting(l, at, &o, &n, a);
    }
    weigh(l, at);
    return true;
}

/* ---- the feed */

static bool take(struct life *l, const struct object_row *row, struct arena *a, struct why *w)
{
    const struct stix_id id = { object_store_type(l->o.objects, row->type), row->uuid };

    return span_eq_str(id.type, "indicator") ? indicator(l, &id, a, w) : saying(l, &id, a, w);
}

/* The bytes of a page, read at once; mostly the version that came is the one that counts. NULL: one by one.
 */
static uint8_t *page_bytes(struct life *l, const struct object_page *p)
{
    uint8_t *text = malloc(p->bytes + 1);

    if (text && object_store_bytes(l->o.objects, p->sequence, p->n, text, p->bytes, NULL))
        return text;
    free(text);
    return NULL;
}

static bool take_page(struct life *l, const struct object_page *p, struct why *w)
{
    uint8_t *text = page_bytes(l, p);
    struct span rest = span_of(text, text ? p->bytes : 0);
    struct object_row row;
    struct arena a;
    bool ok = true;

    arena_init(&a, LIMIT_STIX_MEMORY);
    for (size_t i = 0; ok && i < p->n; i++) {
        if (object_store_row(l->o.objects, p->sequence[i], &row)) {
            l->here = row.n && row.n <= rest.n ? p->sequence[i] : 0;
            l->text = span_sub(rest, 0, row.n);
            rest = span_sub(rest, (size_t)row.n + 1, rest.n);
            ok = take(l, &row, &a, w);
            arena_reset(&a);
        } else {
            rest = (struct span){ NULL, 0 }; /* deleted meanwhile: nobody knows where the next one begins */
        }
        if (ok)
            l->sequence = p->sequence[i];
    }
    l->here = 0;
    arena_free(&a);
    free(text);
    return ok;
}

bool life_step(struct life *l, size_t most, bool *more, struct why *w)
{
    static const struct span types[] = { { (const uint8_t *)"indicator", 9 },
                                         { (const uint8_t *)"opinion", 7 },
                                         { (const uint8_t *)"sighting", 8 } };
    const struct object_query q = { .collection = OBJECT_ANY,
                                    .after = l->sequence,
                                    .until = object_store_newest(l->o.objects),
                                    .type = types,
                                    .n_types = 3,
                                    .limit = most,
                                    .most_bytes = PAGE_BYTES };
    struct object_page p = { 0 };
    bool ok;

    *more = false;
    if (q.until <= l->sequence)
        return true;
    object_store_find(l->o.objects, &q, &p);
    ok = take_page(l, &p, w);
    *more = ok && p.more;
    if (ok && !p.more)
        l->sequence = q.until;
    object_page_free(&p);
    return ok;
}
