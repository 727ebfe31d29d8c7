/*
 * Visible seals, from bytes to believed content: VDS (Doc 9303-13), IDB (ICAO TR Datastructure for
 * Barcode), VDS-NC (ICAO TR VDS-NC). The one way to seal content: parse, find the signer, verify, then read.
 */
#ifndef SERAI_SEAL_VISIBLE_H
#define SERAI_SEAL_VISIBLE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/result.h"
#include "seal/path.h"

enum seal_kind { SEAL_VDS, SEAL_IDB, SEAL_VDSNC };

enum { SEAL_FIELDS = 64 };

/* One message of the seal, decoded by the dictionary when it is known. */
struct seal_field {
    uint8_t tag;
    const char *name; /* of the dictionary, "mrz"; NULL when unknown to it */
    struct span raw;  /* content octets */
    struct span
        text; /* decoded value as UTF-8: MRZ with line ends, C40 text, date, number; empty: show raw as hex */
};

struct visible_seal {
    enum seal_kind kind;
    enum result result;
    struct why why;        /* set unless genuine */
    const char *type;      /* dictionary name: "visa", "residence-permit"; NULL when unknown */
    uint16_t document_ref; /* VDS: 0x5D01; else 0 */
    uint8_t version;       /* VDS: 3 or 4; else 0 */
    struct span country;   /* issuing country as in the seal, fillers dropped */
    struct span signer, cert_ref;
    struct date issued, signed_on; /* unset when absent */
    bool is_signed, zipped;
    size_t n_fields;
    struct seal_field field[SEAL_FIELDS];
    struct span json;       /* VDS-NC: the text of data.msg */
    struct path path;       /* when a signer was found */
    struct span signer_der; /* certificate that verified it */
};

struct seal_options {
    const struct anchor_set *anchors;
    unix_time at; /* for validity of signer and content */
    enum profile profile;
};

/*
 * kind is recognised from the first bytes (0xDC; "RDB1" / "NDB1"; "{"). Everything in *out that is not in
 * `in` lives in the arena. Returns out->result; out->why says why it is not genuine. Findings may be NULL.
 */
enum result visible_seal_verify(struct span in, const struct seal_options *opt, struct arena *a,
                                struct visible_seal *out, struct findings *f);

/* The first field of that dictionary name; NULL when absent. */
const struct seal_field *seal_field(const struct visible_seal *s, const char *name);

#endif
