/* What handlers of published lists share: the lists in force, and the entry that each question leaves. */
#ifndef SERAI_NODE_LISTS_ASKED_H
#define SERAI_NODE_LISTS_ASKED_H

#include "node/routes.h"
#include "service/notice/list_desk.h"

enum { LISTS_REFERENCE = 33 };

/*
 * The entry is on disk before anything of the answer is given: why, who, how, how many questions and how many
 * of them found something; of one question with a name its keyed hash as the subject. Reasons of
 * store_put_case.
 */
MUST_USE bool lists_asked(const struct node_view *v, const struct list_question *q, const char *how,
                          size_t asked, size_t found, char reference[LISTS_REFERENCE], struct why *w);

/* The lists in force; NULL with out filled. To be given back to v->o->lists. */
const struct list_view *lists_take(const struct node_view *v, struct arena *a, struct http_answer *out);

#endif
