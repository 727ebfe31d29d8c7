/* Values in one form: addresses, names, URLs, mail addresses, digests. */
#include <arpa/inet.h>
#include <stdio.h>
#include <unicode/uidna.h>

#include "base/text.h"
#include "intel/kind.h"

enum { DOMAIN_MOST = 253, LABEL_MOST = 63 };

static int lower(int c)
{
    return ascii_upper(c) ? c + 32 : c;
}

static bool starts_ci(struct span s, const char *prefix)
{
    size_t n = strlen(prefix);

    if (s.n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(s.p[i]) != prefix[i])
            return false;
    return true;
}

bool intel_read_address(struct span s, uint8_t out[16], size_t *n, unsigned *bits, bool *host_bits)
{
    char text[INET6_ADDRSTRLEN + 1];
    uint8_t b[16] = { 0 };
    struct span address;
    uint64_t prefix;
    size_t size;

    (void)text_split(&s, '/', &address);
    if (address.n == 0 || address.n >= sizeof text)
        return false;
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    if (memchr(text, 0, address.n))
        return false;
    size = strchr(text, ':') ? 16 : 4;
    if (inet_pton(size == 16 ? AF_INET6 : AF_INET, text, b) != 1)
        return false;
    prefix = size * 8;
    if (s.p && address.p + address.n < s.p && !text_number(s, size * 8, &prefix))
        return false;
    *host_bits = false;
    for (size_t i = 0; i < size; i++) {
        unsigned keep = prefix >= 8 * (i + 1) ? 8 : prefix <= 8 * i ? 0 : (unsigned)(prefix - 8 * i);
        uint8_t mask = (uint8_t)(0xff00u >> keep);

        *host_bits = *host_bits || (b[i] & ~mask & 0xff) != 0;
        b[i] &= mask;
    }
    memcpy(out, b, 16);
    *n = size;
    *bits = (unsigned)prefix;
    return true;
}

static void set(struct intel_value *v, enum intel_kind kind, struct span text)
{
    v->kind = kind;
    v->n = text.n;
    if (text.n)
        memmove(v->text, text.p, text.n);
}

/* An address, a range, or an address of a family inside brackets. */
static bool read_address(struct span s, struct intel_value *v)
{
    char text[INET6_ADDRSTRLEN + 5];
    struct span in = s;
    uint8_t b[16];
    unsigned bits;
    bool host, range;
    size_t n;

    if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        in = span_sub(s, 1, s.n - 1);
    if (!intel_read_address(in, b, &n, &bits, &host))
        return false;
    if (!inet_ntop(n == 16 ? AF_INET6 : AF_INET, b, text, INET6_ADDRSTRLEN))
        return false;
    range = bits < n * 8;
    if (range)
        (void)snprintf(text + strlen(text), 5, "/%u", bits);
    if (host)
        v->dirt |= INTEL_HOST_BITS;
    else if (!span_eq_str(in, text))
        v->dirt |= INTEL_LONG_FORM;
    if (n == 16)
        set(v, range ? INTEL_IPV6_RANGE : INTEL_IPV6, span_str(text));
    else
        set(v, range ? INTEL_IPV4_RANGE : INTEL_IPV4, span_str(text));
    return true;
}

/* Labels of letters, digits, - and _, in lower case; the last one is no number. */
static bool ascii_domain(struct span s, bool one_label)
{
    size_t label = 0, labels = 1, digits = 0;

    if (s.n == 0 || s.n > DOMAIN_MOST)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int c = s.p[i];

        if (c == '.') {
            if (label == 0 || s.p[i - 1] == '-')
                return false;
            labels++;
            label = digits = 0;
            continue;
        }
        if (!ascii_lower(c) && !ascii_digit(c) && c != '_' && (c != '-' || label == 0))
            return false;
        digits += ascii_digit(c);
        if (++label > LABEL_MOST)
            return false;
    }
    return label && s.p[s.n - 1] != '-' && digits < label && (one_label || labels > 1);
}

/* A name with letters beyond ASCII as it stands in the DNS (RFC 5891 through UTS #46). */
static bool to_ascii(struct span s, char out[DOMAIN_MOST + 1], size_t *n)
{
    UErrorCode e = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &e);
    int32_t got = 0;

    if (U_SUCCESS(e))
        got = uidna_nameToASCII_UTF8(idna, (const char *)s.p, (int32_t)s.n, out, DOMAIN_MOST + 1, &info, &e);
    if (idna)
        uidna_close(idna);
    *n = (size_t)got;
    return U_SUCCESS(e) && info.errors == 0 && got > 0 && got <= DOMAIN_MOST;
}

