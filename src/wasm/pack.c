#include "wasm/pack.h"

#include "base/text.h"
#include "wire/json.h"

enum { PACK_ARENA = 32 * 1024 * 1024, UTC_OFFSET_MAX = 14 * 3600 };

struct reading {
    struct json j;
    struct arena *scratch;
    struct pack *p;
    struct why *w;
};

static bool bad(struct reading *r, json_ref at, const char *detail)
{
    return why_set(r->w, "pack", json_offset(&r->j, at), NULL, "%s", detail);
}

static bool text(struct reading *r, json_ref object, const char *name, struct span *out)
{
    json_ref v = json_member(&r->j, object, name);

    return (json_text_of(&r->j, v, r->scratch, out) && out->n > 0) || bad(r, v, "a text is missing");
}

/* optional: null and absent are 0. */
static bool time_of(struct reading *r, const char *name, bool optional, unix_time *out)
{
    json_ref v = json_member(&r->j, JSON_ROOT, name);
    struct span s;

    if (optional && (v == JSON_NONE || json_is(&r->j, v, JSON_KIND_NULL)))
        return true;
    return (json_text_of(&r->j, v, r->scratch, &s) && time_parse(s, out)) ||
           bad(r, v, "a time is missing, or is none");
}

static bool offset_of_utc(struct reading *r)
{
    json_ref v = json_member(&r->j, JSON_ROOT, "utc_offset");
    int64_t seconds = 0;

    if (v != JSON_NONE &&
        (!json_int64(&r->j, v, &seconds) || seconds < -UTC_OFFSET_MAX || seconds > UTC_OFFSET_MAX))
        return bad(r, v, "utc_offset is no difference of clocks");
    r->p->utc_offset = (int32_t)seconds;
    return true;
}

static bool agreement(struct reading *r)
{
    struct agreement_faults faults;
    struct span s;

    if (!text(r, json_member(&r->j, JSON_ROOT, "agreement"), "text", &s))
        return false;
    r->p->agreement = agreement_parse(s, &faults);
    return r->p->agreement ||
           why_set(r->w, "agreement", WHY_NO_OFFSET, NULL, "the agreement of the pack cannot be read");
}

static bool types(struct reading *r, json_ref list, struct span der)
{
    struct pack *p = r->p;
    struct pack_types *t = &p->types[p->n_types];
    struct digest sha256;

    if (list == JSON_NONE)
        return true;
    if (!json_is(&r->j, list, JSON_KIND_ARRAY))
        return bad(r, list, "doc_types is no list");
    digest_of(DIGEST_SHA256, der, &sha256);
    memcpy(t->sha256, sha256.b, sizeof t->sha256);
    t->type = arena_array(&p->arena, json_count(&r->j, list) + 1, sizeof *t->type);
    for (json_ref i = json_first(&r->j, list); i != JSON_NONE; i = json_after(&r->j, list, i)) {
        struct span s;

        if (!t->type || !json_text_of(&r->j, i, r->scratch, &s))
            return bad(r, i, "a type of document is a text");
        t->type[t->n++] = arena_copy(&p->arena, s);
    }
    p->n_types++;
    return true;
}

static bool anchor(struct reading *r, json_ref v)
{
    struct anchor_origin from = { .source = "pack" };
    struct span s, state;
    struct buffer der;
    size_t bad_at;
    bool ok;

    if (!text(r, v, "der", &s) || !text(r, v, "state", &state))
        return false;
    from.member = arena_str(r->scratch, state);
    from.at = r->p->as_of;
    buf_init(&der, LIMIT_CERTIFICATE);
    ok = base64_decode(s, BASE64_STD, &der, &bad_at) || bad(r, v, "a certificate is in base64");
    ok = ok && anchor_set_add(r->p->anchors, buf_span(&der), &from, ANCHOR_VOUCHED, NULL, r->w);
    ok = ok && types(r, json_member(&r->j, v, "doc_types"), buf_span(&der));
    buf_free(&der);
    return ok;
}

static bool anchors(struct reading *r)
{
    json_ref list = json_member(&r->j, JSON_ROOT, "anchors");
    struct pack *p = r->p;

    if (!json_is(&r->j, list, JSON_KIND_ARRAY))
        return bad(r, list, "anchors is a list");
    p->anchors = anchor_set_new();
    p->types = arena_array(&p->arena, json_count(&r->j, list) + 1, sizeof *p->types);
    if (!p->types)
        return why_set(r->w, "too-large", WHY_NO_OFFSET, NULL, "too many anchors");
    for (json_ref i = json_first(&r->j, list); i != JSON_NONE; i = json_after(&r->j, list, i))
        if (!anchor(r, i))
            return false;
    return true;
}

static bool read_all(struct reading *r)
{
    struct span member;

    if (!json_is(&r->j, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(r, JSON_ROOT, "an object is expected");
    if (!text(r, JSON_ROOT, "member", &member) || !time_of(r, "at", false, &r->p->at) ||
        !time_of(r, "expires", false, &r->p->expires) || !time_of(r, "as_of", true, &r->p->as_of) ||
        !offset_of_utc(r))
        return false;
    r->p->member = arena_str(&r->p->arena, member);
    if (!r->p->member)
        return why_set(r->w, "too-large", WHY_NO_OFFSET, NULL, "the name of the member is too long");
    return agreement(r) && anchors(r);
}

bool pack_read(struct span s, struct pack *out, struct why *w)
{
    struct pack p = { .n_types = 0 };
    struct arena scratch;
    struct reading r = { .scratch = &scratch, .p = &p, .w = w };
    bool ok;

    arena_init(&p.arena, PACK_ARENA);
    arena_init(&scratch, PACK_ARENA);
    ok = json_parse(s, &scratch, &r.j, w) && read_all(&r);
    arena_free(&scratch);
    if (ok)
        *out = p;
    else
        pack_free(&p);
    return ok;
}

void pack_free(struct pack *p)
{
    agreement_free(p->agreement);
    anchor_set_free(p->anchors);
    arena_free(&p->arena);
    *p = (struct pack){ .n_types = 0 };
}

/* An anchor without a list of types may vouch for any. */
static bool type_allowed(void *ctx, const struct anchor *a, struct span doc_type)
{
    const struct pack *p = ctx;

    for (size_t i = 0; i < p->n_types; i++) {
        const struct pack_types *t = &p->types[i];

        if (memcmp(t->sha256, a->sha256, sizeof t->sha256) != 0)
            continue;
        for (size_t k = 0; k < t->n; k++)
            if (span_eq(t->type[k], doc_type))
                return true;
        return false;
    }
    return true;
}

void pack_setting(const struct pack *p, struct licence_setting *out)
{
    *out = (struct licence_setting){ .member = p->member,
                                     .utc_offset = p->utc_offset,
                                     .agreement = p->agreement,
                                     .anchors = p->anchors,
                                     .anchors_as_of = p->as_of,
                                     .type_allowed = type_allowed,
                                     .type_ctx = (void *)(uintptr_t)p };
}
