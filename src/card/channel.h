/*
 * Commands to one card, in the clear or under a session, whichever there is. PACE, basic access control and
 * chip authentication send through it and then begin a session on it; reading does not know which of them
 * did.
 */
#ifndef SERAI_CARD_CHANNEL_H
#define SERAI_CARD_CHANNEL_H

#include "card/card.h"
#include "card/secure_messaging.h"

struct channel {
    const struct card *card;
    struct session session;
    bool extended; /* lengths beyond short ones are used: as the card says, unless it refuses them */
    unsigned sent; /* commands, at most LIMIT_CHIP_COMMANDS */
    bool broken;   /* a session ended by a deviation: nothing goes in the clear after it */
    struct buffer command, part, response, plain;
};

void channel_init(struct channel *ch, const struct card *card);
/* Wipes the session; what it sent and got too. */
void channel_free(struct channel *ch);

/*
 * Sends one command; follows 61xx (GET RESPONSE) and 6Cxx (same command, the length asked for) a bounded
 * number of times. True when an answer came, whatever its status word; out->data is valid until the next
 * call. Reasons: "card" (gone), "response" (no valid answer), "too-large", "mac", "secure-messaging",
 * "session" (an earlier deviation).
 */
MUST_USE bool channel_send(struct channel *ch, const struct apdu *c, struct reply *out, struct why *w);

/* The same, and a status word other than 9000 is a failure, said by sw_why. doing: "selecting the
 * application". */
MUST_USE bool channel_ask(struct channel *ch, const struct apdu *c, const char *doing, struct reply *out,
                          struct why *w);

#endif
