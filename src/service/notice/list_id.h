/*
 * Identifiers of persons, companies, ships and accounts, compared exactly after folding: capital letters and
 * digits alone. O and 0, I and 1 stay apart.
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_ID_H
#define SERAI_SERVICE_NOTICE_LIST_ID_H

#include "service/notice/list_entry.h"

enum list_id_kind {
    LIST_ID_NONE,
    LIST_ID_LEI, /* ISO 17442: 20 characters, two check digits (ISO 7064 MOD 97-10) */
    LIST_ID_BIC, /* ISO 9362: 8 or 11; compared by the first 8, the business party */
    LIST_ID_IMO, /* seven digits, the last one a check digit (IMO Res. A.1117(30)) */
    LIST_ID_PASSPORT,
    LIST_ID_NATIONAL, /* identity numbers */
    LIST_ID_TAX,
    LIST_ID_REGISTRATION, /* of companies */
    LIST_ID_OTHER,        /* MMSI, call sign, D-U-N-S, wallets, …: each only with its own kind */
};

/* By the property of FollowTheMoney; LIST_ID_NONE: it is no identifier. */
enum list_id_kind list_id_kind(struct span property);

enum { LIST_ID_TEXT = 64 };
struct list_id {
    enum list_id_kind kind;
    size_t n;
    uint8_t text[LIST_ID_TEXT];
};

/* False: it is none, too short to tell anything (fewer than five characters), too long, or its check digit
 * is wrong. */
MUST_USE bool list_id_fold(struct span property, struct span text, struct list_id *out);
/* The same number, of kinds that may stand for each other: national, tax and registration numbers do. */
bool list_id_same(const struct list_id *a, const struct list_id *b);
/* What the same number of a document is worth: of the same State, and where one side does not say. */
#define LIST_ID_NUMBER       .98f
#define LIST_ID_NUMBER_ALONE .95f

/* The better of the two that an entry has for a document of that State ("KZ"; empty: not known); 0: it has
 * not that number, or as another State's. *listed, unless NULL: as it stands there. */
float list_id_of_entry(const struct list_entry *e, const struct list_id *id, struct span state,
                       struct span *listed);
/* Equal for all that list_id_same says are the same. */
uint64_t list_id_hash(const struct list_id *id);

bool list_lei_sound(struct span folded);
bool list_imo_sound(struct span folded);

/* ISO 13616: the State of an account's bank, two letters, when its check digits are right. */
MUST_USE bool list_iban_country(struct span iban, char out[3]);

#endif
