/* A notice and what became of it, as people and programs are shown it. */
#include "service/licence/offence.h"
#include "wire/json_write.h"

static void put_some(struct json_writer *w, const char *key, struct span s)
{
    if (s.n)
        jw_text(w, key, s);
}

static void put_time(struct json_writer *w, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(w, key, time_format(t, text));
}

static void put_day(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(w, key, date_format(d, text));
}

static void put_act(struct json_writer *w, const struct offence_notice *x, const struct tongue *t)
{
    jw_object(w, "act");
    jw_text(w, "class", x->act);
    jw_str(w, "class_name", offence_class_in(x->act, t));
    put_some(w, "code", x->code);
    jw_text(w, "words", x->words);
    jw_object_end(w);
}

static void put_notice(struct json_writer *w, const struct offence_notice *x, const struct tongue *t)
{
    jw_text(w, "where", x->where);
    jw_text(w, "authority", x->authority);
    put_act(w, x, t);
    jw_text(w, "place", x->place);
    put_time(w, "at", x->at);
    put_some(w, "amount", x->amount);
    put_some(w, "currency", x->currency);
    put_day(w, "deadline", x->pay_until);
    jw_text(w, "redress", x->redress);
    if (x->issuer.n) {
        jw_object(w, "licence");
        jw_text(w, "issuer", x->issuer);
        put_some(w, "number", x->number);
        if (x->digest.n)
            jw_hex(w, "digest", x->digest);
        jw_object_end(w);
    }
    put_some(w, "driver", x->driver);
    put_some(w, "plate", x->plate);
    put_some(w, "note", x->note);
    put_some(w, "check", x->check);
}

static void put_step(struct json_writer *w, const struct offence_step *x)
{
    jw_object(w, NULL);
    jw_int(w, "n", x->n);
    jw_str(w, "step", offence_word(x->word));
    jw_text(w, "by", x->from);
    put_time(w, "at", x->at);
    put_some(w, "amount", x->amount);
    put_some(w, "currency", x->currency);
    put_day(w, "day", x->day);
    put_some(w, "payment", x->payment);
    put_some(w, "reason", x->reason);
    put_some(w, "before", x->before);
    jw_object_end(w);
}

void offence_json(struct json_writer *w, const char *key, const struct offence *x, bool waits,
                  const struct tongue *t)
{
    jw_object(w, key);
    jw_text(w, "reference", x->name.reference);
    jw_str(w, "side", case_side_word(x->name.side));
    jw_text(w, "member", x->name.other);
    jw_text(w, "state", x->transport);
    if (x->refused.n)
        jw_text(w, "refused", x->refused);
    jw_bool(w, "waits", waits);
    put_time(w, "recorded", x->at);
    jw_object(w, "notice");
    put_notice(w, &x->notice, t);
    jw_object_end(w);
    jw_array(w, "steps");
    for (size_t i = 0; i < x->n; i++)
        put_step(w, &x->step[i]);
    jw_array_end(w);
    jw_object_end(w);
}
