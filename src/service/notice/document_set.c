#include "service/notice/document_set.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "files/durable.h"
#include "service/notice/document_ranges.h"

enum { PATH = 4096, DAY_ZERO = 10957 /* 2000-01-01 */, DAYS = 1 << 15, BATCH = 1024 };

struct document_set {
    char folder[PATH];
    enum lookup_access access;
    struct lookup_exact *x;
    pthread_rwlock_t lock; /* of the ranges */
    struct document_ranges ranges;
    char state[DOCUMENT_STATES][4];
    size_t n_states;
};

/* The value of an entry: status, kind, day, State. */
static uint32_t value_of(const struct document_entry *e, struct span state)
{
    int32_t day = date_is_set(e->on) ? date_to_days(e->on) - DAY_ZERO : 0;
    uint32_t place = (uint32_t)((state.p[0] - 'A') * 26 + (state.p[1] - 'A'));

    day = day < 0 ? 0 : day >= DAYS ? DAYS - 1 : day;
    return (uint32_t)e->status | (uint32_t)e->kind << 3 | (uint32_t)day << 7 | place << 22;
}

static enum document_status status_in(uint32_t value)
{
    return (enum document_status)(value & 7);
}

static void state_in(uint32_t value, char out[4])
{
    unsigned place = value >> 22;

    out[0] = (char)('A' + place / 26 % 26);
    out[1] = (char)('A' + place % 26);
    out[2] = 0;
}

static bool is_state(struct span s)
{
    return s.n == 2 && ascii_upper(s.p[0]) && ascii_upper(s.p[1]);
}

/* A booklet may be entered as a diplomatic passport and be read as a passport: the zone does not tell. */
static const char *family(enum document_kind k)
{
    switch (k) {
    case DOCUMENT_PASSPORT:
    case DOCUMENT_DIPLOMATIC_PASSPORT:
    case DOCUMENT_SERVICE_PASSPORT:
    case DOCUMENT_OFFICIAL_PASSPORT:
    case DOCUMENT_EMERGENCY:
    case DOCUMENT_REFUGEE:
    case DOCUMENT_STATELESS:
        return "passport";
    case DOCUMENT_IDENTITY_CARD:
    case DOCUMENT_RESIDENCE_PERMIT:
        return "card";
    case DOCUMENT_VISA:
    case DOCUMENT_DRIVING_LICENCE:
    case DOCUMENT_REGISTRATION:
    case DOCUMENT_VEHICLE:
    case DOCUMENT_PLATE:
    case DOCUMENT_CONTAINER:
    case DOCUMENT_OTHER:
    case DOCUMENT_KINDS:
        break;
    }
    return document_kind_word(k);
}

static lookup_print print_of(const struct document_set *s, struct span state, enum document_kind k,
                             struct span number)
{
    const struct span part[3] = { state, span_str(family(k)), number };

    return lookup_print_of(lookup_exact_key(s->x), "document", part, 3);
}

static lookup_print series_of(const struct document_set *s, struct span state, enum document_kind k,
                              struct span letters, size_t length)
{
    uint8_t n = (uint8_t)length;
    const struct span part[4] = { state, span_str(family(k)), letters, span_of(&n, 1) };

    return lookup_print_of(lookup_exact_key(s->x), "blank documents", part, 4);
}

static bool open_ranges(struct document_set *s, struct why *w)
{
    return document_ranges_read(s->folder, &s->ranges, w);
}

bool document_set_open(const char *folder, enum lookup_access access, struct document_set **ret,
                       struct why *w)
{
    struct document_set *s = calloc(1, sizeof *s);
    char set[PATH + 8];

    if (!s)
        abort();
    (void)pthread_rwlock_init(&s->lock, NULL);
    s->access = access;
    if ((size_t)snprintf(s->folder, sizeof s->folder, "%s", folder) >= sizeof s->folder) {
        document_set_close(s);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    }
    (void)snprintf(set, sizeof set, "%s/set", folder);
    if ((access == LOOKUP_WRITE && !folder_make(folder, NULL, w)) ||
        !lookup_exact_open(set, access, true, NULL, &s->x, w) || !open_ranges(s, w)) {
        document_set_close(s);
        return false;
    }
    *ret = s;
    return true;
}

