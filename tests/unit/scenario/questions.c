/* The members' desks and offices: questions between them, and what is tried against either. */
#include "agreement/agreement.h"
#include "crypto/node_key.h"
#include "node/ask_line.h"
#include "society.h"

enum { ASKED = 4, OUTCAST = 5 };

static bool no_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                       struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool echoes(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    struct society *x = d->keys.ctx;

    (void)now;
    (void)a;
    (void)w;
    x->desked++;
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = q->body };
    return true;
}

static const struct ask_topic topic = { .name = "licence status", .subject = no_subject, .answer = echoes };
static const struct ask_topic *const topics[] = { &topic, NULL };

struct citizen *citizen_of(struct society *x, struct span state)
{
    for (size_t i = 0; i < TEN; i++)
        if (span_eq_str(state, x->m[i].state))
            return &x->m[i];
    fail_msg("nobody of that name");
    return &x->m[0];
}

static bool carries(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                    struct span *answer, struct why *w)
{
    const struct citizen *from = ctx;
    struct society *x = from->of;
    const struct citizen *desk = citizen_of(x, to);

    (void)until;
    if (!society_reaches(x, from->i, desk->i))
        return why_set(w, "lost", WHY_NO_OFFSET, NULL, "the question");
    for (unsigned copies = 1 + (society_random(x, 10) == 0); copies; copies--)
        if (!ask_desk_answer(&desk->desk, span_str(from->state), question, x->now, a, answer, w))
            return false;
    x->held_question = arena_copy(&x->arena, question);
    x->held_answer = arena_copy(&x->arena, *answer);
    return !society_loses(x) || why_set(w, "lost", WHY_NO_OFFSET, NULL, "the answer");
}

static unix_time clock_of(void *ctx)
{
    return ((const struct citizen *)ctx)->of->now;
}

static enum ask_key key_of(void *ctx, struct span member, struct span kid, uint8_t pub[NODE_PUBLIC_KEY])
{
    return ask_key_of_roster(&((const struct society *)ctx)->roster, member, kid, pub);
}

static struct ask_order order(const struct society *x, size_t to, const char *reference)
{
    return (struct ask_order){ .topic = &topic,
                               .reference = span_str(reference),
                               .to = span_str(x->m[to].state),
                               .purpose = SPAN("road-check"),
                               .article = SPAN("11"),
                               .at = x->now,
                               .until = x->now + 3600,
                               .body = span_str(reference) };
}

struct ask_outcome society_asks(struct society *x, size_t from, size_t to, const char *reference)
{
    const struct ask_order o = order(x, to, reference);
    struct ask_outcome out = { 0 };
    struct why w = { 0 };

    society_must(ask(&x->m[from].office, &o, &x->turn, &out, &w), &w, "asking");
    return out;
}

void society_offices(struct society *x)
{
    for (size_t i = 0; i < TEN; i++) {
        struct citizen *c = &x->m[i];
        struct ask_runner_options o = { .office = &c->office, .topics = topics };

        c->desk = (struct ask_desk){ .member = span_str(c->state),
                                     .agreement = x->agreement,
                                     .store = c->store,
                                     .topics = topics,
                                     .signer = &c->node,
                                     .keys = { x, key_of } };
        c->office = (struct ask_office){ .member = span_str(c->state),
                                         .agreement = x->agreement,
                                         .store = c->store,
                                         .carrier = { c, carries },
                                         .now = clock_of,
                                         .random = random_bytes,
                                         .ctx = c,
                                         .signer = &c->node,
                                         .keys = { x, key_of } };
        c->runner = ask_runner_new(&o);
    }
}

/* ---- attacks ---- */

static struct span sealed_question(struct society *x, const struct ask_question *q,
                                   const struct ask_binding *as, size_t by)
{
    struct span out = { 0 };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_question_put(q, &b);
    society_must(ask_sign(as, buf_span(&b), &x->m[by].node, &x->turn, &out, &w), &w, "signing");
    buf_free(&b);
    return out;
}

/* What KZ's desk says to it when `sender` brings it. */
static void desk_refuses(struct society *x, struct span question, const char *sender, const char *reason)
{
    struct ask_sealed m = { 0 };
    struct ask_answer n = { 0 };
    struct span answer = { 0 };
    struct why w = { 0 };
    size_t before = x->desked;

    society_must(
        ask_desk_answer(&x->m[ASKED].desk, span_str(sender), question, x->now, &x->turn, &answer, &w), &w,
        "the desk");
    society_must(ask_sealed_read(answer, &x->turn, &m, &w) && ask_answer_read(m.message, &x->turn, &n, &w),
                 &w, "its answer");
    if (n.said != ASK_SAID_REFUSED || !span_eq_str(n.reason, reason))
        fail_msg("%.*s instead of %s", (int)n.reason.n, (const char *)n.reason.p, reason);
    assert_int_equal(x->desked, before); /* nothing was looked up */
}

