/* The reader's language on the command line, and those who are affected by a change. */
#ifndef SERAI_CLI_AGREEMENT_SAY_H
#define SERAI_CLI_AGREEMENT_SAY_H

#include "agreement/affected_json.h"
#include "cli/agreement_file.h"
#include "cli/spoken.h"

/* The words of text from where the line stands, in lines of at most 100 columns, later ones indented; ends
 * the line. */
void agreement_put_wrapped(struct buffer *out, size_t indent, struct span text);

/* A sentence a group, first those who gain. counts: how many travellers stand behind each, of total; 0: none.
 */
void affected_text(const struct affected *x, const struct tongue *t, bool counts, uint64_t total,
                   struct buffer *out);

#endif
