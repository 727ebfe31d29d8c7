#include "service/person/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/node_key.h"
#include "service/person/provider.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { EVENTS = 500, DAYS = 400, DAY = 86400, FINGERPRINT = 64 };

struct call {
    const struct person_desk *d;
    struct json json;
    struct arena *a;
    struct json_writer j;
    struct why *w;
};

static struct span text(struct call *k, const char *name)
{
    struct span s;

    return json_text_of(&k->json, json_member(&k->json, JSON_ROOT, name), k->a, &s) ? s : SPAN("");
}

static bool needed(struct call *k, const char *name, struct span *out)
{
    *out = text(k, name);
    return out->n || why_set(k->w, "request", WHY_NO_OFFSET, NULL, "`%s` is missing.", name);
}

static bool number(struct call *k, const char *name, int64_t most, int64_t *out)
{
    json_ref v = json_member(&k->json, JSON_ROOT, name);

    if (v == JSON_NONE)
        return true;
    return (json_int64(&k->json, v, out) && *out >= 0 && *out <= most) ||
           why_set(k->w, "request", WHY_NO_OFFSET, NULL, "`%s` is a number from 0 to %lld.", name,
                   (long long)most);
}

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char mem[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, mem) : NULL);
}

static bool ways(struct call *k, struct span person)
{
    const struct credential_row *c;
    size_t n;

    if (!store_credentials(k->d->store, person, k->a, &c, &n, k->w))
        return false;
    jw_array(&k->j, "ways");
    for (size_t i = 0; i < n; i++) {
        bool over = c[i].ends && k->d->now >= c[i].ends;

        if (span_eq_str(c[i].kind, "link") && (over || c[i].used))
            continue;
        jw_object(&k->j, NULL);
        jw_text(&k->j, "kind", c[i].kind);
        jw_text(&k->j, "credential", c[i].id);
        jw_text(&k->j, "label", c[i].label);
        put_time(&k->j, "added", c[i].added);
        put_time(&k->j, "used", c[i].used);
        put_time(&k->j, "ends", c[i].ends);
        jw_bool(&k->j, "over", over);
        jw_object_end(&k->j);
    }
    jw_array_end(&k->j);
    return true;
}

static bool call_list(struct call *k)
{
    const struct person_row *p;
    size_t n;

    if (!store_persons(k->d->store, k->a, &p, &n, k->w))
        return false;
    jw_array(&k->j, "persons");
    for (size_t i = 0; i < n; i++) {
        jw_object(&k->j, NULL);
        jw_text(&k->j, "id", p[i].id);
        jw_text(&k->j, "name", p[i].name);
        jw_text(&k->j, "roles", p[i].roles);
        jw_text(&k->j, "office", p[i].office);
        jw_text(&k->j, "purposes", p[i].purposes);
        put_time(&k->j, "added", p[i].added);
        if (!ways(k, p[i].id))
            return false;
        jw_object_end(&k->j);
    }
    jw_array_end(&k->j);
    return true;
}

static bool call_put(struct call *k)
{
    struct person_row p = { .office = text(k, "office"), .purposes = text(k, "purposes") };

    if (!needed(k, "id", &p.id) || !needed(k, "name", &p.name) || !needed(k, "roles", &p.roles) ||
        !person_put(k->d, &p, k->w))
        return false;
    jw_text(&k->j, "id", p.id);
    return true;
}

static bool call_remove(struct call *k)
{
    struct span id;

    if (!needed(k, "id", &id) || !person_remove(k->d, id, k->w))
        return false;
    jw_text(&k->j, "id", id);
    return true;
}

static bool call_link(struct call *k)
{
    char link[PERSON_SECRET];
    struct span id;

    if (!needed(k, "id", &id) || !person_link_make(k->d, id, false, link, k->w))
        return false;
    jw_text(&k->j, "id", id);
    jw_str(&k->j, "link", link);
    jw_int(&k->j, "seconds", PERSON_LINK_SECONDS);
    wipe(link, sizeof link);
    return true;
}

static bool call_token(struct call *k)
{
    struct span id, roles;
    char token[PERSON_SECRET];
    int64_t days = 0;
    unix_time ends;

    if (!needed(k, "id", &id) || !needed(k, "roles", &roles) || !number(k, "days", DAYS, &days))
        return false;
    if (days < 1)
        return why_set(k->w, "request", WHY_NO_OFFSET, NULL, "`days` is missing: 1 to %d.", DAYS);
    ends = k->d->now + days * DAY;
    if (!person_token_make(k->d, id, roles, text(k, "label"), ends, token, k->w))
        return false;
    jw_text(&k->j, "id", id);
    jw_str(&k->j, "token", token);
    put_time(&k->j, "ends", ends);
    wipe(token, sizeof token);
    return true;
}

