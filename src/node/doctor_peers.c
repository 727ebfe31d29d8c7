/* What only the running node knows of the other members: asked of it, at its own address. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "node/doctor_internal.h"
#include "wire/json.h"

enum { READY_BYTES = 1 << 20, READY_MS = 5000, CLOCK_OFF = 60 };

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct buffer *b = ctx;

    buf_put(b, span_of((uint8_t *)p, size * n));
    return buf_ok(b) ? size * n : 0;
}

/* A wildcard address is reached over loopback; the node answers to the name in its node.conf. */
static bool call(const struct node_config *c, CURL *e, struct buffer *out)
{
    const char *at = strcmp(c->host, "0.0.0.0") == 0 ? "127.0.0.1"
                     : strcmp(c->host, "::") == 0    ? "::1"
                                                     : c->host;
    char url[200], host[120];
    struct curl_slist *headers;
    bool v6 = strchr(at, ':') != NULL, ok;

    (void)snprintf(url, sizeof url, "%s://%s%s%s:%u/v1/ready", c->tls_certificate ? "https" : "http",
                   v6 ? "[" : "", at, v6 ? "]" : "", (unsigned)c->port);
    v6 = strchr(c->host, ':') != NULL;
    (void)snprintf(host, sizeof host, "Host: %s%s%s:%u", v6 ? "[" : "", c->host, v6 ? "]" : "",
                   (unsigned)c->port);
    headers = curl_slist_append(NULL, host);
    /* Its certificate is looked at in doctor_tls; nothing is told to it here. */
    ok = headers && curl_easy_setopt(e, CURLOPT_URL, url) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)READY_MS) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, collect) == CURLE_OK &&
         curl_easy_setopt(e, CURLOPT_WRITEDATA, out) == CURLE_OK && curl_easy_perform(e) == CURLE_OK;
    curl_slist_free_all(headers);
    return ok;
}

static void say_member(struct doctor *d, const struct json *j, json_ref m)
{
    json_ref still = json_member(j, m, "stands_still");
    struct span who = { 0 }, origin = { 0 }, reason = { 0 };
    int64_t age = 0, clock = 0;

    if (!json_text_of(j, json_member(j, m, "member"), d->a, &who))
        return;
    if (json_is(j, json_member(j, m, "stale"), JSON_KIND_TRUE)) {
        if (json_int64(j, json_member(j, m, "age"), &age))
            doctor_say(d, "stale", "%.*s: a log of it was looked at %lld hours ago", (int)who.n,
                       (const char *)who.p, (long long)(age / 3600));
        else
            doctor_say(d, "stale", "%.*s: no log of it is here", (int)who.n, (const char *)who.p);
    }
    if (json_int64(j, json_member(j, m, "clock"), &clock) && (clock > CLOCK_OFF || clock < -CLOCK_OFF))
        doctor_say(d, "peer-clock",
                   clock < 0 ? "%.*s: its clock is %lld s behind this one's"
                             : "%.*s: its clock is %lld s ahead of this one's",
                   (int)who.n, (const char *)who.p, (long long)(clock < 0 ? -clock : clock));
    if (json_text_of(j, json_member(j, still, "origin"), d->a, &origin) &&
        json_text_of(j, json_member(j, still, "reason"), d->a, &reason))
        doctor_say(d, "log-stands-still", "%.*s: %.*s", (int)(origin.n < 150 ? origin.n : 150),
                   (const char *)origin.p, (int)(reason.n < 60 ? reason.n : 60), (const char *)reason.p);
}

static void say_all(struct doctor *d, const struct json *j)
{
    json_ref sync = json_member(j, JSON_ROOT, "sync"), members = json_member(j, sync, "members"),
             witnesses = json_member(j, sync, "witnesses");
    int64_t needed = 0, reached = 0;

    for (json_ref i = json_first(j, members); i != JSON_NONE; i = json_after(j, members, i))
        say_member(d, j, i);
    if (json_int64(j, json_member(j, witnesses, "needed"), &needed) &&
        json_int64(j, json_member(j, witnesses, "reached"), &reached) && reached < needed)
        doctor_say(d, "no-quorum", "%lld of the %lld witnesses that it takes are reached", (long long)reached,
                   (long long)needed);
}

void doctor_peers(struct doctor *d)
{
    struct buffer b;
    struct json j;
    struct why w;
    CURL *e;

    if (!d->config.transport_key)
        return;
    why_clear(&w);
    if (d->o->within) {
        if (json_parse(d->o->ready, d->a, &j, &w))
            say_all(d, &j);
        return;
    }
    if (d->running && d->config.port == 0)
        return; /* any free port: of a trial, and nobody knows which */
    if (!d->running) {
        doctor_say(d, "peers-unknown", "the node does not run");
        return;
    }
    buf_init(&b, READY_BYTES);
    e = curl_easy_init();
    if (e && call(&d->config, e, &b) && json_parse(buf_span(&b), d->a, &j, &w))
        say_all(d, &j);
    else
        doctor_say(d, "peers-unknown", "the node does not answer /v1/ready");
    curl_easy_cleanup(e);
    buf_free(&b);
}
