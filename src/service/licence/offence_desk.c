/* The two topics: what is answered to a notice, and to a step. */
#include "service/licence/offence_internal.h"

static bool refuse(struct ask_reply *r, const char *reason)
{
    *r = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = reason };
    return true;
}

/* ---- notices ---- */

static bool subject(const struct store *s, const struct ask_question *q, struct arena *a,
                    struct traveller_key *out)
{
    struct offence_notice x;
    struct why bad;

    why_clear(&bad);
    if (!offence_notice_read(q->body, a, &x, &bad))
        return false;
    offence_subject(s, &x, q->to, out);
    return true;
}

/* Of a licence of this member the register is asked; of another one, or of a vehicle, nothing is known here.
 */
static bool is_known(const struct ask_desk *d, const struct offence_notice *x, struct arena *a, bool *known,
                     struct why *w)
{
    const struct licence_entry *e = NULL;
    uint8_t digest[LICENCE_DIGEST];
    size_t n = 0;

    *known = true;
    if (x->digest.n == LICENCE_DIGEST)
        memcpy(digest, x->digest.p, LICENCE_DIGEST);
    else if (!x->number.n || !licence_digest(x->issuer, x->number, digest))
        return true;
    if (!span_eq(x->issuer, d->member))
        return true;
    if (!licence_register_history(d->store, d->member, digest, a, &e, &n, w))
        return false;
    *known = n > 0 || x->plate.n > 0; /* the vehicle may be found by a person */
    return true;
}

static bool answer(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    struct offence_notice x;
    struct why bad;
    bool known;

    why_clear(&bad);
    if (!offence_notice_read(q->body, a, &x, &bad) || !span_eq(x.where, q->from) ||
        q->reference.n > OFFENCE_REFERENCE)
        return refuse(out, "body");
    if (x.at > now + LIMIT_ASK_SKEW)
        return refuse(out, "future");
    if (x.issuer.n && !x.plate.n && !span_eq(x.issuer, d->member))
        return refuse(out, "not-issuer");
    if (!is_known(d, &x, a, &known, w))
        return false;
    *out = (struct ask_reply){ .said = known ? ASK_SAID_ACKNOWLEDGED : ASK_SAID_UNKNOWN };
    return true;
}

const struct ask_topic offence_topic = {
    .name = "offence", .due = ASK_DUE_NOTHING, .subject = subject, .answer = answer
};

/* ---- steps ---- */

/* A step names no person: it is an event of its notice's case. */
static bool no_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                       struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool answer_step(const struct ask_desk *d, const struct ask_question *q, unix_time now,
                        struct arena *a, struct ask_reply *out, struct why *w)
{
    struct offence *of = arena_alloc(a, sizeof *of);
    struct offence_step x;
    struct case_name name = { CASE_THEIRS, q->from, { NULL, 0 } };
    enum offence_side side = OFFENCE_NOTIFIER;
    const char *refused;
    struct why bad;
    bool found = false;

    why_clear(&bad);
    if (!of)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!offence_step_read(q->body, a, &x, &bad) || !span_eq(x.from, q->from))
        return refuse(out, "body");
    if (span_eq(x.notifier, d->member)) {
        name.side = CASE_OURS;
        side = OFFENCE_HOME;
    } else if (!span_eq(x.notifier, q->from)) {
        return refuse(out, "body");
    }
    name.reference = x.reference;
    if (!offence_find(d->store, &name, a, &found, of, w))
        return false;
    if (!found)
        return refuse(out, "no-notice");
    if (!offence_count(d->store, of, &x, side, now, a, &refused, w))
        return false;
    if (refused)
        return refuse(out, refused);
    *out = (struct ask_reply){ .said = ASK_SAID_ACKNOWLEDGED };
    return true;
}

const struct ask_topic offence_step_topic = {
    .name = "offence step", .due = ASK_DUE_NOTHING, .subject = no_subject, .answer = answer_step
};
