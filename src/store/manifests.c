/* Lists of travellers: what the writer does for each, inside its transaction. */
#include "store/manifests.h"

#include "store/internal.h"

const char *manifest_state_word(enum manifest_state s)
{
    static const char *const word[MANIFEST_STATES] = { "arriving", "waiting", "done", "erased" };

    return word[s];
}

static bool bad(struct why *w, const char *what, const char *expected)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s: %s expected", what, expected);
}

static enum job_end unknown(struct why *w)
{
    (void)why_set(w, "manifest-unknown", WHY_NO_OFFSET, NULL,
                  "there is no list of this reference, or it was erased");
    return JOB_REFUSED;
}

/* ---- what stands there ---- */

struct head {
    bool found;
    int64_t seq, parts;
    enum manifest_state state;
    uint8_t request[MANIFEST_HASH];
};

static bool state_of(struct span s, enum manifest_state *out)
{
    for (int i = 0; i < MANIFEST_STATES; i++)
        if (span_eq_str(s, manifest_state_word((enum manifest_state)i))) {
            *out = (enum manifest_state)i;
            return true;
        }
    return false;
}

static bool read_head(struct database *db, struct span reference, struct head *h, struct why *w)
{
    struct cursor c;
    bool ok;

    *h = (struct head){ 0 };
    if (!db_start(db, Q_MANIFEST_HEAD, (struct value[]){ v_text(reference) }, &c, w))
        return false;
    ok = db_next(&c, &h->found, w);
    if (ok && h->found) {
        struct span request = db_bytes(&c, 1);

        h->seq = db_int(&c, 0);
        if (request.n == sizeof h->request)
            memcpy(h->request, request.p, request.n);
        h->parts = db_int(&c, 3);
        if (!state_of(db_bytes(&c, 2), &h->state))
            ok = why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "a list in a state that there is not");
    }
    db_end(&c);
    return ok;
}

static bool put_event(struct database *db, int64_t seq, unix_time at, struct span what, struct span who,
                      struct why *w)
{
    return db_do(db, Q_MANIFEST_EVENT_PUT,
                 (struct value[]){ v_int(seq), v_int(at), v_text(what), v_text(who) }, NULL, w);
}

/* ---- a new one ---- */

struct put_job {
    const struct manifest_entry *m;
    struct span who;
    uint8_t request[MANIFEST_HASH]; /* keyed: without the secret nobody can try lists against it */
    enum store_put what;
};

static enum job_end begin_again(struct database *db, struct put_job *j, const struct head *h, struct why *w)
{
    const struct manifest_entry *m = j->m;
    const struct value v[] = { v_int(h->seq),     v_int(m->at),    v_int(m->ends),
                               v_int(m->persons), v_int(m->parts), v_bytes(m->head) };

