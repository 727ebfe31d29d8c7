/* /v1/sign-in/passkey and /v1/passkeys: signing in with a passkey, and one's own. */
#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/node_key.h"
#include "node/desk_answer.h"
#include "node/proving.h"
#include "node/sign_in.h"
#include "prove/client_data.h"
#include "service/person/passkeys.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { ANSWER = 256 << 10 };

static const struct desk_status statuses[] = {
    { "credential", 403 },
    { "challenge-unknown", 403 },
    { "challenge-expired", 403 },
    { "challenge-bound", 403 },
    { "client-data", 422 },
    { "authenticator-data", 422 },
    { "attestation", 422 },
    { "passkey-type", 403 },
    { "passkey-challenge", 403 },
    { "passkey-origin", 403 },
    { "passkey-place", 403 },
    { "passkey-verification", 403 },
    { "passkey-signature", 403 },
    { "passkey-attestation", 422 },
    { "passkey-key", 422 },
    { "passkey-model", 422 },
    { "passkey-id", 422 },
    { "passkey-label", 422 },
    { "passkeys", 422 },
    { "request", 422 },
    { NULL, 0 },
};

/* What one request works with. */
struct call {
    const struct node_view *v;
    const struct http_request *r;
    struct arena *a;
    struct http_answer *out;
    const struct passkey_place *place;
    struct person_desk d;
    struct json json;
};

static bool open_call(struct call *c)
{
    struct why w = { 0 };

    if (!c->v->o->sign_in) {
        answer_refuse(c->out, 409, "sign-in-off", "This node asks nobody to sign in.", c->a);
        return false;
    }
    c->d = sign_in_desk(c->v->o->sign_in, c->v->o->now(c->v->o->ctx));
    c->place = proving_passkeys(c->v->o->proving, c->r->host);
    if (!c->place) {
        answer_refuse(c->out, 409, "passkeys-off", "This node offers no passkeys under this address.", c->a);
        return false;
    }
    if (json_parse(c->r->body.n ? c->r->body : SPAN("{}"), c->a, &c->json, &w))
        return true;
    answer_error(c->out, 400, &w, c->a);
    return false;
}

/* Of a person in a browser: a program keeps no passkeys, and no browser is behind the node's folder. */
static bool open_own(struct call *c)
{
    const struct person_session *x = c->r->who;

    if (!open_call(c))
        return false;
    if (x && !x->token && !x->folder)
        return true;
    answer_refuse(c->out, 403, "passkeys-browser", "A person who signed in by a browser keeps passkeys.",
                  c->a);
    return false;
}

static void refuse(struct call *c, const struct why *w)
{
    struct buffer none;

    buf_init(&none, 1);
    desk_finish(false, 0, statuses, &none, w, c->a, c->out);
}

/* A member in base64url, decoded; empty: absent. */
static bool octets(struct call *c, const char *name, struct span *out, struct why *w)
{
    json_ref m = json_member(&c->json, JSON_ROOT, name);
    struct buffer b;
    struct span text;
    uint8_t *room;
    size_t at;

    *out = (struct span){ NULL, 0 };
    if (m == JSON_NONE)
        return true;
    if (json_text_of(&c->json, m, c->a, &text) && text.n <= 2 * LIMIT_AUTHENTICATOR &&
        (room = arena_alloc(c->a, text.n + 1))) {
        buf_init_fixed(&b, room, text.n + 1);
        if (base64_decode(text, BASE64_URL, &b, &at) && buf_ok(&b)) {
            *out = buf_span(&b);
            return true;
        }
    }
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "`%s` is text in base64url.", name);
}

/* The challenge that the browser names: used up, and it was given to `bound`. */
static bool take_challenge(struct call *c, enum challenge_use use, struct span bound, struct span text,
                           struct span *challenge, struct why *w)
{
    struct challenge_kept kept;
    struct client_data said;

    if (!client_data_read(text, c->a, &said, w) ||
        !challenge_take(proving_challenges(c->v->o->proving), use, bound, said.challenge, c->d.now, &kept, w))
        return false;
    *challenge = said.challenge;
    return true;
}

static void put_base64(struct json_writer *j, const char *key, struct span s)
{
    uint8_t mem[2 * LIMIT_PASSKEY_ID];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    base64_put(&b, s, BASE64_URL);
    jw_text(j, key, buf_span(&b));
}

static void give(struct call *c, enum challenge_use use, struct span bound, struct json_writer *j)
{
    uint8_t network[SIGN_IN_NETWORK], value[CHALLENGE_BYTES];
    const struct challenge_to to = { span_of(network, sizeof network), bound };

    sign_in_network(c->r, network);
    random_bytes(value, sizeof value);
    challenge_give(proving_challenges(c->v->o->proving), use, &to, SPAN(""), value, c->d.now);
    jw_str(j, "place", c->place->id);
    jw_int(j, "seconds", LIMIT_CHALLENGE_SECONDS);
    put_base64(j, "challenge", span_of(value, sizeof value));
}

/* ---- signing in ---- */

void handle_passkey_sign_in_begin(const struct node_view *v, const struct http_request *r, struct arena *a,
                                  struct http_answer *out)
{
    struct call c = { .v = v, .r = r, .a = a, .out = out };
    char begun[PROVING_BEGUN];
    struct json_writer j;
    struct buffer b;

