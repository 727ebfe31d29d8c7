/* Issues visible seals: fields by their names in the dictionary, a key, and the bytes or text that go into
 * the barcode. */
#ifndef SERAI_SEAL_ISSUE_SEAL_H
#define SERAI_SEAL_ISSUE_SEAL_H

#include "base/arena.h"
#include "base/date.h"
#include "crypto/key.h"
#include "wire/seal_dictionary.h"

struct seal_issuer {
    const struct private_key *key;
    struct span certificate; /* of that key, DER. VDS: may be empty when signer and ref are given */
    struct span signer, ref; /* VDS: empty: country and common name, and serial number, of the certificate */
};

/* A field by its name, its value in the form of seal_value_text (bytes in hexadecimal). */
struct seal_value {
    const char *name;
    struct span text;
};

enum seal_form { SEAL_FORM_VDS4, SEAL_FORM_VDS3, SEAL_FORM_IDB };

struct seal_order {
    enum seal_form form;
    const char *type;              /* "visa"; IDB: NULL for messages that belong to no type */
    struct span country;           /* as in a machine-readable zone: "UTO", "D" */
    struct date issued, signed_on; /* IDB has signed_on only */
    const struct seal_value *value;
    size_t n;
    bool zipped, with_certificate; /* IDB */
};

/*
 * Appends the seal (VDS: bytes; IDB: text) to out. Messages are written in the order of the dictionary. False
 * with out as it was: "type", "field" (unknown, missing, given twice, or not of its coding), "reference",
 * "country", "date", "c40", "certificate" (not that of the key, or not given), "too-large", or those of the
 * signature.
 */
MUST_USE bool seal_issue(const struct seal_order *o, const struct seal_issuer *by, struct arena *scratch,
                         struct buffer *out, struct why *w);

/* VDS-NC around a message that is a JSON object; the key is on P-256, P-384 or P-521. */
MUST_USE bool seal_issue_vdsnc(struct span type, int version, struct span country, struct span message,
                               const struct seal_issuer *by, struct arena *scratch, struct buffer *out,
                               struct why *w);

/* A visa (5D01) with what an agreement needs to know about it offline; see doc/seals.md for the messages that
 * are ours. */
struct visa_order {
    enum seal_form form;
    struct span country;
    struct date issued, signed_on;
    struct span zone;            /* MRV-A or MRV-B as printed: line 2 goes in up to its 28th character */
    unsigned entries;            /* up to 255; 0: any number */
    uint8_t days, months, years; /* of stay; 255 255 255: decided by the authority */
    struct span passport_number; /* up to nine characters */
    const char *purpose;         /* of data/seals/codes.json, "pilgrimage"; NULL: not said */
    struct date valid_from;      /* unset: not said */
    struct span permission_id;   /* empty: not said */
    const char *kind;            /* "work permit": of the agreement; NULL: not said, it is an ECO visa */
};

MUST_USE bool visa_seal_issue(const struct visa_order *v, const struct seal_issuer *by, struct arena *scratch,
                              struct buffer *out, struct why *w);

#endif
