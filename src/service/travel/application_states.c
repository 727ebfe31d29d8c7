/* States of an application, the steps between them, and who counts as one person. */
#include "base/text.h"
#include "service/travel/application_internal.h"

static const char *const states[] = { "draft",   "submitted", "consulting", "to decide",
                                      "granted", "declined",  "withdrawn",  "expired" };
static const char *const steps[] = { "begun",    "saved",     "paid",   "submitted", "consulted", "reminded",
                                     "answered", "returned",  "voted",  "granted",   "declined",  "withdrawn",
                                     "expired",  "looked at", "issued", "extended",  "revoked" };

_Static_assert(sizeof states / sizeof *states == APPLICATION_STATES, "a word for each state");
_Static_assert(sizeof steps / sizeof *steps == APPLICATION_STEPS, "a word for each step");

const char *application_state_word(enum application_state s)
{
    return states[s];
}

enum application_state application_state_from(struct span s)
{
    unsigned i = 0;

    while (i < APPLICATION_STATES && !span_eq_str(s, states[i]))
        i++;
    return (enum application_state)i;
}

const char *application_step_word(enum application_step s)
{
    return steps[s];
}

#define IN(s) (1u << APPLICATION_##s)
enum { SAME = APPLICATION_STATES };

/* In which states a step may be taken, and the state after it. */
static const struct {
    unsigned from;
    unsigned to;
} table[APPLICATION_STEPS] = {
    [STEP_BEGUN] = { 0, APPLICATION_DRAFT },
    [STEP_SAVED] = { IN(DRAFT), SAME },
    [STEP_PAID] = { IN(DRAFT) | IN(SUBMITTED) | IN(CONSULTING) | IN(TO_DECIDE), SAME },
    [STEP_SUBMITTED] = { IN(DRAFT), APPLICATION_SUBMITTED },
    [STEP_CONSULTED] = { IN(SUBMITTED), APPLICATION_CONSULTING },
    [STEP_REMINDED] = { IN(CONSULTING), SAME },
    [STEP_ANSWERED] = { IN(SUBMITTED) | IN(CONSULTING), APPLICATION_TO_DECIDE },
    [STEP_RETURNED] = { IN(CONSULTING) | IN(TO_DECIDE), APPLICATION_DRAFT },
    [STEP_VOTED] = { IN(TO_DECIDE), SAME },
    [STEP_GRANTED] = { IN(TO_DECIDE), APPLICATION_GRANTED },
    [STEP_DECLINED] = { IN(TO_DECIDE), APPLICATION_DECLINED },
    [STEP_WITHDRAWN] = { IN(DRAFT) | IN(SUBMITTED) | IN(CONSULTING) | IN(TO_DECIDE), APPLICATION_WITHDRAWN },
    [STEP_EXPIRED] = { IN(DRAFT) | IN(CONSULTING) | IN(TO_DECIDE), APPLICATION_EXPIRED },
    [STEP_LOOKED] = { (1u << APPLICATION_STATES) - 1, SAME },
    [STEP_ISSUED] = { IN(GRANTED), SAME },
    [STEP_EXTENDED] = { IN(GRANTED), SAME },
    [STEP_REVOKED] = { IN(GRANTED), SAME },
};

bool application_next(enum application_state from, enum application_step step, enum application_state *to)
{
    if (from >= APPLICATION_STATES || !(table[step].from & 1u << from))
        return false;
    *to = table[step].to == SAME ? from : (enum application_state)table[step].to;
    return true;
}

/* ---- officers ---- */

static bool tells_apart(uint8_t c)
{
    return c != '.' && c != '-';
}

static int letter(uint8_t c)
{
    return ascii_upper(c) ? c + 32 : c;
}

bool application_same_officer(struct span a, struct span b)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < a.n && !tells_apart(a.p[i]))
            i++;
        while (k < b.n && !tells_apart(b.p[k]))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (letter(a.p[i++]) != letter(b.p[k++]))
            return false;
    }
}

static bool well_formed(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        int c = letter(s.p[i]);

        if (!ascii_lower(c) && !ascii_digit(c) && (tells_apart((uint8_t)c) || i == 0 || i + 1 == s.n))
            return false;
    }
    return s.n >= 2 && s.n < OFFICER;
}

bool application_officer(const struct application_desk *d, struct span given, char out[OFFICER],
                         struct why *w)
{
    bool listed = d->n_officers == 0;

    if (!well_formed(given))
        return why_set(w, "officer", WHY_NO_OFFSET, NULL,
                       "the id of an office has 2 to 40 Latin letters, digits, dots and hyphens");
    for (size_t i = 0; i < d->n_officers; i++)
        listed |= application_same_officer(given, span_str(d->officers[i]));
    if (!listed)
        return why_set(w, "officer", WHY_NO_OFFSET, NULL, "no office of this id decides here");
    for (size_t i = 0; i < given.n; i++)
        out[i] = (char)letter(given.p[i]);
    out[given.n] = 0;
    return true;
}
