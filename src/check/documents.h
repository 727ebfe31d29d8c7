/* Listed documents, as a check asks for them: whoever holds the lists answers (service/notice). */
#ifndef SERAI_CHECK_DOCUMENTS_H
#define SERAI_CHECK_DOCUMENTS_H

#include "service/notice/document_set.h"

struct check_context;
struct gathered;

struct document_lookup {
    /*
     * What is known of that number at that time. LOOKUP_NOT_LISTED only from a list of that State that is
     * whole and no older than it may be; *as_of: how old it is, 0: no list of that State is kept here.
     */
    void (*ask)(void *ctx, struct span state, enum document_kind kind, const struct document_number *number,
                bool confused, unix_time now, struct document_answer *out, unix_time *as_of);
    void *ctx;
};

/* What a check says of the document presented. */
struct gathered_listing {
    bool asked; /* there are lists, and a number that reads well */
    struct document_answer answer;
    unix_time as_of;
};

/* "listed", "not listed", "unknown", "read again" */
const char *gathered_listing_word(const struct gathered_listing *l);
/* The word of document.listed; empty: not known. Unknown: its State keeps a list, and what it says now is not
 * known here. */
struct span gathered_listing_fact(const struct gathered_listing *l);
bool gathered_listing_unknown(const struct gathered_listing *l);

#endif
