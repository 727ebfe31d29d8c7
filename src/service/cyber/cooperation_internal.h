/* What the files of cooperation share. */
#ifndef SERAI_SERVICE_CYBER_COOPERATION_INTERNAL_H
#define SERAI_SERVICE_CYBER_COOPERATION_INTERNAL_H

#include "service/cyber/cooperation_kinds.h"

#define COOP_LINE_FIRST "serai cooperation 1\n"

/* The playbook in the record can be read, holds no secret, and is not marked stricter than the record.
 * Reasons "playbook", "secret", "tlp". */
MUST_USE bool library_check(const struct coop_record *r, struct arena *a, struct why *w);

/* What a kind asks for beyond shapes; those below. */
MUST_USE bool coop_check_content(const struct coop_record *r, struct arena *a, struct why *w);

/* What the record of a drill says is marked as an exercise in each of its parts. Reasons "exercise",
 * "request". */
MUST_USE bool drill_check(const struct coop_record *r, struct arena *a, struct why *w);

/* The address is that of an office. Reason "person". */
MUST_USE bool contact_check(const struct coop_record *r, struct why *w);

/* The record in a note that was opened before. */
MUST_USE bool coop_reopen(struct span note, struct arena *a, struct coop_record *out, struct why *w);

/* now, or the second after what this member said last: of two records of a second nobody knows the order. */
unix_time coop_after(const struct coop_set *s, struct span self, unix_time now);

/* Whether the record, not yet said, would count; reason and sentence of what refuses it. */
MUST_USE bool coop_would_count(const struct coop_refusals *l, const struct coop_record *r, struct why *w);

/* out was filled within its ceiling. */
MUST_USE bool coop_filled(const struct buffer *out, struct why *w);

#endif
