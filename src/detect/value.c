#include "detect/value.h"

#include <arpa/inet.h>

#include "base/scratch.h"
#include "base/text.h"

static const struct {
    const char *word;
    enum detect_kind kind;
} names[] = {
    { "ipv4", DETECT_IPV4 },
    { "ipv6", DETECT_IPV6 },
    { "cidr", DETECT_CIDR4 },
    { "cidr", DETECT_CIDR6 },
    { "domain", DETECT_DOMAIN },
    { "url", DETECT_URL },
    { "url-prefix", DETECT_URL_PREFIX },
    { "md5", DETECT_MD5 },
    { "sha1", DETECT_SHA1 },
    { "sha256", DETECT_SHA256 },
    { "sha512", DETECT_SHA512 },
    { "email", DETECT_MAIL },
    { "text", DETECT_TEXT },
    /* what others call them */
    { "hostname", DETECT_DOMAIN },
    { "host", DETECT_DOMAIN },
    { "fqdn", DETECT_DOMAIN },
    { "domain-name", DETECT_DOMAIN },
    { "uri", DETECT_URL },
    { "mail", DETECT_MAIL },
    { "email-addr", DETECT_MAIL },
    { "email-src", DETECT_MAIL },
    { "email-dst", DETECT_MAIL },
    { "sha-1", DETECT_SHA1 },
    { "sha-256", DETECT_SHA256 },
    { "sha-512", DETECT_SHA512 },
    { "ipv4-addr", DETECT_IPV4 },
    { "ipv6-addr", DETECT_IPV6 },
    { "ip", DETECT_IPV4 },
    { "ip-src", DETECT_IPV4 },
    { "ip-dst", DETECT_IPV4 },
    { "ipv4-range", DETECT_CIDR4 },
    { "ipv6-range", DETECT_CIDR6 },
};

const char *detect_kind_word(enum detect_kind k)
{
    return (unsigned)k < DETECT_KINDS ? names[k].word : "?";
}

static bool same_word(struct span a, const char *b)
{
    size_t i = 0;

    for (; i < a.n && b[i]; i++)
        if ((ascii_upper(a.p[i]) ? a.p[i] | 0x20 : a.p[i]) != (uint8_t)b[i])
            return false;
    return i == a.n && !b[i];
}

bool detect_kind_named(struct span word, enum detect_kind *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (same_word(word, names[i].word)) {
            *out = names[i].kind;
            return true;
        }
    return false;
}

bool detect_read_ipv4(const uint8_t *p, size_t n, uint32_t *out)
{
    uint32_t a = 0, v = 0;
    unsigned dots = 0, digits = 0;

    if (n < 7 || n > 15)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned x = (unsigned)p[i] - '0';

        if (x <= 9) {
            v = v * 10 + x;
            if (++digits > 3 || v > 255)
                return false;
        } else if (p[i] == '.' && digits) {
            a = a << 8 | v;
            v = digits = 0;
            dots++;
        } else {
            return false;
        }
    }
    if (dots != 3 || !digits)
        return false;
    *out = a << 8 | v;
    return true;
}

bool detect_read_ipv6(const uint8_t *p, size_t n, uint8_t out[16])
{
    char text[INET6_ADDRSTRLEN];
    const uint8_t *zone;

    if (n >= 2 && p[0] == '[' && p[n - 1] == ']') {
        p++;
        n -= 2;
    }
    zone = n ? memchr(p, '%', n) : NULL;
    if (zone)
        n = (size_t)(zone - p);
    if (n < 2 || n >= sizeof text || !memchr(p, ':', n) || memchr(p, 0, n))
        return false;
    memcpy(text, p, n);
    text[n] = 0;
    return inet_pton(AF_INET6, text, out) == 1;
}

