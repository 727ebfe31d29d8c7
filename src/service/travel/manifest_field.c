/* Values of a list as they stand, made into what a person is told by. */
#include "base/text.h"
#include "lookup/fold.h"
#include "service/travel/manifest.h"
#include "wire/mrz_codes.h"

enum { OLDEST = 1880, STAY_MOST = 36500 };

const char *manifest_column_name(enum manifest_column c)
{
    static const char *const name[] = {
#define X(id, text) text,
        MANIFEST_COLUMNS(X)
#undef X
    };

    return name[c];
}

const char *manifest_fault_word(enum manifest_fault f)
{
    static const char *const word[MANIFEST_FAULTS] = {
        [FAULT_NONE] = "none",         [FAULT_MISSING] = "missing", [FAULT_DATE] = "date",
        [FAULT_CALENDAR] = "calendar", [FAULT_FUTURE] = "future",   [FAULT_STATE] = "state",
        [FAULT_NUMBER] = "number",     [FAULT_SEX] = "sex",         [FAULT_KIND] = "kind",
        [FAULT_COUNT] = "count",       [FAULT_TEXT] = "text",       [FAULT_LONG] = "too-long",
        [FAULT_WORD] = "word",         [FAULT_SYNTAX] = "syntax",   [FAULT_COLUMNS] = "columns",
        [FAULT_SEGMENT] = "segment",
    };

    return word[f < MANIFEST_FAULTS ? f : FAULT_NONE];
}

/* ---- texts ---- */

static bool is_plain(struct span s)
{
    if (utf8_valid_to(s) != s.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

/* Digits of Arabic script (U+0660 on) and of Persian and Urdu (U+06F0 on) as those of ASCII. Values without
 * any stay where they are. */
static struct span digits_of(struct span s, struct buffer *text)
{
    size_t from = text->n;
    bool any = false;

    if (s.n > MANIFEST_WORD)
        return s;
    for (size_t i = 0; i + 1 < s.n && !any; i++)
        any = (s.p[i] == 0xd9 && (s.p[i + 1] & 0xf0) == 0xa0) ||
              (s.p[i] == 0xdb && (s.p[i + 1] & 0xf0) == 0xb0);
    if (!any)
        return s;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t next = i + 1 < s.n ? s.p[i + 1] : 0;

        if ((s.p[i] == 0xd9 && next >= 0xa0 && next <= 0xa9) ||
            (s.p[i] == 0xdb && next >= 0xb0 && next <= 0xb9)) {
            buf_u8(text, (uint8_t)('0' + (next & 0x0f)));
            i++;
        } else {
            buf_u8(text, s.p[i]);
        }
    }
    return buf_ok(text) ? span_sub(buf_span(text), from, text->n) : s;
}

/* A word of the agreement: small letters, a blank for each hyphen or underscore. */
static struct span word_of(struct span s, struct buffer *text)
{
    size_t from = text->n;
    bool same = true;

    for (size_t i = 0; i < s.n && same; i++)
        same = !ascii_upper(s.p[i]) && s.p[i] != '_';
    if (same)
        return s;
    for (size_t i = 0; i < s.n; i++)
        buf_u8(text, ascii_upper(s.p[i]) ? (uint8_t)(s.p[i] + 32) : s.p[i] == '_' ? ' ' : s.p[i]);
    return buf_ok(text) ? span_sub(buf_span(text), from, text->n) : (struct span){ NULL, 0 };
}

/* Whether s is one of the words, letters of ASCII large or small. */
static bool is_one_of(struct span s, const char *const *word)
{
    for (; *word; word++) {
        size_t n = strlen(*word), i = 0;

        while (n == s.n && i < n && (uint8_t)(*word)[i] == (ascii_upper(s.p[i]) ? s.p[i] + 32 : s.p[i]))
            i++;
        if (n == s.n && i == n)
            return true;
    }
    return false;
}

/* ---- dates ---- */

struct parts {
    int v[3], digits[3], n;
    bool other;
};

static struct parts parts_of(struct span s)
{
    struct parts p = { .n = 0 };

    for (size_t i = 0; i < s.n; i++) {
        if (ascii_digit(s.p[i])) {
            if (i == 0 || !ascii_digit(s.p[i - 1]))
                p.n++;
            if (p.n > 3 || p.digits[p.n - 1] == 8) {
                p.other = true;
                return p;
            }
            p.v[p.n - 1] = 10 * p.v[p.n - 1] + (s.p[i] - '0');
            p.digits[p.n - 1]++;
        } else if (s.p[i] == 'T' && p.n == 3) {
            return p; /* a time behind a day says nothing here */
        } else if (s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '/' && s.p[i] != ' ') {
            p.other = true;
        }
    }
    return p;
}

/*
 * 2026-05-14, 2026/5/14, 20260514; 14.05.2026 and 14/05/2026, in which the day comes first as everywhere in
 * the countries that Serai was made for. A year of two digits is not guessed.
 */
static enum manifest_fault read_date(struct span s, struct date *out)
{
    struct parts p = parts_of(s);
    int year, month, day;

    if (p.other)
        return FAULT_DATE;
    if (p.n == 1 && p.digits[0] == 8) {
        year = p.v[0] / 10000;
        month = p.v[0] / 100 % 100;
        day = p.v[0] % 100;
    } else if (p.n == 3 && p.digits[0] == 4 && p.digits[1] <= 2 && p.digits[2] <= 2) {
        year = p.v[0];
        month = p.v[1];
        day = p.v[2];
    } else if (p.n == 3 && p.digits[2] == 4 && p.digits[0] <= 2 && p.digits[1] <= 2) {
        year = p.v[2];
        month = p.v[1];
        day = p.v[0];
    } else {
        return FAULT_DATE;
    }
    if (year < OLDEST && year > 0)
        return FAULT_CALENDAR;
    return date_make(year, month, day, out) ? FAULT_NONE : FAULT_DATE;
}

/* ---- what is not text ---- */

/* "PK" and "PAK" as "PAK"; "DE", "D" and "DEU" as "D". */
static enum manifest_fault read_state(struct span s, char out[4])
{
    char code[4] = { 0 };
    const char *three, *two;

    if (s.n < 1 || s.n > 3)
        return FAULT_STATE;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_upper(s.p[i]) && !ascii_lower(s.p[i]))
            return FAULT_STATE;
        code[i] = (char)(s.p[i] & ~0x20);
    }
    two = s.n == 2 ? code : state_from_alpha3(span_str(code));
    three = two ? state_to_alpha3(span_str(two)) : NULL;
    if (!three && (s.n == 2 || !mrz_code_known(span_str(code))))
        return FAULT_STATE;
    memcpy(out, three ? three : code, strlen(three ? three : code) + 1);
    return FAULT_NONE;
}

