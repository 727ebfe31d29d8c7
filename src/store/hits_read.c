/* Hits, looked up. */
#include "store/hits.h"

#include "store/internal.h"

enum { COUNTS = 4096 };

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span from = db_bytes(c, column), copy = arena_copy(a, from);

    *room = *room && (copy.p || !from.n);
    return copy;
}

static bool key_of(const struct cursor *c, int column, struct traveller_key *out)
{
    struct span s = db_bytes(c, column);

    if (s.n == sizeof out->b)
        memcpy(out->b, s.p, s.n);
    return s.n == sizeof out->b;
}

/* The fields of HIT_FIELDS, then the body. */
static bool read_row(const struct cursor *c, struct arena *a, struct hit_row *r)
{
    bool room = true;

    *r = (struct hit_row){ .seq = db_int(c, 0),
                           .id = keep(a, c, 1, &room),
                           .shelf = keep(a, c, 2, &room),
                           .entity = keep(a, c, 3, &room),
                           .version = keep(a, c, 4, &room),
                           .owner = keep(a, c, 5, &room),
                           .kind = keep(a, c, 6, &room),
                           .protect = db_int(c, 7) != 0,
                           .score = (int)db_int(c, 8),
                           .state = keep(a, c, 9, &room),
                           .outcome = keep(a, c, 10, &room),
                           .first = keep(a, c, 11, &room),
                           .at = db_int(c, 12),
                           .due = db_int(c, 13),
                           .last = db_int(c, 14),
                           .closed = db_int(c, 15),
                           .erased = db_int(c, 16),
                           .body = keep(a, c, 19, &room) };
    r->has_document = key_of(c, 17, &r->subject) && key_of(c, 18, &r->memory);
    return room;
}

static bool read_events(struct database *db, bool bodies, struct arena *a, struct hit_view *v, bool *good,
                        struct why *w)
{
    struct hit_event *e = arena_array(a, LIMIT_HIT_EVENTS, sizeof *e);
    const struct value in[] = { v_int(v->row.seq), v_int(LIMIT_HIT_EVENTS), v_int(bodies) };
    bool row = true, room = e != NULL;
    struct cursor c;

    *good = false;
    if (!db_start(db, Q_HIT_EVENTS, in, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room && v->n_events < LIMIT_HIT_EVENTS)
        e[v->n_events++] = (struct hit_event){ .at = db_int(&c, 0),
                                               .what = keep(a, &c, 1, &room),
                                               .state = keep(a, &c, 2, &room),
                                               .officer = keep(a, &c, 3, &room),
                                               .purpose = keep(a, &c, 4, &room),
                                               .body = keep(a, &c, 5, &room) };
    db_end(&c);
    v->event = e;
    return *good && (room || no_room(w));
}

/* What is sealed becomes plain, in the arena. */
static bool open_body(const struct store *s, struct arena *a, struct span *body, struct why *w)
{
    return !body->n || store_unseal(s, "hit", *body, a, body, w);
}

static bool open_bodies(const struct store *s, struct arena *a, struct hit_view *v, struct why *w)
{
    struct hit_event *e = arena_array(a, v->n_events + 1, sizeof *e);

    if (!e)
        return no_room(w);
    for (size_t i = 0; i < v->n_events; i++) {
        e[i] = v->event[i];
        if (!open_body(s, a, &e[i].body, w))
            return false;
    }
    v->event = e;
    return open_body(s, a, &v->row.body, w);
}

static bool find_row(struct database *db, struct span id, struct arena *a, struct hit_view *v, bool *row,
                     bool *good, struct why *w)
{
    const struct value in = v_text(id);
    struct cursor c;
    bool room = true;

    *good = false;
    if (!db_start(db, Q_HIT_BY_ID, &in, &c, w))
        return false;
    *good = db_next(&c, row, w);
    if (*good && *row)
        room = read_row(&c, a, &v->row);
    db_end(&c);
    return *good && (room || no_room(w));
}

bool store_find_hit(struct store *s, struct span id, bool *found, struct arena *a, struct hit_view *out,
                    struct why *w)
{
    struct hit_view v = { 0 };
    struct database *db;
    bool row = false, good = false, ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = good = db_read_begin(db, w);
    if (ok) {
        ok = find_row(db, id, a, &v, &row, &good, w) && (!row || read_events(db, true, a, &v, &good, w));
        db_rollback(db);
    }
    readers_give(&s->readers, db, !good);
    if (!ok || (row && !open_bodies(s, a, &v, w)))
        return false;
    *found = row;
    if (row)
        *out = v;
    return true;
}

static bool read_page(struct database *db, const struct hit_filter *f, size_t most, struct arena *a,
                      struct hit_view *page, size_t *n, bool *more, bool *good, struct why *w)
{
    const struct value v[] = { v_int(f->before > 0 ? f->before : INT64_MAX), v_text_or_null(f->state),
                               v_int(f->due_before), v_int((int64_t)most + 1),
                               f->subject ? v_bytes(span_of(f->subject->b, sizeof f->subject->b))
                                          : (struct value){ .type = VALUE_NULL } };
    bool row = true, room = true;
    struct cursor c;

