/* Readers behind PC/SC (pcsc-lite and its pcscd): the only file that knows them. */
#ifndef SERAI_CARD_PCSC_H
#define SERAI_CARD_PCSC_H

#include "card/card.h"

struct pcsc;

enum { PCSC_READERS = 32, PCSC_NAME = 128 };

struct pcsc_readers {
    size_t n;
    struct {
        char name[PCSC_NAME];
        bool card; /* one lies on it */
    } reader[PCSC_READERS];
};

/* Reason "reader": pcscd does not run, or may not be spoken to. Free with pcsc_close. */
MUST_USE bool pcsc_open(struct pcsc **ret, struct why *w);
void pcsc_close(struct pcsc *p); /* NULL allowed; lets go of the card */

MUST_USE bool pcsc_list(struct pcsc *p, struct pcsc_readers *out, struct why *w);

/*
 * Waits until a card lies on the reader whose name holds `name` (small and capital letters alike; NULL: on
 * any reader), at most so many seconds, and connects to it; nobody else speaks to it until pcsc_close. *out
 * is valid as long as p. waiting (may be NULL) is called once when no card is there yet. Reasons: "reader"
 * (none is connected, or none of that name), "timeout", "card" (it does not answer).
 */
MUST_USE bool pcsc_card(struct pcsc *p, const char *name, unsigned seconds,
                        void (*waiting)(void *ctx, const char *reader), void *ctx, struct card *out,
                        struct why *w);

/* Of the reader with the card. */
const char *pcsc_reader(const struct pcsc *p);

#endif
