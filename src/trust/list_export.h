/*
 * The list as a file that anyone can read and check: in clear words what it says, and all acts and
 * certificates it follows from. Whoever has the members' keys and the agreement works it out again and need
 * not believe the file.
 */
#ifndef SERAI_TRUST_LIST_EXPORT_H
#define SERAI_TRUST_LIST_EXPORT_H

#include "trust/list.h"
#include "wire/json.h"

/* One JSON object (doc/trust-list.md, The exported list). The same list gives the same bytes. in: what l was
 * made of, its acts in the order of their chains. */
void trust_export_json(const struct trust_input *in, const struct trust_list *l, struct arena *scratch,
                       struct buffer *out);

/* An exported list, read: what it brings, and what it claims. */
struct trust_export {
    struct json json;
    struct span agreement;
    size_t n_notes, n_certificates;
    const struct span *note;
    const struct trust_certificate *certificate;
};

/* Reason those of json_parse, or "trust-list". */
MUST_USE bool trust_export_read(struct span file, struct arena *a, struct trust_export *out, struct why *w);

/*
 * What the file claims against the list worked out from its own acts (in and l): each difference is a
 * finding, reason "claim". Returns how many there are.
 */
size_t trust_export_compare(const struct trust_export *x, const struct trust_input *in,
                            const struct trust_list *l, struct arena *a, struct findings *f);

#endif