    *good = *more = false;
    *n = 0;
    if (!db_start(db, f->subject ? Q_HITS_OF : Q_HITS, v, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room) {
        *more = *n == most;
        if (*more)
            break;
        page[*n] = (struct hit_view){ 0 };
        room = read_row(&c, a, &page[(*n)++].row);
    }
    db_end(&c);
    return *good && (room || no_room(w));
}

bool store_list_hits(struct store *s, const struct hit_filter *f, struct arena *a,
                     const struct hit_view **ret, size_t *n, int64_t *next, struct why *w)
{
    size_t most = f->most && f->most < LIMIT_CASE_PAGE ? f->most : LIMIT_CASE_PAGE, k = 0;
    struct hit_view *page = arena_array(a, most, sizeof *page);
    struct database *db;
    bool ok = false, good = false, more = false;

    if (!page)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_read_begin(db, w)) {
        ok = read_page(db, f, most, a, page, &k, &more, &good, w);
        for (size_t i = 0; ok && i < k; i++)
            ok = read_events(db, false, a, &page[i], &good, w);
        db_rollback(db);
    }
    readers_give(&s->readers, db, !good);
    if (!ok)
        return false;
    *ret = page;
    *n = k;
    *next = more ? page[k - 1].row.seq : 0;
    return true;
}

static bool number(struct store *s, enum query q, const struct value *v, int64_t *n, struct why *w)
{
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, q, v, 0, n, w);
    readers_give(&s->readers, db, !ok);
    return ok;
}

bool store_hit_known(struct store *s, const struct traveller_key *memory, struct span version, unix_time now,
                     bool *found, struct why *w)
{
    const struct value v[] = { v_bytes(span_of(memory->b, sizeof memory->b)), v_text(version), v_int(now) };
    int64_t n = 0;

    if (!number(s, Q_HIT_KNOWN, v, &n, w))
        return false;
    *found = n != 0;
    return true;
}

bool store_count_late_hits(struct store *s, unix_time now, int64_t *n, struct why *w)
{
    return number(s, Q_HITS_LATE, (struct value[]){ v_int(now) }, n, w);
}

bool store_count_hits(struct store *s, unix_time from, unix_time to, struct arena *a,
                      const struct hit_count **ret, size_t *n, struct why *w)
{
    const struct value v[] = { v_int(from), v_int(to), v_int(COUNTS) };
    struct hit_count *list = arena_array(a, COUNTS, sizeof *list);
    bool row = true, room = list != NULL, good;
    struct database *db;
    struct cursor c;
    size_t k = 0;

    if (!room)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    good = db_start(db, Q_HIT_COUNTS, v, &c, w);
    if (good) {
        while ((good = db_next(&c, &row, w)) && row && room && k < COUNTS) {
            list[k] = (struct hit_count){ .owner = keep(a, &c, 0, &room),
                                          .kind = keep(a, &c, 1, &room),
                                          .outcome = keep(a, &c, 2, &room),
                                          .n = db_int(&c, 3),
                                          .seconds = db_int(&c, 4) };
            k++;
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good || !room)
        return good ? no_room(w) : false;
    *ret = list;
    *n = k;
    return true;
}
