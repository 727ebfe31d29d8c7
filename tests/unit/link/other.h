/* Another member's node for tests of links: what answers, with which key, and what it saw. */
#ifndef SERAI_TESTS_LINK_OTHER_H
#define SERAI_TESTS_LINK_OTHER_H

#include <stdatomic.h>

#include "link/link.h"

struct key_pair {
    char certificate[TRANSPORT_PEM], key[TRANSPORT_PEM];
    uint8_t pin[TRANSPORT_PIN];
};

/* Of the seed that is all n. */
void key_pair_make(uint8_t n, struct key_pair *out);

struct other {
    uint16_t port;
    char address[64];                     /* "https://127.0.0.1:PORT" */
    _Atomic unsigned requests, certified; /* certified: of clients that showed a certificate */
    _Atomic int gone; /* so many calls of "/gone" find the connection closed without an answer */
    void *daemon;
};

/*
 * On a free port of loopback, or on `port`. "/echo" gives the body back, "/long" a megabyte, "/slow" answers
 * after two seconds, "/elsewhere" redirects to /echo, "/teapot" has status 418, "/gone": see above.
 * priorities: of GnuTLS.
 */
void other_start(struct other *o, const struct key_pair *k, const char *priorities, uint16_t port);
void other_stop(struct other *o);

/* A port of loopback that takes connections and never says a word; its socket. */
int mute_start(uint16_t *port);

#endif
