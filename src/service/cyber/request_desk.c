/* Offers and requests at a member's desk: said after asking whether it would count, listed, matched. */
#include <stdio.h>

#include "service/cyber/cooperation_internal.h"
#include "service/cyber/request.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/cooperation.md";

enum { MATCHES = 50 };

static bool given_text(struct span json, const char *name, struct arena *a, struct span *out, struct why *w)
{
    struct json j;

    *out = (struct span){ NULL, 0 };
    if (!json_parse(json, a, &j, w))
        return false;
    (void)!json_text_of(&j, json_member(&j, JSON_ROOT, name), a, out);
    return true;
}

static bool said(const struct coop_record *r, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    coop_put_head(&j, r);
    jw_object_end(&j);
    return coop_filled(out, w);
}

/* Said when the book with it in it does not refuse it. */
static bool say(const struct coop_desk *d, struct coop_record *r, unix_time now, struct arena *a,
                struct buffer *out, struct why *w)
{
    struct request_book b;
    struct coop_set s;

    return coop_load(d, COOP_CAPABILITIES, r, a, &s, w) && request_book_make(&s, now, a, &b, w) &&
           coop_would_count(&b.refused, r, w) && coop_say(d, r, w) && said(r, out, w);
}

static bool begin(const struct coop_desk *d, enum coop_kind k, struct span json, unix_time now,
                  struct arena *a, struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);

    return (r || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this")) &&
           coop_make(d, k, json, now, a, r, w) && say(d, r, now, a, out, w);
}

bool request_offer(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    return begin(d, COOP_OFFER, json, now, a, out, w);
}

bool request_ask(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, struct why *w)
{
    return begin(d, COOP_REQUEST, json, now, a, out, w);
}

/* What refers to a record goes to those that the record went to. */
static bool answer(const struct coop_desk *d, enum coop_kind k, struct span json, unix_time now,
                   struct arena *a, struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct coop_record *to;
    struct span id;
    struct coop_set s;

    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!given_text(json, coop_ref_name(k), a, &id, w) || !coop_load(d, COOP_CAPABILITIES, NULL, a, &s, w))
        return false;
    to = coop_find(&s, id);
    if (!to)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "\"%s\" names no record that is here",
                       coop_ref_name(k));
    now = coop_after(&s, d->self, now);
    return coop_make_answer(d, k, json, to, now, a, r, w) && say(d, r, now, a, out, w);
}

bool request_reply(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    return answer(d, COOP_REPLY, json, now, a, out, w);
}

bool request_accept(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, struct why *w)
{
    return answer(d, COOP_ACCEPTED, json, now, a, out, w);
}

bool request_close(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    return answer(d, COOP_CLOSED, json, now, a, out, w);
}

/* ---- listing ---- */

static void put_field(struct json_writer *j, const struct coop_record *r, const char *name)
{
    json_ref v = json_member(&r->j, JSON_ROOT, name);

    if (v != JSON_NONE)
        jw_raw(j, name, json_source(&r->j, v));
}

/* capability.kind of the catalogues. */
static const char *title(const struct coop_record *r, const struct tongue *t)
{
    for (const char *const *c = coop_capabilities; *c; c++)
        if (span_eq_str(coop_text(r, "capability"), *c))
            return tongue_text(t, "capability.kind", *c);
    return "";
}

static void put_fields(struct json_writer *j, const struct coop_record *r, const struct tongue *t)
{
    static const char *const name[] = { "capability", "languages", "from",      "until",
                                        "urgency",    "answer_by", "places",    "zone",
                                        "text",       "contact",   "conditions" };

    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        put_field(j, r, name[i]);
    jw_str(j, "title", title(r, t));
}

static void put_end(struct json_writer *j, const struct coop_record *r)
{
    if (!r)
        return;
    jw_object(j, "closed");
    coop_put_head(j, r);
    put_field(j, r, "outcome");
    put_field(j, r, "evaluation");
    put_field(j, r, "remark");
    jw_object_end(j);
}

static void put_side(struct json_writer *j, const struct request_side *s)
{
    jw_object(j, NULL);
    coop_put_head(j, s->reply);
    put_field(j, s->reply, "answer");
    put_field(j, s->reply, "reason");
    put_field(j, s->reply, "offer");
    put_field(j, s->reply, "contact");
    put_field(j, s->reply, "conditions");
    jw_str(j, "accepted", s->accepted ? s->accepted->id : NULL);
    put_end(j, s->closed);
    jw_object_end(j);
}

