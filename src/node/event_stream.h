/* A stream of events (node/events.h) carried by a connection of the HTTP server. */
#ifndef SERAI_NODE_EVENT_STREAM_H
#define SERAI_NODE_EVENT_STREAM_H

#include <microhttpd.h>

#include "node/events.h"

struct event_stream;

/* Takes s over. The response writes what s says and suspends the connection between; it must be queued on c,
 * and both live until event_stream_free. */
struct event_stream *event_stream_new(struct events_stream *s, struct MHD_Connection *c);
struct MHD_Response *event_stream_response(struct event_stream *e);
/* Once the request has ended, while its socket is still open. NULL allowed. */
void event_stream_free(struct event_stream *e);

#endif
