/* What rows of tables cannot say: domain objects, meta objects, common structures. */
#include "stix/check.h"

#include "base/text.h"
#include "stix/marking.h"
#include "stix/pattern.h"
#include "stix/vocab.h"

static json_ref member(struct stix_check *c, json_ref v, const char *name)
{
    return json_member(c->json, v, name);
}

static bool has_text(struct stix_check *c, json_ref v, const char *name, struct span *out)
{
    return stix_text(c, member(c, v, name), out);
}

/* 9.4 to 9.7, and names as 3.1 has them: object types and first properties of three characters and more. */
static void check_pattern(struct stix_check *c, json_ref v, struct span text)
{
    struct why w = { 0 };
    struct pattern p;

    if (!pattern_parse(text, c->a, &p, &w) || (!c->v20 && !pattern_check(&p, &w))) {
        stix_broken(c, STIX_MUST, "pattern", w.clause ? w.clause : "STIX 2.1 9", v,
                    "%s (at %zu of the pattern)", w.detail, w.offset);
        return;
    }
    for (uint32_t i = 0; i < p.comparisons; i++) {
        struct span type = p.comparison[i].type, key = p.comparison[i].step[0].key;
        const struct stix_table *t = stix_table_of(type);
        bool good = key.n >= 3 && key.n <= 250;

        if (!stix_type_name(type)) {
            stix_broken(c, STIX_MUST, "pattern", "STIX 2.1 3.1", v,
                        "a name that is no type's (at %u of the pattern)", p.comparison[i].at);
            return;
        }
        for (size_t k = 0; k < key.n && good; k++)
            good = ascii_lower(key.p[k]) || ascii_digit(key.p[k]) || key.p[k] == '_';
        if (!good) {
            stix_broken(c, STIX_MUST, "pattern", "STIX 2.1 3.1", v,
                        "a name that is no property's (at %u of the pattern)", p.comparison[i].at);
            return;
        }
        if (c->how->strict && t && t->class == STIX_SCO && !stix_row_of(t, key))
            stix_broken(c, STIX_SHOULD, "pattern", t->clause, v,
                        "a property that %s does not have (at %u of the pattern)", t->name,
                        p.comparison[i].at);
    }
}

void stix_rest_indicator(struct stix_check *c, json_ref v)
{
    json_ref pattern = member(c, v, "pattern"), type = member(c, v, "pattern_type");
    struct span text;

    stix_enter(c, SPAN("pattern"), SIZE_MAX);
    if (!c->how->any_pattern && (json_text_is(c->json, type, "stix") || (type == JSON_NONE && c->v20)) &&
        stix_text(c, pattern, &text))
        check_pattern(c, pattern, text);
    stix_leave(c);
    if (c->how->strict && (member(c, v, "name") == JSON_NONE || member(c, v, "description") == JSON_NONE))
        stix_broken(c, STIX_SHOULD, "missing", "STIX 2.1 4.7", v, "name and description should be there");
}

void stix_rest_location(struct stix_check *c, json_ref v)
{
    struct span s;
    char up[2];

    if (!c->how->strict || !has_text(c, v, "country", &s))
        return;
    for (size_t i = 0; i < 2 && s.n == 2; i++)
        up[i] = (char)(ascii_lower(s.p[i]) ? s.p[i] - 32 : s.p[i]);
    if (s.n != 2 || !stix_word_in(vocab_countries, span_of(up, 2)))
        stix_broken(c, STIX_SHOULD, "vocabulary", "ISO 3166-1", member(c, v, "country"),
                    "no code of a country");
}

void stix_rest_malware(struct stix_check *c, json_ref v)
{
    if (json_is(c->json, member(c, v, "is_family"), JSON_KIND_TRUE) && member(c, v, "name") == JSON_NONE)
        stix_broken(c, STIX_MUST, "missing", "STIX 2.1 4.11", v, "a malware family has a name");
}

