/* Lists with a value on a line: hosts files, ipsum, digests, "value;score", "value # comment". */
#include "base/text.h"
#include "intel/list_internal.h"

static bool separator(int c)
{
    return ascii_space(c) || c == ';' || c == ',' || c == '|';
}

static bool has_scheme(struct span s)
{
    for (size_t i = 1; i + 3 <= s.n; i++)
        if (memcmp(s.p + i, "://", 3) == 0)
            return true;
    return false;
}

/* The first word of *s; *s moves behind what separates it from the next. */
static struct span first_word(struct span *s, bool *blank)
{
    struct span word;
    size_t n = 0;

    while (n < s->n && !separator(s->p[n]))
        n++;
    /* "http://a/b,c": in a URL a comma separates nothing unless a blank is behind it. */
    if (n < s->n && s->p[n] == ',' && has_scheme(span_sub(*s, 0, n)))
        while (n < s->n && !ascii_space(s->p[n]))
            n++;
    word = span_sub(*s, 0, n);
    *blank = n < s->n && ascii_space(s->p[n]);
    while (n < s->n && separator(s->p[n]))
        n++;
    *s = span_sub(*s, n, s->n);
    return word;
}

/* Addresses that hosts files send names to. */
static bool sink_address(struct span s)
{
    static const char *const all[] = { "0.0.0.0",   "127.0.0.1",       "::",         "::1", "::0",
                                       "127.0.1.1", "255.255.255.255", "fe80::1%lo0" };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (span_eq_str(s, all[i]))
            return true;
    return false;
}

/* The part before a comment that begins with # behind a blank; in a URL # alone is its fragment. */
static struct span without_comment(struct span s, struct span *comment)
{
    *comment = (struct span){ NULL, 0 };
    for (size_t i = 1; i < s.n; i++) {
        bool slashes = i + 2 < s.n && s.p[i] == '/' && s.p[i + 1] == '/';

        if ((s.p[i] != '#' && !slashes) || !ascii_space(s.p[i - 1]))
            continue;
        *comment = text_trim(span_sub(s, i + (slashes ? 2 : 1), s.n));
        return text_trim(span_sub(s, 0, i));
    }
    return s;
}

static bool local_name(struct span s)
{
    static const char *const all[] = { "localhost",      "localhost.localdomain", "local",
                                       "broadcasthost",  "ip6-localhost",         "ip6-loopback",
                                       "ip6-localnet",   "ip6-mcastprefix",       "ip6-allnodes",
                                       "ip6-allrouters", "ip6-allhosts",          "0.0.0.0" };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (span_eq_str(s, all[i]))
            return true;
    return false;
}

/* "0.0.0.0 name name": all names of the line. */
static void hosts_line(struct list_reader *l, struct span rest, struct intel_row *row)
{
    bool blank;

    while (rest.n && !l->stopped) {
        struct span name = first_word(&rest, &blank);

        if (name.n == 0)
            continue;
        if (local_name(name))
            l->stats->local++;
        else
            intel_list_value(l, name, INTEL_DOMAIN, row);
    }
}

static void read_line(struct list_reader *l, struct span content, size_t number)
{
    struct intel_row row = { .confidence = -1, .line = number, .source = l->about->source };
    struct span comment, rest, value;
    bool blank;

    rest = without_comment(content, &comment);
    value = first_word(&rest, &blank);
    if (blank && rest.n && sink_address(value)) {
        row.comment = comment;
        hosts_line(l, rest, &row);
        return;
    }
    if (value.n == 0) {
        value = rest;
        rest = (struct span){ NULL, 0 };
    }
    /* After a blank a number counts lists (ipsum); behind ; or , it is a score of 100. */
    if (rest.n && !blank)
        row.confidence = intel_list_confidence(rest);
    row.comment = comment.n ? comment : row.confidence < 0 ? text_trim(rest) : (struct span){ NULL, 0 };
    intel_list_value(l, value, INTEL_NONE, &row);
}

