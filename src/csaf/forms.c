#include "csaf/forms.h"

#include "base/text.h"
#include "csaf/csaf.h"
#include "csaf/cvss.h"
#include "csaf/subtags.h"

static bool alpha(int c)
{
    return ascii_lower(c) || ascii_upper(c);
}

static bool alnum(int c)
{
    return alpha(c) || ascii_digit(c);
}

static bool among(int c, const char *set)
{
    return c && strchr(set, c) != NULL;
}

static bool hex(int c)
{
    return ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Characters of a part of a URI besides percent-encoded ones; `more` are allowed too. */
static bool uri_part(struct span s, const char *more)
{
    for (size_t i = 0; i < s.n; i++) {
        int c = s.p[i];

        if (c == '%') {
            if (i + 2 >= s.n || !hex(s.p[i + 1]) || !hex(s.p[i + 2]))
                return false;
            i += 2;
        } else if (!alnum(c) && !among(c, "-._~!$&'()*+,;=:@/") && !among(c, more)) {
            return false;
        }
    }
    return true;
}

static size_t find(struct span s, int c)
{
    const uint8_t *p = s.n ? memchr(s.p, c, s.n) : NULL;

    return p ? (size_t)(p - s.p) : s.n;
}

/* [userinfo@]host[:port], where an address of version 6 stands in brackets. */
static bool uri_authority(struct span s)
{
    size_t at = find(s, '@'), end;

    if (at < s.n)
        s = span_sub(s, at + 1, s.n);
    if (s.n && s.p[0] == '[') {
        end = find(s, ']');
        for (size_t i = 1; i < end; i++)
            if (!alnum(s.p[i]) && !among(s.p[i], ".:_-~%!$&'()*+,;="))
                return false;
        if (end == s.n || end == 1)
            return false;
        s = span_sub(s, end + 1, s.n);
    } else {
        end = find(s, ':');
        if (find(span_sub(s, 0, end), '@') < end || !uri_part(span_sub(s, 0, end), ""))
            return false;
        s = span_sub(s, end, s.n);
    }
    for (size_t i = 0; i < s.n; i++)
        if (i == 0 ? s.p[i] != ':' : !ascii_digit(s.p[i]))
            return false;
    return true;
}

bool form_uri(struct span s)
{
    size_t colon = find(s, ':'), cut;
    struct span rest;

    if (colon == s.n || colon == 0 || !alpha(s.p[0]))
        return false;
    for (size_t i = 1; i < colon; i++)
        if (!alnum(s.p[i]) && !among(s.p[i], "+-."))
            return false;
    rest = span_sub(s, colon + 1, s.n);
    cut = find(rest, '#');
    if (cut < rest.n && !uri_part(span_sub(rest, cut + 1, rest.n), "?"))
        return false;
    rest = span_sub(rest, 0, cut);
    cut = find(rest, '?');
    if (cut < rest.n && !uri_part(span_sub(rest, cut + 1, rest.n), "?"))
        return false;
    rest = span_sub(rest, 0, cut);
    if (rest.n >= 2 && rest.p[0] == '/' && rest.p[1] == '/') {
        rest = span_sub(rest, 2, rest.n);
        cut = find(rest, '/');
        return uri_authority(span_sub(rest, 0, cut)) && uri_part(span_sub(rest, cut, rest.n), "");
    }
    return uri_part(rest, "");
}

static bool two_digits(struct span s, size_t at, int most, int *out)
{
    int v;

    if (at + 2 > s.n || !ascii_digit(s.p[at]) || !ascii_digit(s.p[at + 1]))
        return false;
    v = (s.p[at] - '0') * 10 + s.p[at + 1] - '0';
    *out = v;
    return v <= most;
}

/* Z or ±hh:mm at `at`, and nothing after. */
static bool time_zone(struct span s, size_t at, int *minutes)
{
    int h, m;

    *minutes = 0;
    if (at < s.n && (s.p[at] | 0x20) == 'z')
        return at + 1 == s.n;
    if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || !two_digits(s, at + 1, 23, &h) ||
        s.p[at + 3] != ':' || !two_digits(s, at + 4, 59, &m))
        return false;
    *minutes = (s.p[at] == '-' ? -1 : 1) * (60 * h + m);
    return true;
}

