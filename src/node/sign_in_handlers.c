/* /v1/sign-in, /v1/sign-out and /v1/persons. */
#include "node/caller.h"
#include "node/desk_answer.h"
#include "node/proving.h"
#include "node/sign_in.h"
#include "service/person/call.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { ANSWER = 8 << 20, SMALL = 8192, MEMORY = 64 << 20 };

static const struct desk_status statuses[] = {
    { "link", 403 },       { "link-used", 403 }, { "link-ended", 403 }, { "link-place", 403 },
    { "credential", 403 }, { "person", 422 },    { "roles", 422 },      { "certificate", 403 },
    { "request", 422 },    { "too-large", 413 }, { NULL, 0 },
};

static bool is_on(const struct node_view *v, struct arena *a, struct http_answer *out)
{
    if (!v->o->sign_in)
        answer_refuse(out, 409, "sign-in-off",
                      "This node asks nobody to sign in: `sign-in = required` in node.conf.", a);
    return v->o->sign_in != NULL;
}

/* ---- who is there ---- */

static void put_who(struct json_writer *j, const struct person_session *x)
{
    char ends[TIME_TEXT];

    if (!x) {
        jw_null(j, "who");
        return;
    }
    jw_object(j, "who");
    jw_text(j, "id", x->person);
    jw_text(j, "name", x->name);
    jw_text(j, "office", x->office.n ? x->office : x->person);
    jw_text(j, "purposes", x->purposes);
    jw_text(j, "how", x->how);
    jw_str(j, "ends", time_format(x->ends, ends));
    jw_array(j, "roles");
    for (unsigned i = 0; i < ROLES; i++)
        if (x->roles & 1u << i)
            jw_str(j, NULL, person_role_word(i));
    jw_array_end(j);
    jw_object_end(j);
}

void handle_sign_in(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    struct sign_in *s = v->o->sign_in;
    unix_time now = v->o->now(v->o->ctx);
    struct person_session x;
    struct why w = { 0 };
    uint8_t mem[SMALL];
    struct json_writer j;
    struct buffer b;
    bool known = false;

    if (s) {
        const struct person_desk d = sign_in_desk(s, now);
        struct span token = sign_in_cookie(s, r);

        known = token.n && person_session_find(&d, token, a, &x, &w);
    }
    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_bool(&j, "required", s != NULL);
    jw_array(&j, "ways");
    if (s)
        jw_str(&j, NULL, person_way_word(WAY_LINK));
    if (s && v->o->config->officers_ca)
        jw_str(&j, NULL, person_way_word(WAY_CERTIFICATE));
    if (s && proving_passkeys(v->o->proving, r->host))
        jw_str(&j, NULL, person_way_word(WAY_PASSKEY));
    if (s && proving_provider(v->o->proving))
        jw_str(&j, NULL, person_way_word(WAY_OIDC));
    jw_array_end(&j);
    put_who(&j, known ? &x : NULL);
    if (w.reason)
        jw_str(&j, "reason", w.reason);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
}

/* ---- ways ---- */

/* That person was proved: the cookie, and what GET /v1/sign-in would say. */
void sign_in_let_in(const struct person_desk *d, struct sign_in *s, struct span person, enum person_way how,
                    unsigned some, struct arena *a, struct http_answer *out)
{
    char token[PERSON_SECRET];
    struct person_session x;
    struct why w = { 0 };
    uint8_t mem[SMALL];
    struct json_writer j;
    struct buffer b;

    if (!person_session_open_some(d, person, how, some, token, &w) ||
        !person_session_find(d, span_str(token), a, &x, &w)) {
        answer_error(out, strncmp(w.reason, "store", 5) == 0 ? 503 : 403, &w, a);
        return;
    }
    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_who(&j, &x);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    sign_in_put_cookie(s, token, a, out);
    wipe(token, sizeof token);
}

void sign_in_refused(struct sign_in *s, const struct http_request *r, unix_time now, const struct why *w,
                     struct arena *a, struct http_answer *out)
{
    sign_in_failed(s, r, now);
    answer_error(out, w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 403, w, a);
}

