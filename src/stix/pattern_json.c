/* Observations out of JSON (STIX 2.1 4.14, 9.7). */
#include <stdlib.h>

#include "base/text.h"
#include "stix/pattern_code.h"

/* An object by its identifier, or by its key in the deprecated `objects`. */
struct named {
    struct span id;
    json_ref object;
    uint32_t order; /* in the input: of two with one id the later counts */
};

struct root {
    struct named by;
    struct span type;
};

/* What pattern_observation.of points to. */
struct observed {
    const struct json *j;
    struct root *root; /* by id */
    uint32_t roots;
};

static int by_id(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int c = span_cmp(x->id, y->id);

    return c ? c : x->order < y->order ? -1 : x->order > y->order;
}

static json_ref find(const struct observed *o, struct span id)
{
    uint32_t from = 0, to = o->roots;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;
        int c = span_cmp(o->root[mid].by.id, id);

        if (c == 0)
            return o->root[mid].by.object;
        if (c < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return JSON_NONE;
}

/* A value on the way along a path; refs: a list of references, or an item of one. */
struct place {
    json_ref v;
    bool refs;
};

struct places {
    struct arena *a;
    struct place *p;
    uint32_t n, room;
    bool full;
};

static void put(struct places *to, json_ref v, bool refs)
{
    if (v == JSON_NONE)
        return;
    if (to->n == to->room) {
        uint32_t room = to->room ? to->room * 2 : 8;
        struct place *grown =
            room <= LIMIT_PATTERN_VALUES * 2 ? arena_array(to->a, room, sizeof *grown) : NULL;

        if (!grown) {
            to->full = true;
            return;
        }
        if (to->n)
            memcpy(grown, to->p, to->n * sizeof *grown);
        to->p = grown;
        to->room = room;
    }
    to->p[to->n++] = (struct place){ v, refs };
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return x->v != y->v ? (x->v < y->v ? -1 : 1) : x->refs - y->refs;
}

/* References that meet lead to one place many times; it is looked at once. */
static void each_once(struct places *s)
{
    uint32_t kept = 0;

    if (s->n < 2)
        return;
    qsort(s->p, s->n, sizeof *s->p, by_place);
    for (uint32_t i = 0; i < s->n; i++)
        if (kept == 0 || by_place(&s->p[kept - 1], &s->p[i]) != 0)
            s->p[kept++] = s->p[i];
    s->n = kept;
}

static json_ref followed(const struct observed *o, json_ref v, struct arena *a)
{
    struct span id;

    return json_is(o->j, v, JSON_KIND_STRING) && json_text_of(o->j, v, a, &id) ? find(o, id) : JSON_NONE;
}

static json_ref member(const struct observed *o, json_ref object, struct span name, struct arena *a)
{
    struct span s;

    if (!json_is(o->j, object, JSON_KIND_OBJECT))
        return JSON_NONE;
    for (json_ref m = json_first(o->j, object); m != JSON_NONE; m = json_after(o->j, object, m))
        if (json_text_of(o->j, m, a, &s) && span_eq(s, name))
            return json_value_of(o->j, m);
    return JSON_NONE;
}

static bool ends(struct span s, const char *with)
{
    size_t n = strlen(with);

    return s.n >= n && memcmp(s.p + s.n - n, with, n) == 0;
}

static void key_step(const struct observed *o, struct place from, struct span key, bool follow,
                     struct places *to)
{
    json_ref v = member(o, from.v, key, to->a);

    if (v != JSON_NONE && follow && ends(key, "_ref"))
        v = followed(o, v, to->a);
    put(to, v, ends(key, "_refs"));
}

static void list_step(const struct observed *o, struct place from, const struct pattern_step *s, bool follow,
                      struct places *to)
{
    int64_t k = 0;

    if (!json_is(o->j, from.v, JSON_KIND_ARRAY) || (s->kind == PATTERN_INDEX && s->index < 0))
        return;
    for (json_ref v = json_first(o->j, from.v); v != JSON_NONE; v = json_after(o->j, from.v, v), k++) {
        if (s->kind == PATTERN_INDEX && k < s->index)
            continue;
        put(to, from.refs && follow ? followed(o, v, to->a) : v, false);
        if (s->kind == PATTERN_INDEX)
            return;
    }
}

/* A JSON value as it compares (9.6.4: _hex and _bin decoded). False: it cannot be had. */
static bool value_of(const struct json *j, json_ref v, bool hex, bool base64, struct arena *a,
                     struct pattern_value *out)
{
    *out = (struct pattern_value){ .kind = PATTERN_VALUE_OTHER };
    switch ((enum json_kind)j->node[v].kind) {
    case JSON_KIND_NULL:
        out->kind = PATTERN_VALUE_NULL;
        break;
    case JSON_KIND_FALSE:
    case JSON_KIND_TRUE:
        out->kind = PATTERN_VALUE_BOOLEAN;
        out->boolean = json_is(j, v, JSON_KIND_TRUE);
        break;
    case JSON_KIND_NUMBER:
        if (json_int64(j, v, &out->integer))
            out->kind = PATTERN_VALUE_INTEGER;
        else if (json_double(j, v, &out->real))
            out->kind = PATTERN_VALUE_REAL;
        break;
    case JSON_KIND_STRING:
        out->kind = hex || base64 ? PATTERN_VALUE_OCTETS : PATTERN_VALUE_TEXT;
        if (!json_text_of(j, v, a, &out->text))
            return false;
        if (hex)
            return hex_decode(out->text, a, &out->text);
        return !base64 || pattern_base64(out->text, a, &out->text);
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT:
        break;
    }
    return true;
}

static bool visit_all(const struct observed *o, const struct pattern_comparison *c, const struct places *s,
                      struct arena *scratch, pattern_visit *visit, void *arg)
{
    const struct pattern_step *last = &c->step[c->steps - 1];
    bool hex = last->kind == PATTERN_KEY && ends(last->key, "_hex");
    bool base64 = last->kind == PATTERN_KEY && ends(last->key, "_bin");
    struct pattern_value v;

    for (uint32_t i = 0; i < s->n; i++)
        if (value_of(o->j, s->p[i].v, hex, base64, scratch, &v) && visit(&v, arg))
            return true;
    return false;
}

static bool values(const void *of, uint32_t object, const struct pattern_comparison *c, uint32_t field,
                   struct arena *scratch, pattern_visit *visit, void *arg)
{
    const struct observed *o = of;
    struct places at = { .a = scratch }, next;

    (void)field;
    put(&at, o->root[object].by.object, false);
    for (uint32_t i = 0; i < c->steps && at.n; i++) {
        const struct pattern_step *s = &c->step[i];
        bool follow = i + 1 < c->steps || c->op != PATTERN_EXISTS;

        next = (struct places){ .a = scratch, .full = at.full };
        for (uint32_t k = 0; k < at.n; k++)
            if (s->kind == PATTERN_KEY)
                key_step(o, at.p[k], s->key, follow, &next);
            else
                list_step(o, at.p[k], s, follow, &next);
        each_once(&next);
        at = next;
    }
    if (visit_all(o, c, &at, scratch, visit, arg))
        return true;
    /* What was not looked at may have mattered: visit counts past its ceiling. */
    for (uint32_t i = 0; at.full && i <= LIMIT_PATTERN_VALUES; i++)
        if (visit(&(struct pattern_value){ .kind = PATTERN_VALUE_OTHER }, arg))
            return true;
    return false;
}

static bool is(const void *of, uint32_t object, const struct pattern_comparison *c)
{
    const struct observed *o = of;

    return span_eq(o->root[object].type, c->type);
}

static const struct pattern_view view = { is, values };

struct reading {
    const struct json *j;
    struct arena *a;
    struct why *why;
    json_ref *found; /* observed-data */
    struct named *object;
    uint32_t n_found, n_object, room;
};

static bool is_type(const struct reading *r, json_ref v, const char *type)
{
    return json_text_is(r->j, json_member(r->j, v, "type"), type);
}

/* One object of a bundle or of the outermost list. */
static bool take(struct reading *r, json_ref v)
{
    json_ref id = json_member(r->j, v, "id");
    struct named *n = &r->object[r->n_object];

    if (is_type(r, v, "observed-data")) {
        r->found[r->n_found++] = v;
        return true;
    }
    if (!json_is(r->j, id, JSON_KIND_STRING))
        return true;
    *n = (struct named){ .object = v, .order = r->n_object };
    r->n_object++;
    return json_text_of(r->j, id, r->a, &n->id) ||
           why_set(r->why, "too-large", json_offset(r->j, v), NULL,
                   "the observations need more memory than they may have");
}

static bool take_one(struct reading *r, json_ref v)
{
    json_ref objects = json_member(r->j, v, "objects");

    if (!json_is(r->j, v, JSON_KIND_OBJECT))
        return why_set(r->why, "observed-data", json_offset(r->j, v), "STIX 2.1 4.14",
                       "expected a bundle, an observed-data or a list of them");
    if (!is_type(r, v, "bundle"))
        return take(r, v);
    for (json_ref o = json_first(r->j, objects); o != JSON_NONE; o = json_after(r->j, objects, o))
        if (json_is(r->j, o, JSON_KIND_OBJECT) && !take(r, o))
            return false;
    return true;
}

static bool collect(struct reading *r)
{
    size_t room = r->j->n; /* more than there are objects */

    r->found = arena_array(r->a, room, sizeof *r->found);
    r->object = arena_array(r->a, room, sizeof *r->object);
    if (!r->found || !r->object)
        return why_set(r->why, "too-large", WHY_NO_OFFSET, NULL,
                       "the observations need more memory than they may have");
    if (!json_is(r->j, JSON_ROOT, JSON_KIND_ARRAY))
        return take_one(r, JSON_ROOT);
    for (json_ref v = json_first(r->j, JSON_ROOT); v != JSON_NONE; v = json_after(r->j, JSON_ROOT, v))
        if (!take_one(r, v))
            return false;
    return true;
}

/* 9.7: objects that are no cyber-observables are not matched. */
static bool no_observable(struct span type)
{
    static const char *const types[] = {
        "attack-pattern",
        "campaign",
        "course-of-action",
        "extension-definition",
        "grouping",
        "identity",
        "incident",
        "indicator",
        "infrastructure",
        "intrusion-set",
        "language-content",
        "location",
        "malware",
        "malware-analysis",
        "marking-definition",
        "note",
        "observed-data",
        "opinion",
        "relationship",
        "report",
        "sighting",
        "threat-actor",
        "tool",
        "vulnerability",
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_eq_str(type, types[i]))
            return true;
    return false;
}

static void add_root(struct reading *r, struct observed *o, struct span id, json_ref object)
{
    struct root *root = &o->root[o->roots];
    struct span type = { NULL, 0 };

    if (!json_text_of(r->j, json_member(r->j, object, "type"), r->a, &type) || no_observable(type))
        return;
    *root = (struct root){ { id, object, o->roots }, type };
    o->roots++;
}

static json_ref resolve(const struct reading *r, struct span id)
{
    uint32_t from = 0, to = r->n_object;

    while (from < to) { /* the last one that is not greater */
        uint32_t mid = from + (to - from) / 2;

        if (span_cmp(r->object[mid].id, id) <= 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from && span_eq(r->object[from - 1].id, id) ? r->object[from - 1].object : JSON_NONE;
}

static bool roots(struct reading *r, json_ref v, struct observed *o)
{
    json_ref refs = json_member(r->j, v, "object_refs"), objects = json_member(r->j, v, "objects");
    json_ref list = json_is(r->j, refs, JSON_KIND_ARRAY) ? refs : objects;
    struct span id;

    if (!json_is(r->j, list, JSON_KIND_ARRAY) && !json_is(r->j, list, JSON_KIND_OBJECT))
        return why_set(r->why, "observed-data", json_offset(r->j, v), "STIX 2.1 4.14",
                       "observed-data without object_refs and without objects");
    o->j = r->j;
    o->root = arena_array(r->a, json_count(r->j, list), sizeof *o->root);
    if (!o->root)
        return why_set(r->why, "too-large", json_offset(r->j, v), NULL,
                       "the observations need more memory than they may have");
    for (json_ref m = json_first(r->j, list); m != JSON_NONE; m = json_after(r->j, list, m)) {
        json_ref object;

        if (!json_text_of(r->j, m, r->a, &id))
            continue;
        object = list == refs ? resolve(r, id) : json_value_of(r->j, m);
        if (json_is(r->j, object, JSON_KIND_OBJECT))
            add_root(r, o, id, object);
    }
    qsort(o->root, o->roots, sizeof *o->root, by_id);
    return true;
}

static bool time_member(struct reading *r, json_ref v, const char *name, struct pattern_time *out)
{
    struct span s;

    return json_text_of(r->j, json_member(r->j, v, name), r->a, &s) && pattern_time_read(s, out);
}

static bool observation(struct reading *r, json_ref v, struct pattern_observation *out)
{
    struct observed *o = arena_alloc(r->a, sizeof *o);
    int64_t number;

    if (!o)
        return why_set(r->why, "too-large", json_offset(r->j, v), NULL,
                       "the observations need more memory than they may have");
    if (!time_member(r, v, "first_observed", &out->first) ||
        !time_member(r, v, "last_observed", &out->last) || pattern_time_cmp(out->first, out->last) > 0)
        return why_set(r->why, "observed-data", json_offset(r->j, v), "STIX 2.1 4.14",
                       "first_observed and last_observed are timestamps, in this order");
    if (!json_int64(r->j, json_member(r->j, v, "number_observed"), &number) || number < 1)
        return why_set(r->why, "observed-data", json_offset(r->j, v), "STIX 2.1 4.14",
                       "number_observed is an integer of at least 1");
    if (!roots(r, v, o))
        return false;
    out->number = (uint64_t)number;
    out->view = &view;
    out->of = o;
    out->objects = o->roots;
    return true;
}

bool pattern_observed_read(const struct json *j, struct arena *a, struct pattern_observed *out, struct why *w)
{
    struct reading r = { .j = j, .a = a, .why = w };
    struct pattern_observation *o;
    struct span *id;

    if (!collect(&r))
        return false;
    if (r.n_found > LIMIT_PATTERN_OBSERVATIONS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d observations",
                       LIMIT_PATTERN_OBSERVATIONS);
    qsort(r.object, r.n_object, sizeof *r.object, by_id);
    o = arena_array(a, r.n_found, sizeof *o);
    id = arena_array(a, r.n_found, sizeof *id);
    if (!o || !id)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "the observations need more memory than they may have");
    for (uint32_t i = 0; i < r.n_found; i++) {
        if (!observation(&r, r.found[i], &o[i]))
            return false;
        if (!json_text_of(j, json_member(j, r.found[i], "id"), a, &id[i]))
            id[i] = (struct span){ NULL, 0 };
    }
    *out = (struct pattern_observed){ o, id, r.n_found };
    return true;
}
