/* What the files of service/ask/ share. */
#ifndef SERAI_SERVICE_ASK_INTERNAL_H
#define SERAI_SERVICE_ASK_INTERNAL_H

#include "service/ask/ask.h"

/* The event that holds an answer's bytes; the one before it when the answer was put off. */
#define ASK_EVENT_ANSWER       "answer"
#define ASK_EVENT_ACKNOWLEDGED "acknowledgement"

/* What a case says where no purpose was given: its record is never without one. */
#define ASK_NO_PURPOSE "(none stated)"

bool ask_member_valid(struct span s);
bool ask_word_valid(struct span s);      /* as words of a case: store/cases.h */
bool ask_reference_valid(struct span s); /* a word without blanks */

/*
 * NULL, or the reason why this question may not be put, in the order of ask_desk_answer from "not-a-party" to
 * "past-deadline", but for "topic", which the caller knows. Both sides judge by it.
 */
const char *ask_objection(const struct agreement *a, const struct ask_topic *t, const struct ask_question *q,
                          unix_time now);

/* The event of that id, else NULL. */
const struct case_event *ask_event(const struct case_view *v, const char *id);

/* Message bytes in the arena; false: it does not fit. */
MUST_USE bool ask_question_bytes(const struct ask_question *q, struct arena *a, struct span *out,
                                 struct why *w);
MUST_USE bool ask_answer_bytes(const struct ask_answer *n, struct arena *a, struct span *out, struct why *w);

#endif
