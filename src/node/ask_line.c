#include "node/ask_line.h"

#include "base/limits.h"
#include "wire/json.h"

static bool call_link(void *ctx, struct span member, const struct link_request *q, struct arena *a,
                      struct link_answer *out, struct why *w)
{
    return link_call(ctx, member, q, a, out, w);
}

struct ask_post ask_post_links(struct links *l)
{
    return (struct ask_post){ l, call_link };
}

/* The reason that the other node gave, if it is one. */
static bool wrong_status(const struct link_answer *n, struct arena *a, struct why *w)
{
    struct span reason = { NULL, 0 };
    struct json j;

    if (!json_parse(n->body, a, &j, NULL) ||
        !json_text_of(&j, json_member(&j, json_member(&j, JSON_ROOT, "error"), "reason"), a, &reason))
        reason = (struct span){ NULL, 0 };
    return why_set(w, "peer-status", WHY_NO_OFFSET, NULL, "the other node answered with status %u %.*s",
                   n->status, (int)(reason.n < 40 ? reason.n : 40), (const char *)reason.p);
}

static bool carry(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w)
{
    const struct ask_post *p = ctx;
    const struct link_request q = { .method = "POST",
                                    .path = "/ask",
                                    .type = ASK_CONTENT_TYPE,
                                    .body = question,
                                    .most = LIMIT_ASK_SIGNED,
                                    .timeout_ms = LIMIT_ASK_TRY_MS };
    struct link_answer n = { 0 };

    (void)until; /* who asks judges by its own clock what came in time */
    if (!p->call(p->ctx, to, &q, a, &n, w))
        return false;
    if (n.status != 200 && n.status != 202)
        return wrong_status(&n, a, w);
    *answer = n.status == 200 ? n.body : (struct span){ NULL, 0 };
    return true;
}

struct ask_carrier ask_line_carrier(const struct ask_post *p)
{
    return (struct ask_carrier){ (void *)(uintptr_t)p, carry };
}

bool ask_line_deliver(const struct ask_post *p, struct span to, struct span answer, struct arena *a,
                      struct why *w)
{
    const struct link_request q = { .method = "POST",
                                    .path = "/answer",
                                    .type = ASK_CONTENT_TYPE,
                                    .body = answer,
                                    .most = LIMIT_ASK_MESSAGE,
                                    .timeout_ms = LIMIT_ASK_TRY_MS };
    struct link_answer n = { 0 };

    return p->call(p->ctx, to, &q, a, &n, w) && (n.status == 204 || wrong_status(&n, a, w));
}

enum ask_key ask_key_of_roster(const struct roster *r, struct span member, struct span kid,
                               uint8_t pub[NODE_PUBLIC_KEY])
{
    enum ask_key found = ASK_KEY_UNKNOWN;
    uint8_t own[ASK_KID];

    for (size_t i = 0; i < r->n; i++) {
        const struct roster_member *m = &r->member[i];

        ask_kid(m->node, own);
        if (!m->name.n || !span_eq(kid, span_of(own, sizeof own)))
            continue;
        if (!span_eq(m->state, member)) {
            found = ASK_KEY_OF_ANOTHER;
            continue;
        }
        if (!roster_counts(m))
            return ASK_KEY_SUSPENDED;
        memcpy(pub, m->node, NODE_PUBLIC_KEY);
        return ASK_KEY_GOOD;
    }
    return found;
}
