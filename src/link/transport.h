/*
 * Transport keys: what a node shows at the members' port and to those that it calls. A self-signed
 * certificate is only the envelope of the key; nobody looks at its name or its dates. A pin is SHA-256 of the
 * SubjectPublicKeyInfo (RFC 7469 2.4).
 */
#ifndef SERAI_LINK_TRANSPORT_H
#define SERAI_LINK_TRANSPORT_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"
#include "crypto/node_key.h"

enum { TRANSPORT_PIN = 32, TRANSPORT_PEM = 4096 };

/*
 * A certificate of the Ed25519 key of that seed (RFC 8410), from now on without an end, and the key in
 * PKCS #8, both PEM; name becomes its common name, at most 64 bytes. Appends; at most TRANSPORT_PEM bytes
 * each. The buffer of key is the caller's to wipe.
 */
MUST_USE bool transport_make(const uint8_t seed[NODE_SEED], struct span name, unix_time now,
                             struct buffer *certificate, struct buffer *key, struct why *w);

/* Of a certificate, PEM (the first one) or DER. Reason "transport". */
MUST_USE bool transport_pin(struct span certificate, uint8_t pin[TRANSPORT_PIN], struct why *w);

#endif
