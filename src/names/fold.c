#include <pthread.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/scratch.h"
#include "base/text.h"
#include "names/known.h"
#include "names/words.h"
#include "names/zone.h"

enum { UNITS = 1024 };

struct names {
    struct channel *channel;
    struct known *known;
    const UNormalizer2 *nfkc, *nfd;
    UTransliterator *latin; /* any script to ASCII; not for several threads at once */
    pthread_mutex_t lock;
};

struct names *names_open(struct why *w)
{
    static const UChar any[] = u"Any-Latin; Latin-ASCII; Lower";
    UErrorCode e = U_ZERO_ERROR;
    struct names *t = calloc(1, sizeof *t);

    if (!t)
        abort();
    t->channel = channel_open();
    t->known = known_open();
    t->nfkc = unorm2_getNFKCInstance(&e);
    t->nfd = unorm2_getNFDInstance(&e);
    t->latin = utrans_openU(any, -1, UTRANS_FORWARD, NULL, 0, NULL, &e);
    (void)pthread_mutex_init(&t->lock, NULL);
    if (U_FAILURE(e)) {
        (void)why_set(w, "names", WHY_NO_OFFSET, NULL, "the tables of scripts cannot be used: %s",
                      u_errorName(e));
        names_close(t);
        return NULL;
    }
    return t;
}

void names_close(struct names *t)
{
    if (!t)
        return;
    if (t->latin)
        utrans_close(t->latin);
    (void)pthread_mutex_destroy(&t->lock);
    known_close(t->known);
    channel_close(t->channel);
    free(t);
}

const struct channel *names_channel(const struct names *t)
{
    return t->channel;
}

const struct known *names_known(const struct names *t)
{
    return t->known;
}

/* ---- letters ---- */

/* Taken away without ending a word: apostrophes of all kinds, tatweel, joiners, marks. */
static bool removed(UChar32 c)
{
    switch (c) {
    case '\'':
    case '`':
    case 0xb4:
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0x2bb:
    case 0x2bc:
    case 0x2be:
    case 0x2bf:
    case 0x640:
    case 0x200c:
    case 0x200d:
    case 0xfeff:
    case 0xad:
        return true;
    default:
        return u_charType(c) == U_NON_SPACING_MARK;
    }
}

/* Latin letters that are not a base letter with marks. */
static const char *latin_special(UChar32 c)
{
    switch (c) {
    case 0xdf:
        return "ss";
    case 0xe6:
        return "ae";
    case 0x153:
        return "oe";
    case 0xf8:
        return "o";
    case 0x142:
        return "l";
    case 0x111:
    case 0xf0:
        return "d";
    case 0xfe:
        return "th";
    case 0x131:
        return "i";
    case 0x259:
        return "a";
    case 0x14b:
        return "n";
    case 0x127:
        return "h";
    default:
        return NULL;
    }
}

/* The base of a Latin letter, 0 when it is none. */
static char latin_base(const struct names *t, UChar32 c)
{
    UErrorCode e = U_ZERO_ERROR;
    UChar out[8];

    if (c >= 'a' && c <= 'z')
        return (char)c;
    if (c < 0xc0 || (c > 0x24f && (c < 0x1e00 || c > 0x1eff)))
        return 0;
    if (unorm2_getDecomposition(t->nfd, c, out, 8, &e) < 1 || U_FAILURE(e))
        return 0;
    return out[0] >= 'a' && out[0] <= 'z' ? (char)out[0] : 0;
}

static const char look_latin[] = "aeiopcyxkmthbjs";
static const UChar look_cyrillic[] = u"аеіорсухкмтнвјѕ";

static UChar32 lookalike(UChar32 c, bool to_cyrillic)
{
    for (size_t i = 0; look_latin[i]; i++) {
        if (to_cyrillic && c == look_latin[i])
            return look_cyrillic[i];
        if (!to_cyrillic && c == look_cyrillic[i])
            return look_latin[i];
    }
    return c;
}

/* Within a word of Arabic letters, as it sounds: converters between alphabets leave such letters behind. */
static UChar32 arabic_letter(const struct names *t, UChar32 c)
{
    static const UChar as[] = u"ابكدەفگهيجكلمنوپقرستۇڤۋخيز";
    char base;

    switch (c) {
    case 0xe7: /* c with cedilla */
        return 0x686;
    case 0x15f: /* s with cedilla */
        return 0x634;
    case 0x11f: /* g with breve */
        return 0x63a;
    case 0x131:
        return 0x64a;
    default:
        base = latin_base(t, c);
        return base ? as[base - 'a'] : c;
    }
}

