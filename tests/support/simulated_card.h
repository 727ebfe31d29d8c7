/*
 * A travel document chip of our own (Doc 9303-10, -11), for tests: files, basic access control, PACE with all
 * mappings, secure messaging, chip and active authentication; and the ways in which a bad chip misbehaves.
 * In the same process a struct card; over a socket through tests/support/simulated_card_main.c.
 */
#ifndef SERAI_TESTS_SIMULATED_CARD_H
#define SERAI_TESTS_SIMULATED_CARD_H

#include <openssl/evp.h>

#include "card/card.h"
#include "simulated_crypto.h"

enum { SIM_FILES = 24, SIM_APDU = 65544 };

enum sim_fault {
    SIM_SOUND,
    SIM_WRONG_TOKEN,     /* PACE: token of another key */
    SIM_ECHO_KEY,        /* PACE: the terminal's public key as its own */
    SIM_ECHO_MAPPING,    /* the same of the mapping keys */
    SIM_OFF_CURVE,       /* PACE: a point that is not on the curve, or outside the subgroup */
    SIM_INFINITY,        /* PACE: the point at infinity, or 1 */
    SIM_SHORT_NONCE,     /* PACE: half a block */
    SIM_LONG_NONCE,      /* PACE: 64 bytes */
    SIM_NO_CHIP_DATA,    /* PACE-CAM: none */
    SIM_WRONG_CHIP_DATA, /* PACE-CAM: of another key */
    SIM_EXTRA_OBJECT,    /* PACE: an object that does not belong there */
    SIM_TWICE,           /* PACE: an object twice */
    SIM_WRONG_MAC,       /* secure messaging */
    SIM_REPLAY,          /* the protected answer before */
    SIM_UNPROTECTED,     /* 9000 in the clear under a session */
    SIM_TRUNCATED,       /* the answer without its last three bytes before the status word */
    SIM_LONG_LENGTH,     /* data objects that claim 4 GiB */
    SIM_TOO_LONG,        /* 70,000 bytes */
    SIM_NO_STATUS,       /* one byte in all */
    SIM_ENDLESS,         /* 61FF for ever */
    SIM_CLOSES,          /* gone */
    SIM_SLOW,            /* answers after slow_ms */
    SIM_FAULTS
};
/* "wrong-token", for command lines and messages. */
const char *sim_fault_name(enum sim_fault f);

struct sim_file {
    uint16_t id;
    bool master; /* in the master file; else in the eMRTD application */
    struct span bytes;
};

struct sim_session {
    bool alive;
    enum sim_cipher cipher;
    uint8_t enc[32], mac[32], ssc[SIM_BLOCK];
};

struct simulated_card {
    struct card card; /* ctx points to this structure */

    /* What it is made of; the owner fills it after simulated_card_init. */
    struct sim_file file[SIM_FILES];
    size_t n_files;
    char mrz_information[32]; /* "": no BAC, no PACE with it */
    char can[16];             /* "": none */
    bool bac;
    bool open;             /* no access control at all */
    EVP_PKEY *aa;          /* RSA or EC; NULL: none; not owned */
    const char *aa_digest; /* "SHA256"; NULL: SHA-1 for RSA, by the size of the key for EC */
    uint8_t ca_key[SIM_OCTETS];
    size_t ca_bytes;             /* 0: no chip authentication */
    unsigned ca_group;           /* standardized id */
    int ca_id;                   /* key identifier; -1: none */
    uint8_t cam_key[SIM_OCTETS]; /* for chip authentication mapping */
    size_t cam_bytes;
    bool extended;
    enum sim_fault fault;
    unsigned fault_after; /* the fault shows from that many commands on; those of one step show there */
    unsigned slow_ms;
    struct sim_random random;

    /* What happens. */
    unsigned commands;
    bool authenticated, application;
    const struct sim_file *current;
    struct sim_session session, next; /* next: begins after this answer */
    bool has_challenge;
    uint8_t challenge[8];
    unsigned pace_step;
    unsigned pace_mapping; /* 1 generic, 2 integrated, 3 chip authentication */
    enum sim_cipher cipher;
    uint8_t oid[16];
    size_t oid_bytes;
    uint8_t pi_key[32], nonce[64];
    size_t nonce_bytes;
    struct sim_group group;
    BIGNUM *mapping_key, *key;
    uint8_t mine[SIM_OCTETS], theirs[SIM_OCTETS], secret[SIM_OCTETS];
    size_t mine_bytes, theirs_bytes;
    bool ca_selected;
    uint8_t *answer, *pending, *before;
    size_t answer_bytes, pending_bytes, pending_at, before_bytes;
};

void simulated_card_init(struct simulated_card *c, uint64_t seed);
void simulated_card_free(struct simulated_card *c);
/* As taking it out of the field and back. */
void simulated_card_reset(struct simulated_card *c);
void simulated_card_add(struct simulated_card *c, uint16_t id, bool master, struct span bytes);
/* One command; false: the card is gone. */
bool simulated_card_command(struct simulated_card *c, struct span command, struct buffer *response);

#endif