/* The clean name into out; which dirt there was. */
static bool clean_domain(struct span s, bool one_label, char out[DOMAIN_MOST + 1], size_t *n, uint32_t *dirt)
{
    size_t k = 0;
    bool high = false;

    if (span_starts(s, SPAN("*."))) {
        s = span_sub(s, 2, s.n);
        *dirt |= INTEL_DOT;
    } else if (s.n && s.p[0] == '.') {
        s = span_sub(s, 1, s.n);
        *dirt |= INTEL_DOT;
    }
    if (s.n && s.p[s.n - 1] == '.') {
        s.n--;
        *dirt |= INTEL_DOT;
    }
    if (s.n == 0 || s.n > 4 * DOMAIN_MOST)
        return false;
    for (size_t i = 0; i < s.n; i++)
        high = high || s.p[i] > 0x7f;
    if (high) {
        *dirt |= INTEL_UNICODE;
        if (!to_ascii(s, out, &k))
            return false;
    } else {
        if (s.n > DOMAIN_MOST)
            return false;
        for (; k < s.n; k++) {
            out[k] = (char)lower(s.p[k]);
            if (out[k] != (char)s.p[k])
                *dirt |= INTEL_CASE;
        }
    }
    *n = k;
    return ascii_domain(span_of(out, k), one_label);
}

static bool read_domain(struct span s, struct intel_value *v)
{
    char name[DOMAIN_MOST + 1];
    uint32_t dirt = v->dirt;
    size_t n;

    if (!clean_domain(s, false, name, &n, &dirt))
        return false;
    v->dirt = dirt;
    set(v, INTEL_DOMAIN, span_of(name, n));
    return true;
}

static bool read_email(struct span s, struct intel_value *v)
{
    char out[DOMAIN_MOST + 1];
    const uint8_t *at = s.n ? memchr(s.p, '@', s.n) : NULL;
    uint32_t dirt = v->dirt;
    size_t local, n;

    if (!at || at == s.p)
        return false;
    local = (size_t)(at - s.p);
    if (local > 64 || !clean_domain(span_sub(s, local + 1, s.n), false, out, &n, &dirt))
        return false;
    for (size_t i = 0; i < local; i++) {
        int c = s.p[i];

        if (c <= ' ' || c == 0x7f || strchr("()<>[]:;,\\\"", c))
            return false;
        v->text[i] = (uint8_t)lower(c);
        if (ascii_upper(c))
            dirt |= INTEL_CASE;
    }
    v->text[local] = '@';
    memcpy(v->text + local + 1, out, n);
    v->kind = INTEL_EMAIL;
    v->n = local + 1 + n;
    v->dirt = dirt;
    return true;
}

/* "scheme://" at the front: its length with the slashes, else 0. */
static size_t scheme_length(struct span s)
{
    size_t i = 0;

    while (i < s.n && i < 16 && (ascii_lower(lower(s.p[i])) || ascii_digit(s.p[i]) || s.p[i] == '+'))
        i++;
    return i > 1 && i + 3 <= s.n && memcmp(s.p + i, "://", 3) == 0 ? i + 3 : 0;
}

struct url_parts {
    struct span scheme; /* with "://"; empty: none */
    struct span user;   /* with "@" */
    struct span host;   /* with brackets */
    struct span rest;   /* port, path, query, fragment */
};

static void split_url(struct span s, struct url_parts *u)
{
    size_t at = scheme_length(s), end, host, h;

    u->scheme = span_sub(s, 0, at);
    for (end = at; end < s.n && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '#';)
        end++;
    host = at;
    for (size_t i = at; i < end; i++)
        if (s.p[i] == '@')
            host = i + 1;
    u->user = span_sub(s, at, host);
    h = host;
    if (h < end && s.p[h] == '[')
        while (h < end && s.p[h] != ']')
            h++;
    while (h < end && s.p[h] != ':')
        h++;
    u->host = span_sub(s, host, h);
    u->rest = span_sub(s, h, s.n);
}

struct span intel_url_host(struct span url)
{
    struct url_parts u;

    split_url(url, &u);
    if (u.host.n > 2 && u.host.p[0] == '[')
        return span_sub(u.host, 1, u.host.n - 1);
    return u.host;
}

/* ":8080" or ":8080/path": digits alone up to the path. */
static bool good_port(struct span rest)
{
    uint64_t port;
    size_t i = 1;

    if (rest.n == 0 || rest.p[0] != ':')
        return true;
    while (i < rest.n && ascii_digit(rest.p[i]))
        i++;
    if (i < rest.n && rest.p[i] != '/' && rest.p[i] != '?' && rest.p[i] != '#')
        return false;
    return i == 1 || text_number(span_sub(rest, 1, i), 65535, &port);
}

/*
 * With a scheme, or a host and a path or port behind it. The host becomes clean, the rest stays as written:
 * in a path upper case counts.
 */
