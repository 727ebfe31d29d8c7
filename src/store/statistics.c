#include "store/statistics.h"

#include "base/text.h"
#include "store/internal.h"
#include "store/stays.h"

enum { CROSSINGS = 2 * LIMIT_STAYS, WORD = 64 };

/* A traveller's crossings with what each entry says, until the next traveller's come. */
struct group {
    bool (*one)(void *ctx, const struct stay_kept *k);
    void *ctx;
    struct traveller_key traveller;
    size_t n;
    struct crossing c[CROSSINGS];
    struct said {
        day_number until; /* 0: none */
        uint8_t purpose_n;
        char purpose[WORD];
    } said[CROSSINGS];
    struct stay_record stay[CROSSINGS];
    size_t which[CROSSINGS];
};

/* False: whoever counts wants no more. */
static bool end_group(struct group *g)
{
    size_t n = stays_match(g->c, g->n, g->stay, g->which);
    bool on = true;

    g->n = 0;
    for (size_t i = 0; on && i < n; i++) {
        const struct said *x = &g->said[g->which[i]];
        struct stay_kept k = { .stay = g->stay[i].stay, .purpose = span_of(x->purpose, x->purpose_n) };

        if (x->until)
            k.until = date_from_days(x->until);
        on = g->stay[i].entry_missing || g->one(g->ctx, &k);
    }
    return on;
}

/* traveller, kind, day, until, purpose. Of more than there is room for the older half is let go. */
static void add_row(struct group *g, const struct cursor *c)
{
    struct span traveller = db_bytes(c, 0), purpose = db_bytes(c, 4);
    struct said *x;

    if (g->n == CROSSINGS) {
        g->n /= 2;
        memmove(g->c, g->c + g->n, g->n * sizeof *g->c);
        memmove(g->said, g->said + g->n, g->n * sizeof *g->said);
    }
    x = &g->said[g->n];
    if (traveller.n == sizeof g->traveller.b)
        memcpy(g->traveller.b, traveller.p, traveller.n);
    g->c[g->n++] = (struct crossing){ db_int(c, 1) == MOVEMENT_EXIT ? MOVEMENT_EXIT : MOVEMENT_ENTRY,
                                      (day_number)db_int(c, 2) };
    *x = (struct said){ .until = (day_number)db_int(c, 3) };
    if (purpose.n && purpose.n <= sizeof x->purpose) {
        memcpy(x->purpose, purpose.p, purpose.n);
        x->purpose_n = (uint8_t)purpose.n;
    }
}

bool store_each_stay(struct store *s, struct span member, unix_time from, unix_time to,
                     bool (*one)(void *ctx, const struct stay_kept *k), void *ctx, struct why *w)
{
    const struct value v[] = { v_text(member), v_int(from), v_int(to) };
    struct group *g;
    struct database *db;
    struct arena own;
    struct cursor c;
    bool row = true, on = true, good;

    arena_init(&own, sizeof *g + (1 << 16));
    g = arena_alloc(&own, sizeof *g);
    if (!g) {
        arena_free(&own);
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    g->one = one;
    g->ctx = ctx;
    g->n = 0;
    if (!readers_take(&s->readers, &db, w)) {
        arena_free(&own);
        return false;
    }
    good = db_start(db, Q_MOVEMENTS_WITHIN, v, &c, w);
    if (good) {
        while (on && (good = db_next(&c, &row, w)) && row) {
            if (g->n && !span_eq(db_bytes(&c, 0), span_of(g->traveller.b, sizeof g->traveller.b)))
                on = end_group(g);
            if (on)
                add_row(g, &c);
        }
        db_end(&c);
    }
    if (good && on && g->n)
        (void)end_group(g);
    readers_give(&s->readers, db, !good);
    arena_free(&own);
    return good;
}

bool store_each_waiting(struct store *s, unix_time from, unix_time to,
                        bool (*one)(void *ctx, const struct waiting_count *c), void *ctx, struct why *w)
{
    const struct value v[] = { v_int(from), v_int(to) };
    struct database *db;
    struct cursor c;
    bool row = true, on = true, good;

    if (!readers_take(&s->readers, &db, w))
        return false;
    good = db_start(db, Q_WAITING_WITHIN, v, &c, w);
    if (good) {
        while (on && (good = db_next(&c, &row, w)) && row) {
            const struct waiting_count x = { .place = db_bytes(&c, 0),
                                             .at = db_int(&c, 1),
                                             .arrived = db_int(&c, 2),
                                             .gone = db_int(&c, 3),
                                             .has_queue = db_int(&c, 4) >= 0,
                                             .queue = db_int(&c, 4) };

            on = one(ctx, &x);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    return good;
}

bool store_each_turn(struct store *s, enum turns what, unix_time to,
                     bool (*one)(void *ctx, const struct turn *t), void *ctx, struct why *w)
{
    const struct value v[] = { v_int(to) };
    struct database *db;
    struct cursor c;
    bool row = true, on = true, good;

    if (!readers_take(&s->readers, &db, w))
        return false;
    good = db_start(db, what == TURNS_APPLICATIONS ? Q_APPLICATION_TURNS : Q_COMPLAINT_TURNS, v, &c, w);
    if (good) {
        while (on && (good = db_next(&c, &row, w)) && row) {
            const struct turn t = { .of = db_int(&c, 0), .at = db_int(&c, 1), .word = db_bytes(&c, 2) };

            on = one(ctx, &t);
        }
        db_end(&c);
    }
    readers_give(&s->readers, db, !good);
    return good;
}
