/* Logs on the members' port: own ones, and mirrors of others'. */
#include <stdio.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "log/serve.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "node/peer_path.h"
#include "wire/json_write.h"

enum { LIST_BYTES = 4 * 1024 * 1024, TAG_BYTES = 16 };

/* A checkpoint changes every few seconds: who asks again with its tag gets nothing but that it is the same.
 */
static void tag(struct http_answer *out, const struct http_request *r, struct arena *a)
{
    struct digest d;
    struct buffer b;
    char *text = arena_alloc(a, 2 * TAG_BYTES + 3);

    if (!text)
        return;
    digest_of(DIGEST_SHA256, out->body, &d);
    buf_init_fixed(&b, text, 2 * TAG_BYTES + 3);
    buf_u8(&b, '"');
    hex_put(&b, span_sub(digest_span(&d), 0, TAG_BYTES));
    buf_u8(&b, '"');
    out->etag = buf_cstr(&b);
    if (r->if_none_match && strstr(r->if_none_match, out->etag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}

static void refuse_file(unsigned status, struct arena *a, struct http_answer *out)
{
    if (status == 403)
        answer_refuse(out, 403, "audience", "You are not of the audience of this log.", a);
    else if (status == 410)
        answer_refuse(out, 410, "erased", "What was here was erased.", a);
    else
        answer_refuse(out, 404, "not-found", "This log has no such file here.", a);
}

static void give_file(const struct federation_log *l, const struct http_request *r, struct span file,
                      struct arena *a, struct http_answer *out)
{
    struct log_serve_answer served = { 0 };
    struct origin o;
    struct buffer b;
    struct why w;

    why_clear(&w);
    buf_init(&b, LIMIT_LINK_ANSWER);
    if (!origin_parse(l->origin, &o, &w) ||
        !log_serve(l->folder, &o, l->owner, r->member, file, &b, &served, &w)) {
        answer_error(out, 500, &w, a);
    } else if (served.status != 200) {
        refuse_file(served.status, a, out);
    } else {
        *out =
            (struct http_answer){ .status = 200, .type = served.type, .body = arena_copy(a, buf_span(&b)) };
        if (served.immutable)
            out->cache = "private, max-age=31536000, immutable";
        else if (span_eq(file, SPAN("checkpoint")) || span_eq(file, SPAN("witnessed")))
            tag(out, r, a);
        if (b.n && !out->body.p)
            answer_refuse(out, 503, "busy", "The node is working on as much as it has memory for.", a);
    }
    buf_free(&b);
}

void handle_peer_log(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct federation_log l;
    struct peer_path p;

    if (!peer_path_parse(span_str(r->path), SPAN("/log/"), &p))
        answer_refuse(out, 404, "not-found", "No log has a file of this name.", a);
    else if (!federation_log_find(v->o->federation, p.hash, a, &l))
        answer_refuse(out, 404, "not-found", "No log of this origin is kept here.", a);
    else
        give_file(&l, r, p.file, a, out);
}

/* The one in use: of this member, as the roster has it. */
static const struct member_card *own_card(const struct node_view *v)
{
    const struct beliefs *b = v->beliefs;
    const struct roster_member *m = b && b->roster ? roster_find(b->roster, v->o->federation->member) : NULL;

    for (size_t i = 0; m && m->card && i < b->acts.n_cards; i++)
        if (b->acts.card[i].number == m->card &&
            memcmp(b->acts.card[i].fingerprint, m->fingerprint, sizeof m->fingerprint) == 0)
            return &b->acts.card[i];
    return NULL;
}

void handle_peer_card(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    const struct member_card *card = own_card(v);

    if (!card) {
        answer_refuse(out, 404, "not-found", "This member has no card.", a);
        return;
    }
    *out = (struct http_answer){ .status = 200, .type = "text/plain; charset=utf-8", .body = card->note };
    tag(out, r, a);
}

struct listing {
    struct json_writer j;
    struct arena *a;
};

/* "origin", "size", "root": as the checkpoint that is served has them; a log without one is left out. */
static void put_log(void *ctx, const struct federation_log *l)
{
    struct listing *k = ctx;
    char path[LIMIT_LOG_PATH], root[64];
    struct checkpoint c;
    struct span text;
    struct note n;
    struct buffer b;
    struct why w;
    bool there;

    why_clear(&w);
    if ((size_t)snprintf(path, sizeof path, "%s/checkpoint", l->folder) >= sizeof path ||
        !file_read(path, LIMIT_CHECKPOINT, k->a, &text, &there, &w) || !there || !note_parse(text, &n, &w) ||
        !checkpoint_parse(n.text, &c, &w))
        return;
    buf_init_fixed(&b, root, sizeof root);
    checkpoint_hash_put(&c.root, &b);
    jw_object(&k->j, NULL);
    jw_text(&k->j, "origin", l->origin);
    jw_text(&k->j, "owner", l->owner);
    jw_int(&k->j, "size", (int64_t)c.size);
    jw_str(&k->j, "root", buf_cstr(&b));
    jw_bool(&k->j, "own", l->own);
    jw_object_end(&k->j);
}

void handle_peer_logs(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    struct listing k = { .a = a };
    struct buffer b;

    buf_init(&b, LIST_BYTES);
    k.j = json_to(&b);
    jw_object(&k.j, NULL);
    jw_array(&k.j, "logs");
    federation_log_list(v->o->federation, a, put_log, &k);
    jw_array_end(&k.j);
    jw_object_end(&k.j);
    if (buf_ok(&b)) {
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
        tag(out, r, a);
    } else {
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    }
    buf_free(&b);
}
