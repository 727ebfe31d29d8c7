/*
 * What those concerned ask for. A request is a complaint with the subject notice-access, notice-correction or
 * notice-deletion (service/travel/complaint.h): filed, followed, answered and appealed as such, with the
 * terms of the agreement. Here is what an office does about it with notices: it says which notices are meant,
 * and a notice of this member is suspended while a correction or deletion is pending; it asks the owner
 * before it discloses; it discloses, or restricts with a reason that is recorded.
 */
#include "base/text.h"
#include "check/members.h"
#include "node/notices.h"
#include "store/cases.h"
#include "store/complaints.h"

static const char CLAUSE[] = "openapi.json";

enum { LOOKS = 500, DAY_SECONDS = 86400 };

struct asked {
    struct span reference, id, officer, reason, member;
    struct complaint_view view;
    const struct notice_held *held;
};

static bool is_redress(struct span subject)
{
    return span_starts(subject, SPAN("notice-"));
}

static bool read_asked(const struct notices *n, struct span json, unix_time now, struct arena *a,
                       struct asked *q, struct why *w)
{
    const struct member table[] = {
        { "reference", member_id, &q->reference }, { "id", member_id, &q->id },
        { "officer", member_id, &q->officer },     { "reason", member_text, &q->reason },
        { "member", member_id, &q->member },
    };
    bool found = false, there = false;
    struct json j;

    if (!json_parse(json, a, &j, w) || !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 5, a, w) ||
        !notices_officer(n, q->officer, a, &q->officer, w) ||
        !notice_book_find(n->book, q->id, now, a, &there, &q->held, w))
        return false;
    if (!there)
        return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "no notice has this id here");
    if (q->member.n) /* a case of that member: it is not kept here */
        return true;
    if (!store_find_complaint(n->store, q->reference, (struct span){ 0 }, &found, a, &q->view, w))
        return false;
    return (found && is_redress(q->view.row.subject)) ||
           why_set(w, "complaint-unknown", WHY_NO_OFFSET, NULL, "no request of redress has this reference");
}

/* An event of the case that changes no state of it: "linked KZ-2026-17". */
static bool note(const struct notices *n, const struct asked *q, const char *what, struct span text,
                 unix_time now, struct why *w)
{
    char word[64];
    uint8_t mem[4096];
    struct buffer b, body;
    struct json_writer j;

    buf_init_fixed(&b, word, sizeof word);
    buf_printf(&b, "%s %.*s", what, (int)q->id.n, (const char *)q->id.p);
    buf_init_fixed(&body, mem, sizeof mem);
    j = json_to(&body);
    jw_object(&j, NULL);
    jw_text(&j, "officer", q->officer);
    if (text.n)
        jw_text(&j, "text", text);
    jw_object_end(&j);
    if (!buf_ok(&body) || !buf_ok(&b))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the reason is too long");
    const struct complaint_change c = { .from = q->view.row.state,
                                        .state = q->view.row.state,
                                        .due = q->view.row.due };
    const struct complaint_event e = { .at = now,
                                       .due = q->view.row.due,
                                       .what = buf_span(&b),
                                       .state = q->view.row.state,
                                       .office = SPAN("notices"),
                                       .body = buf_span(&body) };

    return store_step_complaint(n->store, q->reference, &c, &e, w);
}

static unix_time noted_at(const struct asked *q, const char *what)
{
    char word[64];
    struct buffer b;

    buf_init_fixed(&b, word, sizeof word);
    buf_printf(&b, "%s %.*s", what, (int)q->id.n, (const char *)q->id.p);
    for (size_t i = q->view.n_events; i-- > 0;)
        if (span_eq(q->view.event[i].what, buf_span(&b)))
            return q->view.event[i].at;
    return 0;
}

static bool is_own(const struct notices *n, const struct asked *q)
{
    return span_eq(q->held->issuer, n->member);
}

static void put_done(struct buffer *out, const struct asked *q, const char *what, bool yes)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_text(&j, "reference", q->reference);
    jw_text(&j, "id", q->id);
    jw_bool(&j, what, yes);
    jw_object_end(&j);
}

