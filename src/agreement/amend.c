#include "agreement/amend.h"

#include "base/text.h"

/* One line of the text: where it begins and ends, and how far it is indented. */
struct at {
    size_t from, to; /* to: past its end of line */
    size_t indent;
    struct span words; /* trimmed */
};

static bool fail(struct why *w, const char *detail)
{
    return why_set(w, "change", WHY_NO_OFFSET, NULL, "%s", why_text(detail));
}

/* The next line from offset; false at the end. */
static bool line_at(struct span text, size_t from, struct at *out)
{
    size_t to = from;

    if (from >= text.n)
        return false;
    while (to < text.n && text.p[to] != '\n')
        to++;
    out->from = from;
    out->words = text_trim(span_sub(text, from, to));
    out->to = to < text.n ? to + 1 : to;
    out->indent = out->words.n ? (size_t)(out->words.p - text.p) - from : 0;
    return true;
}

static bool plain(const struct at *l)
{
    return l->words.n && l->words.p[0] != '#';
}

/* Begins with these words, blanks counted once. */
static bool begins(struct span line, struct span words)
{
    struct span a = line, b = words, x, y;

    while (text_split(&b, ' ', &y)) {
        if (y.n == 0)
            continue;
        do {
            if (!text_split(&a, ' ', &x))
                return false;
        } while (x.n == 0);
        /* The last word may be the beginning of one: "TM" of "TM:". */
        if (b.n ? !span_eq(x, y) : !span_starts(x, y))
            return false;
    }
    return true;
}

/* Where the article begins and ends. */
static bool find_article(struct span text, struct span number, size_t *from, size_t *to)
{
    struct at l;
    bool found = false;

    *to = text.n;
    for (size_t at = 0; line_at(text, at, &l); at = l.to) {
        struct span rest = l.words, first, second;

        if (!plain(&l) || l.indent)
            continue;
        if (found) {
            *to = l.from;
            return true;
        }
        if (text_split(&rest, ' ', &first) && text_split(&rest, ' ', &second) &&
            span_eq_str(first, "article") && span_eq(second, number)) {
            found = true;
            *from = l.from;
        }
    }
    return found;
}

/* The end of what stands under the line at l, comments and empty lines after it left out. */
static size_t end_of(struct span text, size_t limit, const struct at *l)
{
    struct at k;
    size_t end = l->to;

    for (size_t at = l->to; at < limit && line_at(text, at, &k); at = k.to) {
        if (plain(&k) && k.indent <= l->indent)
            break;
        if (plain(&k))
            end = k.to;
    }
    return end;
}

static void replace(struct span text, size_t from, size_t to, struct span with, struct buffer *out)
{
    buf_put(out, span_sub(text, 0, from));
    buf_put(out, with);
    buf_put(out, span_sub(text, to, text.n));
}

static bool without(struct span text, size_t from, size_t to, struct span words, struct buffer *out,
                    struct why *w)
{
    struct at l;

    for (size_t at = from; at < to && line_at(text, at, &l); at = l.to) {
        if (!plain(&l) || !l.indent || !begins(l.words, words))
            continue;
        replace(text, l.from, end_of(text, to, &l), (struct span){ NULL, 0 }, out);
        return true;
    }
    return fail(w, "no line of the article begins with these words");
}

static bool with(struct span text, size_t from, size_t to, struct span line, struct buffer *out)
{
    struct at l;
    size_t place = from;

    for (size_t at = from; at < to && line_at(text, at, &l); at = l.to) {
        if (plain(&l) && begins(l.words, SPAN("example")))
            break;
        if (plain(&l))
            place = l.to;
    }
    buf_put(out, span_sub(text, 0, place));
    if (place && text.p[place - 1] != '\n')
        buf_u8(out, '\n');
    buf_str(out, "  ");
    buf_put(out, line);
    buf_u8(out, '\n');
    buf_put(out, span_sub(text, place, text.n));
    return true;
}

/* Where the number of days begins in a row; its length when there is none. */
static size_t number_at(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_digit(s.p[i]) && (i == 0 || s.p[i - 1] == ' '))
            return i;
    return s.n;
}

/* What follows "N days" of a row. */
static struct span after_days(struct span s)
{
    size_t i = 0;

