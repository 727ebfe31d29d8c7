/* What a member issues stands in the register that it answers other members from. */
#ifndef SERAI_CLI_LICENCE_ENTER_H
#define SERAI_CLI_LICENCE_ENTER_H

#include "base/arena.h"
#include "base/date.h"
#include "base/why.h"

/*
 * Enters a licence that mdoc_issue made (IssuerSigned) as valid, with its days, authority, categories and the
 * hash of the holder's birth date. A licence whose newest entry forbids it, such as a suspension, is left as
 * it is. Reasons: "register" (that, or the licence is of another member), "request", those of the store.
 */
MUST_USE bool licence_enter(const char *folder, struct span issuer_signed, unix_time at, struct arena *a,
                            struct why *w);

#endif
