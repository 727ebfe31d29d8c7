#include "service/person/person.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"

enum { RANDOM = 32, SECRET = PERSON_SECRET - 1, EVENTS = 1000 };

const char *person_way_word(enum person_way how)
{
    static const char *const word[] = { "link", "certificate", "passkey", "oidc", "token" };

    return word[how];
}

bool person_say(const struct person_desk *d, struct span person, const char *event, enum person_way how,
                struct why *w)
{
    const struct person_event e = {
        .at = d->now, .person = person, .event = span_str(event), .how = span_str(person_way_word(how))
    };

    return store_person_event(d->store, &e, w);
}

static bool say_alone(const struct person_desk *d, struct span person, const char *event, struct why *w)
{
    const struct person_event e = { .at = d->now, .person = person, .event = span_str(event) };

    return store_person_event(d->store, &e, w);
}

bool person_put(const struct person_desk *d, const struct person_row *row, struct why *w)
{
    struct person_row p = *row;
    unsigned known;

    if (!person_roles_read(p.roles, &known))
        return why_set(w, "roles", WHY_NO_OFFSET, NULL,
                       "Roles are: lane roadside travel notices complaints cert operator auditor.");
    p.purposes = p.purposes.n ? p.purposes : SPAN("");
    p.office = p.office.n ? p.office : SPAN("");
    p.added = d->now;
    if (!store_person_put(d->store, &p, w))
        return false;
    if (d->sessions)
        sessions_end_of(d->sessions, p.id, NULL);
    return say_alone(d, p.id, "put", w);
}

bool person_remove(const struct person_desk *d, struct span id, struct why *w)
{
    if (!store_person_remove(d->store, id, d->now, w))
        return false;
    if (d->sessions)
        sessions_end_of(d->sessions, id, NULL);
    return say_alone(d, id, "removed", w);
}

static void secret_make(const struct person_desk *d, char token[PERSON_SECRET])
{
    uint8_t raw[RANDOM], mem[PERSON_SECRET + 4];
    struct buffer b;

    d->random(raw, sizeof raw);
    buf_init_fixed(&b, mem, sizeof mem);
    base64_put(&b, span_of(raw, sizeof raw), BASE64_URL);
    memcpy(token, b.p, SECRET);
    token[SECRET] = 0;
    wipe(raw, sizeof raw);
    wipe(mem, sizeof mem);
}

/* As the store has it: the digest of the text, as hex for credentials. */
static void secret_hash(struct span token, uint8_t hash[PERSON_HASH])
{
    struct digest g;

    digest_of(DIGEST_SHA256, token, &g);
    memcpy(hash, g.b, PERSON_HASH);
}

static struct span secret_id(struct span token, uint8_t mem[2 * PERSON_HASH + 1])
{
    uint8_t hash[PERSON_HASH];
    struct buffer b;

    secret_hash(token, hash);
    buf_init_fixed(&b, mem, 2 * PERSON_HASH + 1);
    hex_put(&b, span_of(hash, sizeof hash));
    return buf_span(&b);
}

static bool person_is(const struct person_desk *d, struct span id, struct arena *a, struct person_row *p,
                      struct why *w)
{
    bool found;

    return store_person(d->store, id, a, &found, p, w) &&
           (found || why_set(w, "person", WHY_NO_OFFSET, NULL, "No person has this id."));
}

static bool exists(const struct person_desk *d, struct span id, struct why *w)
{
    struct person_row p;
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 16);
    ok = person_is(d, id, &a, &p, w);
    arena_free(&a);
    return ok;
}

/* ---- sessions ---- */

static struct person_session session_of(const struct person_row *p, struct span how, unsigned roles)
{
    return (struct person_session){ .person = p->id,
                                    .name = p->name,
                                    .how = how,
                                    .purposes = p->purposes,
                                    .office = p->office,
                                    .roles = roles };
}

bool person_session_open(const struct person_desk *d, struct span person, enum person_way how,
                         char token[PERSON_SECRET], struct why *w)
{
    return person_session_open_some(d, person, how, ~0u, token, w);
}

