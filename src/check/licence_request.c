/* The request as JSON (schema LicenceRequest). */
#include "base/text.h"
#include "check/licence.h"
#include "check/members.h"

static const char clause[] = "openapi.json LicenceRequest";

enum {
    LANGUAGE_MAX = 16,
    PURPOSE_MAX = 60,
    PLACE_MAX = 80,
    NUMBER_MAX = 40,
    CATEGORY_MAX = 20,
    CODE_MAX = 20
};

/* --- values --- */

static bool text_up_to(const struct json *j, json_ref v, void *to, struct arena *a, size_t most)
{
    struct span s;

    if (!json_text_of(j, v, a, &s) || s.n == 0 || s.n > most)
        return false;
    *(struct span *)to = s;
    return true;
}

static bool read_language(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;

    if (!text_up_to(j, v, &s, a, LANGUAGE_MAX) || s.n < 2)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && s.p[i] != '-')
            return false;
    *(struct span *)to = s;
    return true;
}

static bool read_purpose(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;

    if (!text_up_to(j, v, &s, a, PURPOSE_MAX) || !ascii_lower(s.p[0]))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && s.p[i] != '-')
            return false;
    *(struct span *)to = s;
    return true;
}

static bool read_place(const struct json *j, json_ref v, void *to, struct arena *a)
{
    return text_up_to(j, v, to, a, PLACE_MAX * 4);
}

static bool read_number(const struct json *j, json_ref v, void *to, struct arena *a)
{
    return text_up_to(j, v, to, a, NUMBER_MAX);
}

static bool read_category(const struct json *j, json_ref v, void *to, struct arena *a)
{
    return text_up_to(j, v, to, a, CATEGORY_MAX);
}

static bool read_code(const struct json *j, json_ref v, void *to, struct arena *a)
{
    return text_up_to(j, v, to, a, CODE_MAX);
}

static bool read_state(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;

    if (!json_text_of(j, v, a, &s) || s.n != 2 || !ascii_upper(s.p[0]) || !ascii_upper(s.p[1]))
        return false;
    *(struct span *)to = s;
    return true;
}

static bool read_said(const struct json *j, json_ref v, void *to, struct arena *a)
{
    bool yes;

    (void)a;
    if (!json_boolean(j, v, &yes))
        return false;
    *(enum said *)to = yes ? SAID_YES : SAID_NO;
    return true;
}

static bool read_kind(const struct json *j, json_ref v, void *to, struct arena *a)
{
    static const char *const word[] = { "any", "mdoc", "barcode", "mrz", "picture" };

    (void)a;
    for (int i = 0; i <= LICENCE_EVIDENCE_PICTURE; i++) {
        if (json_text_is(j, v, word[i])) {
            *(enum licence_evidence_kind *)to = (enum licence_evidence_kind)i;
            return true;
        }
    }
    return false;
}

/* --- evidence --- */

static bool one_evidence(const struct json *j, json_ref v, struct licence_evidence *e, struct arena *a,
                         struct why *w)
{
    struct span text = { 0 }, base64 = { 0 };
    const struct member members[] = {
        { "kind", read_kind, &e->kind },
        { "text", member_text, &text },
        { "base64", member_text, &base64 },
    };

    if (!members_read(j, v, "a piece of evidence", clause, members, sizeof members / sizeof *members, a, w))
        return false;
    if ((text.n == 0) == (base64.n == 0))
        return why_set(w, "request", json_offset(j, v), clause,
                       "a piece of evidence has either \"text\" or \"base64\", and it is not empty");
    if (base64.n)
        return member_base64(j, v, clause, base64, a, &e->bytes, w);
    e->bytes = text;
    return true;
}

static bool all_evidence(const struct json *j, json_ref list, struct licence_request *r, struct arena *a,
                         struct why *w)
{
    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return why_set(w, "request", json_offset(j, list), clause, "\"evidence\" must be a list");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        if (r->n_evidence == LIMIT_EVIDENCE_ITEMS)
            return why_set(w, "too-large", json_offset(j, v), clause, "more than %d pieces of evidence",
                           LIMIT_EVIDENCE_ITEMS);
        if (!one_evidence(j, v, &r->evidence[r->n_evidence++], a, w))
            return false;
    }
    return true;
}

static bool bytes_of(const struct json *j, const char *name, struct span *out, struct arena *a, struct why *w)
{
    json_ref v = json_member(j, JSON_ROOT, name);
    struct span base64;

    if (v == JSON_NONE)
        return true;
    if (!json_text_of(j, v, a, &base64) || base64.n == 0)
        return why_set(w, "request", json_offset(j, v), clause, "\"%s\" is base64, not empty", name);
    return member_base64(j, v, clause, base64, a, out, w);
}

/* --- typed facts --- */

