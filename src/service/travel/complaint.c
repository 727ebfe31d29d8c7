#include "service/travel/complaint.h"

#include <stdio.h>

#include "base/text.h"
#include "crypto/node_key.h"
#include "service/travel/complaint_internal.h"
#include "wire/json.h"

const struct complaint_rules complaint_defaults = {
    .acknowledge = 3, .answer = 30, .appeal = 30, .decide = 30, .keep = 365, .access = 122, .correction = 274
};

const char *const complaint_subjects[] = { "delay", "decision",   "treatment", "fee",
                                           "data",  "facilities", "other",     NULL };

const char *const complaint_redress[] = { "notice-access", "notice-correction", "notice-deletion", NULL };

static const char *const outcomes[] = { "upheld", "partly", "not-upheld", NULL };

/* From which states, to which, by whom; what may follow stands in complaint.h. */
static const struct rule {
    const char *word, *state;
    unsigned from;
    bool office, outcome, text;
} table[] = {
    [COMPLAINT_ACKNOWLEDGE] = { "acknowledge", "acknowledged", 1u << STATE_RECEIVED, true, false, false },
    [COMPLAINT_REVIEW] = { "review", "in-review", 1u << STATE_RECEIVED | 1u << STATE_ACKNOWLEDGED, true,
                           false, false },
    [COMPLAINT_ANSWER] = { "answer", "answered", STATES_OPEN, true, true, true },
    [COMPLAINT_APPEAL] = { "appeal", "appealed", STATES_OPEN | 1u << STATE_ANSWERED, false, false, true },
    [COMPLAINT_DECIDE] = { "decide", "decided", 1u << STATE_APPEALED, true, true, true },
    [COMPLAINT_CLOSE] = { "close", "closed", 1u << STATE_ANSWERED | 1u << STATE_DECIDED, true, false, false },
    [COMPLAINT_WITHDRAW] = { "withdraw", "closed", STATES_OPEN | 1u << STATE_ANSWERED | 1u << STATE_APPEALED,
                             false, false, false },
    [COMPLAINT_READ] = { "read", NULL, ~0u, true, false, false },
};

static const char *const states[] = { "received", "acknowledged", "in-review", "answered",
                                      "appealed", "decided",      "closed",    NULL };

const char *complaint_step_word(enum complaint_step s)
{
    return table[s].word;
}

bool complaint_step_from(struct span word, enum complaint_step *out)
{
    for (unsigned i = 0; i < COMPLAINT_STEPS; i++)
        if (span_eq_str(word, table[i].word)) {
            *out = (enum complaint_step)i;
            return true;
        }
    return false;
}

static bool in_list(struct span s, const char *const *list)
{
    for (; *list; list++)
        if (span_eq_str(s, *list))
            return true;
    return false;
}

enum complaint_state complaint_state_of(struct span word)
{
    unsigned i = 0;

    while (states[i] && !span_eq_str(word, states[i]))
        i++;
    return (enum complaint_state)i;
}

/* ---- what is written ---- */

static bool request(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

/* UTF-8 that can be seen: line feeds and tabs within, no other control characters. */
static bool text_ok(struct span s, size_t most, struct why *w)
{
    struct reader r = rd_of(s);
    size_t n = 0;

    while (rd_left(&r)) {
        uint32_t c = utf8_next(&r);

        if (c == UTF8_BAD || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
            return request(w, "a text is UTF-8 without control characters");
        if (++n > most)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a text of more than %zu characters", most);
    }
    return true;
}

/* Two names of one office would be two offices to the rule on appeals: one form alone. */
bool complaint_office_ok(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool letter = ascii_lower(s.p[i]) || ascii_digit(s.p[i]);

        if (!letter && !(s.p[i] == '-' && i && i + 1 < s.n && s.p[i + 1] != '-'))
            return false;
    }
    return s.n >= 2 && s.n <= 64;
}

static bool language_ok(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && s.p[i] != '-')
            return false;
    return s.n >= 2 && s.n <= 16;
}

/* {"text", "contact", "outcome"}, those that there are. */
static struct span body_of(struct span text, struct span contact, struct span outcome, struct arena *a)
{
    struct json_writer j;
    struct buffer b;
    struct span out;

    buf_init(&b, LIMIT_COMPLAINT);
    j = json_to(&b);
    jw_object(&j, NULL);
    if (text.n)
        jw_text(&j, "text", text);
    if (contact.n)
        jw_text(&j, "contact", contact);
    if (outcome.n)
        jw_text(&j, "outcome", outcome);
    jw_object_end(&j);
    out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out;
}

/* ---- filing ---- */

