/*
 * The roadside check: what a foreign driver shows -> verified -> licence facts -> status at home -> for which
 * categories the agreement recognises the licence here, until when, and how much the facts are worth. Pure:
 * no store, no node, no clock; a phone without the line comes through here as well as the node. What is
 * recorded of it and receipted: check/licence_case.h.
 */
#ifndef SERAI_CHECK_LICENCE_H
#define SERAI_CHECK_LICENCE_H

#include "agreement/bound.h"
#include "base/buffer.h"
#include "check/licence_home.h"
#include "seal/anchors.h"
#include "seal/status_tokens.h"
#include "service/licence/recognise.h"
#include "wire/json_write.h"

enum licence_evidence_kind {
    LICENCE_EVIDENCE_ANY,     /* recognised by content */
    LICENCE_EVIDENCE_MDOC,    /* DeviceResponse, a Document of it, or IssuerSigned (CBOR) */
    LICENCE_EVIDENCE_BARCODE, /* payload of a PDF417 in the form of AAMVA */
    LICENCE_EVIDENCE_MRZ,     /* machine-readable lines of a licence */
    LICENCE_EVIDENCE_PICTURE, /* PNG or JPEG that shows a barcode */
};

struct licence_evidence {
    enum licence_evidence_kind kind;
    struct span bytes; /* not empty */
};

/* What the officer reads off the card and types in. Empty spans and unset dates are not typed. */
struct licence_typed {
    bool present;
    struct span issuer, number; /* alpha-2 capitals; as printed */
    struct date issued, expiry, birth;
    bool has_categories;
    size_t n_categories, n_codes;
    struct licence_privilege category[LIMIT_LICENCE_PRIVILEGES]; /* category, from, to, codes */
    struct licence_code code[LIMIT_LICENCE_CODES];
};

/* Spans live in the JSON text or the arena it was read with. */
struct licence_request {
    struct span id;      /* the caller's own, 1..64 of [A-Za-z0-9._-]; empty: none */
    struct span purpose; /* why the data are looked at; empty: road-check */
    struct span language, place;
    size_t n_evidence;
    struct licence_evidence evidence[LIMIT_EVIDENCE_ITEMS];
    struct span session;      /* SessionTranscript; empty: not known */
    struct span status_token; /* status list or identifier list; empty: none */
    struct licence_typed typed;
    struct span residence; /* of the driver, alpha-2 */
    struct date resident_since, entered;
    enum said examined, translation, permit, statement;
    bool do_not_ask; /* "ask": false */
};

/* Reads the JSON form (schema LicenceRequest). False with why: reason "request", "too-large", those of
 * json_parse. A member that is not known is refused, not passed over. */
MUST_USE bool licence_request_from_json(struct span json, struct licence_request *out, struct arena *a,
                                        struct why *w);

/* A symbol in a picture. */
struct licence_symbol {
    struct span bytes;
};

/* All barcodes in a picture; false with why. */
typedef bool licence_picture(struct span file, struct arena *a, struct licence_symbol *out, size_t max,
                             size_t *n, struct why *w);

/* What stands around every check; nothing in it changes during one. */
struct licence_setting {
    const char *member; /* where the licence is used: "IR" */
    int32_t utc_offset; /* seconds east of UTC: which day it is */
    const struct agreement *agreement;
    struct agreement_law law; /* which version speaks between two States */
    const struct anchor_set *anchors;
    unix_time anchors_as_of; /* 0: not known */
    /* Whether an anchor may vouch for a type of document; NULL: any. */
    bool (*type_allowed)(void *ctx, const struct anchor *anchor, struct span doc_type);
    void *type_ctx;
    const struct status_tokens *tokens; /* status lists at hand; NULL: none */
    licence_picture *picture;           /* NULL: pictures cannot be read here */
    struct tongues tongues;             /* of the readers of answers; without: English */
    licence_ask *ask;                   /* NULL: nobody can be asked here */
    void *ask_ctx;
};

/* How much the facts are worth. */
enum licence_strength {
    LICENCE_NOTHING, /* no facts at all */
    LICENCE_TYPED,   /* somebody typed them */
    LICENCE_CARD,    /* read from a card: unsigned */
    LICENCE_SIGNED,  /* signed by the issuer; that this is the device it was issued to is not proved */
    LICENCE_SIGNED_PROVED,
};
/* "nothing", "typed", "card", "signed, device not proved", "signed" */
const char *licence_strength_word(enum licence_strength s);

struct licence_inquiry; /* one check under way; lives in the arena */

/*
 * The first half: evidence read, verified, compared, facts made. Nobody was asked yet. False with why for a
 * request that holds nothing ("request"), or "too-large". Evidence that is forged or unreadable is no
 * failure. c and r must last as long as *ret.
 */
MUST_USE bool licence_begin(const struct licence_setting *c, const struct licence_request *r, unix_time now,
                            struct arena *a, struct licence_inquiry **ret, struct why *w);

/* Asks at home when there is somebody to ask and something to ask about, and it is wanted. Without it nobody
 * was asked. */
void licence_ask_home(struct licence_inquiry *k);
/* Instead: what is known already. */
void licence_set_home(struct licence_inquiry *k, const struct licence_home *h);
const struct licence_home *licence_home_of(const struct licence_inquiry *k);
/* Issuer and number as the licence has them; empty when nothing usable was shown. */
struct span licence_issuer_of(const struct licence_inquiry *k);
struct span licence_number_of(const struct licence_inquiry *k);

/* The second half, once: what the agreement makes of it, the best of the categories. */
enum outcome licence_decide(struct licence_inquiry *k);

/* What only a node that records adds to an answer. */
struct licence_stamp {
    struct span id;   /* empty: null */
    const char *salt; /* hexadecimal; NULL: no receipt is spoken of, nor of repeats */
    struct span note; /* the receipt; empty: null */
    bool repeated;    /* then outcome is that of the first time */
    enum outcome outcome;
};

/* The answer (schema LicenceAnswer), for the officer's eyes. */
void licence_answer_put(const struct licence_inquiry *k, const struct licence_stamp *s,
                        struct json_writer *w);

/* What may be kept of it, inside an object: no personal data, nothing that the licence says. */
void licence_record_put(const struct licence_inquiry *k, struct json_writer *w);

struct licence_answer {
    enum outcome outcome;
    bool repeated;
    struct span json; /* schema LicenceAnswer; in the arena */
};

/* All of that without a record: for a phone, and for a node without store. now is the time of the check. */
MUST_USE bool licence_check(const struct licence_setting *c, const struct licence_request *r, unix_time now,
                            struct arena *a, struct licence_answer *out, struct why *w);

#endif