static void put_request(struct json_writer *j, const struct request_view *v, const struct tongue *t)
{
    jw_object(j, NULL);
    coop_put_head(j, v->r);
    jw_str(j, "state", request_state_word(v->state));
    put_fields(j, v->r, t);
    jw_array(j, "answers");
    for (size_t i = 0; i < v->n_side; i++)
        put_side(j, &v->side[i]);
    jw_array_end(j);
    jw_array(j, "silent");
    for (size_t i = 0; i < v->n_silent; i++)
        jw_text(j, NULL, v->silent[i]);
    jw_array_end(j);
    put_end(j, v->author.closed);
    jw_object_end(j);
}

static void put_offer(struct json_writer *j, const char *key, const struct offer_view *o,
                      const struct tongue *t)
{
    jw_object(j, key);
    coop_put_head(j, o->r);
    jw_str(j, "state", o->closed ? "closed" : o->ended ? "over" : "open");
    put_fields(j, o->r, t);
    jw_int(j, "load", o->load);
    put_end(j, o->closed);
    jw_object_end(j);
}

static bool open_book(const struct coop_desk *d, unix_time now, struct arena *a, struct request_book *b,
                      struct why *w)
{
    struct coop_set s;

    return coop_load(d, COOP_CAPABILITIES, NULL, a, &s, w) && request_book_make(&s, now, a, b, w);
}

bool request_list(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct span language, state, capability;
    struct request_book b;
    struct json_writer j;
    struct tongue t;

    if (!given_text(json, "language", a, &language, w) || !given_text(json, "state", a, &state, w) ||
        !given_text(json, "capability", a, &capability, w) || !open_book(d, now, a, &b, w))
        return false;
    t = tongues_open(&d->tongues, language, a);
    j = json_to(out);
    jw_object(&j, NULL);
    jw_array(&j, "requests");
    for (size_t i = 0; i < b.n_request; i++)
        if ((!state.n || span_eq_str(state, request_state_word(b.request[i].state))) &&
            (!capability.n || span_eq(capability, coop_text(b.request[i].r, "capability"))))
            put_request(&j, &b.request[i], &t);
    jw_array_end(&j);
    jw_array(&j, "offers");
    for (size_t i = 0; i < b.n_offer; i++)
        if (!capability.n || span_eq(capability, coop_text(b.offer[i].r, "capability")))
            put_offer(&j, NULL, &b.offer[i], &t);
    jw_array_end(&j);
    coop_put_refused(&j, &b.refused);
    jw_object_end(&j);
    return coop_filled(out, w);
}

static void put_match(struct json_writer *j, const struct request_match *m, const struct tongue *t)
{
    char says[96];

    jw_object(j, NULL);
    jw_int(j, "score", m->score);
    jw_array(j, "reasons");
    (void)snprintf(says, sizeof says, "days: %u of %u", m->days, m->of_days);
    jw_str(j, NULL, says);
    if (m->language.n)
        (void)snprintf(says, sizeof says, "language: %.*s", (int)(m->language.n < 60 ? m->language.n : 60),
                       (const char *)m->language.p);
    else
        (void)snprintf(says, sizeof says, "language: none in common");
    jw_str(j, NULL, says);
    (void)snprintf(says, sizeof says, "hours apart: %u", m->hours);
    jw_str(j, NULL, says);
    (void)snprintf(says, sizeof says, "free: %u of %u", m->free, m->places);
    jw_str(j, NULL, says);
    jw_array_end(j);
    put_offer(j, "offer", m->offer, t);
    jw_object_end(j);
}

bool request_matches(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    struct request_match *m = arena_array(a, MATCHES, sizeof *m);
    const struct request_view *v;
    struct request_book b;
    struct json_writer j;
    struct span id, language;
    struct tongue t;
    size_t n;

    if (!m)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!given_text(json, "request", a, &id, w) || !given_text(json, "language", a, &language, w) ||
        !open_book(d, now, a, &b, w))
        return false;
    v = request_find(&b, id);
    if (!v)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "\"request\" names no request that is here");
    n = request_match(&b, v, m, MATCHES);
    t = tongues_open(&d->tongues, language, a);
    j = json_to(out);
    jw_object(&j, NULL);
    jw_str(&j, "request", v->r->id);
    jw_str(&j, "state", request_state_word(v->state));
    jw_array(&j, "matches");
    for (size_t i = 0; i < n; i++)
        put_match(&j, &m[i], &t);
    jw_array_end(&j);
    jw_object_end(&j);
    return coop_filled(out, w);
}
