/*
 * What a file brings, whatever its form: certificates, master lists, lists of licence authorities and
 * revocation lists out of DER, PEM, CBOR, PKCS #7 without signer and lists without signature. Forms are
 * recognised by content. Nothing is believed here.
 */
#ifndef SERAI_TRUST_FORMS_H
#define SERAI_TRUST_FORMS_H

#include "base/arena.h"
#include "base/why.h"

enum trust_form {
    FORM_UNKNOWN,
    FORM_CERTIFICATES, /* DER, one behind the other */
    FORM_CRL,
    FORM_MASTER_LIST, /* CMS, Doc 9303-12 9 */
    FORM_BARE_LIST,   /* CscaMasterList without CMS */
    FORM_PKCS7,       /* certificates and revocation lists in SignedData without signer: .p7b, .p7c */
    FORM_PEM,         /* RFC 7468: any of these, also several */
    FORM_LDIF,        /* wire/ldif.h reads it */
    FORM_LOG,         /* trust/folder.h */
    FORM_VICAL,       /* list of licence authorities, ISO/IEC 18013-5 Annex C */
};

/* From the whole file, or from the first bytes of one (16 KB suffice for those forms that may be larger than
 * LIMIT_FILE: LDIF and the log). */
enum trust_form trust_form_of(struct span file);
const char *trust_form_word(enum trust_form f);

enum trust_item { ITEM_CERTIFICATE, ITEM_MASTER_LIST, ITEM_CRL, ITEM_VICAL };

struct trust_items {
    void (*item)(void *ctx, enum trust_item kind, struct span der);
    void (*bad)(void *ctx, const struct why *w); /* a part that cannot be read */
    void *ctx;
};

/* Passes on what is in the file (not LDIF, not a log), in order; returns how many. Bytes are those of the
 * file or of the arena. */
size_t trust_items_in(struct span file, struct arena *a, const struct trust_items *to);

#endif
