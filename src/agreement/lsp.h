/*
 * A language server for agreements (Language Server Protocol 3.17, whole documents, positions in UTF-16):
 * diagnostics, hover with facts and wordings, completion, definition, formatting. Messages come and go
 * without their headers; a person types at the other end, so nothing of it is trusted.
 */
#ifndef SERAI_AGREEMENT_LSP_H
#define SERAI_AGREEMENT_LSP_H

#include "base/arena.h"
#include "base/buffer.h"

enum { LSP_DOCUMENTS = 16, LSP_URI = 4096, LSP_MESSAGE = 16 * 1024 * 1024, LSP_ITEMS = 1000 };

struct lsp_document {
    char *uri; /* NULL: free */
    uint8_t *text;
    size_t n;
};

struct lsp {
    struct lsp_document document[LSP_DOCUMENTS];
    bool shut_down;
};

void lsp_init(struct lsp *s);
void lsp_free(struct lsp *s);

/*
 * One message; what is answered or told is put into out, each with its header "Content-Length: N". False: the
 * client said exit.
 */
MUST_USE bool lsp_message(struct lsp *s, struct span json, struct buffer *out);

#endif