static bool request_ok(const struct complaint_request *q, struct why *w)
{
    bool redress = in_list(q->subject, complaint_redress);

    if (redress && (q->code.n || q->permission.n))
        return request(w, "what is kept in notices is asked for without a code and a permission");
    if (!redress && (q->code.n != 0) == (q->permission.n != 0))
        return request(w, "say the code on the receipt, or the permission");
    if (!redress && !in_list(q->subject, complaint_subjects))
        return request(w, "the subject is none of those that there are");
    if (q->id.n && (q->id.n < 16 || q->id.n > 64))
        return request(w, "an id has 16 to 64 characters");
    if (!q->text.n)
        return request(w, "there is no text");
    if (!language_ok(q->language))
        return request(w, "the language is a tag such as fa");
    return text_ok(q->text, COMPLAINT_CHARACTERS, w) && text_ok(q->contact, COMPLAINT_CONTACT, w);
}

/* What it is about is there: nobody files against a check or a permission that never was. */
static bool about_of(struct store *s, const struct complaint_request *q, struct arena *a, struct span *kind,
                     struct span *about, struct why *w)
{
    char code[CODE_TEXT];
    bool found = false, admitted;
    struct span body;
    unix_time at;

    if (in_list(q->subject, complaint_redress)) {
        *kind = SPAN("none"); /* whether there is a notice is not said to who files */
        *about = (struct span){ NULL, 0 };
        return true;
    }
    if (q->permission.n) {
        *kind = SPAN("permission");
        *about = q->permission;
        return store_get_permission(s, q->permission, &found, a, &body, &at, w) &&
               (found || why_set(w, "no-permission", WHY_NO_OFFSET, NULL,
                                 "no permission of this number is known here"));
    }
    *kind = SPAN("check");
    if (code_read(q->code, code) &&
        !store_check_of_code(s, span_str(code), &found, a, about, &at, &admitted, w))
        return false;
    return found || why_set(w, "no-check", WHY_NO_OFFSET, NULL,
                            "no check has this code here; look at the receipt again");
}

/* Of the request's id, so that the same request gets the same codes; else by chance. */
static void make_codes(const struct store *s, const struct complaint_request *q, struct complaint_filed *f)
{
    struct traveller_key k;
    char long_one[CODE_TEXT];

    if (q->id.n)
        store_subject_key(s, SPAN("complaint request"), (struct span){ NULL, 0 }, q->id, &k);
    else
        random_bytes(k.b, sizeof k.b);
    code_put(k.b, f->follow);
    code_put(k.b + 10, long_one);
    (void)snprintf(f->reference, sizeof f->reference, "C-%.9s", long_one);
}

static bool filed_before(struct store *s, const struct complaint_request *q, struct span body,
                         struct arena *a, struct complaint_filed *f, struct why *w)
{
    bool found = false;

    if (!store_find_complaint(s, span_str(f->reference), (struct span){ NULL, 0 }, &found, a, &f->view, w))
        return false;
    if (!found || !q->id.n || (f->view.row.body.n && !span_eq(f->view.row.body, body)))
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL, "this id was used for another complaint");
    f->repeated = true;
    return true;
}

bool complaint_file(struct store *s, const struct complaint_rules *rules, const struct complaint_request *q,
                    unix_time now, struct arena *a, struct complaint_filed *out, struct why *w)
{
    struct complaint_filed f = { .repeated = false };
    struct complaint_row r = { .at = now,
                               .due = now + (unix_time)rules->acknowledge * DAY_SECONDS,
                               .state = SPAN("received"),
                               .subject = q->subject,
                               .language = q->language };
    const struct complaint_event first = { .at = now, .what = SPAN("filed"), .state = SPAN("received") };
    struct why why;
    bool found = false;

    why_clear(&why);
    if (!request_ok(q, w) || !about_of(s, q, a, &r.kind, &r.about, w))
        return false;
    make_codes(s, q, &f);
    r.reference = arena_copy(a, span_str(f.reference));
    r.follow = span_str(f.follow);
    r.body = body_of(q->text, q->contact, (struct span){ NULL, 0 }, a);
    if (!r.body.n)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the complaint is too long");
    if (!store_put_complaint(s, &r, &first, &why)) {
        if (!why.reason || strcmp(why.reason, "complaint-exists") != 0) {
            *w = why;
            return false;
        }
        if (!filed_before(s, q, r.body, a, &f, w))
            return false;
    } else if (!store_find_complaint(s, r.reference, (struct span){ NULL, 0 }, &found, a, &f.view, w)) {
        return false;
    }
    *out = f;
    return true;
}

/* ---- steps ---- */

static bool unknown(struct why *w)
{
    return why_set(w, "complaint-unknown", WHY_NO_OFFSET, NULL, "no complaint has this code");
}

bool complaint_follow(struct store *s, struct span follow, bool *found, struct arena *a,
                      struct complaint_view *out, struct why *w)
{
    char code[CODE_TEXT];

