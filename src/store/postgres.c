#include "store/postgres.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "store/dialect.h"

enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };

int64_t pg_now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * A commit whose wait for the standby is cut short ends as a success with a warning (01000, or 57P01 when the
 * session is ended). In the transactions of the store nothing else warns, so any warning is taken for it,
 * whatever the language of the server.
 */
static void on_notice(void *ctx, const PGresult *r)
{
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    struct pg *p = ctx;

    if (severity && strcmp(severity, "WARNING") == 0)
        p->warned = true;
}

/* Whoever connects to a server that hangs gives up: the defaults of libpq are to wait for ever. */
static PGconn *connect_to(const char *url, const char *sessions, const char *host, const char *port)
{
    const char *name[16], *value[16];
    size_t n = 0;

#define SET(k, v) (name[n] = (k), value[n++] = (v))
    SET("connect_timeout", "3");
    SET("tcp_user_timeout", "5000");
    SET("keepalives_idle", "5");
    SET("keepalives_interval", "2");
    SET("keepalives_count", "2");
    SET("application_name", "serai");
    SET("target_session_attrs", "read-write");
    SET("dbname", url);
    SET("client_encoding", "UTF8");
    if (sessions)
        SET("target_session_attrs", sessions);
    if (host) {
        SET("host", host);
        SET("port", port);
    }
#undef SET
    name[n] = NULL;
    value[n] = NULL;
    return PQconnectdbParams(name, value, 1);
}

static void cancel(struct pg *p)
{
    PGcancel *c = PQgetCancel(p->c);
    char error[256];

    if (c)
        (void)PQcancel(c, error, sizeof error);
    PQfreeCancel(c);
}

bool pg_result(struct pg *p, int64_t until, PGresult **r, struct why *w)
{
    struct pollfd fd = { .fd = PQsocket(p->c), .events = POLLIN };
    bool cancelled = false;

    while (PQflush(p->c) >= 0 && PQisBusy(p->c)) {
        int64_t left = until - pg_now_ms();

        if (left <= 0 && cancelled)
            return pg_lost(p, w, "store-unreachable", "the database server does not answer");
        if (left <= 0) {
            cancel(p);
            cancelled = true;
            until = pg_now_ms() + 1000;
            continue;
        }
        if (poll(&fd, 1, (int)left) > 0 && !PQconsumeInput(p->c))
            return pg_connection_failed(p, p->c, w);
    }
    *r = PQgetResult(p->c);
    return true;
}

static bool good(const PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);

    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY;
}

static bool unconfirmed(struct pg *p, struct why *w)
{
    p->warned = false;
    return pg_lost(p, w, "store-unconfirmed", "no standby has confirmed the commit");
}

/* All results of what was sent; the last one stays, when it is wanted. */
static bool collect(struct pg *p, int ms, PGresult **ret, struct why *w)
{
    int64_t until = pg_now_ms() + ms;
    PGresult *last = NULL, *r = NULL;
    bool ok = true;

    while (pg_result(p, until, &r, w) && r) {
        ok = good(r) ? ok : pg_failed(p, r, w);
        PQclear(last);
        last = r;
    }
    if (PQstatus(p->c) == CONNECTION_BAD && ok)
        ok = pg_connection_failed(p, p->c, w);
    ok = ok && !p->head.lost && last;
    if (ok && p->warned)
        ok = unconfirmed(p, w);
    if (ok && ret)
        *ret = last;
    else
        PQclear(last);
    return ok;
}

bool pg_exec(struct pg *p, const char *sql, int n, const char *const *value, int ms, PGresult **r,
             struct why *w)
{
    p->warned = false;
    if (!PQsendQueryParams(p->c, sql, n, NULL, value, NULL, NULL, 0))
        return pg_connection_failed(p, p->c, w);
    return collect(p, ms, r, w);
}

static bool script(struct database *db, const char *sql, struct why *w)
{
    struct pg *p = pg_own(db);
    struct buffer b;
    bool ok;

    buf_init(&b, 1024 * 1024);
    dialect_postgres(sql, &b);
    p->warned = false;
    ok = (PQsendQuery(p->c, buf_cstr(&b)) || pg_connection_failed(p, p->c, w)) &&
         collect(p, PG_LONG_MS, NULL, w);
    buf_free(&b);
    return ok;
}