static bool read_url(struct span s, struct intel_value *v)
{
    struct intel_value *host = v; /* the host first, then moved to its place */
    struct url_parts u;
    uint32_t dirt = v->dirt;
    uint8_t name[DOMAIN_MOST + 1 + 48];
    size_t n = 0, at = 0;

    split_url(s, &u);
    if (u.host.n == 0 || u.host.n > 4 * DOMAIN_MOST || !good_port(u.rest))
        return false;
    if (u.scheme.n == 0 && u.rest.n == 0)
        return false;
    if (u.host.p[0] == '[' || memchr(u.host.p, ':', u.host.n) || !read_domain(u.host, host)) {
        uint64_t prefix;

        if (!read_address(u.host, host) || host->kind == INTEL_IPV4_RANGE || host->kind == INTEL_IPV6_RANGE)
            return false;
        /* "198.51.100.7/33" is a range that cannot be. */
        if (u.scheme.n == 0 && text_number(span_sub(u.rest, 1, u.rest.n), 999, &prefix))
            return false;
    }
    dirt |= host->dirt & (uint32_t)~INTEL_DOT;
    if (host->kind == INTEL_IPV6)
        name[n++] = '[';
    memcpy(name + n, host->text, host->n);
    n += host->n;
    if (host->kind == INTEL_IPV6)
        name[n++] = ']';
    if (u.scheme.n + u.user.n + n + u.rest.n > INTEL_VALUE)
        return false;
    for (; at < u.scheme.n; at++) {
        v->text[at] = (uint8_t)lower(u.scheme.p[at]);
        if (ascii_upper(u.scheme.p[at]))
            dirt |= INTEL_CASE;
    }
    if (u.user.n)
        memcpy(v->text + at, u.user.p, u.user.n);
    memcpy(v->text + at + u.user.n, name, n);
    if (u.rest.n)
        memcpy(v->text + at + u.user.n + n, u.rest.p, u.rest.n);
    v->n = at + u.user.n + n + u.rest.n;
    for (size_t i = at; i < v->n; i++)
        if (v->text[i] <= ' ' || v->text[i] == 0x7f)
            return false;
    v->kind = INTEL_URL;
    v->dirt = dirt;
    return true;
}

static enum intel_kind digest_of_length(size_t n)
{
    switch (n) {
    case 32:
        return INTEL_MD5;
    case 40:
        return INTEL_SHA1;
    case 56:
        return INTEL_SHA224;
    case 64:
        return INTEL_SHA256;
    case 96:
        return INTEL_SHA384;
    case 128:
        return INTEL_SHA512;
    default:
        return INTEL_NONE;
    }
}

static bool hexadecimal(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && (lower(s.p[i]) < 'a' || lower(s.p[i]) > 'f'))
            return false;
    return s.n > 0;
}

static bool read_digest(struct span s, struct intel_value *v)
{
    enum intel_kind k = digest_of_length(s.n);

    if (k == INTEL_NONE || !hexadecimal(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        v->text[i] = (uint8_t)lower(s.p[i]);
        if (ascii_upper(s.p[i]))
            v->dirt |= INTEL_CASE;
    }
    v->n = s.n;
    v->kind = k;
    return true;
}

static const struct {
    const char *written, *meant;
    bool front; /* only at the beginning */
} defanged[] = {
    { "hxxps", "https", true }, { "hxxp", "http", true }, { "hxtps", "https", true },
    { "hxtp", "http", true },   { "[.]", ".", false },    { "(.)", ".", false },
    { "{.}", ".", false },      { "[dot]", ".", false },  { "(dot)", ".", false },
    { "{dot}", ".", false },    { "\\.", ".", false },    { "[:]", ":", false },
    { "[://]", "://", false },  { "[/]", "/", false },    { "[at]", "@", false },
    { "(at)", "@", false },     { "[@]", "@", false },    { "[.", ".", false },
    { ".]", ".", false },
};

/* Into out, which holds s.n bytes. */
static struct span refang(struct span s, uint8_t *out, uint32_t *dirt)
{
    size_t n = 0, at = 0;

    while (at < s.n) {
        int c = s.p[at];
        bool found = false;

        if (at == 0 || c == '[' || c == '(' || c == '{' || c == '\\' || c == '.') {
            for (size_t i = 0; i < sizeof defanged / sizeof *defanged && !found; i++) {
                if ((defanged[i].front && at) || !starts_ci(span_sub(s, at, s.n), defanged[i].written))
                    continue;
                memcpy(out + n, defanged[i].meant, strlen(defanged[i].meant));
                n += strlen(defanged[i].meant);
                at += strlen(defanged[i].written);
                *dirt |= INTEL_DEFANGED;
                found = true;
            }
        }
        if (!found)
            out[n++] = s.p[at++];
    }
    return span_of(out, n);
}

static bool controls(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 0x7f)
            return true;
    return false;
}

