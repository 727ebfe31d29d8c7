#include "service/notice/notice_standing.h"

#include "base/limits.h"

enum { HOUR = 3600, DAY_SECONDS = 86400 };

/* What was said, read. */
struct said {
    const struct notice_event_row *row;
    struct notice_statement s;
    bool has_body; /* s holds all; else only what, id, version, at */
};

struct look {
    const struct agreement *g;
    const struct notice_rows *rows;
    struct span member, issuer;
    unix_time now;
    struct arena *a;
    struct said *said;
    size_t n;
    struct span reviewer; /* drawn at the first version; empty: none was proposed */
    const struct notice_kind *kind;
};

static bool what_of(struct span word, enum notice_what *out)
{
    for (unsigned i = 0; i < NOTICE_WHATS; i++) {
        if (span_eq_str(word, notice_what_word((enum notice_what)i))) {
            *out = (enum notice_what)i;
            return true;
        }
    }
    return false;
}

/* Erased bodies leave the words. What says a time to come is not said yet. */
static void read_said(struct look *k, const struct notice_event_row *e)
{
    struct said *x = &k->said[k->n];

    *x = (struct said){ .row = e };
    if (e->at > k->now + LIMIT_ASK_SKEW)
        return;
    if (e->body.n && notice_statement_read(e->body, k->a, &x->s, NULL)) {
        x->has_body = true;
    } else {
        if (!what_of(e->what, &x->s.what))
            return;
        x->s.id = e->id;
        x->s.version = e->version;
        x->s.at = e->at;
        if (e->digest.n == NOTICE_DIGEST)
            memcpy(x->s.digest, e->digest.p, NOTICE_DIGEST);
    }
    if (notice_statement_may(&x->s, e->member))
        k->n++;
}

/* Drawn once: a later version does not change who reviews. */
static void draw(struct look *k, struct span id)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct notice_statement *s = &k->said[i].s;

        if (s->what != NOTICE_SAYS_PROPOSED || s->version != 1 || !k->said[i].has_body)
            continue;
        k->reviewer = notice_reviewer(k->g, id, s->stake, s->n_stakes);
        k->kind = agreement_notice(k->g, s->kind);
        return;
    }
}

static const struct notice_statement *proposal(const struct look *k, int64_t version, struct span digest)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct notice_statement *s = &k->said[i].s;

        if (s->what == NOTICE_SAYS_PROPOSED && s->version == version &&
            span_eq(span_of(s->digest, NOTICE_DIGEST), digest))
            return s;
    }
    return NULL;
}

static const struct said *review(const struct look *k, enum notice_what what, int64_t version,
                                 struct span digest)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct notice_statement *s = &k->said[i].s;

        if (s->what == what && k->reviewer.n && span_eq(k->said[i].row->member, k->reviewer) &&
            s->version == version && span_eq(span_of(s->digest, NOTICE_DIGEST), digest))
            return &k->said[i];
    }
    return NULL;
}

/* This very version was proposed, and the one member that was drawn confirmed it within the term. */
static bool confirmed(const struct look *k, const struct notice_row *r)
{
    const struct notice_statement *p = proposal(k, r->version, r->digest);
    const struct said *c = review(k, NOTICE_SAYS_CONFIRMED, r->version, r->digest);

    return p && c && k->kind && !review(k, NOTICE_SAYS_REFUSED, r->version, r->digest) &&
           c->s.at <= p->at + (unix_time)k->kind->review_hours * HOUR + LIMIT_ASK_SKEW;
}

/* Of the same substance as a version that counts: only its times differ, and a person said why. */
static bool prolongs(const struct look *k, const struct notice_row *r, const struct notice *n)
{
    const struct notice_rules *rules = agreement_notices(k->g);

    for (size_t i = 0; i < k->rows->n; i++) {
        const struct notice_row *o = &k->rows->row[i];

        if (o->version >= r->version || !span_eq(o->substance, r->substance) || !confirmed(k, o))
            continue;
        if (r->expires <= o->expires)
            return true;
        if (n->assessment.officer.n && n->assessment.at <= r->at && rules && n->assessment.at >= o->at &&
            r->at < o->expires)
            return true;
    }
    return false;
}

