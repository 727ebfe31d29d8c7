#include "service/notice/list_read.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "service/notice/list_reader.h"

static const char *const words[LIST_FORMATS] = { "un-xml", "ofac-xml", "ofac-csv", "eu-xml", "ftm-json" };

static const struct list_xml_format *const xml_formats[LIST_FORMATS] = {
    [LIST_UN_XML] = &list_un_xml,
    [LIST_OFAC_XML] = &list_ofac_xml,
    [LIST_EU_XML] = &list_eu_xml,
};

const char *list_format_word(enum list_format f)
{
    return words[f];
}

bool list_format_of(struct span word, enum list_format *out)
{
    for (size_t i = 0; i < LIST_FORMATS; i++)
        if (span_eq_str(word, words[i])) {
            *out = (enum list_format)i;
            return true;
        }
    return false;
}

/* ---- which one ---- */

/* One byte of two of UTF-16, so that names can be looked for. */
static size_t narrow(struct span head, char out[4096])
{
    size_t n = 0;

    for (size_t i = 0; i < head.n && n < 4096; i++)
        if (head.p[i])
            out[n++] = (char)head.p[i];
    return n;
}

static bool has(const char *text, size_t n, const char *what)
{
    return memmem(text, n, what, strlen(what)) != NULL;
}

/* Of the outermost element: "<" or a prefix's ":" before the name. */
static bool has_root(const char *text, size_t n, const char *name)
{
    char tag[40];

    (void)snprintf(tag, sizeof tag, "<%s", name);
    if (has(text, n, tag))
        return true;
    (void)snprintf(tag, sizeof tag, ":%s ", name);
    return has(text, n, tag);
}

static bool detect_xml(const char *text, size_t n, enum list_format *out)
{
    for (size_t i = 0; i < LIST_FORMATS; i++)
        for (const char *const *root = xml_formats[i] ? xml_formats[i]->roots : NULL; root && *root; root++)
            if (has_root(text, n, *root)) {
                *out = (enum list_format)i;
                return true;
            }
    return false;
}

/* A table of OFAC has no line of names: it begins with a number and a comma. */
static bool is_table(const char *text, size_t n)
{
    size_t i = 0;

    while (i < n && (ascii_digit(text[i]) || text[i] == '"'))
        i++;
    return i > 0 && i < n && text[i] == ',';
}

bool list_format_detect(struct span head, enum list_format *out, struct why *w)
{
    char text[4096];
    size_t n = narrow(head, text), at = 0;

    while (at < n && (ascii_space(text[at]) || text[at] == '\xef' || text[at] == '\xbb' ||
                      text[at] == '\xbf' || text[at] == '\xff' || text[at] == '\xfe'))
        at++;
    if (at < n && text[at] == '<' && detect_xml(text, n, out))
        return true;
    if (at < n && text[at] == '{') {
        *out = LIST_FTM_JSON;
        return true;
    }
    if (is_table(text + at, n - at)) {
        *out = LIST_OFAC_CSV;
        return true;
    }
    return why_set(w, "format", 0, NULL,
                   "this is no list of the United Nations, OFAC, the European Union or "
                   "OpenSanctions");
}

/* ---- handing on ---- */

bool list_reader_refuse(struct list_reader *r, uint64_t line, struct span id, const char *reason,
                        const char *what, struct why *w)
{
    struct why why = { 0 };

    (void)why_set(&why, reason, WHY_NO_OFFSET, NULL, "%s", what);
    if (++r->stated.refused > LIMIT_LIST_QUARANTINE)
        return why_set(w, "format", WHY_NO_OFFSET, NULL, "more than %d entries do not read",
                       LIMIT_LIST_QUARANTINE);
    if (id.n > NAMES_ID || utf8_valid_to(id) != id.n)
        id.n = 0;
    return r->sink.refused(r->sink.ctx, line, id, &why, w);
}

static bool clean(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < 32 && !ascii_space(s.p[i])) || s.p[i] == 127)
            return false;
    return utf8_valid_to(s) == s.n;
}

static bool values_clean(const struct list_entry *e)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct list_value *v = &e->value[i];

        if (!clean(v->property) || !clean(v->text) || !clean(v->kind) || !clean(v->country) ||
            !clean(v->note))
            return false;
    }
    return true;
}

bool list_reader_emit(struct list_reader *r, uint64_t line, struct why *w)
{
    struct list_entry *e = &r->draft->e;

    e->id = text_trim(e->id);
    e->line = line;
    if (r->draft->full)
        return list_reader_refuse(r, line, e->id, "too-large",
                                  "more names, dates and documents than are kept", w);
    if (!e->id.n || e->id.n > NAMES_ID || !clean(e->id))
        return list_reader_refuse(r, line, (struct span){ NULL, 0 }, "id",
                                  "the entry has no id that can be kept", w);
    if (!values_clean(e))
        return list_reader_refuse(r, line, e->id, "utf-8",
                                  "text that is not UTF-8, or holds control characters", w);
    if (!list_entry_caption(e).n)
        return list_reader_refuse(r, line, e->id, "name", "the entry has no name", w);
    r->stated.entries++;
    return r->sink.entry(r->sink.ctx, e, w);
}

/* ---- XML ---- */

