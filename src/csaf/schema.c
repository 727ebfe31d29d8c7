#include "csaf/schema.h"

#include "csaf/cvss.h"
#include "csaf/forms.h"

#define WORDS(name, ...) static const char *const name[] = { __VA_ARGS__, NULL }
#define MEMBERS(m)       .member = (m), .members = sizeof(m) / sizeof *(m)

static const struct shape text = { .kind = SHAPE_TEXT, .least = 1 };
static const struct shape any_text = { .kind = SHAPE_TEXT };
static const struct shape uri = { .kind = SHAPE_TEXT, .text = &text_uri };
static const struct shape moment = { .kind = SHAPE_TEXT, .text = &text_time };
static const struct shape boolean = { .kind = SHAPE_BOOLEAN };
static const struct shape texts = { .kind = SHAPE_ARRAY, .least = 1, .item = &text };
static const struct shape own_texts = { .kind = SHAPE_ARRAY, .least = 1, .item = &text, .unique = true };
static const struct shape uris = { .kind = SHAPE_ARRAY, .least = 1, .item = &uri };
static const struct shape language = { .kind = SHAPE_TEXT, .text = &text_language };
static const struct shape version = { .kind = SHAPE_TEXT, .text = &text_version };

/* 3.1.1 */
static const struct shape_member thanks_members[] = {
    { "names", &texts, false },
    { "organization", &text, false },
    { "summary", &text, false },
    { "urls", &uris, false },
};
static const struct shape thanks = { .kind = SHAPE_OBJECT, .least = 1, MEMBERS(thanks_members) };
static const struct shape acknowledgments = { .kind = SHAPE_ARRAY, .least = 1, .item = &thanks };

/* 3.1.3 */
static const struct shape hash_value = { .kind = SHAPE_TEXT, .least = 32, .text = &text_hash };
static const struct shape_member file_hash_members[] = {
    { "algorithm", &text, true },
    { "value", &hash_value, true },
};
static const struct shape file_hash = { .kind = SHAPE_OBJECT, MEMBERS(file_hash_members) };
static const struct shape file_hashes = { .kind = SHAPE_ARRAY, .least = 1, .item = &file_hash };
static const struct shape_member hash_members[] = {
    { "file_hashes", &file_hashes, true },
    { "filename", &text, true },
};
static const struct shape hash = { .kind = SHAPE_OBJECT, MEMBERS(hash_members) };
static const struct shape hashes = { .kind = SHAPE_ARRAY, .least = 1, .item = &hash };
static const struct shape_member generic_uri_members[] = {
    { "namespace", &uri, true },
    { "uri", &uri, true },
};
static const struct shape generic_uri = { .kind = SHAPE_OBJECT, MEMBERS(generic_uri_members) };
static const struct shape generic_uris = { .kind = SHAPE_ARRAY, .least = 1, .item = &generic_uri };
static const struct shape cpe = { .kind = SHAPE_TEXT, .least = 5, .text = &text_cpe };
static const struct shape purl = { .kind = SHAPE_TEXT, .least = 7, .text = &text_purl };
static const struct shape_member helper_members[] = {
    { "cpe", &cpe, false },
    { "hashes", &hashes, false },
    { "model_numbers", &own_texts, false },
    { "purl", &purl, false },
    { "sbom_urls", &uris, false },
    { "serial_numbers", &own_texts, false },
    { "skus", &texts, false },
    { "x_generic_uris", &generic_uris, false },
};
static const struct shape helper = { .kind = SHAPE_OBJECT, .least = 1, MEMBERS(helper_members) };
static const struct shape_member product_members[] = {
    { "name", &text, true },
    { "product_id", &text, true },
    { "product_identification_helper", &helper, false },
};
static const struct shape product = { .kind = SHAPE_OBJECT, MEMBERS(product_members) };
static const struct shape product_list = { .kind = SHAPE_ARRAY, .least = 1, .item = &product };

/* 3.1.2 */
WORDS(branch_words, "architecture", "host_name", "language", "legacy", "patch_level", "product_family",
      "product_name", "product_version", "product_version_range", "service_pack", "specification", "vendor");
