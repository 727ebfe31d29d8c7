/* An application against the agreement: each fault names its field, and the article it comes from. */
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "service/travel/application_internal.h"

struct checking {
    const struct application *x;
    const struct permission_kind *k;
    struct application_faults *out;
};

static void fault(struct checking *c, const char *code, const char *text, const char *group,
                  const char *field)
{
    struct application_fault *f;

    if (c->out->n == APPLICATION_FAULTS)
        return;
    f = &c->out->item[c->out->n++];
    f->code = code;
    f->article = c->k ? c->k->article : NULL;
    (void)snprintf(f->field, sizeof f->field, "%s%s%s", group ? group : "", group ? "." : "", field);
    (void)snprintf(f->text, sizeof f->text, "%s", text);
}

static void fault_number(struct checking *c, const char *code, const char *format, int n, const char *field)
{
    char text[160];

    (void)snprintf(text, sizeof text, "%s %d.", format, n);
    fault(c, code, text, NULL, field);
}

/* ---- what is asked ---- */

static struct span answer_to(const struct application *x, const char *name)
{
    for (size_t i = 0; i < x->n_answers; i++)
        if (span_eq_str(x->answer[i].name, name))
            return x->answer[i].value;
    return (struct span){ NULL, 0 };
}

static bool is_number(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.n <= 12;
}

static bool is_choice(const struct permission_item *i, struct span s)
{
    for (size_t k = 0; k < i->n_words; k++)
        if (span_eq(i->words[k], s))
            return true;
    return false;
}

static void check_answer(struct checking *c, const struct permission_item *i, struct span s)
{
    struct date day;

    if (i->type == PERMISSION_NUMBER && !is_number(s))
        fault(c, "number", "This is no whole number.", "answers", i->name);
    else if (i->type == PERMISSION_DATE && !date_parse(s, &day))
        fault(c, "date", "This is no day such as 2027-03-01.", "answers", i->name);
    else if (i->type == PERMISSION_STATE && (s.n != 2 || !ascii_upper(s.p[0]) || !ascii_upper(s.p[1])))
        fault(c, "state", "A State is given by its two letters, such as KZ.", "answers", i->name);
    else if (i->type == PERMISSION_YES_NO && !span_eq_str(s, "yes") && !span_eq_str(s, "no"))
        fault(c, "choice", "The answer is yes or no.", "answers", i->name);
    else if (i->type == PERMISSION_CHOICE && !is_choice(i, s))
        fault(c, "choice", "The answer is none of those to choose from.", "answers", i->name);
}

static void check_asked(struct checking *c, bool whole)
{
    for (size_t i = 0; i < c->k->n_asks; i++) {
        const struct permission_item *item = &c->k->asks[i];
        struct span s = answer_to(c->x, item->name);

        if (s.n)
            check_answer(c, item, s);
        else if (whole && !item->optional)
            fault(c, "missing", "The agreement asks for this.", "answers", item->name);
    }
}

/* What nobody asked for is not kept. */
static void check_unasked(struct checking *c)
{
    bool asked;

    for (size_t i = 0; i < c->x->n_answers; i++) {
        char name[65];

        (void)snprintf(name, sizeof name, "%.*s", (int)c->x->answer[i].name.n,
                       (const char *)c->x->answer[i].name.p);
        asked = false;
        for (size_t k = 0; k < c->k->n_asks; k++)
            asked |= strcmp(name, c->k->asks[k].name) == 0;
        if (!asked)
            fault(c, "not-asked", "The agreement does not ask for this.", "answers", name);
    }
}

/* ---- documents ---- */

static bool attached(const struct application *x, const struct application_file *held, size_t n,
                     const char *name)
{
    for (size_t i = 0; i < x->n_uploads; i++)
        if (span_eq_str(x->upload[i].name, name))
            return true;
    for (size_t i = 0; i < n; i++)
        if (span_eq_str(held[i].name, name))
            return true;
    return false;
}

