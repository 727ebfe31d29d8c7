/* Domain objects (STIX 2.1 4) and relationship objects (5). */
#include "stix/check.h"
#include "stix/vocab.h"

#define ALIASES                                                                                              \
    {                                                                                                        \
        PROP("aliases"), VALUE_STRING, .flags = PROP_LIST                                                    \
    }
#define DESCRIPTION                                                                                          \
    {                                                                                                        \
        PROP("description"), VALUE_STRING                                                                    \
    }
#define NAME                                                                                                 \
    {                                                                                                        \
        PROP("name"), VALUE_STRING                                                                           \
    }
#define NAME_NEEDED                                                                                          \
    {                                                                                                        \
        PROP("name"), VALUE_STRING, .flags = PROP_REQUIRED                                                   \
    }
#define FIRST_SEEN                                                                                           \
    {                                                                                                        \
        PROP("first_seen"), VALUE_TIME                                                                       \
    }
#define LAST_SEEN                                                                                            \
    {                                                                                                        \
        PROP("last_seen"), VALUE_TIME, .after = "first_seen"                                                 \
    }
#define KILL_CHAIN                                                                                           \
    {                                                                                                        \
        PROP("kill_chain_phases"), VALUE_OBJECT, .flags = PROP_LIST, .table = &stix_kill_chain_phase         \
    }
#define OBJECT_REFS                                                                                          \
    {                                                                                                        \
        PROP("object_refs"), VALUE_ID, .flags = PROP_REQUIRED | PROP_LIST                                    \
    }
#define AUTHORS                                                                                              \
    {                                                                                                        \
        PROP("authors"), VALUE_STRING, .flags = PROP_LIST                                                    \
    }
#define STRINGS(lit)                                                                                         \
    {                                                                                                        \
        PROP(lit), VALUE_STRING, .flags = PROP_LIST                                                          \
    }
#define STRING(lit)                                                                                          \
    {                                                                                                        \
        PROP(lit), VALUE_STRING                                                                              \
    }
#define TIME(lit)                                                                                            \
    {                                                                                                        \
        PROP(lit), VALUE_TIME                                                                                \
    }
/* Lists and single words of open vocabularies. */
#define VOCABS(lit, v)                                                                                       \
    {                                                                                                        \
        PROP(lit), VALUE_VOCAB, .flags = PROP_LIST, .words = (v)                                             \
    }
#define VOCAB(lit, v)                                                                                        \
    {                                                                                                        \
        PROP(lit), VALUE_VOCAB, .words = (v)                                                                 \
    }
#define REFS(lit, types)                                                                                     \
    {                                                                                                        \
        PROP(lit), VALUE_REF, .flags = PROP_LIST, .words = (types)                                           \
    }
#define REF(lit, types)                                                                                      \
    {                                                                                                        \
        PROP(lit), VALUE_REF, .words = (types)                                                               \
    }

#define NO_END "|relationship|sighting|bundle|marking-definition|language-content|"
#define NO_SDO                                                                                               \
    "|attack-pattern|campaign|course-of-action|grouping|identity|incident|indicator|infrastructure|"         \
    "intrusion-set|location|malware-analysis|malware|note|observed-data|opinion|report|threat-actor|tool|"   \
    "vulnerability|bundle|marking-definition|language-content|extension-definition|"

static const struct stix_property attack_pattern[] = { NAME_NEEDED, DESCRIPTION, ALIASES, KILL_CHAIN };

static const struct stix_property campaign[] = {
    NAME_NEEDED, DESCRIPTION, ALIASES, FIRST_SEEN, LAST_SEEN, STRING("objective"),
};

static const struct stix_property course_of_action[] = { NAME_NEEDED, DESCRIPTION };

static const struct stix_property grouping[] = {
    NAME,
    DESCRIPTION,
    { PROP("context"), VALUE_VOCAB, .flags = PROP_REQUIRED, .words = vocab_grouping_context },
    OBJECT_REFS,
};

static const struct stix_property identity[] = {
    NAME_NEEDED,
    DESCRIPTION,
    STRINGS("roles"),
    { PROP("identity_class"), VALUE_VOCAB, .flags = PROP_AS_20, .words = vocab_identity_class },
    VOCABS("sectors", vocab_industry_sector),
    STRING("contact_information"),
};

static const struct stix_property incident[] = { NAME_NEEDED, DESCRIPTION };

static const struct stix_property indicator[] = {
    NAME,
    DESCRIPTION,
    VOCABS("indicator_types", vocab_indicator_type),
    { PROP("pattern"), VALUE_STRING, .slot = SLOT_PATTERN, .flags = PROP_REQUIRED },
    { PROP("pattern_type"), VALUE_VOCAB, .slot = SLOT_PATTERN_TYPE, .flags = PROP_REQUIRED | PROP_SINCE_21,
      .words = vocab_pattern_type },
    STRING("pattern_version"),
    { PROP("valid_from"), VALUE_TIME, .slot = SLOT_VALID_FROM, .flags = PROP_REQUIRED },
    { PROP("valid_until"), VALUE_TIME, .slot = SLOT_VALID_UNTIL, .flags = PROP_LATER, .after = "valid_from" },
    KILL_CHAIN,
};

