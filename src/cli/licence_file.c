#include "cli/licence_file.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/fact.h"
#include "cli/words.h"

struct file {
    const struct json *j;
    struct arena *a;
    struct licence_data *d;
    struct licence_case *c;
    struct facts *said;
    struct why *w;
};

/* Filled by the reader of one member; v is its value. */
struct member {
    const char *name;
    bool (*read)(struct file *f, json_ref v, void *to);
    void *to;
};

static bool bad(struct file *f, json_ref v, const char *reason, const char *detail)
{
    return why_set(f->w, reason, json_offset(f->j, v), NULL, "%s", detail);
}

static bool text(struct file *f, json_ref v, void *to)
{
    return json_text_of(f->j, v, f->a, to) || bad(f, v, "value", _("a text is expected"));
}

static bool day(struct file *f, json_ref v, void *to)
{
    struct span s;

    return (json_text_of(f->j, v, f->a, &s) && date_parse(s, to)) ||
           bad(f, v, "value", _("a day is written as \"2027-01-31\""));
}

static bool yes_no(struct file *f, json_ref v, void *to)
{
    bool yes;

    if (!(json_boolean)(f->j, v, &yes))
        return bad(f, v, "value", _("true or false is expected"));
    *(enum said *)to = yes ? SAID_YES : SAID_NO;
    return true;
}

static bool result(struct file *f, json_ref v, void *to)
{
    struct span s;

    if (json_text_of(f->j, v, f->a, &s) && result_from_word(s, to)) {
        f->c->has_result = true;
        return true;
    }
    return bad(f, v, "value", _("the result of a verification is expected, as \"genuine\""));
}

static bool scheme(struct file *f, json_ref v, void *to)
{
    for (int s = LICENCE_SCHEME_1949; s <= LICENCE_SCHEME_DOMESTIC; s++) {
        if (json_text_is(f->j, v, licence_scheme_word((enum licence_scheme)s))) {
            *(enum licence_scheme *)to = (enum licence_scheme)s;
            return true;
        }
    }
    return bad(f, v, "value", _("a scheme is 1949, 1968, eu or domestic, as text"));
}

/* A member that is not in the list is a mistake: what is not understood must not be passed over. */
static bool members(struct file *f, json_ref object, const struct member *list, size_t n)
{
    for (json_ref m = json_first(f->j, object); m != JSON_NONE; m = json_after(f->j, object, m)) {
        size_t i = 0;

        while (i < n && !json_text_is(f->j, m, list[i].name))
            i++;
        if (i == n)
            return bad(f, m, "member", _("this member is not known here"));
        if (!list[i].read(f, json_value_of(f->j, m), list[i].to))
            return false;
    }
    return true;
}

static bool one_code(struct file *f, json_ref v)
{
    struct licence_code *c = &f->d->code[f->d->n_codes];
    const struct member list[] = { { "code", text, &c->code },
                                   { "sign", text, &c->sign },
                                   { "value", text, &c->value } };

    if (f->d->n_codes == LIMIT_LICENCE_CODES)
        return bad(f, v, "too-large", _("too many codes"));
    *c = (struct licence_code){ 0 };
    f->d->n_codes++;
    if (json_is(f->j, v, JSON_KIND_OBJECT))
        return members(f, v, list, sizeof list / sizeof *list);
    return text(f, v, &c->code);
}

static bool codes(struct file *f, json_ref v, void *to)
{
    struct licence_privilege *p = to;

    if (!json_is(f->j, v, JSON_KIND_ARRAY))
        return bad(f, v, "value", _("codes are a list"));
    for (json_ref i = json_first(f->j, v); i != JSON_NONE; i = json_after(f->j, v, i))
        if (!one_code(f, i))
            return false;
    p->n_codes = f->d->n_codes - p->first_code;
    return true;
}

static bool privileges(struct file *f, json_ref v, void *to)
{
    struct licence_data *d = to;

    if (!json_is(f->j, v, JSON_KIND_ARRAY))
        return bad(f, v, "value", _("privileges are a list"));
    d->has_privileges = true;
    for (json_ref i = json_first(f->j, v); i != JSON_NONE; i = json_after(f->j, v, i)) {
        struct licence_privilege *p = &d->privilege[d->n_privileges];
        const struct member list[] = { { "scheme", scheme, &p->scheme },
                                       { "category", text, &p->category },
                                       { "from", day, &p->from },
                                       { "to", day, &p->to },
                                       { "codes", codes, p } };

        if (d->n_privileges == LIMIT_LICENCE_PRIVILEGES)
            return bad(f, i, "too-large", _("too many privileges"));
        if (!json_is(f->j, i, JSON_KIND_OBJECT))
            return bad(f, i, "value", _("a privilege is an object"));
        d->n_privileges++;
        *p = (struct licence_privilege){ .first_code = d->n_codes, .offset = json_offset(f->j, i) };
        if (!members(f, i, list, sizeof list / sizeof *list))
            return false;
    }
    return true;
}

