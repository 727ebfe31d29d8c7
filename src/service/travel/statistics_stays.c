#include "service/travel/statistics.h"
#include "wire/json_write.h"

const char *stay_measure_word(enum stay_measure m)
{
    static const char *const words[STAY_MEASURES] = { "inside", "came", "left", "over" };

    return words[m];
}

static size_t purpose_of(const struct stay_table *t, struct span word)
{
    size_t i = 0;

    while (i + 1 < t->n_purposes && !span_eq(t->purpose[i], word))
        i++;
    return i;
}

static bool within(const struct stay_table *t, day_number day)
{
    return day >= t->first && day - t->first < (day_number)t->n_days;
}

void stays_count(struct stay_table *t, const struct stay_kept *k)
{
    int32_t(*cell)[STAY_MEASURES] = t->cell[purpose_of(t, k->purpose)];
    day_number from = date_to_days(k->stay.from), end = t->first + (day_number)t->n_days, over = end;
    day_number left = date_is_set(k->stay.to) ? date_to_days(k->stay.to) : end, day;

    if (date_is_set(k->until))
        over = date_to_days(k->until) + 1;
    if (within(t, from))
        cell[from - t->first][STAYS_CAME]++;
    if (within(t, left))
        cell[left - t->first][STAYS_LEFT]++;
    day = from > t->first ? from : t->first;
    for (; day < end && day <= left; day++) {
        cell[day - t->first][STAYS_INSIDE] += day < left;
        cell[day - t->first][STAYS_OVER] += day >= over;
    }
}

static bool count_one(void *ctx, const struct stay_kept *k)
{
    stays_count(ctx, k);
    return true;
}

static struct date month_of(struct date d)
{
    d.day = 1;
    return d;
}

/* Of a month of which movements may have been erased nothing is told, as what was told of it before could not
 * be told alike. */
static bool first_kept(const struct statistics_place *p, struct date *out, struct why *w)
{
    unix_time before = 0;
    struct date d, month;

    *out = (struct date){ 0 };
    if (!store_erased_before(p->store, &before, w))
        return false;
    if (!before)
        return true;
    d = date_of_time(before + p->utc_offset - 1);
    month = month_of(d);
    *out = date_add_months(month, 1);
    return true;
}

static void put_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(j, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void put_cells(struct json_writer *j, const struct stay_table *t,
                      int32_t (*const *told)[STAY_MEASURES], day_number from)
{
    char text[DATE_TEXT];

    jw_array(j, "stays");
    for (size_t i = 0; i < t->n_purposes; i++)
        for (size_t d = (size_t)(from - t->first); d < t->n_days; d++) {
            jw_object(j, NULL);
            jw_str(j, "day", date_format(date_from_days(t->first + (day_number)d), text));
            jw_text(j, "purpose", t->purpose[i]);
            for (size_t m = 0; m < STAY_MEASURES; m++)
                if (told[i][d][m] < 0)
                    jw_null(j, stay_measure_word((enum stay_measure)m));
                else
                    jw_int(j, stay_measure_word((enum stay_measure)m), told[i][d][m]);
            jw_object_end(j);
        }
    jw_array_end(j);
}

/* Month by month; the table begins with one. */
static bool tell(const struct stay_table *t, size_t i, int32_t (*told)[STAY_MEASURES], struct why *w)
{
    size_t n;

    for (size_t d = 0; d < t->n_days; d += n) {
        struct date day = date_from_days(t->first + (day_number)d);
        struct arena one;
        bool ok;

        n = (size_t)date_days_in_month(day.year, day.month);
        n = n < t->n_days - d ? n : t->n_days - d;
        arena_init(&one, 1 << 20);
        ok = stays_tell((const int32_t(*)[STAY_MEASURES])(t->cell[i] + d), n, LIMIT_TOLD_LEAST, &one,
                        told + d, w);
        arena_free(&one);
        if (!ok)
            return false;
    }
    return true;
}

static struct stay_table *new_table(const struct statistics_place *p, day_number first, day_number today,
                                    struct arena *a)
{
    struct stay_table *t = arena_alloc(a, sizeof *t);

    if (!t)
        return NULL;
    memset(t, 0, sizeof *t);
    t->n_purposes = agreement_words(p->agreement, VOCABULARY_PURPOSE, t->purpose, STAY_PURPOSES - 1);
    if (t->n_purposes > STAY_PURPOSES - 1)
        t->n_purposes = STAY_PURPOSES - 1;
    t->purpose[t->n_purposes++] = (struct span){ NULL, 0 };
    t->first = first;
    t->n_days = today > first ? (size_t)(today - first) : 0;
    return t;
}

bool stay_statistics(const struct statistics_place *p, int64_t days, struct arena *a, struct buffer *out,
                     struct why *w)
{
    int32_t(*told[STAY_PURPOSES])[STAY_MEASURES];
    struct json_writer j = json_to(out);
    struct date today = date_of_time(p->now + p->utc_offset), kept, from;
    struct stay_table *t;

    if (days < 1 || days > LIMIT_STATISTICS_DAYS)
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "days: 1 to %d", LIMIT_STATISTICS_DAYS);
    if (!first_kept(p, &kept, w))
        return false;
    from = date_add_days(today, -(int)days);
    if (date_is_set(kept) && date_cmp(from, kept) < 0)
        from = date_cmp(kept, today) < 0 ? kept : today;
    t = new_table(p, date_to_days(month_of(from)), date_to_days(today), a);
    if (!t)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (t->n_days &&
        !store_each_stay(p->store, p->member, time_of_date(date_from_days(t->first)) - p->utc_offset,
                         time_of_date(today) - p->utc_offset, count_one, t, w))
        return false;
    for (size_t i = 0; i < t->n_purposes; i++) {
        told[i] = arena_array(a, STAY_DAYS, sizeof *told[i]);
        if (!told[i])
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        if (!tell(t, i, told[i], w))
            return false;
    }
    jw_object(&j, NULL);
    jw_text(&j, "member", p->member);
    put_day(&j, "from", from);
    put_day(&j, "to", date_add_days(today, -1));
    put_day(&j, "kept_from", kept);
    jw_int(&j, "least", LIMIT_TOLD_LEAST);
    put_cells(&j, t, told, date_to_days(from));
    jw_object_end(&j);
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the counts are too long");
}
