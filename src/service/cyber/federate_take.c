#include "service/cyber/federate_take.h"

#include <stdio.h>

#include "base/limits.h"
#include "crypto/digest.h"
#include "log/origin.h"
#include "stix/exercise.h"
#include "wire/json_write.h"

enum { OBJECT_ARENA = 64 << 20, TOLD = 256 * 1024, TOLD_OBJECTS = 1000, MOST_MARKINGS = 1024 };

/* Marking-definitions that came in the same record. */
struct own_marking {
    struct stix_uuid id;
    struct stix_marking marking;
};

struct work {
    const struct cyber_taking *t;
    const struct cyber_arrival *x;
    struct cyber_batch_head head;
    struct cyber_arrival_label label;
    uint8_t from; /* place of the member whose log it is */
    uint16_t shared;
    struct arena *batch, *scratch; /* scratch is emptied after each object */
    struct own_marking *marking;
    size_t n_marking;
    struct object_new *item;
    size_t n, room;
    struct cyber_taken *out;
    struct json_writer told;
    size_t place; /* of the object in the record */
};

static void hold(struct work *k, struct span id, const char *reason, const char *say)
{
    if (k->out->held++ >= TOLD_OBJECTS)
        return;
    jw_object(&k->told, NULL);
    jw_int(&k->told, "place", (int64_t)k->place);
    jw_text(&k->told, "object", id);
    jw_str(&k->told, "reason", reason);
    jw_str(&k->told, "say", say);
    jw_object_end(&k->told);
}

static bool look(void *ctx, const struct stix_uuid *id, struct stix_marking *out)
{
    const struct work *k = ctx;

    for (size_t i = 0; i < k->n_marking; i++) {
        if (stix_uuid_eq(&k->marking[i].id, id)) {
            *out = k->marking[i].marking;
            return true;
        }
    }
    return cyber_marking_look(k->t->objects, id, out);
}

/* Definitions first, since objects of the record may be marked with them. */
static void read_marking(struct work *k, struct span text)
{
    const struct stix_how how = { .any_pattern = true };
    struct stix_object o;
    struct why w = { 0 };

    if (!memmem(text.p, text.n, "marking-definition\"", 19) || k->n_marking == MOST_MARKINGS)
        return;
    arena_reset(k->scratch);
    if (!stix_read(text, &how, k->scratch, &o, NULL, &w) || !span_eq_str(o.type, "marking-definition"))
        return;
    k->marking[k->n_marking].id = o.uuid;
    stix_marking_read(&o, k->scratch, &k->marking[k->n_marking].marking);
    k->marking[k->n_marking++].marking.statement = (struct span){ NULL, 0 };
}

/* Another member's node sends it on: its owner and marking stay, and the agreement says how far. */
static const char *forwarded(const struct work *k, const struct cyber_label *l)
{
    if (l->owner == k->from)
        return NULL;
    if (l->owner == k->t->law->self)
        return "owner";
    return l->tlp == TLP_RED || 1 + l->tlp > k->t->law->onward ? "onward" : NULL;
}

/* Objects of a creator that is another member's may be passed on as that member's, and not otherwise. */
static const char *by_creator(const struct work *k, const struct stix_object *o, struct cyber_label *l)
{
    const struct stix_id identity = { .type = SPAN("identity"), .uuid = o->creator };
    struct object_row row;
    uint64_t sequence;

    if (!o->has_creator)
        return NULL;
    for (size_t i = 0; i < k->t->places->n; i++) {
        struct stix_uuid u;

        cyber_identity_of(span_str(k->t->places->member[i]), &u);
        if (stix_uuid_eq(&u, &o->creator) && i != l->owner)
            return "creator";
    }
    if (!cyber_newest(k->t->objects, k->shared, &identity, &sequence, &row) || row.label.owner == l->owner)
        return NULL;
    l->owner = row.label.owner;
    return forwarded(k, l);
}

static bool by_owner(const struct object_row *r)
{
    return r->origin == CYBER_NO_PLACE || r->origin == r->label.owner;
}

static bool has_version(const struct work *k, const struct stix_object *o, const struct stix_id *id)
{
    struct object_new n = { .text = o->text };
    struct object_version v;
    struct object_query q = {
        .collection = k->shared, .id = id, .n_ids = 1, .version = &v, .n_versions = 1, .limit = 1
    };
    struct object_page p = { 0 };
    bool found;

    if (!object_new_of(o, &n))
        return false;
    v = (struct object_version){ n.row.version, n.row.version_rest };
    object_store_find(k->t->objects, &q, &p);
    found = p.n != 0;
    object_page_free(&p);
    return found;
}

