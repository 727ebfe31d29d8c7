/*
 * Draws. For a place and a day a chain of digests is made: x(N) is random, x(i-1) = SHA-256(x(i)), and x(0)
 * is said publicly before the first request of that day. Draw i shows x(i): anybody computes back to x(0),
 * and nobody chose it later. Among those of one turn SHA-256(x(i), ticket) is the order, the lowest first; a
 * lower turn goes first.
 */
#include <stdlib.h>

#include "crypto/node_key.h"
#include "store/slots_internal.h"

enum { CHAIN = 8192 };

static void chain_at(const uint8_t seed[SLOT_SEED], int64_t i, struct digest *out)
{
    out->n = SLOT_SEED;
    memcpy(out->b, seed, SLOT_SEED);
    for (int64_t k = CHAIN; k > i; k--)
        digest_of(DIGEST_SHA256, span_of(out->b, SLOT_SEED), out);
}

static bool chain_read(struct database *db, struct span place, int64_t day, uint8_t seed[SLOT_SEED],
                       bool *there, struct why *w)
{
    struct cursor c;
    bool row = false, ok;

    if (!db_start(db, Q_SLOT_CHAIN_GET, (struct value[]){ v_text(place), v_int(day) }, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    *there = ok && row && db_bytes(&c, 0).n == SLOT_SEED;
    if (*there)
        memcpy(seed, db_bytes(&c, 0).p, SLOT_SEED);
    db_end(&c);
    return ok;
}

bool slot_chain_begin(struct database *db, struct span place, unix_time start, unix_time at, struct why *w)
{
    int64_t day = start / 86400;
    uint8_t seed[SLOT_SEED];
    struct slot_saying say;
    struct digest anchor;
    bool there = false;

    if (!chain_read(db, place, day, seed, &there, w))
        return false;
    if (there)
        return true;
    random_bytes(seed, sizeof seed);
    chain_at(seed, 0, &anchor);
    slot_say(&say, "chain", at, place, day * 86400);
    jw_hex(&say.j, "anchor", span_of(anchor.b, SLOT_SEED));
    return slot_said(&say, db, at, w) &&
           db_do(db, Q_SLOT_CHAIN_PUT,
                 (struct value[]){ v_text(place), v_int(day), v_bytes(span_of(seed, sizeof seed)) }, NULL, w);
}

struct waiter {
    int64_t seq, turn, places;
    uint8_t ticket[SLOT_TICKET];
    uint8_t order[32];
    bool given;
};

struct draw_job {
    struct span place;
    unix_time start, now;
    int64_t capacity, turn;
    struct waiter *waiter; /* LIMIT_SLOT_DRAW */
    size_t n, given;
};

static int by_order(const void *a, const void *b)
{
    const struct waiter *x = a, *y = b;

    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    return memcmp(x->order, y->order, sizeof x->order);
}

static bool read_waiters(struct database *db, struct draw_job *j, struct why *w)
{
    const struct value v[] = { v_text(j->place), v_int(j->start), v_int(j->turn), v_int(LIMIT_SLOT_DRAW) };
    struct cursor c;
    bool row = true, ok;

    j->n = 0;
    if (!db_start(db, Q_SLOTS_WAITING, v, &c, w))
        return false;
    while ((ok = db_next(&c, &row, w)) && row && j->n < LIMIT_SLOT_DRAW) {
        struct waiter *x = &j->waiter[j->n++];

        *x = (struct waiter){ .seq = db_int(&c, 0), .turn = db_int(&c, 1), .places = db_int(&c, 2) };
        if (db_bytes(&c, 3).n == SLOT_TICKET)
            memcpy(x->ticket, db_bytes(&c, 3).p, SLOT_TICKET);
    }
    db_end(&c);
    return ok;
}

static void put_order(struct draw_job *j, const struct digest *x)
{
    for (size_t i = 0; i < j->n; i++) {
        const struct span part[2] = { span_of(x->b, SLOT_SEED), span_of(j->waiter[i].ticket, SLOT_TICKET) };
        struct digest d;

        digest_parts(DIGEST_SHA256, part, 2, &d);
        memcpy(j->waiter[i].order, d.b, sizeof j->waiter[i].order);
    }
    qsort(j->waiter, j->n, sizeof *j->waiter, by_order);
}

static bool say_draw(struct database *db, const struct draw_job *j, int64_t i, const struct digest *x,
                     int64_t room, struct why *w)
{
    struct slot_saying say;
    char text[2 * SLOT_TICKET + 64];

    slot_say(&say, "draw", j->now, j->place, j->start);
    jw_int(&say.j, "number", i);
    jw_hex(&say.j, "seed", span_of(x->b, SLOT_SEED));
    jw_int(&say.j, "free", room);
    jw_array(&say.j, "order");
    for (size_t k = 0; k < j->n; k++) {
        const struct waiter *v = &j->waiter[k];
        struct buffer b;

        buf_init_fixed(&b, text, sizeof text - 1);
        for (size_t n = 0; n < SLOT_TICKET; n++)
            buf_printf(&b, "%02x", v->ticket[n]);
        buf_printf(&b, " %lld %lld %d", (long long)v->turn, (long long)v->places, v->given);
        jw_text(&say.j, NULL, buf_span(&b));
    }
    jw_array_end(&say.j);
    return slot_said(&say, db, j->now, w);
}

static bool draw_them(struct database *db, struct draw_job *j, int64_t room, struct why *w)
{
    const struct value chain[] = { v_text(j->place), v_int(j->start / 86400) };
    uint8_t seed[SLOT_SEED];
    int64_t drawn = 0, left = room;
    struct digest x;
    bool there = false;

    if (!chain_read(db, j->place, j->start / 86400, seed, &there, w) ||
        !db_number(db, Q_SLOT_CHAIN_DRAWN, chain, 0, &drawn, w))
        return false;
    if (!there || drawn >= CHAIN)
        return true; /* they keep waiting: an order that nobody can prove is none */
    chain_at(seed, drawn + 1, &x);
    put_order(j, &x);
    for (size_t i = 0; i < j->n; i++) {
        if (j->waiter[i].places > left)
            continue;
        if (!db_do(db, Q_SLOT_DRAWN, (struct value[]){ v_int(j->waiter[i].seq) }, NULL, w))
            return false;
        left -= j->waiter[i].places;
        j->waiter[i].given = true;
        j->given++;
    }
    if (!j->given)
        return true; /* nothing was given: the next digest stays unseen */
    return db_do(db, Q_SLOT_CHAIN_STEP, chain, NULL, w) && say_draw(db, j, drawn + 1, &x, room, w);
}

static enum job_end run_draw(struct database *db, void *arg, struct why *w)
{
    struct draw_job *j = arg;
    int64_t taken = 0, resting = 0, room;

    j->given = 0;
    if (!db_do(db, Q_SLOT_REST_OVER, (struct value[]){ v_text(j->place), v_int(j->start), v_int(j->now) },
               NULL, w) ||
        !slot_sum(db, Q_SLOT_TAKEN, j->place, j->start, &taken, w) ||
        !slot_sum(db, Q_SLOT_RESTING, j->place, j->start, &resting, w) || !read_waiters(db, j, w))
        return JOB_SPOILED;
    room = j->capacity - taken - resting;
    if (j->n == 0 || room < 1)
        return JOB_DONE;
    return draw_them(db, j, room, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_slot_draw(struct store *s, struct span place, unix_time start, int64_t capacity, int64_t turn,
                     unix_time now, size_t *given, struct why *w)
{
    struct draw_job j = { .place = place, .start = start, .now = now, .capacity = capacity, .turn = turn };
    bool ok;

    j.waiter = calloc(LIMIT_SLOT_DRAW, sizeof *j.waiter);
    if (!j.waiter)
        abort();
    ok = store_write(s, run_draw, &j, w);
    if (ok)
        *given = j.given;
    free(j.waiter);
    return ok;
}