static void check_files(struct checking *c, const struct application_file *held, size_t n, bool whole)
{
    for (size_t i = 0; whole && i < c->k->n_attachments; i++)
        if (!c->k->attachments[i].optional && !attached(c->x, held, n, c->k->attachments[i].name))
            fault(c, "missing", "The agreement asks for this document.", "files", c->k->attachments[i].name);
    for (size_t i = 0; i < c->x->n_uploads; i++) {
        char name[65];
        bool asked = false;

        (void)snprintf(name, sizeof name, "%.*s", (int)c->x->upload[i].name.n,
                       (const char *)c->x->upload[i].name.p);
        for (size_t k = 0; k < c->k->n_attachments; k++)
            asked |= strcmp(name, c->k->attachments[k].name) == 0;
        if (!asked)
            fault(c, "not-asked", "The agreement does not ask for this document.", "files", name);
    }
}

/* ---- days, entries ---- */

static void check_days(struct checking *c, struct date today, bool whole)
{
    const struct application *x = c->x;

    if (whole && !date_is_set(x->from))
        fault(c, "missing", "The first day is missing.", NULL, "from");
    if (whole && !date_is_set(x->until))
        fault(c, "missing", "The last day is missing.", NULL, "until");
    if (date_is_set(x->until) && date_cmp(x->until, today) < 0)
        fault(c, "date", "The last day is over already.", NULL, "until");
    if (date_is_set(x->from) && date_is_set(x->until)) {
        int days = (int)(date_to_days(x->until) - date_to_days(x->from)) + 1;

        if (days < 1)
            fault(c, "date", "The last day is before the first.", NULL, "until");
        else if (c->k->valid_days && days > c->k->valid_days)
            fault_number(c, "too-long", "Between first and last day the agreement allows at most, in days:",
                         c->k->valid_days, "until");
    }
    if (whole && x->stay < 1)
        fault(c, "missing", "The days of stay are missing.", NULL, "stay");
    if (c->k->stay_days && x->stay > c->k->stay_days)
        fault_number(c, "too-long", "The days of stay that the agreement allows are at most", c->k->stay_days,
                     "stay");
    if (whole && x->entries < 0)
        fault(c, "missing", "The number of entries is missing.", NULL, "entries");
    if (c->k->entries && (x->entries > c->k->entries || x->entries == 0))
        fault_number(c, "too-many", "The entries that the agreement allows are at most", c->k->entries,
                     "entries");
}

static void check_passport(struct checking *c, struct span member)
{
    const struct application *x = c->x;
    struct date ends;

    if (!x->passport.n)
        fault(c, "missing", "The machine-readable lines of the passport are missing.", NULL, "passport");
    else if (!x->passport_read)
        fault(c, "passport", "The lines do not read well: a character is misread, or a line is missing.",
              NULL, "passport");
    else if (x->nationality && span_eq_str(member, x->nationality))
        fault(c, "own-national", "A national of the issuing State needs no permission.", NULL, "passport");
    if (!x->passport_read)
        return;
    ends = mrz_date_whole(x->mrz.expiry);
    if (!date_is_set(ends) || (date_is_set(x->until) && date_cmp(ends, x->until) < 0))
        fault(c, "passport", "The passport ends before the last day.", NULL, "passport");
}

static void check_payment(struct checking *c, const struct agreement *g, struct span member,
                          struct date begun)
{
    char amount[FEE_TEXT], text[160];
    struct table_value v;

    if (!fee_is_due(application_fee(g, member, c->x, begun, &v), &v))
        return;
    (void)snprintf(text, sizeof text, "The reference of the payment of %s %s is missing.",
                   fee_amount(&v, amount), v.unit);
    fault(c, "missing", text, NULL, "payment");
}

void application_check(const struct agreement *g, struct span member, const struct application *x,
                       const struct application_file *held, size_t n_held, struct date today,
                       struct date begun, bool whole, struct application_faults *out)
{
    struct checking c = { x, agreement_permission(g, x->kind, x->purpose), out };

    out->n = 0;
    if (!x->purpose.n)
        fault(&c, "missing", "The purpose of travel is missing.", NULL, "purpose");
    else if (!c.k)
        fault(&c, x->kind.n ? "kind" : "purpose",
              "The agreement provides for no such permission for this purpose.", NULL,
              x->kind.n ? "kind" : "purpose");
    check_passport(&c, member);
    if (!c.k)
        return;
    check_days(&c, today, whole);
    check_asked(&c, whole);
    check_unasked(&c);
    check_files(&c, held, n_held, whole);
    if (whole && !x->contact.n)
        fault(&c, "missing", "A way to reach the applicant is missing.", NULL, "contact");
    if (whole && !x->payment.n)
        check_payment(&c, g, member, begun);
}