    *found = false;
    return !code_read(follow, code) ||
           store_find_complaint(s, (struct span){ NULL, 0 }, span_str(code), found, a, out, w);
}

unix_time complaint_answered_at(const struct complaint_view *v)
{
    for (size_t i = v->n_events; i-- > 0;)
        if (span_eq_str(v->event[i].state, "answered") && span_starts(v->event[i].what, SPAN("answer")))
            return v->event[i].at;
    return 0;
}

/* The last moment of an appeal against the answer; 0: there is no answer. */
unix_time complaint_appeal_until(const struct complaint_view *v, const struct complaint_rules *rules)
{
    unix_time at = complaint_answered_at(v);

    return at ? at + (unix_time)rules->appeal * DAY_SECONDS : 0;
}

static bool acted(const struct complaint_view *v, struct span office)
{
    for (size_t i = 0; i < v->n_events; i++)
        if (span_eq(v->event[i].office, office) && !span_eq_str(v->event[i].what, "read"))
            return true;
    return false;
}

static bool may(struct span office, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq_str(office, list[i]))
            return true;
    return n == 0;
}

/* Who answers is another one than who decides; an office of either list may read. */
static bool office_ok(const struct complaint_view *v, const struct complaint_rules *rules,
                      const struct complaint_act *act, struct why *w)
{
    struct span o = act->office;
    bool answers = may(o, rules->answer_office, rules->n_answer),
         decides = may(o, rules->decide_office, rules->n_decide);

    if (!complaint_office_ok(o))
        return why_set(w, "office", WHY_NO_OFFSET, NULL,
                       "an office has a name of small letters, digits and single hyphens");
    if (act->step == COMPLAINT_DECIDE && !decides)
        return why_set(w, "office", WHY_NO_OFFSET, NULL, "this office does not decide appeals");
    if (act->step == COMPLAINT_DECIDE && acted(v, o))
        return why_set(w, "same-office", WHY_NO_OFFSET, NULL,
                       "this office has dealt with the complaint: another one decides the appeal");
    if (act->step != COMPLAINT_DECIDE && !answers &&
        !(decides && (act->step == COMPLAINT_READ || act->step == COMPLAINT_CLOSE)))
        return why_set(w, "office", WHY_NO_OFFSET, NULL, "this office does not deal with complaints");
    return true;
}

static bool time_ok(const struct complaint_view *v, const struct complaint_rules *rules,
                    enum complaint_step step, unix_time now, struct why *w)
{
    bool answered = span_eq_str(v->row.state, "answered");
    unix_time until = complaint_appeal_until(v, rules);

    if (step == COMPLAINT_CLOSE && answered && now <= until)
        return why_set(w, "too-early", WHY_NO_OFFSET, NULL, "an appeal can still be made");
    if (step == COMPLAINT_APPEAL && answered && now > until)
        return why_set(w, "too-late", WHY_NO_OFFSET, NULL, "the time for an appeal is over");
    if (step == COMPLAINT_APPEAL && !answered && !(v->row.due && now > v->row.due))
        return why_set(w, "too-early", WHY_NO_OFFSET, NULL,
                       "there is no answer yet, and the time for it is not over");
    return true;
}

static bool act_ok(const struct complaint_view *v, const struct complaint_rules *rules,
                   const struct complaint_act *act, unix_time now, struct why *w)
{
    const struct rule *r = &table[act->step];
    enum complaint_state state = complaint_state_of(v->row.state);

    if (r->office && !office_ok(v, rules, act, w))
        return false;
    if (!(r->from & 1u << state))
        return why_set(w, "complaint-state", WHY_NO_OFFSET, NULL,
                       "this cannot be done now: the complaint is %.*s", (int)v->row.state.n,
                       (const char *)v->row.state.p);
    if (r->outcome && !in_list(act->outcome, outcomes))
        return request(w, "the outcome is upheld, partly or not-upheld");
    if (r->text && !act->text.n)
        return request(w, "there is no text");
    if (v->row.erased)
        return why_set(w, "complaint-state", WHY_NO_OFFSET, NULL, "the complaint is erased");
    if (v->n_events >= LIMIT_COMPLAINT_EVENTS - 8 && act->step == COMPLAINT_READ)
        return true; /* still read; what is due has room left */
    return text_ok(act->text, COMPLAINT_CHARACTERS, w) && time_ok(v, rules, act->step, now, w);
}

static int answer_days(const struct complaint_view *v, const struct complaint_rules *rules)
{
    if (!in_list(v->row.subject, complaint_redress))
        return rules->answer;
    return span_eq_str(v->row.subject, complaint_redress[0]) ? rules->access : rules->correction;
}

