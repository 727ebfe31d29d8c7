/* A small HTTP client for tests: one request or raw bytes over one connection. */
#ifndef SERAI_TESTS_NODE_CLIENT_H
#define SERAI_TESTS_NODE_CLIENT_H

#include <stddef.h>
#include <stdint.h>

struct reply {
    int status;      /* 0: the connection ended without an answer */
    char head[4096]; /* status line and headers */
    char *body;      /* NUL-terminated; free it with reply_free */
    size_t n;
    int closed; /* the server closed after it */
};

/* A connected socket; fails the running test. */
int client_connect(uint16_t port);

/* Sends n bytes as they are and reads one answer; head_only: an answer to HEAD. */
void client_raw(int fd, const char *bytes, size_t n, int head_only, struct reply *out);

/* A whole request on its own connection. headers: lines that end in \r\n, besides Host and Content-Length. */
void client_do(uint16_t port, const char *method, const char *target, const char *headers, const char *body,
               size_t n, struct reply *out);

/* The value of a header, without blanks; NULL when absent. Valid until the next call of the thread. */
const char *reply_header(const struct reply *r, const char *name);

void reply_free(struct reply *r);

#endif
