/* Inside the checking of one object (object.c, check.c, values.c, rest.c). */
#ifndef SERAI_STIX_CHECK_H
#define SERAI_STIX_CHECK_H

#include "stix/types.h"

enum { STIX_FRAMES = 8 };

/* One step of the path to what is looked at: a member's name, or the place in a list. */
struct stix_frame {
    struct span name; /* p == NULL: an item */
    size_t index;
};

struct stix_check {
    const struct json *json;
    const struct stix_how *how;
    struct arena *a;
    struct stix_findings *f; /* may be NULL */
    struct why *w;           /* the first MUST that is broken */
    size_t broken;
    const struct stix_table *table; /* of the object itself */
    bool v20;
    json_ref object;      /* the object itself */
    json_ref observables; /* observed-data.objects, while one of its items is looked at */
    json_ref slot[SLOTS];
    struct stix_frame frame[STIX_FRAMES];
    size_t depth;
};

/* A broken MUST, or SHOULD (only under strict), at the value v. */
void stix_broken(struct stix_check *c, enum stix_level level, const char *reason, const char *clause,
                 json_ref v, const char *fmt, ...) PRINTF_LIKE(6, 7);

void stix_enter(struct stix_check *c, struct span name, size_t index);
static inline void stix_leave(struct stix_check *c)
{
    c->depth--;
}

/* All rules of a table over the object v; slots are filled at the outermost one. */
void stix_check_table(struct stix_check *c, const struct stix_table *t, json_ref v, bool outermost);
/* The extensions of an object of that type. */
void stix_check_extensions(struct stix_check *c, const struct stix_table *t, json_ref v);
/* One value of a row, an item of it when it is a list. */
void stix_check_value(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                      json_ref v);
/* Names and values nobody defined: v is not null and not an empty list. */
void stix_check_custom(struct stix_check *c, const struct stix_table *t, json_ref name);

/* The text of a string; false when memory is at its end. */
MUST_USE bool stix_text(const struct stix_check *c, json_ref v, struct span *out);

/* Values (values.c). */
bool stix_relationship_name(struct span s); /* 5.1: a-z, 0-9, hyphen */
bool stix_selector_text(struct span s);     /* 7.2.3.1 */
bool stix_mime_type(struct span s);
bool stix_charset(struct span s);
bool stix_domain(struct span s);
bool stix_email(struct span s);
bool stix_ipv4(struct span s);
bool stix_ipv6(struct span s);
bool stix_mac(struct span s);
bool stix_cpe(struct span s);
bool stix_registry_key(struct span s);
bool stix_uri(struct span s);
bool stix_language(struct span s);
bool stix_hex(struct span s);
bool stix_base64(struct span s);
bool stix_hash(struct span algorithm, struct span value);
bool stix_property_name(struct span s); /* 11.1 as the OASIS schemas hold it */

/* What rows cannot say (rest.c, rest_sco.c). */
void stix_rest_indicator(struct stix_check *c, json_ref v);
void stix_rest_location(struct stix_check *c, json_ref v);
void stix_rest_malware(struct stix_check *c, json_ref v);
void stix_rest_malware_analysis(struct stix_check *c, json_ref v);
void stix_rest_observed_data(struct stix_check *c, json_ref v);
void stix_rest_relationship(struct stix_check *c, json_ref v);
void stix_rest_external_reference(struct stix_check *c, json_ref v);
void stix_rest_kill_chain_phase(struct stix_check *c, json_ref v);
void stix_rest_granular_marking(struct stix_check *c, json_ref v);
void stix_rest_language_content(struct stix_check *c, json_ref v);
void stix_rest_marking_definition(struct stix_check *c, json_ref v);
void stix_rest_extension_definition(struct stix_check *c, json_ref v);
void stix_rest_email_message(struct stix_check *c, json_ref v);
void stix_rest_header_fields(struct stix_check *c, json_ref v);
void stix_rest_file(struct stix_check *c, json_ref v);
void stix_rest_network_traffic(struct stix_check *c, json_ref v);
void stix_rest_pdf_information(struct stix_check *c, json_ref v);
void stix_rest_exif_tags(struct stix_check *c, json_ref v);
void stix_rest_ipfix(struct stix_check *c, json_ref v);
void stix_rest_request_header(struct stix_check *c, json_ref v);
void stix_rest_socket_options(struct stix_check *c, json_ref v);
void stix_rest_startup_info(struct stix_check *c, json_ref v);
void stix_rest_windows_process(struct stix_check *c, json_ref v);

/* What SHOULD be of a whole object (should.c). */
void stix_check_should(struct stix_check *c, json_ref v);

#endif
