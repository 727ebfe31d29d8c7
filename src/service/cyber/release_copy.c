/* Copies without the parts that are marked stricter: only of own objects, only when a person asks for it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/release_internal.h"

enum { OBJECT_MEMORY = 64 << 20, PARTS = 256, NAME = 250, MORE = 1024 };

/* Names of top-level properties that are left out. */
struct parts {
    struct span name[PARTS];
    size_t n;
};

static bool has(const struct parts *p, struct span name)
{
    for (size_t i = 0; i < p->n; i++)
        if (span_eq(p->name[i], name))
            return true;
    return false;
}

/* "description", "labels.[0]", "external_references.[1].url": the first name. */
static struct span first_name(struct span selector)
{
    size_t n = 0;

    while (n < selector.n && selector.p[n] != '.' && selector.p[n] != '[')
        n++;
    return span_sub(selector, 0, n);
}

static enum tlp level_of(struct span ref, stix_marking_look look, void *ctx)
{
    struct stix_marking m = { .kind = STIX_MARKING_UNKNOWN };
    struct stix_id id;
    unsigned version;
    enum tlp t;

    if (!stix_id_read(ref, &id))
        return TLP_RED;
    if (stix_tlp_of(&id.uuid, &t, &version))
        return t;
    if (!look || !look(ctx, &id.uuid, &m) || m.kind == STIX_MARKING_UNKNOWN)
        return TLP_RED;
    return m.kind == STIX_MARKING_TLP ? m.tlp : TLP_CLEAR;
}

/* The level of a granular marking; of one that only says a language: clear. */
static enum tlp granular_level(const struct json *j, json_ref item, stix_marking_look look, void *ctx,
                               struct arena *a)
{
    json_ref ref = json_member(j, item, "marking_ref");
    struct span s = { NULL, 0 };

    if (ref == JSON_NONE)
        return TLP_CLEAR;
    return json_text_of(j, ref, a, &s) ? level_of(s, look, ctx) : TLP_RED;
}

static bool find_parts(const struct stix_object *o, enum tlp most, stix_marking_look look, void *ctx,
                       struct arena *a, struct parts *p)
{
    const struct json *j = &o->json;

    for (json_ref g = json_first(j, o->granular); g != JSON_NONE; g = json_after(j, o->granular, g)) {
        json_ref list = json_member(j, g, "selectors");

        if (granular_level(j, g, look, ctx, a) <= most)
            continue;
        for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
            struct span s = { NULL, 0 };

            if (p->n == PARTS || !json_text_of(j, v, a, &s))
                return false;
            p->name[p->n++] = first_name(s);
        }
    }
    return true;
}

static bool whole(const struct stix_object *o, enum tlp most, stix_marking_look look, void *ctx,
                  struct arena *a)
{
    const struct json *j = &o->json;

    for (json_ref v = json_first(j, o->markings); v != JSON_NONE; v = json_after(j, o->markings, v)) {
        struct span s = { NULL, 0 };

        if (!json_text_of(j, v, a, &s) || level_of(s, look, ctx) > most)
            return true;
    }
    return false;
}

/* Granular markings of what is left. */
static void put_granular(const struct stix_object *o, const struct parts *p, struct arena *a,
                         struct buffer *b, bool *first)
{
    const struct json *j = &o->json;
    bool begun = false;

    for (json_ref g = json_first(j, o->granular); g != JSON_NONE; g = json_after(j, o->granular, g)) {
        json_ref list = json_member(j, g, "selectors");
        bool gone = false;

        for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
            struct span s = { NULL, 0 };

            gone = gone || !json_text_of(j, v, a, &s) || has(p, first_name(s));
        }
        if (gone)
            continue;
        if (!begun)
            buf_str(b, *first ? "\"granular_markings\":[" : ",\"granular_markings\":[");
        else
            buf_u8(b, ',');
        begun = true;
        *first = false;
        buf_put(b, json_source(j, g));
    }
    if (begun)
        buf_u8(b, ']');
}

