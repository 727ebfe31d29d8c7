/*
 * DG11 and DG12, additional details of the person and of the document (Doc 9303-10 4.7.11, 4.7.12). Spans
 * into the file; texts are UTF-8 or a finding says that they are not; nothing is translated. Deviations that
 * leave it clear what is meant are findings "dg11" or "dg12".
 */
#ifndef SERAI_WIRE_DG_TEXT_H
#define SERAI_WIRE_DG_TEXT_H

#include "base/date.h"
#include "base/finding.h"
#include "base/limits.h"

/* A date of eight digits, CCYYMMDD, whichever way it was coded. */
struct lds_date {
    char digit[9];    /* as read, with NUL; "" : absent or not readable, then a finding */
    struct date date; /* none when it is not a day of the calendar, as with unknown parts 00 */
};

struct lds_names {
    size_t n;
    struct span name[LIMIT_OTHER_NAMES];
};

/* Absent fields are empty spans with p NULL; empty ones have a p. Parts of a name are parted by "<<" and
 * "<", parts of a place or address by "<". */
struct dg11 {
    struct span full_name; /* 5F0E, in national characters */
    struct lds_names other_names;
    struct span personal_number;
    struct lds_date birth;
    struct span birth_place;
    struct span address;
    struct span telephone;
    struct span profession;
    struct span title;
    struct span summary;
    struct span citizenship_proof; /* 5F16, a picture that nobody decodes */
    struct span other_documents;   /* 5F17, numbers parted by "<" */
    struct span custody;
};

struct dg12 {
    struct span authority;
    struct lds_date issued;
    struct lds_names other_persons;
    struct span endorsements;
    struct span exit_requirements; /* tax or exit */
    struct span front, rear;       /* 5F1D, 5F1E: pictures of the document */
    char personalised[15];         /* 5F55, CCYYMMDDhhmmss; "": absent or not readable */
    struct span system;            /* 5F56, serial number of the personalisation system */
};

/* Exactly one file with its tag. False, out undefined, with reason "dg11", "dg12" or "too-large". */
MUST_USE bool dg11_parse(struct span file, struct dg11 *out, struct findings *f, struct why *w);
MUST_USE bool dg12_parse(struct span file, struct dg12 *out, struct findings *f, struct why *w);

#endif