    j->what = STORE_NEW;
    return db_do(db, Q_MANIFEST_AGAIN, v, NULL, w) &&
                   put_event(db, h->seq, m->at, SPAN("received"), j->who, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

static enum job_end run_put(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    const struct manifest_entry *m = j->m;
    const struct value v[] = { v_text(m->reference), v_bytes(span_of(j->request, sizeof j->request)),
                               v_int(m->at),         v_int(m->ends),
                               v_int(m->persons),    v_int(m->parts),
                               v_bytes(m->head) };
    struct head h;
    int64_t seq = 0;

    if (!read_head(db, m->reference, &h, w))
        return JOB_SPOILED;
    if (h.found) {
        bool same = memcmp(h.request, j->request, sizeof h.request) == 0;

        if (same && h.state == MANIFEST_ERASED)
            return begin_again(db, j, &h, w);
        j->what = same ? STORE_REPEATED : STORE_CONFLICT;
        return JOB_DONE;
    }
    j->what = STORE_NEW;
    return db_number(db, Q_MANIFEST_PUT, v, 0, &seq, w) &&
                   put_event(db, seq, m->at, SPAN("received"), j->who, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_put_manifest(struct store *s, const struct manifest_entry *m, struct span who,
                        enum store_put *what, struct why *w)
{
    struct put_job j = { .m = m, .who = who, .what = STORE_NEW };

    if (!id_valid(m->reference) || m->request.n != MANIFEST_HASH || !word_valid(who))
        return bad(w, "list", "a reference, a hash and an office");
    if (m->persons < 1 || m->persons > LIMIT_MANIFEST_PERSONS || m->parts < 1 || m->parts > m->persons)
        return bad(w, "list", "persons in parts");
    if (m->head.n > LIMIT_MANIFEST_PART)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "what is said of the list is too long");
    secret_request(&s->secret, m->request, j.request);
    if (!store_write(s, run_put, &j, w))
        return false;
    *what = j.what;
    return true;
}

/* ---- parts ---- */

struct part_job {
    struct span reference, body;
    enum manifest_part_kind kind;
    int64_t part;
};

static enum job_end run_part(struct database *db, void *arg, struct why *w)
{
    const struct part_job *j = arg;
    struct head h;

    if (!read_head(db, j->reference, &h, w))
        return JOB_SPOILED;
    if (!h.found || h.state == MANIFEST_ERASED || j->part >= h.parts)
        return unknown(w);
    return db_do(db, Q_MANIFEST_PART_PUT,
                 (struct value[]){ v_int(h.seq), v_int(j->kind), v_int(j->part), v_bytes(j->body) }, NULL, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_put_manifest_part(struct store *s, struct span reference, enum manifest_part_kind kind,
                             int64_t part, struct span body, struct why *w)
{
    struct part_job j = { reference, body, kind, part };

    if (!id_valid(reference) || part < 0)
        return bad(w, "part", "a reference and a number");
    if (body.n > LIMIT_MANIFEST_PART)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a part of %zu bytes", body.n);
    return store_write_bytes(s, run_part, &j, body.n, w);
}

/* ---- states ---- */

struct move_job {
    struct span reference, summary;
    enum manifest_state to;
    unix_time now;
};

static enum job_end run_move(struct database *db, void *arg, struct why *w)
{
    const struct move_job *j = arg;
    int64_t have = 0;
    struct head h;

    if (!read_head(db, j->reference, &h, w))
        return JOB_SPOILED;
    if (!h.found || h.state == MANIFEST_ERASED)
        return unknown(w);
    if (h.state >= j->to)
        return JOB_DONE;
    if (!db_number(
            db, Q_MANIFEST_COUNT_PARTS,
            (struct value[]){ v_int(h.seq), v_int(j->to == MANIFEST_WAITING ? PART_LIST : PART_RESULTS) }, 0,
            &have, w))
        return JOB_SPOILED;
    if (have != h.parts) {
        (void)why_set(w, "manifest-parts", WHY_NO_OFFSET, NULL, "%d of %d parts are there", (int)have,
                      (int)h.parts);
        return JOB_REFUSED;
    }
    return db_do(db, Q_MANIFEST_STATE,
                 (struct value[]){ v_int(h.seq), v_text(span_str(manifest_state_word(j->to))),
                                   v_text_or_null(j->summary), v_int(j->now) },
                 NULL, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_move_manifest(struct store *s, struct span reference, enum manifest_state to, struct span summary,
                         unix_time now, struct why *w)
{
    struct move_job j = { reference, summary, to, now };

    if (!id_valid(reference) || (to != MANIFEST_WAITING && to != MANIFEST_DONE))
        return bad(w, "list", "a reference, and a state to come");
    return store_write_bytes(s, run_move, &j, summary.n, w);
}

struct note_job {
    struct span reference;
    const struct manifest_event *e;
};

static enum job_end run_note(struct database *db, void *arg, struct why *w)
{
    const struct note_job *j = arg;
    struct head h;

    if (!read_head(db, j->reference, &h, w))
        return JOB_SPOILED;
    if (!h.found)
        return unknown(w);
    return put_event(db, h.seq, j->e->at, j->e->what, j->e->who, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_note_manifest(struct store *s, struct span reference, const struct manifest_event *e,
                         struct why *w)
{
    struct note_job j = { reference, e };

    if (!id_valid(reference) || !word_valid(e->what) || !word_valid(e->who))
        return bad(w, "look", "a reference, a word and an office");
    return store_write(s, run_note, &j, w);
}

/* ---- erasing ---- */

struct erase_job {
    struct span reference, who;
    unix_time now;
    bool ended; /* the oldest whose end has come; else that of the reference */
    int64_t n;
};

static enum job_end erase(struct database *db, int64_t seq, const struct erase_job *e, struct span who,
                          struct why *w)
{
    return db_do(db, Q_MANIFEST_ERASE_PARTS, (struct value[]){ v_int(seq) }, NULL, w) &&
                   db_do(db, Q_MANIFEST_ERASE, (struct value[]){ v_int(seq), v_int(e->now) }, NULL, w) &&
                   put_event(db, seq, e->now, SPAN("erased"), who, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct erase_job *e = arg;
    int64_t seq = 0;
    struct head h;

    e->n = 0;
    if (e->ended) {
        if (!db_number(db, Q_MANIFESTS_ENDED, (struct value[]){ v_int(e->now) }, 0, &seq, w))
            return JOB_SPOILED;
        e->n = seq != 0;
        return seq ? erase(db, seq, e, SPAN("node"), w) : JOB_DONE;
    }
    if (!read_head(db, e->reference, &h, w))
        return JOB_SPOILED;
    if (!h.found)
        return unknown(w);
    if (h.state == MANIFEST_ERASED)
        return JOB_DONE;
    e->n = 1;
    return erase(db, h.seq, e, e->who, w);
}

static bool settle(struct store *s, struct why *w)
{
    struct database *db;
    bool ok;

    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}

bool store_erase_manifest(struct store *s, struct span reference, struct span who, unix_time now,
                          struct why *w)
{
    struct erase_job e = { .reference = reference, .who = who, .now = now };

    if (!id_valid(reference) || !word_valid(who))
        return bad(w, "list", "a reference and an office");
    return store_write(s, run_erase, &e, w) && (!e.n || settle(s, w));
}

bool store_expire_manifests(struct store *s, unix_time now, int64_t *erased, struct why *w)
{
    struct erase_job e = { .now = now, .ended = true };
    int64_t sum = 0;

    do {
        if (!store_write(s, run_erase, &e, w))
            return false;
        sum += e.n;
    } while (e.n > 0);
    *erased = sum;
    return sum == 0 || settle(s, w);
}
