/* Registers: entries by key, newest first. */
#include "store/cases.h"
#include "store/internal.h"

struct register_job {
    struct span name;
    const struct traveller_key *key;
    const struct register_entry *e;
    bool must_be_new;
    enum store_put what;
};

static struct value key_value(const struct traveller_key *k)
{
    return v_bytes(span_of(k->b, sizeof k->b));
}

static enum job_end run_register(struct database *db, void *arg, struct why *w)
{
    struct register_job *j = arg;
    struct cursor c;
    bool found = false, same = false, good;

    if (!db_start(db, Q_REGISTER, (struct value[]){ v_text(j->name), key_value(j->key), v_int(1) }, &c, w))
        return JOB_SPOILED;
    good = db_next(&c, &found, w);
    if (good && found)
        same = span_eq(db_bytes(&c, 2), j->e->body);
    db_end(&c);
    if (!good)
        return JOB_SPOILED;
    if (found && (same || j->must_be_new)) {
        j->what = same ? STORE_REPEATED : STORE_CONFLICT;
        return JOB_DONE;
    }
    j->what = STORE_NEW;
    return db_do(db, Q_REGISTER_PUT,
                 (struct value[]){ v_text(j->name), key_value(j->key), v_int(j->e->at), v_bytes(j->e->body) },
                 NULL, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_put_register(struct store *s, struct span name, const struct traveller_key *key,
                        const struct register_entry *e, bool must_be_new, enum store_put *what, struct why *w)
{
    struct register_job j = { name, key, e, must_be_new, STORE_NEW };

    if (!word_valid(name) || e->body.n > LIMIT_STORE_RECORD)
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "an entry of a register has a name and at most %d bytes", LIMIT_STORE_RECORD);
    if (!store_write(s, run_register, &j, w))
        return false;
    *what = j.what;
    return true;
}

static bool read_entries(struct database *db, const struct value *v, size_t most, struct arena *a,
                         struct register_entry *e, size_t *n, bool *room, struct why *w)
{
    struct cursor c;
    bool row = true, good;

    *n = 0;
    *room = true;
    if (!db_start(db, Q_REGISTER, v, &c, w))
        return false;
    while ((good = db_next(&c, &row, w)) && row && *n < most && *room) {
        struct span body = db_bytes(&c, 2), copy = arena_copy(a, body);

        *room = copy.p || !body.n;
        e[(*n)++] = (struct register_entry){ db_int(&c, 0), db_int(&c, 1), copy };
    }
    db_end(&c);
    return good;
}

bool store_register(struct store *s, struct span name, const struct traveller_key *key, size_t most,
                    struct arena *a, const struct register_entry **ret, size_t *n, struct why *w)
{
    size_t k = 0, limit = most < LIMIT_REGISTER_ENTRIES ? most : LIMIT_REGISTER_ENTRIES;
    const struct value v[] = { v_text(name), key_value(key), v_int((int64_t)limit) };
    struct register_entry *e = arena_array(a, limit, sizeof *e);
    struct database *db;
    bool ok, room = true;

    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = read_entries(db, v, limit, a, e, &k, &room, w);
    readers_give(&s->readers, db, !ok);
    if (!ok)
        return false;
    if (!room)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *ret = e;
    *n = k;
    return true;
}
