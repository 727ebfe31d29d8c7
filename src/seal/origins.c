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

static unsigned purposes_in(const struct anchor_origin *from, enum anchor_standing standing)
{
    return standing == ANCHOR_KNOWN ? 0 : from->purposes ? from->purposes & FOR_ALL : FOR_ALL;
}

static bool same_origin(const struct anchor_origin *o, const struct anchor_origin *from,
                        enum anchor_standing standing)
{
    return o->standing == standing && o->purposes == purposes_in(from, standing) &&
           same_text(o->member, from->member) && same_text(o->source, from->source ? from->source : "");
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
    k->next = s->origins;
    s->origins = k;
    return &k->origin;
}

void origins_free(struct anchor_set *s)
{
    free_texts(s->sources);
    free_texts(s->members);
    for (struct kept_origin *next; s->origins; s->origins = next) {
        next = s->origins->next;
        free(s->origins);
    }
}
