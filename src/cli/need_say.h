/* The answer of GET /v1/need for people: lines of text, and the same on paper. */
#ifndef SERAI_CLI_NEED_SAY_H
#define SERAI_CLI_NEED_SAY_H

#include "cli/cli.h"

/*
 * Prints the answer (schema NeedAnswer) unless quiet, and writes it to pdf unless that is NULL. Returns the
 * exit code; CLI_USAGE with why when it cannot be read or written.
 */
int need_say(struct span answer, bool quiet, const char *pdf, struct arena *a, struct why *w);

#endif
