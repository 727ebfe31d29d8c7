/* What officers do about notices. */
#include "service/notice/notice_desk.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/json.h"

enum { RANDOM = 16 };

/* ---- officers ---- */

static char fold(uint8_t c)
{
    return (char)(ascii_upper(c) ? c | 0x20 : c);
}

static bool listed(const struct notice_desk_options *o, const char *id)
{
    for (size_t i = 0; i < o->n_officers; i++)
        if (strcmp(o->officers[i], id) == 0)
            return true;
    return o->n_officers == 0;
}

bool notice_officer(const struct notice_desk *d, struct span given, char out[NOTICE_OFFICER], struct why *w)
{
    struct span s = text_trim(given);
    bool ok = s.n >= 2 && s.n < NOTICE_OFFICER;

    for (size_t i = 0; ok && i < s.n; i++) {
        out[i] = fold(s.p[i]);
        ok = ascii_lower(out[i]) || ascii_digit(out[i]) ||
             (i && i + 1 < s.n && (out[i] == '.' || out[i] == '-'));
    }
    if (ok)
        out[s.n] = 0;
    return (ok && listed(notice_desk_of(d), out)) ||
           why_set(w, "officer", WHY_NO_OFFSET, NULL,
                   "say which officer acts, by an id of 2 to 40 letters and digits that may act here");
}

bool notice_same_officer(struct span a, struct span b)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < a.n && (a.p[i] == '.' || a.p[i] == '-'))
            i++;
        while (k < b.n && (b.p[k] == '.' || b.p[k] == '-'))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (fold(a.p[i++]) != fold(b.p[k++]))
            return false;
    }
}

static void random_hex(const struct notice_desk *d, char *out, size_t digits)
{
    uint8_t r[RANDOM];

    notice_desk_of(d)->random(r, sizeof r);
    for (size_t i = 0; i < digits / 2; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", r[i]);
}

/* ---- drafting ---- */

static bool is_ready(const struct notice_desk *d, struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(d);

    return (o->streams && o->signer && agreement_notices(o->agreement)) ||
           why_set(w, "not-ready", WHY_NO_OFFSET, NULL,
                   "this node issues no notices: it has no log key, or the agreement knows none");
}

static bool is_over(enum notice_state s)
{
    return s == NOTICE_WITHDRAWN || s == NOTICE_CANCELLED || s == NOTICE_EXPIRED;
}

/* A draft with an id is a new version of a notice of ours. */
static bool check_amended(struct notice_desk *d, struct span id, unix_time now, struct arena *a,
                          struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(d);
    const struct notice_held *h = NULL;
    bool found = false;

    if (!id.n)
        return true;
    if (!notice_book_find(o->book, id, now, a, &found, &h, w))
        return false;
    if (!found || !span_eq(h->issuer, o->member))
        return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "no notice of this member has this id");
    return !is_over(h->state) || why_set(w, "state", WHY_NO_OFFSET, NULL, "the notice has ended");
}

static void sign_draft(const struct notice_desk *d, struct span officer, unix_time now, struct notice *n,
                       bool checklist)
{
    n->issuer = notice_desk_of(d)->member;
    n->drafted = officer;
    n->version = 0;
    n->at = now;
    n->nonce = n->signed_by = (struct span){ 0 };
    n->checklist.officer = checklist ? officer : (struct span){ 0 };
    n->checklist.at = checklist ? now : 0;
    if (n->assessment.text.n) {
        n->assessment.officer = officer;
        n->assessment.at = now;
    } else {
        n->assessment = (struct notice_assessment){ 0 };
    }
}

static bool has_member(struct span json, const char *name, struct arena *a)
{
    struct json j;

    return json_parse(json, a, &j, NULL) && json_member(&j, JSON_ROOT, name) != JSON_NONE;
}

