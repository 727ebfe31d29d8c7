/* Published lists as hits know them: those that this member looks at for the border. */
#ifndef SERAI_SERVICE_NOTICE_HIT_LISTS_H
#define SERAI_SERVICE_NOTICE_HIT_LISTS_H

#include "service/notice/hit.h"
#include "service/notice/list_desk.h"

/* Whether some list in force is for the border. */
bool hit_lists_serve(const struct list_view *v);

/* Asks each of them; what alerts goes to take, which may end it. False: a list could not be asked, or take
 * said so. */
MUST_USE bool hit_lists_ask(const struct list_view *v, const struct screen_question *q, struct arena *a,
                            bool (*take)(void *ctx, const struct screen_hit *h, struct why *w), void *ctx,
                            bool *limited, struct why *w);

/* Who stands on one of them with the number of that document, passport or card: goes to take. A State that is
 * known on both sides and differs is none. */
void hit_lists_number(const struct list_view *v, const struct screen_document *d, struct arena *a,
                      bool (*take)(void *ctx, const struct screen_hit *h, struct why *w), void *ctx);

/* For struct hit_source; ctx: struct list_desk. shelf: the list's name. */
bool hit_list_about(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                    struct hit_entity *out, struct why *w);

#endif
