/* The record of a notice, written in its canonical form. */
#include "base/limits.h"
#include "service/notice/notice.h"
#include "wire/jcs.h"

static void text(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
}

static void day(struct json_writer *j, const char *key, struct date d)
{
    char out[DATE_TEXT];

    if (date_is_set(d))
        jw_str(j, key, date_format(d, out));
}

static void moment(struct json_writer *j, const char *key, unix_time t)
{
    char out[TIME_TEXT];

    if (t)
        jw_str(j, key, time_format(t, out));
}

static void number(struct json_writer *j, const char *key, int64_t n)
{
    if (n >= 0)
        jw_int(j, key, n);
}

static void texts(struct json_writer *j, const char *key, const struct span *s, size_t n)
{
    if (!n)
        return;
    jw_array(j, key);
    for (size_t i = 0; i < n; i++)
        jw_text(j, NULL, s[i]);
    jw_array_end(j);
}

static void put_quality(struct json_writer *j, const struct notice_quality *q)
{
    if (!q->source.n)
        return;
    jw_object(j, "quality");
    jw_str(j, "is", q->assessment ? "assessment" : "fact");
    jw_text(j, "source", q->source);
    day(j, "on", q->on);
    text(j, "by", q->by);
    jw_object_end(j);
}

static void put_name(struct json_writer *j, const struct notice_name *n)
{
    jw_object(j, NULL);
    jw_text(j, "text", n->text);
    jw_text(j, "script", n->script);
    text(j, "language", n->language);
    jw_str(j, "kind", notice_name_kind_word(n->kind));
    if (n->n_parts)
        jw_array(j, "parts");
    for (size_t i = 0; i < n->n_parts; i++) {
        jw_object(j, NULL);
        jw_text(j, "kind", n->part[i].kind);
        jw_text(j, "text", n->part[i].text);
        jw_object_end(j);
    }
    if (n->n_parts)
        jw_array_end(j);
    put_quality(j, &n->quality);
    jw_object_end(j);
}

static void put_birth(struct json_writer *j, const struct notice_birth *b)
{
    jw_object(j, NULL);
    day(j, "value", b->value);
    day(j, "to", b->to);
    jw_str(j, "precision", notice_precision_word(b->precision));
    text(j, "calendar", b->calendar);
    text(j, "text", b->text);
    put_quality(j, &b->quality);
    jw_object_end(j);
}

static void put_nationality(struct json_writer *j, const struct notice_nationality *n)
{
    jw_object(j, NULL);
    jw_text(j, "state", n->state);
    jw_bool(j, "certain", n->certain);
    put_quality(j, &n->quality);
    jw_object_end(j);
}

static void put_document(struct json_writer *j, const struct notice_document *d)
{
    jw_object(j, NULL);
    jw_text(j, "kind", d->kind);
    jw_text(j, "state", d->state);
    jw_text(j, "number", d->number);
    put_quality(j, &d->quality);
    jw_object_end(j);
}

static void put_person(struct json_writer *j, const struct notice_person *p)
{
    jw_object(j, "person");
    jw_str(j, "status", notice_status_word(p->status));
    jw_array(j, "names");
    for (size_t i = 0; i < p->n_names; i++)
        put_name(j, &p->name[i]);
    jw_array_end(j);
    if (p->n_births) {
        jw_array(j, "births");
        for (size_t i = 0; i < p->n_births; i++)
            put_birth(j, &p->birth[i]);
        jw_array_end(j);
    }
    text(j, "birth_place", p->birth_place);
    if (p->sex)
        jw_str(j, "sex", notice_sex_word(p->sex));
    if (p->n_nationalities) {
        jw_array(j, "nationalities");
        for (size_t i = 0; i < p->n_nationalities; i++)
            put_nationality(j, &p->nationality[i]);
        jw_array_end(j);
    }
    text(j, "father", p->father);
    if (p->n_documents) {
        jw_array(j, "documents");
        for (size_t i = 0; i < p->n_documents; i++)
            put_document(j, &p->document[i]);
        jw_array_end(j);
    }
    text(j, "photo", p->photo);
    jw_object_end(j);
}

static void put_object(struct json_writer *j, const struct notice_object *o)
{
    jw_object(j, "object");
    jw_text(j, "kind", o->kind);
    text(j, "state", o->state);
    text(j, "number", o->number);
    text(j, "make", o->make);
    text(j, "description", o->description);
    jw_object_end(j);
}

static void put_basis(struct json_writer *j, const struct notice *n)
{
    jw_object(j, "basis");
    jw_text(j, "article", n->article);
    text(j, "offence", n->offence);
    text(j, "provision", n->provision);
    number(j, "penalty_months", n->penalty_months);
    number(j, "sentence_months", n->sentence_months);
    if (n->warrant.number.n) {
        jw_object(j, "warrant");
        jw_text(j, "court", n->warrant.court);
        jw_text(j, "number", n->warrant.number);
        day(j, "on", n->warrant.on);
        text(j, "copy", n->warrant.copy);
        jw_object_end(j);
    }
    jw_object_end(j);
}

static void put_people(struct json_writer *j, const struct notice *n)
{
    if (n->checklist.officer.n || n->checklist.matters) {
        jw_object(j, "checklist");
        text(j, "officer", n->checklist.officer);
        moment(j, "at", n->checklist.at);
        for (unsigned i = 0; i < NOTICE_MATTERS; i++)
            jw_bool(j, notice_matter_word((enum notice_matter)i), n->checklist.matters >> i & 1);
        text(j, "note", n->checklist.note);
        jw_object_end(j);
    }
    if (n->assessment.text.n) {
        jw_object(j, "assessment");
        text(j, "officer", n->assessment.officer);
        moment(j, "at", n->assessment.at);
        jw_text(j, "text", n->assessment.text);
        jw_object_end(j);
    }
}

static void put_all(struct json_writer *j, const struct notice *n)
{
    jw_object(j, NULL);
    text(j, "id", n->id);
    if (n->version)
        jw_int(j, "version", n->version);
    text(j, "nonce", n->nonce);
    text(j, "issuer", n->issuer);
    text(j, "authority", n->authority);
    jw_text(j, "kind", n->kind);
    jw_text(j, "category", n->category);
    text(j, "drafted", n->drafted);
    text(j, "signed", n->signed_by);
    moment(j, "at", n->at);
    moment(j, "expires", n->expires);
    moment(j, "review_due", n->review_due);
    jw_str(j, "action", notice_action_word(n->action));
    if (n->has_if_flagged)
        jw_str(j, "if_flagged", notice_action_word(n->if_flagged));
    texts(j, "cautions", n->caution, n->n_cautions);
    texts(j, "for", n->member, n->n_members);
    texts(j, "links", n->link, n->n_links);
    put_basis(j, n);
    text(j, "facts", n->facts);
    if (n->subject == NOTICE_PERSON)
        put_person(j, &n->person);
    else
        put_object(j, &n->object);
    put_people(j, n);
    jw_object_end(j);
}

bool notice_put(const struct notice *n, struct arena *a, struct buffer *out, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    struct json parsed;
    bool ok;

    buf_init(&b, LIMIT_NOTICE);
    j = json_to(&b);
    put_all(&j, n);
    if (!buf_ok(&b)) {
        buf_free(&b);
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a notice of more than %d bytes", LIMIT_NOTICE);
    }
    ok = json_parse(buf_span(&b), a, &parsed, w) && jcs_put(out, &parsed, JSON_ROOT, a, w);
    buf_free(&b);
    return ok;
}
