/* The answer of an operation on paper, for who asks for application/pdf. */
#ifndef SERAI_NODE_PAPER_H
#define SERAI_NODE_PAPER_H

#include "node/routes.h"

/* Whether the header names application/pdf, and not the JSON that is answered else. NULL: no. */
bool paper_wanted(const char *accept);

/*
 * Puts the paper in place of a JSON answer that went well, when the route has one and the request wants it;
 * in the language of its query. What the operation did stays done when the paper cannot be made: the answer
 * is then an error, and a look at the same thing again prints it.
 */
void paper_answer(const struct route *route, const struct node_view *v, const struct http_request *r,
                  struct arena *a, struct http_answer *out);

#endif
