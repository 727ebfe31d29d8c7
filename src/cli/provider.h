/* A folder of advisories as CSAF 2.0 section 7 lays it out: what stands in it, and writing a new one beside
 * it. */
#ifndef SERAI_CLI_PROVIDER_H
#define SERAI_CLI_PROVIDER_H

#include <limits.h>

#include "csaf/csaf.h"

/* Where a document of each label stands: "white", …, "protected/red". */
extern const char *const provider_folders[CSAF_RED + 1];

struct provider_document {
    enum csaf_tlp tlp;
    const char *name;                                                       /* "esa-2026-001.json" */
    const char *year;                                                       /* "2026" */
    struct span id, title, category, language, version, published, updated; /* the arena's */
    const char *source;                                                     /* the file it is taken from */
    uint8_t hash[32];                                                       /* SHA-256 of its bytes */
    const char *kept; /* signature that belongs to these bytes; NULL: none yet */
    bool seen;        /* its provider lists it still */
};

/* How a list leads to a document: it must be that. */
struct provider_expected {
    const char *name;
    bool labelled;
    enum csaf_tlp tlp;
};

struct provider {
    struct arena *a;
    struct provider_document *item; /* sorted by label, then newest first, then name */
    size_t n, cap;
    const char *url;       /* without a slash at its end */
    struct span publisher; /* JSON */
    const char *contact, *role, *key_url;
    struct span fingerprint;
    bool list, mirror;
    bool open_only; /* nothing labelled AMBER or RED is taken: reason "label" */
    bool watched;   /* a mirror's: a version that goes back ("rollback") or changed ("changed") is refused */
    const struct provider_expected *expected; /* of what is added next; NULL: anything */
    const char *own_key_url; /* of who signs what has no signature, besides the provider's; NULL: nobody */
    struct span own_fingerprint;
};

/* Adds a document, or puts it in place of an older version of the same. Reasons "older" (a newer one is
 * there), "invalid", "too-large", "label", "name", "rollback", "changed". The text is parsed, and not kept.
 */
MUST_USE bool provider_add(struct provider *p, const char *path, const char *signature, struct why *w);

/* By the name of its file; NULL: there is none. */
struct provider_document *provider_find(const struct provider *p, const char *name);

/* All documents of a folder that is there; a folder that is not there has none. */
MUST_USE bool provider_load(struct provider *p, const char *folder, struct why *w);

/* Calls fn for each document in a folder, by label, year and name. False: fn said so, or the folder cannot be
 * read. */
typedef bool (*provider_fn)(void *ctx, enum csaf_tlp tlp, const char *year, const char *path, struct why *w);
MUST_USE bool provider_walk(const char *folder, provider_fn fn, void *ctx, struct why *w);

/* Who signs the documents that have no signature yet; key NULL: nobody. */
struct provider_key {
    const char *home, *key;
};

/* Lays all out in a new folder, which must not be there. */
MUST_USE bool provider_write(struct provider *p, const char *folder, const struct provider_key *key,
                             struct why *w);

/* Puts the new folder in place of the old one, in one step, and removes the old one. */
MUST_USE bool provider_replace(const char *fresh, const char *folder, struct why *w);

/* index.txt and changes.csv of a label. */
void provider_index(const struct provider *p, enum csaf_tlp tlp, struct buffer *out);
void provider_changes(const struct provider *p, enum csaf_tlp tlp, struct buffer *out);
void provider_sort(struct provider *p);

MUST_USE bool provider_hash(struct span s, const char *path, bool sha512, struct why *w);
MUST_USE bool provider_path(char out[PATH_MAX], const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Removes a folder and what is in it. */
void provider_remove(const char *folder);

#endif
