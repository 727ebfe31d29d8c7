/*
 * Documents, vehicles and containers that were lost, stolen or revoked: what a State says of its own ones,
 * and how it is published. No holder's name, nothing about a person but the number.
 *
 * Stream DOCUMENTS_STREAM, audience "all". A record of type DOCUMENTS_LISTED or DOCUMENTS_WITHDRAWN holds at
 * most DOCUMENTS_RECORD lines behind a first one:
 *
 *   serai documents 1
 *   passport stolen 2026-05-01 AB1234567
 *   passport stolen-blank 2026-05-01 AB0000001 AB0001000     a range of blanks, both ends in it
 *
 * The issuing State is the one whose log it is: nobody can enter or withdraw another State's documents.
 * Numbers stand there folded (lookup/fold.h).
 */
#ifndef SERAI_SERVICE_NOTICE_DOCUMENTS_H
#define SERAI_SERVICE_NOTICE_DOCUMENTS_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"
#include "lookup/fold.h"

#define DOCUMENTS_STREAM    "documents"
#define DOCUMENTS_LISTED    "documents"
#define DOCUMENTS_WITHDRAWN "documents-withdrawn"

enum { DOCUMENTS_RECORD = 128, DOCUMENT_NUMBER = 20 /* bytes, folded */ };

enum document_status {
    DOCUMENT_CLEAR, /* taken out of a range that is listed */
    DOCUMENT_LOST,
    DOCUMENT_STOLEN,
    DOCUMENT_REVOKED,
    DOCUMENT_STOLEN_BLANK,
    DOCUMENT_STATUSES
};

enum document_kind {
    DOCUMENT_PASSPORT,
    DOCUMENT_DIPLOMATIC_PASSPORT,
    DOCUMENT_SERVICE_PASSPORT,
    DOCUMENT_OFFICIAL_PASSPORT,
    DOCUMENT_EMERGENCY,
    DOCUMENT_REFUGEE,
    DOCUMENT_STATELESS,
    DOCUMENT_IDENTITY_CARD,
    DOCUMENT_RESIDENCE_PERMIT,
    DOCUMENT_VISA,
    DOCUMENT_DRIVING_LICENCE,
    DOCUMENT_REGISTRATION, /* certificate of a vehicle */
    DOCUMENT_VEHICLE,      /* by its number, ISO 3779 */
    DOCUMENT_PLATE,        /* of the State that registered it */
    DOCUMENT_CONTAINER,    /* ISO 6346 */
    DOCUMENT_OTHER,
    DOCUMENT_KINDS
};

/* "stolen blank", "identity card"; in records and tables with "-" for a blank. */
const char *document_status_word(enum document_status s);
const char *document_kind_word(enum document_kind k);
/* Either form, and the words of document.kind of the agreement language. */
MUST_USE bool document_status_of(struct span word, enum document_status *out);
MUST_USE bool document_kind_of(struct span word, enum document_kind *out);
/* Vehicles and containers: whoever lists one, it is looked for in the lists of all States. */
bool document_kind_is_object(enum document_kind k);

struct document_number {
    uint8_t text[LOOKUP_NUMBER];
    size_t n;
};
static inline struct span document_number_span(const struct document_number *d)
{
    return span_of(d->text, d->n);
}

struct document_entry {
    enum document_kind kind;
    enum document_status status; /* of a withdrawal: DOCUMENT_CLEAR */
    struct date on;              /* of a withdrawal: unset */
    struct document_number number;
    struct document_number to; /* n 0: not a range */
};

/*
 * A number as people or machines read it, folded. Reasons: "number" (none, too long, another character),
 * "vin" (ISO 3779: 17 characters without I, O and Q), "container" (ISO 6346: four letters, the last U, J or
 * Z, seven digits), "check-digit" (of a container: it was misread or mistyped, and is not looked for).
 */
MUST_USE bool document_fold(enum document_kind k, struct span s, struct document_number *out, struct why *w);
/* The ninth character of a VIN as ISO 3779 / 49 CFR 565.15 computes it: not every maker uses it. */
bool document_vin_check(struct span vin);
/* ISO 6346 4.3 over the first ten. */
bool document_container_check(struct span number);

/* from and to have the same letters and length and end in digits; from <= to. Reason "range". prefix: how
 * many bytes are the same series; the values of the rest. */
MUST_USE bool document_range(const struct document_number *from, const struct document_number *to,
                             size_t *prefix, uint64_t *first, uint64_t *last, struct why *w);
/* Where the digits at the end begin; value of them. False: it does not end in digits, or has more than 18. */
bool document_series(struct span number, size_t *prefix, uint64_t *value);

/* A record: begin, then entries, then hand out. Entries of one record are all listed or all withdrawn. */
void documents_begin(struct buffer *b);
void documents_put(const struct document_entry *e, struct buffer *b);

/* Calls one for each entry, in order, until it says no. False with reason "documents" and the offset: not a
 * record of this form; then none, or those before it, were told. listed: of which of the two types. */
MUST_USE bool documents_read(struct span body, bool listed,
                             bool (*one)(void *ctx, const struct document_entry *e, struct why *w), void *ctx,
                             struct why *w);

#endif
