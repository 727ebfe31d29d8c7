#include "cli/licence_send.h"

#include "base/text.h"

static void put_some(struct json_writer *w, const char *key, struct span s)
{
    if (s.n)
        jw_text(w, key, s);
}

static void put_day(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(w, key, date_format(d, text));
}

static void put_said(struct json_writer *w, const char *key, enum said s)
{
    if (s != NOT_SAID)
        jw_bool(w, key, s == SAID_YES);
}

static void put_base64(struct json_writer *w, const char *key, struct span bytes)
{
    struct buffer b;

    if (!bytes.n)
        return;
    buf_init(&b, LIMIT_EVIDENCE * 2);
    base64_put(&b, bytes, BASE64_STD);
    jw_text(w, key, buf_span(&b));
    buf_free(&b);
}

static void put_evidence(struct json_writer *w, const struct licence_evidence *e)
{
    static const char *const kind[] = { [LICENCE_EVIDENCE_ANY] = "any",
                                        [LICENCE_EVIDENCE_MDOC] = "mdoc",
                                        [LICENCE_EVIDENCE_BARCODE] = "barcode",
                                        [LICENCE_EVIDENCE_MRZ] = "mrz",
                                        [LICENCE_EVIDENCE_PICTURE] = "picture" };

    jw_object(w, NULL);
    jw_str(w, "kind", kind[e->kind]);
    put_base64(w, "base64", e->bytes);
    jw_object_end(w);
}

static void put_category(struct json_writer *w, const struct licence_typed *t,
                         const struct licence_privilege *p)
{
    jw_object(w, NULL);
    jw_text(w, "category", p->category);
    put_day(w, "from", p->from);
    put_day(w, "to", p->to);
    jw_array(w, "codes");
    for (size_t i = 0; i < p->n_codes; i++)
        jw_text(w, NULL, t->code[p->first_code + i].code);
    jw_array_end(w);
    jw_object_end(w);
}

static void put_typed(struct json_writer *w, const struct licence_typed *t)
{
    jw_object(w, "typed");
    jw_text(w, "issuer", t->issuer);
    jw_text(w, "number", t->number);
    put_day(w, "issued", t->issued);
    put_day(w, "expiry", t->expiry);
    put_day(w, "birth", t->birth);
    if (t->has_categories) {
        jw_array(w, "categories");
        for (size_t i = 0; i < t->n_categories; i++)
            put_category(w, t, &t->category[i]);
        jw_array_end(w);
    }
    jw_object_end(w);
}

void licence_request_put(const struct licence_request *r, struct buffer *b)
{
    struct json_writer w = json_to(b);

    jw_object(&w, NULL);
    put_some(&w, "id", r->id);
    put_some(&w, "purpose", r->purpose);
    put_some(&w, "language", r->language);
    put_some(&w, "place", r->place);
    jw_array(&w, "evidence");
    for (size_t i = 0; i < r->n_evidence; i++)
        put_evidence(&w, &r->evidence[i]);
    jw_array_end(&w);
    put_base64(&w, "session", r->session);
    put_base64(&w, "status_token", r->status_token);
    if (r->typed.present)
        put_typed(&w, &r->typed);
    jw_object(&w, "driver");
    put_some(&w, "residence", r->residence);
    put_day(&w, "resident_since", r->resident_since);
    put_day(&w, "entered", r->entered);
    jw_object_end(&w);
    put_said(&w, "examined", r->examined);
    put_said(&w, "translation", r->translation);
    put_said(&w, "permit", r->permit);
    put_said(&w, "statement", r->statement);
    if (r->do_not_ask)
        jw_bool(&w, "ask", false);
    jw_object_end(&w);
}
