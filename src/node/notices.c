/* Notices: what officers do. */
#include "node/notices.h"

#include "base/text.h"
#include "check/members.h"
#include "crypto/node_key.h"
#include "service/notice/hit.h"
#include "store/cases.h"
#include "wire/jcs.h"

static const char CLAUSE[] = "openapi.json";

enum { REFERENCE = 16 };

bool notices_of(const struct node_view *v, struct notices *out, struct why *w)
{
    const struct instance *i = v->o->instance;

    if (!i || !i->notices || !i->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL,
                       "this node has no store, or its agreement knows no notices");
    *out = (struct notices){ .config = v->o->config,
                             .agreement = i->agreement,
                             .store = i->store,
                             .book = i->notices,
                             .desk = notices_part_desk(v->o->federation),
                             .member = span_str(i->config.member) };
    out->hits = hit_figure_source(i->store);
    return true;
}

unsigned notices_status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = {
        { "unknown", 404 },
        { "draft-unknown", 404 },
        { "complaint-unknown", 404 },
        { "not-reviewer", 403 },
        { "not-ours", 403 },
        { "own", 403 },
        { "officer", 403 },
        { "same-officer", 403 },
        { "changed", 409 },
        { "lapsed", 409 },
        { "state", 409 },
        { "notice-moved", 409 },
        { "not-ready", 503 },
        { "complaint-state", 409 },
        { "owner", 409 },
        { "unreachable", 503 },
        { "io", 503 },
        { "locked", 503 },
    };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "%s", what);
}

static bool has_desk(const struct notices *n, struct why *w)
{
    return n->desk || why_set(w, "not-ready", WHY_NO_OFFSET, NULL,
                              "this node issues no notices: it has no log key, or is one at a desk");
}

bool notices_officer(const struct notices *n, struct span given, struct arena *a, struct span *out,
                     struct why *w)
{
    char id[NOTICE_OFFICER];

    if (!has_desk(n, w) || !notice_officer(n->desk, given, id, w))
        return false;
    *out = arena_copy(a, span_str(id));
    return true;
}

