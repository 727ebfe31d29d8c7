/* A plan read, and what all parts of a drill have to say of themselves. */
#include "service/cyber/drill.h"
#include "wire/json_write.h"

#include "base/limits.h"
#include "service/cyber/cooperation_internal.h"
#include "stix/bundle.h"
#include "stix/exercise.h"

static const char CLAUSE[] = "doc/drills.md";

enum { TITLE = 200, ID_MOST = 64, MINUTES = DRILL_DAYS * 24 * 60, BUNDLE_OBJECTS = 500 };

static bool wrong(const struct json *j, json_ref at, struct why *w, const char *says)
{
    return why_set(w, "request", at == JSON_NONE ? WHY_NO_OFFSET : json_offset(j, at), CLAUSE, "%s", says);
}

static bool says_exercise(struct span s)
{
    return span_starts(s, SPAN(COOP_EXERCISE));
}

/* ---- STIX objects of an inject ---- */

static bool bundle_fits(const struct json *j, json_ref v, struct arena *a, struct why *w)
{
    static const struct stix_how how = { .any_pattern = true };
    json_ref objects = json_member(j, v, "objects");
    bool marking = false;

    if (!json_is(j, v, JSON_KIND_OBJECT) || !json_text_is(j, json_member(j, v, "type"), "bundle") ||
        !json_is(j, objects, JSON_KIND_ARRAY) || json_count(j, objects) > BUNDLE_OBJECTS)
        return wrong(j, v, w, "an inject with objects has a bundle of STIX 2.1 with at most 500");
    for (json_ref i = json_first(j, objects); i != JSON_NONE; i = json_after(j, objects, i)) {
        struct stix_object o;
        enum stix_exercise e;

        if (!stix_read_value(j, i, &how, a, &o, NULL, w))
            return false;
        e = stix_exercise_of(&o);
        marking |= span_eq_str(o.id, STIX_EXERCISE_ID);
        if (e != STIX_EXERCISE)
            return why_set(w, "exercise", json_offset(j, i), CLAUSE,
                           "an object of a drill has the mark " STIX_EXERCISE_ID
                           " and an id that begins with " STIX_EXERCISE_PREFIX);
    }
    return marking || why_set(w, "exercise", json_offset(j, v), CLAUSE,
                              "the bundle lacks the marking-definition of exercises");
}

static bool content_fits(struct span what, struct span title, struct span content, struct arena *a,
                         struct why *w)
{
    struct json j;

    if (!says_exercise(title))
        return why_set(w, "exercise", WHY_NO_OFFSET, CLAUSE, "a title of a drill begins with EXERCISE");
    if (!span_eq_str(what, "object"))
        return says_exercise(content) ||
               why_set(w, "exercise", WHY_NO_OFFSET, CLAUSE, "a text of a drill begins with EXERCISE");
    return json_parse(content, a, &j, w) && bundle_fits(&j, JSON_ROOT, a, w);
}

bool drill_check(const struct coop_record *r, struct arena *a, struct why *w)
{
    struct drill_plan p;

    if (r->kind == COOP_DRILL_INJECT)
        return r->to != JSON_NONE
                   ? content_fits(coop_text(r, "what"), coop_text(r, "title"), coop_text(r, "content"), a, w)
                   : wrong(&r->j, JSON_NONE, w, "an inject names who it is for");
    if (r->kind == COOP_DRILL_PLAN)
        return drill_plan_read(coop_text(r, "plan"), a, &p, w);
    if (r->kind != COOP_DRILL)
        return true;
    if (r->to == JSON_NONE)
        return wrong(&r->j, JSON_NONE, w, "a drill names its participants");
    if (coop_time(r, "from") >= coop_time(r, "until") ||
        coop_time(r, "until") - coop_time(r, "from") > (unix_time)MINUTES * 60)
        return wrong(&r->j, JSON_NONE, w, "a drill ends after it begins, within 31 days");
    return says_exercise(coop_text(r, "title")) ||
           why_set(w, "exercise", WHY_NO_OFFSET, CLAUSE, "a title of a drill begins with EXERCISE");
}

/* ---- the plan ---- */

