/* Forms to print: lines and fields in the words of a language, as a PDF of A4 sheets. */
#ifndef SERAI_PAPER_FORM_H
#define SERAI_PAPER_FORM_H

#include "paper/catalogue.h"
#include "paper/paper.h"
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

/* Words in the language. */
MUST_USE bool form_open(const char *folder, const char *language, const struct json *j, struct arena *a,
                        struct form *out, struct why *w);

/* A line; of no text: nothing. */
void form_put(struct form *f, enum page_style style, const char *text);
/* A label of the catalogue, and a value; of no value: nothing. */
void form_field(struct form *f, const char *key, const char *value);
/* The same with the text or the number of a member. */
void form_member(struct form *f, const char *key, json_ref object, const char *name);

/* A day "2027-01-31" as it stands on paper: so, and in languages that count in Solar Hijri with that beside
 * it. What is no day comes back as it is. */
const char *form_day(const struct form *f, struct span day);

/* A State, such as IR, by its name in the language, and its code: "ایران (IR)". The code alone where CLDR has
 * no name. */
const char *form_state(const struct form *f, struct span code);

/* A member's text; a day as form_day has it, a time as "2027-01-31 12:00 UTC"; NULL: no such text. */
const char *form_text(const struct form *f, json_ref object, const char *name);

/* On A4; the first line is its title. */
MUST_USE bool form_pdf(const struct form *f, const struct paper_how *how, struct buffer *pdf, struct why *w);

/* The answer of GET /v1/need as lines, which the command line also prints as text. */
MUST_USE bool need_form(const struct json *j, const struct paper_how *how, struct arena *a, struct form *out,
                        struct why *w);

#endif
