/* Cyber-observable objects and their predefined extensions (STIX 2.1 6). */
#include "stix/check.h"
#include "stix/vocab.h"

#define STRING(lit)                                                                                          \
    {                                                                                                        \
        PROP(lit), VALUE_STRING                                                                              \
    }
#define NEEDED(lit)                                                                                          \
    {                                                                                                        \
        PROP(lit), VALUE_STRING, .flags = PROP_REQUIRED                                                      \
    }
#define STRINGS(lit)                                                                                         \
    {                                                                                                        \
        PROP(lit), VALUE_STRING, .flags = PROP_LIST                                                          \
    }
#define BOOLEAN(lit)                                                                                         \
    {                                                                                                        \
        PROP(lit), VALUE_BOOLEAN                                                                             \
    }
#define INTEGER(lit)                                                                                         \
    {                                                                                                        \
        PROP(lit), VALUE_INTEGER                                                                             \
    }
#define COUNT(lit)                                                                                           \
    {                                                                                                        \
        PROP(lit), VALUE_INTEGER, .least = 0, .most = INT64_MAX                                              \
    }
#define TIME(lit)                                                                                            \
    {                                                                                                        \
        PROP(lit), VALUE_TIME                                                                                \
    }
#define HEX(lit)                                                                                             \
    {                                                                                                        \
        PROP(lit), VALUE_HEX                                                                                 \
    }
#define HASHES(lit)                                                                                          \
    {                                                                                                        \
        PROP(lit), VALUE_HASHES                                                                              \
    }
#define WORD(lit, v)                                                                                         \
    {                                                                                                        \
        PROP(lit), VALUE_WORD, .words = (v)                                                                  \
    }
#define REF(lit, types)                                                                                      \
    {                                                                                                        \
        PROP(lit), VALUE_SCO_REF, .words = (types)                                                           \
    }
#define REFS(lit, types)                                                                                     \
    {                                                                                                        \
        PROP(lit), VALUE_SCO_REF, .flags = PROP_LIST, .words = (types)                                       \
    }
#define CHECKED(lit, f)                                                                                      \
    {                                                                                                        \
        PROP(lit), VALUE_CHECKED, .flags = PROP_REQUIRED, .good = (f)                                        \
    }

/* 6.1 */
static const struct stix_property artifact[] = {
    { PROP("mime_type"), VALUE_CHECKED, .good = stix_mime_type },
    { PROP("payload_bin"), VALUE_BINARY, .flags = PROP_ONE_OF },
    { PROP("url"), VALUE_URL, .flags = PROP_ONE_OF, .needs = "hashes" },
    HASHES("hashes"),
    WORD("encryption_algorithm", vocab_encryption_algorithm),
    { PROP("decryption_key"), VALUE_STRING, .needs = "encryption_algorithm" },
};

/* 6.2 */
static const struct stix_property autonomous_system[] = {
    { PROP("number"), VALUE_INTEGER, .flags = PROP_REQUIRED },
    STRING("name"),
    STRING("rir"),
};

/* 6.3 */
static const struct stix_property directory[] = {
    NEEDED("path"), { PROP("path_enc"), VALUE_CHECKED, .good = stix_charset },
    TIME("ctime"),  TIME("mtime"),
    TIME("atime"),  REFS("contains_refs", "|file|directory|"),
};

/* 6.4 */
static const struct stix_property domain_name[] = {
    CHECKED("value", stix_domain),
    REFS("resolves_to_refs", "|ipv4-addr|ipv6-addr|domain-name|"),
};

/* 6.5 */
static const struct stix_property email_addr[] = {
    CHECKED("value", stix_email),
    STRING("display_name"),
    REF("belongs_to_ref", "|user-account|"),
};

/* 6.6 */
static const struct stix_property mime_part[] = {
    { PROP("body"), VALUE_STRING, .flags = PROP_ONE_OF },
    { PROP("body_raw_ref"), VALUE_SCO_REF, .flags = PROP_ONE_OF, .words = "|artifact|file|" },
    STRING("content_type"),
    STRING("content_disposition"),
};
static const struct stix_table mime_part_table = {
    PROP("mime-part"),
    .clause = "STIX 2.1 6.6.2",
    ROWS(mime_part),
};
static const struct stix_table header_fields = {
    PROP("additional_header_fields"),
    .clause = "STIX 2.1 6.6",
    .rest = stix_rest_header_fields,
};
static const struct stix_property email_message[] = {
    { PROP("is_multipart"), VALUE_BOOLEAN, .flags = PROP_REQUIRED },
    TIME("date"),
    STRING("content_type"),
    REF("from_ref", "|email-addr|"),
    REF("sender_ref", "|email-addr|"),
    REFS("to_refs", "|email-addr|"),
    REFS("cc_refs", "|email-addr|"),
    REFS("bcc_refs", "|email-addr|"),
    STRING("message_id"),
    STRING("subject"),
    STRINGS("received_lines"),
    { PROP("additional_header_fields"), VALUE_DICTIONARY, .table = &header_fields },
    STRING("body"),
    { PROP("body_multipart"), VALUE_OBJECT, .flags = PROP_LIST, .table = &mime_part_table },
    REF("raw_email_ref", "|artifact|"),
};

