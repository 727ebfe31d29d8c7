/* The files of a travel document's chip, read as bytes (Doc 9303-10 3.6, 3.11; ISO 7816-4 11.2, 11.3). */
#ifndef SERAI_CARD_FILES_H
#define SERAI_CARD_FILES_H

#include "card/channel.h"

/* 1..16 are the data groups. */
enum chip_file {
    CHIP_COM = 0,
    CHIP_SOD = 17,
    CHIP_CARD_ACCESS,   /* of the master file, in the clear */
    CHIP_CARD_SECURITY, /* of the master file, after PACE */
    CHIP_FILES,
};

/* "EF.SOD", "DG1". Static. */
const char *chip_file_name(enum chip_file f);

/* How this chip wants to be read: learnt by trying. Zeroed at first. */
struct file_manner {
    bool by_select;        /* short file identifiers do not work with it */
    uint32_t piece;        /* bytes asked for at a time; 0: not settled */
    uint32_t max_response; /* as EF.ATR/INFO says; 0: says nothing */
};

/* Called after each piece; false stops the reading, reason "stopped". */
typedef bool (*file_progress)(void *ctx, enum chip_file f, size_t done, size_t total);

/* The master file; chips that have none to select are left alone. False only when the card is gone. */
MUST_USE bool master_file_select(struct channel *ch, struct why *w);
/* A0000002471001, the travel document. Reason "no-file": another kind of card. */
MUST_USE bool application_select(struct channel *ch, struct why *w);

/* EF.ATR/INFO of the master file selected: extended lengths, and how long (ISO 7816-4 12.7.1). Chips that say
 * nothing keep what the channel has. False only when the card is gone. */
MUST_USE bool card_capabilities(struct channel *ch, struct file_manner *m, struct why *w);

/*
 * The whole file into out, cut at the length in its first bytes. What out holds already was read in an
 * earlier session: the file must begin with the same bytes, and reading goes on behind them. At most
 * LIMIT_CHIP_FILE bytes. progress may be NULL. Reasons: "no-file", "access" (the chip wants other rights),
 * "too-large", "response" (another file, nothing, more than was asked for, no length), "changed" (another
 * length or beginning than before), "stopped", and those of channel_send.
 */
MUST_USE bool chip_file_read(struct channel *ch, struct file_manner *m, enum chip_file f, struct buffer *out,
                             file_progress progress, void *ctx, struct why *w);

#endif
