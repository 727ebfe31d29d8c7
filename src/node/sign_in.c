#include "node/sign_in.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "node/caller.h"
#include "wire/json.h"

enum {
    PLACE = SIGN_IN_NETWORK,
    MINUTE = 60,
    COOKIE_NAME = 32,
    REMEMBER = 10,
    HALVES = 64,
    HALF_SECONDS = 86400,
    ID_ROOM = 65,
    LINE = 512
};

/* Failed attempts of one address. */
struct place {
    uint8_t address[PLACE];
    unix_time since;
    unsigned tries;
};

/* What one officer asked for and the second has not asked for yet. */
struct half {
    uint8_t digest[SESSION_HASH]; /* of the operation, both ids and all else that was asked */
    char officer[ID_ROOM];
    unix_time at;
};

struct sign_in {
    struct store *store;
    struct sessions *sessions; /* of browsers */
    struct sessions *tokens;   /* of programs, for REMEMBER seconds: then the store is asked again */
    bool tls;
    char cookie[COOKIE_NAME];
    char path[4096], secret[PERSON_SECRET];
    pthread_mutex_t lock;
    size_t n_places;
    struct place place[LIMIT_SIGN_IN_PLACES];
    struct half half[HALVES];
};

static void draw(void *p, size_t n)
{
    random_bytes(p, n);
}

struct person_desk sign_in_desk(struct sign_in *s, unix_time now)
{
    return (struct person_desk){ .store = s->store, .now = now, .random = draw, .sessions = s->sessions };
}

void sign_in_forget(struct sign_in *s)
{
    sessions_end_all(s->tokens);
}

/* ---- start and end ---- */

bool sign_in_stands(struct sign_in *s, const uint8_t hash[SESSION_HASH], unix_time now)
{
    return sessions_stand(s->sessions, hash, now);
}

static void make_secret(char out[PERSON_SECRET])
{
    uint8_t raw[SESSION_HASH], mem[PERSON_SECRET + 4];
    struct buffer b;

    random_bytes(raw, sizeof raw);
    buf_init_fixed(&b, mem, sizeof mem);
    base64_put(&b, span_of(raw, sizeof raw), BASE64_URL);
    memcpy(out, b.p, PERSON_SECRET - 1);
    out[PERSON_SECRET - 1] = 0;
    wipe(raw, sizeof raw);
    wipe(mem, sizeof mem);
}

bool sign_in_open(const struct sign_in_options *o, struct sign_in **ret, struct why *w)
{
    struct sign_in *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    if ((size_t)snprintf(s->path, sizeof s->path, "%s/" SIGN_IN_FILE, o->folder) >= sizeof s->path) {
        free(s);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the node's folder is too long");
    }
    s->store = o->store;
    s->tls = o->tls;
    s->sessions = sessions_new(60 * (o->idle_minutes ? o->idle_minutes : PERSON_IDLE_MINUTES),
                               3600 * (o->hours ? o->hours : PERSON_HOURS));
    s->tokens = sessions_new(REMEMBER, REMEMBER);
    (void)pthread_mutex_init(&s->lock, NULL);
    make_secret(s->secret);
    *ret = s;
    return true;
}

void sign_in_close(struct sign_in *s)
{
    if (!s)
        return;
    (void)unlink(s->path);
    sessions_free(s->sessions);
    sessions_free(s->tokens);
    (void)pthread_mutex_destroy(&s->lock);
    wipe(s->secret, sizeof s->secret);
    free(s);
}

/* Readable for its owner alone from the first byte on. */
static bool write_secret(const char *path, const char *text, size_t n, struct why *w)
{
    int fd;
    bool ok;

    (void)unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;
    if (fd >= 0)
        ok &= close(fd) == 0;
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %s: %s", path, strerror(errno));
}

