/*
 * Manifests: lists of travellers who are to come. A list is a claim of whoever sends it; nothing of it is
 * verified here. Read from a table (CSV), JSON (an array, or an object a line) or UN/EDIFACT PAXLST messages
 * (WCO/IATA/ICAO Guidelines on Advance Passenger Information, appendix IIA; directory D.02B and later). Every
 * row is told, also one that does not read: nothing is lost.
 */
#ifndef SERAI_SERVICE_TRAVEL_MANIFEST_H
#define SERAI_SERVICE_TRAVEL_MANIFEST_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/why.h"

/* X(id, name as in JSON and results) */
/* clang-format off */
#define MANIFEST_COLUMNS(X) \
    X(ISSUER,            "document_state") \
    X(KIND,              "document_kind") \
    X(NUMBER,            "document_number") \
    X(EXPIRY,            "expiry") \
    X(FAMILY,            "family_name") \
    X(GIVEN,             "given_names") \
    X(NAME,              "name") \
    X(BIRTH,             "birth") \
    X(SEX,               "sex") \
    X(NATIONALITY,       "nationality") \
    X(PURPOSE,           "purpose") \
    X(ENTRY,             "entry") \
    X(STAY,              "stay_days") \
    X(MODE,              "mode") \
    X(POST,              "post") \
    X(FROM,              "from") \
    X(GROUP,             "group") \
    X(PERMISSION,        "permission") \
    X(PERMISSION_ISSUER, "permission_state")
/* clang-format on */

enum manifest_column {
#define X(id, name) MANIFEST_##id,
    MANIFEST_COLUMNS(X)
#undef X
        MANIFEST_COLUMNS_N
};
const char *manifest_column_name(enum manifest_column c);

/* What is wrong with a value, or with a whole row. */
enum manifest_fault {
    FAULT_NONE,
    FAULT_MISSING,  /* needed, and not there */
    FAULT_DATE,     /* no day of the calendar, or its year has two digits */
    FAULT_CALENDAR, /* a year before 1880: of another calendar */
    FAULT_FUTURE,   /* born after the day of entry, or on it */
    FAULT_STATE,    /* neither two nor three letters of a State */
    FAULT_NUMBER,   /* no number of a document */
    FAULT_SEX,
    FAULT_KIND,
    FAULT_COUNT, /* no number of days */
    FAULT_TEXT,  /* not UTF-8, or control characters */
    FAULT_LONG,
    FAULT_WORD,    /* no word of the agreement */
    FAULT_SYNTAX,  /* of the row: it could not be taken apart; why says where */
    FAULT_COLUMNS, /* of the row: more values than the header names */
    FAULT_SEGMENT, /* of the row: a segment of this person could not be read */
    MANIFEST_FAULTS
};
/* "missing", "date", …: stable words */
const char *manifest_fault_word(enum manifest_fault f);

enum { MANIFEST_DIGITS = 25, MANIFEST_TEXT = 200, MANIFEST_WORD = 64 };

enum manifest_sex { MANIFEST_SEX_UNKNOWN, MANIFEST_FEMALE, MANIFEST_MALE, MANIFEST_SEX_X };

/* Empty, 0 and unset: not said. Spans are the reader's, until its next row. */
struct manifest_person {
    uint32_t at; /* line of the table, number of the item or of the segment, from 1 */
    char issuer[4], nationality[4], from[4], permission_issuer[4]; /* as in a zone: "PAK", "D" */
    char kind; /* 'P' passport, 'I' identity card, 'O' another; 0: not said */
    enum manifest_sex sex;
    struct date expiry, birth, entry;
    int32_t stay;
    struct span number;              /* folded: letters large, nothing between (lookup/fold.h) */
    struct span family, given;       /* UTF-8; family alone when the name was not taken apart */
    struct span purpose, mode, post; /* words as the agreement has them, small letters */
    struct span group, permission;
    uint8_t fault[MANIFEST_COLUMNS_N]; /* of enum manifest_fault */
    uint8_t row;                       /* the same of the whole row */
};

/* Holds for every row that does not say otherwise; empty and unset: nothing is added. */
struct manifest_defaults {
    struct span purpose, mode, post, from, group; /* from: "KZ" or "KAZ" */
    struct date entry;
    int32_t stay;
    char kind;
};

enum manifest_format { MANIFEST_ANY, MANIFEST_CSV, MANIFEST_JSON, MANIFEST_PAXLST };
/* "csv", "json", "paxlst", "any" */
const char *manifest_format_word(enum manifest_format f);
MUST_USE bool manifest_format_from(struct span word, enum manifest_format *out);
/* By the first bytes. */
enum manifest_format manifest_guess(struct span text);

struct manifest_source {
    struct span text;
    enum manifest_format format;
    const struct manifest_defaults *defaults;
    unix_time now; /* for the centuries of PAXLST, and who is born in the future */
};

/* What of the whole is worth a word: a column nobody knows, a count that does not agree. */
struct manifest_remark {
    uint32_t at;
    const char *code; /* "column-unknown", "column-twice", "count-differs", "segment-unread", … */
    char text[80];    /* of the header or the message, never of a person */
};
enum { MANIFEST_REMARKS = 32 };

struct manifest_report {
    enum manifest_format format;
    size_t persons, faulty; /* rows; those with a fault */
    size_t crew;            /* of PAXLST: those who are no passengers, and are in persons, too */
    size_t n_remarks, remarks_lost;
    struct manifest_remark remark[MANIFEST_REMARKS];
};

/*
 * Calls one for every row in order; one returns false to stop, with why set. False also: "manifest" (no rows,
 * no header with a column that is known, nothing that reads), "too-large" (more than LIMIT_MANIFEST_PERSONS
 * rows, more than LIMIT_MANIFEST bytes). Takes no memory but what one row of JSON needs, in the arena.
 */
typedef bool manifest_row(void *ctx, const struct manifest_person *p, struct why *w);
MUST_USE bool manifest_read(const struct manifest_source *s, struct arena *a, manifest_row *one, void *ctx,
                            struct manifest_report *out, struct why *w);

/* ---- for the readers ---- */

/* Sets one column from a value as it stands; what does not read is a fault of it. The person's spans point
 * into value or into text, which must have room for a row (MANIFEST_ROW bytes). */
enum { MANIFEST_ROW = 8192 };
void manifest_set(struct manifest_person *p, enum manifest_column c, struct span value, struct buffer *text);
/* Defaults, and faults of what belongs together. */
void manifest_finish(struct manifest_person *p, const struct manifest_defaults *d, struct date today);
bool manifest_faulty(const struct manifest_person *p);
void manifest_remark(struct manifest_report *r, uint32_t at, const char *code, struct span text);

/* ---- at rest ---- */

/* A person as bytes, and back: spans point into the reader's bytes. False: cut. */
struct reader;
void manifest_pack(const struct manifest_person *p, struct buffer *out);
MUST_USE bool manifest_unpack(struct reader *r, struct manifest_person *out);

#endif