static bool time_read(struct span s, unix_time *out, struct span *fraction)
{
    struct date d;
    int h, m, sec, zone;
    size_t at = 19, from;
    unix_time t;

    if (s.n < 20 || !date_parse(span_sub(s, 0, 10), &d) || (s.p[10] | 0x20) != 't' || s.p[13] != ':' ||
        s.p[16] != ':' || !two_digits(s, 11, 23, &h) || !two_digits(s, 14, 59, &m) ||
        !two_digits(s, 17, 60, &sec))
        return false;
    *fraction = (struct span){ NULL, 0 };
    if (s.p[at] == '.') {
        for (from = ++at; at < s.n && ascii_digit(s.p[at]); at++)
            ;
        if (at == from)
            return false;
        for (size_t end = at; end > from; end--)
            if (s.p[end - 1] != '0') {
                *fraction = span_sub(s, from, end);
                break;
            }
    }
    if (!time_zone(s, at, &zone))
        return false;
    t = time_of_date(d) + 3600 * h + 60 * m + sec - 60 * (unix_time)zone;
    /* A leap second ends a day of UTC. */
    if (sec == 60 && t % 86400 != 0)
        return false;
    *out = t;
    return true;
}

bool form_time(struct span s)
{
    unix_time t;
    struct span f;

    return time_read(s, &t, &f);
}

bool csaf_time_parse(struct span s, unix_time *out)
{
    struct span f;

    return time_read(s, out, &f);
}

int csaf_time_cmp(struct span a, struct span b)
{
    unix_time x = INT64_MIN, y = INT64_MIN;
    struct span f = { NULL, 0 }, g = { NULL, 0 };

    if (!time_read(a, &x, &f))
        x = INT64_MIN;
    if (!time_read(b, &y, &g))
        y = INT64_MIN;
    if (x != y)
        return x < y ? -1 : 1;
    return span_cmp(f, g);
}

/* One character of a CPE component besides wildcards: its length, or 0. */
static size_t cpe_char(struct span s, size_t i)
{
    if (i < s.n && (alnum(s.p[i]) || among(s.p[i], "-._")))
        return 1;
    if (i + 1 < s.n && s.p[i] == '\\' && among(s.p[i + 1], "\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~"))
        return 2;
    return 0;
}

/* A component at *i, which moves behind it: "*", "-", or characters with ? or * at either end. */
static bool cpe_component(struct span s, size_t *i)
{
    size_t at = *i, n, core = 0;

    if (at < s.n && s.p[at] == '*')
        at++;
    else
        while (at < s.n && s.p[at] == '?')
            at++;
    while ((n = cpe_char(s, at)) > 0) {
        at += n;
        core++;
    }
    if (core == 0) {
        if (*i < s.n && s.p[*i] == '*' && at == *i + 1) {
            *i = at;
            return true;
        }
        return false;
    }
    if (at < s.n && s.p[at] == '*')
        at++;
    else
        while (at < s.n && s.p[at] == '?')
            at++;
    *i = at;
    return true;
}

static bool cpe_language(struct span s, size_t *i)
{
    size_t at = *i, n = 0;

    if (at < s.n && among(s.p[at], "*-")) {
        *i = at + 1;
        return true;
    }
    for (; at < s.n && alpha(s.p[at]) && n < 3; n++)
        at++;
    if (n < 2)
        return false;
    if (at + 2 < s.n && s.p[at] == '-' && alpha(s.p[at + 1]) && alpha(s.p[at + 2]))
        at += 3;
    else if (at + 3 < s.n && s.p[at] == '-' && ascii_digit(s.p[at + 1]) && ascii_digit(s.p[at + 2]) &&
             ascii_digit(s.p[at + 3]))
        at += 4;
    *i = at;
    return true;
}

/* How far a formatted string reaches; 0: there is none at the beginning. */
static size_t cpe_23(struct span s)
{
    size_t at = 9;

    if (!span_starts(s, SPAN("cpe:2.3:")) || s.n < 9 || !among(s.p[8], "aho*-"))
        return 0;
    for (int k = 0; k < 10; k++) {
        if (at >= s.n || s.p[at++] != ':' || !(k == 5 ? cpe_language(s, &at) : cpe_component(s, &at)))
            return 0;
    }
    return at;
}