void handle_sign_in_link(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    unix_time now = v->o->now(v->o->ctx);
    struct person_desk d;
    struct span link, person;
    struct why w = { 0 };
    struct json j;

    if (!is_on(v, a, out) || sign_in_too_often(v->o->sign_in, r, now, a, out))
        return;
    d = sign_in_desk(v->o->sign_in, now);
    if (!json_parse(r->body, a, &j, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "link"), a, &link))
        link = SPAN("");
    if (person_link_use(&d, link, caller_is_loopback(r->peer), a, &person, &w))
        sign_in_let_in(&d, v->o->sign_in, person, WAY_LINK, ~0u, a, out);
    else
        sign_in_refused(v->o->sign_in, r, now, &w, a, out);
}

void handle_sign_in_certificate(const struct node_view *v, const struct http_request *r, struct arena *a,
                                struct http_answer *out)
{
    unix_time now = v->o->now(v->o->ctx);
    struct credential_row c;
    struct person_desk d;
    struct why w = { 0 };

    if (!is_on(v, a, out) || sign_in_too_often(v->o->sign_in, r, now, a, out))
        return;
    d = sign_in_desk(v->o->sign_in, now);
    if (!r->certificate) {
        answer_refuse(out, 403, "certificate",
                      "No certificate of the officers' authority was shown on this connection.", a);
        return;
    }
    if (person_credential_of(&d, WAY_CERTIFICATE, span_str(r->certificate), a, &c, &w))
        sign_in_let_in(&d, v->o->sign_in, c.person, WAY_CERTIFICATE, ~0u, a, out);
    else
        sign_in_refused(v->o->sign_in, r, now, &w, a, out);
}

void handle_sign_out(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct person_session x;
    struct person_desk d;
    struct why w = { 0 };
    struct span token;
    bool everywhere = false;
    struct json j;

    if (!is_on(v, a, out))
        return;
    d = sign_in_desk(v->o->sign_in, v->o->now(v->o->ctx));
    token = sign_in_cookie(v->o->sign_in, r);
    if (json_parse(r->body, a, &j, NULL))
        (void)!json_boolean(&j, json_member(&j, JSON_ROOT, "everywhere"), &everywhere);
    if (token.n && everywhere && person_session_find(&d, token, a, &x, &w) &&
        !person_sessions_close(&d, x.person, (struct span){ NULL, 0 }, &w)) {
        answer_error(out, 503, &w, a);
        return;
    }
    if (token.n && !person_session_close(&d, token, &w)) {
        answer_error(out, 503, &w, a);
        return;
    }
    answer_json(out, 200, SPAN("{}"));
    sign_in_put_cookie(v->o->sign_in, NULL, a, out);
}

/* ---- persons ---- */

static void run(const char *op, struct span json, const struct node_view *v, struct arena *a,
                struct http_answer *out)
{
    struct person_desk d;
    struct why w = { 0 };
    struct buffer b;
    struct arena own;
    bool ok;

    if (!is_on(v, a, out))
        return;
    d = sign_in_desk(v->o->sign_in, v->o->now(v->o->ctx));
    buf_init(&b, ANSWER);
    arena_init(&own, MEMORY);
    ok = person_call(&d, op, json, &own, &b, &w);
    sign_in_forget(v->o->sign_in);
    desk_finish(ok, 200, statuses, &b, &w, a, out);
    arena_free(&own);
}

#define POSTED(name, op)                                                                                     \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, r->body, v, a, out);                                                                         \
    }

POSTED(handle_person_put, "put")
POSTED(handle_person_remove, "remove")
POSTED(handle_person_link, "link")
POSTED(handle_person_token, "token")
POSTED(handle_person_certificate, "certificate")
POSTED(handle_person_provider, "provider")
POSTED(handle_person_drop, "drop")

void handle_persons(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    (void)r;
    run("list", SPAN("{}"), v, a, out);
}

void handle_person_log(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    struct why w = { 0 };
    int64_t after = 0;
    uint8_t mem[64];
    struct buffer b;

    if (!http_query_number(r, "after", INT64_MAX, &after, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    buf_init_fixed(&b, mem, sizeof mem);
    buf_printf(&b, "{\"after\":%lld}", (long long)after);
    run("log", buf_span(&b), v, a, out);
}
