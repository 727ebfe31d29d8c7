/* What the sub-commands about instruments share. */
#ifndef SERAI_CLI_AGREEMENT_LAW_H
#define SERAI_CLI_AGREEMENT_LAW_H

#include "agreement/register_json.h"
#include "cli/agreement_file.h"
#include "cli/trust_bloc.h"
#include "node/laws.h"

/* A node's acts, the versions it keeps and the register they make. */
struct law_desk {
    struct bloc b;
    struct laws *laws;
    char folder[4096]; /* of the versions */
};

/* Opens, or says why not; must not move. */
MUST_USE bool law_begin(const char *node, bool write, struct law_desk *d);
void law_end(struct law_desk *d);
/* Loads versions and register again. */
MUST_USE bool law_again(struct law_desk *d);

/* The version whose bytes are in that file: kept first when keep. Its place, SIZE_MAX when told why not. */
size_t law_version(struct law_desk *d, const char *file, bool keep);

/* "by the last of 4 ratifications"; one sentence for each reason of the register. */
const char *law_reason(const char *reason);

#endif
