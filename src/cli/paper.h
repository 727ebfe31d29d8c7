/* Papers on the command line: to a file, with a word on standard error about signs that no font has. */
#ifndef SERAI_CLI_PAPER_H
#define SERAI_CLI_PAPER_H

#include "cli/cli.h"
#include "paper/paper.h"
#include "picture/page.h"

/* The paper of an answer to a new file of that mode. */
MUST_USE bool print_paper(paper_of *of, struct span answer, const char *command, const char *language,
                          const char *path, unsigned mode, struct arena *a, struct why *w);
/* A page that is no paper of an answer, as a PDF to a buffer. */
MUST_USE bool print_page(const struct page *p, const char *command, struct buffer *b, struct why *w);

#endif