static bool same_notice(const struct look *k, const struct notice_row *r, const struct notice *n)
{
    const struct notice_statement *first = NULL;
    struct span stake[NOTICE_STAKES];
    size_t stakes = notice_stakes(k->g, n, stake);

    if (!span_eq(n->issuer, k->issuer) || !span_eq(n->kind, r->kind) || !k->kind ||
        !span_eq_str(n->kind, k->kind->name))
        return false;
    first = proposal(k, r->version, r->digest);
    if (!first || r->version != 1)
        return true;
    if (first->n_stakes != stakes)
        return false;
    for (size_t i = 0; i < stakes; i++)
        if (!span_eq(first->stake[i], stake[i]))
            return false;
    return true;
}

/* The notice of the row when it may be in force; else NULL. */
static const struct notice *in_force(const struct look *k, const struct notice_row *r)
{
    const struct notice *n = NULL;

    if (!r->open || !r->body.n || r->at > k->now + LIMIT_ASK_SKEW || !notice_read(r->body, k->a, &n, NULL) ||
        !same_notice(k, r, n) || notice_judge(k->g, n) != 0)
        return NULL;
    if (!proposal(k, r->version, r->digest) && !prolongs(k, r, n))
        return NULL;
    if (k->kind->review_hours && !confirmed(k, r) && !prolongs(k, r, n))
        return NULL;
    return n;
}

/* The newest version that counts. */
static const struct notice *newest(const struct look *k, const struct notice_row **row)
{
    for (size_t i = k->rows->n; i-- > 0;) {
        const struct notice *n = in_force(k, &k->rows->row[i]);

        if (n) {
            *row = &k->rows->row[i];
            return n;
        }
    }
    return NULL;
}

static void put_flag(struct notice_held *out, const struct said *x, bool on)
{
    size_t i = 0;

    while (i < out->n_flags && !span_eq(out->flag[i].member, x->row->member))
        i++;
    if (!on) {
        if (i < out->n_flags)
            out->flag[i] = out->flag[--out->n_flags];
        return;
    }
    if (i == NOTICE_FLAGS)
        return;
    if (i == out->n_flags)
        out->n_flags++;
    out->flag[i] = (struct notice_flag){ x->row->member, x->s.reason, x->s.at };
}

/* Goes through all that was said, in order. *final: it was ended by its owner. */
static void go_through(const struct look *k, struct notice_held *out, bool *suspended, bool *final)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct said *x = &k->said[i];

        switch (x->s.what) {
        case NOTICE_SAYS_PROPOSED:
            if (x->s.version >= out->proposed_version) {
                out->proposed_version = x->s.version;
                out->proposed = x->s.at;
                memcpy(out->proposed_digest, x->s.digest, NOTICE_DIGEST);
            }
            break;
        case NOTICE_SAYS_SUSPENDED:
        case NOTICE_SAYS_RESUMED:
            *suspended = x->s.what == NOTICE_SAYS_SUSPENDED;
            if (!*final) {
                out->since = x->s.at;
                out->reason = x->s.reason;
            }
            break;
        case NOTICE_SAYS_WITHDRAWN:
        case NOTICE_SAYS_CANCELLED:
            if (*final)
                break;
            *final = true;
            out->state = x->s.what == NOTICE_SAYS_WITHDRAWN ? NOTICE_WITHDRAWN : NOTICE_CANCELLED;
            out->since = x->s.at;
            out->reason = x->s.reason;
            break;
        case NOTICE_SAYS_FLAGGED:
        case NOTICE_SAYS_UNFLAGGED:
            put_flag(out, x, x->s.what == NOTICE_SAYS_FLAGGED);
            break;
        case NOTICE_SAYS_ERASED:
            out->n_erased++;
            break;
        case NOTICE_SAYS_CONFIRMED:
        case NOTICE_SAYS_REFUSED:
        case NOTICE_SAYS_CONSULTED:
        case NOTICE_SAYS_DISCLOSE:
        case NOTICE_SAYS_RESTRICT:
        case NOTICE_WHATS:
            break;
        }
    }
}

