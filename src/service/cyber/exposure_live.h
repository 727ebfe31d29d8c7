/*
 * The exposure engine of a running node: holds what the store holds of assets, advisories and the KEV
 * catalogue, and follows it: whatever was taken in, replaced, erased or has ended, by the node or by a
 * command on its folder, is brought up to date by looking at the dates of what is kept, and only that is
 * judged.
 */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_LIVE_H
#define SERAI_SERVICE_CYBER_EXPOSURE_LIVE_H

#include "service/cyber/exposure_desk.h"

struct exposure_live *exposure_live_new(void);
void exposure_live_free(struct exposure_live *l); /* NULL allowed */

/* One at a time from here to there: the engine, and findings while they are changed. NULL allowed. */
void exposure_live_take(struct exposure_live *l);
void exposure_live_give(struct exposure_live *l);

/*
 * While it is taken: the engine as the store; *moved: something was new, or gone. False: it starts anew the
 * next time. Reasons of the store, "csaf", "kev", "too-large".
 */
MUST_USE bool exposure_live_follow(struct exposure_live *l, struct store *s, unix_time now, bool *moved,
                                   struct why *w);
/* After it: findings in the store as the engine has them. */
MUST_USE bool exposure_live_settle(struct exposure_live *l, struct store *s, unix_time now,
                                   struct exposure_findings *f, struct why *w);
/* Both, findings only when something moved. For whoever looks from time to time. */
MUST_USE bool exposure_live_keep(struct exposure_live *l, struct store *s, unix_time now, struct why *w);

const struct exposure *exposure_live_engine(const struct exposure_live *l);
unix_time exposure_live_settled(const struct exposure_live *l); /* 0: not yet */

#endif
