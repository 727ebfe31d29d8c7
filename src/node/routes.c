#include "node/handlers.h"

#include <stdio.h>
#include <strings.h>

static const struct route table[] = {
    { "GET", "/v1/health", "getHealth", NULL, ROUTE_AT_ONCE, handle_health },
    { "GET", "/v1/ready", "getReady", NULL, ROUTE_WORKER, handle_ready },
    { "GET", "/v1/node", "getNode", NULL, ROUTE_AT_ONCE, handle_node },
    { "POST", "/v1/check", "check", "application/json", ROUTE_BEGINS, handle_check },
    { "POST", "/v1/inspect", "inspect", "application/octet-stream", ROUTE_WORKER, handle_inspect },
    { "POST", "/v1/licence", "checkLicence", "application/json", ROUTE_WORKER, handle_licence },
    { "GET", "/v1/licence/pack", "getLicencePack", NULL, ROUTE_WORKER, handle_licence_pack },
    { "POST", "/v1/read", "readChip", "application/json", ROUTE_WORKER, handle_read },
    { "GET", "/v1/agreement", "getAgreement", NULL, ROUTE_AT_ONCE, handle_agreement },
    { "GET", "/v1/agreement/text", "getAgreementText", NULL, ROUTE_AT_ONCE, handle_agreement_text },
    { "GET", "/v1/trust", "getTrust", NULL, ROUTE_WORKER, handle_trust },
    { "GET", "/v1/words", "getWords", NULL, ROUTE_AT_ONCE, handle_words },
    { "GET", "/v1/trust/acts", "getTrustActs", NULL, ROUTE_WORKER, handle_trust_acts },
    { "POST", "/v1/licence/question", "askLicenceStatus", "application/json", ROUTE_WORKER,
      handle_licence_question },
    { "GET", "/v1/cases", "getCases", NULL, ROUTE_WORKER, handle_cases },
    { "POST", "/v1/offences", "notifyOffence", "application/json", ROUTE_WORKER, handle_offence },
    { "GET", "/v1/offences", "getOffences", NULL, ROUTE_WORKER, handle_offences },
    { "POST", "/v1/offences/answer", "answerOffence", "application/json", ROUTE_WORKER,
      handle_offence_answer },
    { "GET", "/openapi.json", "getInterface", NULL, ROUTE_AT_ONCE, handle_asset },
};

static const struct route console = { "GET", "/*", NULL, NULL, ROUTE_AT_ONCE, handle_asset };

size_t route_count(void)
{
    return sizeof table / sizeof *table;
}

const struct route *route_at(size_t i)
{
    return &table[i];
}

/* DNS rebinding: a page of a foreign name that resolves to this address sends its own name as Host. */
static bool host_is_ours(const struct node_config *config, const char *host)
{
    bool v6 = strchr(config->host, ':') != NULL;
    char own[96];
    size_t n;

    if (!host)
        return false;
    (void)snprintf(own, sizeof own, "%s%s%s:%u", v6 ? "[" : "", config->host, v6 ? "]" : "",
                   (unsigned)config->port);
    if (strcmp(host, own) == 0)
        return true;
    (void)snprintf(own, sizeof own, "localhost:%u", (unsigned)config->port);
    if (config_is_loopback(config->host) && strcmp(host, own) == 0)
        return true;
    for (size_t i = 0; i < config->hosts.n; i++) {
        n = strlen(config->hosts.item[i]);
        if (strncasecmp(host, config->hosts.item[i], n) == 0 && (host[n] == 0 || host[n] == ':'))
            return true;
    }
    return false;
}

/* A browser names the page's origin on every POST; a program sends none. */
static bool origin_is_ours(const struct node_config *config, const struct http_request *r)
{
    const char *scheme = config->tls_certificate ? "https://" : "http://";
    size_t n = strlen(scheme);

    if (r->fetch_site && strcmp(r->fetch_site, "same-origin") != 0 && strcmp(r->fetch_site, "none") != 0)
        return false;
    if (!r->origin)
        return true;
    return strncmp(r->origin, scheme, n) == 0 && r->host && strcmp(r->origin + n, r->host) == 0;
}

/* The media type without parameters, case ignored. */
static bool media_type_is(const char *header, const char *type)
{
    size_t n = strlen(type);

    return header && strncasecmp(header, type, n) == 0 &&
           (header[n] == 0 || header[n] == ';' || header[n] == ' ');
}

static bool method_fits(const char *route, const char *method)
{
    return strcmp(route, method) == 0 || (strcmp(route, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* That of the path and the method; else one of the path. *others: the path takes several methods. */
static const struct route *route_for(const struct node_view *v, const struct http_request *r, bool *others)
{
    const struct route *any = NULL;

    *others = false;
    for (size_t i = 0; i < route_count(); i++) {
        if (strcmp(table[i].path, r->path) != 0)
            continue;
        if (method_fits(table[i].method, r->method))
            return &table[i];
        *others = any != NULL;
        any = &table[i];
    }
    if (any)
        return any;
    return asset_find(v->assets, r->path) ? &console : NULL;
}

const struct route *route_find(const struct node_view *v, const struct http_request *r, struct arena *a,
                               struct http_answer *out)
{
    const struct node_config *config = v->o->config;
    bool others;
    const struct route *route = route_for(v, r, &others);

    if (r->ambiguous) {
        answer_refuse(out, 400, "framing", "The request names two hosts or two lengths of its body.", a);
    } else if (!host_is_ours(config, r->host)) {
        answer_refuse(out, 421, "host", "The Host header names a host that this node does not answer for.",
                      a);
    } else if (!route) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
    } else if (!method_fits(route->method, r->method)) {
        answer_refuse(out, 405, "method", "This path does not take this method.", a);
        out->allow = others                              ? "GET, HEAD, POST"
                     : strcmp(route->method, "GET") == 0 ? "GET, HEAD"
                                                         : route->method;
    } else if (r->query_lost) {
        answer_refuse(out, 400, "query", "There are too many query parameters.", a);
    } else if (route->content_type && !origin_is_ours(config, r)) {
        answer_refuse(out, 403, "origin", "The request comes from a page that this node did not serve.", a);
    } else if (route->content_type && !media_type_is(r->content_type, route->content_type)) {
        answer_refuse(out, 415, "media-type", "The body is not of the type that this operation takes.", a);
    } else {
        return route;
    }
    return NULL;
}
