/* One provider's advisories, out of its folder or from its address, checked and laid out as a mirror. */
#ifndef SERAI_CLI_ADVISORY_FETCH_H
#define SERAI_CLI_ADVISORY_FETCH_H

#include "cli/advisory_web.h"
#include "cli/provider.h"
#include "csaf/source.h"

struct advisory_job {
    const char *from;    /* folder, domain, or address of a provider-metadata.json */
    const char *keyring; /* who may sign */
    const char *fetch;   /* folder of what is on its way, and of what was asked before; made; not served */
    const char *url;     /* of the mirror; NULL: the provider's own */
    struct provider_key key; /* signs what has no signature, when that is allowed */
    struct advisory_web_options web;
    bool all;         /* ask for every document, also those whose time did not change */
    bool unsigned_ok; /* documents without a signature are taken */
    bool plain;       /* `from` has a publisher's documents alone; source is filled already */
    int lock;
    bool is_protected; /* AMBER and RED are taken too: a mirror that nobody else reads */
    struct arena *a;
    struct csaf_source source; /* filled by advisory_job_begin */
    struct advisory_web *net;  /* NULL: a folder */
    struct provider p;
    size_t faults, taken, kept; /* told on stdout; new documents; those that were there */
};

/* Finds and reads provider-metadata.json (7.3.1); `from` of a folder is that folder. */
MUST_USE bool advisory_job_begin(struct advisory_job *j, struct why *w);
/* All documents (7.3.2) into the new folder `fresh`; `old` is the mirror as it was. */
MUST_USE bool advisory_job_run(struct advisory_job *j, const char *old, const char *fresh, struct why *w);
/* The metadata of the last time that they were read; and the mirror as it was, laid out again. */
MUST_USE bool advisory_job_recall(struct advisory_job *j, struct why *w);
MUST_USE bool advisory_job_keep(struct advisory_job *j, const char *old, const char *fresh, struct why *w);
/* `fresh` took its place: what was on its way is removed. */
void advisory_job_done(struct advisory_job *j);
void advisory_job_end(struct advisory_job *j);

/* "what: reason: detail (clause)" on stdout, and counted. */
void advisory_job_tell(struct advisory_job *j, struct span what, const struct why *w);

/* A document with what its list says of it. hash, signature: files beside it, or empty. */
struct advisory_found {
    struct span body, sha256, sha512, signature;
};
/* Hash and signature, before anything is parsed or written (7.3.2). */
MUST_USE bool advisory_proved(const struct advisory_job *j, const struct advisory_found *f, struct why *w);
/* Writes it and its signature to `path`, and into p when it is what was expected. */
MUST_USE bool advisory_take(struct advisory_job *j, const char *path, const struct advisory_found *f,
                            const struct provider_expected *e, struct why *w);

/* advisory_list.c: feeds, or else folders; asked again only when they changed. False: told. */
MUST_USE bool advisory_find(struct advisory_job *j, struct span *metadata, struct why *w);
/* Calls fn for every document of every place; false: a list could not be read, and was told. */
typedef void (*advisory_entry_fn)(struct advisory_job *j, const struct csaf_place *p,
                                  const struct csaf_entry *e);
MUST_USE bool advisory_each(struct advisory_job *j, advisory_entry_fn fn);

/* FETCH/HEX.ENDING of an address. */
MUST_USE bool advisory_fetch_path(const struct advisory_job *j, struct span url, const char *ending,
                                  char out[PATH_MAX]);

#endif
