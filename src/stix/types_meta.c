/* What all objects share (STIX 2.1 3.2), the structures in them (2), meta objects (7) and the bundle (8). */
#include "stix/check.h"
#include "stix/vocab.h"

#define MARKED                                                                                               \
    { PROP("object_marking_refs"), VALUE_REF, .slot = SLOT_MARKINGS, .flags = PROP_LIST,                     \
      .words = "|marking-definition|" },                                                                     \
        { PROP("granular_markings"), VALUE_OBJECT, .slot = SLOT_GRANULAR, .flags = PROP_LIST,                \
          .table = &stix_granular_marking },                                                                 \
    {                                                                                                        \
        PROP("extensions"), VALUE_EXTENSIONS, .slot = SLOT_EXTENSIONS                                        \
    }

#define TYPE                                                                                                 \
    {                                                                                                        \
        PROP("type"), VALUE_STRING, .slot = SLOT_TYPE, .flags = PROP_REQUIRED                                \
    }
#define ID                                                                                                   \
    {                                                                                                        \
        PROP("id"), VALUE_ID, .slot = SLOT_ID, .flags = PROP_REQUIRED                                        \
    }
#define SPEC_VERSION(f)                                                                                      \
    {                                                                                                        \
        PROP("spec_version"), VALUE_WORD, .slot = SLOT_SPEC_VERSION, .flags = (f), .words = "|2.0|2.1|"      \
    }
#define CREATOR                                                                                              \
    {                                                                                                        \
        PROP("created_by_ref"), VALUE_REF, .slot = SLOT_CREATOR, .flags = PROP_REF_SHOULD,                   \
                                           .words = "|identity|"                                             \
    }
#define EXTERNAL                                                                                             \
    {                                                                                                        \
        PROP("external_references"), VALUE_OBJECT, .slot = SLOT_EXTERNAL, .flags = PROP_LIST,                \
                                                   .table = &stix_external_reference                         \
    }

/* 3.2 */
const struct stix_property stix_common[STIX_COMMONS] = {
    TYPE,
    ID,
    SPEC_VERSION(PROP_REQUIRED | PROP_SINCE_21),
    { PROP("created"), VALUE_TIME_MILLIS, .slot = SLOT_CREATED, .flags = PROP_REQUIRED },
    { PROP("modified"), VALUE_TIME_MILLIS, .slot = SLOT_MODIFIED, .flags = PROP_REQUIRED,
      .after = "created" },
    CREATOR,
    { PROP("revoked"), VALUE_BOOLEAN, .slot = SLOT_REVOKED },
    { PROP("labels"), VALUE_STRING, .slot = SLOT_LABELS, .flags = PROP_LIST },
    { PROP("confidence"), VALUE_INTEGER, .slot = SLOT_CONFIDENCE, .least = 0, .most = 100 },
    { PROP("lang"), VALUE_LANG },
    EXTERNAL,
    MARKED,
};

const struct stix_property stix_sco_common[STIX_SCO_COMMONS] = {
    TYPE, ID, SPEC_VERSION(0), MARKED, { PROP("defanged"), VALUE_BOOLEAN }, { PROP("lang"), VALUE_LANG },
};

/* 2.5 */
static const struct stix_property external_reference[] = {
    { PROP("source_name"), VALUE_STRING, .flags = PROP_REQUIRED },
    { PROP("description"), VALUE_STRING, .flags = PROP_ANY_OF },
    { PROP("url"), VALUE_URL, .flags = PROP_ANY_OF },
    { PROP("hashes"), VALUE_HASHES },
    { PROP("external_id"), VALUE_STRING, .flags = PROP_ANY_OF },
};
const struct stix_table stix_external_reference = {
    PROP("external-reference"),
    .clause = "STIX 2.1 2.5",
    ROWS(external_reference),
    .rest = stix_rest_external_reference,
};

/* 2.11 */
static const struct stix_property kill_chain_phase[] = {
    { PROP("kill_chain_name"), VALUE_STRING, .flags = PROP_REQUIRED },
    { PROP("phase_name"), VALUE_STRING, .flags = PROP_REQUIRED },
};
const struct stix_table stix_kill_chain_phase = {
    PROP("kill-chain-phase"),
    .clause = "STIX 2.1 2.11",
    ROWS(kill_chain_phase),
    .rest = stix_rest_kill_chain_phase,
};

