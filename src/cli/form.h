/* Forms to print: lines and fields in the words of a language, as a PDF of A4 sheets. */
#ifndef SERAI_CLI_FORM_H
#define SERAI_CLI_FORM_H

#include "cli/catalogue.h"
#include "picture/page.h"
#include "wire/json.h"

struct form {
    struct catalogue c;
    struct arena *a;
    const struct json *j; /* what it is made of */
    struct page_line *line;
    size_t n;
    bool specimen;
};

MUST_USE bool form_open(const char *language, const struct json *j, struct arena *a, struct form *out,
                        struct why *w);

/* A line; of no text: nothing. */
void form_put(struct form *f, enum page_style style, const char *text);
/* A label of the catalogue, and a value; of no value: nothing. */
void form_field(struct form *f, const char *key, const char *value);
/* The same with the text or the number of a member. */
void form_member(struct form *f, const char *key, json_ref object, const char *name);

/* A member's text; a time as "2027-01-31 12:00 UTC"; NULL: no such text. */
const char *form_text(const struct form *f, json_ref object, const char *name);

/* Writes the file. The first line is its title; signs that no font has are told on standard error. */
MUST_USE bool form_write(const struct form *f, const char *command, const char *path, struct why *w);

/*
 * A page as a PDF to a buffer, with a word on standard error about signs that no font has: for pages that are
 * not forms.
 */
MUST_USE bool form_pdf(const struct page *p, const char *command, struct buffer *b, struct why *w);

#endif
