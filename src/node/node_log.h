/*
 * Lines of a node's log: one event a line, as JSON for machines or as text for people. What stands in them is
 * of the code's own words, figures, and names of files: never a body, a query, an address of a caller, nor
 * anything of a traveller. A request's id, which is the caller's text, appears as a keyed digest only.
 */
#ifndef SERAI_NODE_NODE_LOG_H
#define SERAI_NODE_NODE_LOG_H

#include "base/buffer.h"
#include "base/date.h"

enum log_form { LOG_AS_TEXT, LOG_AS_JSON, LOG_NOTHING };
/* Each with those before it. */
enum log_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFO };

enum { LOG_ID = 8 }; /* bytes of a request id's digest */

struct access_line; /* node/node.h */

/* An error is an answer from 500; a warning a refusal, or a client that left. */
enum log_level log_level_of(const struct access_line *line);

/* One line with its end, for a request or for anything else that happened; event is a word, detail may be
 * NULL. A line is short: buf of 4 KiB holds any. */
void log_request(enum log_form form, unix_time at, const struct access_line *line, struct buffer *out);
void log_event(enum log_form form, unix_time at, enum log_level level, const char *event, const char *detail,
               struct buffer *out);

#endif
