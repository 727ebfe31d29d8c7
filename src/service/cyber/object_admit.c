#include "service/cyber/object_admit.h"

#include "stix/exercise.h"

static bool is_v20(const struct json *j, json_ref v, bool v20)
{
    json_ref spec = json_member(j, v, "spec_version");

    return spec == JSON_NONE ? v20 : json_text_is(j, spec, "2.0");
}

static bool harmless(const struct why *w, enum stix_class class, bool old)
{
    if (class == STIX_SCO)
        return strcmp(w->reason, "one-of") == 0 || strcmp(w->reason, "uuid-version") == 0;
    return old && strcmp(w->reason, "missing") == 0;
}

static bool all_harmless(const struct stix_findings *f, enum stix_class class, bool old)
{
    size_t must = 0;

    for (size_t i = 0; i < f->n; i++) {
        if (f->item[i].level != STIX_MUST)
            continue;
        if (!harmless(&f->item[i].why, class, old))
            return false;
        must++;
    }
    return must > 0 && must == f->must;
}

static bool time_of(const struct json *j, const char *name, struct arena *a, struct stix_time *out)
{
    json_ref v = json_member(j, JSON_ROOT, name);
    struct span text = { 0 };

    *out = (struct stix_time){ 0 };
    return v == JSON_NONE || (json_text_of(j, v, a, &text) && stix_time_read(text, out));
}

/* What the store needs of an object that is incomplete. */
static bool read_rest(struct span text, bool old, struct arena *a, struct stix_object *o)
{
    struct span id = { 0 }, creator = { 0 };
    struct stix_id read, by;
    struct json j;
    json_ref of;

    if (!json_parse(text, a, &j, NULL) || !json_text_of(&j, json_member(&j, JSON_ROOT, "id"), a, &id) ||
        !stix_id_read(id, &read) || !time_of(&j, "created", a, &o->created) ||
        !time_of(&j, "modified", a, &o->modified))
        return false;
    if (o->class != STIX_SCO && !o->created.set)
        return false;
    o->text = text;
    o->json = j;
    o->id = id;
    o->type = read.type;
    o->uuid = read.uuid;
    o->v20 = old;
    o->revoked = json_is(&j, json_member(&j, JSON_ROOT, "revoked"), JSON_KIND_TRUE);
    o->markings = json_member(&j, JSON_ROOT, "object_marking_refs");
    o->granular = json_member(&j, JSON_ROOT, "granular_markings");
    of = json_member(&j, JSON_ROOT, "created_by_ref");
    o->has_creator = of != JSON_NONE;
    if (of == JSON_NONE)
        return true;
    if (!json_text_of(&j, of, a, &creator) || !stix_id_read(creator, &by))
        return false;
    o->creator = by.uuid;
    return true;
}

static bool admit(const struct json *j, json_ref v, bool v20, struct arena *a, struct stix_object *out,
                  struct why *w)
{
    const struct stix_how how = { .v20 = v20 };
    struct stix_findings f;
    struct why first = { 0 };
    bool old;

    if (stix_read_value(j, v, &how, a, out, NULL, w))
        return true;
    if (!w || !w->reason || !json_is(j, v, JSON_KIND_OBJECT))
        return false;
    old = is_v20(j, v, v20);
    if (!harmless(w, out->class, old))
        return false;
    stix_findings_init(&f); /* the common case needs none */
    if (stix_read_value(j, v, &how, a, out, &f, &first) || !all_harmless(&f, out->class, old) ||
        !read_rest(json_source(j, v), old, a, out))
        return false;
    why_clear(w);
    return true;
}

bool object_admit(const struct json *j, json_ref v, bool v20, struct arena *a, struct stix_object *out,
                  struct why *w)
{
    enum stix_exercise e;

    if (!admit(j, v, v20, a, out, w))
        return false;
    e = stix_exercise_of(out);
    return e == STIX_REAL ||
           why_set(w, stix_exercise_word(e), json_offset(j, v), "doc/drills.md", "%s", stix_exercise_say(e));
}
