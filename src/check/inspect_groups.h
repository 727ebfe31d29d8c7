/* The contents of a travel document's files as JSON. They are claims: whoever calls this for a chip does so
 * only for files whose hash holds. */
#ifndef SERAI_CHECK_INSPECT_GROUPS_H
#define SERAI_CHECK_INSPECT_GROUPS_H

#include "base/date.h"
#include "base/finding.h"
#include "wire/json_write.h"

/*
 * DG1, DG2, DG11, DG12, DG14, DG15 or EF.COM as an object under key; nothing for other groups, whose content
 * is not read. False, and nothing written, when it cannot be read: w says why. at is the day from which the
 * century of a birth in DG1 is told. Offsets count from the start of the file.
 */
MUST_USE bool put_data_group(struct json_writer *out, const char *key, struct span file, unix_time at,
                             struct findings *f, struct why *w);

/* A SET OF SecurityInfo (EF.CardAccess, content of EF.CardSecurity) as an array under key. As above. */
MUST_USE bool put_security_infos(struct json_writer *out, const char *key, struct span set,
                                 struct findings *f, struct why *w);

#endif
