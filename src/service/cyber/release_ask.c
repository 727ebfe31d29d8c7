/* The request of a release, and the law of the day for it. */
#include <stdio.h>

#include "service/cyber/release_internal.h"

enum { OFFICER = 64, REASON = 1000 };

static bool request(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

static bool text_at(const struct json *j, const char *name, size_t most, struct arena *a, struct span *out)
{
    json_ref v = json_member(j, JSON_ROOT, name);

    if (v == JSON_NONE)
        return true;
    return json_text_of(j, v, a, out) && out->n <= most;
}

static bool read_ids(const struct json *j, const char *name, struct arena *a, struct stix_id **id,
                     size_t *n_ids, struct why *w)
{
    json_ref list = json_member(j, JSON_ROOT, name);
    size_t n = json_count(j, list);
    struct span s;

    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY) || n > RELEASE_IDS)
        return request(w, "\"ids\" and \"confirm\" are lists of at most 10000 STIX ids");
    *id = arena_array(a, n + 1, sizeof **id);
    if (!*id)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
        if (!json_text_of(j, v, a, &s) || !stix_id_read(s, &(*id)[(*n_ids)++]))
            return request(w, "an item of \"ids\" or \"confirm\" is no STIX id");
    return true;
}

static bool read_types(const struct json *j, struct arena *a, struct release_ask *ask, struct why *w)
{
    json_ref list = json_member(j, JSON_ROOT, "types");
    size_t n = json_count(j, list);

    if (list == JSON_NONE)
        return true;
    ask->type = arena_array(a, n + 1, sizeof *ask->type);
    if (!json_is(j, list, JSON_KIND_ARRAY) || n > RELEASE_TYPES || !ask->type)
        return request(w, "\"types\" is a list of at most 64 names of types");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
        if (!json_text_of(j, v, a, &ask->type[ask->n_types++]))
            return request(w, "an item of \"types\" is no text");
    return true;
}

static bool read_choice(const struct cyber_desk *d, const struct json *j, struct arena *a,
                        struct release_ask *ask, struct why *w)
{
    struct span collection = { NULL, 0 }, after = { NULL, 0 };
    struct stix_time t;

    ask->collection = OBJECT_ANY;
    if (!text_at(j, "collection", 64, a, &collection) || !text_at(j, "added_after", 64, a, &after))
        return request(w, "\"collection\" and \"added_after\" are texts");
    if (collection.n && !d->objects)
        ask->collection = 0; /* by who only counts */
    else if (collection.n && !object_store_collection(d->objects, collection, &ask->collection, w))
        return false;
    if (after.n) {
        if (!stix_time_read(after, &t))
            return request(w, "\"added_after\" is a time as 2026-11-01T00:00:00Z");
        ask->dated = true;
        ask->added_after = stix_time_micros(&t);
    }
    if (!read_ids(j, "ids", a, &ask->id, &ask->n_ids, w) ||
        !read_ids(j, "confirm", a, &ask->confirm, &ask->n_confirm, w) || !read_types(j, a, ask, w))
        return false;
    if (!ask->n_ids && !ask->n_types && !collection.n && !ask->dated)
        return request(w, "say which objects: \"ids\", \"types\", \"collection\" or \"added_after\"");
    return true;
}

/* "to": "all", or a list of members. */
static bool read_members(const struct cyber_desk *d, const struct json *j, struct arena *a,
                         struct release_ask *ask, struct why *w)
{
    json_ref to = json_member(j, JSON_ROOT, "to");
    struct span s;

    if (to == JSON_NONE)
        return true;
    if (json_text_is(j, to, "all")) {
        ask->all = true;
        ask->to = CYBER_ALL;
        return true;
    }
    if (!json_is(j, to, JSON_KIND_ARRAY))
        return request(w, "\"to\" is \"all\" or a list of members");
    for (json_ref v = json_first(j, to); v != JSON_NONE; v = json_after(j, to, v)) {
        uint8_t at = json_text_of(j, v, a, &s) ? cyber_place_of(d->places, s) : CYBER_NO_PLACE;

        if (at >= CYBER_PLACES)
            return request(w, "an item of \"to\" is no member of the agreement");
        ask->to |= (uint64_t)1 << at;
    }
    return true;
}