static struct span unquote(struct span s, uint32_t *dirt)
{
    struct span t = text_trim(s);

    while (t.n >= 2 && (t.p[0] == '"' || t.p[0] == '\'') && t.p[t.n - 1] == t.p[0])
        t = text_trim(span_sub(t, 1, t.n - 1));
    if (t.n != s.n)
        *dirt |= INTEL_BLANKS;
    return t;
}

static bool is_digest(enum intel_kind k)
{
    return k >= INTEL_MD5 && k <= INTEL_SHA512;
}

static bool is_file(enum intel_kind k)
{
    return k == INTEL_FILE_NAME || k == INTEL_FILE_PATTERN;
}

/* "198.51.100.7:8080", "example.org:443": a port and nothing behind it. */
static bool read_with_port(struct span s, struct intel_value *v)
{
    size_t at = s.n;
    uint64_t port;

    while (at && ascii_digit(s.p[at - 1]))
        at--;
    if (at < 2 || at == s.n || s.p[at - 1] != ':' || !text_number(span_sub(s, at, s.n), 65535, &port))
        return false;
    s = span_sub(s, 0, at - 1);
    if (memchr(s.p, ':', s.n) && s.p[0] != '[')
        return false;
    if ((!read_address(s, v) || v->kind == INTEL_IPV4_RANGE || v->kind == INTEL_IPV6_RANGE) &&
        !read_domain(s, v))
        return false;
    v->dirt |= INTEL_PORT;
    return true;
}

/* A digest, then an address, a mail address, a URL, a name: none of these forms is another one too, but for
 * an address that is read before the name. */
static bool recognise(struct span s, struct intel_value *v)
{
    if (read_digest(s, v) || read_address(s, v))
        return true;
    if (scheme_length(s))
        return read_url(s, v);
    return read_email(s, v) || read_domain(s, v) || read_with_port(s, v) || read_url(s, v);
}

static bool range_of(enum intel_kind a, enum intel_kind b)
{
    return (a == INTEL_IPV4 && b == INTEL_IPV4_RANGE) || (a == INTEL_IPV6 && b == INTEL_IPV6_RANGE);
}

static bool name_of_machine(struct span s)
{
    char out[DOMAIN_MOST + 1];
    uint32_t dirt = 0;
    size_t n;

    return clean_domain(s, true, out, &n, &dirt) && !memchr(out, '.', n);
}

bool intel_read_value(struct span s, enum intel_kind expected, struct intel_value *out, struct why *w)
{
    uint8_t clean[INTEL_VALUE];
    struct span t;
    uint32_t dirt = 0;

    t = unquote(s, &dirt);
    if (t.n == 0)
        return why_set(w, "empty", WHY_NO_OFFSET, NULL, "no value");
    if (t.n > INTEL_VALUE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a value of %zu bytes", t.n);
    if (utf8_valid_to(t) != t.n)
        return why_set(w, "utf-8", utf8_valid_to(t), NULL, "a value that is not UTF-8");
    if (controls(t))
        return why_set(w, "control", WHY_NO_OFFSET, NULL, "a control character in a value");
    out->dirt = dirt;
    if (is_file(expected)) {
        set(out, expected, t);
        return true;
    }
    t = refang(t, clean, &dirt);
    out->dirt = dirt;
    if (expected == INTEL_URL && scheme_length(t) && !read_url(t, out))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "no URL with a host that can be");
    if (expected == INTEL_URL && scheme_length(t))
        return true;
    if (!recognise(t, out)) {
        if (is_digest(expected) || (expected == INTEL_NONE && t.n >= 24 && hexadecimal(t)))
            return why_set(w, "digest", WHY_NO_OFFSET, NULL, "%zu characters are no digest", t.n);
        if (name_of_machine(t))
            return why_set(w, "local", WHY_NO_OFFSET, NULL, "a name of one label is local");
        return why_set(w, "value", WHY_NO_OFFSET, NULL,
                       "neither address, range, name, URL, mail address nor digest");
    }
    if (is_digest(expected) && out->kind != expected)
        return why_set(w, "digest", WHY_NO_OFFSET, NULL, "called %s, but is %s", intel_kind_word(expected),
                       intel_kind_word(out->kind));
    if (expected != INTEL_NONE && is_digest(out->kind) && !is_digest(expected))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "a digest where a %s is expected",
                       intel_kind_word(expected));
    if (expected != INTEL_NONE && out->kind != expected && !range_of(expected, out->kind))
        out->dirt |= INTEL_OTHER_KIND;
    return true;
}
