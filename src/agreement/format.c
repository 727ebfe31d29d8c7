#include "agreement/format.h"

#include "base/limits.h"
#include "base/text.h"

/* A word, a text with its marks, or a sign, as it stands. */
struct piece {
    struct span s;
    char kind; /* 'w', '"' or the sign itself */
};

/* One line of the text as it is broken. */
struct line {
    const struct piece *piece;
    size_t n;
    struct span comment;
    unsigned indent; /* blanks before it */
    unsigned level;
    unsigned blanks;          /* empty lines before it */
    bool goes_on;             /* belongs to the line before */
    bool alone;               /* of a line in one piece: a row may be aligned */
    size_t keys, rest;        /* of a row: pieces before the second column, before the third; 0: no row */
    size_t widest, rest_wide; /* of the table it stands in */
};

struct layout {
    struct line *line;
    size_t n;
};

enum { DEPTH = LIMIT_AGREEMENT_DEPTH + 8, GAP = 4 };

static bool word_char(int c)
{
    return ascii_digit(c) || ascii_lower(c) || ascii_upper(c) || c == '.' || c == '-' || c == '_' ||
           c == '/' || c >= 0x80;
}

/* The end of the piece that begins at p. */
static const uint8_t *piece_end(const uint8_t *p, const uint8_t *end)
{
    if (*p == '"') {
        for (p++; p < end && *p != '"'; p++)
            p += *p == '\\' && p + 1 < end;
        return p < end ? p + 1 : end;
    }
    if (!word_char(*p))
        return p + 1;
    while (p < end && word_char(*p))
        p++;
    return p;
}

static bool blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim_end(struct span s)
{
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* False past the ceiling of the arena. */
static bool read_pieces(struct span s, struct arena *a, struct line *l)
{
    const uint8_t *p = s.p, *end = s.p + s.n;
    struct piece *out = arena_array(a, s.n + 1, sizeof *out);

    if (!out)
        return false;
    while (p < end && blank(*p))
        p++;
    l->indent = (unsigned)(p - s.p);
    l->piece = out;
    while (p < end && *p != '#') {
        const uint8_t *from = p;

        if (blank(*p)) {
            p++;
            continue;
        }
        p = piece_end(p, end);
        out[l->n++] = (struct piece){ span_of(from, (size_t)(p - from)),
                                      *from == '"' || !word_char(*from) ? (char)*from : 'w' };
    }
    l->comment = trim_end(span_of(p, (size_t)(end - p)));
    return true;
}

static bool is(const struct line *l, size_t i, const char *w)
{
    return i < l->n && l->piece[i].kind == 'w' && span_eq_str(l->piece[i].s, w);
}

static bool read_lines(struct span text, struct arena *a, struct layout *x)
{
    struct span rest = text, part;
    const struct line *last = NULL; /* with words */
    unsigned blanks = 0;
    size_t n = 1;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    x->line = arena_array(a, n, sizeof *x->line);
    if (!x->line)
        return false;
    while (text_split(&rest, '\n', &part)) {
        struct line *l = &x->line[x->n];

        *l = (struct line){ .blanks = blanks };
        if (trim_end(part).n == 0) {
            blanks++;
            continue;
        }
        if (!read_pieces(part, a, l))
            return false;
        blanks = 0;
        x->n++;
        if (l->n == 0)
            continue;
        if (last) {
            char end = last->piece[last->n - 1].kind;

            l->goes_on =
                end == ',' || end == ':' || l->piece[0].kind == '"' || is(l, 0, "and") || is(l, 0, "or");
        }
        last = l;
    }
    return true;
}

/* Levels by indentation, as the parser sees them; a comment stands as the line after it. */
static void set_levels(struct layout *x)
{
    unsigned indent[DEPTH], depth = 0;
    struct line *first = NULL;

    for (size_t i = 0; i < x->n; i++) {
        struct line *l = &x->line[i];

        if (l->n == 0)
            continue;
        if (l->goes_on) {
            l->level = first ? first->level : 0;
            if (first)
                first->alone = false;
            continue;
        }
        while (depth && indent[depth - 1] >= l->indent)
            depth--;
        l->level = depth;
        l->alone = true;
        if (depth < DEPTH)
            indent[depth++] = l->indent;
        first = l;
    }
    for (size_t i = x->n; i-- > 0;) {
        struct line *l = &x->line[i];

        if (l->n || i + 1 >= x->n)
            continue;
        l->level = x->line[i + 1].level;
        l->goes_on = x->line[i + 1].goes_on;
    }
}

static bool blank_between(const struct piece *a, const struct piece *b)
{
    return a->kind != '(' && b->kind != ')' && b->kind != ',' && b->kind != ':';
}

/* Signs that the pieces [from, to) take in one line. */
static size_t width(const struct line *l, size_t from, size_t to)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++) {
        n += i > from && blank_between(&l->piece[i - 1], &l->piece[i]);
        for (size_t k = 0; k < l->piece[i].s.n; k++)
            n += (l->piece[i].s.p[k] & 0xc0) != 0x80;
    }
    return n;
}

