/* Asking a running node over HTTP (libcurl). */
#ifndef SERAI_CLI_ASK_H
#define SERAI_CLI_ASK_H

#include "base/arena.h"
#include "base/why.h"

/* POST of JSON; *answer is the body of a 200. Reasons: "unreachable", or the one of the node's error. */
MUST_USE bool ask_post(const char *url, const char *path, struct span json, struct arena *a,
                       struct span *answer, struct why *w);

/* cli_why; when a running node has the store for itself, also that --url asks that node. */
void ask_why(const char *command, const char *what, const struct why *w);

#endif
