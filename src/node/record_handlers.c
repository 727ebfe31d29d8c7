/* POST /v1/records: what this member publishes, while its node runs and is the one writer of its streams. */
#include "base/text.h"
#include "node/caller.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { RECORDS = 256, ANSWER_BYTES = 1024 };

struct order {
    struct span stream, audience;
    struct stream_new record[RECORDS];
    size_t n;
};

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

static bool read_body(struct span base64, struct arena *a, struct span *out, struct why *w)
{
    struct buffer b;
    size_t bad;
    bool ok;

    buf_init(&b, LIMIT_LOG_BODY);
    ok = base64_decode(base64, BASE64_STD, &b, &bad) && buf_ok(&b) && b.n;
    if (ok)
        *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return (ok && out->p) || fail(w, "\"base64\" of a record is no base64, empty, or too long");
}

static bool read_record(const struct json *j, json_ref item, struct arena *a, struct stream_new *r,
                        struct why *w)
{
    struct span text;

    if (!json_is(j, item, JSON_KIND_OBJECT))
        return fail(w, "a record is no object");
    for (json_ref m = json_first(j, item); m != JSON_NONE; m = json_after(j, item, m)) {
        if (!json_text_of(j, json_value_of(j, m), a, &text))
            return fail(w, "a member of a record is no text");
        if (json_text_is(j, m, "type")) {
            r->type = text;
        } else if (json_text_is(j, m, "subject")) {
            r->subject = text;
        } else if (json_text_is(j, m, "base64")) {
            if (!read_body(text, a, &r->body, w))
                return false;
        } else {
            return fail(w, "a record has a member that is not known there");
        }
    }
    return (r->type.n && r->body.n) || fail(w, "a record has a type and a body");
}

static bool read_records(const struct json *j, json_ref list, struct arena *a, unix_time now, struct order *o,
                         struct why *w)
{
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return fail(w, "\"records\" is no list");
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        if (o->n == RECORDS)
            return fail(w, "at most 256 records at a time");
        o->record[o->n].time = now;
        if (!read_record(j, i, a, &o->record[o->n++], w))
            return false;
    }
    return o->n || fail(w, "there is no record");
}

static bool read_order(struct span body, struct arena *a, unix_time now, struct order *o, struct why *w)
{
    struct json j;

    o->audience = SPAN("all");
    if (!json_parse(body, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return fail(w, "the request is no object");
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m)) {
        json_ref v = json_value_of(&j, m);

        if (json_text_is(&j, m, "records")) {
            if (!read_records(&j, v, a, now, o, w))
                return false;
        } else if (json_text_is(&j, m, "stream")) {
            if (!json_text_of(&j, v, a, &o->stream))
                return fail(w, "\"stream\" is no text");
        } else if (json_text_is(&j, m, "audience")) {
            if (!json_text_of(&j, v, a, &o->audience))
                return fail(w, "\"audience\" is no text");
        } else {
            return fail(w, "the request has a member that is not known there");
        }
    }
    return (o->stream.n && o->n) || fail(w, "the request names a stream and its records");
}

/* What the caller can mend is 400; a log that must not or cannot be written now is not. */
static void refuse(struct why *w, struct arena *a, struct http_answer *out)
{
    const char *reason = w->reason ? w->reason : "internal";

    if (strcmp(reason, "origin") == 0) /* of HTTP that word means a page */
        w->reason = reason = "stream";
    answer_error(out, strcmp(reason, "stream") == 0 || strcmp(reason, "leaf") == 0 ? 400 : 503, w, a);
}

static void put_place(const struct stream_place *place, size_t n, struct arena *a, struct http_answer *out)
{
    uint8_t mem[ANSWER_BYTES];
    struct json_writer j;
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "origin", place->origin);
    jw_int(&j, "index", (int64_t)place->index);
    jw_int(&j, "records", (int64_t)n);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
}

void handle_records(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    struct federation *f = v->o->federation;
    struct order *o = arena_alloc(a, sizeof *o);
    unix_time now = v->o->now(v->o->ctx);
    struct stream_place place;
    struct why w;

    why_clear(&w);
    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Records are published from the node's own machine.", a);
        return;
    }
    if (!f) {
        answer_refuse(out, 503, "not-ready", "This node publishes nothing: it has no log key.", a);
        return;
    }
    if (!federation_may_sign(f, v->beliefs ? v->beliefs->roster : NULL, SIGN_RECORDS, &w)) {
        answer_error(out, 503, &w, a);
        return;
    }
    if (!o) {
        answer_refuse(out, 413, "too-large", "There is no room for these records.", a);
        return;
    }
    *o = (struct order){ 0 };
    if (!read_order(r->body, a, now, o, &w)) {
        answer_error(out, 400, &w, a);
    } else if (!streams_publish(f->streams, o->stream, o->audience, o->record, o->n, now, &place, &w)) {
        refuse(&w, a, out);
    } else {
        federation_poke(f, "streams");
        federation_poke(f, "cosign");
        put_place(&place, o->n, a, out);
    }
}