static const struct shape branch_category = { .kind = SHAPE_TEXT, .words = branch_words };
static const struct shape branches;
static const struct shape_member branch_members[] = {
    { "branches", &branches, false },
    { "category", &branch_category, true },
    { "name", &text, true },
    { "product", &product, false },
};
static const struct shape branch = { .kind = SHAPE_OBJECT, .least = 3, .most = 3, MEMBERS(branch_members) };
static const struct shape branches = { .kind = SHAPE_ARRAY, .least = 1, .item = &branch };

/* 3.1.5 */
WORDS(note_words, "description", "details", "faq", "general", "legal_disclaimer", "other", "summary");
static const struct shape note_category = { .kind = SHAPE_TEXT, .words = note_words };
static const struct shape_member note_members[] = {
    { "audience", &text, false },
    { "category", &note_category, true },
    { "text", &text, true },
    { "title", &text, false },
};
static const struct shape note = { .kind = SHAPE_OBJECT, MEMBERS(note_members) };
static const struct shape notes = { .kind = SHAPE_ARRAY, .least = 1, .item = &note };

/* 3.1.10 */
WORDS(reference_words, "external", "self");
static const struct shape reference_category = { .kind = SHAPE_TEXT, .words = reference_words };
static const struct shape_member reference_members[] = {
    { "category", &reference_category, false },
    { "summary", &text, true },
    { "url", &uri, true },
};
static const struct shape reference = { .kind = SHAPE_OBJECT, MEMBERS(reference_members) };
static const struct shape references = { .kind = SHAPE_ARRAY, .least = 1, .item = &reference };

/* 3.2.1 */
static const struct shape_member severity_members[] = {
    { "namespace", &uri, false },
    { "text", &text, true },
};
static const struct shape severity = { .kind = SHAPE_OBJECT, MEMBERS(severity_members) };
WORDS(tlp_words, "AMBER", "GREEN", "RED", "WHITE");
static const struct shape tlp_label = { .kind = SHAPE_TEXT, .words = tlp_words };
static const struct shape_member tlp_members[] = {
    { "label", &tlp_label, true },
    { "url", &uri, false },
};
static const struct shape tlp = { .kind = SHAPE_OBJECT, MEMBERS(tlp_members) };
static const struct shape_member distribution_members[] = {
    { "text", &text, false },
    { "tlp", &tlp, false },
};
static const struct shape distribution = { .kind = SHAPE_OBJECT, .least = 1, MEMBERS(distribution_members) };
WORDS(publisher_words, "coordinator", "discoverer", "other", "translator", "user", "vendor");
static const struct shape publisher_category = { .kind = SHAPE_TEXT, .words = publisher_words };
static const struct shape_member publisher_members[] = {
    { "category", &publisher_category, true },
    { "contact_details", &text, false },
    { "issuing_authority", &text, false },
    { "name", &text, true },
    { "namespace", &uri, true },
};
static const struct shape publisher = { .kind = SHAPE_OBJECT, MEMBERS(publisher_members) };
static const struct shape_member engine_members[] = {
    { "name", &text, true },
    { "version", &text, false },
};
static const struct shape engine = { .kind = SHAPE_OBJECT, MEMBERS(engine_members) };
static const struct shape_member generator_members[] = {
    { "date", &moment, false },
    { "engine", &engine, true },
};
static const struct shape generator = { .kind = SHAPE_OBJECT, MEMBERS(generator_members) };
static const struct shape_member revision_members[] = {
    { "date", &moment, true },
    { "legacy_version", &text, false },
    { "number", &version, true },
    { "summary", &text, true },
};
static const struct shape revision = { .kind = SHAPE_OBJECT, MEMBERS(revision_members) };
static const struct shape history = { .kind = SHAPE_ARRAY, .least = 1, .item = &revision };
WORDS(status_words, "draft", "final", "interim");
static const struct shape document_status = { .kind = SHAPE_TEXT, .words = status_words };
static const struct shape tracking_id = { .kind = SHAPE_TEXT, .least = 1, .text = &text_tracking_id };
static const struct shape_member tracking_members[] = {
    { "aliases", &own_texts, false },          { "current_release_date", &moment, true },
    { "generator", &generator, false },        { "id", &tracking_id, true },
    { "initial_release_date", &moment, true }, { "revision_history", &history, true },
    { "status", &document_status, true },      { "version", &version, true },
};
static const struct shape tracking = { .kind = SHAPE_OBJECT, MEMBERS(tracking_members) };
WORDS(csaf_versions, "2.0");
static const struct shape csaf_version = { .kind = SHAPE_TEXT, .words = csaf_versions };
static const struct shape category = { .kind = SHAPE_TEXT, .least = 1, .text = &text_category };
static const struct shape_member document_members[] = {
    { "acknowledgments", &acknowledgments, false },
    { "aggregate_severity", &severity, false },
    { "category", &category, true },
    { "csaf_version", &csaf_version, true },
    { "distribution", &distribution, false },
    { "lang", &language, false },
    { "notes", &notes, false },
    { "publisher", &publisher, true },
    { "references", &references, false },
    { "source_lang", &language, false },
    { "title", &text, true },
    { "tracking", &tracking, true },
};
static const struct shape document = { .kind = SHAPE_OBJECT, MEMBERS(document_members) };

