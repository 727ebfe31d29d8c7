/* Subjects of the ministry's OpenID provider, as ways of persons to sign in. */
#ifndef SERAI_SERVICE_PERSON_PROVIDER_H
#define SERAI_SERVICE_PERSON_PROVIDER_H

#include "prove/id_token.h"
#include "service/person/person.h"

/* A value of the claim, and the roles it stands for. */
struct person_claim {
    const char *value;
    unsigned roles;
};
struct person_claims {
    const char *name; /* of the claim; NULL: none is asked */
    size_t n;
    const struct person_claim *item;
};

/* As the store has it: a subject means nothing without its issuer. Empty: too long, or not of this kind. */
struct span person_subject(struct span issuer, struct span subject, struct arena *a);

/*
 * Who it is, in the arena, and *roles which of theirs count: where a claim is asked, those that its values
 * stand for; nobody is given a role that the person does not have here. Reasons "credential",
 * "provider-role".
 */
MUST_USE bool person_provider_prove(const struct person_desk *d, struct span issuer,
                                    const struct id_token *token, const struct person_claims *claims,
                                    struct arena *a, struct span *person, unsigned *roles, struct why *w);

#endif
