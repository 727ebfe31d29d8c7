/*
 * Kinds of indicators and their values in one form. What people write is dirty: defanged (hxxp, [.], (dot)),
 * upper case, a dot at the end, blanks, addresses in long forms. Reading says what was wrong and gives the
 * clean value; what is no value of any kind is refused with a reason.
 */
#ifndef SERAI_INTEL_KIND_H
#define SERAI_INTEL_KIND_H

#include "base/why.h"

enum intel_kind {
    INTEL_NONE,
    INTEL_IPV4,       /* "198.51.100.7" */
    INTEL_IPV6,       /* RFC 5952 */
    INTEL_IPV4_RANGE, /* "198.51.100.0/24", no bits set behind the prefix */
    INTEL_IPV6_RANGE,
    INTEL_DOMAIN, /* ASCII form (RFC 3492), lower case, no dot at the end, two labels or more */
    INTEL_URL,    /* scheme and host in lower case, the rest as written */
    INTEL_EMAIL,  /* domain in its ASCII form, all in lower case */
    INTEL_MD5,    /* digests: lower case */
    INTEL_SHA1,
    INTEL_SHA224,
    INTEL_SHA256,
    INTEL_SHA384,
    INTEL_SHA512,
    INTEL_FILE_NAME,    /* as written */
    INTEL_FILE_PATTERN, /* PCRE over a path, as written */
};

enum { INTEL_KINDS = INTEL_FILE_PATTERN + 1 };

/* A set of kinds holds this bit of each. */
static inline uint32_t intel_kind_bit(enum intel_kind k)
{
    return 1u << k;
}

/* What had to be mended in a value. */
enum {
    INTEL_DEFANGED = 1 << 0,   /* hxxp, [.], (dot) */
    INTEL_CASE = 1 << 1,       /* upper case where it does not count */
    INTEL_DOT = 1 << 2,        /* a dot at an end, or "*." in front */
    INTEL_HOST_BITS = 1 << 3,  /* bits behind the prefix of a range */
    INTEL_UNICODE = 1 << 4,    /* a name not in its ASCII form */
    INTEL_LONG_FORM = 1 << 5,  /* an address not in its shortest form */
    INTEL_BLANKS = 1 << 6,     /* blanks or quotes around it */
    INTEL_OTHER_KIND = 1 << 7, /* called one kind, but is another: a bare host among URLs */
    INTEL_PORT = 1 << 8        /* a port behind an address or a name, left out of the value */
};
enum { INTEL_DIRTS = 9 };

/* "defanged", "case", …; i < INTEL_DIRTS. */
const char *intel_dirt_word(unsigned i);
const char *intel_kind_word(enum intel_kind k); /* "ipv4", "ipv4-range", "domain", … */
/* Its inverse; also what lists call them: "ip", "hostname", "fqdn", "sha-256", … INTEL_NONE: no such word, or
 * one of several kinds ("ip", "hash", "ioc"): then *many. */
enum intel_kind intel_kind_named(struct span word, bool *many);

enum { INTEL_VALUE = 4096 };

struct intel_value {
    enum intel_kind kind;
    uint32_t dirt;
    size_t n;
    uint8_t text[INTEL_VALUE]; /* only [0, n) is written */
};

static inline struct span intel_value_span(const struct intel_value *v)
{
    return span_of(v->text, v->n);
}

/*
 * What s is, and its clean form. expected: what the source calls it; INTEL_NONE: unknown, then file names are
 * never recognised. An expected network kind may turn out to be another one (INTEL_OTHER_KIND); an expected
 * digest that has another length is refused. Reasons: "empty", "too-large", "utf-8", "control", "value" (of
 * no kind), "digest" (of no or another length), "local" (localhost and names of one label).
 */
MUST_USE bool intel_read_value(struct span s, enum intel_kind expected, struct intel_value *out,
                               struct why *w);

/* IPv4 or IPv6 with or without prefix, as bytes: 4 or 16 of them; *bits is the prefix, 32 or 128 without.
 * Bits behind the prefix are cleared and *host_bits tells whether one was set. */
MUST_USE bool intel_read_address(struct span s, uint8_t out[16], size_t *n, unsigned *bits, bool *host_bits);

/* The host of a URL that intel_read_value gave, without port and brackets. */
struct span intel_url_host(struct span url);

#endif