static bool read_group(struct release_plan *p, const struct json *j, struct arena *a, struct release_ask *ask,
                       struct why *w)
{
    ask->group = CYBER_NO_PLACE;
    if (!text_at(j, "group", 64, a, &ask->group_name))
        return request(w, "\"group\" is the name of a trust group");
    if (!ask->group_name.n)
        return true;
    ask->group = cyber_group_of(p->desk->places, ask->group_name);
    if (ask->group >= CYBER_PLACES || !(p->law.groups >> ask->group & 1))
        return why_set(w, "group", WHY_NO_OFFSET, NULL, "the agreement has no such trust group");
    if (!(p->law.group[ask->group] >> p->law.self & 1))
        return why_set(w, "group", WHY_NO_OFFSET, NULL, "this member is not of that trust group");
    ask->to = ask->to && !ask->all ? ask->to & p->law.group[ask->group] : p->law.group[ask->group];
    ask->all = false;
    return true;
}

static bool read_terms(struct release_plan *p, const struct json *j, struct arena *a, struct release_ask *ask,
                       struct why *w)
{
    struct span embargo = { NULL, 0 };
    json_ref v = json_member(j, JSON_ROOT, "exercise");

    if (v != JSON_NONE && !json_boolean(j, v, &ask->exercise))
        return request(w, "\"exercise\" is true or false");
    if (!text_at(j, "embargo", 64, a, &embargo) || (embargo.n && !time_parse(embargo, &ask->embargo)))
        return request(w, "\"embargo\" is the time when it ends, as 2026-12-01T00:00:00Z");
    if (ask->embargo &&
        (ask->embargo <= p->now || ask->embargo > UINT32_MAX ||
         (p->rules->embargo_days && ask->embargo > p->now + (unix_time)p->rules->embargo_days * 86400)))
        return why_set(w, "embargo", WHY_NO_OFFSET, NULL, "it has to end within %d days",
                       p->rules->embargo_days);
    return true;
}

static bool visible(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return s.n && s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

bool release_read(const struct cyber_desk *d, struct span json, unix_time now, bool to, struct arena *a,
                  struct release_ask *ask, struct release_plan *p, struct why *w)
{
    struct json j;

    *ask = (struct release_ask){ .group = CYBER_NO_PLACE };
    *p = (struct release_plan){ .desk = d, .ask = ask, .now = now };
    if (!json_parse(json, a, &j, w))
        return false;
    if (!text_at(&j, "officer", OFFICER, a, &ask->officer) || !visible(ask->officer) ||
        !text_at(&j, "reason", REASON, a, &ask->reason))
        return request(w, "\"officer\" says who does it; \"reason\" is at most 1000 bytes");
    cyber_law_on(d->places, d->agreement, d->self, date_of_time(now), &p->law, &p->rules);
    if (!p->rules || p->law.self >= CYBER_PLACES || !(p->law.bound >> p->law.self & 1))
        return why_set(w, "not-agreed", WHY_NO_OFFSET, NULL,
                       "the agreement says nothing of sharing, or does not bind this member");
    if (!read_choice(d, &j, a, ask, w))
        return false;
    p->hidden = arena_array(a, ask->n_ids + 1, sizeof *p->hidden);
    if (!p->hidden)
        return request(w, "there is no room for the ids");
    if (!to)
        return true;
    if (!read_members(d, &j, a, ask, w) || !read_group(p, &j, a, ask, w) || !read_terms(p, &j, a, ask, w))
        return false;
    if (!(ask->to & ~((uint64_t)1 << p->law.self)))
        return request(w, "say to whom: \"to\" or \"group\"");
    return true;
}