/* "cpe:/" with up to six components, from `from` to the end. */
static bool cpe_22(struct span s, size_t from)
{
    size_t colons = 0, at = from + 5;

    if (at > s.n || s.p[from] != 'c' || (s.p[from + 1] | 0x20) != 'p' || (s.p[from + 2] | 0x20) != 'e' ||
        s.p[from + 3] != ':' || s.p[from + 4] != '/')
        return false;
    if (at < s.n && among(s.p[at] | 0x20, "aho"))
        at++;
    for (; at < s.n; at++) {
        if (s.p[at] == ':')
            colons++;
        else if (colons == 0 || (!alnum(s.p[at]) && !among(s.p[at], "._-~%")))
            return false;
    }
    return colons <= 6;
}

bool form_cpe(struct span s)
{
    size_t slash = s.n;

    if (cpe_23(s))
        return true;
    while (slash > 0 && s.p[slash - 1] != '/')
        slash--;
    return slash >= 5 && cpe_22(s, slash - 5);
}

bool form_cpe_whole(struct span s)
{
    return (s.n && cpe_23(s) == s.n) || (s.n >= 5 && cpe_22(s, 0));
}

bool form_purl(struct span s)
{
    size_t i = 4;

    if (!span_starts(s, SPAN("pkg:")) || s.n < 7 || !(alpha(s.p[4]) || among(s.p[4], ".-+")))
        return false;
    while (i < s.n && (alnum(s.p[i]) || among(s.p[i], ".-+")))
        i++;
    return i + 1 < s.n && s.p[i] == '/' && form_uri(s);
}

const char *purl_fault(struct span s)
{
    size_t slash, cut, from;
    struct span rest;

    if (!span_starts(s, SPAN("pkg:")))
        return "it does not begin with \"pkg:\"";
    rest = span_sub(s, 4, s.n);
    cut = find(rest, '#');
    rest = span_sub(rest, 0, cut);
    cut = find(rest, '?');
    for (from = cut + 1; from < rest.n;) {
        struct span q = span_sub(rest, from, rest.n);
        size_t amp = find(q, '&'), eq = find(span_sub(q, 0, amp), '=');

        if (eq == 0 || eq == amp || !alpha(q.p[0]))
            return "a qualifier has no key or no value";
        from += amp + 1;
    }
    rest = span_sub(rest, 0, cut);
    while (rest.n && rest.p[0] == '/')
        rest = span_sub(rest, 1, rest.n);
    slash = find(rest, '/');
    if (slash == 0 || slash == rest.n || !alpha(rest.p[0]))
        return "it has no type";
    for (size_t i = 0; i < slash; i++)
        if (!alnum(rest.p[i]) && !among(rest.p[i], ".-+"))
            return "its type has other characters than letters, digits, '.', '+' and '-'";
    rest = span_sub(rest, slash + 1, rest.n);
    for (cut = rest.n; cut > 0 && rest.p[cut - 1] != '@' && rest.p[cut - 1] != '/'; cut--)
        ;
    if (cut > 0 && rest.p[cut - 1] == '@')
        rest = span_sub(rest, 0, cut - 1);
    while (rest.n && rest.p[rest.n - 1] == '/')
        rest.n--;
    for (from = rest.n; from > 0 && rest.p[from - 1] != '/'; from--)
        ;
    return from == rest.n ? "it has no name" : NULL;
}

static bool number_at(struct span s, size_t *i, struct span *out)
{
    size_t from = *i, at = from;

    while (at < s.n && ascii_digit(s.p[at]))
        at++;
    if (at == from || (s.p[from] == '0' && at > from + 1))
        return false;
    *out = span_sub(s, from, at);
    *i = at;
    return true;
}

/* Identifiers separated by dots; digits alone have no leading zero when `strict`. */
static bool identifiers(struct span s, bool strict)
{
    size_t from = 0;

    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '.') {
            if (!alnum(s.p[i]) && s.p[i] != '-')
                return false;
            continue;
        }
        if (i == from)
            return false;
        if (strict && s.p[from] == '0' && i > from + 1) {
            size_t k = from;

            while (k < i && ascii_digit(s.p[k]))
                k++;
            if (k == i)
                return false;
        }
        from = i + 1;
    }
    return true;
}

