/* Asking a running node over HTTP (libcurl). */
#ifndef SERAI_CLI_ASK_H
#define SERAI_CLI_ASK_H

#include "base/arena.h"
#include "base/why.h"

struct ask_call {
    const char *path;
    bool get;         /* else POST */
    const char *type; /* Content-Type; NULL: none */
    size_t n;
    struct {
        const char *name, *value; /* value NULL: left out */
    } header[12];
    struct span body;
};

struct ask_called {
    long status;
    struct span body;
    char state[24], reference[80], reason[80]; /* Serai-State, …; empty: absent */
};

/* True with a 200, and with a state (Serai-State); *out is set whenever the node answered. Reasons:
 * "unreachable", or the one of the node's error. */
MUST_USE bool ask_call(const char *url, const struct ask_call *q, struct arena *a, struct ask_called *out,
                       struct why *w);

/* POST of JSON; *answer is the body of a 200, or of what was refused. Reasons: "unreachable", or the one of
 * the node's error. */
MUST_USE bool ask_post(const char *url, const char *path, struct span json, struct arena *a,
                       struct span *answer, struct why *w);

MUST_USE bool ask_get(const char *url, const char *path, struct arena *a, struct span *answer, struct why *w);

/* cli_why; when a running node has the store for itself, also that --url asks that node. */
void ask_why(const char *command, const char *what, const struct why *w);

#endif
