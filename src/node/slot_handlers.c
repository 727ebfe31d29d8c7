/* Slots of time at posts, and how long one waits there. Codes, documents and plates travel in bodies, never
 * in an address; nothing of them is logged. */
#include "check/slots.h"
#include "node/caller.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "node/instance.h"
#include "picture/symbol.h"

enum { ANSWER_BYTES = 8 * 1024 * 1024, BODY_BYTES = 8 * 1024, HOURS = 24 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 },        { "no-post", 404 },       { "no-slot", 404 },
                  { "slot-unknown", 404 },     { "slot-open", 409 },     { "slot-count", 409 },
                  { "slot-pause", 409 },       { "slot-state", 409 },    { "slot-changes", 409 },
                  { "request-conflict", 409 }, { "slot-document", 403 }, { "too-early", 409 },
                  { "too-late", 409 },         { "slot-code", 409 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && (strncmp(w->reason, "store", 5) == 0 || strncmp(w->reason, "token-", 6) == 0) ? 503
                                                                                                      : 400;
}

/* Rows of modules, each a text of 0 and 1. */
static void draw(struct json_writer *j, struct span token)
{
    struct symbol *s;
    struct why w;

    why_clear(&w);
    s = symbol_make(BARCODE_QR, token, &w);
    if (!s)
        return;
    jw_array(j, "qr");
    for (int y = 0; y < s->h; y++) {
        char row[256];
        int n = s->w < 255 ? s->w : 255;

        for (int x = 0; x < n; x++)
            row[x] = symbol_dark(s, x, y) ? '1' : '0';
        jw_text(j, NULL, span_of(row, (size_t)n));
    }
    jw_array_end(j);
    symbol_free(s);
}

static bool open_desk(const struct node_view *v, const struct http_request *r, bool office, struct arena *a,
                      struct slots_desk *d, struct http_answer *out)
{
    const struct instance *i = v->o->instance;

    if (office && !caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "The barrier acts from the node's own machine.", a);
        return false;
    }
    if (!v->check->store || !i || !i->posts) {
        answer_refuse(out, 503, "not-ready", "This node has no store, or no file of posts.", a);
        return false;
    }
    if (i->config.sync_from) { /* two stores would give one place twice */
        answer_refuse(out, 503, "not-ready", "Slots are given and checked by the member's own node.", a);
        return false;
    }
    if (r->body.n > BODY_BYTES) {
        answer_refuse(out, 413, "too-large", "The request is too long.", a);
        return false;
    }
    d->slots = (struct slot_desk){ v->check->store, i->posts, i->signer, span_str(i->config.member),
                                   v->o->now(v->o->ctx) };
    d->draw = draw;
    d->turns = v->o->federation && federation_part_state(v->o->federation, "slots");
    return true;
}

static void finish(bool ok, struct buffer *b, const struct why *w, struct arena *a, struct http_answer *out)
{
    if (ok)
        answer_json(out, 200, arena_copy(a, buf_span(b)));
    else
        answer_error(out, status_of(w), w, a);
    buf_free(b);
}

static void run(slots_op *op, bool office, const struct node_view *v, const struct http_request *r,
                struct arena *a, struct http_answer *out)
{
    struct slots_desk d;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, office, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = op(&d, r->body, a, &b, &w);
    finish(ok, &b, &w, a, out);
}

void handle_slot_book(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    run(slots_book, false, v, r, a, out);
}

void handle_slot_show(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    run(slots_show, false, v, r, a, out);
}

void handle_slot_cancel(const struct node_view *v, const struct http_request *r, struct arena *a,
                        struct http_answer *out)
{
    run(slots_cancel, false, v, r, a, out);
}

void handle_slot_change(const struct node_view *v, const struct http_request *r, struct arena *a,
                        struct http_answer *out)
{
    run(slots_change, false, v, r, a, out);
}

void handle_slot_check(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    run(slots_check, true, v, r, a, out);
}

void handle_slot_release(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    run(slots_release, true, v, r, a, out);
}

void handle_waiting_count(const struct node_view *v, const struct http_request *r, struct arena *a,
                          struct http_answer *out)
{
    run(slots_count, true, v, r, a, out);
}

void handle_slots(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const char *day = http_query(r, "day");
    int64_t days = 1;
    struct slots_desk d;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, false, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = http_query_number(r, "days", 31, &days, &w) &&
         slots_list(&d, span_str(http_query(r, "place")), span_str(day ? day : ""), days, a, &b, &w);
    finish(ok, &b, &w, a, out);
}

void handle_slot_events(const struct node_view *v, const struct http_request *r, struct arena *a,
                        struct http_answer *out)
{
    int64_t after = 0, most = 0;
    struct slots_desk d;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, false, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = http_query_number(r, "after", INT64_MAX / 16, &after, &w) &&
         http_query_number(r, "most", LIMIT_SLOT_EVENTS, &most, &w) &&
         slots_events(&d, after, most ? (size_t)most : 1000, a, &b, &w);
    finish(ok, &b, &w, a, out);
}

void handle_slot_audit(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    struct slots_desk d;
    int64_t found = 0;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, true, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = slots_audited(&d, a, &b, &found, &w);
    finish(ok, &b, &w, a, out);
}

void handle_posts(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    struct slots_desk d;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, false, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = slots_posts(&d, &b, &w);
    finish(ok, &b, &w, a, out);
}

/* Of "/v1/posts/{post}/waiting". */
static struct span post_of(const char *path)
{
    static const struct span head = { (const uint8_t *)"/v1/posts/", 10 },
                             tail = { (const uint8_t *)"/waiting", 8 };
    struct span s = span_str(path);

    return s.n > head.n + tail.n ? span_sub(s, head.n, s.n - tail.n) : (struct span){ NULL, 0 };
}

void handle_waiting(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    int64_t hours = HOURS;
    struct slots_desk d;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, false, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = http_query_number(r, "hours", WAITING_AHEAD, &hours, &w) &&
         slots_waiting(&d, post_of(r->path), hours, a, &b, &w);
    finish(ok, &b, &w, a, out);
}