bool sign_in_at(struct sign_in *s, const char *url, uint16_t port, struct why *w)
{
    char text[LINE];
    int n = snprintf(text, sizeof text, "%s\n%s\n", s->secret, url);
    bool ok;

    (void)snprintf(s->cookie, sizeof s->cookie, "%sserai-%u", s->tls ? "__Host-" : "", (unsigned)port);
    ok = n > 0 && (size_t)n < sizeof text && write_secret(s->path, text, (size_t)n, w);
    wipe(text, sizeof text);
    return ok;
}

/* A link or a program's token lets nobody in for long. */
static bool anybody_can(struct sign_in *s, struct arena *a, bool *can, struct why *w)
{
    const struct credential_row *c;
    const struct person_row *p;
    size_t n, m;

    *can = false;
    if (!store_persons(s->store, a, &p, &n, w))
        return false;
    for (size_t i = 0; i < n && !*can; i++) {
        if (!store_credentials(s->store, p[i].id, a, &c, &m, w))
            return false;
        for (size_t k = 0; k < m; k++)
            *can |= !span_eq_str(c[k].kind, "link") && !span_eq_str(c[k].kind, "token");
    }
    return true;
}

bool sign_in_first(struct sign_in *s, unix_time now, bool *made, char link[PERSON_SECRET], struct why *w)
{
    const struct person_row first = { .id = SPAN("first"),
                                      .name = SPAN("first"),
                                      .roles = SPAN("lane roadside travel notices complaints cert operator "
                                                    "auditor") };
    const struct person_desk d = sign_in_desk(s, now);
    struct person_row there;
    struct arena a;
    bool can, found = false, ok;

    arena_init(&a, 64 << 20);
    ok = anybody_can(s, &a, &can, w);
    *made = ok && !can;
    if (*made)
        ok = store_person(s->store, first.id, &a, &found, &there, w) &&
             (found || person_put(&d, &first, w)) && person_link_make(&d, first.id, true, link, w);
    arena_free(&a);
    return ok;
}

/* ---- attempts ---- */

void sign_in_network(const struct http_request *r, uint8_t out[SIGN_IN_NETWORK])
{
    union {
        const struct sockaddr *any;
        const struct sockaddr_in *v4;
        const struct sockaddr_in6 *v6;
    } p = { .any = r->peer };

    memset(out, 0, PLACE);
    if (r->peer && r->peer->sa_family == AF_INET)
        memcpy(out, &p.v4->sin_addr, 4);
    else if (r->peer && r->peer->sa_family == AF_INET6)
        memcpy(out, &p.v6->sin6_addr, IN6_IS_ADDR_V4MAPPED(&p.v6->sin6_addr) ? 16 : 8);
}

/* That of the address; NULL: nothing failed there of late. */
static struct place *place_of(struct sign_in *s, const uint8_t address[PLACE], unix_time now)
{
    for (size_t i = 0; i < s->n_places; i++)
        if (memcmp(s->place[i].address, address, PLACE) == 0)
            return now - s->place[i].since < MINUTE ? &s->place[i] : NULL;
    return NULL;
}

bool sign_in_too_often(struct sign_in *s, const struct http_request *r, unix_time now, struct arena *a,
                       struct http_answer *out)
{
    uint8_t address[PLACE];
    struct place *p;
    bool often;

    sign_in_network(r, address);
    (void)pthread_mutex_lock(&s->lock);
    p = place_of(s, address, now);
    often = p && p->tries >= LIMIT_SIGN_IN_TRIES;
    (void)pthread_mutex_unlock(&s->lock);
    if (often)
        answer_refuse(out, 429, "tries", "Too many attempts failed from this address: wait a minute.", a);
    return often;
}

