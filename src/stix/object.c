#include "stix/object.h"

#include "base/text.h"
#include "stix/check.h"

/* 2.9, 3.4: what the version of a UUID has to be. */
static void check_uuid(struct stix_check *c, const struct stix_object *o)
{
    static const char may_be_bare[] =
        "|artifact|email-message|user-account|windows-registry-key|x509-certificate|";
    unsigned version = stix_uuid_version(&o->uuid);
    json_ref at = c->slot[SLOT_ID];
    enum stix_derived derived;
    struct stix_uuid right;

    if (o->class != STIX_SCO) {
        if (c->how->strict && version != 4 && o->class != STIX_CUSTOM)
            stix_broken(c, STIX_SHOULD, "uuid-version", "STIX 2.1 2.9", at, "the UUID is not of version 4");
        return;
    }
    if (span_eq(o->type, SPAN("process"))) {
        if (version != 4)
            stix_broken(c, STIX_MUST, "uuid-version", "STIX 2.1 6.13", at,
                        "the UUID of a process is of version 4");
        return;
    }
    if (c->how->strict ? c->how->no_sco_check : version == 4 || !stix_word_in(may_be_bare, o->type))
        return;
    derived = stix_sco_id(c->json, c->object, o->type, c->a, &right, NULL);
    if (derived == STIX_DERIVED_NONE && version != 4)
        stix_broken(c, STIX_MUST, "uuid-version", "STIX 2.1 2.9", at,
                    "no property contributes to the id: its UUID is of version 4");
    else if (derived == STIX_DERIVED && c->how->strict && version != 5)
        stix_broken(c, STIX_SHOULD, "uuid-version", "STIX 2.1 2.9", at,
                    "the UUID of an observable should be of version 5");
    else if (derived == STIX_DERIVED && c->how->strict && !stix_uuid_eq(&right, &o->uuid))
        stix_broken(c, STIX_NOTE, "derived-id", "STIX 2.1 2.9", at,
                    "the id is not the one that the contributing properties give");
}

static void slot_time(struct stix_check *c, enum stix_slot slot, struct stix_time *out)
{
    struct span s;

    if (stix_text(c, c->slot[slot], &s))
        (void)!stix_time_read(s, out);
}

static void slot_text(struct stix_check *c, enum stix_slot slot, struct span *out)
{
    (void)!stix_text(c, c->slot[slot], out);
}

/* What was checked, taken out. */
static void fill(struct stix_check *c, struct stix_object *o)
{
    struct stix_id id;
    struct span s;
    int64_t n;

    o->v20 = c->v20;
    slot_text(c, SLOT_SPEC_VERSION, &o->spec_version);
    if (o->spec_version.n == 0)
        o->spec_version = c->v20 ? SPAN("2.0") : SPAN("2.1");
    slot_time(c, SLOT_CREATED, &o->created);
    slot_time(c, SLOT_MODIFIED, &o->modified);
    slot_time(c, SLOT_VALID_FROM, &o->valid_from);
    slot_time(c, SLOT_VALID_UNTIL, &o->valid_until);
    o->revoked = json_is(c->json, c->slot[SLOT_REVOKED], JSON_KIND_TRUE);
    o->has_creator = stix_text(c, c->slot[SLOT_CREATOR], &s) && stix_id_read(s, &id);
    if (o->has_creator)
        o->creator = id.uuid;
    if (c->slot[SLOT_CONFIDENCE] != JSON_NONE && json_int64(c->json, c->slot[SLOT_CONFIDENCE], &n))
        o->confidence = (int)n;
    o->labels = c->slot[SLOT_LABELS];
    o->markings = c->slot[SLOT_MARKINGS];
    o->granular = c->slot[SLOT_GRANULAR];
    o->extensions = c->slot[SLOT_EXTENSIONS];
    o->external_references = c->slot[SLOT_EXTERNAL];
    slot_text(c, SLOT_PATTERN, &o->pattern);
    slot_text(c, SLOT_PATTERN_TYPE, &o->pattern_type);
    if (o->pattern.p && !o->pattern_type.p && c->v20)
        o->pattern_type = SPAN("stix");
    slot_text(c, SLOT_RELATIONSHIP_TYPE, &o->relationship_type);
    o->source_ref = c->slot[SLOT_SOURCE];
    o->target_ref = c->slot[SLOT_TARGET];
    o->sighting_of_ref = c->slot[SLOT_SIGHTING_OF];
}

/* The rules for this object. */
static const struct stix_table *table_for(struct stix_check *c, struct span type, enum stix_class *class)
{
    const struct stix_table *t = stix_table_of(type);

    if (t) {
        *class = (enum stix_class)t->class;
        return t;
    }
    *class = STIX_CUSTOM;
    if (json_member(c->json, c->object, "created") == JSON_NONE &&
        json_member(c->json, c->object, "modified") == JSON_NONE)
        return &stix_custom_observable;
    return &stix_custom_object;
}

