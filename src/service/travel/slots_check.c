/* A slot shown at the barrier. Each answer is its own, and what follows from it is the officer's to say. */
#include "service/travel/slots.h"

#include "base/text.h"

const char *slot_answer_word(enum slot_answer s)
{
    static const char *const word[] = { "good",           "early",      "late",         "wrong-plate",
                                        "wrong-document", "wrong-post", "used-already", "given-back",
                                        "not-drawn",      "unknown",    "forged" };

    return word[s];
}

static enum slot_answer by_time(const struct slot_times *t, unix_time now)
{
    return now < t->from ? SLOT_EARLY : now > t->until ? SLOT_LATE : SLOT_GOOD;
}

/* Whose it is, by what the token commits to: the plate is told apart from the document where that is known.
 */
static bool bound_to(const uint8_t code[SLOT_CODE], const uint8_t bind[SLOT_BIND], struct span document,
                     struct span plate)
{
    uint8_t here[SLOT_BIND];

    slot_bind(code, document, plate, here);
    return memcmp(here, bind, sizeof here) == 0;
}

struct shown {
    struct span key, bound, plate;
};

static bool read_holder(const struct slot_shown *s, struct arena *a, struct shown *out, struct why *w)
{
    *out = (struct shown){ 0 };
    return slot_document_form(s->holder.state, s->holder.kind, s->holder.number, a, &out->key, &out->bound,
                              w) &&
           (!s->holder.plate.n || slot_plate_form(s->holder.plate, a, &out->plate, w));
}

static void tell(struct slot_said *out, enum slot_answer answer, struct span place,
                 const struct slot_times *t, int64_t persons)
{
    *out = (struct slot_said){
        .answer = answer, .known = true, .start = t->start, .end = t->end, .persons = persons, .place = place
    };
}

bool slot_check_offline(const struct posts *posts, struct span member, const uint8_t pub[NODE_PUBLIC_KEY],
                        const struct slot_shown *s, unix_time now, struct arena *a, struct slot_said *out,
                        struct why *w)
{
    const struct post *p = NULL;
    const struct gate *g;
    struct slot_token t;
    struct slot_times times;
    struct shown h;
    struct why bad;

    why_clear(&bad);
    if (!read_holder(s, a, &h, w))
        return false;
    if (!slot_token_read(s->token, member, pub, a, &t, &bad)) {
        *out = (struct slot_said){ .answer = strcmp(bad.reason, "forged") == 0 ? SLOT_FORGED : SLOT_UNKNOWN };
        return true;
    }
    g = posts_gate(posts, t.place, &p);
    if (!g)
        return why_set(w, "no-post", WHY_NO_OFFSET, NULL,
                       "the file of posts does not have the token's place");
    slot_times_of(posts, p, g, t.start, &times);
    if (s->place.n && !span_eq(s->place, t.place))
        tell(out, SLOT_WRONG_POST, t.place, &times, t.persons);
    else if (!bound_to(t.code, t.bind, h.bound, h.plate))
        tell(out, SLOT_WRONG_DOCUMENT, t.place, &times, t.persons);
    else
        tell(out, by_time(&times, now), t.place, &times, t.persons);
    return true;
}

static enum slot_answer of_state(enum slot_state s)
{
    switch (s) {
    case SLOT_USED:
        return SLOT_USED_ALREADY;
    case SLOT_CANCELLED:
        return SLOT_GIVEN_BACK;
    case SLOT_WAITING:
    case SLOT_UNDRAWN:
        return SLOT_NOT_DRAWN;
    case SLOT_MISSED:
        return SLOT_LATE;
    case SLOT_BOOKED:
    case SLOT_STATES:
        break;
    }
    return SLOT_GOOD;
}

