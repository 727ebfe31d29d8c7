/* GET /v1/trust: what this node believes, and what is missing. */
#include "base/text.h"
#include "node/handlers.h"
#include "trust/report.h"

enum { ANSWER_BYTES = 64 * 1024 * 1024, PARTIES = 256 };

/* Two or three capital letters. */
static bool is_state(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++)
        if (!ascii_upper(s[i]))
            return false;
    return n == 2 || n == 3;
}

void handle_trust(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct check_context *c = v->check;
    struct span party[PARTIES];
    struct trust_report report = { .member = c->member,
                                   .at = v->o->now(v->o->ctx),
                                   .set = c->anchors,
                                   .list = v->beliefs ? v->beliefs->list : NULL,
                                   .waiting = v->beliefs ? v->beliefs->waiting : NULL,
                                   .party = party,
                                   .state = http_query(r, "state") };
    struct buffer b;

    if (report.state && !is_state(report.state)) {
        answer_refuse(out, 400, "query", "state is two or three capital letters, such as IR.", a);
        return;
    }
    if (!c->anchors || !c->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no anchors or no agreement yet.", a);
        return;
    }
    report.parties = agreement_parties(c->agreement, party, PARTIES);
    report.parties = report.parties < PARTIES ? report.parties : PARTIES;
    buf_init(&b, ANSWER_BYTES);
    trust_report_put(&report, &b);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}
