/*
 * Names that this node screens, in the folder that node.conf names with `lookup`:
 *
 *   LOOKUP/names/    images and changes of the engine (service/notice/screen.h), a shelf for the notices
 *
 * The shelf of notices follows the book of notices (notice_book.h); lists have shelves of their own, put
 * there by whoever imports them. One process writes it. Without notices and lists nothing is opened.
 */
#ifndef SERAI_NODE_SCREENING_H
#define SERAI_NODE_SCREENING_H

#include "node/config.h"
#include "service/notice/hit.h"
#include "service/notice/notice_book.h"

struct screening;

struct screening_options {
    const struct node_config *config; /* with `lookup` */
    const struct agreement *agreement;
    struct store *store;
    struct notice_book *book; /* NULL: no notices */
    const struct ask_office *office;
    const struct ask_desk *desk;
    unix_time (*now)(void *ctx);
    void *ctx;
    bool served; /* a node that runs: what was missed and what ended is put right beside it, by a thread */
};

/* What options point to outlives it. Reasons of screen_shelf, "io". */
MUST_USE bool screening_open(const struct screening_options *o, struct screening **ret, struct why *w);
void screening_close(struct screening *s); /* NULL allowed; before the book */

/* For check_context, handlers and commands. */
const struct hit_desk *screening_hits(const struct screening *s);
/* The shelf of notices from the book, whole. */
MUST_USE bool screening_rebuild(struct screening *s, unix_time now, struct why *w);

#endif
