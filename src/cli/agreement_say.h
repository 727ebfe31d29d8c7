/* The reader's language on the command line, and those who are affected by a change. */
#ifndef SERAI_CLI_AGREEMENT_SAY_H
#define SERAI_CLI_AGREEMENT_SAY_H

#include "agreement/affected_json.h"
#include "cli/agreement_file.h"
#include "cli/catalogue.h"

/* The language's catalogue where there is one; without it English is spoken. */
struct spoken {
    struct tongue t;
    struct arena arena;
    struct catalogue texts;
};

void spoken_init(struct spoken *s, const char *language);
void spoken_free(struct spoken *s);

/* The words of text from where the line stands, in lines of at most 100 columns, later ones indented; ends
 * the line. */
void agreement_put_wrapped(struct buffer *out, size_t indent, struct span text);

/* A sentence a group, first those who gain. counts: how many travellers stand behind each, of total; 0: none.
 */
void affected_text(const struct affected *x, const struct tongue *t, bool counts, uint64_t total,
                   struct buffer *out);

#endif
