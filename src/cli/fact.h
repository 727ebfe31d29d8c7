/* Facts as people give them on a command line. */
#ifndef SERAI_CLI_FACT_H
#define SERAI_CLI_FACT_H

#include "agreement/facts.h"

/* NAME=VALUE, as travel.purpose=pilgrimage; a sentence when it is none, NULL when it was taken. arg stays the
 * caller's. */
const char *cli_take_fact(struct facts *f, const char *arg);

#endif
