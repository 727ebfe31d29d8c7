#include "node/caller.h"

#include <string.h>

#include "node/config.h"
#include "node/http.h"

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

bool caller_is_here(const struct http_request *r)
{
    return r->who || caller_is_loopback(r->peer);
}

static bool same_address(const char *a, const char *b)
{
    uint8_t x[16], y[16];
    int family = strchr(a, ':') ? AF_INET6 : AF_INET;

    return inet_pton(family, a, x) == 1 && inet_pton(family, b, y) == 1 &&
           memcmp(x, y, family == AF_INET6 ? 16 : 4) == 0;
}

bool caller_may(const struct config_list *who, const struct sockaddr *peer)
{
    char text[CALLER_TEXT];

    if (!caller_address(peer, text))
        return false;
    if (who->n == 0)
        return config_is_loopback(text);
    for (size_t i = 0; i < who->n; i++)
        if (strcmp(who->item[i], "loopback") == 0 ? config_is_loopback(text)
                                                  : same_address(who->item[i], text))
            return true;
    return false;
}
