/* The part of FollowTheMoney's hierarchy of schemata whose entities have names of their own. */
#include "service/notice/list_entry.h"

static const struct {
    const char *schema, *parent[3];
} hierarchy[] = {
    { "LegalEntity", { "Thing" } },
    { "Person", { "LegalEntity" } },
    { "Organization", { "LegalEntity" } },
    { "Company", { "Organization", "Asset" } },
    { "PublicBody", { "Organization" } },
    { "Asset", { "Thing" } },
    { "Vehicle", { "Asset" } },
    { "Vessel", { "Vehicle" } },
    { "Airplane", { "Vehicle" } },
    { "CryptoWallet", { "Thing", "Value" } },
    { "Security", { "Asset" } },
    { "RealEstate", { "Asset" } },
};

enum { DEEP = 6 };

static size_t place(struct span schema)
{
    size_t i = 0;

    while (i < sizeof hierarchy / sizeof *hierarchy && !span_eq_str(schema, hierarchy[i].schema))
        i++;
    return i;
}

/* Breadth first over a tree of DEEP levels at most. */
bool list_schema_is(struct span schema, const char *ancestor)
{
    struct span open[3 * DEEP] = { schema };
    size_t n = 1;

    for (size_t at = 0; at < n; at++) {
        size_t i = place(open[at]);

        if (span_eq_str(open[at], ancestor))
            return true;
        if (i == sizeof hierarchy / sizeof *hierarchy)
            continue;
        for (size_t k = 0; k < 3 && hierarchy[i].parent[k] && n < 3 * (size_t)DEEP; k++)
            open[n++] = span_str(hierarchy[i].parent[k]);
    }
    return false;
}

bool list_schema_fits(struct span asked, struct span listed)
{
    char name[32];

    if (asked.n >= sizeof name || listed.n >= sizeof name)
        return false;
    (void)memcpy(name, asked.p ? asked.p : (const uint8_t *)"", asked.n);
    name[asked.n] = 0;
    if (list_schema_is(listed, name))
        return true;
    (void)memcpy(name, listed.p ? listed.p : (const uint8_t *)"", listed.n);
    name[listed.n] = 0;
    return list_schema_is(asked, name);
}

bool list_schema_known(struct span schema)
{
    return span_eq_str(schema, "Thing") || place(schema) < sizeof hierarchy / sizeof *hierarchy;
}
