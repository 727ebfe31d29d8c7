/*
 * VICAL (ISO/IEC 18013-5 Annex C): a signed list of the authorities that issue mobile licences, each with the
 * document types it is trusted for. COSE_Sign1 over a map; real lists deviate, so nothing in an entry is used
 * but its certificate and its document types.
 *
 * Errors, in order: CBOR_* or STRUCT, VERSION, COSE_PAYLOAD, COSE_ALG, COSE_CRIT, CERT_* (as for documents),
 * COSE_ALG_KEY, COSE_SIG_LEN, COSE_SIG, MSO_TDATE, VICAL_NOT_YET, VICAL_EXPIRED, VICAL_ROLLBACK, VICAL_ENTRY.
 * VICAL_STALE and VICAL_DUP are warnings.
 */
#ifndef SERAI_SEAL_VICAL_H
#define SERAI_SEAL_VICAL_H

#include "base/date.h"
#include "base/finding.h"
#include "base/result.h"
#include "seal/anchors.h"
#include "seal/cose.h"

/* What can be wrong with an entry, in the order in which it is told. */
enum vical_defect {
    VICAL_UNREADABLE, /* the certificate */
    /* A field that differs from the certificate. */
    VICAL_SERIAL,
    VICAL_SKI,
    VICAL_ISSUER,
    VICAL_SUBJECT,
    VICAL_COUNTRY,
    VICAL_STATE,
    VICAL_NOT_BEFORE,
    VICAL_NOT_AFTER,
    /* The certificate is not that of an issuing authority (Annex B.1.2). */
    VICAL_MALFORMED_EXTENSION, /* then no other extension is judged */
    VICAL_KEY,
    VICAL_SIGNATURE_ALGORITHM,
    VICAL_NOT_CA,
    VICAL_BASIC_NOT_CRITICAL,
    VICAL_PATH_LENGTH,
    VICAL_KEY_USAGE,
    VICAL_NO_ISSUER_NAME, /* issuerAltName */
    VICAL_NO_KEY_ID,
    VICAL_EXTENSION, /* one that is not allowed, or critical and unknown */
    VICAL_VALIDITY,  /* longer than 20 years, or empty */
    VICAL_NOT_SELF_SIGNED,
    VICAL_DEFECTS,
};

/* "ski", "not a CA" */
const char *vical_defect_word(enum vical_defect d);

struct vical_entry;
/* "entry 3: ski, not a CA" */
void vical_entry_say(const struct vical_entry *e, size_t i, char *out, size_t n);

struct vical_entry {
    struct span der;
    struct certificate cert; /* unless VICAL_UNREADABLE */
    struct span serial, ski; /* as the entry says; serial without leading zeros */
    struct span doc_types;   /* array of text, an item */
    struct span profile;     /* array of text, an item; empty when absent */
    struct span authority, country, state, issuer, subject; /* empty when absent */
    struct span not_before, not_after;                      /* items; empty when absent */
    uint32_t defects;                                       /* 1 << enum vical_defect */
    bool usable;                                            /* it can be an anchor: can be read and is a CA */
    bool again;                                             /* the same certificate stands further up */
};

/* What of a list is installed already. */
struct vical_installed {
    unix_time date;
    bool has_issue;
    uint64_t issue; /* looked at for lists of the same date only: real ones do not count upwards */
};

struct vical_options {
    const struct anchor_set *anchors; /* roots of providers, or the signers themselves, for lists */
    unix_time at;         /* 0: whether it was good when it was made; its last day is for those who use it */
    enum profile profile; /* strict refuses a list with a defective entry */
    const struct vical_installed *installed; /* NULL: none */
};

struct vical {
    enum result result;
    struct why why; /* set unless genuine; the rest below only when genuine, or as read so far */
    struct cose cose;
    struct span version, provider, url;
    bool has_issue, has_next_update, has_not_after;
    uint64_t issue;
    struct span date_item, next_update_item, not_after_item;
    unix_time date, next_update, not_after;
    struct certificate signer;
    const struct anchor *anchor;
    bool stale; /* a newer list was due: nextUpdate, or 90 days */
    size_t n, n_defective;
    struct vical_entry *entry;
};

enum result vical_verify(struct span in, const struct vical_options *opt, struct arena *a, struct vical *out,
                         struct findings *f);

/* Whether the bytes look like one: a COSE_Sign1 whose payload names a provider. Linear, believes nothing. */
bool vical_likely(struct span in);

/* The usable entry with this certificate; NULL when there is none. */
const struct vical_entry *vical_find(const struct vical *v, struct span certificate);
/* Whether it is trusted for the type of document; VICAL_DOCTYPE otherwise. */
bool vical_entry_lists(const struct vical_entry *e, struct span doc_type);

/* Of one provider: an earlier date, or of one date a lower issue (VICAL_ROLLBACK). */
bool vical_is_older(const struct vical *v, const struct vical_installed *i);
/* Both come from one provider: the same name, under an authority of the same name. */
bool vical_same_provider(const struct vical *a, const struct vical *b);

/*
 * Adds every usable certificate of a genuine list to the set, as an authority of the document types of its
 * entry, on the word of who is named as from (whose purposes, types and list are not looked at), and the list
 * itself: returns how many. What cannot be added is a finding. Only the keys of authorities are added, never
 * their fields.
 */
size_t vical_add_anchors(const struct vical *v, struct anchor_set *set, const struct anchor_origin *from,
                         struct findings *f);

/* A list to be signed: certificates of authorities, each with its document types. */
struct vical_order_entry {
    struct span certificate;
    const char *const *doc_type;
    size_t n_doc_types;
};

struct vical_order {
    const char *provider;
    unix_time date;
    unix_time next_update; /* 0: not said */
    uint64_t issue;        /* 0: not said */
    const char *url;       /* NULL: none */
    const struct vical_order_entry *entry;
    size_t n;
};

/* Whether it may be entry i of a list that is written: VICAL_ENTRY with what is wrong otherwise. */
MUST_USE bool vical_may_list(struct span certificate, size_t i, struct arena *a, struct why *w);

/*
 * Appends the list signed by key, whose certificate signer is. Refused is what the strict profile would
 * refuse: the signer's certificate (CERT_*), an entry (VICAL_ENTRY), a key that is not the certificate's
 * (COSE_ALG_KEY), an order without types or with dates the wrong way round ("request").
 */
MUST_USE bool vical_write(const struct vical_order *order, const struct private_key *key, struct span signer,
                          struct arena *a, struct buffer *out, struct why *w);

#endif