void attacks_on_desks(struct society *x)
{
    const struct ask_question good = { .reference = SPAN("attack-1"),
                                       .topic = SPAN("licence status"),
                                       .from = SPAN("IR"),
                                       .to = SPAN("KZ"),
                                       .purpose = SPAN("road-check"),
                                       .article = SPAN("11"),
                                       .at = x->now,
                                       .until = x->now + 600,
                                       .body = SPAN("who"),
                                       .role = SPAN("road-police") };
    const struct ask_binding as = { false, good.topic, good.purpose, good.from, good.to };
    struct ask_binding other;
    struct ask_question q;
    struct span sent;

    desk_refuses(x, sealed_question(x, &good, &as, 2), "TR", "sender"); /* passed on as one's own */
    desk_refuses(x, sealed_question(x, &good, &as, 8), "IR", "key");    /* TR's key */
    q = good;
    q.to = SPAN("TR");
    other = as;
    other.to = q.to;
    desk_refuses(x, sealed_question(x, &q, &other, 2), "IR", "not-for-us");
    q = good;
    q.from = good.to;
    q.to = good.from;
    other = (struct ask_binding){ false, q.topic, q.purpose, q.from, q.to };
    desk_refuses(x, sealed_question(x, &q, &other, ASKED), "IR", "sender"); /* its own question, sent back */
    other = as;
    other.purpose = SPAN("accident-inquiry"); /* signed for another purpose */
    desk_refuses(x, sealed_question(x, &good, &other, 2), "IR", "signature");
    other = as;
    other.answer = true; /* a signature under an answer */
    desk_refuses(x, sealed_question(x, &good, &other, 2), "IR", "aad");
    q = good;
    q.topic = SPAN("travel record");
    other = as;
    other.topic = q.topic;
    desk_refuses(x, sealed_question(x, &q, &other, 2), "IR", "topic");
    q = good;
    q.reference = SPAN("attack-2");
    q.purpose = SPAN("curiosity");
    other = as;
    other.purpose = q.purpose;
    desk_refuses(x, sealed_question(x, &q, &other, 2), "IR", "purpose");
    q = good;
    q.reference = SPAN("attack-3");
    q.from = SPAN("PK");
    other = as;
    other.from = q.from;
    sent = sealed_question(x, &q, &other, OUTCAST);
    society_says(x, ACT_SUSPEND, OUTCAST);
    desk_refuses(x, sent, "PK", "key");
    society_says(x, ACT_RESUME, OUTCAST);
}

/* What the line brings instead of the answer. */
static struct span forged;

static bool brings_forged(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                          struct span *answer, struct why *w)
{
    (void)ctx;
    (void)to;
    (void)question;
    (void)until;
    (void)a;
    (void)w;
    *answer = forged;
    return true;
}

static void office_finds(struct society *x, const char *reference, struct span answer, const char *reason)
{
    struct ask_carrier real = x->m[2].office.carrier;
    struct ask_outcome out;

    forged = answer;
    x->m[2].office.carrier.carry = brings_forged;
    out = society_asks(x, 2, ASKED, reference);
    x->m[2].office.carrier = real;
    assert_int_equal(out.state, ASK_UNREACHABLE);
    if (!span_eq_str(out.reason, reason))
        fail_msg("%s: %.*s instead of %s", reference, (int)out.reason.n, (const char *)out.reason.p, reason);
    /* Nobody took it for an answer: asked again, it is answered. */
    assert_int_equal(society_asks(x, 2, ASKED, reference).state, ASK_ANSWERED);
}

static struct span answer_by(struct society *x, const char *reference, size_t by, const char *purpose,
                             struct span question)
{
    struct ask_answer n = { .reference = span_str(reference),
                            .topic = SPAN("licence status"),
                            .from = span_str(x->m[by].state),
                            .to = SPAN("IR"),
                            .question = question,
                            .said = ASK_SAID_ANSWERED,
                            .at = x->now,
                            .body = SPAN("valid") };
    const struct ask_binding as = { true, n.topic, span_str(purpose), n.from, n.to };
    struct span out = { 0 };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_answer_put(&n, &b);
    society_must(ask_sign(&as, buf_span(&b), &x->m[by].node, &x->turn, &out, &w), &w, "signing");
    buf_free(&b);
    return out;
}

void attacks_on_offices(struct society *x)
{
    const uint8_t none[32] = { 0 };
    struct span question = span_of(none, sizeof none), first;
    struct ask_sealed bare = { 0 };
    struct why w = { 0 };

    x->loss = 0;
    assert_int_equal(society_asks(x, 2, ASKED, "f-0").state, ASK_ANSWERED);
    first = x->held_answer;
    office_finds(x, "f-1", first, "answer-other-question"); /* replayed */
    office_finds(x, "f-2", answer_by(x, "f-2", ASKED, "road-check", question), "answer-other-question");
    assert_int_equal(society_asks(x, 8, ASKED, "f-3").state, ASK_ANSWERED);
    office_finds(x, "f-3", x->held_answer, "answer-other-question"); /* the answer that TR got */
    office_finds(x, "f-4", x->held_question, "answer-malformed");    /* the question itself */
    office_finds(x, "f-6", answer_by(x, "f-6", 8, "road-check", question), "answer-from-another");
    office_finds(x, "f-5", SPAN("{}"), "answer-malformed");
    society_must(ask_sealed_read(first, &x->turn, &bare, &w), &w, "an answer");
    office_finds(x, "f-7", bare.message, "answer-unsigned");
}
