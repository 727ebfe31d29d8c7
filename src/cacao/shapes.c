#include "cacao/shapes.h"

#include <arpa/inet.h>

#include "base/text.h"

#define MEMBERS(m) .member = (m), .members = sizeof(m) / sizeof *(m)

static bool hex(int c)
{
    return ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The last 36 characters: 8-4-4-4-12 digits, version 1 to 5, variant 8, 9, a or b. */
static bool uuid(struct span s)
{
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < 36; i++)
        if (i == 8 || i == 13 || i == 18 || i == 23 ? s.p[i] != '-' : !hex(s.p[i]))
            return false;
    return s.p[14] >= '1' && s.p[14] <= '5' && strchr("89abAB", s.p[19]) != NULL;
}

/* What stands before "--UUID"; false when that does not stand at the end. */
static bool before_uuid(struct span s, struct span *type)
{
    if (s.n < 39 || !uuid(span_sub(s, s.n - 36, s.n)) || s.p[s.n - 37] != '-' || s.p[s.n - 38] != '-')
        return false;
    *type = span_sub(s, 0, s.n - 38);
    return true;
}

bool cacao_identifier(struct span s)
{
    struct span t;

    if (!before_uuid(s, &t) || t.n < 3 || !ascii_lower(t.p[0]) || t.p[t.n - 1] == '-')
        return false;
    for (size_t i = 0; i < t.n; i++)
        if (!ascii_lower(t.p[i]) && !ascii_digit(t.p[i]) && t.p[i] != '-')
            return false;
    return true;
}

bool cacao_identifier_of(struct span s, const char *type)
{
    struct span t;

    return before_uuid(s, &t) && span_eq_str(t, type);
}

/* Small letters with hyphens between. */
static bool definition_key(struct span s)
{
    struct span t;

    if (!before_uuid(s, &t) || t.n == 0 || t.p[0] == '-' || t.p[t.n - 1] == '-')
        return false;
    for (size_t i = 0; i < t.n; i++)
        if (!ascii_lower(t.p[i]) && t.p[i] != '-')
            return false;
    return true;
}

static bool two(struct span s, size_t at, int low, int high)
{
    int v = ascii_digit(s.p[at]) && ascii_digit(s.p[at + 1]) ? (s.p[at] - '0') * 10 + s.p[at + 1] - '0' : -1;

    return v >= low && v <= high;
}

static bool timestamp(struct span s)
{
    size_t i = 20;

    if (s.n < 20 || s.p[4] != '-' || s.p[7] != '-' || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' ||
        !two(s, 0, 0, 99) || !two(s, 2, 0, 99) || !two(s, 5, 1, 12) || !two(s, 8, 1, 31) ||
        !two(s, 11, 0, 23) || !two(s, 14, 0, 59) || !two(s, 17, 0, 60))
        return false;
    if (s.p[19] == 'Z')
        return s.n == 20;
    while (i < s.n && ascii_digit(s.p[i]))
        i++;
    return s.p[19] == '.' && i > 20 && i + 1 == s.n && s.p[i] == 'Z';
}

static bool variable_name(struct span s)
{
    if (s.n < 5 || s.n > 204 || s.p[0] != '_' || s.p[1] != '_' || s.p[s.n - 1] != '_' ||
        s.p[s.n - 2] != '_' || ascii_digit(s.p[2]) || s.p[2] == '-')
        return false;
    for (size_t i = 2; i < s.n - 2; i++)
        if (!ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '_' &&
            s.p[i] != '-')
            return false;
    return true;
}

static bool extension_key(struct span s)
{
    return cacao_identifier_of(s, "extension-definition");
}

/* Of a case: a step, by the end of the text; playbook stands there too. */
static bool case_target(struct span s)
{
    static const char *const ends[] = { "action",   "end",   "if-condition",     "parallel",
                                        "playbook", "start", "switch-condition", "while-condition" };
    struct span t;

    if (!before_uuid(s, &t))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);

        if (t.n >= n && span_eq_str(span_sub(t, t.n - n, t.n), ends[i]))
            return true;
    }
    return false;
}

static bool word(int c)
{
    return ascii_lower(c) || ascii_upper(c) || ascii_digit(c) || c == '_';
}