void sign_in_failed(struct sign_in *s, const struct http_request *r, unix_time now)
{
    struct place *p = NULL;
    uint8_t address[PLACE];

    sign_in_network(r, address);
    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->n_places && !p; i++)
        if (memcmp(s->place[i].address, address, PLACE) == 0)
            p = &s->place[i];
    if (!p && s->n_places < LIMIT_SIGN_IN_PLACES)
        p = &s->place[s->n_places++];
    for (size_t i = 0; i < LIMIT_SIGN_IN_PLACES && !p; i++)
        if (now - s->place[i].since >= MINUTE)
            p = &s->place[i];
    if (!p) /* as many addresses within a minute: the oldest makes room */
        p = &s->place[(size_t)now % LIMIT_SIGN_IN_PLACES];
    if (memcmp(p->address, address, PLACE) != 0 || now - p->since >= MINUTE)
        *p = (struct place){ .since = now };
    memcpy(p->address, address, PLACE);
    p->tries++;
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- cookies ---- */

struct span sign_in_cookie(const struct sign_in *s, const struct http_request *r)
{
    return r->cookie ? person_cookie(span_str(r->cookie), span_str(s->cookie)) : (struct span){ NULL, 0 };
}

void sign_in_put_cookie(const struct sign_in *s, const char *token, struct arena *a, struct http_answer *out)
{
    char text[LINE];
    int n = snprintf(text, sizeof text, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", s->cookie,
                     token ? token : "", s->tls ? "; Secure" : "", token ? "" : "; Max-Age=0");
    const char *value = n > 0 && (size_t)n < sizeof text ? arena_str(a, span_of(text, (size_t)n)) : NULL;

    wipe(text, sizeof text);
    if (!value || out->n_own == HTTP_OWN)
        return;
    out->own[out->n_own].name = "Set-Cookie";
    out->own[out->n_own++].value = value;
}

/* ---- the gate ---- */

/* Who may read the node's folder. */
static bool is_folder(const struct sign_in *s, struct span token, const struct http_request *r)
{
    return token.n == PERSON_SECRET - 1 && same_secret(token.p, s->secret, PERSON_SECRET - 1) &&
           caller_is_loopback(r->peer);
}

/* Who is known goes on while others at the same address guess. */
static bool find_bearer(struct sign_in *s, struct http_request *r, unix_time now, struct arena *a,
                        struct person_session *out, struct http_answer *refused)
{
    struct span token = text_trim(span_str(r->authorization + strlen("Bearer ")));
    const struct person_desk d = sign_in_desk(s, now);
    struct digest g;
    struct why w;

    why_clear(&w);
    if (is_folder(s, token, r)) {
        *out = (struct person_session){ .person = SPAN("folder"),
                                        .name = SPAN("folder"),
                                        .how = SPAN("folder"),
                                        .roles = (1u << ROLES) - 1,
                                        .ends = now + MINUTE,
                                        .folder = true };
        return true;
    }
    digest_of(DIGEST_SHA256, token, &g);
    if (sessions_find(s->tokens, g.b, now, a, out, &w)) {
        out->token = true;
        return true;
    }
    if (sign_in_too_often(s, r, now, a, refused))
        return false;
    why_clear(&w);
    if (!person_token_find(&d, token, a, out, &w)) {
        sign_in_failed(s, r, now);
        answer_error(refused, strncmp(w.reason, "store", 5) == 0 ? 503 : 401, &w, a);
        return false;
    }
    sessions_put(s->tokens, g.b, out, now);
    return true;
}

static bool find_cookie(struct sign_in *s, struct http_request *r, unix_time now, struct arena *a,
                        struct person_session *out, struct http_answer *refused)
{
    const struct person_desk d = sign_in_desk(s, now);
    struct span token = sign_in_cookie(s, r);
    struct why w;

    why_clear(&w);
    if (token.n ? person_session_find(&d, token, a, out, &w)
                : why_set(&w, "sign-in", WHY_NO_OFFSET, NULL, "Sign in first."))
        return true;
    answer_error(refused, 401, &w, a);
    return false;
}

/*
 * A browser sends the cookie by itself: that the page which asks is of this node, it says too, with what
 * changes something always (Fetch 3.2). SameSite=Strict says the same once more.
 */