bool detect_read_address(struct span s, enum detect_kind *kind, uint8_t out[16], size_t *n)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    uint32_t a;

    if (detect_read_ipv4(s.p, s.n, &a)) {
        a = htonl(a);
        memcpy(out, &a, 4);
    } else if (!detect_read_ipv6(s.p, s.n, out)) {
        return false;
    } else if (memcmp(out, mapped, 12) == 0) {
        memmove(out, out + 12, 4);
    } else {
        *kind = DETECT_IPV6;
        *n = 16;
        return true;
    }
    *kind = DETECT_IPV4;
    *n = 4;
    return true;
}

struct span detect_host_of(struct span s, unsigned *port)
{
    size_t at;
    unsigned v = 0;

    *port = 0;
    if (s.n && s.p[0] == '[') {
        const uint8_t *end = memchr(s.p, ']', s.n);

        if (!end)
            return s;
        at = (size_t)(end - s.p) + 1;
    } else {
        const uint8_t *colon = s.n ? memchr(s.p, ':', s.n) : NULL;

        if (!colon || memchr(colon + 1, ':', s.n - (size_t)(colon + 1 - s.p)))
            return s; /* none, or an IPv6 address without brackets */
        at = (size_t)(colon - s.p);
    }
    if (at < s.n && s.p[at] != ':')
        return s;
    for (size_t i = at + 1; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || i > at + 5)
            return s;
        v = 10 * v + s.p[i] - '0';
    }
    *port = v <= 65535 ? v : 0;
    return span_sub(s, 0, at);
}

/* A host of a URL: an address as such, or a domain. */
static bool put_host(struct buffer *b, struct span s)
{
    enum detect_kind kind;
    uint8_t a[16];
    size_t n;

    if (!detect_read_address(s, &kind, a, &n))
        return detect_put_domain(b, s);
    if (kind == DETECT_IPV6)
        buf_u8(b, '[');
    detect_put_readable(b, kind, span_of(a, n));
    if (kind == DETECT_IPV6)
        buf_u8(b, ']');
    return true;
}

