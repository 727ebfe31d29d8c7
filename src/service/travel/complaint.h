/*
 * Complaints and appeals. A traveller files one by the code on a receipt or by a permission, gets a code to
 * follow it, and hears by when an office must act; a named office answers, another one decides the appeal.
 * A term that passes is never silent: it is late for the office, for the figures and for the traveller, who
 * may then appeal without an answer.
 *
 *   received -> acknowledged -> in-review -> answered -> closed
 *       \___________\______________\____________\-> appealed -> decided -> closed
 */
#ifndef SERAI_SERVICE_TRAVEL_COMPLAINT_H
#define SERAI_SERVICE_TRAVEL_COMPLAINT_H

#include "service/travel/code.h"
#include "store/complaints.h"
#include "wire/json_write.h"

enum { COMPLAINT_CHARACTERS = 4000, COMPLAINT_CONTACT = 200, COMPLAINT_OFFICES = 64 };

/* Terms in days, and who may act. Empty lists: any office by name. */
struct complaint_rules {
    int acknowledge, answer, appeal,
        decide;             /* after filing; after filing; after the answer; after the appeal */
    int access, correction; /* after filing, of what is kept in notices; 4 and 9 months at most */
    int keep;               /* after it was closed, until it is erased */
    size_t n_answer, n_decide;
    const char *const *answer_office, *const *decide_office;
};
extern const struct complaint_rules complaint_defaults;

/* What a traveller files. */
struct complaint_request {
    struct span id;               /* of the request, 16 to 64 visible ASCII characters, secret; empty: none */
    struct span code, permission; /* one of the two */
    struct span subject;          /* of complaint_subjects */
    struct span text, contact, language;
};
extern const char *const complaint_subjects[]; /* ended by NULL */
/* What is kept in notices: to see it, to have it corrected or deleted. Filed without code and permission. */
extern const char *const complaint_redress[]; /* "notice-access", … ended by NULL */

struct complaint_filed {
    char reference[16], follow[CODE_TEXT];
    bool repeated;
    struct complaint_view view;
};

/*
 * Reasons: "request" (text or a word), "too-large", "no-check" (no check has this code here),
 * "no-permission", "request-conflict" (the id was used for another complaint), those of the store.
 */
MUST_USE bool complaint_file(struct store *s, const struct complaint_rules *rules,
                             const struct complaint_request *q, unix_time now, struct arena *a,
                             struct complaint_filed *out, struct why *w);

enum complaint_step {
    COMPLAINT_ACKNOWLEDGE,
    COMPLAINT_REVIEW,
    COMPLAINT_ANSWER,   /* with an outcome and a text */
    COMPLAINT_APPEAL,   /* the traveller's, with a text */
    COMPLAINT_DECIDE,   /* with an outcome and a text; by an office that did nothing in it before */
    COMPLAINT_CLOSE,    /* after a decision, or when an appeal can no longer be made */
    COMPLAINT_WITHDRAW, /* the traveller's */
    COMPLAINT_READ,     /* an office has looked at the text: no step, and left as an entry */
    COMPLAINT_STEPS
};
const char *complaint_step_word(enum complaint_step s);
MUST_USE bool complaint_step_from(struct span word, enum complaint_step *out);

struct complaint_act {
    enum complaint_step step;
    struct span reference; /* of an office */
    struct span follow;    /* of the traveller, as typed in */
    struct span office;    /* empty for the traveller */
    struct span outcome;   /* "upheld", "partly", "not-upheld" */
    struct span text;
};

/*
 * Reasons: "complaint-unknown" (also of a wrong code, in the same words), "complaint-state" (not now),
 * "too-early" (closing while an appeal can be made; an appeal before the answer and before the term),
 * "too-late" (an appeal after its term), "same-office", "office" (no name of an office, or none that may),
 * "request", "too-large".
 */
MUST_USE bool complaint_do(struct store *s, const struct complaint_rules *rules,
                           const struct complaint_act *act, unix_time now, struct arena *a,
                           struct complaint_view *out, struct why *w);

/* By the traveller's code, as typed in. *found false for whatever is no code of a complaint. */
MUST_USE bool complaint_follow(struct store *s, struct span follow, bool *found, struct arena *a,
                               struct complaint_view *out, struct why *w);

/* Closes what may be closed since its terms are over, and erases what was closed `keep` days ago. */
MUST_USE bool complaint_tidy(struct store *s, const struct complaint_rules *rules, unix_time now,
                             int64_t *closed, int64_t *erased, struct arena *a, struct why *w);

enum complaint_for { COMPLAINT_FOR_TRAVELLER, COMPLAINT_FOR_OFFICE, COMPLAINT_FOR_LIST };

/* Schemas Complaint, ComplaintCase (with text and contact) and ComplaintEntry (without any text). */
void complaint_json(struct json_writer *j, const char *key, const struct complaint_view *v,
                    const struct complaint_rules *rules, enum complaint_for whom, unix_time now,
                    struct arena *a);

/* Figures to publish (schema ComplaintStatistics) of complaints filed in [from, to). What counts fewer than
 * five persons is not told apart. */
MUST_USE bool complaint_statistics(struct store *s, unix_time from, unix_time to, unix_time now,
                                   struct buffer *out, struct why *w);

#endif
