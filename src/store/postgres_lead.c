/* The lease of the one node that writes, and what makes a commit of it count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/postgres.h"

/* Rows of serai_writers that are kept for whoever looks: a row for each time a node began to write. */
#define KEPT "100"

static const char lock_key[] = "1397051969, 1"; /* STORE_APPLICATION */

static void number(int64_t v, char out[24])
{
    (void)snprintf(out, 24, "%lld", (long long)v);
}

static bool try_lock(struct pg *p, bool *got, struct why *w)
{
    PGresult *r = NULL;
    char sql[80];

    (void)snprintf(sql, sizeof sql, "SELECT pg_try_advisory_lock(%s)", lock_key);
    if (!pg_exec(p, sql, 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    *got = PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return true;
}

static void unlock(struct pg *p)
{
    char sql[80];

    (void)snprintf(sql, sizeof sql, "SELECT pg_advisory_unlock(%s)", lock_key);
    (void)pg_exec(p, sql, 0, NULL, LIMIT_STORE_WAIT_MS, NULL, NULL);
}

/* An earlier connection of this node, whose end the server has not seen or that waits for a standby. */
static bool end_own(struct pg *p, const struct lease *l, struct why *w)
{
    const char *value[] = { l->token };

    return pg_exec(p,
                   "SELECT pg_terminate_backend(a.pid) FROM pg_locks AS l JOIN pg_stat_activity AS a"
                   " ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.classid = 1397051969"
                   " AND l.objid = 1 AND l.granted AND a.application_name = 'serai ' || $1",
                   1, value, LIMIT_STORE_WAIT_MS, NULL, w);
}

static void nap(int ms)
{
    const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

    (void)nanosleep(&t, NULL);
}

struct newest {
    bool there, ended, ours;
    int64_t epoch;
    char holder[160], started[40];
};

/* Whoever began to write last, as far as the tables are there. */
static bool read_newest(struct pg *p, const struct lease *l, struct newest *out, struct why *w)
{
    PGresult *r = NULL;

    *out = (struct newest){ 0 };
    if (!pg_exec(p, "SELECT to_regclass('serai_writers') IS NOT NULL", 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    out->there = PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    if (!out->there)
        return true;
    if (!pg_exec(p,
                 "SELECT epoch, holder, ended, to_char(started AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
                 " FROM serai_writers ORDER BY epoch DESC LIMIT 1",
                 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    out->there = PQntuples(r) == 1;
    if (out->there) {
        out->epoch = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
        (void)snprintf(out->holder, sizeof out->holder, "%s", PQgetvalue(r, 0, 1));
        out->ended = PQgetvalue(r, 0, 2)[0] == 't';
        (void)snprintf(out->started, sizeof out->started, "%s", PQgetvalue(r, 0, 3));
        out->ours = strcmp(out->holder, l->holder) == 0;
    }
    PQclear(r);
    return true;
}

static bool held(struct pg *p, const struct lease *l, struct why *w)
{
    struct newest n;

    if (!read_newest(p, l, &n, w))
        return false;
    return why_set(w, "store-locked", WHY_NO_OFFSET, NULL,
                   "another node has the store open for writing%s%s%s%s: end it first, or read only",
                   n.there ? ": " : "", n.holder, n.there ? " since " : "", n.started);
}

static bool take_lock(struct pg *p, const struct lease *l, struct why *w)
{
    bool got = false;

    for (int i = 0; i < 5; i++) {
        if (!try_lock(p, &got, w))
            return false;
        if (got)
            return true;
        if (!end_own(p, l, w))
            return false;
        nap(100);
    }
    return held(p, l, w);
}

/* Its tables are made by the first who holds the lock; a database with other tables is left alone. */
static bool make_tables(struct pg *p, struct why *w)
{
    struct db_identity id;

    if (!pg_identity(&p->head, &id, w))
        return false;
    if (!id.empty)
        return id.application == STORE_APPLICATION ||
               why_set(w, "store-foreign", WHY_NO_OFFSET, NULL,
                       "the database has tables of another program: give the store one of its own");
    return p->head.engine->script(
        &p->head,
        "CREATE TABLE serai_store (application BIGINT NOT NULL, version BIGINT NOT NULL);"
        "INSERT INTO serai_store VALUES (1397051969, 0);"
        "CREATE TABLE serai_writers (epoch BIGINT NOT NULL PRIMARY KEY, holder TEXT NOT NULL,"
        " started TIMESTAMPTZ NOT NULL DEFAULT now(), seen TIMESTAMPTZ NOT NULL DEFAULT now(),"
        " batch BIGINT NOT NULL DEFAULT 0, ended BOOLEAN NOT NULL DEFAULT false)",
        w);
}

/*
 * Everything committed before is on the disk of a synchronous standby: the server says so, not the setting
 * that it should wait. From a transaction that was committed by now, so that the position is behind it.
 */
static bool stands(struct pg *p, struct lease *l, const PGresult *r, bool *there, char lsn[32], struct why *w)
{
    (void)snprintf(lsn, 32, "%s", PQgetvalue(r, 0, 0));
    *there = !l->standby || PQgetvalue(r, 0, 2)[0] == 't';
    if (*there) {
        __atomic_store_n(&l->position, strtoull(PQgetvalue(r, 0, 1), NULL, 10), __ATOMIC_RELAXED);
        return true;
    }
    if (strcmp(PQgetvalue(r, 0, 3), "0") == 0)
        return pg_lost(
            p, w, "store-unconfirmed",
            "the leader has no synchronous standby: start one, or see its synchronous_standby_names");
    if (strcmp(PQgetvalue(r, 0, 4), "0") == 0)
        return pg_lost(p, w, "store-unconfirmed",
                       "this role may not see what the standbys have: grant it pg_monitor");
    return true;
}

static const char position_sql[] =
    "SELECT l.lsn, (l.lsn - '0/0'::pg_lsn)::bigint, coalesce(bool_or(r.flush_lsn >= l.lsn), false),"
    " count(r.pid), count(r.sync_state) FILTER (WHERE r.flush_lsn IS NOT NULL)"
    " FROM (SELECT coalesce($1::pg_lsn, pg_current_wal_flush_lsn()) AS lsn) AS l"
    " LEFT JOIN pg_stat_replication AS r ON coalesce(r.sync_state IN ('sync', 'quorum'), true)"
    " GROUP BY l.lsn";

/* first: the answer that came with the commit, cleared here; NULL: ask. */
static bool confirm(struct pg *p, struct lease *l, PGresult *first, struct why *w)
{
    int64_t until = pg_now_ms() + LIMIT_STORE_WAIT_MS;
    char lsn[32] = "";
    const char *value[] = { NULL };
    bool there = false, ok = true;
    PGresult *r = first;

    for (;;) {
        if (!r)
            ok = pg_exec(p, position_sql, 1, value, LIMIT_STORE_WAIT_MS, &r, w);
        ok = ok && stands(p, l, r, &there, lsn, w);
        PQclear(r);
        r = NULL;
        value[0] = lsn;
        if (!ok || there)
            return ok;
        if (pg_now_ms() >= until)
            return pg_lost(p, w, "store-unconfirmed", "no standby has confirmed the commit in %d s",
                           LIMIT_STORE_WAIT_MS / 1000);
        nap(1);
    }
}

/* A write of its own: its commit waits for the standby, and with it all that was committed before. */
static bool begin_epoch(struct pg *p, struct lease *l, int64_t after, struct why *w)
{
    char epoch[24];
    const char *value[] = { epoch, l->holder };

    number(after + 1, epoch);
    if (!pg_exec(p,
                 "WITH gone AS (DELETE FROM serai_writers WHERE epoch < CAST($1 AS bigint) - " KEPT ")"
                 " INSERT INTO serai_writers (epoch, holder) VALUES (CAST($1 AS bigint), $2)",
                 2, value, LIMIT_STORE_WAIT_MS, NULL, w))
        return false;
    l->epoch = after + 1;
    return true;
}

static bool go_on(struct pg *p, const struct lease *l, struct why *w)
{
    char epoch[24];
    const char *value[] = { epoch };

    number(l->epoch, epoch);
    return pg_exec(p, "UPDATE serai_writers SET seen = now() WHERE epoch = CAST($1 AS bigint)", 1, value,
                   LIMIT_STORE_WAIT_MS, NULL, w);
}

/*
 * Somebody else wrote last and did not say that it ended: perhaps it lost its server, as this one did, and is
 * about to come back. It gets the time for it.
 */
static bool wait_for_other(struct pg *p, const struct lease *l, struct newest *n, struct why *w)
{
    int64_t epoch = n->epoch;

    if (!n->there || n->ended || n->ours || l->epoch)
        return true;
    unlock(p);
    nap(l->patience_ms);
    if (!take_lock(p, l, w) || !read_newest(p, l, n, w))
        return false;
    return n->epoch == epoch || held(p, l, w);
}

static bool own_name(struct pg *p, const struct lease *l, struct why *w)
{
    const char *value[] = { l->token };

    return pg_exec(p, "SELECT set_config('application_name', 'serai ' || $1, false)", 1, value,
                   LIMIT_STORE_WAIT_MS, NULL, w);
}

static bool lead(struct database *db, struct lease *l, struct why *w)
{
    struct pg *p = pg_own(db);
    struct newest n;

    if (!own_name(p, l, w) || !take_lock(p, l, w) || !make_tables(p, w) || !read_newest(p, l, &n, w) ||
        !wait_for_other(p, l, &n, w))
        return false;
    if (l->epoch && n.epoch != l->epoch) {
        __atomic_store_n(&l->fenced, true, __ATOMIC_RELAXED);
        return held(p, l, w);
    }
    return (l->epoch ? go_on(p, l, w) : begin_epoch(p, l, n.epoch, w)) && confirm(p, l, NULL, w);
}

static void leave(struct database *db, struct lease *l)
{
    struct pg *p = pg_own(db);
    char epoch[24];
    const char *value[] = { epoch };

    number(l->epoch, epoch);
    if (l->epoch && !p->head.lost)
        (void)pg_exec(p, "UPDATE serai_writers SET ended = true WHERE epoch = CAST($1 AS bigint)", 1, value,
                      LIMIT_STORE_WAIT_MS, NULL, NULL);
}

/* The batch writes its number: whoever looks later knows whether it is in, and a later epoch stops it. */
static const char fence_sql[] =
    "UPDATE serai_writers SET batch = CAST($2 AS bigint), seen = now() WHERE epoch = CAST($1 AS bigint)"
    " AND NOT EXISTS (SELECT 1 FROM serai_writers WHERE epoch > CAST($1 AS bigint))";

static bool fenced(struct lease *l, struct why *w)
{
    __atomic_store_n(&l->fenced, true, __ATOMIC_RELAXED);
    return why_set(w, "store-locked", WHY_NO_OFFSET, NULL, "another node has taken the store over");
}

static bool batch_begin(struct database *db, struct lease *l, bool ahead, struct why *w)
{
    struct pg *p = pg_own(db);
    char epoch[24], batch[24];
    const char *value[] = { epoch, batch };
    PGresult *r = NULL;
    bool one;

    p->head.record_at_fault = false;
    number(l->epoch, epoch);
    number(++l->batch, batch);
    if (!pg_prepare_all(p, w))
        return false;
    if (ahead)
        return pg_pipe_begin(p, w) && pg_pipe_text(p, "BEGIN", 0, NULL, PG_NOTHING, w) &&
               pg_pipe_text(p, fence_sql, 2, value, PG_ONE_ROW, w);
    if (!p->head.engine->begin(db, w) || !pg_exec(p, fence_sql, 2, value, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    one = pg_changed(r) == 1;
    PQclear(r);
    return one || fenced(l, w);
}

static bool commit_alone(struct pg *p, struct lease *l, struct why *w)
{
    PGresult *r = NULL;
    bool ok;

    if (!pg_exec(p, "COMMIT", 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    ok = strcmp(PQcmdStatus(r), "COMMIT") == 0;
    PQclear(r);
    return ok ? confirm(p, l, NULL, w)
              : why_set(w, "store", WHY_NO_OFFSET, NULL, "the transaction was rolled back");
}

/* Commit and position go together: they are one trip. */
static bool batch_commit(struct database *db, struct lease *l, struct why *w)
{
    struct pg *p = pg_own(db);
    const char *none[] = { NULL };
    PGresult *r;
    bool ok;

    if (!p->pipeline)
        return commit_alone(p, l, w);
    ok = pg_pipe_text(p, "COMMIT", 0, NULL, PG_COMMIT, w) &&
         pg_pipe_text(p, position_sql, 1, none, PG_WANTED, w) && pg_pipe_end(p, LIMIT_STORE_WAIT_MS, w);
    r = p->wanted;
    p->wanted = NULL;
    if (p->fenced)
        (void)fenced(l, w);
    if (ok && p->warned)
        ok = pg_lost(p, w, "store-unconfirmed", "the wait for the standby was cut short");
    if (ok && r)
        return confirm(p, l, r, w);
    PQclear(r);
    return false;
}

static bool batch_known(struct database *db, const struct lease *l, bool *committed, struct why *w)
{
    struct pg *p = pg_own(db);
    char epoch[24], batch[24];
    const char *value[] = { epoch, batch };
    PGresult *r = NULL;

    number(l->epoch, epoch);
    number(l->batch, batch);
    if (!pg_exec(p,
                 "SELECT batch = CAST($2 AS bigint) FROM serai_writers WHERE epoch = CAST($1 AS bigint)"
                 " FOR UPDATE",
                 2, value, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    *committed = PQntuples(r) == 1 && PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return true;
}

const struct engine_lease pg_lease = { lead, leave, batch_begin, batch_commit, batch_known, pg_pipe_ahead };