/* Of the version proposed last: what its reviewer says, and whether the term is over. */
static void look_at_review(const struct look *k, struct notice_held *out, bool *refused)
{
    struct span digest = span_of(out->proposed_digest, NOTICE_DIGEST);
    const struct said *no = review(k, NOTICE_SAYS_REFUSED, out->proposed_version, digest);
    const struct said *yes = review(k, NOTICE_SAYS_CONFIRMED, out->proposed_version, digest);
    bool reviews = k->kind && k->kind->review_hours;

    out->reviewer = reviews ? k->reviewer : (struct span){ 0 };
    *refused = no != NULL;
    out->confirmed = yes && !no && k->kind &&
                     yes->s.at <= out->proposed + (unix_time)k->kind->review_hours * HOUR + LIMIT_ASK_SKEW;
    out->reviewed = no ? no->s.at : yes ? yes->s.at : 0;
    if (no)
        out->reason = no->s.reason;
    if (!reviews || !out->proposed_version || no || yes)
        return;
    out->lapsed = k->now > out->proposed + (unix_time)k->kind->review_hours * HOUR;
    out->for_review = !out->lapsed && span_eq(k->reviewer, k->member);
}

static bool is_meant(const struct look *k, const struct notice *n)
{
    for (size_t i = 0; i < n->n_members; i++)
        if (span_eq(n->member[i], k->member))
            return true;
    return n->n_members == 0 || span_eq(n->issuer, k->member);
}

static void set_active(const struct look *k, const struct notice *n, const struct notice_row *r,
                       bool suspended, struct notice_held *out)
{
    bool flagged = false;

    out->version = r->version;
    out->at = r->at;
    out->expires = r->expires;
    out->review_due = n->review_due;
    out->notice = n;
    for (size_t i = 0; i < out->n_flags; i++)
        flagged = flagged || span_eq(out->flag[i].member, k->member);
    out->action = flagged && n->has_if_flagged ? n->if_flagged : n->action;
    if (r->expires <= k->now) {
        out->state = NOTICE_EXPIRED;
        out->since = r->expires;
    } else {
        out->state = suspended ? NOTICE_SUSPENDED : NOTICE_ACTIVE;
        if (!suspended && out->since < r->at)
            out->since = r->at;
    }
    out->acts = out->state == NOTICE_ACTIVE && !flagged && is_meant(k, n);
}

/* Bodies are gone: whether it had expired can be told by its rows. */
static void set_gone(const struct look *k, struct notice_held *out, bool refused)
{
    for (size_t i = k->rows->n; i-- > 0;) {
        const struct notice_row *r = &k->rows->row[i];

        if (!r->open || r->expires > k->now)
            continue;
        out->state = NOTICE_EXPIRED;
        out->version = r->version;
        out->at = r->at;
        out->expires = out->since = r->expires;
        return;
    }
    out->state = refused ? NOTICE_REFUSED : NOTICE_PROPOSED;
    if (refused)
        out->since = out->reviewed;
}

bool notice_stands(const struct agreement *g, struct span member, const struct notice_rows *rows,
                   unix_time now, struct arena *a, struct notice_held *out, struct why *w)
{
    struct look k = { .g = g, .rows = rows, .member = member, .now = now, .a = a };
    struct notice_held h = { .state = NOTICE_PROPOSED };
    bool suspended = false, final = false, refused = false;
    const struct notice_row *row = NULL;
    const struct notice *n = NULL;

    k.said = arena_array(a, rows->n_events + 1, sizeof *k.said);
    if (!k.said)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    h.id = rows->n_events ? rows->event[0].id : rows->n ? rows->row[0].id : (struct span){ 0 };
    h.issuer = k.issuer = span_sub(h.id, 0, 2);
    for (size_t i = 0; i < rows->n_events; i++)
        read_said(&k, &rows->event[i]);
    draw(&k, h.id);
    h.kind = k.kind ? span_str(k.kind->name) : (struct span){ 0 };
    go_through(&k, &h, &suspended, &final);
    look_at_review(&k, &h, &refused);
    if (!final) {
        n = newest(&k, &row);
        if (n)
            set_active(&k, n, row, suspended, &h);
        else
            set_gone(&k, &h, refused);
    }
    *out = h;
    return true;
}
