/*
 * One chip read over as many sessions as it takes: opened with PACE where it offers it, else with basic
 * access control (Doc 9303-11 4.2), its files one by one, and on from where it stopped when the field was
 * lost.
 */
#ifndef SERAI_CARD_READ_H
#define SERAI_CARD_READ_H

#include "card/bac.h"
#include "card/files.h"
#include "card/pace.h"

enum chip_way {
    WAY_NONE, /* not opened yet */
    WAY_OPEN, /* the chip has no access control */
    WAY_BAC,
    WAY_PACE,
};

/* "none", "open", "BAC", "PACE" */
const char *chip_way_word(enum chip_way w);

struct reading {
    const struct card *card;
    const struct access *access;
    random_fn random;
    file_progress progress; /* may be NULL */
    void *ctx;              /* of progress */

    struct channel ch; /* open when way is not WAY_NONE: other protocols of the chip may use it */
    enum chip_way way;
    struct file_manner manner;
    size_t key;        /* of access: the reading that opened it */
    unsigned sessions; /* begun */
    bool short_only;   /* after a failure with extended lengths */

    struct buffer card_access;   /* EF.CardAccess as read; empty: there is none */
    struct buffer card_security; /* EF.CardSecurity; only after PACE with chip authentication mapping */
    struct pace_proof proof;     /* of that mapping */
    char protocol[48];           /* "PACE-ECDH-GM-AES-CBC-CMAC-128"; "" without PACE */
    struct why pace_failed;      /* reason NULL: it did not, or was not offered */
};

void reading_init(struct reading *r, const struct card *card, const struct access *access, random_fn random);
/* Wipes what was read and the session. */
void reading_free(struct reading *r);

/*
 * Opens the chip; nothing when it is open. Reasons: "access" (wrong key; the chip answers more slowly after
 * several), "no-file" (no travel document), "card" (gone), and those of pace, bac and channel_send.
 */
MUST_USE bool reading_open(struct reading *r, struct why *w);

/* One file, as chip_file_read; opens the chip when need be, and again a bounded number of times when it was
 * lost. out may hold the beginning of the file. */
MUST_USE bool reading_file(struct reading *r, enum chip_file f, struct buffer *out, struct why *w);

#endif