void document_set_close(struct document_set *s)
{
    if (!s)
        return;
    lookup_exact_close(s->x);
    document_ranges_free(&s->ranges);
    (void)pthread_rwlock_destroy(&s->lock);
    free(s);
}

struct lookup_exact *document_set_exact(struct document_set *s)
{
    return s->x;
}

bool document_set_add_state(struct document_set *s, struct span state)
{
    if (!is_state(state) || s->n_states == DOCUMENT_STATES)
        return false;
    memcpy(s->state[s->n_states], state.p, 2);
    s->state[s->n_states++][2] = 0;
    return true;
}

/* The range that a number lies in: a copy. */
static bool in_range(struct document_set *s, struct span state, enum document_kind k, struct span number,
                     struct document_span *out)
{
    const struct document_span *r = NULL;
    size_t prefix;
    uint64_t v;

    if (!document_series(number, &prefix, &v))
        return false;
    (void)pthread_rwlock_rdlock(&s->lock);
    if (s->ranges.n)
        r = document_ranges_find(&s->ranges, series_of(s, state, k, span_sub(number, 0, prefix), number.n),
                                 v);
    if (r)
        *out = *r;
    (void)pthread_rwlock_unlock(&s->lock);
    return r != NULL;
}

static bool take_range(struct document_set *s, struct span state, const struct document_entry *e,
                       struct why *w)
{
    struct document_span r = { .value = value_of(e, state) };
    size_t prefix = 0;
    bool ok;

    if (!document_range(&e->number, &e->to, &prefix, &r.first, &r.last, w))
        return false;
    r.print = series_of(s, state, e->kind, span_of(e->number.text, prefix), e->number.n);
    (void)pthread_rwlock_wrlock(&s->lock);
    if (e->status == DOCUMENT_CLEAR) {
        document_ranges_drop(&s->ranges, r.print, r.first, r.last);
        ok = true;
    } else {
        ok = document_ranges_put(&s->ranges, &r, w);
    }
    ok = ok && document_ranges_write(s->folder, &s->ranges, w);
    (void)pthread_rwlock_unlock(&s->lock);
    return ok;
}

/* One that is withdrawn out of a range stays as an entry that says so. */
static struct lookup_change change_of(struct document_set *s, struct span state,
                                      const struct document_entry *e)
{
    struct span number = document_number_span(&e->number);
    struct lookup_change c = { print_of(s, state, e->kind, number), value_of(e, state), false };
    struct document_span range;

    if (e->status == DOCUMENT_CLEAR)
        c.gone = !in_range(s, state, e->kind, number, &range);
    return c;
}

bool document_set_take(struct document_set *s, struct span state, const struct document_entry *e, size_t n,
                       struct why *w)
{
    struct lookup_change c[BATCH];
    size_t k = 0;

    if (s->access != LOOKUP_WRITE)
        return why_set(w, "read-only", WHY_NO_OFFSET, NULL, "the set was opened to be read");
    if (!is_state(state))
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "a State is two capital letters");
    for (size_t i = 0; i <= n; i++) {
        bool range = i < n && e[i].to.n;

        if (k && (i == n || range || k == BATCH)) {
            if (!lookup_exact_change(s->x, c, k, w))
                return false;
            k = 0;
        }
        if (range && !take_range(s, state, &e[i], w))
            return false;
        if (i < n && !range)
            c[k++] = change_of(s, state, &e[i]);
    }
    return true;
}

/* One State's list: true when it says anything, listed or damaged. */
static bool ask_state(struct document_set *s, struct span state, enum document_kind kind, struct span number,
                      struct document_answer *out)
{
    struct document_span range;
    uint32_t value = 0;

