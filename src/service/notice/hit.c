/* By officers: looked at, compared, closed with an outcome and a reason. */
#include "service/notice/hit.h"

#include <stdio.h>

#include "base/text.h"
#include "service/notice/hit_ask.h"

enum { DAY = 86400, REASON = 2000, OFFICER_MOST = 40 };

static const char CLOSED[] = "closed", SECOND[] = "second ";
static const struct span none = { NULL, 0 };

/* ---- who, and why ---- */

static bool officer_ok(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '.' &&
            s.p[i] != '-')
            return false;
    return s.n >= 2 && s.n <= OFFICER_MOST;
}

static bool purpose_known(struct span s)
{
    static const char *const known[] = { HIT_PURPOSE, "investigation", "data-subject-request", "complaint" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_eq_str(s, known[i]))
            return true;
    return false;
}

bool hit_caller_check(const struct hit_caller *c, struct why *w)
{
    if (!purpose_known(c->purpose))
        return why_set(w, "purpose", WHY_NO_OFFSET, NULL,
                       "say why data are looked at: border-check, investigation, data-subject-request or "
                       "complaint");
    return officer_ok(c->officer) ||
           why_set(w, "officer", WHY_NO_OFFSET, NULL,
                   "an officer's id has 2 to 40 Latin letters, digits, dots and hyphens");
}

/* One person must not be two by capital letters. */
static bool same_officer(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        uint8_t x = a.p[i], y = b.p[i];

        x = ascii_upper(x) ? (uint8_t)(x | 0x20) : x;
        y = ascii_upper(y) ? (uint8_t)(y | 0x20) : y;
        if (x != y)
            return false;
    }
    return true;
}

bool hit_may_see(const struct hit_desk *d, const struct hit_caller *c)
{
    const struct span topic = span_str(hit_topic.name);
    const struct asking q = { .article = agreement_asking_article(d->agreement, topic, c->purpose),
                              .topic = topic,
                              .purpose = c->purpose,
                              .role = c->office,
                              .from = d->member,
                              .to = d->member };

    return agreement_asking(d->agreement, &q) == NULL;
}

/* ---- looking ---- */

static bool find(const struct hit_desk *d, struct span id, struct arena *a, struct hit_view *out,
                 struct why *w)
{
    bool found = false;

    if (!store_find_hit(d->store, id, &found, a, out, w))
        return false;
    return found || why_set(w, "hit-unknown", WHY_NO_OFFSET, NULL, "no hit has this id");
}

static bool open_hit(const struct hit_desk *d, struct span id, unix_time now, struct arena *a,
                     struct hit_shown *out, struct why *w)
{
    struct hit_shown h = { .erased = false };
    struct why gone;

    why_clear(&gone);
    if (!find(d, id, a, &h.view, w))
        return false;
    h.erased = h.view.row.erased != 0;
    if (!h.erased && !hit_traveller_read(h.view.row.body, a, &h.traveller, w))
        return false;
    if (!h.erased) {
        char shelf[SCREEN_SHELF_NAME + 1] = "";

        if (h.view.row.shelf.n <= SCREEN_SHELF_NAME)
            memcpy(shelf, h.view.row.shelf.p, h.view.row.shelf.n);
        h.known = hit_about(d, shelf, h.view.row.entity, now, a, &h.entity, &gone);
    }
    if (h.known && h.entity.expires && h.entity.expires <= now)
        h.entity.standing = HIT_GONE;
    *out = h;
    return true;
}

/* The entry stands before anything is told. */
bool hit_show(const struct hit_desk *d, const struct hit_caller *c, struct span id, unix_time now,
              struct arena *a, struct hit_shown *out, struct why *w)
{
    const struct hit_event e = { .at = now,
                                 .what = SPAN("looked"),
                                 .state = SPAN("open"), /* as it is: the store's to say */
                                 .officer = c->officer,
                                 .purpose = c->purpose };

    return hit_caller_check(c, w) && store_note_hit(d->store, id, &e, w) && open_hit(d, id, now, a, out, w);
}

/* ---- closing ---- */

static bool outcome_known(struct span s)
{
    return span_eq_str(s, "no match") || span_eq_str(s, "possible") || span_eq_str(s, "confirmed");
}

static bool reason_ok(struct span s)
{
    bool seen = false;

    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] < ' ' && s.p[i] != '\n') || s.p[i] == 0x7f)
            return false;
        seen = seen || s.p[i] > ' ';
    }
    return seen && s.n <= REASON && utf8_valid_to(s) == s.n;
}

static bool order_ok(const struct hit_order *o, struct why *w)
{
    if (!hit_caller_check(&o->by, w))
        return false;
    if (!outcome_known(o->outcome))
        return why_set(w, "outcome", WHY_NO_OFFSET, NULL, "the outcome is no match, possible or confirmed");
    if (!reason_ok(o->reason))
        return why_set(w, "reason", WHY_NO_OFFSET, NULL,
                       "say why in words, at most %d bytes: each outcome has a reason", REASON);
    return !o->consent || span_eq_str(o->outcome, "no match") ||
           why_set(w, "consent", WHY_NO_OFFSET, NULL,
                   "consent is asked for when the traveller is somebody else");
}

