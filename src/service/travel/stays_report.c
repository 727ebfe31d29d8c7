#include "service/travel/stays_report.h"

#include <stdio.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "store/cases.h"
#include "wire/mrz_codes.h"

static bool written_at_will(uint8_t c)
{
    return c == ' ' || c == '-' || c == '<';
}

/* Letters and digits in capitals; false: none, more than there is room for, or something else. */
static bool number_form(struct span number, char *out, size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < number.n; i++) {
        uint8_t c = number.p[i];

        if (written_at_will(c))
            continue;
        if (ascii_lower(c))
            c = (uint8_t)(c - 32);
        if ((!ascii_upper(c) && !ascii_digit(c)) || n + 1 >= room)
            return false;
        out[n++] = (char)c;
    }
    out[n] = 0;
    return n > 0;
}

bool travel_digest(struct span issuer, struct span number, uint8_t out[TRAVEL_DIGEST])
{
    char form[40];
    struct digest d;

    if (!number_form(number, form, sizeof form))
        return false;
    digest_parts(DIGEST_SHA256,
                 (struct span[]){ SPAN("serai document\n"), issuer, SPAN("\n"), span_str(form) }, 4, &d);
    memcpy(out, d.b, TRAVEL_DIGEST);
    return true;
}

void travel_digest_subject(const struct store *s, const uint8_t digest[TRAVEL_DIGEST],
                           struct traveller_key *out)
{
    store_subject_key(s, SPAN("travel document"), (struct span){ NULL, 0 }, span_of(digest, TRAVEL_DIGEST),
                      out);
}

bool travel_subject(const struct store *s, struct span issuer, struct span number, struct traveller_key *out)
{
    uint8_t digest[TRAVEL_DIGEST];

    if (!travel_digest(issuer, number, digest))
        return false;
    travel_digest_subject(s, digest, out);
    return true;
}

bool travel_bearer_of(const struct store *s, struct span issuer, struct span number,
                      struct travel_bearer *out, struct why *w)
{
    const char *alpha3 = issuer.n == 2 ? state_to_alpha3(issuer) : NULL;
    struct travel_bearer b = { .issuer = "" };

    if (alpha3)
        (void)snprintf(b.issuer, sizeof b.issuer, "%s", alpha3);
    else if (issuer.n <= 3 && mrz_code_known(issuer))
        (void)snprintf(b.issuer, sizeof b.issuer, "%.*s", (int)issuer.n, (const char *)issuer.p);
    if (!b.issuer[0])
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "the issuer is a state such as KZ, or its code KAZ");
    if (!number_form(number, b.number, sizeof b.number) ||
        !travel_digest(span_str(b.issuer), number, b.digest))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the number has letters and digits, at most 39");
    store_traveller_key(s, span_str(b.issuer), span_str(b.number), &b.key);
    *out = b;
    return true;
}

/* ---- counting again ---- */

/* The stays that began before this entry did; those elsewhere of any day. */
static size_t before_it(const struct stay_record *r, size_t n, struct date from, const struct stay *elsewhere,
                        size_t n_elsewhere, struct stay *out)
{
    size_t k = 0;

    for (size_t i = 0; i < n && k < LIMIT_STAYS; i++)
        if (date_cmp(r[i].stay.from, from) < 0)
            out[k++] = r[i].stay;
    for (size_t i = 0; i < n_elsewhere && k < LIMIT_STAYS; i++)
        if (date_cmp(elsewhere[i].from, from) < 0)
            out[k++] = elsewhere[i];
    return k;
}

static void until_of(const struct open_stay *e, const struct stay *earlier, size_t n,
                     struct stay_standing *out)
{
    struct stay_count c;

    out->until = e->until;
    out->limited = date_is_set(e->until);
    if (!e->days || !stay_left(e->period ? earlier : NULL, e->period ? n : 0,
                               (struct stay_rule){ e->days, e->period }, e->from, &c))
        return;
    out->limited = true;
    out->until = date_is_set(c.last_day) ? c.last_day : date_add_days(e->from, -1);
}

bool stay_stands(struct store *s, struct span member, const struct open_stay *entry, struct date today,
                 const struct stay *elsewhere, size_t n_elsewhere, struct arena *a, struct stay_standing *out,
                 struct why *w)
{
    struct stay *earlier = arena_array(a, LIMIT_STAYS, sizeof *earlier);
    const struct stay_record *r = NULL;
    const struct repair_record *repairs = NULL;
    struct stay_standing st = { .entry = *entry };
    size_t n = 0;
    int left;

    if (!earlier)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!store_stay_records(s, &entry->traveller, member, a, &r, &n, w) ||
        !store_repairs(s, &entry->traveller, member, a, &repairs, &st.repaired, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        st.exit_missing |= r[i].exit_missing;
        st.entry_missing |= r[i].entry_missing;
    }
    until_of(entry, earlier, before_it(r, n, entry->from, elsewhere, n_elsewhere, earlier), &st);
    if (st.limited) {
        left = date_to_days(st.until) - date_to_days(today) + 1;
        st.left = left > 0 ? left : 0;
        st.over = left > 0 ? 0 : 1 - left;
    }
    *out = st;
    return true;
}

