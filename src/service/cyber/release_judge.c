/* Which objects are meant, and what comes of each at each member. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/release_internal.h"

enum { REFUSALS = 200 };

void release_plan_free(struct release_plan *p)
{
    free(p->object);
    p->object = NULL;
}

/* As it will be at the others: what the owner's member says now, or what it was under, whichever way. */
static struct cyber_label target(const struct release_plan *p, const struct cyber_label *l)
{
    const struct release_ask *ask = p->ask;
    struct cyber_label t = {
        .audience = ask->to, .owner = l->owner, .group = ask->group, .tlp = l->tlp, .flags = l->flags
    };

    t.flags &= (uint8_t)~CYBER_EMBARGO;
    if (ask->exercise)
        t.flags |= CYBER_EXERCISE;
    if (ask->embargo) {
        t.flags |= CYBER_EMBARGO;
        t.until = (uint32_t)ask->embargo;
    }
    return l->owner == p->law.self ? t : cyber_label_meet(&t, l);
}

static enum cyber_verdict at_member(const struct release_plan *p, const struct cyber_label *l, uint8_t place)
{
    const struct cyber_reader node = { .kind = CYBER_NODE,
                                       .organisation = CYBER_CERT,
                                       .member = place,
                                       .clearance = TLP_RED,
                                       .exercise = true,
                                       .groups = UINT64_MAX };

    if (place == l->owner)
        return CYBER_NOT_ONWARD; /* it has it */
    if (l->tlp >= TLP_RED && p->ask->all)
        return CYBER_PERSONS;
    return cyber_may(&p->law, &node, l, CYBER_FORWARD, p->now);
}

/* Members that are asked for: of all those that there are. */
static bool asked(const struct release_plan *p, size_t place)
{
    return place < p->desk->places->n && place != p->law.self && (p->ask->to >> place & 1);
}

static void judge_class(const struct release_plan *p, struct release_class *c)
{
    uint64_t allowed = 0;
    bool all = p->ask->all;

    for (size_t i = 0; i < CYBER_PLACES; i++) {
        if (!asked(p, i))
            continue;
        c->verdict[i] = (uint8_t)at_member(p, &c->label, (uint8_t)i);
        if (c->verdict[i] == CYBER_ALLOWED && !(c->reach >> i & 1))
            c->verdict[i] = CYBER_NOT_ONWARD;
        if (c->verdict[i] == CYBER_ALLOWED)
            allowed |= (uint64_t)1 << i;
        else if (c->verdict[i] != CYBER_NOT_MEMBER)
            all = false;
    }
    c->label.audience = allowed && all && c->label.audience == CYBER_ALL ? CYBER_ALL : allowed;
}

static bool same_target(const struct cyber_label *a, const struct cyber_label *b)
{
    return a->owner == b->owner && a->tlp == b->tlp && a->flags == b->flags && a->group == b->group &&
           a->until == b->until && a->audience == b->audience;
}

/* asked_label of a class is what it was made of: kept beside it. */
static bool class_of(struct release_plan *p, struct cyber_label *made, const struct cyber_label *l,
                     uint64_t reach, uint32_t *out, struct why *w)
{
    struct cyber_label t = target(p, l);
    uint32_t i = 0;

    while (i < p->n_classes && (!same_target(&made[i], &t) || p->class[i].reach != reach))
        i++;
    if (i == RELEASE_CLASSES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many kinds of labels at once; at most %d",
                       RELEASE_CLASSES);
    if (i == p->n_classes) {
        made[i] = t;
        p->class[i] = (struct release_class){ .label = t, .reach = reach };
        judge_class(p, &p->class[i]);
        p->n_classes++;
    }
    p->class[i].n++;
    *out = i;
    return true;
}

/* An object stands in the own collection and among what is shared, maybe with an older version there. */
struct seen {
    struct stix_uuid uuid;
    int64_t version;
    uint64_t sequence;
    struct cyber_label label;
    uint16_t type, rest;
    bool unversioned, own; /* own: not of what is shared, whose label is that of an earlier release */
    bool hidden;           /* the officer may not read it */
};

