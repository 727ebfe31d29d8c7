/* Look-ups. Each takes a read connection for its one statement: it sees all that was committed before. */
#include "store/internal.h"
#include "store/migrate.h"
#include "store/stays.h"

void readers_start(struct readers *rs, const char *path, const uint64_t *position)
{
    *rs = (struct readers){ .path = path, .position = position };
    pthread_mutex_init(&rs->lock, NULL);
    pthread_cond_init(&rs->returned, NULL);
}

void readers_stop(struct readers *rs)
{
    if (!rs->path)
        return;
    for (size_t i = 0; i < rs->n_idle; i++)
        db_close(rs->idle[i]);
    pthread_cond_destroy(&rs->returned);
    pthread_mutex_destroy(&rs->lock);
    rs->path = NULL;
}

/* Those that ended while nobody used them are closed: a server that went takes all of them with it. */
static struct database *idle_one(struct readers *rs)
{
    struct database *db = NULL;

    while (!db && rs->n_idle) {
        db = rs->idle[--rs->n_idle];
        if (db_alive(db))
            break;
        db_close(db);
        db = NULL;
    }
    return db;
}

bool readers_take(struct readers *rs, struct database **ret, struct why *w)
{
    struct database *db;
    uint64_t position = rs->position ? __atomic_load_n(rs->position, __ATOMIC_RELAXED) : 0;

    pthread_mutex_lock(&rs->lock);
    while (rs->n_idle == 0 && rs->n_out == LIMIT_STORE_READERS)
        pthread_cond_wait(&rs->returned, &rs->lock);
    db = idle_one(rs);
    rs->n_out++;
    pthread_mutex_unlock(&rs->lock);
    if (!db && !db_open(rs->path, DB_READ, position, &db, w)) {
        readers_give(rs, NULL, true);
        return false;
    }
    *ret = db;
    return true;
}

void readers_give(struct readers *rs, struct database *db, bool broken)
{
    if (!broken && db_on_standby(db)) /* the next one may find the leader */
        broken = true;
    if (broken)
        db_close(db);
    pthread_mutex_lock(&rs->lock);
    rs->n_out--;
    if (!broken)
        rs->idle[rs->n_idle++] = db;
    pthread_cond_signal(&rs->returned);
    pthread_mutex_unlock(&rs->lock);
}

/* Newest first into c, which has room for max; *n of them. */
static bool read_crossings(struct database *db, const struct traveller_key *t, struct span member,
                           struct crossing *c, size_t max, size_t *n, struct why *w)
{
    const struct value v[] = { v_bytes(span_of(t->b, sizeof t->b)), v_text(member), v_int((int64_t)max) };
    struct cursor cur;
    bool row = false, ok;
    size_t k = 0;

    if (!db_start(db, Q_MOVEMENTS_OF, v, &cur, w))
        return false;
    while ((ok = db_next(&cur, &row, w)) && row && k < max)
        c[k++] = (struct crossing){ db_int(&cur, 0) == MOVEMENT_EXIT ? MOVEMENT_EXIT : MOVEMENT_ENTRY,
                                    (day_number)db_int(&cur, 1) };
    db_end(&cur);
    *n = k;
    return ok;
}

static void reverse(struct crossing *c, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct crossing x = c[i];

        c[i] = c[n - 1 - i];
        c[n - 1 - i] = x;
    }
}

/* All of a traveller's crossings oldest first, or the newest max. The first look takes few: most have few. */
static bool crossings_of(struct store *s, const struct traveller_key *t, struct span member, struct arena *a,
                         struct crossing **ret, size_t *n, struct why *w)
{
    enum { FEW = 64, MAX = 2 * LIMIT_STAYS };
    struct database *db;
    struct crossing *c = arena_array(a, FEW, sizeof *c);
    size_t k = 0;
    bool ok;

