/* SPECIMEN authority and signer for licences, and orders over them: for tests of issuing and of what follows.
 */
#ifndef SERAI_TESTS_MAKE_LICENCE_H
#define SERAI_TESTS_MAKE_LICENCE_H

#include "seal/mdoc_issue.h"

enum { ISSUED_AT = 1782864000 /* 2026-07-01 */, DAY = 86400 };

/* Free with licence_maker_free. */
struct licence_maker {
    struct private_key *authority_key, *key;
    struct buffer authority, certificate;
    struct mdoc_issuer by;
};

/* The authority on P-256 from 2026-01-01, the signer on `key`, which is taken over, for 400 days from
 * 2026-06-01. Aborts when it cannot. role: MDL_SIGNER, or MDL_READER. */
void licence_maker_init(struct licence_maker *m, struct private_key *key, enum mdl_role role,
                        const char *state);
void licence_maker_free(struct licence_maker *m);

/* The mandatory elements of a driving licence of XK, in the arena. */
struct mdoc_issue_element *licence_elements(struct arena *a, size_t *n);

/* COSE_Key of the public half, in the arena. */
struct span device_key_of(const struct private_key *k, struct arena *a);

/* Bytes that are the same in every run; licence_chance_from starts them anew. */
void licence_chance(void *p, size_t n);
void licence_chance_from(uint64_t seed);

/* Elements as above, SHA-256, valid for a year from ISSUED_AT. */
struct mdoc_issue_order licence_order(struct arena *a, struct span device_key);

#endif
