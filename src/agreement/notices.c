#include "agreement/notices.h"

#include <stdio.h>
#include <string.h>

#include "agreement/model.h"

static const char *const subjects[] = { "person", "object" };
static const char *const statuses[] = { "convicted", "charged", "suspect", "associate",
                                        "witness",   "victim",  "missing", "seeking protection" };
static const char *const actions[] = { "arrest",         "locate", "inform", "discreet check",
                                       "specific check", "seize",  "protect" };
static const char *const matters[] = { "political", "military", "religious", "racial" };
static const char *const needs[] = { "warrant",     "facts", "provision", "birth",
                                     "nationality", "sex",   "document",  "identifier" };

static const char *word_of(const char *const *list, size_t n, size_t i)
{
    return i < n ? list[i] : "unknown";
}

static size_t place_of(const char *const *list, size_t n, struct span word)
{
    size_t i = 0;

    while (i < n && !span_eq_str(word, list[i]))
        i++;
    return i;
}

const char *notice_subject_word(enum notice_subject s)
{
    return word_of(subjects, NOTICE_SUBJECTS, s);
}

const char *notice_status_word(enum notice_status s)
{
    return word_of(statuses, NOTICE_STATUSES, s);
}

bool notice_status_of(struct span word, enum notice_status *out)
{
    size_t i = place_of(statuses, NOTICE_STATUSES, word);

    if (i == NOTICE_STATUSES)
        return false;
    *out = (enum notice_status)i;
    return true;
}

bool notice_status_is_protected(enum notice_status s)
{
    return s == NOTICE_VICTIM || s == NOTICE_MISSING || s == NOTICE_SEEKING_PROTECTION;
}

const char *notice_action_word(enum notice_action a)
{
    return word_of(actions, NOTICE_ACTIONS, a);
}

bool notice_action_of(struct span word, enum notice_action *out)
{
    size_t i = place_of(actions, NOTICE_ACTIONS, word);

    if (i == NOTICE_ACTIONS)
        return false;
    *out = (enum notice_action)i;
    return true;
}

const char *notice_matter_word(enum notice_matter m)
{
    return word_of(matters, NOTICE_MATTERS, m);
}

bool notice_matter_of(struct span word, enum notice_matter *out)
{
    size_t i = place_of(matters, NOTICE_MATTERS, word);

    if (i == NOTICE_MATTERS)
        return false;
    *out = (enum notice_matter)i;
    return true;
}

const char *notice_need_word(enum notice_need n)
{
    return word_of(needs, NOTICE_NEEDS, n);
}

