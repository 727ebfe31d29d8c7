/* What became of requests and offers: a pure function over all records. */
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/request.h"

const char *request_state_word(enum request_state s)
{
    static const char *const word[] = { "open",      "answered", "agreed",   "closed",
                                        "withdrawn", "declined", "no-answer" };

    return word[s];
}

static bool says(const struct coop_record *r, const char *name, const char *word)
{
    return span_eq_str(coop_text(r, name), word);
}

static struct request_side *side_of(struct request_view *v, struct span member)
{
    for (size_t i = 0; i < v->n_side; i++)
        if (span_eq(v->side[i].member, member))
            return &v->side[i];
    return NULL;
}

/* An answer goes to all that the request went to, and to its author. */
static bool goes_as(const struct coop_record *r, const struct coop_record *request)
{
    if (request->to == JSON_NONE || r->to == JSON_NONE)
        return request->to == r->to;
    if (!coop_is_for(r, request->member))
        return false;
    for (json_ref v = json_first(&request->j, request->to); v != JSON_NONE;
         v = json_after(&request->j, request->to, v))
        if (!coop_is_for(r, coop_item(request, v)))
            return false;
    for (json_ref v = json_first(&r->j, r->to); v != JSON_NONE; v = json_after(&r->j, r->to, v))
        if (!coop_is_for(request, coop_item(r, v)))
            return false;
    return true;
}

static void take_reply(struct request_book *b, struct request_view *v, const struct coop_record *r)
{
    struct span id = coop_text(r, "offer");
    const struct coop_record *o = id.n ? coop_find(&b->set, id) : NULL;

    if (span_eq(r->member, v->r->member))
        coop_refuse(&b->refused, r, "own", "A member does not answer its own request.");
    else if (!coop_is_for(v->r, r->member))
        coop_refuse(&b->refused, r, "not-asked", "The request was not for the member that answers.");
    else if (!goes_as(r, v->r))
        coop_refuse(&b->refused, r, "audience", "An answer goes to all that the request went to.");
    else if (r->at < v->r->at)
        coop_refuse(&b->refused, r, "order", "The answer is older than the request.");
    else if (r->at > coop_time(v->r, "answer_by"))
        coop_refuse(&b->refused, r, "late", "The deadline of the request was over.");
    else if (side_of(v, r->member) || v->n_side == REQUEST_PARTIES)
        coop_refuse(&b->refused, r, "again", "The member answered before; its first answer counts.");
    else if (id.n && (!o || o->kind != COOP_OFFER || !span_eq(o->member, r->member)))
        coop_refuse(&b->refused, r, "offer", "The offer it names is not one of that member.");
    else
        v->side[v->n_side++] = (struct request_side){ .member = r->member, .reply = r };
}

static void take_accepted(struct request_book *b, struct request_view *v, const struct coop_record *r)
{
    const struct coop_record *reply = coop_find(&b->set, coop_text(r, "reply"));
    struct request_side *s = reply ? side_of(v, reply->member) : NULL;

    if (!span_eq(r->member, v->r->member))
        coop_refuse(&b->refused, r, "not-requester", "Only who asked accepts an answer.");
    else if (!s || s->reply != reply || !says(reply, "answer", "yes"))
        coop_refuse(&b->refused, r, "reply", "The answer it accepts is none that counts and says yes.");
    else if (r->at < reply->at)
        coop_refuse(&b->refused, r, "order", "The acceptance is older than the answer.");
    else if (s->accepted)
        coop_refuse(&b->refused, r, "again", "The answer was accepted before.");
    else
        s->accepted = r;
}

static void take_closed(struct request_book *b, struct request_view *v, const struct coop_record *r)
{
    bool author = span_eq(r->member, v->r->member);
    struct request_side *s = author ? &v->author : side_of(v, r->member);

    if (!s || (!author && !s->accepted))
        coop_refuse(&b->refused, r, "not-party",
                    "Only who asked, and whose answer was accepted, tell how it ended.");
    else if (r->at < (author ? v->r->at : s->accepted->at))
        coop_refuse(&b->refused, r, "order", "It ended before it began.");
    else if (s->closed)
        coop_refuse(&b->refused, r, "again", "The member told before how it ended.");
    else
        s->closed = r;
}

static bool any(const struct request_view *v, const char *answer)
{
    for (size_t i = 0; i < v->n_side; i++)
        if (says(v->side[i].reply, "answer", answer))
            return true;
    return false;
}

static bool any_accepted(const struct request_view *v)
{
    for (size_t i = 0; i < v->n_side; i++)
        if (v->side[i].accepted)
            return true;
    return false;
}

static void find_silent(struct request_view *v)
{
    const struct coop_record *r = v->r;

    for (json_ref i = r->to == JSON_NONE ? JSON_NONE : json_first(&r->j, r->to); i != JSON_NONE;
         i = json_after(&r->j, r->to, i))
        if (!side_of(v, coop_item(r, i)) && v->n_silent < REQUEST_PARTIES)
            v->silent[v->n_silent++] = coop_item(r, i);
}

static enum request_state state_of(const struct request_view *v, bool over)
{
    size_t named = v->r->to == JSON_NONE ? SIZE_MAX : json_count(&v->r->j, v->r->to);

    if (v->author.closed)
        return says(v->author.closed, "outcome", "withdrawn") ? REQUEST_WITHDRAWN : REQUEST_CLOSED;
    if (any_accepted(v))
        return REQUEST_AGREED;
    if (any(v, "yes"))
        return REQUEST_ANSWERED;
    if (v->n_side && (over || v->n_side >= named))
        return REQUEST_DECLINED;
    return over ? REQUEST_NO_ANSWER : REQUEST_OPEN;
}

