/*
 * The catalogue of known exploited vulnerabilities (KEV): one JSON file that is replaced in place. Entries
 * are told apart by their cveID; what changed between two catalogues is exact, field by field.
 */
#ifndef SERAI_INTEL_KEV_H
#define SERAI_INTEL_KEV_H

#include "base/arena.h"
#include "base/buffer.h"
#include "intel/row.h"

enum kev_field {
    KEV_VENDOR,
    KEV_PRODUCT,
    KEV_NAME,
    KEV_ADDED,
    KEV_DESCRIPTION,
    KEV_ACTION,
    KEV_DUE,
    KEV_RANSOMWARE,
    KEV_NOTES,
    KEV_CWES, /* the list as written, blanks aside: "CWE-20,CWE-502" */
};

enum { KEV_FIELDS = KEV_CWES + 1 };

const char *kev_field_name(enum kev_field f); /* "vendorProject", … as in the catalogue */

struct kev_entry {
    struct span cve;
    struct span field[KEV_FIELDS]; /* unescaped; empty: absent */
};

struct kev_catalogue {
    struct span version;
    unix_time released; /* 0: not said */
    size_t n;
    const struct kev_entry *entry; /* by cve, rising; the arena's */
};

/* An entry without a CVE of the form CVE-YYYY-N…, or with one that stood before, goes to refused ("kev",
 * "repeated"). False: no JSON, or no catalogue ("kev"). */
MUST_USE bool kev_read(struct span json, const struct intel_sink *sink, struct arena *a,
                       struct kev_catalogue *out, struct why *w);

/* NULL: not in it. */
const struct kev_entry *kev_find(const struct kev_catalogue *c, struct span cve);

struct kev_change {
    const struct kev_entry *old, *new; /* old NULL: added; new NULL: removed */
    uint32_t fields;                   /* 1 << enum kev_field of each that differs, when both are there */
};

struct kev_delta {
    size_t added, changed, removed, same;
};

/* Every entry that is not the same in both, by CVE. change may be NULL. False when it answered false. */
bool kev_compare(const struct kev_catalogue *old, const struct kev_catalogue *new,
                 bool (*change)(void *ctx, const struct kev_change *c), void *ctx, struct kev_delta *out);

/* Appends the vulnerability object: its id follows from the CVE. modified: when this content began to hold;
 * 0: the day it was added. */
void kev_put_vulnerability(struct buffer *out, const struct kev_entry *e, unix_time modified,
                           const struct intel_about *about, const char *creator);

/*
 * The key under which assets are compared with entries: vendor and product in lower case, without what people
 * write differently: punctuation, "inc", "corporation", "the", and the vendor's name at the front of the
 * product's. "Microsoft Corp." "Microsoft Windows" and "microsoft" "windows" have one key.
 */
enum { KEV_KEY = 256 };
struct span kev_key(struct span vendor, struct span product, char out[KEV_KEY]);

#endif