/* 3.2.2 */
static const struct shape two_products = { .kind = SHAPE_ARRAY, .least = 2, .item = &text, .unique = true };
static const struct shape_member group_members[] = {
    { "group_id", &text, true },
    { "product_ids", &two_products, true },
    { "summary", &text, false },
};
static const struct shape group = { .kind = SHAPE_OBJECT, MEMBERS(group_members) };
static const struct shape groups = { .kind = SHAPE_ARRAY, .least = 1, .item = &group };
WORDS(relation_words, "default_component_of", "external_component_of", "installed_on", "installed_with",
      "optional_component_of");
static const struct shape relation_category = { .kind = SHAPE_TEXT, .words = relation_words };
static const struct shape_member relation_members[] = {
    { "category", &relation_category, true },
    { "full_product_name", &product, true },
    { "product_reference", &text, true },
    { "relates_to_product_reference", &text, true },
};
static const struct shape relation = { .kind = SHAPE_OBJECT, MEMBERS(relation_members) };
static const struct shape relations = { .kind = SHAPE_ARRAY, .least = 1, .item = &relation };
static const struct shape_member tree_members[] = {
    { "branches", &branches, false },
    { "full_product_names", &product_list, false },
    { "product_groups", &groups, false },
    { "relationships", &relations, false },
};
static const struct shape tree = { .kind = SHAPE_OBJECT, .least = 1, MEMBERS(tree_members) };

/* The schemas of CVSS 2.0, 3.0, 3.1. */
WORDS(cvss_2_versions, "2.0");
WORDS(cvss_30_versions, "3.0");
WORDS(cvss_31_versions, "3.1");
WORDS(w_av2, "NETWORK", "ADJACENT_NETWORK", "LOCAL");
WORDS(w_ac2, "HIGH", "MEDIUM", "LOW");
WORDS(w_au2, "MULTIPLE", "SINGLE", "NONE");
WORDS(w_cia2, "NONE", "PARTIAL", "COMPLETE");
WORDS(w_e, "UNPROVEN", "PROOF_OF_CONCEPT", "FUNCTIONAL", "HIGH", "NOT_DEFINED");
WORDS(w_rl, "OFFICIAL_FIX", "TEMPORARY_FIX", "WORKAROUND", "UNAVAILABLE", "NOT_DEFINED");
WORDS(w_rc2, "UNCONFIRMED", "UNCORROBORATED", "CONFIRMED", "NOT_DEFINED");
WORDS(w_cdp, "NONE", "LOW", "LOW_MEDIUM", "MEDIUM_HIGH", "HIGH", "NOT_DEFINED");
WORDS(w_td, "NONE", "LOW", "MEDIUM", "HIGH", "NOT_DEFINED");
WORDS(w_req, "LOW", "MEDIUM", "HIGH", "NOT_DEFINED");
WORDS(w_av, "NETWORK", "ADJACENT_NETWORK", "LOCAL", "PHYSICAL");
WORDS(w_mav, "NETWORK", "ADJACENT_NETWORK", "LOCAL", "PHYSICAL", "NOT_DEFINED");
WORDS(w_ac, "HIGH", "LOW");
WORDS(w_mac, "HIGH", "LOW", "NOT_DEFINED");
WORDS(w_pr, "HIGH", "LOW", "NONE");
WORDS(w_mpr, "HIGH", "LOW", "NONE", "NOT_DEFINED");
WORDS(w_ui, "NONE", "REQUIRED");
WORDS(w_mui, "NONE", "REQUIRED", "NOT_DEFINED");
WORDS(w_s, "UNCHANGED", "CHANGED");
WORDS(w_ms, "UNCHANGED", "CHANGED", "NOT_DEFINED");
WORDS(w_cia, "NONE", "LOW", "HIGH");
WORDS(w_mcia, "NONE", "LOW", "HIGH", "NOT_DEFINED");
WORDS(w_rc, "UNKNOWN", "REASONABLE", "CONFIRMED", "NOT_DEFINED");
WORDS(w_severity, "NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL");