static unix_time due_after(const struct complaint_view *v, const struct complaint_rules *rules,
                           enum complaint_step step, unix_time now)
{
    switch (step) {
    case COMPLAINT_ACKNOWLEDGE:
    case COMPLAINT_REVIEW:
        return v->row.at + (unix_time)answer_days(v, rules) * DAY_SECONDS;
    case COMPLAINT_APPEAL:
        return now + (unix_time)rules->decide * DAY_SECONDS;
    case COMPLAINT_READ:
        return v->row.due;
    case COMPLAINT_ANSWER:
    case COMPLAINT_DECIDE:
    case COMPLAINT_CLOSE:
    case COMPLAINT_WITHDRAW:
    case COMPLAINT_STEPS:
        break;
    }
    return 0;
}

/* "answer upheld": the outcome is kept for the figures when the text is gone. */
static struct span what_of(const struct complaint_act *act, struct arena *a)
{
    struct buffer b;
    struct span out;

    buf_init(&b, 128);
    buf_str(&b, table[act->step].word);
    if (table[act->step].outcome) {
        buf_u8(&b, ' ');
        buf_put(&b, act->outcome);
    }
    out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return out;
}

static bool record(struct store *s, const struct complaint_rules *rules, const struct complaint_act *act,
                   const struct complaint_view *v, unix_time now, struct arena *a, struct why *w)
{
    const char *to = table[act->step].state;
    const struct complaint_change c = {
        .from = v->row.state,
        .state = to ? span_str(to) : v->row.state,
        .due = due_after(v, rules, act->step, now),
        .answered = act->step == COMPLAINT_ANSWER ? act->office : (struct span){ NULL, 0 },
        .decided = act->step == COMPLAINT_DECIDE ? act->office : (struct span){ NULL, 0 }
    };
    struct complaint_event e = { .at = now,
                                 .due = v->row.due,
                                 .what = what_of(act, a),
                                 .state = c.state,
                                 .office = act->office,
                                 .late = act->step != COMPLAINT_READ && v->row.due && now > v->row.due };

    if (act->text.n) {
        e.body = body_of(act->text, (struct span){ NULL, 0 }, act->outcome, a);
        if (!e.body.n)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the text is too long");
    }
    return store_step_complaint(s, v->row.reference, &c, &e, w);
}

bool complaint_do(struct store *s, const struct complaint_rules *rules, const struct complaint_act *act,
                  unix_time now, struct arena *a, struct complaint_view *out, struct why *w)
{
    bool office = table[act->step].office, found = false;
    struct complaint_view v;

    if (!office && act->office.n)
        return why_set(w, "office", WHY_NO_OFFSET, NULL, "this is the traveller's to do");
    if (office ? !act->reference.n : !act->follow.n)
        return unknown(w);
    if (office ? !store_find_complaint(s, act->reference, (struct span){ NULL, 0 }, &found, a, &v, w)
               : !complaint_follow(s, act->follow, &found, a, &v, w))
        return false;
    if (!found)
        return unknown(w);
    if (!act_ok(&v, rules, act, now, w) || !record(s, rules, act, &v, now, a, w))
        return false;
    return store_find_complaint(s, v.row.reference, (struct span){ NULL, 0 }, &found, a, out, w) &&
           (found || unknown(w));
}

/* ---- the end ---- */

static bool close_one(struct store *s, const struct complaint_rules *rules, const struct complaint_view *v,
                      unix_time now, bool *done, struct why *w)
{
    const struct complaint_change c = { .from = v->row.state, .state = SPAN("closed") };
    const struct complaint_event e = { .at = now, .what = SPAN("close"), .state = SPAN("closed") };

    *done = false;
    if (span_eq_str(v->row.state, "answered") && now <= complaint_appeal_until(v, rules))
        return true;
    *done = true;
    return store_step_complaint(s, v->row.reference, &c, &e, w);
}

bool complaint_tidy(struct store *s, const struct complaint_rules *rules, unix_time now, int64_t *closed,
                    int64_t *erased, struct arena *a, struct why *w)
{
    static const char *const ends[] = { "answered", "decided" };
    int64_t n = 0;

    for (size_t i = 0; i < 2; i++) {
        struct complaint_filter f = { .state = span_str(ends[i]) };
        const struct complaint_view *page = NULL;
        size_t k = 0;

        do {
            if (!store_list_complaints(s, &f, a, &page, &k, &f.before, w))
                return false;
            for (size_t p = 0; p < k; p++) {
                bool done = false;

                if (!close_one(s, rules, &page[p], now, &done, w))
                    return false;
                n += done;
            }
        } while (f.before);
    }
    *closed = n;
    return store_erase_complaints(s, SPAN("closed"), now - (unix_time)rules->keep * DAY_SECONDS, now, erased,
                                  w);
}