/* Recorded limits may be too early or too late by what was put right since: all are counted again. */
bool stays_overdue(struct store *s, struct span member, struct date today, int within, bool all,
                   int64_t after, struct arena *a, const struct stay_standing **ret, size_t *n, int64_t *next,
                   struct why *w)
{
    struct date horizon = date_from_days(date_to_days(today) + 36500);
    const struct open_stay *page = NULL;
    struct stay_standing *out, st = { 0 };
    size_t k = 0, kept = 0;

    if (!store_open_stays(s, member, horizon, after, LIMIT_CASE_PAGE, a, &page, &k, next, w))
        return false;
    out = arena_array(a, k, sizeof *out);
    if (!out)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < k; i++) {
        struct arena one;
        bool ok;

        arena_init(&one, 8 << 20);
        ok = stay_stands(s, member, &page[i], today, NULL, 0, &one, &st, w);
        arena_free(&one);
        if (!ok)
            return false;
        if (st.limited ? st.over > 0 || st.left <= within : all)
            out[kept++] = st;
    }
    *ret = out;
    *n = kept;
    return true;
}

/* ---- putting right ---- */

static bool within(const struct stay_record *r, struct date day, struct date today)
{
    struct date to = date_is_set(r->stay.to) ? r->stay.to : today;

    return date_cmp(r->stay.from, day) <= 0 && date_cmp(day, to) <= 0;
}

/* An exit goes into a stay that has none; an entry before an exit that has none, and into no other stay. */
static bool closes_gap(const struct stay_record *r, size_t n, const struct stay_repair *p, struct date today)
{
    for (size_t i = 0; i < n; i++) {
        bool open = r[i].exit_missing || !date_is_set(r[i].stay.to);

        if (p->kind == MOVEMENT_EXIT && open && within(&r[i], p->day, today))
            return true;
        if (p->kind == MOVEMENT_ENTRY && r[i].entry_missing && date_cmp(p->day, r[i].stay.from) <= 0 &&
            (i == 0 || (date_is_set(r[i - 1].stay.to) && date_cmp(r[i - 1].stay.to, p->day) <= 0)))
            return true;
    }
    return false;
}

/* The last moment of the day for an exit, the first for an entry: that is where the gap is. */
static unix_time moment_of(const struct stay_repair *p, unix_time now, int32_t utc_offset)
{
    unix_time at = time_of_date(p->day) - utc_offset + (p->kind == MOVEMENT_EXIT ? 86399 : 0);

    return at < now ? at : now;
}

bool stay_repair(struct store *s, struct span member, const struct stay_repair *p, unix_time now,
                 int32_t utc_offset, struct arena *a, struct why *w)
{
    struct date today = date_of_time(now + utc_offset);
    const struct movement_repair m = { .traveller = p->traveller,
                                       .member = member,
                                       .kind = p->kind,
                                       .at = moment_of(p, now, utc_offset),
                                       .id = p->id,
                                       .office = p->office,
                                       .reason = p->reason,
                                       .recorded = now };
    const struct repair_record *known = NULL;
    const struct stay_record *r = NULL;
    size_t n = 0, k = 0;

    if (!date_is_set(p->day) || date_cmp(p->day, today) > 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the day of the movement is no day, or is to come");
    if (!store_stay_records(s, p->traveller, member, a, &r, &n, w) ||
        !store_repairs(s, p->traveller, member, a, &known, &k, w))
        return false;
    if (!closes_gap(r, n, p, today)) {
        for (size_t i = 0; i < k; i++)
            if (known[i].kind == p->kind && date_cmp(known[i].day, p->day) == 0)
                return true; /* put right before, perhaps by this very request */
        return why_set(w, "no-gap", WHY_NO_OFFSET, NULL,
                       "nothing is missing there: the day lies in no stay without an exit, or before no exit "
                       "without an entry");
    }
    return store_repair_movement(s, &m, w);
}

bool stays_looked(struct store *s, struct span member, const struct traveller_key *t, struct span office,
                  struct span purpose, struct span article, unix_time now, struct why *w)
{
    uint8_t random[10];
    char reference[32];
    enum store_put what;
    struct case_record r = { .name = { CASE_OURS, member, { NULL, 0 } },
                             .kind = SPAN("stays look-up"),
                             .has_subject = true,
                             .subject = *t,
                             .purpose = purpose,
                             .article = article.n ? article : SPAN("none"),
                             .at = now,
                             .until = now,
                             .state = SPAN("done"),
                             .body = SPAN("-") };
    const struct case_event e = { .what = office, .at = now };

    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        (void)snprintf(reference + 2 * i, 3, "%02x", random[i]);
    r.name.reference = span_str(reference);
    return store_put_case(s, &r, &e, 1, &what, w);
}
