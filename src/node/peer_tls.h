/* TLS of the members' port (GnuTLS, below the server library): whoever connects is asked for a certificate,
 * and known by its key. */
#ifndef SERAI_NODE_PEER_TLS_H
#define SERAI_NODE_PEER_TLS_H

#include "link/transport.h"

/* TLS 1.3 alone; static. */
char *peer_tls_priorities(void);

/* Before the handshake. No certificate is required: who shows none is told so by an answer. */
void peer_tls_ask(void *session);

/*
 * The pin of the key that the other side has proved to hold; false: it showed no certificate. The key is
 * taken from the certificate by the library that verified with it, so that no two readers of it can differ.
 */
MUST_USE bool peer_tls_pin(void *session, uint8_t pin[TRANSPORT_PIN]);

/* The certificate that was shown is within its dates and of an authority that this port trusts. */
MUST_USE bool peer_tls_verified(void *session);

#endif