static void check_head(struct stix_check *c, struct stix_object *o)
{
    struct stix_id id;

    if (!o->id.p || !stix_id_read(o->id, &id))
        return; /* a finding of its row */
    stix_enter(c, SPAN("id"), SIZE_MAX);
    o->uuid = id.uuid;
    if (span_eq(id.type, o->type))
        check_uuid(c, o);
    else
        stix_broken(c, STIX_MUST, "identifier", "STIX 2.1 2.9", c->slot[SLOT_ID],
                    "the id begins with another type than the object's");
    stix_leave(c);
}

bool stix_read_value(const struct json *j, json_ref v, const struct stix_how *how, struct arena *a,
                     struct stix_object *out, struct stix_findings *f, struct why *w)
{
    struct stix_check c = {
        .json = j, .how = how, .a = a, .f = f, .w = w, .object = v, .observables = JSON_NONE
    };
    json_ref spec;

    *out = (struct stix_object){ .text = json_source(j, v), .json = *j, .at = v, .confidence = -1 };
    for (size_t i = 0; i < SLOTS; i++)
        c.slot[i] = JSON_NONE;
    if (!json_is(j, v, JSON_KIND_OBJECT)) {
        stix_broken(&c, STIX_MUST, "wrong-type", "STIX 2.1 3", v, "an object is expected");
        return false;
    }
    (void)!stix_text(&c, json_member(j, v, "id"), &out->id);
    if (!stix_text(&c, json_member(j, v, "type"), &out->type)) {
        stix_broken(&c, STIX_MUST, "missing", "STIX 2.1 3.2", v, "an object without type");
        return false;
    }
    c.table = table_for(&c, out->type, &out->class);
    spec = json_member(j, v, "spec_version");
    c.v20 = spec == JSON_NONE ? how->v20 && c.table->common != stix_sco_common : json_text_is(j, spec, "2.0");
    if (out->class == STIX_CUSTOM && (!stix_type_name(out->type) || span_eq(out->type, SPAN("action"))))
        stix_broken(&c, STIX_MUST, "type", "STIX 2.1 3.1", json_member(j, v, "type"),
                    "a type's name has 3 to 250 of a-z, 0-9 and single hyphens, and is not action");
    stix_check_table(&c, c.table, v, true);
    check_head(&c, out);
    if (how->strict)
        stix_check_should(&c, v);
    if (c.broken)
        return false;
    fill(&c, out);
    return true;
}

bool stix_read(struct span text, const struct stix_how *how, struct arena *a, struct stix_object *out,
               struct stix_findings *f, struct why *w)
{
    struct json none = { text, NULL, 0 }, j;
    struct stix_check c = { .json = &none, .f = f };
    struct why bad = { 0 };

    if (json_parse(text, a, &j, &bad))
        return stix_read_value(&j, JSON_ROOT, how, a, out, f, w);
    *out = (struct stix_object){ .text = text, .json = none, .confidence = -1 };
    stix_broken(&c, STIX_MUST, bad.reason, bad.clause, JSON_NONE, "%s", bad.detail);
    if (f && f->n)
        f->item[f->n - 1].why.offset = bad.offset;
    return why_set(w, bad.reason, bad.offset, bad.clause, "%s", bad.detail);
}

static bool ends_in(struct span s, struct span end)
{
    return s.n > end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

static struct span raw(const struct json *j, json_ref v)
{
    return span_of(j->text.p + j->node[v].at, j->node[v].len);
}

/* A string is a member's name when a colon follows: behind a value stands a comma or a bracket. */
static bool is_name(const struct json *j, json_ref v)
{
    const uint8_t *p = j->text.p + j->node[v].at + j->node[v].len + 1, *end = j->text.p + j->text.n;

    while (p < end && ascii_space(*p))
        p++;
    return p < end && *p == ':';
}

bool stix_reference_next(struct stix_references *r, struct stix_reference *out)
{
    const struct json *j = &r->object->json;
    json_ref end = j->n ? j->node[r->object->at].next : 0;

    while (++r->at < end) {
        struct span s = raw(j, r->at);

        if (j->node[r->at].kind != JSON_KIND_STRING)
            continue;
        if (r->at < r->list_end) {
            *out = (struct stix_reference){ r->property, s, json_offset(j, r->at) };
            return true;
        }
        if ((!ends_in(s, SPAN("_ref")) && !ends_in(s, SPAN("_refs"))) || !is_name(j, r->at))
            continue;
        r->property = s;
        r->list_end = j->node[r->at + 1].kind == JSON_KIND_OBJECT ? 0 : j->node[r->at + 1].next;
    }
    return false;
}
