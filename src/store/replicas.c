#include "store/replicas.h"

#include "store/internal.h"

/* Which query, and which members of an operation are its parameters behind the replica's id. */
struct form {
    enum query q;
    const char *parameters; /* a b c: numbers; y: bytes; n: name as text, h: as bytes */
};

static const struct form does[REPLICA_DOES] = {
    [REPLICA_PUT_ENTRIES] = { Q_REPLICA_PUT_ENTRIES, "abcy" },
    [REPLICA_DROP_ENTRIES] = { Q_REPLICA_DROP_ENTRIES, "ab" },
    [REPLICA_PUT_TILE] = { Q_REPLICA_PUT_TILE, "aby" },
    [REPLICA_PUT_TAGS] = { Q_REPLICA_PUT_TAGS, "aby" },
    [REPLICA_DROP_TAGS] = { Q_REPLICA_DROP_TAGS, "abc" },
    [REPLICA_PUT_BODIES] = { Q_REPLICA_PUT_BODIES, "aby" },
    [REPLICA_DROP_BODIES] = { Q_REPLICA_DROP_BODIES, "ab" },
    [REPLICA_PUT_PART] = { Q_REPLICA_PUT_PART, "abhy" },
    [REPLICA_DROP_PARTS] = { Q_REPLICA_DROP_PARTS, "ab" },
    [REPLICA_PUT_MISSING] = { Q_REPLICA_PUT_MISSING, "ab" },
    [REPLICA_DROP_MISSING] = { Q_REPLICA_DROP_MISSING, "ab" },
    [REPLICA_PUT_ERASURE] = { Q_REPLICA_PUT_ERASURE, "a" },
    [REPLICA_DROP_ERASURE] = { Q_REPLICA_DROP_ERASURE, "a" },
    [REPLICA_PUT_CURSOR] = { Q_REPLICA_PUT_CURSOR, "nab" },
    [REPLICA_PUT_LATE] = { Q_REPLICA_PUT_LATE, "na" },
    [REPLICA_DROP_LATE] = { Q_REPLICA_DROP_LATE, "na" },
};

static const struct form looks[REPLICA_LOOKS] = {
    [REPLICA_ENTRIES] = { Q_REPLICA_ENTRIES, "abc" }, [REPLICA_TILE] = { Q_REPLICA_TILE, "ab" },
    [REPLICA_TAGS] = { Q_REPLICA_TAGS, "a" },         [REPLICA_TAIL] = { Q_REPLICA_TAIL, "ab" },
    [REPLICA_BODIES] = { Q_REPLICA_BODIES, "ab" },    [REPLICA_PARTS] = { Q_REPLICA_PARTS, "a" },
    [REPLICA_ALONE] = { Q_REPLICA_ALONE, "h" },       [REPLICA_MISSING] = { Q_REPLICA_MISSING, "ab" },
    [REPLICA_ABSENT] = { Q_REPLICA_ABSENT, "ab" },    [REPLICA_ERASURES] = { Q_REPLICA_ERASURES, "a" },
    [REPLICA_CURSOR] = { Q_REPLICA_CURSOR, "na" },    [REPLICA_LATE] = { Q_REPLICA_LATE, "na" },
    [REPLICA_COUNTS] = { Q_REPLICA_COUNTS, "" },
};

enum { PARAMETERS = 6 };

static void fill(const struct form *f, int64_t id, const struct replica_op *o, struct value v[PARAMETERS])
{
    size_t n = 0;

    v[n++] = v_int(id);
    for (const char *p = f->parameters; *p; p++)
        v[n++] = *p == 'y'   ? v_bytes(o->bytes)
                 : *p == 'h' ? v_bytes(o->name)
                 : *p == 'n' ? v_text(o->name)
                             : v_int(*p == 'a'   ? o->a
                                     : *p == 'b' ? o->b
                                                 : o->c);
}

struct change_job {
    const struct replica_row *row, *before;
    int64_t id;
    const struct replica_op *op;
    size_t n;
};

enum { ROW_PARAMETERS = 16 };

static void row_values(const struct replica_row *r, struct value v[ROW_PARAMETERS])
{
    const struct value all[ROW_PARAMETERS] = {
        v_text(r->origin),         v_int((int64_t)r->held),
        v_int((int64_t)r->bodies), v_bytes(r->edge),
        v_bytes(r->accepted),      v_int((int64_t)r->accepted_size),
        v_bytes(r->complete),      v_int((int64_t)r->complete_size),
        v_bytes(r->witnessed),     v_int((int64_t)r->witnessed_size),
        v_text(r->types),          v_int(r->looked),
        v_int(r->grown),           v_text(r->reason),
        v_text(r->detail),         v_bytes(r->fork),
    };

    memcpy(v, all, sizeof all);
}

/* RETURNING: the id of the new row. */
static bool row_made(struct database *db, const struct value *v, int64_t *id, struct why *w)
{
    return db_number(db, Q_REPLICA_PUT, v, 0, id, w);
}

static enum job_end row_set(struct database *db, struct change_job *j, struct why *w)
{
    struct value v[ROW_PARAMETERS + 4];
    int64_t changed = 0;