/* 6.7 */
static const struct stix_property file[] = {
    { PROP("hashes"), VALUE_HASHES, .flags = PROP_ANY_OF },
    COUNT("size"),
    { PROP("name"), VALUE_STRING, .flags = PROP_ANY_OF },
    { PROP("name_enc"), VALUE_CHECKED, .good = stix_charset },
    HEX("magic_number_hex"),
    { PROP("mime_type"), VALUE_STRING },
    TIME("ctime"),
    TIME("mtime"),
    TIME("atime"),
    REF("parent_directory_ref", "|directory|"),
    REFS("contains_refs", NULL),
    REF("content_ref", "|artifact|"),
};

static const struct stix_property archive[] = {
    { PROP("contains_refs"), VALUE_SCO_REF, .flags = PROP_REQUIRED | PROP_LIST, .words = "|file|directory|" },
    STRING("comment"),
};
static const struct stix_property data_stream[] = { NEEDED("name"), HASHES("hashes"), COUNT("size") };
static const struct stix_table data_stream_table = {
    PROP("alternate-data-stream"),
    .clause = "STIX 2.1 6.7.3.2",
    ROWS(data_stream),
};
static const struct stix_property ntfs[] = {
    STRING("sid"),
    { PROP("alternate_data_streams"), VALUE_OBJECT, .flags = PROP_LIST, .table = &data_stream_table },
};
static const struct stix_table pdf_information = {
    PROP("document_info_dict"),
    .clause = "STIX 2.1 6.7.4",
    .rest = stix_rest_pdf_information,
};
static const struct stix_property pdf[] = {
    STRING("version"),
    BOOLEAN("is_optimized"),
    { PROP("document_info_dict"), VALUE_DICTIONARY, .table = &pdf_information },
    STRING("pdfid0"),
    STRING("pdfid1"),
};
static const struct stix_table exif_tags = {
    PROP("exif_tags"),
    .clause = "STIX 2.1 6.7.5",
    .rest = stix_rest_exif_tags,
};
static const struct stix_property raster_image[] = {
    INTEGER("image_height"),
    INTEGER("image_width"),
    INTEGER("bits_per_pixel"),
    { PROP("exif_tags"), VALUE_DICTIONARY, .table = &exif_tags },
};
static const struct stix_property pe_optional_header[] = {
    HEX("magic_hex"),
    INTEGER("major_linker_version"),
    INTEGER("minor_linker_version"),
    COUNT("size_of_code"),
    COUNT("size_of_initialized_data"),
    COUNT("size_of_uninitialized_data"),
    INTEGER("address_of_entry_point"),
    INTEGER("base_of_code"),
    INTEGER("base_of_data"),
    INTEGER("image_base"),
    INTEGER("section_alignment"),
    INTEGER("file_alignment"),
    INTEGER("major_os_version"),
    INTEGER("minor_os_version"),
    INTEGER("major_image_version"),
    INTEGER("minor_image_version"),
    INTEGER("major_subsystem_version"),
    INTEGER("minor_subsystem_version"),
    HEX("win32_version_value_hex"),
    COUNT("size_of_image"),
    COUNT("size_of_headers"),
    HEX("checksum_hex"),
    HEX("subsystem_hex"),
    HEX("dll_characteristics_hex"),
    COUNT("size_of_stack_reserve"),
    COUNT("size_of_stack_commit"),
    COUNT("size_of_heap_reserve"),
    COUNT("size_of_heap_commit"),
    HEX("loader_flags_hex"),
    INTEGER("number_of_rva_and_sizes"),
    HASHES("hashes"),
};
static const struct stix_table pe_optional_header_table = {
    PROP("windows-pe-optional-header"),
    .clause = "STIX 2.1 6.7.6.2",
    ROWS(pe_optional_header),
    .some = true,
    .only = true,
};
static const struct stix_property pe_section[] = {
    NEEDED("name"),
    COUNT("size"),
    { PROP("entropy"), VALUE_FLOAT },
    HASHES("hashes"),
};
static const struct stix_table pe_section_table = {
    PROP("windows-pe-section"),
    .clause = "STIX 2.1 6.7.6.3",
    ROWS(pe_section),
};
static const struct stix_property pe_binary[] = {
    { PROP("pe_type"), VALUE_VOCAB, .flags = PROP_REQUIRED, .words = vocab_pe_type },
    { PROP("imphash"), VALUE_STRING, .flags = PROP_ANY_OF },
    { PROP("machine_hex"), VALUE_HEX, .flags = PROP_ANY_OF },
    { PROP("number_of_sections"), VALUE_INTEGER, .flags = PROP_ANY_OF, .most = INT64_MAX },
    { PROP("time_date_stamp"), VALUE_TIME_SECONDS, .flags = PROP_ANY_OF },
    { PROP("pointer_to_symbol_table_hex"), VALUE_HEX, .flags = PROP_ANY_OF },
    { PROP("number_of_symbols"), VALUE_INTEGER, .flags = PROP_ANY_OF, .most = INT64_MAX },
    { PROP("size_of_optional_header"), VALUE_INTEGER, .flags = PROP_ANY_OF, .most = INT64_MAX },
    { PROP("characteristics_hex"), VALUE_HEX, .flags = PROP_ANY_OF },
    { PROP("file_header_hashes"), VALUE_HASHES, .flags = PROP_ANY_OF },
    { PROP("optional_header"), VALUE_OBJECT, .flags = PROP_ANY_OF, .table = &pe_optional_header_table },
    { PROP("sections"), VALUE_OBJECT, .flags = PROP_ANY_OF | PROP_LIST, .table = &pe_section_table },
};
static const struct stix_table file_extensions[] = {
    { PROP("archive-ext"), .clause = "STIX 2.1 6.7.2", ROWS(archive) },
    { PROP("ntfs-ext"), .clause = "STIX 2.1 6.7.3", ROWS(ntfs), .some = true },
    { PROP("pdf-ext"), .clause = "STIX 2.1 6.7.4", ROWS(pdf), .some = true },
    { PROP("raster-image-ext"), .clause = "STIX 2.1 6.7.5", ROWS(raster_image), .some = true },
    { PROP("windows-pebinary-ext"), .clause = "STIX 2.1 6.7.6", ROWS(pe_binary) },
};

