#include "wire/translit.h"

#include "base/limits.h"
#include "base/text.h"

enum { KEY = 4, END_OF_PART = 0x110000 };

/* forms and also: alternatives with | between; "" gives nothing; "=" repeats the letters before. */
struct translit_row {
    uint32_t key[KEY]; /* zeros behind */
    const char *forms; /* of the table; the first is written */
    const char *also;  /* met on documents; NULL: none */
    bool ours;
};

#include "wire/translit_tables.inc"

const char *translit_word(enum translit_table t)
{
    return t < TRANSLIT_TABLES ? tables[t].word : "";
}

bool translit_from_word(struct span s, enum translit_table *out)
{
    static const struct {
        char code[3];
        uint8_t table;
    } codes[] = {
        { "ru", TRANSLIT_RUSSIAN },   { "uk", TRANSLIT_UKRAINIAN }, { "be", TRANSLIT_BELARUSIAN },
        { "bg", TRANSLIT_BULGARIAN }, { "sr", TRANSLIT_SERBIAN },   { "mk", TRANSLIT_MACEDONIAN },
        { "ar", TRANSLIT_ARABIC },    { "fa", TRANSLIT_ARABIC },    { "ur", TRANSLIT_ARABIC },
        { "ps", TRANSLIT_ARABIC },    { "he", TRANSLIT_HEBREW },    { "kk", TRANSLIT_KAZAKH },
        { "ky", TRANSLIT_KYRGYZ },    { "tg", TRANSLIT_TAJIK },     { "uz", TRANSLIT_UZBEK },
        { "tk", TRANSLIT_TURKMEN },   { "tr", TRANSLIT_LATIN },     { "az", TRANSLIT_LATIN },
    };

    for (size_t i = 0; i < TRANSLIT_TABLES; i++) {
        if (span_eq_str(s, tables[i].word)) {
            *out = (enum translit_table)i;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (span_eq_str(s, codes[i].code)) {
            *out = (enum translit_table)codes[i].table;
            return true;
        }
    }
    return false;
}

enum translit_table translit_guess(struct span utf8)
{
    struct reader r = rd_of(utf8);

    for (uint32_t c = utf8_next(&r); c != UTF8_BAD; c = utf8_next(&r)) {
        if (c >= 0x400 && c < 0x530)
            return TRANSLIT_RUSSIAN;
        if (c >= 0x590 && c < 0x600)
            return TRANSLIT_HEBREW;
        if (c >= 0x600 && c < 0x780)
            return TRANSLIT_ARABIC;
        if (c < 0x80 && (ascii_upper((int)c) || ascii_lower((int)c)))
            return TRANSLIT_LATIN;
    }
    return TRANSLIT_LATIN;
}

static int key_cmp(const uint32_t a[KEY], const uint32_t b[KEY])
{
    for (size_t i = 0; i < KEY; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static const struct translit_row *find(enum translit_table t, const uint32_t key[KEY])
{
    size_t lo = 0, hi = tables[t].n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = key_cmp(tables[t].rows[mid].key, key);

        if (c == 0)
            return &tables[t].rows[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static bool is_separator(uint32_t c)
{
    return c == ' ' || c == '-' || c == '<' || c == '\t' || c == 0xa0 || c == 0x2009 || c == 0x202f ||
           (c >= 0x2010 && c <= 0x2013);
}

/* Gives nothing where no row says otherwise: apostrophes and stops, combining marks, invisible signs of
 * direction. */
static bool is_silent(uint32_t c)
{
    static const uint32_t silent[] = { '\'',   ',',    '.',    '`',    0xb4,   0x2bb,  0x2bc,
                                       0x2bf,  0x2be,  0x60c,  0x61c,  0x2018, 0x2019, 0x201b,
                                       0x200b, 0x200e, 0x200f, 0x2060, 0xfeff, 0xad };

    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (silent[i] == c)
            return true;
    return (c >= 0x300 && c < 0x370) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

/* A vowel sign of the Arabic script: what follows it decides whether a part ends. */
static bool is_vowel_sign(uint32_t c)
{
    return (c >= 0x64b && c <= 0x652) || c == 0x670;
}

static bool part_ends(struct reader r)
{
    uint32_t c = utf8_next(&r);

    while (rd_ok(&r) && c != UTF8_BAD && (is_vowel_sign(c) || is_silent(c)))
        c = utf8_next(&r);
    return rd_ok(&r) && (c == UTF8_BAD || is_separator(c));
}

struct token {
    const struct translit_row *row; /* NULL: a separator, or silent */
    bool separator;
    size_t at;
};

/* The row with the longest key that the text goes on with; *r moves behind it. */
static const struct translit_row *longest(struct reader *r, enum translit_table t)
{
    uint32_t key[KEY] = { 0 };
    struct reader after[KEY + 1] = { *r };
    const struct translit_row *row = NULL;
    size_t n = 0;

    while (n < KEY) {
        struct reader next = after[n];

        key[n] = utf8_next(&next);
        if (key[n] == UTF8_BAD) {
            key[n] = 0;
            break;
        }
        after[++n] = next;
    }
    for (; n > 0 && !row; n--) {
        if (n < KEY)
            key[n] = part_ends(after[n]) ? END_OF_PART : 0;
        row = find(t, key);
        if (!row && n < KEY && key[n]) {
            key[n] = 0;
            row = find(t, key);
        }
        if (row)
            *r = after[n];
        else
            key[n - 1] = 0;
    }
    return row;
}

/* False at the end of the text and on failure; then w is set. */
static bool next_token(struct reader *r, enum translit_table t, struct token *out, struct why *w)
{
    struct reader one = *r;
    uint32_t c = utf8_next(&one);

    if (!rd_ok(&one))
        return why_set(w, "utf-8", rd_offset(&one), "RFC 3629", "not UTF-8");
    if (c == UTF8_BAD)
        return false;
    *out = (struct token){ .at = rd_offset(r), .separator = is_separator(c) };
    if (!out->separator) {
        out->row = longest(r, t);
        if (!out->row && t != TRANSLIT_LATIN)
            out->row = longest(r, TRANSLIT_LATIN);
        if (out->row)
            return true;
        if (!is_silent(c))
            return why_set(w, "no-transliteration", out->at, "Doc 9303-3 6",
                           "U+%04X has no row in the table %s", c, translit_word(t));
    }
    *r = one;
    return true;
}

static size_t form_length(const char *form)
{
    size_t n = 0;

    while (form[n] && form[n] != '|')
        n++;
    return n;
}

bool translit_to_mrz(struct span utf8, enum translit_table t, struct buffer *out, struct translit_report *rep,
                     struct why *w)
{
    struct translit_report report = { 0 };
    const struct translit_row *last = NULL; /* whose letters a repeating sign repeats */
    struct reader r = rd_of(utf8);
    struct why own = { 0 };
    struct token k = { 0 };
    size_t start = out->n;
    bool gap = false, any = false;

    if (utf8.n > LIMIT_NAME)
        return why_set(w, "too-large", LIMIT_NAME, NULL, "a name of more than %d bytes", LIMIT_NAME);
    if (!buf_ok(out))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    while (next_token(&r, t, &k, &own)) {
        const struct translit_row *row = k.row;
        bool repeats = row && row->forms[0] == '=';
        const char *form = repeats ? (last ? last->forms : "") : row ? row->forms : "";

        gap |= k.separator && any;
        if (k.separator)
            last = NULL;
        if (row && row->ours && !report.own_rows) {
            report.own_rows = true;
            report.own_at = k.at;
        }
        report.dropped += !k.separator && form_length(form) == 0;
        report.alternatives |= row && strchr(row->forms, '|');
        if (form_length(form) == 0)
            continue;
        if (gap)
            buf_u8(out, '<');
        buf_put(out, span_of(form, form_length(form)));
        gap = false;
        any = true;
        if (!repeats)
            last = row;
    }
    if (own.reason || !buf_ok(out)) {
        if (own.reason)
            (void)why_set(w, own.reason, own.offset, own.clause, "%s", own.detail);
        else
            (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        out->n = start;
        out->bad = false;
        return false;
    }
    if (rep)
        *rep = report;
    return true;
}

/* --- comparing: the set of places in the zone's name that the native text may have come to --- */

enum { PLACES = 64 };

struct places {
    uint64_t set; /* bit p: p characters of the name are used */
    bool past;    /* the name is cut and the native text goes on behind it */
};

struct zone_name {
    uint8_t s[PLACES];
    size_t n;
    bool truncated;
};

static bool normalise(struct span mrz, struct zone_name *out)
{
    out->n = 0;
    for (size_t i = 0; i < mrz.n; i++) {
        uint8_t c = mrz.p[i] == ' ' ? '<' : mrz.p[i];

        if (c == '<' && (out->n == 0 || out->s[out->n - 1] == '<'))
            continue;
        if (out->n == PLACES - 1)
            return false;
        out->s[out->n++] = c;
    }
    while (out->n && out->s[out->n - 1] == '<')
        out->n--;
    return true;
}

/* Adds where one form leads from every place of `from`. */
static void follow(const struct zone_name *z, uint64_t from, const char *form, size_t len, struct places *to)
{
    if (len == 0) {
        to->set |= from;
        return;
    }
    for (size_t p = 0; p <= z->n; p++) {
        size_t left = z->n - p;

        if (!(from >> p & 1) || memcmp(z->s + p, form, left < len ? left : len) != 0)
            continue;
        if (left >= len)
            to->set |= (uint64_t)1 << (p + len);
        else if (z->truncated)
            to->past = true;
    }
}

static void follow_all(const struct zone_name *z, uint64_t from, const char *forms, struct places *to)
{
    for (;;) {
        size_t n = form_length(forms);

        follow(z, from, forms, n, to);
        if (!forms[n])
            return;
        forms += n + 1;
    }
}

static void follow_row(const struct zone_name *z, uint64_t from, const struct translit_row *row, bool also,
                       struct places *to)
{
    follow_all(z, from, row->forms, to);
    if (also && row->also)
        follow_all(z, from, row->also, to);
}

static uint64_t over_fillers(const struct zone_name *z, uint64_t from)
{
    uint64_t to = from;

    for (size_t p = 0; p < z->n; p++)
        if (from >> p & 1 && z->s[p] == '<')
            to |= (uint64_t)1 << (p + 1);
    return to;
}

static enum name_match match(struct span utf8, enum translit_table t, const struct zone_name *z, bool also,
                             struct why *w)
{
    const struct translit_row *last = NULL;
    struct reader r = rd_of(utf8);
    struct places at = { .set = 1 };
    struct token k = { 0 };

    while (next_token(&r, t, &k, w)) {
        struct places to = { .past = at.past };

        if (k.separator) {
            to.set = over_fillers(z, at.set);
            last = NULL;
        } else if (!k.row) {
            to.set = at.set;
        } else if (k.row->forms[0] == '=') {
            to.set = also ? at.set : 0;
            if (last)
                follow_row(z, at.set, last, also, &to);
            else
                to.set = at.set;
        } else {
            follow_row(z, at.set, k.row, also, &to);
            if (k.row->forms[0])
                last = k.row;
        }
        at = to;
    }
    if (w->reason)
        return NAME_DIFFERENT;
    if (at.set >> z->n & 1)
        return also ? NAME_ALTERNATIVE : NAME_SAME;
    return at.past ? NAME_PREFIX : NAME_DIFFERENT;
}

enum name_match translit_match(struct span utf8, enum translit_table t, struct span mrz, bool truncated,
                               struct why *w)
{
    struct zone_name z = { .truncated = truncated };
    struct why own = { 0 };
    enum name_match m;

    if (utf8.n > LIMIT_NAME || !normalise(mrz, &z)) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a name of more than %d bytes, or %d in the zone",
                      LIMIT_NAME, PLACES - 1);
        return NAME_DIFFERENT;
    }
    m = match(utf8, t, &z, false, &own);
    if (m == NAME_DIFFERENT && !own.reason)
        m = match(utf8, t, &z, true, &own);
    if (own.reason)
        (void)why_set(w, own.reason, own.offset, own.clause, "%s", own.detail);
    return z.n ? m : NAME_DIFFERENT;
}

const char *name_match_word(enum name_match m)
{
    static const char *const words[] = { "different", "initials", "prefix", "alternative", "same" };

    return words[m];
}