static void put_copy(const struct stix_object *o, const struct parts *p, const struct stix_uuid *id,
                     int64_t micros, struct arena *a, struct buffer *b)
{
    const struct json *j = &o->json;
    char time[STIX_TIME_TEXT], uuid[STIX_UUID_TEXT];
    bool first = true;

    buf_u8(b, '{');
    for (json_ref k = json_first(j, JSON_ROOT); k != JSON_NONE; k = json_after(j, JSON_ROOT, k)) {
        struct span name = { NULL, 0 };

        if (!json_text_of(j, k, a, &name) || has(p, name) || span_eq_str(name, "granular_markings"))
            continue;
        if (!first)
            buf_u8(b, ',');
        first = false;
        buf_put(b, json_source(j, k));
        buf_u8(b, ':');
        if (span_eq_str(name, "id"))
            buf_printf(b, "\"%.*s--%s\"", (int)o->type.n, (const char *)o->type.p, stix_uuid_text(id, uuid));
        else if (span_eq_str(name, "created") || span_eq_str(name, "modified"))
            buf_printf(b, "\"%s\"", stix_time_text(micros, time));
        else
            buf_put(b, json_source(j, json_value_of(j, k)));
    }
    put_granular(o, p, a, b, &first);
    buf_u8(b, '}');
}

bool cyber_redacted_copy(struct span object, enum tlp most, const struct stix_uuid *id, int64_t micros,
                         stix_marking_look look, void *ctx, struct arena *a, struct buffer *out,
                         struct why *w)
{
    static const struct stix_how how = { .any_pattern = true };
    struct parts *p = arena_alloc(a, sizeof *p);
    struct stix_object o, copy;
    size_t before = out->n;
    struct why bad = { 0 };

    if (!p || !stix_read(object, &how, a, &o, NULL, w))
        return p ? false : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    p->n = 0;
    if (!o.modified.set)
        return why_set(w, "unversioned", WHY_NO_OFFSET, "STIX 2.1 3.4",
                       "the id of an object of this type says what is in it");
    if (whole(&o, most, look, ctx, a))
        return why_set(w, "whole", WHY_NO_OFFSET, NULL, "the object as a whole is marked stricter");
    if (!find_parts(&o, most, look, ctx, a, p))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d parts", PARTS);
    if (!p->n)
        return why_set(w, "nothing", WHY_NO_OFFSET, NULL, "no part of it is marked stricter");
    put_copy(&o, p, id, micros, a, out);
    if (buf_ok(out) && stix_read(span_sub(buf_span(out), before, out->n), &how, a, &copy, NULL, &bad))
        return true;
    if (buf_ok(out))
        out->n = before;
    return why_set(w, "required", WHY_NO_OFFSET, NULL, "without these parts it is no object: %.120s",
                   bad.reason ? bad.detail : "no memory left for this");
}

/* ---- on demand ---- */

struct copying {
    struct release_plan *p;
    enum tlp most;
    struct arena *arena;
    struct json_writer *j;
};

static bool store_one(const struct cyber_desk *d, const struct object_row *like, struct span text,
                      struct arena *a, struct why *w)
{
    static const struct stix_how how = { .any_pattern = true };
    struct object_new n = { .text = text };
    struct stix_marks marks;
    struct cyber_law law;
    struct stix_object o;

    if (!stix_read(text, &how, a, &o, NULL, w))
        return false;
    if (!object_new_of(&o, &n))
        return why_set(w, "version", WHY_NO_OFFSET, NULL, "%s", object_outcome_say(n.outcome));
    stix_marks_of(&o, cyber_marking_look, d->objects, &marks);
    law = (struct cyber_law){ .self = like->label.owner, .unmarked = like->label.tlp };
    n.text = text;
    n.type = o.type;
    n.row.label = cyber_label_own(&law, &marks);
    n.row.origin = CYBER_NO_PLACE;
    return object_store_add(d->objects, like->collection, &n, 1, w) &&
           (n.outcome == OBJECT_ADDED || why_set(w, object_outcome_word(n.outcome), WHY_NO_OFFSET, NULL, "%s",
                                                 object_outcome_say(n.outcome)));
}

/* The copy says where it comes from (STIX 2.1 3.6, derived-from). */
static bool derived(const struct copying *c, const struct object_row *row, const char *from, const char *to,
                    int64_t micros, struct buffer *b)
{
    char uuid[STIX_UUID_TEXT], id[STIX_ID_TEXT], creator[STIX_ID_TEXT], time[STIX_TIME_TEXT];
    struct json_writer j = json_to(b);
    struct stix_uuid u;
    uint8_t random[16];

    c->p->desk->random(random, sizeof random);
    stix_uuid_v4(random, &u);
    (void)snprintf(id, sizeof id, "relationship--%s", stix_uuid_text(&u, uuid));
    (void)snprintf(creator, sizeof creator, "identity--%s", stix_uuid_text(&row->creator, uuid));
    jw_object(&j, NULL);
    jw_str(&j, "type", "relationship");
    jw_str(&j, "spec_version", "2.1");
    jw_str(&j, "id", id);
    if (row->flags & OBJECT_HAS_CREATOR)
        jw_str(&j, "created_by_ref", creator);
    jw_str(&j, "created", stix_time_text(micros, time));
    jw_str(&j, "modified", time);
    jw_str(&j, "relationship_type", "derived-from");
    jw_str(&j, "source_ref", from);
    jw_str(&j, "target_ref", to);
    jw_array(&j, "object_marking_refs");
    jw_str(&j, NULL, stix_tlp_id(c->most));
    jw_array_end(&j);
    jw_object_end(&j);
    return buf_ok(b);
}

