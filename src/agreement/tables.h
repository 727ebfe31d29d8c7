/*
 * The tables beside the text: fees, limits, categories and quotas, read for the facts of one case. Pure,
 * without heap. A row that holds is taken in the order of the text; one that turns on a fact nobody supplied
 * makes the answer unknown and names the fact: no figure is guessed.
 */
#ifndef SERAI_AGREEMENT_TABLES_H
#define SERAI_AGREEMENT_TABLES_H

#include "agreement/agreement.h"

enum table_answer {
    TABLE_NONE,    /* no such table, or no row for these facts */
    TABLE_UNKNOWN, /* it turns on the missing facts */
    TABLE_FOUND,
};

enum table_kind { TABLE_FEE, TABLE_LIMIT, TABLE_CATEGORY };

struct table_value {
    int64_t amount;    /* FEE: in the smallest unit of the currency; LIMIT: a number */
    unsigned decimals; /* FEE: digits behind the point, by ISO 4217: 4000 and 2 are 40.00 */
    const char *unit;  /* FEE: "USD", empty when nothing is to be paid; LIMIT: "litres"; CATEGORY: the word */
    unsigned line;     /* of the row */
    uint64_t facts;    /* it turned on; UNKNOWN: those that are missing */
};

/* name: "eco visa", as it stands behind "fee for", "limit for", "category of". */
enum table_answer agreement_table(const struct agreement *a, enum table_kind kind, struct span name,
                                  const struct facts *f, struct date on, struct table_value *out);

static inline enum table_answer agreement_fee(const struct agreement *a, struct span name,
                                              const struct facts *f, struct date on, struct table_value *out)
{
    return agreement_table(a, TABLE_FEE, name, f, on, out);
}

/* Whether the agreement has such a table, whatever its rows say. */
bool agreement_has_table(const struct agreement *a, enum table_kind kind, struct span name);

/* The names of the tables of a kind, in the order of the text; how many. */
size_t agreement_tables(const struct agreement *a, enum table_kind kind, struct span *out, size_t max);

enum quota_period { QUOTA_DAY, QUOTA_MONTH, QUOTA_YEAR };

struct quota {
    const char *name;
    int64_t most;
    enum quota_period period;
    struct date from, to; /* the calendar period that holds the day of the question */
    struct span member;   /* in whose entries it is counted */
    unsigned line;
    uint64_t facts;
};

/*
 * The quota that these facts fall under: how many may be admitted in the period. Who counts supplies the fact
 * quota.used. An agreement in which two could apply at once is faulty, so there is one at most.
 */
enum table_answer agreement_quota(const struct agreement *a, const struct facts *f, struct date on,
                                  struct quota *out);

/* Digits behind the point of a currency of ISO 4217; -1: no such code. */
int currency_decimals(struct span code);

#endif
