/* The client's way: what is sent next, what an answer's status means, when it waits. */
#include "taxii/client.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"
#include "taxii/client_internal.h"

#define MEDIA "application/taxii+json;version=2.1"

enum { FIRST_PACE = 500, PACE_MOST = 30 * 1000, GOOD_ENOUGH = 20, BACK_OFF = 1000, REDIRECTS = 4 };

bool client_fail(struct taxii_client *c, const char *reason, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)why_vset(&c->why, reason, WHY_NO_OFFSET, "TAXII 2.1", fmt, ap);
    va_end(ap);
    c->phase = CLIENT_FAILED;
    return false;
}

void client_copy(char *out, size_t room, struct span s)
{
    size_t n = s.n < room ? s.n : 0; /* what does not fit is no address and no id of ours */

    if (n)
        memcpy(out, s.p, n);
    out[n] = 0;
}

bool client_text(const struct json *j, json_ref obj, const char *name, char *out, size_t room,
                 struct arena *a)
{
    struct span s;

    if (!json_text_of(j, json_member(j, obj, name), a, &s) || s.n == 0 || s.n >= room || memchr(s.p, 0, s.n))
        return false;
    client_copy(out, room, s);
    return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). */
static bool http_date(const char *s, unix_time *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int day, year, hour, minute, second;
    struct date d;
    char month[4];
    const char *m;

    if (!s ||
        sscanf(s, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute, &second) != 6)
        return false;
    m = strstr(months, month);
    if (!m || strlen(month) != 3 || (m - months) % 3 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60 || !date_make(year, (int)(m - months) / 3 + 1, day, &d))
        return false;
    *out = time_of_date(d) + hour * 3600 + minute * 60 + second;
    return true;
}

int64_t taxii_retry_after(const char *retry_after, const char *date)
{
    const int64_t most = (int64_t)LIMIT_TAXII_RETRY_SECONDS * 1000;
    unix_time until, now;
    uint64_t seconds;

    if (!retry_after)
        return -1;
    if (text_number(text_trim(span_str(retry_after)), INT32_MAX, &seconds))
        return (int64_t)seconds * 1000 > most ? most : (int64_t)seconds * 1000;
    if (!http_date(retry_after, &until) || !http_date(date, &now))
        return -1;
    if (until <= now)
        return 0;
    return (until - now) * 1000 > most ? most : (until - now) * 1000;
}

void client_retry(struct taxii_client *c, int64_t now, int64_t wait_ms, const char *reason)
{
    int64_t back_off = BACK_OFF;

    c->good = 0;
    if (++c->failed > c->tries) {
        client_fail(c, reason, "%u tries in a row failed", c->failed);
        return;
    }
    for (unsigned i = 1; i < c->failed && back_off < PACE_MOST; i++)
        back_off *= 2;
    c->stats.retries++;
    if (c->not_before < now + (wait_ms >= 0 ? wait_ms : back_off))
        c->not_before = now + (wait_ms >= 0 ? wait_ms : back_off);
}

/* Busy: as long as it asks, and from then on less often. */
static void slow_down(struct taxii_client *c, const struct taxii_answer *a, int64_t now)
{
    c->pace_ms = c->pace_ms ? 2 * c->pace_ms : FIRST_PACE;
    if (c->pace_ms > PACE_MOST)
        c->pace_ms = PACE_MOST;
    client_retry(c, now, taxii_retry_after(a->retry_after, a->date), "busy");
}

static void quicken(struct taxii_client *c)
{
    if (++c->good < GOOD_ENOUGH || c->pace_ms <= c->slowest)
        return;
    c->good = 0;
    c->pace_ms = c->pace_ms / 2 > c->slowest ? c->pace_ms / 2 : c->slowest;
}

/* Of a server alone, without a path: its discovery has a place that is known (TAXII 2.1 4.1). */
static bool is_origin(const char *url)
{
    const char *host = strstr(url, "://") + 3, *path = strchr(host, '/');

    return !path || !path[1];
}

static struct taxii_client *new_client(const struct taxii_client_options *o, struct why *w)
{
    struct taxii_client *c;
    size_t n = strlen(o->url);

