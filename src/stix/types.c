#include "stix/types.h"

/* Where the length and three letters of a type's name lead to: each type has a place of its own. */
static const struct stix_table *const place[128] = {
    [0] = &stix_sco_tables[16],   /* windows-registry-key */
    [2] = &stix_sco_tables[0],    /* artifact */
    [5] = &stix_meta_tables[3],   /* bundle */
    [7] = &stix_sco_tables[2],    /* directory */
    [11] = &stix_sco_tables[15],  /* user-account */
    [12] = &stix_sco_tables[7],   /* ipv4-addr */
    [14] = &stix_sco_tables[4],   /* email-addr */
    [25] = &stix_sdo_tables[6],   /* indicator */
    [26] = &stix_sdo_tables[13],  /* observed-data */
    [35] = &stix_sdo_tables[3],   /* grouping */
    [39] = &stix_sdo_tables[2],   /* course-of-action */
    [40] = &stix_sdo_tables[4],   /* identity */
    [42] = &stix_sdo_tables[5],   /* incident */
    [46] = &stix_sdo_tables[14],  /* opinion */
    [48] = &stix_sdo_tables[17],  /* tool */
    [49] = &stix_sco_tables[3],   /* domain-name */
    [51] = &stix_sco_tables[11],  /* network-traffic */
    [55] = &stix_sdo_tables[16],  /* threat-actor */
    [60] = &stix_meta_tables[1],  /* marking-definition */
    [62] = &stix_sdo_tables[7],   /* infrastructure */
    [64] = &stix_sco_tables[6],   /* file */
    [72] = &stix_sco_tables[9],   /* mac-addr */
    [76] = &stix_sco_tables[13],  /* software */
    [79] = &stix_sro_tables[0],   /* relationship */
    [80] = &stix_meta_tables[2],  /* extension-definition */
    [83] = &stix_sdo_tables[9],   /* location */
    [88] = &stix_sdo_tables[8],   /* intrusion-set */
    [90] = &stix_sco_tables[17],  /* x509-certificate */
    [96] = &stix_sco_tables[5],   /* email-message */
    [98] = &stix_sdo_tables[0],   /* attack-pattern */
    [102] = &stix_sdo_tables[18], /* vulnerability */
    [104] = &stix_sdo_tables[12], /* note */
    [107] = &stix_sdo_tables[15], /* report */
    [109] = &stix_sdo_tables[1],  /* campaign */
    [110] = &stix_sco_tables[1],  /* autonomous-system */
    [112] = &stix_sdo_tables[10], /* malware */
    [113] = &stix_sco_tables[12], /* process */
    [115] = &stix_sco_tables[10], /* mutex */
    [119] = &stix_sdo_tables[11], /* malware-analysis */
    [122] = &stix_sro_tables[1],  /* sighting */
    [125] = &stix_sco_tables[14], /* url */
    [126] = &stix_sco_tables[8],  /* ipv6-addr */
    [127] = &stix_meta_tables[0], /* language-content */
};

const struct stix_table *stix_table_of(struct span type)
{
    const struct stix_table *t;

    if (type.n < 3)
        return NULL;
    t = place[(type.n * 201u + type.p[0] * 85u + type.p[3 % type.n] * 249u + type.p[type.n - 1] * 237u) %
              128];
    return t && t->name_n == type.n && memcmp(t->name, type.p, type.n) == 0 ? t : NULL;
}

const char *stix_class_word(enum stix_class c)
{
    static const char *const word[] = { "sdo", "sro", "sco", "meta", "bundle", "custom" };

    return word[c];
}
