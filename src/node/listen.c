#include "node/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool address_of(const char *host, uint16_t port, union address *out, socklen_t *n)
{
    *out = (union address){ 0 };
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        *n = sizeof out->v4;
        return true;
    }
    if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons(port);
        *n = sizeof out->v6;
        return true;
    }
    return false;
}

static bool refuse(const char *host, unsigned port, const char *key, struct why *w)
{
    switch (errno) {
    case EADDRINUSE:
        return why_set(w, "address-in-use", WHY_NO_OFFSET, NULL,
                       "port %u of %s is taken by another program, perhaps by this node started twice: "
                       "`ss -ltnp sport = :%u` shows which; stop it or change %s in node.conf",
                       port, host, port, key);
    case EACCES:
        return why_set(
            w, "address", WHY_NO_OFFSET, NULL,
            "port %u may not be opened by this user: ports below 1024 need a right; choose a higher one",
            port);
    case EADDRNOTAVAIL:
        return why_set(w, "address", WHY_NO_OFFSET, NULL, "%s is no address of this machine", host);
    default:
        return why_set(w, "address", WHY_NO_OFFSET, NULL, "cannot listen on %s port %u: %s", host, port,
                       strerror(errno));
    }
}

bool listen_on(const char *host, uint16_t wanted, const char *key, int *fd, uint16_t *port, struct why *w)
{
    const int on = 1;
    union address at;
    socklen_t n;
    int s;

    if (!address_of(host, wanted, &at, &n))
        return why_set(w, "address", WHY_NO_OFFSET, NULL, "%s is no numeric address", host);
    s = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0)
        return refuse(host, wanted, key, w);
    (void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at.any.sa_family == AF_INET6)
        (void)setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(s, &at.any, n) != 0 || listen(s, SOMAXCONN) != 0 || getsockname(s, &at.any, &n) != 0) {
        (void)refuse(host, wanted, key, w);
        (void)close(s);
        return false;
    }
    *port = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    *fd = s;
    return true;
}
