#include "node/handlers.h"
#include "node/metrics.h"

#include <stdio.h>
#include <strings.h>

static const struct route table[] = {
    { "GET", "/v1/health", "getHealth", NULL, ROUTE_AT_ONCE, handle_health, true },
    { "GET", "/v1/ready", "getReady", NULL, ROUTE_WORKER, handle_ready, true },
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
    { "POST", "/v1/records", "publishRecords", "application/json", ROUTE_WORKER, handle_records },
    { "GET", "/metrics", "getMetrics", NULL, ROUTE_WORKER, handle_metrics, true },
    { "POST", "/v1/offences", "notifyOffence", "application/json", ROUTE_WORKER, handle_offence },
    { "GET", "/v1/offences", "getOffences", NULL, ROUTE_WORKER, handle_offences },
    { "POST", "/v1/offences/answer", "answerOffence", "application/json", ROUTE_WORKER,
      handle_offence_answer },
    { "GET", "/openapi.json", "getInterface", NULL, ROUTE_AT_ONCE, handle_asset, true },
};

/* Of the members' port; doc/federation.md describes them. */
static const struct route members[] = {
    { "GET", "/card", "peerCard", NULL, ROUTE_AT_ONCE, handle_peer_card, true, ROUTE_MEMBERS, .edges = true },
    { "GET", "/acts", "peerActs", NULL, ROUTE_AT_ONCE, handle_trust_acts, true, ROUTE_MEMBERS,
      .edges = true },
    { "GET", "/logs", "peerLogs", NULL, ROUTE_WORKER, handle_peer_logs, true, ROUTE_MEMBERS, .edges = true },
    { "GET", "/log/*", "peerLog", NULL, ROUTE_AT_ONCE, handle_peer_log, true, ROUTE_MEMBERS, .edges = true },
    { "GET", "/witness/pending", "peerWitnessPending", NULL, ROUTE_WORKER, handle_peer_pending, false,
      ROUTE_MEMBERS },
    { "GET", "/witness/*", "peerWitnessed", NULL, ROUTE_WORKER, handle_peer_witnessed, true, ROUTE_MEMBERS },
    { "POST", "/witness/add-checkpoint", "peerWitness", "*", ROUTE_WORKER, handle_peer_witness, false,
      ROUTE_MEMBERS, LIMIT_CHECKPOINT },
    { "POST", "/ask", "peerAsk", ASK_CONTENT_TYPE, ROUTE_WORKER, handle_peer_ask, false, ROUTE_MEMBERS,
      LIMIT_ASK_SIGNED },
    { "POST", "/answer", "peerAnswer", ASK_CONTENT_TYPE, ROUTE_WORKER, handle_peer_answer, false,
      ROUTE_MEMBERS, LIMIT_ASK_SIGNED },
    { "POST", "/witness/cosignature", "peerCosignature", "*", ROUTE_WORKER, handle_peer_cosignature, false,
      ROUTE_MEMBERS, LIMIT_CHECKPOINT },
};

enum { PUBLIC = sizeof table / sizeof *table, MEMBERS = sizeof members / sizeof *members };

static const struct route console = { "GET", "/*", NULL, NULL, ROUTE_AT_ONCE, handle_asset, true };

size_t route_count(void)
{
    return PUBLIC;
}

const struct route *route_at(size_t i)
{
    return &table[i];
}

_Static_assert(PUBLIC + MEMBERS + 2 <= METRIC_OPERATIONS, "a counter for each operation");

size_t route_place(const struct route *r)
{
    if (!r)
        return PUBLIC + MEMBERS + 1;
    if (r == &console)
        return PUBLIC + MEMBERS;
    return r->port == ROUTE_MEMBERS ? PUBLIC + (size_t)(r - members) : (size_t)(r - table);
}

const char *route_place_word(size_t place)
{
    if (place < PUBLIC)
        return table[place].operation;
    if (place < PUBLIC + MEMBERS)
        return members[place - PUBLIC].operation;
    return place == PUBLIC + MEMBERS ? "console" : place == PUBLIC + MEMBERS + 1 ? "none" : NULL;
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

/* "/log/…" covers what is below it. */
static bool path_fits(const char *route, const char *path)
{
    size_t n = strlen(route);

    return route[n - 1] == '*' ? strncmp(route, path, n - 1) == 0 : strcmp(route, path) == 0;
}

/* The first of the table whose path fits: the exact ones stand before those that cover them. */
const struct route *route_find_member(const struct http_request *r, struct arena *a, struct http_answer *out)
{
    const struct route *route = NULL, *any = NULL;

    for (size_t i = 0; i < MEMBERS && !route; i++) {
        if (!path_fits(members[i].path, r->path))
            continue;
        any = any ? any : &members[i];
        route = method_fits(members[i].method, r->method) ? &members[i] : NULL;
    }
    if (r->ambiguous) {
        answer_refuse(out, 400, "framing", "The request names two hosts or two lengths of its body.", a);
    } else if (!any) {
        answer_refuse(out, 404, "not-found", "Nothing has this path on the members' port.", a);
    } else if (!route) {
        answer_refuse(out, 405, "method", "This path does not take this method.", a);
        out->allow = any->content_type ? any->method : "GET, HEAD";
    } else if (r->n_query || r->query_lost) {
        answer_refuse(out, 400, "query", "Nothing on the members' port takes parameters.", a);
    } else if (r->edge && !route->edges) {
        answer_refuse(out, 403, "edge", "A node at a desk reads; it asks nothing and cosigns nothing.", a);
    } else {
        return route;
    }
    return NULL;
}
