/* Whose connection a request came by. */
#ifndef SERAI_NODE_CALLER_H
#define SERAI_NODE_CALLER_H

#include <arpa/inet.h>
#include <stdbool.h>
#include <sys/socket.h>

enum { CALLER_TEXT = INET6_ADDRSTRLEN };

/* The numeric address; of a caller over IPv4 at a socket of IPv6, that of IPv4. False: not known. */
bool caller_address(const struct sockaddr *peer, char out[CALLER_TEXT]);
struct config_list;
/* "loopback" or one of the addresses; of an empty list: loopback. */
bool caller_may(const struct config_list *who, const struct sockaddr *peer);
/* From this very machine. A proxy on it makes everybody so. */
bool caller_is_loopback(const struct sockaddr *peer);
struct http_request;
/* Who may work with what only offices see: whoever signed in, wherever that is; on a node where nobody does,
 * who is on this machine. */
bool caller_is_here(const struct http_request *r);

#endif
