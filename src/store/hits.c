/* Hits: found, moved on, remembered, erased. */
#include "store/hits.h"

#include "base/buffer.h"
#include "store/internal.h"

static const char USE[] = "hit";

static const struct span none = { NULL, 0 };

static struct value v_key(bool there, const struct traveller_key *k)
{
    return there ? v_bytes(span_of(k->b, sizeof k->b)) : (struct value){ .type = VALUE_NULL };
}

static struct value v_time(unix_time t)
{
    return t ? v_int(t) : (struct value){ .type = VALUE_NULL };
}

static bool words_ok(const struct hit_event *e)
{
    return word_valid(e->what) && word_valid(e->state) && (!e->officer.n || word_valid(e->officer)) &&
           (!e->purpose.n || word_valid(e->purpose));
}

static bool seal_body(const struct store *s, struct span plain, struct arena *a, struct span *out,
                      struct why *w)
{
    if (plain.n > LIMIT_HIT)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a text of %zu bytes; at most %d", plain.n,
                       LIMIT_HIT);
    *out = none;
    return !plain.n || store_seal(s, USE, plain, a, out, w);
}

static bool put_event(struct database *db, int64_t seq, const struct hit_event *e, struct span state,
                      struct span sealed, struct why *w)
{
    const struct value v[] = { v_int(seq),
                               v_int(e->at),
                               v_text(e->what),
                               v_text(state),
                               v_text_or_null(e->officer),
                               v_text_or_null(e->purpose),
                               v_bytes_or_null(sealed) };

    return db_do(db, Q_HIT_EVENT_PUT, v, NULL, w);
}

/* ---- found ---- */

struct put_job {
    const struct hit_row *r;
    const struct hit_event *e;
    struct span body, event_body; /* sealed */
    bool again;
    size_t n_id;
    uint8_t id[64]; /* of the one met again */
};

