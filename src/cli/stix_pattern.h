/* serai stix pattern: one file a sub-command. */
#ifndef SERAI_CLI_STIX_PATTERN_H
#define SERAI_CLI_STIX_PATTERN_H

#include "cli/cli.h"

/* argv[1] is "check", "match" or "explain". */
int stix_pattern_command(int argc, char **argv);

int stix_pattern_check(int argc, char **argv);
int stix_pattern_match(int argc, char **argv);
int stix_pattern_explain(int argc, char **argv);

/* The pattern given as an argument, or of the file: one line feed at its end is not part of it. NULL file:
 * text. */
MUST_USE bool stix_pattern_given(const char *text, const char *file, struct arena *a, struct span *out,
                                 struct why *w);

/* "NAME:LINE:COLUMN: what (clause)" and the line with a mark below, on stdout. */
void stix_pattern_say_why(const char *name, struct span pattern, const struct why *w);

#endif
