/* Notices: what officers and supervisors see. */
#include "base/limits.h"
#include "base/text.h"
#include "check/members.h"
#include "node/notices.h"

static const char CLAUSE[] = "openapi.json";

enum { PAGE = 64, LIST = 500, DAY_SECONDS = 86400, MEMORY = 64 << 20 };

static void moment(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

void notices_held_json(struct json_writer *j, const char *key, const struct notices *n,
                       const struct notice_held *h)
{
    jw_object(j, key);
    jw_text(j, "id", h->id);
    jw_text(j, "issuer", h->issuer);
    jw_text(j, "kind", h->kind);
    jw_str(j, "state", notice_state_word(h->state));
    jw_bool(j, "acts", h->acts);
    jw_str(j, "action", h->state == NOTICE_ACTIVE ? notice_action_word(h->action) : NULL);
    jw_int(j, "version", h->version);
    moment(j, "at", h->at);
    moment(j, "expires", h->expires);
    moment(j, "review_due", h->review_due);
    moment(j, "since", h->since);
    moment(j, "proposed", h->proposed);
    moment(j, "reviewed", h->reviewed);
    jw_int(j, "proposed_version", h->proposed_version);
    jw_hex(j, "digest", span_of(h->proposed_digest, NOTICE_DIGEST));
    if (h->reviewer.n)
        jw_text(j, "reviewer", h->reviewer);
    else
        jw_null(j, "reviewer");
    jw_bool(j, "for_review", h->for_review);
    jw_bool(j, "lapsed", h->lapsed);
    jw_bool(j, "own", span_eq(h->issuer, n->member));
    jw_int(j, "erased", (int64_t)h->n_erased);
    jw_array(j, "flags");
    for (size_t i = 0; i < h->n_flags; i++) {
        jw_object(j, NULL);
        jw_text(j, "member", h->flag[i].member);
        jw_text(j, "reason", h->flag[i].reason);
        moment(j, "at", h->flag[i].at);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

/* ---- walking over all ---- */

typedef void seen(void *ctx, const struct notice_held *h, struct arena *a);

static bool each(const struct notices *n, unix_time now, seen *one, void *ctx, struct why *w)
{
    struct arena page, a;
    char at[NOTICE_ID] = "";
    const struct span *id = NULL;
    size_t k = PAGE;
    bool ok = true;

    arena_init(&page, MEMORY);
    arena_init(&a, MEMORY);
    while (ok && k == PAGE) {
        arena_reset(&page);
        ok = notice_book_ids(n->book, span_str(at), PAGE, &page, &id, &k, w);
        for (size_t i = 0; ok && i < k; i++) {
            const struct notice_held *h = NULL;
            bool found = false;

            arena_reset(&a);
            ok = notice_book_find(n->book, id[i], now, &a, &found, &h, w);
            if (ok && found)
                one(ctx, h, &a);
        }
        if (ok && k && id[k - 1].n < NOTICE_ID) {
            memcpy(at, id[k - 1].p, id[k - 1].n);
            at[id[k - 1].n] = 0;
        }
    }
    arena_free(&a);
    arena_free(&page);
    return ok;
}

/* What members asked about a notice of this one before disclosing it, and what was answered. j NULL: *waiting
 * alone. */
static bool consultations(const struct notices *n, const struct notice_held *h, struct arena *a,
                          struct json_writer *j, bool *waiting, struct why *w)
{
    const struct notice_event_row *e = NULL;
    size_t k = 0;

    *waiting = false;
    if (!notice_book_said(n->book, h->id, a, &e, &k, w))
        return false;
    for (size_t i = 0; i < k; i++) {
        const char *answer = NULL;
        struct notice_statement asked, said;

        if (!span_eq_str(e[i].what, "consulted") || !notice_statement_read(e[i].body, a, &asked, NULL))
            continue;
        for (size_t m = 0; m < k; m++)
            if ((span_eq_str(e[m].what, "disclose") || span_eq_str(e[m].what, "restrict")) &&
                span_eq(e[m].member, h->issuer) && notice_statement_read(e[m].body, a, &said, NULL) &&
                span_eq(said.reference, asked.reference) && span_eq(said.member, e[i].member))
                answer = said.what == NOTICE_SAYS_DISCLOSE ? "disclose" : "restrict";
        *waiting |= !answer;
        if (!j)
            continue;
        jw_object(j, NULL);
        jw_text(j, "member", e[i].member);
        jw_text(j, "reference", asked.reference);
        moment(j, "at", e[i].at);
        jw_str(j, "answer", answer);
        jw_object_end(j);
    }
    return true;
}

struct listing {
    const struct notices *n;
    struct json_writer *j;
    struct span state;
    bool own, review, expiring, consulted;
    struct why why; /* the first that went wrong */
    unix_time now, warned;
    size_t listed;
};

static void list_one(void *ctx, const struct notice_held *h, struct arena *a)
{
    struct listing *l = ctx;
    bool own = span_eq(h->issuer, l->n->member),
         live = h->state == NOTICE_ACTIVE || h->state == NOTICE_SUSPENDED, waiting = false;

    if (l->consulted &&
        (!own || l->why.reason || !consultations(l->n, h, a, NULL, &waiting, &l->why) || !waiting))
        return;
    if ((l->state.n && !span_eq_str(l->state, notice_state_word(h->state))) || (l->own && !own) ||
        (l->review && !h->for_review) || (l->expiring && (!own || !live || h->expires > l->warned)) ||
        l->listed == LIST)
        return;
    l->listed++;
    notices_held_json(l->j, NULL, l->n, h);
}

bool notices_list(const struct notices *n, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct listing l = { .n = n, .j = &j, .now = now };
    struct span which = { 0 };
    const struct member table[] = { { "state", member_id, &l.state }, { "which", member_id, &which } };
    struct json q;
    bool ok;

    (void)status;
    if (!json_parse(json, a, &q, w) || !members_read(&q, JSON_ROOT, "the request", CLAUSE, table, 2, a, w))
        return false;
    l.own = span_eq_str(which, "own");
    l.review = span_eq_str(which, "review");
    l.expiring = span_eq_str(which, "expiring");
    l.consulted = span_eq_str(which, "consulted");
    if (which.n && !l.own && !l.review && !l.expiring && !l.consulted)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "\"which\" is own, review, expiring or consulted");
    l.warned = now + (unix_time)agreement_notices(n->agreement)->warned_days * DAY_SECONDS;
    jw_object(&j, NULL);
    jw_array(&j, "notices");
    ok = each(n, now, list_one, &l, w);
    if (ok && l.why.reason) {
        *w = l.why;
        ok = false;
    }
    jw_array_end(&j);
    jw_bool(&j, "more", l.listed == LIST);
    jw_object_end(&j);
    return ok;
}

bool notices_drafts(const struct notices *n, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    const struct notice_draft_row *r = NULL;
    size_t k = 0;

    (void)json;
    (void)now;
    (void)status;
    if (!store_list_notice_drafts(n->store, LIST, a, &r, &k, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "drafts");
    for (size_t i = 0; i < k; i++) {
        if (!span_eq_str(r[i].state, "draft"))
            continue;
        jw_object(&j, NULL);
        jw_text(&j, "reference", r[i].reference);
        if (r[i].id.n)
            jw_text(&j, "id", r[i].id);
        else
            jw_null(&j, "id");
        jw_int(&j, "revision", r[i].revision);
        moment(&j, "at", r[i].at);
        moment(&j, "last", r[i].last);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return true;
}

/* ---- one, with what is personal ---- */

static bool purpose_known(struct span s)
{
    static const char *const purposes[] = { "border-check", "road-check", "investigation",
                                            "review",       "redress",    "supervision" };

    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (span_eq_str(s, purposes[i]))
            return true;
    return false;
}

bool notices_text(const struct notices *n, const struct notice_held *h, struct arena *a, struct span *json,
                  struct why *w)
{
    const struct notice *x = NULL;

    return notice_book_version(
        n->book, h->id, h->for_review || !h->notice ? h->proposed_digest : h->notice->digest, a, &x, json, w);
}

/* A draft or a version, as it was written. */
static bool content_of(const struct notices *n, struct span id, const struct notice_held *h, struct arena *a,
                       struct span *json, struct why *w)
{
    struct notice_draft_row r;
    bool found = false;

    *json = (struct span){ 0 };
    if (!h) {
        if (!store_find_notice_draft(n->store, id, &found, a, &r, w))
            return false;
        if (found && span_starts(id, SPAN("N-")))
            *json = r.body;
        return found || why_set(w, "unknown", WHY_NO_OFFSET, NULL, "no notice and no draft has this id here");
    }
    return notices_text(n, h, a, json, w);
}

bool notices_show(const struct notices *n, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    struct span id = { 0 }, officer = { 0 }, purpose = { 0 }, content;
    const struct member table[] = { { "id", member_id, &id },
                                    { "officer", member_id, &officer },
                                    { "purpose", member_text, &purpose } };
    struct json_writer jw = json_to(out);
    const struct notice_held *h = NULL;
    bool found = false;
    struct json j;

    (void)status;
    if (!json_parse(json, a, &j, w) || !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 3, a, w) ||
        !notices_officer(n, officer, a, &officer, w))
        return false;
    if (!purpose_known(purpose))
        return why_set(w, "purpose", WHY_NO_OFFSET, CLAUSE,
                       "say why data are looked at: border-check, road-check, investigation, review, redress "
                       "or supervision");
    if (!notice_book_find(n->book, id, now, a, &found, &h, w) || !content_of(n, id, h, a, &content, w) ||
        !notices_record_look(n, id, officer, purpose, now, w))
        return false;
    jw_object(&jw, NULL);
    if (h)
        notices_held_json(&jw, "standing", n, h);
    if (content.n)
        jw_raw(&jw, "notice", content);
    else
        jw_null(&jw, "notice");
    if (h && span_eq(h->issuer, n->member)) {
        jw_array(&jw, "consulted");
        if (!consultations(n, h, a, &jw, &found, w))
            return false;
        jw_array_end(&jw);
    }
    jw_object_end(&jw);
    return true;
}

/* ---- statistics ---- */

enum { KINDS = 64 };

struct figures {
    const struct notices *n;
    unix_time now;
    int64_t by[KINDS][NOTICE_STATES], age[KINDS][4];
    int64_t reviewed, in_time, lapsed, prolonged, withdrawn, within;
    int64_t refused_reviewed;
};

static size_t kind_place(const struct figures *f, struct span kind)
{
    for (size_t i = 0; i < agreement_notice_kinds(f->n->agreement) && i < KINDS; i++)
        if (span_eq_str(kind, agreement_notice_at(f->n->agreement, i)->name))
            return i;
    return KINDS;
}

/* The members that signed that a notice is gone did so in time. */
static void count_withdrawn(struct figures *f, const struct notice_held *h, struct arena *a)
{
    const struct notice_event_row *e = NULL;
    int64_t limit = (int64_t)agreement_notices(f->n->agreement)->withdrawn_hours * 3600;
    bool late = false, any = false;
    size_t k = 0;

    f->withdrawn++;
    if (!notice_book_said(f->n->book, h->id, a, &e, &k, NULL))
        return;
    for (size_t i = 0; i < k; i++) {
        if (!span_eq_str(e[i].what, "erased"))
            continue;
        any = true;
        late = late || e[i].at > h->since + limit;
    }
    f->within += any && !late;
}

static void count_one(void *ctx, const struct notice_held *h, struct arena *a)
{
    struct figures *f = ctx;
    size_t k = kind_place(f, h->kind);
    int64_t days = (f->now - h->at) / DAY_SECONDS;

    if (k < KINDS) {
        f->by[k][h->state]++;
        if (h->state == NOTICE_ACTIVE)
            f->age[k][days < 90 ? 0 : days < 365 ? 1 : days < 1095 ? 2 : 3]++;
    }
    f->reviewed += h->reviewed > 0;
    f->in_time += h->reviewed > 0 && (h->confirmed || h->state == NOTICE_REFUSED);
    f->refused_reviewed += h->state == NOTICE_REFUSED;
    f->lapsed += h->lapsed;
    f->prolonged += h->notice && h->notice->assessment.officer.n > 0;
    if (h->state == NOTICE_WITHDRAWN || h->state == NOTICE_CANCELLED)
        count_withdrawn(f, h, a);
}

static void put_by_kind(struct json_writer *j, const struct figures *f)
{
    static const char *const ages[] = { "below_90_days", "below_1_year", "below_3_years", "older" };

    jw_array(j, "kinds");
    for (size_t i = 0; i < agreement_notice_kinds(f->n->agreement) && i < KINDS; i++) {
        jw_object(j, NULL);
        jw_str(j, "kind", agreement_notice_at(f->n->agreement, i)->name);
        for (unsigned s = NOTICE_PROPOSED; s < NOTICE_STATES; s++)
            jw_int(j, notice_state_word((enum notice_state)s), f->by[i][s]);
        jw_object(j, "age_of_active");
        for (unsigned g = 0; g < 4; g++)
            jw_int(j, ages[g], f->age[i][g]);
        jw_object_end(j);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* By outcome, of what was asked for about notices. */
static bool put_redress(struct json_writer *j, const struct notices *n, struct arena *a, struct why *w)
{
    static const char *const subjects[] = { "notice-access", "notice-correction", "notice-deletion" };
    static const char *const outcomes[] = { "upheld", "partly", "not-upheld" };
    struct complaint_filter filter = { .most = LIMIT_CASE_PAGE };
    int64_t filed[3] = { 0 }, open[3] = { 0 }, by[3][3] = { { 0 } };

    do {
        const struct complaint_view *v = NULL;
        size_t k = 0;

        if (!store_list_complaints(n->store, &filter, a, &v, &k, &filter.before, w))
            return false;
        for (size_t i = 0; i < k; i++)
            for (size_t s = 0; s < 3; s++) {
                if (!span_eq_str(v[i].row.subject, subjects[s]))
                    continue;
                filed[s]++;
                open[s] += !v[i].row.answered.n;
                for (size_t e = 0; e < v[i].n_events; e++)
                    for (size_t o = 0; o < 3; o++)
                        by[s][o] +=
                            v[i].event[e].what.n > 7 && span_starts(v[i].event[e].what, SPAN("answer ")) &&
                            span_eq_str(span_sub(v[i].event[e].what, 7, v[i].event[e].what.n), outcomes[o]);
            }
    } while (filter.before);
    jw_object(j, "redress");
    for (size_t s = 0; s < 3; s++) {
        jw_object(j, subjects[s] + 7);
        jw_int(j, "filed", filed[s]);
        jw_int(j, "open", open[s]);
        for (size_t o = 0; o < 3; o++)
            jw_int(j, outcomes[o], by[s][o]);
        jw_object_end(j);
    }
    jw_object_end(j);
    return true;
}

static bool put_hits(struct json_writer *j, const struct notices *n, unix_time now, struct arena *a,
                     struct why *w)
{
    const struct notice_hit_figures *f = NULL;
    size_t k = 0;

    if (!n->hits.figures(n->hits.ctx, 0, now, a, &f, &k, w))
        return false;
    jw_array(j, "hits");
    for (size_t i = 0; i < k; i++) {
        jw_object(j, NULL);
        jw_str(j, "member", f[i].member);
        jw_int(j, "hits", f[i].hits);
        jw_int(j, "no_match", f[i].no_match);
        jw_int(j, "possible", f[i].possible);
        jw_int(j, "confirmed", f[i].confirmed);
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

bool notices_statistics(const struct notices *n, struct span json, unix_time now, struct arena *a,
                        struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct figures *f = arena_alloc(a, sizeof *f);
    bool ok;

    (void)json;
    (void)status;
    if (!f)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *f = (struct figures){ .n = n, .now = now };
    if (!each(n, now, count_one, f, w))
        return false;
    jw_object(&j, NULL);
    put_by_kind(&j, f);
    jw_int(&j, "reviewed", f->reviewed);
    jw_int(&j, "reviewed_in_time", f->in_time);
    jw_int(&j, "refused_by_reviewers", f->refused_reviewed);
    jw_int(&j, "reviews_lapsed", f->lapsed);
    jw_int(&j, "prolonged", f->prolonged);
    jw_int(&j, "withdrawn", f->withdrawn);
    jw_int(&j, "withdrawn_within_limit", f->within);
    ok = put_redress(&j, n, a, w) && put_hits(&j, n, now, a, w);
    jw_object_end(&j);
    return ok;
}