#define ENUM(name, w) static const struct shape name = { .kind = SHAPE_TEXT, .words = (w) }
ENUM(cvss_2_version, cvss_2_versions);
ENUM(cvss_30_version, cvss_30_versions);
ENUM(cvss_31_version, cvss_31_versions);
ENUM(s_av2, w_av2);
ENUM(s_ac2, w_ac2);
ENUM(s_au2, w_au2);
ENUM(s_cia2, w_cia2);
ENUM(s_e, w_e);
ENUM(s_rl, w_rl);
ENUM(s_rc2, w_rc2);
ENUM(s_cdp, w_cdp);
ENUM(s_td, w_td);
ENUM(s_req, w_req);
ENUM(s_av, w_av);
ENUM(s_mav, w_mav);
ENUM(s_ac, w_ac);
ENUM(s_mac, w_mac);
ENUM(s_pr, w_pr);
ENUM(s_mpr, w_mpr);
ENUM(s_ui, w_ui);
ENUM(s_mui, w_mui);
ENUM(s_s, w_s);
ENUM(s_ms, w_ms);
ENUM(s_cia, w_cia);
ENUM(s_mcia, w_mcia);
ENUM(s_rc, w_rc);
ENUM(s_severity, w_severity);
static const struct shape score = { .kind = SHAPE_NUMBER, .bounded = true, .low = 0, .high = 10 };
static const struct shape vector_2 = { .kind = SHAPE_TEXT, .text = &text_cvss_2 };
static const struct shape vector_30 = { .kind = SHAPE_TEXT, .text = &text_cvss_3_0 };
static const struct shape vector_31 = { .kind = SHAPE_TEXT, .text = &text_cvss_3_1 };

static const struct shape_member cvss_2_members[] = {
    { "version", &cvss_2_version, true },
    { "vectorString", &vector_2, true },
    { "baseScore", &score, true },
    { "accessVector", &s_av2, false },
    { "accessComplexity", &s_ac2, false },
    { "authentication", &s_au2, false },
    { "confidentialityImpact", &s_cia2, false },
    { "integrityImpact", &s_cia2, false },
    { "availabilityImpact", &s_cia2, false },
    { "exploitability", &s_e, false },
    { "remediationLevel", &s_rl, false },
    { "reportConfidence", &s_rc2, false },
    { "temporalScore", &score, false },
    { "collateralDamagePotential", &s_cdp, false },
    { "targetDistribution", &s_td, false },
    { "confidentialityRequirement", &s_req, false },
    { "integrityRequirement", &s_req, false },
    { "availabilityRequirement", &s_req, false },
    { "environmentalScore", &score, false },
};
const struct shape csaf_cvss_2_shape = { .kind = SHAPE_OBJECT, MEMBERS(cvss_2_members) };

