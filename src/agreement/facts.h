/*
 * Facts: what verified bytes, the register and the officer's desk say about one case. A fact is present or
 * absent, never guessed: a rule that needs an absent one makes the verdict refer and names it.
 */
#ifndef SERAI_AGREEMENT_FACTS_H
#define SERAI_AGREEMENT_FACTS_H

#include "base/date.h"
#include "base/limits.h"
#include "base/span.h"

/*
 * The words a fact may hold are those that the agreement declares, and for the kinds of vocabulary below the
 * built-in ones. document.examined: the officer has held the document and found it genuine by hand and eye.
 * permission.kind is "none" when it is known that the traveller presents none; absent: nobody looked.
 * traveller.stays stands for facts.stays, and has no value of its own. evidence.contradiction: what speaks
 * against the bearer in the evidence itself; "none" when everything was looked at and nothing does.
 * document.listed: whether its State lists the document as lost, stolen or revoked; absent: not known here.
 *
 * licence.* speak of one category of one licence. licence.category: in the letters of the 1968 Convention, to
 * which the categories of other schemes are mapped; licence.needs: what that mapping asks for besides the
 * licence. licence.from and .expiry: between which days licence and category both are valid. licence.codes:
 * whether the category carries codes of restriction, and whether all of them are known. licence.translation,
 * .permit, .statement: a certified translation, a valid international driving permit, a statement of the
 * issuer is presented. quota.used: how many were admitted already in the period of the quota that applies
 * (agreement/tables.h). insurance.*: of the traveller; .cover in whole units of .currency, a word as "usd"
 * (an agreement writes "insurance.cover is at least 30000 USD", which asks for both). vehicle.brought: the
 * traveller brings a vehicle; vehicle.insurance card: an international motor insurance card that is valid
 * where it enters. driver.entered: the day of the last entry. travel.entering is the member where the
 * licence is used.
 */
/* clang-format off */
/*      id                          name in the language          type   */
#define FACTS(X) \
    X(TRAVELLER_NATIONALITY,         "traveller.nationality",        STATE) \
    X(TRAVELLER_BIRTH,               "traveller.birth",              DATE) \
    X(TRAVELLER_AGE,                 "traveller.age",                NUMBER) \
    X(TRAVELLER_RESIDENCE,           "traveller.residence",          STATE) \
    X(DOCUMENT_KIND,                 "document.kind",                WORD) \
    X(DOCUMENT_RESULT,               "document.result",              WORD) \
    X(DOCUMENT_ISSUER,               "document.issuer",              STATE) \
    X(DOCUMENT_EXPIRY,               "document.expiry",              DATE) \
    X(DOCUMENT_EXAMINED,             "document.examined",            BOOL) \
    X(CHIP_RESULT,                   "chip.result",                  WORD) \
    X(PERMISSION_KIND,               "permission.kind",              WORD) \
    X(PERMISSION_RESULT,             "permission.result",            WORD) \
    X(PERMISSION_ISSUER,             "permission.issuer",            STATE) \
    X(PERMISSION_PURPOSE,            "permission.purpose",           WORD) \
    X(PERMISSION_FROM,               "permission.from",              DATE) \
    X(PERMISSION_EXPIRY,             "permission.expiry",            DATE) \
    X(PERMISSION_ENTRIES,            "permission.entries",           NUMBER) \
    X(PERMISSION_ENTRIES_USED,       "permission.entries used",      NUMBER) \
    X(PERMISSION_STAY,               "permission.stay",              NUMBER) \
    X(PERMISSION_MATCHES,            "permission.matches document",  BOOL) \
    X(TRAVEL_PURPOSE,                "travel.purpose",               WORD) \
    X(TRAVEL_MODE,                   "travel.mode",                  WORD) \
    X(TRAVEL_POST,                   "travel.post",                  WORD) \
    X(TRAVEL_ENTERING,               "travel.entering",              STATE) \
    X(TRAVEL_FROM,                   "travel.from",                  STATE) \
    X(TRAVEL_STAY,                   "travel.stay",                  NUMBER) \
    X(TRAVELLER_STAYS,               "traveller.stays",              STAYS) \
    X(EVIDENCE_CONTRADICTION,        "evidence.contradiction",       WORD) \
    X(DOCUMENT_LISTED,               "document.listed",              WORD) \
    X(LICENCE_RESULT,                "licence.result",               WORD) \
    X(LICENCE_EXAMINED,              "licence.examined",             BOOL) \
    X(LICENCE_ISSUER,                "licence.issuer",               STATE) \
    X(LICENCE_SCHEME,                "licence.scheme",               WORD) \
    X(LICENCE_CATEGORY,              "licence.category",             WORD) \
    X(LICENCE_NEEDS,                 "licence.needs",                WORD) \
    X(LICENCE_FROM,                  "licence.from",                 DATE) \
    X(LICENCE_EXPIRY,                "licence.expiry",               DATE) \
    X(LICENCE_STATUS,                "licence.status",               WORD) \
    X(LICENCE_CODES,                 "licence.codes",                WORD) \
    X(LICENCE_TRANSLATION,           "licence.translation",          BOOL) \
    X(LICENCE_PERMIT,                "licence.permit",               BOOL) \
    X(LICENCE_STATEMENT,             "licence.statement",            BOOL) \
    X(DRIVER_AGE,                    "driver.age",                   NUMBER) \
    X(DRIVER_RESIDENCE,              "driver.residence",             STATE) \
    X(DRIVER_RESIDENT_SINCE,         "driver.resident since",        DATE) \
    X(DRIVER_ENTERED,                "driver.entered",               DATE) \
    X(QUOTA_USED,                    "quota.used",                   NUMBER) \
    X(INSURANCE_TRAVEL,              "insurance.travel",             BOOL) \
    X(INSURANCE_UNTIL,               "insurance.until",              DATE) \
    X(INSURANCE_COVER,               "insurance.cover",              NUMBER) \
    X(INSURANCE_CURRENCY,            "insurance.currency",           WORD) \
    X(VEHICLE_BROUGHT,               "vehicle.brought",              BOOL) \
    X(VEHICLE_INSURED,               "vehicle.insurance card",       BOOL)
