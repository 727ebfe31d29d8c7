/*
 * Papers for people: what the interface answers in JSON, composed as a PDF in the words of the console. The
 * node and the command line print by the same function, so that both give the same paper.
 */
#ifndef SERAI_PAPER_PAPER_H
#define SERAI_PAPER_PAPER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

struct paper_how {
    const char *folder;   /* that holds po/ */
    const char *language; /* NULL: the one the answer names, else English */
    unix_time now;        /* the only date of the file itself */
    size_t *unknown;      /* signs that no font here has, when asked for */
};

/*
 * answer: JSON of the operation. Reasons: "request" (it is no such answer), "too-large", those of
 * catalogue_open and page_pdf.
 */
typedef bool paper_of(struct span answer, const struct paper_how *how, struct arena *a, struct buffer *pdf,
                      struct why *w);

/* showApplication, followApplication: the answer to the applicant; no officer and no member consulted is in
 * it. */
MUST_USE paper_of paper_application;
/* fileComplaint, followComplaint, appealComplaint, stepComplaint: how it stands; without looks of offices. */
MUST_USE paper_of paper_complaint;
/* getNeed. */
MUST_USE paper_of paper_need;

#endif
