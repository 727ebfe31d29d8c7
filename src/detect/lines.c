/*
 * Lines of DNS servers and of proxies, and values in columns. A line is told by its form; what it says
 * besides the fields named here is not looked at.
 */
#include "base/text.h"
#include "detect/log_internal.h"

enum slot { SLOT_CLIENT, SLOT_QUERY, SLOT_ANSWER, SLOT_URL, SLOT_HOST, SLOT_SERVER };

const char *const lines_slots[] = {
    [SLOT_CLIENT] = "client", [SLOT_QUERY] = "query", [SLOT_ANSWER] = "answer",
    [SLOT_URL] = "url",       [SLOT_HOST] = "host",   [SLOT_SERVER] = "server",
};

const char *const plain_slots[] = { "value",    "field-1",  "field-2",  "field-3",  "field-4",  "field-5",
                                    "field-6",  "field-7",  "field-8",  "field-9",  "field-10", "field-11",
                                    "field-12", "field-13", "field-14", "field-15", "field-16" };

/* The next word between blanks; empty at the end. */
static struct span word(struct span *s)
{
    size_t from = 0, to;

    while (from < s->n && (s->p[from] == ' ' || s->p[from] == '\t'))
        from++;
    for (to = from; to < s->n && s->p[to] != ' ' && s->p[to] != '\t'; to++)
        ;
    struct span w = span_sub(*s, from, to);

    *s = span_sub(*s, to, s->n);
    return w;
}

/* What stands behind mark; false: it is not there. */
static bool behind(struct span s, const char *mark, struct span *out)
{
    size_t n = strlen(mark);
    const uint8_t *at = s.n >= n ? memmem(s.p, s.n, mark, n) : NULL;

    if (!at)
        return false;
    *out = span_sub(s, (size_t)(at - s.p) + n, s.n);
    return true;
}

static void take(struct detect_matcher *m, enum detect_what what, unsigned slot, struct span s)
{
    if (s.n)
        detect_take(m, what, slot, s.p, s.n);
}

/* ---- DNS servers */

/* dnsmasq: "query[A] NAME from CLIENT", "reply NAME is VALUE" (also cached, config, /etc/hosts). */
static bool dnsmasq(struct detect_matcher *m, struct span s)
{
    struct span rest, name, value;

    if (!behind(s, "dnsmasq", &rest) || !behind(rest, ": ", &rest))
        return false;
    if (behind(rest, "query[", &value)) {
        if (!behind(value, "] ", &value))
            return false;
        name = word(&value);
        if (!span_eq_str(word(&value), "from"))
            return false;
        take(m, WHAT_NAME, SLOT_QUERY, name);
        take(m, WHAT_ADDRESS, SLOT_CLIENT, word(&value));
        return true;
    }
    if (behind(rest, " is ", &value)) {
        rest = span_sub(rest, 0, (size_t)(value.p - rest.p) - 4);
        for (name = word(&rest); rest.n; name = word(&rest))
            ;
        take(m, WHAT_NAME, SLOT_QUERY, name);
        take(m, WHAT_NAME, SLOT_ANSWER, word(&value));
    }
    return true;
}

/* BIND: "client @0x… ADDRESS#PORT (NAME): query: NAME CLASS TYPE …" */
static bool bind_query(struct detect_matcher *m, struct span s)
{
    struct span client, query, address;
    size_t n = 0;

    if (!behind(s, "client ", &client) || !behind(client, "query: ", &query))
        return false;
    address = word(&client);
    if (address.n && address.p[0] == '@')
        address = word(&client);
    while (n < address.n && address.p[n] != '#')
        n++;
    take(m, WHAT_ADDRESS, SLOT_CLIENT, span_sub(address, 0, n));
    take(m, WHAT_NAME, SLOT_QUERY, word(&query));
    return true;
}

/* Unbound: "info: ADDRESS NAME TYPE CLASS …" */
static bool unbound(struct detect_matcher *m, struct span s)
{
    struct span rest, address, name, type;
    enum detect_kind kind;
    uint8_t a[16];
    size_t n;

    if (!behind(s, "info: ", &rest))
        return false;
    address = word(&rest);
    name = word(&rest);
    type = word(&rest);
    if (!detect_read_address(address, &kind, a, &n) || name.n == 0 || type.n == 0 || word(&rest).n == 0)
        return false;
    take(m, WHAT_ADDRESS, SLOT_CLIENT, address);
    take(m, WHAT_NAME, SLOT_QUERY, name);
    return true;
}

bool dns_line(struct detect_matcher *m, struct span s)
{
    return dnsmasq(m, s) || bind_query(m, s) || unbound(m, s);
}

static bool month_of(struct span s, int *out)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int i = 0; s.n == 3 && i < 12; i++)
        if (memcmp(s.p, names + 3 * i, 3) == 0) {
            *out = i + 1;
            return true;
        }
    return false;
}

/* "22", "Nov", "2026" and "19:47:15" with whatever comes behind, in UTC. */
static bool civil(struct span day, struct span month, struct span year, struct span clock, unix_time *out)
{
    uint64_t d, y, h, mi, sec;
    struct date date;
    int mon;

    if (!text_number(day, 31, &d) || !month_of(month, &mon) || !text_number(year, 9999, &y) || clock.n < 8 ||
        !date_make((int)y, mon, (int)d, &date) || !text_number(span_sub(clock, 0, 2), 23, &h) ||
        !text_number(span_sub(clock, 3, 5), 59, &mi) || !text_number(span_sub(clock, 6, 8), 60, &sec))
        return false;
    *out = time_of_date(date) + (unix_time)(3600 * h + 60 * mi + sec);
    return true;
}

