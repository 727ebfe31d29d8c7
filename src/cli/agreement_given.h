/* A traveller described on the command line. */
#ifndef SERAI_CLI_AGREEMENT_GIVEN_H
#define SERAI_CLI_AGREEMENT_GIVEN_H

#include <getopt.h>

#include "agreement/facts.h"

/* Too large for a frame. Nothing contradicts the bearer: there is no evidence on a command line. */
struct given {
    struct facts facts;
    struct stay stays[LIMIT_STAYS];
    struct date on;
};

/* For the table of getopt_long: --fact, --stay, --no-stays, --on. */
/* clang-format off */
#define GIVEN_OPTIONS \
    { "fact", required_argument, NULL, 'f' }, { "stay", required_argument, NULL, 's' }, \
    { "no-stays", no_argument, NULL, 'n' }, { "on", required_argument, NULL, 'o' }
/* clang-format on */

void given_init(struct given *g);
/* Takes the option c of the above with its argument. NULL, or what is wrong with it. */
const char *given_take(struct given *g, int c, const char *arg);
static inline bool given_is(int c)
{
    return c == 'f' || c == 's' || c == 'n' || c == 'o';
}

#endif