static void look_at(struct request_book *b, struct request_view *v, unix_time now)
{
    size_t n = 0;
    const struct coop_record **about = coop_about(&b->set, span_of(v->r->id, COOP_ID - 1), &n);
    bool over = now > coop_time(v->r, "answer_by");

    v->author.member = v->r->member;
    for (size_t i = 0; i < n; i++) {
        if (about[i]->kind == COOP_REPLY)
            take_reply(b, v, about[i]);
        else if (about[i]->kind == COOP_ACCEPTED)
            take_accepted(b, v, about[i]);
        else if (about[i]->kind == COOP_CLOSED)
            take_closed(b, v, about[i]);
    }
    if (over)
        find_silent(v);
    v->state = state_of(v, over);
}

static void look_at_offer(struct request_book *b, struct offer_view *o, unix_time now)
{
    size_t n = 0;
    const struct coop_record **about = coop_about(&b->set, span_of(o->r->id, COOP_ID - 1), &n);

    for (size_t i = 0; i < n; i++) {
        if (about[i]->kind != COOP_CLOSED)
            continue; /* told below: it refers to no request */
        if (!span_eq(about[i]->member, o->r->member))
            coop_refuse(&b->refused, about[i], "not-party", "Only who made an offer takes it back.");
        else if (o->closed)
            coop_refuse(&b->refused, about[i], "again", "The offer was taken back before.");
        else
            o->closed = about[i];
    }
    o->ended = o->closed || now > coop_time(o->r, "until");
}

/* What refers to nothing that is here, or to something of another kind. It may come later. */
static void look_at_loose(struct request_book *b, const struct coop_record *r)
{
    const struct coop_record *to = coop_find(&b->set, coop_text(r, coop_ref_name(r->kind)));

    if (!to)
        coop_refuse(&b->refused, r, "unknown", "What it is about is not here.");
    else if (to->kind != COOP_REQUEST && !(to->kind == COOP_OFFER && r->kind == COOP_CLOSED))
        coop_refuse(&b->refused, r, "unknown", "What it is about is no request.");
}

static void count_load(struct request_book *b)
{
    for (size_t i = 0; i < b->n_request; i++)
        for (size_t k = 0; b->request[i].state == REQUEST_AGREED && k < b->request[i].n_side; k++) {
            const struct request_side *s = &b->request[i].side[k];
            struct span id = s->accepted ? coop_text(s->reply, "offer") : (struct span){ NULL, 0 };

            for (size_t o = 0; id.n && o < b->n_offer; o++)
                b->offer[o].load += span_eq(span_of(b->offer[o].r->id, COOP_ID - 1), id);
        }
}

bool request_book_make(const struct coop_set *s, unix_time now, struct arena *a, struct request_book *out,
                       struct why *w)
{
    struct request_book b = { .set = *s, .refused = { .a = a } };
    size_t requests = 0, offers = 0;

    for (size_t i = 0; i < s->n; i++) {
        requests += s->item[i]->kind == COOP_REQUEST;
        offers += s->item[i]->kind == COOP_OFFER;
    }
    b.request = arena_array(a, requests + 1, sizeof *b.request);
    b.offer = arena_array(a, offers + 1, sizeof *b.offer);
    if (!b.request || !b.offer)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < s->n; i++) {
        const struct coop_record *r = s->item[i];

        if (r->kind == COOP_REQUEST)
            b.request[b.n_request++] = (struct request_view){ .r = r };
        else if (r->kind == COOP_OFFER)
            b.offer[b.n_offer++] = (struct offer_view){ .r = r };
        else if (coop_ref_name(r->kind))
            look_at_loose(&b, r);
    }
    for (size_t i = 0; i < b.n_request; i++)
        look_at(&b, &b.request[i], now);
    for (size_t i = 0; i < b.n_offer; i++)
        look_at_offer(&b, &b.offer[i], now);
    count_load(&b);
    if (b.refused.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = b;
    return true;
}

const struct request_view *request_find(const struct request_book *b, struct span id)
{
    for (size_t i = 0; i < b->n_request; i++)
        if (span_eq(span_of(b->request[i].r->id, COOP_ID - 1), id))
            return &b->request[i];
    return NULL;
}

const struct offer_view *offer_find(const struct request_book *b, struct span id)
{
    for (size_t i = 0; i < b->n_offer; i++)
        if (span_eq(span_of(b->offer[i].r->id, COOP_ID - 1), id))
            return &b->offer[i];
    return NULL;
}

void request_due(const struct request_book *b, struct span self, unix_time now, struct request_due *out)
{
    struct request_due d = { 0 };

    for (size_t i = 0; i < b->n_request; i++) {
        struct request_view *v = &b->request[i];
        bool own = span_eq(v->r->member, self),
             open = v->state == REQUEST_OPEN || v->state == REQUEST_ANSWERED;
        const struct request_side *s = own ? &v->author : side_of(v, self);
        unix_time by = coop_time(v->r, "answer_by");

        if (!own && open && !s && now <= by && v->r->to != JSON_NONE && coop_is_for(v->r, self)) {
            d.unanswered++;
            d.first = !d.first || by < d.first ? by : d.first;
        }
        d.no_answer += own && v->state == REQUEST_NO_ANSWER;
        d.to_accept += own && v->state == REQUEST_ANSWERED;
        d.to_close += (v->state == REQUEST_AGREED || v->state == REQUEST_CLOSED) && s && !s->closed &&
                      (own || s->accepted) && now > coop_time(v->r, "until");
    }
    *out = d;
}
