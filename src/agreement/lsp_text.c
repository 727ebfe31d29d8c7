#include "agreement/lsp_text.h"

#include "base/text.h"

static size_t line_start(struct span text, uint32_t line)
{
    size_t at = 0;

    for (; line && at < text.n; at++)
        line -= text.p[at] == '\n';
    return at;
}

static bool begins_character(uint8_t c)
{
    return (c & 0xc0) != 0x80;
}

size_t lsp_offset(struct span text, struct lsp_place p)
{
    size_t at = line_start(text, p.line);
    uint32_t units = 0;

    while (at < text.n && text.p[at] != '\n' && units < p.character) {
        units += text.p[at] >= 0xf0 ? 2 : 1;
        for (at++; at < text.n && !begins_character(text.p[at]);)
            at++;
    }
    return at;
}

struct lsp_place lsp_place_at(struct span text, size_t offset)
{
    struct lsp_place p = { 0 };

    for (size_t i = 0; i < offset && i < text.n; i++) {
        if (text.p[i] == '\n') {
            p.line++;
            p.character = 0;
        } else if (begins_character(text.p[i])) {
            p.character += text.p[i] >= 0xf0 ? 2 : 1;
        }
    }
    return p;
}

size_t lsp_offset_of_column(struct span text, unsigned line, unsigned column)
{
    size_t at = line_start(text, line ? line - 1 : 0);

    while (column > 1 && at < text.n && text.p[at] != '\n') {
        for (at++; at < text.n && !begins_character(text.p[at]);)
            at++;
        column--;
    }
    return at;
}

struct span lsp_line(struct span text, size_t offset, size_t *from)
{
    size_t a = offset < text.n ? offset : text.n, b = a;

    while (a && text.p[a - 1] != '\n')
        a--;
    while (b < text.n && text.p[b] != '\n')
        b++;
    *from = a;
    return span_sub(text, a, b);
}

static bool word_char(uint8_t c)
{
    return ascii_digit(c) || ascii_lower(c) || ascii_upper(c) || c == '.' || c == '-' || c == '_' ||
           c >= 0x80;
}

struct span lsp_word(struct span text, size_t offset)
{
    size_t a = offset < text.n ? offset : text.n, b = a;

    while (a && word_char(text.p[a - 1]))
        a--;
    while (b < text.n && word_char(text.p[b]))
        b++;
    return span_sub(text, a, b);
}

unsigned lsp_fact(struct span text, size_t offset, bool left)
{
    size_t from;
    struct span line = lsp_line(text, offset, &from);
    unsigned last = FACTS_N;

    for (size_t i = 0; i < line.n; i++) {
        enum fact f;
        size_t end;

        if ((i && word_char(line.p[i - 1])) || !fact_from_name(span_sub(line, i, line.n), &f))
            continue;
        end = from + i + strlen(fact_name(f));
        if (left ? end <= offset : from + i <= offset && offset <= end)
            last = f;
    }
    return last;
}

/* needle covers the offset in the line. */
static bool covers(struct span line, size_t at, struct span needle)
{
    for (size_t i = 0; needle.n && i + needle.n <= line.n; i++)
        if (i <= at && at <= i + needle.n && span_eq(span_sub(line, i, i + needle.n), needle))
            return true;
    return false;
}

static struct span until(struct span s, uint8_t end)
{
    size_t i = 0;

    while (i < s.n && s.p[i] != end)
        i++;
    return span_sub(s, 0, i);
}

/* What a line at the left margin gives a name to. */
static struct span name_of(struct span line)
{
    struct span rest = line, word;

    if (span_starts(line, SPAN("define ")))
        return until(span_sub(line, 7, line.n), ':');
    if (span_starts(line, SPAN("case ")))
        return text_trim(span_sub(line, 5, line.n));
    if (!span_starts(line, SPAN("article ")))
        return (struct span){ NULL, 0 };
    (void)text_split(&rest, ' ', &word);
    (void)text_split(&rest, ' ', &word);
    return span_of(line.p, (size_t)(word.p + word.n - line.p));
}

static bool declares(struct span line, struct span word)
{
    struct span list, part;
    bool words = span_starts(line, SPAN("words for ")), goes_on = line.n && line.p[0] == ' ';

    if (!word.n || (!words && !goes_on))
        return false;
    list = words ? span_sub(line, until(line, ':').n + 1, line.n) : line;
    while (text_split(&list, ',', &part))
        if (span_eq(text_trim(part), word))
            return true;
    return false;
}

bool lsp_definition(struct span text, size_t offset, size_t *at)
{
    size_t from, best = 0, here = 0;
    struct span line = lsp_line(text, offset, &from), word = lsp_word(text, offset), rest = text, one;
    bool found = false, in_words = false;

    while (text_split(&rest, '\n', &one)) {
        struct span name = name_of(one);
        size_t start = (size_t)(one.p ? one.p - text.p : 0);

        in_words = span_starts(one, SPAN("words for ")) || (in_words && one.n && one.p[0] == ' ');
        here = start;
        if (here != from && name.n > best && covers(line, offset - from, name)) {
            best = name.n;
            *at = here;
            found = true;
        } else if (!best && in_words && here != from && declares(one, word)) {
            *at = here;
            found = true;
        }
    }
    return found;
}

bool lsp_article(struct span text, size_t offset, struct span *number)
{
    struct span rest = span_sub(text, 0, offset < text.n ? offset : text.n), one;
    size_t from;
    bool found = false;

    rest = span_of(text.p, rest.n + lsp_line(text, offset, &from).n);
    if (rest.n > text.n)
        rest.n = text.n;
    while (text_split(&rest, '\n', &one)) {
        struct span name = name_of(one);

        if (text.n && (size_t)(one.p ? one.p - text.p : 0) > offset)
            break;
        if (span_starts(one, SPAN("article "))) {
            *number = span_sub(name, 8, name.n);
            found = true;
        } else if (one.n && one.p && one.p[0] != ' ' && one.p[0] != '#' && one.p[0] != '\r') {
            found = false;
        }
    }
    return found;
}