/* What every connection is set to. A server that acknowledges before it has written is told not to; one that
 * waits for more than a standby's disk is left to that. */
static bool configure(struct pg *p, struct why *w)
{
    PGresult *r = NULL;
    static const char set[] =
        "SELECT pg_is_in_recovery(), set_config('client_min_messages', 'warning', false),"
        " set_config('standard_conforming_strings', 'on', false),"
        " set_config('default_transaction_isolation', 'read committed', false),"
        " set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply'"
        " THEN 'remote_apply' ELSE 'on' END, false)";

    PQsetNoticeReceiver(p->c, on_notice, p);
    if (!pg_exec(p, set, 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    p->head.on_standby = PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return true;
}

static void pg_close(struct database *db)
{
    struct pg *p = pg_own(db);

    for (size_t i = p->taken; i < p->slots; i++)
        PQclear(p->slot[i].result);
    PQclear(p->wanted);
    PQfinish(p->c);
    free(p);
}

static bool adopt(PGconn *c, struct pg *p, struct why *w)
{
    p->c = c;
    if (PQstatus(c) != CONNECTION_OK)
        return pg_connection_failed(p, c, w);
    return configure(p, w);
}

/* A standby has applied all that the lease's holder committed. */
static bool reaches(struct pg *p, uint64_t position, struct why *w)
{
    const char *value[1];
    PGresult *r = NULL;
    char text[32];
    bool there;

    if (!p->head.on_standby || position == 0)
        return true;
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)position);
    value[0] = text;
    if (!pg_exec(p, "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn >= CAST($1 AS numeric)", 1, value,
                 LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    there = PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return there ||
           pg_lost(p, w, "store-unreachable",
                   "no leader answers, and the standby that does has not everything that was recorded");
}

/* The n-th of a list with commas; the last one for those behind it, as libpq takes a port for all hosts. */
static const char *nth(const char *list, size_t n, char *out, size_t room)
{
    const char *comma;

    while (n-- && (comma = strchr(list, ',')) != NULL)
        list = comma + 1;
    (void)snprintf(out, room, "%.*s", (int)strcspn(list, ","), list);
    return out;
}

static const char *option_of(const PQconninfoOption *o, const char *keyword)
{
    while (o && o->keyword && strcmp(o->keyword, keyword) != 0)
        o++;
    return o && o->keyword && o->val ? o->val : "";
}

/* Any server of the list that has everything; the last failure stays in w. */
static bool open_standby(const char *url, uint64_t position, struct pg *p, struct why *w)
{
    PQconninfoOption *o = PQconninfoParse(url, NULL);
    const char *hosts = option_of(o, "host"), *ports = option_of(o, "port");
    size_t n = 1;
    bool ok = false;

    for (const char *c = hosts; *c; c++)
        n += *c == ',';
    for (size_t i = 0; i < n && *hosts && !ok; i++) {
        char host[256], port[16];

        why_clear(w);
        PQfinish(p->c);
        p->head.lost = false;
        ok = adopt(connect_to(url, "any", nth(hosts, i, host, sizeof host), nth(ports, i, port, sizeof port)),
                   p, w) &&
             reaches(p, position, w);
    }
    PQconninfoFree(o);
    return ok;
}

static bool pg_open(const char *url, enum db_mode mode, uint64_t position, struct database **ret,
                    struct why *w)
{
    struct pg *p = calloc(1, sizeof *p);
    struct why y = { 0 };
    bool ok;

    if (!p)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "no memory left for this");
    p->head.engine = &engine_postgres;
    ok = adopt(connect_to(url, mode == DB_READ ? NULL : "read-write", NULL, NULL), p, &y);
    if (!ok && mode == DB_READ) {
        struct why leader = y;

        ok = open_standby(url, position, p, &y);
        if (!ok && !y.reason)
            y = leader;
    }
    if (ok) {
        *ret = &p->head;
        return true;
    }
    pg_close(&p->head);
    return why_set(w, y.reason ? y.reason : "store-unreachable", WHY_NO_OFFSET, NULL, "%s", y.detail);
}

static bool alive(struct database *db)
{
    struct pg *p = pg_own(db);
    struct pollfd fd = { .fd = PQsocket(p->c), .events = POLLIN };

    if (p->head.lost || PQstatus(p->c) != CONNECTION_OK)
        return false;
    /* Nobody asked anything: what comes is the end, or news for which a new connection is as good. */
    return poll(&fd, 1, 0) == 0;
}

bool pg_identity(struct database *db, struct db_identity *out, struct why *w)
{
    struct pg *p = pg_own(db);
    struct db_identity id = { 0 };
    PGresult *r = NULL;
    bool ours;

    if (!pg_exec(p,
                 "SELECT count(*), count(*) FILTER (WHERE relname = 'serai_store') FROM pg_class"
                 " WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
                 " AND relkind IN ('r', 'p', 'v', 'm', 'f')",
                 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    id.empty = strcmp(PQgetvalue(r, 0, 0), "0") == 0;
    ours = strcmp(PQgetvalue(r, 0, 1), "1") == 0;
    PQclear(r);
    if (ours) {
        if (!pg_exec(p, "SELECT application, version FROM serai_store", 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
            return false;
        id.application = PQntuples(r) ? atoi(PQgetvalue(r, 0, 0)) : 0;
        id.version = PQntuples(r) ? atoi(PQgetvalue(r, 0, 1)) : 0;
        PQclear(r);
    }
    *out = id;
    return true;
}

static bool set_identity(struct database *db, int version, struct why *w)
{
    char text[16];
    const char *value[] = { text };

    (void)snprintf(text, sizeof text, "%d", version);
    return pg_exec(pg_own(db), "UPDATE serai_store SET version = CAST($1 AS bigint)", 1, value,
                   LIMIT_STORE_WAIT_MS, NULL, w);
}

static void query_name(enum query q, char out[16])
{
    (void)snprintf(out, 16, "q%d", (int)q);
}

/* Parse, and ask for the types of its parameters. */
static bool send_prepare(struct pg *p, enum query q, struct why *w)
{
    struct buffer b;
    char name[16];
    bool ok;

    query_name(q, name);
    buf_init(&b, 64 * 1024);
    dialect_postgres(queries[q].sql, &b);
    ok = PQsendPrepare(p->c, name, buf_cstr(&b), 0, NULL) && PQsendDescribePrepared(p->c, name);
    buf_free(&b);
    return ok || pg_connection_failed(p, p->c, w);
}

/* The two answers to that, each with its end. */
static bool take_shape(struct pg *p, enum query q, int64_t until, struct why *w)
{
    struct pg_shape shape = { .there = true };
    PGresult *r = NULL, *end = NULL;
    bool ok = true;

    for (int i = 0; i < 2 && ok; i++) {
        PQclear(r);
        r = NULL;
        ok = pg_result(p, until, &r, w) && pg_result(p, until, &end, w);
        if (ok && !good(r))
            ok = pg_failed(p, r, w);
    }
    shape.n = ok ? (uint8_t)PQnparams(r) : 0;
    for (int i = 0; i < shape.n && i < PG_PARAMETERS; i++)
        shape.type[i] = PQparamtype(r, i);
    PQclear(r);
    if (ok)
        p->shape[q] = shape;
    return ok && (shape.n <= PG_PARAMETERS ||
                  why_set(w, "store", WHY_NO_OFFSET, NULL, "a query of %d parameters", shape.n));
}

/* In one trip to the server. After a failure the connection is of no use: answers are left in it. */
static bool prepare_these(struct pg *p, int from, int to, struct why *w)
{
    int64_t until = pg_now_ms() + LIMIT_STORE_WAIT_MS;
    bool ok = PQenterPipelineMode(p->c) == 1;
    PGresult *r = NULL;

    for (int q = from; q < to && ok; q++)
        ok = p->shape[q].there || send_prepare(p, (enum query)q, w);
    ok = ok && PQpipelineSync(p->c);
    for (int q = from; q < to && ok; q++)
        ok = p->shape[q].there || take_shape(p, (enum query)q, until, w);
    ok = ok && pg_result(p, until, &r, w) && PQresultStatus(r) == PGRES_PIPELINE_SYNC &&
         PQexitPipelineMode(p->c) == 1;
    PQclear(r);
    if (!ok) {
        (void)pg_connection_failed(p, p->c, w);
        p->head.lost = true;
    }
    return ok;
}

bool pg_prepare(struct pg *p, enum query q, struct why *w)
{
    return p->shape[q].there || prepare_these(p, (int)q, (int)q + 1, w);
}

bool pg_prepare_all(struct pg *p, struct why *w)
{
    p->all_prepared = p->all_prepared || prepare_these(p, 0, QUERIES, w);
    return p->all_prepared;
}

static bool prepare_all(struct database *db, struct why *w)
{
    return pg_prepare_all(pg_own(db), w);
}

static void put_be(uint64_t v, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(v >> 8 * (n - 1 - i));
}

static size_t width_of(Oid type)
{
    return type == OID_INT8 ? 8 : type == OID_INT4 ? 4 : type == OID_INT2 ? 2 : 0;
}

bool pg_send(struct pg *p, enum query q, const struct value *v, struct why *w)
{
    const struct pg_shape *shape = &p->shape[q];
    const char *value[PG_PARAMETERS];
    int length[PG_PARAMETERS], format[PG_PARAMETERS];
    char number[PG_PARAMETERS][8], name[16];

    for (int i = 0; i < shape->n; i++) {
        size_t width = v[i].type == VALUE_INT ? width_of(shape->type[i]) : 0;

        format[i] = 1;
        value[i] = v[i].s.p ? (const char *)v[i].s.p : "";
        length[i] = (int)v[i].s.n;
        if (v[i].type == VALUE_NULL)
            value[i] = NULL;
        if (v[i].type != VALUE_INT)
            continue;
        if (width == 0 || (width < 8 && (v[i].i >= INT64_C(1) << (8 * width - 1) ||
                                         v[i].i < -(INT64_C(1) << (8 * width - 1))))) {
            p->head.record_at_fault = true;
            return why_set(w, "store-refused", WHY_NO_OFFSET, NULL, "a number out of its range");
        }
        put_be((uint64_t)v[i].i, width, number[i]);
        value[i] = number[i];
        length[i] = (int)width;
    }
    query_name(q, name);
    return PQsendQueryPrepared(p->c, name, shape->n, value, length, format, 1) ||
           pg_connection_failed(p, p->c, w);
}

int64_t pg_changed(const PGresult *r)
{
    return strtoll(PQcmdTuples((PGresult *)(uintptr_t)r), NULL, 10);
}

/* One query and its result, in a pipeline or not. */
static bool ask(struct pg *p, enum query q, const struct value *v, PGresult **r, struct why *w)
{
    if (p->pipeline)
        return pg_pipe_query(p, q, v, r, w);
    p->warned = false;
    return pg_prepare(p, q, w) && pg_send(p, q, v, w) && collect(p, LIMIT_STORE_WAIT_MS, r, w);
}

static bool start(struct database *db, enum query q, const struct value *v, struct cursor *c, struct why *w)
{
    PGresult *r = NULL;

    if (!ask(pg_own(db), q, v, &r, w))
        return false;
    *c = (struct cursor){ db, r, -1 };
    return true;
}

static bool next(struct cursor *c, bool *row, struct why *w)
{
    (void)w;
    *row = ++c->row < PQntuples(c->statement);
    return true;
}

static int64_t integer(const struct cursor *c, int column)
{
    const uint8_t *p = (const uint8_t *)PQgetvalue(c->statement, c->row, column);
    int n = PQgetlength(c->statement, c->row, column);
    uint64_t v = n > 0 && p[0] & 0x80 && n > 1 ? UINT64_MAX : 0;

    for (int i = 0; i < n && i < 8; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

static struct span bytes(const struct cursor *c, int column)
{
    return span_of(PQgetvalue(c->statement, c->row, column),
                   (size_t)PQgetlength(c->statement, c->row, column));
}

static bool is_null(const struct cursor *c, int column)
{
    return PQgetisnull(c->statement, c->row, column) != 0;
}

static void end(struct cursor *c)
{
    PQclear(c->statement);
    c->statement = NULL;
}

static bool run(struct database *db, enum query q, const struct value *v, int64_t *changed, struct why *w)
{
    struct pg *p = pg_own(db);
    PGresult *r = NULL;

    if (p->pipeline)
        return pg_pipe_do(p, q, v, changed, w);
    if (!ask(p, q, v, &r, w))
        return false;
    if (changed)
        *changed = pg_changed(r);
    PQclear(r);
    return true;
}

static bool begin(struct database *db, struct why *w)
{
    return pg_exec(pg_own(db), "BEGIN", 0, NULL, LIMIT_STORE_WAIT_MS, NULL, w);
}

static bool read_begin(struct database *db, struct why *w)
{
    return pg_exec(pg_own(db), "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, NULL,
                   LIMIT_STORE_WAIT_MS, NULL, w);
}

static bool commit(struct database *db, struct why *w)
{
    return pg_exec(pg_own(db), "COMMIT", 0, NULL, PG_LONG_MS, NULL, w);
}

static void rollback(struct database *db)
{
    struct pg *p = pg_own(db);
    bool at_fault = p->head.record_at_fault;

    if (p->pipeline)
        (void)pg_pipe_end(p, LIMIT_STORE_WAIT_MS, NULL);
    if (!p->head.lost && PQtransactionStatus(p->c) != PQTRANS_IDLE)
        (void)pg_exec(p, "ROLLBACK", 0, NULL, LIMIT_STORE_WAIT_MS, NULL, NULL);
    p->head.record_at_fault = at_fault;
}

static bool copy(struct database *db, const char *to, struct why *w)
{
    (void)db;
    (void)to;
    return why_set(w, "store-elsewhere", WHY_NO_OFFSET, NULL,
                   "the store is in a database server: copy it with the server's own tools");
}

/* Every row with all that belongs to it: pages are read and their checksums looked at. */
static bool verify_table(struct pg *p, const char *table, void (*fn)(void *, const char *), void *ctx,
                         int64_t *wrong, struct why *w)
{
    struct why y = { 0 };
    char sql[256];

    (void)snprintf(sql, sizeof sql, "SELECT count(hashtextextended(CAST(t.* AS text), 0)) FROM %s AS t",
                   table);
    if (pg_exec(p, sql, 0, NULL, PG_LONG_MS, NULL, &y))
        return true;
    if (p->head.lost || strcmp(y.reason, "store-damaged") != 0)
        return why_set(w, y.reason, WHY_NO_OFFSET, NULL, "%s", y.detail);
    ++*wrong;
    fn(ctx, y.detail);
    return true;
}

static bool verify(struct database *db, void (*fn)(void *ctx, const char *line), void *ctx, int64_t *wrong,
                   struct why *w)
{
    struct pg *p = pg_own(db);
    PGresult *r = NULL;
    int64_t n = 0;
    bool ok = true;

    if (!pg_exec(p,
                 "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"
                 " ORDER BY tablename",
                 0, NULL, LIMIT_STORE_WAIT_MS, &r, w))
        return false;
    for (int i = 0; i < PQntuples(r) && ok; i++)
        ok = verify_table(p, PQgetvalue(r, i, 0), fn, ctx, &n, w);
    PQclear(r);
    if (ok)
        *wrong = n;
    return ok;
}

/* Erased rows leave the tables. The server's log and its archive keep them until they are recycled. */
static bool settle(struct database *db, struct why *w)
{
    return script(db, "VACUUM checks, movements, cases, case_events", w);
}

static bool size(struct database *db, const char *path, struct db_size *out, struct why *w)
{
    PGresult *r = NULL;

    (void)path;
    if (!pg_exec(pg_own(db), "SELECT pg_database_size(current_database())", 0, NULL, LIMIT_STORE_WAIT_MS, &r,
                 w))
        return false;
    *out = (struct db_size){ .bytes = strtoull(PQgetvalue(r, 0, 0), NULL, 10) };
    PQclear(r);
    return true;
}

const struct engine engine_postgres = {
    .open = pg_open,
    .close = pg_close,
    .alive = alive,
    .identity = pg_identity,
    .set_identity = set_identity,
    .script = script,
    .prepare_all = prepare_all,
    .begin = begin,
    .read_begin = read_begin,
    .commit = commit,
    .rollback = rollback,
    .start = start,
    .next = next,
    .integer = integer,
    .bytes = bytes,
    .is_null = is_null,
    .end = end,
    .run = run,
    .copy = copy,
    .verify = verify,
    .settle = settle,
    .size = size,
    .lease = &pg_lease,
};
