/* The queries of a batch as one pipeline: sent one after the other, answered in the same order. */
#include <string.h>

#include "store/postgres.h"

static size_t place(const struct pg *p, size_t i)
{
    return (p->first + i) % PG_ORDER;
}

bool pg_pipe_begin(struct pg *p, struct why *w)
{
    p->first = p->n = p->slots = p->arrived = p->taken = p->ahead_bytes = 0;
    p->failed = (struct why){ 0 };
    p->warned = p->fenced = p->head.record_at_fault = false;
    p->flushed = true;
    p->pipeline = PQenterPipelineMode(p->c) == 1;
    return p->pipeline || pg_connection_failed(p, p->c, w);
}

static bool broken(const struct pg *p, struct why *w)
{
    return p->failed.reason && !why_set(w, p->failed.reason, WHY_NO_OFFSET, NULL, "%s", p->failed.detail);
}

/* Takes an answer for what it is awaited as. A failure is kept: all behind it is aborted. */
static void take(struct pg *p, enum pg_await a, PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);

    if (s == PGRES_FATAL_ERROR)
        (void)pg_failed(p, r, &p->failed);
    else if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        (void)why_set(&p->failed, "store", WHY_NO_OFFSET, NULL,
                      "the server did not run a query of the batch");
    else if (a == PG_ONE_ROW && pg_changed(r) != 1)
        p->fenced = !why_set(&p->failed, "store-locked", WHY_NO_OFFSET, NULL,
                             "another node has taken the store over");
    else if (a == PG_COMMIT && strcmp(PQcmdStatus(r), "COMMIT") != 0)
        (void)why_set(&p->failed, "store", WHY_NO_OFFSET, NULL, "the transaction was rolled back");
    if (a == PG_SLOT) {
        p->slot[p->arrived++].result = r;
    } else if (a == PG_WANTED) {
        PQclear(p->wanted);
        p->wanted = r;
    } else {
        PQclear(r);
    }
}

/* The oldest that is awaited, and the NULL behind it. */
static bool receive(struct pg *p, int64_t until, struct why *w)
{
    enum pg_await a = (enum pg_await)p->order[p->first];
    PGresult *r = NULL, *end = NULL;

    if (!p->flushed && (!PQsendFlushRequest(p->c) || PQflush(p->c) < 0))
        return pg_connection_failed(p, p->c, w);
    p->flushed = true;
    if (!pg_result(p, until, &r, w))
        return false;
    if (!r)
        return pg_connection_failed(p, p->c, w);
    p->first = place(p, 1);
    p->n--;
    take(p, a, r);
    if (!pg_result(p, until, &end, w))
        return false;
    PQclear(end);
    return PQstatus(p->c) == CONNECTION_OK || pg_connection_failed(p, p->c, w);
}

static bool receive_to(struct pg *p, size_t left, int ms, struct why *w)
{
    int64_t until = pg_now_ms() + ms;

    while (p->n > left)
        if (!receive(p, until, w))
            return false;
    return !broken(p, w);
}

static bool expect(struct pg *p, enum pg_await a, struct why *w)
{
    if (p->n == PG_ORDER && !receive_to(p, PG_ORDER / 2, LIMIT_STORE_WAIT_MS, w))
        return false;
    p->order[place(p, p->n++)] = (uint16_t)a;
    p->flushed = false;
    return true;
}

bool pg_pipe_text(struct pg *p, const char *sql, int n, const char *const *value, enum pg_await a,
                  struct why *w)
{
    if (broken(p, w))
        return false;
    if (!PQsendQueryParams(p->c, sql, n, NULL, value, NULL, NULL, 0))
        return pg_connection_failed(p, p->c, w);
    return expect(p, a, w);
}

bool pg_pipe_query(struct pg *p, enum query q, const struct value *v, PGresult **r, struct why *w)
{
    if (broken(p, w) || !pg_send(p, q, v, w) || !expect(p, PG_WANTED, w) ||
        !receive_to(p, 0, LIMIT_STORE_WAIT_MS, w))
        return false;
    *r = p->wanted;
    p->wanted = NULL;
    return true;
}

/* Its answer, when it was sent ahead. */
static bool from_slot(struct pg *p, int64_t *changed, struct why *w)
{
    int64_t until = pg_now_ms() + LIMIT_STORE_WAIT_MS;

    while (p->arrived == p->taken && p->n)
        if (!receive(p, until, w))
            return false;
    if (broken(p, w))
        return false;
    if (changed)
        *changed = pg_changed(p->slot[p->taken].result);
    PQclear(p->slot[p->taken].result);
    p->slot[p->taken++].result = NULL;
    return true;
}

bool pg_pipe_do(struct pg *p, enum query q, const struct value *v, int64_t *changed, struct why *w)
{
    const struct pg_slot *s = p->taken < p->slots ? &p->slot[p->taken] : NULL;
    PGresult *r = NULL;

    if (s && s->q == q && s->token == v[0].s.p)
        return from_slot(p, changed, w);
    if (!changed)
        return !broken(p, w) && pg_send(p, q, v, w) && expect(p, PG_NOTHING, w);
    if (!pg_pipe_query(p, q, v, &r, w))
        return false;
    *changed = pg_changed(r);
    PQclear(r);
    return true;
}

bool pg_pipe_ahead(struct database *db, enum query q, const struct value *v)
{
    struct pg *p = pg_own(db);

    for (int i = 0; i < p->shape[q].n; i++)
        p->ahead_bytes += v[i].s.n + 16;
    if (!p->pipeline || p->slots == LIMIT_STORE_BATCH || p->ahead_bytes > LIMIT_STORE_AHEAD ||
        p->failed.reason || !pg_send(p, q, v, &p->failed) || !expect(p, PG_SLOT, &p->failed))
        return false;
    p->slot[p->slots++] = (struct pg_slot){ q, v[0].s.p, NULL };
    return true;
}

/* What was sent ahead and nobody asked for. */
static void forget(struct pg *p)
{
    for (; p->taken < p->slots; p->taken++) {
        PQclear(p->slot[p->taken].result);
        p->slot[p->taken].result = NULL;
    }
}

static bool synced(struct pg *p, int64_t until, struct why *w)
{
    PGresult *r = NULL;
    bool there;

    if (!pg_result(p, until, &r, w))
        return false;
    there = r && PQresultStatus(r) == PGRES_PIPELINE_SYNC;
    PQclear(r);
    return (there && PQexitPipelineMode(p->c) == 1) || pg_connection_failed(p, p->c, w);
}

bool pg_pipe_end(struct pg *p, int ms, struct why *w)
{
    int64_t until = pg_now_ms() + ms;
    bool ok = !p->head.lost;

    if (ok && (!PQpipelineSync(p->c) || PQflush(p->c) < 0))
        ok = pg_connection_failed(p, p->c, w);
    p->flushed = true;
    while (ok && p->n)
        ok = receive(p, until, w);
    ok = ok && synced(p, until, w);
    forget(p);
    p->pipeline = false;
    if (!ok)
        p->head.lost = true;
    return ok && !broken(p, w);
}
