#include "trust/licence_lists.h"

#include "base/limits.h"
#include "seal/name.h"

/* Also after it was installed; of an intermediate's lists nothing is known here. */
static bool revoked(const struct vical *v, const struct anchor_set *set)
{
    return v->anchor->use == ANCHOR_ISSUER && names_equal(v->signer.issuer, v->anchor->cert.subject) &&
           anchors_revocation(set, v->anchor, v->signer.serial, INT64_MAX) == REVOCATION_REVOKED;
}

/* The one that was installed last before `below`. */
static const struct trust_object *installed_before(const struct trust_log *t, uint64_t below)
{
    const struct trust_object *o, *found = NULL;

    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++)
        if (o->kind == TRUST_VICAL && !o->dropped && o->installed < below &&
            (!found || o->installed > found->installed))
            found = o;
    return found;
}

static bool seen(const struct trust_vical *have, size_t n, const struct vical *v)
{
    for (size_t i = 0; i < n; i++)
        if (vical_same_provider(&have[i].vical, v))
            return true;
    return false;
}

size_t trust_vicals(const struct trust_log *t, const struct anchor_set *set, struct arena *a,
                    struct trust_vical *out)
{
    const struct vical_options opt = { .anchors = set, .profile = PROFILE_LENIENT };
    const struct trust_object *o = installed_before(t, UINT64_MAX);
    size_t n = 0;

    for (; o && n < LIMIT_LIST_PROVIDERS; o = installed_before(t, o->installed)) {
        struct vical v;

        if (vical_verify(trust_log_der(t, o), &opt, a, &v, NULL) == RESULT_GENUINE && !revoked(&v, set) &&
            !seen(out, n, &v))
            out[n++] = (struct trust_vical){ o, v };
    }
    return n;
}

enum result trust_vical_on_word(struct span in, const struct vical_options *opt, struct anchor_set *set,
                                const struct anchor_origin *from, struct arena *a, struct vical *out,
                                struct findings *f)
{
    struct anchor_set *alone = anchor_set_new();
    struct anchor_origin of = *from;
    struct vical_options with = *opt;
    struct vical v;

    of.purposes = FOR_LISTS;
    with.anchors = alone;
    (void)vical_verify(in, &with, a, &v, NULL); /* for its signer */
    if (v.signer.der.n && anchor_set_add(alone, v.signer.der, &of, ANCHOR_VOUCHED, NULL, NULL))
        (void)vical_verify(in, &with, a, &v, NULL);
    anchor_set_free(alone);
    with.anchors = set;
    if (v.result == RESULT_GENUINE && !anchor_set_add(set, v.signer.der, &of, ANCHOR_VOUCHED, NULL, &v.why))
        v.result = RESULT_UNDETERMINED;
    if (v.result == RESULT_GENUINE)
        return vical_verify(in, &with, a, out, f);
    *out = v;
    return v.result;
}