/* ---- which notice is meant; suspended, or not acted on here, while it is pending ---- */

static bool pause(const struct notices *n, const struct asked *q, unix_time now, struct arena *a,
                  bool *paused, struct why *w)
{
    const struct notice_act x = { .what = is_own(n, q) ? NOTICE_SAYS_SUSPENDED : NOTICE_SAYS_FLAGGED,
                                  .id = q->id,
                                  .officer = q->officer,
                                  .reason = SPAN("a request of redress is pending") };

    *paused = false;
    if (span_eq_str(q->view.row.subject, "notice-access") || q->held->state != NOTICE_ACTIVE)
        return true;
    return notice_desk_act(n->desk, &x, now, a, paused, w);
}

bool redress_link(const struct notices *n, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    struct asked q = { 0 };
    bool paused = false;

    (void)status;
    if (!read_asked(n, json, now, a, &q, w))
        return false;
    if (q.member.n)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"member\" is for answers of an owner");
    if (!pause(n, &q, now, a, &paused, w) || !note(n, &q, "linked", (struct span){ 0 }, now, w))
        return false;
    put_done(out, &q, "suspended", paused);
    return true;
}

/* ---- the owner ---- */

/* What the owner answered about this case: DISCLOSE, RESTRICT, or NOTICE_WHATS. */
static bool owner_said(const struct notices *n, const struct asked *q, struct arena *a,
                       enum notice_what *what, struct span *reason, struct why *w)
{
    const struct notice_event_row *e = NULL;
    size_t k = 0;

    *what = NOTICE_WHATS;
    if (!notice_book_said(n->book, q->id, a, &e, &k, w))
        return false;
    for (size_t i = 0; i < k; i++) {
        struct notice_statement s;

        if ((!span_eq_str(e[i].what, "disclose") && !span_eq_str(e[i].what, "restrict")) ||
            !notice_statement_read(e[i].body, a, &s, NULL) || !span_eq(s.reference, q->reference) ||
            !span_eq(s.member, n->member) || !span_eq(e[i].member, q->held->issuer))
            continue;
        *what = s.what;
        *reason = s.reason;
    }
    return true;
}

bool redress_consult(const struct notices *n, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, unsigned *status, struct why *w)
{
    struct notice_statement s = { .what = NOTICE_SAYS_CONSULTED, .at = now };
    struct asked q = { 0 };

    (void)status;
    if (!read_asked(n, json, now, a, &q, w))
        return false;
    if (q.member.n || is_own(n, &q))
        return why_set(w, "own", WHY_NO_OFFSET, NULL, "the notice is this member's: nobody is asked");
    s.id = q.id;
    s.officer = q.officer;
    s.reference = q.reference;
    if (!notice_desk_redress(n->desk, &s, now, a, w) || !note(n, &q, "consulted", (struct span){ 0 }, now, w))
        return false;
    put_done(out, &q, "consulted", true);
    return true;
}

/* That member has asked about this case, and what it asked has arrived. */
static bool was_asked(const struct notices *n, const struct asked *q, struct arena *a, bool *yes,
                      struct why *w)
{
    const struct notice_event_row *e = NULL;
    size_t k = 0;

    *yes = false;
    if (!notice_book_said(n->book, q->id, a, &e, &k, w))
        return false;
    for (size_t i = 0; i < k && !*yes; i++) {
        struct notice_statement s;

        *yes = span_eq_str(e[i].what, "consulted") && span_eq(e[i].member, q->member) &&
               notice_statement_read(e[i].body, a, &s, NULL) && span_eq(s.reference, q->reference);
    }
    return true;
}