static bool copy_one(const struct copying *c, const struct stix_id *id, struct why *w)
{
    const struct cyber_desk *d = c->p->desk;
    int64_t micros = (int64_t)c->p->now * 1000000;
    char from[STIX_ID_TEXT], to[STIX_ID_TEXT], uuid[STIX_UUID_TEXT];
    struct object_row row;
    struct buffer copy, relation;
    struct stix_uuid new;
    uint64_t sequence;
    uint8_t random[16], *text;
    bool ok;

    arena_reset(c->arena);
    if (!cyber_newest(d->objects, c->p->ask->collection, id, &sequence, &row))
        return why_set(w, "nothing", WHY_NO_OFFSET, NULL, "there is no such object");
    if (!release_readable(c->p, &row.label)) {
        release_hide(c->p, id);
        return why_set(w, "nothing", WHY_NO_OFFSET, NULL, "there is no such object");
    }
    if (row.label.owner != c->p->law.self)
        return why_set(w, "owner", WHY_NO_OFFSET, NULL,
                       "it belongs to another member, which alone makes copies without parts of it");
    text = arena_alloc(c->arena, (size_t)row.n + 1);
    if (!text)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    d->random(random, sizeof random);
    stix_uuid_v4(random, &new);
    buf_init(&copy, (size_t)row.n + MORE);
    buf_init(&relation, 4 * MORE);
    (void)object_id_text(d->objects, &row, to);
    (void)snprintf(from, sizeof from, "%.*s--%s", (int)id->type.n, (const char *)id->type.p,
                   stix_uuid_text(&new, uuid));
    ok = object_store_bytes(d->objects, &sequence, 1, text, row.n, w) &&
         cyber_redacted_copy(span_of(text, row.n), c->most, &new, micros, cyber_marking_look, d->objects,
                             c->arena, &copy, w) &&
         derived(c, &row, from, to, micros, &relation) && store_one(d, &row, buf_span(&copy), c->arena, w) &&
         store_one(d, &row, buf_span(&relation), c->arena, w);
    if (ok) {
        jw_object(c->j, NULL);
        jw_str(c->j, "object", to);
        jw_str(c->j, "copy", from);
        jw_object_end(c->j);
    }
    buf_free(&relation);
    buf_free(&copy);
    return ok;
}

static bool read_most(struct span json, struct arena *a, enum tlp *out, struct why *w)
{
    struct span s = { NULL, 0 };
    struct json j;

    return json_parse(json, a, &j, w) &&
           ((json_text_of(&j, json_member(&j, JSON_ROOT, "most"), a, &s) && sharing_tlp_of(s, out)) ||
            why_set(w, "request", WHY_NO_OFFSET, NULL,
                    "\"most\" is the strictest marking that stays: clear, green, amber or amber-strict"));
}

bool cyber_copy(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct arena scratch;
    struct release_ask ask;
    struct release_plan p;
    struct copying c = { .p = &p, .arena = &scratch, .j = &j };
    struct why unsaid = { 0 };
    char id[RELEASE_ID];
    bool ok;

    if (!release_read(d, json, now, false, a, &ask, &p, w) || !read_most(json, a, &c.most, w))
        return false;
    if (!ask.n_ids)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say which objects: \"ids\"");
    release_new_id(d, 'C', id);
    arena_init(&scratch, OBJECT_MEMORY);
    jw_object(&j, NULL);
    release_terms(&p, id, &j);
    jw_array(&j, "copies");
    ok = true;
    for (size_t i = 0; ok && i < ask.n_ids; i++)
        ok = copy_one(&c, &ask.id[i], w);
    jw_array_end(&j);
    jw_object_end(&j);
    arena_free(&scratch);
    if (!ok && !release_write_hidden(&p, "copy", &unsaid))
        return false;
    return ok && release_write(&p, id, "copy", SPAN("self"), buf_span(out), w);
}
