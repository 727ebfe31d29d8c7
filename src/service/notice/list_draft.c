#include "service/notice/list_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"

struct list_draft *list_draft_new(const struct list_countries *c)
{
    struct list_draft *d = calloc(1, sizeof *d);

    if (!d || !(d->value = calloc(LIMIT_LIST_VALUES, sizeof *d->value)))
        abort();
    d->countries = c;
    return d;
}

void list_draft_free(struct list_draft *d)
{
    if (d)
        free(d->value);
    free(d);
}

void list_draft_begin(struct list_draft *d, struct arena *a)
{
    d->a = a;
    d->full = false;
    d->e = (struct list_entry){ .value = d->value };
}

struct list_value *list_draft_put_as(struct list_draft *d, struct span property, struct span text)
{
    struct list_value v = { .property = property, .text = text_trim(text) };

    d->full = d->full || (v.text.n && d->e.n == LIMIT_LIST_VALUES);
    for (size_t i = 0; i < d->e.n; i++)
        if (span_eq(d->value[i].property, property) && span_eq(d->value[i].text, v.text))
            v.text.n = 0;
    if (!v.text.n || d->full)
        return &d->spare;
    d->value[d->e.n] = v;
    return &d->value[d->e.n++];
}

struct list_value *list_draft_put(struct list_draft *d, const char *property, struct span text)
{
    return list_draft_put_as(d, span_str(property), text);
}

struct list_value *list_draft_country(struct list_draft *d, const char *property, struct span text)
{
    return list_draft_put(d, property, list_country(d->countries, text));
}

struct list_value *list_draft_date(struct list_draft *d, const char *property, struct span text)
{
    char iso[LIST_DATE];
    bool about = false;
    struct list_value *v;

    if (!list_date(text, iso, &about))
        return list_draft_put(d, property, text);
    v = list_draft_put(d, property, arena_copy(d->a, span_str(iso)));
    v->about = about;
    return v;
}

struct span list_draft_join(struct list_draft *d, const char *between, const struct span *part, size_t n)
{
    size_t gap = strlen(between), room = 0, at = 0;
    uint8_t *p;

    for (size_t i = 0; i < n; i++)
        room += part[i].n + gap;
    p = arena_alloc(d->a, room + 1);
    d->full = d->full || !p;
    for (size_t i = 0; p && i < n; i++) {
        struct span t = text_trim(part[i]);

        if (!t.n)
            continue;
        if (at) {
            memcpy(p + at, between, gap);
            at += gap;
        }
        memcpy(p + at, t.p, t.n);
        at += t.n;
    }
    return p ? span_of(p, at) : (struct span){ NULL, 0 };
}

/* ---- dates ---- */

struct part {
    int year, month, day;
};

static int month_of(struct span s)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; s.n >= 3 && i < 12; i++)
        if (strncasecmp((const char *)s.p, months + 3 * (size_t)i, 3) == 0)
            return i + 1;
    return 0;
}

static bool number(struct span s, size_t digits, int *out)
{
    uint64_t v;

    if (s.n > digits || !text_number(s, 9999, &v))
        return false;
    *out = (int)v;
    return true;
}

static bool year_of(struct span s, int *out)
{
    return s.n == 4 && number(s, 4, out) && *out >= 1800;
}

static bool sound(const struct part *p)
{
    return p->year && (p->day ? date_valid(p->year, p->month, p->day) : p->month <= 12);
}

/* Words, or parts between "-", "/" and ".". */
static bool read_part(struct span s, struct part *out)
{
    struct span word[4];
    struct part p = { 0 };
    size_t n = 0, from = 0;

    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && !strchr(" -/.", s.p[i]))
            continue;
        if (i > from && n == 4)
            return false;
        if (i > from)
            word[n++] = span_sub(s, from, i);
        from = i + 1;
    }
    if (n == 1 && !year_of(word[0], &p.year))
        return false;
    if (n == 2 && !(year_of(word[0], &p.year) && number(word[1], 2, &p.month)) &&
        !(year_of(word[1], &p.year) && ((p.month = month_of(word[0])) || number(word[0], 2, &p.month))))
        return false;
    if (n == 3 &&
        !(year_of(word[0], &p.year) && number(word[1], 2, &p.month) && number(word[2], 2, &p.day)) &&
        !(year_of(word[2], &p.year) && number(word[0], 2, &p.day) &&
          ((p.month = month_of(word[1])) || number(word[1], 2, &p.month))))
        return false;
    if (n < 1 || n > 3 || (n > 1 && !p.month) || (n > 2 && !p.day) || !sound(&p))
        return false;
    *out = p;
    return true;
}

static bool starts(struct span s, const char *word)
{
    size_t n = strlen(word);

    return s.n > n && strncasecmp((const char *)s.p, word, n) == 0;
}

static struct span without_about(struct span s, bool *about)
{
    static const char *const words[] = { "circa",   "approximately", "approx.", "about", "c.",     "ca.",
                                         "between", "early",         "late",    "mid-",  "around", "~" };

    s = text_trim(s);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (starts(s, words[i])) {
            *about = true;
            s = text_trim(span_sub(s, strlen(words[i]), s.n));
        }
    return s;
}

bool list_date(struct span text, char out[LIST_DATE], bool *about)
{
    struct span s, to = { NULL, 0 };
    struct part p, q = { 0 };
    bool circa = false;

    s = without_about(text, &circa);
    for (size_t i = 0; i + 4 < s.n && !to.n; i++)
        if (strncasecmp((const char *)s.p + i, " to ", 4) == 0 ||
            (i + 5 < s.n && strncasecmp((const char *)s.p + i, " and ", 5) == 0)) {
            to = text_trim(span_sub(s, i + 4 + (s.p[i + 1] == 'a' || s.p[i + 1] == 'A'), s.n));
            s = span_sub(s, 0, i);
        }
    if (!to.n && s.n == 9 && (s.p[4] == '-' || s.p[4] == '/')) {
        to = span_sub(s, 5, 9);
        s = span_sub(s, 0, 4);
    }
    to = without_about(to, &circa);
    if (!read_part(s, &p) || (to.n && !read_part(to, &q)))
        return false;
    if (to.n && q.year != p.year)
        (void)snprintf(out, LIST_DATE, "%04d/%04d", p.year % 10000, q.year % 10000);
    else if (to.n || !p.month)
        (void)snprintf(out, LIST_DATE, "%04d", p.year % 10000);
    else if (!p.day)
        (void)snprintf(out, LIST_DATE, "%04d-%02d", p.year % 10000, p.month % 100);
    else
        (void)snprintf(out, LIST_DATE, "%04d-%02d-%02d", p.year % 10000, p.month % 100, p.day % 100);
    *about = circa;
    return true;
}