/* {"outcome":…,"reason":…,"consent":true}: how officers' words are kept with an event. */
static void put_words(const struct hit_order *o, struct buffer *b)
{
    buf_put(b, o->outcome);
    buf_u8(b, '\n');
    buf_str(b, o->consent ? "consent\n" : "\n");
    buf_put(b, o->reason);
}

bool hit_words(struct span body, struct span *outcome, bool *consent, struct span *reason)
{
    struct span rest = body, first, second;

    if (!text_split(&rest, '\n', &first) || !text_split(&rest, '\n', &second))
        return false;
    *outcome = first;
    *consent = span_eq_str(second, "consent");
    *reason = rest;
    return true;
}

struct closing {
    const struct hit_desk *d;
    const struct hit_order *o;
    const struct hit_shown *h;
    unix_time now;
    struct hit_change change;
    struct hit_memory memory;
    char state[32];
};

/* What one officer said waits for another one, who may say the same, or something else: then it is open
 * again, and everybody sees both. */
static bool decide(struct closing *k, bool two, struct hit_closed *out, struct why *w)
{
    const struct hit_row *r = &k->h->view.row;
    bool waiting = span_starts(r->state, SPAN("second "));
    struct hit_change *c = &k->change;

    c->from = r->state;
    if (waiting && same_officer(r->first, k->o->by.officer))
        return why_set(w, "same-officer", WHY_NO_OFFSET, NULL,
                       "two officers close this hit: another one than the first");
    if (span_eq_str(r->state, CLOSED) && span_eq(r->outcome, k->o->outcome))
        return why_set(w, "hit-state", WHY_NO_OFFSET, NULL, "it is closed with this outcome already");
    if (waiting && !span_eq(span_sub(r->state, sizeof SECOND - 1, r->state.n), k->o->outcome)) {
        c->state = SPAN("open");
        c->due = r->due;
    } else if (two && !waiting) {
        (void)snprintf(k->state, sizeof k->state, "%s%.*s", SECOND, (int)k->o->outcome.n,
                       (const char *)k->o->outcome.p);
        c->state = span_str(k->state);
        c->first = k->o->by.officer;
        c->due = r->due ? r->due : k->now + DAY;
        out->waits = true;
    } else {
        c->state = SPAN("closed");
        c->outcome = k->o->outcome;
        c->closed = k->now;
    }
    return true;
}

static void remember(struct closing *k)
{
    const struct hit_row *r = &k->h->view.row;

    if (!k->change.closed)
        return;
    k->memory = (struct hit_memory){ .version = r->version,
                                     .until = k->now + (unix_time)k->d->rules->remember_days * DAY };
    if (span_eq_str(k->o->outcome, "no match"))
        k->change.remember = &k->memory;
    else
        k->change.forget = true;
}

static bool write_step(struct closing *k, struct why *w)
{
    struct hit_event e = { .at = k->now,
                           .what = k->change.closed    ? SPAN("closed")
                                   : k->change.first.n ? SPAN("proposed")
                                                       : SPAN("disagreed"),
                           .state = k->change.state,
                           .officer = k->o->by.officer,
                           .purpose = k->o->by.purpose };
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_HIT);
    put_words(k->o, &b);
    e.body = buf_span(&b);
    ok = store_step_hit(k->d->store, k->h->view.row.id, &k->change, &e, w);
    buf_free(&b);
    return ok;
}

static bool needs_owner(const struct closing *k)
{
    const struct hit_row *r = &k->h->view.row;

    return k->change.closed && span_eq_str(r->shelf, SCREEN_NOTICES) && !span_eq(r->owner, k->d->member) &&
           (!span_eq_str(k->o->outcome, "no match") || k->o->consent);
}

bool hit_close(const struct hit_desk *d, const struct hit_order *o, unix_time now, struct arena *a,
               struct hit_closed *out, struct why *w)
{
    struct closing k = { .d = d, .o = o, .now = now };
    struct hit_shown *h = arena_alloc(a, sizeof *h);
    struct hit_closed closed = { .asked_reason = none };

    if (!h)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!order_ok(o, w) || !open_hit(d, o->id, now, a, h, w))
        return false;
    if (h->erased)
        return why_set(w, "hit-erased", WHY_NO_OFFSET, NULL, "what it was about is erased");
    k.h = h;
    if (!decide(&k, d->rules->second || (h->known && h->entity.second), &closed, w))
        return false;
    remember(&k);
    if (!write_step(&k, w) || (needs_owner(&k) && !hit_ask_owner(d, h, o, now, a, &closed, w)))
        return false;
    *out = closed;
    return true;
}

bool hit_tidy(const struct hit_desk *d, unix_time now, int64_t *n, struct why *w)
{
    return store_erase_hits(d->store, now - (unix_time)d->rules->keep_days * DAY, now, n, w);
}
