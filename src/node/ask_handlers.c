/* Questions of any topic, for agencies' programs: put, answered, answered later. The body is what is asked or
 * said and nothing else; what is said of it stands in headers, as services behind a node see them. */
#include "base/text.h"
#include "node/ask_put.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "node/services.h"
#include "wire/json_write.h"

enum { STATE_BYTES = 4096 };

static struct span own(const struct http_request *r, const char *name)
{
    return span_str(http_own(r, name));
}

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 },  { "case-unknown", 404 }, { "no-question", 404 },
                  { "case-state", 409 }, { "topic-own", 400 },    { "no-key", 503 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && (strncmp(w->reason, "store", 5) == 0 || strncmp(w->reason, "token", 5) == 0) ? 503
                                                                                                     : 400;
}

static void add_header(struct http_answer *out, const char *name, struct span value, struct arena *a)
{
    if (!value.n || out->n_own == HTTP_OWN)
        return;
    out->own[out->n_own].name = name;
    out->own[out->n_own].value = arena_str(a, value);
    out->n_own += out->own[out->n_own].value != NULL;
}

/* Something may still come of it by itself. */
static bool pending(const struct ask_outcome *o)
{
    return o->state == ASK_OPEN || o->state == ASK_UNREACHABLE;
}

/* An answer is 200 with its bytes and nothing around them. No answer is never 200. */
static void put_outcome(const struct ask_outcome *o, struct arena *a, struct http_answer *out)
{
    bool answered = o->state == ASK_ANSWERED || (o->state == ASK_LATE && o->body.n);
    char time[TIME_TEXT];
    struct json_writer j;
    struct buffer b;

    buf_init(&b, STATE_BYTES);
    j = json_to(&b);
    if (answered) {
        *out = (struct http_answer){ .status = 200, .type = "application/octet-stream", .body = o->body };
    } else {
        ask_outcome_json(&j, o);
        answer_json(out, pending(o) ? 202 : 409, arena_copy(a, buf_span(&b)));
    }
    add_header(out, SERVICE_REFERENCE, o->reference, a);
    add_header(out, "Serai-Member", o->from, a);
    add_header(out, "Serai-State", span_str(ask_state_word(o->state)), a);
    add_header(out, SERVICE_REASON, o->reason, a);
    if (o->at)
        add_header(out, "Serai-Answered-At", span_str(time_format(o->at, time)), a);
    buf_free(&b);
}

static bool ready(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    if (!v->check->office || !v->check->desk)
        answer_refuse(out, 503, "not-ready", "This node has no store: it cannot record what it asks.", a);
    else if (r->own_lost)
        answer_refuse(out, 400, "request", "A header Serai-… stands there twice, or there are too many.", a);
    else
        return true;
    return false;
}

static bool seconds_of(struct span s, int64_t *out, struct why *w)
{
    int64_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || n > LIMIT_ASK_SECONDS)
            return why_set(w, "request", WHY_NO_OFFSET, NULL, "Serai-Within is no number of seconds");
        n = n * 10 + (s.p[i] - '0');
    }
    *out = n;
    return true;
}

void handle_ask(const struct node_view *v, const struct http_request *r, struct arena *a,
                struct http_answer *out)
{
    struct ask_put p = { .to = own(r, SERVICE_TO),
                         .topic = own(r, SERVICE_TOPIC),
                         .purpose = own(r, SERVICE_PURPOSE),
                         .article = own(r, SERVICE_ARTICLE),
                         .role = own(r, SERVICE_ROLE),
                         .reference = own(r, SERVICE_REFERENCE),
                         .subject = own(r, SERVICE_SUBJECT),
                         .body = r->body };
    struct ask_outcome got;
    struct why w;

    why_clear(&w);
    if (!ready(v, r, a, out))
        return;
    if (seconds_of(own(r, "Serai-Within"), &p.within, &w) &&
        ask_put(v->check->office, &p, v->o->now(v->o->ctx), a, &got, &w))
        put_outcome(&got, a, out);
    else
        answer_error(out, status_of(&w), &w, a);
}

void handle_ask_answer(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    struct ask_outcome got;
    struct why w;
    bool found = false;

    why_clear(&w);
    if (!ready(v, r, a, out))
        return;
    if (!ask_look(v->check->office, span_str(http_query(r, "member")), span_str(http_query(r, "reference")),
                  v->o->now(v->o->ctx), a, &found, &got, &w))
        answer_error(out, status_of(&w), &w, a);
    else if (!found)
        answer_refuse(out, 404, "no-question", "Nothing was asked under this reference.", a);
    else
        put_outcome(&got, a, out);
}

void handle_ask_reply(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    struct span reference = own(r, SERVICE_REFERENCE), asker = own(r, SERVICE_FROM);
    struct ask_reply reply;
    struct json_writer j;
    struct buffer b;
    struct why w;
    bool repeated = false;

    why_clear(&w);
    if (!ready(v, r, a, out))
        return;
    if (!ask_reply_read(own(r, SERVICE_SAID), own(r, SERVICE_REASON), a, &reply, &w)) {
        answer_error(out, status_of(&w), &w, a);
        return;
    }
    reply.body = reply.said == ASK_SAID_ANSWERED ? r->body : (struct span){ NULL, 0 };
    if (!ask_reply_later(v->check->desk, asker, reference, &reply, v->o->now(v->o->ctx), a, &repeated, &w)) {
        answer_error(out, status_of(&w), &w, a);
        return;
    }
    federation_poke(v->o->federation, "ask");
    buf_init(&b, STATE_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "reference", reference);
    jw_text(&j, "member", asker);
    jw_bool(&j, "repeated", repeated);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
}
