#include "service/licence/order.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/cbor_write.h"
#include "wire/json.h"
#include "wire/licence_data.h"

struct order {
    const struct json *j;
    struct arena *a;
    struct buffer b; /* one value at a time */
    struct licence_order_data out;
    struct span issuer;
    bool has_sign, has_portrait;
    struct why *w;
};

static bool bad(struct order *o, json_ref v, const char *reason, const char *detail)
{
    return why_set(o->w, reason, json_offset(o->j, v), NULL, "%s", detail);
}

/* --- values --- */

/* A text that a member of that name holds alone. */
static bool marked(const struct json *j, json_ref v, const char *name, struct arena *a, struct span *out)
{
    json_ref m = json_first(j, v);

    return json_is(j, v, JSON_KIND_OBJECT) && m != JSON_NONE && json_text_is(j, m, name) &&
           json_after(j, v, m) == JSON_NONE && json_text_of(j, json_value_of(j, m), a, out);
}

static bool put_base64(struct span s, struct buffer *b)
{
    struct buffer bytes;
    size_t at;
    bool ok;

    buf_init(&bytes, LIMIT_FILE);
    ok = base64_decode(s, BASE64_STD, &bytes, &at);
    if (ok)
        cbor_put_bytes(b, buf_span(&bytes));
    buf_free(&bytes);
    return ok;
}

static void put_date(struct buffer *b, struct span day)
{
    cbor_put_head(b, CBOR_TAG, CBOR_TAG_FULL_DATE);
    cbor_put_text(b, day);
}

/* One of the objects that stand for something else; *is tells whether it is one. */
static bool put_marked(const struct json *j, json_ref v, struct arena *a, struct buffer *b, bool *is)
{
    char text[TIME_TEXT];
    struct date day;
    unix_time t;
    struct span s;

    *is = true;
    if (marked(j, v, "date", a, &s)) {
        if (!date_parse(s, &day))
            return false;
        put_date(b, s);
    } else if (marked(j, v, "time", a, &s)) {
        if (!time_parse(s, &t))
            return false;
        cbor_put_head(b, CBOR_TAG, CBOR_TAG_TDATE);
        cbor_put_str(b, time_format(t, text));
    } else if (marked(j, v, "base64", a, &s)) {
        return put_base64(s, b);
    } else {
        *is = false;
    }
    return true;
}

/* The node itself; of a container the head alone. */
static bool put_node(const struct json *j, json_ref v, struct arena *a, struct buffer *b)
{
    struct span s;
    int64_t n;

    switch ((enum json_kind)j->node[v].kind) {
    case JSON_KIND_NULL:
        cbor_put_null(b);
        return true;
    case JSON_KIND_FALSE:
    case JSON_KIND_TRUE:
        cbor_put_bool(b, j->node[v].kind == JSON_KIND_TRUE);
        return true;
    case JSON_KIND_NUMBER:
        if (!json_int64(j, v, &n))
            return false;
        cbor_put_int(b, n);
        return true;
    case JSON_KIND_STRING:
        if (!json_text_of(j, v, a, &s))
            return false;
        cbor_put_text(b, s);
        return true;
    case JSON_KIND_ARRAY:
        cbor_put_array(b, json_count(j, v));
        return true;
    case JSON_KIND_OBJECT:
        cbor_put_map(b, json_count(j, v));
        return true;
    }
    return false;
}

/* Nodes stand in the order in which CBOR has its items, names of members included. */
bool licence_value_put(const struct json *j, uint32_t value, struct arena *a, struct buffer *b, struct why *w)
{
    json_ref end = j->node[value].next, v = value;

    while (v < end) {
        bool is;

        if (!put_marked(j, v, a, b, &is) || (!is && !put_node(j, v, a, b)))
            return why_set(w, "value", json_offset(j, v), NULL,
                           "a date that does not exist, no base64, or a number that is not whole");
        v = is ? j->node[v].next : v + 1;
    }
    return buf_ok(b) || why_set(w, "too-large", json_offset(j, value), NULL, "the value is too large");
}

/* --- elements --- */

static bool add(struct order *o, json_ref at, struct span ns, struct span id)
{
    struct span value = arena_copy(o->a, buf_span(&o->b));

    if (o->out.n == LIMIT_ISSUE_ELEMENTS || !buf_ok(&o->b) || value.n == 0)
        return bad(o, at, "too-large", "too many elements, or too large");
    o->out.element[o->out.n++] = (struct mdoc_issue_element){ ns, id, value };
    buf_reset(&o->b);
    return true;
}

static bool text(struct order *o, json_ref v, const char *id)
{
    struct span s;

    if (!json_text_of(o->j, v, o->a, &s))
        return bad(o, v, "value", "a text is expected");
    if (strcmp(id, "issuing_country") == 0)
        o->issuer = s;
    o->has_sign |= strcmp(id, "un_distinguishing_sign") == 0;
    cbor_put_text(&o->b, s);
    return add(o, v, SPAN(MDL_NAME_SPACE), span_str(id));
}

