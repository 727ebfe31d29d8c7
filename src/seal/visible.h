/*
 * Visible seals, from bytes to believed content: VDS (Doc 9303-13), IDB (ICAO TR Datastructure for
 * Barcode), VDS-NC (ICAO TR VDS-NC). The one way to seal content: parse, find the signer, verify, then read.
 * The policies that the standards leave open are in doc/seals.md.
 */
#ifndef SERAI_SEAL_VISIBLE_H
#define SERAI_SEAL_VISIBLE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/result.h"
#include "seal/path.h"

struct stopwatch; /* base/stopwatch.h */

enum seal_kind { SEAL_VDS, SEAL_IDB, SEAL_VDSNC };

enum { SEAL_FIELDS = 128 };

/* One message of the seal, decoded by the dictionary when it is known (wire/seal_dictionary.h). */
struct seal_field {
    uint8_t tag;
    uint8_t depth;    /* 0: of the seal itself; 1: inside the last field before it of depth 0; and so on */
    const char *name; /* of the dictionary, "mrz"; NULL when unknown to it */
    struct span raw;  /* content octets */
    struct span text; /* decoded value as UTF-8 (seal_value_text); empty: show raw as hex */
};

struct visible_seal {
    enum seal_kind kind;
    enum result result;
    struct why why;        /* set unless genuine */
    const char *type;      /* dictionary name: "visa", "residence-permit"; VDS-NC: hdr.t; NULL when unknown */
    uint16_t document_ref; /* VDS: 0x5D01; else 0 */
    uint8_t version;       /* VDS: 3 or 4; VDS-NC: hdr.v; else 0 */
    struct span country;   /* issuing country as in the seal, fillers dropped */
    struct span signer;    /* VDS: four characters; else empty */
    struct span cert_ref;  /* VDS: as written; IDB: ten hexadecimal digits; VDS-NC: empty */
    struct date issued, signed_on; /* unset when absent */
    bool is_signed, zipped;
    size_t n_fields;
    struct seal_field field[SEAL_FIELDS]; /* [0, n_fields); claims only, unless genuine or expired */
    struct span json;       /* VDS-NC: data.msg in canonical form, on one line; the same holds */
    struct path path;       /* when a signer was found */
    struct span signer_der; /* certificate that verified it */
};

struct seal_options {
    const struct anchor_set *anchors;
    unix_time at; /* for validity of signer and content */
    enum profile profile;
    struct stopwatch *watch; /* of "signature", "chain", "revocation"; NULL: not measured */
};

/*
 * kind is recognised from the first bytes (0xDC; "RDB1" / "NDB1"; "{"); white space around text is dropped.
 * Everything in *out that is neither in `in` nor in the anchors lives in the arena (1 MiB is enough for every
 * seal). Returns out->result; out->why says why it is not genuine. Findings may be NULL. After malformed
 * nothing but kind, result and why means anything.
 *
 * Reasons besides those of the parsers: "not-a-seal", "not-signed", "no-anchor" (signer unknown),
 * "anchor-purpose" (known, but not as a signer of seals), "signature", "chain", "signer-reference",
 * "signer-country", "country-unknown", "signer-purpose", "algorithm", "key-not-supported", "signer-validity",
 * "signed-in-future", "document-expired". Warnings: "signer-not-named", "signer-country", "signer-validity",
 * "signed-in-future", "document-expired", "missing-field", "field-length", "field-coding", "one-of",
 * "too-many-fields". Notes: "specimen", "signing-time-unknown", "unknown-document", "unknown-field",
 * "zone-not-read".
 */
enum result visible_seal_verify(struct span in, const struct seal_options *opt, struct arena *a,
                                struct visible_seal *out, struct findings *f);

/* The first field of that dictionary name that may be believed: NULL when absent, and always NULL when the
 * seal is neither genuine nor expired. */
const struct seal_field *seal_field(const struct visible_seal *s, const char *name);

/* "vds", "idb", "vds-nc" */
const char *seal_kind_word(enum seal_kind k);

#endif