    if ((strncmp(o->url, "https://", 8) != 0 && strncmp(o->url, "http://", 7) != 0) || n >= TAXII_URL / 2 ||
        strpbrk(o->url, " \t\r\n#?") || (o->collection && strlen(o->collection) >= CLIENT_TEXT) ||
        (o->match && strlen(o->match) >= CLIENT_TEXT)) {
        (void)why_set(w, "url", WHY_NO_OFFSET, NULL, "no address of a TAXII server: http(s)://HOST/PATH/");
        return NULL;
    }
    c = calloc(1, sizeof *c);
    if (!c)
        abort();
    (void)snprintf(c->start, sizeof c->start, "%s%s%s", o->url, o->url[n - 1] == '/' ? "" : "/",
                   is_origin(o->url) ? "taxii2/" : "");
    (void)snprintf(c->collection, sizeof c->collection, "%s", o->collection ? o->collection : "");
    (void)snprintf(c->match, sizeof c->match, "%s", o->match ? o->match : "");
    c->limit = o->limit;
    c->slowest = c->pace_ms = o->pace_ms > 0 ? o->pace_ms : 0;
    c->tries = o->tries ? o->tries : 6;
    arena_init(&c->a, LIMIT_TAXII_ANSWER_MEMORY);
    return c;
}

bool taxii_pull_new(const struct taxii_client_options *o, const struct taxii_place_in *place, taxii_page page,
                    void *ctx, struct taxii_client **ret, struct why *w)
{
    struct taxii_client *c = new_client(o, w);

    if (!c)
        return false;
    c->place = *place;
    c->page = page;
    c->ctx = ctx;
    *ret = c;
    return true;
}

bool taxii_push_new(const struct taxii_client_options *o, const struct span *object, size_t n,
                    size_t most_bytes, taxii_outcome outcome, void *ctx, struct taxii_client **ret,
                    struct why *w)
{
    struct taxii_client *c = new_client(o, w);

    if (!c)
        return false;
    c->pushing = true;
    c->object = object;
    c->n = n;
    c->most_bytes = most_bytes && most_bytes < LIMIT_TAXII_PUSH ? most_bytes : LIMIT_TAXII_PUSH;
    c->outcome = outcome;
    c->ctx = ctx;
    buf_init(&c->body, LIMIT_TAXII_PUSH + 64);
    *ret = c;
    return true;
}

void taxii_client_free(struct taxii_client *c)
{
    if (!c)
        return;
    buf_free(&c->body);
    arena_free(&c->a);
    free(c);
}

const struct why *taxii_client_why(const struct taxii_client *c)
{
    return &c->why;
}

void taxii_client_figures(const struct taxii_client *c, struct taxii_client_stats *out)
{
    *out = c->stats;
}

void taxii_client_next(struct taxii_client *c, int64_t now, struct taxii_step *out)
{
    *out = (struct taxii_step){ .kind = TAXII_DONE };
    if (c->phase == CLIENT_DONE)
        return;
    if (c->phase == CLIENT_FAILED) {
        out->kind = TAXII_FAILED;
        return;
    }
    if (now < c->not_before) {
        c->stats.waits++;
        out->kind = TAXII_WAIT;
        out->wait_ms = c->not_before - now;
        return;
    }
    if (!c->redirected) {
        if (c->phase == CLIENT_PAGE)
            client_ask_page(c);
        else if (c->phase == CLIENT_POST || c->phase == CLIENT_STATUS)
            client_ask_post(c);
        else
            client_ask_find(c);
    }
    if (c->phase == CLIENT_FAILED || c->phase == CLIENT_DONE) {
        out->kind = c->phase == CLIENT_DONE ? TAXII_DONE : TAXII_FAILED;
        return;
    }
    c->redirected = false;
    c->stats.requests++;
    c->not_before = now + c->pace_ms;
    *out = (struct taxii_step){ .kind = TAXII_SEND,
                                .post = c->phase == CLIENT_POST,
                                .url = c->url,
                                .accept = c->plain_accept ? "application/taxii+json" : MEDIA,
                                .body =
                                    c->phase == CLIENT_POST ? buf_span(&c->body) : (struct span){ NULL, 0 } };
}

static size_t origin_length(const char *url)
{
    const char *host = strstr(url, "://"), *end = host ? strchr(host + 3, '/') : NULL;

    return end ? (size_t)(end - url) : strlen(url);
}

