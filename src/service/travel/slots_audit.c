#include "service/travel/slots_audit.h"

#include <stdlib.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum what { ASKED, BOOKED_END, CANCELLED, MISSED, UNDRAWN, USED, PLATE, DRAW, CHAIN, WHATS };

static const char *const words[] = { "asked", "booked", "cancelled", "missed", "undrawn",
                                     "used",  "plate",  "draw",      "chain" };

struct item {
    enum what what;
    size_t at_list; /* its place in the list */
    unix_time at, start;
    struct span place, slot, ticket, seed; /* seed also of "anchor" */
    int64_t turn, places, capacity, number, free;
    bool booked;
    struct json json; /* of a draw: its order */
    json_ref order;
};

struct audit {
    struct item *item;
    size_t n;
    bool whole;
    struct slot_audit *out;
};

static void found(struct audit *x, const char *reason, const struct item *i)
{
    if (x->out->n_findings++ < SLOT_AUDIT_FINDINGS)
        x->out->finding[x->out->n_findings - 1] = (struct slot_finding){ reason, i->place, i->start, i->at };
}

static bool bad(struct why *w, size_t i)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "event %zu of the list is none", i);
}

static bool read_hex(const struct json *j, json_ref v, size_t n, struct arena *a, struct span *out)
{
    struct span text;

    return json_text_of(j, v, a, &text) && hex_decode(text, a, out) && out->n == n;
}

static bool read_member(struct item *i, json_ref m, json_ref v, struct arena *a)
{
    const struct json *j = &i->json;
    struct span text;

    if (json_text_is(j, m, "what")) {
        if (!json_text_of(j, v, a, &text))
            return false;
        for (i->what = 0; i->what < WHATS && !span_eq_str(text, words[i->what]);)
            i->what++;
        return i->what < WHATS;
    }
    if (json_text_is(j, m, "at"))
        return json_text_of(j, v, a, &text) && time_parse(text, &i->at);
    if (json_text_is(j, m, "start"))
        return json_text_of(j, v, a, &text) && time_parse(text, &i->start);
    if (json_text_is(j, m, "place"))
        return json_text_of(j, v, a, &i->place);
    if (json_text_is(j, m, "slot"))
        return read_hex(j, v, 32, a, &i->slot);
    if (json_text_is(j, m, "ticket"))
        return read_hex(j, v, 16, a, &i->ticket);
    if (json_text_is(j, m, "seed") || json_text_is(j, m, "anchor"))
        return read_hex(j, v, 32, a, &i->seed);
    if (json_text_is(j, m, "turn"))
        return json_int64(j, v, &i->turn);
    if (json_text_is(j, m, "places"))
        return json_int64(j, v, &i->places) && i->places > 0 && i->places < 1000000;
    if (json_text_is(j, m, "capacity"))
        return json_int64(j, v, &i->capacity) && i->capacity > 0 && i->capacity < 1000000;
    if (json_text_is(j, m, "number"))
        return json_int64(j, v, &i->number);
    if (json_text_is(j, m, "free"))
        return json_int64(j, v, &i->free);
    if (json_text_is(j, m, "booked"))
        return (i->booked = json_is(j, v, JSON_KIND_TRUE)) || json_is(j, v, JSON_KIND_FALSE);
    if (json_text_is(j, m, "order"))
        return (i->order = v) != JSON_NONE && json_is(j, v, JSON_KIND_ARRAY);
    return true;
}

