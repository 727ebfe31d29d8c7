/* The store of objects for a person of the CERT: what may be seen by whom is asked inside the scan. From the
 * node's own machine: a proxy there says who somebody is. */
#include "node/caller.h"
#include "node/cyber.h"
#include "service/cyber/object_view.h"

enum { MOST = 500, USUAL = 100, ANSWER = 32 * 1024 * 1024, TEXT = 400, OFFICER = 64 };

static bool asks_badly(const struct http_request *r, const char *name, size_t most, bool needed,
                       struct span *out, struct why *w)
{
    const char *s = http_query(r, name);

    *out = s ? span_str(s) : (struct span){ NULL, 0 };
    if (out->n <= most && (out->n || !needed))
        return false;
    (void)why_set(w, "query", WHY_NO_OFFSET, NULL, "\"%s\" is needed, or too long", name);
    return true;
}

/* False: answered. */
static bool view_of(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct object_view *out, const struct sharing_rules **rules, struct http_answer *answer)
{
    const struct instance *i = v->o->instance;
    struct why w = { 0 };
    struct span officer;

    if (!caller_is_here(r)) {
        answer_refuse(answer, 403, "not-here", "Objects are shown on the node's own machine.", a);
        return false;
    }
    if (!i || !i->cyber) {
        answer_refuse(answer, 503, "not-ready", "node.conf names no folder `cyber`.", a);
        return false;
    }
    if (asks_badly(r, "officer", OFFICER, true, &officer, &w)) {
        answer_error(answer, 400, &w, a);
        return false;
    }
    *out = (struct object_view){ .objects = i->cyber->objects,
                                 .places = &i->cyber->places,
                                 .now = v->o->now(v->o->ctx) };
    cyber_base_law(i, out->now, &out->law, rules);
    out->reader = cyber_person_reader(i->config.persons, officer, out->places, span_str(i->config.member));
    return true;
}

static void finish(bool ok, const struct buffer *b, const struct why *w, struct arena *a,
                   struct http_answer *out)
{
    if (!ok)
        answer_error(out, w->reason && strcmp(w->reason, "not-found") == 0 ? 404 : 503, w, a);
    else if (buf_ok(b))
        answer_json(out, 200, arena_copy(a, buf_span(b)));
    else
        answer_refuse(out, 413, "too-large", "Ask for fewer objects.", a);
}

/* Whom it can be released to, and as what the reader is seen. */
static void say_desk(const struct object_view *v, const struct sharing_rules *rules, struct json_writer *j)
{
    char time[TIME_TEXT];

    jw_str(j, "at", time_format(v->now, time));
    jw_str(j, "article", rules ? rules->article : NULL);
    jw_str(j, "clearance", tlp_word(TLP_STIX, (enum tlp)v->reader.clearance));
    jw_bool(j, "drill", v->reader.exercise);
    jw_array(j, "members");
    for (size_t i = 0; i < v->places->n; i++)
        if (i != v->law.self && (v->law.bound >> i & 1))
            jw_str(j, NULL, v->places->member[i]);
    jw_array_end(j);
    jw_array(j, "groups");
    for (size_t g = 0; g < v->places->n_groups; g++) {
        if (v->law.self >= CYBER_PLACES || !(v->law.group[g] >> v->law.self & 1))
            continue;
        jw_object(j, NULL);
        jw_str(j, "name", v->places->group[g]);
        jw_array(j, "members");
        for (size_t i = 0; i < v->places->n; i++)
            if (v->law.group[g] >> i & 1)
                jw_str(j, NULL, v->places->member[i]);
        jw_array_end(j);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool read_whose(const struct http_request *r, struct object_view_ask *ask, struct why *w)
{
    const char *s = http_query(r, "whose");

    if (!s || !*s)
        ask->whose = OBJECT_VIEW_ALL;
    else if (strcmp(s, "own") == 0)
        ask->whose = OBJECT_VIEW_OWN;
    else if (strcmp(s, "others") == 0)
        ask->whose = OBJECT_VIEW_OTHERS;
    else
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "\"whose\" is own or others");
    return true;
}

void handle_cyber_objects(const struct node_view *v, const struct http_request *r, struct arena *a,
                          struct http_answer *out)
{
    const struct sharing_rules *rules = NULL;
    struct object_view_ask ask = { 0 };
    int64_t most = USUAL, before = 0;
    struct object_view view;
    struct why w = { 0 };
    uint8_t mem[TEXT];
    struct json_writer j;
    struct buffer b;
    struct span text;
    bool ok;

    if (!view_of(v, r, a, &view, &rules, out))
        return;
    if (asks_badly(r, "text", TEXT, false, &text, &w) || asks_badly(r, "type", TEXT, false, &ask.type, &w) ||
        !http_query_number(r, "most", MOST, &most, &w) ||
        !http_query_number(r, "before", INT64_MAX, &before, &w) || !read_whose(r, &ask, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    ask.text = object_view_refang(text, mem);
    ask.most = most > 0 ? (size_t)most : 1;
    ask.before = before > 0 ? (uint64_t)before : 0;
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    say_desk(&view, rules, &j);
    ok = object_view_list(&view, &ask, &j, &w);
    jw_object_end(&j);
    finish(ok, &b, &w, a, out);
    buf_free(&b);
}

void handle_cyber_object(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    const struct sharing_rules *rules = NULL;
    struct object_view view;
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;
    struct stix_id id;
    struct span text;
    bool ok;

    if (!view_of(v, r, a, &view, &rules, out))
        return;
    if (asks_badly(r, "id", STIX_ID_TEXT, true, &text, &w) || !stix_id_read(text, &id)) {
        (void)why_set(&w, "query", WHY_NO_OFFSET, NULL, "\"id\" is a STIX id");
        answer_error(out, 400, &w, a);
        return;
    }
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    say_desk(&view, rules, &j);
    ok = object_view_one(&view, &id, &j, &w);
    jw_object_end(&j);
    finish(ok, &b, &w, a, out);
    buf_free(&b);
}
