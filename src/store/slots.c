/* Slots asked for, given, changed, ended: each decided inside the transaction that writes it. */
#include "store/slots_internal.h"

enum { SAID = 256 * 1024 };

static const struct span none = { NULL, 0 };

const char *slot_state_word(enum slot_state s)
{
    static const char *const word[] = { "waiting", "booked", "used", "cancelled", "missed", "undrawn" };

    return word[s];
}

void slot_say(struct slot_saying *s, const char *what, unix_time at, struct span place, unix_time start)
{
    char text[TIME_TEXT];

    buf_init(&s->b, SAID);
    s->j = json_to(&s->b);
    jw_object(&s->j, NULL);
    jw_str(&s->j, "what", what);
    jw_str(&s->j, "at", time_format(at, text));
    jw_text(&s->j, "place", place);
    jw_str(&s->j, "start", time_format(start, text));
}

bool slot_said(struct slot_saying *s, struct database *db, unix_time at, struct why *w)
{
    bool ok;

    jw_object_end(&s->j);
    ok = buf_ok(&s->b)
             ? db_do(db, Q_SLOT_EVENT_PUT, (struct value[]){ v_int(at), v_text(buf_span(&s->b)) }, NULL, w)
             : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "what is said of a slot is too long");
    buf_free(&s->b);
    return ok;
}

bool slot_sum(struct database *db, enum query q, struct span place, unix_time start, int64_t *out,
              struct why *w)
{
    return db_number(db, q, (struct value[]){ v_text(place), v_int(start) }, 0, out, w);
}

void store_slot_keys(const struct store *s, struct span document, struct span plate,
                     struct traveller_key *document_key, struct traveller_key *plate_key)
{
    store_subject_key(s, SPAN("slot document"), none, document, document_key);
    store_subject_key(s, SPAN("slot plate"), none, plate, plate_key);
}

static void code_key(const struct store *s, struct span code, struct traveller_key *out)
{
    store_subject_key(s, SPAN("slot code"), none, code, out);
}

static struct value key_value(const struct traveller_key *k)
{
    return v_bytes(span_of(k->b, sizeof k->b));
}

/* ---- asking ---- */

struct ask_job {
    const struct slot_ask *q;
    struct traveller_key code, document, plate, ticket;
    enum slot_state state;
};

static enum job_end refuse(struct why *w, const char *reason, const char *text)
{
    (void)why_set(w, reason, WHY_NO_OFFSET, NULL, "%s", text);
    return JOB_REFUSED;
}

/* The greatest of both: of the document and of the plate. */
static bool most_of(struct database *db, enum query by_document, enum query by_plate, const struct ask_job *j,
                    unix_time since, int64_t *out, struct why *w)
{
    int64_t d = 0, p = 0;

    if (!db_number(db, by_document, (struct value[]){ key_value(&j->document), v_int(since) }, 0, &d, w) ||
        (j->q->plate.n &&
         !db_number(db, by_plate, (struct value[]){ key_value(&j->plate), v_int(since) }, 0, &p, w)))
        return false;
    *out = d > p ? d : p;
    return true;
}

/* JOB_DONE: it may have one. */
static enum job_end holder_may(struct database *db, const struct ask_job *j, struct why *w)
{
    const struct slot_ask *q = j->q;
    const struct value both[] = { key_value(&j->document),
                                  q->plate.n ? key_value(&j->plate) : (struct value){ .type = VALUE_NULL } };
    int64_t n = 0, last = 0;

    if (!most_of(db, Q_SLOT_OPEN_DOCUMENT, Q_SLOT_OPEN_PLATE, j, 0, &n, w))
        return JOB_SPOILED;
    if (n)
        return refuse(w, "slot-open", "this document or this plate has a slot, or waits for one, already");
    if (!most_of(db, Q_SLOT_COUNT_DOCUMENT, Q_SLOT_COUNT_PLATE, j, q->count_since, &n, w))
        return JOB_SPOILED;
    if (n >= q->count)
        return refuse(w, "slot-count", "this document or this plate had as many slots as the rules give");
    if (!most_of(db, Q_SLOT_MISSED_DOCUMENT, Q_SLOT_MISSED_PLATE, j, q->missed_since, &n, w) ||
        !db_number(db, Q_SLOT_MISSED_LAST, both, 0, &last, w))
        return JOB_SPOILED;
    if (n >= q->missed && q->at - last < q->pause)
        return refuse(w, "slot-pause",
                      "slots were not used: for a while none is given; crossing without one "
                      "is as open as ever");
    return JOB_DONE;
}