static const struct stix_property infrastructure[] = {
    NAME_NEEDED, DESCRIPTION, VOCABS("infrastructure_types", vocab_infrastructure_type), ALIASES, KILL_CHAIN,
    FIRST_SEEN,  LAST_SEEN,
};

static const struct stix_property intrusion_set[] = {
    NAME_NEEDED,
    DESCRIPTION,
    ALIASES,
    FIRST_SEEN,
    LAST_SEEN,
    STRINGS("goals"),
    VOCAB("resource_level", vocab_attack_resource_level),
    VOCAB("primary_motivation", vocab_attack_motivation),
    VOCABS("secondary_motivations", vocab_attack_motivation),
};

static const struct stix_property location[] = {
    NAME,
    DESCRIPTION,
    { PROP("latitude"), VALUE_FLOAT, .flags = PROP_ANY_OF, .least = -90, .most = 90, .needs = "longitude" },
    { PROP("longitude"), VALUE_FLOAT, .least = -180, .most = 180, .needs = "latitude" },
    { PROP("precision"), VALUE_FLOAT, .needs = "latitude" },
    { PROP("region"), VALUE_VOCAB, .flags = PROP_ANY_OF, .words = vocab_region },
    { PROP("country"), VALUE_STRING, .flags = PROP_ANY_OF },
    STRING("administrative_area"),
    STRING("city"),
    STRING("street_address"),
    STRING("postal_code"),
};

static const struct stix_property malware[] = {
    NAME,
    DESCRIPTION,
    VOCABS("malware_types", vocab_malware_type),
    { PROP("is_family"), VALUE_BOOLEAN, .flags = PROP_REQUIRED | PROP_SINCE_21 },
    ALIASES,
    KILL_CHAIN,
    FIRST_SEEN,
    LAST_SEEN,
    REFS("operating_system_refs", "|software|"),
    VOCABS("architecture_execution_envs", vocab_processor_architecture),
    VOCABS("implementation_languages", vocab_implementation_language),
    VOCABS("capabilities", vocab_malware_capabilities),
    { PROP("sample_refs"), VALUE_SCO_REF, .flags = PROP_LIST, .words = "|artifact|file|" },
};

static const struct stix_property malware_analysis[] = {
    { PROP("product"), VALUE_STRING, .flags = PROP_REQUIRED },
    STRING("version"),
    REF("host_vm_ref", "|software|"),
    REF("operating_system_ref", "|software|"),
    REFS("installed_software_refs", "|software|"),
    STRING("configuration_version"),
    STRINGS("modules"),
    STRING("analysis_engine_version"),
    STRING("analysis_definition_version"),
    TIME("submitted"),
    TIME("analysis_started"),
    { PROP("analysis_ended"), VALUE_TIME },
    STRING("result_name"),
    { PROP("result"), VALUE_VOCAB, .flags = PROP_ANY_OF, .words = vocab_malware_result },
    { PROP("analysis_sco_refs"), VALUE_ID, .flags = PROP_LIST | PROP_ANY_OF },
    REF("sample_ref", "|artifact|file|network-traffic|"),
};

static const struct stix_property note[] = {
    STRING("abstract"),
    { PROP("content"), VALUE_STRING, .flags = PROP_REQUIRED },
    AUTHORS,
    OBJECT_REFS,
};

static const struct stix_property observed_data[] = {
    { PROP("first_observed"), VALUE_TIME, .flags = PROP_REQUIRED },
    { PROP("last_observed"), VALUE_TIME, .flags = PROP_REQUIRED, .after = "first_observed" },
    { PROP("number_observed"), VALUE_INTEGER, .flags = PROP_REQUIRED, .least = 1, .most = 999999999 },
    { PROP("objects"), VALUE_OBSERVABLES, .flags = PROP_ONE_OF },
    { PROP("object_refs"), VALUE_REF, .flags = PROP_ONE_OF | PROP_LIST | PROP_NOT_OF, .words = NO_SDO },
};

static const struct stix_property opinion[] = {
    STRING("explanation"),
    AUTHORS,
    { PROP("opinion"), VALUE_WORD, .flags = PROP_REQUIRED, .words = vocab_opinion },
    OBJECT_REFS,
};

static const struct stix_property report[] = {
    NAME_NEEDED,
    DESCRIPTION,
    VOCABS("report_types", vocab_report_type),
    { PROP("published"), VALUE_TIME, .flags = PROP_REQUIRED },
    OBJECT_REFS,
};

