/* What is done with persons, from JSON to JSON: by the node's interface and by the command line. */
#ifndef SERAI_SERVICE_PERSON_CALL_H
#define SERAI_SERVICE_PERSON_CALL_H

#include "base/buffer.h"
#include "service/person/person.h"

/*
 * op, the request's members -> those of the answer:
 *
 *   list         -                                    persons: id, name, roles, office, purposes, added,
 *                                                     ways: kind, credential, label, added, used, ends
 *   put          id, name, roles, [office, purposes]  id
 *   remove       id                                   id
 *   link         id                                   id, link, seconds
 *   token        id, roles, days, [label]             id, token, ends
 *   certificate  id, fingerprint, [label]             id; fingerprint: SHA-256 of the public key (SPKI), hex
 *   provider     id, issuer, subject, [label]         id; subject: sub of the OpenID provider's ID tokens
 *   drop         id, kind, credential                 id
 *   log          [after]                              events: seq, at, person, event, how; holds, count
 *
 * Roles and purposes are words with blanks between. Reasons "request", "operation", "too-large", "chain" and
 * those of person.h and store/persons.h.
 */
MUST_USE bool person_call(const struct person_desk *d, const char *op, struct span json, struct arena *a,
                          struct buffer *out, struct why *w);

#endif