/* At least two characters of an address, a point, and two to six small letters that end there. */
static bool has_url(struct span s)
{
    for (size_t dot = 2; dot < s.n; dot++) {
        size_t end = dot + 1;
        bool before = true;

        for (size_t k = dot - 2; k < dot; k++)
            before = before && (word(s.p[k]) || strchr("():/?.@%+~#=", s.p[k]));
        while (end < s.n && ascii_lower(s.p[end]))
            end++;
        if (s.p[dot] == '.' && before && end - dot >= 3 && end - dot <= 7 && (end == s.n || !word(s.p[end])))
            return true;
    }
    return false;
}

static bool mac(struct span s)
{
    if (s.n != 17)
        return false;
    for (size_t i = 0; i < 17; i++)
        if (i % 3 == 2 ? s.p[i] != ':' : !hex(s.p[i]))
            return false;
    return true;
}

static bool address(struct span s, int family)
{
    char text[64];
    uint8_t out[16];

    for (size_t from = 0; from < s.n; from++) {
        size_t n = s.n - from;

        if (n >= sizeof text || (from > 0 && word(s.p[from - 1]) && word(s.p[from])))
            continue;
        memcpy(text, s.p + from, n);
        text[n] = 0;
        if (inet_pton(family, text, out) == 1)
            return true;
    }
    return false;
}

static bool ipv4(struct span s)
{
    return address(s, AF_INET);
}

static bool ipv6(struct span s)
{
    return address(s, AF_INET6);
}

static bool contact_key(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!word(s.p[i]) && s.p[i] != '-')
            return false;
    return s.n <= 250;
}

static const struct shape_text is_id = { cacao_identifier,
                                         "an identifier type--UUID with a UUID of version 1 to 5" };
static const struct shape_text is_time = { timestamp, "a time as 2026-01-31T08:00:00.000Z" };
static const struct shape_text is_variable = { variable_name, "a name as __name__" };
static const struct shape_text is_extension = { extension_key, "extension-definition--UUID" };
static const struct shape_text is_case = { case_target, "the identifier of a step" };
static const struct shape_text is_url = { has_url, "a URL" };
static const struct shape_text is_mac = { mac, "a MAC address" };
static const struct shape_text is_ipv4 = { ipv4, "an IPv4 address" };
static const struct shape_text is_ipv6 = { ipv6, "an IPv6 address" };
static const struct shape_text is_contact = { contact_key, "of letters, digits, '_' and '-'" };

static const struct shape text = { .kind = SHAPE_TEXT };
static const struct shape text_or_null = { .kind = SHAPE_TEXT_OR_NULL };
static const struct shape boolean = { .kind = SHAPE_BOOLEAN };
static const struct shape integer = { .kind = SHAPE_INTEGER };
static const struct shape positive = { .kind = SHAPE_INTEGER, .bounded = true, .low = 1, .high = 9e15 };
static const struct shape percent = { .kind = SHAPE_INTEGER, .bounded = true, .low = 0, .high = 100 };
static const struct shape id = { .kind = SHAPE_TEXT, .text = &is_id };
static const struct shape moment = { .kind = SHAPE_TEXT, .text = &is_time };
static const struct shape texts = { .kind = SHAPE_ARRAY, .item = &text };
static const struct shape some_texts = { .kind = SHAPE_ARRAY, .item = &text, .least = 1 };
static const struct shape some_ids = { .kind = SHAPE_ARRAY, .item = &id, .least = 1 };
static const struct shape two_ids = { .kind = SHAPE_ARRAY, .item = &id, .least = 2 };
static const struct shape object = { .kind = SHAPE_OBJECT };
static const struct shape extensions = {
    .kind = SHAPE_OBJECT, .least = 1, .key = &is_extension, .other = &object
};

static const struct shape_member reference_members[] = {
    { "name", &text, true }, { "description", &text, false }, { "source", &text, false },
    { "url", &text, false }, { "external_id", &text, false }, { "reference_id", &text, false },
};
static const struct shape reference = { .kind = SHAPE_OBJECT, MEMBERS(reference_members) };
static const struct shape references = { .kind = SHAPE_ARRAY, .item = &reference };
static const struct shape some_references = { .kind = SHAPE_ARRAY, .item = &reference, .least = 1 };

