/* The reader's side of ISO/IEC 18013-5 10.3.1: what is asked of a device, signed by who asks. What reads it:
 * seal/mdoc_request.h. */
#ifndef SERAI_SEAL_MDOC_ASK_H
#define SERAI_SEAL_MDOC_ASK_H

#include "base/buffer.h"
#include "seal/cose_write.h"

struct mdoc_ask_element {
    struct span ns, id;
    bool retain; /* intent to retain */
};

struct mdoc_ask_items {
    struct span doc_type;
    const struct mdoc_ask_element *element; /* at least one, each once */
    size_t n;
};

enum mdoc_ask_auth {
    ASK_UNSIGNED,
    ASK_EACH, /* ReaderAuthentication over each request */
    ASK_ALL,  /* ReaderAuthenticationAll once over all of them (2nd edition) */
};

/*
 * Appends DeviceRequest of n document requests: version "1.0", or "1.1" with ASK_ALL. reader and transcript
 * (transcript_open) are used unless ASK_UNSIGNED. Reasons: STRUCT (nothing asked for, or twice), those of
 * cose_sign1_put.
 */
MUST_USE bool mdoc_ask(const struct mdoc_ask_items *items, size_t n, enum mdoc_ask_auth auth,
                       const struct cose_signer *reader, struct span transcript, struct arena *a,
                       struct buffer *out, struct why *w);

#endif
