/* Notices of persons as hits know them: names for the engine, and what stands in them now. */
#ifndef SERAI_SERVICE_NOTICE_HIT_NOTICE_H
#define SERAI_SERVICE_NOTICE_HIT_NOTICE_H

#include "service/notice/hit.h"
#include "service/notice/notice_book.h"

struct hit_notices {
    struct notice_book *book;
    const struct agreement *agreement;
};

/* For struct hit_source; ctx: struct hit_notices. */
bool hit_notice_about(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                      struct hit_entity *out, struct why *w);

/* Names of a notice in force about a person; 0: it is none, or of a thing. The notice's and the arena's. */
size_t hit_notice_names(const struct notice_held *h, struct arena *a, struct names_entry out[HIT_NAMES]);

/* Numbers of the person's documents in such a notice. */
size_t hit_notice_documents(const struct notice_held *h, struct screen_document out[HIT_DOCUMENTS]);

#endif
