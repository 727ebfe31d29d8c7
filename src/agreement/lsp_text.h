/* A text under a cursor: offsets, lines, and what stands there. */
#ifndef SERAI_AGREEMENT_LSP_TEXT_H
#define SERAI_AGREEMENT_LSP_TEXT_H

#include "agreement/facts.h"
#include "base/buffer.h"

struct lsp_place {
    uint32_t line, character; /* from 0; UTF-16 code units */
};

/* Clipped to the line and to the text. */
size_t lsp_offset(struct span text, struct lsp_place p);
struct lsp_place lsp_place_at(struct span text, size_t offset);
/* Line and column as faults count them: from 1, in characters. */
size_t lsp_offset_of_column(struct span text, unsigned line, unsigned column);
/* The line around an offset, and where it begins. */
struct span lsp_line(struct span text, size_t offset, size_t *from);
/* Letters, digits, dots, hyphens around it; may be empty. */
struct span lsp_word(struct span text, size_t offset);
/* The fact whose name covers the offset, or, left: the last one before it on the line; FACTS_N: none. */
unsigned lsp_fact(struct span text, size_t offset, bool left);
/* The line that says what stands at the offset: a definition, a case, an article, a declared word. */
bool lsp_definition(struct span text, size_t offset, size_t *at);
/* The line "article …" that the offset stands under; false: none. */
bool lsp_article(struct span text, size_t offset, struct span *number);

#endif