/*
 * Versions come from the owner alone. What another member passes on and its owner never sent is taken, but
 * neither milder than what is here nor as a withdrawal.
 */
static const char *by_stored(const struct work *k, const struct stix_object *o, struct cyber_label *l)
{
    const struct stix_id id = { .type = o->type, .uuid = o->uuid };
    struct object_row row;
    uint64_t sequence;

    if (!cyber_newest(k->t->objects, k->shared, &id, &sequence, &row) || (row.flags & OBJECT_IS_UNVERSIONED))
        return NULL;
    if ((row.label.owner == l->owner && k->from == l->owner) || has_version(k, o, &id))
        return NULL;
    if (row.label.owner != l->owner || by_owner(&row) || o->revoked)
        return "creator";
    if (l->tlp < row.label.tlp)
        return "relaxed";
    *l = cyber_label_meet(l, &row.label);
    return NULL;
}

static const char *say_of(const char *reason)
{
    static const struct {
        const char *reason, *say;
    } known[] = {
        { "owner", "an object of this member came from another one, and it is not the one that is here" },
        { "onward", "the agreement does not let it be passed on with this marking" },
        { "creator", "its versions come from another member: its owner, or that of its creator" },
        { "relaxed", "its marking is milder than that of the version that is here" },
        { "red", "TLP:RED was sent to all members: it is for named recipients" },
        { "exercise", "it belongs to an exercise and came in a record that is of none" },
        { "exercise-forged", "it has the mark of an exercise and not the id of one" },
        { "exercise-stripped", "it has the id of an exercise and not the mark" },
        { "marking", "it has the id of a TLP marking and says something else" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].reason, reason) == 0)
            return known[i].say;
    return "it was held back";
}

/* One of the nine ids with another content, or TLP made up. */
static bool false_marking(struct work *k, const struct stix_object *o)
{
    struct stix_marking m = { .kind = STIX_MARKING_UNKNOWN };
    unsigned version;
    enum tlp t;

    if (!span_eq_str(o->type, "marking-definition") || !stix_tlp_of(&o->uuid, &t, &version))
        return false;
    stix_marking_read(o, k->scratch, &m);
    return m.kind != STIX_MARKING_TLP || m.tlp != t;
}

static const char *judge(struct work *k, const struct stix_object *o, struct cyber_label *l)
{
    enum stix_exercise e = stix_exercise_of(o);
    struct stix_marks marks;
    const char *reason;

    if (e > STIX_EXERCISE || (e == STIX_EXERCISE && !k->head.exercise))
        return stix_exercise_word(e);
    stix_marks_of(o, look, k, &marks);
    *l = cyber_label_of(&k->label, &marks);
    if (false_marking(k, o))
        return "marking";
    if (l->tlp == TLP_RED && !(l->flags & CYBER_REFER) && l->audience == CYBER_ALL)
        return "red";
    reason = forwarded(k, l);
    if (!reason)
        reason = by_creator(k, o, l);
    return reason ? reason : by_stored(k, o, l);
}

