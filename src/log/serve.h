/*
 * What a member is given of a log in a folder, own or mirrored: a function of who asks and what for. Whatever
 * carries requests calls it. The checkpoint goes to every member, since all witness it; entries, tiles and
 * bodies to the audience alone.
 */
#ifndef SERAI_LOG_SERVE_H
#define SERAI_LOG_SERVE_H

#include "log/body_files.h"
#include "log/origin.h"

struct log_serve_answer {
    unsigned status;  /* 200, 403 (not of the audience), 404, 410 (erased) */
    const char *type; /* Content-Type; NULL: no body */
    bool immutable;   /* a full tile or entry bundle: may be cached for ever. Bodies never are: they go */
};

/*
 * path: "checkpoint", "witnessed", "tile/…", "bodies/…", "body/…", without a slash before it; anything else
 * is 404, also what would lead out of root. owner: the state whose log it is; member: the state that asks.
 * out is filled with the file when 200. False: it cannot be read ("io", "bundle").
 */
MUST_USE bool log_serve(const char *root, const struct origin *o, struct span owner, struct span member,
                        struct span path, struct buffer *out, struct log_serve_answer *answer, struct why *w);

#endif