/* Unbound's "[seconds]", BIND's "22-Nov-2026 19:47:15.123", or RFC 3339; without a year it is no time. */
bool dns_line_time(struct span s, unix_time *out)
{
    struct span first = word(&s);

    if (first.n > 2 && first.p[0] == '[')
        return detect_time_of(span_sub(first, 1, first.n - 1), out);
    if (first.n == 11 && first.p[2] == '-')
        return civil(span_sub(first, 0, 2), span_sub(first, 3, 6), span_sub(first, 7, 11), word(&s), out);
    return first.n >= 19 && detect_time_of(first, out);
}

/* ---- proxies */

/* "http://host/path", "host:443" of CONNECT, "/path" */
static void take_target(struct detect_matcher *m, struct span method, struct span target)
{
    size_t slashes = 0, at = 0;

    if (span_eq_str(method, "CONNECT")) {
        take(m, WHAT_HOST, SLOT_HOST, target);
        return;
    }
    while (at + 2 < target.n && memcmp(target.p + at, "://", 3) != 0)
        at++;
    if (at + 3 >= target.n || at > 12)
        return;
    take(m, WHAT_URL, SLOT_URL, target);
    target = span_sub(target, at + 3, target.n);
    for (slashes = 0; slashes < target.n && target.p[slashes] != '/' && target.p[slashes] != '?' &&
                      target.p[slashes] != '#';
         slashes++)
        ;
    target = span_sub(target, 0, slashes);
    for (at = target.n; at > 0 && target.p[at - 1] != '@'; at--)
        ;
    take(m, WHAT_HOST, SLOT_HOST, span_sub(target, at, target.n));
}

static bool all_digits(struct span s, bool dot)
{
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !(dot && s.p[i] == '.'))
            return false;
    return true;
}

/* "TIME ELAPSED CLIENT CODE/STATUS BYTES METHOD URL USER HIERARCHY/SERVER TYPE" */
static bool squid(struct detect_matcher *m, struct span s)
{
    struct span time = word(&s), elapsed = word(&s), client = word(&s), code = word(&s), bytes = word(&s);
    struct span method = word(&s), url = word(&s), server;
    const uint8_t *slash;

    if (!all_digits(time, true) || !all_digits(elapsed, false) || !all_digits(bytes, false) || url.n == 0 ||
        !memchr(code.p, '/', code.n))
        return false;
    (void)word(&s);
    server = word(&s);
    take(m, WHAT_NAME, SLOT_CLIENT, client);
    take_target(m, method, url);
    slash = server.n ? memchr(server.p, '/', server.n) : NULL;
    if (slash)
        take(m, WHAT_NAME, SLOT_SERVER, span_sub(server, (size_t)(slash - server.p) + 1, server.n));
    return true;
}

/* 'CLIENT IDENT USER [TIME] "METHOD TARGET VERSION" STATUS BYTES', and what follows of the combined form. */
static bool common(struct detect_matcher *m, struct span s)
{
    struct span client = word(&s), request, method;
    const uint8_t *quote;

    if (client.n == 0 || !behind(s, "] \"", &request) || !request.p)
        return false;
    quote = memchr(request.p, '"', request.n);
    if (!quote)
        return false;
    request = span_sub(request, 0, (size_t)(quote - request.p));
    method = word(&request);
    take(m, WHAT_NAME, SLOT_CLIENT, client);
    take_target(m, method, word(&request));
    return true;
}

bool proxy_line(struct detect_matcher *m, struct span s)
{
    return squid(m, s) || common(m, s);
}

bool proxy_line_time(struct span s, unix_time *out)
{
    struct span rest, zone, first = s;
    uint64_t hours, minutes;
    int sign;

    if (all_digits(word(&first), true)) {
        first = s;
        return detect_time_of(word(&first), out);
    }
    if (!behind(s, "[", &rest) || rest.n < 26)
        return false;
    zone = span_sub(rest, 21, 26);
    sign = zone.p[0] == '-' ? 1 : -1;
    if (!text_number(span_sub(zone, 1, 3), 14, &hours) || !text_number(span_sub(zone, 3, 5), 59, &minutes) ||
        !civil(span_sub(rest, 0, 2), span_sub(rest, 3, 6), span_sub(rest, 7, 11), span_sub(rest, 12, 20),
               out))
        return false;
    *out += sign * (unix_time)(3600 * hours + 60 * minutes);
    return true;
}

/* ---- values in columns */

static struct span column(const struct detect_log_how *how, struct span s, unsigned k)
{
    struct span one = { NULL, 0 };

    for (unsigned i = 0; i < k; i++)
        if (how->delimiter == 0)
            one = word(&s);
        else if (!text_split(&s, how->delimiter, &one))
            return (struct span){ NULL, 0 };
    return one;
}

bool plain_line(const struct detect_log_how *how, struct detect_matcher *m, struct span s)
{
    bool any = false;

    if (how->fields == 0) {
        take(m, WHAT_ANY, 0, text_trim(s));
        return true;
    }
    for (unsigned i = 0; i < how->fields; i++) {
        struct span v = text_trim(column(how, s, how->field[i]));

        if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
            v = span_sub(v, 1, v.n - 1);
        any |= v.n > 0;
        take(m, WHAT_ANY, how->field[i] <= 16 ? how->field[i] : 0, v);
    }
    return any;
}
