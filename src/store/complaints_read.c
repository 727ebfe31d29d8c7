/* Complaints, looked up. */
#include "store/complaints.h"

#include "store/internal.h"

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

/* seq, reference, kind, about, subject, language, at, state, due, answered, decided, last, erased, body */
static bool read_row(const struct cursor *c, struct arena *a, struct complaint_row *r)
{
    bool room = true;

    *r = (struct complaint_row){ .seq = db_int(c, 0),
                                 .reference = keep(a, c, 1, &room),
                                 .kind = keep(a, c, 2, &room),
                                 .about = keep(a, c, 3, &room),
                                 .subject = keep(a, c, 4, &room),
                                 .language = keep(a, c, 5, &room),
                                 .at = db_int(c, 6),
                                 .state = keep(a, c, 7, &room),
                                 .due = db_int(c, 8),
                                 .answered = keep(a, c, 9, &room),
                                 .decided = keep(a, c, 10, &room),
                                 .last = db_int(c, 11),
                                 .erased = db_int(c, 12),
                                 .body = keep(a, c, 13, &room) };
    return room;
}

static bool read_events(struct database *db, bool bodies, struct arena *a, struct complaint_view *v,
                        bool *good, struct why *w)
{
    struct complaint_event *e = arena_array(a, LIMIT_COMPLAINT_EVENTS, sizeof *e);
    const struct value in[] = { v_int(v->row.seq), v_int(LIMIT_COMPLAINT_EVENTS), v_int(bodies) };
    bool row = true, room = e != NULL;
    struct cursor c;

    *good = false;
    if (!db_start(db, Q_COMPLAINT_EVENTS, in, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room && v->n_events < LIMIT_COMPLAINT_EVENTS)
        e[v->n_events++] = (struct complaint_event){ .at = db_int(&c, 0),
                                                     .what = keep(a, &c, 1, &room),
                                                     .state = keep(a, &c, 2, &room),
                                                     .due = db_int(&c, 3),
                                                     .office = keep(a, &c, 4, &room),
                                                     .late = db_int(&c, 5) != 0,
                                                     .body = keep(a, &c, 6, &room) };
    db_end(&c);
    v->event = e;
    return *good && (room || no_room(w));
}

/* What is sealed becomes plain, in the arena. */
static bool open_body(const struct store *s, struct arena *a, struct span *body, struct why *w)
{
    return !body->n || store_unseal(s, "complaint", *body, a, body, w);
}

static bool open_bodies(const struct store *s, struct arena *a, struct complaint_view *v, struct why *w)
{
    struct complaint_event *e = arena_array(a, v->n_events, sizeof *e);

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

static bool find_row(struct database *db, enum query q, struct span by, struct arena *a,
                     struct complaint_view *v, bool *row, bool *good, struct why *w)
{
    struct value in = q == Q_COMPLAINT_BY_FOLLOW ? v_bytes(by) : v_text(by);
    struct cursor c;
    bool room = true;

    *good = false;
    if (!db_start(db, q, &in, &c, w))
        return false;
    *good = db_next(&c, row, w);
    if (*good && *row)
        room = read_row(&c, a, &v->row);
    db_end(&c);
    return *good && (room || no_room(w));
}

bool store_find_complaint(struct store *s, struct span reference, struct span follow, bool *found,
                          struct arena *a, struct complaint_view *out, struct why *w)
{
    struct complaint_view v = { 0 };
    struct traveller_key key;
    struct database *db;
    bool row = false, good = false, ok;

    store_subject_key(s, SPAN("complaint code"), (struct span){ NULL, 0 }, follow, &key);
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = good = db_read_begin(db, w);
    if (ok) {
        ok = find_row(db, reference.n ? Q_COMPLAINT_BY_REFERENCE : Q_COMPLAINT_BY_FOLLOW,
                      reference.n ? reference : span_of(key.b, sizeof key.b), a, &v, &row, &good, w) &&
             (!row || read_events(db, true, a, &v, &good, w));
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

static bool read_page(struct database *db, const struct complaint_filter *f, size_t most, struct arena *a,
                      struct complaint_view *page, size_t *n, bool *more, bool *good, struct why *w)
{
    const struct value v[] = { v_int(f->before > 0 ? f->before : INT64_MAX), v_text_or_null(f->state),
                               v_int(f->due_before), v_int((int64_t)most + 1) };
    bool row = true, room = true;
    struct cursor c;

    *good = *more = false;
    *n = 0;
    if (!db_start(db, Q_COMPLAINTS, v, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room) {
        *more = *n == most;
        if (*more)
            break;
        page[*n] = (struct complaint_view){ 0 };
        room = read_row(&c, a, &page[(*n)++].row);
    }
    db_end(&c);
    return *good && (room || no_room(w));
}

bool store_list_complaints(struct store *s, const struct complaint_filter *f, struct arena *a,
                           const struct complaint_view **ret, size_t *n, int64_t *next, struct why *w)
{
    size_t most = f->most && f->most < LIMIT_CASE_PAGE ? f->most : LIMIT_CASE_PAGE, k = 0;
    struct complaint_view *page = arena_array(a, most, sizeof *page);
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
