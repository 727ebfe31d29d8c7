/*
 * The structures of a mobile licence (ISO/IEC 18013-5 10.3.2, 12.3), read in place: spans point into the
 * input, arrays live in the arena. Nothing here is believed. Reading goes in the order in which errors are
 * reported: the outer item and its structure first, then each embedded part by its own call. Reasons are
 * STRUCT and those of cbor_check; offsets count from the start of the input. Maps keyed by text may hold
 * further members (8.3); those are stepped over.
 */
#ifndef SERAI_WIRE_MDOC_H
#define SERAI_WIRE_MDOC_H

#include "wire/cbor.h"

/* What the input is: a whole answer, one document of it, or what the issuer signed of one. */
enum mdoc_form { MDOC_RESPONSE, MDOC_DOCUMENT, MDOC_ISSUER_SIGNED };

struct mdoc_item {
    struct span ns;
    struct span whole; /* ItemBytes as received, with the head of tag 24: what the digest is of */
    struct span map;
    uint64_t digest_id;
    struct span random, id;
    struct span value; /* one CBOR item; what tag 24 holds in it was not looked at */
};

/* An element signed by the device. */
struct mdoc_element {
    struct span ns, id, value;
};

struct mdoc_document {
    struct span doc_type;    /* empty for MDOC_ISSUER_SIGNED */
    struct span issuer_auth; /* COSE_Sign1 */
    size_t n_items;
    struct mdoc_item *item;                       /* ns and whole; the rest after mdoc_items_read */
    bool has_device;                              /* deviceSigned is there */
    struct span device_spaces, device_spaces_map; /* DeviceNameSpacesBytes, and what they hold */
    struct span device_signature, device_mac;     /* at most one; both empty: no proof */
    size_t n_elements;
    struct mdoc_element *element; /* after mdoc_device_read */
};

struct mdoc_response {
    const uint8_t *base;
    size_t nonpreferred; /* heads longer than needed, when they are tolerated */
    struct span version; /* empty unless MDOC_RESPONSE */
    uint64_t status;
    size_t n;
    struct mdoc_document *document;
};

struct mdoc_digest {
    uint64_t id;
    struct span value;
};

/* Of one namespace, in ascending order of their ids. */
struct mdoc_digests {
    struct span ns;
    size_t n;
    struct mdoc_digest *digest;
};

/* An element, or with an empty id a whole namespace, that the device may sign. */
struct mdoc_authorization {
    struct span ns, id;
};

/* Where revocation is asked (2nd edition 12.3.6.2); empty: absent. */
struct mdoc_status {
    bool has_list, has_identifiers;
    uint64_t index;
    struct span list_uri, list_certificate;
    struct span identifier, identifiers_uri, identifiers_certificate;
};

/* MobileSecurityObject (12.3.4). Times are items, judged later. */
struct mdoc_mso {
    struct span version, digest_algorithm, doc_type;
    size_t n_digests;
    struct mdoc_digests *digests;
    struct span device_key; /* COSE_Key */
    size_t n_authorizations;
    struct mdoc_authorization *authorization;
    struct span signed_at, valid_from, valid_until, expected_update; /* the last may be empty */
    struct mdoc_status status;
};

/* Which form it has, by the members of the outer map; what cannot be told is read as a response, whose reader
 * says what is wrong. False: a request of a reader. */
bool mdoc_form_of(struct span in, enum mdoc_form *out);

/*
 * The outer item and everything that is not inside tag 24 or COSE. tolerant: heads longer than needed are
 * counted instead of refused, here and in what is read of *out later.
 */
MUST_USE bool mdoc_read(struct span in, enum mdoc_form form, bool tolerant, struct arena *a,
                        struct mdoc_response *out, struct why *w);
MUST_USE bool mdoc_items_read(struct mdoc_response *r, struct mdoc_document *d, bool tolerant,
                              struct arena *a, struct why *w);
/* payload: the content of the payload of issuerAuth, tag 24 over the MSO. */
MUST_USE bool mdoc_mso_read(struct mdoc_response *r, struct span payload, bool tolerant, struct arena *a,
                            struct mdoc_mso *out, struct why *w);
MUST_USE bool mdoc_device_read(struct mdoc_response *r, struct mdoc_document *d, bool tolerant,
                               struct arena *a, struct why *w);

/* The digest of that namespace and id; NULL when there is none. */
const struct mdoc_digest *mdoc_digest_find(const struct mdoc_mso *m, struct span ns, uint64_t id);

/* The first item of that namespace and name; NULL when absent. Claims only, until the document is verified.
 */
const struct mdoc_item *mdoc_item_find(const struct mdoc_document *d, const char *ns, const char *id);

/* tdate (8.3): tag 0 over "YYYY-MM-DDTHH:MM:SSZ". *fraction (may be NULL: none allowed) tells that there were
 * parts of a second. False when it is none, or no such time. */
MUST_USE bool mdoc_time(struct span item, bool *fraction, int64_t *out);

#endif
