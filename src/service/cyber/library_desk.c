/* The library at a member's desk. */
#include "cacao/cacao.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/library.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/cooperation.md";

enum { PARSED = 32 << 20 };

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static struct span given(const struct json *j, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };

    (void)!json_text_of(j, json_member(j, JSON_ROOT, name), a, &s);
    return s;
}

static bool open_library(const struct coop_desk *d, struct coop_record *extra, struct arena *a,
                         struct library *l, struct why *w)
{
    struct coop_set s;

    return coop_load(d, COOP_LIBRARY, extra, a, &s, w) && library_make(&s, a, l, w);
}

static bool say(const struct coop_desk *d, struct coop_record *r, struct arena *a, struct why *w)
{
    struct library l;

    return open_library(d, r, a, &l, w) && coop_would_count(&l.refused, r, w) && coop_say(d, r, w);
}

static bool said(const struct coop_record *r, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    coop_put_head(&j, r);
    jw_object_end(&j);
    return coop_filled(out, w);
}

bool library_share(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct coop_set s;

    return (r || no_room(w)) && coop_load(d, COOP_LIBRARY, NULL, a, &s, w) &&
           coop_make(d, COOP_PLAYBOOK, json, coop_after(&s, d->self, now), a, r, w) && say(d, r, a, w) &&
           said(r, out, w);
}

bool library_used(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct library_version *v;
    struct library l;
    struct json j;

    if (!r)
        return no_room(w);
    if (!json_parse(json, a, &j, w) || !open_library(d, NULL, a, &l, w))
        return false;
    v = library_find(&l, given(&j, "owner", a), given(&j, "playbook_id", a), given(&j, "version", a));
    if (!v)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "no such playbook, or version of it, is here");
    return coop_make_answer(d, COOP_PLAYBOOK_USED, json, v->r, now, a, r, w) && say(d, r, a, w) &&
           said(r, out, w);
}

static bool same_audience(const struct library_version *a, const struct library_version *b)
{
    char x[COOP_AUDIENCE] = "", y[COOP_AUDIENCE] = "";

    return coop_audience(a->r, x) && coop_audience(b->r, y) && strcmp(x, y) == 0;
}

/* Each audience that got a version is told; later than the versions, which it would not end otherwise. */
bool library_withdraw(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    const struct library_version *last;
    struct coop_record *r = NULL;
    struct coop_set s;
    struct library l;
    struct json j;

    if (!json_parse(json, a, &j, w) || !coop_load(d, COOP_LIBRARY, NULL, a, &s, w) ||
        !library_make(&s, a, &l, w))
        return false;
    now = coop_after(&s, d->self, now);
    last = library_find(&l, d->self, given(&j, "playbook_id", a), (struct span){ NULL, 0 });
    if (!last)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "this member shares no playbook with that id");
    for (size_t i = 0; i < l.n_version; i++) {
        const struct library_version *v = &l.version[i];
        size_t k = 0;

        if (v->title != last->title)
            continue;
        while (k < i && (l.version[k].title != v->title || !same_audience(&l.version[k], v)))
            k++;
        if (k < i)
            continue; /* told already */
        r = arena_alloc(a, sizeof *r);
        if (!r)
            return no_room(w);
        if (!coop_make_answer(d, COOP_PLAYBOOK_WITHDRAWN, json, v->r, now, a, r, w) || !coop_say(d, r, w))
            return false;
    }
    return r ? said(r, out, w) : no_room(w);
}

/* ---- listing ---- */

static bool does(const struct cacao *c, struct span activity)
{
    static const char *const list[] = { "playbook_activities", "playbook_types" };

    for (size_t i = 0; i < 2; i++) {
        json_ref v = json_member(&c->j, JSON_ROOT, list[i]);

        for (json_ref k = json_is(&c->j, v, JSON_KIND_ARRAY) ? json_first(&c->j, v) : JSON_NONE;
             k != JSON_NONE; k = json_after(&c->j, v, k)) {
            struct span s = { NULL, 0 };

            if (json_text_of(&c->j, k, c->a, &s) && span_eq(s, activity))
                return true;
        }
    }
    return false;
}

