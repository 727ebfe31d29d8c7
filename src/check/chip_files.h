/*
 * The files of one chip read-out told apart, by their content and, where that is not enough, by their names:
 * EF.SOD, EF.COM, data groups, EF.CardSecurity, EF.CardAccess, certificates of document signers, what active
 * authentication gave.
 */
#ifndef SERAI_CHECK_CHIP_FILES_H
#define SERAI_CHECK_CHIP_FILES_H

#include "base/finding.h"
#include "check/inspect.h"
#include "seal/chip.h"

enum { CHIP_SIGNERS = 16 };

struct chip_files {
    struct span sod;
    struct data_group *dg; /* EF.COM among them; in the arena */
    size_t n;
    struct span signer[CHIP_SIGNERS]; /* candidates only: they count when an anchor certified them */
    size_t n_signers;
    struct span card_security, card_access;
    struct span aa_challenge, aa_response; /* files named AA.challenge and AA.response */
    struct span ca_record;                 /* file named CA.json (card/chip_authentication.h) */
};

/* False with reason "sod-twice" or "too-large". What is no file of a chip is a note. */
MUST_USE bool chip_files_sort(const struct inspect_file *file, size_t n, struct arena *a,
                              struct chip_files *out, struct findings *f, struct why *w);

/*
 * The number of the data group that a file name tells: "DG2.bin", "ef_dg02", "dg2_face", "0102" (file
 * identifiers, Doc 9303-10 table 38); 0: none.
 */
unsigned chip_file_number(const char *name);

#endif
