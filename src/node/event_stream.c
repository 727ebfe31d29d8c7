#include "node/event_stream.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct event_stream {
    struct events_stream *stream;
    struct MHD_Connection *connection;
    int fd;
    size_t at, n; /* of text: written, to write */
    char text[EVENTS_TEXT];
};

static void sleep_line(void *ctx)
{
    MHD_suspend_connection(((struct event_stream *)ctx)->connection);
}

static void wake_line(void *ctx)
{
    MHD_resume_connection(((struct event_stream *)ctx)->connection);
}

/* A suspended connection is watched by nobody: whoever closes a page would keep a place until the next
 * heartbeats found it out. */
static bool line_gone(void *ctx)
{
    struct pollfd p = { .fd = ((struct event_stream *)ctx)->fd, .events = POLLRDHUP };

    return poll(&p, 1, 0) == 1;
}

struct event_stream *event_stream_new(struct events_stream *s, struct MHD_Connection *c)
{
    struct event_stream *e = calloc(1, sizeof *e);
    struct events_line line = { sleep_line, wake_line, line_gone, e };

    if (!e)
        abort();
    e->stream = s;
    e->connection = c;
    e->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    events_carry(s, &line);
    return e;
}

/* 0 leaves the connection suspended: events_read has done it. */
static ssize_t read_some(void *cls, uint64_t at, char *out, size_t room)
{
    struct event_stream *e = cls;
    size_t n;
    int got;

    (void)at;
    if (e->at == e->n) {
        got = events_read(e->stream, e->text);
        if (got == EVENTS_OVER)
            return MHD_CONTENT_READER_END_OF_STREAM;
        e->at = 0;
        e->n = (size_t)got;
    }
    n = e->n - e->at < room ? e->n - e->at : room;
    memcpy(out, e->text + e->at, n);
    e->at += n;
    return (ssize_t)n;
}

struct MHD_Response *event_stream_response(struct event_stream *e)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, EVENTS_TEXT, read_some, e, NULL);
}

void event_stream_free(struct event_stream *e)
{
    if (!e)
        return;
    events_close(e->stream);
    free(e);
}