    if (!open_call(&c) || sign_in_too_often(v->o->sign_in, r, c.d.now, a, out))
        return;
    proving_begin(begun);
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    give(&c, CHALLENGE_SIGN_IN, span_str(begun), &j);
    jw_object_end(&j);
    desk_finish(true, 200, statuses, &b, NULL, a, out);
    proving_put_cookie(v, begun, a, out);
}

static bool prove(struct call *c, struct span *person, struct why *w)
{
    struct person_passkey_said s = { 0 };
    struct span challenge;

    return octets(c, "id", &s.id, w) && octets(c, "handle", &s.handle, w) &&
           octets(c, "clientData", &s.said.client_data, w) &&
           octets(c, "authenticatorData", &s.said.authenticator_data, w) &&
           octets(c, "signature", &s.said.signature, w) &&
           take_challenge(c, CHALLENGE_SIGN_IN, proving_begun(c->v, c->r), s.said.client_data, &challenge,
                          w) &&
           person_passkey_prove(&c->d, c->place, challenge, &s, c->a, person, w);
}

void handle_passkey_sign_in_finish(const struct node_view *v, const struct http_request *r, struct arena *a,
                                   struct http_answer *out)
{
    struct call c = { .v = v, .r = r, .a = a, .out = out };
    struct why w = { 0 };
    struct span person;

    if (!open_call(&c) || sign_in_too_often(v->o->sign_in, r, c.d.now, a, out))
        return;
    if (prove(&c, &person, &w))
        sign_in_let_in(&c.d, v->o->sign_in, person, WAY_PASSKEY, ~0u, a, out);
    else
        sign_in_refused(v->o->sign_in, r, c.d.now, &w, a, out);
}

/* ---- one's own ---- */

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char mem[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, mem) : NULL);
}

static void put_all(const struct credential_row *row, size_t n, struct json_writer *j)
{
    jw_array(j, "passkeys");
    for (size_t i = 0; i < n; i++) {
        if (!span_eq_str(row[i].kind, "passkey"))
            continue;
        jw_object(j, NULL);
        jw_text(j, "credential", row[i].id);
        jw_text(j, "label", row[i].label);
        put_time(j, "added", row[i].added);
        put_time(j, "used", row[i].used);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool lasts(const struct credential_row *row)
{
    return !span_eq_str(row->kind, "link") && !span_eq_str(row->kind, "token");
}

void handle_passkeys(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct call c = { .v = v, .r = r, .a = a, .out = out };
    const struct credential_row *row;
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;
    size_t n, lasting = 0;

    if (!open_own(&c))
        return;
    if (!store_credentials(c.d.store, r->who->person, a, &row, &n, &w)) {
        refuse(&c, &w);
        return;
    }
    for (size_t i = 0; i < n; i++)
        lasting += lasts(&row[i]);
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_all(row, n, &j);
    jw_int(&j, "ways", (int64_t)lasting);
    jw_object_end(&j);
    desk_finish(true, 200, statuses, &b, NULL, a, out);
}

static void put_user(const struct call *c, struct json_writer *j)
{
    uint8_t handle[PERSON_HANDLE];

    person_handle(c->place, c->r->who->person, handle);
    put_base64(j, "handle", span_of(handle, sizeof handle));
    jw_text(j, "person", c->r->who->person);
    jw_text(j, "name", c->r->who->name);
}

void handle_passkey_begin(const struct node_view *v, const struct http_request *r, struct arena *a,
                          struct http_answer *out)
{
    struct call c = { .v = v, .r = r, .a = a, .out = out };
    const struct credential_row *row;
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;
    size_t n;

    if (!open_own(&c))
        return;
    if (!store_credentials(c.d.store, r->who->person, a, &row, &n, &w)) {
        refuse(&c, &w);
        return;
    }
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    give(&c, CHALLENGE_REGISTER, sign_in_cookie(v->o->sign_in, r), &j);
    put_user(&c, &j);
    put_all(row, n, &j);
    jw_object_end(&j);
    desk_finish(true, 200, statuses, &b, NULL, a, out);
}

void handle_passkey_finish(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    struct call c = { .v = v, .r = r, .a = a, .out = out };
    struct span client, attestation, challenge, label;
    struct passkey_made made;
    struct why w = { 0 };

    if (!open_own(&c))
        return;
    if (!json_text_of(&c.json, json_member(&c.json, JSON_ROOT, "label"), a, &label))
        label = SPAN("");
    if (octets(&c, "clientData", &client, &w) && octets(&c, "attestation", &attestation, &w) &&
        take_challenge(&c, CHALLENGE_REGISTER, sign_in_cookie(v->o->sign_in, r), client, &challenge, &w) &&
        passkey_register(c.place, challenge, client, attestation, a, &made, &w) &&
        person_passkey_add(&c.d, r->who->person, &made, label, &w))
        answer_json(out, 200, SPAN("{}"));
    else
        refuse(&c, &w);
}

void handle_passkey_remove(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    struct call c = { .v = v, .r = r, .a = a, .out = out };
    struct span credential = { NULL, 0 };
    struct why w = { 0 };

    if (!open_own(&c))
        return;
    if (!json_text_of(&c.json, json_member(&c.json, JSON_ROOT, "credential"), a, &credential))
        (void)why_set(&w, "request", WHY_NO_OFFSET, NULL, "`credential` is missing.");
    else if (person_passkey_drop(&c.d, r->who->person, credential, sign_in_cookie(v->o->sign_in, r), &w))
        answer_json(out, 200, SPAN("{}"));
    if (w.reason)
        refuse(&c, &w);
}