static enum manifest_fault read_number(struct span s, struct span *out, struct buffer *text)
{
    uint8_t folded[LOOKUP_NUMBER];
    size_t n = 0, from = text->n;

    if (!lookup_fold(s, folded, &n))
        return FAULT_NUMBER;
    if (n > MANIFEST_DIGITS)
        return FAULT_LONG;
    buf_put(text, span_of(folded, n));
    if (!buf_ok(text))
        return FAULT_LONG;
    *out = span_sub(buf_span(text), from, text->n);
    return FAULT_NONE;
}

static enum manifest_fault read_sex(struct span s, enum manifest_sex *out)
{
    static const char *const male[] = { "m",   "male",    "e",   "erkek", "м", "М",
                                        "муж", "мужской", "مرد", "مذکر",  "1", NULL };
    static const char *const female[] = { "f",   "female",  "k",  "kadın", "kadin", "ж", "Ж",
                                          "жен", "женский", "زن", "مونث",  "مؤنث",  "2", NULL };
    static const char *const other[] = { "x", "u", "<", "unspecified", NULL };

    if (is_one_of(s, male))
        *out = MANIFEST_MALE;
    else if (is_one_of(s, female))
        *out = MANIFEST_FEMALE;
    else if (is_one_of(s, other))
        *out = MANIFEST_SEX_X;
    else
        return FAULT_SEX;
    return FAULT_NONE;
}

static enum manifest_fault read_kind(struct span s, char *out)
{
    static const char *const passport[] = {
        "p", "passport", "pasaport", "паспорт", "گذرنامه", "پاسپورت", NULL
    };
    static const char *const card[] = { "i",      "id", "id card", "identity card", "identity-card",
                                        "kimlik", "a",  "c",       "کارت ملی",      NULL };

    if (is_one_of(s, passport) || (s.n == 2 && (s.p[0] | 0x20) == 'p'))
        *out = 'P';
    else if (is_one_of(s, card) || (s.n == 2 && (s.p[0] | 0x20) == 'i'))
        *out = 'I';
    else if (s.n == 1 || is_one_of(s, (const char *const[]){ "other", "laissez-passer", NULL }))
        *out = 'O';
    else
        return FAULT_KIND;
    return FAULT_NONE;
}

static struct span read_mode(struct span s, struct buffer *text)
{
    static const char *const air[] = { "air", "flight", "plane", "aircraft", "4", NULL };
    static const char *const road[] = { "road", "bus", "car", "coach", "3", NULL };
    static const char *const rail[] = { "rail", "train", "2", NULL };
    static const char *const sea[] = { "sea", "ship", "ferry", "1", NULL };

    return is_one_of(s, air)    ? SPAN("air")
           : is_one_of(s, road) ? SPAN("road")
           : is_one_of(s, rail) ? SPAN("rail")
           : is_one_of(s, sea)  ? SPAN("sea")
                                : word_of(s, text);
}

/* A copy in text, unless the value does not fit. */
static enum manifest_fault keep(struct span s, size_t most, struct span *out)
{
    if (!is_plain(s))
        return FAULT_TEXT;
    if (s.n > most)
        return FAULT_LONG;
    *out = s;
    return FAULT_NONE;
}

static enum manifest_fault keep_word(struct span s, struct span *out, struct buffer *text)
{
    enum manifest_fault f = keep(s, MANIFEST_WORD, out);

