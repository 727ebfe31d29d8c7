/* What is kept of a traveller with a hit, and what members tell each other about one: maps of CBOR with keys
 * from 1, in the deterministic form. */
#include "base/text.h"
#include "service/notice/hit_ask.h"
#include "wire/cbor.h"
#include "wire/cbor_write.h"

static const char CLAUSE[] = "service/notice/hit.h";

enum { TRAVELLER = 7, QUESTION = 6, REPLY = 3, MISUSED = 5, TEXT = 2000, NAME = 400, WORD = 64, NUMBER = 40 };

static void put_text(struct buffer *b, int key, struct span s)
{
    cbor_put_int(b, key);
    cbor_put_text(b, s);
}

static struct span get_text(struct cbor *c, int key)
{
    cbor_key(c, key);
    return cbor_text(c);
}

/* UTF-8 without control characters but the line feed; least: 1 when it must not be empty. */
static bool sound(struct span s, size_t least, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < ' ' && s.p[i] != '\n') || s.p[i] == 0x7f)
            return false;
    return s.n >= least && s.n <= most && utf8_valid_to(s) == s.n;
}

static bool visible(struct span s, size_t least, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
            return false;
    return s.n >= least && s.n <= most;
}

static bool wrong(struct why *w)
{
    return why_set(w, "VALUE", WHY_NO_OFFSET, CLAUSE, "a member of the body is out of its range");
}

/* ---- the traveller ---- */

void hit_traveller_put(const struct hit_traveller *t, struct buffer *b)
{
    cbor_put_head(b, CBOR_MAP, TRAVELLER);
    cbor_put_int(b, 1);
    cbor_put_head(b, CBOR_ARRAY, t->n);
    for (size_t i = 0; i < t->n; i++) {
        cbor_put_head(b, CBOR_ARRAY, 3);
        cbor_put_text(b, t->name[i].text);
        cbor_put_text(b, t->name[i].source);
        cbor_put_int(b, t->name[i].truncated);
    }
    put_text(b, 2, t->birth);
    put_text(b, 3, t->sex);
    put_text(b, 4, t->state);
    put_text(b, 5, t->issuer);
    put_text(b, 6, t->number);
    put_text(b, 7, t->kind);
}

static void get_traveller(struct cbor *c, struct hit_traveller *t)
{
    size_t n;

    if (cbor_map(c) != TRAVELLER)
        cbor_fail(c, NULL, "seven members");
    cbor_key(c, 1);
    n = cbor_array(c);
    if (n > SCREEN_ASKED)
        cbor_fail(c, NULL, "too many names");
    for (size_t i = 0; cbor_ok(c) && i < n; i++) {
        int64_t truncated;

        if (cbor_array(c) != 3)
            cbor_fail(c, NULL, "no name");
        t->name[i].text = cbor_text(c);
        t->name[i].source = cbor_text(c);
        truncated = cbor_int(c);
        if (truncated != 0 && truncated != 1)
            cbor_fail(c, NULL, "neither 0 nor 1");
        t->name[i].truncated = truncated == 1;
        t->n = i + 1;
    }
    t->birth = get_text(c, 2);
    t->sex = get_text(c, 3);
    t->state = get_text(c, 4);
    t->issuer = get_text(c, 5);
    t->number = get_text(c, 6);
    t->kind = get_text(c, 7);
}

static bool traveller_ok(const struct hit_traveller *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (!sound(t->name[i].text, 1, NAME) || !visible(t->name[i].source, 1, WORD))
            return false;
    return visible(t->birth, 0, WORD) && visible(t->sex, 0, 1) && visible(t->state, 0, 3) &&
           visible(t->issuer, 0, 3) && visible(t->number, 0, NUMBER) && sound(t->kind, 0, WORD);
}

bool hit_traveller_read(struct span in, struct arena *a, struct hit_traveller *out, struct why *w)
{
    struct hit_traveller t = { 0 };
    struct cbor c = cbor_of(in);

    if (!cbor_check(in, NULL, a, w))
        return false;
    get_traveller(&c, &t);
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    if (!traveller_ok(&t))
        return wrong(w);
    *out = t;
    return true;
}

