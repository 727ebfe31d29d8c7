/*
 * The line to other members' desks: questions and late answers as POST over links, node keys by the roster.
 * One try takes LIMIT_ASK_TRY_MS at most, whatever the question's deadline is: a question that did not get
 * through is sent again by the runner (service/ask/runner.h).
 */
#ifndef SERAI_NODE_ASK_LINE_H
#define SERAI_NODE_ASK_LINE_H

#include "link/link.h"
#include "node/desks.h"
#include "trust/roster.h"

/* As link_call, which tests replace. */
struct ask_post {
    void *ctx;
    bool (*call)(void *ctx, struct span member, const struct link_request *q, struct arena *a,
                 struct link_answer *out, struct why *w);
};
struct ask_post ask_post_links(struct links *l);

/* POST /ask: 200 with the signed answer, 202 when it comes later. p must outlive it. Reasons: those of
 * link_call, "peer-status" (another status: the detail has it and the other node's reason). */
struct ask_carrier ask_line_carrier(const struct ask_post *p);

/* POST /answer: 204. */
MUST_USE bool ask_line_deliver(const struct ask_post *p, struct span to, struct span answer, struct arena *a,
                               struct why *w);

/* The node key of a member by the roster. */
enum ask_key ask_key_of_roster(const struct roster *r, struct span member, struct span kid,
                               uint8_t pub[NODE_PUBLIC_KEY]);

#endif
