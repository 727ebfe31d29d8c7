/* What was decided of a licence, as JSON: one writer for the command line, HTTP and the browser. Needs no
 * keys, no store and no node. */
#ifndef SERAI_SERVICE_LICENCE_ANSWER_H
#define SERAI_SERVICE_LICENCE_ANSWER_H

#include "service/licence/recognise.h"
#include "wire/json_write.h"

/* What decisions are told with. */
struct licence_telling {
    const struct agreement *agreement;
    const struct licence_data *data;
    struct span stated;          /* the category of a decision without privilege */
    const struct tongue *tongue; /* of the reader */
};

/* The category as the licence has it, or as it was stated. */
struct span licence_decision_category(const struct licence_telling *t, const struct licence_decision *d);

/* One object (schema LicenceCategory). */
void licence_put_decision(struct json_writer *w, const struct licence_telling *t,
                          const struct licence_decision *d);

/* Recognised, also with restrictions. */
static inline bool licence_is_good(enum outcome o)
{
    return o == OUTCOME_RECOGNISED || o == OUTCOME_RESTRICTED;
}

/* The better of two for whoever drives. */
enum outcome licence_better(enum outcome a, enum outcome b);

#endif
