#include "service/person/provider.h"

#include "base/text.h"

enum { SUBJECT = 255, CREDENTIAL = 1024 };

struct span person_subject(struct span issuer, struct span subject, struct arena *a)
{
    const struct span none = { NULL, 0 };
    uint8_t mem[CREDENTIAL];
    struct buffer b;

    if (!issuer.n || !subject.n || subject.n > SUBJECT || utf8_valid_to(subject) != subject.n)
        return none;
    for (size_t i = 0; i < subject.n; i++)
        if (subject.p[i] < ' ' || subject.p[i] == 0x7f)
            return none;
    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, issuer);
    buf_u8(&b, ' ');
    buf_put(&b, subject);
    return buf_ok(&b) ? arena_copy(a, buf_span(&b)) : none;
}

static unsigned roles_of(const struct json *j, json_ref value, const struct person_claims *claims)
{
    unsigned roles = 0;

    for (size_t i = 0; i < claims->n; i++)
        if (json_text_is(j, value, claims->item[i].value))
            roles |= claims->item[i].roles;
    return roles;
}

/* A text, or a list of them. */
static unsigned claimed(const struct json *j, const struct person_claims *claims)
{
    json_ref claim = json_member(j, JSON_ROOT, claims->name);
    unsigned roles = 0;

    if (!json_is(j, claim, JSON_KIND_ARRAY))
        return claim == JSON_NONE ? 0 : roles_of(j, claim, claims);
    for (json_ref i = json_first(j, claim); i != JSON_NONE; i = json_after(j, claim, i))
        roles |= roles_of(j, i, claims);
    return roles;
}

static bool refuse(const struct person_desk *d, struct span person, const char *reason, const char *detail,
                   struct why *w)
{
    return person_say(d, person, "refused", WAY_OIDC, w) &&
           why_set(w, reason, WHY_NO_OFFSET, NULL, "%s", detail);
}

bool person_provider_prove(const struct person_desk *d, struct span issuer, const struct id_token *token,
                           const struct person_claims *claims, struct arena *a, struct span *person,
                           unsigned *roles, struct why *w)
{
    const struct span kind = SPAN("oidc");
    struct span id = person_subject(issuer, token->subject, a);
    struct credential_row c = { 0 };
    bool found = false, used;
    unsigned some;

    if (id.n && !store_credential(d->store, kind, id, a, &found, &c, w))
        return false;
    if (!found)
        return refuse(d, SPAN(""), "credential", "This account of the provider is nobody's here.", w);
    some = claims->name ? claimed(&token->claims, claims) : ~0u;
    if (!some)
        return refuse(d, c.person, "provider-role", "The provider names no role that counts here.", w);
    if (!store_credential_use(d->store, kind, id, 0, d->now, &used, w))
        return false;
    *person = c.person;
    *roles = some;
    return true;
}
