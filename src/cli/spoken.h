/* The console's catalogues on the command line: what pages, papers and answers say, in the reader's language.
 */
#ifndef SERAI_CLI_SPOKEN_H
#define SERAI_CLI_SPOKEN_H

#include "agreement/tongue.h"
#include "paper/catalogue.h"

/* The language's catalogue where there is one; without it English is spoken. */
struct spoken {
    struct tongue t;
    struct arena arena;
    struct catalogue texts;
};

void spoken_init(struct spoken *s, const char *language);
void spoken_free(struct spoken *s);

/* For readers whose language a request says. */
struct tongues spoken_tongues(void);

#endif
