/* The table of MISP's types of attributes. */
#include "intel/misp.h"

#define BIT(k)  (1u << (INTEL_##k))
#define ADDRESS (BIT(IPV4) | BIT(IPV6) | BIT(IPV4_RANGE) | BIT(IPV6_RANGE))
#define PAYLOAD "Payload delivery"
#define NETWORK "Network activity"
#define DROPPED "Artifacts dropped"
#define HEADER  "network-traffic:extensions.'http-request-ext'.request_header."

static const struct misp_type types[] = {
    { "md5", PAYLOAD, MISP_VALUE, BIT(MD5), NULL, NULL, true },
    { "sha1", PAYLOAD, MISP_VALUE, BIT(SHA1), NULL, NULL, true },
    { "sha224", PAYLOAD, MISP_VALUE, BIT(SHA224), NULL, NULL, true },
    { "sha256", PAYLOAD, MISP_VALUE, BIT(SHA256), NULL, NULL, true },
    { "sha384", PAYLOAD, MISP_VALUE, BIT(SHA384), NULL, NULL, true },
    { "sha512", PAYLOAD, MISP_VALUE, BIT(SHA512), NULL, NULL, true },
    { "sha512/224", PAYLOAD, MISP_RAW, 0, "file:hashes.'SHA-512/224'", NULL, true },
    { "sha512/256", PAYLOAD, MISP_RAW, 0, "file:hashes.'SHA-512/256'", NULL, true },
    { "sha3-224", PAYLOAD, MISP_RAW, 0, "file:hashes.'SHA3-224'", NULL, true },
    { "sha3-256", PAYLOAD, MISP_RAW, 0, "file:hashes.'SHA3-256'", NULL, true },
    { "sha3-384", PAYLOAD, MISP_RAW, 0, "file:hashes.'SHA3-384'", NULL, true },
    { "sha3-512", PAYLOAD, MISP_RAW, 0, "file:hashes.'SHA3-512'", NULL, true },
    { "ssdeep", PAYLOAD, MISP_RAW, 0, "file:hashes.SSDEEP", NULL, false },
    { "tlsh", PAYLOAD, MISP_RAW, 0, "file:hashes.TLSH", NULL, false },
    { "imphash", PAYLOAD, MISP_RAW, 0, "file:extensions.'windows-pebinary-ext'.imphash", NULL, false },
    { "filename", PAYLOAD, MISP_VALUE, BIT(FILE_NAME), NULL, NULL, false },
    { "filename|md5", PAYLOAD, MISP_FILE, BIT(MD5), NULL, NULL, true },
    { "filename|sha1", PAYLOAD, MISP_FILE, BIT(SHA1), NULL, NULL, true },
    { "filename|sha224", PAYLOAD, MISP_FILE, BIT(SHA224), NULL, NULL, true },
    { "filename|sha256", PAYLOAD, MISP_FILE, BIT(SHA256), NULL, NULL, true },
    { "filename|sha384", PAYLOAD, MISP_FILE, BIT(SHA384), NULL, NULL, true },
    { "filename|sha512", PAYLOAD, MISP_FILE, BIT(SHA512), NULL, NULL, true },
    { "malware-sample", PAYLOAD, MISP_FILE, BIT(MD5), NULL, NULL, true },
    { "ip-dst", NETWORK, MISP_VALUE, ADDRESS, NULL, NULL, true },
    { "ip-src", NETWORK, MISP_VALUE, ADDRESS, NULL, NULL, true },
    { "domain", NETWORK, MISP_VALUE, BIT(DOMAIN) | ADDRESS, NULL, NULL, true },
    { "hostname", NETWORK, MISP_VALUE, BIT(DOMAIN) | ADDRESS, NULL, NULL, true },
    { "url", NETWORK, MISP_VALUE, BIT(URL) | BIT(DOMAIN) | ADDRESS, NULL, NULL, true },
    { "uri", NETWORK, MISP_RAW, 0, "url:value", NULL, false },
    { "domain|ip", NETWORK, MISP_PAIR, 0, "domain-name:value", "domain-name:resolves_to_refs[*].value",
      true },
    { "ip-dst|port", NETWORK, MISP_PAIR, 0, "network-traffic:dst_ref.value", "network-traffic:dst_port",
      true },
    { "ip-src|port", NETWORK, MISP_PAIR, 0, "network-traffic:src_ref.value", "network-traffic:src_port",
      true },
    { "hostname|port", NETWORK, MISP_PAIR, 0, "network-traffic:dst_ref.value", "network-traffic:dst_port",
      true },
    { "user-agent", NETWORK, MISP_RAW, 0, HEADER "'User-Agent'", NULL, false },
    { "AS", NETWORK, MISP_NUMBER, 0, "autonomous-system:number", NULL, false },
    { "mac-address", NETWORK, MISP_RAW, 0, "mac-addr:value", NULL, false },
    { "email", PAYLOAD, MISP_VALUE, BIT(EMAIL), NULL, NULL, true },
    { "email-src", PAYLOAD, MISP_VALUE, BIT(EMAIL), NULL, NULL, true },
    { "email-dst", NETWORK, MISP_VALUE, BIT(EMAIL), NULL, NULL, false },
    { "email-reply-to", PAYLOAD, MISP_VALUE, BIT(EMAIL), NULL, NULL, false },
    { "email-subject", PAYLOAD, MISP_RAW, 0, "email-message:subject", NULL, false },
    { "email-message-id", PAYLOAD, MISP_RAW, 0, "email-message:message_id", NULL, false },
    { "mutex", DROPPED, MISP_RAW, 0, "mutex:name", NULL, false },
    { "regkey", "Persistence mechanism", MISP_RAW, 0, "windows-registry-key:key", NULL, false },
    { "regkey|value", "Persistence mechanism", MISP_PAIR, 0, "windows-registry-key:key",
      "windows-registry-key:values[*].name", false },
    { "x509-fingerprint-md5", NETWORK, MISP_RAW, 0, "x509-certificate:hashes.MD5", NULL, true },
    { "x509-fingerprint-sha1", NETWORK, MISP_RAW, 0, "x509-certificate:hashes.'SHA-1'", NULL, true },
    { "x509-fingerprint-sha256", NETWORK, MISP_RAW, 0, "x509-certificate:hashes.'SHA-256'", NULL, true },
    { "filename-pattern", PAYLOAD, MISP_RULE, 0, "pcre", NULL, false },
    { "yara", "Payload installation", MISP_RULE, 0, "yara", NULL, false },
    { "snort", NETWORK, MISP_RULE, 0, "snort", NULL, false },
    { "sigma", "Payload installation", MISP_RULE, 0, "sigma", NULL, false },
    { "stix2-pattern", "Payload installation", MISP_RULE, 0, "stix", NULL, false },
    { "vulnerability", "External analysis", MISP_VULNERABILITY, 0, NULL, NULL, false },
    { "link", "External analysis", MISP_NOTE, 0, NULL, NULL, false },
    { "comment", "Other", MISP_NOTE, 0, NULL, NULL, false },
    { "text", "Other", MISP_NOTE, 0, NULL, NULL, false },
    { "other", "Other", MISP_NOTE, 0, NULL, NULL, false },
};