    switch (lookup_exact_find(s->x, print_of(s, state, kind, number), &value)) {
    case LOOKUP_DAMAGED:
        out->state = LOOKUP_UNKNOWN;
        return true;
    case LOOKUP_ABSENT:
        if (!in_range(s, state, kind, number, &range))
            return false;
        value = range.value;
        break;
    case LOOKUP_THERE:
        if (status_in(value) == DOCUMENT_CLEAR)
            return false;
        break;
    }
    out->state = LOOKUP_LISTED;
    out->status = status_in(value);
    out->kind = (enum document_kind)(value >> 3 & 15);
    out->on = date_from_days((day_number)(value >> 7 & (DAYS - 1)) + DAY_ZERO);
    state_in(value, out->by);
    return true;
}

/* What machines and people take for one another, both ways. */
static const char *confusable(uint8_t c)
{
    switch (c) {
    case '0':
        return "ODQ";
    case 'O':
    case 'D':
    case 'Q':
        return "0";
    case '1':
        return "IL";
    case 'I':
    case 'L':
        return "1";
    case '2':
        return "Z";
    case 'Z':
        return "2";
    case '5':
        return "S";
    case 'S':
        return "5";
    case '6':
        return "G";
    case 'G':
        return "6";
    case '8':
        return "B";
    case 'B':
        return "8";
    default:
        return "";
    }
}

static bool near_one(struct document_set *s, struct span state, enum document_kind kind,
                     const struct document_number *number)
{
    struct document_number other = *number;
    struct document_answer a = { .state = LOOKUP_NOT_LISTED };

    for (size_t i = 0; i < number->n; i++) {
        for (const char *c = confusable(number->text[i]); *c; c++) {
            other.text[i] = (uint8_t)*c;
            if (ask_state(s, state, kind, document_number_span(&other), &a) && a.state == LOOKUP_LISTED)
                return true;
        }
        other.text[i] = number->text[i];
    }
    return false;
}

static void ask_one(struct document_set *s, struct span state, enum document_kind kind,
                    const struct document_number *number, bool confused, struct document_answer *out)
{
    if (is_state(state) && !ask_state(s, state, kind, document_number_span(number), out) && confused)
        out->read_again = near_one(s, state, kind, number);
}

void document_set_ask(struct document_set *s, struct span state, enum document_kind kind,
                      const struct document_number *number, bool confused, struct document_answer *out)
{
    *out = (struct document_answer){ .state = LOOKUP_NOT_LISTED, .kind = kind };
    if (!document_kind_is_object(kind)) {
        ask_one(s, state, kind, number, confused, out);
        return;
    }
    for (size_t i = 0; i < s->n_states && out->state == LOOKUP_NOT_LISTED && !out->read_again; i++)
        ask_one(s, span_str(s->state[i]), kind, number, confused, out);
}

static struct document_count *count_of(struct document_counts *c, uint32_t value)
{
    char state[4];

    state_in(value, state);
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->of[i].state, state) == 0)
            return &c->of[i];
    if (c->n == DOCUMENT_STATES)
        return NULL;
    memcpy(c->of[c->n].state, state, sizeof state);
    return &c->of[c->n++];
}

static bool count_one(void *ctx, lookup_print p, uint32_t value)
{
    struct document_count *c = count_of(ctx, value);

    (void)p;
    if (c && status_in(value) < DOCUMENT_STATUSES)
        c->n[status_in(value)]++;
    return true;
}

void document_set_count(struct document_set *s, struct document_counts *out)
{
    *out = (struct document_counts){ 0 };
    lookup_exact_each(s->x, count_one, out, &out->whole);
    (void)pthread_rwlock_rdlock(&s->lock);
    for (size_t i = 0; i < s->ranges.n; i++) {
        struct document_count *c = count_of(out, s->ranges.item[i].value);

        if (!c)
            continue;
        c->ranges++;
        c->blanks += s->ranges.item[i].last - s->ranges.item[i].first + 1;
    }
    (void)pthread_rwlock_unlock(&s->lock);
}