static bool day(struct order *o, json_ref v, const char *id)
{
    struct date d;
    struct span s;

    if (!json_text_of(o->j, v, o->a, &s) || !date_parse(s, &d))
        return bad(o, v, "value", "a day is written as \"2027-01-31\"");
    put_date(&o->b, s);
    return add(o, v, SPAN(MDL_NAME_SPACE), span_str(id));
}

static bool number(struct order *o, json_ref v, const char *id)
{
    int64_t n;

    if (!json_int64(o->j, v, &n))
        return bad(o, v, "value", "a whole number is expected");
    cbor_put_int(&o->b, n);
    return add(o, v, SPAN(MDL_NAME_SPACE), span_str(id));
}

static bool picture(struct order *o, json_ref v, const char *id)
{
    struct span s;

    if (o->has_portrait)
        return true; /* the one that was given apart */
    if (!json_text_of(o->j, v, o->a, &s) || !put_base64(s, &o->b))
        return bad(o, v, "value", "a picture in base64 is expected");
    o->has_portrait = true;
    return add(o, v, SPAN(MDL_NAME_SPACE), span_str(id));
}

/* --- driving privileges (13.4.5) --- */

static bool put_member_text(struct order *o, const char *name, json_ref v)
{
    struct span s;

    if (!json_text_of(o->j, v, o->a, &s))
        return bad(o, v, "value", "a text is expected");
    cbor_put_str(&o->b, name);
    cbor_put_text(&o->b, s);
    return true;
}

static bool put_member_day(struct order *o, const char *name, json_ref v)
{
    struct date d;
    struct span s;

    if (!json_text_of(o->j, v, o->a, &s) || !date_parse(s, &d))
        return bad(o, v, "value", "a day is written as \"2027-01-31\"");
    cbor_put_str(&o->b, name);
    put_date(&o->b, s);
    return true;
}

static bool one_of(const struct json *j, json_ref name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (json_text_is(j, name, list[i]))
            return true;
    return false;
}

/* "01", or { code, sign, value }. */
static bool put_code(struct order *o, json_ref v)
{
    static const char *const known[] = { "code", "sign", "value" };

    if (json_is(o->j, v, JSON_KIND_STRING)) {
        cbor_put_map(&o->b, 1);
        return put_member_text(o, "code", v);
    }
    if (!json_is(o->j, v, JSON_KIND_OBJECT))
        return bad(o, v, "value", "a code is a text or an object");
    cbor_put_map(&o->b, json_count(o->j, v));
    for (json_ref m = json_first(o->j, v); m != JSON_NONE; m = json_after(o->j, v, m)) {
        size_t i = 0;

        while (i < 3 && !json_text_is(o->j, m, known[i]))
            i++;
        if (i == 3)
            return bad(o, m, "member", "this member is not known here");
        if (!put_member_text(o, known[i], json_value_of(o->j, m)))
            return false;
    }
    return true;
}

static bool put_codes(struct order *o, json_ref v)
{
    cbor_put_str(&o->b, "codes");
    cbor_put_array(&o->b, json_count(o->j, v));
    for (json_ref i = json_first(o->j, v); i != JSON_NONE; i = json_after(o->j, v, i))
        if (!put_code(o, i))
            return false;
    return true;
}

/* The scheme of a category is that of the issuer: a mobile licence cannot say another. */
static bool put_privilege(struct order *o, json_ref v)
{
    static const char *const known[] = { "category", "from", "to", "codes", "scheme" };
    json_ref category = json_member(o->j, v, "category"), from = json_member(o->j, v, "from"),
             to = json_member(o->j, v, "to"), codes = json_member(o->j, v, "codes");

    if (!json_is(o->j, v, JSON_KIND_OBJECT))
        return bad(o, v, "value", "a privilege is an object");
    for (json_ref m = json_first(o->j, v); m != JSON_NONE; m = json_after(o->j, v, m))
        if (!one_of(o->j, m, known, sizeof known / sizeof *known))
            return bad(o, m, "member", "this member is not known here");
    if (codes != JSON_NONE && !json_is(o->j, codes, JSON_KIND_ARRAY))
        return bad(o, codes, "value", "codes are a list");
    if (json_count(o->j, codes) == 0)
        codes = JSON_NONE; /* an empty list has no place in a licence */
    cbor_put_map(&o->b, (category != JSON_NONE) + (size_t)(from != JSON_NONE) + (to != JSON_NONE) +
                            (codes != JSON_NONE));
    return (category == JSON_NONE || put_member_text(o, "vehicle_category_code", category)) &&
           (from == JSON_NONE || put_member_day(o, "issue_date", from)) &&
           (to == JSON_NONE || put_member_day(o, "expiry_date", to)) &&
           (codes == JSON_NONE || put_codes(o, codes));
}