/* 6.8, 6.9, 6.10, 6.11 */
static const struct stix_property ipv4_addr[] = {
    CHECKED("value", stix_ipv4),
    REFS("resolves_to_refs", "|mac-addr|"),
    REFS("belongs_to_refs", "|autonomous-system|"),
};
static const struct stix_property ipv6_addr[] = {
    CHECKED("value", stix_ipv6),
    REFS("resolves_to_refs", "|mac-addr|"),
    REFS("belongs_to_refs", "|autonomous-system|"),
};
static const struct stix_property mac_addr[] = { CHECKED("value", stix_mac) };
static const struct stix_property mutex[] = { NEEDED("name") };

/* 6.12 */
static const char ends[] = "|ipv4-addr|ipv6-addr|mac-addr|domain-name|";
static const struct stix_table ipfix = { PROP("ipfix"), .clause = "STIX 2.1 6.12", .rest = stix_rest_ipfix };
static const struct stix_property network_traffic[] = {
    TIME("start"),
    { PROP("end"), VALUE_TIME, .after = "start" },
    BOOLEAN("is_active"),
    { PROP("src_ref"), VALUE_SCO_REF, .flags = PROP_ANY_OF, .words = ends },
    { PROP("dst_ref"), VALUE_SCO_REF, .flags = PROP_ANY_OF, .words = ends },
    { PROP("src_port"), VALUE_INTEGER, .least = 0, .most = 65535 },
    { PROP("dst_port"), VALUE_INTEGER, .least = 0, .most = 65535 },
    { PROP("protocols"), VALUE_STRING, .flags = PROP_REQUIRED | PROP_LIST },
    INTEGER("src_byte_count"),
    INTEGER("dst_byte_count"),
    INTEGER("src_packets"),
    INTEGER("dst_packets"),
    { PROP("ipfix"), VALUE_DICTIONARY, .table = &ipfix },
    REF("src_payload_ref", "|artifact|"),
    REF("dst_payload_ref", "|artifact|"),
    REFS("encapsulates_refs", "|network-traffic|"),
    REF("encapsulated_by_ref", "|network-traffic|"),
};

