/* Driving licences at the roadside: the check, and what a phone needs to do it without the line. */
#include "base/text.h"
#include "check/licence_case.h"
#include "crypto/digest.h"
#include "node/handlers.h"
#include "node/metrics.h"
#include "node/spoken.h"
#include "wire/json_write.h"

enum { PACK_BYTES = 64 << 20, TAG_BYTES = 16 };

void handle_licence(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    const struct tongues tongues = node_tongues(v->assets);
    struct licence_request *request = arena_alloc(a, sizeof *request);
    struct licence_answer answer;
    struct why w;

    why_clear(&w);
    if (!v->check->agreement || !v->check->anchors)
        answer_refuse(out, 503, "not-ready", "This node has no agreement or no trust anchors yet.", a);
    else if (!request)
        answer_refuse(out, 413, "too-large", "The request is larger than a request may be.", a);
    else if (licence_request_from_json(r->body, request, a, &w) &&
             licence_case_run(v->check, &tongues, request, v->o->now(v->o->ctx), a, &answer, &w)) {
        answer_json(out, 200, answer.json);
        out->checked = 1 + METRIC_LICENCE;
        out->outcome = answer.outcome;
    } else
        answer_error(out, check_status_of(&w), &w, a);
}

/* --- the pack --- */

static void put_agreement(struct json_writer *w, const struct node_view *v)
{
    const struct agreement *a = v->check->agreement;

    jw_object(w, "agreement");
    jw_text(w, "text", v->o->agreement_text);
    jw_str(w, "title", agreement_title(a));
    jw_int(w, "version", agreement_version(a));
    jw_hex(w, "sha256", span_of(agreement_hash(a), 32));
    jw_object_end(w);
}

/* Those for which lists vouch for it; an authority that the node believes by itself is one for any type. */
static void put_types(struct json_writer *w, const struct anchor *x)
{
    if (anchor_any_type(x))
        return;
    jw_array(w, "doc_types");
    for (const struct anchor_origin *o = x->origin; o; o = o->next) {
        const char *rest = o->types;
        struct span type;

        while (rest && anchor_type_next(&rest, &type))
            jw_text(w, NULL, type);
    }
    jw_array_end(w);
}

static void put_anchor(struct json_writer *w, const struct anchor *x)
{
    struct buffer b;

    buf_init(&b, 2 * LIMIT_CERTIFICATE);
    base64_put(&b, x->cert.der, BASE64_STD);
    w->b->bad |= !buf_ok(&b);
    jw_object(w, NULL);
    jw_text(w, "der", buf_span(&b));
    jw_text(w, "state", x->cert.country);
    put_types(w, x);
    jw_object_end(w);
    buf_free(&b);
}

/* Those of licences and no others; what is only known is for nobody to believe. */
static void put_anchors(struct json_writer *w, const struct anchor_set *set, unix_time at)
{
    const struct anchor *x;

    jw_array(w, "anchors");
    for (size_t i = 0; (x = anchor_at(set, i)) != NULL; i++)
        if (x->use == ANCHOR_ISSUER && anchor_serves(x, FOR_LICENCES) &&
            anchor_counts_at(x, FOR_LICENCES, at))
            put_anchor(w, x);
    jw_array_end(w);
}

/* Its time is that of the last half day, so that it stays the same, byte for byte, until then or until what
 * it holds changes: its tag says so. */
static void put_pack(struct json_writer *w, const struct node_view *v)
{
    const struct check_context *c = v->check;
    unix_time now = v->o->now(v->o->ctx), at = now - now % LIMIT_PACK_RENEWED;
    char text[TIME_TEXT];

    jw_object(w, NULL);
    jw_str(w, "member", c->member);
    jw_str(w, "at", time_format(at, text));
    jw_str(w, "expires", time_format(at + LIMIT_PACK_SECONDS, text));
    jw_int(w, "utc_offset", c->utc_offset);
    jw_str(w, "as_of", c->anchors_as_of ? time_format(c->anchors_as_of, text) : NULL);
    put_agreement(w, v);
    put_anchors(w, c->anchors, at);
    jw_object_end(w);
}

static const char *tag_of(struct span body, struct arena *a)
{
    char text[2 * TAG_BYTES + 3];
    struct digest d;
    struct buffer b;

    digest_of(DIGEST_SHA256, body, &d);
    buf_init_fixed(&b, (uint8_t *)text, sizeof text);
    buf_u8(&b, '"');
    hex_put(&b, span_of(d.b, TAG_BYTES));
    buf_u8(&b, '"');
    return arena_str(a, buf_span(&b));
}

void handle_licence_pack(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    struct json_writer w;
    struct span body;
    struct buffer b;
    const char *tag;

    if (!v->check->agreement || !v->check->anchors) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement or no trust anchors yet.", a);
        return;
    }
    buf_init(&b, PACK_BYTES);
    w = json_to(&b);
    put_pack(&w, v);
    body = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    tag = body.n ? tag_of(body, a) : NULL;
    if (!tag) {
        answer_refuse(out, 413, "too-large", "What a phone needs is longer than an answer may be.", a);
        return;
    }
    answer_json(out, 200, body);
    out->etag = tag;
    if (r->if_none_match && strstr(r->if_none_match, tag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}
