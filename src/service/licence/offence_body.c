/* Notices and steps as deterministic CBOR: a map of integer keys, all present and in order. */
#include "service/licence/entry.h"
#include "service/licence/offence.h"

enum { VERSION = 1, NOTICE_MEMBERS = 19, STEP_MEMBERS = 13 };

static void put_int(struct buffer *b, int64_t key, int64_t v)
{
    cbor_put_int(b, key);
    cbor_put_int(b, v);
}

static int64_t int_of(struct cbor *c, int64_t key)
{
    entry_key(c, key);
    return cbor_int(c);
}

static void begin(struct cbor *c, struct span in, size_t members)
{
    *c = cbor_of(in);
    if (cbor_map(c) != members)
        cbor_fail(c, in.p, "another number of members");
    if (int_of(c, 0) != VERSION)
        cbor_fail(c, NULL, "another version");
}

void offence_notice_put(const struct offence_notice *x, struct buffer *b)
{
    cbor_put_map(b, NOTICE_MEMBERS);
    put_int(b, 0, VERSION);
    entry_put_text(b, 1, x->check);
    entry_put_text(b, 2, x->where);
    entry_put_text(b, 3, x->authority);
    entry_put_text(b, 4, x->act);
    entry_put_text(b, 5, x->code);
    entry_put_text(b, 6, x->words);
    entry_put_text(b, 7, x->place);
    put_int(b, 8, x->at);
    entry_put_text(b, 9, x->amount);
    entry_put_text(b, 10, x->currency);
    entry_put_date(b, 11, x->pay_until);
    entry_put_text(b, 12, x->redress);
    entry_put_text(b, 13, x->issuer);
    entry_put_text(b, 14, x->number);
    cbor_put_int(b, 15);
    cbor_put_bytes(b, x->digest);
    entry_put_text(b, 16, x->driver);
    entry_put_text(b, 17, x->plate);
    entry_put_text(b, 18, x->note);
}

static void notice_members(struct cbor *c, struct offence_notice *x)
{
    x->check = entry_text(c, 1);
    x->where = entry_text(c, 2);
    x->authority = entry_text(c, 3);
    x->act = entry_text(c, 4);
    x->code = entry_text(c, 5);
    x->words = entry_text(c, 6);
    x->place = entry_text(c, 7);
    x->at = int_of(c, 8);
    x->amount = entry_text(c, 9);
    x->currency = entry_text(c, 10);
    x->pay_until = entry_date(c, 11);
    x->redress = entry_text(c, 12);
    x->issuer = entry_text(c, 13);
    x->number = entry_text(c, 14);
    entry_key(c, 15);
    x->digest = cbor_bytes(c);
    x->driver = entry_text(c, 16);
    x->plate = entry_text(c, 17);
    x->note = entry_text(c, 18);
}

bool offence_notice_read(struct span in, struct arena *a, struct offence_notice *out, struct why *w)
{
    struct offence_notice x = { 0 };
    const char *fault;
    struct cbor c;

    if (!cbor_check(in, NULL, a, w))
        return false;
    begin(&c, in, NOTICE_MEMBERS);
    notice_members(&c, &x);
    if (!cbor_finish(&c, NULL, w))
        return false;
    fault = offence_notice_fault(&x);
    if (fault)
        return why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "%s", fault);
    *out = x;
    return true;
}

void offence_step_put(const struct offence_step *x, struct buffer *b)
{
    cbor_put_map(b, STEP_MEMBERS);
    put_int(b, 0, VERSION);
    entry_put_text(b, 1, x->reference);
    entry_put_text(b, 2, x->notifier);
    put_int(b, 3, x->n);
    entry_put_text(b, 4, span_str(offence_word(x->word)));
    put_int(b, 5, x->at);
    entry_put_text(b, 6, x->amount);
    entry_put_text(b, 7, x->currency);
    entry_put_date(b, 8, x->day);
    entry_put_text(b, 9, x->payment);
    entry_put_text(b, 10, x->reason);
    entry_put_text(b, 11, x->before);
    entry_put_text(b, 12, x->from);
}

static void step_members(struct cbor *c, struct offence_step *x)
{
    x->reference = entry_text(c, 1);
    x->notifier = entry_text(c, 2);
    x->n = int_of(c, 3);
    x->word = offence_word_from(entry_text(c, 4));
    x->at = int_of(c, 5);
    x->amount = entry_text(c, 6);
    x->currency = entry_text(c, 7);
    x->day = entry_date(c, 8);
    x->payment = entry_text(c, 9);
    x->reason = entry_text(c, 10);
    x->before = entry_text(c, 11);
    x->from = entry_text(c, 12);
}

bool offence_step_read(struct span in, struct arena *a, struct offence_step *out, struct why *w)
{
    struct offence_step x = { 0 };
    const char *fault;
    struct cbor c;

    if (!cbor_check(in, NULL, a, w))
        return false;
    begin(&c, in, STEP_MEMBERS);
    step_members(&c, &x);
    if (!cbor_finish(&c, NULL, w))
        return false;
    fault = offence_step_fault(&x);
    if (!fault && (x.n < 1 || x.n > OFFENCE_STEPS))
        fault = "the place of the step is out of range";
    if (fault)
        return why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "%s", fault);
    *out = x;
    return true;
}
