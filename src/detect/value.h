/*
 * Indicator values and the values of log fields in one form, so that equal things have equal bytes:
 *
 *   IPv4, IPv6     4 or 16 bytes; ::ffff:a.b.c.d is the IPv4 address
 *   ranges         the length of the prefix, then 4 or 16 bytes with nothing set behind it
 *   domain         ASCII form (UTS 46), lower case, no dot at the end
 *   URL            host, path and query: no scheme, user, fragment, port 80 or 443; the host as a domain or
 *                  an address; an empty path is "/"
 *   URL prefix     the same; matches what begins with it at a boundary of "/", "?" or the end
 *   file hashes    their bytes
 *   mail address   lower case, the part behind @ as a domain
 */
#ifndef SERAI_DETECT_VALUE_H
#define SERAI_DETECT_VALUE_H

#include "base/buffer.h"
#include "base/why.h"

enum detect_kind {
    DETECT_IPV4,
    DETECT_IPV6,
    DETECT_CIDR4,
    DETECT_CIDR6,
    DETECT_DOMAIN,
    DETECT_URL,
    DETECT_URL_PREFIX,
    DETECT_MD5,
    DETECT_SHA1,
    DETECT_SHA256,
    DETECT_SHA512,
    DETECT_MAIL,
    DETECT_TEXT, /* an entry of a warning list, lower case, compared as it is */
    DETECT_KINDS,
};

enum { DETECT_VALUE = 4096, DETECT_NAME = 255 };

/* "ipv4", "domain", "sha256", … */
const char *detect_kind_word(enum detect_kind k);
/* Also what others call them: "ip", "hostname", "ip-dst", "SHA-256", …; *auto_kind: the word covers several
 * kinds, or is not known and the value decides. */
bool detect_kind_named(struct span word, enum detect_kind *out);

MUST_USE bool detect_read_ipv4(const uint8_t *p, size_t n, uint32_t *out);
/* With or without brackets; a zone behind % is passed over. */
MUST_USE bool detect_read_ipv6(const uint8_t *p, size_t n, uint8_t out[16]);
/* The bytes of an address of either kind; false when it is none. */
MUST_USE bool detect_read_address(struct span s, enum detect_kind *kind, uint8_t out[16], size_t *n);

/* Appends the name. False, and nothing is appended, when s cannot be a name of a host. A single label is one.
 */
MUST_USE bool detect_put_domain(struct buffer *b, struct span s);
/* host may carry a port; target is a path with a query, or a whole URL, which then counts alone; port 0: none
 * is known. */
MUST_USE bool detect_put_url_of(struct buffer *b, struct span host, unsigned port, struct span target);
MUST_USE bool detect_put_url(struct buffer *b, struct span s);
MUST_USE bool detect_put_mail(struct buffer *b, struct span s);
MUST_USE bool detect_put_hash(struct buffer *b, struct span s, enum detect_kind *kind);

/* Any value, appended in its form; *kind is what the source called it on entry (DETECT_KINDS: find out) and
 * what it is on return: an address may be called a domain. Undoes defanging (hxxp, [.], (dot)). */
MUST_USE bool detect_put_value(struct buffer *b, struct span s, enum detect_kind *kind, struct why *w);

/* The form as people write it. */
void detect_put_readable(struct buffer *b, enum detect_kind kind, struct span form);

/* Where the part before a port ends, brackets of IPv6 included; *port 0 when there is none. */
struct span detect_host_of(struct span s, unsigned *port);

#endif
