/*
 * The register of instruments: who is bound by which text of the agreement, by which of its articles, from
 * which day to which, and why. Nobody keeps it: it is a pure function of the texts and of the members'
 * instruments (trust/instruments.h), so every node that has the same acts has the same register, whatever the
 * order in which they came. doc/instruments.md gives every rule with the article of the Vienna Convention on
 * the Law of Treaties that it follows.
 */
#ifndef SERAI_AGREEMENT_REGISTER_H
#define SERAI_AGREEMENT_REGISTER_H

#include "agreement/bound.h"
#include "trust/instruments.h"

enum entry_effect {
    INSTRUMENT_COUNTS,
    INSTRUMENT_WAITS,   /* its text is not known here */
    INSTRUMENT_REFUSED, /* it changes nothing: reason */
};

struct instrument_entry {
    const struct instrument *instrument;
    enum entry_effect effect;
    const char *reason; /* "late-reservation", …; NULL: it counts */
    struct date from;   /* COUNTS: the day of its effect; of a consent the day on which it was given */
};

/* Days [from, to) on which something holds of a member. */
struct register_line {
    enum line_kind {
        LINE_CONSENT,
        LINE_SUSPENDED,
        LINE_OUT,          /* withdrawn from an optional article */
        LINE_ACCEPTED,     /* an optional article */
        LINE_RESERVED,     /* a condition */
        LINE_RESERVED_OUT, /* "not bound" */
        LINE_OBJECTED,     /* to a reservation of other */
        LINE_OPPOSED,      /* likewise, and no relations */
    } kind;
    unsigned member, other;
    int article; /* place in the text; -1: the whole */
    unsigned reservation;
    day_number from, to;
    size_t entry;
};

struct register_version {
    const struct agreement *a; /* as given */
    bool known_by_act;         /* some instrument speaks of it */
    bool ruled;                /* somebody consented to it: without that the text alone says who is bound */
    bool in_force;
    struct date since;         /* IN_FORCE: from that day on, which may be to come */
    unsigned consents, needed; /* now consenting, and how many bring it into force; needed 0: not said */
    day_number adopted;        /* amendments bind all: from that day; INT32_MAX: not */
    size_t n_lines;
    struct register_line *line;
    size_t n_reservations;
    struct agreement_reservation *reservation;
    struct bound_table table;
};

struct agreement_register {
    size_t n_versions;
    struct register_version *version; /* by version, then by hash */
    size_t n_entries;
    struct instrument_entry *entry; /* in time */
    uint8_t digest[32];
};

/* texts: of one title, in any order, none twice; they and the instruments must outlive the register. */
struct register_input {
    size_t n_texts;
    const struct agreement *const *text;
    const struct span *bytes; /* of each */
    size_t n;
    const struct instrument *instrument;
};

/* Memory is the arena's. Reason "too-large". */
MUST_USE bool register_make(const struct register_input *in, struct arena *a, struct agreement_register *out,
                            struct why *w);

/* Whether an article binds a member on a day, and why. */
struct bound_answer {
    bool binds;
    const char *why;   /* "bound", "not-a-member", "no-consent", "not-in-force", "suspended", "withdrawn",
                          "not-a-party-to-it", "article-not-in-force", "reserved", "not-accepted" */
    struct date since; /* the first day of this answer; unset: always */
    struct date until; /* its last day; unset: for good, as things stand */
};

/* article: place in the text, -1: the agreement. Of a version that nobody consented to: by its text alone. */
void register_binds(const struct agreement_register *r, const struct register_version *v, int article,
                    unsigned member, struct date on, struct bound_answer *out);

/* A reservation as it stands between the member that made it and another on a day. */
struct reservation_between {
    const struct register_line *line;
    const char *standing;        /* "accepted", "open" (the time to object runs), "objected", "opposed" */
    struct date objection_until; /* OPEN: the last day for an objection */
};
/* False: it does not hold on that day. */
bool register_between(const struct agreement_register *r, const struct register_version *v,
                      const struct register_line *reservation, unsigned other, struct date on,
                      struct reservation_between *out);

#endif
