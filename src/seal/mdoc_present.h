/*
 * The holder's side of ISO/IEC 18013-5: what a device answers with the documents it holds. For trials and
 * tests; a wallet keeps its key elsewhere.
 */
#ifndef SERAI_SEAL_MDOC_PRESENT_H
#define SERAI_SEAL_MDOC_PRESENT_H

#include "base/buffer.h"
#include "seal/mdoc_issue.h"

/* An element by name; an empty id: every element of the namespace. */
struct mdoc_wanted {
    struct span ns, id;
};

struct mdoc_presentation {
    struct span issuer_signed; /* as issued */
    const struct mdoc_wanted *wanted;
    size_t n_wanted;
    bool all; /* everything, whatever is wanted */
    const struct private_key *device_key;
    const struct public_key *reader_key;  /* EReaderKey: prove by a code (deviceMac); NULL: by a signature */
    const struct mdoc_issue_element *own; /* elements that the device signs */
    size_t n_own;
};

/*
 * Appends the DeviceResponse of n documents for that session (an array of three, transcript_open). Elements
 * go out as they came in, byte for byte. What is wanted and not there is left out, as 10.3.2 has it. Reasons:
 * those of reading; DEVICE_KEY (not the key the document was issued to, or it cannot prove that way),
 * DEVICE_NOT_AUTHORIZED, ELEMENT_DUP.
 */
MUST_USE bool mdoc_present(const struct mdoc_presentation *p, size_t n, struct span transcript,
                           struct arena *a, struct buffer *out, struct why *w);

/* Whether a document has that element: for whoever lists what to send. */
MUST_USE bool mdoc_has(struct span issuer_signed, const struct mdoc_wanted *e, struct arena *a,
                       struct why *w);

/* What a request asks of one document: nameSpaces of an ItemsRequest (seal/mdoc_request.h). */
MUST_USE bool mdoc_wanted_of(struct span spaces, struct arena *a, struct mdoc_wanted **ret, size_t *n,
                             struct why *w);

#endif
