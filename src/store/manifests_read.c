/* Lists of travellers read back. */
#include "store/cases.h"
#include "store/internal.h"
#include "store/manifests.h"

enum { EVENTS = 256 };

static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span s = db_bytes(c, column), copy = arena_copy(a, s);

    if (s.n && !copy.p)
        *room = false;
    return copy;
}

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* Columns of MANIFEST_FIELDS, and the head. */
static bool read_entry(const struct cursor *c, struct arena *a, struct manifest_entry *m)
{
    struct span state = db_bytes(c, 3);
    bool room = true;

    *m = (struct manifest_entry){ .seq = db_int(c, 0) };
    m->reference = keep(a, c, 1, &room);
    m->request = keep(a, c, 2, &room);
    for (int i = 0; i < MANIFEST_STATES; i++)
        if (span_eq_str(state, manifest_state_word((enum manifest_state)i)))
            m->state = (enum manifest_state)i;
    m->at = db_int(c, 4);
    m->last = db_int(c, 5);
    m->ends = db_int(c, 6);
    m->persons = db_int(c, 7);
    m->parts = db_int(c, 8);
    m->done = db_int(c, 9);
    m->summary = keep(a, c, 10, &room);
    m->head = keep(a, c, 11, &room);
    return room;
}

/* Rows of a query, each through one; stops when that says no, for want of room. */
static bool each(struct store *s, enum query q, const struct value *v,
                 bool (*one)(void *ctx, const struct cursor *c), void *ctx, struct why *w)
{
    struct database *db;
    struct cursor c;
    bool ok = false, row = true, room = true;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, q, v, &c, w)) {
        while ((ok = db_next(&c, &row, w)) && row && room)
            room = one(ctx, &c);
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    return ok && (room || no_room(w));
}

struct entries {
    struct arena *a;
    struct manifest_entry *item;
    size_t n, most;
};

static bool take_entry(void *ctx, const struct cursor *c)
{
    struct entries *e = ctx;

    return e->n == e->most || read_entry(c, e->a, &e->item[e->n++]);
}

static bool one_of(struct store *s, enum query q, const struct value *v, bool *found, struct arena *a,
                   struct manifest_entry *out, struct why *w)
{
    struct manifest_entry m = { 0 };
    struct entries e = { a, &m, 0, 1 };

    if (!each(s, q, v, take_entry, &e, w))
        return false;
    *found = e.n != 0;
    if (*found)
        *out = m;
    return true;
}

bool store_find_manifest(struct store *s, struct span reference, bool *found, struct arena *a,
                         struct manifest_entry *out, struct why *w)
{
    *found = false;
    return !id_valid(reference) ||
           one_of(s, Q_MANIFEST_GET, (struct value[]){ v_text(reference) }, found, a, out, w);
}

bool store_waiting_manifest(struct store *s, bool *found, struct arena *a, struct manifest_entry *out,
                            struct why *w)
{
    return one_of(s, Q_MANIFEST_WAITING, NULL, found, a, out, w);
}

bool store_list_manifests(struct store *s, int64_t before, size_t most, struct arena *a,
                          const struct manifest_entry **ret, size_t *n, int64_t *next, struct why *w)
{
    size_t page = most && most < LIMIT_CASE_PAGE ? most : LIMIT_CASE_PAGE;
    struct entries e = { a, arena_array(a, page + 1, sizeof *e.item), 0, page + 1 };

    if (!e.item)
        return no_room(w);
    if (!each(s, Q_MANIFESTS,
              (struct value[]){ v_int(before > 0 ? before : INT64_MAX), v_int((int64_t)page + 1) },
              take_entry, &e, w))
        return false;
    *ret = e.item;
    *n = e.n < page ? e.n : page;
    *next = e.n > page ? e.item[page - 1].seq : 0;
    return true;
}

struct body {
    struct arena *a;
    struct span out;
    bool found;
};

static bool take_body(void *ctx, const struct cursor *c)
{
    struct body *b = ctx;
    bool room = true;

    b->found = true;
    b->out = keep(b->a, c, 0, &room);
    return room;
}

bool store_manifest_part(struct store *s, struct span reference, enum manifest_part_kind kind, int64_t part,
                         bool *found, struct arena *a, struct span *body, struct why *w)
{
    struct body b = { .a = a };

    *found = false;
    if (!id_valid(reference))
        return true;
    if (!each(s, Q_MANIFEST_PART, (struct value[]){ v_text(reference), v_int(kind), v_int(part) }, take_body,
              &b, w))
        return false;
    *found = b.found;
    *body = b.out;
    return true;
}

struct have {
    bool *part;
    int64_t n;
};

static bool take_number(void *ctx, const struct cursor *c)
{
    struct have *h = ctx;
    int64_t i = db_int(c, 0);

    if (i >= 0 && i < h->n)
        h->part[i] = true;
    return true;
}

bool store_manifest_parts(struct store *s, struct span reference, enum manifest_part_kind kind, bool *have,
                          int64_t parts, struct why *w)
{
    struct have h = { have, parts };

    memset(have, 0, (size_t)parts * sizeof *have);
    return !id_valid(reference) ||
           each(s, Q_MANIFEST_PARTS, (struct value[]){ v_text(reference), v_int(kind) }, take_number, &h, w);
}

struct events {
    struct arena *a;
    struct manifest_event *item;
    size_t n;
};

static bool take_event(void *ctx, const struct cursor *c)
{
    struct events *e = ctx;
    bool room = true;

    if (e->n == EVENTS)
        return true;
    e->item[e->n].at = db_int(c, 0);
    e->item[e->n].what = keep(e->a, c, 1, &room);
    e->item[e->n++].who = keep(e->a, c, 2, &room);
    return room;
}

bool store_manifest_events(struct store *s, struct span reference, struct arena *a,
                           const struct manifest_event **ret, size_t *n, struct why *w)
{
    struct events e = { a, arena_array(a, EVENTS, sizeof *e.item), 0 };

    *n = 0;
    if (!e.item)
        return no_room(w);
    if (id_valid(reference) &&
        !each(s, Q_MANIFEST_EVENTS, (struct value[]){ v_text(reference), v_int(EVENTS) }, take_event, &e, w))
        return false;
    *ret = e.item;
    *n = e.n;
    return true;
}