static bool page_is_own(const struct http_request *r)
{
    if (r->fetch_site && strcmp(r->fetch_site, "same-origin") != 0 && strcmp(r->fetch_site, "none") != 0)
        return false;
    return strcmp(r->method, "POST") != 0 || r->origin ||
           (r->fetch_site && strcmp(r->fetch_site, "same-origin") == 0);
}

static bool let_in(const struct route *route, const struct person_session *x, unsigned gate, struct arena *a,
                   struct http_answer *out)
{
    struct why w;

    if (gate == GATE_ANY || (gate & x->roles))
        return true;
    why_clear(&w);
    (void)why_set(&w, "role", WHY_NO_OFFSET, NULL, "%s is for another role than those of %.*s.",
                  route->operation, (int)x->person.n, (const char *)x->person.p);
    answer_error(out, 403, &w, a);
    return false;
}

bool sign_in_gate(struct sign_in *s, const struct route *route, struct http_request *r, unix_time now,
                  struct arena *a, struct http_answer *out)
{
    bool bearer = r->authorization && strncasecmp(r->authorization, "Bearer ", strlen("Bearer ")) == 0;
    unsigned gate = person_gate(route->operation);
    struct person_session *x;

    if (gate == GATE_PUBLIC)
        return true;
    x = arena_alloc(a, sizeof *x);
    if (!x) {
        answer_refuse(out, 503, "busy", "There is no room for this request.", a);
        return false;
    }
    if (!(bearer ? find_bearer(s, r, now, a, x, out) : find_cookie(s, r, now, a, x, out)))
        return false;
    if (!bearer && !page_is_own(r)) {
        answer_refuse(out, 403, "origin", "The request comes from a page that this node did not serve.", a);
        return false;
    }
    r->who = x;
    return let_in(route, x, gate, a, out);
}

/* ---- in whose name ---- */

static bool is_own(const struct person_session *x, struct span said, struct span own)
{
    if (span_eq(said, own))
        return true;
    return x->token && said.n > own.n + 1 && span_starts(said, own) && said.p[own.n] == '/';
}

static bool names(const struct person_session *x, const char *field, struct span said, struct arena *a,
                  struct http_answer *out)
{
    bool office = strcmp(field, "office") == 0;
    struct span own = office && x->office.n ? x->office : x->person;
    struct why w;

    if (!said.n || is_own(x, said, own))
        return true;
    why_clear(&w);
    (void)why_set(&w, office ? "office" : "officer", WHY_NO_OFFSET, NULL,
                  "The request names another %s than %.*s, who is signed in.", field, (int)own.n,
                  (const char *)own.p);
    answer_error(out, 403, &w, a);
    return false;
}

static bool names_of_query(const struct http_request *r, struct arena *a, struct http_answer *out)
{
    for (size_t i = 0; i < r->n_query; i++)
        if ((strcmp(r->query[i].name, "officer") == 0 || strcmp(r->query[i].name, "office") == 0) &&
            !names(r->who, r->query[i].name, span_str(r->query[i].value), a, out))
            return false;
    return !http_own(r, "Serai-Officer") ||
           names(r->who, "officer", span_str(http_own(r, "Serai-Officer")), a, out);
}

/* Of what is no JSON, the handler says what is wrong. */
static bool names_of_body(const struct http_request *r, struct arena *a, struct http_answer *out)
{
    static const char *const field[] = { "officer", "office" };
    struct arena own;
    struct span said;
    struct json j;
    bool ok = true;

    arena_init(&own, 64 << 20);
    if (json_parse(r->body, &own, &j, NULL))
        for (size_t i = 0; i < sizeof field / sizeof *field && ok; i++)
            if (json_text_of(&j, json_member(&j, JSON_ROOT, field[i]), &own, &said))
                ok = names(r->who, field[i], said, a, out);
    arena_free(&own);
    return ok;
}