static enum slot_answer judge(const struct slot_desk *d, const struct slot_shown *s, const struct shown *h,
                              const struct slot_view *v, const uint8_t code[SLOT_CODE])
{
    enum slot_answer state = of_state(v->row.state);
    struct traveller_key document, plate;

    store_slot_keys(d->store, h->key, h->plate, &document, &plate);
    if (state == SLOT_USED_ALREADY || state == SLOT_GIVEN_BACK || state == SLOT_NOT_DRAWN)
        return state;
    if (s->place.n && !span_eq(s->place, v->row.place))
        return SLOT_WRONG_POST;
    if (memcmp(document.b, v->row.document.b, sizeof document.b) != 0)
        return SLOT_WRONG_DOCUMENT;
    if (v->row.has_plate != (h->plate.n > 0) ||
        (h->plate.n && memcmp(plate.b, v->row.plate.b, sizeof plate.b) != 0))
        return SLOT_WRONG_PLATE;
    if (!bound_to(code, v->row.bind, h->bound, h->plate)) /* the kind is another one */
        return SLOT_WRONG_DOCUMENT;
    return state == SLOT_GOOD ? by_time(&v->times, d->now) : state;
}

/* The code of what was shown, in its one form; *forged: a token that this member did not sign. */
static bool shown_code(const struct slot_desk *d, struct span text, struct arena *a, char code[CODE_TEXT],
                       uint8_t bytes[SLOT_CODE], bool *forged)
{
    struct slot_token t;
    struct why bad;
    size_t at = 0;

    *forged = false;
    why_clear(&bad);
    if (code_read(text, code)) {
        char letters[CODE_LETTERS];
        uint8_t mem[SLOT_CODE];
        struct buffer b;
        size_t n = 0;

        for (const char *c = code; *c; c++)
            if (*c != '-')
                letters[n++] = *c;
        buf_init_fixed(&b, mem, sizeof mem);
        if (!base32_decode(span_of(letters, n), &b, &at) || b.n != SLOT_CODE)
            return false;
        memcpy(bytes, mem, SLOT_CODE);
        return true;
    }
    if (!d->signer || !slot_token_read(text, d->member, d->signer->pub, a, &t, &bad)) {
        *forged = bad.reason && strcmp(bad.reason, "forged") == 0;
        return false;
    }
    memcpy(bytes, t.code, SLOT_CODE);
    code_put(t.code, code);
    return true;
}

/* Used, and counted as one that arrived. */
static bool use(const struct slot_desk *d, const struct slot_view *v, struct slot_said *out, struct why *w)
{
    struct waiting_count c = {
        .place = v->row.place, .at = d->now / 900 * 900, .minutes = 15, .arrived = v->row.places
    };
    struct why lost;

    why_clear(&lost);
    if (!store_slot_end(d->store, &v->row, SLOT_USED, d->now, 0, 0, &lost)) {
        if (strcmp(lost.reason, "slot-state") != 0)
            return why_set(w, lost.reason, lost.offset, lost.clause, "%s", lost.detail);
        out->answer = SLOT_USED_ALREADY; /* another lane was first */
        return true;
    }
    out->used = true;
    return store_waiting_add(d->store, &c, w);
}

bool slot_check(const struct slot_desk *d, const struct slot_shown *s, struct arena *a, struct slot_said *out,
                struct why *w)
{
    uint8_t bytes[SLOT_CODE];
    char code[CODE_TEXT];
    struct slot_view v;
    struct shown h;
    bool forged = false;
    struct why none;

    why_clear(w);
    why_clear(&none);
    if (!read_holder(s, a, &h, w))
        return false;
    if (!shown_code(d, s->token, a, code, bytes, &forged)) {
        *out = (struct slot_said){ .answer = forged ? SLOT_FORGED : SLOT_UNKNOWN };
        return true;
    }
    if (!slot_show(d, span_str(code), a, &v, &none)) {
        if (strcmp(none.reason, "slot-unknown") != 0)
            return why_set(w, none.reason, none.offset, none.clause, "%s", none.detail);
        *out = (struct slot_said){ .answer = SLOT_UNKNOWN };
        return true;
    }
    tell(out, judge(d, s, &h, &v, bytes), v.row.place, &v.times, v.row.persons);
    if (!s->use || v.row.state != SLOT_BOOKED ||
        !(out->answer == SLOT_GOOD ||
          (s->office.n && (out->answer == SLOT_EARLY || out->answer == SLOT_LATE))))
        return true;
    return use(d, &v, out, w);
}