bool person_session_open_some(const struct person_desk *d, struct span person, enum person_way how,
                              unsigned some, char token[PERSON_SECRET], struct why *w)
{
    char secret[PERSON_SECRET];
    uint8_t hash[PERSON_HASH];
    struct person_session x;
    struct person_row p;
    unsigned roles;
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 16);
    ok = person_is(d, person, &a, &p, w) &&
         ((person_roles_read(p.roles, &roles) && (roles &= some)) ||
          why_set(w, "roles", WHY_NO_OFFSET, NULL, "this person has no role that is known here")) &&
         person_say(d, person, "signed-in", how, w);
    if (ok) {
        x = session_of(&p, span_str(person_way_word(how)), roles);
        secret_make(d, secret);
        secret_hash(span_str(secret), hash);
        sessions_put(d->sessions, hash, &x, d->now);
        memcpy(token, secret, sizeof secret);
        wipe(secret, sizeof secret);
    }
    arena_free(&a);
    return ok;
}

bool person_session_find(const struct person_desk *d, struct span token, struct arena *a,
                         struct person_session *out, struct why *w)
{
    uint8_t hash[PERSON_HASH];

    secret_hash(token, hash);
    return sessions_find(d->sessions, hash, d->now, a, out, w);
}

bool person_session_close(const struct person_desk *d, struct span token, struct why *w)
{
    uint8_t hash[PERSON_HASH];
    struct span person;
    struct arena a;
    bool ok;

    secret_hash(token, hash);
    arena_init(&a, 1 << 12);
    ok = !sessions_end(d->sessions, hash, &a, &person) || say_alone(d, person, "signed-out", w);
    arena_free(&a);
    return ok;
}

bool person_sessions_close(const struct person_desk *d, struct span person, struct span except, struct why *w)
{
    uint8_t hash[PERSON_HASH];

    if (except.n)
        secret_hash(except, hash);
    sessions_end_of(d->sessions, person, except.n ? hash : NULL);
    return say_alone(d, person, "signed-out", w);
}

/* ---- links and tokens ---- */

static bool make(const struct person_desk *d, struct span person, enum person_way how, struct span data,
                 struct span label, unix_time ends, char token[PERSON_SECRET], struct why *w)
{
    uint8_t mem[2 * PERSON_HASH + 1];
    char secret[PERSON_SECRET];
    struct credential_row c = { .kind = span_str(person_way_word(how)),
                                .person = person,
                                .label = label,
                                .data = data,
                                .added = d->now,
                                .ends = ends };

    if (!exists(d, person, w))
        return false;
    secret_make(d, secret);
    c.id = secret_id(span_str(secret), mem);
    if (!store_credential_put(d->store, &c, w) || !person_say(d, person, "made", how, w))
        return false;
    memcpy(token, secret, sizeof secret);
    return true;
}

bool person_link_make(const struct person_desk *d, struct span person, bool here, char token[PERSON_SECRET],
                      struct why *w)
{
    return make(d, person, WAY_LINK, here ? SPAN("here") : SPAN(""), SPAN(""), d->now + PERSON_LINK_SECONDS,
                token, w);
}

bool person_link_use(const struct person_desk *d, struct span token, bool here, struct arena *a,
                     struct span *person, struct why *w)
{
    const struct span kind = SPAN("link");
    uint8_t mem[2 * PERSON_HASH + 1];
    struct span id = secret_id(token, mem);
    struct credential_row c = { 0 };
    bool found = false, taken = false;

    if (!store_credential(d->store, kind, id, a, &found, &c, w) ||
        (found && (here || !c.data.n) && !store_credential_take(d->store, kind, id, d->now, &taken, w)))
        return false;
    if (taken) {
        *person = c.person;
        return true;
    }
    if (!person_say(d, c.person, "refused", WAY_LINK, w))
        return false;
    if (!found)
        return why_set(w, "link", WHY_NO_OFFSET, NULL, "This link is none of this node.");
    if (c.used)
        return why_set(w, "link-used", WHY_NO_OFFSET, NULL, "This link was used already.");
    if (d->now >= c.ends)
        return why_set(w, "link-ended", WHY_NO_OFFSET, NULL, "The time of this link is over.");
    return why_set(w, "link-place", WHY_NO_OFFSET, NULL, "This link is for the node's own machine.");
}

bool person_token_make(const struct person_desk *d, struct span person, struct span roles, struct span label,
                       unix_time ends, char token[PERSON_SECRET], struct why *w)
{
    unsigned known;

    if (!person_roles_read(roles, &known))
        return why_set(w, "roles", WHY_NO_OFFSET, NULL, "A token has roles of its person.");
    if (ends <= d->now)
        return why_set(w, "token-ended", WHY_NO_OFFSET, NULL, "A token ends in the future.");
    return make(d, person, WAY_TOKEN, roles, label, ends, token, w);
}

