#include "node/caller.h"

#include "node/config.h"

bool caller_address(const struct sockaddr *peer, char out[CALLER_TEXT])
{
    union {
        const struct sockaddr *any;
        const struct sockaddr_in *v4;
        const struct sockaddr_in6 *v6;
    } p = { .any = peer };

    if (peer && peer->sa_family == AF_INET)
        return inet_ntop(AF_INET, &p.v4->sin_addr, out, CALLER_TEXT) != NULL;
    if (!peer || peer->sa_family != AF_INET6)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&p.v6->sin6_addr))
        return inet_ntop(AF_INET, &p.v6->sin6_addr.s6_addr[12], out, CALLER_TEXT) != NULL;
    return inet_ntop(AF_INET6, &p.v6->sin6_addr, out, CALLER_TEXT) != NULL;
}

bool caller_is_loopback(const struct sockaddr *peer)
{
    char text[CALLER_TEXT];

    return caller_address(peer, text) && config_is_loopback(text);
}
