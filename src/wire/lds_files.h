/* The small files of a travel document chip: EF.COM, DG15, EF.ATR/INFO, EF.DIR (Doc 9303-10 3.11, 4.6, 4.7).
 * Spans into the input. */
#ifndef SERAI_WIRE_LDS_FILES_H
#define SERAI_WIRE_LDS_FILES_H

#include "base/finding.h"
#include "base/limits.h"

/* EF.COM, 4.6.1. Not signed: a hint only. */
struct ef_com {
    char lds_version[6];     /* "1.07"; "": absent or not readable, then a finding */
    char unicode_version[9]; /* "4.0.0" or "" */
    uint32_t groups;         /* bit n for DGn */
};

/* Reason "ef-com". A tag in the list that belongs to no data group is a finding. */
MUST_USE bool ef_com_parse(struct span file, struct ef_com *out, struct findings *f, struct why *w);

/* DG15, the public key of active authentication (4.7.15). */
struct dg15 {
    struct span key;       /* SubjectPublicKeyInfo, its SEQUENCE included */
    struct span algorithm; /* content octets of its OID */
    struct span bits;      /* of the key itself */
};

/* Reason "dg15". */
MUST_USE bool dg15_parse(struct span file, struct dg15 *out, struct why *w);

/* EF.ATR/INFO, 3.11.1: what the chip can take. */
struct ef_atr {
    bool has_capabilities;
    bool chaining, extended; /* third byte of the card capabilities, ISO/IEC 7816-4 */
    int32_t max_command; /* bytes of a command and of a response with extended length, 7F66; 0: not said */
    int32_t max_response;
};

/* Data objects up to the end or to a zero byte; unknown ones are stepped over. Reason "ef-atr". */
MUST_USE bool ef_atr_parse(struct span file, struct ef_atr *out, struct why *w);

/* EF.DIR, 3.11.2: the applications on the chip. */
struct ef_dir {
    size_t n;
    struct span aid[LIMIT_APPLICATIONS]; /* 5 to 16 bytes */
};

/* Application templates up to the end or to a zero byte. Reason "ef-dir" or "too-large". */
MUST_USE bool ef_dir_parse(struct span file, struct ef_dir *out, struct why *w);

/* "eMRTD", "eID", ... for a known application identifier, else NULL. */
const char *application_name(struct span aid);

#endif
