/* A roadside check decided again: each category that a rule decided, and what they come to together. */
#include "check/licence_record.h"
#include "check/redecide_internal.h"
#include "service/licence/answer.h"

/* One category under one version. */
static bool alike(struct redecide_work *k, const struct facts_record *r, enum outcome was,
                  const struct agreement *a)
{
    struct verdict v;

    if (memcmp(r->agreement, agreement_hash(a), 32) != 0)
        return redecide_differs(k, "version", "another version", "the version of now");
    agreement_recognise(a, &r->facts, r->on, &v);
    return v.outcome == was || redecide_differs(k, "verdict", outcome_word(was), outcome_word(v.outcome));
}

static bool under(struct redecide_work *k, const struct licence_facts_read *l,
                  const struct agreement_law *law, enum outcome *whole)
{
    bool first = l->unknown == 0;

    *whole = OUTCOME_NOT_RECOGNISED;
    for (json_ref i = json_first(&l->j, l->decisions); i != JSON_NONE;
         i = json_after(&l->j, l->decisions, i)) {
        struct facts_record r;
        enum outcome was;

        if (!licence_facts_at(l, i, &k->a, &was, &r, NULL))
            return redecide_broken(k, "facts", "the facts cannot be read");
        if (!alike(k, &r, was,
                   agreement_by_law(law, k->with->agreement, r.facts.v[FACT_TRAVEL_ENTERING].word,
                                    r.facts.v[FACT_LICENCE_ISSUER].word, r.on)))
            return false;
        *whole = first ? was : licence_better(*whole, was);
        first = false;
    }
    return true;
}

/* Together they are what was answered, and what the receipt says; unless the licence itself was held. */
static bool same_outcome(struct redecide_work *k, const struct json *j, const struct redecide_receipt *said,
                         bool held, enum outcome whole)
{
    const char *now = outcome_word(held ? OUTCOME_REFER : whole);

    if (!json_text_is(j, json_member(j, JSON_ROOT, "outcome"), now))
        return redecide_differs(k, "verdict", "another outcome", now);
    return !said->verdict || strcmp(said->verdict, now) == 0 ||
           redecide_differs(k, "receipt", said->verdict, now);
}

bool redecide_licence(struct redecide_work *k, const struct json *j, const struct redecide_receipt *said,
                      bool *ahead)
{
    struct licence_facts_read l;
    struct redecide_work first = { .reason = NULL };

    if (!licence_facts_open(k->c->facts, &k->a, &l, NULL))
        return redecide_broken(k, "facts", "the facts cannot be read");
    for (unsigned back = 0;; back++) {
        struct agreement_law law = { NULL, NULL };
        enum outcome whole;

        if (k->with->law_at ? !k->with->law_at(k->with->ctx, k->c->at, back, &law) : back > 0)
            break;
        *ahead = back > 0;
        if (under(k, &l, &law, &whole) && same_outcome(k, j, said, l.held, whole))
            return redecide_committed(k, j, said);
        if (back == 0) {
            first.reason = k->reason;
            memcpy(first.detail, k->detail, sizeof first.detail);
        }
    }
    k->reason = first.reason;
    memcpy(k->detail, first.detail, sizeof k->detail);
    return false;
}
