/*
 * The rules of STIX 2.1 as tables: a table for each type of object and each structure inside one, a row for
 * each property. What a row cannot say is a function of its table (`rest`), of which there are few.
 */
#ifndef SERAI_STIX_TYPES_H
#define SERAI_STIX_TYPES_H

#include "stix/object.h"

struct stix_check;

/* What a value is (STIX 2.1 2). */
enum stix_kind {
    VALUE_STRING,
    VALUE_WORD,  /* of a closed vocabulary: `words` */
    VALUE_VOCAB, /* of an open one: others are allowed, should not be */
    VALUE_TIME,
    VALUE_TIME_MILLIS,  /* three digits of the fraction or more (3.2) */
    VALUE_TIME_SECONDS, /* no fraction */
    VALUE_ID,           /* an identifier */
    VALUE_REF,          /* an identifier of one of the types in `words`, or of none of them with NOT_OF */
    VALUE_SCO_REF,      /* the same in an observable; inside observed-data.objects a key of it */
    VALUE_INTEGER,      /* from least to most, when these differ */
    VALUE_FLOAT,
    VALUE_BOOLEAN,
    VALUE_HEX,
    VALUE_BINARY,
    VALUE_HASHES,
    VALUE_DICTIONARY, /* `table->rest` looks at it, when there is one */
    VALUE_ANY_OBJECT,
    VALUE_OBJECT, /* `table` */
    VALUE_EXTENSIONS,
    VALUE_OBSERVABLES, /* observed-data.objects */
    VALUE_URL,
    VALUE_LANG,
    VALUE_CHECKED, /* a string that `good` accepts */
};

enum {
    PROP_REQUIRED = 1,
    PROP_LIST = 2,
    PROP_ONE_OF = 4,       /* exactly one of the table's rows with this mark is there */
    PROP_ANY_OF = 8,       /* at least one of them */
    PROP_SINCE_21 = 16,    /* not required of STIX 2.0 content */
    PROP_AS_20 = 32,       /* required of STIX 2.0 content alone */
    PROP_LATER = 64,       /* `after` is earlier, not only as early */
    PROP_NOT_OF = 128,     /* any type but those in `words` */
    PROP_REF_SHOULD = 256, /* another type of a reference is no error, only a finding */
};

/* Where the reader finds it again. */
enum stix_slot {
    SLOT_NONE,
    SLOT_TYPE,
    SLOT_ID,
    SLOT_SPEC_VERSION,
    SLOT_CREATED,
    SLOT_MODIFIED,
    SLOT_REVOKED,
    SLOT_CREATOR,
    SLOT_CONFIDENCE,
    SLOT_LABELS,
    SLOT_MARKINGS,
    SLOT_GRANULAR,
    SLOT_EXTENSIONS,
    SLOT_EXTERNAL,
    SLOT_PATTERN,
    SLOT_PATTERN_TYPE,
    SLOT_VALID_FROM,
    SLOT_VALID_UNTIL,
    SLOT_RELATIONSHIP_TYPE,
    SLOT_SOURCE,
    SLOT_TARGET,
    SLOT_SIGHTING_OF,
    SLOTS,
};

/* "|word|word|": looked up whole. */
typedef const char *stix_words;

struct stix_table;

struct stix_property {
    const char *name;
    uint8_t name_n;
    uint8_t kind; /* enum stix_kind */
    uint8_t slot; /* enum stix_slot */
    uint16_t flags;
    stix_words words;
    const struct stix_table *table;
    bool (*good)(struct span s);
    int64_t least, most;
    const char *after; /* a time of the same object that is not later than this */
    const char *needs; /* a property that has to stand beside it */
};

/* .name and .name_n of a row. */
#define PROP(lit) .name = (lit), .name_n = sizeof(lit) - 1

struct stix_table {
    const char *name;
    uint8_t name_n;
    uint8_t class; /* enum stix_class; of types alone */
    const char *clause;
    const struct stix_property *row;
    size_t rows;
    const struct stix_property *common; /* of the class */
    size_t commons;
    bool some;                          /* at least one of the rows, or extensions, is there */
    bool only;                          /* no other members */
    const struct stix_table *extension; /* those defined for this type */
    size_t extensions;
    void (*rest)(struct stix_check *c, json_ref object);
};

#define ROWS(array) .row = (array), .rows = sizeof(array) / sizeof *(array)

/* The table of a type; NULL: STIX 2.1 does not define it. */
const struct stix_table *stix_table_of(struct span type);
/* What objects of custom types have to keep, and observables of custom types. */
extern const struct stix_table stix_custom_object, stix_custom_observable;

/* The groups, each in its own file. */
extern const struct stix_table stix_sdo_tables[], stix_sco_tables[], stix_sro_tables[], stix_meta_tables[];
extern const size_t stix_sdo_count, stix_sco_count, stix_sro_count, stix_meta_count;

extern const struct stix_property stix_common[], stix_sco_common[];
enum { STIX_COMMONS = 14, STIX_SCO_COMMONS = 8 };
extern const struct stix_table stix_external_reference, stix_kill_chain_phase, stix_granular_marking;

bool stix_word_in(stix_words words, struct span s);
/* The row of a name; NULL: none. Common rows first. */
const struct stix_property *stix_row_of(const struct stix_table *t, struct span name);

#endif
