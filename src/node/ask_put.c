#include "node/ask_put.h"

#include "base/text.h"
#include "service/licence/offence.h"
#include "service/licence/register.h"
#include "service/licence/status.h"
#include "service/notice/hit_ask.h"
#include "service/travel/application.h"
#include "service/travel/stays_ask.h"
#include "wire/json_write.h"

const struct ask_topic *const ask_own_topics[] = {
    &licence_status_topic, &offence_topic, &offence_step_topic,     &consultation_topic,
    &stays_topic,          &hit_topic,     &misused_identity_topic, NULL
};

const char *const ask_own_names[] = { "licence status",          "offence", "offence step",
                                      "permission consultation", "stays",   "hit",
                                      "misused identity",        NULL };

static bool nobody(const struct store *s, const struct ask_question *q, struct arena *a,
                   struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool bad(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

static bool is_own(struct span topic)
{
    for (const struct ask_topic *const *t = ask_own_topics; *t; t++)
        if (span_eq_str(topic, (*t)->name))
            return true;
    return false;
}

static bool topic_fits(struct span name, struct why *w)
{
    if (!name.n || name.n > 64)
        return bad(w, "the topic: 1 to 64 characters, as the agreement has it");
    if (is_own(name))
        return why_set(w, "topic-own", WHY_NO_OFFSET, NULL,
                       "questions of this topic are put by serai licence and its interface");
    return true;
}

bool ask_put(const struct ask_office *o, const struct ask_put *p, unix_time now, struct arena *a,
             struct ask_outcome *out, struct why *w)
{
    struct ask_topic topic = {
        .waits = true, .most = LIMIT_ASK_LARGE, .due = ASK_DUE_LATER, .subject = nobody
    };
    struct ask_order q = { .topic = &topic,
                           .reference = p->reference,
                           .to = p->to,
                           .purpose = p->purpose,
                           .article = p->article,
                           .role = p->role,
                           .at = now,
                           .until = now + (p->within ? p->within : ASK_PUT_SECONDS),
                           .body = p->body,
                           .has_subject = p->subject.n > 0 };

    if (!topic_fits(p->topic, w) || (q.has_subject && !ask_subject(p->subject, o->store, a, &q.subject, w)))
        return false;
    if (p->within < 0 || p->within > LIMIT_ASK_SECONDS)
        return bad(w, "the seconds to the deadline: 1 to 5184000");
    topic.name = arena_str(a, p->topic);
    if (!topic.name)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!q.article.n)
        q.article = ask_article(o, &topic, q.to, p->purpose, now, a);
    return ask(o, &q, a, out, w);
}

bool ask_reply_read(struct span said, struct span reason, struct arena *a, struct ask_reply *out,
                    struct why *w)
{
    struct ask_reply r = { .said = ASK_SAID_ANSWERED };
    bool word = reason.n >= 1 && reason.n <= 64;

    for (size_t i = 0; i < reason.n; i++)
        word &= ascii_lower(reason.p[i]) || ascii_digit(reason.p[i]) || reason.p[i] == '-';
    if (span_eq_str(said, "unknown"))
        r.said = ASK_SAID_UNKNOWN;
    else if (span_eq_str(said, "refused"))
        r.said = ASK_SAID_REFUSED;
    else if (said.n && !span_eq_str(said, "answered"))
        return bad(w, "an answer is answered, unknown or refused");
    if (r.said == ASK_SAID_REFUSED && (!word || !(r.reason = arena_str(a, reason))))
        return bad(w, "a refusal has a reason: a word of small letters, digits and hyphens");
    *out = r;
    return true;
}

bool ask_reply_later(const struct ask_desk *d, struct span asker, struct span reference,
                     const struct ask_reply *reply, unix_time now, struct arena *a, bool *repeated,
                     struct why *w)
{
    const struct case_name name = { CASE_THEIRS, asker, reference };
    struct ask_answer said;
    struct case_view v;
    struct span bytes;
    bool found = false;

    if (reply->body.n > LIMIT_ASK_LARGE)
        return bad(w, "the answer is longer than an answer may be");
    if (!store_find_case(d->store, &name, &found, a, &v, w))
        return false;
    if (found && is_own(v.record.kind))
        return why_set(w, "topic-own", WHY_NO_OFFSET, NULL, "questions of this topic are answered otherwise");
    if (!ask_desk_later(d, asker, reference, reply, now, a, &bytes, w) ||
        !ask_answer_stored(bytes, a, &said, w))
        return false;
    *repeated = said.at != now || !span_eq(said.body, reply->body) || said.said != reply->said;
    return true;
}

/* As machine-readable zones have it: no fillers, upper case. */
static struct span document_number(struct span s, struct arena *a)
{
    uint8_t *p = arena_alloc(a, s.n);
    size_t n = 0;

    for (size_t i = 0; p && i < s.n; i++)
        if (s.p[i] != '<' && s.p[i] != ' ')
            p[n++] = ascii_lower(s.p[i]) ? s.p[i] & (uint8_t)~0x20u : s.p[i];
    return span_of(p, n);
}

bool ask_subject(struct span text, const struct store *s, struct arena *a, struct traveller_key *out,
                 struct why *w)
{
    struct span issuer, rest = text;
    uint8_t digest[LICENCE_DIGEST];

    if (!text_split(&rest, ':', &issuer) || issuer.n < 2 || issuer.n > 3 || !rest.n || rest.n > 64)
        return bad(w, "the subject: issuer and number such as KAZ:N1234567");
    if (issuer.n == 3) {
        store_traveller_key(s, issuer, document_number(rest, a), out);
        return true;
    }
    if (!licence_digest(issuer, rest, digest))
        return bad(w, "the number of the subject has no letter or digit");
    licence_subject(s, issuer, digest, out);
    return true;
}

void ask_outcome_json(struct json_writer *j, const struct ask_outcome *o)
{
    char time[TIME_TEXT];

    jw_object(j, NULL);
    jw_text(j, "reference", o->reference);
    jw_text(j, "member", o->from);
    jw_str(j, "state", ask_state_word(o->state));
    if (o->reason.n)
        jw_text(j, "reason", o->reason);
    jw_bool(j, "acknowledged", o->acknowledged);
    jw_bool(j, "refused_here", o->ours);
    if (o->at)
        jw_str(j, "at", time_format(o->at, time));
    jw_int(j, "bytes", (int64_t)o->body.n);
    jw_object_end(j);
}
