/* Passkeys of persons: kept, used, taken away. Whether one is good, prove/passkey.h says. */
#ifndef SERAI_SERVICE_PERSON_PASSKEYS_H
#define SERAI_SERVICE_PERSON_PASSKEYS_H

#include "prove/passkey.h"
#include "service/person/person.h"

enum { PERSON_HANDLE = 32 };

/* What authenticators keep of whose passkey it is: no name, and another one at each node. */
void person_handle(const struct passkey_place *p, struct span person, uint8_t out[PERSON_HANDLE]);

/* Reasons "passkey-id" (too long), "passkey-label", "passkeys" (there are LIMIT_PASSKEYS), and those of
 * person_credential_put. */
MUST_USE bool person_passkey_add(const struct person_desk *d, struct span person,
                                 const struct passkey_made *made, struct span label, struct why *w);

struct person_passkey_said {
    struct span id, handle; /* handle: empty where the authenticator keeps none */
    struct passkey_said said;
};
/*
 * Who it is, in the arena. What is refused is in the chain: "refused", and "copied" for a counter that did
 * not rise, until the person's passkey is dropped. Reasons "credential", and those of passkey_prove.
 */
MUST_USE bool person_passkey_prove(const struct person_desk *d, const struct passkey_place *p,
                                   struct span challenge, const struct person_passkey_said *said,
                                   struct arena *a, struct span *person, struct why *w);

/* The person's other sessions end: only that of except, which may be empty, goes on. Reason "credential". */
MUST_USE bool person_passkey_drop(const struct person_desk *d, struct span person, struct span credential,
                                  struct span except, struct why *w);

/* Persons whose passkey may have been copied and was not dropped since; at most `most` into ids, in the
 * arena. */
MUST_USE bool person_passkeys_copied(struct store *s, struct arena *a, struct span *ids, size_t most,
                                     size_t *n, struct why *w);

#endif
