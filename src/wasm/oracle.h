/*
 * Signatures without arithmetic: WebCrypto has it, but answers later. A check is run in passes. What it wants
 * to know of a signature or a key is a question; the answers that the page has gathered come with each pass.
 * A question without answer is taken to hold, so that the pass goes on and asks all it can, and the pass is
 * provisional: what it concluded is thrown away (oracle_unknown is not 0). Without a pass under way nothing
 * can be asked and everything is ORACLE_CANNOT. One thread, one pass at a time: signature_verify has no
 * argument for it.
 */
#ifndef SERAI_WASM_ORACLE_H
#define SERAI_WASM_ORACLE_H

#include "base/buffer.h"
#include "crypto/key.h"

enum oracle_answer { ORACLE_FAILS, ORACLE_HOLDS, ORACLE_CANNOT };

struct oracle_question {
    const char *algorithm; /* of WebCrypto: "P-256", "Ed25519" */
    const char *hash;      /* "SHA-256"; NULL: the algorithm has its own, or none is meant */
    struct span key;       /* the point, uncompressed, or the octets */
    bool key_alone;        /* only whether the key is one: message and signature are empty */
    struct span message, signature;
};

enum { ORACLE_ID = 32, ORACLE_QUESTIONS = 256, ORACLE_TEXT = 4 * 1024 * 1024 };

/* answers: entries of ORACLE_ID bytes, the question's id, and one, an enum oracle_answer. They must outlive
 * the pass. */
void oracle_begin(struct span answers);
enum oracle_answer oracle_ask(const struct oracle_question *q);
/* Questions of this pass without answer. */
size_t oracle_unknown(void);
/* They did not fit: the check cannot be made here. */
bool oracle_overflow(void);
/* Them, as items of a JSON array; valid until the next pass. Bytes are hexadecimal. */
struct span oracle_text(void);
/* Ends the pass. */
void oracle_end(void);

/* Remembers what a digest is of, because WebCrypto verifies messages and not digests. */
void oracle_hashed(enum digest_alg alg, struct span message, const struct digest *d);
/* The message of a digest made not long ago, proved by hashing it again; its bytes may have changed since. */
MUST_USE bool oracle_message_of(enum digest_alg alg, const struct digest *d, struct span *out);

#endif
