/* What other members ask this one, and answers of theirs that come later; on the members' port. */
#include "node/handlers.h"
#include "service/ask/ask.h"

static unsigned status_of(const struct why *w)
{
    if (strcmp(w->reason, "no-question") == 0)
        return 404;
    if (strncmp(w->reason, "store", 5) == 0 || strcmp(w->reason, "too-large") == 0 ||
        strcmp(w->reason, "token") == 0 || strcmp(w->reason, "no-key") == 0)
        return 503;
    return 400;
}

/* A refusal is an answer as well: signed, with 200. The asker may send the same bytes again at any time. */
void handle_peer_ask(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    const struct ask_desk *desk = v->check->desk;
    struct span answer = { NULL, 0 };
    struct why w;

    why_clear(&w);
    if (!desk || !desk->store) {
        answer_refuse(out, 503, "not-ready", "This node has no store: it can answer nothing.", a);
        return;
    }
    if (!ask_desk_answer(desk, r->member, r->body, v->o->now(v->o->ctx), a, &answer, &w)) {
        answer_error(out, status_of(&w), &w, a);
        out->retry = out->status == 503;
        return;
    }
    out->status = 200;
    out->type = ASK_CONTENT_TYPE;
    out->body = answer;
}

/* Recorded when it is said to be received; the same answer again is received again. */
void handle_peer_answer(const struct node_view *v, const struct http_request *r, struct arena *a,
                        struct http_answer *out)
{
    const struct ask_office *office = v->check->office;
    struct ask_outcome got;
    struct why w;

    why_clear(&w);
    if (!office || !office->store) {
        answer_refuse(out, 503, "not-ready", "This node has no store: it asked nothing.", a);
        return;
    }
    if (!ask_receive(office, r->member, r->body, v->o->now(v->o->ctx), a, &got, &w)) {
        answer_error(out, status_of(&w), &w, a);
        out->retry = out->status == 503;
        return;
    }
    out->status = 204;
}