static bool read_item(struct span body, size_t at, struct arena *a, struct item *i, struct why *w)
{
    bool slot;

    *i = (struct item){ .what = WHATS, .at_list = at, .order = JSON_NONE };
    if (!json_parse(body, a, &i->json, w))
        return false;
    if (!json_is(&i->json, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(w, at);
    for (json_ref m = json_first(&i->json, JSON_ROOT); m != JSON_NONE; m = json_after(&i->json, JSON_ROOT, m))
        if (!read_member(i, m, json_value_of(&i->json, m), a))
            return bad(w, at);
    slot = i->what != DRAW && i->what != CHAIN;
    return (i->what < WHATS && i->place.n && (!slot || i->slot.n) && (i->what != ASKED || i->ticket.n) &&
            (slot || i->seed.n) && (i->what != DRAW || i->order != JSON_NONE)) ||
           bad(w, at);
}

/* ---- chains: in the order of the list ---- */

struct chain {
    struct span place, last; /* the digest shown last */
    int64_t day, number;
};

static struct chain *chain_of(struct chain *c, size_t n, const struct item *i)
{
    for (size_t k = n; k-- > 0;)
        if (c[k].day == i->start / 86400 && span_eq(c[k].place, i->place))
            return &c[k];
    return NULL;
}

static bool check_chains(struct audit *x, struct arena *a, struct why *w)
{
    struct chain *c = arena_array(a, x->n ? x->n : 1, sizeof *c);
    size_t n = 0;

    if (!c)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t k = 0; k < x->n; k++) {
        const struct item *i = &x->item[k];
        struct chain *of = chain_of(c, n, i);
        struct digest d;

        if (i->what == CHAIN) {
            if (of)
                found(x, "chain", i); /* another end for the same day: the order could be chosen */
            else
                c[n++] = (struct chain){ i->place, i->seed, i->start / 86400, 0 };
        } else if (i->what == ASKED && !of && x->whole) {
            found(x, "chain", i);
        } else if (i->what == DRAW && of) {
            digest_of(DIGEST_SHA256, i->seed, &d);
            if (i->number != of->number + 1 || !span_eq(digest_span(&d), of->last))
                found(x, "chain", i);
            of->number = i->number;
            of->last = i->seed;
        } else if (i->what == DRAW && x->whole) {
            found(x, "chain", i);
        }
    }
    return true;
}

/* ---- one slot: its events in order ---- */

enum standing { WAITS = 1, HAS, OVER };

struct run {
    struct item **item;
    size_t n;
    enum standing *standing; /* of the item that asked; 0: of another kind */
    int64_t taken, resting, waiting;
    unix_time given_back; /* last; 0: none that is not given again */
    unix_time due;
};

static size_t asked_by(const struct run *r, size_t before, struct span slot)
{
    for (size_t k = before; k-- > 0;)
        if (r->item[k]->what == ASKED && span_eq(r->item[k]->slot, slot))
            return k;
    return r->n;
}

static size_t asked_with(const struct run *r, size_t before, struct span ticket)
{
    for (size_t k = before; k-- > 0;)
        if (r->item[k]->what == ASKED && r->standing[k] == WAITS && span_eq(r->item[k]->ticket, ticket))
            return k;
    return r->n;
}

struct gaps {
    int64_t *second;
    size_t n;
};

static void given(struct audit *x, struct run *r, unix_time at, struct gaps *g)
{
    if (!r->given_back)
        return;
    g->second[g->n++] = at - r->given_back;
    if (at - r->given_back < SLOT_AUDIT_QUICK)
        x->out->again_quickly++;
    r->given_back = 0;
}

static void take_asked(struct audit *x, struct run *r, size_t k, struct gaps *g)
{
    const struct item *i = r->item[k];

    x->out->asked++;
    if (asked_by(r, k, i->slot) < k)
        found(x, "twice", i);
    if (!i->booked) {
        r->standing[k] = WAITS;
        r->waiting++;
        return;
    }
    x->out->booked_at_once++;
    r->standing[k] = HAS;
    r->taken += i->places;
    if (i->turn == 0)
        found(x, "booked-before-draw", i);
    else if (r->waiting)
        found(x, "booked-past-waiting", i);
    if (r->taken > i->capacity)
        found(x, "over-capacity", i);
    given(x, r, i->at, g);
}

/* "ticket turn places given" of one in the order. */
static bool read_drawn(struct span text, struct arena *a, struct span *ticket, uint64_t number[3])
{
    struct span part;

    (void)text_split(&text, ' ', &part);
    if (!hex_decode(part, a, ticket) || ticket->n != 16)
        return false;
    for (int k = 0; k < 3; k++) {
        (void)text_split(&text, ' ', &part);
        if (!text_number(part, 1u << 30, &number[k]))
            return false;
    }
    return !text.n;
}

static void take_draw(struct audit *x, struct run *r, size_t k, struct arena *a, struct gaps *g)
{
    const struct item *i = r->item[k];
    struct digest before = { 0 };
    uint64_t turn_before = 0;
    int64_t left = i->free;
    bool first = true, any = false;

    x->out->draws++;
    for (json_ref v = json_first(&i->json, i->order); v != JSON_NONE; v = json_after(&i->json, i->order, v)) {
        struct span text, ticket;
        uint64_t number[3];
        struct digest d;
        size_t at;

        if (!json_text_of(&i->json, v, a, &text) || !read_drawn(text, a, &ticket, number)) {
            found(x, "list", i);
            return;
        }
        digest_parts(DIGEST_SHA256, (struct span[]){ i->seed, ticket }, 2, &d);
        if (!first &&
            (number[0] < turn_before || (number[0] == turn_before && memcmp(d.b, before.b, d.n) < 0)))
            found(x, "order", i);
        if (number[2] != ((int64_t)number[1] <= left))
            found(x, "order", i); /* one who fits was passed over, or one who does not was given */
        first = false;
        turn_before = number[0];
        before = d;
        at = asked_with(r, k, ticket);
        if (at == r->n) {
            if (x->whole)
                found(x, "ticket", i);
        } else if (r->item[at]->turn != (int64_t)number[0] || r->item[at]->places != (int64_t)number[1]) {
            found(x, "ticket", i);
        }
        if (!number[2])
            continue;
        any = true;
        left -= (int64_t)number[1];
        x->out->drawn++;
        r->taken += (int64_t)number[1];
        if (at == r->n)
            continue;
        r->standing[at] = HAS;
        r->waiting--;
        if (r->taken > r->item[at]->capacity)
            found(x, "over-capacity", i);
    }
    if (any)
        given(x, r, i->at, g);
}

static void take_end(struct audit *x, struct run *r, size_t k)
{
    const struct item *i = r->item[k];
    size_t at = asked_by(r, k, i->slot);

    x->out->used += i->what == USED;
    x->out->missed += i->what == MISSED;
    x->out->cancelled += i->what == CANCELLED;
    x->out->undrawn += i->what == UNDRAWN;
    if (at == r->n || r->standing[at] == OVER) {
        if (x->whole || at < r->n)
            found(x, "twice", i);
        return;
    }
    if (r->standing[at] == WAITS) {
        r->waiting--;
        if (i->what == USED)
            found(x, "booked-before-draw", i);
    } else if (i->what == CANCELLED) {
        r->taken -= i->places;
        r->given_back = i->at;
    }
    r->standing[at] = OVER;
}

static void check_slot(struct audit *x, struct run *r, struct arena *a, struct gaps *g)
{
    for (size_t k = 0; k < r->n; k++) {
        switch (r->item[k]->what) {
        case ASKED:
            take_asked(x, r, k, g);
            break;
        case DRAW:
            take_draw(x, r, k, a, g);
            break;
        case PLATE:
            x->out->plates++;
            break;
        case CANCELLED:
        case MISSED:
        case UNDRAWN:
        case USED:
            take_end(x, r, k);
            break;
        case BOOKED_END:
        case CHAIN:
        case WHATS:
            break;
        }
    }
}

static int by_slot(const void *a, const void *b)
{
    const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
    int c = span_cmp(x->place, y->place);

    if (c == 0 && x->start != y->start)
        c = x->start < y->start ? -1 : 1;
    return c ? c : x->at_list < y->at_list ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

bool slot_audit_run(const struct span *event, size_t n, bool whole, struct arena *a, struct slot_audit *out,
                    struct why *w)
{
    struct item *item = arena_array(a, n ? n : 1, sizeof *item),
                **sorted = arena_array(a, n ? n : 1, sizeof *sorted);
    enum standing *standing = arena_array(a, n ? n : 1, sizeof *standing);
    struct gaps g = { arena_array(a, n ? n : 1, sizeof *g.second), 0 };
    struct audit x = { item, n, whole, out };
    size_t m = 0;

    *out = (struct slot_audit){ .events = (int64_t)n, .again_after = -1 };
    if (!item || !sorted || !standing || !g.second)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++) {
        if (!read_item(event[i], i, a, &item[i], w))
            return false;
        if (item[i].what != CHAIN)
            sorted[m++] = &item[i];
    }
    if (!check_chains(&x, a, w))
        return false;
    if (m)
        qsort(sorted, m, sizeof(struct item *), by_slot);
    for (size_t i = 0, k; i < m; i = k) {
        struct run r = { .item = sorted + i, .standing = standing };

        for (k = i;
             k < m && sorted[k]->start == sorted[i]->start && span_eq(sorted[k]->place, sorted[i]->place);)
            standing[k++ - i] = 0;
        r.n = k - i;
        check_slot(&x, &r, a, &g);
    }
    if (g.n) {
        qsort(g.second, g.n, sizeof *g.second, by_number);
        out->again_after = g.second[g.n / 2];
    }
    return true;
}

void slot_audit_json(const struct slot_audit *x, struct buffer *out)
{
    const struct {
        const char *name;
        int64_t n;
    } figure[] = { { "events", x->events },
                   { "asked", x->asked },
                   { "booked_at_once", x->booked_at_once },
                   { "draws", x->draws },
                   { "drawn", x->drawn },
                   { "used", x->used },
                   { "missed", x->missed },
                   { "cancelled", x->cancelled },
                   { "undrawn", x->undrawn },
                   { "plates_changed", x->plates },
                   { "again_within_60_seconds", x->again_quickly } };
    struct json_writer j = json_to(out);
    char text[TIME_TEXT];

    jw_object(&j, NULL);
    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++)
        jw_int(&j, figure[i].name, figure[i].n);
    if (x->again_after >= 0)
        jw_int(&j, "again_after_seconds", x->again_after);
    else
        jw_null(&j, "again_after_seconds");
    jw_int(&j, "against_the_rules", (int64_t)x->n_findings);
    jw_array(&j, "findings");
    for (size_t i = 0; i < x->n_findings && i < SLOT_AUDIT_FINDINGS; i++) {
        jw_object(&j, NULL);
        jw_str(&j, "reason", x->finding[i].reason);
        jw_text(&j, "place", x->finding[i].place);
        jw_str(&j, "start", time_format(x->finding[i].start, text));
        jw_str(&j, "at", time_format(x->finding[i].at, text));
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
}
