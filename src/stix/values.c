/* Whether single values are what the standard, or the RFC it names, wants. */
#include "stix/check.h"
#include "stix/vocab.h"

#include "base/text.h"

static bool hexadecimal(uint8_t c)
{
    return ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool alphabetic(uint8_t c)
{
    return ascii_lower(c) || ascii_upper(c);
}

static bool all_hexadecimal(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!hexadecimal(s.p[i]))
            return false;
    return true;
}

bool stix_relationship_name(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-')
            return false;
    return s.n != 0;
}

bool stix_property_name(struct span s)
{
    if (s.n >= 2 && s.p[s.n - 2] == 'i' && s.p[s.n - 1] == 'd')
        return true;
    if (s.n < 3 || !ascii_lower(s.p[0]))
        return false;
    for (size_t i = 1; i < 3; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '_')
            return false;
    return true;
}

bool stix_hex(struct span s)
{
    return s.n != 0 && s.n % 2 == 0 && all_hexadecimal(s);
}

bool stix_base64(struct span s)
{
    size_t n = s.n;

    if (n == 0 || n % 4)
        return false;
    if (s.p[n - 1] == '=')
        n -= s.p[n - 2] == '=' ? 2 : 1;
    for (size_t i = 0; i < n; i++)
        if (!alphabetic(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '+' && s.p[i] != '/')
            return false;
    return true;
}

bool stix_hash(struct span algorithm, struct span value)
{
    static const struct {
        const char *name;
        size_t digits;
    } of[] = { { "MD5", 32 },      { "SHA-1", 40 },    { "SHA-256", 64 },
               { "SHA-512", 128 }, { "SHA3-256", 64 }, { "SHA3-512", 128 } };
    bool good = true;

    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (span_eq_str(algorithm, of[i].name))
            return value.n == of[i].digits && all_hexadecimal(value);
    if (span_eq_str(algorithm, "TLSH"))
        good = value.n == 70 || value.n == 72;
    else if (span_eq_str(algorithm, "SSDEEP"))
        good = value.n >= 1 && value.n <= 150;
    else
        return true;
    for (size_t i = 0; i < value.n && good; i++)
        good = alphabetic(value.p[i]) || ascii_digit(value.p[i]) ||
               (algorithm.p[0] == 'S' && memchr("/+:.", value.p[i], 4));
    return good;
}

/* 7.2.3.1: names with '.' between, items as [n]; the first is a name. */
bool stix_selector_text(struct span s)
{
    struct span part;
    size_t k = 0;

    if (s.n == 0 || s.p[s.n - 1] == '.')
        return false;
    for (; text_split(&s, '.', &part); k++) {
        bool index = part.n > 2 && part.p[0] == '[' && part.p[part.n - 1] == ']';

        if (part.n == 0 || part.n > 250 || (k == 0 && (index || (part.n < 3 && !span_eq(part, SPAN("id"))))))
            return false;
        if (index)
            part = span_sub(part, 1, part.n - 1);
        for (size_t i = 0; i < part.n; i++)
            if (index ? !ascii_digit(part.p[i]) : part.p[i] == '[' || part.p[i] == ']' || part.p[i] <= ' ')
                return false;
    }
    return true;
}

/* RFC 6838 4.2 under one of the registered top-level types. */
bool stix_mime_type(struct span s)
{
    const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    size_t n = slash ? (size_t)(slash - s.p) : 0;

    if (!n || n + 1 == s.n ||
        !stix_word_in("|application|audio|font|haptics|image|message|model|multipart|text|video|",
                      span_sub(s, 0, n)))
        return false;
    for (size_t i = n + 1; i < s.n; i++)
        if (!alphabetic(s.p[i]) && !ascii_digit(s.p[i]) && !memchr("!#$&-^_.+", s.p[i], 9))
            return false;
    return true;
}

bool stix_charset(struct span s)
{
    return stix_word_in(vocab_charsets, s);
}

/* RFC 1034 3.5, RFC 5890 2.3.1: a label of letters, digits, hyphens inside, or of a national script. */
static bool label_good(struct span s)
{
    bool ascii = true;

    if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        ascii = ascii && s.p[i] < 0x80;
        if (s.p[i] < 0x80 && !alphabetic(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-')
            return false;
    }
    /* Hyphens as third and fourth are of A-labels (5890 2.3.2.1). */
    return s.n < 4 || s.p[2] != '-' || s.p[3] != '-' ||
           (ascii && (s.p[0] | 32) == 'x' && (s.p[1] | 32) == 'n');
}

bool stix_domain(struct span s)
{
    struct span label;

    if (s.n && s.p[s.n - 1] == '.')
        s.n--;
    if (s.n == 0 || s.n > 253 || s.p[s.n - 1] == '.')
        return false;
    while (text_split(&s, '.', &label))
        if (!label_good(label))
            return false;
    return true;
}

/* RFC 5322 3.4.1: a dot-atom or quoted string, "@", a domain of two labels or more, or a literal. */
bool stix_email(struct span s)
{
    size_t at = s.n;
    struct span local, domain;

    while (at > 0 && s.p[at - 1] != '@')
        at--;
    if (at < 2)
        return false;
    local = span_sub(s, 0, at - 1);
    domain = span_sub(s, at, s.n);
    if (local.n > 2 && local.p[0] == '"' && local.p[local.n - 1] == '"')
        local = (struct span){ NULL, 0 };
    for (size_t i = 0; i < local.n; i++)
        if (local.p[i] <= ' ' || local.p[i] == 0x7f || memchr("()<>[]:;@\\,\"", local.p[i], 12))
            return false;
    if (domain.n > 2 && domain.p[0] == '[' && domain.p[domain.n - 1] == ']')
        return true;
    return domain.n && memchr(domain.p, '.', domain.n) && domain.p[domain.n - 1] != '.' &&
           stix_domain(domain);
}

/* Decimal without leading zeros, at most `most`. */
static bool decimal(struct span s, unsigned most)
{
    uint64_t v;

    return s.n != 0 && s.n <= 3 && (s.n == 1 || s.p[0] != '0') && text_number(s, most, &v);
}

static bool dotted(struct span s)
{
    struct span part;
    size_t k = 0;

    if (s.n < 7 || s.p[s.n - 1] == '.')
        return false;
    for (; text_split(&s, '.', &part); k++)
        if (!decimal(part, 255))
            return false;
    return k == 4;
}

/* Cuts "/length" off; false when there is one that is none. */
static bool without_length(struct span *s, unsigned most)
{
    const uint8_t *slash = s->n ? memchr(s->p, '/', s->n) : NULL;
    size_t n;

    if (!slash)
        return true;
    n = (size_t)(slash - s->p);
    if (!decimal(span_sub(*s, n + 1, s->n), most))
        return false;
    s->n = n;
    return true;
}

bool stix_ipv4(struct span s)
{
    return without_length(&s, 32) && dotted(s);
}

/* RFC 4291 2.2, with a zone of RFC 4007 when there is one. */
bool stix_ipv6(struct span s)
{
    size_t groups = 0, start = 0, i = 0;
    bool gap = false;
    const uint8_t *zone;

    if (!without_length(&s, 128))
        return false;
    zone = s.n ? memchr(s.p, '%', s.n) : NULL;
    if (zone) {
        if (zone + 1 == s.p + s.n)
            return false;
        s.n = (size_t)(zone - s.p);
    }
    if (s.n < 2)
        return false;
    if (s.p[0] == ':') {
        if (s.p[1] != ':')
            return false;
        gap = true;
        i = start = 2;
    }
    for (; i <= s.n; i++) {
        if (i < s.n && hexadecimal(s.p[i]))
            continue;
        if (i < s.n && s.p[i] == '.') /* the last 32 bits as IPv4 */
            return dotted(span_sub(s, start, s.n)) && (gap ? groups <= 5 : groups == 6);
        if (i == s.n && i == start)
            break; /* behind "::" at the end */
        if (i == start || i - start > 4 || (i < s.n && s.p[i] != ':'))
            return false;
        groups++;
        start = i + 1;
        if (i + 1 < s.n && s.p[i + 1] == ':') {
            if (gap)
                return false;
            gap = true;
            start = ++i + 1;
        } else if (i + 1 == s.n) {
            return false; /* a single colon at the end */
        }
    }
    return gap ? groups <= 7 : groups == 8;
}

bool stix_mac(struct span s)
{
    if (s.n != 17)
        return false;
    for (size_t i = 0; i < 17; i++)
        if (i % 3 == 2 ? s.p[i] != ':' : !hexadecimal(s.p[i]) || ascii_upper(s.p[i]))
            return false;
    return true;
}

/* NISTIR 7695 6.2: an attribute of a formatted string up to the next unquoted colon. */
static bool cpe_attribute(struct span *s)
{
    size_t i = 0, body;

    if (s->n == 0)
        return false;
    if ((s->p[0] == '*' || s->p[0] == '-') && (s->n == 1 || s->p[1] == ':')) {
        i = 1;
    } else {
        while (i < s->n && s->p[i] == '?')
            i++;
        if (i == 0 && s->p[0] == '*')
            i = 1;
        for (body = i; i < s->n; i++) {
            if (s->p[i] == '\\' && i + 1 < s->n && s->p[i + 1] > ' ' && s->p[i + 1] < 0x7f)
                i++;
            else if (!alphabetic(s->p[i]) && !ascii_digit(s->p[i]) && !memchr("-._", s->p[i], 3))
                break;
        }
        if (i == body)
            return false;
        while (i < s->n && s->p[i] == '?')
            i++;
        if (i < s->n && s->p[i] == '*')
            i++;
    }
    if (i < s->n && s->p[i++] != ':')
        return false;
    *s = span_sub(*s, i, s->n);
    return true;
}

bool stix_cpe(struct span s)
{
    static const struct span prefix = { (const uint8_t *)"cpe:2.3:", 8 };

    if (!span_starts(s, prefix) || s.n < 10 || !memchr("aho*-", s.p[8], 5) || s.p[9] != ':' ||
        s.p[s.n - 1] == ':')
        return false;
    s = span_sub(s, 10, s.n);
    for (int i = 0; i < 10; i++)
        if (!cpe_attribute(&s))
            return false;
    return s.n == 0;
}

/* 6.17: the hive is written out. */
bool stix_registry_key(struct span s)
{
    static const char *const cut[] = { "hklm", "hkcc", "hkcr", "hkcu", "hku" };
    size_t n = 0;

    while (n < s.n && s.p[n] != '\\')
        n++;
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        size_t k = 0;

        while (k < n && cut[i][k] && (s.p[k] | 0x20) == cut[i][k])
            k++;
        if (k == n && !cut[i][k])
            return false;
    }
    return true;
}

static bool uri_character(uint8_t c)
{
    return alphabetic(c) || ascii_digit(c) || memchr("-._~!$&'()*+,;=:@/?%", c, 20);
}

/* RFC 3986 3.2: user information, host, port. */
static bool authority(struct span s)
{
    size_t host = 0, i;

    for (i = 0; i < s.n; i++)
        if (s.p[i] == '@') {
            if (host)
                return false;
            host = i + 1;
        }
    i = host;
    if (i < s.n && s.p[i] == '[') {
        const uint8_t *close = memchr(s.p + i, ']', s.n - i);

        if (!close || !stix_ipv6(span_of(s.p + i + 1, (size_t)(close - s.p) - i - 1)))
            return false;
        i = (size_t)(close - s.p) + 1;
    } else {
        while (i < s.n && s.p[i] != ':')
            if (s.p[i++] == '[')
                return false;
    }
    if (i == s.n)
        return true;
    if (s.p[i++] != ':')
        return false;
    while (i < s.n && ascii_digit(s.p[i]))
        i++;
    return i == s.n;
}

/* RFC 3986 3: a scheme and what it allows; not a relative reference. */
bool stix_uri(struct span s)
{
    size_t i = 0, from, fragment = 0;

    while (i < s.n && (alphabetic(s.p[i]) || (i && (ascii_digit(s.p[i]) || memchr("+-.", s.p[i], 3)))))
        i++;
    if (i == 0 || i == s.n || s.p[i] != ':')
        return false;
    from = ++i;
    if (s.n - i >= 2 && s.p[i] == '/' && s.p[i + 1] == '/') {
        for (from = i += 2; i < s.n && !memchr("/?#", s.p[i], 3);)
            i++;
        if (!authority(span_sub(s, from, i)))
            return false;
    }
    for (size_t k = from; k < s.n; k++) {
        if (s.p[k] == '%' && (k + 2 >= s.n || !hexadecimal(s.p[k + 1]) || !hexadecimal(s.p[k + 2])))
            return false;
        if (s.p[k] == '#') {
            if (fragment++)
                return false;
        } else if (!uri_character(s.p[k]) && (k >= i || (s.p[k] != '[' && s.p[k] != ']'))) {
            return false;
        }
    }
    return true;
}

/* RFC 5646 2.1: a registered language, then script, region, variants and the rest in their shapes. */
bool stix_language(struct span s)
{
    struct span part;
    char low[4] = "";
    size_t k = 0;

    if (s.n == 0 || s.p[s.n - 1] == '-')
        return false;
    for (; text_split(&s, '-', &part); k++) {
        if (part.n == 0 || part.n > 8)
            return false;
        for (size_t i = 0; i < part.n; i++)
            if (!alphabetic(part.p[i]) && !ascii_digit(part.p[i]))
                return false;
        if (k)
            continue;
        if (part.n != 2 && part.n != 3)
            return false;
        for (size_t i = 0; i < part.n; i++)
            low[i] = (char)(part.p[i] | 0x20);
        if (!stix_word_in(vocab_languages, span_of(low, part.n)))
            return false;
    }
    return true;
}
