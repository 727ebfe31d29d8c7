/*
 * The server library calls exchange_step once with the headers, then with each piece of the body, then at its
 * end. While the connection is suspended, work that waits is done by a worker, and what only the disk keeps
 * waiting by nobody; the library calls once more after that.
 */
#include "node/exchange.h"

#include "base/text.h"
#include "node/event_stream.h"
#include "node/federation.h"
#include "node/paper.h"
#include "node/peer_tls.h"
#include "node/sign_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

/* A refused body up to this size is still read, so that the client gets to see the answer. */
enum { DRAIN = 4 * LIMIT_EVIDENCE };

struct exchange {
    struct job job; /* first: a job is its exchange */
    struct node *node;
    struct MHD_Connection *connection;
    struct connection *watched;
    const struct route *route; /* NULL: refused by its headers */
    struct http_request request;
    struct http_later later;
    struct node_view view;      /* what is believed, one and the same until the answer is sent */
    struct check_context check; /* view.check */
    struct beliefs *beliefs;    /* held; NULL: not yet, or the node has no keeper */
    struct http_answer answer;  /* status 0: none yet */
    struct arena *arena;        /* the connection's */
    uint8_t *body;
    size_t n, cap, received;
    int64_t started_us, took_us; /* took: of a stream, to its beginning */
    size_t sent;
    struct event_stream *events; /* carries the answer's; NULL: it has a body */
    bool members;                /* on the members' port */
};

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static enum MHD_Result take_query(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct http_request *r = cls;

    (void)kind;
    if (r->n_query == HTTP_QUERY) {
        r->query_lost = true;
        return MHD_NO;
    }
    r->query[r->n_query].name = name;
    r->query[r->n_query++].value = value ? value : "";
    return MHD_YES;
}

struct headers {
    unsigned hosts, lengths, encodings;
    struct http_request *request;
};

static void take_own(struct http_request *r, const char *name, const char *value)
{
    r->own_lost |= r->n_own == HTTP_OWN || http_own(r, name);
    if (r->own_lost)
        return;
    r->own[r->n_own].name = name;
    r->own[r->n_own++].value = value ? value : "";
}

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct headers *n = cls;

    (void)kind;
    if (strncasecmp(name, "serai-", 6) == 0)
        take_own(n->request, name, value);
    n->hosts += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
    n->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    n->encodings += strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    return MHD_YES;
}

/* RFC 9112 3.2, 6.3: what two programs may read differently lets one request hide in another. */
static bool ambiguous(struct MHD_Connection *c, struct http_request *r)
{
    struct headers n = { .request = r };

    (void)MHD_get_connection_values(c, MHD_HEADER_KIND, count_header, &n);
    return n.hosts > 1 || n.lengths + n.encodings > 1;
}

static void take_headers(struct exchange *x, const char *url, const char *method)
{
    struct MHD_Connection *c = x->connection;
    const char *length = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);

    x->request = (struct http_request){
        .method = method,
        .path = url,
        .host = header(c, MHD_HTTP_HEADER_HOST),
        .origin = header(c, MHD_HTTP_HEADER_ORIGIN),
        .fetch_site = header(c, "Sec-Fetch-Site"),
        .content_type = header(c, MHD_HTTP_HEADER_CONTENT_TYPE),
        .if_none_match = header(c, MHD_HTTP_HEADER_IF_NONE_MATCH),
        .accept = header(c, MHD_HTTP_HEADER_ACCEPT),
        .authorization = header(c, MHD_HTTP_HEADER_AUTHORIZATION),
        .cookie = header(c, MHD_HTTP_HEADER_COOKIE),
        .last_event = header(c, "Last-Event-ID"),
        .takes = coding_choose(header(c, MHD_HTTP_HEADER_ACCEPT_ENCODING)),
    };
    x->request.length = length ? strtoull(length, NULL, 10) : 0;
    x->request.peer = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    x->request.ambiguous = ambiguous(c, &x->request);
    (void)MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_query, &x->request);
}

/* What a route takes as a body. */
static size_t body_most(const struct route *r)
{
    return r->most ? r->most : LIMIT_EVIDENCE;
}