#define CVSS_3_MEMBERS(version, vector)                                                                      \
    { "version", (version), true }, { "vectorString", (vector), true }, { "baseScore", &score, true },       \
        { "baseSeverity", &s_severity, true }, { "attackVector", &s_av, false },                             \
        { "attackComplexity", &s_ac, false }, { "privilegesRequired", &s_pr, false },                        \
        { "userInteraction", &s_ui, false }, { "scope", &s_s, false },                                       \
        { "confidentialityImpact", &s_cia, false }, { "integrityImpact", &s_cia, false },                    \
        { "availabilityImpact", &s_cia, false }, { "exploitCodeMaturity", &s_e, false },                     \
        { "remediationLevel", &s_rl, false }, { "reportConfidence", &s_rc, false },                          \
        { "temporalScore", &score, false }, { "temporalSeverity", &s_severity, false },                      \
        { "confidentialityRequirement", &s_req, false }, { "integrityRequirement", &s_req, false },          \
        { "availabilityRequirement", &s_req, false }, { "modifiedAttackVector", &s_mav, false },             \
        { "modifiedAttackComplexity", &s_mac, false }, { "modifiedPrivilegesRequired", &s_mpr, false },      \
        { "modifiedUserInteraction", &s_mui, false }, { "modifiedScope", &s_ms, false },                     \
        { "modifiedConfidentialityImpact", &s_mcia, false }, { "modifiedIntegrityImpact", &s_mcia, false },  \
        { "modifiedAvailabilityImpact", &s_mcia, false }, { "environmentalScore", &score, false },           \
    {                                                                                                        \
        "environmentalSeverity", &s_severity, false                                                          \
    }

static const struct shape_member cvss_30_members[] = { CVSS_3_MEMBERS(&cvss_30_version, &vector_30) };
static const struct shape_member cvss_31_members[] = { CVSS_3_MEMBERS(&cvss_31_version, &vector_31) };
static const struct shape cvss_30 = { .kind = SHAPE_OBJECT, MEMBERS(cvss_30_members) };
static const struct shape cvss_31 = { .kind = SHAPE_OBJECT, MEMBERS(cvss_31_members) };

/* One of two schemas that exclude each other by their version. */
static const struct shape *cvss_3_version(const struct json *j, json_ref v, const char **says)
{
    (void)says;
    return json_text_is(j, json_member(j, v, "version"), "3.0") ? &cvss_30 : &cvss_31;
}

const struct shape csaf_cvss_3_shape = { .kind = SHAPE_OBJECT, .choose = cvss_3_version };

/* 3.2.3 */
static const struct shape cve = { .kind = SHAPE_TEXT, .text = &text_cve };
static const struct shape cwe_id = { .kind = SHAPE_TEXT, .text = &text_cwe_id };
static const struct shape_member cwe_members[] = {
    { "id", &cwe_id, true },
    { "name", &text, true },
};
static const struct shape cwe = { .kind = SHAPE_OBJECT, MEMBERS(cwe_members) };
WORDS(flag_words, "component_not_present", "inline_mitigations_already_exist",
      "vulnerable_code_cannot_be_controlled_by_adversary", "vulnerable_code_not_in_execute_path",
      "vulnerable_code_not_present");
ENUM(flag_label, flag_words);
static const struct shape_member flag_members[] = {
    { "date", &moment, false },
    { "group_ids", &own_texts, false },
    { "label", &flag_label, true },
    { "product_ids", &own_texts, false },
};
static const struct shape flag = { .kind = SHAPE_OBJECT, MEMBERS(flag_members) };
static const struct shape flags = { .kind = SHAPE_ARRAY, .least = 1, .item = &flag, .unique = true };
static const struct shape_member id_members[] = {
    { "system_name", &text, true },
    { "text", &text, true },
};
static const struct shape id = { .kind = SHAPE_OBJECT, MEMBERS(id_members) };
static const struct shape ids = { .kind = SHAPE_ARRAY, .least = 1, .item = &id, .unique = true };
WORDS(party_words, "coordinator", "discoverer", "other", "user", "vendor");
ENUM(party, party_words);
WORDS(involvement_words, "completed", "contact_attempted", "disputed", "in_progress", "not_contacted",
      "open");
ENUM(involvement_status, involvement_words);
static const struct shape_member involvement_members[] = {
    { "date", &moment, false },
    { "party", &party, true },
    { "status", &involvement_status, true },
    { "summary", &text, false },
};
static const struct shape involvement = { .kind = SHAPE_OBJECT, MEMBERS(involvement_members) };
static const struct shape involvements = {
    .kind = SHAPE_ARRAY, .least = 1, .item = &involvement, .unique = true
};
static const struct shape_member product_status_members[] = {
    { "first_affected", &own_texts, false },
    { "first_fixed", &own_texts, false },
    { "fixed", &own_texts, false },
    { "known_affected", &own_texts, false },
    { "known_not_affected", &own_texts, false },
    { "last_affected", &own_texts, false },
    { "recommended", &own_texts, false },
    { "under_investigation", &own_texts, false },
};
static const struct shape product_status = { .kind = SHAPE_OBJECT,
                                             .least = 1,
                                             MEMBERS(product_status_members) };