bool person_token_find(const struct person_desk *d, struct span token, struct arena *a,
                       struct person_session *out, struct why *w)
{
    uint8_t mem[2 * PERSON_HASH + 1];
    struct credential_row c = { 0 };
    struct person_row p;
    unsigned own = 0, has = 0;
    bool found = false, there = false;

    if (!store_credential(d->store, SPAN("token"), secret_id(token, mem), a, &found, &c, w) ||
        (found && !store_person(d->store, c.person, a, &there, &p, w)))
        return false;
    if (!there || !person_roles_read(c.data, &own) || !person_roles_read(p.roles, &has))
        return why_set(w, "token", WHY_NO_OFFSET, NULL, "This token is none of this node.");
    if (d->now >= c.ends)
        return why_set(w, "token-ended", WHY_NO_OFFSET, NULL, "The time of this token is over.");
    *out = session_of(&p, SPAN("token"), own & has);
    out->ends = c.ends;
    out->token = true;
    return true;
}

/* ---- what lasts ---- */

bool person_credential_put(const struct person_desk *d, const struct credential_row *c, enum person_way how,
                           struct why *w)
{
    return exists(d, c->person, w) && store_credential_put(d->store, c, w) &&
           person_say(d, c->person, "made", how, w);
}

bool person_credential_drop(const struct person_desk *d, struct span person, struct span kind, struct span id,
                            struct why *w)
{
    const struct person_event e = { .at = d->now, .person = person, .event = SPAN("dropped"), .how = kind };

    if (!store_credential_remove(d->store, person, kind, id, w))
        return false;
    if (d->sessions)
        sessions_end_of(d->sessions, person, NULL);
    return store_person_event(d->store, &e, w);
}

bool person_credential_of(const struct person_desk *d, enum person_way how, struct span id, struct arena *a,
                          struct credential_row *out, struct why *w)
{
    bool found = false;

    return store_credential(d->store, span_str(person_way_word(how)), id, a, &found, out, w) &&
           (found || why_set(w, "credential", WHY_NO_OFFSET, NULL, "This is nobody's here."));
}

/* ---- the chain ---- */

static bool follows(const struct person_event *e, size_t n, uint8_t before[PERSON_HASH], size_t *nth,
                    struct why *w)
{
    for (size_t i = 0; i < n; i++, ++*nth) {
        uint8_t hash[PERSON_HASH];

        person_event_hash(&e[i], span_of(before, *nth ? PERSON_HASH : 0), hash);
        if (!span_eq(span_of(hash, sizeof hash), e[i].hash))
            return why_set(w, "chain", WHY_NO_OFFSET, NULL, "event %lld does not follow the one before",
                           (long long)e[i].seq);
        memcpy(before, hash, sizeof hash);
    }
    return true;
}

bool person_chain_holds(const struct person_desk *d, size_t *n, struct why *w)
{
    uint8_t before[PERSON_HASH] = { 0 };
    const struct person_event *e;
    int64_t after = 0;
    size_t got = EVENTS, k = 0;
    bool ok = true;

    while (ok && got == EVENTS) {
        struct arena a;

        arena_init(&a, 16 << 20);
        ok = store_person_events(d->store, after, EVENTS, &a, &e, &got, w) && follows(e, got, before, &k, w);
        after = ok && got ? e[got - 1].seq : after;
        arena_free(&a);
    }
    *n = k;
    return ok;
}

/* ---- what browsers send ---- */

struct span person_cookie(struct span header, struct span name)
{
    struct span one, found = { NULL, 0 };
    bool twice = false;

    while (text_split(&header, ';', &one)) {
        one = text_trim(one);
        if (one.n <= name.n || one.p[name.n] != '=' || !span_starts(one, name))
            continue;
        twice |= found.p != NULL;
        found = span_sub(one, name.n + 1, one.n);
    }
    return twice ? (struct span){ NULL, 0 } : found;
}

bool person_path_is_own(struct span path)
{
    if (path.n == 0 || path.n > 512 || path.p[0] != '/')
        return false;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= ' ' || path.p[i] >= 0x7f || path.p[i] == '\\' ||
            (path.p[i] == '/' && i > 0 && path.p[i - 1] == '/'))
            return false;
    return true;
}