static bool free_at_once(struct database *db, const struct slot_ask *q, bool *out, struct why *w)
{
    int64_t taken = 0, resting = 0, waiting = 0;

    if (!slot_sum(db, Q_SLOT_TAKEN, q->place, q->start, &taken, w) ||
        !slot_sum(db, Q_SLOT_RESTING, q->place, q->start, &resting, w) ||
        !slot_sum(db, Q_SLOT_WAITERS, q->place, q->start, &waiting, w))
        return false;
    *out = q->turn > 0 && !waiting && taken + resting + q->places <= q->capacity;
    return true;
}

static bool put_slot(struct database *db, const struct ask_job *j, struct why *w)
{
    const struct slot_ask *q = j->q;
    const struct value v[] = { key_value(&j->code),
                               v_text(q->place),
                               v_int(q->start),
                               key_value(&j->document),
                               q->plate.n ? key_value(&j->plate) : (struct value){ .type = VALUE_NULL },
                               v_int(q->persons),
                               v_int(q->places),
                               v_text(span_str(slot_state_word(j->state))),
                               v_int(q->at),
                               v_int(q->turn),
                               v_bytes(span_of(q->bind, sizeof q->bind)),
                               v_bytes(span_of(q->seen, sizeof q->seen)),
                               v_bytes(span_of(j->ticket.b, SLOT_TICKET)) };

    return db_do(db, Q_SLOT_PUT, v, NULL, w);
}

static enum job_end run_ask(struct database *db, void *arg, struct why *w)
{
    struct ask_job *j = arg;
    const struct slot_ask *q = j->q;
    struct slot_saying say;
    int64_t seq = 0;
    bool at_once = false;
    enum job_end end = JOB_DONE;

    if (!db_number(db, Q_SLOT_BY_CODE, (struct value[]){ key_value(&j->code) }, 0, &seq, w))
        return JOB_SPOILED;
    if (seq)
        return refuse(w, "slot-code", "this code is of another slot");
    end = holder_may(db, j, w);
    if (end != JOB_DONE)
        return end;
    if (!slot_chain_begin(db, q->place, q->start, q->at, w) || !free_at_once(db, q, &at_once, w))
        return JOB_SPOILED;
    j->state = at_once ? SLOT_BOOKED : SLOT_WAITING;
    slot_say(&say, "asked", q->at, q->place, q->start);
    jw_hex(&say.j, "slot", span_of(q->seen, sizeof q->seen));
    jw_hex(&say.j, "ticket", span_of(j->ticket.b, SLOT_TICKET));
    jw_int(&say.j, "turn", q->turn);
    jw_int(&say.j, "places", q->places);
    jw_int(&say.j, "capacity", q->capacity);
    jw_bool(&say.j, "booked", at_once);
    return slot_said(&say, db, q->at, w) && put_slot(db, j, w) ? JOB_DONE : JOB_SPOILED;
}

/* One for a document and a slot: who runs the node cannot try others until one wins. */
static void ticket_of(const struct store *s, const struct slot_ask *q, struct traveller_key *out)
{
    char text[TIME_TEXT];
    struct buffer b;
    uint8_t mem[128];

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, q->place);
    buf_str(&b, " ");
    buf_str(&b, time_format(q->start, text));
    store_subject_key(s, SPAN("slot ticket"), buf_span(&b), q->document, out);
}

