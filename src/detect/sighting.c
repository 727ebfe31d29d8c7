#include "detect/sighting.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/json_write.h"

struct row {
    char *id;
    size_t n;
    day_number day;
    uint64_t hash, count;
    unix_time first, last;
};

struct detect_sightings {
    struct row *row;
    uint32_t *slot; /* 1 + row by hash; a power of two */
    size_t n, slots;
    size_t observer_n;
    uint8_t observer[256];
};

struct detect_sightings *detect_sightings_new(struct span observer)
{
    struct detect_sightings *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->observer_n = observer.n < sizeof s->observer ? observer.n : sizeof s->observer;
    if (s->observer_n)
        memcpy(s->observer, observer.p, s->observer_n);
    return s;
}

void detect_sightings_free(struct detect_sightings *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        free(s->row[i].id);
    free(s->row);
    free(s->slot);
    free(s);
}

size_t detect_sightings_count(const struct detect_sightings *s)
{
    return s->n;
}

static uint64_t hash_of(struct span id, day_number day)
{
    uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)(int64_t)day;

    for (size_t i = 0; i < id.n; i++)
        h = (h ^ id.p[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

static void place(struct detect_sightings *s, size_t i)
{
    size_t at = s->row[i].hash & (s->slots - 1);

    while (s->slot[at])
        at = (at + 1) & (s->slots - 1);
    s->slot[at] = (uint32_t)i + 1;
}

static void grow(struct detect_sightings *s)
{
    s->slots = s->slots ? 2 * s->slots : 256;
    free(s->slot);
    s->slot = calloc(s->slots, sizeof *s->slot);
    s->row = realloc(s->row, s->slots / 2 * sizeof *s->row);
    if (!s->slot || !s->row)
        abort();
    for (size_t i = 0; i < s->n; i++)
        place(s, i);
}

static struct row *row_of(struct detect_sightings *s, struct span id, day_number day)
{
    uint64_t h = hash_of(id, day);
    struct row *r;

    for (size_t at = h & (s->slots ? s->slots - 1 : 0); s->slots && s->slot[at];
         at = (at + 1) & (s->slots - 1)) {
        r = &s->row[s->slot[at] - 1];
        if (r->hash == h && r->day == day && r->n == id.n && memcmp(r->id, id.p, id.n) == 0)
            return r;
    }
    if (s->n == LIMIT_DETECT_SIGHTINGS)
        return NULL;
    if (2 * (s->n + 1) > s->slots)
        grow(s);
    r = &s->row[s->n];
    *r = (struct row){ .id = malloc(id.n + 1), .n = id.n, .day = day, .hash = h };
    if (!r->id)
        abort();
    if (id.n)
        memcpy(r->id, id.p, id.n);
    place(s, s->n++);
    return r;
}

static bool fold(struct detect_sightings *s, struct span id, day_number day, uint64_t count, unix_time first,
                 unix_time last)
{
    struct row *r = row_of(s, id, day);

    if (!r)
        return false;
    if (r->count == 0 || first < r->first)
        r->first = first;
    if (r->count == 0 || last > r->last)
        r->last = last;
    r->count += count;
    return true;
}

bool detect_sightings_add(struct detect_sightings *s, struct span indicator, unix_time when)
{
    return fold(s, indicator, date_to_days(date_of_time(when)), 1, when, when);
}

bool detect_sightings_load(struct detect_sightings *s, const struct json *j, json_ref row)
{
    struct span id, day, first, last;
    unix_time from, to;
    struct date d;
    struct arena a;
    int64_t count;
    bool ok;

    arena_init(&a, 64 * 1024);
    ok = json_text_of(j, json_member(j, row, "indicator"), &a, &id) &&
         json_text_of(j, json_member(j, row, "day"), &a, &day) &&
         json_text_of(j, json_member(j, row, "first_seen"), &a, &first) &&
         json_text_of(j, json_member(j, row, "last_seen"), &a, &last) &&
         json_int64(j, json_member(j, row, "count"), &count) && count > 0 && date_parse(day, &d) &&
         time_parse(first, &from) && time_parse(last, &to) &&
         fold(s, id, date_to_days(d), (uint64_t)count, from, to);
    arena_free(&a);
    return ok;
}

static int by_id(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int c = span_cmp(span_of(x->id, x->n), span_of(y->id, y->n));

    return c ? c : (x->day > y->day) - (x->day < y->day);
}

void detect_sightings_put(struct detect_sightings *s, struct buffer *b)
{
    char day[DATE_TEXT], first[TIME_TEXT], last[TIME_TEXT];

    if (s->n == 0)
        return;
    qsort(s->row, s->n, sizeof *s->row, by_id);
    memset(s->slot, 0, s->slots * sizeof *s->slot);
    for (size_t i = 0; i < s->n; i++)
        place(s, i);
    for (size_t i = 0; i < s->n; i++) {
        struct json_writer w = json_to(b);
        const struct row *r = &s->row[i];

        jw_object(&w, NULL);
        jw_text(&w, "indicator", span_of(r->id, r->n));
        jw_text(&w, "observer", span_of(s->observer, s->observer_n));
        jw_str(&w, "day", date_format(date_from_days(r->day), day));
        jw_int(&w, "count", (int64_t)r->count);
        jw_str(&w, "first_seen", time_format(r->first, first));
        jw_str(&w, "last_seen", time_format(r->last, last));
        jw_object_end(&w);
        buf_u8(b, '\n');
    }
}
