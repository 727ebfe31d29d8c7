/* What other members fetch of the bloc's trust list. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "node/bloc.h"
#include "node/handlers.h"

enum { ACTS_BYTES = 64 * 1024 * 1024 };

/* Tagged by its digest, so that who has it already gets nothing again. */
static void answer_tagged(struct http_answer *out, const struct http_request *r, struct span body,
                          struct arena *a)
{
    struct digest d;
    struct buffer b;
    char tag[40];

    digest_of(DIGEST_SHA256, body, &d);
    buf_init_fixed(&b, tag, sizeof tag);
    buf_u8(&b, '"');
    hex_put(&b, span_of(d.b, 16));
    buf_str(&b, "\"");
    *out = (struct http_answer){
        .status = 200, .type = "text/plain; charset=utf-8", .body = body, .etag = arena_str(a, buf_span(&b))
    };
    if (out->etag && r->if_none_match && strstr(r->if_none_match, out->etag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}

/* Read anew each time: acts come while the node runs. */
void handle_trust_acts(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    const struct agreement *agreement = v->o->check->agreement;
    struct acts_folder d;
    struct buffer b;
    struct span body = { 0 };
    struct why w = { 0 };

    if (!agreement || !v->o->config->trust) {
        answer_refuse(out, 503, "not-ready", "This node keeps no trust list of the bloc.", a);
        return;
    }
    if (!acts_folder_open(v->o->config->trust, span_str(agreement_title(agreement)), false, a, &d, NULL,
                          &w)) {
        answer_error(out, 503, &w, a);
        return;
    }
    buf_init(&b, ACTS_BYTES);
    acts_folder_bundle(&d, &b);
    acts_folder_close(&d);
    if (buf_ok(&b))
        body = arena_copy(a, buf_span(&b));
    if (buf_ok(&b) && (body.p || b.n == 0))
        answer_tagged(out, r, body, a);
    else
        answer_refuse(out, 500, "internal", "The acts are longer than an answer may be.", a);
    buf_free(&b);
}
