/* The topic "permission consultation": what the member consulted is told, and what it says. Bodies are maps
 * of CBOR with keys from 1, in the deterministic form. */
#include "base/text.h"
#include "service/travel/application_internal.h"
#include "wire/cbor_write.h"

static const char CLAUSE[] = "service/travel/application.h";

enum { MEMBERS = 8, OPINION_MEMBERS = 3, TEXT = 2000 };

static void put_text(struct buffer *b, int key, struct span s)
{
    cbor_put_int(b, key);
    cbor_put_text(b, s);
}

static void put_int(struct buffer *b, int key, int64_t v)
{
    cbor_put_int(b, key);
    cbor_put_int(b, v);
}

void consultation_put(const struct consultation *c, struct buffer *b)
{
    cbor_put_map(b, MEMBERS);
    put_text(b, 1, c->reference);
    put_text(b, 2, c->kind);
    put_text(b, 3, c->purpose);
    put_text(b, 4, c->passport);
    put_int(b, 5, date_to_days(c->from));
    put_int(b, 6, date_to_days(c->until));
    put_int(b, 7, c->entries);
    put_int(b, 8, c->stay);
}

static bool sound_text(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < ' ' && s.p[i] != '\n') || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= most && utf8_valid_to(s) == s.n;
}

static bool day_of(int64_t n, struct date *out)
{
    if (n < 0 || n > 366 * 200)
        return false;
    *out = date_from_days((day_number)n);
    return true;
}

static bool wrong(struct why *w)
{
    return why_set(w, "VALUE", WHY_NO_OFFSET, CLAUSE, "a member of the body is out of its range");
}

bool consultation_read(struct span body, struct arena *a, struct consultation *out, struct why *w)
{
    struct cbor c = cbor_of(body);
    struct consultation x;
    int64_t from, until;

    if (!cbor_check(body, NULL, a, w))
        return false;
    if (cbor_map(&c) != MEMBERS)
        cbor_fail(&c, NULL, "eight members");
    cbor_key(&c, 1);
    x.reference = cbor_text(&c);
    cbor_key(&c, 2);
    x.kind = cbor_text(&c);
    cbor_key(&c, 3);
    x.purpose = cbor_text(&c);
    cbor_key(&c, 4);
    x.passport = cbor_text(&c);
    cbor_key(&c, 5);
    from = cbor_int(&c);
    cbor_key(&c, 6);
    until = cbor_int(&c);
    cbor_key(&c, 7);
    x.entries = cbor_int(&c);
    cbor_key(&c, 8);
    x.stay = cbor_int(&c);
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    if (!sound_text(x.reference, 64) || !sound_text(x.kind, 64) || !sound_text(x.purpose, 64) ||
        !sound_text(x.passport, 200) || !day_of(from, &x.from) || !day_of(until, &x.until) || x.entries < 0 ||
        x.entries > LIMIT_PERMISSION_STAY || x.stay < 0 || x.stay > LIMIT_PERMISSION_STAY)
        return wrong(w);
    *out = x;
    return true;
}

void opinion_put(const struct opinion *o, struct buffer *b)
{
    cbor_put_map(b, OPINION_MEMBERS);
    put_int(b, 1, o->objects ? 1 : 0);
    put_text(b, 2, o->reason);
    put_text(b, 3, o->officer);
}

bool opinion_read(struct span body, struct arena *a, struct opinion *out, struct why *w)
{
    struct cbor c = cbor_of(body);
    struct opinion x;
    int64_t objects;

    if (!cbor_check(body, NULL, a, w))
        return false;
    if (cbor_map(&c) != OPINION_MEMBERS)
        cbor_fail(&c, NULL, "three members");
    cbor_key(&c, 1);
    objects = cbor_int(&c);
    cbor_key(&c, 2);
    x.reason = cbor_text(&c);
    cbor_key(&c, 3);
    x.officer = cbor_text(&c);
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    if ((objects != 0 && objects != 1) || !sound_text(x.officer, OFFICER) ||
        (x.reason.n && !sound_text(x.reason, TEXT)) || (objects && !x.reason.n))
        return wrong(w);
    x.objects = objects == 1;
    *out = x;
    return true;
}

/* ---- the topic ---- */

/* The travel document: whoever it belongs to can ask who looked at it. */
static bool subject(const struct store *s, const struct ask_question *q, struct arena *a,
                    struct traveller_key *out)
{
    struct consultation c = { 0 };
    struct mrz m;

    if (!consultation_read(q->body, a, &c, NULL) || !mrz_parse(c.passport, q->at, &m, NULL))
        return false;
    store_traveller_key(s, span_str(m.issuer), span_str(m.number), out);
    return true;
}

/* An officer answers: it is acknowledged, and waits. */
static bool answer(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    struct consultation c;

    (void)d;
    (void)now;
    (void)w;
    *out = (struct ask_reply){ .said = ASK_SAID_ACKNOWLEDGED };
    if (!consultation_read(q->body, a, &c, NULL))
        *out = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = "body" };
    return true;
}

const struct ask_topic consultation_topic = { .name = "permission consultation",
                                              .most = 4096,
                                              .due = ASK_DUE_LATER,
                                              .subject = subject,
                                              .answer = answer };

bool consultation_answer(const struct application_desk *d, const struct ask_desk *desk, struct span asker,
                         struct span reference, const struct opinion *o, unix_time now, struct arena *a,
                         struct span *message, struct why *w)
{
    struct ask_reply reply = { .said = ASK_SAID_ANSWERED };
    struct opinion x = *o;
    char officer[OFFICER];
    struct buffer b;
    bool ok;

    if (!application_officer(d, o->officer, officer, w))
        return false;
    x.officer = span_str(officer);
    if ((x.reason.n && !sound_text(x.reason, TEXT)) || (x.objects && !x.reason.n))
        return why_set(w, "reason", WHY_NO_OFFSET, NULL, "an objection has a reason of at most %d bytes",
                       TEXT);
    buf_init(&b, 4096);
    opinion_put(&x, &b);
    reply.body = buf_span(&b);
    ok = buf_ok(&b) ? ask_desk_later(desk, asker, reference, &reply, now, a, message, w)
                    : application_no_room(w);
    buf_free(&b);
    return ok;
}
