#include "stix/write.h"

#include "wire/json_write.h"

/* An object under way. */
struct putting {
    struct buffer *out;
    struct json_writer w;
    size_t from; /* where it begins in out */
};

static void text(struct putting *p, const char *key, struct span s)
{
    if (s.n)
        jw_text(&p->w, key, s);
}

static void texts(struct putting *p, const char *key, const struct span *s, size_t n)
{
    if (!n)
        return;
    jw_array(&p->w, key);
    for (size_t i = 0; i < n; i++)
        jw_text(&p->w, NULL, s[i]);
    jw_array_end(&p->w);
}

static void when(struct putting *p, const char *key, int64_t micros)
{
    char t[STIX_TIME_TEXT];

    if (micros)
        jw_str(&p->w, key, stix_time_text(micros, t));
}

/* type, spec_version, id, created_by_ref, created, modified: in front of all else (3.2). */
static struct putting begin(struct buffer *out, const struct stix_head *h)
{
    struct putting p = { .out = out, .w = json_to(out), .from = out->n };
    char t[STIX_TIME_TEXT];
    struct stix_id id;

    jw_object(&p.w, NULL);
    jw_text(&p.w, "type", stix_id_read(h->id, &id) ? id.type : SPAN("?"));
    jw_str(&p.w, "spec_version", "2.1");
    jw_text(&p.w, "id", h->id);
    text(&p, "created_by_ref", h->creator);
    jw_str(&p.w, "created", stix_time_text(h->created, t));
    jw_str(&p.w, "modified", stix_time_text(h->modified, t));
    return p;
}

/* The other common properties, and the end; then the object is read as one of a stranger. */
static bool end(struct putting *p, const struct stix_head *h, struct arena *scratch, struct why *w)
{
    static const struct stix_how how = { .strict = false };
    struct stix_object o;

    if (h->revoked)
        jw_bool(&p->w, "revoked", true);
    texts(p, "labels", h->labels, h->labels_n);
    if (h->confidence >= 0)
        jw_int(&p->w, "confidence", h->confidence);
    text(p, "lang", h->lang);
    if (h->marked || h->marks_n) {
        jw_array(&p->w, "object_marking_refs");
        if (h->marked)
            jw_str(&p->w, NULL, stix_tlp_id(h->tlp));
        for (size_t i = 0; i < h->marks_n; i++)
            jw_text(&p->w, NULL, h->marks[i]);
        jw_array_end(&p->w);
    }
    jw_object_end(&p->w);
    if (!buf_ok(p->out))
        return why_set(w, "too-large", WHY_NO_OFFSET, "STIX 2.1 3", "the object does not fit");
    if (stix_read(span_of(p->out->p + p->from, p->out->n - p->from), &how, scratch, &o, NULL, w))
        return true;
    p->out->n = p->from;
    return false;
}

static void external(struct putting *p, const struct stix_external *e, size_t n)
{
    if (!n)
        return;
    jw_array(&p->w, "external_references");
    for (size_t i = 0; i < n; i++) {
        jw_object(&p->w, NULL);
        text(p, "source_name", e[i].source_name);
        text(p, "description", e[i].description);
        text(p, "url", e[i].url);
        text(p, "external_id", e[i].external_id);
        jw_object_end(&p->w);
    }
    jw_array_end(&p->w);
}

bool stix_put_indicator(struct buffer *out, const struct stix_head *h, const struct stix_indicator_text *t,
                        struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "name", t->name);
    text(&p, "description", t->description);
    texts(&p, "indicator_types", t->types, t->types_n);
    text(&p, "pattern", t->pattern);
    jw_text(&p.w, "pattern_type", t->pattern_type.n ? t->pattern_type : SPAN("stix"));
    when(&p, "valid_from", t->valid_from);
    when(&p, "valid_until", t->valid_until);
    external(&p, t->external, t->external_n);
    return end(&p, h, scratch, w);
}

bool stix_put_sighting(struct buffer *out, const struct stix_head *h, const struct stix_sighting_text *t,
                       struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "description", t->description);
    when(&p, "first_seen", t->first_seen);
    when(&p, "last_seen", t->last_seen);
    if (t->count >= 0)
        jw_int(&p.w, "count", t->count);
    text(&p, "sighting_of_ref", t->sighting_of);
    texts(&p, "observed_data_refs", t->observed, t->observed_n);
    texts(&p, "where_sighted_refs", t->where, t->where_n);
    if (t->summary)
        jw_bool(&p.w, "summary", true);
    return end(&p, h, scratch, w);
}

bool stix_put_identity(struct buffer *out, const struct stix_head *h, const struct stix_identity_text *t,
                       struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "name", t->name);
    text(&p, "description", t->description);
    text(&p, "identity_class", t->identity_class);
    texts(&p, "sectors", t->sectors, t->sectors_n);
    text(&p, "contact_information", t->contact);
    return end(&p, h, scratch, w);
}

bool stix_put_note(struct buffer *out, const struct stix_head *h, const struct stix_note_text *t,
                   struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "abstract", t->summary);
    text(&p, "content", t->content);
    texts(&p, "authors", t->authors, t->authors_n);
    texts(&p, "object_refs", t->objects, t->objects_n);
    return end(&p, h, scratch, w);
}

bool stix_put_opinion(struct buffer *out, const struct stix_head *h, const struct stix_note_text *t,
                      struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "explanation", t->content);
    texts(&p, "authors", t->authors, t->authors_n);
    text(&p, "opinion", t->summary);
    texts(&p, "object_refs", t->objects, t->objects_n);
    return end(&p, h, scratch, w);
}

bool stix_put_report(struct buffer *out, const struct stix_head *h, const struct stix_report_text *t,
                     struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "name", t->name);
    text(&p, "description", t->description);
    texts(&p, "report_types", t->types, t->types_n);
    when(&p, "published", t->published);
    texts(&p, "object_refs", t->objects, t->objects_n);
    return end(&p, h, scratch, w);
}

bool stix_put_relationship(struct buffer *out, const struct stix_head *h, const struct stix_relation_text *t,
                           struct arena *scratch, struct why *w)
{
    struct putting p = begin(out, h);

    text(&p, "relationship_type", t->relationship_type);
    text(&p, "description", t->description);
    text(&p, "source_ref", t->source);
    text(&p, "target_ref", t->target);
    return end(&p, h, scratch, w);
}
