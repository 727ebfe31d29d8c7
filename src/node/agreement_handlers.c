/* Who is bound by what: the register of the members' instruments. */
#include "agreement/register_json.h"
#include "node/handlers.h"

enum { ANSWER = 16 << 20 };

/* Without any instrument the register is that of the texts alone. */
static bool register_of(const struct node_view *v, struct arena *a, struct agreement_register *out)
{
    const struct laws *l = v->beliefs ? v->beliefs->laws : NULL;
    const struct agreement *own = v->check->agreement;
    struct register_input in = { .n_texts = 1, .text = &own, .bytes = &v->o->agreement_text };

    if (l && l->regime) {
        *out = l->regime->reg;
        return true;
    }
    return register_make(&in, a, out, NULL);
}

/* GET /v1/agreement/bound?on=DATE&member=XX&article=N */
void handle_agreement_bound(const struct node_view *v, const struct http_request *r, struct arena *a,
                            struct http_answer *out)
{
    const char *on = http_query(r, "on"), *member = http_query(r, "member"),
               *article = http_query(r, "article");
    struct register_question q = { .member = span_str(member), .article = span_str(article) };
    struct agreement_register reg;
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!v->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    q.on = date_of_time(v->o->now(v->o->ctx) + v->check->utc_offset);
    if (on && !date_parse(span_str(on), &q.on)) {
        answer_refuse(out, 400, "request", "on is a day, as 2027-01-31.", a);
        return;
    }
    if (member && agreement_member_at(v->check->agreement, q.member) == BOUND_MEMBERS) {
        answer_refuse(out, 404, "not-found", "No State of the agreement has these letters.", a);
        return;
    }
    if (!register_of(v, a, &reg)) {
        answer_refuse(out, 503, "not-ready", "The register cannot be made.", a);
        return;
    }
    buf_init(&b, ANSWER);
    register_json(&j, &reg, &q);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}
