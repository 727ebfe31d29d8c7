/*
 * Names of a member's logs: NAME/STREAM/AUDIENCE/SHARD, "kz.specimen/trust/all/2026".
 *
 *   NAME      of the member's node: small letters, digits, "." and "-"
 *   STREAM    small letters, digits and "-"; "index" is the member's list of its own checkpoints
 *   AUDIENCE  who gets the content: "all" members; "self", nobody but the owner; or the states joined by "-",
 *             in small letters and in order: "kz-tr". (A plus cannot stand in the name of a key, and each
 * log's key has the origin as its name.) SHARD     the year; after a tail was lost "2026.2", "2026.3"
 *
 * Everybody may cosign any of them; only the audience gets entries and bodies.
 */
#ifndef SERAI_LOG_ORIGIN_H
#define SERAI_LOG_ORIGIN_H

#include "base/buffer.h"
#include "base/why.h"

enum { ORIGIN_NAME = 128, ORIGIN_STREAM = 32, ORIGIN_AUDIENCE = 128, ORIGIN_SHARD = 12, ORIGIN_MAX = 304 };

struct origin {
    struct span text; /* all of it */
    struct span name, stream, audience, shard;
    unsigned year;  /* 1970..9999 */
    unsigned epoch; /* 1: the year alone; 2..99 */
};

/* Spans point into text. Reason "origin" with the offset of the part that is wrong. */
MUST_USE bool origin_parse(struct span text, struct origin *out, struct why *w);

/* Appends the origin of those parts; false, and nothing appended, when a part cannot be. */
MUST_USE bool origin_put(struct span name, struct span stream, struct span audience, unsigned year,
                         unsigned epoch, struct buffer *b);

bool origin_stream_valid(struct span stream);
bool origin_audience_valid(struct span audience);

/* Whether a log of owner is one whose content member gets. States in letters of any case; empty: nobody. */
bool origin_audience_has(struct span audience, struct span owner, struct span member);

#endif