void stix_rest_malware_analysis(struct stix_check *c, json_ref v)
{
    struct span s;
    bool good = true;

    if (!c->how->strict || !has_text(c, v, "product", &s))
        return;
    for (size_t i = 0; i < s.n && good; i++)
        good = ascii_lower(s.p[i]) || ascii_digit(s.p[i]) || s.p[i] == '-';
    if (!good)
        stix_broken(c, STIX_SHOULD, "value", "STIX 2.1 4.12", member(c, v, "product"),
                    "a product's name is in lower case with hyphens");
}

void stix_rest_observed_data(struct stix_check *c, json_ref v)
{
    json_ref objects = member(c, v, "objects");

    if (c->how->strict && objects != JSON_NONE && !c->v20)
        stix_broken(c, STIX_SHOULD, "deprecated", "STIX 2.1 4.14", objects,
                    "objects is deprecated: object_refs");
}

static bool common_relation(struct span kind)
{
    return stix_word_in("|derived-from|duplicate-of|related-to|", kind);
}

/* Appendix B: which relationships are suggested between which types. */
void stix_rest_relationship(struct stix_check *c, json_ref v)
{
    struct span kind, source, target;
    struct stix_id from, to;

    if (!c->how->strict || !has_text(c, v, "relationship_type", &kind) ||
        !has_text(c, v, "source_ref", &source) || !has_text(c, v, "target_ref", &target) ||
        !stix_id_read(source, &from) || !stix_id_read(target, &to) || common_relation(kind))
        return;
    for (size_t i = 0; i < vocab_relations_n; i++)
        if (span_eq_str(from.type, vocab_relations[i].source) && span_eq_str(kind, vocab_relations[i].kind) &&
            stix_word_in(vocab_relations[i].targets, to.type))
            return;
    stix_broken(c, STIX_SHOULD, "relationship", "STIX 2.1 B", v,
                "a relationship that the standard does not suggest between these types");
}

/* "CVE-2024-0001", "CAPEC-66". */
static bool cve(struct span s)
{
    size_t i = 9;

    if (s.n < 13 || !span_starts(s, SPAN("CVE-")) || s.p[8] != '-' || (s.n > 13 && s.p[9] == '0'))
        return false;
    for (size_t k = 4; k < 8; k++)
        if (!ascii_digit(s.p[k]))
            return false;
    while (i < s.n && ascii_digit(s.p[i]))
        i++;
    return i == s.n;
}

static bool capec(struct span s)
{
    size_t i = 6;

    while (span_starts(s, SPAN("CAPEC-")) && i < s.n && ascii_digit(s.p[i]))
        i++;
    return i > 6 && i == s.n;
}

/* 2.5: a CVE comes from "cve", a CAPEC from "capec", and the other way round. */
void stix_rest_external_reference(struct stix_check *c, json_ref v)
{
    json_ref at = member(c, v, "external_id");
    struct span source, id = { NULL, 0 };
    bool is_cve, is_capec;

    if (has_text(c, v, "source_name", &source)) {
        is_cve = span_eq(source, SPAN("cve"));
        is_capec = span_eq(source, SPAN("capec"));
        if ((is_cve || is_capec) && at == JSON_NONE)
            stix_broken(c, STIX_MUST, "missing", "STIX 2.1 2.5", v,
                        "a reference to CVE or CAPEC has an external_id");
        else if (stix_text(c, at, &id) && (is_cve != cve(id) || is_capec != capec(id)))
            stix_broken(
                c, STIX_MUST, "external-id", "STIX 2.1 2.5", at,
                "source_name cve goes with CVE-YYYY-NNNN, capec with CAPEC-N, and no other with these");
    }
    if (c->how->strict && member(c, v, "url") != JSON_NONE && member(c, v, "hashes") == JSON_NONE)
        stix_broken(c, STIX_SHOULD, "missing", "STIX 2.1 2.5", v,
                    "a reference with a URL should have hashes");
}

