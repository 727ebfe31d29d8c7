#include "check/licence_record.h"

#include "check/licence_parts.h"
#include "wire/json_write.h"

static void put_decision(const struct licence_decision *d, struct date on, const uint8_t agreement[32],
                         struct json_writer *j)
{
    struct buffer b;

    buf_init(&b, (size_t)64 << 10);
    facts_record_put(&d->facts, on, agreement, &b);
    jw_object(j, NULL);
    jw_str(j, "outcome", outcome_word(d->ruled));
    jw_raw(j, "record", buf_span(&b));
    jw_object_end(j);
    if (!buf_ok(&b))
        j->b->bad = true;
    buf_free(&b);
}

void licence_facts_put(const struct licence_inquiry *k, struct date on, struct buffer *out)
{
    struct json_writer j = json_to(out);
    int64_t unknown = 0;
    bool held = false;

    for (size_t i = 0; i < k->n; i++) {
        unknown += !k->decision[i].by_rule;
        held |= k->decision[i].verdict.outcome !=
                (k->decision[i].by_rule ? k->decision[i].ruled : OUTCOME_NOT_RECOGNISED);
    }
    if (unknown == (int64_t)k->n)
        return;
    jw_object(&j, NULL);
    jw_bool(&j, "held", held);
    jw_int(&j, "unknown", unknown);
    jw_array(&j, "decisions");
    for (size_t i = 0; i < k->n; i++)
        if (k->decision[i].by_rule)
            put_decision(&k->decision[i], on, agreement_hash(k->agreement), &j);
    jw_array_end(&j);
    jw_object_end(&j);
}

static bool bad(struct why *w, const char *what)
{
    return why_set(w, "facts", WHY_NO_OFFSET, NULL, "%s", what);
}

bool licence_facts_open(struct span text, struct arena *a, struct licence_facts_read *out, struct why *w)
{
    struct licence_facts_read l = { 0 };

    if (!json_parse(text, a, &l.j, w))
        return false;
    l.decisions = json_member(&l.j, JSON_ROOT, "decisions");
    if (!json_is(&l.j, l.decisions, JSON_KIND_ARRAY) ||
        !(json_boolean)(&l.j, json_member(&l.j, JSON_ROOT, "held"), &l.held) ||
        !json_int64(&l.j, json_member(&l.j, JSON_ROOT, "unknown"), &l.unknown))
        return bad(w, "this is no record of a licence check");
    *out = l;
    return true;
}

bool licence_facts_at(const struct licence_facts_read *l, json_ref at, struct arena *a, enum outcome *outcome,
                      struct facts_record *out, struct why *w)
{
    json_ref record = json_member(&l->j, at, "record"), word = json_member(&l->j, at, "outcome");

    for (int o = OUTCOME_REFER; o <= OUTCOME_NOT_RECOGNISED; o++) {
        if (!json_text_is(&l->j, word, outcome_word((enum outcome)o)))
            continue;
        *outcome = (enum outcome)o;
        return (json_is(&l->j, record, JSON_KIND_OBJECT) || bad(w, "a decision has a record")) &&
               facts_record_read(json_source(&l->j, record), a, out, w);
    }
    return bad(w, "a decision has an outcome");
}
