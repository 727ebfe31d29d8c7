#include "stix/exercise.h"

static bool has_mark(const struct stix_object *o)
{
    const struct json *j = &o->json;

    if (o->markings != JSON_NONE)
        for (json_ref v = json_first(j, o->markings); v != JSON_NONE; v = json_after(j, o->markings, v))
            if (json_text_is(j, v, STIX_EXERCISE_ID))
                return true;
    if (o->granular != JSON_NONE)
        for (json_ref v = json_first(j, o->granular); v != JSON_NONE; v = json_after(j, o->granular, v))
            if (json_is(j, v, JSON_KIND_OBJECT) &&
                json_text_is(j, json_member(j, v, "marking_ref"), STIX_EXERCISE_ID))
                return true;
    return false;
}

/* Ids of observables follow from what they say, so that they tell nothing. */
enum stix_exercise stix_exercise_of(const struct stix_object *o)
{
    static const uint8_t prefix[] = { 0xe8, 0xe2, 0xc1, 0x5e };
    bool id = memcmp(o->uuid.b, prefix, sizeof prefix) == 0, mark = has_mark(o);

    if (o->class == STIX_SCO)
        return mark ? STIX_EXERCISE : STIX_REAL;
    if (span_eq_str(o->type, "marking-definition"))
        return id ? STIX_EXERCISE : mark ? STIX_EXERCISE_FORGED : STIX_REAL;
    if (id)
        return mark ? STIX_EXERCISE : STIX_EXERCISE_STRIPPED;
    return mark ? STIX_EXERCISE_FORGED : STIX_REAL;
}

const char *stix_exercise_word(enum stix_exercise e)
{
    static const char *const word[] = { "", "exercise", "exercise-forged", "exercise-stripped" };

    return word[e];
}

const char *stix_exercise_say(enum stix_exercise e)
{
    static const char *const say[] = {
        "it is real",
        "it belongs to an exercise, and stays in its drill",
        "it has the mark of an exercise and not the id of one: the mark was put on it",
        "it has the id of an exercise and not the mark: the mark was taken off",
    };

    return say[e];
}

struct span stix_exercise_object(void)
{
    return SPAN("{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" STIX_EXERCISE_ID
                "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"definition_type\":\"statement\","
                "\"definition\":{\"statement\":\"EXERCISE EXERCISE EXERCISE: part of a drill, not real\"}}");
}
