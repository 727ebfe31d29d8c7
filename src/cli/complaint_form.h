/* How a complaint stands, on paper: for the traveller, or for the office's file. */
#ifndef SERAI_CLI_COMPLAINT_FORM_H
#define SERAI_CLI_COMPLAINT_FORM_H

#include "base/arena.h"
#include "base/why.h"

/* answer: of complaints_file, complaints_follow or complaints_step. language NULL: the one the complaint was
 * filed in. */
MUST_USE bool complaint_form(struct span answer, const char *language, const char *path, struct arena *a,
                             struct why *w);

#endif
