/* What somebody who signed in may do: roles, each of which opens groups of operations. */
#ifndef SERAI_SERVICE_PERSON_ROLE_H
#define SERAI_SERVICE_PERSON_ROLE_H

#include "base/span.h"

enum person_role {
    ROLE_LANE = 1 << 0,       /* checks at a border post, slots, waiting, movements */
    ROLE_ROADSIDE = 1 << 1,   /* licences, offences */
    ROLE_TRAVEL = 1 << 2,     /* applications, permissions, consultations, lists of travellers */
    ROLE_NOTICES = 1 << 3,    /* notices, hits, redress, listed documents, lists */
    ROLE_COMPLAINTS = 1 << 4, /* complaints and appeals, at the office's side */
    ROLE_CERT = 1 << 5,       /* the cyber service */
    ROLE_OPERATOR = 1 << 6,   /* persons, trust, records, cases, metrics */
    ROLE_AUDITOR = 1 << 7,    /* reads figures and records of what was done; changes nothing */
};
enum { ROLES = 8 };

/* The word of the i-th role, i < ROLES: "lane". */
const char *person_role_word(unsigned i);
/* Words with blanks or commas between; *out the roles. False: one is not known, or there is none. */
MUST_USE bool person_roles_read(struct span words, unsigned *out);

enum { GATE_PUBLIC = 1u << 31, GATE_ANY = 1u << 30 }; /* without signing in; whoever is signed in */

/* Roles that may call an operation (operationId of web/openapi.json), or GATE_PUBLIC, or GATE_ANY; 0: nobody
 * may, it is not in the table. */
unsigned person_gate(const char *operation);

#endif