/* A fact by its name in the language: text, number or boolean. */
static bool stated(struct file *f, json_ref name, json_ref v)
{
    struct span n, s = json_source(f->j, v);
    bool yes;
    char *arg;
    const char *error;

    if (!json_text_of(f->j, name, f->a, &n))
        return bad(f, name, "value", _("a name is expected"));
    if ((json_boolean)(f->j, v, &yes))
        s = yes ? SPAN("yes") : SPAN("no");
    else if (json_is(f->j, v, JSON_KIND_STRING) && !json_text_of(f->j, v, f->a, &s))
        return bad(f, v, "value", _("a text is expected"));
    arg = arena_alloc(f->a, n.n + s.n + 2);
    if (!arg)
        return bad(f, v, "too-large", _("the text is too large"));
    (void)snprintf(arg, n.n + s.n + 2, "%.*s=%.*s", (int)n.n, (const char *)n.p, (int)s.n, (const char *)s.p);
    error = cli_take_fact(f->said, arg);
    return error ? bad(f, name, "member", error) : true;
}

/* What an issuer says (service/licence/order.h) and nothing is decided by. */
static bool passed_over(struct file *f, json_ref v, void *to)
{
    (void)f;
    (void)v;
    (void)to;
    return true;
}

static bool dotted(const struct json *j, json_ref name)
{
    struct span s = json_source(j, name);

    return memchr(s.p, '.', s.n) != NULL;
}

static bool top(struct file *f)
{
    struct licence_data *d = f->d;
    struct licence_case *c = f->c;
    struct span unused;
    const struct member list[] = { { "issuer", text, &d->issuing_country },
                                   { "number", text, &d->document_number },
                                   { "birth", day, &d->birth_date },
                                   { "issue", day, &d->issue_date },
                                   { "expiry", day, &d->expiry_date },
                                   { "sign", text, &d->un_distinguishing_sign },
                                   { "privileges", privileges, d },
                                   { "family_name", text, &d->family_name },
                                   { "given_name", text, &d->given_name },
                                   { "family_name_national", text, &unused },
                                   { "given_name_national", text, &unused },
                                   { "authority", text, &d->issuing_authority },
                                   { "jurisdiction", text, &d->issuing_jurisdiction },
                                   { "nationality", text, &d->nationality },
                                   { "sex", passed_over, NULL },
                                   { "portrait", passed_over, NULL },
                                   { "elements", passed_over, NULL },
                                   { "doc_type", passed_over, NULL },
                                   { "result", result, &c->result },
                                   { "examined", yes_no, &c->examined },
                                   { "status", text, &c->status },
                                   { "translation", yes_no, &c->translation },
                                   { "permit", yes_no, &c->permit },
                                   { "statement", yes_no, &c->statement },
                                   { "in", text, &c->in },
                                   { "residence", text, &c->residence },
                                   { "resident_since", day, &c->resident_since },
                                   { "entered", day, &c->entered } };

    for (json_ref m = json_first(f->j, JSON_ROOT); m != JSON_NONE; m = json_after(f->j, JSON_ROOT, m)) {
        size_t i = 0, n = sizeof list / sizeof *list;

        while (i < n && !json_text_is(f->j, m, list[i].name))
            i++;
        if (i == n && !dotted(f->j, m))
            return bad(f, m, "member", _("this member is not known here"));
        if (i == n ? !stated(f, m, json_value_of(f->j, m))
                   : !list[i].read(f, json_value_of(f->j, m), list[i].to))
            return false;
    }
    return true;
}

/* A scheme that is stated stays; the others follow from the issuer. */
static void judge(struct licence_data *d, unix_time now)
{
    enum licence_scheme own[LIMIT_LICENCE_PRIVILEGES] = { LICENCE_SCHEME_UNKNOWN };
    const struct licence_context c = { .now = now };

    for (size_t i = 0; i < d->n_privileges; i++)
        own[i] = d->privilege[i].scheme;
    d->has_sign = d->un_distinguishing_sign.n != 0;
    if (date_is_set(d->expiry_date))
        d->expiry_time = time_of_date(date_add_days(d->expiry_date, 1)) - 1;
    licence_data_end(d, &c);
    for (size_t i = 0; i < d->n_privileges; i++)
        if (own[i] != LICENCE_SCHEME_UNKNOWN)
            d->privilege[i].scheme = own[i];
}

bool licence_file_read(struct span text_, unix_time now, struct arena *a, struct licence_data *data,
                       struct licence_case *out, struct facts *said, struct why *w)
{
    struct json j;
    struct file f = { .j = &j, .a = a, .d = data, .c = out, .said = said, .w = w };

    licence_data_begin(data, text_);
    *out = (struct licence_case){ .data = data, .said = said };
    if (!json_parse(text_, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(&f, JSON_ROOT, "value", _("an object is expected"));
    if (!top(&f))
        return false;
    judge(data, now);
    return true;
}