/* Where the columns of a row begin: at its number, or at "from" or "when"; and at "with". */
static void find_columns(struct line *l, bool licences)
{
    for (size_t i = 1; i < l->n; i++) {
        bool number = l->piece[i].kind == 'w' && ascii_digit(l->piece[i].s.p[0]);

        if (!l->keys && (licences ? is(l, i, "from") || is(l, i, "when") : number))
            l->keys = i;
        else if (l->keys && !l->rest && is(l, i, "with"))
            l->rest = i;
    }
}

/* The lines under a table's head, to be set in columns. */
static void align(struct layout *x, size_t head, bool licences)
{
    size_t widest = 0, rest = 0, end = head + 1;

    for (; end < x->n; end++) {
        struct line *l = &x->line[end];

        if (l->n && !l->goes_on && l->level <= x->line[head].level)
            break;
        if (l->n == 0 || l->goes_on || !l->alone)
            continue;
        find_columns(l, licences);
        if (l->keys && width(l, 0, l->keys) > widest)
            widest = width(l, 0, l->keys);
        if (l->rest && width(l, l->keys, l->rest) > rest)
            rest = width(l, l->keys, l->rest);
    }
    for (size_t i = head + 1; i < end; i++) {
        x->line[i].widest = widest;
        x->line[i].rest_wide = rest;
    }
}

static void set_tables(struct layout *x)
{
    for (size_t i = 0; i < x->n; i++) {
        const struct line *l = &x->line[i];

        if (l->goes_on)
            continue;
        if (is(l, 0, "allow") && is(l, 1, "stay") && is(l, 2, "by"))
            align(x, i, false);
        else if (is(l, 0, "recognise"))
            align(x, i, true);
    }
}

/* Two empty lines before an article and what is said of it, one before its examples, elsewhere at most one.
 */
static void set_blanks(struct layout *x)
{
    const struct line *before = NULL;

    for (size_t i = 0; i < x->n; i++) {
        struct line *l = &x->line[i];
        size_t next = i;

        while (next + 1 < x->n && x->line[next].n == 0 && x->line[next + 1].blanks == 0)
            next++;
        l->blanks = l->blanks ? 1 : 0;
        if (l->goes_on)
            l->blanks = 0;
        else if (is(&x->line[next], 0, "article") && x->line[next].level == 0 &&
                 (!before || before->n || l->blanks))
            l->blanks = 2;
        else if (before && is(&x->line[next], 0, "example") && before->n && !is(before, 0, "example") &&
                 !is(before, 0, "given") && !is(before, 0, "gives") && l->level == 1)
            l->blanks = 1;
        if (i == 0)
            l->blanks = 0;
        if (!l->goes_on)
            before = l;
    }
}

static void pad(struct buffer *out, size_t n)
{
    while (n-- > 0)
        buf_u8(out, ' ');
}

static void put_pieces(struct buffer *out, const struct line *l)
{
    for (size_t i = 0; i < l->n; i++) {
        if (i && l->widest && i == l->keys)
            pad(out, l->widest + GAP - width(l, 0, i));
        else if (i && l->widest && l->keys && i == l->rest)
            pad(out, l->rest_wide + GAP - width(l, l->keys, i));
        else if (i && blank_between(&l->piece[i - 1], &l->piece[i]))
            buf_u8(out, ' ');
        buf_put(out, l->piece[i].s);
    }
}

bool agreement_format(struct span text, struct arena *a, struct buffer *out)
{
    struct layout x = { 0 };

    if (!read_lines(text, a, &x))
        return false;
    set_levels(&x);
    set_tables(&x);
    set_blanks(&x);
    for (size_t i = 0; i < x.n; i++) {
        const struct line *l = &x.line[i];

        for (unsigned k = 0; k < l->blanks; k++)
            buf_u8(out, '\n');
        pad(out, (size_t)2 * (l->level + l->goes_on));
        put_pieces(out, l);
        if (l->n && l->comment.n)
            buf_str(out, "  ");
        buf_put(out, l->comment);
        buf_u8(out, '\n');
    }
    return buf_ok(out);
}