    while (i < s.n && ascii_digit(s.p[i]))
        i++;
    s = text_trim(span_sub(s, i, s.n));
    return span_starts(s, SPAN("days"))  ? span_sub(s, 4, s.n)
           : span_starts(s, SPAN("day")) ? span_sub(s, 3, s.n)
                                         : s;
}

static struct span keys_of(struct span row)
{
    struct span k = text_trim(span_sub(row, 0, number_at(row)));

    if (k.n && k.p[k.n - 1] == ':')
        k.n--;
    return k;
}

static bool has_key(struct span keys, struct span key)
{
    struct span part;

    while (text_split(&keys, ',', &part))
        if (span_eq(text_trim(part), key))
            return true;
    return false;
}

static void put_row(struct buffer *out, size_t indent, struct span keys, struct span days, struct span tail)
{
    for (size_t i = 0; i < indent; i++)
        buf_u8(out, ' ');
    buf_put(out, keys);
    buf_str(out, "    ");
    buf_put(out, days);
    buf_put(out, tail);
    buf_u8(out, '\n');
}

/* The period and the permission, where the change says nothing of them, are those that stand there. */
static struct span tail_of(struct span days, struct span old)
{
    return text_trim(after_days(days)).n ? (struct span){ NULL, 0 }
                                         : after_days(span_sub(old, number_at(old), old.n));
}

static bool row(struct span text, size_t from, size_t to, struct span spec, struct buffer *out, struct why *w)
{
    struct span key = keys_of(spec), days = span_sub(spec, number_at(spec), spec.n), part;
    struct at l;

    for (size_t at = from; at < to && line_at(text, at, &l); at = l.to) {
        struct span keys = keys_of(l.words), rest = keys;
        const char *join = "";

        if (!plain(&l) || l.indent < 3 || number_at(l.words) == l.words.n || !has_key(keys, key))
            continue;
        buf_put(out, span_sub(text, 0, l.from));
        if (!span_eq(keys, key)) {
            for (size_t i = 0; i < l.indent; i++)
                buf_u8(out, ' ');
            while (text_split(&rest, ',', &part)) {
                if (span_eq(text_trim(part), key))
                    continue;
                buf_str(out, join);
                buf_put(out, text_trim(part));
                join = ", ";
            }
            buf_str(out, "    ");
            buf_put(out, span_sub(l.words, number_at(l.words), l.words.n));
            buf_u8(out, '\n');
        }
        put_row(out, l.indent, key, days, tail_of(days, l.words));
        buf_put(out, span_sub(text, l.to, text.n));
        return true;
    }
    return fail(w, "no row of the article's table has this key");
}

static bool stay_of(struct span text, size_t from, size_t to, struct span days, struct buffer *out,
                    struct why *w)
{
    struct at l;

    for (size_t at = from; at < to && line_at(text, at, &l); at = l.to) {
        if (!plain(&l) || !begins(l.words, SPAN("allow stay of")) || number_at(l.words) == l.words.n)
            continue;
        buf_put(out, span_sub(text, 0, l.from));
        put_row(out, l.indent, SPAN("allow stay of"), days, tail_of(days, l.words));
        buf_put(out, span_sub(text, l.to, text.n));
        return true;
    }
    return fail(w, "the article has no line \"allow stay of\"");
}

bool agreement_amend(struct span text, struct span change, struct buffer *out, struct why *w)
{
    struct span rest = text_trim(change), head, word, number, what;
    size_t from = 0, to = 0;

    if (!text_split(&rest, ':', &head) || !text_split(&head, ' ', &word) || !span_eq_str(word, "article"))
        return fail(w, "expected \"article N: …\", as in: article 5: treatment 60 days");
    number = text_trim(head);
    what = text_trim(rest);
    for (size_t i = 0; i < what.n; i++)
        if (what.p[i] == '\n' || what.p[i] == '\r')
            return fail(w, "a change is one line");
    if (!find_article(text, number, &from, &to))
        return fail(w, "there is no such article");
    if (begins(what, SPAN("without")))
        return without(text, from, to, text_trim(span_sub(what, 7, what.n)), out, w);
    if (begins(what, SPAN("with")))
        return with(text, from, to, text_trim(span_sub(what, 4, what.n)), out);
    if (number_at(what) == what.n)
        return fail(w, "expected a number of days, \"with\" or \"without\"");
    if (begins(what, SPAN("stay of")))
        return stay_of(text, from, to, span_sub(what, number_at(what), what.n), out, w);
    return row(text, from, to, what, out, w);
}
