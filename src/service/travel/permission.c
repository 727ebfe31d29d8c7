#include "base/text.h"
#include "service/travel/intake.h"
#include "wire/mrz_codes.h"
#include "wire/mrz_names.h"
#include "wire/seal_dictionary.h"

static struct span value(const struct visible_seal *s, const char *name)
{
    const struct seal_field *f = seal_field(s, name);

    return f ? f->text : (struct span){ 0 };
}

/* A decimal number of at most three digits; -1 for anything else. */
static int small_number(struct span s)
{
    int n = 0;

    if (s.n < 1 || s.n > 3)
        return -1;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return -1;
        n = n * 10 + (s.p[i] - '0');
    }
    return n;
}

/* "P30D", "P1Y2M": as the dictionary gives a duration. "by-authority" and anything else: not stated. */
static bool read_duration(struct span s, struct travel_permission *p)
{
    uint8_t years = 0, months = 0, days = 0;
    size_t from = 1;
    int n;

    if (s.n < 3 || s.p[0] != 'P')
        return false;
    for (size_t i = 1; i < s.n; i++) {
        if (ascii_digit(s.p[i]))
            continue;
        n = small_number(span_sub(s, from, i));
        if (n < 0 || n > 255)
            return false;
        if (s.p[i] == 'Y')
            years = (uint8_t)n;
        else if (s.p[i] == 'M')
            months = (uint8_t)n;
        else if (s.p[i] == 'D')
            days = (uint8_t)n;
        else
            return false;
        from = i + 1;
    }
    if (from != s.n)
        return false;
    p->stay_years = years;
    p->stay_months = months;
    p->stay_days = days;
    return years || months || days;
}

static void set_number(struct travel_permission *p, struct span s)
{
    if (s.n && s.n < sizeof p->number) {
        memcpy(p->number, s.p, s.n);
        p->number[s.n] = 0;
    }
}

/*
 * The two digits of the last year are counted from the day of issue, which a seal states in full: counted
 * from today, a visa would be good again after a hundred years, or on a clock that is wrong by as much.
 */
static void read_zone(struct span zone, unix_time now, struct date issued, struct travel_permission *p)
{
    struct mrz then;

    if (zone.n == 0 || !mrz_parse(zone, now, &p->mrz, NULL))
        return;
    p->has_mrz = true;
    p->until = mrz_date_whole(p->mrz.expiry);
    if (date_is_set(issued) && mrz_parse(zone, time_of_date(issued), &then, NULL))
        p->until = mrz_date_whole(then.expiry);
    set_number(p, span_str(p->mrz.number));
}

/*
 * A visa in a VDS (Doc 9303-7) or IDB, or a digital travel authorization in an IDB. Its issuer is the State
 * named in the seal, which the verification has tied to the signer; not the one in the lines.
 */
bool travel_permission_of(const struct visible_seal *s, unix_time now, struct arena *a,
                          struct travel_permission *out)
{
    struct travel_permission *p = out;
    bool visa = s->type && strcmp(s->type, "visa") == 0;
    bool authorization = s->type && strcmp(s->type, "digital-travel-authorization") == 0;
    struct span entries = value(s, "number-of-entries"), id = value(s, "permission-id"),
                kind = value(s, "permission-kind");

    if (!visa && !authorization)
        return false;
    *p = (struct travel_permission){ .present = true, .result = s->result };
    p->issuer = state_from_alpha3(s->country);
    read_zone(value(s, "mrz"), now, s->issued, p);
    p->passport = value(s, "passport-number");
    p->purpose = value(s, "travel-purpose");
    p->kind = kind.n         ? arena_str(a, kind)
              : p->purpose.n ? "eco visa"
              : visa         ? "visa"
                             : "travel authorization";
    if (!p->kind)
        return false;
    /* A permission that names no first day begins when it was issued. */
    p->from = seal_text_day(value(s, "valid-from"));
    if (!date_is_set(p->from))
        p->from = s->issued;
    if (authorization) {
        p->until = seal_text_day(value(s, "valid-until"));
        set_number(p, value(s, "number"));
    }
    if (id.n)
        set_number(p, id);
    p->entries = small_number(entries);
    p->has_stay = read_duration(value(s, "duration-of-stay"), p);
    return true;
}

/* The first nine characters: all that a seal or the number field of a zone has room for. */
static bool same_number(struct span passport, const char *number)
{
    size_t n = strlen(number), m = passport.n;

    if (m < 9 || n < 9)
        return span_eq_str(passport, number);
    return memcmp(passport.p, number, 9) == 0;
}

static bool same_birth(struct mrz_date a, struct mrz_date b)
{
    return a.state == b.state && a.year == b.year && a.month == b.month && a.day == b.day;
}

/* Either zone may have cut the name; as far as both go they must agree. */
static bool same_name(const struct mrz *a, const struct mrz *b)
{
    struct mrz_name x = mrz_name_of(a), y = mrz_name_of(b);

    return mrz_names_match(&x, &y) != NAME_DIFFERENT;
}

enum match travel_match(const struct travel_document *d, const struct travel_permission *p)
{
    if (!d->present || !d->readable || !p->present || p->passport.n == 0)
        return MATCH_UNKNOWN;
    if (!same_number(p->passport, d->mrz.number))
        return MATCH_NUMBER;
    if (!p->has_mrz)
        return MATCH_YES;
    if (strcmp(p->mrz.nationality, d->mrz.nationality) != 0)
        return MATCH_NATIONALITY;
    if (!same_birth(p->mrz.birth, d->mrz.birth))
        return MATCH_BIRTH;
    return same_name(&p->mrz, &d->mrz) ? MATCH_YES : MATCH_NAME;
}

const char *match_word(enum match m)
{
    static const char *const word[] = {
        [MATCH_UNKNOWN] = "unknown",        [MATCH_YES] = "yes",
        [MATCH_NUMBER] = "passport number", [MATCH_NAME] = "name",
        [MATCH_BIRTH] = "date of birth",    [MATCH_NATIONALITY] = "nationality",
    };

    return word[m];
}

int travel_permission_days(const struct travel_permission *p, struct date on)
{
    struct date end = date_add_months(on, p->stay_years * 12 + p->stay_months);

    return date_to_days(end) - date_to_days(on) + p->stay_days;
}