static bool take_one(struct work *k, struct span text, struct why *w)
{
    static const struct stix_how how = { .any_pattern = true };
    struct object_new *n = &k->item[k->n];
    struct why why = { 0 };
    struct stix_object o;
    struct cyber_label l;
    const char *reason;

    arena_reset(k->scratch);
    k->out->objects++;
    if (!stix_read(text, &how, k->scratch, &o, NULL, &why)) {
        hold(k, o.id, why.reason, why.detail);
        return true;
    }
    reason = judge(k, &o, &l);
    if (reason) {
        hold(k, o.id, reason, say_of(reason));
        return true;
    }
    *n = (struct object_new){ .text = text };
    if (!object_new_of(&o, n)) {
        hold(k, o.id, object_outcome_word(n->outcome), object_outcome_say(n->outcome));
        return true;
    }
    n->text = text;
    n->type = arena_copy(k->batch, o.type);
    n->row.label = l;
    n->row.origin = k->from;
    k->n++;
    return n->type.p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool each(struct work *k, struct cyber_batch b, bool markings, struct why *w)
{
    struct why why = { 0 };
    struct span text;
    bool any = true, ok = true;

    for (k->place = 0; ok && any; k->place++) {
        ok = cyber_batch_next(&b, &text, &any, &why);
        if (!ok && !markings)
            hold(k, (struct span){ NULL, 0 }, why.reason, why.detail); /* what came before it counts */
        if (!ok || !any)
            break;
        if (markings)
            read_marking(k, text);
        else if (k->place == k->room)
            return true;
        else if (!take_one(k, text, w))
            return false;
    }
    return true;
}

/* ---- into the store ---- */

/*
 * The owner gave the same version to more readers: all of them. Nobody else makes it wider; and what another
 * member passed on before the owner's own record came has the owner's label from then on.
 */
static bool wider(const struct object_row *old, const struct object_row *now, struct cyber_label *out)
{
    const struct cyber_label *l = &now->label;
    struct cyber_label u = old->label;

    if (old->label.owner != l->owner || !by_owner(now))
        return false;
    if (!by_owner(old)) {
        *out = *l;
        return true;
    }
    u.audience |= l->audience;
    if (l->group == CYBER_NO_PLACE)
        u.group = CYBER_NO_PLACE;
    else if (u.group != CYBER_NO_PLACE && u.group != l->group)
        return false; /* two groups cannot stand in one label: the first stays */
    if (!(l->flags & CYBER_EXERCISE))
        u.flags &= (uint8_t)~CYBER_EXERCISE;
    if (!(l->flags & CYBER_EMBARGO)) {
        u.flags &= (uint8_t)~CYBER_EMBARGO;
        u.until = 0;
    } else if ((u.flags & CYBER_EMBARGO) && l->until && (l->until < u.until || !u.until)) {
        u.until = l->until;
    }
    if (cyber_label_below(&u, &old->label))
        return false;
    *out = u;
    return true;
}

bool cyber_widen(struct object_store *s, uint16_t collection, struct object_new *item, size_t n,
                 size_t *widened, struct why *w)
{
    for (size_t i = 0; i < n; i++) {
        struct object_row old;
        struct cyber_label l;

        if (item[i].outcome != OBJECT_KNOWN || !object_store_row(s, item[i].sequence, &old) ||
            !wider(&old, &item[i].row, &l))
            continue;
        item[i].row.label = l;
        item[i].outcome = OBJECT_ADDED;
        item[i].instead = item[i].sequence;
        if (!object_store_add(s, collection, &item[i], 1, w))
            return false;
        ++*widened;
    }
    return true;
}

static void hold_item(struct work *k, const struct object_new *x)
{
    char uuid[STIX_UUID_TEXT], id[STIX_ID_TEXT];
    int n = snprintf(id, sizeof id, "%.*s--%s", (int)x->type.n, (const char *)x->type.p,
                     stix_uuid_text(&x->row.uuid, uuid));

    hold(k, span_of(id, (size_t)n), object_outcome_word(x->outcome), object_outcome_say(x->outcome));
}

static bool store(struct work *k, struct why *w)
{
    if (!k->n)
        return true;
    if (!object_store_add(k->t->objects, k->shared, k->item, k->n, w))
        return false;
    for (size_t i = 0; i < k->n; i++) {
        const struct object_new *x = &k->item[i];

        k->out->revoked += (x->outcome == OBJECT_ADDED || x->outcome == OBJECT_KNOWN) &&
                           (x->row.flags & OBJECT_IS_REVOKED) != 0;
        if (x->outcome == OBJECT_ADDED)
            k->out->added++;
        else if (x->outcome == OBJECT_KNOWN)
            k->out->known++;
        else
            hold_item(k, x);
    }
    return cyber_widen(k->t->objects, k->shared, k->item, k->n, &k->out->widened, w);
}

/* ---- what is held back ---- */

static void act_id(char prefix, struct span origin, uint64_t index, char out[CYBER_TOLD_ID])
{
    static const char hex[] = "0123456789abcdef";
    struct buffer b;
    uint8_t mem[ORIGIN_MAX + 32];
    struct digest d;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, origin);
    buf_be(&b, index, 8);
    digest_of(DIGEST_SHA256, buf_span(&b), &d);
    out[0] = prefix;
    out[1] = '-';
    for (size_t i = 0; i < 16; i++) {
        out[2 + 2 * i] = hex[d.b[i] >> 4];
        out[3 + 2 * i] = hex[d.b[i] & 15];
    }
    out[CYBER_TOLD_ID - 1] = 0;
}

void cyber_told_id(struct span origin, uint64_t index, char out[CYBER_TOLD_ID])
{
    act_id('T', origin, index, out);
}