void notices_faults_json(struct json_writer *j, const char *key, uint32_t faults)
{
    jw_array(j, key);
    for (unsigned i = 0; i < NOTICE_FAULTS; i++) {
        const struct notice_fault_text *t = notice_fault_say((enum notice_fault)i);

        if (!(faults >> i & 1))
            continue;
        jw_object(j, NULL);
        jw_str(j, "reason", t->word);
        jw_str(j, "clause", t->clause);
        jw_str(j, "text", t->text);
        jw_str(j, "todo", t->todo);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* ---- kinds ---- */

static void words(struct json_writer *j, const char *key, unsigned mask, unsigned n,
                  const char *(*word)(unsigned i))
{
    jw_array(j, key);
    for (unsigned i = 0; i < n; i++)
        if (mask >> i & 1)
            jw_str(j, NULL, word(i));
    jw_array_end(j);
}

static const char *status_at(unsigned i)
{
    return notice_status_word((enum notice_status)i);
}

static const char *action_at(unsigned i)
{
    return notice_action_word((enum notice_action)i);
}

static const char *need_at(unsigned i)
{
    return notice_need_word((enum notice_need)i);
}

static void titles(struct json_writer *j, const struct notice_kind *k)
{
    const char *language, *title;

    jw_object(j, "titles");
    for (size_t i = 0; (title = notice_kind_title_at(k, i, &language)) != NULL; i++)
        jw_str(j, language, title);
    jw_object_end(j);
}

static void put_kind(struct json_writer *j, const struct notice_rules *r, const struct notice_kind *k)
{
    const struct span *category = k->n_category ? k->category : r->category;
    size_t n = k->n_category ? k->n_category : r->n_category;

    jw_object(j, NULL);
    jw_str(j, "kind", k->name);
    titles(j, k);
    jw_str(j, "subject", notice_subject_word(k->subject));
    jw_str(j, "article", k->article);
    jw_array(j, "categories");
    for (size_t i = 0; i < n; i++)
        jw_text(j, NULL, category[i]);
    jw_array_end(j);
    words(j, "status", k->status, NOTICE_STATUSES, status_at);
    words(j, "actions", k->actions, NOTICE_ACTIONS, action_at);
    words(j, "needs", k->needs, NOTICE_NEEDS, need_at);
    jw_int(j, "penalty_months", k->penalty);
    jw_int(j, "sentence_months", k->sentence);
    jw_int(j, "expires_days", k->expires);
    jw_int(j, "review_days", k->every);
    jw_int(j, "review_hours", k->review_hours);
    jw_object_end(j);
}

bool notices_kinds(const struct notices *n, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    const struct notice_rules *r = agreement_notices(n->agreement);
    struct json_writer j = json_to(out);

    (void)json;
    (void)now;
    (void)a;
    (void)status;
    (void)w;
    jw_object(&j, NULL);
    jw_text(&j, "member", n->member);
    jw_array(&j, "kinds");
    for (size_t i = 0; i < agreement_notice_kinds(n->agreement); i++)
        put_kind(&j, r, agreement_notice_at(n->agreement, i));
    jw_array_end(&j);
    jw_array(&j, "excluded");
    for (size_t i = 0; i < r->n_excluded; i++)
        jw_text(&j, NULL, r->excluded[i]);
    jw_array_end(&j);
    jw_int(&j, "warned_days", r->warned_days);
    jw_int(&j, "withdrawn_hours", r->withdrawn_hours);
    jw_int(&j, "access_days", r->access_days);
    jw_int(&j, "correction_days", r->correction_days);
    jw_int(&j, "owner_days", r->owner_days);
    jw_object_end(&j);
    return true;
}

/* ---- drafting ---- */

struct draft_request {
    struct span officer, reference, notice;
};

static bool read_draft(struct span body, struct arena *a, struct draft_request *out, struct why *w)
{
    struct json j;
    const struct member table[] = { { "officer", member_id, &out->officer },
                                    { "reference", member_id, &out->reference },
                                    { "notice", NULL, NULL } };

    if (!json_parse(body, a, &j, w) || !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 3, a, w))
        return false;
    out->notice = json_source(&j, json_member(&j, JSON_ROOT, "notice"));
    return out->notice.n || fail(w, "\"notice\" is missing");
}

static void put_checked(struct json_writer *j, const char *reference, uint32_t faults)
{
    jw_object(j, NULL);
    if (reference)
        jw_str(j, "reference", reference);
    jw_bool(j, "accepted", faults == 0);
    notices_faults_json(j, "faults", faults);
    jw_object_end(j);
}

/* Who signs and when is not said yet: of these nothing is found missing. */
static uint32_t but_signatures(uint32_t faults, const struct notice *x)
{
    if (!x->signed_by.n && !x->drafted.n)
        faults &= ~(UINT32_C(1) << NOTICE_FAULT_OFFICERS);
    return faults;
}

bool notices_check(const struct notices *n, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct draft_request q = { 0 };
    struct notice *x = NULL;
    uint32_t faults;

    if (!read_draft(json, a, &q, w) || !notice_read_draft(q.notice, a, &x, w))
        return false;
    x->issuer = n->member;
    x->at = now;
    faults = but_signatures(notice_judge(n->agreement, x), x);
    (void)status;
    put_checked(&j, NULL, faults);
    return true;
}

bool notices_draft(const struct notices *n, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct draft_request q = { 0 };
    struct notice_drafted d;

    (void)status;
    if (!has_desk(n, w) || !read_draft(json, a, &q, w) ||
        !notice_desk_draft(n->desk, q.officer, q.reference, q.notice, now, a, &d, w))
        return false;
    put_checked(&j, d.reference, d.faults);
    return true;
}

bool notices_sign(const struct notices *n, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    struct span officer = { 0 }, reference = { 0 };
    const struct member table[] = { { "officer", member_id, &officer },
                                    { "reference", member_id, &reference } };
    struct json_writer jw = json_to(out);
    struct notice_signed s;
    struct json j;

    if (!has_desk(n, w) || !json_parse(json, a, &j, w) ||
        !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 2, a, w) ||
        !notice_desk_sign(n->desk, reference, officer, now, a, &s, w))
        return false;
    (void)status;
    jw_object(&jw, NULL);
    jw_str(&jw, "id", s.faults ? NULL : s.id);
    jw_int(&jw, "version", s.version);
    jw_str(&jw, "reviewer", s.review ? s.reviewer : NULL);
    jw_bool(&jw, "accepted", s.faults == 0);
    notices_faults_json(&jw, "faults", s.faults);
    jw_object_end(&jw);
    return true;
}