const struct misp_type *misp_type_named(struct span type)
{
    static const struct misp_type note = { "text", "Other", MISP_NOTE, 0, NULL, NULL, false };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_eq_str(type, types[i].type))
            return &types[i];
    return &note;
}

const char *misp_type_of_kind(enum intel_kind k)
{
    switch (k) {
    case INTEL_IPV4:
    case INTEL_IPV6:
    case INTEL_IPV4_RANGE:
    case INTEL_IPV6_RANGE:
        return "ip-dst";
    case INTEL_EMAIL:
        return "email";
    case INTEL_NONE:
    case INTEL_FILE_PATTERN:
        return "text";
    case INTEL_DOMAIN:
    case INTEL_URL:
    case INTEL_MD5:
    case INTEL_SHA1:
    case INTEL_SHA224:
    case INTEL_SHA256:
    case INTEL_SHA384:
    case INTEL_SHA512:
    case INTEL_FILE_NAME:
        break;
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].how == MISP_VALUE && types[i].kinds & intel_kind_bit(k))
            return types[i].type;
    return "text";
}

const struct misp_type *misp_type_of_path(struct span path)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if ((types[i].how == MISP_RAW || types[i].how == MISP_NUMBER) && span_eq_str(path, types[i].path))
            return &types[i];
    return NULL;
}

bool misp_means_indicator(const struct misp_type *t, bool to_ids, bool event_marks, struct span category)
{
    static const char *const seen[] = { PAYLOAD, NETWORK, DROPPED, "Payload installation",
                                        "Persistence mechanism" };

    if (t->how == MISP_NOTE || t->how == MISP_VULNERABILITY)
        return false;
    if (to_ids || t->how == MISP_RULE)
        return true;
    if (event_marks || !t->strong)
        return false;
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        if (span_eq_str(category, seen[i]))
            return true;
    return false;
}
