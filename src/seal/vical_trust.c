/* What follows from a list that was believed. */
#include "seal/vical.h"

size_t vical_add_anchors(const struct vical *v, struct anchor_set *set, const struct anchor_origin *from,
                         struct findings *f)
{
    size_t added = 0;

    for (size_t i = 0; v->result == RESULT_GENUINE && i < v->n; i++) {
        struct why w = { .offset = WHY_NO_OFFSET };

        if (!v->entry[i].usable)
            continue;
        if (anchor_set_add(set, v->entry[i].der, from, ANCHOR_VOUCHED, NULL, &w))
            added++;
        else
            finding_add(f, FINDING_WARNING, w.reason, (size_t)(v->entry[i].der.p - v->cose.base), w.clause,
                        "entry %zu: %s", i, w.detail);
    }
    return added;
}

bool vical_type_allowed(void *list, const struct anchor *anchor, struct span doc_type)
{
    const struct vical_entry *e = vical_find(list, anchor->cert.der);

    return !e || vical_entry_lists(e, doc_type);
}
