/* What people and programs send: a notice of an officer, an answer of an authority, as JSON. */
#include "base/text.h"
#include "service/licence/offence.h"
#include "wire/json.h"

enum { DAYS = 30 };

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

/* A member that is a text, by its name. */
struct text_member {
    const char *name;
    struct span *to;
};

static bool read_texts(const struct json *j, json_ref name, const struct text_member *m, struct arena *a,
                       bool *known, struct why *w)
{
    *known = false;
    for (; m->name; m++) {
        if (!json_text_is(j, name, m->name))
            continue;
        *known = true;
        return json_text_of(j, json_value_of(j, name), a, m->to) ||
               fail(w, "a member of the request is no text");
    }
    return true;
}

static bool read_digest(struct span hex, struct arena *a, struct span *out, struct why *w)
{
    if (!hex.n)
        return true;
    return (hex_decode(hex, a, out) && out->n == LICENCE_DIGEST) ||
           fail(w, "\"digest\" is not 64 hexadecimal digits");
}

/* An object of texts. */
static bool read_object(const struct json *j, json_ref v, const struct text_member *m, struct arena *a,
                        struct why *w)
{
    bool known = false;

    for (json_ref k = json_first(j, v); k != JSON_NONE; k = json_after(j, v, k)) {
        if (!read_texts(j, k, m, a, &known, w))
            return false;
        if (!known)
            return fail(w, "the request has a member that is not known there");
    }
    return true;
}

static bool read_licence(const struct json *j, json_ref v, struct arena *a, struct offence_notice *x,
                         struct why *w)
{
    struct span digest = { NULL, 0 };
    const struct text_member members[] = {
        { "issuer", &x->issuer }, { "number", &x->number }, { "digest", &digest }, { NULL, NULL }
    };

    if (!json_is(j, v, JSON_KIND_OBJECT))
        return fail(w, "\"licence\" is no object");
    return read_object(j, v, members, a, w) && read_digest(digest, a, &x->digest, w);
}

/* A class; or words that are no class; or both in an object. The words of a class alone are its English name.
 */
static bool read_act(const struct json *j, json_ref v, struct arena *a, struct offence_notice *x,
                     struct why *w)
{
    const struct text_member members[] = {
        { "class", &x->act }, { "code", &x->code }, { "words", &x->words }, { NULL, NULL }
    };

    if (json_is(j, v, JSON_KIND_OBJECT)) {
        if (!read_object(j, v, members, a, w))
            return false;
    } else if (!json_text_of(j, v, a, &x->act)) {
        return fail(w, "\"act\" is neither a text nor an object");
    } else if (!offence_class_in(x->act, NULL)) {
        x->words = x->act;
        x->act = SPAN("other");
    }
    if (!x->words.n && !span_eq_str(x->act, "other"))
        x->words = span_str(offence_class_in(x->act, NULL));
    return true;
}

struct written {
    struct offence_request *r;
    struct span at, deadline;
    bool act;
};

static bool read_member(const struct json *j, json_ref name, struct written *t, struct arena *a,
                        struct why *w)
{
    struct offence_notice *x = &t->r->notice;
    const struct text_member members[] = { { "id", &t->r->id },
                                           { "member", &t->r->to },
                                           { "reference", &x->check },
                                           { "place", &x->place },
                                           { "at", &t->at },
                                           { "amount", &x->amount },
                                           { "plate", &x->plate },
                                           { "currency", &x->currency },
                                           { "driver", &x->driver },
                                           { "note", &x->note },
                                           { "authority", &x->authority },
                                           { "redress", &x->redress },
                                           { "deadline", &t->deadline },
                                           { NULL, NULL } };
    bool known = false;

    if (json_text_is(j, name, "licence"))
        return read_licence(j, json_value_of(j, name), a, x, w);
    if (json_text_is(j, name, "act")) {
        t->act = true;
        return read_act(j, json_value_of(j, name), a, x, w);
    }
    if (!read_texts(j, name, members, a, &known, w))
        return false;
    return known || fail(w, "the request has a member that is not known there");
}