static void refuse_size(struct exchange *x)
{
    size_t most = body_most(x->route);
    struct why w;

    why_clear(&w);
    (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "The body is larger than %zu bytes.", most);
    if (x->route->refuse)
        x->route->refuse(413, &w, x->arena, &x->answer);
    else
        answer_error(&x->answer, 413, &w, x->arena);
}

/*
 * Who asks on the members' port. The key is that of the handshake; whether its member may speak is asked for
 * each request, so that who is suspended is refused on connections that stand already. False: answered.
 */
static bool is_member(struct exchange *x)
{
    struct connection_peer *peer = connection_peer(x->watched);
    struct federation *f = x->node->o.federation;
    struct why w;
    bool ok;

    why_clear(&w);
    if (!peer->looked) {
        peer->certified = peer_tls_pin(
            MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session,
            peer->pin);
        peer->looked = true;
    }
    ok = peer->certified
             ? federation_member(f, peer->pin, peer->member, &w)
             : why_set(
                   &w, "stranger", WHY_NO_OFFSET, NULL,
                   "This port is for the members' nodes: show the certificate of a member's transport key.");
    if (!ok && peer->certified && strcmp(w.reason, "stranger") == 0) {
        why_clear(&w);
        ok = x->request.edge = federation_edge(f, peer->pin, peer->member, &w);
    }
    if (ok)
        x->request.member = span_str(peer->member);
    else
        answer_error(&x->answer, 403, &w, x->arena);
    return ok;
}

static const struct route *find_route(struct exchange *x, enum route_port port)
{
    if (port == ROUTE_PUBLIC)
        return route_find(&x->node->view, &x->request, x->arena, &x->answer);
    return is_member(x) ? route_find_member(&x->request, x->arena, &x->answer) : NULL;
}

/* Of an officer, on the public port: looked at once for a connection. */
static void take_certificate(struct exchange *x)
{
    struct connection_peer *peer = connection_peer(x->watched);
    uint8_t *hex = arena_alloc(x->arena, 2 * sizeof peer->pin + 1);
    struct buffer b;

    if (!peer->looked) {
        void *session =
            MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;

        peer->certified = peer_tls_verified(session) && peer_tls_pin(session, peer->pin);
        peer->looked = true;
    }
    if (!peer->certified || !hex)
        return;
    buf_init_fixed(&b, hex, 2 * sizeof peer->pin);
    hex_put(&b, span_of(peer->pin, sizeof peer->pin));
    hex[2 * sizeof peer->pin] = 0;
    x->request.certificate = (const char *)hex;
}

/* Before a byte of the body is taken. False: answered. */
static bool is_let_in(struct exchange *x)
{
    const struct node_options *o = &x->node->o;

    if (!o->sign_in || !x->route || !x->route->operation || x->route->port != ROUTE_PUBLIC)
        return true;
    if (x->node->config.officers_ca)
        take_certificate(x);
    return sign_in_gate(o->sign_in, x->route, &x->request, o->now(o->ctx), x->arena, &x->answer);
}

static bool speaks(struct exchange *x)
{
    const struct node_options *o = &x->node->o;

    return !o->sign_in ||
           sign_in_speaks(o->sign_in, x->route, &x->request, o->now(o->ctx), x->arena, &x->answer);
}

static struct exchange *exchange_new(const struct port *port, struct MHD_Connection *c, const char *url,
                                     const char *method)
{
    struct node *n = port->node;
    struct exchange *x = calloc(1, sizeof *x);
    const char *length = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (!x)
        abort();
    atomic_fetch_add(&n->in_flight, 1);
    x->node = n;
    x->connection = c;
    x->watched = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    x->started_us = now_us();
    x->arena = connection_arena(x->watched);
    take_headers(x, url, method);
    x->members = port->which == ROUTE_MEMBERS;
    x->route = find_route(x, port->which);
    if (x->route && !x->route->always && maintenance_on(&n->maintenance))
        answer_refuse(&x->answer, 503, "maintenance",
                      "This node is being maintained: nothing was done, nothing was recorded.", x->arena);
    else if (!is_let_in(x))
        return x;
    else if (x->route && !x->answer.status && x->route->content_type && length &&
             strtoull(length, NULL, 10) > body_most(x->route))
        refuse_size(x);
    return x;
}

/* Refused for its headers, and the client waits for a word, would send more than is worth reading, or nobody
 * knows where the body ends. */