/* 7.2.3 */
static const struct stix_property granular_marking[] = {
    { PROP("lang"), VALUE_LANG, .flags = PROP_ONE_OF },
    { PROP("marking_ref"), VALUE_REF, .flags = PROP_ONE_OF, .words = "|marking-definition|" },
    { PROP("selectors"), VALUE_CHECKED, .flags = PROP_REQUIRED | PROP_LIST, .good = stix_selector_text },
};
const struct stix_table stix_granular_marking = {
    PROP("granular-marking"),
    .clause = "STIX 2.1 7.2.3",
    ROWS(granular_marking),
    .rest = stix_rest_granular_marking,
};

/* 7.1 */
static const struct stix_property language_content[] = {
    { PROP("object_ref"), VALUE_REF, .flags = PROP_REQUIRED | PROP_NOT_OF,
      .words = "|bundle|language-content|" },
    { PROP("object_modified"), VALUE_TIME },
    { PROP("contents"), VALUE_DICTIONARY, .flags = PROP_REQUIRED },
};

/* 7.2.1: it has no modified, and none of revoked, labels, confidence, lang. */
static const struct stix_property marking_definition[] = {
    { PROP("name"), VALUE_STRING },
    { PROP("definition_type"), VALUE_STRING, .needs = "definition" },
    { PROP("definition"), VALUE_ANY_OBJECT, .needs = "definition_type" },
};
static const struct stix_property marking_common[] = {
    TYPE,
    ID,
    SPEC_VERSION(PROP_REQUIRED | PROP_SINCE_21),
    { PROP("created"), VALUE_TIME, .slot = SLOT_CREATED, .flags = PROP_REQUIRED },
    CREATOR,
    EXTERNAL,
    MARKED,
};

/* 7.3 */
static const struct stix_property extension_definition[] = {
    { PROP("name"), VALUE_STRING, .flags = PROP_REQUIRED },
    { PROP("description"), VALUE_STRING },
    { PROP("schema"), VALUE_STRING, .flags = PROP_REQUIRED },
    { PROP("version"), VALUE_STRING, .flags = PROP_REQUIRED },
    { PROP("extension_types"), VALUE_WORD, .flags = PROP_REQUIRED | PROP_LIST,
      .words = vocab_extension_type },
    { PROP("extension_properties"), VALUE_STRING, .flags = PROP_LIST },
};

/* 8 */
static const struct stix_property bundle[] = { { PROP("objects"), VALUE_ANY_OBJECT, .flags = PROP_LIST } };
static const struct stix_property bundle_common[] = { TYPE, ID, SPEC_VERSION(0) };

const struct stix_table stix_meta_tables[] = {
    { PROP("language-content"), STIX_META, "STIX 2.1 7.1", ROWS(language_content), .common = stix_common,
      .commons = STIX_COMMONS, .rest = stix_rest_language_content },
    { PROP("marking-definition"), STIX_META, "STIX 2.1 7.2.1", ROWS(marking_definition),
      .common = marking_common, .commons = sizeof marking_common / sizeof *marking_common,
      .rest = stix_rest_marking_definition },
    { PROP("extension-definition"), STIX_META, "STIX 2.1 7.3", ROWS(extension_definition),
      .common = stix_common, .commons = STIX_COMMONS, .rest = stix_rest_extension_definition },
    { PROP("bundle"), STIX_BUNDLE, "STIX 2.1 8", ROWS(bundle), .common = bundle_common,
      .commons = sizeof bundle_common / sizeof *bundle_common },
};
const size_t stix_meta_count = sizeof stix_meta_tables / sizeof *stix_meta_tables;

const struct stix_table stix_custom_object = {
    PROP("custom"), STIX_CUSTOM, "STIX 2.1 11", .common = stix_common, .commons = STIX_COMMONS,
};
const struct stix_table stix_custom_observable = {
    PROP("custom"), STIX_CUSTOM, "STIX 2.1 11", .common = stix_sco_common, .commons = STIX_SCO_COMMONS,
};