void intel_list_read_lines(struct list_reader *l, struct span text)
{
    struct span line;
    size_t number = 0;

    while (!l->stopped && intel_list_line(&text, &line, &number)) {
        struct span content = intel_list_content(line);

        if (content.n == 0)
            continue;
        l->stats->lines++;
        read_line(l, content, number);
    }
}

/* "PCRE;score[;PCRE of what is meant well]". A regular expression may hold any separator: the score is the
 * first field of digits alone behind a semicolon. */
static bool split_pattern(struct span s, struct span *pattern, struct span *score, struct span *except)
{
    for (size_t i = 1; i < s.n; i++) {
        size_t k = i + 1;

        if (s.p[i] != ';')
            continue;
        while (k < s.n && ascii_digit(s.p[k]))
            k++;
        if (k == i + 1 || (k < s.n && s.p[k] != ';' && !ascii_space(s.p[k])))
            continue;
        *pattern = span_sub(s, 0, i);
        *score = span_sub(s, i + 1, k);
        *except = k < s.n ? span_sub(s, k + 1, s.n) : (struct span){ NULL, 0 };
        return true;
    }
    *pattern = s;
    *score = *except = (struct span){ NULL, 0 };
    return false;
}

void intel_list_read_patterns(struct list_reader *l, struct span text)
{
    struct span line;
    size_t number = 0;

    while (!l->stopped && intel_list_line(&text, &line, &number)) {
        struct intel_row row = { .line = number, .source = l->about->source };
        struct span content = text_trim(line), pattern, score, except;

        if (content.n == 0 || content.p[0] == '#')
            continue;
        l->stats->lines++;
        (void)split_pattern(content, &pattern, &score, &except);
        row.confidence = intel_list_confidence(score);
        row.comment = text_trim(except);
        intel_list_value(l, pattern, INTEL_FILE_PATTERN, &row);
    }
}

/* Of the first lines: expressions are those that are no value and have a score behind. */
static bool expressions(struct span text)
{
    size_t number = 0, looked = 0, found = 0;
    struct span line;

    while (looked < 64 && intel_list_line(&text, &line, &number)) {
        struct span content = text_trim(line), pattern, score, except;
        struct intel_value v;

        if (content.n == 0 || content.p[0] == '#')
            continue;
        looked++;
        if (!split_pattern(content, &pattern, &score, &except) || !memchr(pattern.p, '\\', pattern.n))
            continue;
        found += !intel_read_value(pattern, INTEL_NONE, &v, NULL);
    }
    return looked && 2 * found > looked;
}

/* The line names a column of values, and another one. */
static bool names_columns(struct span line)
{
    static const char separators[] = ",;\t|";
    struct span part;

    while (line.n && (line.p[0] == '#' || line.p[0] == ' '))
        line = span_sub(line, 1, line.n);
    for (const char *s = separators; *s; s++) {
        struct span rest = line;
        size_t columns = 0;
        bool named = false, many;

        while (text_split(&rest, (uint8_t)*s, &part)) {
            part = text_trim(part);
            if (part.n > 2 && part.p[0] == '"')
                part = span_sub(part, 1, part.n - 1);
            named = intel_kind_named(part, &many) != INTEL_NONE || many || named;
            columns++;
        }
        if (named && columns > 1)
            return true;
    }
    return false;
}

/* A heading is the first line, or the comment just before it. */
static bool heading(struct span text)
{
    struct span line, before = { NULL, 0 };
    size_t number = 0;

    while (intel_list_line(&text, &line, &number)) {
        line = text_trim(line);
        if (line.n && line.p[0] != '#')
            return names_columns(line) || names_columns(before);
        if (line.n)
            before = line;
    }
    return false;
}

enum list_format intel_list_guess(struct span text)
{
    if (heading(text))
        return LIST_CSV;
    return expressions(text) ? LIST_FILE_PATTERNS : LIST_LINES;
}