static bool is_fingerprint(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
            return false;
    return s.n == FINGERPRINT;
}

static bool call_certificate(struct call *k)
{
    struct credential_row c = { .kind = SPAN("certificate"), .label = text(k, "label"), .added = k->d->now };

    if (!needed(k, "id", &c.person) || !needed(k, "fingerprint", &c.id))
        return false;
    if (!is_fingerprint(c.id))
        return why_set(k->w, "request", WHY_NO_OFFSET, NULL,
                       "`fingerprint` is the SHA-256 of the certificate's public key: 64 digits 0-9 a-f.");
    if (!person_credential_put(k->d, &c, WAY_CERTIFICATE, k->w))
        return false;
    jw_text(&k->j, "id", c.person);
    return true;
}

static bool call_provider(struct call *k)
{
    struct credential_row c = { .kind = SPAN("oidc"), .label = text(k, "label"), .added = k->d->now };
    struct span issuer, subject;

    if (!needed(k, "id", &c.person) || !needed(k, "issuer", &issuer) || !needed(k, "subject", &subject))
        return false;
    c.id = person_subject(issuer, subject, k->a);
    if (!c.id.n)
        return why_set(k->w, "request", WHY_NO_OFFSET, NULL,
                       "`subject` is what the provider calls the person: text of at most 255 bytes.");
    if (!person_credential_put(k->d, &c, WAY_OIDC, k->w))
        return false;
    jw_text(&k->j, "id", c.person);
    return true;
}

static bool call_drop(struct call *k)
{
    struct span id, kind, credential;

    if (!needed(k, "id", &id) || !needed(k, "kind", &kind) || !needed(k, "credential", &credential) ||
        !person_credential_drop(k->d, id, kind, credential, k->w))
        return false;
    jw_text(&k->j, "id", id);
    return true;
}

static bool call_log(struct call *k)
{
    const struct person_event *e;
    struct why broken = { 0 };
    size_t n, count = 0;
    int64_t after = 0;
    bool holds;

    if (!number(k, "after", INT64_MAX, &after) ||
        !store_person_events(k->d->store, after, EVENTS, k->a, &e, &n, k->w))
        return false;
    holds = person_chain_holds(k->d, &count, &broken);
    if (!holds && strcmp(broken.reason, "chain") != 0)
        return why_set(k->w, broken.reason, WHY_NO_OFFSET, NULL, "%s", broken.detail);
    jw_bool(&k->j, "holds", holds);
    if (!holds)
        jw_str(&k->j, "broken", broken.detail);
    jw_int(&k->j, "count", (int64_t)count);
    jw_array(&k->j, "events");
    for (size_t i = 0; i < n; i++) {
        jw_object(&k->j, NULL);
        jw_int(&k->j, "seq", e[i].seq);
        put_time(&k->j, "at", e[i].at);
        jw_text(&k->j, "person", e[i].person);
        jw_text(&k->j, "event", e[i].event);
        jw_text(&k->j, "how", e[i].how);
        jw_object_end(&k->j);
    }
    jw_array_end(&k->j);
    return true;
}

bool person_call(const struct person_desk *d, const char *op, struct span json, struct arena *a,
                 struct buffer *out, struct why *w)
{
    static const struct {
        const char *name;
        bool (*run)(struct call *k);
    } calls[] = { { "list", call_list },         { "put", call_put },     { "remove", call_remove },
                  { "link", call_link },         { "token", call_token }, { "certificate", call_certificate },
                  { "provider", call_provider }, { "drop", call_drop },   { "log", call_log } };
    struct call k = { .d = d, .a = a, .j = json_to(out), .w = w };
    bool ok;

    if (!json_parse(json.n ? json : SPAN("{}"), a, &k.json, w))
        return false;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (strcmp(calls[i].name, op) != 0)
            continue;
        jw_object(&k.j, NULL);
        ok = calls[i].run(&k);
        jw_object_end(&k.j);
        return ok && (buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "Ask for less at once."));
    }
    return why_set(w, "operation", WHY_NO_OFFSET, NULL, "This operation is not known: %s.", op);
}