static bool put_draft(struct notice_desk *d, struct span reference, const struct notice *n, unix_time now,
                      struct arena *a, struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(d);
    struct notice_draft_row before = { 0 };
    bool found = false, ok;
    struct buffer b;

    if (!store_find_notice_draft(o->store, reference, &found, a, &before, w))
        return false;
    buf_init(&b, LIMIT_NOTICE);
    ok = notice_put(n, a, &b, w);
    if (ok) {
        const struct notice_draft_row r = { .reference = reference,
                                            .state = SPAN("draft"),
                                            .id = n->id,
                                            .revision = found ? before.revision + 1 : 1,
                                            .at = found ? before.at : now,
                                            .last = now,
                                            .body = buf_span(&b) };

        ok = (!found || span_eq_str(before.state, "draft") ||
              why_set(w, "state", WHY_NO_OFFSET, NULL, "the draft was signed already")) &&
             store_put_notice_draft(o->store, &r, w);
    }
    buf_free(&b);
    return ok;
}

bool notice_desk_draft(struct notice_desk *d, struct span officer, struct span reference, struct span json,
                       unix_time now, struct arena *a, struct notice_drafted *out, struct why *w)
{
    char *who = arena_alloc(a, NOTICE_OFFICER);
    struct notice_drafted x = { .faults = 0 };
    struct notice *n = NULL;
    bool found = false;

    if (!who || !is_ready(d, w) || !notice_officer(d, officer, who, w) ||
        !notice_read_draft(json, a, &n, w) || !check_amended(d, n->id, now, a, w))
        return false;
    sign_draft(d, span_str(who), now, n, has_member(json, "checklist", a));
    if (reference.n) {
        struct notice_draft_row r;

        if (!store_find_notice_draft(notice_desk_of(d)->store, reference, &found, a, &r, w))
            return false;
        if (!found || reference.n >= sizeof x.reference || !r.body.n)
            return why_set(w, "draft-unknown", WHY_NO_OFFSET, NULL, "no draft has this reference");
        memcpy(x.reference, reference.p, reference.n);
    } else {
        memcpy(x.reference, "N-", 2);
        random_hex(d, x.reference + 2, 16);
    }
    x.faults = notice_judge(notice_desk_of(d)->agreement, n);
    x.notice = n;
    if (!put_draft(d, span_str(x.reference), n, now, a, w))
        return false;
    *out = x;
    return true;
}

/* ---- signing ---- */

struct signing {
    struct notice_desk *d;
    struct notice *n;
    struct span json;               /* canonical, signed version */
    const struct notice *read;      /* of it */
    const struct notice_held *held; /* of an amended one; NULL: new */
    struct notice_draft_row row;
    char id[NOTICE_ID], nonce[40];
};

static bool load_draft(struct signing *s, struct span reference, struct arena *a, struct why *w)
{
    bool found = false;

    if (!store_find_notice_draft(notice_desk_of(s->d)->store, reference, &found, a, &s->row, w))
        return false;
    if (!found || !s->row.body.n)
        return why_set(w, "draft-unknown", WHY_NO_OFFSET, NULL, "no draft has this reference");
    if (!span_eq_str(s->row.state, "draft"))
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "the draft was signed already");
    return notice_read_draft(s->row.body, a, &s->n, w);
}

/* Id, version, nonce, time, and who signs: the canonical bytes follow from them. */
static bool complete(struct signing *s, struct span officer, unix_time now, struct arena *a, struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(s->d);
    bool found = false;
    char shard[16];
    struct buffer b;
    uint64_t before;
    bool ok;

    s->n->signed_by = officer;
    s->n->at = now;
    random_hex(s->d, s->nonce, 32);
    s->n->nonce = span_str(s->nonce);
    s->n->version = 1;
    if (s->n->id.n) {
        if (!check_amended(s->d, s->n->id, now, a, w) ||
            !notice_book_find(o->book, s->n->id, now, a, &found, &s->held, w))
            return false;
        s->n->version =
            (s->held->proposed_version > s->held->version ? s->held->proposed_version : s->held->version) + 1;
        if (s->held->notice)
            s->n->nonce = s->held->notice->nonce; /* the same substance has the same digest of it */
    } else {
        notice_log_next(s->d, now, shard, &before);
        (void)snprintf(s->id, sizeof s->id, "%.2s-%s-%llu", (const char *)o->member.p, shard,
                       (unsigned long long)before + 1);
        s->n->id = span_str(s->id);
    }
    buf_init(&b, LIMIT_NOTICE);
    ok = notice_put(s->n, a, &b, w);
    s->json = ok ? arena_copy(a, buf_span(&b)) : (struct span){ 0 };
    buf_free(&b);
    return ok && notice_read(s->json, a, &s->read, w);
}

