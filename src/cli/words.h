/*
 * Words of the command line: gettext, domain "serai", the catalogues of po/command. _() looks a text up where
 * it is said; N_() marks one for the catalogues that is looked up later, by what prints it. What a program
 * reads (JSON, files, names of commands and options) is neither.
 */
#ifndef SERAI_CLI_WORDS_H
#define SERAI_CLI_WORDS_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text

/* Chooses the language as gettext(3) does: LANGUAGE, LC_ALL, LC_MESSAGES, LANG. Once, before anything is
 * said. */
void cli_words(void);

/* The language to tell something in: what was given, or the reader's ("ru", "fa"). What a program reads is
 * English where nothing was given, wherever it is asked for. Static. */
const char *cli_language(const char *given, bool for_program);

#endif
