#include "wire/po.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/json_write.h"

static const char clause[] = "GNU gettext, The Format of PO Files";

/* What the last keyword filled; the order is that of an entry. */
enum place { NOTHING, CONTEXT, ID, PLURAL, TEXT };

struct reading {
    struct span text; /* whole */
    struct arena *a;
    struct po *out;
    struct why *w;
    struct po_entry now;
    enum place at;
    size_t offset; /* of the line */
    uint32_t line;
    struct buffer string; /* of the place, so far */
    bool fuzzy;           /* said before the entry */
};

static bool fail(struct reading *r, const char *reason, const char *what)
{
    return why_set(r->w, reason, r->offset, clause, "line %u: %s", r->line, what);
}

static struct span *place_of(struct reading *r)
{
    switch (r->at) {
    case CONTEXT:
        return &r->now.context;
    case ID:
        return &r->now.id;
    case PLURAL:
        return &r->now.id_plural;
    case TEXT:
        return &r->now.text[r->now.forms - 1];
    case NOTHING:
        break;
    }
    return NULL;
}

/* The string of the place is whole. */
static bool settle(struct reading *r)
{
    struct span *to = place_of(r);

    if (to && r->string.n) {
        *to = arena_copy(r->a, buf_span(&r->string));
        if (!to->p)
            return fail(r, "too-large", "the catalogue is too large");
    }
    buf_reset(&r->string);
    return true;
}

static bool has_text(const struct po_entry *e)
{
    for (size_t i = 0; i < e->forms; i++)
        if (e->text[i].n == 0)
            return false;
    return true;
}

static bool finish(struct reading *r)
{
    struct po_entry *e = &r->now;

    if (r->at == NOTHING)
        return true;
    if (!settle(r))
        return false;
    if (r->at != TEXT)
        return fail(r, "order", "an entry ends without msgstr");
    if (e->id.n == 0 && e->context.n == 0) {
        if (r->out->header.n || e->plural)
            return fail(r, "twice", "a second header");
        r->out->header = e->text[0];
    } else {
        if (e->fuzzy || !has_text(e))
            e->forms = 0;
        r->out->entry[r->out->n++] = *e;
    }
    *e = (struct po_entry){ 0 };
    r->at = NOTHING;
    return true;
}

static bool unescape(struct reading *r, uint8_t c)
{
    static const char from[] = "ntr\"\\", to[] = "\n\t\r\"\\";
    const char *at = c ? strchr(from, c) : NULL;

    if (at)
        buf_u8(&r->string, (uint8_t)to[at - from]);
    return at || fail(r, "syntax", "an escape that is none of \\n \\t \\r \\\" \\\\");
}

/* "…" and nothing behind it. */
static bool string(struct reading *r, struct span s)
{
    size_t i = 1;

    if (s.n < 2 || s.p[0] != '"')
        return fail(r, "syntax", "a string in quotes is expected");
    for (; i < s.n && s.p[i] != '"'; i++) {
        if (s.p[i] != '\\')
            buf_u8(&r->string, s.p[i]);
        else if (++i == s.n || !unescape(r, s.p[i]))
            return fail(r, "syntax", "a string that is not closed");
    }
    if (i != s.n - 1)
        return fail(r, "syntax", i == s.n ? "a string that is not closed" : "text behind a string");
    return buf_ok(&r->string) || fail(r, "too-large", "a string is too long");
}

/* Whether s begins with the word and then a blank or a quote; s moves behind it. */
static bool keyword(struct span *s, const char *word)
{
    size_t n = strlen(word);

    if (s->n <= n || memcmp(s->p, word, n) != 0 || (!ascii_space(s->p[n]) && s->p[n] != '"'))
        return false;
    *s = text_trim(span_sub(*s, n, s->n));
    return true;
}

/* Next place, if it may follow what is there. */
static bool go(struct reading *r, enum place to, bool may)
{
    if (!settle(r))
        return false;
    if (!may)
        return fail(r, "order", "a keyword out of its place");
    if (r->at == NOTHING) {
        r->now.line = r->line;
        r->now.fuzzy = r->fuzzy;
        r->fuzzy = false;
    }
    r->at = to;
    return true;
}

static bool next_form(struct reading *r, bool numbered)
{
    enum place before = r->at;

    if (!go(r, TEXT, numbered ? before == PLURAL || (before == TEXT && r->now.plural) : before == ID))
        return false;
    if (r->now.forms == PO_FORMS)
        return fail(r, "forms", "too many plural forms");
    r->now.forms++;
    return true;
}

/* msgstr[N], N the next. */
static bool numbered(struct reading *r, struct span *s)
{
    static const char word[] = "msgstr[";
    size_t n = sizeof word - 1;

    if (s->n < n + 2 || memcmp(s->p, word, n) != 0 || !ascii_digit(s->p[n]) || s->p[n + 1] != ']')
        return false;
    if (s->p[n] - '0' != r->now.forms) {
        (void)fail(r, "forms", "a gap in the plural forms");
        return false;
    }
    *s = text_trim(span_sub(*s, n + 2, s->n));
    return true;
}