/* Only times differ from what is in force, and a person said why. */
static bool only_prolongs(const struct signing *s)
{
    return s->held && s->held->notice && s->held->version == s->held->notice->version &&
           memcmp(s->held->notice->substance, s->read->substance, NOTICE_DIGEST) == 0 &&
           (s->read->expires <= s->held->expires || s->read->assessment.officer.n);
}

static bool propose(struct signing *s, const struct notice_kind *k, unix_time now, struct arena *a,
                    struct notice_signed *out, struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(s->d);
    struct notice_statement p = { .what = NOTICE_SAYS_PROPOSED,
                                  .id = s->read->id,
                                  .version = s->read->version,
                                  .kind = s->read->kind,
                                  .at = now };
    struct span reviewer;
    char pair[8];

    memcpy(p.digest, s->read->digest, NOTICE_DIGEST);
    p.n_stakes = notice_stakes(o->agreement, s->read, p.stake);
    reviewer = s->held && s->held->reviewer.n
                   ? s->held->reviewer
                   : notice_reviewer(o->agreement, s->read->id, p.stake, p.n_stakes);
    out->review = k->review_hours > 0;
    if (out->review && !reviewer.n)
        return why_set(w, "no-reviewer", WHY_NO_OFFSET, NULL, "no member is left that could review it");
    if (out->review) {
        memcpy(out->reviewer, reviewer.p, 2);
        notice_log_pair(o->member, reviewer, pair);
    }
    return notice_log_say(s->d, &p, SPAN("all"), now, a, w) &&
           notice_log_publish(s->d, true, out->review ? NOTICES_DESK : NOTICES_STREAM,
                              out->review ? span_str(pair) : SPAN("all"), NOTICE_TYPE, s->json, now, a, w);
}

static bool publish(struct signing *s, unix_time now, struct arena *a, struct notice_signed *out,
                    struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(s->d);
    const struct notice_kind *k = agreement_notice(o->agreement, s->read->kind);
    struct notice_draft_row done = s->row;

    if (only_prolongs(s)) {
        if (!notice_log_publish(s->d, true, NOTICES_STREAM, SPAN("all"), NOTICE_TYPE, s->json, now, a, w))
            return false;
    } else if (!propose(s, k, now, a, out, w)) {
        return false;
    }
    (void)snprintf(out->id, sizeof out->id, "%.*s", (int)s->read->id.n, (const char *)s->read->id.p);
    out->version = s->read->version;
    done.state = SPAN("signed");
    done.id = s->read->id;
    done.revision++;
    done.last = now;
    done.body = (struct span){ 0 }; /* it stands in the log from now on */
    return store_put_notice_draft(o->store, &done, w);
}

bool notice_desk_sign(struct notice_desk *d, struct span reference, struct span officer, unix_time now,
                      struct arena *a, struct notice_signed *out, struct why *w)
{
    struct signing *s = arena_alloc(a, sizeof *s);
    char *who = arena_alloc(a, NOTICE_OFFICER);
    struct notice_signed x = { .faults = 0 };
    bool ok;

    if (!s || !who || !is_ready(d, w) || !notice_officer(d, officer, who, w))
        return false;
    *s = (struct signing){ .d = d };
    notice_desk_lock(d);
    ok = notice_log_read(d, now, w) && load_draft(s, reference, a, w) &&
         (!notice_same_officer(s->n->drafted, span_str(who)) ||
          why_set(w, "same-officer", WHY_NO_OFFSET, NULL, "another officer signs what this one drafted"));
    if (ok && !s->n->checklist.officer.n) /* nobody signed it: nothing can be read back */
        x.faults = UINT32_C(1) << NOTICE_FAULT_CHECKLIST;
    if (ok && (!s->n->expires || !s->n->review_due))
        x.faults |= notice_judge(notice_desk_of(d)->agreement, s->n);
    if (ok && !x.faults) {
        ok = complete(s, span_str(who), now, a, w);
        if (ok)
            x.faults = notice_judge(notice_desk_of(d)->agreement, s->read);
        if (ok && !x.faults)
            ok = publish(s, now, a, &x, w);
    }
    notice_desk_unlock(d);
    if (ok)
        *out = x;
    return ok;
}