bool version_parse(struct span s, struct version *out)
{
    struct version v = { 0 };
    size_t i = 0, plus = find(s, '+');
    struct span core = span_sub(s, 0, plus);

    if (!number_at(s, &i, &v.major))
        return false;
    if (i == s.n) {
        v.integer = true;
        *out = v;
        return true;
    }
    if (s.p[i++] != '.' || !number_at(s, &i, &v.minor) || i >= s.n || s.p[i++] != '.' ||
        !number_at(s, &i, &v.patch))
        return false;
    if (i < core.n) {
        v.pre = span_sub(core, i + 1, core.n);
        if (core.p[i] != '-' || !identifiers(v.pre, true))
            return false;
    }
    if (plus < s.n) {
        v.build = span_sub(s, plus + 1, s.n);
        if (!identifiers(v.build, false))
            return false;
    }
    *out = v;
    return true;
}

static int number_cmp(struct span a, struct span b)
{
    return a.n != b.n ? (a.n < b.n ? -1 : 1) : span_cmp(a, b);
}

static bool all_digits(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return true;
}

static int pre_cmp(struct span a, struct span b)
{
    struct span x, y;

    if (a.n == 0 || b.n == 0)
        return a.n == b.n ? 0 : a.n == 0 ? 1 : -1;
    while (a.n && b.n) {
        size_t i = find(a, '.'), j = find(b, '.');
        bool p, q;
        int c;

        x = span_sub(a, 0, i);
        y = span_sub(b, 0, j);
        p = all_digits(x);
        q = all_digits(y);
        c = p && q ? number_cmp(x, y) : p != q ? (p ? -1 : 1) : span_cmp(x, y);
        if (c != 0)
            return c;
        a = span_sub(a, i + 1, a.n);
        b = span_sub(b, j + 1, b.n);
    }
    return a.n == b.n ? 0 : a.n == 0 ? -1 : 1;
}

int version_cmp(const struct version *a, const struct version *b)
{
    int c = number_cmp(a->major, b->major);
    struct span zero = SPAN("0");

    if (c == 0)
        c = number_cmp(a->integer ? zero : a->minor, b->integer ? zero : b->minor);
    if (c == 0)
        c = number_cmp(a->integer ? zero : a->patch, b->integer ? zero : b->patch);
    return c != 0 ? c : pre_cmp(a->pre, b->pre);
}

struct span version_core(struct span s, bool drop_pre)
{
    struct span v = span_sub(s, 0, find(s, '+'));

    return drop_pre ? span_sub(v, 0, find(v, '-')) : v;
}

bool form_version(struct span s)
{
    struct version v;

    return version_parse(s, &v);
}

/* White space as regular expressions of JSON Schema (ECMAScript) understand \s: in ASCII, and U+00A0, U+FEFF,
 * Zs. */
static bool space_at(struct span s, size_t at, bool last)
{
    uint32_t cp;
    struct reader r;

    if (last)
        while (at > 0 && (s.p[at] & 0xc0) == 0x80)
            at--;
    r = rd_of(span_sub(s, at, s.n));
    cp = utf8_next(&r);
    return (cp < 128 && ascii_space((int)cp)) || cp == 0xa0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f || cp == 0x205f ||
           cp == 0x3000 || cp == 0xfeff;
}

static bool line_end(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\n' || s.p[i] == '\r' ||
            (s.p[i] == 0xe2 && i + 2 < s.n && s.p[i + 1] == 0x80 && (s.p[i + 2] | 1) == 0xa9))
            return true;
    return false;
}

static bool form_tracking_id(struct span s)
{
    return s.n && !space_at(s, 0, false) && !space_at(s, s.n - 1, true) && !line_end(s);
}

static bool form_category(struct span s)
{
    return form_tracking_id(s) && !among(s.p[0], "-_.") && !among(s.p[s.n - 1], "-_.");
}

static bool form_cve(struct span s)
{
    return s.n >= 13 && span_starts(s, SPAN("CVE-")) && all_digits(span_sub(s, 4, 8)) && s.p[8] == '-' &&
           all_digits(span_sub(s, 9, s.n));
}