static const struct notice_fault_text texts[NOTICE_FAULTS] = {
    [NOTICE_FAULT_KIND] = { "kind", NULL, "the agreement has no notices of this kind",
                            "choose one of the kinds that the agreement names" },
    [NOTICE_FAULT_SUBJECT] = { "subject", NULL, "a notice of this kind is not about such a subject",
                               "choose a kind for persons or for objects" },
    [NOTICE_FAULT_BASIS] = { "legal-basis", NULL,
                             "there is no legal basis, or not the article of the agreement for this kind",
                             "name the article that the agreement gives for the kind" },
    [NOTICE_FAULT_CATEGORY] = { "category", NULL, "the category is none of the closed list for this kind",
                                "choose a category of the list; what is in none is no matter for a notice" },
    [NOTICE_FAULT_NEUTRALITY] = { "neutrality", "INTERPOL Constitution article 3",
                                  "the matter is political, military, religious or racial",
                                  "do not propose it: such a matter is shared with nobody" },
    [NOTICE_FAULT_EXCLUDED] = { "excluded", "INTERPOL RPD article 83", "the class of the offence is excluded",
                                "use mutual legal assistance: a notice is not for such offences" },
    [NOTICE_FAULT_CHECKLIST] = { "check-list", "INTERPOL Constitution article 3",
                                 "no named person has signed the check-list",
                                 "an officer looks at each question of the check-list and signs it" },
    [NOTICE_FAULT_THRESHOLD] = { "threshold", "INTERPOL RPD article 83",
                                 "the maximum penalty, or the sentence left, is below the threshold",
                                 "do not propose it, or choose a kind that asks for less" },
    [NOTICE_FAULT_STATUS] = { "status", "INTERPOL RPD article 44",
                              "the status of the person is missing, or this kind is not for it",
                              "say whether the person is convicted, suspect, witness, missing, victim, …" },
    [NOTICE_FAULT_ACTION] = { "action", NULL, "the action is missing, or this kind does not ask for it",
                              "choose an action that the agreement lists for the kind" },
    [NOTICE_FAULT_PROTECTED] = { "protected", "UNTOC Trafficking Protocol article 6; RPD article 44",
                                 "a victim, a missing person or one seeking protection is never to be "
                                 "arrested, checked or searched for",
                                 "ask to protect, to locate or to inform" },
    [NOTICE_FAULT_EXPIRY] = { "expiry", "INTERPOL RPD article 49",
                              "the expiry is missing, past, or later than the agreement allows",
                              "set an expiry within the longest time of the kind" },
    [NOTICE_FAULT_REVIEW] = { "review", "INTERPOL RPD article 50",
                              "the day of review is missing, or later than the agreement allows",
                              "set a day of review within the term of the kind, before the expiry" },
    [NOTICE_FAULT_NAME] = { "name", NULL, "there is no name, or no primary or native one",
                            "enter at least one name with its script and kind" },
    [NOTICE_FAULT_QUALITY] = { "quality", "Directive (EU) 2016/680 article 7",
                               "an attribute does not say what it rests on, or says a day to come",
                               "say of each attribute whether it is a fact or an assessment, its source and "
                               "its day" },
    [NOTICE_FAULT_OTHERS] = { "others-data", "Directive (EU) 2016/680 article 6",
                              "the free text holds a number, an address or a date of birth that stands in no "
                              "field",
                              "move it to its field; another person has a notice of their own, linked to "
                              "this" },
    [NOTICE_FAULT_ISSUER] = { "issuer", NULL,
                              "only the State that issued a document, or registered an object, may enter it "
                              "as such",
                              "ask that State to enter it" },
    [NOTICE_FAULT_OFFICERS] = { "four-eyes", NULL, "one person drafted and signed it",
                                "another officer of the authority signs what the first drafted" },
    [NOTICE_FAULT_LINK] = { "link", NULL, "a link is no id of a notice, or the notice itself",
                            "name other notices by their ids" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_WARRANT] = { "no-warrant", "INTERPOL RPD article 83",
                                                  "there is no reference to a warrant or judgment",
                                                  "enter the court, the number and the day" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_FACTS] = { "no-facts", "INTERPOL RPD article 83",
                                                "the summary of facts is missing",
                                                "say in one paragraph what was done, when and where" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_PROVISION] = { "no-provision", "INTERPOL RPD article 83",
                                                    "the provision of national law is missing",
                                                    "name the law and the article" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_BIRTH] = { "no-birth", "INTERPOL RPD article 83",
                                                "there is no date of birth",
                                                "enter it, at least the year and how sure it is" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_NATIONALITY] = { "no-nationality", "INTERPOL RPD article 83",
                                                      "there is no nationality",
                                                      "enter it, and how sure it "
                                                      "is" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_SEX] = { "no-sex", NULL, "the sex is not said", "enter it" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_DOCUMENT] = { "no-document", NULL, "there is no document",
                                                   "enter a document of the person" },
    [NOTICE_FAULT_NEED + NOTICE_NEED_IDENTIFIER] = { "no-identifier", NULL,
                                                     "the object has no number by which it is told apart",
                                                     "enter its number and what kind of number it is" },
};

const struct notice_fault_text *notice_fault_say(enum notice_fault f)
{
    return &texts[f < NOTICE_FAULTS ? f : 0];
}

bool notice_fault_of(struct span word, enum notice_fault *out)
{
    for (size_t i = 0; i < NOTICE_FAULTS; i++) {
        if (span_eq_str(word, texts[i].word)) {
            *out = (enum notice_fault)i;
            return true;
        }
    }
    return false;
}

/* ---- what an agreement says ---- */

const struct notice_rules *agreement_notices(const struct agreement *a)
{
    return a->notice_rules;
}

size_t agreement_notice_kinds(const struct agreement *a)
{
    return a->n_notices;
}

const struct notice_kind *agreement_notice_at(const struct agreement *a, size_t i)
{
    const struct notice_block *b = a->notices;

    for (; b && i; i--)
        b = b->next;
    return b ? &b->kind : NULL;
}

const struct notice_kind *agreement_notice(const struct agreement *a, struct span kind)
{
    for (const struct notice_block *b = a->notices; b; b = b->next)
        if (span_eq_str(kind, b->kind.name))
            return &b->kind;
    return NULL;
}

const char *notice_kind_title_at(const struct notice_kind *k, size_t i, const char **language)
{
    const struct wording *w = k->titles;

    for (; w && i; i--)
        w = w->next;
    *language = w ? w->language : NULL;
    return w ? w->text : NULL;
}

/* ---- judging ---- */

static bool in_list(const struct span *list, size_t n, struct span word)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(list[i], word))
            return true;
    return false;
}

