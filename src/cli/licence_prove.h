/* Proof of one question and its answers as a file. */
#ifndef SERAI_CLI_LICENCE_PROVE_H
#define SERAI_CLI_LICENCE_PROVE_H

#include "store/store.h"

/* member and side may be empty and NULL: then the one case that has the reference. Reasons: "no-question",
 * "ambiguous", "unsigned", those of the store and of cli_write. */
MUST_USE bool licence_prove(struct store *s, struct span reference, struct span member, const char *side,
                            const char *out, struct why *w);

#endif
