/* What the files of service/ask/ share. */
#ifndef SERAI_SERVICE_ASK_INTERNAL_H
#define SERAI_SERVICE_ASK_INTERNAL_H

#include "service/ask/ask.h"

/* The event that holds an answer's bytes; the one before it when the answer was put off. */
#define ASK_EVENT_ANSWER       "answer"
#define ASK_EVENT_ACKNOWLEDGED "acknowledgement"

/* The state of a case whose answer came later and has not reached its asker. */
#define ASK_STATE_UNDELIVERED "undelivered"

/* What a case says where no purpose was given: its record is never without one. */
#define ASK_NO_PURPOSE "(none stated)"

/* Bytes that a body of this topic has at most; of none: LIMIT_ASK_BODY. */
static inline size_t ask_most(const struct ask_topic *t)
{
    return t && t->most ? t->most : LIMIT_ASK_BODY;
}

bool ask_member_valid(struct span s);
bool ask_word_valid(struct span s);      /* as words of a case: store/cases.h */
bool ask_reference_valid(struct span s); /* a word without blanks */

/*
 * NULL, or the reason why this question may not be put, in the order of ask_desk_answer from "not-a-party" to
 * "past-deadline", but for "topic", which the caller knows. Both sides judge by it. Whom the article binds is
 * looked at for the day of asking and for today (UTC): a question that is dated back gets round no
 * suspension. law NULL: by the agreement alone.
 */
/* Article and role of a question, by the version that speaks (struct ask_law). */
void ask_basis(const struct ask_office *o, const struct asking *q, struct arena *a, struct span *article,
               struct span *role);

const char *ask_objection(const struct agreement *a, const struct ask_law *law, const struct ask_topic *t,
                          const struct ask_question *q, unix_time now);

/* The event of that id, else NULL. */
const struct case_event *ask_event(const struct case_view *v, const char *id);

/* Signed bytes in the arena. Reasons: "no-key" (s NULL), those of ask_sign, "too-large". */
MUST_USE bool ask_question_sign(const struct ask_question *q, const struct signer *s, struct arena *a,
                                struct span *out, struct why *w);
MUST_USE bool ask_answer_sign(const struct ask_answer *n, struct span purpose, const struct signer *s,
                              struct arena *a, struct span *out, struct why *w);

/* What a question or its answer is bound to. */
static inline struct ask_binding ask_question_binding(const struct ask_question *q)
{
    return (struct ask_binding){ .topic = q->topic, .purpose = q->purpose, .from = q->from, .to = q->to };
}
static inline struct ask_binding ask_answer_binding(const struct ask_answer *n, struct span purpose)
{
    return (struct ask_binding){
        .answer = true, .topic = n->topic, .purpose = purpose, .from = n->from, .to = n->to
    };
}

#endif