/* clang-format on */

enum fact {
#define X(id, name, type) FACT_##id,
    FACTS(X)
#undef X
        FACTS_N
};

enum fact_type {
    FACT_TYPE_STATE,
    FACT_TYPE_WORD,
    FACT_TYPE_DATE,
    FACT_TYPE_NUMBER,
    FACT_TYPE_BOOL,
    FACT_TYPE_STAYS
};

/* Facts that draw on the same words: travel.purpose and permission.purpose, all the results. */
enum vocabulary {
    VOCABULARY_NONE, /* not a WORD */
    VOCABULARY_RESULT,
    VOCABULARY_DOCUMENT,
    VOCABULARY_PERMISSION,
    VOCABULARY_PURPOSE,
    VOCABULARY_MODE,
    VOCABULARY_POST,
    VOCABULARY_CONTRADICTION,
    VOCABULARY_SCHEME,
    VOCABULARY_CATEGORY,
    VOCABULARY_NEEDS,
    VOCABULARY_STATUS,
    VOCABULARY_CODES,
    VOCABULARY_LISTED,
    VOCABULARY_CURRENCY, /* no built-in words: those that an agreement names behind an amount */
    VOCABULARY_N
};

struct fact_value {
    bool present;
    struct span
        word; /* STATE: two letters "KZ" (three for MRZ-only codes); WORD: lower-case words "identity card" */
    struct date date;
    int64_t number; /* NUMBER, and BOOL as 0 or 1 */
};

/* A stay in the member entered: both days count. to unset: still inside. */
struct stay {
    struct date from, to;
};

struct facts {
    struct fact_value v[FACTS_N];
    const struct stay *stays; /* earlier stays of this traveller, any order, may overlap; NULL: unknown */
    size_t n_stays;
    bool stays_known;
};

const char *fact_name(enum fact f);
enum fact_type fact_type(enum fact f);

enum vocabulary fact_vocabulary(enum fact f);

/* The built-in words of a vocabulary, ended by NULL; empty for those that only an agreement declares. */
const char *const *vocabulary_words(enum vocabulary v);

/* Longest run of words "traveller.nationality" at the start; false when it names no fact. */
MUST_USE bool fact_from_name(struct span s, enum fact *out);

static inline void fact_set_word(struct facts *f, enum fact id, struct span word)
{
    f->v[id] = (struct fact_value){ .present = true, .word = word };
}

static inline void fact_set_date(struct facts *f, enum fact id, struct date d)
{
    f->v[id] = (struct fact_value){ .present = true, .date = d };
}

static inline void fact_set_number(struct facts *f, enum fact id, int64_t n)
{
    f->v[id] = (struct fact_value){ .present = true, .number = n };
}

#endif