static const struct shape_member variable_members[] = {
    { "type", &text, true },         { "description", &text, false }, { "value", &text_or_null, false },
    { "constant", &boolean, false }, { "external", &boolean, false },
};
static const struct shape variable = { .kind = SHAPE_OBJECT, MEMBERS(variable_members) };
static const struct shape variables = { .kind = SHAPE_OBJECT, .key = &is_variable, .other = &variable };

static const struct shape_member command_members[] = {
    { "type", &text, true },
    { "description", &text, false },
    { "version", &text, false },
    { "playbook_activity", &text, false },
    { "external_references", &references, false },
};
static const struct shape command = { .kind = SHAPE_OBJECT, MEMBERS(command_members) };
static const struct shape commands = { .kind = SHAPE_ARRAY, .item = &command, .least = 1 };

/* Steps. */
#define WORD(name, w)                                                                                        \
    static const char *const name##_words[] = { (w), NULL };                                                 \
    static const struct shape name = { .kind = SHAPE_TEXT, .words = name##_words }
WORD(is_start, "start");
WORD(is_end, "end");
WORD(is_action, "action");
WORD(is_playbook_action, "playbook-action");
WORD(is_parallel, "parallel");
WORD(is_if, "if-condition");
WORD(is_while, "while-condition");
WORD(is_switch, "switch-condition");

#define STEP(type)                                                                                           \
    { "type", (type), true }, { "name", &text, false }, { "description", &text, false },                     \
        { "external_references", &some_references, false }, { "delay", &positive, false },                   \
        { "timeout", &integer, false }, { "step_variables", &variables, false }, { "owner", &id, false },    \
        { "on_completion", &id, false }, { "on_success", &id, false }, { "on_failure", &id, false },         \
    {                                                                                                        \
        "step_extensions", &extensions, false                                                                \
    }

static bool has(const struct json *j, json_ref v, const char *name)
{
    return json_member(j, v, name) != JSON_NONE;
}

static bool end_leads_nowhere(const struct json *j, json_ref v, const char **says)
{
    *says = "an end step leads nowhere";
    return !has(j, v, "on_completion") && !has(j, v, "on_success") && !has(j, v, "on_failure");
}

static bool start_completes(const struct json *j, json_ref v, const char **says)
{
    *says = "a start step has on_completion only";
    return !has(j, v, "on_success") && !has(j, v, "on_failure");
}

static const struct shape_member start_members[] = { STEP(&is_start) };
static const struct shape start = { .kind = SHAPE_OBJECT, MEMBERS(start_members), .also = start_completes };
static const struct shape_member end_members[] = { STEP(&is_end) };
static const struct shape end = { .kind = SHAPE_OBJECT, MEMBERS(end_members), .also = end_leads_nowhere };
static const struct shape_member action_members[] = {
    STEP(&is_action),
    { "commands", &commands, true },
    { "agent", &id, true },
    { "targets", &some_ids, false },
    { "in_args", &some_texts, false },
    { "out_args", &some_texts, false },
};
static const struct shape action = { .kind = SHAPE_OBJECT, MEMBERS(action_members) };
static const struct shape_member playbook_action_members[] = {
    STEP(&is_playbook_action),
    { "playbook_id", &id, true },
    { "playbook_version", &moment, false },
    { "in_args", &some_texts, false },
    { "out_args", &some_texts, false },
};
static const struct shape playbook_action = { .kind = SHAPE_OBJECT, MEMBERS(playbook_action_members) };
static const struct shape_member parallel_members[] = { STEP(&is_parallel),
                                                        { "next_steps", &two_ids, true } };
static const struct shape parallel = { .kind = SHAPE_OBJECT, MEMBERS(parallel_members) };
static const struct shape_member if_members[] = {
    STEP(&is_if),
    { "condition", &text, true },
    { "on_true", &id, true },
    { "on_false", &id, false },
};
static const struct shape if_condition = { .kind = SHAPE_OBJECT, MEMBERS(if_members) };
static const struct shape_member while_members[] = {
    STEP(&is_while),
    { "condition", &text, true },
    { "on_true", &id, true },
};
static const struct shape while_condition = { .kind = SHAPE_OBJECT, MEMBERS(while_members) };
static const struct shape case_step = { .kind = SHAPE_TEXT, .text = &is_case };
static const struct shape cases = { .kind = SHAPE_OBJECT, .other = &case_step };
static const struct shape_member switch_members[] = {
    STEP(&is_switch),
    { "switch", &text, true },
    { "cases", &cases, true },
};
static const struct shape switch_condition = { .kind = SHAPE_OBJECT, MEMBERS(switch_members) };

/* A table of kinds of things by the type in their name; others are `rest`. */
struct kind {
    const char *type;
    const struct shape *shape;
};

static const struct shape any = { .kind = SHAPE_ANY };

static const struct shape *by_name(const struct json *j, json_ref v, const struct kind *kind,
                                   const struct shape *rest)
{
    /* A member's name stands before its value; with escapes it is of no type. */
    struct span name = json_source(j, v - 1);

    if (name.n >= 2)
        name = span_sub(name, 1, name.n - 1);
    for (; kind->type; kind++)
        if (cacao_identifier_of(name, kind->type))
            return kind->shape;
    return rest && definition_key(name) ? rest : &any;
}

static const struct shape *choose_step(const struct json *j, json_ref v, const char **says)
{
    static const struct kind kinds[] = {
        { "action", &action },
        { "end", &end },
        { "if-condition", &if_condition },
        { "parallel", &parallel },
        { "playbook-action", &playbook_action },
        { "start", &start },
        { "switch-condition", &switch_condition },
        { "while-condition", &while_condition },
        { 0 },
    };

    (void)says;
    return by_name(j, v, kinds, NULL);
}

static const struct shape step = { .kind = SHAPE_OBJECT, .choose = choose_step };
static const struct shape workflow = { .kind = SHAPE_OBJECT, .other = &step };

/* Authentication information. */
WORD(is_http_basic, "http-basic");
WORD(is_oauth2, "oauth2");
WORD(is_user_auth, "user-auth");
#define AUTHENTICATION(type)                                                                                 \
    { "type", (type), true }, { "name", &text, false }, { "description", &text, false },                     \
        { "authentication_info_extensions", &extensions, false }, { "kms", &boolean, false },                \
    {                                                                                                        \
        "kms_key_identifier", &text, false                                                                   \
    }
static const struct shape_member authentication_members[] = {
    { "type", &text, true },
    { "name", &text, false },
    { "description", &text, false },
    { "authentication_info_extensions", &extensions, false },
};
static const struct shape authentication = { .kind = SHAPE_OBJECT, MEMBERS(authentication_members) };
static const struct shape_member http_basic_members[] = { AUTHENTICATION(&is_http_basic),
                                                          { "user_id", &text, false },
                                                          { "password", &text, false } };
static const struct shape http_basic = { .kind = SHAPE_OBJECT, MEMBERS(http_basic_members) };
static const struct shape_member oauth2_members[] = { AUTHENTICATION(&is_oauth2),
                                                      { "oauth_header", &text, true },
                                                      { "token", &text, true } };
static const struct shape oauth2 = { .kind = SHAPE_OBJECT, MEMBERS(oauth2_members) };
static const struct shape_member user_auth_members[] = { AUTHENTICATION(&is_user_auth),
                                                         { "username", &text, false },
                                                         { "password", &text, false } };
static const struct shape user_auth = { .kind = SHAPE_OBJECT, MEMBERS(user_auth_members) };

static const struct shape *choose_authentication(const struct json *j, json_ref v, const char **says)
{
    static const struct kind kinds[] = {
        { "http-basic", &http_basic }, { "oauth2", &oauth2 }, { "user-auth", &user_auth }, { 0 }
    };

    (void)says;
    return by_name(j, v, kinds, &authentication);
}

static const struct shape authentication_any = { .kind = SHAPE_OBJECT, .choose = choose_authentication };
static const struct shape authentications = { .kind = SHAPE_OBJECT,
                                              .least = 1,
                                              .other = &authentication_any };

/* Agents and targets. */
static const char *const regions[] = {
    "africa",
    "eastern-africa",
    "middle-africa",
    "northern-africa",
    "southern-africa",
    "western-africa",
    "americas",
    "caribbean",
    "central-america",
    "latin-america-caribbean",
    "northern-america",
    "south-america",
    "asia",
    "central-asia",
    "eastern-asia",
    "southern-asia",
    "south-eastern-asia",
    "western-asia",
    "europe",
    "eastern-europe",
    "northern-europe",
    "southern-europe",
    "western-europe",
    "oceania",
    "antarctica",
    "australia-new-zealand",
    "melanesia",
    "micronesia",
    "polynesia",
    NULL,
};
static const struct shape region = { .kind = SHAPE_TEXT, .words = regions };
static const struct shape_member location_members[] = {
    { "name", &text, false },
    { "description", &text, false },
    { "building_details", &text, false },
    { "network_details", &text, false },
    { "region", &region, false },
    { "country", &text, false },
    { "administrative_area", &text, false },
    { "city", &text, false },
    { "street_address", &text, false },
    { "postal_code", &text, false },
    { "latitude", &text, false },
    { "longitude", &text, false },
    { "precision", &text, false },
};
static const struct shape location = { .kind = SHAPE_OBJECT, MEMBERS(location_members) };
static const struct shape contacts = { .kind = SHAPE_OBJECT, .key = &is_contact, .other = &text };
static const struct shape_member contact_members[] = {
    { "email", &contacts, false },
    { "phone", &contacts, false },
    { "contact_details", &text, false },
};
static const struct shape contact = { .kind = SHAPE_OBJECT, MEMBERS(contact_members) };
static const struct shape url_text = { .kind = SHAPE_TEXT, .text = &is_url };
static const struct shape mac_text = { .kind = SHAPE_TEXT, .text = &is_mac };
static const struct shape ipv4_text = { .kind = SHAPE_TEXT, .text = &is_ipv4 };
static const struct shape ipv6_text = { .kind = SHAPE_TEXT, .text = &is_ipv6 };
static const struct shape vlan = { .kind = SHAPE_INTEGER, .bounded = true, .low = 0, .high = 4095 };
static const struct shape urls = { .kind = SHAPE_ARRAY, .item = &url_text };
static const struct shape macs = { .kind = SHAPE_ARRAY, .item = &mac_text };
static const struct shape ipv4s = { .kind = SHAPE_ARRAY, .item = &ipv4_text };
static const struct shape ipv6s = { .kind = SHAPE_ARRAY, .item = &ipv6_text };
static const struct shape vlans = { .kind = SHAPE_ARRAY, .item = &vlan };
static const struct shape_member address_members[] = {
    { "url", &urls, false },   { "l2mac", &macs, false }, { "ipv4", &ipv4s, false },
    { "ipv6", &ipv6s, false }, { "vlan", &vlans, false }, { "dname", &texts, false },
};
static const struct shape addresses = { .kind = SHAPE_OBJECT, MEMBERS(address_members) };

#define PARTY(type)                                                                                          \
    { "type", (type), true }, { "name", &text, true }, { "description", &text, false },                      \
        { "location", &location, false },                                                                    \
    {                                                                                                        \
        "agent_target_extensions", &extensions, false                                                        \
    }
WORD(is_group, "group");
WORD(is_individual, "individual");
WORD(is_location, "location");
WORD(is_organization, "organization");
WORD(is_sector, "sector");
WORD(is_http_api, "http-api");
WORD(is_linux, "linux");
WORD(is_net_address, "net-address");
WORD(is_security_category, "security-category");
WORD(is_ssh, "ssh");
#define PERSONS(name, type)                                                                                  \
    static const struct shape_member name##_members[] = { PARTY(type), { "contact", &contact, false } };     \
    static const struct shape name = { .kind = SHAPE_OBJECT, MEMBERS(name##_members) }
#define MACHINE(name, type)                                                                                  \
    static const struct shape_member name##_members[] = { PARTY(type),                                       \
                                                          { "address", &addresses, true },                   \
                                                          { "port", &text, false },                          \
                                                          { "authentication_info", &id, false },             \
                                                          { "category", &some_texts, false } };              \
    static const struct shape name = { .kind = SHAPE_OBJECT, MEMBERS(name##_members) }
PERSONS(group, &is_group);
PERSONS(individual, &is_individual);
PERSONS(organization, &is_organization);
MACHINE(http_api, &is_http_api);
MACHINE(linux_host, &is_linux);
MACHINE(net_address, &is_net_address);
MACHINE(ssh, &is_ssh);
static const struct shape_member place_members[] = { PARTY(&is_location), { "logical", &some_texts, false } };
static const struct shape place = { .kind = SHAPE_OBJECT, MEMBERS(place_members) };
static const struct shape_member sector_members[] = { PARTY(&is_sector), { "sector", &text, true } };
static const struct shape sector = { .kind = SHAPE_OBJECT, MEMBERS(sector_members) };
static const struct shape_member category_members[] = { PARTY(&is_security_category),
                                                        { "category", &some_texts, true } };
static const struct shape security_category = { .kind = SHAPE_OBJECT, MEMBERS(category_members) };
static const struct shape_member party_members[] = { PARTY(&text) };
static const struct shape party = { .kind = SHAPE_OBJECT, MEMBERS(party_members) };

static const struct shape *choose_party(const struct json *j, json_ref v, const char **says)
{
    static const struct kind kinds[] = {
        { "group", &group },
        { "http-api", &http_api },
        { "individual", &individual },
        { "linux", &linux_host },
        { "location", &place },
        { "net-address", &net_address },
        { "organization", &organization },
        { "sector", &sector },
        { "security-category", &security_category },
        { "ssh", &ssh },
        { 0 },
    };

    (void)says;
    return by_name(j, v, kinds, &party);
}

static const struct shape party_any = { .kind = SHAPE_OBJECT, .choose = choose_party };
static const struct shape parties = { .kind = SHAPE_OBJECT, .least = 1, .other = &party_any };

/* Markings, extensions, signatures. */
WORD(is_marking_tlp, "marking-tlp");
WORD(is_marking_iep, "marking-iep");
WORD(is_marking_statement, "marking-statement");
static const char *const tlp_words[] = { "TLP:RED",   "TLP:AMBER", "TLP:AMBER+STRICT",
                                         "TLP:GREEN", "TLP:CLEAR", NULL };
static const struct shape tlp_level = { .kind = SHAPE_TEXT, .words = tlp_words };
#define MARKING(type)                                                                                        \
    { "type", (type), true }, { "id", &id, true }, { "created_by", &id, true },                              \
        { "created", &moment, true }, { "revoked", &boolean, false }, { "valid_from", &moment, false },      \
        { "valid_until", &moment, false }, { "labels", &some_texts, false },                                 \
    {                                                                                                        \
        "marking_extensions", &extensions, false                                                             \
    }
static const struct shape_member marking_tlp_members[] = { MARKING(&is_marking_tlp),
                                                           { "name", &text, false },
                                                           { "description", &text, false },
                                                           { "external_references", &some_references, false },
                                                           { "tlpv2_level", &tlp_level, true } };
static const struct shape marking_tlp = { .kind = SHAPE_OBJECT, MEMBERS(marking_tlp_members) };
static const struct shape_member marking_statement_members[] = {
    MARKING(&is_marking_statement),  { "name", &text, false },
    { "description", &text, false }, { "external_references", &some_references, false },
    { "statement", &text, true },
};
static const struct shape marking_statement = { .kind = SHAPE_OBJECT, MEMBERS(marking_statement_members) };
static const struct shape end_date = { .kind = SHAPE_TEXT_OR_NULL, .text = &is_time };
/* external_references of two schemas disagree; texts are taken, as the narrower one has them. */
static const struct shape_member marking_iep_members[] = {
    MARKING(&is_marking_iep),
    { "name", &text, true },
    { "description", &text, true },
    { "tlp", &text, true },
    { "iep_version", &integer, true },
    { "start_date", &moment, true },
    { "end_date", &end_date, true },
    { "encrypt_in_transit", &text, true },
    { "permitted_actions", &text, true },
    { "affected_party_notifications", &text, true },
    { "attribution", &text, true },
    { "unmodified_resale", &text, true },
    { "external_references", &texts, true },
};
static const struct shape marking_iep = { .kind = SHAPE_OBJECT, MEMBERS(marking_iep_members) };

static const struct shape *choose_marking(const struct json *j, json_ref v, const char **says)
{
    static const struct kind kinds[] = { { "marking-tlp", &marking_tlp },
                                         { "marking-iep", &marking_iep },
                                         { "marking-statement", &marking_statement },
                                         { 0 } };

    (void)says;
    return by_name(j, v, kinds, NULL);
}

static const struct shape marking_any = { .kind = SHAPE_OBJECT, .choose = choose_marking };
static const struct shape markings = { .kind = SHAPE_OBJECT, .other = &marking_any };

WORD(is_extension_definition, "extension-definition");
static const struct shape_member extension_members[] = {
    { "type", &is_extension_definition, true },
    { "name", &text, true },
    { "description", &text, false },
    { "created_by", &id, true },
    { "schema", &text, true },
    { "version", &text, true },
    { "external_references", &references, false },
};
static const struct shape extension = { .kind = SHAPE_OBJECT, MEMBERS(extension_members) };
static const struct shape extension_definitions = { .kind = SHAPE_OBJECT,
                                                    .key = &is_extension,
                                                    .other = &extension };

static bool one_key(const struct json *j, json_ref v, const char **says)
{
    *says = "a signature names its key in exactly one of public_key, public_cert_chain, cert_url, thumbprint";
    return has(j, v, "public_key") + has(j, v, "public_cert_chain") + has(j, v, "cert_url") +
               has(j, v, "thumbprint") ==
           1;
}

WORD(is_jss, "jss");
static const struct shape signature;
static const struct shape_member signature_members[] = {
    { "type", &is_jss, true },
    { "id", &id, true },
    { "created_by", &id, false },
    { "created", &moment, true },
    { "modified", &moment, true },
    { "revoked", &boolean, false },
    { "signee", &text, true },
    { "valid_from", &moment, false },
    { "valid_until", &moment, false },
    { "related_to", &id, true },
    { "related_version", &moment, true },
    { "hash_algorithm", &text, true },
    { "algorithm", &text, true },
    { "public_key", &text, false },
    { "public_cert_chain", &some_texts, false },
    { "cert_url", &text, false },
    { "thumbprint", &text, false },
    { "value", &text, true },
    { "signature", &signature, false },
};
static const struct shape signature = { .kind = SHAPE_OBJECT, MEMBERS(signature_members), .also = one_key };
static const struct shape signatures = { .kind = SHAPE_ARRAY, .item = &signature, .least = 1 };

static const struct shape_member summary_members[] = {
    { "manual_playbook", &boolean, false },     { "external_playbooks", &boolean, false },
    { "parallel_processing", &boolean, false }, { "if_logic", &boolean, false },
    { "while_logic", &boolean, false },         { "switch_logic", &boolean, false },
    { "temporal_logic", &boolean, false },      { "data_markings", &boolean, false },
    { "digital_signatures", &boolean, false },  { "countersigned_signatures", &boolean, false },
    { "extensions", &boolean, false },
};
static const struct shape summary = { .kind = SHAPE_OBJECT, MEMBERS(summary_members) };

WORD(is_playbook, "playbook");
WORD(is_cacao_2_0, "cacao-2.0");
static const struct shape_member playbook_members[] = {
    { "type", &is_playbook, true },
    { "spec_version", &is_cacao_2_0, true },
    { "id", &id, true },
    { "name", &text, true },
    { "description", &text, false },
    { "playbook_types", &texts, false },
    { "playbook_activities", &some_texts, false },
    { "playbook_processing_summary", &summary, false },
    { "created_by", &id, true },
    { "created", &moment, true },
    { "modified", &moment, true },
    { "revoked", &boolean, false },
    { "valid_from", &moment, false },
    { "valid_until", &moment, false },
    { "derived_from", &some_ids, false },
    { "related_to", &some_ids, false },
    { "priority", &percent, false },
    { "severity", &percent, false },
    { "impact", &percent, false },
    { "industry_sectors", &some_texts, false },
    { "labels", &some_texts, false },
    { "external_references", &some_references, false },
    { "markings", &some_ids, false },
    { "playbook_variables", &variables, false },
    { "workflow_start", &id, true },
    { "workflow_exception", &id, false },
    { "workflow", &workflow, true },
    { "playbook_extensions", &extensions, false },
    { "authentication_info_definitions", &authentications, false },
    { "agent_definitions", &parties, false },
    { "target_definitions", &parties, false },
    { "extension_definitions", &extension_definitions, false },
    { "data_marking_definitions", &markings, false },
    { "signatures", &signatures, false },
};
const struct shape cacao_playbook_shape = { .kind = SHAPE_OBJECT, MEMBERS(playbook_members) };