void stix_rest_kill_chain_phase(struct stix_check *c, json_ref v)
{
    static const char *const name[] = { "kill_chain_name", "phase_name" };
    struct span s;

    for (size_t i = 0; i < 2 && c->how->strict; i++) {
        bool good = has_text(c, v, name[i], &s), lower = false;

        for (size_t k = 0; good && k < s.n; k++) {
            lower = lower || ascii_lower(s.p[k]) || s.p[k] >= 0x80;
            good = !ascii_upper(s.p[k]) && s.p[k] != '_' && s.p[k] != ' ';
        }
        if (member(c, v, name[i]) != JSON_NONE && (!good || !lower))
            stix_broken(c, STIX_SHOULD, "value", "STIX 2.1 2.11", member(c, v, name[i]),
                        "%s is in lower case with hyphens", name[i]);
    }
}

void stix_rest_granular_marking(struct stix_check *c, json_ref v)
{
    json_ref list = member(c, v, "selectors");
    struct span s;

    for (json_ref i = json_is(c->json, list, JSON_KIND_ARRAY) ? json_first(c->json, list) : JSON_NONE;
         i != JSON_NONE; i = json_after(c->json, list, i))
        if (stix_text(c, i, &s) && stix_selector_text(s) && stix_select(c->json, c->object, s) == JSON_NONE)
            stix_broken(c, STIX_MUST, "selector", "STIX 2.1 7.2.3.1", i, "the selector points at nothing");
}

/* 7.1: for each language an object whose names are those of properties. */
void stix_rest_language_content(struct stix_check *c, json_ref v)
{
    json_ref contents = member(c, v, "contents");
    struct span key, name;

    if (!json_is(c->json, contents, JSON_KIND_OBJECT))
        return;
    for (json_ref i = json_first(c->json, contents); i != JSON_NONE; i = json_after(c->json, contents, i)) {
        json_ref in = json_value_of(c->json, i);

        if (!stix_text(c, i, &key) || !stix_language(key))
            stix_broken(c, STIX_MUST, "language", "STIX 2.1 7.1", i, "a key that is no language tag");
        if (!json_is(c->json, in, JSON_KIND_OBJECT)) {
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 7.1", in, "an object is expected");
            continue;
        }
        for (json_ref k = json_first(c->json, in); k != JSON_NONE; k = json_after(c->json, in, k)) {
            bool good = stix_text(c, k, &name) && name.n >= 3 && name.n <= 250;

            for (size_t n = 0; good && n < name.n; n++)
                good = ascii_lower(name.p[n]) || ascii_digit(name.p[n]) || name.p[n] == '_';
            if (!good)
                stix_broken(c, STIX_MUST, "name", "STIX 2.1 7.1", k, "a key that is no property's name");
        }
    }
}

/* 7.2.1.4: one of four objects, and nothing else in it. */
static void check_tlp(struct stix_check *c, json_ref v)
{
    static const char *const word[] = { "white", "green", "amber", NULL, "red" };
    static const char *const name[] = { "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", NULL, "TLP:RED" };
    json_ref definition = member(c, v, "definition");
    struct span id, member_name;
    struct stix_id parts;
    struct stix_time created;
    unsigned version = 0;
    enum tlp tlp = TLP_RED;

    if (!has_text(c, v, "id", &id) || !stix_id_read(id, &parts) ||
        !stix_tlp_of(&parts.uuid, &tlp, &version) || version != 1) {
        stix_broken(c, STIX_MUST, "tlp", "STIX 2.1 7.2.1.4", v,
                    "a TLP marking that the standard does not define");
        return;
    }
    if (!json_text_is(c->json, member(c, definition, "tlp"), word[tlp]) ||
        (!c->v20 && !json_text_is(c->json, member(c, v, "name"), name[tlp])) ||
        !has_text(c, v, "created", &id) || !stix_time_read(id, &created) || created.seconds != 1484870400 ||
        created.nanos)
        stix_broken(c, STIX_MUST, "tlp", "STIX 2.1 7.2.1.4", v,
                    "a TLP marking that says other than the standard");
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i))
        if (!stix_text(c, i, &member_name) ||
            !stix_word_in("|type|spec_version|id|created|definition_type|name|definition|", member_name))
            stix_broken(c, STIX_MUST, "tlp", "STIX 2.1 7.2.1.4", i,
                        "a TLP marking with a property of its own");
}