static bool answer_early(const struct exchange *x)
{
    const char *length = header(x->connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return x->answer.status && (x->request.ambiguous || (length && strtoull(length, NULL, 10) > DRAIN) ||
                                header(x->connection, MHD_HTTP_HEADER_EXPECT));
}

/* Counts memory of bodies up to cap. */
static bool body_may(struct exchange *x, size_t cap)
{
    size_t held = atomic_fetch_add(&x->node->bodies, cap - x->cap) + (cap - x->cap);

    if (held <= LIMIT_BODIES)
        return true;
    atomic_fetch_sub(&x->node->bodies, cap - x->cap);
    return false;
}

/* Memory grows with what was received, not with what was announced. */
static bool body_room(struct exchange *x, size_t more)
{
    size_t cap = x->cap ? x->cap : 4096;

    if (x->n + more <= x->cap)
        return true;
    while (cap < x->n + more)
        cap *= 2;
    if (!body_may(x, cap))
        return false;
    x->body = realloc(x->body, cap);
    if (!x->body)
        abort();
    x->cap = cap;
    return true;
}

static void body_drop(struct exchange *x)
{
    if (x->route && x->request.stream)
        x->route->stream->drop(x->request.stream);
    x->request.stream = NULL;
    free(x->body);
    atomic_fetch_sub(&x->node->bodies, x->cap);
    x->body = NULL;
    x->n = x->cap = 0;
}

static void refuse_busy(struct exchange *x)
{
    struct why w;

    why_clear(&w);
    (void)why_set(&w, "busy", WHY_NO_OFFSET, NULL, "The node is working on as much as it has memory for.");
    if (x->route->refuse)
        x->route->refuse(503, &w, x->arena, &x->answer);
    else
        answer_error(&x->answer, 503, &w, x->arena);
    body_drop(x);
}

/* To who works on it while it arrives. */
static void take_piece(struct exchange *x, struct span piece)
{
    struct why w;
    unsigned refused;

    if (!x->request.stream)
        x->request.stream = x->route->stream->begin(&x->node->view, &x->request, x->arena);
    if (!x->request.stream || !body_may(x, x->cap + piece.n)) {
        refuse_busy(x);
        return;
    }
    x->cap += piece.n;
    x->n += piece.n;
    why_clear(&w);
    refused = x->route->stream->take(x->request.stream, piece, &w);
    if (!refused)
        return;
    x->route->refuse(refused, &w, x->arena, &x->answer);
    body_drop(x);
}

/* False: the connection is not worth keeping. */
static bool take_body(struct exchange *x, const char *data, size_t n)
{
    x->received += n;
    if (x->received > DRAIN)
        return false;
    if (x->answer.status || !x->route->content_type)
        return true;
    if (x->n + n > body_most(x->route)) {
        refuse_size(x);
        body_drop(x);
    } else if (x->route->stream) {
        take_piece(x, span_of(data, n));
    } else if (!body_room(x, n)) {
        refuse_busy(x);
    } else {
        memcpy(x->body + x->n, data, n);
        x->n += n;
    }
    return true;
}

static void pack(const struct http_request *r, struct arena *a, struct http_answer *out)
{
    out->varies = true;
    if (out->status == 200 && out->body.n >= LIMIT_PACKED && !out->coding &&
        coding_pack(r->takes, CODING_QUICK, out->body, a, &out->body))
        out->coding = r->takes;
}

/* What packs answers before it returns (route.packs is of no route that begins). */
static void handle(struct exchange *x)
{
    x->route->handle(&x->view, &x->request, x->arena, &x->answer);
    paper_answer(x->route, &x->view, &x->request, x->arena, &x->answer);
    if (x->route->packs)
        pack(&x->request, x->arena, &x->answer);
}

static void work(struct job *job)
{
    struct exchange *x = (struct exchange *)job;

    handle(x);
    MHD_resume_connection(x->connection);
}

/* Members send no pictures: what they send waits for the store rather than for a processor. */
static enum job_size job_size_of(const struct exchange *x)
{
    if (x->route->waits)
        return JOB_SMALL;
    return x->n > (x->members ? LIMIT_BEGUN_BODY : LIMIT_SMALL_BODY) ? JOB_LARGE : JOB_SMALL;
}

/* The connection is suspended. */
static void to_worker(struct exchange *x)
{
    x->request.later = NULL;
    x->job.run = work;
    if (!workers_add(x->node->workers, job_size_of(x), &x->job)) {
        answer_refuse(&x->answer, 503, "busy", "The node is being stopped.", x->arena);
        MHD_resume_connection(x->connection);
    }
}

/* node_stop frees the node only when none is left: its counter is the last thing touched. */
static void later_ready(void *ctx)
{
    struct exchange *x = ctx;
    struct node *n = x->node;

    MHD_resume_connection(x->connection);
    atomic_fetch_sub(&n->begun, 1);
}

static void later_by_worker(void *ctx)
{
    struct exchange *x = ctx;
    struct node *n = x->node;

    to_worker(x);
    atomic_fetch_sub(&n->begun, 1);
}

/* Counted before the question, so that node_stop either sees it or is seen. */
static bool may_begin(struct exchange *x)
{
    if (x->route->thread != ROUTE_BEGINS || x->n > LIMIT_BEGUN_BODY)
        return false;
    atomic_fetch_add(&x->node->begun, 1);
    if (!atomic_load(&x->node->closing))
        return true;
    atomic_fetch_sub(&x->node->begun, 1);
    return false;
}

/* After the last byte of the body: a slow client gets no older beliefs than a quick one. */
static void take_beliefs(struct exchange *x)
{
    const struct node *n = x->node;

    x->view = n->view;
    if (!n->o.keeper)
        return;
    x->beliefs = keeper_take(n->o.keeper);
    x->check = *n->o.check;
    x->check.anchors = x->beliefs->anchors;
    x->check.anchors_as_of = x->beliefs->anchors_as_of;
    x->check.status_tokens = x->beliefs->status;
    x->check.law = regime_law(x->beliefs->laws->regime);
    x->view.check = &x->check;
    x->view.beliefs = x->beliefs;
}

static void begin_work(struct exchange *x)
{
    take_beliefs(x);
    connection_works(x->watched);
    if (x->route->thread == ROUTE_AT_ONCE) {
        handle(x);
        return;
    }
    MHD_suspend_connection(x->connection);
    if (may_begin(x)) {
        x->later = (struct http_later){ later_ready, later_by_worker, x };
        x->request.later = &x->later;
        handle(x);
    } else {
        to_worker(x);
    }
}

static void put(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        abort(); /* no memory: names and values are ours */
}

/* Of the console. Only a page that verifies by itself may compile WebAssembly, and no page may run text as a
 * script. */
#define POLICY(scripts)                                                                                      \
    "default-src 'none'; script-src 'self'" scripts "; style-src 'self'; img-src 'self' blob: data:; "       \
    "media-src blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "         \
    "form-action 'none'; frame-ancestors 'none'"

/* Other bytes of the same content: a tag that says no more than that (RFC 9110 8.8.1). */
static void put_tag(const struct http_answer *a, struct MHD_Response *r)
{
    char weak[128];

    (void)snprintf(weak, sizeof weak, "W/%s", a->etag);
    put(r, MHD_HTTP_HEADER_ETAG, a->varies ? weak : a->etag);
}

static void put_headers(const struct exchange *x, struct MHD_Response *r)
{
    const struct http_answer *a = &x->answer;

    put(r, "X-Content-Type-Options", "nosniff");
    put(r, "Referrer-Policy", "no-referrer");
    put(r, "Cross-Origin-Resource-Policy", "same-origin");
    put(r, "Cache-Control", a->cache ? a->cache : a->etag ? "no-cache" : "no-store");
    if (a->type && a->status != 304)
        put(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->type);
    if (a->etag)
        put_tag(a, r);
    if (a->varies)
        put(r, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
    if (a->coding && a->status != 304)
        put(r, MHD_HTTP_HEADER_CONTENT_ENCODING, coding_word(a->coding));
    if (a->etag && !x->members) {
        put(r, "Content-Security-Policy", a->runs_wasm ? POLICY(" 'wasm-unsafe-eval'") : POLICY(""));
        put(r, "Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
        put(r, "Cross-Origin-Opener-Policy", "same-origin");
    } else {
        put(r, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
    for (size_t i = 0; i < a->n_own; i++)
        put(r, a->own[i].name, a->own[i].value);
    if (a->allow)
        put(r, MHD_HTTP_HEADER_ALLOW, a->allow);
    if (a->retry)
        put(r, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    if (x->request.ambiguous || (x->members && x->request.member.n == 0) ||
        atomic_load_explicit(&x->node->stopping, memory_order_relaxed))
        put(r, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* The body is not copied: it lives in the arena until exchange_end, or in the node. */
static enum MHD_Result send_answer(struct exchange *x)
{
    union {
        const uint8_t *in;
        void *out;
    } body = { .in = x->answer.body.p };
    struct MHD_Response *r =
        MHD_create_response_from_buffer(x->answer.body.n, body.out, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result ok;

    if (!r)
        abort();
    put_headers(x, r);
    connection_waits(x->watched);
    x->sent = x->answer.body.n;
    ok = MHD_queue_response(x->connection, x->answer.status, r);
    MHD_destroy_response(r);
    return ok;
}

/* It may stay for hours: no deadline is kept, and what is believed is not held. */
static enum MHD_Result send_events(struct exchange *x)
{
    struct MHD_Response *r;
    enum MHD_Result ok;

    if (x->node->o.keeper)
        keeper_give(x->node->o.keeper, x->beliefs);
    x->beliefs = NULL;
    x->took_us = now_us() - x->started_us;
    x->events = event_stream_new(x->answer.events, x->connection);
    r = event_stream_response(x->events);
    if (!r)
        abort();
    put_headers(x, r);
    connection_works(x->watched);
    ok = MHD_queue_response(x->connection, x->answer.status, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result answer(struct exchange *x)
{
    if (x->route && x->answer.status / 100 == 2)
        events_tell(x->node->o.events, x->route->tells | x->answer.tells);
    return x->answer.events ? send_events(x) : send_answer(x);
}

enum MHD_Result exchange_step(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state)
{
    struct exchange *x = *state;
    bool going_on;

    (void)version;
    if (!x) {
        *state = x = exchange_new(cls, c, url, method);
        return answer_early(x) ? send_answer(x) : MHD_YES;
    }
    if (*n) {
        going_on = take_body(x, data, *n);
        *n = 0;
        return going_on ? MHD_YES : MHD_NO;
    }
    x->request.body = span_of(x->body, x->n);
    if (x->answer.status || !speaks(x))
        return answer(x);
    begin_work(x);
    return x->route->thread == ROUTE_AT_ONCE ? answer(x) : MHD_YES;
}

static uint64_t took_us(const struct exchange *x)
{
    return (uint64_t)(x->events ? x->took_us : now_us() - x->started_us);
}

/* A stream ends when its reader leaves. */
static bool cut_off(const struct exchange *x, enum MHD_RequestTerminationCode how)
{
    return how != MHD_REQUEST_TERMINATED_COMPLETED_OK && !x->events;
}

static void count(struct node *n, const struct exchange *x, enum MHD_RequestTerminationCode how)
{
    metrics_request(&n->metrics, route_place(x->route), x->answer.status, cut_off(x, how), took_us(x));
    if (x->answer.checked)
        metrics_outcome(&n->metrics, (enum metric_check)(x->answer.checked - 1), x->answer.outcome);
}

void exchange_end(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
    struct exchange *x = *state;
    struct node *n = ((struct port *)cls)->node;

    (void)c;
    if (!x)
        return;
    if (n->counts)
        count(n, x, how);
    if (n->o.log) {
        struct access_line line = {
            .operation = route_place_word(route_place(x->route)),
            .method = x->route ? x->request.method : "-",
            .route = x->route ? x->route->path : "-",
            .status = x->answer.status,
            .took_us = took_us(x),
            .received = x->received,
            .sent = x->sent,
            .reason = cut_off(x, how) ? "cut-off" : x->answer.reason,
            .id = x->answer.id,
        };

        n->o.log(n->o.ctx, &line);
    }
    if (n->o.keeper)
        keeper_give(n->o.keeper, x->beliefs);
    event_stream_free(x->events);
    connection_waits(x->watched);
    body_drop(x);
    free(x->answer.heap);
    arena_reset(x->arena);
    free(x);
    *state = NULL;
    atomic_fetch_sub(&n->in_flight, 1);
}
