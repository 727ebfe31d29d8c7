/*
 * LDIF (RFC 2849), as directories such as the ICAO PKD are handed on, read piece by piece: a file of a
 * gigabyte needs the memory of its longest value. Pure syntax; what a name means is the caller's.
 */
#ifndef SERAI_WIRE_LDIF_H
#define SERAI_WIRE_LDIF_H

#include "base/buffer.h"
#include "base/why.h"

/* One attribute of an entry. Spans are valid during the call. */
struct ldif_value {
    struct span dn;    /* of its entry, as written; empty in front of the first one */
    struct span name;  /* with options: "userCertificate;binary" */
    struct span value; /* base64 decoded */
    uint64_t offset;   /* of its line, from the start of the file */
    size_t line;       /* from 1 */
};

struct ldif_sink {
    void (*value)(void *ctx, const struct ldif_value *v);
    /* A line that is no LDIF, or too long: it is passed over. Reason "ldif", "base64" or "too-large". */
    void (*bad)(void *ctx, const struct why *w, size_t line);
    void *ctx;
};

struct ldif {
    struct ldif_sink sink;
    struct buffer text; /* the line at hand, unfolded */
    struct buffer raw;  /* its value, decoded */
    struct buffer dn;
    uint64_t offset, begun; /* bytes read; where the line at hand begins */
    size_t line, begun_line;
    bool at_start;      /* of a physical line */
    bool comment, lost; /* the line at hand is a comment; is too long */
    bool seen_cr;
};

/* most: the longest value, in bytes. Release with ldif_done. */
void ldif_init(struct ldif *l, size_t most, const struct ldif_sink *sink);
void ldif_feed(struct ldif *l, struct span piece);
/* The end of the file: what is at hand is a line as well. */
void ldif_end(struct ldif *l);
void ldif_done(struct ldif *l);

/* Whether a file that starts like this is LDIF: "version:" or "dn:" behind comments and empty lines. */
bool ldif_likely(struct span start);

/* Whether the attribute has that type, whatever its case and options (RFC 4512 2.5). */
bool ldif_named(const struct ldif_value *v, const char *type);

#endif
