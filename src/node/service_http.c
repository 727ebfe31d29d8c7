/* A service asked by HTTP (libcurl), over connections that are kept. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "node/services_internal.h"

struct handle {
    struct handle *next;
    CURL *curl;
};

struct service_http {
    const char *url;
    pthread_mutex_t lock;
    struct handle *idle;
};

struct service_http *service_http_new(const char *url)
{
    struct service_http *h = calloc(1, sizeof *h);

    if (!h || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
    h->url = url;
    (void)pthread_mutex_init(&h->lock, NULL);
    return h;
}

void service_http_free(struct service_http *h)
{
    struct handle *k, *next;

    if (!h)
        return;
    for (k = h->idle; k; k = next) {
        next = k->next;
        curl_easy_cleanup(k->curl);
        free(k);
    }
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}

static struct handle *take(struct service_http *h)
{
    struct handle *k;

    (void)pthread_mutex_lock(&h->lock);
    k = h->idle;
    if (k)
        h->idle = k->next;
    (void)pthread_mutex_unlock(&h->lock);
    if (k) {
        curl_easy_reset(k->curl);
        return k;
    }
    k = calloc(1, sizeof *k);
    if (!k || !(k->curl = curl_easy_init()))
        abort();
    return k;
}

static void give(struct service_http *h, struct handle *k)
{
    (void)pthread_mutex_lock(&h->lock);
    k->next = h->idle;
    h->idle = k;
    (void)pthread_mutex_unlock(&h->lock);
}

struct incoming {
    struct buffer body;
    bool too_large;
};

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct incoming *in = ctx;

    buf_put(&in->body, span_of(p, size * n));
    in->too_large = !buf_ok(&in->body);
    return in->too_large ? 0 : size * n;
}

static struct curl_slist *headers(const struct ask_question *q, struct arena *a)
{
    struct service_told told[SERVICE_TOLD];
    size_t n = service_tell(q, a, told);
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;
    char line[2 * SERVICE_WORD];

    for (size_t i = 0; list && i < n; i++) {
        (void)snprintf(line, sizeof line, "%s: %s", told[i].name, told[i].value ? told[i].value : "");
        more = curl_slist_append(list, line);
        if (!more)
            abort();
        list = more;
    }
    return curl_slist_append(list, "Content-Type: application/octet-stream");
}

/* A header of the answer, in the arena; empty: there is none, or several. */
static struct span header(CURL *c, const char *name, struct arena *a)
{
    struct curl_header *h = NULL;

    if (curl_easy_header(c, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK || h->amount != 1)
        return (struct span){ NULL, 0 };
    return arena_copy(a, span_sub(text_trim(span_str(h->value)), 0, SERVICE_WORD));
}

static bool failed(CURLcode code, const struct incoming *in, struct why *w)
{
    if (in->too_large)
        return why_set(w, "service-too-large", WHY_NO_OFFSET, NULL, "the service answered more than %d bytes",
                       LIMIT_ASK_LARGE);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return why_set(w, "service-timeout", WHY_NO_OFFSET, NULL,
                       "the service did not answer within %d seconds", LIMIT_SERVICE_MS / 1000);
    return why_set(w, "service-unreachable", WHY_NO_OFFSET, NULL, "the service cannot be reached: %s",
                   curl_easy_strerror(code));
}

/* 200 and 204 are answers; 202 says that one comes later. A status alone never says "unknown": a wrong path
 * would. */
static bool judge(CURL *c, long status, const struct incoming *in, struct arena *a, struct service_said *out,
                  struct why *w)
{
    struct service_said s = {
        header(c, SERVICE_SAID, a), header(c, SERVICE_REASON, a), header(c, SERVICE_SUBJECT, a), { NULL, 0 }
    };

    if (status == 202 && !s.said.n)
        s.said = SPAN("later");
    else if (status != 200 && status != 202 && status != 204)
        return why_set(w, "service-status", WHY_NO_OFFSET, NULL, "the service answered with status %ld",
                       status);
    s.body = arena_copy(a, buf_span(&in->body));
    if (in->body.n && !s.body.p)
        return why_set(w, "service-too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = s;
    return true;
}

#define SET(option, value) (curl_easy_setopt(c, (option), (value)) == CURLE_OK)

/* Nothing of the environment and nothing that an answer says changes where a question goes. */
static bool set_up(CURL *c, const struct service_http *h, const struct ask_question *q,
                   const struct curl_slist *list, struct incoming *in)
{
    return SET(CURLOPT_URL, h->url) && SET(CURLOPT_PROTOCOLS_STR, "http") && SET(CURLOPT_NOSIGNAL, 1L) &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOPROXY, "*") &&
           SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) && SET(CURLOPT_PATH_AS_IS, 1L) &&
           SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && SET(CURLOPT_HTTP09_ALLOWED, 0L) &&
           SET(CURLOPT_TIMEOUT_MS, (long)LIMIT_SERVICE_MS) && SET(CURLOPT_HTTPHEADER, list) &&
           SET(CURLOPT_POST, 1L) && SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n) &&
           SET(CURLOPT_POSTFIELDS, q->body.n ? (const char *)q->body.p : "") &&
           SET(CURLOPT_WRITEFUNCTION, collect) && SET(CURLOPT_WRITEDATA, in);
}

bool service_http_ask(struct service_http *h, const struct ask_question *q, struct arena *a,
                      struct service_said *out, struct why *w)
{
    struct handle *k = take(h);
    struct curl_slist *list = headers(q, a);
    struct incoming in = { .too_large = false };
    CURLcode code;
    long status = 0;
    bool ok;

    buf_init(&in.body, LIMIT_ASK_LARGE);
    if (!list || !set_up(k->curl, h, q, list, &in))
        abort(); /* out of memory is not a state to continue in */
    code = curl_easy_perform(k->curl);
    ok = code == CURLE_OK ? curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
                                judge(k->curl, status, &in, a, out, w)
                          : failed(code, &in, w);
    curl_slist_free_all(list);
    buf_free(&in.body);
    give(h, k);
    return ok;
}
