/* Cases read back: one by its name, pages by what is asked for. */
#include "store/cases.h"
#include "store/internal.h"

static const struct span none = { NULL, 0 };

/* A copy into the arena. *room turns false when it does not fit. */
static struct span keep(struct arena *a, const struct cursor *c, int column, bool *room)
{
    struct span s = db_bytes(c, column), copy = arena_copy(a, s);

    if (s.n && !copy.p)
        *room = false;
    return copy;
}

/* Columns as Q_CASE_FIELDS has them. */
static bool read_case(const struct cursor *c, struct arena *a, struct case_view *v)
{
    struct case_record *r = &v->record;
    struct span origin = db_bytes(c, 1), subject = db_bytes(c, 5);
    bool room = true;

    v->seq = db_int(c, 0);
    r->name.side = origin.n ? CASE_THEIRS : CASE_OURS;
    r->name.other = keep(a, c, 2, &room);
    r->name.reference = keep(a, c, 3, &room);
    r->kind = keep(a, c, 4, &room);
    r->has_subject = subject.n == sizeof r->subject.b;
    if (r->has_subject)
        memcpy(r->subject.b, subject.p, subject.n);
    r->purpose = keep(a, c, 6, &room);
    r->article = keep(a, c, 7, &room);
    r->at = db_int(c, 8);
    r->until = db_int(c, 9);
    r->state = keep(a, c, 10, &room);
    r->body = keep(a, c, 11, &room);
    return room;
}

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* The events of a case; *good: the connection is. */
static bool read_events(struct database *db, bool bodies, struct arena *a, struct case_view *v, bool *good,
                        struct why *w)
{
    struct cursor c;
    struct case_event *e;
    int64_t n = 0;
    bool row = true, room = true;

    *good = false;
    if (!db_number(db, Q_COUNT_EVENTS_OF, (struct value[]){ v_int(v->seq) }, 0, &n, w))
        return false;
    if (n > LIMIT_CASE_EVENTS)
        n = LIMIT_CASE_EVENTS;
    e = arena_array(a, (size_t)n, sizeof *e);
    if (!db_start(db, Q_EVENTS_OF, (struct value[]){ v_int(v->seq), v_int(n), v_int(bodies) }, &c, w))
        return false;
    v->n_events = 0;
    while ((*good = db_next(&c, &row, w)) && row && e && room && v->n_events < (size_t)n) {
        e[v->n_events++] = (struct case_event){ .id = keep(a, &c, 0, &room),
                                                .at = db_int(&c, 1),
                                                .what = keep(a, &c, 2, &room),
                                                .state = keep(a, &c, 3, &room),
                                                .body = keep(a, &c, 4, &room) };
    }
    db_end(&c);
    v->event = e;
    return *good && ((e && room) || no_room(w));
}

static bool read_row(struct database *db, const struct case_name *name, struct arena *a,
                     struct case_view *view, bool *row, bool *good, struct why *w)
{
    const struct value v[] = { v_text(name->side == CASE_OURS ? none : name->other),
                               v_text(name->reference) };
    struct cursor c;
    bool ok;

    *good = false;
    if (!db_start(db, Q_CASE_FIND, v, &c, w))
        return false;
    *good = db_next(&c, row, w);
    ok = *good && (!*row || read_case(&c, a, view) || no_room(w));
    db_end(&c);
    return ok;
}

/* Row and events of one moment. A new reference, the usual case, is found out without a transaction. */
bool store_find_case(struct store *s, const struct case_name *name, bool *found, struct arena *a,
                     struct case_view *out, struct why *w)
{
    struct case_view view = { 0 };
    struct database *db;
    struct case_name checked = *name;
    bool row = false, ok, good = false, any = name->side == CASE_OURS && name->other.n == 0;

    if (any)
        checked.other = SPAN("any");
    if (!case_name_check(&checked, w) || !readers_take(&s->readers, &db, w))
        return false;
    ok = read_row(db, name, a, &view, &row, &good, w);
    if (ok && row) {
        ok = good = db_read_begin(db, w);
        ok = ok && read_row(db, name, a, &view, &row, &good, w) &&
             (!row || read_events(db, true, a, &view, &good, w));
        db_rollback(db);
    }
    readers_give(&s->readers, db, !good);
    if (!ok)
        return false;
    *found = row && (any || span_eq(view.record.name.other, name->other));
    if (*found)
        *out = view;
    return true;
}

static struct value text_or_any(struct span s)
{
    return v_text_or_null(s);
}

/* The rows of a page; *n of them, and whether there is one more. */
static bool read_page(struct database *db, const struct case_filter *f, size_t most, struct arena *a,
                      struct case_view *page, size_t *n, bool *more, bool *good, struct why *w)
{
    const struct value v[] = {
        v_int(f->before > 0 ? f->before : INT64_MAX),
        v_int((int64_t)most + 1),
        text_or_any(f->kind),
        v_int(f->side),
        text_or_any(f->other),
        v_int(f->overdue ? f->now : INT64_MAX),
        v_int(f->bodies),
        text_or_any(f->state),
        f->subject ? v_bytes(span_of(f->subject->b, sizeof f->subject->b)) : (struct value){ 0 },
    };
    enum query q = f->subject ? Q_CASES_OF : f->state.n ? Q_CASES_IN : Q_CASES;
    struct cursor c;
    bool row = true, room = true;

    *n = 0;
    *more = *good = false;
    if (!db_start(db, q, v, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room) {
        if (*n == most) {
            *more = true;
            break;
        }
        room = read_case(&c, a, &page[(*n)++]);
    }
    db_end(&c);
    return *good && (room || no_room(w));
}

bool store_list_cases(struct store *s, const struct case_filter *f, struct arena *a,
                      const struct case_view **ret, size_t *n, int64_t *next, struct why *w)
{
    size_t most = f->most && f->most < LIMIT_CASE_PAGE ? f->most : LIMIT_CASE_PAGE, k = 0;
    struct case_view *page = arena_array(a, most, sizeof *page);
    struct database *db;
    bool ok = false, good = false, more = false;

    if (!page)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_read_begin(db, w)) {
        ok = read_page(db, f, most, a, page, &k, &more, &good, w);
        for (size_t i = 0; ok && i < k; i++)
            ok = read_events(db, f->bodies, a, &page[i], &good, w);
        db_rollback(db);
    }
    readers_give(&s->readers, db, !good);
    if (!ok)
        return false;
    *ret = page;
    *n = k;
    *next = more ? page[k - 1].seq : 0;
    return true;
}