static const struct stix_table request_header = {
    PROP("request_header"),
    .clause = "STIX 2.1 6.12.2",
    .rest = stix_rest_request_header,
};
static const struct stix_property http_request[] = {
    NEEDED("request_method"),       NEEDED("request_value"),
    STRING("request_version"),      { PROP("request_header"), VALUE_DICTIONARY, .table = &request_header },
    INTEGER("message_body_length"), REF("message_body_data_ref", "|artifact|"),
};
static const struct stix_property icmp[] = {
    { PROP("icmp_type_hex"), VALUE_HEX, .flags = PROP_REQUIRED },
    { PROP("icmp_code_hex"), VALUE_HEX, .flags = PROP_REQUIRED },
};
static const struct stix_table socket_options = {
    PROP("options"),
    .clause = "STIX 2.1 6.12.4",
    .rest = stix_rest_socket_options,
};
static const struct stix_property socket[] = {
    { PROP("address_family"), VALUE_WORD, .flags = PROP_REQUIRED, .words = vocab_address_family },
    BOOLEAN("is_blocking"),
    BOOLEAN("is_listening"),
    { PROP("options"), VALUE_DICTIONARY, .table = &socket_options },
    WORD("socket_type", vocab_socket_type),
    COUNT("socket_descriptor"),
    INTEGER("socket_handle"),
};
static const struct stix_property tcp[] = { HEX("src_flags_hex"), HEX("dst_flags_hex") };
static const struct stix_table traffic_extensions[] = {
    { PROP("http-request-ext"), .clause = "STIX 2.1 6.12.2", ROWS(http_request) },
    { PROP("icmp-ext"), .clause = "STIX 2.1 6.12.3", ROWS(icmp) },
    { PROP("socket-ext"), .clause = "STIX 2.1 6.12.4", ROWS(socket) },
    { PROP("tcp-ext"), .clause = "STIX 2.1 6.12.5", ROWS(tcp), .some = true },
};

/* 6.13 */
static const struct stix_property process[] = {
    BOOLEAN("is_hidden"),
    INTEGER("pid"),
    TIME("created_time"),
    STRING("cwd"),
    STRING("command_line"),
    { PROP("environment_variables"), VALUE_DICTIONARY },
    REFS("opened_connection_refs", "|network-traffic|"),
    REF("creator_user_ref", "|user-account|"),
    REF("image_ref", "|file|"),
    REF("parent_ref", "|process|"),
    REFS("child_refs", "|process|"),
};
static const struct stix_table startup_info = {
    PROP("startup_info"),
    .clause = "STIX 2.1 6.13.2",
    .rest = stix_rest_startup_info,
};
static const struct stix_property windows_process[] = {
    BOOLEAN("aslr_enabled"),
    BOOLEAN("dep_enabled"),
    STRING("priority"),
    STRING("owner_sid"),
    STRING("window_title"),
    { PROP("startup_info"), VALUE_DICTIONARY, .table = &startup_info },
    WORD("integrity_level", vocab_integrity_level),
};
static const struct stix_property windows_service[] = {
    STRING("service_name"),
    STRINGS("descriptions"),
    STRING("display_name"),
    STRING("group_name"),
    WORD("start_type", vocab_service_start),
    REFS("service_dll_refs", "|file|"),
    WORD("service_type", vocab_service_type),
    WORD("service_status", vocab_service_status),
};
static const struct stix_table process_extensions[] = {
    { PROP("windows-process-ext"), .clause = "STIX 2.1 6.13.2", ROWS(windows_process), .some = true,
      .rest = stix_rest_windows_process },
    { PROP("windows-service-ext"), .clause = "STIX 2.1 6.13.3", ROWS(windows_service), .some = true },
};

/* 6.14, 6.15 */
static const struct stix_property software[] = {
    NEEDED("name"),   { PROP("cpe"), VALUE_CHECKED, .good = stix_cpe },
    STRING("swid"),   { PROP("languages"), VALUE_LANG, .flags = PROP_LIST },
    STRING("vendor"), STRING("version"),
};
static const struct stix_property url[] = { { PROP("value"), VALUE_URL, .flags = PROP_REQUIRED } };

