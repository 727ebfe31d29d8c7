#include "service/travel/slots.h"

#include "base/text.h"

static bool bad(struct why *w, const char *reason, const char *text)
{
    return why_set(w, reason, WHY_NO_OFFSET, NULL, "%s", text);
}

/* ---- documents, plates, codes ---- */

struct forms {
    struct span key, bound, plate;
};

static bool forms_of(const struct slot_holder *h, struct arena *a, struct forms *out, struct why *w)
{
    *out = (struct forms){ 0 };
    return slot_document_form(h->state, h->kind, h->number, a, &out->key, &out->bound, w) &&
           (!h->plate.n || slot_plate_form(h->plate, a, &out->plate, w));
}

/* Of the request's own secret, so that whoever lost the answer asks again and has the same. */
static bool code_of(const struct slot_wish *q, uint8_t code[SLOT_CODE], struct why *w)
{
    const struct span part[] = { SPAN("serai slot id\n"), q->id };
    struct digest d;

    if (!q->id.n) {
        random_bytes(code, SLOT_CODE);
        return true;
    }
    if (q->id.n < 16 || q->id.n > 64)
        return bad(w, "request", "the id of a request has 16 to 64 characters");
    for (size_t i = 0; i < q->id.n; i++)
        if (q->id.p[i] <= ' ' || q->id.p[i] > '~')
            return bad(w, "request", "the id of a request has visible ASCII characters");
    digest_parts(DIGEST_SHA256, part, 2, &d);
    memcpy(code, d.b, SLOT_CODE);
    return true;
}

/* The ten bytes of a code in its one form. */
static bool code_bytes(const char text[CODE_TEXT], uint8_t out[SLOT_CODE])
{
    char letters[CODE_LETTERS];
    uint8_t mem[SLOT_CODE];
    struct buffer b;
    size_t n = 0, at = 0;

    for (const char *c = text; *c && n < CODE_LETTERS; c++)
        if (*c != '-')
            letters[n++] = *c;
    buf_init_fixed(&b, mem, sizeof mem);
    if (n != CODE_LETTERS || !base32_decode(span_of(letters, n), &b, &at) || b.n != SLOT_CODE)
        return false;
    memcpy(out, mem, SLOT_CODE);
    return true;
}

/* ---- views ---- */

static bool put_token(const struct slot_desk *d, const uint8_t code[SLOT_CODE], struct arena *a,
                      struct slot_view *v, struct why *w)
{
    struct slot_token t = { .start = v->row.start, .persons = v->row.persons, .place = v->row.place };
    uint8_t mem[LIMIT_SLOT_TOKEN];
    struct buffer b;

    v->token = (struct span){ NULL, 0 };
    if (v->row.state != SLOT_BOOKED || !d->signer)
        return true;
    memcpy(t.code, code, sizeof t.code);
    memcpy(t.bind, v->row.bind, sizeof t.bind);
    buf_init_fixed(&b, mem, sizeof mem);
    if (!slot_token_put(&t, d->member, d->signer, &b, w))
        return false;
    v->token = arena_copy(a, buf_span(&b));
    return v->token.p || bad(w, "too-large", "no memory left for this");
}

/* *found false: no slot has the code. */
static bool view_of(const struct slot_desk *d, const char code[CODE_TEXT], struct arena *a, bool *found,
                    struct slot_view *v, struct why *w)
{
    uint8_t bytes[SLOT_CODE];

    *v = (struct slot_view){ 0 };
    memcpy(v->code, code, CODE_TEXT);
    *found = false;
    if (!code_bytes(code, bytes))
        return true;
    if (!store_slot_find(d->store, span_str(code), found, a, &v->row, w) || !*found)
        return !*found && !w->reason;
    v->gate = posts_gate(d->posts, v->row.place, &v->post);
    if (v->gate)
        slot_times_of(d->posts, v->post, v->gate, v->row.start, &v->times);
    else /* the post is gone from the file */
        v->times = (struct slot_times){ .start = v->row.start,
                                        .end = v->row.start + 3600,
                                        .closes = v->row.start,
                                        .from = v->row.start,
                                        .until = v->row.start + 86400 };
    return put_token(d, bytes, a, v, w);
}

static bool view_by(const struct slot_desk *d, struct span typed, struct arena *a, struct slot_view *v,
                    struct why *w)
{
    char code[CODE_TEXT];
    bool found = false;

    why_clear(w);
    if (code_read(typed, code) && !view_of(d, code, a, &found, v, w))
        return false;
    return found || bad(w, "slot-unknown", "no slot has this code");
}

bool slot_show(const struct slot_desk *d, struct span code, struct arena *a, struct slot_view *out,
               struct why *w)
{
    return view_by(d, code, a, out, w);
}

/* ---- asking ---- */

