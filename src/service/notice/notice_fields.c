#include "service/notice/notice_fields.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"

enum { WORD = 64, MONTHS = 1000000 };

bool notice_fields_wrong(struct notice_fields *f, json_ref at, const char *what)
{
    if (!f->told)
        (void)why_set(f->w, f->reason, json_offset(f->j, at), NULL, "%s", what);
    f->told = true;
    return false;
}

static bool named(struct notice_fields *f, json_ref at, const char *what, const char *name)
{
    if (!f->told)
        (void)why_set(f->w, f->reason, json_offset(f->j, at), NULL, "\"%s\" %s", name, what);
    f->told = true;
    return false;
}

static const struct notice_field *find(const struct notice_fields *f, json_ref name,
                                       const struct notice_field *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (json_text_is(f->j, name, table[i].name))
            return &table[i];
    return NULL;
}

bool notice_fields_read(struct notice_fields *f, json_ref obj, const struct notice_field *table, size_t n)
{
    if (!json_is(f->j, obj, JSON_KIND_OBJECT))
        return notice_fields_wrong(f, obj, "expected an object");
    for (json_ref m = json_first(f->j, obj); m != JSON_NONE; m = json_after(f->j, obj, m)) {
        const struct notice_field *t = find(f, m, table, n);

        if (!t)
            return notice_fields_wrong(f, m, "a member that nobody knows");
        if (!t->read(f, json_value_of(f->j, m), t->to))
            return named(f, json_value_of(f->j, m), "is not of its form, or none of its words", t->name);
    }
    for (size_t i = 0; i < n; i++)
        if (table[i].needed && json_member(f->j, obj, table[i].name) == JSON_NONE)
            return named(f, obj, "is missing", table[i].name);
    return true;
}

bool notice_fields_list(struct notice_fields *f, json_ref v, void *items, size_t size, size_t most, size_t *n,
                        bool (*read)(struct notice_fields *f, json_ref v, void *to))
{
    size_t k = 0;

    if (!json_is(f->j, v, JSON_KIND_ARRAY))
        return false;
    for (json_ref x = json_first(f->j, v); x != JSON_NONE; x = json_after(f->j, v, x)) {
        if (k == most)
            return notice_fields_wrong(f, x, "the list is too long");
        if (!read(f, x, (uint8_t *)items + k * size))
            return notice_fields_wrong(f, x, "an item of the list is not of its form");
        k++;
    }
    if (!k)
        return notice_fields_wrong(f, v, "an empty list is left out");
    *n = k;
    return true;
}

bool notice_field_text(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    if (!json_text_of(f->j, v, f->a, &s) || !s.n || s.n > LIMIT_NOTICE_TEXT)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < 0x20 && s.p[i] != '\n') || s.p[i] == 0x7f)
            return false;
    *(struct span *)to = s;
    return true;
}

bool notice_field_word(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    if (!json_text_of(f->j, v, f->a, &s) || !s.n || s.n > WORD)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '.' &&
            s.p[i] != '-')
            return false;
    *(struct span *)to = s;
    return true;
}

bool notice_field_state(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    if (!json_text_of(f->j, v, f->a, &s) || s.n != 2 || !ascii_upper(s.p[0]) || !ascii_upper(s.p[1]))
        return false;
    *(struct span *)to = s;
    return true;
}

bool notice_field_hash(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    if (!json_text_of(f->j, v, f->a, &s) || s.n != 64)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    *(struct span *)to = s;
    return true;
}

bool notice_field_bool(struct notice_fields *f, json_ref v, void *to)
{
    return (json_boolean)(f->j, v, to);
}

bool notice_field_date(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    return json_text_of(f->j, v, f->a, &s) && date_parse(s, to);
}

/* One form only, so that what is read writes back to the same bytes. */
bool notice_field_time(struct notice_fields *f, json_ref v, void *to)
{
    char text[TIME_TEXT];
    struct span s;
    unix_time t;

    if (!json_text_of(f->j, v, f->a, &s) || !time_parse(s, &t) || t <= 0 ||
        !span_eq_str(s, time_format(t, text)))
        return false;
    *(unix_time *)to = t;
    return true;
}

bool notice_field_months(struct notice_fields *f, json_ref v, void *to)
{
    int64_t n;

    if (!json_int64(f->j, v, &n) || n < 0 || n > MONTHS)
        return false;
    *(int64_t *)to = n;
    return true;
}
