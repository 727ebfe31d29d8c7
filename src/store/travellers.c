/* Who is inside and until when, what was entered by hand, and which check a receipt's code is of. */
#include "store/internal.h"

enum { REPAIRS = 64 };

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static struct value key_value(const struct traveller_key *t)
{
    return v_bytes(span_of(t->b, sizeof t->b));
}

/* seq, traveller, day, article, days, period, until; NULL columns read as 0 and empty. */
static bool read_open(const struct cursor *c, struct arena *a, struct open_stay *out)
{
    struct span traveller = db_bytes(c, 1), article = db_bytes(c, 3);
    int64_t until = db_int(c, 6);

    *out = (struct open_stay){ .seq = db_int(c, 0),
                               .from = date_from_days((day_number)db_int(c, 2)),
                               .article = arena_copy(a, article),
                               .days = (int)db_int(c, 4),
                               .period = (int)db_int(c, 5) };
    if (until)
        out->until = date_from_days((day_number)until);
    if (traveller.n == sizeof out->traveller.b)
        memcpy(out->traveller.b, traveller.p, traveller.n);
    return out->article.p || !article.n;
}

bool store_open_stays(struct store *s, struct span member, struct date until, int64_t after, size_t most,
                      struct arena *a, const struct open_stay **ret, size_t *n, int64_t *next, struct why *w)
{
    size_t limit = most && most < LIMIT_CASE_PAGE ? most : LIMIT_CASE_PAGE, k = 0;
    const struct value v[] = { v_text(member), v_int(after), v_int(date_to_days(until)),
                               v_int((int64_t)limit + 1) };
    struct open_stay *page = arena_array(a, limit, sizeof *page);
    struct database *db;
    struct cursor c;
    bool row = true, room = page != NULL, good = false, more = false;

    if (!room)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_OPEN_STAYS, v, &c, w)) {
        while ((good = db_next(&c, &row, w)) && row && room) {
            more = k == limit;
            if (more)
                break;
            room = read_open(&c, a, &page[k++]);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good)
        return false;
    if (!room)
        return no_room(w);
    *ret = page;
    *n = k;
    *next = more ? page[k - 1].seq : 0;
    return true;
}

bool store_last_entry(struct store *s, const struct traveller_key *t, struct span member, bool *found,
                      struct arena *a, struct open_stay *out, struct why *w)
{
    const struct value v[] = { key_value(t), v_text(member) };
    struct open_stay o = { 0 };
    struct database *db;
    struct cursor c;
    bool row = false, room = true, good = false;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_LAST_ENTRY, v, &c, w)) {
        good = db_next(&c, &row, w);
        if (good && row)
            room = read_open(&c, a, &o);
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good)
        return false;
    if (!room)
        return no_room(w);
    *found = row;
    if (row)
        *out = o;
    return true;
}

static bool read_repair(const struct cursor *c, struct arena *a, struct repair_record *r)
{
    *r = (struct repair_record){ .kind = db_int(c, 0) == MOVEMENT_EXIT ? MOVEMENT_EXIT : MOVEMENT_ENTRY,
                                 .day = date_from_days((day_number)db_int(c, 1)),
                                 .office = arena_copy(a, db_bytes(c, 2)),
                                 .reason = arena_copy(a, db_bytes(c, 3)),
                                 .recorded = db_int(c, 4) };
    return r->office.p && r->reason.p;
}

bool store_repairs(struct store *s, const struct traveller_key *t, struct span member, struct arena *a,
                   const struct repair_record **ret, size_t *n, struct why *w)
{
    const struct value v[] = { key_value(t), v_text(member), v_int(REPAIRS) };
    struct repair_record *r = arena_array(a, REPAIRS, sizeof *r);
    struct database *db;
    struct cursor c;
    size_t k = 0;
    bool row = true, room = r != NULL, good = false;

    if (!room)
        return no_room(w);
    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_REPAIRS_OF, v, &c, w)) {
        while ((good = db_next(&c, &row, w)) && row && room && k < REPAIRS)
            room = read_repair(&c, a, &r[k++]);
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good)
        return false;
    if (!room)
        return no_room(w);
    *ret = r;
    *n = k;
    return true;
}

bool store_traveller_of(struct store *s, const struct traveller_key *subject, bool *found,
                        struct traveller_key *out, struct why *w)
{
    struct traveller_key t = { { 0 } };
    struct database *db;
    struct cursor c;
    bool row = false, good = false;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_TRAVELLER_OF, (struct value[]){ key_value(subject) }, &c, w)) {
        good = db_next(&c, &row, w);
        if (good && row && db_bytes(&c, 0).n == sizeof t.b)
            memcpy(t.b, db_bytes(&c, 0).p, sizeof t.b);
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good)
        return false;
    *found = row;
    if (row)
        *out = t;
    return true;
}

bool store_erased_before(struct store *s, unix_time *out, struct why *w)
{
    struct database *db;
    int64_t before = 0;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_ERASED_BEFORE, NULL, 0, &before, w);
    readers_give(&s->readers, db, !ok);
    if (ok)
        *out = before;
    return ok;
}

bool store_check_of_code(struct store *s, struct span code, bool *found, struct arena *a, struct span *id,
                         unix_time *at, bool *admitted, struct why *w)
{
    struct span copy = { NULL, 0 };
    unix_time when = 0;
    bool row = false, good = false, yes = false;
    struct database *db;
    struct cursor c;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_CHECK_OF_CODE, (struct value[]){ v_text(code) }, &c, w)) {
        good = db_next(&c, &row, w);
        if (good && row) {
            copy = arena_copy(a, db_bytes(&c, 0));
            when = db_int(&c, 1);
            yes = db_int(&c, 2) != 0;
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    if (!good)
        return false;
    if (row && !copy.p)
        return no_room(w);
    *found = row;
    if (row) {
        *id = copy;
        *at = when;
        *admitted = yes;
    }
    return true;
}