/* 6.16 */
static const struct stix_property user_account[] = {
    STRING("user_id"),           STRING("credential"),
    STRING("account_login"),     { PROP("account_type"), VALUE_VOCAB, .words = vocab_account_type },
    STRING("display_name"),      BOOLEAN("is_service_account"),
    BOOLEAN("is_privileged"),    BOOLEAN("can_escalate_privs"),
    BOOLEAN("is_disabled"),      TIME("account_created"),
    TIME("account_expires"),     TIME("credential_last_changed"),
    TIME("account_first_login"), TIME("account_last_login"),
};
static const struct stix_property unix_account[] = {
    INTEGER("gid"),
    STRINGS("groups"),
    STRING("home_dir"),
    STRING("shell"),
};
static const struct stix_table account_extensions[] = {
    { PROP("unix-account-ext"), .clause = "STIX 2.1 6.16.2", ROWS(unix_account), .some = true },
};

/* 6.17 */
static const struct stix_property registry_value[] = {
    STRING("name"),
    STRING("data"),
    WORD("data_type", vocab_registry_type),
};
static const struct stix_table registry_value_table = {
    PROP("windows-registry-value"),
    .clause = "STIX 2.1 6.17.2",
    ROWS(registry_value),
    .some = true,
};
static const struct stix_property registry_key[] = {
    { PROP("key"), VALUE_CHECKED, .good = stix_registry_key },
    { PROP("values"), VALUE_OBJECT, .flags = PROP_LIST, .table = &registry_value_table },
    TIME("modified_time"),
    REF("creator_user_ref", "|user-account|"),
    INTEGER("number_of_subkeys"),
};

/* 6.18 */
static const struct stix_property x509_extensions[] = {
    STRING("basic_constraints"),
    STRING("name_constraints"),
    STRING("policy_constraints"),
    STRING("key_usage"),
    STRING("extended_key_usage"),
    STRING("subject_key_identifier"),
    STRING("authority_key_identifier"),
    STRING("subject_alternative_name"),
    STRING("issuer_alternative_name"),
    STRING("subject_directory_attributes"),
    STRING("crl_distribution_points"),
    STRING("inhibit_any_policy"),
    TIME("private_key_usage_period_not_before"),
    TIME("private_key_usage_period_not_after"),
    STRING("certificate_policies"),
    STRING("policy_mappings"),
};
static const struct stix_table x509_extensions_table = {
    PROP("x509-v3-extensions"),
    .clause = "STIX 2.1 6.18.2",
    ROWS(x509_extensions),
    .some = true,
};
static const struct stix_property x509_certificate[] = {
    BOOLEAN("is_self_signed"),
    HASHES("hashes"),
    STRING("version"),
    STRING("serial_number"),
    STRING("signature_algorithm"),
    STRING("issuer"),
    TIME("validity_not_before"),
    TIME("validity_not_after"),
    STRING("subject"),
    STRING("subject_public_key_algorithm"),
    STRING("subject_public_key_modulus"),
    INTEGER("subject_public_key_exponent"),
    { PROP("x509_v3_extensions"), VALUE_OBJECT, .table = &x509_extensions_table },
};

#define SCO(lit, where, array)                                                                               \
    .name = (lit), .name_n = sizeof(lit) - 1, .class = STIX_SCO, .clause = "STIX 2.1 " where, ROWS(array),   \
    .common = stix_sco_common, .commons = STIX_SCO_COMMONS
#define EXTENSIONS(array) .extension = (array), .extensions = sizeof(array) / sizeof *(array)

const struct stix_table stix_sco_tables[] = {
    { SCO("artifact", "6.1", artifact) },
    { SCO("autonomous-system", "6.2", autonomous_system) },
    { SCO("directory", "6.3", directory) },
    { SCO("domain-name", "6.4", domain_name) },
    { SCO("email-addr", "6.5", email_addr) },
    { SCO("email-message", "6.6", email_message), .rest = stix_rest_email_message },
    { SCO("file", "6.7", file), EXTENSIONS(file_extensions), .rest = stix_rest_file },
    { SCO("ipv4-addr", "6.8", ipv4_addr) },
    { SCO("ipv6-addr", "6.9", ipv6_addr) },
    { SCO("mac-addr", "6.10", mac_addr) },
    { SCO("mutex", "6.11", mutex) },
    { SCO("network-traffic", "6.12", network_traffic), EXTENSIONS(traffic_extensions),
      .rest = stix_rest_network_traffic },
    { SCO("process", "6.13", process), EXTENSIONS(process_extensions), .some = true },
    { SCO("software", "6.14", software) },
    { SCO("url", "6.15", url) },
    { SCO("user-account", "6.16", user_account), EXTENSIONS(account_extensions), .some = true },
    { SCO("windows-registry-key", "6.17", registry_key), .some = true },
    { SCO("x509-certificate", "6.18", x509_certificate), .some = true },
};
const size_t stix_sco_count = sizeof stix_sco_tables / sizeof *stix_sco_tables;