static bool codes_of(const struct json *j, json_ref list, struct licence_typed *t,
                     struct licence_privilege *p, struct arena *a, struct why *w)
{
    p->first_code = t->n_codes;
    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return why_set(w, "request", json_offset(j, list), clause, "\"codes\" must be a list");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        if (t->n_codes == LIMIT_LICENCE_CODES)
            return why_set(w, "too-large", json_offset(j, v), clause, "more than %d codes",
                           LIMIT_LICENCE_CODES);
        if (!read_code(j, v, &t->code[t->n_codes++].code, a))
            return why_set(w, "request", json_offset(j, v), clause,
                           "a code is a text such as 01 or 79(<=3.5 t)");
        p->n_codes++;
    }
    return true;
}

/* As printed; or with what is printed beside it: days and codes. */
static bool one_category(const struct json *j, json_ref v, struct licence_typed *t, struct arena *a,
                         struct why *w)
{
    struct licence_privilege *p = &t->category[t->n_categories++];
    const struct member members[] = {
        { "category", read_category, &p->category },
        { "from", member_date, &p->from },
        { "to", member_date, &p->to },
        { "codes", NULL, NULL },
    };

    if (!json_is(j, v, JSON_KIND_OBJECT))
        return read_category(j, v, &p->category, a) ||
               why_set(w, "request", json_offset(j, v), clause, "a category is a text such as B");
    if (!members_read(j, v, "a category", clause, members, sizeof members / sizeof *members, a, w))
        return false;
    if (p->category.n == 0)
        return why_set(w, "request", json_offset(j, v), clause, "\"category\" is missing");
    return codes_of(j, json_member(j, v, "codes"), t, p, a, w);
}

static bool categories_of(const struct json *j, json_ref list, struct licence_typed *t, struct arena *a,
                          struct why *w)
{
    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return why_set(w, "request", json_offset(j, list), clause, "\"categories\" must be a list");
    t->has_categories = true;
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        if (t->n_categories == LIMIT_LICENCE_PRIVILEGES)
            return why_set(w, "too-large", json_offset(j, v), clause, "more than %d categories",
                           LIMIT_LICENCE_PRIVILEGES);
        if (!one_category(j, v, t, a, w))
            return false;
    }
    return true;
}

static bool typed_of(const struct json *j, json_ref v, struct licence_typed *t, struct arena *a,
                     struct why *w)
{
    const struct member members[] = {
        { "issuer", read_state, &t->issuer },  { "number", read_number, &t->number },
        { "categories", NULL, NULL },          { "expiry", member_date, &t->expiry },
        { "issued", member_date, &t->issued }, { "birth", member_date, &t->birth },
    };

    if (v == JSON_NONE)
        return true;
    if (!members_read(j, v, "\"typed\"", clause, members, sizeof members / sizeof *members, a, w))
        return false;
    if (t->issuer.n == 0 || t->number.n == 0)
        return why_set(w, "request", json_offset(j, v), clause,
                       "\"typed\" has at least \"issuer\" and \"number\"");
    t->present = true;
    return categories_of(j, json_member(j, v, "categories"), t, a, w);
}

/* --- the whole --- */

static bool driver_of(const struct json *j, json_ref v, struct licence_request *r, struct arena *a,
                      struct why *w)
{
    const struct member members[] = {
        { "residence", read_state, &r->residence },
        { "resident_since", member_date, &r->resident_since },
        { "entered", member_date, &r->entered },
    };

    return v == JSON_NONE ||
           members_read(j, v, "\"driver\"", clause, members, sizeof members / sizeof *members, a, w);
}

static bool request_of(const struct json *j, struct licence_request *r, struct arena *a, struct why *w)
{
    bool ask = true;
    const struct member members[] = {
        { "id", member_id, &r->id },
        { "purpose", read_purpose, &r->purpose },
        { "language", read_language, &r->language },
        { "place", read_place, &r->place },
        { "evidence", NULL, NULL },
        { "session", NULL, NULL },
        { "status_token", NULL, NULL },
        { "typed", NULL, NULL },
        { "driver", NULL, NULL },
        { "examined", read_said, &r->examined },
        { "translation", read_said, &r->translation },
        { "permit", read_said, &r->permit },
        { "statement", read_said, &r->statement },
        { "ask", member_bool, &ask },
    };

    if (!members_read(j, JSON_ROOT, "the request", clause, members, sizeof members / sizeof *members, a, w) ||
        !all_evidence(j, json_member(j, JSON_ROOT, "evidence"), r, a, w) ||
        !bytes_of(j, "session", &r->session, a, w) || !bytes_of(j, "status_token", &r->status_token, a, w) ||
        !typed_of(j, json_member(j, JSON_ROOT, "typed"), &r->typed, a, w) ||
        !driver_of(j, json_member(j, JSON_ROOT, "driver"), r, a, w))
        return false;
    r->do_not_ask = !ask;
    return true;
}

bool licence_request_from_json(struct span text, struct licence_request *out, struct arena *a, struct why *w)
{
    struct licence_request *r = arena_alloc(a, sizeof *r);
    struct json j;

    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    if (!json_parse(text, a, &j, w) || !request_of(&j, r, a, w))
        return false;
    *out = *r;
    return true;
}
