#include "intel/kind.h"

#include "base/text.h"

static const char *const dirt_words[INTEL_DIRTS] = { "defanged",  "case",       "dot",
                                                     "host-bits", "unicode",    "long-form",
                                                     "blanks",    "other-kind", "port" };

const char *intel_dirt_word(unsigned i)
{
    return i < INTEL_DIRTS ? dirt_words[i] : "";
}

static const char *const kind_words[INTEL_KINDS] = {
    [INTEL_NONE] = "none",
    [INTEL_IPV4] = "ipv4",
    [INTEL_IPV6] = "ipv6",
    [INTEL_IPV4_RANGE] = "ipv4-range",
    [INTEL_IPV6_RANGE] = "ipv6-range",
    [INTEL_DOMAIN] = "domain",
    [INTEL_URL] = "url",
    [INTEL_EMAIL] = "email",
    [INTEL_MD5] = "md5",
    [INTEL_SHA1] = "sha1",
    [INTEL_SHA224] = "sha224",
    [INTEL_SHA256] = "sha256",
    [INTEL_SHA384] = "sha384",
    [INTEL_SHA512] = "sha512",
    [INTEL_FILE_NAME] = "file-name",
    [INTEL_FILE_PATTERN] = "file-pattern",
};

const char *intel_kind_word(enum intel_kind k)
{
    return (unsigned)k < INTEL_KINDS ? kind_words[k] : "none";
}

/* Other words for a kind, and words for several kinds (INTEL_NONE); lower case, - for _ and blanks. */
static const struct {
    const char *word;
    enum intel_kind kind;
} other_words[] = {
    { "ipv4-addr", INTEL_IPV4 },
    { "ipv6-addr", INTEL_IPV6 },
    { "ip", INTEL_NONE },
    { "ip-address", INTEL_NONE },
    { "ipaddress", INTEL_NONE },
    { "ip-src", INTEL_NONE },
    { "ip-dst", INTEL_NONE },
    { "src-ip", INTEL_NONE },
    { "dst-ip", INTEL_NONE },
    { "address", INTEL_NONE },
    { "cidr", INTEL_NONE },
    { "network", INTEL_NONE },
    { "netblock", INTEL_NONE },
    { "hash", INTEL_NONE },
    { "file-hash", INTEL_NONE },
    { "digest", INTEL_NONE },
    { "ioc", INTEL_NONE },
    { "ioc-value", INTEL_NONE },
    { "indicator", INTEL_NONE },
    { "indicator-value", INTEL_NONE },
    { "observable", INTEL_NONE },
    { "value", INTEL_NONE },
    { "domain-name", INTEL_DOMAIN },
    { "hostname", INTEL_DOMAIN },
    { "host", INTEL_DOMAIN },
    { "fqdn", INTEL_DOMAIN },
    { "uri", INTEL_URL },
    { "link", INTEL_URL },
    { "mail", INTEL_EMAIL },
    { "e-mail", INTEL_EMAIL },
    { "email-addr", INTEL_EMAIL },
    { "email-address", INTEL_EMAIL },
    { "email-src", INTEL_EMAIL },
    { "email-dst", INTEL_EMAIL },
    { "sha-1", INTEL_SHA1 },
    { "sha-224", INTEL_SHA224 },
    { "sha-256", INTEL_SHA256 },
    { "sha-384", INTEL_SHA384 },
    { "sha-512", INTEL_SHA512 },
    { "md5-hash", INTEL_MD5 },
    { "sha1-hash", INTEL_SHA1 },
    { "sha256-hash", INTEL_SHA256 },
    { "filename", INTEL_FILE_NAME },
};

enum intel_kind intel_kind_named(struct span word, bool *many)
{
    char w[24];
    size_t n;

    *many = false;
    word = text_trim(word);
    if (word.n == 0 || word.n >= sizeof w)
        return INTEL_NONE;
    for (n = 0; n < word.n; n++) {
        int c = word.p[n];

        w[n] = (char)(ascii_upper(c) ? c + 32 : c == '_' || c == ' ' ? '-' : c);
    }
    w[n] = 0;
    for (unsigned k = 1; k < INTEL_KINDS; k++)
        if (strcmp(w, kind_words[k]) == 0)
            return (enum intel_kind)k;
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++) {
        if (strcmp(w, other_words[i].word) != 0)
            continue;
        *many = other_words[i].kind == INTEL_NONE;
        return other_words[i].kind;
    }
    return INTEL_NONE;
}
