#include "node/service_config.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"

static bool in_block(const uint8_t *address, uint8_t first, uint8_t second, uint8_t mask)
{
    return address[0] == first && (address[1] & mask) == second;
}

/* Loopback, or an address that is routed nowhere else. */
static bool private_host(struct span host, struct arena *a)
{
    bool bracketed = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    char *text = arena_str(a, bracketed ? span_sub(host, 1, host.n - 1) : host);
    static const uint8_t one[16] = { [15] = 1 };
    uint8_t b[16];

    if (!text)
        return false;
    if (bracketed)
        return inet_pton(AF_INET6, text, b) == 1 && (memcmp(b, one, 16) == 0 || (b[0] & 0xfe) == 0xfc);
    return inet_pton(AF_INET, text, b) == 1 &&
           (b[0] == 127 || b[0] == 10 || in_block(b, 172, 16, 0xf0) || in_block(b, 192, 168, 0xff));
}

/* http://HOST:PORT/PATH, and nothing that would be read in two ways. */
static bool url_fits(struct span s, struct arena *a)
{
    struct span rest, place;
    size_t slash = 0, colon, port = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"<>\\^`{|}@#", s.p[i]))
            return false;
    if (!span_starts(s, SPAN("http://")) || s.n > 300)
        return false;
    rest = span_sub(s, 7, s.n);
    while (slash < rest.n && rest.p[slash] != '/')
        slash++;
    place = span_sub(rest, 0, slash);
    for (colon = place.n; colon && place.p[colon - 1] != ':'; colon--)
        if (!ascii_digit(place.p[colon - 1]))
            return false;
    for (size_t i = colon; i < place.n; i++)
        port = port * 10 + (size_t)(place.p[i] - '0');
    return slash < rest.n && colon > 1 && place.n - colon <= 5 && port >= 1 && port <= 65535 &&
           private_host(span_sub(place, 0, colon - 1), a);
}

bool service_config_parse(struct span line, struct arena *a, struct service_config *out)
{
    struct service_config c = { 0 };
    struct span topic, rest = line;

    if (line.n < 3 || line.p[0] != '"')
        return false;
    rest = span_sub(line, 1, line.n);
    if (!text_split(&rest, '"', &topic) || !topic.n || topic.n > 64)
        return false;
    for (size_t i = 0; i < topic.n; i++)
        if (topic.p[i] < ' ' || topic.p[i] > '~')
            return false;
    rest = text_trim(rest);
    c.topic = arena_str(a, topic);
    if (rest.n && rest.p[0] == '/')
        c.command = arena_str(a, rest);
    else if (url_fits(rest, a))
        c.url = arena_str(a, rest);
    if (!c.topic || (!c.url && !c.command))
        return false;
    *out = c;
    return true;
}
