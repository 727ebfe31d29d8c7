/*
 * X.509 certificates (RFC 5280) read by our own bounded DER walk. Spans point into the certificate's bytes;
 * nothing here trusts anything.
 */
#ifndef SERAI_SEAL_CERTIFICATE_H
#define SERAI_SEAL_CERTIFICATE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/finding.h"
#include "crypto/key.h"

enum { KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0, KEY_USAGE_CERT_SIGN = 1 << 5, KEY_USAGE_CRL_SIGN = 1 << 6 };

struct certificate {
    struct span der;             /* the whole certificate */
    struct span tbs;             /* what is signed */
    struct span serial;          /* content octets of the INTEGER */
    struct span issuer, subject; /* DER Names */
    struct span country;         /* subject C as written; empty when absent */
    struct span common_name;     /* subject CN; empty when absent */
    struct span spki;
    struct span ski, aki; /* key identifiers; empty when absent */
    unix_time not_before, not_after;
    struct sig_alg sig_alg; /* of the certificate's own signature */
    struct span signature;
    bool is_ca;         /* basicConstraints cA */
    uint16_t key_usage; /* KEY_USAGE_* ; 0 when absent */
    bool has_eku;
    struct span eku;        /* SEQUENCE OF OBJECT IDENTIFIER, content octets */
    struct span extensions; /* content of Extensions; empty when absent */
};

/* Reads one certificate and nothing after it. der stays the caller's. Reason "der", "certificate" or
 * "algorithm-not-supported"; deviations that real documents have go to findings (may be NULL). */
MUST_USE bool certificate_parse(struct span der, struct certificate *out, struct findings *f, struct why *w);

/* The same for bytes that der_check has found whole without indefinite lengths, as part of something larger.
 */
MUST_USE bool certificate_read(struct span der, struct certificate *out, struct findings *f, struct why *w);

/* PEM text or DER bytes: calls one for each certificate found, in order, until it returns false.
 * DER bytes are those of the caller or of the arena. Returns how many were passed on. */
size_t certificates_in(struct span file, struct arena *a, bool (*one)(void *ctx, struct span der), void *ctx);

/* Whether the extension named by the content octets of an OBJECT IDENTIFIER is there; value gets the content
 * of its OCTET STRING. */
bool certificate_extension(const struct certificate *c, struct span oid, struct span *value);

/* Whether the extended key usage names that purpose. */
bool certificate_has_eku(const struct certificate *c, struct span oid);

/* Time (RFC 5280 4.1.2.5): UTCTime or GeneralizedTime, in UTC with seconds. */
struct der;
unix_time certificate_time(struct der *d);

/* Names equal as sets of (type, text), ignoring order, case and string type (reference 5.3). */
bool names_equal(struct span a, struct span b);

#endif
