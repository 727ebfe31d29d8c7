/* Lists of licence authorities, as a report and other outputs show them. */
#include "trust/report_internal.h"

enum { DAY = 86400 };

const char *anchor_list_word(const struct anchor_list *l, unix_time at)
{
    return l->not_after && at > l->not_after ? "over" : at > anchor_list_due(l) ? "stale" : "current";
}

static void put_fields(struct json_writer *j, const struct anchor_list *l, unix_time at)
{
    jw_str(j, "provider", l->provider);
    if (l->has_issue && l->issue <= INT64_MAX)
        jw_int(j, "issue", (int64_t)l->issue);
    else
        jw_null(j, "issue");
    report_put_time(j, "date", l->date);
    report_put_time(j, "next_update", l->next_update);
    report_put_time(j, "not_after", l->not_after);
    jw_str(j, "state", anchor_list_word(l, at));
}

void anchor_list_put(struct json_writer *j, const char *key, const struct anchor_list *l, unix_time at)
{
    if (!l) {
        jw_null(j, key);
        return;
    }
    jw_object(j, key);
    put_fields(j, l, at);
    jw_object_end(j);
}

static bool named_before(const struct anchor *a, const struct anchor_origin *until, const char *end,
                         struct span type)
{
    struct span one;

    for (const struct anchor_origin *o = a->origin; o; o = o->next) {
        const char *rest = o->types;

        while (anchor_type_next(&rest, &one)) {
            if (o == until && (const char *)one.p >= end)
                return false;
            if (span_eq(one, type))
                return true;
        }
    }
    return false;
}

void anchor_types_put(struct json_writer *j, const char *key, const struct anchor *a)
{
    struct span type;

    if (anchor_any_type(a) || !(a->purposes & FOR_LICENCES)) {
        jw_null(j, key);
        return;
    }
    jw_array(j, key);
    for (const struct anchor_origin *o = a->origin; o; o = o->next) {
        const char *rest = o->types;

        while (anchor_type_next(&rest, &type))
            if (!named_before(a, o, (const char *)type.p, type))
                jw_text(j, NULL, type);
    }
    jw_array_end(j);
}

/* What a person does about it. */
static const char *what_to_do(const char *state)
{
    return state[0] == 'o'
               ? "get the provider's newest list and import it: this one is past its last day, and what only "
                 "it vouches for is not believed"
           : state[0] == 's'
               ? "get the provider's newest list and import it: a newer one was due, and this one may name "
                 "authorities that are no longer trusted"
               : NULL;
}

void report_put_lists(struct json_writer *j, const struct anchor_set *set, unix_time at)
{
    const struct anchor_list *l;

    jw_array(j, "licence_lists");
    for (size_t i = 0; (l = anchor_list_at(set, i)) != NULL; i++) {
        const char *state = anchor_list_word(l, at);

        jw_object(j, NULL);
        put_fields(j, l, at);
        jw_str(j, "reason", state[0] == 'o' ? "VICAL_EXPIRED" : state[0] == 's' ? "VICAL_STALE" : NULL);
        jw_int(j, "age_days", l->date < at ? (at - l->date) / DAY : 0);
        jw_int(j, "entries", (int64_t)l->entries);
        jw_int(j, "usable", (int64_t)l->usable);
        jw_int(j, "defective", (int64_t)l->defective);
        jw_str(j, "source", l->source);
        jw_str(j, "member", l->member);
        report_put_time(j, "at", l->at);
        jw_str(j, "do", what_to_do(state));
        jw_object_end(j);
    }
    jw_array_end(j);
}
