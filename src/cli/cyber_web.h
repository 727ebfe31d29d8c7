/* A TAXII client's requests over HTTP (libcurl). */
#ifndef SERAI_CLI_CYBER_WEB_H
#define SERAI_CLI_CYBER_WEB_H

#include "base/why.h"
#include "taxii/client.h"

struct cyber_web;

/* How one server is called; NULL where nothing is needed. */
struct cyber_web_options {
    const char *user, *password_file;   /* Basic authentication; the file's first line */
    const char *certificate, *key, *ca; /* PEM files */
    long seconds;                       /* for one request */
};

/* Reasons "io", "credentials" (a password for an address without TLS that is not this machine). */
MUST_USE bool cyber_web_new(const struct cyber_web_options *o, const char *url, struct cyber_web **ret,
                            struct why *w);
void cyber_web_free(struct cyber_web *b); /* NULL allowed */

/* The first line of a file. Reason "io". The caller wipes it. */
enum { CYBER_WEB_PASSWORD = 512 };
MUST_USE bool cyber_web_password(const char *path, char out[CYBER_WEB_PASSWORD], struct why *w);

/* Carries the client to its end; real waiting. True: done. */
MUST_USE bool cyber_web_run(struct cyber_web *b, struct taxii_client *c);

#endif
