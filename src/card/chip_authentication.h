/*
 * Whether the chip is the one that the state made, and not a copy of its files: chip authentication version 1
 * (Doc 9303-11 6.2), the command of active authentication (6.1; the answer is judged in
 * seal/active_authentication.h), and the record of both kinds of chip authentication that is kept with the
 * files read.
 */
#ifndef SERAI_CARD_CHIP_AUTHENTICATION_H
#define SERAI_CARD_CHIP_AUTHENTICATION_H

#include "base/arena.h"
#include "base/result.h"
#include "card/channel.h"
#include "card/pace.h"

/* Which key of the chip, and with which cipher. Points into the SecurityInfos. */
struct chip_authentication_choice {
    const struct security_info *key;
    const struct security_info *protocol; /* NULL: not announced, as by early chips; then Triple DES */
    enum cipher_alg cipher;
};

/* The longest AES key first, Triple DES last; curves before prime fields. Reasons "no-key" (the chip has none
 * for this), "key-not-supported". */
MUST_USE bool chip_authentication_choose(const struct security_infos *dg14,
                                         struct chip_authentication_choice *out, struct why *w);

enum { CHIP_RESPONSE = 64 };

/*
 * What was seen, enough to judge it again with a verified DG14 or EF.CardSecurity. It convinces whoever made
 * the record and nobody else: with the terminal's private key anyone can write one (6.2: transcripts are
 * non-transferable). So a node believes it as far as the lane that sent it.
 */
struct chip_proof {
    bool answered; /* chip authentication was done and the chip answered; the next fields count */
    enum cipher_alg cipher;
    struct octets private_key; /* the terminal's ephemeral one */
    size_t response_bytes;
    uint8_t response[CHIP_RESPONSE]; /* the first response APDU under the new keys, to a SELECT; of one that
                                        proves nothing the beginning */

    bool mapped; /* PACE with chip authentication mapping */
    struct pace_proof mapping;
};

/*
 * On a channel with a session; replaces it. One more command is sent under the new keys: only an answer whose
 * code holds proves the key. Reasons: "chip-authentication" (the chip does not have the private key: a copy;
 * the session has ended), "not-supported" (it refuses the protocol; the session is as before), "response",
 * those of domain_from_spki and of channel_send. Fills the first part of *proof on success and on
 * "chip-authentication", so that the failure can be judged too.
 */
MUST_USE bool chip_authentication(struct channel *ch, const struct chip_authentication_choice *c,
                                  random_fn random, struct chip_proof *proof, struct why *w);

/* INTERNAL AUTHENTICATE (6.1.3): the chip's signature over the challenge, appended to response. signature:
 * how many bytes it will have, as far as known from DG15; 0: unknown. Reasons as channel_ask. */
enum { ACTIVE_CHALLENGE = 8 };
MUST_USE bool active_authentication(struct channel *ch, const uint8_t challenge[ACTIVE_CHALLENGE],
                                    size_t signature, struct buffer *response, struct why *w);

/* The record of a read-out, CA.json: what of the proof there is. */
void chip_proof_write(const struct chip_proof *proof, struct buffer *out);
/* Reason "record" with the offset, or that of json_parse. */
MUST_USE bool chip_proof_read(struct span record, struct arena *a, struct chip_proof *out, struct why *w);

/*
 * Judges a proof by the keys in DG14 and EF.CardSecurity (either may be NULL: not there), both believed
 * already: genuine; forged, reason "chip-authentication" (the chip has none of the private keys); or
 * undetermined, reason "no-key" or "key-not-supported". Every part that is there must hold. Genuine: *key
 * (may be NULL) is the SubjectPublicKeyInfo that held, of DG14 when chip authentication was done.
 */
enum result chip_proof_judge(const struct chip_proof *proof, const struct security_infos *dg14,
                             const struct security_infos *card_security, struct span *key, struct why *w);

/* Both at once; a record that cannot be read is malformed. */
enum result chip_authentication_replay(struct span record, const struct security_infos *dg14,
                                       const struct security_infos *card_security, struct arena *a,
                                       struct span *key, struct why *w);

#endif
