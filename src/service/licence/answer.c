#include "service/licence/answer.h"

#include "service/licence/meaning.h"

struct span licence_decision_category(const struct licence_telling *t, const struct licence_decision *d)
{
    return d->privilege ? d->privilege->category : t->stated;
}

static void put_reason(struct json_writer *w, const struct verdict_reason *r, const struct tongue *tongue)
{
    const char *said = licence_reason_in(r->code, tongue);

    jw_object(w, NULL);
    jw_str(w, "code", r->code);
    jw_str(w, "article", r->article);
    jw_str(w, "clause", r->clause);
    jw_str(w, "text", r->text);
    if (said)
        jw_str(w, "said", said);
    jw_array(w, "facts");
    for (unsigned i = 0; i < FACTS_N; i++)
        if (r->facts & (uint64_t)1 << i)
            jw_str(w, NULL, fact_name((enum fact)i));
    jw_array_end(w);
    jw_object_end(w);
}

static void put_code(struct json_writer *w, const struct licence_code *c, const struct tongue *t)
{
    jw_object(w, NULL);
    jw_text(w, "code", c->code);
    jw_text(w, "sign", c->sign);
    jw_text(w, "value", c->value);
    jw_bool(w, "known", c->known);
    jw_str(w, "meaning", c->known ? licence_code_meaning(c->code, t) : NULL);
    jw_object_end(w);
}

static void put_privilege(struct json_writer *w, const struct licence_telling *t,
                          const struct licence_decision *d)
{
    const struct licence_privilege *p = d->privilege;

    jw_str(w, "scheme", licence_scheme_word(d->scheme));
    jw_array(w, "codes");
    for (size_t i = 0; i < p->n_codes; i++)
        put_code(w, &t->data->code[p->first_code + i], t->tongue);
    jw_array_end(w);
    jw_array(w, "findings");
    for (unsigned f = 0; f <= LICENCE_CODE_UNKNOWN; f++)
        if (p->findings & 1u << f && !(f == LICENCE_CATEGORY_UNKNOWN && d->mapping))
            jw_str(w, NULL, licence_finding_word((enum licence_finding)f));
    jw_array_end(w);
}

static void put_verdict(struct json_writer *w, const struct licence_telling *t, const struct verdict *v)
{
    char day[DATE_TEXT];

    jw_str(w, "outcome", outcome_word(v->outcome));
    jw_str(w, "said", licence_outcome_in(v->outcome, t->tongue));
    jw_str(w, "article", v->article);
    if (v->article)
        jw_str(w, "title", agreement_title_in(t->agreement, v->article, t->tongue->language, NULL));
    jw_str(w, "until", licence_is_good(v->outcome) ? date_format(v->last_day, day) : NULL);
    jw_array(w, "reasons");
    for (size_t i = 0; i < v->n_reasons; i++)
        put_reason(w, &v->reason[i], t->tongue);
    jw_array_end(w);
    jw_array(w, "missing");
    for (size_t i = 0; i < v->n_missing; i++)
        jw_str(w, NULL, fact_name(v->missing[i]));
    jw_array_end(w);
    jw_array(w, "missing_said");
    for (size_t i = 0; i < v->n_missing; i++)
        jw_str(w, NULL, licence_fact_in(v->missing[i], t->tongue));
    jw_array_end(w);
}

void licence_put_decision(struct json_writer *w, const struct licence_telling *t,
                          const struct licence_decision *d)
{
    struct span category = licence_decision_category(t, d);

    jw_object(w, NULL);
    jw_text(w, "category", category);
    jw_str(w, "vienna", d->mapping ? d->mapping->vienna : NULL);
    jw_str(w, "name", licence_category_name(d->mapping ? span_str(d->mapping->vienna) : category, t->tongue));
    if (d->privilege)
        put_privilege(w, t, d);
    put_verdict(w, t, &d->verdict);
    jw_object_end(w);
}

enum outcome licence_better(enum outcome a, enum outcome b)
{
    static const int rank[] = {
        [OUTCOME_NOT_RECOGNISED] = 0, [OUTCOME_REFER] = 1, [OUTCOME_RESTRICTED] = 2, [OUTCOME_RECOGNISED] = 3
    };

    return rank[a] >= rank[b] ? a : b;
}