static bool form_cwe_id(struct span s)
{
    return s.n >= 5 && s.n <= 10 && span_starts(s, SPAN("CWE-")) && s.p[4] != '0' &&
           all_digits(span_sub(s, 4, s.n));
}

static bool all_hex(struct span s, size_t least)
{
    for (size_t i = 0; i < s.n; i++)
        if (!hex(s.p[i]))
            return false;
    return s.n >= least;
}

static bool form_hash(struct span s)
{
    return all_hex(s, 32);
}

static bool form_fingerprint(struct span s)
{
    return all_hex(s, 40);
}

static bool ends(struct span s, const char *with)
{
    size_t n = strlen(with);

    return s.n >= n && span_eq_str(span_sub(s, s.n - n, s.n), with) && form_uri(s);
}

static bool form_json_url(struct span s)
{
    return ends(s, ".json");
}

static bool form_provider_url(struct span s)
{
    return ends(s, "/provider-metadata.json");
}

static bool form_aggregator_url(struct span s)
{
    return ends(s, "/aggregator.json");
}

/* The pattern of the CVSS schemas: metrics in any order, also repeated or missing. */
static bool vector_form(struct span s, enum cvss_version v)
{
    size_t n;
    const struct cvss_metric *metric = cvss_metrics(v, &n);
    struct span part;

    if (v != CVSS_2_0) {
        if (!span_starts(s, v == CVSS_3_0 ? SPAN("CVSS:3.0/") : SPAN("CVSS:3.1/")))
            return false;
        s = span_sub(s, 9, s.n);
    }
    if (s.n == 0 || s.p[s.n - 1] == '/')
        return false;
    while (text_split(&s, '/', &part)) {
        size_t colon = find(part, ':'), i = 0;
        const struct cvss_value *value;

        while (i < n && !span_eq_str(span_sub(part, 0, colon), metric[i].name))
            i++;
        if (i == n)
            return false;
        for (value = metric[i].value; value->letter; value++)
            if (span_eq_str(span_sub(part, colon + 1, part.n), value->letter))
                break;
        if (!value->letter)
            return false;
    }
    return true;
}

static bool form_cvss_2(struct span s)
{
    return vector_form(s, CVSS_2_0);
}

static bool form_cvss_3_0(struct span s)
{
    return vector_form(s, CVSS_3_0);
}

static bool form_cvss_3_1(struct span s)
{
    return vector_form(s, CVSS_3_1);
}

const struct shape_text text_uri = { form_uri, "a URI" };
const struct shape_text text_time = { form_time, "a date and time of RFC 3339" };
const struct shape_text text_cpe = { form_cpe, "a CPE name" };
const struct shape_text text_purl = { form_purl, "a package URL" };
const struct shape_text text_version = { form_version, "an integer or a version as 1.0.0" };
const struct shape_text text_language = { language_tag_form, "a language tag" };
const struct shape_text text_category = { form_category, "without blanks, '-', '_' and '.' at both ends" };
const struct shape_text text_tracking_id = { form_tracking_id, "one line without blanks at both ends" };
const struct shape_text text_cve = { form_cve, "a CVE number" };
const struct shape_text text_cwe_id = { form_cwe_id, "a CWE number" };
const struct shape_text text_hash = { form_hash, "a hash of 32 hexadecimal digits or more" };
const struct shape_text text_fingerprint = { form_fingerprint,
                                             "a fingerprint of 40 hexadecimal digits or more" };
const struct shape_text text_cvss_2 = { form_cvss_2, "a vector of CVSS 2.0" };
const struct shape_text text_cvss_3_0 = { form_cvss_3_0, "a vector of CVSS 3.0" };
const struct shape_text text_cvss_3_1 = { form_cvss_3_1, "a vector of CVSS 3.1" };
const struct shape_text text_json_url = { form_json_url, "a URL that ends in .json" };
const struct shape_text text_provider_url = { form_provider_url,
                                              "a URL that ends in /provider-metadata.json" };
const struct shape_text text_aggregator_url = { form_aggregator_url, "a URL that ends in /aggregator.json" };
