/*
 * What node.conf says of passkeys and of the ministry's OpenID provider:
 *
 *   passkey-place = HOST                 the passkeys are of this place
 *   passkey-origin = https://HOST        where browsers reach this node; may be said several times
 *   oidc-issuer = https://…              as the provider names itself
 *   oidc-client = NAME                   this node's name there
 *   oidc-secret-file = FILE              its secret there; else PKCE alone
 *   oidc-ca = FILE                       who certifies the provider; else whom the system believes
 *   oidc-roles-claim = NAME              the claim that says which roles of a person count
 *   oidc-role = "VALUE" ROLE ROLE        a value of it, and the roles it stands for; several times
 */
#ifndef SERAI_NODE_PROVE_CONFIG_H
#define SERAI_NODE_PROVE_CONFIG_H

#include "base/arena.h"
#include "base/limits.h"
#include "service/person/provider.h"

struct prove_config {
    const char *place; /* NULL: no passkeys */
    size_t n_origins;
    const char *origin[LIMIT_PASSKEY_ORIGINS];
    const char *issuer, *client, *secret_file, *ca; /* issuer NULL: no provider */
    const char *claim;
    size_t n_roles;
    struct person_claim role[LIMIT_OIDC_ROLES];
};

/* One line; *c is made in the arena by the first. False: the value does not fit, or the key stands twice. */
MUST_USE bool prove_config_read(const char *key, struct span value, const char *folder, struct arena *a,
                                struct prove_config **c);
/* What is missing; NULL: nothing. */
const char *prove_config_lacks(const struct prove_config *c);

#endif
