/* Names of products made alike: of vendors and products, CPE names, package URLs. */
#include "base/text.h"
#include "service/cyber/asset.h"

static bool of_word(uint8_t c)
{
    return c >= 0x80 || ascii_digit(c) || ascii_lower(c) || ascii_upper(c);
}

static bool says_nothing(struct span word)
{
    static const char *const nothing[] = { "inc",     "corp", "corporation", "ltd",       "llc",
                                           "gmbh",    "co",   "the",         "ag",        "company",
                                           "limited", "plc",  "sa",          "foundation" };

    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (span_eq_str(word, nothing[i]))
            return true;
    return false;
}

/* Words in small letters with one blank between, those that say nothing of a firm left out; at most room
 * bytes. */
static size_t words(struct span s, bool firm, char *out, size_t room)
{
    size_t n = 0, i = 0;

    while (i < s.n) {
        size_t start = n ? n + 1 : 0, k = start;

        while (i < s.n && !of_word(s.p[i]))
            i++;
        for (; i < s.n && of_word(s.p[i]); i++)
            if (k < room)
                out[k++] = (char)(ascii_upper(s.p[i]) ? s.p[i] + 32 : s.p[i]);
        if (k == start || (firm && says_nothing(span_of(out + start, k - start))))
            continue;
        if (start)
            out[start - 1] = ' ';
        n = k;
    }
    return n;
}

struct span asset_key(struct span vendor, struct span product, char out[ASSET_KEY])
{
    char item[ASSET_TEXT + 1];
    size_t v = words(vendor, true, out, ASSET_TEXT), p = words(product, false, item, ASSET_TEXT), from = 0;

    if (!p)
        return (struct span){ NULL, 0 };
    if (v && p > v + 1 && memcmp(item, out, v) == 0 && item[v] == ' ')
        from = v + 1;
    out[v] = '/';
    memcpy(out + v + 1, item + from, p - from);
    return span_of(out, v + 1 + p - from);
}

/* ---- package URLs ---- */

static int hex_value(uint8_t c)
{
    return ascii_digit(c)         ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Without scheme, version, qualifiers and subpath. */
static struct span purl_name(struct span purl, struct span *version)
{
    size_t end = 0, at;

    *version = (struct span){ NULL, 0 };
    if (!span_starts(purl, SPAN("pkg:")))
        return (struct span){ NULL, 0 };
    purl = span_sub(purl, 4, purl.n);
    while (purl.n && purl.p[0] == '/')
        purl = span_sub(purl, 1, purl.n);
    while (end < purl.n && purl.p[end] != '?' && purl.p[end] != '#')
        end++;
    at = end;
    while (at > 0 && purl.p[at - 1] != '@' && purl.p[at - 1] != '/')
        at--;
    if (at > 1 && purl.p[at - 1] == '@' && purl.p[at - 2] != '/') { /* "@scope" begins a name */
        *version = span_sub(purl, at, end);
        end = at - 1;
    }
    return span_sub(purl, 0, end);
}

struct span asset_purl_version(struct span purl)
{
    struct span v;

    (void)purl_name(purl, &v);
    return v;
}

struct span asset_purl_key(struct span purl, char out[ASSET_KEY])
{
    struct span v, s = purl_name(purl, &v);
    size_t n = 0, slashes = 0;

    for (size_t i = 0; i < s.n && n + 1 < ASSET_KEY; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;
        uint8_t c = s.p[i];

        if (low >= 0) {
            c = (uint8_t)(high * 16 + low);
            i += 2;
        }
        slashes += c == '/';
        out[n++] = (char)(ascii_upper(c) ? c + 32 : c);
    }
    return slashes ? span_of(out, n) : (struct span){ NULL, 0 };
}

/* ---- CPE ---- */

static struct span component(struct asset_cpe *out, size_t *n, struct span s)
{
    size_t from = *n;

    if (span_eq_str(s, "*") || span_eq_str(s, "-"))
        return (struct span){ NULL, 0 };
    for (size_t i = 0; i < s.n && *n < sizeof out->text; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n)
            i++;
        out->text[(*n)++] = (char)s.p[i];
    }
    return span_of(out->text + from, *n - from);
}

/* Up to a colon that is not escaped. */
static bool next_component(struct span *s, struct span *part)
{
    size_t i = 0;

    if (!s->p)
        return false;
    while (i < s->n && s->p[i] != ':')
        i += s->p[i] == '\\' && i + 1 < s->n ? 2 : 1;
    *part = span_sub(*s, 0, i);
    *s = i < s->n ? span_of(s->p + i + 1, s->n - i - 1) : (struct span){ NULL, 0 };
    return true;
}

bool asset_cpe_read(struct span cpe, struct asset_cpe *out)
{
    struct span part, vendor = { NULL, 0 }, product = { NULL, 0 }, version = { NULL, 0 };
    size_t n = 0;

    if (span_starts(cpe, SPAN("cpe:2.3:")))
        cpe = span_sub(cpe, 8, cpe.n);
    else if (span_starts(cpe, SPAN("cpe:/")))
        cpe = span_sub(cpe, 5, cpe.n);
    else
        return false;
    if (!next_component(&cpe, &part) || part.n != 1 || !strchr("aho*", part.p[0]) ||
        !next_component(&cpe, &vendor) || !next_component(&cpe, &product) || !product.n)
        return false;
    (void)next_component(&cpe, &version);
    if (vendor.n > ASSET_TEXT || product.n > ASSET_TEXT || version.n > ASSET_TEXT)
        return false;
    out->vendor = component(out, &n, vendor);
    out->product = component(out, &n, product);
    out->version = component(out, &n, version);
    return out->product.n != 0;
}
