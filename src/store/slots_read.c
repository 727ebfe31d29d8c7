/* Slots and what is said of them, looked up. */
#include "store/slots_internal.h"

enum { DUE_MOST = 4096 };

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static enum slot_state state_of(struct span word)
{
    for (enum slot_state s = 0; s < SLOT_STATES; s++)
        if (span_eq_str(word, slot_state_word(s)))
            return s;
    return SLOT_UNDRAWN;
}

static void copy(uint8_t *to, size_t n, struct span from)
{
    if (from.n == n)
        memcpy(to, from.p, n);
}

bool slot_row_read(const struct cursor *c, struct arena *a, struct slot_row *out)
{
    *out = (struct slot_row){ .seq = db_int(c, 0),
                              .place = arena_copy(a, db_bytes(c, 1)),
                              .start = db_int(c, 2),
                              .persons = db_int(c, 3),
                              .places = db_int(c, 4),
                              .state = state_of(db_bytes(c, 5)),
                              .at = db_int(c, 6),
                              .ended = db_int(c, 7),
                              .turn = db_int(c, 8),
                              .changed = db_int(c, 9),
                              .has_plate = db_bytes(c, 11).n > 0 };
    copy(out->document.b, sizeof out->document.b, db_bytes(c, 10));
    copy(out->plate.b, sizeof out->plate.b, db_bytes(c, 11));
    copy(out->bind, sizeof out->bind, db_bytes(c, 12));
    copy(out->seen, sizeof out->seen, db_bytes(c, 13));
    return out->place.p != NULL;
}

/* Rows of q, at most `most`, into an array of the arena; one(ctx) keeps each. */
static bool rows(struct store *s, enum query q, const struct value *v, size_t most,
                 bool (*one)(const struct cursor *c, struct arena *a, void *array, size_t i), void *array,
                 struct arena *a, size_t *n, struct why *w)
{
    struct database *db;
    struct cursor c;
    bool row = true, good = false, room = array != NULL;

    *n = 0;
    if (!room)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, q, v, &c, w)) {
        while ((good = db_next(&c, &row, w)) && row && room && *n < most)
            room = one(&c, a, array, (*n)++);
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    return good && (room || no_room(w));
}

static bool keep_slot(const struct cursor *c, struct arena *a, void *array, size_t i)
{
    return slot_row_read(c, a, (struct slot_row *)array + i);
}

bool store_slot_find(struct store *s, struct span code, bool *found, struct arena *a, struct slot_row *out,
                     struct why *w)
{
    struct traveller_key key;
    struct slot_row *row = arena_array(a, 1, sizeof *row);
    size_t n = 0;

    store_subject_key(s, SPAN("slot code"), (struct span){ NULL, 0 }, code, &key);
    if (!rows(s, Q_SLOT_BY_CODE, (struct value[]){ v_bytes(span_of(key.b, sizeof key.b)) }, 1, keep_slot, row,
              a, &n, w))
        return false;
    *found = n == 1;
    if (n)
        *out = *row;
    return true;
}

bool store_slot_of(struct store *s, struct span document, bool *found, struct arena *a, struct slot_row *out,
                   struct why *w)
{
    struct traveller_key key, plate;
    struct slot_row *row = arena_array(a, 1, sizeof *row);
    size_t n = 0;

    store_slot_keys(s, document, (struct span){ NULL, 0 }, &key, &plate);
    if (!rows(s, Q_SLOT_OF_DOCUMENT, (struct value[]){ v_bytes(span_of(key.b, sizeof key.b)) }, 1, keep_slot,
              row, a, &n, w))
        return false;
    *found = n == 1;
    if (n)
        *out = *row;
    return true;
}

bool store_slots_past(struct store *s, unix_time before, size_t most, struct arena *a, struct slot_row **ret,
                      size_t *n, struct why *w)
{
    *ret = arena_array(a, most, sizeof **ret);
    return rows(s, Q_SLOTS_PAST, (struct value[]){ v_int(before), v_int((int64_t)most) }, most, keep_slot,
                *ret, a, n, w);
}

static bool keep_due(const struct cursor *c, struct arena *a, void *array, size_t i)
{
    struct slot_due *d = (struct slot_due *)array + i;

    *d = (struct slot_due){ arena_copy(a, db_bytes(c, 0)), db_int(c, 1) };
    return d->place.p != NULL;
}

bool store_slots_due(struct store *s, struct arena *a, struct slot_due **ret, size_t *n, struct why *w)
{
    *ret = arena_array(a, DUE_MOST, sizeof **ret);
    return rows(s, Q_SLOTS_DUE, (struct value[]){ v_int(INT64_MAX), v_int(DUE_MOST) }, DUE_MOST, keep_due,
                *ret, a, n, w);
}

bool store_slot_figures(struct store *s, struct span place, unix_time start, struct slot_figures *out,
                        struct why *w)
{
    struct slot_figures f = { 0 };
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = slot_sum(db, Q_SLOT_TAKEN, place, start, &f.taken, w) &&
         slot_sum(db, Q_SLOT_RESTING, place, start, &f.resting, w) &&
         slot_sum(db, Q_SLOT_WAITERS, place, start, &f.waiting, w);
    readers_give(&s->readers, db, !ok);
    if (ok)
        *out = f;
    return ok;
}

static bool keep_event(const struct cursor *c, struct arena *a, void *array, size_t i)
{
    struct slot_event *e = (struct slot_event *)array + i;

    *e = (struct slot_event){ db_int(c, 0), db_int(c, 1), arena_copy(a, db_bytes(c, 2)), db_int(c, 3) != 0 };
    return e->body.p != NULL;
}

bool store_slot_events(struct store *s, int64_t after, bool open, size_t most, struct arena *a,
                       struct slot_event **ret, size_t *n, struct why *w)
{
    size_t limit = most && most < LIMIT_SLOT_EVENTS ? most : LIMIT_SLOT_EVENTS;

    *ret = arena_array(a, limit, sizeof **ret);
    return rows(s, Q_SLOT_EVENTS, (struct value[]){ v_int(after), v_int(open), v_int((int64_t)limit) }, limit,
                keep_event, *ret, a, n, w);
}
