/* What may stand beside what is stored (STIX 2.1 3.5, 3.6). */
#include <stdlib.h>

#include "service/cyber/object_rules.h"
#include "wire/jcs.h"

static const struct {
    const char *word, *say;
} outcomes[] = {
    [OBJECT_ADDED] = { "added", "The object was added." },
    [OBJECT_KNOWN] = { "known", "Object already added." },
    [OBJECT_CONFLICT] = { "conflict", "Another content is stored for this version of the object; the stored "
                                      "one stays. A change needs a new version." },
    [OBJECT_CREATOR] = { "creator", "The object was created by another identity: only that one may make new "
                                    "versions of it (STIX 2.1 3.6)." },
    [OBJECT_REVOKED] = { "revoked", "The object was revoked: no version comes after that (STIX 2.1 3.6)." },
    [OBJECT_VERSION] = { "version", "The version has more digits than nanoseconds, or is out of range." },
    [OBJECT_TOO_LARGE] = { "too-large", "The object is larger than this server keeps." },
    [OBJECT_TOO_MANY] = { "too-many", "There are too many types of objects or versions of this one." },
};

const char *object_outcome_word(enum object_outcome o)
{
    return outcomes[o].word;
}

const char *object_outcome_say(enum object_outcome o)
{
    return outcomes[o].say;
}

bool object_new_of(const struct stix_object *o, struct object_new *out)
{
    const struct stix_time *t = stix_version(o);

    out->text = o->text;
    out->type = o->type;
    out->row.uuid = o->uuid;
    out->row.creator = o->has_creator ? o->creator : (struct stix_uuid){ 0 };
    out->row.spec = o->v20 ? 20 : 21;
    out->row.flags = (uint8_t)((o->revoked ? OBJECT_IS_REVOKED : 0) | (t->set ? 0 : OBJECT_IS_UNVERSIONED) |
                               (o->has_creator ? OBJECT_HAS_CREATOR : 0));
    out->outcome = OBJECT_ADDED;
    if (o->text.n > LIMIT_CYBER_OBJECT) {
        out->outcome = OBJECT_TOO_LARGE;
        return false;
    }
    if (!t->set)
        return true;
    out->row.version = t->seconds * 1000000 + t->nanos / 1000;
    out->row.version_rest = (uint16_t)(t->nanos % 1000);
    out->row.version_digits = t->digits;
    if (t->further.n) {
        out->outcome = OBJECT_VERSION;
        return false;
    }
    return true;
}

static bool canonical(struct span text, struct buffer *out)
{
    struct arena a;
    struct json j;
    bool ok;

    arena_init(&a, LIMIT_REQUEST_MEMORY);
    ok = json_parse(text, &a, &j, NULL) && jcs_put(out, &j, JSON_ROOT, &a, NULL);
    arena_free(&a);
    return ok;
}

bool object_same_content(struct span a, struct span b)
{
    struct buffer x, y;
    bool same;

    if (span_eq(a, b))
        return true;
    buf_init(&x, LIMIT_REQUEST_MEMORY);
    buf_init(&y, LIMIT_REQUEST_MEMORY);
    same = canonical(a, &x) && canonical(b, &y) && span_eq(buf_span(&x), buf_span(&y));
    buf_free(&x);
    buf_free(&y);
    return same;
}

static enum object_outcome compare(struct object_store *s, uint32_t row, const struct object_new *n)
{
    struct buffer stored;
    struct why w = { 0 };
    enum object_outcome o = OBJECT_CONFLICT;

    buf_init(&stored, LIMIT_REQUEST_MEMORY);
    if (object_bytes_of(s, row, &stored, &w) && object_same_content(buf_span(&stored), n->text))
        o = OBJECT_KNOWN;
    buf_free(&stored);
    return o;
}

/* Observables are not versioned: what is told of one again, with other properties, stands beside it. */
static enum object_outcome unversioned_rule(struct object_store *s, const struct object_head *h,
                                            const struct object_new *n, uint64_t *known)
{
    unsigned live = 0;

    for (uint32_t at = h->newest; at; at = s->index.link[at - 1].older) {
        if (object_index_gone(&s->index, at - 1))
            continue;
        if (compare(s, at - 1, n) == OBJECT_KNOWN) {
            *known = at;
            return OBJECT_KNOWN;
        }
        if (++live == LIMIT_CYBER_VARIANTS)
            return OBJECT_TOO_MANY;
    }
    return OBJECT_ADDED;
}

enum object_outcome object_rule(struct object_store *s, const struct object_new *n, uint16_t collection,
                                uint16_t type, uint64_t *known)
{
    uint32_t object = object_index_find(s, collection, type, &n->row.uuid);
    const struct object_head *h = &s->index.head[object];
    bool newest = true;

    if (!object)
        return OBJECT_ADDED;
    if (n->row.flags & OBJECT_IS_UNVERSIONED)
        return unversioned_rule(s, h, n, known);
    for (uint32_t at = h->newest; at; at = s->index.link[at - 1].older) {
        const struct object_row *r = object_part_row(s, at - 1);
        int c = object_version_cmp(r->version, r->version_rest, n->row.version, n->row.version_rest);

        if (object_index_gone(&s->index, at - 1))
            continue;
        if (c == 0) {
            *known = at;
            return compare(s, at - 1, n);
        }
        if (span_eq_str(n->type, "marking-definition")) /* immutable, 7.2 */
            return OBJECT_CONFLICT;
        if (newest && !stix_uuid_eq(&r->creator, &n->row.creator))
            return OBJECT_CREATOR;
        if (c < 0) {
            if (newest && (r->flags & OBJECT_IS_REVOKED))
                return OBJECT_REVOKED;
            break;
        }
        newest = false;
    }
    return h->count >= LIMIT_CYBER_VERSIONS ? OBJECT_TOO_MANY : OBJECT_ADDED;
}
