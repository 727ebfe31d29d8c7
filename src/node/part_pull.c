/*
 * A witness that nobody can reach: this node calls the others, takes what they would have asked it, and
 * brings its answer (GET /witness/pending, POST /witness/cosignature).
 */
#include <stdlib.h>

#include "base/text.h"
#include "node/witnessing.h"

enum { ANSWER_MS = 15 * 1000, MOST = 64 /* requests of one member in a row */ };

static bool pull_open(struct federation *f, void **state, struct why *w)
{
    (void)w;
    if (f->witness_folder && !f->config->peer_address)
        *state = f;
    return true;
}

static void pull_close(void *state)
{
    (void)state;
}

/* The cosigned checkpoint, or the size that is known here. Other answers are for nobody to act on. */
static bool bring(const struct federation_step *s, struct span member, struct span origin,
                  const struct witness_answer *answer, struct why *w)
{
    const struct witness v = { .folder = s->f->witness_folder };
    struct link_request q = { .method = "POST",
                              .path = "/witness/cosignature",
                              .type = "text/plain; charset=utf-8",
                              .most = LIMIT_CHECKPOINT,
                              .timeout_ms = ANSWER_MS };
    struct link_answer got;
    struct buffer b;
    uint8_t mem[ORIGIN_MAX + 32];

    if (answer->status == 409) {
        buf_init_fixed(&b, mem, sizeof mem);
        buf_put(&b, origin);
        buf_u8(&b, '\n');
        buf_put(&b, answer->body);
        q.body = buf_span(&b);
        q.type = answer->type;
        if (!buf_ok(&b))
            return why_set(w, "origin", WHY_NO_OFFSET, NULL, "the origin is too long");
    } else if (!witness_checkpoint(&v, origin, s->arena, &q.body, w)) {
        return false;
    }
    return link_call(s->f->links, member, &q, s->arena, &got, w);
}

/* *any: there was one, and the member may have another. */
static bool pull_one(const struct federation_step *s, struct span member, bool *any, struct why *w)
{
    const struct link_request q = {
        .method = "GET", .path = "/witness/pending", .most = LIMIT_CHECKPOINT, .timeout_ms = ANSWER_MS
    };
    struct witness_answer answer = { 0 };
    struct link_answer got;

    *any = false;
    if (!link_call(s->f->links, member, &q, s->arena, &got, w))
        return false;
    if (got.status != 200)
        return true;
    if (!witnessing_answer(s->f, s->roster, got.body, s->now, s->arena, &answer, w))
        return false;
    if (answer.status != 200 && answer.status != 409)
        return why_set(w, answer.why.reason ? answer.why.reason : "request", WHY_NO_OFFSET, NULL, "%.*s: %s",
                       (int)member.n, (const char *)member.p, answer.why.detail);
    *any = true;
    return bring(s, member, witnessing_origin(got.body), &answer, w);
}

static bool pull_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct why one;
    bool ok = true;

    (void)state;
    (void)again;
    for (size_t i = 0; s->roster && i < s->roster->n; i++) {
        const struct roster_member *m = &s->roster->member[i];
        bool any = roster_counts(m) && m->address.n && !span_eq(m->state, s->f->member);

        for (unsigned k = 0; any && k < MOST && !federation_ending(s->f); k++) {
            why_clear(&one);
            if (!pull_one(s, m->state, &any, &one) && strcmp(one.reason, "backing-off") != 0) {
                ok = why_set(w, one.reason, WHY_NO_OFFSET, NULL, "%s", one.detail);
                any = false;
            }
        }
    }
    return ok;
}

const struct federation_part pull_part = {
    .name = "pull", .seconds = 2, .open = pull_open, .step = pull_step, .close = pull_close
};
