#include "client.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

int client_connect(uint16_t port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct timeval patience = { .tv_sec = 20 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

const char *reply_header(const struct reply *r, const char *name)
{
    static _Thread_local char value[1024];
    size_t n = strlen(name), len;

    for (const char *line = strstr(r->head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':')
            continue;
        line += 3 + n;
        line += strspn(line, " ");
        len = strcspn(line, "\r");
        (void)snprintf(value, sizeof value, "%.*s", (int)len, line);
        return value;
    }
    return NULL;
}

/* Status line and headers, byte by byte, so that nothing of the body is taken. */
static int read_head(int fd, struct reply *out)
{
    size_t n = 0;

    while (n < sizeof out->head - 1 && read(fd, out->head + n, 1) == 1) {
        out->head[++n] = 0;
        if (n >= 4 && memcmp(out->head + n - 4, "\r\n\r\n", 4) == 0)
            return 1;
    }
    return 0;
}

void client_raw(int fd, const char *bytes, size_t n, int head_only, struct reply *out)
{
    const char *value;
    ssize_t got;

    memset(out, 0, sizeof *out);
    for (size_t sent = 0; sent < n; sent += (size_t)got) {
        got = send(fd, bytes + sent, n - sent, MSG_NOSIGNAL);
        if (got <= 0)
            break; /* the server may answer and close before it has read everything */
    }
    do {
        out->status = 0;
        if (!read_head(fd, out) || sscanf(out->head, "HTTP/1.1 %d", &out->status) != 1)
            return;
    } while (out->status == 100);
    value = reply_header(out, "Content-Length");
    out->n = value && !head_only ? strtoul(value, NULL, 10) : 0;
    value = reply_header(out, "Connection");
    out->closed = value && strcasecmp(value, "close") == 0;
    out->body = calloc(1, out->n + 1);
    assert_non_null(out->body);
    for (size_t at = 0; at < out->n; at += (size_t)got) {
        got = read(fd, out->body + at, out->n - at);
        if (got <= 0)
            fail_msg("the answer ends after %zu of %zu bytes", at, out->n);
    }
}

void client_do(uint16_t port, const char *method, const char *target, const char *headers, const char *body,
               size_t n, struct reply *out)
{
    size_t room = n + 4096;
    char *text = malloc(room);
    int fd = client_connect(port), head;

    assert_non_null(text);
    if (!strstr(headers, "Host:"))
        head = snprintf(text, room, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%sContent-Length: %zu\r\n\r\n",
                        method, target, (unsigned)port, headers, n);
    else
        head = snprintf(text, room, "%s %s HTTP/1.1\r\n%sContent-Length: %zu\r\n\r\n", method, target,
                        headers, n);
    if (n)
        memcpy(text + head, body, n);
    client_raw(fd, text, (size_t)head + n, strcmp(method, "HEAD") == 0, out);
    free(text);
    (void)close(fd);
}

void reply_free(struct reply *r)
{
    free(r->body);
    r->body = NULL;
}