static bool wish_fits(const struct slot_desk *d, const struct slot_wish *q, int64_t persons,
                      const struct post *p, const struct gate *g, struct slot_times *t, struct why *w)
{
    if (!gate_is_slot(p, g, q->start))
        return bad(w, "no-slot", "no slot of this gate begins at that moment");
    slot_times_of(d->posts, p, g, q->start, t);
    if (d->now < t->opens)
        return bad(w, "too-early", "this slot cannot be asked for yet");
    if (d->now >= t->closes)
        return bad(w, "too-late", "this slot is not given any more");
    if ((g->class == POST_FOOT) != (q->holder.plate.n == 0))
        return bad(w, "request", "a slot on foot has no plate, any other has one");
    if (persons < 1 || persons > g->group)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a slot of this gate is for 1 to %d persons",
                       g->group);
    return true;
}

static bool same_wish(const struct slot_desk *d, const struct slot_wish *q, const struct forms *f,
                      const struct slot_view *v)
{
    struct traveller_key document, plate;

    store_slot_keys(d->store, f->key, f->plate, &document, &plate);
    return span_eq(v->row.place, q->place) && v->row.start == q->start &&
           memcmp(document.b, v->row.document.b, sizeof document.b) == 0;
}

bool slot_book(const struct slot_desk *d, const struct slot_wish *q, struct arena *a, struct slot_view *out,
               struct why *w)
{
    const struct slot_rules *u = &d->posts->rules;
    const struct post *p = NULL;
    const struct gate *g = posts_gate(d->posts, q->place, &p);
    int64_t persons = q->persons ? q->persons : 1;
    struct slot_ask ask = { .place = q->place, .start = q->start, .at = d->now, .persons = persons };
    uint8_t code[SLOT_CODE];
    char text[CODE_TEXT];
    struct slot_view v;
    struct slot_times t;
    struct forms f;
    bool found = false;
    enum slot_state state;

    why_clear(w);
    if (!g)
        return bad(w, "no-post", "there is no such post, direction and class of traffic");
    if (!forms_of(&q->holder, a, &f, w) || !code_of(q, code, w))
        return false;
    code_put(code, text);
    if (!view_of(d, text, a, &found, &v, w))
        return false;
    if (found) {
        if (!same_wish(d, q, &f, &v))
            return bad(w, "request-conflict", "this id was used for another slot");
        v.repeated = true;
        *out = v;
        return true;
    }
    if (!wish_fits(d, q, persons, p, g, &t, w))
        return false;
    ask.code = span_str(text);
    ask.document = f.key;
    ask.plate = f.plate;
    ask.places = g->class == POST_FOOT ? persons : 1;
    ask.capacity = gate_places(g);
    ask.turn = slot_round(d->posts, &t, d->now);
    ask.count = u->count;
    ask.count_since = d->now - u->count_days * 86400;
    ask.missed = u->missed;
    ask.missed_since = d->now - u->missed_days * 86400;
    ask.pause = u->pause * 86400;
    if (ask.places > ask.capacity)
        return bad(w, "request", "so many do not fit one slot");
    slot_bind(code, f.bound, f.plate, ask.bind);
    slot_seen(code, ask.seen);
    if (!store_slot_ask(d->store, &ask, &state, w))
        return false;
    return view_by(d, span_str(text), a, out, w);
}

/* ---- cancelling, another plate ---- */

/* The draw at which a place given back now is given again. */
static unix_time due_of(const struct slot_desk *d, const struct slot_times *t)
{
    int64_t step = d->posts->rules.draw * 60, rest = d->now + d->posts->rules.release * 60;

    if (rest < t->first_draw)
        return t->first_draw;
    return t->first_draw + (rest - t->first_draw + step - 1) / step * step;
}

bool slot_cancel(const struct slot_desk *d, struct span code, struct arena *a, struct slot_view *out,
                 struct why *w)
{
    struct slot_view v = { 0 };

    if (!view_by(d, code, a, &v, w))
        return false;
    if (v.row.state == SLOT_CANCELLED) {
        *out = v;
        return true;
    }
    if ((v.row.state != SLOT_BOOKED && v.row.state != SLOT_WAITING) || d->now >= v.times.start)
        return bad(w, "slot-state", "this slot is used, or its time has come");
    return store_slot_end(d->store, &v.row, SLOT_CANCELLED, d->now, due_of(d, &v.times), v.times.closes, w) &&
           view_by(d, code, a, out, w);
}

bool slot_release(const struct slot_desk *d, const struct slot_holder *h, struct arena *a,
                  struct slot_view *out, struct why *w)
{
    struct slot_view v = { 0 };
    struct forms f;
    bool found = false;

