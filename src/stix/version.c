#include "stix/version.h"

#include "base/limits.h"
#include "wire/jcs.h"

static enum stix_fits not_fitting(struct why *w, const char *reason, const char *clause, const char *detail)
{
    (void)why_set(w, reason, WHY_NO_OFFSET, clause, "%s", detail);
    return STIX_FITS_NOT;
}

enum stix_fits stix_fits(const struct stix_stored *old, const struct stix_object *o, struct why *w)
{
    bool creator;
    int order;

    if (o->modified.set && stix_time_cmp(&o->modified, &o->created) < 0)
        return not_fitting(w, "modified-before-created", "STIX 2.1 3.2", "modified is earlier than created");
    if (!old->any)
        return STIX_FITS_NEW;
    if (old->same && old->same_bytes)
        return STIX_FITS_ALREADY;
    if (o->class == STIX_SCO || (o->class == STIX_CUSTOM && !o->modified.set))
        return STIX_FITS_SIGHT;
    if (!o->modified.set)
        return not_fitting(w, "immutable", "STIX 2.1 7.2.1", "a marking-definition has no versions");
    if (old->same)
        return not_fitting(w, "other-content", "STIX 2.1 3.6", "this version is stored with other content");
    creator =
        old->has_creator == o->has_creator && (!o->has_creator || stix_uuid_eq(&old->creator, &o->creator));
    if (!creator)
        return not_fitting(w, "other-creator", "STIX 2.1 3.6.2",
                           "only its creator makes versions of an object");
    order = stix_time_cmp(&o->modified, &old->newest);
    if (old->revoked && stix_time_cmp(&o->modified, &old->revoked_at) > 0)
        return not_fitting(w, "after-revocation", "STIX 2.1 3.6.2",
                           "the object is revoked: no later version");
    if (o->revoked && order < 0)
        return not_fitting(w, "after-revocation", "STIX 2.1 3.6.2",
                           "a later version than this revocation is stored");
    return order > 0 ? STIX_FITS_NEWER : STIX_FITS_OLDER;
}

static bool canonical(struct span s, struct arena *a, struct buffer *out)
{
    struct json j;

    buf_init(out, LIMIT_STIX_MEMORY);
    return json_parse(s, a, &j, NULL) && jcs_put(out, &j, JSON_ROOT, a, NULL);
}

bool stix_same_content(struct span a, struct span b, struct arena *scratch)
{
    struct buffer x = { 0 }, y = { 0 };
    bool same = span_eq(a, b);

    if (!same)
        same = canonical(a, scratch, &x) && canonical(b, scratch, &y) && span_eq(buf_span(&x), buf_span(&y));
    buf_free(&x);
    buf_free(&y);
    return same;
}