/* ---- acting ---- */

static bool read_what(struct span word, enum notice_what *out, struct why *w)
{
    static const enum notice_what acts[] = { NOTICE_SAYS_CONFIRMED, NOTICE_SAYS_REFUSED,
                                             NOTICE_SAYS_SUSPENDED, NOTICE_SAYS_RESUMED,
                                             NOTICE_SAYS_WITHDRAWN, NOTICE_SAYS_CANCELLED,
                                             NOTICE_SAYS_FLAGGED,   NOTICE_SAYS_UNFLAGGED };

    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (span_eq_str(word, notice_what_word(acts[i]))) {
            *out = acts[i];
            return true;
        }
    }
    return fail(w, "\"what\" is confirmed, refused, suspended, resumed, withdrawn, cancelled, flagged or "
                   "unflagged");
}

/* All of the check-list, each said by itself: a list that is not whole is none. */
static bool read_checked(const struct json *j, bool *out, struct why *w)
{
    json_ref list = json_member(j, JSON_ROOT, "checked");
    size_t n = 0;

    *out = false;
    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return fail(w, "\"checked\" is a list");
    for (unsigned i = 0; i < NOTICE_CHECKS; i++)
        for (json_ref x = json_first(j, list); x != JSON_NONE; x = json_after(j, list, x))
            if (json_text_is(j, x, notice_checks[i])) {
                n++;
                break;
            }
    *out = n == NOTICE_CHECKS;
    return true;
}

bool notices_act(const struct notices *n, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, unsigned *status, struct why *w)
{
    struct notice_act x = { 0 };
    struct span what = { 0 };
    const struct member table[] = {
        { "what", member_id, &what },         { "id", member_id, &x.id },
        { "digest", member_id, &x.digest },   { "officer", member_id, &x.officer },
        { "reason", member_text, &x.reason }, { "checked", NULL, NULL },
    };
    struct json_writer jw = json_to(out);
    bool published = false;
    struct json j;

    if (!has_desk(n, w) || !json_parse(json, a, &j, w) ||
        !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 6, a, w) || !read_what(what, &x.what, w) ||
        !read_checked(&j, &x.checked, w) || !notice_desk_act(n->desk, &x, now, a, &published, w))
        return false;
    (void)status;
    jw_object(&jw, NULL);
    jw_text(&jw, "id", x.id);
    jw_str(&jw, "what", notice_what_word(x.what));
    jw_bool(&jw, "published", published);
    jw_object_end(&jw);
    return true;
}

/* ---- who looked ---- */

void notices_subject(const struct notices *n, struct span id, struct traveller_key *out)
{
    store_subject_key(n->store, SPAN("notice"), (struct span){ NULL, 0 }, id, out);
}

bool notices_record_look(const struct notices *n, struct span id, struct span officer, struct span purpose,
                         unix_time now, struct why *w)
{
    uint8_t random[REFERENCE], mem[512];
    char name[2 * REFERENCE + 1];
    struct json_writer j;
    struct case_record c = { .kind = SPAN("notice look-up"),
                             .has_subject = true,
                             .purpose = purpose,
                             .article = SPAN("-"),
                             .at = now,
                             .until = now,
                             .state = SPAN("answered") };
    enum store_put what;
    struct buffer b;

    random_bytes(random, sizeof random);
    buf_init_fixed(&b, name, sizeof name);
    hex_put(&b, span_of(random, sizeof random));
    c.name = (struct case_name){ CASE_OURS, n->member, buf_span(&b) };
    notices_subject(n, id, &c.subject);
    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "notice", id);
    jw_text(&j, "officer", officer);
    jw_object_end(&j);
    c.body = buf_span(&b);
    return (buf_ok(&b) || fail(w, "the entry is too long")) &&
           store_put_case(n->store, &c, NULL, 0, &what, w);
}
