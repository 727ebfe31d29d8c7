/*
 * Personalises simulated chips: a passport of Utopia for SPECIMEN, with a country signer, a document signer,
 * EF.SOD and EF.CardSecurity of their own, and keys for the chip. Every key is made on the spot.
 */
#ifndef SERAI_TESTS_SIMULATED_DOCUMENT_H
#define SERAI_TESTS_SIMULATED_DOCUMENT_H

#include "base/arena.h"
#include "simulated_card.h"

enum { SIM_PACE_INFOS = 8, SIM_NO_GROUP = 99 };

struct sim_pace {
    unsigned mapping; /* 1 generic, 2 integrated, 3 chip authentication */
    enum sim_cipher cipher;
    unsigned group; /* standardized id */
};

struct sim_order {
    const char *number; /* of the document, up to nine characters; NULL: "SPECIMEN1" */
    const char *can;    /* NULL: none */
    bool bac;
    struct sim_pace pace[SIM_PACE_INFOS];
    size_t n_pace;
    unsigned ca_group; /* SIM_NO_GROUP: no chip authentication */
    enum sim_cipher ca_cipher;
    bool ca_unannounced; /* a key without ChipAuthenticationInfo, as early chips have it */
    int ca_id;           /* -1: none */
    const char *aa;      /* "RSA-1024", "RSA-2048", "P-256", ...; NULL: none */
    size_t portrait;     /* bytes; 0: 12,000 */
    bool extended;
};

struct sim_document {
    char mrz[89]; /* both lines */
    char mrz_information[32];
    char can[16];
    bool bac, extended;
    struct sim_file file[SIM_FILES];
    size_t n_files;
    struct span csca, signer; /* certificates */
    EVP_PKEY *aa;
    uint8_t ca_key[SIM_OCTETS], cam_key[SIM_OCTETS];
    size_t ca_bytes, cam_bytes;
    unsigned ca_group;
    int ca_id;
};

/* Everything lives in the arena but aa, which sim_document_free frees. */
void sim_document_make(const struct sim_order *o, struct arena *a, uint64_t seed, struct sim_document *out);
void sim_document_free(struct sim_document *d);
/* A chip with it; the document must outlive the card. */
void sim_document_load(const struct sim_document *d, uint64_t seed, struct simulated_card *c);
/* The bytes of a file; empty: there is none. Data groups: 0x0101 to 0x0110, in the application. */
struct span sim_document_file(const struct sim_document *d, uint16_t id, bool master);
/* "DG1.bin" and the like. */
void sim_file_name(uint16_t id, bool master, char out[24]);

/* A folder with files, keys and chip.json: enough to play the chip again. False when it cannot be written or
 * read. */
bool sim_document_save(const struct sim_document *d, const char *folder);
bool sim_document_open(const char *folder, struct arena *a, struct sim_document *out);

#endif