static bool xml_root(void *ctx, const struct list_xml_node *n, struct why *w)
{
    struct list_reader *r = ctx;
    const struct list_xml_format *f = xml_formats[r->format];

    for (const char *const *name = f->roots; *name; name++)
        if (span_eq_str(n->name, *name)) {
            f->root(r, n);
            return true;
        }
    return why_set(w, "format", 0, NULL, "the outermost element is not the one of %s", words[r->format]);
}

static bool xml_record(void *ctx, const struct list_xml_node *n, struct arena *a, struct why *w)
{
    struct list_reader *r = ctx;

    return xml_formats[r->format]->record(r, n, a, w);
}

static bool xml_refused(void *ctx, uint64_t line, const struct why *why, struct why *w)
{
    return list_reader_refuse(ctx, line, (struct span){ NULL, 0 }, why->reason, why->detail, w);
}

/* ---- lines ---- */

static bool one_line(struct list_reader *r, struct span line, struct why *w)
{
    r->number++;
    if (r->number == 1 && span_starts(line, SPAN("\xef\xbb\xbf")))
        line = span_sub(line, 3, line.n);
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (r->skipping || line.n > LIMIT_LIST_LINE) {
        r->skipping = false;
        return list_reader_refuse(r, r->number, (struct span){ NULL, 0 }, "too-large", "the line is too long",
                                  w);
    }
    /* An end of file as CP/M wrote it stands at the end of OFAC's tables. */
    if (!text_trim(line).n || span_eq_str(line, "\x1a"))
        return true;
    arena_reset(&r->arena);
    return r->format == LIST_FTM_JSON ? list_ftm_line(r, line, w) : list_csv_line(r, line, w);
}

static bool feed_lines(struct list_reader *r, struct span s, struct why *w)
{
    while (s.n) {
        const uint8_t *end = memchr(s.p, '\n', s.n);
        size_t n = end ? (size_t)(end - s.p) : s.n;
        struct span part = span_sub(s, 0, n);

        if (r->line.n + n > LIMIT_LIST_LINE) {
            r->skipping = true;
            buf_reset(&r->line);
        } else if (!end || r->line.n) {
            buf_put(&r->line, part);
            part = buf_span(&r->line);
        }
        if (!end)
            return true;
        if (!one_line(r, part, w))
            return false;
        buf_reset(&r->line);
        s = span_sub(s, n + 1, s.n);
    }
    return true;
}

/* The last line, when nothing ends it: a file that was cut off ends within one. */
static bool last_line(struct list_reader *r, struct why *w)
{
    uint64_t refused = r->stated.refused;
    struct span line = buf_span(&r->line);
    bool ok;

    if (!line.n && !r->skipping)
        return true;
    ok = one_line(r, line, w);
    buf_reset(&r->line);
    if (ok && r->stated.refused != refused)
        return why_set(w, "truncated", WHY_NO_OFFSET, NULL, "line %llu: the file ends within it",
                       (unsigned long long)r->number);
    return ok;
}

/* ---- the reader ---- */

struct list_reader *list_reader_new(enum list_format f, const struct list_sink *sink)
{
    struct list_reader *r = calloc(1, sizeof *r);

    if (!r)
        abort();
    r->format = f;
    r->sink = *sink;
    r->countries = list_countries_new();
    r->draft = list_draft_new(r->countries);
    arena_init(&r->arena, 4 * (size_t)LIMIT_LIST_LINE);
    buf_init(&r->line, LIMIT_LIST_LINE);
    if (xml_formats[f]) {
        const struct list_xml_use use = { r, xml_formats[f]->records, xml_root, xml_record, xml_refused };

        r->xml = list_xml_new(&use);
    } else if (f == LIST_OFAC_CSV) {
        r->tables = list_tables_new();
    }
    return r;
}

void list_reader_free(struct list_reader *r)
{
    if (!r)
        return;
    list_xml_free(r->xml);
    list_tables_free(r->tables);
    list_draft_free(r->draft);
    list_countries_free(r->countries);
    arena_free(&r->arena);
    buf_free(&r->line);
    free(r);
}

void list_reader_from(struct list_reader *r, uint64_t line)
{
    r->number = line;
}

bool list_reader_feed(struct list_reader *r, struct span bytes, struct why *w)
{
    return r->xml ? list_xml_feed(r->xml, bytes, w) : feed_lines(r, bytes, w);
}

bool list_reader_next(struct list_reader *r, struct why *w)
{
    if (!r->tables)
        return why_set(w, "format", WHY_NO_OFFSET, NULL, "a list of this form is one file");
    return last_line(r, w) && list_csv_next(r, w);
}

bool list_reader_end(struct list_reader *r, struct list_stated *out, struct why *w)
{
    uint64_t read;

    if (!(r->xml ? list_xml_end(r->xml, w) : last_line(r, w)) || (r->tables && !list_csv_next(r, w)))
        return false;
    read = r->stated.entries + r->stated.refused;
    if (read < r->stated.stated)
        return why_set(w, "truncated", WHY_NO_OFFSET, NULL, "the file says it has %llu entries, and has %llu",
                       (unsigned long long)r->stated.stated, (unsigned long long)read);
    *out = r->stated;
    return true;
}
