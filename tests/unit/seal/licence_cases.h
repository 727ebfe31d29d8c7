/* What the tests of licence lists share: the cases of the shared vectors. */
#ifndef SERAI_TESTS_LICENCE_CASES_H
#define SERAI_TESTS_LICENCE_CASES_H

#include "vectors.h"

#include "base/date.h"
#include "base/finding.h"
#include "seal/anchors.h"

/* Calls one for each case of licence/FOLDER/index.json and returns how many there were. */
size_t each_case(const char *folder, void (*one)(const json_t *c, void *ctx), void *ctx);

const char *case_text(const json_t *c, const char *name); /* NULL when absent */
unix_time case_time(const json_t *c, const char *name);
/* The file that the member names. */
struct span case_file(struct arena *a, const json_t *c, const char *name);
/* Those that the case trusts. Release with anchor_set_free. */
struct anchor_set *case_anchors(struct arena *a, const json_t *c);

/* An error as the index names it: "OK" for none. */
void assert_outcome(const json_t *c, const char *profile, const char *reason);
/* Every deviation and warning the case expects of that profile is a finding, and there are no others. */
void assert_findings(const json_t *c, const char *profile, const struct findings *f);

#endif