void cyber_done_id(struct span member, struct span recall, char out[CYBER_TOLD_ID])
{
    uint8_t mem[2 * CYBER_WORD];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, member);
    buf_u8(&b, '/');
    buf_put(&b, recall);
    act_id('D', buf_span(&b), 0, out);
}

static bool record_held(struct work *k, struct why *w)
{
    char id[CYBER_TOLD_ID];
    struct cyber_act_row r = { .at = k->t->now,
                               .act = SPAN("held"),
                               .who = k->x->member,
                               .audience = k->x->audience,
                               .article = span_str(k->t->article),
                               .body = buf_span(&k->out->told) };

    if (!k->out->held || !k->t->store)
        return true;
    act_id('H', k->x->origin, k->x->index, id);
    r.id = span_str(id);
    return buf_ok(&k->out->told) && store_put_cyber_act(k->t->store, &r, &k->out->report, w);
}

static void begin_told(struct work *k)
{
    buf_reset(&k->out->told);
    k->told = json_to(&k->out->told);
    jw_object(&k->told, NULL);
    jw_text(&k->told, "origin", k->x->origin);
    jw_int(&k->told, "index", (int64_t)k->x->index);
    jw_array(&k->told, "objects");
}

static bool end_told(struct work *k, struct why *w)
{
    jw_array_end(&k->told);
    jw_int(&k->told, "held", (int64_t)k->out->held);
    jw_object_end(&k->told);
    return record_held(k, w);
}

/* Who sent it, to whom, for which group; NULL, or why nothing of it can be taken. */
static const char *frame(struct work *k)
{
    const struct cyber_taking *t = k->t;
    uint8_t owner = k->head.owner.n ? cyber_place_of(t->places, k->head.owner) : k->from;

    k->label = (struct cyber_arrival_label){
        .law = t->law,
        .owner = owner,
        .audience = cyber_audience_read(t->places, k->x->audience),
        .group = CYBER_NO_PLACE,
        .flags = (uint8_t)((k->head.exercise ? CYBER_EXERCISE : 0) | (k->head.embargo ? CYBER_EMBARGO : 0)),
        .until = (uint32_t)k->head.embargo,
    };
    if (k->from >= CYBER_PLACES || owner >= CYBER_PLACES || !(t->law->bound >> k->from & 1))
        return "not-bound";
    if (k->head.group.n)
        k->label.group = cyber_group_of(t->places, k->head.group);
    if (k->head.group.n && (k->label.group >= CYBER_PLACES || !(t->law->groups >> k->label.group & 1)))
        return "group";
    return NULL;
}

static bool take_batch(struct work *k, struct why *w)
{
    struct why why = { 0 };
    struct cyber_batch b;
    const char *reason;

    if (!cyber_batch_open(k->x->body, k->batch, &b, &why)) {
        hold(k, (struct span){ NULL, 0 }, why.reason, why.detail);
        return true;
    }
    k->head = b.head;
    (void)snprintf(k->out->release, sizeof k->out->release, "%.*s", (int)b.head.release.n,
                   (const char *)b.head.release.p);
    reason = frame(k);
    if (reason) {
        hold(k, (struct span){ NULL, 0 }, reason,
             "its member is not bound by the article, or its trust group is not known here");
        return true;
    }
    k->room = LIMIT_CYBER_BATCH_OBJECTS;
    k->item = arena_array(k->batch, k->room, sizeof *k->item);
    k->marking = arena_array(k->batch, MOST_MARKINGS, sizeof *k->marking);
    if (!k->item || !k->marking)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return each(k, b, true, w) && each(k, b, false, w) && store(k, w);
}

bool cyber_take(const struct cyber_taking *t, const struct cyber_arrival *x, struct cyber_taken *out,
                struct why *w)
{
    struct arena batch, scratch;
    struct work k = { .t = t, .x = x, .out = out, .batch = &batch, .scratch = &scratch };
    bool ok;

    out->objects = out->added = out->known = out->widened = out->held = out->revoked = 0;
    out->release[0] = 0;
    out->report = false;
    if (!span_eq_str(x->type, CYBER_TYPE))
        return true;
    k.from = cyber_place_of(t->places, x->member);
    arena_init(&batch, 8 * (size_t)LIMIT_CYBER_BATCH);
    arena_init(&scratch, OBJECT_ARENA);
    begin_told(&k);
    ok = object_store_collection(t->objects, span_str(cyber_shared_collection()), &k.shared, w) &&
         take_batch(&k, w) && end_told(&k, w);
    arena_free(&scratch);
    arena_free(&batch);
    return ok;
}
