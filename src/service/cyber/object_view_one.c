/* One object with its versions, what marks it, and what stands one step from it. */
#include "base/limits.h"
#include "service/cyber/object_view_internal.h"

enum { VERSIONS = 200, NEIGHBOURS = 200, TEXT = 1000 };

/* The newest version among records of one object; of equal ones the last that came. */
static uint64_t newest_of(const struct object_view *v, const struct object_page *p)
{
    struct object_row best = { 0 }, r;
    uint64_t at = 0;

    for (size_t i = 0; i < p->n; i++) {
        if (!object_store_row(v->objects, p->sequence[i], &r))
            continue;
        if (at &&
            (r.version < best.version || (r.version == best.version && r.version_rest < best.version_rest)))
            continue;
        best = r;
        at = p->sequence[i];
    }
    return at;
}

static uint64_t find_newest(const struct object_view *v, const struct stix_id *id, struct object_page *p)
{
    const struct object_query q = { .collection = OBJECT_ANY,
                                    .may = object_view_may,
                                    .ctx = (void *)(uintptr_t)v,
                                    .id = id,
                                    .n_ids = 1,
                                    .versions = OBJECT_ALL };

    object_store_find(v->objects, &q, p);
    return newest_of(v, p);
}

static void say_versions(const struct object_view *v, const struct object_page *p, struct json_writer *j)
{
    char time[OBJECT_TIME_TEXT];
    struct object_row r;

    jw_array(j, "versions");
    for (size_t i = p->n; i > 0 && p->n - i < VERSIONS; i--) {
        if (!object_store_row(v->objects, p->sequence[i - 1], &r))
            continue;
        jw_object(j, NULL);
        jw_str(j, "version", object_version_text(&r, time));
        jw_str(j, "added", object_date_text(r.date_added, time));
        jw_bool(j, "revoked", (r.flags & OBJECT_IS_REVOKED) != 0);
        jw_str(j, "from", r.origin < v->places->n ? v->places->member[r.origin] : NULL);
        object_view_label(v, &r.label, j, "label");
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool text_of(struct object_look *l, json_ref at, const char *name, struct span *out)
{
    return json_text_of(&l->json, json_member(&l->json, at, name), &l->arena, out) && out->n <= TEXT;
}

/* The newest of it that the reader may see, in l. */
static bool look_up(struct object_look *l, struct span text)
{
    struct object_page p = { 0 };
    struct stix_id id;
    struct why w = { 0 };
    uint64_t at = 0;
    bool there = false;

    if (stix_id_read(text, &id))
        at = find_newest(l->v, &id, &p);
    object_page_free(&p);
    return at && object_look_read(l, at, &there, &w) && there && object_look_parse(l, &w);
}

static void say_marking(const struct object_view *v, struct span text, struct json_writer *j)
{
    struct object_look l;
    struct span statement;
    struct stix_id id;
    unsigned version;
    enum tlp t;

    jw_object(j, NULL);
    jw_text(j, "id", text);
    if (stix_id_read(text, &id) && stix_tlp_of(&id.uuid, &t, &version)) {
        jw_str(j, "tlp", tlp_word(TLP_STIX, t));
    } else {
        object_look_init(&l, v);
        if (look_up(&l, text) &&
            text_of(&l, json_member(&l.json, JSON_ROOT, "definition"), "statement", &statement))
            jw_text(j, "statement", statement);
        object_look_free(&l);
    }
    jw_object_end(j);
}

static void say_markings(struct object_look *l, struct json_writer *j)
{
    json_ref refs = json_member(&l->json, JSON_ROOT, "object_marking_refs");
    json_ref parts = json_member(&l->json, JSON_ROOT, "granular_markings");
    struct span s;

    jw_array(j, "markings");
    for (json_ref i = json_first(&l->json, refs); i != JSON_NONE; i = json_after(&l->json, refs, i))
        if (json_text_of(&l->json, i, &l->arena, &s))
            say_marking(l->v, s, j);
    jw_array_end(j);
    jw_array(j, "parts");
    for (json_ref i = json_first(&l->json, parts); i != JSON_NONE; i = json_after(&l->json, parts, i)) {
        if (!text_of(l, i, "marking_ref", &s))
            continue;
        jw_object(j, NULL);
        jw_array(j, "marking");
        say_marking(l->v, s, j);
        jw_array_end(j);
        jw_raw(j, "selectors", json_source(&l->json, json_member(&l->json, i, "selectors")));
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* ---- what it names ---- */

/* Names with one or with many ids (3.1), but markings, which are said apart. */
static bool names_ids(struct span name)
{
    return ((name.n > 4 && memcmp(name.p + name.n - 4, "_ref", 4) == 0) ||
            (name.n > 5 && memcmp(name.p + name.n - 5, "_refs", 5) == 0)) &&
           !span_eq_str(name, "object_marking_refs");
}

static void say_other(const struct object_view *v, struct span id, struct json_writer *j)
{
    struct object_look l;

    object_look_init(&l, v);
    jw_text(j, "id", id);
    if (look_up(&l, id)) {
        jw_text(j, "name", object_look_name(&l));
        object_view_label(v, &l.row.label, j, "label");
    }
    object_look_free(&l);
}

struct step {
    struct json_writer *j;
    size_t n;
};

static void say_named(struct object_look *l, struct span by, json_ref at, struct step *x)
{
    struct span id;

    if (x->n == NEIGHBOURS || !json_text_of(&l->json, at, &l->arena, &id))
        return;
    x->n++;
    jw_object(x->j, NULL);
    jw_text(x->j, "by", by);
    say_other(l->v, id, x->j);
    jw_object_end(x->j);
}

static void say_names(struct object_look *l, struct json_writer *j)
{
    struct step x = { .j = j };
    struct span by;

    jw_array(j, "names");
    for (json_ref k = json_first(&l->json, JSON_ROOT); k != JSON_NONE;
         k = json_after(&l->json, JSON_ROOT, k)) {
        json_ref at = json_value_of(&l->json, k);

        if (!json_text_of(&l->json, k, &l->arena, &by) || !names_ids(by))
            continue;
        if (json_is(&l->json, at, JSON_KIND_STRING))
            say_named(l, by, at, &x);
        for (json_ref i = json_first(&l->json, at); json_is(&l->json, at, JSON_KIND_ARRAY) && i != JSON_NONE;
             i = json_after(&l->json, at, i))
            say_named(l, by, i, &x);
    }
    jw_array_end(j);
}

/* ---- what names it ---- */

/* By which property of the object it is named; empty: by none. */
static struct span named_by(struct object_look *l, const char *id)
{
    struct span by;

    for (json_ref k = json_first(&l->json, JSON_ROOT); k != JSON_NONE;
         k = json_after(&l->json, JSON_ROOT, k)) {
        json_ref at = json_value_of(&l->json, k);

        if (!json_text_of(&l->json, k, &l->arena, &by) || !names_ids(by))
            continue;
        if (json_text_is(&l->json, at, id))
            return by;
        for (json_ref i = json_first(&l->json, at); json_is(&l->json, at, JSON_KIND_ARRAY) && i != JSON_NONE;
             i = json_after(&l->json, at, i))
            if (json_text_is(&l->json, i, id))
                return by;
    }
    return (struct span){ NULL, 0 };
}

/* A relationship leads on to its other end; a sighting says how often and when. */
static void say_relation(struct object_look *l, struct span by, struct json_writer *j)
{
    const char *other = span_eq_str(by, "source_ref") ? "target_ref" : "source_ref";
    struct span s;
    int64_t n;

    if (span_eq_str(object_store_type(l->v->objects, l->row.type), "relationship") &&
        text_of(l, JSON_ROOT, other, &s)) {
        jw_object(j, "other");
        say_other(l->v, s, j);
        jw_object_end(j);
    }
    if (json_int64(&l->json, json_member(&l->json, JSON_ROOT, "count"), &n))
        jw_int(j, "count", n);
    if (text_of(l, JSON_ROOT, "first_seen", &s))
        jw_text(j, "first_seen", s);
    if (text_of(l, JSON_ROOT, "last_seen", &s))
        jw_text(j, "last_seen", s);
}

static bool known(const struct stix_uuid *seen, size_t n, const struct stix_uuid *one)
{
    for (size_t i = 0; i < n; i++)
        if (stix_uuid_eq(&seen[i], one))
            return true;
    return false;
}

/* ---- opinions: each member has one voice, its newest that the reader may see ---- */

enum { SCALE = 5 };
static const char *const scale[SCALE] = { "strongly-disagree", "disagree", "neutral", "agree",
                                          "strongly-agree" };

struct voices {
    uint8_t opinion[CYBER_PLACES]; /* 1 + place in scale; 0: none */
    int64_t version[CYBER_PLACES];
};

static void hear(const struct object_look *l, struct voices *v)
{
    json_ref at = json_member(&l->json, JSON_ROOT, "opinion");
    uint8_t owner = l->row.label.owner;

    if (owner >= CYBER_PLACES || (l->row.flags & OBJECT_IS_REVOKED) ||
        (v->opinion[owner] && l->row.version <= v->version[owner]))
        return;
    for (unsigned i = 0; i < SCALE; i++) {
        if (!json_text_is(&l->json, at, scale[i]))
            continue;
        v->opinion[owner] = (uint8_t)(i + 1);
        v->version[owner] = l->row.version;
    }
}

static void say_voices(const struct object_view *view, const struct voices *v, struct json_writer *j)
{
    int64_t n[SCALE] = { 0 };

    for (size_t m = 0; m < CYBER_PLACES; m++)
        if (v->opinion[m])
            n[v->opinion[m] - 1]++;
    jw_object(j, "opinions");
    jw_object(j, "scale");
    for (size_t i = 0; i < SCALE; i++)
        jw_int(j, scale[i], n[i]);
    jw_object_end(j);
    jw_array(j, "members");
    for (size_t m = 0; m < view->places->n; m++) {
        if (!v->opinion[m])
            continue;
        jw_object(j, NULL);
        jw_str(j, "member", view->places->member[m]);
        jw_str(j, "opinion", scale[v->opinion[m] - 1]);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

static bool say_namer(struct object_look *l, uint64_t sequence, const char *id, struct stix_uuid *seen,
                      struct step *x, struct voices *v, struct why *w)
{
    struct span by;
    bool there;

    if (!object_look_read(l, sequence, &there, w))
        return false;
    if (!there || !memmem(l->text.p, l->text.n, id, strlen(id)) || known(seen, x->n, &l->row.uuid))
        return true;
    if (!object_look_parse(l, w))
        return false;
    by = named_by(l, id);
    if (!by.n)
        return true;
    seen[x->n++] = l->row.uuid;
    if (span_eq_str(object_store_type(l->v->objects, l->row.type), "opinion"))
        hear(l, v);
    jw_object(x->j, NULL);
    jw_text(x->j, "by", by);
    object_look_say(l, x->j);
    say_relation(l, by, x->j);
    jw_object_end(x->j);
    return true;
}

/* Those that the standard lets speak of others, newest first; "whole" says whether all were looked at. */
static bool say_namers(const struct object_view *v, const char *id, struct json_writer *j, struct why *w)
{
    static const struct span types[] = { SPAN("relationship"),  SPAN("sighting"),        SPAN("note"),
                                         SPAN("opinion"),       SPAN("report"),          SPAN("grouping"),
                                         SPAN("observed-data"), SPAN("malware-analysis") };
    const struct object_query q = { .collection = OBJECT_ANY,
                                    .may = object_view_may,
                                    .ctx = (void *)(uintptr_t)v,
                                    .type = types,
                                    .n_types = sizeof types / sizeof *types,
                                    .versions = OBJECT_LAST };
    struct stix_uuid seen[NEIGHBOURS];
    struct object_page page = { 0 };
    struct step x = { .j = j };
    struct voices voices = { 0 };
    struct object_look l;
    size_t looked = 0;
    bool ok = true;

    object_look_init(&l, v);
    object_store_find(v->objects, &q, &page);
    jw_array(j, "named_by");
    while (ok && looked < page.n && looked < LIMIT_CYBER_LOOKED && x.n < NEIGHBOURS)
        ok = say_namer(&l, page.sequence[page.n - ++looked], id, seen, &x, &voices, w);
    jw_array_end(j);
    jw_bool(j, "whole", looked == page.n);
    say_voices(v, &voices, j);
    object_page_free(&page);
    object_look_free(&l);
    return ok;
}

bool object_view_one(const struct object_view *v, const struct stix_id *id, struct json_writer *j,
                     struct why *w)
{
    struct object_page page = { 0 };
    struct object_look l;
    char text[STIX_ID_TEXT];
    uint64_t at = find_newest(v, id, &page);
    bool there = false, ok;

    object_look_init(&l, v);
    ok = at && object_look_read(&l, at, &there, w) && there && object_look_parse(&l, w);
    if (ok) {
        (void)object_id_text(v->objects, &l.row, text);
        object_look_say(&l, j);
        jw_bool(j, "own", l.row.label.owner == v->law.self);
        jw_raw(j, "object", buf_span(&l.text));
        say_markings(&l, j);
        say_versions(v, &page, j);
        say_names(&l, j);
        ok = say_namers(v, text, j, w);
    } else if (!at || !there) {
        (void)why_set(w, "not-found", WHY_NO_OFFSET, NULL, "there is no such object that may be seen here");
    }
    object_look_free(&l);
    object_page_free(&page);
    return ok;
}