static bool apply_defaults(struct written *t, const struct offence_defaults *d, struct why *w)
{
    struct offence_request *r = t->r;
    struct offence_notice *x = &r->notice;

    x->where = d->where;
    r->own_authority = x->authority.n > 0;
    r->own_redress = x->redress.n > 0;
    r->own_deadline = date_is_set(x->pay_until);
    if (!r->own_authority)
        x->authority = d->authority;
    if (!r->own_redress)
        x->redress = d->redress;
    if (!r->own_deadline)
        x->pay_until = date_add_days(date_of_time(x->at), d->days > 0 ? d->days : DAYS);
    if (!r->to.n)
        r->to = x->issuer;
    if (!x->authority.n || !x->redress.n)
        return why_set(w, "not-configured", WHY_NO_OFFSET, NULL,
                       "neither the notice nor the node says which authority fines and how to contest it: "
                       "offence-authority and offence-redress in node.conf");
    return true;
}

static bool read_times(struct written *t, struct why *w)
{
    struct offence_notice *x = &t->r->notice;

    if (!time_parse(t->at, &x->at))
        return fail(w, "\"at\" is no time such as 2026-11-22T05:30:00Z");
    return !t->deadline.n || date_parse(t->deadline, &x->pay_until) ||
           fail(w, "\"deadline\" is not a day such as 2026-12-31");
}

bool offence_request_read(struct span json, const struct offence_defaults *d, struct arena *a,
                          struct offence_request *out, struct why *w)
{
    struct offence_request r = { 0 };
    struct written t = { .r = &r };
    const char *fault;
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return fail(w, "the request is no object");
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m))
        if (!read_member(&j, m, &t, a, w))
            return false;
    if (!r.id.n)
        return fail(w, "\"id\" is missing");
    if (!t.act)
        return fail(w, "\"act\" is missing");
    if (!read_times(&t, w) || !apply_defaults(&t, d, w))
        return false;
    if (!r.to.n)
        return fail(w, "\"member\" is missing: who issued the licence, or registered the vehicle");
    fault = offence_notice_fault(&r.notice);
    if (fault)
        return fail(w, fault);
    *out = r;
    return true;
}

void offence_request_again(struct offence_request *r, const struct offence_notice *recorded)
{
    if (!r->own_authority)
        r->notice.authority = recorded->authority;
    if (!r->own_redress)
        r->notice.redress = recorded->redress;
    if (!r->own_deadline)
        r->notice.pay_until = recorded->pay_until;
}

bool offence_answer_read(struct span json, struct arena *a, struct offence_answer *out, struct why *w)
{
    struct offence_answer r = { .side = CASE_ANY_SIDE };
    struct offence_step *x = &r.step;
    struct span word = { NULL, 0 }, side = { NULL, 0 }, day = { NULL, 0 };
    const struct text_member members[] = { { "reference", &r.reference },
                                           { "member", &r.member },
                                           { "side", &side },
                                           { "step", &word },
                                           { "reason", &x->reason },
                                           { "before", &x->before },
                                           { "amount", &x->amount },
                                           { "currency", &x->currency },
                                           { "day", &day },
                                           { "payment", &x->payment },
                                           { NULL, NULL } };
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return fail(w, "the request is no object");
    if (!read_object(&j, JSON_ROOT, members, a, w))
        return false;
    if (!r.reference.n)
        return fail(w, "\"reference\" is missing");
    x->word = offence_word_from(word);
    if (x->word <= OFFENCE_ACKNOWLEDGED)
        return fail(w, "\"step\" is none of unknown, paid, contested, transferred, withdrawn, closed");
    if (side.n && !span_eq_str(side, "ours") && !span_eq_str(side, "theirs"))
        return fail(w, "\"side\" is neither ours nor theirs");
    if (side.n)
        r.side = span_eq_str(side, "ours") ? CASE_OURS : CASE_THEIRS;
    if (day.n && !date_parse(day, &x->day))
        return fail(w, "\"day\" is not a day such as 2026-12-31");
    *out = r;
    return true;
}