static bool privileges(struct order *o, json_ref v, const char *id)
{
    if (!json_is(o->j, v, JSON_KIND_ARRAY))
        return bad(o, v, "value", "privileges are a list");
    cbor_put_array(&o->b, json_count(o->j, v));
    for (json_ref i = json_first(o->j, v); i != JSON_NONE; i = json_after(o->j, v, i))
        if (!put_privilege(o, i))
            return false;
    return add(o, v, SPAN(MDL_NAME_SPACE), span_str(id));
}

/* --- the whole --- */

/* { namespace: { element: value } } */
static bool others(struct order *o, json_ref v, const char *id)
{
    (void)id;
    if (!json_is(o->j, v, JSON_KIND_OBJECT))
        return bad(o, v, "value", "elements are an object of objects");
    for (json_ref s = json_first(o->j, v); s != JSON_NONE; s = json_after(o->j, v, s)) {
        json_ref space = json_value_of(o->j, s);
        struct span ns, name;

        if (!json_text_of(o->j, s, o->a, &ns) || !json_is(o->j, space, JSON_KIND_OBJECT))
            return bad(o, space, "value", "elements are an object of objects");
        for (json_ref e = json_first(o->j, space); e != JSON_NONE; e = json_after(o->j, space, e))
            if (!json_text_of(o->j, e, o->a, &name) ||
                !licence_value_put(o->j, json_value_of(o->j, e), o->a, &o->b, o->w) || !add(o, e, ns, name))
                return bad(o, e, "value", "a name and a value are expected");
    }
    return true;
}

static bool doc_type(struct order *o, json_ref v, const char *id)
{
    (void)id;
    return json_text_of(o->j, v, o->a, &o->out.doc_type) || bad(o, v, "value", "a text is expected");
}

static bool passed_over(struct order *o, json_ref v, const char *id)
{
    (void)o;
    (void)v;
    (void)id;
    return true;
}

static const struct {
    const char *name, *element;
    bool (*read)(struct order *o, json_ref v, const char *element);
} members[] = {
    { "family_name", "family_name", text },
    { "given_name", "given_name", text },
    { "family_name_national", "family_name_national_character", text },
    { "given_name_national", "given_name_national_character", text },
    { "birth", "birth_date", day },
    { "issue", "issue_date", day },
    { "expiry", "expiry_date", day },
    { "issuer", "issuing_country", text },
    { "jurisdiction", "issuing_jurisdiction", text },
    { "authority", "issuing_authority", text },
    { "number", "document_number", text },
    { "sign", "un_distinguishing_sign", text },
    { "nationality", "nationality", text },
    { "sex", "sex", number },
    { "portrait", "portrait", picture },
    { "privileges", "driving_privileges", privileges },
    { "elements", NULL, others },
    { "doc_type", NULL, doc_type },
    { "result", NULL, passed_over },
    { "examined", NULL, passed_over },
    { "status", NULL, passed_over },
    { "translation", NULL, passed_over },
    { "permit", NULL, passed_over },
    { "statement", NULL, passed_over },
    { "in", NULL, passed_over },
    { "residence", NULL, passed_over },
    { "resident_since", NULL, passed_over },
    { "entered", NULL, passed_over },
};

static bool read_member(struct order *o, json_ref m)
{
    struct span name = json_source(o->j, m);

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_text_is(o->j, m, members[i].name))
            return members[i].read(o, json_value_of(o->j, m), members[i].element);
    return memchr(name.p, '.', name.n) || bad(o, m, "member", "this member is not known here");
}

/* 13.4.2: the UN sign of the issuer where it is not stated; empty when the table has none. */
static bool add_sign(struct order *o)
{
    if (o->has_sign || o->issuer.n == 0)
        return true;
    cbor_put_text(&o->b, span_str(licence_sign_of(o->issuer)));
    return add(o, JSON_ROOT, SPAN(MDL_NAME_SPACE), SPAN("un_distinguishing_sign"));
}

static bool read_all(struct order *o, struct span portrait)
{
    if (!json_is(o->j, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(o, JSON_ROOT, "value", "an object is expected");
    o->has_portrait = portrait.n > 0;
    if (o->has_portrait) {
        cbor_put_bytes(&o->b, portrait);
        if (!add(o, JSON_ROOT, SPAN(MDL_NAME_SPACE), SPAN("portrait")))
            return false;
    }
    for (json_ref m = json_first(o->j, JSON_ROOT); m != JSON_NONE; m = json_after(o->j, JSON_ROOT, m))
        if (!read_member(o, m))
            return false;
    return add_sign(o);
}

bool licence_order_read(struct span in, struct span portrait, struct arena *a, struct licence_order_data *out,
                        struct why *w)
{
    struct json j;
    struct order o = { .j = &j, .a = a, .out = { .doc_type = SPAN(MDL_DOC_TYPE) }, .w = w };
    bool ok;

    if (!json_parse(in, a, &j, w))
        return false;
    o.out.element = arena_array(a, LIMIT_ISSUE_ELEMENTS, sizeof *o.out.element);
    if (!o.out.element)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init(&o.b, LIMIT_FILE);
    ok = read_all(&o, portrait);
    buf_free(&o.b);
    if (ok)
        *out = o.out;
    return ok;
}
