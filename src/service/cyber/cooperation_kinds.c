#include "service/cyber/cooperation_kinds.h"

#include "service/cyber/exposure_notice.h"
#include "service/cyber/maturity.h"

const char *const coop_capabilities[] = { "forensics", "training",    "expert", "malware-analysis",
                                          "equipment", "translation", NULL };
const char *const coop_urgencies[] = { "low", "normal", "high", "critical", NULL };
const char *const coop_outcomes[] = { "helped", "partly", "not-helped", "not-needed", "withdrawn", NULL };
const char *const coop_used_outcomes[] = { "worked", "partly", "failed", "not-needed", NULL };
const char *const coop_channels[] = { "desk", "phone", "mail", "out-of-hours", NULL };
const char *const coop_roles[] = { "duty",  "incidents", "vulnerabilities", "intelligence", "technical",
                                   "legal", "press",     "management",      "drills",       NULL };
const char *const coop_inject_kinds[] = { "object", "advisory", "notice", "question", NULL };
static const char *const exercise[] = { COOP_EXERCISE, NULL };
static const char *const consents[] = { "yes", NULL };
static const char *const frameworks[] = { MATURITY_FRAMEWORK, NULL };
static const char *const verdicts[] = { "confirmed", "disputed", NULL };
static const char *const answers[] = { "yes", "declined", NULL };

enum {
    EVALUATION = 5,
    ZONE_EAST = 14 * 60,
    ZONE_WEST = -12 * 60,
    YEAR_MINUTES = 366 * 24 * 60,
    WEEK = 7 * 86400
};

