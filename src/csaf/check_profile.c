/* 6.1.27: what the profiles ask for. */
#include "csaf/check.h"

static bool note_of(const struct csaf_check *x, json_ref note)
{
    static const char *const words[] = { "description", "details", "general", "summary" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (json_text_is(x->j, json_member(x->j, note, "category"), words[i]))
            return true;
    return false;
}

static bool informational(const struct csaf_check *x)
{
    return check_category(x, "csaf_informational_advisory") ||
           check_category(x, "csaf_security_incident_response");
}

static bool advisory(const struct csaf_check *x)
{
    return check_category(x, "csaf_security_advisory") || check_category(x, "csaf_vex");
}

void check_6_1_27_1(struct csaf_check *x)
{
    if (!informational(x))
        return;
    EACH(x, n, x->c->document, "notes")
    if (note_of(x, n))
        return;
    check_say(x, x->c->document, "no note describes what the document is about");
}

void check_6_1_27_2(struct csaf_check *x)
{
    if (!informational(x))
        return;
    EACH(x, r, x->c->document, "references")
    {
        json_ref category = json_member(x->j, r, "category");

        if (category == JSON_NONE || json_text_is(x->j, category, "external"))
            return;
    }
    check_say(x, x->c->document, "no reference leads to an external source");
}

void check_6_1_27_3(struct csaf_check *x)
{
    json_ref v = json_member(x->j, JSON_ROOT, "vulnerabilities");

    if (check_category(x, "csaf_informational_advisory") && v != JSON_NONE)
        check_say(x, v, "an informational advisory has no vulnerabilities");
}

void check_6_1_27_4(struct csaf_check *x)
{
    if (advisory(x) && x->c->tree == JSON_NONE)
        check_say(x, JSON_ROOT, "the product tree is missing");
}

static void each_has(struct csaf_check *x, const char *name)
{
    EACH_VULNERABILITY(x, v)
    if (json_member(x->j, v->at, name) == JSON_NONE)
        check_say(x, v->at, "the vulnerability has no %s", name);
}

void check_6_1_27_5(struct csaf_check *x)
{
    if (advisory(x))
        each_has(x, "notes");
}

void check_6_1_27_6(struct csaf_check *x)
{
    if (check_category(x, "csaf_security_advisory"))
        each_has(x, "product_status");
}

void check_6_1_27_7(struct csaf_check *x)
{
    static const enum csaf_status one_of[] = { CSAF_FIXED, CSAF_KNOWN_AFFECTED, CSAF_KNOWN_NOT_AFFECTED,
                                               CSAF_UNDER_INVESTIGATION };

    if (!check_category(x, "csaf_vex"))
        return;
    EACH_VULNERABILITY(x, v)
    {
        json_ref status = json_member(x->j, v->at, "product_status");
        bool found = false;

        for (size_t i = 0; i < sizeof one_of / sizeof *one_of; i++)
            found = found || json_member(x->j, status, csaf_status_word(one_of[i])) != JSON_NONE;
        if (!found)
            check_say(x, status == JSON_NONE ? v->at : status,
                      "no product is fixed, affected, not affected or under investigation");
    }
}

void check_6_1_27_8(struct csaf_check *x)
{
    if (!check_category(x, "csaf_vex"))
        return;
    EACH_VULNERABILITY(x, v)
    if (json_member(x->j, v->at, "cve") == JSON_NONE && json_member(x->j, v->at, "ids") == JSON_NONE)
        check_say(x, v->at, "the vulnerability has neither cve nor ids");
}

/* Each product of that status is among those marked. */
static void each_marked(struct csaf_check *x, const struct csaf_vulnerability *v, enum csaf_status status,
                        const char *what)
{
    for (uint32_t i = 0; i < v->standings; i++) {
        const struct csaf_standing *s = &x->c->standing[v->standing + i];

        if (s->status == status && !check_marked(x, s->at))
            check_say(x, s->at, "there is no %s for the product %s", what,
                      check_show(x, check_value(x, s->at)));
    }
}

void check_6_1_27_9(struct csaf_check *x)
{
    if (!check_category(x, "csaf_vex"))
        return;
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        EACH(x, f, v->at, "flags")
        check_mark_products(x, f);
        EACH(x, t, v->at, "threats")
        if (json_text_is(x->j, json_member(x->j, t, "category"), "impact"))
            check_mark_products(x, t);
        each_marked(x, v, CSAF_KNOWN_NOT_AFFECTED, "impact statement");
    }
}

void check_6_1_27_10(struct csaf_check *x)
{
    if (!check_category(x, "csaf_vex"))
        return;
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        EACH(x, r, v->at, "remediations")
        check_mark_products(x, r);
        each_marked(x, v, CSAF_KNOWN_AFFECTED, "action statement");
    }
}

void check_6_1_27_11(struct csaf_check *x)
{
    if (advisory(x) && json_member(x->j, JSON_ROOT, "vulnerabilities") == JSON_NONE)
        check_say(x, JSON_ROOT, "there are no vulnerabilities");
}
