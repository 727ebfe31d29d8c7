/* Reading of warning lists; looking up stands in warninglist_check.c. */
#include "intel/warninglist.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/json.h"

static const struct {
    const char *word;
    enum warninglist_kind kind;
} kinds[] = {
    { "cidr", WARNINGLIST_CIDR },         { "string", WARNINGLIST_STRING },
    { "hostname", WARNINGLIST_HOSTNAME }, { "substring", WARNINGLIST_SUBSTRING },
    { "regex", WARNINGLIST_REGEX },
};

#define BIT(k) (1u << (INTEL_##k))

/* Types of MISP attributes that a list can be for. One of two values ("domain|ip") says nothing about either
 * alone, except of files: "filename|md5" is one digest. */
static const struct {
    const char *type;
    uint32_t kinds;
} attributes[] = {
    { "ip-src", BIT(IPV4) | BIT(IPV6) | BIT(IPV4_RANGE) | BIT(IPV6_RANGE) },
    { "ip-dst", BIT(IPV4) | BIT(IPV6) | BIT(IPV4_RANGE) | BIT(IPV6_RANGE) },
    { "domain", BIT(DOMAIN) },
    { "hostname", BIT(DOMAIN) },
    { "url", BIT(URL) },
    { "uri", BIT(URL) },
    { "link", BIT(URL) },
    { "email", BIT(EMAIL) },
    { "email-src", BIT(EMAIL) },
    { "email-dst", BIT(EMAIL) },
    { "whois-registrant-email", BIT(EMAIL) },
    { "md5", BIT(MD5) },
    { "sha1", BIT(SHA1) },
    { "sha224", BIT(SHA224) },
    { "sha256", BIT(SHA256) },
    { "sha384", BIT(SHA384) },
    { "sha512", BIT(SHA512) },
    { "filename|md5", BIT(MD5) },
    { "filename|sha1", BIT(SHA1) },
    { "filename|sha224", BIT(SHA224) },
    { "filename|sha256", BIT(SHA256) },
    { "filename|sha384", BIT(SHA384) },
    { "filename|sha512", BIT(SHA512) },
    { "filename", BIT(FILE_NAME) },
};

static uint32_t kinds_of(const struct json *j, json_ref list)
{
    uint32_t out = 0;

    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i))
        for (size_t k = 0; k < sizeof attributes / sizeof *attributes; k++)
            if (json_text_is(j, i, attributes[k].type))
                out |= attributes[k].kinds;
    return out;
}

static bool refuse(const struct intel_sink *sink, const struct json *j, json_ref item, struct span value,
                   const struct why *why)
{
    struct why w = *why;
    struct intel_refused r = { .value = span_sub(value, 0, 200), .why = &w };

    w.offset = json_offset(j, item);
    return !sink || !sink->refused || sink->refused(sink->ctx, &r);
}

/* What no value of that kind can ever meet is refused here; whether a regular expression compiles is known
 * later. */
static bool good_entry(enum warninglist_kind kind, struct span s, struct why *w)
{
    uint8_t b[16];
    unsigned bits;
    bool host;
    size_t n;

    if (s.n == 0)
        return why_set(w, "empty", WHY_NO_OFFSET, NULL, "an empty entry");
    if (kind == WARNINGLIST_CIDR && !intel_read_address(s, b, &n, &bits, &host))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "neither address nor range");
    if (s.n > INTEL_VALUE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an entry of %zu bytes", s.n);
    return true;
}

static bool read_entries(const struct json *j, json_ref list, const struct intel_sink *sink, struct arena *a,
                         struct warninglist *out, struct why *w)
{
    out->entries = json_count(j, list);
    out->entry = arena_array(a, out->entries ? out->entries : 1, sizeof *out->entry);
    if (!out->entry)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more entries than fit");
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        struct why why = { 0 };
        struct span s = { NULL, 0 };
        bool text = json_text_of(j, i, a, &s);

        s = text_trim(s);
        if (!text)
            why_set(&why, "warninglist", WHY_NO_OFFSET, NULL, "an entry that is no text");
        if (text && good_entry(out->kind, s, &why))
            out->entry[out->n++] = s;
        else if (!refuse(sink, j, i, s, &why))
            return why_set(w, "stopped", json_offset(j, i), NULL, "stopped at an entry");
    }
    return true;
}

/* Numbers stand in quotes in some lists. */
static int64_t version_of(const struct json *j, json_ref v)
{
    struct span s = json_source(j, v);
    uint64_t n = 0;

    if (s.n > 2 && s.p[0] == '"')
        s = span_sub(s, 1, s.n - 1);
    return text_number(s, INT64_MAX, &n) ? (int64_t)n : 0;
}

bool warninglist_read(struct span json, const struct intel_sink *sink, struct arena *a,
                      struct warninglist *out, struct why *w)
{
    struct warninglist l = { .name = { NULL, 0 } };
    bool known = false;
    json_ref list, type;
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    list = json_member(&j, JSON_ROOT, "list");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "name"), a, &l.name) || l.name.n == 0)
        return why_set(w, "warninglist", 0, NULL, "a list without a name");
    if (!json_is(&j, list, JSON_KIND_ARRAY))
        return why_set(w, "warninglist", 0, NULL, "no list of entries");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "description"), a, &l.description))
        l.description = (struct span){ NULL, 0 };
    type = json_member(&j, JSON_ROOT, "type");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!json_text_is(&j, type, kinds[i].word))
            continue;
        l.kind = kinds[i].kind;
        known = true;
    }
    if (!known)
        return why_set(w, "warninglist", json_offset(&j, type), NULL, "a list of an unknown kind");
    l.version = version_of(&j, json_member(&j, JSON_ROOT, "version"));
    l.kinds = kinds_of(&j, json_member(&j, JSON_ROOT, "matching_attributes"));
    if (!read_entries(&j, list, sink, a, &l, w))
        return false;
    *out = l;
    return true;
}