static bool only(const struct json *j, json_ref object, const char *const *known, struct why *w)
{
    if (!json_is(j, object, JSON_KIND_OBJECT))
        return wrong(j, object, w, "an object is expected");
    for (json_ref name = json_first(j, object); name != JSON_NONE; name = json_after(j, object, name)) {
        size_t i = 0;

        while (known[i] && !json_text_is(j, name, known[i]))
            i++;
        if (!known[i])
            return wrong(j, name, w, "a plan has no member of that name");
    }
    return true;
}

static bool text_of(const struct json *j, json_ref object, const char *name, size_t most, struct arena *a,
                    struct span *out, struct why *w)
{
    json_ref v = json_member(j, object, name);

    if (json_text_of(j, v, a, out) && out->n && out->n <= most)
        return true;
    return why_set(w, "request", json_offset(j, v == JSON_NONE ? object : v), CLAUSE,
                   "\"%s\" is missing, empty or too long", name);
}

static bool is_id(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n != 0;
}

static bool minutes_of(const struct json *j, json_ref object, const char *name, unsigned *out, struct why *w)
{
    json_ref v = json_member(j, object, name);
    int64_t n = 0;

    if (!json_int64(j, v, &n) || n < 0 || n > MINUTES)
        return wrong(j, v == JSON_NONE ? object : v, w, "a number of minutes is expected");
    *out = (unsigned)n;
    return true;
}

static bool members_of(const struct json *j, json_ref list, struct arena *a, struct span *out, size_t *n,
                       struct why *w)
{
    if (!json_is(j, list, JSON_KIND_ARRAY) || !json_count(j, list) || json_count(j, list) > DRILL_MEMBERS)
        return wrong(j, list, w, "a list of members is expected");
    *n = 0;
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        struct span s = { NULL, 0 };

        if (!json_text_of(j, v, a, &s) || s.n != 2 || (*n && span_cmp(out[*n - 1], s) >= 0))
            return wrong(j, v, w, "members are named in order, each once: \"KZ\"");
        out[(*n)++] = s;
    }
    return true;
}

static bool takes_part(const struct drill_plan *p, struct span member)
{
    for (size_t i = 0; i < p->n_member; i++)
        if (span_eq(p->member[i], member))
            return true;
    return false;
}

static bool read_expect(const struct json *j, json_ref list, struct arena *a, struct drill_inject *x,
                        struct why *w)
{
    static const char *const known[] = { "answer", "within", NULL };

    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY) || json_count(j, list) > DRILL_EXPECTS)
        return wrong(j, list, w, "a list of at most 8 answers is expected");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        struct drill_expect e = { .within = 0 };

        if (!only(j, v, known, w) || !text_of(j, v, "answer", ID_MOST, a, &e.answer, w) ||
            !minutes_of(j, v, "within", &e.within, w))
            return false;
        if (!is_id(e.answer))
            return wrong(j, v, w, "an expected answer is a word");
        for (size_t i = 0; i < x->n_expect; i++)
            if (span_eq(x->expect[i].answer, e.answer))
                return wrong(j, v, w, "an answer is expected once");
        x->expect[x->n_expect++] = e;
    }
    return true;
}

static bool read_inject(const struct json *j, json_ref v, struct arena *a, struct drill_plan *p,
                        struct why *w)
{
    static const char *const known[] = { "id", "after", "to", "what", "title", "content", "expect", NULL };
    struct drill_inject *x = &p->inject[p->n_inject];
    const char *const *kind = coop_inject_kinds;
    json_ref content;

