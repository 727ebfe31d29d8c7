/* The question of a node; a phone without the line has none. */
#include "check/licence_home.h"

#include "service/licence/status.h"

static struct span fact_of(const void *answer, struct span category)
{
    return licence_status_fact(answer, category);
}

static enum licence_home_state state_of(const struct licence_status *s)
{
    switch (s->state) {
    case ASK_ANSWERED:
        return s->has_entry ? LICENCE_ANSWERED : LICENCE_UNREACHABLE;
    case ASK_OPEN:
    case ASK_LATE:
        return LICENCE_LATE;
    case ASK_REFUSED:
        return LICENCE_REFUSED;
    case ASK_UNKNOWN:
        return LICENCE_UNKNOWN;
    case ASK_UNREACHABLE:
        break;
    }
    return LICENCE_UNREACHABLE;
}

/* A late answer is no answer: nothing of it is told but that it is late. */
static void home_of(const struct licence_status *s, struct licence_home *out)
{
    struct licence_home h = {
        .state = state_of(s), .reference = s->reference, .from = s->from, .reason = s->why
    };

    if (h.state == LICENCE_ANSWERED) {
        h.word = licence_status_fact(s, (struct span){ NULL, 0 });
        if (h.word.n == 0)
            h.word = span_str(licence_standing_word(s->standing));
        h.reason = s->reason;
        h.since = s->since;
        h.until = s->until;
        h.as_of = s->as_of;
        h.status_of = fact_of;
        h.answer = s;
    }
    *out = h;
}

void licence_ask_office(void *ctx, const struct licence_question *q, struct arena *a,
                        struct licence_home *out)
{
    const struct licence_named named = { .issuer = q->issuer, .number = q->number, .birth = q->birth };
    struct licence_status *s = arena_alloc(a, sizeof *s);
    struct why w;

    why_clear(&w);
    if (s && licence_status_ask(ctx, &named, q->purpose.n ? q->purpose : SPAN(LICENCE_STATUS_PURPOSE), q->at,
                                q->at + LICENCE_ANSWER_SECONDS, a, s, &w))
        home_of(s, out);
    else
        *out = (struct licence_home){ .state = LICENCE_UNREACHABLE, .reason = span_str(w.reason) };
}

bool licence_look_office(const struct ask_office *office, struct span issuer, struct span reference,
                         unix_time now, struct arena *a, struct licence_home *out)
{
    struct licence_status *s = arena_alloc(a, sizeof *s);
    bool found = false;
    struct why w;

    why_clear(&w);
    if (!s || !licence_status_look(office, issuer, reference, now, a, &found, s, &w) || !found)
        return false;
    home_of(s, out);
    return true;
}