static void check_no_circle(struct stix_check *c, json_ref v)
{
    json_ref refs = member(c, v, "object_marking_refs"), parts = member(c, v, "granular_markings");
    struct span id, s;

    if (!has_text(c, v, "id", &id))
        return;
    for (json_ref i = json_is(c->json, refs, JSON_KIND_ARRAY) ? json_first(c->json, refs) : JSON_NONE;
         i != JSON_NONE; i = json_after(c->json, refs, i))
        if (stix_text(c, i, &s) && span_eq(s, id))
            stix_broken(c, STIX_MUST, "circle", "STIX 2.1 7.2.1", i, "a marking-definition marks itself");
    for (json_ref i = json_is(c->json, parts, JSON_KIND_ARRAY) ? json_first(c->json, parts) : JSON_NONE;
         i != JSON_NONE; i = json_after(c->json, parts, i))
        if (has_text(c, i, "marking_ref", &s) && span_eq(s, id))
            stix_broken(c, STIX_MUST, "circle", "STIX 2.1 7.2.1", i, "a marking-definition marks itself");
}

void stix_rest_marking_definition(struct stix_check *c, json_ref v)
{
    json_ref type = member(c, v, "definition_type"), definition = member(c, v, "definition");

    if (type == JSON_NONE && c->slot[SLOT_EXTENSIONS] == JSON_NONE)
        stix_broken(c, STIX_MUST, "missing", "STIX 2.1 7.2.1", v,
                    "neither definition_type with definition, nor an extension");
    if (json_text_is(c->json, type, "tlp"))
        check_tlp(c, v);
    else if (json_text_is(c->json, type, "statement") &&
             !json_is(c->json, member(c, definition, "statement"), JSON_KIND_STRING))
        stix_broken(c, STIX_MUST, "missing", "STIX 2.1 7.2.1.3", v,
                    "a statement marking without a statement");
    else if (c->how->strict && type != JSON_NONE && c->slot[SLOT_EXTENSIONS] == JSON_NONE &&
             !json_text_is(c->json, type, "statement"))
        stix_broken(c, STIX_SHOULD, "vocabulary", "STIX 2.1 7.2.1", type,
                    "a kind of marking of its own is deprecated");
    check_no_circle(c, v);
}

void stix_rest_extension_definition(struct stix_check *c, json_ref v)
{
    json_ref types = member(c, v, "extension_types");
    bool top = false;

    for (json_ref i = json_is(c->json, types, JSON_KIND_ARRAY) ? json_first(c->json, types) : JSON_NONE;
         i != JSON_NONE; i = json_after(c->json, types, i))
        top = top || json_text_is(c->json, i, "toplevel-property-extension");
    if (!top && member(c, v, "extension_properties") != JSON_NONE)
        stix_broken(c, STIX_MUST, "extension", "STIX 2.1 7.3", v,
                    "extension_properties are of toplevel-property-extension alone");
    if (!c->how->strict)
        return;
    if (top && member(c, v, "extension_properties") == JSON_NONE)
        stix_broken(c, STIX_SHOULD, "missing", "STIX 2.1 7.3", v, "extension_properties should be there");
    if (member(c, v, "description") == JSON_NONE)
        stix_broken(c, STIX_SHOULD, "missing", "STIX 2.1 7.3", v, "a description should be there");
}
