/* GET /v1/events: a stream of what changes, as server-sent events (HTML, 9.2). */
#include <netinet/in.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "node/events.h"
#include "node/handlers.h"
#include "node/sign_in.h"

/* A number in Last-Event-ID; anything else, and one that is too long, is none that was given out here. */
static uint64_t number_of(struct span s)
{
    uint64_t n = 0;

    if (s.n == 0 || s.n > 18)
        return 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return 0;
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    }
    return n;
}

/* "desk,hits"; 0: one of them is no topic. */
static unsigned topics_of(struct span s)
{
    unsigned all = 0, one;
    size_t n;

    do {
        for (n = 0; n < s.n && s.p[n] != ','; n++)
            ;
        one = events_topic_of(span_sub(s, 0, n));
        if (!one)
            return 0;
        all |= one;
        n += n < s.n;
        s = span_sub(s, n, s.n);
    } while (s.n);
    return all;
}

/* Who is counted: false for this machine, where a proxy may stand for everybody. An address of IPv4 as IPv6
 * has it; of IPv6, the half that a network gives out. */
static bool address_of(const struct sockaddr *peer, uint8_t out[EVENTS_ADDRESS])
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    memset(out, 0, EVENTS_ADDRESS);
    if (peer && peer->sa_family == AF_INET) {
        memcpy(&v4, peer, sizeof v4);
        memset(out + 10, 0xff, 2);
        memcpy(out + 12, &v4.sin_addr, 4);
        return out[12] != 127;
    }
    if (peer && peer->sa_family == AF_INET6) {
        memcpy(&v6, peer, sizeof v6);
        memcpy(out, &v6.sin6_addr, 8);
        return !IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
    return false;
}

static bool foreign(const struct http_request *r)
{
    return r->fetch_site && strcmp(r->fetch_site, "same-origin") != 0 && strcmp(r->fetch_site, "none") != 0;
}

static bool session_stands(const void *ctx, const uint8_t key[EVENTS_KEY])
{
    const struct node_options *o = ctx;

    return sign_in_stands(o->sign_in, key, o->now(o->ctx));
}

/* A stream lives no longer than what opened it. A program opens one again, and shows its token, now and then.
 */
static void bound_by(const struct node_view *v, const struct person_session *who, struct events_wish *wish)
{
    if (!who || who->folder)
        return;
    if (who->token) {
        wish->seconds = LIMIT_EVENT_TOKEN_SECONDS;
        return;
    }
    wish->stands = session_stands;
    wish->ctx = v->o;
    wish->key = who->hash;
}

void handle_events(const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out)
{
    const char *wanted = http_query(r, "topics");
    uint8_t address[EVENTS_ADDRESS];
    struct events_wish wish = { .topics = wanted ? topics_of(span_str(wanted)) : EVENTS_ALL,
                                .address = address_of(r->peer, address) ? address : NULL,
                                .again = r->last_event != NULL };
    struct why w;

    why_clear(&w);
    if (foreign(r)) {
        answer_refuse(out, 403, "origin", "The request comes from a page that this node did not serve.", a);
        return;
    }
    if (!v->o->events) {
        answer_refuse(out, 503, "not-ready", "This node tells nobody of changes.", a);
        return;
    }
    if (!wish.topics) {
        answer_refuse(out, 400, "query", "topics: words of this list, with commas between.", a);
        return;
    }
    if (strcmp(r->method, "HEAD") != 0) {
        bound_by(v, r->who, &wish);
        wish.last = wish.again ? number_of(span_str(r->last_event)) : 0;
        out->events = events_open(v->o->events, &wish, &w);
        if (!out->events) {
            answer_error(out, 503, &w, a);
            return;
        }
    }
    out->status = 200;
    out->type = "text/event-stream";
}