bool store_slot_ask(struct store *s, const struct slot_ask *q, enum slot_state *state, struct why *w)
{
    struct ask_job j = { .q = q };

    if (!q->code.n || !q->document.n || !word_valid(q->place) || q->persons < 1 || q->places < 1 ||
        q->capacity < q->places || q->turn < 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a slot has a code, a document, a place and room");
    code_key(s, q->code, &j.code);
    store_slot_keys(s, q->document, q->plate, &j.document, &j.plate);
    ticket_of(s, q, &j.ticket);
    if (!store_write(s, run_ask, &j, w))
        return false;
    *state = j.state;
    return true;
}

/* ---- ending and changing ---- */

struct end_job {
    const struct slot_row *r;
    enum slot_state to;
    unix_time at, due, closes;
};

static enum job_end run_end(struct database *db, void *arg, struct why *w)
{
    const struct end_job *j = arg;
    const struct slot_row *r = j->r;
    bool rests = j->to == SLOT_CANCELLED && r->state == SLOT_BOOKED && j->at < j->closes;
    struct slot_saying say;
    char text[TIME_TEXT];
    int64_t changed = 0;

    if (!db_do(db, Q_SLOT_END,
               (struct value[]){ v_int(r->seq), v_text(span_str(slot_state_word(r->state))),
                                 v_text(span_str(slot_state_word(j->to))), v_int(j->at) },
               &changed, w))
        return JOB_SPOILED;
    if (!changed)
        return refuse(w, "slot-state", "the slot is in another state by now");
    if (rests &&
        !db_do(db, Q_SLOT_FREE,
               (struct value[]){ v_text(r->place), v_int(r->start), v_int(r->places), v_int(j->due) }, NULL,
               w))
        return JOB_SPOILED;
    slot_say(&say, slot_state_word(j->to), j->at, r->place, r->start);
    jw_hex(&say.j, "slot", span_of(r->seen, sizeof r->seen));
    jw_int(&say.j, "places", r->places);
    if (rests)
        jw_str(&say.j, "due", time_format(j->due, text));
    return slot_said(&say, db, j->at, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_slot_end(struct store *s, const struct slot_row *r, enum slot_state to, unix_time at,
                    unix_time due, unix_time closes, struct why *w)
{
    struct end_job j = { r, to, at, due, closes };

    return store_write(s, run_end, &j, w);
}

struct plate_job {
    const struct slot_row *r;
    const uint8_t *bind;
    struct traveller_key document, plate;
    int64_t most;
    unix_time at;
};

static enum job_end run_plate(struct database *db, void *arg, struct why *w)
{
    const struct plate_job *j = arg;
    struct slot_saying say;
    int64_t n = 0;

    if (j->r->changed >= j->most)
        return refuse(w, "slot-changes", "the plate was changed as often as the rules allow");
    if (!db_number(db, Q_SLOT_OPEN_PLATE, (struct value[]){ key_value(&j->plate) }, 0, &n, w))
        return JOB_SPOILED;
    if (n)
        return refuse(w, "slot-open", "this plate has a slot, or waits for one, already");
    if (!db_do(db, Q_SLOT_PLATE,
               (struct value[]){ v_int(j->r->seq), key_value(&j->plate), v_bytes(span_of(j->bind, SLOT_BIND)),
                                 v_int(j->most) },
               &n, w))
        return JOB_SPOILED;
    if (!n)
        return refuse(w, "slot-state", "the slot is in another state by now");
    slot_say(&say, "plate", j->at, j->r->place, j->r->start);
    jw_hex(&say.j, "slot", span_of(j->r->seen, sizeof j->r->seen));
    return slot_said(&say, db, j->at, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_slot_plate(struct store *s, const struct slot_row *r, struct span plate,
                      const uint8_t bind[SLOT_BIND], int64_t most, unix_time at, struct why *w)
{
    struct plate_job j = { .r = r, .bind = bind, .most = most, .at = at };

    store_slot_keys(s, none, plate, &j.document, &j.plate);
    return store_write(s, run_plate, &j, w);
}

/* ---- forgetting, and what was published ---- */

struct number_job {
    int64_t a, n;
};

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct number_job *j = arg;
    const struct value before[] = { v_int(j->a) }, day[] = { v_int(j->a / 86400) };

    return db_do(db, Q_SLOTS_ERASE, before, &j->n, w) && db_do(db, Q_SLOT_FREED_ERASE, before, NULL, w) &&
                   db_do(db, Q_SLOT_CHAINS_ERASE, day, NULL, w)
               ? JOB_DONE
               : JOB_SPOILED;
}

bool store_slots_erase(struct store *s, unix_time before, int64_t *n, struct why *w)
{
    struct number_job j = { before, 0 };

    if (!store_write(s, run_erase, &j, w))
        return false;
    *n = j.n;
    return true;
}

static enum job_end run_published(struct database *db, void *arg, struct why *w)
{
    const struct number_job *j = arg;

    return db_do(db, Q_SLOT_EVENTS_PUBLISHED, (struct value[]){ v_int(j->a) }, NULL, w) ? JOB_DONE
                                                                                        : JOB_SPOILED;
}

bool store_slot_published(struct store *s, int64_t up_to, struct why *w)
{
    struct number_job j = { up_to, 0 };

    return store_write(s, run_published, &j, w);
}