static const struct stix_property threat_actor[] = {
    NAME_NEEDED,
    DESCRIPTION,
    VOCABS("threat_actor_types", vocab_threat_actor_type),
    ALIASES,
    FIRST_SEEN,
    LAST_SEEN,
    VOCABS("roles", vocab_threat_actor_role),
    STRINGS("goals"),
    VOCAB("sophistication", vocab_threat_actor_sophistication),
    VOCAB("resource_level", vocab_attack_resource_level),
    VOCAB("primary_motivation", vocab_attack_motivation),
    VOCABS("secondary_motivations", vocab_attack_motivation),
    VOCABS("personal_motivations", vocab_attack_motivation),
};

static const struct stix_property tool[] = {
    NAME_NEEDED, DESCRIPTION, VOCABS("tool_types", vocab_tool_type),
    ALIASES,     KILL_CHAIN,  STRING("tool_version"),
};

static const struct stix_property vulnerability[] = { NAME_NEEDED, DESCRIPTION };

static const struct stix_property relationship[] = {
    { PROP("relationship_type"), VALUE_CHECKED, .slot = SLOT_RELATIONSHIP_TYPE, .flags = PROP_REQUIRED,
      .good = stix_relationship_name },
    DESCRIPTION,
    { PROP("source_ref"), VALUE_REF, .slot = SLOT_SOURCE, .flags = PROP_REQUIRED | PROP_NOT_OF,
      .words = NO_END },
    { PROP("target_ref"), VALUE_REF, .slot = SLOT_TARGET, .flags = PROP_REQUIRED | PROP_NOT_OF,
      .words = NO_END },
    TIME("start_time"),
    { PROP("stop_time"), VALUE_TIME, .flags = PROP_LATER, .after = "start_time" },
};

static const struct stix_property sighting[] = {
    DESCRIPTION,
    FIRST_SEEN,
    LAST_SEEN,
    { PROP("count"), VALUE_INTEGER, .least = 0, .most = 999999999 },
    { PROP("sighting_of_ref"), VALUE_REF, .slot = SLOT_SIGHTING_OF, .flags = PROP_REQUIRED | PROP_NOT_OF,
      .words = NO_END },
    REFS("observed_data_refs", "|observed-data|"),
    REFS("where_sighted_refs", "|identity|location|"),
    { PROP("summary"), VALUE_BOOLEAN },
};

#define SDO(lit, where, array)                                                                               \
    .name = (lit), .name_n = sizeof(lit) - 1, .clause = "STIX 2.1 " where, ROWS(array),                      \
    .common = stix_common, .commons = STIX_COMMONS

const struct stix_table stix_sdo_tables[] = {
    { SDO("attack-pattern", "4.1", attack_pattern), .class = STIX_SDO },
    { SDO("campaign", "4.2", campaign), .class = STIX_SDO },
    { SDO("course-of-action", "4.3", course_of_action), .class = STIX_SDO },
    { SDO("grouping", "4.4", grouping), .class = STIX_SDO },
    { SDO("identity", "4.5", identity), .class = STIX_SDO },
    { SDO("incident", "4.6", incident), .class = STIX_SDO },
    { SDO("indicator", "4.7", indicator), .rest = stix_rest_indicator, .class = STIX_SDO },
    { SDO("infrastructure", "4.8", infrastructure), .class = STIX_SDO },
    { SDO("intrusion-set", "4.9", intrusion_set), .class = STIX_SDO },
    { SDO("location", "4.10", location), .rest = stix_rest_location, .class = STIX_SDO },
    { SDO("malware", "4.11", malware), .rest = stix_rest_malware, .class = STIX_SDO },
    { SDO("malware-analysis", "4.12", malware_analysis), .rest = stix_rest_malware_analysis,
      .class = STIX_SDO },
    { SDO("note", "4.13", note), .class = STIX_SDO },
    { SDO("observed-data", "4.14", observed_data), .rest = stix_rest_observed_data, .class = STIX_SDO },
    { SDO("opinion", "4.15", opinion), .class = STIX_SDO },
    { SDO("report", "4.16", report), .class = STIX_SDO },
    { SDO("threat-actor", "4.17", threat_actor), .class = STIX_SDO },
    { SDO("tool", "4.18", tool), .class = STIX_SDO },
    { SDO("vulnerability", "4.19", vulnerability), .class = STIX_SDO },
};
const size_t stix_sdo_count = sizeof stix_sdo_tables / sizeof *stix_sdo_tables;

const struct stix_table stix_sro_tables[] = {
    { SDO("relationship", "5.1", relationship), .class = STIX_SRO, .rest = stix_rest_relationship },
    { SDO("sighting", "5.2", sighting), .class = STIX_SRO },
};
const size_t stix_sro_count = sizeof stix_sro_tables / sizeof *stix_sro_tables;