/* By the owner, to the member that asked. */
bool redress_answer(const struct notices *n, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, unsigned *status, struct why *w)
{
    struct asked q = { 0 };
    struct notice_statement s = { .at = now };
    bool asked = false;

    (void)status;
    if (!read_asked(n, json, now, a, &q, w))
        return false;
    if (!q.member.n || !is_own(n, &q))
        return why_set(w, "not-ours", WHY_NO_OFFSET, NULL, "the owner answers the \"member\" that asked");
    if (!was_asked(n, &q, a, &asked, w))
        return false;
    if (!asked)
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "that member has not asked about this");
    s.what = q.reason.n ? NOTICE_SAYS_RESTRICT : NOTICE_SAYS_DISCLOSE;
    s.id = q.id;
    s.officer = q.officer;
    s.reference = q.reference;
    s.member = q.member;
    s.reason = q.reason;
    if (!notice_desk_redress(n->desk, &s, now, a, w))
        return false;
    put_done(out, &q, "disclose", s.what == NOTICE_SAYS_DISCLOSE);
    return true;
}

/* ---- disclosing and restricting ---- */

/* The owner agreed; or was asked, and its days are over. What it objects to is restricted, not disclosed. */
static bool may_disclose(const struct notices *n, const struct asked *q, unix_time now, struct arena *a,
                         struct why *w)
{
    unix_time asked = noted_at(q, "consulted");
    int64_t days = agreement_notices(n->agreement)->owner_days;
    enum notice_what what = NOTICE_WHATS;
    struct span reason = { 0 };

    if (is_own(n, q))
        return true;
    if (!owner_said(n, q, a, &what, &reason, w))
        return false;
    if (what == NOTICE_SAYS_DISCLOSE)
        return true;
    if (what == NOTICE_SAYS_RESTRICT)
        return why_set(w, "owner", WHY_NO_OFFSET, NULL, "the owner objects: %.*s",
                       (int)(reason.n < 200 ? reason.n : 200), (const char *)reason.p);
    if (!asked)
        return why_set(w, "owner", WHY_NO_OFFSET, NULL, "the owner is asked before anything is disclosed");
    return now > asked + days * DAY_SECONDS ||
           why_set(w, "owner", WHY_NO_OFFSET, NULL, "the owner has not answered, and its days are not over");
}

static bool put_looks(const struct notices *n, const struct asked *q, struct json_writer *j, struct arena *a,
                      struct why *w)
{
    struct traveller_key key;
    struct case_filter f = {
        .kind = SPAN("notice look-up"), .subject = &key, .most = LOOKS, .bodies = false
    };
    const struct case_view *v = NULL;
    char at[TIME_TEXT];
    int64_t next = 0;
    size_t k = 0;

    notices_subject(n, q->id, &key);
    if (!store_list_cases(n->store, &f, a, &v, &k, &next, w))
        return false;
    jw_array(j, "looked_at");
    for (size_t i = 0; i < k; i++) {
        jw_object(j, NULL);
        jw_str(j, "at", time_format(v[i].record.at, at));
        jw_text(j, "purpose", v[i].record.purpose);
        jw_text(j, "by", n->member);
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

/* The subject's extract: what is kept, since when, and who looked at it. */
bool redress_disclose(const struct notices *n, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct span content = { 0 };
    struct asked q = { 0 };

    (void)status;
    if (!read_asked(n, json, now, a, &q, w))
        return false;
    if (q.member.n || !noted_at(&q, "linked"))
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "the notice is not linked to this request");
    if (!may_disclose(n, &q, now, a, w) || !notices_text(n, q.held, a, &content, w) ||
        !note(n, &q, "disclosed", q.reason, now, w) ||
        !notices_record_look(n, q.id, q.officer, SPAN("redress"), now, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "reference", q.reference);
    notices_held_json(&j, "standing", n, q.held);
    if (content.n)
        jw_raw(&j, "notice", content);
    else
        jw_null(&j, "notice");
    if (!put_looks(n, &q, &j, a, w))
        return false;
    jw_object_end(&j);
    return true;
}

bool redress_restrict(const struct notices *n, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, unsigned *status, struct why *w)
{
    struct asked q = { 0 };

    (void)status;
    if (!read_asked(n, json, now, a, &q, w))
        return false;
    if (q.member.n || !text_trim(q.reason).n)
        return why_set(w, "reason", WHY_NO_OFFSET, NULL,
                       "a restriction has a reason that is recorded: the law and why it is needed here");
    if (!note(n, &q, "restricted", q.reason, now, w))
        return false;
    put_done(out, &q, "restricted", true);
    return true;
}
