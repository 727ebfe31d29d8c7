/*
 * The question "stays": between which days was the bearer of this document with you? Put by the digest of the
 * document, where an article lets it ("asking"): an article that lets another member's days be asked counts
 * them too. The answer is days of entry and exit, nothing else.
 */
#ifndef SERAI_SERVICE_TRAVEL_STAYS_ASK_H
#define SERAI_SERVICE_TRAVEL_STAYS_ASK_H

#include "service/ask/ask.h"
#include "service/travel/stays_report.h"
#include "wire/json_write.h"

extern const struct ask_topic stays_topic; /* "stays" */

struct stays_answer {
    enum ask_state state; /* ASK_UNKNOWN: nothing of this document was ever recorded there */
    struct span from, reason, reference;
    bool whole;            /* it was answered, and reaches back as far as was asked */
    struct date kept_from; /* earlier movements may have been erased there; unset: none were */
    size_t n;
    const struct stay_record *stay;
};

/* The article that lets stays be asked for that purpose, else empty. */
struct span stays_article(const struct agreement *a, struct span purpose);

/* Asks one member about the days from `since` on. Recorded at both sides. */
MUST_USE bool stays_ask(const struct ask_office *o, struct span to, const uint8_t digest[TRAVEL_DIGEST],
                        struct date since, struct span purpose, struct span role, unix_time now,
                        unix_time deadline, struct arena *a, struct stays_answer *out, struct why *w);

/* The body of an answer; false for what is none. */
MUST_USE bool stays_answer_read(struct span body, struct arena *a, struct stays_answer *out, struct why *w);

/* Schema StaysElsewhere. */
void stays_answer_json(struct json_writer *j, const struct stays_answer *s);
/* An array of stays (schema StayRecord). */
void stay_records_json(struct json_writer *j, const char *key, const struct stay_record *r, size_t n);

#endif
