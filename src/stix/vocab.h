/* The vocabularies of STIX 2.1 (10), and types of objects that references may name. */
#ifndef SERAI_STIX_VOCAB_H
#define SERAI_STIX_VOCAB_H

#include "base/span.h"

/* Each "|word|word|". */
extern const char vocab_account_type[], vocab_attack_motivation[], vocab_attack_resource_level[],
    vocab_encryption_algorithm[], vocab_extension_type[], vocab_grouping_context[], vocab_hash_algorithm[],
    vocab_identity_class[], vocab_implementation_language[], vocab_indicator_type[], vocab_industry_sector[],
    vocab_infrastructure_type[], vocab_malware_result[], vocab_malware_capabilities[], vocab_malware_type[],
    vocab_address_family[], vocab_socket_type[], vocab_opinion[], vocab_pattern_type[],
    vocab_processor_architecture[], vocab_region[], vocab_report_type[], vocab_threat_actor_type[],
    vocab_threat_actor_role[], vocab_threat_actor_sophistication[], vocab_tool_type[],
    vocab_integrity_level[], vocab_pe_type[], vocab_registry_type[], vocab_service_start[],
    vocab_service_type[], vocab_service_status[], vocab_pdf_information[];

extern const char vocab_languages[]; /* ISO 639-1 and 639-2 codes, subtags of RFC 5646 */
extern const char vocab_countries[]; /* ISO 3166-1 alpha-2 */
extern const char vocab_charsets[];  /* IANA character sets: preferred MIME name, else name */
extern const char vocab_protocols[]; /* the common ones of network-traffic */
extern const char vocab_http_headers[];

/* "|source type|target,target|" for each kind of relationship that the standard suggests (Appendix B). */
struct stix_relation {
    const char *source, *kind;
    const char *targets; /* "|malware|" */
};
extern const struct stix_relation vocab_relations[];
extern const size_t vocab_relations_n;

#endif
