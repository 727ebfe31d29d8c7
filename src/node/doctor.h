/*
 * What is wrong, or soon will be, with the folder of a node: looked at from outside, also while the node
 * runs, without changing anything. Each finding has a word that stays, what was seen, what it means and what
 * to do.
 */
#ifndef SERAI_NODE_DOCTOR_H
#define SERAI_NODE_DOCTOR_H

#include "base/arena.h"
#include "base/date.h"
#include "base/why.h"

enum doctor_weight {
    DOCTOR_NOTE,  /* to be known; nothing has to be done */
    DOCTOR_CARE,  /* will be a fault, or makes the node say less than it could */
    DOCTOR_FAULT, /* it does not start, or does not do what it is for */
};

enum { DOCTOR_SEEN = 320, DOCTOR_FINDINGS = 128 };

struct doctor_finding {
    enum doctor_weight weight;
    const char *word;           /* "key-readable"; static */
    char seen[DOCTOR_SEEN];     /* in this folder: path, date, figure */
    const char *means, *remedy; /* static, one sentence each */
};

struct doctor_options {
    const char *folder; /* of the node */
    const char *data;   /* that holds web/ */
    unix_time now;
    int soon_days; /* a certificate that ends within them is a finding */
    int age_days;  /* trust data older than them are one */
    uint64_t room; /* bytes that should be free where the store is */
    bool quick;    /* do not read the whole store */
    /* By the running node itself, which neither opens its tokens and desks a second time nor calls itself:
     * `ready` is what it would answer at /v1/ready. */
    bool within;
    struct span ready;
};

struct doctor_report {
    size_t n, lost; /* findings that found no room */
    struct doctor_finding item[DOCTOR_FINDINGS];
};

/* In the order of looking. Memory that is needed on the way comes from the arena. */
void doctor_look(const struct doctor_options *o, struct arena *a, struct doctor_report *out);

/* The gravest of the findings; DOCTOR_NOTE when there are none. */
enum doctor_weight doctor_gravest(const struct doctor_report *r);
/* The certificate that a file holds, or the first of several; memory is the arena's. Reasons of file_read and
 * certificate_parse, "file-missing". */
struct certificate;
MUST_USE bool doctor_certificate(const char *path, struct arena *a, struct certificate *out, struct why *w);

const char *doctor_weight_word(enum doctor_weight w); /* "note", "care", "fault" */

/* The words that findings have, for tests and the manual; NULL past the end. */
const char *doctor_word_at(size_t i);

#endif
