#include "wire/seal_dictionary.h"

#include "wire/seal_dictionary.inc"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

const struct seal_type *seal_type_at(size_t i)
{
    return i < COUNT(seal_types) ? &seal_types[i] : NULL;
}

const struct seal_type *seal_type_by_key(enum seal_family family, uint16_t key)
{
    for (size_t i = 0; i < COUNT(seal_types); i++)
        if (seal_types[i].family == family && seal_types[i].key == key)
            return &seal_types[i];
    return NULL;
}

const struct seal_type *seal_type_by_name(enum seal_family family, struct span name)
{
    for (size_t i = 0; i < COUNT(seal_types); i++)
        if (seal_types[i].family == family && span_eq_str(name, seal_types[i].type))
            return &seal_types[i];
    return NULL;
}

struct seal_scope seal_scope_of_type(const struct seal_type *t)
{
    return t ? (struct seal_scope){ &seal_fields[t->first], t->n } : (struct seal_scope){ seal_fields, 0 };
}

struct seal_scope seal_scope_inside(const struct seal_field_def *d)
{
    bool holds = d && (d->coding == SEAL_CODING_MESSAGES || d->marker >= 0);

    return holds ? (struct seal_scope){ &seal_fields[d->first], d->n }
                 : (struct seal_scope){ seal_fields, 0 };
}

struct seal_scope seal_scope_idb(void)
{
    return (struct seal_scope){ &seal_fields[IDB_FIRST], IDB_N };
}

const struct seal_field_def *seal_def_by_tag(struct seal_scope s, uint8_t tag)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.def[i].tag == tag)
            return &s.def[i];
    return NULL;
}

const char *seal_code_word(const struct seal_field_def *d, uint8_t value)
{
    if (d->coding != SEAL_CODING_CODE)
        return NULL;
    for (size_t i = 0; i < d->n; i++)
        if (seal_codes[d->first + i].value == value)
            return seal_codes[d->first + i].word;
    return NULL;
}

const char *seal_coding_word(enum seal_coding c)
{
    static const char *const words[] = { "bytes",    "mrz",       "mrz-td1",   "mrz-td3",   "mrz-mrva",
                                         "mrz-mrvb", "c40",       "text",      "byte",      "number",
                                         "date",     "mask-date", "date-text", "date-time", "duration",
                                         "code",     "messages" };

    return words[c];
}