/* ---- acts ---- */

static bool is_active(enum notice_state s)
{
    return s == NOTICE_ACTIVE || s == NOTICE_SUSPENDED;
}

static bool may_review(const struct notice_act *x, const struct notice_held *h, struct why *w)
{
    struct buffer b;
    char hex[2 * NOTICE_DIGEST + 1];

    buf_init_fixed(&b, hex, sizeof hex);
    hex_put(&b, span_of(h->proposed_digest, NOTICE_DIGEST));
    if (h->lapsed)
        return why_set(w, "lapsed", WHY_NO_OFFSET, NULL,
                       "the term of the review is over; its issuer proposes it anew");
    if (!h->for_review)
        return why_set(w, "not-reviewer", WHY_NO_OFFSET, NULL,
                       "this member does not review this notice, or has done so");
    if (!span_eq(x->digest, buf_span(&b)))
        return why_set(w, "changed", WHY_NO_OFFSET, NULL, "this is not the version that was proposed last");
    return x->what != NOTICE_SAYS_CONFIRMED || x->checked ||
           why_set(w, "check-list", WHY_NO_OFFSET, NULL,
                   "who confirms has looked at neutrality, threshold, minimum data and proportionality");
}

static bool may_act(const struct notice_desk *d, const struct notice_act *x, const struct notice_held *h,
                    struct why *w)
{
    bool own = span_eq(h->issuer, notice_desk_of(d)->member), ok = true;

    switch (x->what) {
    case NOTICE_SAYS_CONFIRMED:
    case NOTICE_SAYS_REFUSED:
        return may_review(x, h, w);
    case NOTICE_SAYS_SUSPENDED:
        ok = h->state == NOTICE_ACTIVE;
        break;
    case NOTICE_SAYS_RESUMED:
        ok = h->state == NOTICE_SUSPENDED;
        break;
    case NOTICE_SAYS_WITHDRAWN:
    case NOTICE_SAYS_CANCELLED:
        ok = !is_over(h->state);
        break;
    case NOTICE_SAYS_FLAGGED:
    case NOTICE_SAYS_UNFLAGGED:
        if (own)
            return why_set(w, "own", WHY_NO_OFFSET, NULL, "a flag is for another member's notice");
        return is_active(h->state) || why_set(w, "state", WHY_NO_OFFSET, NULL, "the notice is not active");
    case NOTICE_SAYS_PROPOSED:
    case NOTICE_SAYS_ERASED:
    case NOTICE_SAYS_CONSULTED:
    case NOTICE_SAYS_DISCLOSE:
    case NOTICE_SAYS_RESTRICT:
    case NOTICE_WHATS:
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "no officer's act");
    }
    if (!own)
        return why_set(w, "not-ours", WHY_NO_OFFSET, NULL, "only its issuer ends or suspends a notice");
    return ok || why_set(w, "state", WHY_NO_OFFSET, NULL, "not in the state %s", notice_state_word(h->state));
}

static bool needs_two(enum notice_what x)
{
    return x == NOTICE_SAYS_CONFIRMED || x == NOTICE_SAYS_RESUMED;
}

