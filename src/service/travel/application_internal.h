/* What the files of applications share. */
#ifndef SERAI_SERVICE_TRAVEL_APPLICATION_INTERNAL_H
#define SERAI_SERVICE_TRAVEL_APPLICATION_INTERNAL_H

#include "service/travel/application.h"

enum { DRAFT_DAYS = 30, KEPT_DAYS = 365 };

/* Those of permission_application_facts that it says. on: of the age. */
void application_facts(struct span member, const struct application *x, struct date on, struct facts *out);

enum table_answer application_fee_of(const struct agreement *g, const struct permission_kind *k,
                                     struct span member, const struct application *x, struct date on,
                                     struct table_value *out);

struct date application_day(const struct application_desk *d, unix_time now);
int application_kept(const struct application_desk *d);

/* Seals into the arena: IV, ciphertext, tag. NULL: no room. what: of which part, so that none stands for
 * another. */
struct span application_seal(const struct application_desk *d, struct span reference, const char *what,
                             struct span plain, struct arena *a);
MUST_USE bool application_unseal(const struct application_desk *d, struct span reference, const char *what,
                                 struct span sealed, struct arena *a, struct span *out, struct why *w);

/* A step of v with what c says beside reference, seen and event.state; v is read anew. plain: of the event's
 * body, sealed here. */
MUST_USE bool application_move(const struct application_desk *d, struct application_view *v,
                               enum application_step step, struct span who, struct span plain,
                               struct application_change *c, unix_time now, struct arena *a, struct why *w);

/* Opinions of those consulted for the newest submission. */
MUST_USE bool application_consulted(const struct application_desk *d, struct application_view *v,
                                    unix_time now, struct arena *a, struct why *w);
/* The members that are asked, by the agreement: how many. */
size_t application_to_consult(const struct application_desk *d, const struct application_view *v,
                              const struct permission_consultation *who[LIMIT_PERMISSION_ITEMS],
                              struct span member[LIMIT_PERMISSION_ITEMS]);

/* Text as JSON {"text": …}, and a vote. */
struct span application_text_body(struct span text, struct arena *a);
bool application_vote_read(struct span plain, struct arena *a, struct application_vote *v);

bool application_no_room(struct why *w);

#endif
