/* What follows from a list that was believed. */
#include "base/buffer.h"
#include "seal/name.h"
#include "seal/vical.h"
#include "wire/cbor.h"

enum { TYPES_BYTES = 64 * 1024, PROVIDER_BYTES = 200 };

bool vical_same_provider(const struct vical *a, const struct vical *b)
{
    return span_eq(a->provider, b->provider) && names_equal(a->anchor->cert.subject, b->anchor->cert.subject);
}

/* A line each; one with a line break in it is nobody's. */
static const char *types_of(const struct vical_entry *e, struct buffer *b)
{
    struct cbor c = cbor_of(e->doc_types);

    buf_reset(b);
    for (size_t n = cbor_array(&c); n > 0 && cbor_ok(&c); n--) {
        struct span type = cbor_text(&c);

        if (type.n == 0 || memchr(type.p, '\n', type.n) || memchr(type.p, 0, type.n))
            continue;
        if (b->n)
            buf_u8(b, '\n');
        buf_put(b, type);
    }
    return buf_cstr(b);
}

static struct anchor_list list_of(const struct vical *v, const struct anchor_origin *from,
                                  const char *provider)
{
    struct anchor_list l = { .provider = provider,
                             .source = from->source,
                             .member = from->member,
                             .at = from->at,
                             .has_issue = v->has_issue,
                             .issue = v->issue,
                             .date = v->date,
                             .next_update = v->has_next_update ? v->next_update : 0,
                             .not_after = v->has_not_after ? v->not_after : 0,
                             .entries = v->n,
                             .defective = v->n_defective };

    for (size_t i = 0; i < v->n; i++)
        l.usable += v->entry[i].usable;
    return l;
}

size_t vical_add_anchors(const struct vical *v, struct anchor_set *set, const struct anchor_origin *from,
                         struct findings *f)
{
    struct anchor_origin of = *from;
    struct buffer types, provider;
    struct anchor_list list;
    size_t added = 0, n = v->provider.n < PROVIDER_BYTES ? v->provider.n : PROVIDER_BYTES;

    if (v->result != RESULT_GENUINE)
        return 0;
    buf_init(&types, TYPES_BYTES);
    buf_init(&provider, PROVIDER_BYTES + 1);
    while (n > 0 && n < v->provider.n && (v->provider.p[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        if (v->provider.p[i] != 0)
            buf_u8(&provider, v->provider.p[i]);
    list = list_of(v, from, buf_cstr(&provider));
    of.list = anchor_set_list(set, &list);
    of.purposes = FOR_LICENCES;
    for (size_t i = 0; i < v->n; i++) {
        struct why w = { .offset = WHY_NO_OFFSET };

        if (!v->entry[i].usable)
            continue;
        of.types = types_of(&v->entry[i], &types);
        if (buf_ok(&types) && anchor_set_add(set, v->entry[i].der, &of, ANCHOR_VOUCHED, NULL, &w)) {
            added++;
            continue;
        }
        finding_add(f, FINDING_WARNING, w.reason ? w.reason : "too-large",
                    (size_t)(v->entry[i].der.p - v->cose.base), w.clause, "entry %zu: %s", i,
                    w.reason ? w.detail : "too many types of documents");
    }
    buf_free(&types);
    buf_free(&provider);
    return added;
}