/* Length of "scheme://" at the beginning; 0 when there is none. */
static size_t scheme_of(struct span s)
{
    size_t i = 0;

    while (i < s.n && i < 20 &&
           ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'
                ? true
                : i && (ascii_digit(s.p[i]) || s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.')))
        i++;
    return i && i + 3 <= s.n && memcmp(s.p + i, "://", 3) == 0 ? i + 3 : 0;
}

static struct span without_user(struct span authority)
{
    size_t from = 0;

    for (size_t i = 0; i < authority.n; i++)
        if (authority.p[i] == '@')
            from = i + 1;
    return span_sub(authority, from, authority.n);
}

bool detect_put_url_of(struct buffer *b, struct span host, unsigned port, struct span target)
{
    size_t before = b->n, end = 0;
    unsigned own;

    if (scheme_of(target))
        return detect_put_url(b, target);
    host = detect_host_of(without_user(host), &own);
    if (own)
        port = own;
    while (end < target.n && target.p[end] != '#')
        end++;
    target = span_sub(target, 0, end);
    if (host.n == 0 || target.n + host.n > DETECT_VALUE - 32 || !put_host(b, host)) {
        b->n = before;
        return false;
    }
    if (port && port != 80 && port != 443) {
        buf_u8(b, ':');
        buf_decimal(b, port);
    }
    if (target.n == 0 || target.p[0] != '/')
        buf_u8(b, '/');
    buf_put(b, target);
    return true;
}

bool detect_put_url(struct buffer *b, struct span s)
{
    size_t from = scheme_of(s), end;

    if (!from && s.n > 2 && s.p[0] == '/' && s.p[1] == '/')
        from = 2;
    for (end = from; end < s.n && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '#'; end++)
        ;
    if (end == from)
        return false;
    return detect_put_url_of(b, span_sub(s, from, end), 0, span_sub(s, end, s.n));
}

bool detect_put_mail(struct buffer *b, struct span s)
{
    size_t before = b->n, at = s.n;

    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        s = span_sub(s, 1, s.n - 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '@')
            at = i;
        else if (s.p[i] <= ' ')
            return false;
    if (at == 0 || at + 1 >= s.n || s.n > 512)
        return false;
    for (size_t i = 0; i <= at; i++)
        buf_u8(b, (uint8_t)(ascii_upper(s.p[i]) ? s.p[i] | 0x20 : s.p[i]));
    if (put_host(b, span_sub(s, at + 1, s.n)))
        return true;
    b->n = before;
    return false;
}

static int nibble(uint8_t c)
{
    if (ascii_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool detect_put_hash(struct buffer *b, struct span s, enum detect_kind *kind)
{
    uint8_t out[64];

    switch (s.n) {
    case 32:
        *kind = DETECT_MD5;
        break;
    case 40:
        *kind = DETECT_SHA1;
        break;
    case 64:
        *kind = DETECT_SHA256;
        break;
    case 128:
        *kind = DETECT_SHA512;
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < s.n; i += 2) {
        int hi = nibble(s.p[i]), lo = nibble(s.p[i + 1]);

        if (hi < 0 || lo < 0)
            return false;
        out[i / 2] = (uint8_t)(hi << 4 | lo);
    }
    buf_put(b, span_of(out, s.n / 2));
    return true;
}

/* "198.51.100.0/24"; an address without a prefix is its own range when a range is wanted. */
static bool put_address(struct buffer *b, struct span s, enum detect_kind *kind)
{
    const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    bool range = slash || *kind == DETECT_CIDR4 || *kind == DETECT_CIDR6;
    size_t at = slash ? (size_t)(slash - s.p) : s.n, n = 0;
    uint8_t a[17] = { 0 };
    enum detect_kind got = DETECT_KINDS;
    uint64_t bits = 0;

    if (!detect_read_address(span_sub(s, 0, at), &got, a + 1, &n))
        return false;
    bits = 8 * n;
    if (slash && !text_number(span_sub(s, at + 1, s.n), 8 * n, &bits))
        return false;
    if (!range) {
        *kind = got;
        buf_put(b, span_of(a + 1, n));
        return true;
    }
    for (size_t i = 0; i < 8 * n; i++)
        if (i >= bits)
            a[1 + i / 8] &= (uint8_t) ~(0x80 >> i % 8);
    a[0] = (uint8_t)bits;
    *kind = got == DETECT_IPV4 ? DETECT_CIDR4 : DETECT_CIDR6;
    buf_put(b, span_of(a, n + 1));
    return true;
}

/* hxxp:// for http://, [.] and (.) and [dot] for a dot, [:] and [@]. */
static struct span refang(struct span s, uint8_t *room, size_t most)
{
    static const struct {
        const char *from;
        char to;
    } marks[] = { { "[.]", '.' }, { "(.)", '.' }, { "[dot]", '.' }, { "(dot)", '.' },
                  { "{.}", '.' }, { "[:]", ':' }, { "[@]", '@' },   { "[at]", '@' } };
    size_t n = 0, i = 0;

    if (s.n > most)
        return s;
    if (s.n > 4 && (s.p[0] | 0x20) == 'h' && (s.p[1] | 0x20) == 'x' && (s.p[2] | 0x20) == 'x' &&
        (s.p[3] | 0x20) == 'p') {
        memcpy(room, "http", 4);
        i = n = 4;
    }
    while (i < s.n) {
        size_t k = 0, all = sizeof marks / sizeof *marks;

        if (s.p[i] != '[' && s.p[i] != '(' && s.p[i] != '{')
            k = all;
        for (; k < all; k++) {
            size_t m = strlen(marks[k].from);

            if (s.n - i >= m && memcmp(s.p + i, marks[k].from, m) == 0)
                break;
        }
        room[n++] = k < all ? (uint8_t)marks[k].to : s.p[i];
        i += k < all ? strlen(marks[k].from) : 1;
    }
    return span_of(room, n);
}

static bool clean(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

static bool put_text(struct buffer *b, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_u8(b, (uint8_t)(ascii_upper(s.p[i]) ? s.p[i] | 0x20 : s.p[i]));
    return true;
}

/* What nobody named. */
static bool put_any(struct buffer *b, struct span s, enum detect_kind *kind)
{
    const uint8_t *slash = memchr(s.p, '/', s.n);

    if (detect_put_hash(b, s, kind) || put_address(b, s, kind))
        return true;
    if (scheme_of(s) || slash) {
        *kind = DETECT_URL;
        return detect_put_url(b, s);
    }
    if (memchr(s.p, '@', s.n)) {
        *kind = DETECT_MAIL;
        return detect_put_mail(b, s);
    }
    *kind = DETECT_DOMAIN;
    return memchr(s.p, '.', s.n) && detect_put_domain(b, s);
}

static bool put_named(struct buffer *b, struct span s, enum detect_kind *kind)
{
    enum detect_kind wanted = *kind;

    switch (wanted) {
    case DETECT_IPV4:
    case DETECT_IPV6:
    case DETECT_CIDR4:
    case DETECT_CIDR6:
        return put_address(b, s, kind);
    case DETECT_DOMAIN:
        return put_address(b, s, kind) || (*kind = wanted, detect_put_domain(b, s));
    case DETECT_URL:
    case DETECT_URL_PREFIX:
        return detect_put_url(b, s);
    case DETECT_MD5:
    case DETECT_SHA1:
    case DETECT_SHA256:
    case DETECT_SHA512:
        return detect_put_hash(b, s, kind) && *kind == wanted;
    case DETECT_MAIL:
        return detect_put_mail(b, s);
    case DETECT_TEXT:
        return put_text(b, s);
    case DETECT_KINDS:
        break;
    }
    return put_any(b, s, kind);
}

bool detect_put_value(struct buffer *b, struct span s, enum detect_kind *kind, struct why *w)
{
    uint8_t UNINITIALIZED room[DETECT_VALUE];
    size_t before = b->n;

    s = text_trim(s);
    if (s.n == 0)
        return why_set(w, "empty", 0, NULL, "no value");
    if (s.n > DETECT_VALUE - 64)
        return why_set(w, "too-large", 0, NULL, "a value of %zu bytes", s.n);
    if (*kind != DETECT_TEXT)
        s = refang(s, room, sizeof room);
    if (clean(s) && put_named(b, s, kind) && b->n > before)
        return true;
    b->n = before;
    return why_set(w, "value", 0, NULL, "not a value of a kind that is matched");
}

static void put_ip(struct buffer *b, const uint8_t *a, size_t n)
{
    char text[INET6_ADDRSTRLEN];

    if (n == 4 || n == 16)
        buf_str(b, inet_ntop(n == 4 ? AF_INET : AF_INET6, a, text, sizeof text));
}

void detect_put_readable(struct buffer *b, enum detect_kind kind, struct span form)
{
    switch (kind) {
    case DETECT_IPV4:
    case DETECT_IPV6:
        put_ip(b, form.p, form.n);
        break;
    case DETECT_CIDR4:
    case DETECT_CIDR6:
        if (form.n > 1) {
            put_ip(b, form.p + 1, form.n - 1);
            buf_u8(b, '/');
            buf_decimal(b, form.p[0]);
        }
        break;
    case DETECT_MD5:
    case DETECT_SHA1:
    case DETECT_SHA256:
    case DETECT_SHA512:
        hex_put(b, form);
        break;
    case DETECT_DOMAIN:
    case DETECT_URL:
    case DETECT_URL_PREFIX:
    case DETECT_MAIL:
    case DETECT_TEXT:
    case DETECT_KINDS:
        buf_put(b, form);
        break;
    }
}
