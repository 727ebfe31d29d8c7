#include "node/http.h"

#include <strings.h>

#include "base/text.h"
#include "wire/json_write.h"

/* What to do about it, by reason; a prefix ending in '-' stands for all that begin so. */
static const struct {
    const char *reason, *hint;
} hints[] = {
    { "not-found", "GET /openapi.json lists every operation." },
    { "method", "Use one of the methods in the Allow header." },
    { "host",
      "Open the console under the address the node listens on, or name this host in node.conf under hosts." },
    { "origin", "Only pages served by this node may send requests from a browser." },
    { "framing", "Send one Host, and either one Content-Length or Transfer-Encoding." },
    { "media-type", "Send the Content-Type that GET /openapi.json gives for this operation." },
    { "too-large", "Send less: crop or scale the picture down, or send fewer pieces of evidence." },
    { "query", "GET /openapi.json gives the parameters of this operation." },
    { "json", "Send one JSON object; GET /openapi.json gives the schema of this operation." },
    { "request-conflict",
      "Use a new id for a new request; repeat an id only with exactly the same request." },
    { "request",
      "Correct the named part and send it again; GET /openapi.json gives the schema of this operation." },
    { "maintenance", "Send the same request again when the maintenance is over." },
    { "busy", "Nothing was recorded; send the same request with the same id again in a second." },
    { "store-full", "Nothing was recorded; the operator must free disk space. Then send the same request "
                    "with the same id." },
    { "store-unconfirmed",
      "Perhaps it was recorded: send the same request with the same id again, which finds out." },
    { "store-",
      "Nothing was recorded; tell the operator, then send the same request with the same id again." },
    { "store",
      "Nothing was recorded; tell the operator, then send the same request with the same id again." },
    { "sign-in",
      "Sign in at /signin.html; a program sends Authorization: Bearer with a token of serai person "
      "token." },
    { "session", "Sign in at /signin.html." },
    { "session-", "Sign in again at /signin.html: nothing was recorded." },
    { "token", "Have a new token made: serai person token." },
    { "token-ended", "Have a new token made: serai person token." },
    { "role", "Whoever keeps the persons of this node gives the role: serai person put." },
    { "officer", "Leave it out, or give the id of who signed in." },
    { "second", "A name alone is no second officer: that person signs in and asks for the same." },
    { "office", "Leave it out, or give the office of who signed in." },
    { "link", "Have a new link made: serai person link." },
    { "link-", "Have a new link made: serai person link." },
    { "tries", "Wait a minute, then try once more." },
    { "token-",
      "Nothing was recorded, for no receipt could be signed; tell the operator that the node's token "
      "does not sign, then send the same request with the same id again." },
    { "not-for-you", "The operator names who may read them in node.conf under metrics." },
    { "not-here", "Run serai log publish --url on the machine of the node." },
    { "topic-own", "GET /openapi.json lists the operations of that topic." },
    { "no-question", "Give the reference as it was given when the question was put." },
    { "not-ready", "GET /v1/ready says what is missing; the operator sets it up in node.conf." },
    { "internal", "Nothing was recorded; tell the operator what was sent and when." },
};

const char *http_query(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->n_query; i++)
        if (strcmp(r->query[i].name, name) == 0)
            return r->query[i].value;
    return NULL;
}

bool http_query_number(const struct http_request *r, const char *name, int64_t most, int64_t *out,
                       struct why *w)
{
    const char *text = http_query(r, name);
    uint64_t n = 0;

    if (!text)
        return true;
    if (!text_number(span_str(text), (uint64_t)most, &n))
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "%s is no number from 0 to %lld", name,
                       (long long)most);
    *out = (int64_t)n;
    return true;
}

const char *http_own(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->n_own; i++)
        if (strcasecmp(r->own[i].name, name) == 0)
            return r->own[i].value;
    return NULL;
}

static const char *hint_for(const char *reason)
{
    size_t n;

    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        n = strlen(hints[i].reason);
        if (hints[i].reason[n - 1] == '-' ? strncmp(reason, hints[i].reason, n) == 0
                                          : strcmp(reason, hints[i].reason) == 0)
            return hints[i].hint;
    }
    return "GET /openapi.json describes what this operation takes.";
}

void answer_json(struct http_answer *out, unsigned status, struct span body)
{
    *out = (struct http_answer){ .status = status, .type = "application/json", .body = body };
}

void answer_error(struct http_answer *out, unsigned status, const struct why *w, struct arena *a)
{
    const char *reason = w->reason ? w->reason : "internal";
    struct buffer b;
    struct json_writer j = json_to(&b);
    uint8_t mem[1536];

    buf_init_fixed(&b, mem, sizeof mem);
    jw_object(&j, NULL);
    jw_object(&j, "error");
    jw_str(&j, "reason", reason);
    jw_str(&j, "detail", w->detail[0] ? w->detail : "The node could not do this.");
    jw_str(&j, "clause", w->clause);
    if (w->offset == WHY_NO_OFFSET)
        jw_null(&j, "offset");
    else
        jw_int(&j, "offset", (int64_t)w->offset);
    jw_str(&j, "hint", hint_for(reason));
    jw_object_end(&j);
    jw_object_end(&j);
    answer_json(out, status, arena_copy(a, buf_span(&b)));
    out->reason = reason;
    out->retry = status == 503;
}

void answer_refuse(struct http_answer *out, unsigned status, const char *reason, const char *detail,
                   struct arena *a)
{
    struct why w;

    why_clear(&w);
    (void)why_set(&w, reason, WHY_NO_OFFSET, NULL, "%s", detail);
    answer_error(out, status, &w, a);
}
