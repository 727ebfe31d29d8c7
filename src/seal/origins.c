/* Where the certificates of an anchor set came from. */
#include "seal/anchors_internal.h"

/* Kept once when it is among the first few of the list: certificates of one source come one after the other,
 * and there are few members. */
static const char *intern(struct source **list, const char *text)
{
    size_t n = strlen(text) + 1;
    struct source *k = *list;

    for (int i = 0; k && i < 16; k = k->next, i++)
        if (strcmp(k->text, text) == 0)
            return k->text;
    k = must(malloc(sizeof *k + n));
    memcpy(k->text, text, n);
    k->next = *list;
    *list = k;
    return k->text;
}

static void free_texts(struct source *list)
{
    for (struct source *next; list; list = next) {
        next = list->next;
        free(list);
    }
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_list(const struct anchor_list *a, const struct anchor_list *b)
{
    return same_text(a->provider, b->provider) && same_text(a->source, b->source) &&
           same_text(a->member, b->member) && a->at == b->at && a->has_issue == b->has_issue &&
           a->issue == b->issue && a->date == b->date && a->next_update == b->next_update &&
           a->not_after == b->not_after && a->entries == b->entries && a->usable == b->usable &&
           a->defective == b->defective;
}

const struct anchor_list *anchor_set_list(struct anchor_set *s, const struct anchor_list *l)
{
    struct kept_list *k = s->lists;

    for (; k; k = k->next)
        if (&k->list == l || same_list(&k->list, l))
            return &k->list;
    k = must(calloc(1, sizeof *k));
    k->list = *l;
    k->list.provider = intern(&s->sources, l->provider ? l->provider : "");
    k->list.source = intern(&s->sources, l->source ? l->source : "");
    k->list.member = l->member ? intern(&s->members, l->member) : NULL;
    *s->lists_end = k;
    s->lists_end = &k->next;
    return &k->list;
}

const struct anchor_list *anchor_list_at(const struct anchor_set *s, size_t i)
{
    const struct kept_list *k = s->lists;

    for (; k && i > 0; i--)
        k = k->next;
    return k ? &k->list : NULL;
}

static unsigned purposes_in(const struct anchor_origin *from, enum anchor_standing standing)
{
    return standing == ANCHOR_KNOWN ? 0 : from->purposes ? from->purposes & FOR_ALL : FOR_ALL;
}

static bool same_origin(const struct anchor_origin *o, const struct anchor_origin *from,
                        enum anchor_standing standing)
{
    return o->standing == standing && o->purposes == purposes_in(from, standing) &&
           same_text(o->member, from->member) && same_text(o->source, from->source ? from->source : "") &&
           same_text(o->types, from->types) &&
           (o->list == from->list || (o->list && from->list && same_list(o->list, from->list)));
}

/* Chains that were made lately: a file adds the same one to one certificate after the other. */
static const struct anchor_origin *made_before(const struct anchor_set *s, const struct anchor_origin *from,
                                               enum anchor_standing standing,
                                               const struct anchor_origin *next)
{
    int n = 0;

    for (const struct kept_origin *k = s->origins; k && n < 16; k = k->next, n++)
        if (k->origin.next == next && k->origin.at == from->at && same_origin(&k->origin, from, standing))
            return &k->origin;
    return NULL;
}

const struct anchor_origin *origin_keep(struct anchor_set *s, const struct anchor_origin *from,
                                        enum anchor_standing standing, const struct anchor_origin *next)
{
    static const struct anchor_origin nothing = { .source = "" };
    const struct anchor_origin *made;
    struct kept_origin *k;

    from = from ? from : &nothing;
    for (const struct anchor_origin *o = next; o; o = o->next)
        if (same_origin(o, from, standing))
            return next;
    if ((made = made_before(s, from, standing, next)) != NULL)
        return made;
    k = must(calloc(1, sizeof *k));
    k->origin = (struct anchor_origin){
        .at = from->at, .next = next, .standing = standing, .purposes = purposes_in(from, standing)
    };
    k->origin.member = from->member ? intern(&s->members, from->member) : NULL;
    k->origin.source = intern(&s->sources, from->source ? from->source : "");
    k->origin.types = from->types ? intern(&s->types, from->types) : NULL;
    k->origin.list = from->list ? anchor_set_list(s, from->list) : NULL;
    k->next = s->origins;
    s->origins = k;
    return &k->origin;
}

void origins_free(struct anchor_set *s)
{
    free_texts(s->sources);
    free_texts(s->members);
    free_texts(s->types);
    for (struct kept_list *next; s->lists; s->lists = next) {
        next = s->lists->next;
        free(s->lists);
    }
    for (struct kept_origin *next; s->origins; s->origins = next) {
        next = s->origins->next;
        free(s->origins);
    }
}

/* --- what an origin is worth --- */

bool anchor_type_next(const char **rest, struct span *type)
{
    const char *end;

    if (!*rest || !**rest)
        return false;
    end = strchr(*rest, '\n');
    *type = end ? span_of(*rest, (size_t)(end - *rest)) : span_str(*rest);
    *rest = end ? end + 1 : NULL;
    return true;
}

static bool names_type(const struct anchor_origin *o, struct span type)
{
    const char *rest = o->types;
    struct span one;

    while (anchor_type_next(&rest, &one))
        if (span_eq(one, type))
            return true;
    return !o->types;
}

/* A list counts to its last day. */
static bool counts(const struct anchor_origin *o, unsigned need, unix_time at)
{
    return o->standing == ANCHOR_VOUCHED && o->purposes & need &&
           (!o->list || !o->list->not_after || at <= o->list->not_after);
}

static bool is_stale(const struct anchor_origin *o, unix_time at)
{
    return o->list && at > anchor_list_due(o->list);
}

enum anchor_typed anchor_typed(const struct anchor *a, struct span type, unix_time at,
                               const struct anchor_origin **by)
{
    const struct anchor_origin *found = NULL;
    bool other = false;

    for (const struct anchor_origin *o = a->origin; o; o = o->next) {
        if (!counts(o, FOR_LICENCES, at))
            continue;
        if (!names_type(o, type))
            other = true;
        else if (!found || (is_stale(found, at) && !is_stale(o, at)))
            found = o;
    }
    if (by)
        *by = found;
    return found ? ANCHOR_TYPED : other ? ANCHOR_OTHER_TYPE : ANCHOR_LIST_OVER;
}

bool anchor_counts_at(const struct anchor *a, unsigned need, unix_time at)
{
    for (const struct anchor_origin *o = a->origin; o; o = o->next)
        if (counts(o, need, at))
            return true;
    return false;
}

bool anchor_any_type(const struct anchor *a)
{
    for (const struct anchor_origin *o = a->origin; o; o = o->next)
        if (o->standing == ANCHOR_VOUCHED && o->purposes & FOR_LICENCES && !o->types)
            return true;
    return false;
}
