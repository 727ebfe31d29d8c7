/*
 * Contacts of members, and whether they answer: the newest record of a member for a role counts; a test asks
 * the other member's desk, or a person there over a channel by a code, to acknowledge in time. Tests say
 * EXERCISE of themselves. Addresses are those of offices; nothing here is ever logged.
 */
#ifndef SERAI_SERVICE_CYBER_CONTACT_H
#define SERAI_SERVICE_CYBER_CONTACT_H

#include "service/cyber/cooperation.h"

enum contact_result { CONTACT_WAITING, CONTACT_ACKNOWLEDGED, CONTACT_MISSED };
const char *contact_result_word(enum contact_result r);

struct contact_view {
    const struct coop_record *r; /* the newest that was not withdrawn */
    size_t versions;
};

struct contact_test {
    const struct coop_record *r, *answer; /* answer NULL: none in time */
    enum contact_result result;
};

struct contact_book {
    struct coop_set set;
    struct contact_view *contact; /* by member, role */
    struct contact_test *test;    /* by id */
    size_t n_contact, n_test;
    struct coop_refusals refused;
};

/* The same for the same records in any order, at the time now. Reason "too-large". */
MUST_USE bool contact_book_make(const struct coop_set *s, unix_time now, struct arena *a,
                                struct contact_book *out, struct why *w);

/* Reasons besides those of coop_make: "person", "unknown", "own", "not-asked", "again", "late", "code",
 * "order", "audience". */
coop_op contact_set, contact_withdraw, contact_ask, contact_acknowledge, contact_list;

#endif
