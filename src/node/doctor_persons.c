/* What the operator has to know of persons who sign in. */
#include "node/doctor_internal.h"
#include "service/person/passkeys.h"

enum { COPIED = 16 };

void doctor_persons(struct doctor *d, struct store *s)
{
    struct span id[COPIED];
    struct why w = { 0 };
    size_t n;

    if (!person_passkeys_copied(s, d->a, id, COPIED, &n, &w))
        return; /* a store that cannot be read is said elsewhere */
    for (size_t i = 0; i < n; i++)
        doctor_say(d, "passkey-copied", "a passkey of %.*s", (int)id[i].n, (const char *)id[i].p);
}
