/*
 * What a driving licence says: the elements of namespace org.iso.18013.5.1 (ISO/IEC 18013-5 clause 7 of the
 * 2021 edition, 13.4 of the draft), each judged by its type, its value and its dates. Nothing here says that
 * the elements are authentic. What is wrong or unknown is a finding, and binds the driving privilege it was
 * found in: it takes away, it never gives.
 */
#ifndef SERAI_WIRE_LICENCE_DATA_H
#define SERAI_WIRE_LICENCE_DATA_H

#include "base/date.h"
#include "base/limits.h"
#include "wire/mdoc.h"

/* In the order in which they are told. */
enum licence_finding {
    LICENCE_DATA_TYPE,  /* another CBOR type or tag than the element has */
    LICENCE_DATA_VALUE, /* form, length, character set, kind of picture */
    LICENCE_DATA_DATE,  /* no day of the calendar, or expiry before issue */
    LICENCE_COUNTRY_MISMATCH,
    LICENCE_SIGN_MISMATCH, /* UN sign of another State */
    LICENCE_EXPIRED,
    LICENCE_DATA_MISSING, /* a privilege without category, a code without code */
    LICENCE_CATEGORY_DUP,
    LICENCE_CATEGORY_UNKNOWN,
    LICENCE_PRIVILEGE_NOT_YET,
    LICENCE_PRIVILEGE_EXPIRED,
    LICENCE_CODE_UNKNOWN, /* the privilege is restricted, nobody knows how */
};

/* A category means nothing without the scheme that defines it. */
enum licence_scheme {
    LICENCE_SCHEME_UNKNOWN, /* the issuing country was not given */
    LICENCE_SCHEME_1949,    /* Geneva Convention; no mDL has it, cards and agreements do */
    LICENCE_SCHEME_1968,    /* Vienna Convention */
    LICENCE_SCHEME_EU,
    LICENCE_SCHEME_DOMESTIC,
};

struct licence_code {
    struct span code, sign, value; /* sign is one of = > < >= <=, or empty; value may be empty */
    bool known;
};

struct licence_privilege {
    enum licence_scheme scheme;
    struct span category;       /* as it stands; empty: missing */
    struct date from, to;       /* no date: not stated. Both days count */
    size_t first_code, n_codes; /* in licence_data.code */
    uint32_t findings;          /* 1 << enum licence_finding, of this privilege */
    size_t offset;              /* in the file */
};

struct licence_note {
    enum licence_finding what;
    struct span element; /* identifier of the element it is about */
    size_t offset;       /* in the file */
    int privilege;       /* index; -1: of the licence */
};

/* All spans lie in the file. An empty span, no date: not released, or not usable and then there is a note. */
struct licence_data {
    struct span file;
    struct span family_name, given_name, document_number, issuing_authority, issuing_country;
    struct span un_distinguishing_sign, issuing_jurisdiction, portrait, nationality;
    struct date birth_date, issue_date, expiry_date;
    unix_time expiry_time; /* with expiry_date: the last second */
    int sex;               /* 0, 1, 2, 9 (ISO/IEC 5218); -1: not released */
    bool has_sign, has_privileges;
    uint8_t age_over[100]; /* by NN: 0 not released, 1 false, 2 true */
    size_t n_privileges, n_codes, n_notes;
    size_t notes_lost; /* how many found no room */
    struct licence_privilege privilege[LIMIT_LICENCE_PRIVILEGES];
    struct licence_code code[LIMIT_LICENCE_CODES];
    struct licence_note note[LIMIT_LICENCE_NOTES];
};

struct licence_context {
    unix_time now;
    struct span country, state; /* C and ST of the document signer; empty: not known, or it has none */
};

/* Starts over; file is what offsets count in. No memory is taken, here or later. */
void licence_data_begin(struct licence_data *l, struct span file);

/* One element as returned: its identifier, and its value as one CBOR item. Elements with other identifiers
 * are passed over. Safe on any bytes; what cannot be read is LICENCE_DATA_TYPE. */
void licence_data_element(struct licence_data *l, struct span name, struct span value);

/*
 * After the last element: what elements say about each other, about the signer and at this time. Of a
 * category that is there twice the first entry becomes the more restrictive of both (later from, earlier to,
 * codes and findings of both), and the second is marked LICENCE_CATEGORY_DUP.
 */
void licence_data_end(struct licence_data *l, const struct licence_context *c);

/* All of that for the issuer's elements of a document that mdoc_items_read has read; file is the whole input.
 * What the device signed is no word of the issuer and is not looked at. Believe it when the document is. */
void licence_data_of(const struct mdoc_document *d, struct span file, const struct licence_context *c,
                     struct licence_data *out);

/* Nothing stands against driving what the category names, within the limits of the codes: unless
 * LICENCE_CODE_UNKNOWN is there, which only a person can resolve. */
bool licence_privilege_holds(const struct licence_privilege *p);

/* The first entry of a category in that scheme, or NULL. */
const struct licence_privilege *licence_find(const struct licence_data *l, enum licence_scheme scheme,
                                             struct span category);

/* The name of the reference: "DATA_TYPE". */
const char *licence_finding_word(enum licence_finding f);
/* "unknown", "1949", "1968", "eu", "domestic" */
const char *licence_scheme_word(enum licence_scheme s);

/* --- tables, from data/licence --- */

/* UN distinguishing sign of a State; NULL: not in the table. */
const char *licence_sign_of(struct span alpha2);

/* What the State means by the letters of ISO/IEC 18013-1 Annex B; UNKNOWN for an empty span. */
enum licence_scheme licence_scheme_of(struct span alpha2);

/* Is the category known in an mDL of that issuer? *scheme is set in any case. */
bool licence_category(struct span code, struct span alpha2, enum licence_scheme *scheme);

/* Is the code known in that scheme, and whole? What stands in parentheses behind it counts as its value. */
bool licence_code_known(struct span code, enum licence_scheme scheme, bool has_value);

#endif
