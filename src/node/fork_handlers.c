/* Proofs of two histories on the members' port: which are known here, and each. */
#include "base/text.h"
#include "log/forks.h"
#include "node/federation.h"
#include "node/handlers.h"

static bool put_line(void *ctx, const uint8_t hash[32])
{
    struct buffer *b = ctx;

    hex_put(b, span_of(hash, 32));
    buf_u8(b, '\n');
    return buf_ok(b);
}

void handle_peer_forks(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    const struct federation *f = v->o->federation;
    struct buffer b;

    (void)r;
    buf_init(&b, 65 * FORKS_MAX);
    if (f->forks)
        forks_each(f->forks, put_line, &b);
    *out = (struct http_answer){ .status = 200,
                                 .type = "text/plain; charset=utf-8",
                                 .body = arena_copy(a, buf_span(&b)) };
    buf_free(&b);
}

void handle_peer_fork(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    const struct federation *f = v->o->federation;
    struct span path = span_str(r->path), proof = { 0 };
    uint8_t hash[32];
    struct why w = { 0 };

    if (f->forks && span_starts(path, SPAN("/fork/")) && fork_hash_parse(span_sub(path, 6, path.n), hash) &&
        !forks_read(f->forks, hash, a, &proof, &w)) {
        answer_error(out, 500, &w, a);
        return;
    }
    if (!proof.n) {
        answer_refuse(out, 404, "not-found", "No two histories of this log are known here.", a);
        return;
    }
    *out = (struct http_answer){ .status = 200, .type = "text/plain; charset=utf-8", .body = proof };
}
