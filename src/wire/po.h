/*
 * Catalogues of translated texts, in the form of GNU gettext (manual, "The Format of PO Files"): entries of
 * msgctxt, msgid, msgid_plural and msgstr, comments and obsolete entries passed over. UTF-8 only. An entry
 * marked fuzzy, or without text, is as if nobody had translated it.
 */
#ifndef SERAI_WIRE_PO_H
#define SERAI_WIRE_PO_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"

enum { PO_FORMS = 6 };

struct po_entry {
    struct span context, id, id_plural; /* absent: empty */
    struct span text[PO_FORMS];         /* msgstr, or msgstr[0] and so on */
    uint32_t line;                      /* where it begins, from 1 */
    uint8_t forms;                      /* texts that are there; 0 when fuzzy or not translated */
    bool plural, fuzzy;
};

struct po {
    struct span header;     /* the text of the entry whose id is empty; lines of "Name: value" */
    struct po_entry *entry; /* by context, then id */
    size_t n;
};

/*
 * Strings are decoded into the arena. Reasons: "encoding" (not UTF-8), "syntax" (a line that is none of
 * these, a string that is not closed, an escape other than \n \t \r \" \\), "order" (a keyword out of its
 * place), "forms" (a gap, or more than PO_FORMS), "twice" (the same context and id), "too-large" (the arena
 * is full). The offset is of the line; the detail has its number.
 */
MUST_USE bool po_parse(struct span text, struct arena *a, struct po *out, struct why *w);

/* The value of a line of the header; empty when it has none. */
struct span po_header(const struct po *p, const char *name);

/* The one entry with that context, whatever its id; NULL when none or several have it. */
const struct po_entry *po_find(const struct po *p, struct span context);

/*
 * {"context": "text", "context": {"one": "text", "other": "text"}, …} of what is translated; source: of the
 * ids instead, as the template has them. The names of the forms are those that the header gives in their
 * order
 * ("X-Plural-Categories: one few many", CLDR's words; without it one other); the last is said as "other" too.
 */
void po_put_json(const struct po *p, bool source, struct buffer *out);

#endif