static int by_version(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    int c = memcmp(x->uuid.b, y->uuid.b, sizeof x->uuid.b);

    if (c == 0)
        c = x->type < y->type ? -1 : x->type > y->type;
    if (c == 0)
        c = x->version < y->version ? -1 : x->version > y->version;
    if (c == 0)
        c = x->rest < y->rest ? -1 : x->rest > y->rest;
    if (c == 0)
        c = x->own - y->own;
    return c ? c : x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static int by_sequence(const void *a, const void *b)
{
    const struct release_object *x = a, *y = b;

    return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* b is the same object, as new or newer: of an object the newest version goes. Observables have none. */
static bool replaced(const struct seen *a, const struct seen *b)
{
    return stix_uuid_eq(&a->uuid, &b->uuid) && a->type == b->type && !a->unversioned;
}

/* What came from another member stays its own, also when a tool of this member posted it here again. */
static struct cyber_label true_label(const struct release_plan *p, uint16_t shared, const struct seen *s)
{
    const struct stix_id id = { .type = object_store_type(p->desk->objects, s->type), .uuid = s->uuid };
    struct cyber_label theirs;
    struct object_row row;
    uint64_t sequence;

    if (s->label.owner != p->law.self || !cyber_newest(p->desk->objects, shared, &id, &sequence, &row) ||
        row.label.owner == p->law.self)
        return s->label;
    theirs = row.label;
    if (s->label.tlp > theirs.tlp)
        theirs.tlp = s->label.tlp;
    return theirs;
}

static bool judge_all(struct release_plan *p, uint16_t shared, struct seen *s, size_t n,
                      struct cyber_label *made, struct why *w)
{
    qsort(s, n, sizeof *s, by_version);
    for (size_t i = 0; i < n; i++) {
        struct cyber_label l;

        if (i + 1 < n && replaced(&s[i], &s[i + 1]))
            continue;
        if (s[i].hidden) { /* also when he may read an older version: the newest one goes, or none */
            const struct stix_id id = { .type = object_store_type(p->desk->objects, s[i].type),
                                        .uuid = s[i].uuid };

            release_hide(p, &id);
            continue;
        }
        l = true_label(p, shared, &s[i]);
        if (p->filter && !p->filter->fits(p->filter->ctx, s[i].sequence, &l))
            continue;
        p->object[p->n].sequence = s[i].sequence;
        if (!class_of(p, made, &l, release_reach(p, shared, s[i].sequence, &l), &p->object[p->n].class, w))
            return false;
        p->n++;
    }
    qsort(p->object, p->n, sizeof *p->object, by_sequence);
    return p->n || p->filter || why_set(w, "nothing", WHY_NO_OFFSET, NULL, "no object is chosen");
}

bool release_judge(struct release_plan *p, struct arena *a, struct why *w)
{
    const struct object_query q = { .collection = p->ask->collection,
                                    .id = p->ask->id,
                                    .n_ids = p->ask->n_ids,
                                    .type = p->ask->type,
                                    .n_types = p->ask->n_types,
                                    .added_after = p->filter ? p->filter->added_after : p->ask->added_after,
                                    .dated = p->ask->dated || (p->filter && p->filter->added_after),
                                    .after = p->filter ? p->filter->after : 0,
                                    .until = p->filter ? p->filter->until : 0,
                                    .versions = OBJECT_LAST,
                                    .limit = LIMIT_CYBER_RELEASE };
    struct cyber_label *made = arena_array(a, RELEASE_CLASSES, sizeof *made);
    struct object_page page = { 0 };
    uint16_t shared = 0;
    struct seen *s;
    size_t n = 0;
    bool ok;

    p->class = arena_array(a, RELEASE_CLASSES, sizeof *p->class);
    if (!made || !p->class)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!object_store_collection(p->desk->objects, span_str(cyber_shared_collection()), &shared, w))
        return false;
    object_store_find(p->desk->objects, &q, &page);
    s = calloc(page.n + 1, sizeof *s);
    p->object = calloc(page.n + 1, sizeof *p->object);
    if (!s || !p->object)
        abort();
    for (size_t i = 0; i < page.n; i++) {
        struct object_row r;

        if (!object_store_row(p->desk->objects, page.sequence[i], &r))
            continue;
        s[n++] = (struct seen){ .uuid = r.uuid,
                                .version = r.version,
                                .sequence = page.sequence[i],
                                .label = r.label,
                                .type = r.type,
                                .rest = r.version_rest,
                                .own = r.collection != shared,
                                .hidden = !release_readable(p, &r.label),
                                .unversioned = (r.flags & OBJECT_IS_UNVERSIONED) != 0 };
    }
    ok = !page.more ||
         why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d objects at once", LIMIT_CYBER_RELEASE);
    object_page_free(&page);
    ok = ok && judge_all(p, shared, s, n, made, w);
    free(s);
    return ok;
}

/* ---- for people ---- */

static const struct {
    const char *word;
    enum cyber_kind kind;
    enum cyber_organisation organisation;
} readers[] = {
    { "analysts cleared for red", CYBER_ANALYST, CYBER_CERT },
    { "analysts and tools", CYBER_TOOL, CYBER_CERT },
    { "detectors of the CERT", CYBER_DETECTOR, CYBER_CERT },
    { "clients", CYBER_TOOL, CYBER_CLIENT },
    { "detectors of clients", CYBER_DETECTOR, CYBER_CLIENT },
    { "anybody", CYBER_ANONYMOUS, CYBER_CLIENT },
};

enum { READERS = sizeof readers / sizeof *readers };

/* At the member's node, once it is there. Accounts without a clearance of their own have amber+strict. */
static bool reads(const struct release_plan *p, const struct cyber_label *l, uint8_t place, size_t i)
{
    struct cyber_law law = p->law;
    const struct cyber_reader r = { .kind = readers[i].kind,
                                    .organisation = readers[i].organisation,
                                    .member = place,
                                    .clearance = i ? TLP_AMBER_STRICT : TLP_RED,
                                    .groups = UINT64_MAX };

    law.self = place;
    return cyber_may(&law, &r, l, CYBER_READ, p->now) == CYBER_ALLOWED;
}

static void say_member(const struct release_plan *p, uint8_t place, struct json_writer *j)
{
    size_t sees = 0, refused = 0, by[READERS] = { 0 };

    for (size_t c = 0; c < p->n_classes; c++) {
        const struct release_class *x = &p->class[c];

        if (x->verdict[place] != CYBER_ALLOWED) {
            refused += x->n;
            continue;
        }
        sees += x->n;
        for (size_t i = 0; i < READERS; i++)
            by[i] += reads(p, &x->label, place, i) ? x->n : 0;
    }
    jw_object(j, NULL);
    jw_str(j, "member", p->desk->places->member[place]);
    jw_int(j, "sees", (int64_t)sees);
    jw_int(j, "refused", (int64_t)refused);
    jw_object(j, "readers");
    for (size_t i = 0; i < READERS; i++)
        jw_int(j, readers[i].word, (int64_t)by[i]);
    jw_object_end(j);
    jw_object_end(j);
}

static void say_refusal(const struct release_plan *p, uint64_t sequence, size_t place, uint8_t verdict,
                        struct json_writer *j)
{
    struct object_row row;
    char id[STIX_ID_TEXT];

    if (!object_store_row(p->desk->objects, sequence, &row))
        return;
    (void)object_id_text(p->desk->objects, &row, id);
    jw_object(j, NULL);
    jw_str(j, "object", id);
    jw_str(j, "member", p->desk->places->member[place]);
    jw_str(j, "reason", cyber_verdict_word((enum cyber_verdict)verdict));
    jw_str(j, "say", cyber_verdict_say((enum cyber_verdict)verdict));
    jw_str(j, "article", p->rules->article);
    jw_object_end(j);
}

static void say_refusals(const struct release_plan *p, struct json_writer *j)
{
    size_t said = 0;

    jw_array(j, "refusals");
    for (size_t i = 0; i < p->n && said < REFUSALS; i++) {
        const struct release_class *c = &p->class[p->object[i].class];

        for (size_t m = 0; m < CYBER_PLACES && said < REFUSALS; m++) {
            if (!asked(p, m) || c->verdict[m] == CYBER_ALLOWED)
                continue;
            say_refusal(p, p->object[i].sequence, m, c->verdict[m], j);
            said++;
        }
    }
    jw_array_end(j);
}

static void say_markings(const struct release_plan *p, struct json_writer *j)
{
    size_t n[TLP_LEVELS] = { 0 }, granular = 0;

    for (size_t c = 0; c < p->n_classes; c++) {
        uint8_t t = p->class[c].label.tlp;

        n[t <= TLP_RED ? t : TLP_RED] += p->class[c].n;
        granular += p->class[c].label.flags & CYBER_GRANULAR ? p->class[c].n : 0;
    }
    jw_object(j, "markings");
    for (enum tlp t = TLP_CLEAR; t <= TLP_RED; t++)
        jw_int(j, sharing_tlp_word(t), (int64_t)n[t]);
    jw_object_end(j);
    jw_int(j, "granular", (int64_t)granular);
}

void release_say(const struct release_plan *p, struct json_writer *j)
{
    char day[DATE_TEXT];
    size_t goes = 0;

    for (size_t c = 0; c < p->n_classes; c++)
        goes += p->class[c].label.audience ? p->class[c].n : 0;
    jw_str(j, "article", p->rules->article);
    jw_str(j, "date", date_format(date_of_time(p->now), day));
    jw_int(j, "version", agreement_version(p->desk->agreement));
    jw_int(j, "objects", (int64_t)p->n);
    jw_int(j, "goes", (int64_t)goes);
    say_markings(p, j);
    jw_array(j, "members");
    for (size_t m = 0; m < CYBER_PLACES; m++)
        if (asked(p, m))
            say_member(p, (uint8_t)m, j);
    jw_array_end(j);
    say_refusals(p, j);
    jw_array(j, "doubts");
    (void)release_doubts(p, j);
    jw_array_end(j);
}