    row_values(j->row, v);
    if (j->row->id == 0)
        return row_made(db, v, &j->id, w) ? JOB_DONE : JOB_SPOILED;
    j->id = j->row->id;
    v[ROW_PARAMETERS] = v_int(j->id);
    v[ROW_PARAMETERS + 1] = v_int((int64_t)j->before->held);
    v[ROW_PARAMETERS + 2] = v_int((int64_t)j->before->bodies);
    v[ROW_PARAMETERS + 3] = v_int((int64_t)j->before->accepted_size);
    if (!db_do(db, Q_REPLICA_SET, v, &changed, w))
        return JOB_SPOILED;
    if (changed == 1)
        return JOB_DONE;
    (void)why_set(w, "replica-changed", WHY_NO_OFFSET, NULL,
                  "another step has changed the replica meanwhile");
    return JOB_REFUSED;
}

static enum job_end run_change(struct database *db, void *arg, struct why *w)
{
    struct change_job *j = arg;
    enum job_end end = j->row ? row_set(db, j, w) : JOB_DONE;

    for (size_t i = 0; i < j->n && end == JOB_DONE; i++) {
        const struct form *f = &does[j->op[i].what];
        struct value v[PARAMETERS];

        fill(f, j->id, &j->op[i], v);
        if (!db_do(db, f->q, v, NULL, w))
            end = JOB_SPOILED;
    }
    return end;
}

bool store_replica_change(struct store *s, struct replica_row *row, const struct replica_row *before,
                          int64_t id, const struct replica_op *op, size_t n, struct why *w)
{
    struct change_job j = { row, before, id, op, n };

    if (!store_write(s, run_change, &j, w))
        return false;
    if (row)
        row->id = j.id;
    return true;
}

static bool kept(struct arena *a, struct span from, struct span *out, bool *room)
{
    *out = arena_copy(a, from);
    *room = *room && (out->p || from.n == 0);
    return *room;
}

static bool read_row(const struct cursor *c, struct arena *a, struct replica_row *r, struct why *w)
{
    bool room = true;

    *r = (struct replica_row){ .id = db_int(c, 0) };
    (void)kept(a, db_bytes(c, 1), &r->origin, &room);
    r->held = (uint64_t)db_int(c, 2);
    r->bodies = (uint64_t)db_int(c, 3);
    (void)kept(a, db_bytes(c, 4), &r->edge, &room);
    (void)kept(a, db_bytes(c, 5), &r->accepted, &room);
    r->accepted_size = (uint64_t)db_int(c, 6);
    (void)kept(a, db_bytes(c, 7), &r->complete, &room);
    r->complete_size = (uint64_t)db_int(c, 8);
    (void)kept(a, db_bytes(c, 9), &r->witnessed, &room);
    r->witnessed_size = (uint64_t)db_int(c, 10);
    (void)kept(a, db_bytes(c, 11), &r->types, &room);
    r->looked = db_int(c, 12);
    r->grown = db_int(c, 13);
    (void)kept(a, db_bytes(c, 14), &r->reason, &room);
    (void)kept(a, db_bytes(c, 15), &r->detail, &room);
    (void)kept(a, db_bytes(c, 16), &r->fork, &room);
    return room || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool store_replica(struct store *s, struct span origin, bool *found, struct arena *a, struct replica_row *out,
                   struct why *w)
{
    const struct value v[] = { v_text(origin) };
    struct database *db;
    struct cursor c;
    bool row = false, ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_start(db, Q_REPLICA_GET, v, &c, w);
    if (ok) {
        ok = db_next(&c, &row, w) && (!row || read_row(&c, a, out, w));
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    *found = ok && row;
    return ok;
}

static bool read_rows(struct database *db, struct arena *a, struct replica_row *r, size_t *n, struct why *w)
{
    const struct value v[] = { v_int(LIMIT_REPLICAS) };
    struct cursor c;
    bool row = true, ok;

    if (!db_start(db, Q_REPLICAS, v, &c, w))
        return false;
    while ((ok = db_next(&c, &row, w)) && row && *n < LIMIT_REPLICAS)
        if (!(ok = read_row(&c, a, &r[(*n)++], w)))
            break;
    db_end(&c);
    return ok;
}

bool store_replicas(struct store *s, struct arena *a, struct replica_row **ret, size_t *n, struct why *w)
{
    struct replica_row *r = arena_array(a, LIMIT_REPLICAS, sizeof *r);
    struct database *db;
    size_t k = 0;
    bool ok;

    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = read_rows(db, a, r, &k, w);
    readers_give(&s->readers, db, !ok);
    if (ok) {
        *ret = r;
        *n = k;
    }
    return ok;
}

bool store_replica_look(struct store *s, enum replica_look what, int64_t id, const struct replica_op *q,
                        bool (*fn)(void *, const struct replica_line *, struct why *), void *ctx,
                        struct why *w)
{
    struct value v[PARAMETERS];
    struct database *db;
    struct cursor c;
    bool row = true, good, went = true;

    fill(&looks[what], id, q, v);
    if (!readers_take(&s->readers, &db, w))
        return false;
    good = db_start(db, looks[what].q, v, &c, w);
    if (good) {
        while ((good = db_next(&c, &row, w)) && row && went) {
            struct replica_line l = { db_int(&c, 0), db_int(&c, 1), db_int(&c, 2), db_bytes(&c, 3) };

            went = fn(ctx, &l, w);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    return good && went;
}

bool store_settle(struct store *s, struct why *w)
{
    struct database *db;
    bool ok;

    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}