/* What the first officer said waits for the second: "confirmed DIGEST OFFICER". */
static bool first_or_second(struct notice_desk *d, const struct notice_act *x, const char *officer,
                            unix_time now, struct arena *a, struct span *first, struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(d);
    struct notice_draft_row r = { 0 };
    struct span rest, part;
    char reference[80], body[240], *key;
    bool found = false;

    (void)snprintf(reference, sizeof reference, "act-%.*s", (int)x->id.n, (const char *)x->id.p);
    if (!store_find_notice_draft(o->store, span_str(reference), &found, a, &r, w))
        return false;
    (void)snprintf(body, sizeof body, "%s %.*s ", notice_what_word(x->what), (int)x->digest.n,
                   (const char *)x->digest.p);
    key = arena_str(a, span_str(body));
    rest = r.body;
    if (key && found && span_starts(rest, span_str(key))) {
        part = span_sub(rest, strlen(key), rest.n);
        if (notice_same_officer(part, span_str(officer)))
            return why_set(w, "same-officer", WHY_NO_OFFSET, NULL,
                           "this officer said so already; another one is awaited");
        *first = part;
    } else {
        (void)snprintf(body + strlen(body), sizeof body - strlen(body), "%s", officer);
        *first = (struct span){ 0 };
    }
    r = (struct notice_draft_row){ .reference = span_str(reference),
                                   .state = first->n ? SPAN("done") : SPAN("waits"),
                                   .id = x->id,
                                   .revision = found ? r.revision + 1 : 1,
                                   .at = now,
                                   .last = now,
                                   .body = first->n ? (struct span){ 0 } : span_str(body) };
    return store_put_notice_draft(o->store, &r, w);
}

static bool act(struct notice_desk *d, const struct notice_act *x, const char *officer, unix_time now,
                struct arena *a, bool *published, struct why *w)
{
    struct notice_statement s = { .what = x->what, .id = x->id, .reason = x->reason, .at = now };
    const struct notice_held *h = NULL;
    struct span first = { 0 };
    bool found = false;

    *published = false;
    if (!notice_log_read(d, now, w) ||
        !notice_book_find(notice_desk_of(d)->book, x->id, now, a, &found, &h, w))
        return false;
    if (!found)
        return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "no notice has this id here");
    if (!may_act(d, x, h, w))
        return false;
    if (needs_two(x->what)) {
        if (!first_or_second(d, x, officer, now, a, &first, w))
            return false;
        if (!first.n)
            return true;
    }
    s.officer = first.n ? first : span_str(officer);
    s.second = first.n ? span_str(officer) : (struct span){ 0 };
    s.checked = x->what == NOTICE_SAYS_CONFIRMED;
    if (x->what == NOTICE_SAYS_CONFIRMED || x->what == NOTICE_SAYS_REFUSED) {
        s.version = h->proposed_version;
        memcpy(s.digest, h->proposed_digest, NOTICE_DIGEST);
    }
    *published = true;
    return notice_log_say(d, &s, SPAN("all"), now, a, w);
}

bool notice_desk_act(struct notice_desk *d, const struct notice_act *x, unix_time now, struct arena *a,
                     bool *published, struct why *w)
{
    char officer[NOTICE_OFFICER] = "";
    bool ok;

    if (!is_ready(d, w) || !notice_officer(d, x->officer, officer, w))
        return false;
    if (!text_trim(x->reason).n || x->reason.n > NOTICE_STATEMENT_TEXT)
        return why_set(w, "reason", WHY_NO_OFFSET, NULL, "say why, in at most %d bytes",
                       NOTICE_STATEMENT_TEXT);
    notice_desk_lock(d);
    ok = act(d, x, officer, now, a, published, w);
    notice_desk_unlock(d);
    return ok;
}

bool notice_desk_redress(struct notice_desk *d, const struct notice_statement *s, unix_time now,
                         struct arena *a, struct why *w)
{
    const struct notice_desk_options *o = notice_desk_of(d);
    struct span other = s->what == NOTICE_SAYS_CONSULTED ? span_sub(s->id, 0, 2) : s->member;
    char pair[8];
    bool ok;

    if (!is_ready(d, w))
        return false;
    if (other.n != 2 || span_eq(other, o->member) || !notice_statement_may(s, o->member))
        return why_set(w, "not-ours", WHY_NO_OFFSET, NULL,
                       "a member asks the owner of a notice, and the owner answers that member");
    notice_log_pair(o->member, other, pair);
    notice_desk_lock(d);
    ok = notice_log_say(d, s, span_str(pair), now, a, w);
    notice_desk_unlock(d);
    return ok;
}