    *x = (struct drill_inject){ .n_to = 0 };
    if (!only(j, v, known, w) || !text_of(j, v, "id", ID_MOST, a, &x->id, w) ||
        !minutes_of(j, v, "after", &x->after, w) ||
        !members_of(j, json_member(j, v, "to"), a, x->to, &x->n_to, w) ||
        !text_of(j, v, "what", ID_MOST, a, &x->what, w) || !text_of(j, v, "title", TITLE, a, &x->title, w) ||
        !read_expect(j, json_member(j, v, "expect"), a, x, w))
        return false;
    while (*kind && !span_eq_str(x->what, *kind))
        kind++;
    if (!*kind || !is_id(x->id))
        return wrong(j, v, w, "\"what\" is object, advisory, notice or question, \"id\" a word");
    for (size_t i = 0; i < p->n_inject; i++)
        if (span_eq(p->inject[i].id, x->id))
            return wrong(j, v, w, "two injects have one id");
    for (size_t i = 0; i < x->n_to; i++)
        if (!takes_part(p, x->to[i]))
            return wrong(j, v, w, "an inject is for a member that takes no part");
    if (p->from + (unix_time)x->after * 60 >= p->until)
        return wrong(j, v, w, "an inject comes after the end");
    content = json_member(j, v, "content");
    if (span_eq_str(x->what, "object"))
        x->content = json_source(j, content);
    else if (!text_of(j, v, "content", LIMIT_DRILL_TEXT, a, &x->content, w))
        return false;
    if (x->content.n > LIMIT_DRILL_TEXT)
        return wrong(j, v, w, "the content is too long");
    p->n_inject++;
    return content_fits(x->what, x->title, x->content, a, w);
}

bool drill_plan_read(struct span json, struct arena *a, struct drill_plan *out, struct why *w)
{
    static const char *const known[] = { "title", "from", "until", "participants", "injects", NULL };
    struct span from = { NULL, 0 }, until = { NULL, 0 };
    struct drill_plan p = { .n_inject = 0 };
    struct json j;
    json_ref list;

    if (json.n > LIMIT_DRILL_PLAN)
        return why_set(w, "too-large", WHY_NO_OFFSET, CLAUSE, "a plan of %zu bytes", json.n);
    if (!json_parse(json, a, &j, w) || !only(&j, JSON_ROOT, known, w) ||
        !text_of(&j, JSON_ROOT, "title", TITLE, a, &p.title, w) ||
        !text_of(&j, JSON_ROOT, "from", TIME_TEXT, a, &from, w) ||
        !text_of(&j, JSON_ROOT, "until", TIME_TEXT, a, &until, w) ||
        !members_of(&j, json_member(&j, JSON_ROOT, "participants"), a, p.member, &p.n_member, w))
        return false;
    if (!says_exercise(p.title))
        return why_set(w, "exercise", WHY_NO_OFFSET, CLAUSE, "a title of a drill begins with EXERCISE");
    if (!time_parse(from, &p.from) || !time_parse(until, &p.until) || p.from >= p.until ||
        p.until - p.from > (unix_time)MINUTES * 60)
        return wrong(&j, JSON_ROOT, w, "a drill ends after it begins, within 31 days");
    list = json_member(&j, JSON_ROOT, "injects");
    if (!json_is(&j, list, JSON_KIND_ARRAY) || !json_count(&j, list) || json_count(&j, list) > DRILL_INJECTS)
        return wrong(&j, list, w, "a list of 1 to 200 injects is expected");
    p.inject = arena_array(a, json_count(&j, list), sizeof *p.inject);
    if (!p.inject)
        return why_set(w, "too-large", WHY_NO_OFFSET, CLAUSE, "no memory left for this");
    for (json_ref v = json_first(&j, list); v != JSON_NONE; v = json_after(&j, list, v))
        if (!read_inject(&j, v, a, &p, w))
            return false;
    *out = p;
    return true;
}

static void put_inject(struct json_writer *j, const struct drill_inject *x)
{
    jw_object(j, NULL);
    jw_text(j, "inject", x->id);
    jw_int(j, "after", (int64_t)x->after);
    jw_array(j, "to");
    for (size_t i = 0; i < x->n_to; i++)
        jw_text(j, NULL, x->to[i]);
    jw_array_end(j);
    jw_text(j, "what", x->what);
    jw_text(j, "title", x->title);
    jw_array(j, "expect");
    for (size_t i = 0; i < x->n_expect; i++) {
        jw_object(j, NULL);
        jw_text(j, "answer", x->expect[i].answer);
        jw_int(j, "within", (int64_t)x->expect[i].within);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

void drill_plan_put(struct json_writer *j, const struct drill_plan *p)
{
    jw_array(j, "plan");
    for (size_t i = 0; i < p->n_inject; i++)
        put_inject(j, &p->inject[i]);
    jw_array_end(j);
}