static bool reaches(const struct notice_kind *k, const struct notice_case *c)
{
    if (!k->penalty && !k->sentence)
        return true;
    return (k->penalty && c->penalty >= k->penalty) || (k->sentence && c->sentence >= k->sentence);
}

/* Of the person, nothing that is done against them. */
static bool protective(enum notice_action a)
{
    return a == NOTICE_PROTECT || a == NOTICE_LOCATE || a == NOTICE_INFORM;
}

static uint32_t judge_person(const struct notice_kind *k, const struct notice_case *c)
{
    uint32_t f = 0;

    if (k->subject != NOTICE_PERSON)
        return 0;
    if (!c->has_status || !(k->status >> c->status & 1))
        f |= UINT32_C(1) << NOTICE_FAULT_STATUS;
    if (c->has_status && notice_status_is_protected(c->status) &&
        ((c->has_action && !protective(c->action)) || (c->has_if_flagged && !protective(c->if_flagged))))
        f |= UINT32_C(1) << NOTICE_FAULT_PROTECTED;
    return f;
}

uint32_t agreement_judge_notice(const struct agreement *a, const struct notice_kind *k,
                                const struct notice_case *c)
{
    const struct notice_rules *r = a->notice_rules;
    uint32_t f = 0;

    if (!k || !r)
        return UINT32_C(1) << NOTICE_FAULT_KIND;
    f |= (uint32_t)(c->subject != k->subject) << NOTICE_FAULT_SUBJECT;
    f |= (uint32_t)!span_eq_str(c->article, k->article) << NOTICE_FAULT_BASIS;
    f |= (uint32_t)(!in_list(r->category, r->n_category, c->category) ||
                    (k->n_category && !in_list(k->category, k->n_category, c->category)))
         << NOTICE_FAULT_CATEGORY;
    f |= (uint32_t)((c->matters & r->matters) != 0) << NOTICE_FAULT_NEUTRALITY;
    f |= (uint32_t)in_list(r->excluded, r->n_excluded, c->offence) << NOTICE_FAULT_EXCLUDED;
    f |= (uint32_t)!c->checked << NOTICE_FAULT_CHECKLIST;
    f |= (uint32_t)!reaches(k, c) << NOTICE_FAULT_THRESHOLD;
    f |= (uint32_t)(!c->has_action || !(k->actions >> c->action & 1) ||
                    (c->has_if_flagged && !(k->actions >> c->if_flagged & 1)))
         << NOTICE_FAULT_ACTION;
    f |= judge_person(k, c);
    f |= (uint32_t)(c->days <= 0 || c->days > k->expires) << NOTICE_FAULT_EXPIRY;
    f |= (uint32_t)(c->every <= 0 || c->every > k->every) << NOTICE_FAULT_REVIEW;
    for (unsigned i = 0; i < NOTICE_NEEDS; i++)
        f |= (uint32_t)((k->needs >> i & 1) && !(c->has >> i & 1)) << (NOTICE_FAULT_NEED + i);
    return f;
}

/* ---- worked examples ---- */

static void say_faults(uint32_t f, char *out, size_t n)
{
    size_t at = 0;

    (void)snprintf(out, n, "accepted");
    for (unsigned i = 0; i < NOTICE_FAULTS && at < n; i++)
        if (f >> i & 1)
            at += (size_t)snprintf(out + at, n - at, "%s%s", at ? ", " : "refused because ", texts[i].word);
}

static bool run_one(const struct agreement *a, const struct notice_block *b, const struct notice_example *e,
                    char *detail, size_t n)
{
    uint32_t got = agreement_judge_notice(a, &b->kind, &e->given);
    char is[300], want[300];

    detail[0] = 0;
    if (!e->says || (e->accepted ? !got : got && (got & e->because) == e->because))
        return true;
    say_faults(got, is, sizeof is);
    if (e->accepted)
        (void)snprintf(want, sizeof want, "accepted");
    else
        say_faults(e->because, want, sizeof want);
    (void)snprintf(detail, n, why_text("expected %.180s, got %.180s"), want, is);
    return false;
}

size_t agreement_run_notice_examples(const struct agreement *a,
                                     void (*one)(void *ctx, const char *article, const char *example, bool ok,
                                                 const char *detail),
                                     void *ctx)
{
    char detail[400];
    size_t failed = 0;

    for (const struct notice_block *b = a->notices; b; b = b->next) {
        for (const struct notice_example *e = b->examples; e; e = e->next) {
            bool ok = run_one(a, b, e, detail, sizeof detail);

            failed += !ok;
            if (one)
                one(ctx, b->kind.article ? b->kind.article : "", e->title, ok, detail);
        }
    }
    return failed;
}
