/*
 * Warning lists as MISP publishes them: values that are often in threat intelligence by mistake. Five kinds,
 * each only for the attributes that it names (matching_attributes). A hit never deletes anything: it is
 * shown with the indicator.
 */
#ifndef SERAI_INTEL_WARNINGLIST_H
#define SERAI_INTEL_WARNINGLIST_H

#include "base/arena.h"
#include "intel/row.h"

enum warninglist_kind {
    WARNINGLIST_CIDR,      /* the address or range overlaps a listed one */
    WARNINGLIST_STRING,    /* equal, case aside */
    WARNINGLIST_HOSTNAME,  /* the name, or the host of a URL, is listed or lies below a listed one */
    WARNINGLIST_SUBSTRING, /* holds a listed text, case aside */
    WARNINGLIST_REGEX,     /* PCRE, mostly between delimiters: "/^a/i" */
};

/* One list as it was read. Spans are the arena's or the text's. */
struct warninglist {
    struct span name, description;
    enum warninglist_kind kind;
    int64_t version;
    uint32_t kinds;     /* intel_kind_bit of what it is for */
    size_t entries;     /* as written in the file, those refused too */
    size_t n;           /* of entry */
    struct span *entry; /* as written, without blanks around */
};

/*
 * Reads one list. Entries that are no text, empty, or no value of the list's kind go to refused with their
 * place. Reasons of false: those of json_parse, "warninglist" (no name, kind or list), "too-large".
 */
MUST_USE bool warninglist_read(struct span json, const struct intel_sink *sink, struct arena *a,
                               struct warninglist *out, struct why *w);

/* Many lists made ready for looking up. Immutable; looked into by many threads. */
struct warninglists;

/* At most LIMIT_WARNINGLISTS; copies what it needs. Regular expressions that do not compile go to refused.
 * Reason "too-large". Free with warninglists_free (NULL allowed). */
MUST_USE bool warninglists_new(const struct warninglist *list, size_t n, const struct intel_sink *sink,
                               struct warninglists **ret, struct why *w);
void warninglists_free(struct warninglists *l);

size_t warninglists_count(const struct warninglists *l);
struct span warninglists_name(const struct warninglists *l, size_t i);

/*
 * The lists that a clean value (intel/kind.h) is on: their places in rising order into out, at most room of
 * them; how many there are.
 */
size_t warninglist_check(const struct warninglists *l, enum intel_kind kind, struct span value, uint16_t *out,
                         size_t room);

#endif
