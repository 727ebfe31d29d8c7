/* Observations that are flat arrays of facts. */
#include "stix/pattern_code.h"

/* The path of c is the text, but that [n] in it may be [*] there. */
static bool path_is(const struct pattern_comparison *c, const char *path)
{
    struct pattern_step step[LIMIT_PATTERN_STEP];
    struct pattern_comparison any = *c;
    uint8_t room[1024];
    struct buffer b;

    for (uint32_t i = 0; i < c->steps; i++) {
        step[i] = c->step[i];
        if (step[i].kind == PATTERN_INDEX)
            step[i].kind = PATTERN_ALL;
    }
    any.step = step;
    buf_init_fixed(&b, room, sizeof room);
    pattern_print_path(&any, &b);
    return buf_ok(&b) && span_eq_str(buf_span(&b), path);
}

uint32_t pattern_field_find(const struct pattern_fields *fields, const struct pattern_comparison *c)
{
    for (uint32_t i = 0; i < fields->n; i++) {
        struct span path = span_str(fields->path[i]);

        if (path.n > c->type.n && path.p[c->type.n] == ':' && span_starts(path, c->type) &&
            path_is(c, fields->path[i]))
            return i;
    }
    return PATTERN_NONE;
}

/* The place in a list that the path asks for: *any, or a single [n]. False: several lists and an [n]. */
static bool place_of(const struct pattern_comparison *c, bool *any, int64_t *n)
{
    unsigned lists = 0;

    *any = true;
    for (uint32_t i = 0; i < c->steps; i++) {
        lists += c->step[i].kind != PATTERN_KEY;
        if (c->step[i].kind == PATTERN_INDEX) {
            *any = false;
            *n = c->step[i].index;
        }
    }
    return *any || lists == 1;
}

static bool of_type(const void *of, uint32_t object, const struct pattern_comparison *c)
{
    const struct pattern_facts *f = of;

    for (uint32_t i = 0; i < f->n; i++)
        if (f->fact[i].object == object) {
            const char *path = f->fields->path[f->fact[i].field];

            return strncmp(path, (const char *)c->type.p, c->type.n) == 0 && path[c->type.n] == ':';
        }
    return false;
}

static bool values(const void *of, uint32_t object, const struct pattern_comparison *c, uint32_t field,
                   struct arena *scratch, pattern_visit *visit, void *arg)
{
    const struct pattern_facts *f = of;
    int64_t n = 0;
    bool any;

    (void)scratch;
    /* What the source cannot tell is not absent (NOT EXISTS). */
    if (field == PATTERN_NONE || !place_of(c, &any, &n))
        return c->op == PATTERN_EXISTS && c->negated
                   ? visit(&(struct pattern_value){ .kind = PATTERN_VALUE_OTHER }, arg)
                   : false;
    for (uint32_t i = 0; i < f->n; i++) {
        const struct pattern_fact *fact = &f->fact[i];

        if (fact->field == field && fact->object == object && (any || n == (int64_t)fact->index) &&
            visit(&fact->value, arg))
            return true;
    }
    return false;
}

static const struct pattern_view view = { of_type, values };

struct pattern_observation pattern_observation_of(const struct pattern_facts *f, struct pattern_time at)
{
    struct pattern_observation o = { .first = at, .last = at, .number = 1, .view = &view, .of = f };

    for (uint32_t i = 0; i < f->n; i++)
        if (f->fact[i].object >= o.objects)
            o.objects = f->fact[i].object + 1;
    return o;
}

bool pattern_is_facts(const struct pattern_observation *o)
{
    return o->view == &view;
}
