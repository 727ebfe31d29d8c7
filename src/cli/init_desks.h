/* Members that answer questions in the same process, for trials: serai init --desks. */
#ifndef SERAI_CLI_INIT_DESKS_H
#define SERAI_CLI_INIT_DESKS_H

#include "agreement/agreement.h"
#include "base/date.h"

/*
 * FOLDER/desks with a node's folder for each member in `members` ("KZ TR", or "all": every other party), each
 * with a register of five licences whose numbers begin with SPECIMEN. The agreement is FOLDER/agreement.
 */
MUST_USE bool init_desks(const char *folder, const char *own, const char *members,
                         const struct agreement *agreement, unix_time now, struct why *w);

#endif
