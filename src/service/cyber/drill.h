/*
 * Drills: a plan that its organiser signs and keeps, a record that announces it with the plan's digest,
 * injects that come out of the plan by the clock, answers of the members they are for, and a stop. Everything
 * is a record of cooperation that says EXERCISE of itself (cooperation.h); what an inject carries never
 * enters the store of objects, so that no detector, export, collection, board or count can find it.
 */
#ifndef SERAI_SERVICE_CYBER_DRILL_H
#define SERAI_SERVICE_CYBER_DRILL_H

#include "base/limits.h"
#include "service/cyber/cooperation.h"

enum {
    DRILL_INJECTS = 200,
    DRILL_EXPECTS = 8,
    DRILL_MEMBERS = LIMIT_COOPERATION_ITEMS,
    DRILL_DAYS = 31,
    LIMIT_DRILL_PLAN = 512 * 1024, /* bytes, with all its injects */
    LIMIT_DRILL_TEXT = 128 * 1024, /* what one inject says */
};

struct drill_expect {
    struct span answer; /* a word */
    unsigned within;    /* minutes after the inject was said */
};

struct drill_inject {
    struct span id; /* a word, once in the plan */
    unsigned after; /* minutes from the beginning */
    struct span to[DRILL_MEMBERS];
    size_t n_to;
    struct span what, title, content;
    struct drill_expect expect[DRILL_EXPECTS];
    size_t n_expect;
};

struct drill_plan {
    struct span title;
    unix_time from, until;
    struct span member[DRILL_MEMBERS]; /* participants in order; the organiser is none */
    size_t n_member;
    struct drill_inject *inject; /* in the order of the plan */
    size_t n_inject;
};

/* All members of the plan known, in their shapes; everything that is shown begins with EXERCISE; STIX objects
 * have the mark and the ids of an exercise (stix/exercise.h). Reasons "request", "exercise", "too-large". */
MUST_USE bool drill_plan_read(struct span json, struct arena *a, struct drill_plan *out, struct why *w);

struct json_writer;
/* What is to be said when to whom, and what is expected; without contents. */
void drill_plan_put(struct json_writer *j, const struct drill_plan *p);

enum drill_state {
    DRILL_PLANNED, /* it has not begun */
    DRILL_RUNNING,
    DRILL_STOPPED, /* by its organiser */
    DRILL_OVER,    /* its time is over */
};
const char *drill_state_word(enum drill_state s);

struct drill_said {
    const struct coop_record *r;       /* the inject */
    const struct coop_record **answer; /* those that count, in the order of time */
    size_t n_answer;
};

struct drill_view {
    const struct coop_record *r, *stopped;
    enum drill_state state;
    struct drill_said *said; /* in the order of time */
    size_t n_said;
};

struct drill_book {
    struct coop_set set;
    struct drill_view *drill;
    size_t n_drill;
    struct coop_refusals refused;
};

/* The same for the same records in any order, at the time now. Reason "too-large". */
MUST_USE bool drill_book_make(const struct coop_set *s, unix_time now, struct arena *a,
                              struct drill_book *out, struct why *w);
const struct drill_view *drill_find(const struct drill_book *b, struct span id);

/* The plan of a drill, when this node has it; false: not here. */
MUST_USE bool drill_plan_of(const struct coop_desk *d, const struct drill_view *v, struct arena *a,
                            struct drill_plan *out, struct why *w);

/* Injects of own drills that are due and not said are said; how many into *n. */
MUST_USE bool drill_step(const struct coop_desk *d, unix_time now, struct arena *a, size_t *n, struct why *w);

/* Who answered what, when, against the plan; as JSON with a "table" for people. No text that a person wrote.
 */
MUST_USE bool drill_report_put(const struct drill_view *v, const struct drill_plan *p, unix_time now,
                               struct arena *a, struct buffer *out, struct why *w);

/* Reasons besides those of coop_make: "exercise", "unknown", "again", "late", "stopped", "not-organiser",
 * "participant", "not-asked", "order", "not-running", "audience". */
coop_op drill_op_check, drill_op_start; /* {"plan": TEXT, "office": …} */
coop_op drill_op_inject;                /* {"drill": ID, "inject": WORD}: before its time */
coop_op drill_op_stop;                  /* {"drill": ID, "office": …, "reason": …} */
coop_op drill_op_answer;                /* {"said": ID, "office": …, "answer": WORD, "text": …} */
/* {"drill": ID}; the list of one drill has its plan where it is kept. */
coop_op drill_op_list, drill_op_report;

#endif
