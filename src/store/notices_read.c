/* Notices, looked up. */
#include "store/internal.h"
#include "store/notices.h"

static const char USE[] = "notice";

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

static bool read_versions(struct database *db, struct span id, struct arena *a, struct notice_rows *out,
                          bool *good, struct why *w)
{
    struct notice_row *r = arena_array(a, STORE_NOTICE_VERSIONS, sizeof *r);
    bool row = true, room = r != NULL;
    struct cursor c;

    *good = false;
    if (!db_start(db, Q_NOTICE_OF, (struct value[]){ v_text(id), v_int(STORE_NOTICE_VERSIONS) }, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room && out->n < STORE_NOTICE_VERSIONS)
        r[out->n++] = (struct notice_row){ .origin = keep(a, &c, 0, &room),
                                           .place = db_int(&c, 1),
                                           .id = keep(a, &c, 2, &room),
                                           .version = db_int(&c, 3),
                                           .open = db_int(&c, 4) != 0,
                                           .issuer = keep(a, &c, 5, &room),
                                           .kind = keep(a, &c, 6, &room),
                                           .digest = keep(a, &c, 7, &room),
                                           .substance = keep(a, &c, 8, &room),
                                           .at = db_int(&c, 9),
                                           .expires = db_int(&c, 10),
                                           .body = keep(a, &c, 11, &room) };
    db_end(&c);
    out->row = r;
    return *good && (room || no_room(w));
}

static bool read_events(struct database *db, struct span id, struct arena *a, struct notice_rows *out,
                        bool *good, struct why *w)
{
    struct notice_event_row *e = arena_array(a, STORE_NOTICE_EVENTS, sizeof *e);
    bool row = true, room = e != NULL;
    struct cursor c;

    *good = false;
    if (!db_start(db, Q_NOTICE_EVENTS_OF, (struct value[]){ v_text(id), v_int(STORE_NOTICE_EVENTS) }, &c, w))
        return false;
    while ((*good = db_next(&c, &row, w)) && row && room && out->n_events < STORE_NOTICE_EVENTS)
        e[out->n_events++] = (struct notice_event_row){ .origin = keep(a, &c, 0, &room),
                                                        .place = db_int(&c, 1),
                                                        .id = keep(a, &c, 2, &room),
                                                        .version = db_int(&c, 3),
                                                        .what = keep(a, &c, 4, &room),
                                                        .member = keep(a, &c, 5, &room),
                                                        .kind = keep(a, &c, 6, &room),
                                                        .at = db_int(&c, 7),
                                                        .digest = keep(a, &c, 8, &room),
                                                        .body = keep(a, &c, 9, &room) };
    db_end(&c);
    out->event = e;
    return *good && (room || no_room(w));
}

static bool open_body(const struct store *s, bool bodies, struct arena *a, struct span *body, struct why *w)
{
    if (!bodies)
        *body = (struct span){ NULL, 0 };
    return !body->n || store_unseal(s, USE, *body, a, body, w);
}

static bool open_all(const struct store *s, bool bodies, struct arena *a, struct notice_rows *x,
                     struct why *w)
{
    struct notice_row *r = arena_array(a, x->n + 1, sizeof *r);
    struct notice_event_row *e = arena_array(a, x->n_events + 1, sizeof *e);

    if (!r || !e)
        return no_room(w);
    for (size_t i = 0; i < x->n; i++) {
        r[i] = x->row[i];
        if (!open_body(s, bodies, a, &r[i].body, w))
            return false;
    }
    for (size_t i = 0; i < x->n_events; i++) {
        e[i] = x->event[i];
        if (!open_body(s, bodies, a, &e[i].body, w))
            return false;
    }
    x->row = r;
    x->event = e;
    return true;
}

bool store_find_notice(struct store *s, struct span id, bool bodies, struct arena *a, struct notice_rows *out,
                       struct why *w)
{
    struct notice_rows x = { 0 };
    struct database *db;
    bool good = false, ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = good = db_read_begin(db, w);
    if (ok) {
        ok = read_versions(db, id, a, &x, &good, w) && read_events(db, id, a, &x, &good, w);
        db_rollback(db);
    }
    readers_give(&s->readers, db, !good);
    if (!ok || !open_all(s, bodies, a, &x, w))
        return false;
    *out = x;
    return true;
}

static bool ids(struct store *s, enum query q, const struct value *v, size_t most, struct arena *a,
                const struct span **ret, size_t *n, struct why *w)
{
    struct span *list = arena_array(a, most + 1, sizeof *list);
    bool row = true, room = list != NULL, good;
    struct database *db;
    struct cursor c;
    size_t k = 0;

    if (!room)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    good = db_start(db, q, v, &c, w);
    if (good) {
        while ((good = db_next(&c, &row, w)) && row && room && k < most)
            list[k++] = keep(a, &c, 0, &room);
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good || !room)
        return good && no_room(w);
    *ret = list;
    *n = k;
    return true;
}

bool store_notice_ids(struct store *s, struct span after, unix_time live, size_t most, struct arena *a,
                      const struct span **ret, size_t *n, struct why *w)
{
    struct span from = after.n ? after : SPAN(" ");
    const struct value all[] = { v_text(from), v_int((int64_t)most) };
    const struct value alive[] = { v_text(from), v_int((int64_t)most), v_int(live) };

    return ids(s, live ? Q_NOTICE_IDS_LIVE : Q_NOTICE_IDS, live ? alive : all, most, a, ret, n, w);
}

bool store_notices_expired(struct store *s, unix_time before, size_t most, struct arena *a,
                           const struct span **ret, size_t *n, struct why *w)
{
    return ids(s, Q_NOTICE_IDS_EXPIRED, (struct value[]){ v_int(before), v_int((int64_t)most) }, most, a, ret,
               n, w);
}

/* ---- drafts ---- */

static struct notice_draft_row draft_of(const struct cursor *c, struct arena *a, bool *room)
{
    return (struct notice_draft_row){ .reference = keep(a, c, 0, room),
                                      .state = keep(a, c, 1, room),
                                      .id = keep(a, c, 2, room),
                                      .revision = db_int(c, 3),
                                      .at = db_int(c, 4),
                                      .last = db_int(c, 5),
                                      .body = keep(a, c, 6, room) };
}

static bool drafts(struct store *s, enum query q, const struct value *v, size_t most, struct arena *a,
                   struct notice_draft_row *list, size_t *n, struct why *w)
{
    bool row = true, room = true, good;
    struct database *db;
    struct cursor c;

    *n = 0;
    if (!readers_take(&s->readers, &db, w))
        return false;
    good = db_start(db, q, v, &c, w);
    if (good) {
        while ((good = db_next(&c, &row, w)) && row && room && *n < most)
            list[(*n)++] = draft_of(&c, a, &room);
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    return good && (room || no_room(w));
}

bool store_find_notice_draft(struct store *s, struct span reference, bool *found, struct arena *a,
                             struct notice_draft_row *out, struct why *w)
{
    struct notice_draft_row r;
    size_t n = 0;

    if (!drafts(s, Q_NOTICE_DRAFT_GET, (struct value[]){ v_text(reference) }, 1, a, &r, &n, w))
        return false;
    *found = n > 0;
    if (!n)
        return true;
    if (!open_body(s, true, a, &r.body, w))
        return false;
    *out = r;
    return true;
}

bool store_list_notice_drafts(struct store *s, size_t most, struct arena *a,
                              const struct notice_draft_row **ret, size_t *n, struct why *w)
{
    struct notice_draft_row *list = arena_array(a, most + 1, sizeof *list);

    if (!list)
        return no_room(w);
    *ret = list;
    return drafts(s, Q_NOTICE_DRAFTS, (struct value[]){ v_int((int64_t)most) }, most, a, list, n, w);
}