    if (f == FAULT_NONE)
        *out = word_of(s, text);
    return f;
}

static enum manifest_fault set(struct manifest_person *p, enum manifest_column c, struct span s,
                               struct buffer *text)
{
    uint64_t n = 0;

    switch (c) {
    case MANIFEST_ISSUER:
        return read_state(s, p->issuer);
    case MANIFEST_NATIONALITY:
        return read_state(s, p->nationality);
    case MANIFEST_FROM:
        return read_state(s, p->from);
    case MANIFEST_PERMISSION_ISSUER:
        return read_state(s, p->permission_issuer);
    case MANIFEST_KIND:
        return read_kind(s, &p->kind);
    case MANIFEST_NUMBER:
        return read_number(digits_of(s, text), &p->number, text);
    case MANIFEST_EXPIRY:
        return read_date(digits_of(s, text), &p->expiry);
    case MANIFEST_BIRTH:
        return read_date(digits_of(s, text), &p->birth);
    case MANIFEST_ENTRY:
        return read_date(digits_of(s, text), &p->entry);
    case MANIFEST_SEX:
        return read_sex(s, &p->sex);
    case MANIFEST_STAY:
        if (!text_number(digits_of(s, text), STAY_MOST, &n) || n == 0)
            return FAULT_COUNT;
        p->stay = (int32_t)n;
        return FAULT_NONE;
    case MANIFEST_FAMILY:
        return keep(s, MANIFEST_TEXT, &p->family);
    case MANIFEST_GIVEN:
        return keep(s, MANIFEST_TEXT, &p->given);
    case MANIFEST_NAME:
        return p->family.n ? FAULT_NONE : keep(s, MANIFEST_TEXT, &p->family);
    case MANIFEST_PURPOSE:
        return keep_word(s, &p->purpose, text);
    case MANIFEST_POST:
        return keep_word(s, &p->post, text);
    case MANIFEST_MODE:
        if (s.n > MANIFEST_WORD)
            return FAULT_LONG;
        p->mode = read_mode(s, text);
        return FAULT_NONE;
    case MANIFEST_GROUP:
        return keep(s, MANIFEST_WORD, &p->group);
    case MANIFEST_PERMISSION:
        return keep(s, MANIFEST_WORD, &p->permission);
    case MANIFEST_COLUMNS_N:
        break;
    }
    return FAULT_NONE;
}

void manifest_set(struct manifest_person *p, enum manifest_column c, struct span value, struct buffer *text)
{
    value = text_trim(value);
    if (value.n == 0)
        return;
    p->fault[c] = (uint8_t)(is_plain(value) ? set(p, c, value, text) : FAULT_TEXT);
}

static void add(struct span *to, struct span from)
{
    if (to->n == 0)
        *to = from;
}

static void need(struct manifest_person *p, enum manifest_column c, bool there)
{
    if (!there && p->fault[c] == FAULT_NONE)
        p->fault[c] = FAULT_MISSING;
}

void manifest_finish(struct manifest_person *p, const struct manifest_defaults *d, struct date today)
{
    if (d && p->fault[MANIFEST_PURPOSE] == FAULT_NONE)
        add(&p->purpose, d->purpose);
    if (d && p->fault[MANIFEST_MODE] == FAULT_NONE)
        add(&p->mode, d->mode);
    if (d && p->fault[MANIFEST_POST] == FAULT_NONE)
        add(&p->post, d->post);
    if (d && p->fault[MANIFEST_GROUP] == FAULT_NONE)
        add(&p->group, d->group);
    if (d && !p->from[0] && p->fault[MANIFEST_FROM] == FAULT_NONE && d->from.n)
        p->fault[MANIFEST_FROM] = (uint8_t)read_state(d->from, p->from);
    if (d && !date_is_set(p->entry) && p->fault[MANIFEST_ENTRY] == FAULT_NONE)
        p->entry = d->entry;
    if (d && !p->stay && p->fault[MANIFEST_STAY] == FAULT_NONE)
        p->stay = d->stay;
    if (d && !p->kind && p->fault[MANIFEST_KIND] == FAULT_NONE)
        p->kind = d->kind;
    if (date_is_set(p->birth) && date_cmp(p->birth, date_is_set(p->entry) ? p->entry : today) >= 0) {
        p->birth = (struct date){ 0 };
        p->fault[MANIFEST_BIRTH] = FAULT_FUTURE;
    }
    need(p, MANIFEST_NUMBER, p->number.n);
    need(p, MANIFEST_ISSUER, p->issuer[0]);
    need(p, MANIFEST_NATIONALITY, p->nationality[0]);
    need(p, MANIFEST_BIRTH, date_is_set(p->birth));
    need(p, MANIFEST_EXPIRY, date_is_set(p->expiry));
    need(p, MANIFEST_FAMILY, p->family.n || p->given.n);
}

bool manifest_faulty(const struct manifest_person *p)
{
    for (size_t i = 0; i < MANIFEST_COLUMNS_N; i++)
        if (p->fault[i] != FAULT_NONE)
            return true;
    return p->row != FAULT_NONE;
}