/* To another path of the same server alone: credentials go with the request. */
static bool redirect(struct taxii_client *c, const struct taxii_answer *a)
{
    size_t origin = origin_length(c->start);
    char to[TAXII_URL];

    if (!a->location || ++c->redirects > REDIRECTS || strpbrk(a->location, " \t\r\n"))
        return client_fail(c, "refused", "redirected to nowhere, or too often");
    if (a->location[0] == '/' && a->location[1] != '/')
        (void)snprintf(to, sizeof to, "%.*s%.1024s", (int)origin, c->start, a->location);
    else
        (void)snprintf(to, sizeof to, "%.1900s", a->location);
    if (strncmp(to, c->start, origin) != 0 || (to[origin] != '/' && to[origin] != '?'))
        return client_fail(c, "refused", "redirected to another server; give its address instead");
    (void)snprintf(c->url, sizeof c->url, "%s", to);
    c->redirected = true;
    return true;
}

/* Pages get smaller when they do not come through. */
static bool smaller(struct taxii_client *c)
{
    size_t from = c->limit ? c->limit : c->last_size ? c->last_size : LIMIT_TAXII_CLIENT_PAGE;

    if (c->phase != CLIENT_PAGE || from <= 1)
        return false;
    c->limit = from / 2;
    return true;
}

static void broken(struct taxii_client *c, const struct taxii_answer *a, int64_t now)
{
    if (a->too_large) {
        if (!smaller(c))
            client_fail(c, "too-large", "an answer larger than %zu bytes", (size_t)LIMIT_TAXII_ANSWER);
        else
            c->stats.retries++;
        return;
    }
    if (c->failed >= 2)
        (void)smaller(c);
    client_retry(c, now, -1, "unreachable");
}

/* The other statuses of 3.6.1 end it, unless another way is left. */
static void refused(struct taxii_client *c, unsigned status)
{
    if (c->phase == CLIENT_PAGE && client_page_refused(c, status))
        return;
    if (status == 406 && !c->plain_accept) {
        c->plain_accept = true;
        c->stats.odd++;
        return;
    }
    if (status == 413 && c->phase == CLIENT_POST && c->batch > 1) {
        c->most_bytes = c->body.n / 2;
        c->stats.retries++;
        return;
    }
    if (status == 401)
        client_fail(c, "unauthorized", "the server wants other credentials");
    else if (status == 403)
        client_fail(c, "forbidden", "the server does not allow this");
    else if (status == 404)
        client_fail(c, "not-found", "the server knows nothing at this address");
    else
        client_fail(c, "refused", "the server answers with status %u", status);
}

static bool media(struct taxii_client *c, const char *type)
{
    if (type && strncmp(type, "application/taxii+json", 22) == 0)
        return true;
    if (type && strncmp(type, "application/", 12) != 0)
        return client_fail(c, "not-taxii", "no TAXII server: an answer that is %.60s", type);
    c->stats.odd++;
    return true;
}

static bool searching(const struct taxii_client *c)
{
    return c->phase < CLIENT_PAGE;
}

void taxii_client_answer(struct taxii_client *c, const struct taxii_answer *a, int64_t now)
{
    struct json j = { .n = 0 };
    unsigned s = a->status;

    if (c->phase == CLIENT_FAILED || c->phase == CLIENT_DONE)
        return;
    if (a->broken || a->too_large) {
        broken(c, a, now);
        return;
    }
    if (s == 429 || s == 503) {
        slow_down(c, a, now);
        return;
    }
    if (s == 500 || s == 502 || s == 504 || s == 408) {
        client_retry(c, now, taxii_retry_after(a->retry_after, a->date), "unreachable");
        return;
    }
    if (s == 301 || s == 302 || s == 307 || s == 308) {
        if (c->phase == CLIENT_POST && s < 307)
            client_fail(c, "refused", "a POST is redirected with status %u", s);
        else
            (void)redirect(c, a);
        return;
    }
    if (searching(c) && (s == 404 || s == 403 || s == 406) && (c->plain_accept || s != 406)) {
        client_found(c, s, NULL);
        return;
    }
    if (s != 200 && s != 202) {
        refused(c, s);
        return;
    }
    if (!media(c, a->type))
        return;
    arena_reset(&c->a);
    if (!json_parse(a->body.n ? a->body : SPAN("{}"), &c->a, &j, NULL)) {
        if (searching(c))
            client_fail(c, "not-taxii", "an answer that is no JSON");
        else
            broken(c, a, now); /* it ended in the middle, or there is more than fits */
        return;
    }
    c->failed = c->redirects = 0;
    quicken(c);
    if (c->phase == CLIENT_PAGE)
        client_got_page(c, a, &j);
    else if (c->phase == CLIENT_POST || c->phase == CLIENT_STATUS)
        client_got_post(c, &j, now);
    else
        client_found(c, s, &j);
}