/* 0 for o, 1 for i, …: within a word of letters. */
static UChar32 digit_letter(UChar32 c)
{
    static const char as[] = "oizeasgtbg";

    return c >= '0' && c <= '9' ? as[c - '0'] : c;
}

/* ---- words ---- */

struct folding {
    const struct names *t;
    enum names_schema schema;
    struct names_name *out;
};

static struct names_word *word_new(struct folding *f)
{
    struct names_word *w;

    if (f->out->n == NAMES_WORDS) {
        f->out->cut = true;
        return NULL;
    }
    w = &f->out->word[f->out->n];
    memset(w, 0, sizeof *w);
    return w;
}

static void latin_add(struct names_word *w, const char *s)
{
    for (; *s && w->n < NAMES_LETTERS; s++) {
        w->form[w->n] = *s;
        w->letter[w->n++] = (uint16_t)*s;
    }
}

static void word_end(struct folding *f, struct names_word *w)
{
    const struct channel *c = f->t->channel;

    if (w->n == 0)
        return;
    if (w->script == NAMES_LATIN)
        w->n_form = w->n;
    else
        w->n_form = (uint8_t)channel_form(c, w->script, w->letter, w->n, w->form);
    w->info = channel_info(c, w->script, w->letter, w->n);
    words_classify(w, f->schema);
    f->out->n++;
}

static void put_number(struct folding *f, const UChar32 *c, size_t n)
{
    struct names_word *w = word_new(f);
    char digits[12];
    size_t k = 0;

    if (!w)
        return;
    w->kind = NAMES_NUMBER;
    for (size_t i = 0; i < n; i++)
        w->value = w->value * 10 + (uint32_t)u_charDigitValue(c[i]);
    for (uint32_t v = w->value; k < 10; v /= 10) {
        digits[k++] = (char)('0' + v % 10);
        if (v < 10)
            break;
    }
    w->n = w->n_form = (uint8_t)k;
    for (size_t i = 0; i < k; i++) {
        w->form[i] = digits[k - 1 - i];
        w->letter[i] = (uint16_t)w->form[i];
    }
    w->info = 6.0f;
    f->out->n++;
}

/* A run in a script without a table: what ICU makes of it, as words of their own. */
static void put_foreign(struct folding *f, const UChar32 *c, size_t n)
{
    UChar text[UNITS];
    int32_t len = 0, limit;
    UErrorCode e = U_ZERO_ERROR;
    struct names_word *w = NULL;

    for (size_t i = 0; i < n && len < 200; i++)
        U16_APPEND_UNSAFE(text, len, (uint32_t)c[i]);
    limit = len;
    (void)pthread_mutex_lock((pthread_mutex_t *)(uintptr_t)&f->t->lock);
    utrans_transUChars(f->t->latin, text, &len, UNITS, 0, &limit, &e);
    (void)pthread_mutex_unlock((pthread_mutex_t *)(uintptr_t)&f->t->lock);
    if (U_FAILURE(e))
        return;
    for (int32_t i = 0; i <= len; i++) {
        char s[2] = { 0 };

        if (i < len && text[i] >= 'a' && text[i] <= 'z') {
            if (!w && !(w = word_new(f)))
                return;
            s[0] = (char)text[i];
            latin_add(w, s);
        } else if (w && !(i < len && text[i] == '\'')) {
            word_end(f, w);
            w = NULL;
        }
    }
}

/* Letters and digits of one run between signs. */
static void put_run(struct folding *f, UChar32 *c, size_t n)
{
    size_t latin = 0, cyrillic = 0, arabic = 0, digits = 0;
    struct names_word *w;

    for (size_t i = 0; i < n; i++) {
        latin += latin_base(f->t, c[i]) != 0 || latin_special(c[i]) != NULL;
        cyrillic += c[i] >= 0x400 && c[i] < 0x530;
        arabic += c[i] >= 0x600 && c[i] < 0x780 && u_isalpha(c[i]);
        digits += u_isdigit(c[i]) != 0;
    }
    if (digits == n) {
        put_number(f, c, n);
        return;
    }
    if (latin + cyrillic + arabic + digits < n) {
        put_foreign(f, c, n);
        return;
    }
    w = word_new(f);
    if (!w)
        return;
    w->script = arabic ? NAMES_ARABIC : cyrillic >= latin && cyrillic ? NAMES_CYRILLIC : NAMES_LATIN;
    for (size_t i = 0; i < n; i++) {
        UChar32 x = digits * 2 < n ? digit_letter(c[i]) : c[i];
        char one[2] = { 0 };

        if (w->script != NAMES_ARABIC && latin && cyrillic)
            x = lookalike(x, w->script == NAMES_CYRILLIC);
        if (w->script == NAMES_ARABIC)
            x = arabic_letter(f->t, x);
        if (w->script == NAMES_LATIN) {
            one[0] = latin_base(f->t, x);
            latin_add(w, latin_special(x) ? latin_special(x) : one);
        } else if (w->n < NAMES_LETTERS) {
            w->letter[w->n++] = (uint16_t)x;
        }
    }
    word_end(f, w);
}