/* ---- question and answer ---- */

void hit_question_put(const struct hit_question *q, struct buffer *b)
{
    cbor_put_head(b, CBOR_MAP, QUESTION);
    put_text(b, 1, q->entity);
    put_text(b, 2, q->version);
    put_text(b, 3, q->outcome);
    put_text(b, 4, q->reason);
    cbor_put_int(b, 5);
    cbor_put_int(b, q->consent);
    cbor_put_int(b, 6);
    hit_traveller_put(&q->traveller, b);
}

static bool outcome_ok(struct span s, bool consent)
{
    return span_eq_str(s, "possible") || span_eq_str(s, "confirmed") ||
           (consent && span_eq_str(s, "no match"));
}

bool hit_question_read(struct span body, struct arena *a, struct hit_question *out, struct why *w)
{
    struct hit_question q = { .consent = false };
    struct cbor c = cbor_of(body);
    int64_t consent;

    if (!cbor_check(body, NULL, a, w))
        return false;
    if (cbor_map(&c) != QUESTION)
        cbor_fail(&c, NULL, "six members");
    q.entity = get_text(&c, 1);
    q.version = get_text(&c, 2);
    q.outcome = get_text(&c, 3);
    q.reason = get_text(&c, 4);
    cbor_key(&c, 5);
    consent = cbor_int(&c);
    cbor_key(&c, 6);
    get_traveller(&c, &q.traveller);
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    q.consent = consent == 1;
    if ((consent != 0 && consent != 1) || !visible(q.entity, 1, WORD) || !visible(q.version, 1, WORD) ||
        !outcome_ok(q.outcome, q.consent) || !sound(q.reason, 1, TEXT) || !traveller_ok(&q.traveller))
        return wrong(w);
    *out = q;
    return true;
}

void hit_reply_put(const struct hit_reply *r, struct buffer *b)
{
    cbor_put_head(b, CBOR_MAP, REPLY);
    put_text(b, 1, r->says);
    put_text(b, 2, r->text);
    put_text(b, 3, r->officer);
}

bool hit_says_ok(struct span s)
{
    return span_eq_str(s, "the person") || span_eq_str(s, "not the person") || span_eq_str(s, "cannot say");
}

bool hit_reply_read(struct span body, struct arena *a, struct hit_reply *out, struct why *w)
{
    struct cbor c = cbor_of(body);
    struct hit_reply r;

    if (!cbor_check(body, NULL, a, w))
        return false;
    if (cbor_map(&c) != REPLY)
        cbor_fail(&c, NULL, "three members");
    r.says = get_text(&c, 1);
    r.text = get_text(&c, 2);
    r.officer = get_text(&c, 3);
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    if (!hit_says_ok(r.says) || !sound(r.text, 1, TEXT) || !visible(r.officer, 1, WORD))
        return wrong(w);
    *out = r;
    return true;
}

/* ---- misused identity ---- */

void misused_identity_put(const struct misused_identity *m, struct buffer *b)
{
    cbor_put_head(b, CBOR_MAP, MISUSED);
    put_text(b, 1, m->entity);
    put_text(b, 2, m->version);
    put_text(b, 3, m->issuer);
    put_text(b, 4, m->number);
    cbor_put_int(b, 5);
    cbor_put_int(b, m->until);
}

bool misused_identity_read(struct span body, struct arena *a, struct misused_identity *out, struct why *w)
{
    struct cbor c = cbor_of(body);
    struct misused_identity m;

    if (!cbor_check(body, NULL, a, w))
        return false;
    if (cbor_map(&c) != MISUSED)
        cbor_fail(&c, NULL, "five members");
    m.entity = get_text(&c, 1);
    m.version = get_text(&c, 2);
    m.issuer = get_text(&c, 3);
    m.number = get_text(&c, 4);
    cbor_key(&c, 5);
    m.until = cbor_int(&c);
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    if (!visible(m.entity, 1, WORD) || !visible(m.version, 1, WORD) || !visible(m.issuer, 1, 3) ||
        !visible(m.number, 1, NUMBER) || m.until <= 0)
        return wrong(w);
    *out = m;
    return true;
}
