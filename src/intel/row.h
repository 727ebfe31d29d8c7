/* What importers give: rows of plain values, and STIX objects; and what they refuse, with place and reason.
 */
#ifndef SERAI_INTEL_ROW_H
#define SERAI_INTEL_ROW_H

#include "base/date.h"
#include "intel/kind.h"
#include "stix/marking.h"

/* One indicator of a list. Spans live until the callback returns. */
struct intel_row {
    enum intel_kind kind;
    struct span value;     /* clean: intel/kind.h */
    unix_time first, last; /* seen; 0: not said */
    struct span source;    /* who says so */
    struct span comment;   /* empty: none */
    int confidence;        /* 0..100; -1: not said */
    bool marked;           /* tlp is said */
    enum tlp tlp;
    uint32_t dirt; /* what was mended in the value */
    size_t line;   /* from 1; 0: no lines */
};

/* What was passed over. Spans live until the callback returns. */
struct intel_refused {
    size_t line;       /* from 1; 0: no lines, why.offset counts */
    struct span id;    /* uuid or the like; empty: it has none */
    struct span value; /* what it is about, at most a line */
    const struct why *why;
};

/* Callbacks may be NULL. One that answers false ends the reading: reason "stopped". */
struct intel_sink {
    bool (*row)(void *ctx, const struct intel_row *r);
    bool (*object)(void *ctx, struct span stix); /* one STIX 2.1 object in JSON */
    bool (*refused)(void *ctx, const struct intel_refused *r);
    void *ctx;
};

/* What the caller knows of a source. */
struct intel_about {
    struct span source; /* name; may be empty */
    int confidence;     /* where the source says none; -1: none */
    bool marked;        /* tlp is given */
    enum tlp tlp;       /* where the source says none; a stricter one of the source counts */
    unix_time now;      /* where the source says no time */
};

#endif
