/* Forms of single texts in advisories and provider files. Each says whether a text has it. */
#ifndef SERAI_CSAF_FORMS_H
#define SERAI_CSAF_FORMS_H

#include "base/date.h"
#include "wire/json_shape.h"

/* RFC 3986: a URI with a scheme. */
bool form_uri(struct span s);
/* RFC 3339 date-time: an offset is needed, any number of digits after the point. */
bool form_time(struct span s);
/* The pattern of CSAF 2.0 3.1.3.3.2, which ends of the two alternatives leave open (known issue 693). */
bool form_cpe(struct span s);
/* A whole CPE 2.3 formatted string or CPE 2.2 URI, and nothing beside it. */
bool form_cpe_whole(struct span s);
/* Beginning "pkg:type/" and a URI. */
bool form_purl(struct span s);
/* 3.1.11: an integer or a version of Semantic Versioning 2.0.0. */
bool form_version(struct span s);

extern const struct shape_text text_uri, text_time, text_cpe, text_purl, text_version, text_language,
    text_category, text_tracking_id, text_cve, text_cwe_id, text_hash, text_fingerprint, text_cvss_2,
    text_cvss_3_0, text_cvss_3_1, text_json_url, text_provider_url, text_aggregator_url;

/* Why a purl that has the form is none, or NULL: package-url core rules, no rules of single types. */
const char *purl_fault(struct span s);

/* A version taken apart; integer versions have no minor. */
struct version {
    struct span major, minor, patch, pre, build;
    bool integer;
};
MUST_USE bool version_parse(struct span s, struct version *out);
/* Order of precedence (Semantic Versioning 11): build metadata has none. */
int version_cmp(const struct version *a, const struct version *b);
/* As it is compared for equality: without build metadata, and without pre-release on request. */
struct span version_core(struct span s, bool drop_pre);

#endif
