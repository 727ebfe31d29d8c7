/* The first half of a check: every piece of evidence read and verified, documents and permissions picked out.
 */
#ifndef SERAI_CHECK_GATHER_H
#define SERAI_CHECK_GATHER_H

#include "base/stopwatch.h"
#include "check/check.h"
#include "seal/chip.h"
#include "service/travel/intake.h"

struct hit_screened; /* service/notice/hit.h */

/* What one piece of evidence turned out to be. why holds no personal data. */
struct gathered_item {
    const char *kind; /* "mrz", "vds", … as in inspections */
    enum result result;
    struct why why;
};

/* A picture of the bearer in DG2: where it lies in a file of the evidence. Only when DG2 holds. */
struct gathered_portrait {
    const char *format; /* "jpeg", "jpeg2000", "other"; NULL: none */
    size_t file, offset, length;
};

/* The chip that stands for the document, read and verified. Nothing here is stored. */
struct gathered_chip {
    size_t item;
    struct chip verified;
    struct mrz dg1;
    bool has_dg1;     /* DG1 was supplied and parses */
    unsigned differs; /* from the printed lines: DIFFERS_ bits */
    struct gathered_portrait portrait;
    struct findings findings;
};

struct gathered {
    size_t n;
    struct gathered_item item[LIMIT_EVIDENCE_ITEMS];
    struct travel_document document;
    size_t document_item;
    struct travel_permission permission;
    size_t permission_item;
    bool documents_differ; /* two travel documents of different numbers were presented */
    struct mrz lines;      /* the printed ones that the chip is held against */
    bool has_lines;
    unsigned differs;                    /* what of any chip is not as printed: DIFFERS_ bits */
    const struct gathered_chip *chip;    /* NULL: none was presented */
    struct gathered_listing listing;     /* of the document */
    const struct hit_screened *screened; /* names; NULL: none are screened here */
    struct stopwatch *watch;             /* NULL: not measured */
};

/* out is large: the arena's or static. watch: of what each piece took, or NULL; it stays with out. */
void gather(const struct check_context *c, const struct check_request *r, unix_time now,
            struct stopwatch *watch, struct arena *a, struct gathered *out);

/* Whether the document is listed as lost, stolen or revoked; after gather. */
void gather_listing(const struct check_context *c, unix_time now, struct gathered *g);

/* CONTRADICTION_ bits: what speaks against the bearer in the evidence itself. What that is worth, the
 * agreement says. */
unsigned gathered_contradictions(const struct gathered *g);

/* The files of one read-out, verified; what is no file of a chip is a finding. The result, with why; item and
 * differs of *out are the caller's. */
enum result gather_chip(const struct check_context *c, const struct evidence *e, unix_time now,
                        struct stopwatch *watch, struct arena *a, struct gathered_chip *out, struct why *w);

#endif