/* The request apart from who of the two sent it: both ids in one order, then each other member as written. */
static void digest_of_both(const char *operation, const struct json *j, struct span a, struct span b,
                           uint8_t out[SESSION_HASH])
{
    bool first = a.n < b.n || (a.n == b.n && memcmp(a.p, b.p, a.n) < 0);
    struct span part[] = { span_str(operation), SPAN("\n"), first ? a : b, SPAN("\n"), first ? b : a };
    struct digest g;
    uint8_t last[SESSION_HASH];

    digest_parts(DIGEST_SHA256, part, sizeof part / sizeof *part, &g);
    memcpy(last, g.b, sizeof last);
    for (json_ref m = json_first(j, JSON_ROOT); m != JSON_NONE; m = json_after(j, JSON_ROOT, m)) {
        struct span next[] = { span_of(last, sizeof last), json_source(j, m), SPAN(":"),
                               json_source(j, json_value_of(j, m)) };

        if (json_text_is(j, m, "officer") || json_text_is(j, m, "second"))
            continue;
        digest_parts(DIGEST_SHA256, next, sizeof next / sizeof *next, &g);
        memcpy(last, g.b, sizeof last);
    }
    memcpy(out, last, sizeof last);
}

/* True: the other officer asked for the same within HALF_SECONDS. False: that is kept now. */
static bool other_half(struct sign_in *s, const uint8_t digest[SESSION_HASH], struct span officer,
                       unix_time now)
{
    struct half *place = &s->half[0];
    bool there = false;

    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < HALVES && !there; i++) {
        struct half *h = &s->half[i];

        there = h->at && now - h->at < HALF_SECONDS && memcmp(h->digest, digest, SESSION_HASH) == 0 &&
                !span_eq_str(officer, h->officer);
        if (there)
            *h = (struct half){ 0 };
        else if (h->at < place->at)
            place = h;
    }
    if (!there) {
        memcpy(place->digest, digest, SESSION_HASH);
        (void)snprintf(place->officer, sizeof place->officer, "%.*s", (int)officer.n,
                       (const char *)officer.p);
        place->at = now;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return there;
}

/*
 * Where a request names a second officer, that one signs in and asks for the very same, naming the first: a
 * name alone proves nobody.
 */
static bool second_asked(struct sign_in *s, const struct route *route, const struct http_request *r,
                         unix_time now, struct arena *a, struct http_answer *out)
{
    uint8_t digest[SESSION_HASH];
    struct arena own;
    struct span second;
    struct json j;
    struct why w;
    bool ok = true;

    arena_init(&own, 64 << 20);
    if (json_parse(r->body, &own, &j, NULL) &&
        json_text_of(&j, json_member(&j, JSON_ROOT, "second"), &own, &second) && second.n &&
        !span_eq(second, r->who->person)) {
        digest_of_both(route->operation, &j, r->who->person, second, digest);
        ok = other_half(s, digest, r->who->person, now);
        why_clear(&w);
        if (!ok)
            (void)why_set(
                &w, "second", WHY_NO_OFFSET, NULL,
                "Kept for a day: %.*s signs in and asks for the very same, naming %.*s as the second.",
                (int)(second.n < 64 ? second.n : 64), (const char *)second.p, (int)r->who->person.n,
                (const char *)r->who->person.p);
    }
    arena_free(&own);
    if (!ok)
        answer_error(out, 409, &w, a);
    return ok;
}

/* They carry pictures and name nobody. */
static bool names_nobody(const char *operation)
{
    return strcmp(operation, "check") == 0 || strcmp(operation, "checkLicence") == 0 ||
           strcmp(operation, "inspect") == 0;
}

bool sign_in_speaks(struct sign_in *s, const struct route *route, const struct http_request *r, unix_time now,
                    struct arena *a, struct http_answer *out)
{
    if (!r->who || r->who->folder)
        return true;
    if (!names_of_query(r, a, out))
        return false;
    return !route->content_type || strcmp(route->content_type, "application/json") != 0 ||
           names_nobody(route->operation) ||
           (names_of_body(r, a, out) && (r->who->token || second_asked(s, route, r, now, a, out)));
}