    if (!c)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = read_crossings(db, t, member, c, FEW, &k, w);
    if (ok && k == FEW) {
        c = arena_array(a, MAX, sizeof *c);
        ok = c ? read_crossings(db, t, member, c, MAX, &k, w)
               : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    readers_give(&s->readers, db, !ok);
    if (!ok)
        return false;
    reverse(c, k);
    /* Cut off at the ceiling, an exit at the front has its entry before the cut. */
    if (k == MAX && c[0].kind == MOVEMENT_EXIT) {
        c++;
        k--;
    }
    *ret = c;
    *n = k;
    return true;
}

bool store_stay_records(struct store *s, const struct traveller_key *t, struct span member, struct arena *a,
                        const struct stay_record **ret, size_t *n, struct why *w)
{
    struct crossing *c = NULL;
    struct stay_record *r;
    size_t k = 0;

    if (!crossings_of(s, t, member, a, &c, &k, w))
        return false;
    r = arena_array(a, k, sizeof *r);
    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    k = stays_match(c, k, r, NULL);
    *ret = k > LIMIT_STAYS ? r + (k - LIMIT_STAYS) : r;
    *n = k > LIMIT_STAYS ? LIMIT_STAYS : k;
    return true;
}

bool store_stays(struct store *s, const struct traveller_key *t, struct span member, struct arena *a,
                 const struct stay **ret, size_t *n, struct why *w)
{
    const struct stay_record *r = NULL;
    struct stay *stays;
    size_t k = 0;

    if (!store_stay_records(s, t, member, a, &r, &k, w))
        return false;
    stays = arena_array(a, k, sizeof *stays);
    if (!stays)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < k; i++)
        stays[i] = r[i].stay;
    *ret = stays;
    *n = k;
    return true;
}

bool store_permission_uses(struct store *s, struct span permission_id, int64_t *n, struct why *w)
{
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_USES, (struct value[]){ v_text(permission_id) }, 0, n, w);
    readers_give(&s->readers, db, !ok);
    return ok;
}

bool store_get_permission(struct store *s, struct span id, bool *found, struct arena *a, struct span *body,
                          unix_time *at, struct why *w)
{
    struct database *db;
    struct cursor c;
    struct span copy = { NULL, 0 };
    unix_time put = 0;
    bool row = false, ok = false, room = true;

    if (!readers_take(&s->readers, &db, w))
        return false;
    if (db_start(db, Q_PERMISSION_GET, (struct value[]){ v_text(id) }, &c, w)) {
        ok = db_next(&c, &row, w);
        if (ok && row) {
            copy = arena_copy(a, db_bytes(&c, 0));
            room = copy.p || !db_bytes(&c, 0).n;
            put = db_int(&c, 1);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    if (!room)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!ok)
        return false;
    *found = row;
    if (row) {
        *body = copy;
        if (at)
            *at = put;
    }
    return true;
}

bool store_stats(struct store *s, struct store_stats *out, struct why *w)
{
    struct database *db;
    struct store_stats st = { .commits = __atomic_load_n(&s->writer.commits, __ATOMIC_RELAXED) };
    struct db_identity id;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_identity(db, &id, w) && db_number(db, Q_COUNT_CHECKS, NULL, 0, &st.checks, w) &&
         db_number(db, Q_NEWEST_CHECK, NULL, 0, &st.newest_check, w) &&
         db_number(db, Q_COUNT_MOVEMENTS, NULL, 0, &st.movements, w) &&
         db_number(db, Q_COUNT_PERMISSIONS, NULL, 0, &st.permissions, w) &&
         db_number(db, Q_ERASED_CHECKS, NULL, 0, &st.erased_checks, w) &&
         db_number(db, Q_COUNT_CASES, NULL, 0, &st.cases, w) &&
         db_number(db, Q_COUNT_REGISTERED, NULL, 0, &st.registered, w) &&
         db_number(db, Q_ERASED_CASES, NULL, 0, &st.erased_cases, w) &&
         db_number(db, Q_ERASED_MOVEMENTS, NULL, 0, &st.erased_movements, w);
    readers_give(&s->readers, db, !ok);
    if (!ok)
        return false;
    st.schema = id.version;
    *out = st;
    return true;
}
