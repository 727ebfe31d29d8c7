#include "check/licence.h"

#include "base/text.h"
#include "check/licence_parts.h"

enum { ANSWER_MAX = 16 << 20, LANGUAGE_MAX = 16 };

const char *licence_strength_word(enum licence_strength s)
{
    static const char *const word[] = { "nothing", "typed", "card", "signed, device not proved", "signed" };

    return word[s];
}

static bool whole(const struct licence_request *r, struct why *w)
{
    static const char clause[] = "openapi.json LicenceRequest";

    if (r->n_evidence == 0 && !r->typed.present)
        return why_set(w, "request", WHY_NO_OFFSET, clause,
                       "nothing to check: send evidence, or type in what the card says");
    if (r->language.n > LANGUAGE_MAX)
        return why_set(w, "request", WHY_NO_OFFSET, clause, "\"language\" is a tag such as fa");
    return true;
}

bool licence_begin(const struct licence_setting *c, const struct licence_request *r, unix_time now,
                   struct arena *a, struct licence_inquiry **ret, struct why *w)
{
    struct licence_inquiry *k = arena_alloc(a, sizeof *k);
    const char *language = r->language.n ? arena_str(a, r->language) : "en";

    if (!whole(r, w))
        return false;
    if (!k || !language) {
        why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return false;
    }
    k->c = c;
    k->agreement = c->agreement;
    k->r = r;
    k->now = now;
    k->a = a;
    k->tongue = tongues_open(&c->tongues, r->language, a);
    if (!k->tongue.find)
        k->tongue.language = language; /* the agreement and the tables of codes still have it */
    if (!licence_read_evidence(k, w))
        return false;
    licence_join(k);
    licence_read_token(k);
    *ret = k;
    return true;
}

/* Recognised by the rule, and something that no rule is asked about stands against it: an officer decides. */
static void hold(struct verdict *v, const char *code, const char *text)
{
    struct verdict_reason *r = &v->reason[0];
    size_t keep = v->n_reasons < VERDICT_REASONS ? v->n_reasons : VERDICT_REASONS - 1;

    if (!licence_is_good(v->outcome))
        return;
    memmove(r + 1, r, keep * sizeof *r);
    *r = (struct verdict_reason){ .code = code, .clause = "evidence" };
    (void)strncpy(r->text, text, sizeof r->text - 1);
    v->n_reasons = keep + 1;
    v->outcome = OUTCOME_REFER;
    v->article = NULL;
}

static void hold_all(struct licence_inquiry *k)
{
    for (size_t i = 0; i < k->n; i++) {
        struct verdict *v = &k->decision[i].verdict;

        if (k->contradiction)
            hold(v, "contradiction", "What was shown does not agree with itself.");
        if (k->r->examined == SAID_NO)
            hold(v, "examined-no", "The officer found something against the licence.");
        if (k->result == RESULT_FORGED || k->result == RESULT_REVOKED)
            hold(v, result_word(k->result), "What was shown is forged or revoked.");
    }
}

static struct licence_case case_of(const struct licence_inquiry *k)
{
    const struct licence_request *r = k->r;
    struct licence_case c = { .data = &k->facts,
                              .has_result = true,
                              .result = k->result,
                              .examined = r->examined,
                              .translation = r->translation,
                              .permit = r->permit,
                              .statement = r->statement,
                              .in = span_str(k->c->member),
                              .residence = r->residence,
                              .resident_since = r->resident_since,
                              .entered = r->entered };

    if (k->home.state == LICENCE_ANSWERED) {
        c.status_of = k->home.status_of;
        c.answer = k->home.answer;
        c.status = c.status_of ? c.status_of(c.answer, (struct span){ NULL, 0 }) : k->home.word;
    }
    return c;
}

/* Nothing was read that could be decided on: proved to be bad, or a matter for the officer. */
static enum outcome outcome_of_nothing(const struct licence_inquiry *k)
{
    return k->result == RESULT_FORGED || k->result == RESULT_REVOKED ? OUTCOME_NOT_RECOGNISED : OUTCOME_REFER;
}

enum outcome licence_decide(struct licence_inquiry *k)
{
    struct date on = date_of_time(k->now + k->c->utc_offset);
    const struct licence_case c = case_of(k);
    size_t most = 2 * k->facts.n_privileges;

    k->outcome = outcome_of_nothing(k);
    if (k->strength != LICENCE_NOTHING)
        k->agreement = agreement_by_law(&k->c->law, k->c->agreement, span_str(k->c->member),
                                        k->facts.issuing_country, on);
    k->decision =
        k->strength != LICENCE_NOTHING && most ? arena_array(k->a, most, sizeof *k->decision) : NULL;
    k->n = k->decision ? licence_recognise(k->agreement, &c, on, k->decision, most) : 0;
    hold_all(k);
    for (size_t i = 0; i < k->n; i++)
        k->outcome =
            i ? licence_better(k->outcome, k->decision[i].verdict.outcome) : k->decision[i].verdict.outcome;
    licence_remark_facts(k);
    licence_remark_home(k);
    return k->outcome;
}

bool licence_check(const struct licence_setting *c, const struct licence_request *r, unix_time now,
                   struct arena *a, struct licence_answer *out, struct why *w)
{
    struct licence_inquiry *k = NULL;
    struct licence_stamp stamp = { .id = r->id };
    struct json_writer j;
    struct buffer b;
    bool ok;

    if (!licence_begin(c, r, now, a, &k, w))
        return false;
    licence_ask_home(k);
    stamp.outcome = licence_decide(k);
    buf_init(&b, ANSWER_MAX);
    j = json_to(&b);
    licence_answer_put(k, &stamp, &j);
    *out = (struct licence_answer){ .outcome = k->outcome, .json = arena_copy(a, buf_span(&b)) };
    ok = buf_ok(&b) && out->json.n;
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too large");
}
