/* A card that answers from a script: each command must be the one that comes next. */
#ifndef SERAI_TESTS_SCRIPT_CARD_H
#define SERAI_TESTS_SCRIPT_CARD_H

#include "card/card.h"

struct script_line {
    const char *command, *response; /* hexadecimal; command NULL: any; response NULL: the card is gone */
};

struct script_card {
    struct card card; /* ctx points to this structure */
    const struct script_line *line;
    size_t n, at;
    bool strayed; /* another command came, or one too many */
};

void script_card_init(struct script_card *s, const struct script_line *line, size_t n);
/* All was said, and nothing else. */
bool script_card_done(const struct script_card *s);

#endif
