#include "cli/fact.h"
#include "cli/words.h"

#include "base/text.h"

static bool number_from(struct span s, int64_t *out)
{
    int64_t v = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || v > LIMIT_AGREEMENT_NUMBER)
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return s.n != 0;
}

const char *cli_take_fact(struct facts *f, const char *arg)
{
    const char *eq = strchr(arg, '=');
    struct span value = span_str(eq ? eq + 1 : NULL);
    struct fact_value v = { .present = true };
    enum fact id;
    bool ok = false;

    if (!eq || !fact_from_name(span_of(arg, (size_t)(eq - arg)), &id) ||
        strlen(fact_name(id)) != (size_t)(eq - arg))
        return _("no such fact");
    switch (fact_type(id)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        v.word = value;
        ok = value.n != 0;
        break;
    case FACT_TYPE_DATE:
        ok = date_parse(value, &v.date);
        break;
    case FACT_TYPE_NUMBER:
        ok = number_from(value, &v.number);
        break;
    case FACT_TYPE_BOOL:
        v.number = span_eq_str(value, "yes");
        ok = v.number || span_eq_str(value, "no");
        break;
    case FACT_TYPE_STAYS:
        return _("stays are given with --stay or --no-stays");
    }
    if (!ok)
        return _("the value does not fit the fact (a date is 2027-01-31, a number 30, yes or no)");
    f->v[id] = v;
    return NULL;
}