static const struct coop_field playbook[] = {
    { "playbook", COOP_WHOLE, true, 0, 0, NULL },
    { "confirmed", COOP_WORD, false, 0, 0, NULL }, /* the office that looked at its findings */
    { 0 },
};
static const struct coop_field playbook_withdrawn[] = {
    { "playbook_id", COOP_WORD, true, 0, 0, NULL },
    { "reason", COOP_LINE, true, 0, 0, NULL },
    { 0 },
};
static const struct coop_field playbook_used[] = {
    { "playbook_id", COOP_WORD, true, 0, 0, NULL },
    { "owner", COOP_STATE, true, 0, 0, NULL },
    { "version", COOP_WORD, true, 0, 0, NULL },
    { "used", COOP_MOMENT, true, 0, 0, NULL },
    { "outcome", COOP_ONE_OF, true, 0, 0, coop_used_outcomes },
    { "minutes", COOP_INT, true, 0, YEAR_MINUTES, NULL },
    { "remark", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field advisory[] = {
    { "advisory", COOP_WORD, true, 0, 0, NULL },
    { "version", COOP_WORD, true, 0, 0, NULL },
    { "digest", COOP_HASH, true, 0, 0, NULL },
    { "title", COOP_LINE, true, 0, 0, NULL },
    { "products", COOP_LINES, false, 0, 0, NULL },
    { "url", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field superseded[] = {
    { "advisory", COOP_WORD, true, 0, 0, NULL },
    { "by", COOP_WORD, true, 0, 0, NULL },
    { 0 },
};
static const struct coop_field offer[] = {
    { "capability", COOP_ONE_OF, true, 0, 0, coop_capabilities },
    { "languages", COOP_WORDS, true, 0, 0, NULL },
    { "from", COOP_MOMENT, true, 0, 0, NULL },
    { "until", COOP_MOMENT, true, 0, 0, NULL },
    { "places", COOP_INT, true, 1, 1000, NULL }, /* requests it can serve at a time */
    { "zone", COOP_INT, true, ZONE_WEST, ZONE_EAST, NULL },
    { "contact", COOP_WORD, true, 0, 0, NULL },
    { "text", COOP_LINE, false, 0, 0, NULL },
    { "conditions", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field request[] = {
    { "capability", COOP_ONE_OF, true, 0, 0, coop_capabilities },
    { "languages", COOP_WORDS, true, 0, 0, NULL },
    { "from", COOP_MOMENT, true, 0, 0, NULL },
    { "until", COOP_MOMENT, true, 0, 0, NULL },
    { "urgency", COOP_ONE_OF, true, 0, 0, coop_urgencies },
    { "answer_by", COOP_MOMENT, true, 0, 0, NULL },
    { "zone", COOP_INT, true, ZONE_WEST, ZONE_EAST, NULL },
    { "contact", COOP_WORD, true, 0, 0, NULL },
    { "text", COOP_LINE, true, 0, 0, NULL },
    { "conditions", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field reply[] = {
    { "request", COOP_REF, true, 0, 0, NULL },
    { "answer", COOP_ONE_OF, true, 0, 0, answers },
    { "reason", COOP_LINE, false, 0, 0, NULL },
    { "offer", COOP_REF, false, 0, 0, NULL },
    { "contact", COOP_WORD, true, 0, 0, NULL },
    { "conditions", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field accepted[] = {
    { "request", COOP_REF, true, 0, 0, NULL },
    { "reply", COOP_REF, true, 0, 0, NULL },
    { 0 },
};
static const struct coop_field closed[] = {
    { "subject", COOP_REF, true, 0, 0, NULL }, /* a request or an own offer */
    { "outcome", COOP_ONE_OF, true, 0, 0, coop_outcomes },
    { "evaluation", COOP_INT, false, 1, EVALUATION, NULL },
    { "remark", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field contact[] = {
    { "role", COOP_ONE_OF, true, 0, 0, coop_roles }, { "phone", COOP_LINE, false, 0, 0, NULL },
    { "mail", COOP_WORD, false, 0, 0, NULL },        { "fingerprint", COOP_WORD, false, 0, 0, NULL },
    { "url", COOP_WORD, false, 0, 0, NULL },         { "out_of_hours", COOP_LINE, false, 0, 0, NULL },
    { "hours", COOP_LINE, false, 0, 0, NULL },       { "zone", COOP_INT, false, ZONE_WEST, ZONE_EAST, NULL },
    { "languages", COOP_WORDS, false, 0, 0, NULL },  { 0 },
};
static const struct coop_field contact_withdrawn[] = {
    { "role", COOP_ONE_OF, true, 0, 0, coop_roles },
    { 0 },
};
static const struct coop_field contact_test[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise }, { "tested", COOP_STATE, true, 0, 0, NULL },
    { "role", COOP_ONE_OF, true, 0, 0, coop_roles },   { "channel", COOP_ONE_OF, true, 0, 0, coop_channels },
    { "digest", COOP_HASH, false, 0, 0, NULL }, /* of the code said over the channel */
    { "within", COOP_INT, true, 60, WEEK, NULL },      { 0 },
};
static const struct coop_field contact_answer[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise },
    { "test", COOP_REF, true, 0, 0, NULL },
    { "code", COOP_WORD, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field drill[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise },
    { "title", COOP_LINE, true, 0, 0, NULL },
    { "from", COOP_MOMENT, true, 0, 0, NULL },
    { "until", COOP_MOMENT, true, 0, 0, NULL },
    { "digest", COOP_HASH, true, 0, 0, NULL }, /* of the plan */
    { 0 },
};
static const struct coop_field drill_stopped[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise },
    { "drill", COOP_REF, true, 0, 0, NULL },
    { "reason", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field drill_inject[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise }, { "drill", COOP_REF, true, 0, 0, NULL },
    { "inject", COOP_WORD, true, 0, 0, NULL },         { "what", COOP_ONE_OF, true, 0, 0, coop_inject_kinds },
    { "title", COOP_LINE, true, 0, 0, NULL },          { "content", COOP_WHOLE, true, 0, 0, NULL },
    { "answer_by", COOP_MOMENT, false, 0, 0, NULL },   { 0 },
};
static const struct coop_field drill_answer[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise },
    { "drill", COOP_REF, true, 0, 0, NULL },
    { "said", COOP_REF, true, 0, 0, NULL }, /* the inject's record */
    { "answer", COOP_WORD, true, 0, 0, NULL },
    { "text", COOP_LINE, false, 0, 0, NULL },
    { 0 },
};
static const struct coop_field drill_plan[] = {
    { "exercise", COOP_ONE_OF, true, 0, 0, exercise },
    { "plan", COOP_WHOLE, true, 0, 0, NULL },
    { 0 },
};
static const struct coop_field assessment[] = {
    { "framework", COOP_ONE_OF, true, 0, 0, frameworks },
    { "year", COOP_INT, true, MATURITY_YEAR_FIRST, MATURITY_YEAR_LAST, NULL },
    { "levels", COOP_WORDS, true, 0, 0, NULL }, /* O-1=3@2026-01-31@OFFICE */
    { "evidence", COOP_LINES, false, 0, 0, NULL },
    { "digests", COOP_WORDS, false, 0, 0, NULL },
    { "reviewers", COOP_WORDS, true, 0, 0, NULL },
    { 0 },
};
static const struct coop_field assessment_review[] = {
    { "assessment", COOP_REF, true, 0, 0, NULL },
    { "parameter", COOP_WORD, true, 0, 0, NULL },
    { "verdict", COOP_ONE_OF, true, 0, 0, verdicts },
    { "level", COOP_INT, false, 0, MATURITY_TOP, NULL }, /* what the reviewer would give */
    { "reason", COOP_LINE, true, 0, 0, NULL },
    { 0 },
};
static const struct coop_field assessment_profile[] = {
    { "framework", COOP_ONE_OF, true, 0, 0, frameworks },
    { "year", COOP_INT, true, MATURITY_YEAR_FIRST, MATURITY_YEAR_LAST, NULL },
    { "profile", COOP_ONE_OF, true, 0, 0, maturity_profiles },
    { "assessed", COOP_INT, true, 0, MATURITY_PARAMETERS, NULL },
    { "overall", COOP_INT, true, 0, 100 * MATURITY_TOP, NULL },
    { "o", COOP_INT, true, 0, 100 * MATURITY_TOP, NULL },
    { "h", COOP_INT, true, 0, 100 * MATURITY_TOP, NULL },
    { "t", COOP_INT, true, 0, 100 * MATURITY_TOP, NULL },
    { "p", COOP_INT, true, 0, 100 * MATURITY_TOP, NULL },
    { "consent", COOP_ONE_OF, true, 0, 0, consents },
    { 0 },
};
static const struct coop_field exposure_board[] = {
    { "as_of", COOP_MOMENT, true, 0, 0, NULL },
    { "least", COOP_INT, true, 1, 1000, NULL },
    { "total", COOP_INT, false, 0, 10 * 1000 * 1000, NULL },
    { "sectors", COOP_WORDS, false, 0, 0, NULL }, /* energy:15 */
    { "worst", COOP_WORDS, false, 0, 0, NULL },
    { "kev", COOP_WORDS, false, 0, 0, NULL },
    { "open_days", COOP_INT, false, 0, 36600, NULL },
    { "close_days", COOP_INT, false, 0, 36600, NULL },
    { "consent", COOP_ONE_OF, true, 0, 0, consents },
    { 0 },
};

static const struct {
    const char *word, *ref;
    enum coop_part part;
    const struct coop_field *field;
} kinds[COOP_KINDS] = {
    [COOP_PLAYBOOK] = { "playbook", NULL, COOP_LIBRARY, playbook },
    [COOP_PLAYBOOK_WITHDRAWN] = { "playbook-withdrawn", NULL, COOP_LIBRARY, playbook_withdrawn },
    [COOP_PLAYBOOK_USED] = { "playbook-used", NULL, COOP_LIBRARY, playbook_used },
    [COOP_ADVISORY] = { "advisory", NULL, COOP_ADVISORIES, advisory },
    [COOP_ADVISORY_SUPERSEDED] = { "advisory-superseded", NULL, COOP_ADVISORIES, superseded },
    [COOP_OFFER] = { "offer", NULL, COOP_CAPABILITIES, offer },
    [COOP_REQUEST] = { "request", NULL, COOP_CAPABILITIES, request },
    [COOP_REPLY] = { "reply", "request", COOP_CAPABILITIES, reply },
    [COOP_ACCEPTED] = { "accepted", "request", COOP_CAPABILITIES, accepted },
    [COOP_CLOSED] = { "closed", "subject", COOP_CAPABILITIES, closed },
    [COOP_CONTACT] = { "contact", NULL, COOP_CONTACTS, contact },
    [COOP_CONTACT_WITHDRAWN] = { "contact-withdrawn", NULL, COOP_CONTACTS, contact_withdrawn },
    [COOP_CONTACT_TEST] = { "contact-test", NULL, COOP_CONTACTS, contact_test },
    [COOP_CONTACT_ANSWER] = { "contact-answer", "test", COOP_CONTACTS, contact_answer },
    [COOP_ASSESSMENT] = { "assessment", NULL, COOP_MATURITY, assessment },
    [COOP_ASSESSMENT_REVIEW] = { "assessment-review", "assessment", COOP_MATURITY, assessment_review },
    [COOP_ASSESSMENT_PROFILE] = { "assessment-profile", NULL, COOP_MATURITY, assessment_profile },
    [COOP_EXPOSURE_BOARD] = { "exposure-board", NULL, COOP_EXPOSURE, exposure_board },
    [COOP_DRILL] = { "drill", NULL, COOP_DRILLS, drill },
    [COOP_DRILL_STOPPED] = { "drill-stopped", "drill", COOP_DRILLS, drill_stopped },
    [COOP_DRILL_INJECT] = { "drill-inject", "drill", COOP_DRILLS, drill_inject },
    [COOP_DRILL_ANSWER] = { "drill-answer", "drill", COOP_DRILLS, drill_answer },
    [COOP_DRILL_PLAN] = { "drill-plan", NULL, COOP_DRILL_PLANS, drill_plan },
};

const struct coop_field *coop_fields(enum coop_kind k)
{
    return kinds[k].field;
}

const char *coop_ref_name(enum coop_kind k)
{
    return kinds[k].ref;
}

const char *coop_kind_word(enum coop_kind k)
{
    return k < COOP_KINDS ? kinds[k].word : "";
}

enum coop_part coop_part_of(enum coop_kind k)
{
    return kinds[k].part;
}

bool coop_kind_of(struct span word, enum coop_kind *out)
{
    for (enum coop_kind k = 0; k < COOP_KINDS; k++)
        if (span_eq_str(word, kinds[k].word)) {
            *out = k;
            return true;
        }
    return false;
}

const char *coop_part_word(enum coop_part p)
{
    static const char *const word[COOP_PARTS] = { "library",  "advisories", "capabilities", "contacts",
                                                  "maturity", "exposure",   "drills",       "drill-plans" };

    return p < COOP_PARTS ? word[p] : "";
}
