/* Files of a provider of advisories over HTTPS (libcurl): slowly, without redirects, and only from where the
 * operator sent it. */
#ifndef SERAI_CLI_ADVISORY_WEB_H
#define SERAI_CLI_ADVISORY_WEB_H

#include "base/arena.h"
#include "base/why.h"

struct advisory_web;

struct advisory_web_options {
    const char *home;                 /* host, perhaps with a port, that the operator named */
    const char *ca;                   /* PEM file instead of the system's; NULL: that */
    const char *user, *password_file; /* sent to home alone; NULL: none */
    const char *certificate, *key;    /* PEM files; the same */
    unsigned rate;                    /* requests a second; 0: 10 */
};

/* Reason "io", "credentials". Options outlive it. */
MUST_USE bool advisory_web_new(const struct advisory_web_options *o, struct advisory_web **ret,
                               struct why *w);
void advisory_web_free(struct advisory_web *b); /* NULL allowed */

struct advisory_answer {
    unsigned status;  /* 200, 304, 401, 403, 404, 410 */
    struct span body; /* the arena's */
    char etag[128];   /* "": none */
};

/*
 * One file of at most `most` bytes. etag: that of the copy at hand, or NULL. Tries again after what passes:
 * no connection, 429, 5xx. Reasons "address", "redirect" (7.1.6), "too-large", "unreachable", "private"
 * (another host than home lies in a network that is not public), "status".
 */
MUST_USE bool advisory_web_get(struct advisory_web *b, struct span url, const char *etag, size_t most,
                               struct arena *a, struct advisory_answer *out, struct why *w);

#endif
