/* Objects that were refused, newest first, for the console: from the node's own machine, since they are what
 * anybody sent, of any marking. */
#include <stdlib.h>

#include "node/caller.h"
#include "node/cyber.h"
#include "wire/json_write.h"

enum { MOST = 1000, USUAL = 100, ANSWER = 32 * 1024 * 1024 };

/* The last `most` of them, each as JSON. */
struct newest {
    struct buffer *ring;
    size_t most, n;
    bool content;
};

static bool take(void *ctx, const struct journal_refused *r)
{
    struct newest *x = ctx;
    struct buffer *b = &x->ring[x->n++ % x->most];
    struct json_writer j = json_to(b);
    char date[OBJECT_TIME_TEXT];

    buf_reset(b);
    jw_object(&j, NULL);
    jw_str(&j, "at", object_date_text(r->at, date));
    jw_text(&j, "collection", r->collection);
    jw_text(&j, "source", r->source);
    jw_text(&j, "id", r->id);
    jw_text(&j, "version", r->version);
    jw_text(&j, "reason", r->reason);
    jw_text(&j, "clause", r->clause);
    jw_text(&j, "detail", r->detail);
    if (x->content)
        jw_text(&j, "object", r->text);
    jw_object_end(&j);
    return true;
}

static void put(const struct newest *x, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_int(&j, "count", (int64_t)x->n);
    jw_array(&j, "refused");
    for (size_t i = 0; i < x->most && i < x->n; i++)
        jw_raw(&j, NULL, buf_span(&x->ring[(x->n - 1 - i) % x->most]));
    jw_array_end(&j);
    jw_object_end(&j);
}

static void answer(const struct newest *x, struct arena *a, struct http_answer *out)
{
    struct buffer b;

    buf_init(&b, ANSWER);
    put(x, &b);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "Ask for fewer, or without content.", a);
    buf_free(&b);
}

void handle_quarantine(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    const struct instance *i = v->o->instance;
    const char *content = http_query(r, "content");
    struct newest x = { .content = content && strcmp(content, "true") == 0 };
    int64_t most = USUAL;
    struct why w = { 0 };

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "What was refused is shown on the node's own machine.", a);
        return;
    }
    if (!http_query_number(r, "most", MOST, &most, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    if (!i || !i->cyber) {
        answer_refuse(out, 503, "not-ready", "node.conf names no folder `cyber`.", a);
        return;
    }
    x.most = most ? (size_t)most : 1;
    x.ring = calloc(x.most, sizeof *x.ring);
    if (!x.ring)
        abort();
    for (size_t k = 0; k < x.most; k++)
        buf_init(&x.ring[k], ANSWER);
    if (object_journal_refused(i->config.cyber, take, &x, &w))
        answer(&x, a, out);
    else
        answer_error(out, 503, &w, a);
    for (size_t k = 0; k < x.most; k++)
        buf_free(&x.ring[k]);
    free(x.ring);
}