static bool find_same(struct database *db, struct put_job *j, int64_t *seq, char state[65], struct why *w)
{
    const struct hit_row *r = j->r;
    const struct value v[] = { v_text(r->id), v_key(r->has_document, &r->memory), v_text(r->version) };
    bool row = false, ok;
    struct cursor c;
    struct span id, now;

    if (!db_start(db, Q_HIT_SAME, v, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    *seq = 0;
    if (ok && row) {
        *seq = db_int(&c, 0);
        id = db_bytes(&c, 1);
        now = db_bytes(&c, 2);
        j->n_id = id.n < sizeof j->id ? id.n : sizeof j->id;
        memcpy(j->id, id.p, j->n_id);
        memcpy(state, now.p, now.n < 64 ? now.n : 64);
        state[now.n < 64 ? now.n : 64] = 0;
    }
    db_end(&c);
    return ok;
}

static bool put_row(struct database *db, const struct put_job *j, int64_t *seq, struct why *w)
{
    const struct hit_row *r = j->r;
    const struct value v[] = { v_text(r->id),
                               v_int(r->at),
                               v_text(r->shelf),
                               v_text(r->entity),
                               v_text(r->version),
                               v_text(r->owner),
                               v_text(r->kind),
                               v_int(r->protect),
                               v_int(r->score),
                               v_text(r->state),
                               v_int(r->due),
                               v_key(r->has_document, &r->subject),
                               v_key(r->has_document, &r->memory),
                               v_bytes_or_null(j->body) };

    return db_number(db, Q_HIT_PUT, v, 0, seq, w);
}

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    char state[65] = "";
    int64_t seq = 0;

    j->again = false;
    if (!find_same(db, j, &seq, state, w))
        return JOB_SPOILED;
    j->again = seq != 0;
    if (j->again)
        return put_event(db, seq, j->e, span_str(state), j->event_body, w) &&
                       db_do(db, Q_HIT_LAST, (struct value[]){ v_int(seq), v_int(j->e->at) }, NULL, w)
                   ? JOB_DONE
                   : JOB_SPOILED;
    return put_row(db, j, &seq, w) && put_event(db, seq, j->e, j->e->state, j->event_body, w) ? JOB_DONE
                                                                                              : JOB_SPOILED;
}

static bool row_ok(const struct hit_row *r)
{
    return id_valid(r->id) && word_valid(r->shelf) && r->entity.n && r->entity.n <= 255 &&
           word_valid(r->version) && word_valid(r->owner) && word_valid(r->kind) && word_valid(r->state);
}

bool store_put_hit(struct store *s, const struct hit_row *r, const struct hit_event *first, struct arena *a,
                   struct span *out, bool *again, struct why *w)
{
    struct put_job j = { .r = r, .e = first };
    struct span id;

    if (!row_ok(r) || !words_ok(first))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a hit has an id, an entity and words");
    if (!seal_body(s, r->body, a, &j.body, w) || !seal_body(s, first->body, a, &j.event_body, w) ||
        !store_write(s, run_put, &j, w))
        return false;
    id = arena_copy(a, j.again ? span_of(j.id, j.n_id) : r->id);
    if (!id.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = id;
    *again = j.again;
    return true;
}

/* ---- moved on ---- */

struct step_job {
    struct span id;
    const struct hit_change *c; /* NULL: an event alone */
    const struct hit_event *e;
    struct span body;
};

struct found_row {
    int64_t seq;
    char state[65];
    bool has_memory;
    struct traveller_key memory;
};

static bool find_row(struct database *db, struct span id, struct found_row *out, struct why *w)
{
    const struct value v = v_text(id);
    bool row = false, ok;
    struct cursor c;
    struct span s;

    *out = (struct found_row){ 0 };
    if (!db_start(db, Q_HIT_BY_ID, &v, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    if (ok && row) {
        out->seq = db_int(&c, 0);
        s = db_bytes(&c, 9);
        memcpy(out->state, s.p, s.n < 64 ? s.n : 64);
        s = db_bytes(&c, 18);
        out->has_memory = s.n == sizeof out->memory.b;
        if (out->has_memory)
            memcpy(out->memory.b, s.p, s.n);
    }
    db_end(&c);
    return ok;
}

static bool remember(struct database *db, const struct found_row *f, const struct step_job *j, struct why *w)
{
    const struct hit_memory *m = j->c->remember;

    if (!f->has_memory)
        return true;
    if (m)
        return db_do(db, Q_HIT_REMEMBER,
                     (struct value[]){ v_key(true, &f->memory), v_text(m->version), v_int(m->until),
                                       v_int(m->told), v_text(j->id) },
                     NULL, w);
    return !j->c->forget || db_do(db, Q_HIT_FORGET, (struct value[]){ v_key(true, &f->memory) }, NULL, w);
}

static enum job_end run_step(struct database *db, void *arg, struct why *w)
{
    const struct step_job *j = arg;
    const struct hit_change *c = j->c;
    struct found_row f;
    int64_t changed = 0;

    if (!find_row(db, j->id, &f, w))
        return JOB_SPOILED;
    if (!f.seq) {
        (void)why_set(w, "hit-unknown", WHY_NO_OFFSET, NULL, "no hit has this id");
        return JOB_REFUSED;
    }
    if (!c)
        return put_event(db, f.seq, j->e, span_str(f.state), j->body, w) &&
                       db_do(db, Q_HIT_LAST, (struct value[]){ v_int(f.seq), v_int(j->e->at) }, NULL, w)
                   ? JOB_DONE
                   : JOB_SPOILED;
    if (!db_do(db, Q_HIT_STEP,
               (struct value[]){ v_int(f.seq), v_text(c->from), v_text(c->state), v_text_or_null(c->outcome),
                                 v_text_or_null(c->first), v_int(c->due), v_time(c->closed),
                                 v_int(j->e->at) },
               &changed, w))
        return JOB_SPOILED;
    if (!changed) {
        (void)why_set(w, "hit-state", WHY_NO_OFFSET, NULL, "the hit is in another state by now");
        return JOB_REFUSED;
    }
    return remember(db, &f, j, w) && put_event(db, f.seq, j->e, c->state, j->body, w) ? JOB_DONE
                                                                                      : JOB_SPOILED;
}

static bool step(struct store *s, struct step_job *j, struct why *w)
{
    struct arena a;
    bool ok;

    arena_init(&a, 4 * LIMIT_HIT);
    ok = seal_body(s, j->e->body, &a, &j->body, w) && store_write(s, run_step, j, w);
    arena_free(&a);
    return ok;
}

bool store_step_hit(struct store *s, struct span id, const struct hit_change *c, const struct hit_event *e,
                    struct why *w)
{
    struct step_job j = { id, c, e, none };

    if (!id_valid(id) || !word_valid(c->from) || !word_valid(c->state) || !words_ok(e) ||
        (c->outcome.n && !word_valid(c->outcome)) || (c->first.n && !word_valid(c->first)) ||
        (c->remember && !word_valid(c->remember->version)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a step has an id and words");
    return step(s, &j, w);
}

bool store_note_hit(struct store *s, struct span id, const struct hit_event *e, struct why *w)
{
    struct step_job j = { id, NULL, e, none };

    if (!id_valid(id) || !words_ok(e))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "an entry has an id and words");
    return step(s, &j, w);
}

/* ---- remembered ---- */

/* Shelf and entity beside the document: a blank stands in no shelf's name. */
void store_hit_memory_key(const struct store *s, struct span issuer, struct span number, struct span shelf,
                          struct span entity, struct traveller_key *out)
{
    uint8_t mem[512];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, shelf);
    buf_u8(&b, ' ');
    buf_put(&b, entity);
    buf_u8(&b, '\n');
    buf_put(&b, issuer);
    store_subject_key(s, SPAN("hit memory"), buf_span(&b), number, out);
}

struct remember_job {
    const struct traveller_key *memory;
    const struct hit_memory *m;
};

static enum job_end run_remember(struct database *db, void *arg, struct why *w)
{
    const struct remember_job *j = arg;

    return db_do(db, Q_HIT_REMEMBER,
                 (struct value[]){ v_key(true, j->memory), v_text(j->m->version), v_int(j->m->until),
                                   v_int(j->m->told), (struct value){ .type = VALUE_NULL } },
                 NULL, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_remember_hit(struct store *s, const struct traveller_key *memory, const struct hit_memory *m,
                        struct why *w)
{
    struct remember_job j = { memory, m };

    return (word_valid(m->version) ||
            why_set(w, "request", WHY_NO_OFFSET, NULL, "what is remembered has a version")) &&
           store_write(s, run_remember, &j, w);
}

/* ---- erasing ---- */

struct erase_job {
    unix_time before, now;
    int64_t n; /* of the last run: 0 or 1 */
};

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct erase_job *e = arg;
    int64_t seq = 0;

    e->n = 0;
    if (!db_do(db, Q_HIT_MEMORY_EXPIRE, (struct value[]){ v_int(e->now) }, NULL, w) ||
        !db_number(db, Q_HITS_TO_ERASE, (struct value[]){ v_int(e->before) }, 0, &seq, w))
        return JOB_SPOILED;
    if (!seq)
        return JOB_DONE;
    if (!db_do(db, Q_HIT_ERASE, (struct value[]){ v_int(seq), v_int(e->now) }, NULL, w) ||
        !db_do(db, Q_HIT_ERASE_EVENTS, (struct value[]){ v_int(seq) }, NULL, w))
        return JOB_SPOILED;
    e->n = 1;
    return JOB_DONE;
}

bool store_erase_hits(struct store *s, unix_time before, unix_time now, int64_t *n, struct why *w)
{
    struct erase_job e = { before, now, 0 };
    struct database *db;
    int64_t sum = 0;
    bool ok;

    do {
        if (!store_write(s, run_erase, &e, w))
            return false;
        sum += e.n;
    } while (e.n);
    *n = sum;
    if (!sum)
        return true;
    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}
