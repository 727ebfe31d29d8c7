/* Applications read back. */
#include "store/applications.h"
#include "store/cases.h"
#include "store/internal.h"

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

/* Columns of APPLICATION_FIELDS, and the content when it is there. */
static bool read_row(const struct cursor *c, bool content, struct arena *a, struct application_row *r)
{
    struct span subject = db_bytes(c, 5);
    bool room = true;

    r->seq = db_int(c, 0);
    r->reference = keep(a, c, 1, &room);
    r->request = keep(a, c, 2, &room);
    r->kind = keep(a, c, 3, &room);
    r->purpose = keep(a, c, 4, &room);
    if (subject.n == sizeof r->subject.b)
        memcpy(r->subject.b, subject.p, subject.n);
    r->state = keep(a, c, 6, &room);
    r->at = db_int(c, 7);
    r->last = db_int(c, 8);
    r->due = db_int(c, 9);
    r->ends = db_int(c, 10);
    r->revision = db_int(c, 11);
    r->events = db_int(c, 12);
    if (content)
        r->content = keep(a, c, 13, &room);
    return room;
}

/* ---- rows into a list that grows ---- */

struct list {
    struct arena *a;
    uint8_t *item;
    size_t n, room, size;
};

static void *add(struct list *l)
{
    uint8_t *more;

    if (l->n == l->room) {
        more = arena_array(l->a, l->room ? 2 * l->room : 8, l->size);
        if (!more)
            return NULL;
        if (l->n)
            memcpy(more, l->item, l->n * l->size);
        l->item = more;
        l->room = l->room ? 2 * l->room : 8;
    }
    memset(l->item + l->n * l->size, 0, l->size);
    return l->item + l->n++ * l->size;
}

