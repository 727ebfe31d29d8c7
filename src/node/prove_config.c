#include "node/prove_config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/why.h"

enum { NAME = 300 };

/* Lower case, as browsers have it: labels of letters, digits and hyphens. */
static bool host_good(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_lower(s.p[i]) && s.p[i] != '-' &&
            (s.p[i] != '.' || i == 0 || i + 1 == s.n || s.p[i - 1] == '.'))
            return false;
    return s.n > 0 && s.n <= 253 && !ascii_digit(s.p[s.n - 1]); /* no address */
}

/* https://HOST[:PORT], or http://localhost[:PORT]: nothing follows. */
static bool origin_host(struct span s, struct span *host)
{
    struct span rest;
    size_t n = 0;

    if (!span_starts(s, SPAN("https://")) && !span_starts(s, SPAN("http://localhost")))
        return false;
    rest = span_sub(s, span_starts(s, SPAN("https://")) ? 8 : 7, s.n);
    while (n < rest.n && rest.p[n] != ':')
        n++;
    *host = span_sub(rest, 0, n);
    if (n < rest.n && (rest.n - n < 2 || rest.n - n > 6))
        return false;
    for (size_t i = n + 1; i < rest.n; i++)
        if (!ascii_digit(rest.p[i]))
            return false;
    return host_good(*host);
}

static bool text_good(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= NAME;
}

static bool issuer_good(struct span s)
{
    static const char *const own[] = { "https://",
                                       "http://127.0.0.1:", "http://localhost:", "http://[::1]:" };

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"<>\\^`{|}#@?", s.p[i]))
            return false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (span_starts(s, span_str(own[i])) && s.n > strlen(own[i]))
            return s.n <= NAME;
    return false;
}

static bool once(struct span v, struct arena *a, const char **field)
{
    if (*field)
        return false;
    *field = arena_str(a, v);
    return *field != NULL;
}

static bool file(struct span v, const char *folder, struct arena *a, const char **field)
{
    size_t n = strlen(folder) + v.n + 2;
    char *path = arena_alloc(a, n);

    if (!path || *field)
        return false;
    if (v.p[0] == '/')
        (void)snprintf(path, n, "%.*s", (int)v.n, (const char *)v.p);
    else
        (void)snprintf(path, n, "%s/%.*s", folder, (int)v.n, (const char *)v.p);
    *field = path;
    return true;
}

static bool role(struct span v, struct arena *a, struct prove_config *c)
{
    struct span rest = span_sub(v, 1, v.n), value;
    struct person_claim *r = &c->role[c->n_roles];

    if (c->n_roles == LIMIT_OIDC_ROLES || v.p[0] != '"' || !rest.p || !memchr(rest.p, '"', rest.n) ||
        !text_split(&rest, '"', &value) || !text_good(value) ||
        !person_roles_read(text_trim(rest), &r->roles) || !(r->value = arena_str(a, value)))
        return false;
    c->n_roles++;
    return true;
}

bool prove_config_read(const char *key, struct span v, const char *folder, struct arena *a,
                       struct prove_config **ret)
{
    struct prove_config *c = *ret ? *ret : arena_alloc(a, sizeof *c);
    struct span host;

    if (!c || !v.n)
        return false;
    if (!*ret)
        *c = (struct prove_config){ 0 };
    *ret = c;
    if (strcmp(key, "passkey-place") == 0)
        return host_good(v) && once(v, a, &c->place);
    if (strcmp(key, "passkey-origin") == 0)
        return c->n_origins < LIMIT_PASSKEY_ORIGINS && origin_host(v, &host) &&
               once(v, a, &c->origin[c->n_origins++]);
    if (strcmp(key, "oidc-issuer") == 0)
        return issuer_good(v) && once(v, a, &c->issuer);
    if (strcmp(key, "oidc-client") == 0)
        return text_good(v) && once(v, a, &c->client);
    if (strcmp(key, "oidc-secret-file") == 0)
        return file(v, folder, a, &c->secret_file);
    if (strcmp(key, "oidc-ca") == 0)
        return file(v, folder, a, &c->ca);
    if (strcmp(key, "oidc-roles-claim") == 0)
        return text_good(v) && once(v, a, &c->claim);
    return strcmp(key, "oidc-role") == 0 && role(v, a, c);
}

/* The host of an origin is the place, or below it (WebAuthn 5.1.3). */
static bool is_of(const char *origin, struct span place)
{
    struct span host = { NULL, 0 };

    if (!origin_host(span_str(origin), &host) || host.n < place.n ||
        !span_eq(span_sub(host, host.n - place.n, host.n), place))
        return false;
    return host.n == place.n || host.p[host.n - place.n - 1] == '.';
}

const char *prove_config_lacks(const struct prove_config *c)
{
    if (!c)
        return NULL;
    if (!c->n_origins)
        return WHY_TEXT(
            "passkeys and the OpenID provider need `passkey-origin`: where browsers reach this node");
    for (size_t i = 0; c->place && i < c->n_origins; i++)
        if (!is_of(c->origin[i], span_str(c->place)))
            return WHY_TEXT("each `passkey-origin` is of the host `passkey-place`, or of one below it");
    if (!c->place && !c->issuer)
        return WHY_TEXT("`passkey-origin` needs `passkey-place` or `oidc-issuer`");
    if (!c->issuer != !c->client)
        return WHY_TEXT("`oidc-issuer` and `oidc-client` go together");
    if (!c->issuer && (c->secret_file || c->ca || c->claim || c->n_roles))
        return WHY_TEXT("what is said of an OpenID provider needs `oidc-issuer`");
    if (!c->claim != !c->n_roles)
        return WHY_TEXT("`oidc-roles-claim` and `oidc-role` go together");
    return NULL;
}
