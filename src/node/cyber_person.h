/*
 * Which persons of the CERT read more or less than others, out of node.conf:
 *
 *   cyber-person = o-17 [tlp=WORD] [drill] [groups=NAME,…]
 *
 * tlp: the strictest that is shown. Who is not named reads up to amber+strict, nothing of trust groups and
 * nothing of exercises (doc/sharing.md). The proxy in front of the console says who somebody is.
 */
#ifndef SERAI_NODE_CYBER_PERSON_H
#define SERAI_NODE_CYBER_PERSON_H

#include "base/limits.h"
#include "service/cyber/label_places.h"

struct cyber_person {
    const char *officer;
    const char *groups; /* with commas between; NULL: none */
    enum tlp tlp;
    bool drill;
};

struct cyber_persons {
    struct cyber_person item[LIMIT_CYBER_PERSONS];
    size_t n;
};

/* One line, into *c, which is made in the arena with the first one. False: it is not understood, or names
 * somebody twice. */
MUST_USE bool cyber_person_read(struct span line, struct arena *a, struct cyber_persons **c);

/* As what the officer reads here. Trust groups that the agreement does not have are left out. */
struct cyber_reader cyber_person_reader(const struct cyber_persons *c, struct span officer,
                                        const struct cyber_places *places, struct span member);

#endif
