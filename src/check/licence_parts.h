/* The parts of a roadside check, for the files licence*.c alone. */
#ifndef SERAI_CHECK_LICENCE_PARTS_H
#define SERAI_CHECK_LICENCE_PARTS_H

#include "base/finding.h"
#include "check/licence.h"
#include "seal/mdoc.h"
#include "service/licence/advice.h"
#include "service/licence/answer.h"

enum { LICENCE_PIECES = 24, LICENCE_REMARKS = 96, LICENCE_SYMBOLS = 8 };

/* One thing that was shown, as the answer lists it. */
struct licence_item {
    const char *kind;
    enum result result;
    struct why why;
};

/* A licence that was read from one: believed as far as its strength goes. */
struct licence_piece {
    enum licence_strength strength;
    int item; /* -1: typed */
    enum result result;
    const struct mdoc_verdict *mdoc; /* signed ones */
    const struct licence_data *data;
};

struct licence_remark {
    enum severity severity;
    int item; /* -1: of none */
    struct why why;
};

struct licence_token {
    bool present; /* the licence names a list, or a token was sent */
    struct status_said said;
};

struct licence_inquiry {
    const struct licence_setting *c;
    const struct agreement *agreement; /* the version that decides */
    const struct licence_request *r;
    unix_time now;
    struct arena *a;
    struct tongue tongue; /* of the reader */
    size_t n_items;
    struct licence_item item[LIMIT_EVIDENCE_ITEMS];
    size_t n_pieces;
    struct licence_piece piece[LICENCE_PIECES];
    size_t n_remarks, remarks_lost;
    struct licence_remark remark[LICENCE_REMARKS];
    bool contradiction;
    /* What the pieces say together. */
    enum licence_strength strength;
    struct licence_data facts;       /* when strength is not NOTHING */
    const struct mdoc_verdict *mdoc; /* the signed licence that stands first; NULL: none */
    enum result result;              /* of the verification, for the agreement */
    struct licence_token token;
    struct licence_home home;
    bool asked;
    struct licence_decision *decision; /* n of them */
    size_t n;
    enum outcome outcome;
};

/* Adds a remark; the detail is English, one sentence, without personal data. */
void licence_remark(struct licence_inquiry *k, enum severity severity, int item, const char *reason,
                    const char *clause, const char *fmt, ...) PRINTF_LIKE(6, 7);
/* One that a verification gave. */
void licence_remark_why(struct licence_inquiry *k, enum severity severity, int item, const struct why *w);

/* licence_evidence.c: every piece of evidence into items and pieces, typed facts last. False: "too-large". */
MUST_USE bool licence_read_evidence(struct licence_inquiry *k, struct why *w);

/* licence_join.c: the pieces held against each other, and one set of facts made of them. */
void licence_join(struct licence_inquiry *k);

/* licence_status.c: what the status list says, and what follows from the answer of home. */
void licence_read_token(struct licence_inquiry *k);

/* licence_remarks.c: what is said of the facts when all is known. */
void licence_remark_facts(struct licence_inquiry *k);
void licence_remark_home(struct licence_inquiry *k);

#endif