static bool line(struct reading *r, struct span s)
{
    if (s.p[0] == '"')
        return r->at == NOTHING ? fail(r, "order", "a string without a keyword") : string(r, s);
    if (r->at == TEXT &&
        (keyword(&(struct span){ s.p, s.n }, "msgctxt") || keyword(&(struct span){ s.p, s.n }, "msgid")) &&
        !finish(r))
        return false;
    if (keyword(&s, "msgctxt"))
        return go(r, CONTEXT, r->at == NOTHING) && string(r, s);
    if (keyword(&s, "msgid"))
        return go(r, ID, r->at == NOTHING || r->at == CONTEXT) && string(r, s);
    if (keyword(&s, "msgid_plural")) {
        r->now.plural = true;
        return go(r, PLURAL, r->at == ID) && string(r, s);
    }
    if (keyword(&s, "msgstr"))
        return next_form(r, false) && string(r, s);
    if (numbered(r, &s))
        return next_form(r, true) && string(r, s);
    return fail(r, "syntax", "none of msgctxt, msgid, msgid_plural, msgstr, a string or a comment");
}

static bool comment(struct reading *r, struct span s)
{
    if (!finish(r))
        return false;
    if (s.n > 1 && s.p[1] == ',')
        for (size_t i = 2; i + 5 <= s.n; i++)
            r->fuzzy |= memcmp(s.p + i, "fuzzy", 5) == 0;
    return true;
}

static int by_context(const void *a, const void *b)
{
    const struct po_entry *x = a, *y = b;
    int c = span_cmp(x->context, y->context);

    return c ? c : span_cmp(x->id, y->id);
}

static bool all_lines(struct reading *r)
{
    struct span rest = r->text, s;

    while (text_split(&rest, '\n', &s)) {
        r->line++;
        r->offset = (size_t)(s.p - r->text.p);
        s = text_trim(s);
        if (!(s.n == 0 ? finish(r) : s.p[0] == '#' ? comment(r, s) : line(r, s)))
            return false;
    }
    return finish(r);
}

/* No entry is shorter than its keyword. */
static size_t most_entries(struct span text)
{
    static const char word[] = "msgid";
    size_t n = 1;

    for (size_t i = 0; i + sizeof word - 1 <= text.n; i++)
        n += memcmp(text.p + i, word, sizeof word - 1) == 0;
    return n;
}

bool po_parse(struct span text, struct arena *a, struct po *out, struct why *w)
{
    struct po p = { 0 };
    struct reading r = { .text = text, .a = a, .out = &p, .w = w };
    size_t good = utf8_valid_to(text);
    bool ok;

    if (good < text.n)
        return why_set(w, "encoding", good, clause, "a catalogue is UTF-8; at this byte it is not");
    p.entry = arena_array(a, most_entries(text), sizeof *p.entry);
    if (!p.entry)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "the catalogue is too large");
    buf_init(&r.string, 1 << 20);
    ok = all_lines(&r);
    buf_free(&r.string);
    if (!ok)
        return false;
    if (p.n)
        qsort(p.entry, p.n, sizeof *p.entry, by_context);
    for (size_t i = 1; i < p.n; i++)
        if (by_context(&p.entry[i - 1], &p.entry[i]) == 0)
            return why_set(w, "twice", WHY_NO_OFFSET, clause, "lines %u and %u: the same context and text",
                           p.entry[i - 1].line, p.entry[i].line);
    *out = p;
    return true;
}

struct span po_header(const struct po *p, const char *name)
{
    struct span rest = p->header, s;
    size_t n = strlen(name);

    while (text_split(&rest, '\n', &s))
        if (s.n > n && s.p[n] == ':' && memcmp(s.p, name, n) == 0)
            return text_trim(span_sub(s, n + 1, s.n));
    return (struct span){ NULL, 0 };
}

const struct po_entry *po_find(const struct po *p, struct span context)
{
    size_t low = 0, high = p->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (span_cmp(p->entry[middle].context, context) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == p->n || !span_eq(p->entry[low].context, context) ||
        (low + 1 < p->n && span_eq(p->entry[low + 1].context, context)))
        return NULL;
    return &p->entry[low];
}

struct forms {
    struct span name[PO_FORMS];
    size_t n;
};

static struct forms forms_of(const struct po *p, bool source)
{
    struct span rest = source ? span_str("one other") : po_header(p, "X-Plural-Categories"), s;
    struct forms f = { 0 };

    if (rest.n == 0)
        rest = span_str("one other");
    while (f.n < PO_FORMS && text_split(&rest, ' ', &s))
        if (s.n)
            f.name[f.n++] = s;
    return f;
}

static void put_name(struct buffer *b, struct span s)
{
    jw_quote(b, s);
    buf_u8(b, ':');
}

static void put_forms(const struct forms *f, const struct span *text, size_t n, struct buffer *b)
{
    bool other = false;

    buf_u8(b, '{');
    for (size_t i = 0; i < n && i < f->n; i++) {
        put_name(b, f->name[i]);
        jw_quote(b, text[i]);
        buf_u8(b, ',');
        other |= span_eq_str(f->name[i], "other");
    }
    if (other)
        b->n--;
    else {
        put_name(b, span_str("other"));
        jw_quote(b, text[n - 1]);
    }
    buf_u8(b, '}');
}

void po_put_json(const struct po *p, bool source, struct buffer *out)
{
    struct forms f = forms_of(p, source);
    const char *comma = "";

    buf_u8(out, '{');
    for (size_t i = 0; i < p->n; i++) {
        const struct po_entry *e = &p->entry[i];
        struct span ids[2] = { e->id, e->id_plural };

        if (!source && e->forms == 0)
            continue;
        buf_str(out, comma);
        comma = ",\n";
        put_name(out, e->context);
        if (e->plural)
            put_forms(&f, source ? ids : e->text, source ? 2 : e->forms, out);
        else
            jw_quote(out, source ? e->id : e->text[0]);
    }
    buf_str(out, "}\n");
}
