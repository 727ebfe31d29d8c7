/*
 * Witnessing on the members' port: this node as the witness of others (C2SP tlog-witness), and as the log
 * that a witness without an address comes to.
 */
#include <stdio.h>

#include "base/text.h"
#include "log/roster_policy.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "node/peer_path.h"
#include "node/witnessing.h"

static const char size_type[] = "text/x.tlog.size";

void handle_peer_witness(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    const struct roster *roster = v->beliefs ? v->beliefs->roster : NULL;
    struct witness_answer answer = { 0 };
    struct why w;

    why_clear(&w);
    if (!federation_may_sign(v->o->federation, roster, SIGN_COSIGNATURES, &w)) {
        answer_error(out, 503, &w, a);
        return;
    }
    if (!witnessing_answer(v->o->federation, roster, r->body, v->o->now(v->o->ctx), a, &answer, &w)) {
        answer_error(out, 500, &w, a);
        return;
    }
    if (answer.type || answer.status == 200)
        *out = (struct http_answer){ .status = answer.status,
                                     .type = answer.type ? answer.type : "text/plain; charset=utf-8",
                                     .body = answer.body };
    else
        answer_error(out, answer.status, &answer.why, a);
    out->reason = answer.fork ? "fork" : answer.why.reason;
}

void handle_peer_witnessed(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    const struct federation *f = v->o->federation;
    char path[LIMIT_LOG_PATH];
    struct peer_path p;
    struct span text;
    struct buffer b;
    struct why w;
    bool there = false;

    why_clear(&w);
    if (!peer_path_parse(span_str(r->path), SPAN("/witness/"), &p) || !span_eq(p.file, SPAN("checkpoint")) ||
        !f->witness_folder) {
        answer_refuse(out, 404, "not-found", "This node has cosigned no log of this origin.", a);
        return;
    }
    buf_init_fixed(&b, path, sizeof path);
    buf_printf(&b, "%s/", f->witness_folder);
    hex_put(&b, span_of(p.hash, sizeof p.hash));
    buf_str(&b, "/checkpoint");
    if (!file_read(buf_cstr(&b), LIMIT_CHECKPOINT, a, &text, &there, &w))
        answer_error(out, 500, &w, a);
    else if (!there)
        answer_refuse(out, 404, "not-found", "This node has cosigned no log of this origin.", a);
    else
        *out = (struct http_answer){ .status = 200, .type = "text/plain; charset=utf-8", .body = text };
}

/* The caller's own witness; NULL with out filled: it has none, or this node publishes nothing. */
static const struct roster_member *witness_of(const struct node_view *v, const struct http_request *r,
                                              struct arena *a, struct http_answer *out)
{
    const struct roster_member *m =
        v->beliefs && v->beliefs->roster ? roster_find(v->beliefs->roster, r->member) : NULL;

    if (m && v->o->federation->streams)
        return m;
    answer_refuse(out, 404, "not-found", "This node publishes no logs.", a);
    return NULL;
}

void handle_peer_pending(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    const struct roster_member *m = witness_of(v, r, a, out);
    struct stream_request q;
    bool any = false;
    struct why w;

    if (!m)
        return;
    why_clear(&w);
    if (!streams_witness_next(v->o->federation->streams, witnessing_name(m, a), v->o->now(v->o->ctx), a, &q,
                              &any, &w))
        answer_error(out, 500, &w, a);
    else if (!any)
        *out = (struct http_answer){ .status = 204 };
    else
        *out = (struct http_answer){ .status = 200, .type = "text/plain; charset=utf-8", .body = q.body };
}

/* The 409 of a witness that cannot be asked: "<origin>\n<size>\n". */
static bool take_size(struct federation *f, const struct roster_member *m, struct span body, unix_time now,
                      struct arena *a, struct why *w)
{
    struct span rest = body, origin = { 0 };

    if (!text_split(&rest, '\n', &origin) || rest.n == 0)
        return why_set(w, "request", 0, NULL, "expected the origin and the size, a line each");
    return streams_cosigned(f->streams, origin, witnessing_name(m, a), 409, rest, now, w);
}

void handle_peer_cosignature(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    const struct roster_member *m = witness_of(v, r, a, out);
    struct federation *f = v->o->federation;
    unix_time now = v->o->now(v->o->ctx);
    struct why w;
    bool ok;

    if (!m)
        return;
    why_clear(&w);
    ok = r->content_type && strcmp(r->content_type, size_type) == 0
             ? take_size(f, m, r->body, now, a, &w)
             : streams_cosignature_came(f->streams, r->body, now, &w);
    if (ok)
        *out = (struct http_answer){ .status = 204 };
    else
        answer_error(out,
                     strcmp(w.reason, "io") == 0          ? 500
                     : strcmp(w.reason, "origin") == 0    ? 404
                     : strcmp(w.reason, "no-anchor") == 0 ? 403
                                                          : 422,
                     &w, a);
}
