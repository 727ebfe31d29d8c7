/* The running server, over its own socket, held to web/openapi.json. What a check does is the stub's. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "client.h"
#include "described.h"
#include "node/routes.h"
#include "schema.h"
#include "stub.h"
#include "vectors.h"

static struct arena arena;
static struct node_config config;
static struct check_context context;
static struct node_options options;
static struct node *node;
static json_t *api;
static uint16_t port;
static _Atomic unsigned logged;
static struct access_line last_line;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static unix_time noon(void *ctx)
{
    unix_time t = 0;

    (void)ctx;
    assert_true(time_parse(span_str("2026-01-31T12:00:00Z"), &t));
    return t;
}

static void take_line(void *ctx, const struct access_line *line)
{
    (void)ctx;
    (void)pthread_mutex_lock(&log_lock);
    last_line = *line;
    (void)pthread_mutex_unlock(&log_lock);
    logged++;
}

static int start(void **state)
{
    static const char text[] =
        "member = IR\nname = ir.specimen\nlisten = 127.0.0.1:0\nagreement = a\nstore = s\n"
        "purposes = pilgrimage work\nposts = bazargan\nthreads = 2\n";
    static const struct signer key = { .pub = { 1 } };
    struct config_fault fault;
    struct why w;

    (void)state;
    arena_init(&arena, 1 << 20);
    api = load_json(source_path("web/openapi.json"));
    why_clear(&w);
    assert_true(config_parse(SPAN(text), "/nowhere", &arena, &config, &fault));
    context = (struct check_context){ .member = "IR",
                                      .node_name = "ir.specimen",
                                      .agreement = stub_agreement,
                                      .anchors = stub_anchors,
                                      .anchors_as_of = noon(NULL),
                                      .store = (struct store *)&context,
                                      .signer = &key,
                                      .office = (const struct ask_office *)&context };
    options = (struct node_options){ .config = &config,
                                     .check = &context,
                                     .agreement_text =
                                         SPAN("agreement\n\narticle 5 \"Stays\"\n  text\narticle 6\n"),
                                     .data = source_path("."),
                                     .now = noon,
                                     .log = take_line };
    if (!node_start(&options, &node, &w))
        fail_msg("%s", w.detail);
    port = node_port(node);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    node_stop(node);
    node = NULL;
    json_decref(api);
    arena_free(&arena);
    return 0;
}

#define JSON     "Content-Type: application/json\r\n"
#define BYTES    "Content-Type: application/octet-stream\r\n"
#define QUESTION "/v1/licence/question"
#define OFFENCES "/v1/offences"
#define ANSWER   OFFENCES "/answer"
#define NOTE                                                                                                 \
    "\"act\":\"speeding\",\"licence\":{\"issuer\":\"KZ\",\"number\":\"SPECIMEN-1\"},\"place\":\"Road 44\","  \
    "\"at\":\"2026-01-30T10:00:00Z\""
#define OFFICE ",\"authority\":\"SPECIMEN police\",\"redress\":\"SPECIMEN court\""
#define GOOD   "{\"id\":\"a-1\",\"evidence\":[]}"

static const struct {
    const char *what, *method, *target, *path, *headers, *body;
    int status;
    const char *reason;
} cases[] = {
    { "health", "GET", "/v1/health", "/v1/health", "", "", 200, NULL },
    { "ready", "GET", "/v1/ready", "/v1/ready", "", "", 200, NULL },
    { "node", "GET", "/v1/node", "/v1/node", "", "", 200, NULL },
    { "agreement", "GET", "/v1/agreement?language=fa", "/v1/agreement", "", "", 200, NULL },
    { "agreement without language", "GET", "/v1/agreement", "/v1/agreement", "", "", 200, NULL },
    { "agreement text", "GET", "/v1/agreement/text", "/v1/agreement/text", "", "", 200, NULL },
    { "who is bound", "GET", "/v1/agreement/bound?on=2027-01-31&member=IR&article=5", "/v1/agreement/bound",
      "", "", 200, NULL },
    { "who is bound today", "GET", "/v1/agreement/bound", "/v1/agreement/bound", "", "", 200, NULL },
    { "who is bound on no day", "GET", "/v1/agreement/bound?on=soon", "/v1/agreement/bound", "", "", 400,
      "request" },
    { "whether a stranger is bound", "GET", "/v1/agreement/bound?member=XX", "/v1/agreement/bound", "", "",
      404, "not-found" },
    { "members, of a node alone", "GET", "/v1/federation", "/v1/federation", "", "", 200, NULL },
    { "operator", "GET", "/v1/operator", "/v1/operator", "", "", 200, NULL },
    { "what if: nothing is changed", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON, "{}",
      400, "request" },
    { "what if: both ways at once", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON,
      "{\"text\":\"agreement\",\"changes\":[\"article 5: treatment 60 days\"]}", 400, "request" },
    { "what if: a member that is not known", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON,
      "{\"file\":\"/etc/passwd\"}", 400, "request" },
    { "what if: too many travellers", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON,
      "{\"changes\":[\"article 5: treatment 60 days\"],\"travellers\":200001}", 400, "request" },
    { "what if: none", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON,
      "{\"changes\":[\"article 5: treatment 60 days\"],\"travellers\":0}", 400, "request" },
    { "what if: no such article", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON,
      "{\"changes\":[\"article 99: treatment 60 days\"]}", 422, "change" },
    { "what if: no agreement", "POST", "/v1/agreement/what-if", "/v1/agreement/what-if", JSON,
      "{\"text\":\"hello\"}", 422, "agreement" },
    { "words", "GET", "/v1/words", "/v1/words", "", "", 200, NULL },
    { "acts, of a node that keeps none", "GET", "/v1/trust/acts", "/v1/trust/acts", "", "", 503,
      "not-ready" },
    { "cases", "GET", "/v1/cases?side=ours&kind=licence%20status&most=5", "/v1/cases", "", "", 200, NULL },
    { "cases of an unknown side", "GET", "/v1/cases?side=both", "/v1/cases", "", "", 400, "query" },
    { "cases before what is no number", "GET", "/v1/cases?before=-1", "/v1/cases", "", "", 400, "query" },
    { "more cases than a page has", "GET", "/v1/cases?most=501", "/v1/cases", "", "", 400, "query" },
    { "question", "POST", QUESTION, QUESTION, JSON,
      "{\"to\":\"KZ\",\"number\":\"SPECIMEN-1\",\"purpose\":\"road-check\",\"seconds\":5}", 200, NULL },
    { "question without a purpose", "POST", QUESTION, QUESTION, JSON, "{\"to\":\"KZ\",\"number\":\"1\"}", 200,
      NULL },
    { "earlier question", "POST", QUESTION, QUESTION, JSON, "{\"to\":\"KZ\",\"reference\":\"IR-1\"}", 200,
      NULL },
    { "question that was not put", "POST", QUESTION, QUESTION, JSON, "{\"to\":\"KZ\",\"reference\":\"IR-2\"}",
      404, "no-question" },
    { "question to nobody", "POST", QUESTION, QUESTION, JSON, "{\"number\":\"1\"}", 400, "request" },
    { "question about nothing", "POST", QUESTION, QUESTION, JSON, "{\"to\":\"KZ\"}", 400, "request" },
    { "question about two things", "POST", QUESTION, QUESTION, JSON,
      "{\"to\":\"KZ\",\"number\":\"1\",\"reference\":\"IR-1\"}", 400, "request" },
    { "question with a short digest", "POST", QUESTION, QUESTION, JSON, "{\"to\":\"KZ\",\"digest\":\"00\"}",
      400, "request" },
    { "question with an unknown member", "POST", QUESTION, QUESTION, JSON,
      "{\"to\":\"KZ\",\"number\":\"1\",\"why\":\"-\"}", 400, "request" },
    { "question with no day as birth", "POST", QUESTION, QUESTION, JSON,
      "{\"to\":\"KZ\",\"number\":\"1\",\"birth\":\"1990-02-30\"}", 400, "request" },
    { "metrics", "GET", "/metrics", "/metrics", "", "", 200, NULL },
    { "metrics with a query", "GET", "/metrics?x=SPECIMEN", "/metrics", "", "", 200, NULL },
    { "offence", "POST", OFFENCES, OFFENCES, JSON, "{\"id\":\"one\"," NOTE OFFICE "}", 200, NULL },
    { "offence, recorded before", "POST", OFFENCES, OFFENCES, JSON, "{\"id\":\"fine-1\"," NOTE OFFICE "}",
      200, NULL },
    { "offence, another one of this id", "POST", OFFENCES, OFFENCES, JSON,
      "{\"id\":\"conflict\"," NOTE OFFICE "}", 409, "request-conflict" },
    { "offence, refused", "POST", OFFENCES, OFFENCES, JSON, "{\"id\":\"refused\"," NOTE OFFICE "}", 400,
      "not-a-party" },
    { "offence, nobody says how to contest", "POST", OFFENCES, OFFENCES, JSON, "{\"id\":\"one\"," NOTE "}",
      501, "not-configured" },
    { "offence, no JSON", "POST", OFFENCES, OFFENCES, JSON, "{", 400, "json" },
    { "offence without an act", "POST", OFFENCES, OFFENCES, JSON, "{\"id\":\"one\"}", 400, "request" },
    { "offence, form instead of JSON", "POST", OFFENCES, OFFENCES,
      "Content-Type: application/x-www-form-urlencoded\r\n", "{}", 415, "media-type" },
    { "offence of a foreign page", "POST", OFFENCES, OFFENCES, JSON "Origin: http://example.org\r\n", "{}",
      403, "origin" },
    { "offences", "GET", OFFENCES "?side=ours&state=paid&member=KZ&most=5", OFFENCES, "", "", 200, NULL },
    { "offences of an unknown side", "GET", OFFENCES "?side=both", OFFENCES, "", "", 400, "query" },
    { "more offences than a page has", "GET", OFFENCES "?most=101", OFFENCES, "", "", 400, "query" },
    { "offences deleted", "DELETE", OFFENCES, OFFENCES, "", "", 405, "method" },
    { "step", "POST", ANSWER, ANSWER, JSON, "{\"reference\":\"fine-1\",\"step\":\"paid\"}", 200, NULL },
    { "step about nothing", "POST", ANSWER, ANSWER, JSON, "{\"reference\":\"other\",\"step\":\"paid\"}", 404,
      "no-notice" },
    { "step that is none", "POST", ANSWER, ANSWER, JSON, "{\"reference\":\"fine-1\",\"step\":\"judged\"}",
      400, "request" },
    { "step that is not this side's", "POST", ANSWER, ANSWER, JSON,
      "{\"reference\":\"fine-1\",\"step\":\"closed\"}", 409, "not-yours" },
    { "question without a desk", "POST", "/v1/ask", "/v1/ask", BYTES, "x", 503, "not-ready" },
    { "question as a form", "POST", "/v1/ask", "/v1/ask",
      "Content-Type: application/x-www-form-urlencoded\r\n", "x", 415, "media-type" },
    { "answer without a desk", "GET", "/v1/ask?reference=x", "/v1/ask", "", "", 503, "not-ready" },
    { "reply without a desk", "POST", "/v1/ask/reply", "/v1/ask/reply", BYTES, "x", 503, "not-ready" },
    { "reply deleted", "DELETE", "/v1/ask/reply", "/v1/ask/reply", "", "", 405, "method" },
    { "interface", "GET", "/openapi.json", "/openapi.json", "", "", 200, NULL },
    { "check", "POST", "/v1/check", "/v1/check", JSON, GOOD, 200, NULL },
    { "charset is allowed", "POST", "/v1/check", "/v1/check",
      "Content-Type: application/json; charset=utf-8\r\n", GOOD, 200, NULL },
    { "inspect", "POST", "/v1/inspect?name=x&profile=strict&at=2026-01-01", "/v1/inspect", BYTES, "x", 200,
      NULL },
    { "check of no JSON", "POST", "/v1/check", "/v1/check", JSON, "{", 400, "json" },
    { "check of an empty body", "POST", "/v1/check", "/v1/check", JSON, "", 400, "json" },
    { "check without evidence", "POST", "/v1/check", "/v1/check", JSON, "{}", 400, "request" },
    { "same id, other request", "POST", "/v1/check", "/v1/check", JSON,
      "{\"id\":\"conflict\",\"evidence\":[]}", 409, "request-conflict" },
    { "licence", "POST", "/v1/licence", "/v1/licence", JSON, "{\"id\":\"one\"}", 200, NULL },
    { "licence, no JSON", "POST", "/v1/licence", "/v1/licence", JSON, "{", 400, "json" },
    { "licence, same id, other request", "POST", "/v1/licence", "/v1/licence", JSON, "{\"id\":\"conflict\"}",
      409, "request-conflict" },
    { "licence, form instead of JSON", "POST", "/v1/licence", "/v1/licence",
      "Content-Type: application/x-www-form-urlencoded\r\n", "{}", 415, "media-type" },
    { "licence pack", "GET", "/v1/licence/pack", "/v1/licence/pack", "", "", 200, NULL },
    { "full disk", "POST", "/v1/check", "/v1/check", JSON, "{\"id\":\"full\",\"evidence\":[]}", 503,
      "store-full" },
    { "reading where no reader stands", "POST", "/v1/read", "/v1/read", JSON, "{\"can\":\"123456\"}", 404,
      "no-reader" },
    { "inspect of nothing", "POST", "/v1/inspect", "/v1/inspect", BYTES, "", 400, "request" },
    { "wrong time", "POST", "/v1/inspect?at=noon", "/v1/inspect", BYTES, "x", 400, "query" },
    { "wrong profile", "POST", "/v1/inspect?profile=lax", "/v1/inspect", BYTES, "x", 400, "query" },
    { "form instead of JSON", "POST", "/v1/check", "/v1/check",
      "Content-Type: application/x-www-form-urlencoded\r\n", GOOD, 415, "media-type" },
    { "longer type of the same beginning", "POST", "/v1/check", "/v1/check",
      "Content-Type: application/jsonp\r\n", GOOD, 415, "media-type" },
    { "no type", "POST", "/v1/check", "/v1/check", "", GOOD, 415, "media-type" },
    { "type of the other operation", "POST", "/v1/inspect", "/v1/inspect", JSON, "x", 415, "media-type" },
    { "GET of check", "GET", "/v1/check", "/v1/check", "", "", 405, "method" },
    { "DELETE of health", "DELETE", "/v1/health", "/v1/health", "", "", 405, "method" },
    { "OPTIONS", "OPTIONS", "/v1/check", "/v1/check", "", "", 405, "method" },
    { "unknown path", "GET", "/v1/nothing", "", "", "", 404, "not-found" },
    { "path below an operation", "GET", "/v1/node/", "", "", "", 404, "not-found" },
    { "path out of the folder", "GET", "/../src/node/node.c", "", "", "", 404, "not-found" },
    { "encoded path out of the folder", "GET", "/%2e%2e/src/node/node.c", "", "", "", 404, "not-found" },
    { "file of the folder that is not served", "GET", "/lane.html~", "", "", "", 404, "not-found" },
    { "foreign host", "GET", "/v1/node", "/v1/node", "Host: example.org\r\n", "", 421, "host" },
    { "foreign host with our port", "GET", "/v1/node", "/v1/node", "Host: example.org:7311\r\n", "", 421,
      "host" },
    { "host that begins like ours", "GET", "/v1/node", "/v1/node", "Host: 127.0.0.1:1.example.org\r\n", "",
      421, "host" },
    { "foreign origin", "POST", "/v1/check", "/v1/check", JSON "Origin: http://example.org\r\n", GOOD, 403,
      "origin" },
    { "origin null", "POST", "/v1/check", "/v1/check", JSON "Origin: null\r\n", GOOD, 403, "origin" },
    { "cross-site request", "POST", "/v1/inspect", "/v1/inspect", BYTES "Sec-Fetch-Site: cross-site\r\n", "x",
      403, "origin" },
    { "too many parameters", "GET", "/v1/node?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q", "/v1/node", "", "", 400,
      "query" },
};

static void answers_are_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *what = cases[i].what;
        char reason[80];
        struct reply r;

        client_do(port, cases[i].method, cases[i].target, cases[i].headers, cases[i].body,
                  strlen(cases[i].body), &r);
        if (r.status != cases[i].status)
            fail_msg("%s: status %d, not %d: %s", what, r.status, cases[i].status, r.body ? r.body : "");
        assert_described(api, cases[i].method, cases[i].path, &r, what);
        (void)snprintf(reason, sizeof reason, "\"reason\":\"%s\"", cases[i].reason ? cases[i].reason : "");
        if (cases[i].reason && !strstr(r.body, reason))
            fail_msg("%s: reason is not %s: %s", what, cases[i].reason, r.body);
        if (cases[i].status == 405 && !reply_header(&r, "Allow"))
            fail_msg("%s: no Allow", what);
        if (cases[i].status == 503 && !reply_header(&r, "Retry-After"))
            fail_msg("%s: no Retry-After", what);
        assert_string_equal(reply_header(&r, "X-Content-Type-Options"), "nosniff");
        assert_non_null(strstr(reply_header(&r, "Content-Security-Policy"), "default-src 'none'"));
        reply_free(&r);
    }
}

static void every_operation_is_described_and_every_description_served(void **state)
{
    size_t described = 0;
    const char *path, *method;
    json_t *item, *operation;

    (void)state;
    for (size_t i = 0; i < route_count(); i++) {
        const struct route *r = route_at(i);
        const json_t *o =
            schema_at(api, api, "paths", r->path, strcmp(r->method, "GET") == 0 ? "get" : "post", NULL);

        if (!o)
            fail_msg("%s %s is not described", r->method, r->path);
        assert_string_equal(json_string_value(json_object_get(o, "operationId")), r->operation);
        if (r->content_type && !schema_at(api, o, "requestBody", "content", r->content_type, NULL))
            fail_msg("%s takes %s, which is not described", r->path, r->content_type);
        if (!r->content_type)
            assert_null(json_object_get(o, "requestBody"));
    }
    json_object_foreach(json_object_get(api, "paths"), path, item)
        json_object_foreach(item, method, operation) described++;
    assert_int_equal(described, route_count());
}

static void examples_fit_their_schema(void **state)
{
    const json_t *content =
        schema_at(api, api, "paths", "/v1/check", "post", "requestBody", "content", "application/json", NULL);
    const char *name;
    json_t *example;
    char why[256];

    (void)state;
    json_object_foreach(json_object_get(content, "examples"), name,
                        example) if (!schema_holds(api, json_object_get(content, "schema"),
                                                   json_object_get(example, "value"), why, sizeof why))
        fail_msg("%s: %s", name, why);
}

static void languages_with_a_catalogue_are_offered(void **state)
{
    struct node_config c = config;
    struct node_options o = options;
    struct node *n;
    struct reply r;
    struct why w;

    (void)state;
    o.config = &c;
    c.languages = (struct config_list){ 3, { "eo", "ru", "../en" } };
    why_clear(&w);
    assert_true(node_start(&o, &n, &w));
    client_do(node_port(n), "GET", "/v1/words", "", "", 0, &r);
    assert_non_null(strstr(r.body, "\"languages\":[\"ru\",\"en\","));
    assert_null(strstr(r.body, "eo\""));
    assert_null(strstr(r.body, "../en"));
    assert_null(strstr(strstr(r.body, "\"ru\"") + 1, "\"ru\""));
    reply_free(&r);
    node_stop(n);
}

static void head_has_no_body(void **state)
{
    struct reply r;

    (void)state;
    client_do(port, "HEAD", "/v1/health", "", "", 0, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(&r, "Content-Length"), "15");
    reply_free(&r);
}

static void files_are_served_with_their_tag(void **state)
{
    char header[96], etag[32];
    struct reply r;

    (void)state;
    client_do(port, "GET", "/", "", "", 0, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(&r, "Content-Type"), "text/html; charset=utf-8");
    assert_non_null(strstr(reply_header(&r, "Content-Security-Policy"), "script-src 'self'"));
    assert_non_null(strstr(reply_header(&r, "Permissions-Policy"), "camera=(self)"));
    (void)snprintf(etag, sizeof etag, "%s", reply_header(&r, "ETag"));
    reply_free(&r);
    (void)snprintf(header, sizeof header, "If-None-Match: %s\r\n", etag);
    client_do(port, "GET", "/", header, "", 0, &r);
    assert_int_equal(r.status, 304);
    reply_free(&r);
    client_do(port, "GET", "/", "If-None-Match: \"0\"\r\n", "", 0, &r);
    assert_int_equal(r.status, 200);
    reply_free(&r);
}

static void a_body_too_large_is_refused_and_says_so(void **state)
{
    size_t n = LIMIT_EVIDENCE + 1;
    char *body = calloc(1, n), early[256];
    struct reply r;
    int fd;

    (void)state;
    assert_non_null(body);
    client_do(port, "POST", "/v1/inspect", BYTES, body, n, &r);
    assert_int_equal(r.status, 413);
    assert_described(api, "POST", "/v1/inspect", &r, "too large");
    reply_free(&r);
    client_do(port, "POST", "/v1/inspect", BYTES, body, n - 1, &r);
    assert_int_equal(r.status, 200);
    reply_free(&r);
    free(body);
    fd = client_connect(port);
    (void)snprintf(early, sizeof early,
                   "POST /v1/inspect HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n" BYTES
                   "Content-Length: 99999999999\r\n\r\n",
                   (unsigned)port);
    client_raw(fd, early, strlen(early), 0, &r);
    assert_int_equal(r.status, 413);
    assert_true(r.closed);
    reply_free(&r);
    (void)close(fd);
}

static void chunks_are_counted_too(void **state)
{
    enum { PIECE = 1 << 20 };
    char *text = malloc(18 * (PIECE + 16) + 256), *p = text;
    struct reply r;
    int fd = client_connect(port);

    (void)state;
    assert_non_null(text);
    p += sprintf(
        p, "POST /v1/inspect HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n" BYTES "Transfer-Encoding: chunked\r\n\r\n",
        (unsigned)port);
    for (int i = 0; i < 17; i++) {
        p += sprintf(p, "%x\r\n", PIECE);
        memset(p, 'x', PIECE);
        p += PIECE;
        p += sprintf(p, "\r\n");
    }
    p += sprintf(p, "0\r\n\r\n");
    client_raw(fd, text, (size_t)(p - text), 0, &r);
    assert_int_equal(r.status, 413);
    reply_free(&r);
    (void)close(fd);
    free(text);
}

static void one_connection_serves_many_requests(void **state)
{
    char text[512];
    int fd = client_connect(port);
    struct reply r;

    (void)state;
    (void)snprintf(text, sizeof text,
                   "POST /v1/check HTTP/1.1\r\nHost: localhost:%u\r\n" JSON
                   "Content-Length: %zu\r\n\r\n" GOOD,
                   (unsigned)port, strlen(GOOD));
    for (int i = 0; i < 100; i++) {
        client_raw(fd, text, strlen(text), 0, &r);
        assert_int_equal(r.status, 200);
        assert_false(r.closed);
        reply_free(&r);
    }
    (void)close(fd);
}

static void the_log_names_no_person(void **state)
{
    struct reply r;
    unsigned before = logged;

    (void)state;
    client_do(port, "GET", "/v1/nothing/ERIKSSON?name=ERIKSSON", "", "", 0, &r);
    reply_free(&r);
    while (logged == before)
        (void)usleep(1000);
    (void)pthread_mutex_lock(&log_lock);
    assert_string_equal(last_line.route, "-");
    assert_string_equal(last_line.method, "-");
    assert_string_equal(last_line.reason, "not-found");
    assert_int_equal(last_line.status, 404);
    (void)pthread_mutex_unlock(&log_lock);
}

static void a_second_node_on_the_port_is_refused(void **state)
{
    struct node_config second = config;
    struct node_options o = options;
    struct node *n = NULL;
    char text[16];
    struct why w;

    (void)state;
    second.port = port;
    o.config = &second;
    why_clear(&w);
    assert_false(node_start(&o, &n, &w));
    assert_string_equal(w.reason, "address-in-use");
    (void)snprintf(text, sizeof text, "port %u", (unsigned)port);
    assert_non_null(strstr(w.detail, text));
    assert_null(n);
}

static void what_cannot_start_says_why(void **state)
{
    struct node_config c = config;
    struct node_options o = options;
    struct node *n = NULL;
    struct why w;

    (void)state;
    o.config = &c;
    c.host = "0.0.0.0";
    why_clear(&w);
    assert_false(node_start(&o, &n, &w));
    assert_string_equal(w.reason, "address-public");
    assert_non_null(strstr(w.detail, "set tls-certificate"));
    c.host = "192.0.2.1";
    c.tls_certificate = c.tls_key = "/nowhere/tls.pem";
    why_clear(&w);
    assert_false(node_start(&o, &n, &w));
    assert_string_equal(w.reason, "address");
    c.host = "127.0.0.1";
    why_clear(&w);
    assert_false(node_start(&o, &n, &w));
    assert_string_equal(w.reason, "tls");
    c.tls_certificate = c.tls_key = NULL;
    o.data = "/nowhere";
    why_clear(&w);
    assert_false(node_start(&o, &n, &w));
    assert_string_equal(w.reason, "console");
    assert_null(n);
}

static void a_node_without_agreement_says_so(void **state)
{
    struct check_context bare = context;
    struct node_options o = options;
    struct node *n;
    struct reply r;
    struct why w;

    (void)state;
    bare.agreement = NULL;
    bare.anchors = NULL;
    o.check = &bare;
    why_clear(&w);
    assert_true(node_start(&o, &n, &w));
    for (size_t i = 0; i < route_count(); i++) {
        const struct route *route = route_at(i);

        client_do(node_port(n), route->method, route->path, route->content_type ? JSON : "", GOOD,
                  route->content_type ? strlen(GOOD) : 0, &r);
        assert_described(api, route->method, route->path, &r, route->path);
        if (strcmp(route->path, "/v1/check") == 0 || strcmp(route->path, "/v1/ready") == 0)
            assert_int_equal(r.status, 503);
        reply_free(&r);
    }
    node_stop(n);
}

/* Whatever a caller sends is in no label: paths, queries, headers, bodies. */
static void metrics_hold_nothing_of_a_request(void **state)
{
    static const char body[] = "{\"id\":\"SPECIMENID\",\"evidence\":[]}";
    static const struct {
        const char *method, *target, *headers;
    } attack[] = {
        { "GET", "/SPECIMEN\"}", "" },
        { "SPECIMEN", "/v1/check", "" },
        { "GET", "/v1/agreement?language=SPECIMEN", "" },
        { "GET", "/v1/node", "Host: SPECIMEN\r\n" },
        { "POST", "/v1/check", JSON "User-Agent: SPECIMEN\r\n" },
        { "POST", "/v1/check?SPECIMEN=SPECIMEN", JSON },
        { "POST", "/v1/check", "Content-Type: text/SPECIMEN\r\n" },
    };
    struct reply r;

    (void)state;
    for (size_t i = 0; i < sizeof attack / sizeof *attack; i++) {
        client_do(port, attack[i].method, attack[i].target, attack[i].headers, body, strlen(body), &r);
        reply_free(&r);
    }
    client_do(port, "GET", "/metrics", "", "", 0, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(&r, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_null(strstr(r.body, "SPECIMEN"));
    assert_non_null(strstr(r.body, "serai_requests_total{operation=\"none\""));
    assert_non_null(strstr(r.body, "serai_cases{state=\"overdue\"} 1\n"));
    assert_non_null(strstr(r.body, "serai_store_commits_total 5\n"));
    reply_free(&r);
}

static void metrics_are_for_those_named(void **state)
{
    static const struct {
        const char *who;
        int status;
    } cases_of[] = { { "off", 403 },           { "127.0.0.1", 200 },          { "192.0.2.1", 403 },
                     { "192.0.2.1 ::1", 403 }, { "192.0.2.1 loopback", 200 }, { NULL, 200 } };
    struct node_config other = config;
    struct node_options o = options;

    (void)state;
    o.config = &other;
    for (size_t i = 0; i < sizeof cases_of / sizeof *cases_of; i++) {
        struct span rest = span_str(cases_of[i].who ? cases_of[i].who : ""), item;
        struct node *n;
        struct reply r;
        struct why w;

        other.metrics.n = 0;
        while (rest.n && text_split(&rest, ' ', &item))
            other.metrics.item[other.metrics.n++] = arena_str(&arena, item);
        why_clear(&w);
        assert_true(node_start(&o, &n, &w));
        client_do(node_port(n), "GET", "/metrics", "", "", 0, &r);
        if (r.status != cases_of[i].status)
            fail_msg("%s: %d", cases_of[i].who ? cases_of[i].who : "not set", r.status);
        assert_described(api, "GET", "/metrics", &r, "metrics");
        reply_free(&r);
        /* The operator's overview likewise; where metrics are off it is for this machine. */
        client_do(node_port(n), "GET", "/v1/operator", "", "", 0, &r);
        if (r.status != (i == 0 ? 200 : cases_of[i].status))
            fail_msg("operator, %s: %d", cases_of[i].who ? cases_of[i].who : "not set", r.status);
        assert_described(api, "GET", "/v1/operator", &r, "operator");
        reply_free(&r);
        node_stop(n);
    }
}

static int status_of(uint16_t at, const char *method, const char *path, const char *body)
{
    struct reply r;
    int status;

    client_do(at, method, path, *body ? JSON : "", body, strlen(body), &r);
    assert_described(api, method, path, &r, "maintenance");
    if (r.status == 503 && strcmp(path, "/v1/ready") != 0)
        assert_non_null(strstr(r.body, "\"reason\":\"maintenance\""));
    status = r.status;
    reply_free(&r);
    return status;
}

/* Seen within a second, both ways. */
static void maintenance_stops_all_but_looking(void **state)
{
    char path[] = "/tmp/serai-maintenance-XXXXXX";
    int fd = mkstemp(path);
    struct node_options o = options;
    struct node *n;
    uint16_t at;
    struct why w;

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    o.maintenance = path;
    why_clear(&w);
    assert_true(node_start(&o, &n, &w));
    at = node_port(n);
    assert_int_equal(status_of(at, "POST", "/v1/check", GOOD), 503);
    assert_int_equal(status_of(at, "GET", "/v1/node", ""), 503);
    assert_int_equal(status_of(at, "GET", "/v1/words", ""), 503);
    assert_int_equal(status_of(at, "GET", "/v1/health", ""), 200);
    assert_int_equal(status_of(at, "GET", "/v1/ready", ""), 503);
    assert_int_equal(status_of(at, "GET", "/metrics", ""), 200);
    assert_int_equal(status_of(at, "GET", "/openapi.json", ""), 200);
    assert_int_equal(unlink(path), 0);
    (void)usleep(900 * 1000);
    assert_int_equal(status_of(at, "POST", "/v1/check", GOOD), 200);
    assert_int_equal(status_of(at, "GET", "/v1/ready", ""), 200);
    node_stop(n);
}

static void *slow_request(void *arg)
{
    static const char body[] = "{\"id\":\"slow\",\"evidence\":[]}";
    struct reply r;

    client_do(*(uint16_t *)arg, "POST", "/v1/check", JSON, body, strlen(body), &r);
    *(uint16_t *)arg = (uint16_t)r.status;
    reply_free(&r);
    return NULL;
}

static void stopping_finishes_requests(void **state)
{
    enum { MANY = 40 };
    pthread_t thread[MANY];
    uint16_t status[MANY];
    struct node *n;
    struct why w;

    (void)state;
    why_clear(&w);
    assert_true(node_start(&options, &n, &w));
    for (int i = 0; i < MANY; i++) {
        status[i] = node_port(n);
        assert_int_equal(pthread_create(&thread[i], NULL, slow_request, &status[i]), 0);
    }
    (void)usleep(150 * 1000);
    node_stop(n);
    for (int i = 0; i < MANY; i++) {
        (void)pthread_join(thread[i], NULL);
        assert_int_equal(status[i], 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_described),
        cmocka_unit_test(every_operation_is_described_and_every_description_served),
        cmocka_unit_test(examples_fit_their_schema),
        cmocka_unit_test(languages_with_a_catalogue_are_offered),
        cmocka_unit_test(head_has_no_body),
        cmocka_unit_test(files_are_served_with_their_tag),
        cmocka_unit_test(a_body_too_large_is_refused_and_says_so),
        cmocka_unit_test(chunks_are_counted_too),
        cmocka_unit_test(one_connection_serves_many_requests),
        cmocka_unit_test(the_log_names_no_person),
        cmocka_unit_test(a_second_node_on_the_port_is_refused),
        cmocka_unit_test(what_cannot_start_says_why),
        cmocka_unit_test(a_node_without_agreement_says_so),
        cmocka_unit_test(metrics_hold_nothing_of_a_request),
        cmocka_unit_test(metrics_are_for_those_named),
        cmocka_unit_test(maintenance_stops_all_but_looking),
        cmocka_unit_test(stopping_finishes_requests),
    };

    return cmocka_run_group_tests_name("node server", tests, start, stop);
}