    why_clear(w);
    if (!forms_of(h, a, &f, w) || !store_slot_of(d->store, f.key, &found, a, &v.row, w))
        return false;
    if (!found)
        return bad(w, "slot-unknown", "this document has no open slot");
    v.gate = posts_gate(d->posts, v.row.place, &v.post);
    if (v.gate)
        slot_times_of(d->posts, v.post, v.gate, v.row.start, &v.times);
    if (!store_slot_end(d->store, &v.row, SLOT_CANCELLED, d->now, due_of(d, &v.times), v.times.closes, w))
        return false;
    v.row.state = SLOT_CANCELLED;
    *out = v;
    return true;
}

static bool is_holder(const struct slot_desk *d, const struct slot_row *r, const struct forms *f)
{
    struct traveller_key document, plate;

    store_slot_keys(d->store, f->key, f->plate, &document, &plate);
    return memcmp(document.b, r->document.b, sizeof document.b) == 0;
}

bool slot_change(const struct slot_desk *d, struct span code, const struct slot_holder *h, struct arena *a,
                 struct slot_view *out, struct why *w)
{
    uint8_t bytes[SLOT_CODE], bind[SLOT_BIND], same[SLOT_BIND];
    struct slot_view v = { 0 };
    struct forms f;

    if (!view_by(d, code, a, &v, w) || !forms_of(h, a, &f, w))
        return false;
    if (!is_holder(d, &v.row, &f))
        return bad(w, "slot-document", "a slot stays with the document it was asked for");
    if (!v.row.has_plate || !f.plate.n)
        return bad(w, "request", "a slot on foot has no plate, any other has one");
    if (v.row.state != SLOT_BOOKED && v.row.state != SLOT_WAITING)
        return bad(w, "slot-state", "this slot is used, or over");
    if (d->now > v.times.until)
        return bad(w, "too-late", "this slot is over");
    if (!code_bytes(v.code, bytes))
        return bad(w, "slot-unknown", "no slot has this code");
    slot_bind(bytes, f.bound, f.plate, bind);
    memcpy(same, v.row.bind, sizeof same);
    if (memcmp(same, bind, sizeof bind) == 0) {
        *out = v;
        return true;
    }
    return store_slot_plate(d->store, &v.row, f.plate, bind, d->posts->rules.changes, d->now, w) &&
           view_by(d, code, a, out, w);
}

/* ---- what time brings ---- */

static bool draw_due(const struct slot_desk *d, struct arena *a, struct slot_turned *out, struct why *w)
{
    struct slot_due *due = NULL;
    size_t n = 0;

    if (!store_slots_due(d->store, a, &due, &n, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct post *p = NULL;
        const struct gate *g = posts_gate(d->posts, due[i].place, &p);
        struct slot_times t;
        int64_t round;
        struct slot_figures f;
        size_t given = 0;

        if (!g)
            continue;
        slot_times_of(d->posts, p, g, due[i].start, &t);
        round = slot_round(d->posts, &t, d->now);
        if (round == 0 || d->now >= t.closes)
            continue;
        if (!store_slot_figures(d->store, due[i].place, due[i].start, &f, w))
            return false;
        if (!f.resting && f.taken >= gate_places(g))
            continue; /* they wait for somebody to give a place back */
        if (!store_slot_draw(d->store, due[i].place, due[i].start, gate_places(g), round, d->now, &given, w))
            return false;
        out->drawn += given;
    }
    return true;
}

enum { PAST = 500 };

static bool end_past(const struct slot_desk *d, struct arena *a, struct slot_turned *out, struct why *w)
{
    struct slot_row *past = NULL;
    size_t n = 0;

    if (!store_slots_past(d->store, d->now, PAST, a, &past, &n, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct post *p = NULL;
        const struct gate *g = posts_gate(d->posts, past[i].place, &p);
        struct slot_times t = { .closes = past[i].start, .until = past[i].start + 86400 };
        bool waits = past[i].state == SLOT_WAITING;
        struct why lost;

        if (g)
            slot_times_of(d->posts, p, g, past[i].start, &t);
        if (d->now < (waits ? t.closes : t.until + 1))
            continue;
        why_clear(&lost);
        if (store_slot_end(d->store, &past[i], waits ? SLOT_UNDRAWN : SLOT_MISSED, d->now, 0, 0, &lost)) {
            *(waits ? &out->undrawn : &out->missed) += 1;
        } else if (strcmp(lost.reason, "slot-state") != 0) {
            return why_set(w, lost.reason, lost.offset, lost.clause, "%s", lost.detail);
        }
    }
    return true;
}

bool slot_turn(const struct slot_desk *d, struct arena *a, struct slot_turned *out, struct why *w)
{
    *out = (struct slot_turned){ 0 };
    why_clear(w);
    return draw_due(d, a, out, w) && end_past(d, a, out, w);
}

bool slot_forget(const struct slot_desk *d, int64_t *n, struct why *w)
{
    return store_slots_erase(d->store, d->now - (int64_t)d->posts->rules.keep * 86400, n, w);
}
