/* A check of a chip file under way: between chip.c, chip_signer.c, lds_object.c and card_security.c. */
#ifndef SERAI_SEAL_CHIP_INTERNAL_H
#define SERAI_SEAL_CHIP_INTERNAL_H

#include "seal/chip.h"
#include "seal/cms.h"

struct chip_run {
    const struct chip_options *opt;
    struct arena *a;
    struct chip *out;
    struct findings *f;
    struct span file; /* EF.SOD or EF.CardSecurity as read: offsets count from its start */
    struct cms cms;
    size_t signers_tried;
};

/* Takes r with its reason when it weighs more than what is known (the order is that of chip_verify). */
void chip_conclude(struct chip_run *k, enum result r, const struct why *w);
void chip_say(struct chip_run *k, enum result r, const char *reason, size_t offset, const char *clause,
              const char *text);

/* How much a deviation from the standards matters: never a result, always a finding. */
enum deviation {
    DEVIATION_PLAIN, /* a warning in the strict profile, a note in the lenient one */
    DEVIATION_NAMED, /* one that has to be reported: a warning in both */
};
void chip_deviation(struct chip_run *k, enum deviation kind, const char *reason, size_t offset,
                    const char *clause, const char *text);

/* What a failed reading means: an unknown algorithm or key is no malformation. */
enum result chip_unreadable(const struct why *w);

/* LDSSecurityObject (Doc 9303-10 4.6.2.3) out of k->cms.content. */
MUST_USE bool lds_object_read(struct chip_run *k, struct why *w);

/*
 * Who signed k->cms: the signer's certificate, digest and signature, purpose, path to an anchor, revocation,
 * and what the certificates deviate in. chip_signer_times stands apart: the day of issue is known later.
 */
void chip_signer_check(struct chip_run *k);
/* The day of issue, noon, that a proven DG12 states; 0: none. */
unix_time chip_day_of_issue(const struct chip_run *k, const struct data_group *dg, size_t n);
/* issued: the day of issue that a proven data group states, noon; 0: not known. */
void chip_signer_times(struct chip_run *k, unix_time issued);

/* Whether the signature, its content and its path hold: only then the keys in DG14 and DG15 are the State's.
 */
bool chip_proven(const struct chip *c);
/* Active and chip authentication, EF.CardSecurity, EF.CardAccess. */
void chip_copy_check(struct chip_run *k, const struct data_group *dg, size_t n);

#endif
