/*
 * Alerts: what detectors of this member found, until an officer says what it was. This member's own: nothing
 * here goes to others. A person sees an alert when cyber_may lets them read its indicator; else there is
 * none. A false positive offers an opinion about the indicator, which is an object of this member until a
 * person releases it as any other. JSON in, JSON out, schemas of web/openapi.json.
 */
#ifndef SERAI_SERVICE_CYBER_ALERT_H
#define SERAI_SERVICE_CYBER_ALERT_H

#include "service/cyber/object_view.h"
#include "service/cyber/release.h"
#include "store/cyber_alerts.h"

/* The collection of this member's opinions until they are released: a UUIDv5, the same at every node. */
#define CYBER_OPINIONS "32cf8457-6bc1-5ba6-a482-68a2f1ca1402"

enum alert_outcome { ALERT_TRUE, ALERT_FALSE, ALERT_BENIGN, ALERT_DUPLICATE, ALERT_OUTCOMES };
/* "true", "false-positive", "benign", "duplicate" */
const char *alert_outcome_word(enum alert_outcome o);

enum { ALERT_OPINIONS = 5 };
/* opinion-enum of STIX 2.1 10.18, from "strongly-disagree" on. */
const char *alert_opinion_word(unsigned i);

/*
 * One person (view) at the desk. Reasons besides those of release.h: "request", "unknown" (there is none that
 * the person may see), "closed", "taken", "outcome" (an opinion offered by nothing), "laxer".
 */
struct alert_desk {
    const struct cyber_desk *desk;
    const struct object_view *view;
    struct span officer;
};
typedef bool alert_op(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w);

/* {"sightings": [row]}: rows as serai cyber match --sightings writes them and as cyber_sightings_add takes
 * them, with "log" (a word: the kind of log) where it is known; intervals that are not over too. Counts 0 are
 * passed over. What is not understood is refused by its number. */
alert_op alert_report;
/* {"state": WORD, "indicator": ID, "before": ALERT, "most": N}, all of them optional. */
alert_op alert_list;
/* {"alert": ID} and, to close it, "outcome" and "reason". */
alert_op alert_take, alert_close;
/* {"alert": ID, "opinion": WORD, "explanation": TEXT, "tlp": WORD}: the object; nothing is sent. */
alert_op alert_opinion;

#endif