WORDS(remediation_words, "mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround");
ENUM(remediation_category, remediation_words);
WORDS(restart_words, "connected", "dependencies", "machine", "none", "parent", "service", "system",
      "vulnerable_component", "zone");
ENUM(restart_category, restart_words);
static const struct shape_member restart_members[] = {
    { "category", &restart_category, true },
    { "details", &text, false },
};
static const struct shape restart = { .kind = SHAPE_OBJECT, MEMBERS(restart_members) };
static const struct shape_member remediation_members[] = {
    { "category", &remediation_category, true },
    { "date", &moment, false },
    { "details", &text, true },
    { "entitlements", &texts, false },
    { "group_ids", &own_texts, false },
    { "product_ids", &own_texts, false },
    { "restart_required", &restart, false },
    { "url", &uri, false },
};
static const struct shape remediation = { .kind = SHAPE_OBJECT, MEMBERS(remediation_members) };
static const struct shape remediations = { .kind = SHAPE_ARRAY, .least = 1, .item = &remediation };
static const struct shape_member score_members[] = {
    { "cvss_v2", &csaf_cvss_2_shape, false },
    { "cvss_v3", &csaf_cvss_3_shape, false },
    { "products", &own_texts, true },
};
static const struct shape score_item = { .kind = SHAPE_OBJECT, .least = 2, MEMBERS(score_members) };
static const struct shape scores = { .kind = SHAPE_ARRAY, .least = 1, .item = &score_item };
WORDS(threat_words, "exploit_status", "impact", "target_set");
ENUM(threat_category, threat_words);
static const struct shape_member threat_members[] = {
    { "category", &threat_category, true }, { "date", &moment, false },           { "details", &text, true },
    { "group_ids", &own_texts, false },     { "product_ids", &own_texts, false },
};
static const struct shape threat = { .kind = SHAPE_OBJECT, MEMBERS(threat_members) };
static const struct shape threats = { .kind = SHAPE_ARRAY, .least = 1, .item = &threat };
static const struct shape_member vulnerability_members[] = {
    { "acknowledgments", &acknowledgments, false },
    { "cve", &cve, false },
    { "cwe", &cwe, false },
    { "discovery_date", &moment, false },
    { "flags", &flags, false },
    { "ids", &ids, false },
    { "involvements", &involvements, false },
    { "notes", &notes, false },
    { "product_status", &product_status, false },
    { "references", &references, false },
    { "release_date", &moment, false },
    { "remediations", &remediations, false },
    { "scores", &scores, false },
    { "threats", &threats, false },
    { "title", &text, false },
};
static const struct shape vulnerability = { .kind = SHAPE_OBJECT,
                                            .least = 1,
                                            MEMBERS(vulnerability_members) };
static const struct shape vulnerabilities = { .kind = SHAPE_ARRAY, .least = 1, .item = &vulnerability };

static const struct shape_member root_members[] = {
    { "document", &document, true },
    { "product_tree", &tree, false },
    { "vulnerabilities", &vulnerabilities, false },
};
const struct shape csaf_document_shape = { .kind = SHAPE_OBJECT, MEMBERS(root_members) };

