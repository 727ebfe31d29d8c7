/* Persons and what they sign in with. */
#include "store/persons.h"

#include "store/internal.h"

enum { NAME = 200, WORDS = 400, OFFICE = 64, CREDENTIAL_ID = 1024, CREDENTIAL_DATA = 8192 };

static struct span keep(struct arena *a, const struct cursor *c, int column)
{
    return arena_copy(a, db_bytes(c, column));
}

/* ---- persons ---- */

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    const struct person_row *p = arg;
    const struct value v[] = { v_text(p->id),       v_text(p->name),   v_text(p->roles),
                               v_text(p->purposes), v_text(p->office), v_int(p->added) };

    return db_do(db, Q_PERSON_PUT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_person_put(struct store *s, const struct person_row *p, struct why *w)
{
    struct person_row row = *p;

    if (!id_valid(p->id) || p->name.n > NAME || p->roles.n > WORDS || p->purposes.n > WORDS ||
        p->office.n > OFFICE)
        return why_set(w, "person", WHY_NO_OFFSET, NULL,
                       "an id of 1 to 64 visible characters expected, and a name of at most %d bytes", NAME);
    return store_write(s, run_put, &row, w);
}

struct remove_job {
    struct span id;
    unix_time now;
};

static enum job_end run_remove(struct database *db, void *arg, struct why *w)
{
    const struct remove_job *j = arg;
    const struct value v[] = { v_text(j->id), v_int(j->now) };
    int64_t changed = 0;

    if (!db_do(db, Q_PERSON_REMOVE, v, &changed, w))
        return JOB_SPOILED;
    if (!changed) {
        (void)why_set(w, "person", WHY_NO_OFFSET, NULL, "no person has this id");
        return JOB_REFUSED;
    }
    return db_do(db, Q_CREDENTIALS_ERASE, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_person_remove(struct store *s, struct span id, unix_time now, struct why *w)
{
    struct remove_job j = { id, now };

    return store_write(s, run_remove, &j, w);
}

static struct person_row person_of(const struct cursor *c, struct arena *a)
{
    return (struct person_row){ keep(a, c, 0), keep(a, c, 1), keep(a, c, 2),
                                keep(a, c, 3), keep(a, c, 4), db_int(c, 5) };
}

bool store_person(struct store *s, struct span id, struct arena *a, bool *found, struct person_row *out,
                  struct why *w)
{
    const struct value v[] = { v_text(id) };
    struct database *db;
    struct cursor c;
    bool row = false, ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_start(db, Q_PERSON, v, &c, w);
    if (ok) {
        ok = db_next(&c, &row, w);
        if (ok && row)
            *out = person_of(&c, a);
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    *found = row;
    return ok;
}

bool store_persons(struct store *s, struct arena *a, const struct person_row **ret, size_t *n, struct why *w)
{
    struct person_row *p = arena_array(a, PERSONS_MOST, sizeof *p);
    struct database *db;
    struct cursor c;
    bool row = true, ok;
    size_t k = 0;

    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_start(db, Q_PERSONS, NULL, &c, w);
    if (ok) {
        while (k < PERSONS_MOST && (ok = db_next(&c, &row, w)) && row)
            p[k++] = person_of(&c, a);
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    *ret = p;
    *n = k;
    return ok;
}

/* ---- credentials ---- */

static enum job_end run_credential(struct database *db, void *arg, struct why *w)
{
    const struct credential_row *c = arg;
    const struct value v[] = { v_text(c->kind),  v_text(c->id),     v_text(c->person), v_text(c->label),
                               v_bytes(c->data), v_int(c->counter), v_int(c->added),   v_int(c->ends) };
    int64_t changed = 0;

    if (!db_do(db, Q_CREDENTIAL_PUT, v, &changed, w))
        return JOB_SPOILED;
    if (changed)
        return JOB_DONE;
    (void)why_set(w, "credential", WHY_NO_OFFSET, NULL, "this credential is registered already");
    return JOB_REFUSED;
}

bool store_credential_put(struct store *s, const struct credential_row *c, struct why *w)
{
    struct credential_row row = *c;

    if (!row.data.p)
        row.data = SPAN("");
    if (!id_valid(c->person) || !word_valid(c->kind) || !c->id.n || c->id.n > CREDENTIAL_ID ||
        c->label.n > NAME || c->data.n > CREDENTIAL_DATA)
        return why_set(w, "credential", WHY_NO_OFFSET, NULL, "a credential is too large or has no id");
    return store_write(s, run_credential, &row, w);
}

static struct credential_row credential_of(const struct cursor *c, struct arena *a)
{
    return (struct credential_row){ .kind = keep(a, c, 0),
                                    .id = keep(a, c, 1),
                                    .person = keep(a, c, 2),
                                    .label = keep(a, c, 3),
                                    .data = keep(a, c, 4),
                                    .counter = db_int(c, 5),
                                    .added = db_int(c, 6),
                                    .used = db_int(c, 7),
                                    .ends = db_int(c, 8) };
}

static bool read_credentials(struct store *s, enum query q, const struct value *v, struct arena *a,
                             struct credential_row *out, size_t most, size_t *n, struct why *w)
{
    struct database *db;
    struct cursor c;
    bool row = true, ok;

    *n = 0;
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_start(db, q, v, &c, w);
    if (ok) {
        while (*n < most && (ok = db_next(&c, &row, w)) && row)
            out[(*n)++] = credential_of(&c, a);
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    return ok;
}

bool store_credential(struct store *s, struct span kind, struct span id, struct arena *a, bool *found,
                      struct credential_row *out, struct why *w)
{
    const struct value v[] = { v_text(kind), v_text(id) };
    size_t n;

    if (!read_credentials(s, Q_CREDENTIAL, v, a, out, 1, &n, w))
        return false;
    *found = n == 1;
    return true;
}

bool store_credentials(struct store *s, struct span person, struct arena *a,
                       const struct credential_row **ret, size_t *n, struct why *w)
{
    struct credential_row *row = arena_array(a, CREDENTIALS_MOST, sizeof *row);
    const struct value v[] = { v_text(person) };

    *ret = row;
    return row ? read_credentials(s, Q_CREDENTIALS_OF, v, a, row, CREDENTIALS_MOST, n, w)
               : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

struct use_job {
    enum query q;
    struct value v[4];
    int64_t changed;
};

static enum job_end run_use(struct database *db, void *arg, struct why *w)
{
    struct use_job *j = arg;

    return db_do(db, j->q, j->v, &j->changed, w) ? JOB_DONE : JOB_SPOILED;
}

static bool use(struct store *s, struct use_job *j, bool *done, struct why *w)
{
    if (!store_write(s, run_use, j, w))
        return false;
    *done = j->changed == 1;
    return true;
}

bool store_credential_take(struct store *s, struct span kind, struct span id, unix_time now, bool *taken,
                           struct why *w)
{
    struct use_job j = { Q_CREDENTIAL_TAKE, { v_text(kind), v_text(id), v_int(now) }, 0 };

    return use(s, &j, taken, w);
}

bool store_credential_use(struct store *s, struct span kind, struct span id, int64_t counter, unix_time now,
                          bool *used, struct why *w)
{
    struct use_job j = { Q_CREDENTIAL_USE, { v_text(kind), v_text(id), v_int(now), v_int(counter) }, 0 };

    return use(s, &j, used, w);
}

bool store_credential_remove(struct store *s, struct span person, struct span kind, struct span id,
                             struct why *w)
{
    struct use_job j = { Q_CREDENTIAL_ERASE, { v_text(kind), v_text(id), v_text(person) }, 0 };
    bool done = false;

    return use(s, &j, &done, w) &&
           (done || why_set(w, "credential", WHY_NO_OFFSET, NULL, "the person has no such credential"));
}
