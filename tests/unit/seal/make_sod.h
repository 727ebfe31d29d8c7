/* EF.SOD and master lists of our own making, with any part of them spoiled. For tests and seeds. */
#ifndef SERAI_TESTS_MAKE_SOD_H
#define SERAI_TESTS_MAKE_SOD_H

#include "base/buffer.h"
#include "crypto/key.h"
#include "make_certificate.h"

struct sod_order {
    const struct private_key *signer;
    struct span dsc;       /* certificate of signer, put inside; empty: none */
    struct span name_from; /* certificate whose issuer and serial name the signer; empty: dsc */
    bool by_key_id;        /* name the signer by its key identifier */
    bool indefinite;       /* BER lengths around, content in two pieces */
    const struct span *dg; /* whole files; the first byte gives the number */
    size_t n_dg;
    const struct span *list; /* certificates: a master list instead of an LDS object, without tag 77 */
    size_t n_list;
    int32_t signed_data_version, signer_version; /* 0: the right one */
    bool two_signers, no_signer, no_digest_algorithm, attribute_twice;
    const struct signing *by;   /* instead of signer; the digest is used throughout (make_certificate.h) */
    struct span issuer, serial; /* name the signer by these */
    struct span content_type;   /* of content and attribute; empty: that of an LDS object */
    const char *signing_time;   /* NULL: a day in 2025; "": not stated */
    struct span content;        /* instead of an LDS object */
    struct span attributes;     /* further signed attributes, DER */
    struct span signature_algorithm; /* instead of that of by */
    struct span signature;           /* instead of a right one */
    struct span more;                /* further certificates, DER */
    struct arena *arena;             /* with by */
};

void make_sod(const struct sod_order *o, struct buffer *out);

#endif