/* A letter-digit border ends a run unless digits are few among letters: "2007-AHL1", "Sech1n". */
static bool run_breaks(const UChar32 *run, size_t n, UChar32 c)
{
    return n > 0 && u_isdigit(run[n - 1]) != u_isdigit(c) && u_isdigit(run[0]) && !u_isdigit(c);
}

static void fold_text(struct folding *f, const UChar32 *text, int32_t len)
{
    UChar32 run[NAMES_LETTERS * 2] UNINITIALIZED, c;
    size_t n = 0;

    for (int32_t i = 0; i < len; i++) {
        c = text[i] == 0x130 ? 'i' : u_tolower(text[i]);
        if (removed(c))
            continue;
        if (u_isalpha(c) || u_isdigit(c)) {
            if (run_breaks(run, n, c)) {
                put_run(f, run, n);
                n = 0;
            }
            if (n < sizeof run / sizeof *run)
                run[n++] = c;
            continue;
        }
        if (n)
            put_run(f, run, n);
        n = 0;
    }
    if (n)
        put_run(f, run, n);
}

bool names_read(const struct names *t, struct span utf8, enum names_schema schema, struct names_name *out,
                struct why *w)
{
    struct folding f = { t, schema, out };
    struct names_name zone UNINITIALIZED;
    UChar raw[UNITS] UNINITIALIZED, text[2 * UNITS] UNINITIALIZED;
    UChar32 point[2 * UNITS] UNINITIALIZED;
    UErrorCode e = U_ZERO_ERROR;
    int32_t len = 0;
    size_t bad = utf8_valid_to(utf8);

    if (bad != utf8.n)
        return why_set(w, "utf-8", bad, "RFC 3629", "a name that is no UTF-8");
    out->n = 0;
    out->cut = false;
    if (utf8.n == 0)
        return true;
    (void)u_strFromUTF8(raw, UNITS, &len, (const char *)utf8.p,
                        (int32_t)(utf8.n < UNITS ? utf8.n : UNITS - 1), &e);
    if (U_FAILURE(e))
        return why_set(w, "utf-8", WHY_NO_OFFSET, NULL, "a name that is too long or cut in a character");
    len = unorm2_normalize(t->nfkc, raw, len, text, 2 * UNITS, &e);
    (void)u_strToUTF32(point, 2 * UNITS, &len, text, len, &e);
    if (U_FAILURE(e))
        return why_set(w, "utf-8", WHY_NO_OFFSET, NULL, "a name that cannot be normalised");
    fold_text(&f, point, len);
    if (schema == NAMES_PERSON && zone_read(t->channel, schema, out, &zone) == ZONE_SURE)
        *out = zone;
    words_phrases(out, schema);
    return true;
}

void names_warm(const struct names *t)
{
    static const char *const words[] = { "王", "김", "さ", "サ", "α", "ա", "ა", "א", "क", "ক", "ਕ",
                                         "ક",  "କ",  "க",  "క",  "ಕ", "ക", "ก", "က", "አ", "ދ" };
    struct names_name n UNINITIALIZED;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        (void)!names_read(t, span_str(words[i]), NAMES_PERSON, &n, NULL);
}

bool names_next(struct span *rest, struct span *name)
{
    struct span s = *rest;
    size_t n = 0;

    if (s.n == 0)
        return false;
    for (; n < s.n; n++) {
        struct span at = span_sub(s, n, s.n);
        size_t skip = at.p[0] == '/' || at.p[0] == ';' ? 1 : 0;

        if (span_starts(at, SPAN(" née ")))
            skip = SPAN(" née ").n;
        if (skip) {
            *name = span_sub(s, 0, n);
            *rest = span_sub(s, n + skip, s.n);
            return true;
        }
    }
    *name = s;
    *rest = (struct span){ NULL, 0 };
    return true;
}
