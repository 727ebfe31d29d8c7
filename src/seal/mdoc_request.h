/*
 * What a reader asks of a device, and who the reader is (ISO/IEC 18013-5 10.3.1, 12.7): a wallet's side of
 * reader authentication, and a member's check of its own readers.
 */
#ifndef SERAI_SEAL_MDOC_REQUEST_H
#define SERAI_SEAL_MDOC_REQUEST_H

#include "seal/mdoc.h"

/* A reader's signature. */
struct mdoc_reader {
    enum result result;
    struct why why;
    struct span auth;               /* COSE_Sign1; empty: none */
    struct certificate certificate; /* der empty: not read */
    struct path path;
};

struct mdoc_item_request {
    enum result result; /* genuine: asked by a reader whose authority is known; undetermined: not signed */
    struct why why;
    struct span items;         /* ItemsRequestBytes, with the head of tag 24 */
    struct span doc_type;      /* what is asked for */
    struct span spaces;        /* { ns: { element: intent to retain } } */
    struct mdoc_reader reader; /* of this request alone */
};

struct mdoc_request {
    enum result result; /* the worst of the requests; malformed: not read */
    struct why why;
    struct span version;
    size_t n;
    struct mdoc_item_request *request;
    struct span info; /* DeviceRequestInfoBytes, with the head of tag 24; empty: absent */
    size_t n_all;     /* readers that signed all requests together (2nd edition) */
    struct mdoc_reader *all;
};

/*
 * opt: profile, at, anchors (authorities of readers) and transcript are used. Same reasons as mdoc_verify. A
 * request without a signature of its own is as good as those over all of them; one that fails counts against
 * every request.
 */
enum result mdoc_request_verify(struct span in, const struct mdoc_options *opt, struct arena *a,
                                struct mdoc_request *out, struct findings *f);

#endif
