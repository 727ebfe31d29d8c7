/*
 * PACE, the terminal's side (Doc 9303-11 4.4): a session with a chip from a password as weak as what is
 * printed on the document. Generic, integrated and chip authentication mapping, over prime fields and curves,
 * with Triple DES or AES.
 */
#ifndef SERAI_CARD_PACE_H
#define SERAI_CARD_PACE_H

#include "card/access.h"
#include "card/channel.h"
#include "crypto/exchange.h"
#include "wire/security_infos.h"

/* The cipher that a protocol names for the session after it. */
enum cipher_alg session_cipher(const struct security_info *info);

/* One way to do it out of those that a chip offers. Points into the SecurityInfos. */
struct pace_choice {
    const struct security_info *info;
    const struct security_info *domain; /* the chip's own parameters; NULL: standardized ones */
    bool ambiguous;                     /* the same protocol is offered over several groups */
};

/*
 * The best of what EF.CardAccess offers: chip authentication mapping first, as it proves the chip at no cost,
 * then generic before integrated mapping, curves before prime fields, longer keys of AES first, Triple DES
 * last. Reason "not-supported": nothing that is known here, or no PACE at all.
 */
MUST_USE bool pace_choose(const struct security_infos *offered, struct pace_choice *out, struct why *w);

/*
 * What chip authentication mapping leaves to be checked with the key in EF.CardSecurity, once that is read
 * and verified (4.4.3.5.2). Empty with the other mappings.
 */
struct pace_proof {
    struct octets mapping_key; /* of the chip: PK_Map,IC */
    struct octets data;        /* chip authentication data CA_IC, decrypted */
    int32_t parameter;         /* of the PACEInfo */
};

/*
 * On a channel in the clear, the master file selected; begins the session (SSC 0). proof may be NULL.
 * Reasons: "access" (the chip refuses the password: not of this document, or misread; says how many tries are
 * left when the chip does), "mac" (the chip does not prove that it knows the password), "not-supported",
 * "key-not-supported", "response", "public-key" and "nonce" (what it sends is not as it must be), and those
 * of channel_send.
 */
MUST_USE bool pace(struct channel *ch, const struct pace_choice *c, const struct access_key *k,
                   random_fn random, struct pace_proof *proof, struct why *w);

/* The same from the key derived from the password (9.7.3), of the cipher of the choice; password: its kind as
 * in tag 83, 1 MRZ, 2 CAN, 3 PIN, 4 PUK. */
MUST_USE bool pace_with_key(struct channel *ch, const struct pace_choice *c, unsigned password,
                            const struct cipher_key *key, random_fn random, struct pace_proof *proof,
                            struct why *w);

/*
 * Whether the chip that was spoken to has the private key of one of the keys in EF.CardSecurity: CA_IC times
 * PK_IC is the mapping key. Worth something only when EF.CardSecurity is verified. Reason
 * "chip-authentication" (it has none of them: another chip, or a copy), "no-key" (no key over that group).
 * *key (may be NULL): the SubjectPublicKeyInfo that it is.
 */
MUST_USE bool pace_proof_holds(const struct pace_proof *proof, const struct security_infos *card_security,
                               struct span *key, struct why *w);

#endif
