/* How far an opinion may go: no further than what it is about, which it names. */
#include "base/limits.h"
#include "service/cyber/life.h"
#include "service/cyber/release_internal.h"

enum { MEMORY = 16 << 20 };

/* Members that have the object, or may be given it from here. */
static uint64_t knowing(const struct release_plan *p, const struct cyber_label *of)
{
    uint64_t reach = of->audience;

    if (of->owner < CYBER_PLACES)
        reach |= (uint64_t)1 << of->owner;
    for (unsigned m = 0; m < CYBER_PLACES; m++) {
        const struct cyber_reader node = { .kind = CYBER_NODE,
                                           .organisation = CYBER_CERT,
                                           .member = (uint8_t)m,
                                           .clearance = TLP_RED,
                                           .exercise = true,
                                           .groups = UINT64_MAX };

        if (cyber_may(&p->law, &node, of, CYBER_FORWARD, p->now) == CYBER_ALLOWED)
            reach |= (uint64_t)1 << m;
    }
    return reach;
}

static uint64_t reach_of(const struct release_plan *p, uint16_t shared, const struct json *j,
                         const struct cyber_label *label, struct arena *a)
{
    json_ref refs = json_member(j, JSON_ROOT, "object_refs");
    uint64_t reach = UINT64_MAX, sequence;

    if (!json_is(j, refs, JSON_KIND_ARRAY))
        return reach;
    for (json_ref v = json_first(j, refs); v != JSON_NONE; v = json_after(j, refs, v)) {
        struct object_row of;
        struct stix_id id;
        struct span text;

        if (!json_text_of(j, v, a, &text) || !stix_id_read(text, &id) ||
            !life_newest(p->desk->objects, shared, p->law.self, &id, &sequence, &of) ||
            of.label.owner == p->law.self)
            continue;
        reach &= of.label.tlp > label->tlp ? 0 : knowing(p, &of.label);
    }
    return reach;
}

uint64_t release_reach(const struct release_plan *p, uint16_t shared, uint64_t sequence,
                       const struct cyber_label *label)
{
    struct object_row row;
    struct why w = { 0 };
    uint64_t reach = 0; /* what cannot be read goes to nobody */
    struct arena a;
    struct json j;
    uint8_t *text;

    if (!object_store_row(p->desk->objects, sequence, &row))
        return 0;
    if (!span_eq_str(object_store_type(p->desk->objects, row.type), "opinion"))
        return UINT64_MAX;
    arena_init(&a, MEMORY);
    text = arena_alloc(&a, (size_t)row.n + 1);
    if (text && object_store_bytes(p->desk->objects, &sequence, 1, text, row.n, &w) &&
        json_parse(span_of(text, row.n), &a, &j, &w))
        reach = reach_of(p, shared, &j, label, &a);
    arena_free(&a);
    return reach;
}