/* Every row of a query through read; *good: the connection is. */
static bool read_list(struct database *db, enum query q, const struct value *v,
                      bool (*read)(const struct cursor *c, struct arena *a, void *item), struct list *l,
                      bool *good, struct why *w)
{
    struct cursor c;
    bool row = true, room = true;
    void *item;

    *good = false;
    if (!db_start(db, q, v, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room) {
        item = add(l);
        room = item && read(&c, l->a, item);
    }
    db_end(&c);
    return *good && (room || no_room(w));
}

static bool read_event(const struct cursor *c, struct arena *a, void *item)
{
    struct application_event *e = item;
    bool room = true;

    *e = (struct application_event){ .at = db_int(c, 0),
                                     .what = keep(a, c, 1, &room),
                                     .state = keep(a, c, 2, &room),
                                     .who = keep(a, c, 3, &room),
                                     .revision = db_int(c, 4),
                                     .body = keep(a, c, 5, &room) };
    return room;
}

static bool read_file(const struct cursor *c, struct arena *a, void *item)
{
    struct application_file *f = item;
    bool room = true;

    *f = (struct application_file){ .name = keep(a, c, 0, &room),
                                    .type = keep(a, c, 1, &room),
                                    .size = db_int(c, 2),
                                    .hash = keep(a, c, 3, &room) };
    return room;
}

static bool read_whole_file(const struct cursor *c, struct arena *a, void *item)
{
    struct application_file *f = item;
    bool room = true;

    if (!read_file(c, a, item))
        return false;
    f->bytes = keep(a, c, 4, &room);
    return room;
}

static bool read_head(const struct cursor *c, struct arena *a, void *item)
{
    return read_row(c, false, a, item);
}

static bool read_with_content(const struct cursor *c, struct arena *a, void *item)
{
    return read_row(c, true, a, item);
}

static bool read_count(const struct cursor *c, struct arena *a, void *item)
{
    struct application_count *n = item;
    bool room = true;

    *n = (struct application_count){ .year = db_int(c, 0),
                                     .n = db_int(c, 1),
                                     .seconds = db_int(c, 2),
                                     .kind = keep(a, c, 3, &room),
                                     .purpose = keep(a, c, 4, &room),
                                     .what = keep(a, c, 5, &room) };
    return room;
}

static bool read_whole(struct database *db, struct span reference, struct list *rows, bool *good,
                       struct why *w)
{
    struct list events = { rows->a, NULL, 0, 0, sizeof(struct application_event) };
    struct list files = { rows->a, NULL, 0, 0, sizeof(struct application_file) };
    struct application_row *r;

    if (!read_list(db, Q_APPLICATION_GET, (struct value[]){ v_text(reference) }, read_with_content, rows,
                   good, w))
        return false;
    if (!rows->n)
        return true;
    r = (void *)rows->item;
    if (!read_list(db, Q_APPLICATION_EVENTS,
                   (struct value[]){ v_int(r->seq), v_int(LIMIT_APPLICATION_EVENTS) }, read_event, &events,
                   good, w) ||
        !read_list(db, Q_APPLICATION_FILES, (struct value[]){ v_int(r->seq), v_int(LIMIT_PERMISSION_ITEMS) },
                   read_file, &files, good, w))
        return false;
    r->event = (void *)events.item;
    r->n_events = events.n;
    r->file = (void *)files.item;
    r->n_files = files.n;
    return true;
}

bool store_find_application(struct store *s, struct span reference, bool *found, struct arena *a,
                            struct application_row *out, struct why *w)
{
    struct list rows = { a, NULL, 0, 0, sizeof *out };
    struct database *db;
    bool ok, good = false;

    if (!id_valid(reference)) {
        *found = false;
        return true;
    }
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = good = db_read_begin(db, w);
    ok = ok && read_whole(db, reference, &rows, &good, w);
    db_rollback(db);
    readers_give(&s->readers, db, !good);
    if (!ok)
        return false;
    *found = rows.n != 0;
    if (*found)
        memcpy(out, rows.item, sizeof *out);
    return true;
}

/* One query by a connection of its own. */
static bool look(struct store *s, enum query q, const struct value *v,
                 bool (*read)(const struct cursor *c, struct arena *a, void *item), struct list *l,
                 struct why *w)
{
    struct database *db;
    bool ok, good = false;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = read_list(db, q, v, read, l, &good, w);
    readers_give(&s->readers, db, !good);
    return ok;
}

bool store_application_file(struct store *s, struct span reference, struct span name, bool *found,
                            struct arena *a, struct application_file *out, struct why *w)
{
    struct list files = { a, NULL, 0, 0, sizeof *out };

    *found = false;
    if (!id_valid(reference) || !word_valid(name))
        return true;
    if (!look(s, Q_APPLICATION_FILE, (struct value[]){ v_text(reference), v_text(name) }, read_whole_file,
              &files, w))
        return false;
    *found = files.n != 0;
    if (*found)
        memcpy(out, files.item, sizeof *out);
    return true;
}

bool store_list_applications(struct store *s, const struct application_filter *f, struct arena *a,
                             const struct application_row **ret, size_t *n, int64_t *next, struct why *w)
{
    struct list rows = { a, NULL, 0, 0, sizeof(struct application_row) };
    size_t most = f->most && f->most < LIMIT_CASE_PAGE ? f->most : LIMIT_CASE_PAGE;
    const struct value v[] = { v_int(f->before > 0 ? f->before : INT64_MAX), v_int((int64_t)most + 1),
                               v_text_or_null(f->state),
                               f->subject ? v_bytes(span_of(f->subject->b, sizeof f->subject->b))
                                          : (struct value){ .type = VALUE_NULL },
                               v_int(f->due_by) };

    if (!look(s, Q_APPLICATIONS, v, read_head, &rows, w))
        return false;
    *ret = (void *)rows.item;
    *n = rows.n < most ? rows.n : most;
    *next = rows.n > most ? (*ret)[most - 1].seq : 0;
    return true;
}

bool store_application_counts(struct store *s, int year, struct arena *a,
                              const struct application_count **ret, size_t *n, struct why *w)
{
    struct list rows = { a, NULL, 0, 0, sizeof(struct application_count) };

    if (!look(s, Q_APPLICATION_COUNTS, (struct value[]){ v_int(year), v_int(LIMIT_CASE_PAGE) }, read_count,
              &rows, w))
        return false;
    *ret = (void *)rows.item;
    *n = rows.n;
    return true;
}

bool store_application_counted(struct store *s, int year, struct span kind, struct span purpose,
                               struct span what, int64_t *n, struct why *w)
{
    const struct value v[] = { v_int(year), v_text(kind), v_text(purpose), v_text(what) };
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_APPLICATION_COUNTED, v, 0, n, w);
    readers_give(&s->readers, db, !ok);
    return ok;
}