/* provider-metadata.json (7.1.7) */
static const struct shape json_url = { .kind = SHAPE_TEXT, .text = &text_json_url };
static const struct shape provider_url = { .kind = SHAPE_TEXT, .text = &text_provider_url };
static const struct shape json_urls = { .kind = SHAPE_ARRAY, .least = 1, .item = &json_url, .unique = true };
WORDS(feed_words, "UNLABELED", "WHITE", "GREEN", "AMBER", "RED");
ENUM(feed_label, feed_words);
static const struct shape_member feed_members[] = {
    { "summary", &any_text, false },
    { "tlp_label", &feed_label, true },
    { "url", &json_url, true },
};
static const struct shape feed = { .kind = SHAPE_OBJECT, MEMBERS(feed_members) };
static const struct shape feeds = { .kind = SHAPE_ARRAY, .least = 1, .item = &feed, .unique = true };
static const struct shape_member rolie_members[] = {
    { "categories", &json_urls, false },
    { "feeds", &feeds, true },
    { "services", &json_urls, false },
};
static const struct shape rolie = { .kind = SHAPE_OBJECT, MEMBERS(rolie_members) };
static const struct shape_member place_members[] = {
    { "directory_url", &uri, false },
    { "rolie", &rolie, false },
};
static const struct shape place = { .kind = SHAPE_OBJECT, .least = 1, MEMBERS(place_members) };
static const struct shape places = { .kind = SHAPE_ARRAY, .least = 1, .item = &place, .unique = true };
static const struct shape fingerprint = { .kind = SHAPE_TEXT, .least = 40, .text = &text_fingerprint };
static const struct shape_member key_members[] = {
    { "fingerprint", &fingerprint, false },
    { "url", &uri, true },
};
static const struct shape key = { .kind = SHAPE_OBJECT, MEMBERS(key_members) };
static const struct shape keys = { .kind = SHAPE_ARRAY, .item = &key };
WORDS(role_words, "csaf_publisher", "csaf_provider", "csaf_trusted_provider");
ENUM(role, role_words);
static const struct shape_member provider_members[] = {
    { "canonical_url", &provider_url, true },
    { "distributions", &places, false },
    { "last_updated", &moment, true },
    { "list_on_CSAF_aggregators", &boolean, true },
    { "metadata_version", &csaf_version, true },
    { "mirror_on_CSAF_aggregators", &boolean, true },
    { "public_openpgp_keys", &keys, false },
    { "publisher", &publisher, true },
    { "role", &role, true },
};
const struct shape csaf_provider_shape = { .kind = SHAPE_OBJECT, MEMBERS(provider_members) };

/* aggregator.json (7.1.21) */
WORDS(aggregator_words, "aggregator", "lister");
ENUM(aggregator_category, aggregator_words);
static const struct shape_member self_members[] = {
    { "category", &aggregator_category, true },
    { "contact_details", &text, false },
    { "issuing_authority", &text, false },
    { "name", &text, true },
    { "namespace", &uri, true },
};
static const struct shape self = { .kind = SHAPE_OBJECT, MEMBERS(self_members) };
static const struct shape_member metadata_members[] = {
    { "last_updated", &moment, true },
    { "publisher", &publisher, true },
    { "role", &role, false },
    { "url", &provider_url, true },
};
static const struct shape metadata = { .kind = SHAPE_OBJECT, MEMBERS(metadata_members) };
static const struct shape mirrors = {
    .kind = SHAPE_ARRAY, .least = 1, .item = &provider_url, .unique = true
};
static const struct shape_member listed_members[] = {
    { "metadata", &metadata, true },
    { "mirrors", &mirrors, false },
};
static const struct shape listed = { .kind = SHAPE_OBJECT, MEMBERS(listed_members) };
static const struct shape listed_all = { .kind = SHAPE_ARRAY, .least = 1, .item = &listed, .unique = true };
static const struct shape_member collected_members[] = {
    { "metadata", &metadata, true },
    { "mirrors", &mirrors, true },
    { "update_interval", &text, true },
};
static const struct shape collected = { .kind = SHAPE_OBJECT, MEMBERS(collected_members) };
static const struct shape collected_all = {
    .kind = SHAPE_ARRAY, .least = 1, .item = &collected, .unique = true
};
static const struct shape aggregator_url = { .kind = SHAPE_TEXT, .text = &text_aggregator_url };
static const struct shape_member aggregator_members[] = {
    { "aggregator", &self, true },
    { "aggregator_version", &csaf_version, true },
    { "canonical_url", &aggregator_url, true },
    { "csaf_providers", &listed_all, true },
    { "csaf_publishers", &collected_all, false },
    { "last_updated", &moment, true },
};
const struct shape csaf_aggregator_shape = { .kind = SHAPE_OBJECT, MEMBERS(aggregator_members) };