static void put_users(struct json_writer *j, const struct library_title *t)
{
    char day[TIME_TEXT];

    jw_array(j, "used_by");
    for (size_t i = 0; i < t->n_user; i++) {
        const struct library_user *u = &t->user[i];

        jw_object(j, NULL);
        jw_text(j, "member", u->member);
        jw_int(j, "times", u->times);
        jw_int(j, "minutes", (int64_t)u->minutes);
        jw_str(j, "last", time_format(u->last, day));
        jw_object(j, "outcomes");
        for (size_t k = 0; k < LIBRARY_OUTCOMES; k++)
            jw_int(j, coop_used_outcomes[k], u->outcome[k]);
        jw_object_end(j);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_title(struct json_writer *j, const struct library_title *t, const struct cacao *c,
                      struct span language)
{
    json_ref activities = json_member(&c->j, JSON_ROOT, "playbook_activities");

    jw_object(j, NULL);
    coop_put_head(j, t->newest->r);
    jw_text(j, "owner", t->owner);
    jw_text(j, "playbook_id", t->id);
    jw_text(j, "version", t->newest->modified);
    jw_int(j, "versions", (int64_t)t->versions);
    jw_str(j, "state", t->gone ? "withdrawn" : "shared");
    if (t->gone && t->withdrawn)
        jw_text(j, "reason", coop_text(t->withdrawn, "reason"));
    jw_text(j, "name", cacao_text(c, JSON_ROOT, "name", language));
    jw_text(j, "description", cacao_text(c, JSON_ROOT, "description", language));
    if (activities != JSON_NONE)
        jw_raw(j, "activities", json_source(&c->j, activities));
    if (coop_text(t->newest->r, "confirmed").n)
        jw_text(j, "confirmed", coop_text(t->newest->r, "confirmed"));
    put_users(j, t);
    jw_object_end(j);
}

struct wanted {
    struct span language, activity, words;
    bool withdrawn;
};

static void put_if_wanted(struct json_writer *j, const struct library_title *t, const struct wanted *x)
{
    struct span text = coop_text(t->newest->r, "playbook");
    struct why w = { 0 };
    struct cacao c;
    struct arena a;

    if (t->gone != x->withdrawn)
        return;
    arena_init(&a, PARSED);
    if (cacao_read(text, &a, &c, &w) && (!x->activity.n || does(&c, x->activity)) &&
        library_has_words(text, x->words, &a))
        put_title(j, t, &c, x->language);
    arena_free(&a);
}

bool library_list(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct json_writer j;
    struct wanted x;
    struct library l;
    struct json g;

    (void)now;
    if (!json_parse(json, a, &g, w) || !open_library(d, NULL, a, &l, w))
        return false;
    x = (struct wanted){ .language = given(&g, "language", a),
                         .activity = given(&g, "activity", a),
                         .words = given(&g, "words", a),
                         .withdrawn = span_eq_str(given(&g, "state", a), "withdrawn") };
    j = json_to(out);
    jw_object(&j, NULL);
    jw_array(&j, "playbooks");
    for (size_t i = 0; i < l.n_title; i++)
        put_if_wanted(&j, &l.title[i], &x);
    jw_array_end(&j);
    coop_put_refused(&j, &l.refused);
    jw_object_end(&j);
    return coop_filled(out, w);
}

bool library_get(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, struct why *w)
{
    const struct library_version *v;
    struct json_writer j;
    struct library l;
    struct json g;

    (void)now;
    if (!json_parse(json, a, &g, w) || !open_library(d, NULL, a, &l, w))
        return false;
    v = library_find(&l, given(&g, "owner", a), given(&g, "playbook_id", a), given(&g, "version", a));
    if (!v)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "no such playbook, or version of it, is here");
    if (l.title[v->title].gone || v->revoked)
        return why_set(w, "withdrawn", WHY_NO_OFFSET, CLAUSE, "its owner withdrew the playbook");
    j = json_to(out);
    jw_object(&j, NULL);
    coop_put_head(&j, v->r);
    jw_text(&j, "owner", v->r->member);
    jw_text(&j, "playbook_id", v->id);
    jw_text(&j, "version", v->modified);
    jw_text(&j, "playbook", coop_text(v->r, "playbook"));
    jw_object_end(&j);
    return coop_filled(out, w);
}
