#include "service/notice/documents.h"

#include "base/text.h"

static const char first_line[] = "serai documents 1";

static const char *const statuses[DOCUMENT_STATUSES] = { "clear", "lost", "stolen", "revoked",
                                                         "stolen blank" };

static const char *const kinds[DOCUMENT_KINDS] = { "passport",
                                                   "diplomatic passport",
                                                   "service passport",
                                                   "official passport",
                                                   "emergency document",
                                                   "refugee travel document",
                                                   "stateless travel document",
                                                   "identity card",
                                                   "residence permit",
                                                   "visa",
                                                   "driving licence",
                                                   "registration certificate",
                                                   "vehicle",
                                                   "plate",
                                                   "container",
                                                   "other" };

const char *document_status_word(enum document_status s)
{
    return s < DOCUMENT_STATUSES ? statuses[s] : "";
}

const char *document_kind_word(enum document_kind k)
{
    return k < DOCUMENT_KINDS ? kinds[k] : "";
}

/* A blank in the list is a blank or a hyphen in the word. */
static bool same_word(struct span word, const char *listed)
{
    size_t n = strlen(listed);

    if (word.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (word.p[i] != (uint8_t)listed[i] && !(listed[i] == ' ' && word.p[i] == '-'))
            return false;
    return true;
}

bool document_status_of(struct span word, enum document_status *out)
{
    for (unsigned i = DOCUMENT_LOST; i < DOCUMENT_STATUSES; i++)
        if (same_word(word, statuses[i])) {
            *out = (enum document_status)i;
            return true;
        }
    return false;
}

bool document_kind_of(struct span word, enum document_kind *out)
{
    for (unsigned i = 0; i < DOCUMENT_KINDS; i++)
        if (same_word(word, kinds[i])) {
            *out = (enum document_kind)i;
            return true;
        }
    return false;
}

bool document_kind_is_object(enum document_kind k)
{
    return k == DOCUMENT_VEHICLE || k == DOCUMENT_CONTAINER;
}

void documents_begin(struct buffer *b)
{
    buf_str(b, first_line);
    buf_u8(b, '\n');
}

static void put_word(struct buffer *b, const char *word)
{
    for (; *word; word++)
        buf_u8(b, *word == ' ' ? '-' : (uint8_t)*word);
    buf_u8(b, ' ');
}

void documents_put(const struct document_entry *e, struct buffer *b)
{
    char day[DATE_TEXT];

    put_word(b, document_kind_word(e->kind));
    if (e->status != DOCUMENT_CLEAR) {
        put_word(b, document_status_word(e->status));
        put_word(b, date_format(e->on, day));
    }
    buf_put(b, document_number_span(&e->number));
    if (e->to.n) {
        buf_u8(b, ' ');
        buf_put(b, document_number_span(&e->to));
    }
    buf_u8(b, '\n');
}

/* As it was folded when it was entered: of one number there is one form. */
static bool read_number(enum document_kind k, struct span s, struct document_number *out)
{
    return document_fold(k, s, out, NULL) && span_eq(document_number_span(out), s);
}

static bool next_word(struct span *line, struct span *out)
{
    return text_split(line, ' ', out) && out->n > 0;
}

static bool read_entry(struct span line, bool listed, struct document_entry *out)
{
    struct document_entry e = { .status = DOCUMENT_CLEAR };
    struct span word = { 0 };
    bool more = line.n && line.p[line.n - 1] != ' ';
    size_t prefix;
    uint64_t first, last;

    if (!more || !next_word(&line, &word) || !document_kind_of(word, &e.kind))
        return false;
    if (listed && (!next_word(&line, &word) || !document_status_of(word, &e.status) ||
                   !next_word(&line, &word) || !date_parse(word, &e.on)))
        return false;
    if (!next_word(&line, &word) || !read_number(e.kind, word, &e.number))
        return false;
    if (line.n &&
        (!next_word(&line, &word) || line.n || !read_number(e.kind, word, &e.to) ||
         document_kind_is_object(e.kind) || !document_range(&e.number, &e.to, &prefix, &first, &last, NULL)))
        return false;
    *out = e;
    return true;
}

bool documents_read(struct span body, bool listed,
                    bool (*one)(void *ctx, const struct document_entry *e, struct why *w), void *ctx,
                    struct why *w)
{
    struct span rest = body, line = { 0 };
    struct document_entry e;
    size_t n = 0;

    if (!body.n || body.p[body.n - 1] != '\n' || !text_split(&rest, '\n', &line) ||
        !span_eq_str(line, first_line))
        return why_set(w, "documents", 0, "service/notice/documents.h", "no list of documents");
    while (rest.n) {
        size_t at = body.n - rest.n;

        if (!text_split(&rest, '\n', &line) || ++n > DOCUMENTS_RECORD || !read_entry(line, listed, &e))
            return why_set(w, "documents", at, "service/notice/documents.h",
                           "entry %zu of the record is none", n);
        if (!one(ctx, &e, w))
            return false;
    }
    return true;
}
