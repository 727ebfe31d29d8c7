#include "service/travel/need.h"

#include "base/text.h"

const char *const need_parameters[] = { "nationality", "residence", "from",  "purpose", "document",
                                        "permission",  "age",       "route", "stays",   "licence",
                                        "vehicle",     "language",  NULL };

static bool bad(struct why *w, const char *name, const char *what)
{
    return why_set(w, "query", WHY_NO_OFFSET, NULL, "%s: %s", name, what);
}

static bool is_state(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]))
            return false;
    return s.n == 2 || s.n == 3;
}

/* Words of the agreement: small letters, digits, hyphens, blanks within. */
static bool is_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool letter = ascii_lower(s.p[i]) || ascii_digit(s.p[i]) || s.p[i] == '-' || s.p[i] >= 0x80;

        if (!letter && !(s.p[i] == ' ' && i && i + 1 < s.n))
            return false;
    }
    return s.n >= 1 && s.n <= 64;
}

void need_request_init(struct need_request *r)
{
    *r = (struct need_request){ .age = -1, .language = SPAN("en") };
}

static bool set_age(struct need_request *r, struct span v, struct why *w)
{
    int age = 0;

    for (size_t i = 0; i < v.n; i++) {
        if (!ascii_digit(v.p[i]) || i == 3)
            return bad(w, "age", "a number of years is expected");
        age = 10 * age + (v.p[i] - '0');
    }
    if (v.n)
        r->age = age;
    return true;
}

static bool optional_date(struct span v, struct date *out)
{
    return v.n == 0 || date_parse(v, out);
}

static bool read_leg(struct span text, struct need_leg *out, struct why *w)
{
    struct need_leg l = { 0 };
    struct span part[5] = { { NULL, 0 } }, rest = text;
    size_t n = 0;

    while (n < 5 && text_split(&rest, ',', &part[n]))
        n++;
    if (rest.n)
        return bad(w, "route", "a leg has at most member, first day, last day, mode, post");
    l.entering = part[0];
    l.mode = part[3];
    l.post = part[4];
    if (!is_state(l.entering))
        return bad(w, "route", "a leg begins with the member, such as IR");
    if (!optional_date(part[1], &l.from) || !optional_date(part[2], &l.to))
        return bad(w, "route", "a day such as 2027-03-01 is expected");
    if (date_is_set(l.to) && (!date_is_set(l.from) || date_cmp(l.to, l.from) < 0))
        return bad(w, "route", "the last day of a leg is not before its first");
    if ((l.mode.n && !is_word(l.mode)) || (l.post.n && !is_word(l.post)))
        return bad(w, "route", "mode and post are words of the agreement, in small letters");
    *out = l;
    return true;
}

static bool set_route(struct need_request *r, struct span v, struct why *w)
{
    struct span part;

    r->n_legs = 0;
    while (v.n && text_split(&v, ';', &part)) {
        if (r->n_legs == NEED_LEGS)
            return bad(w, "route", "more legs than a journey may have");
        if (!read_leg(part, &r->leg[r->n_legs], w))
            return false;
        r->n_legs++;
    }
    return true;
}

static bool read_stay(struct span text, struct need_stay *out, struct why *w)
{
    struct need_stay s = { 0 };
    struct span from = { NULL, 0 }, to = { NULL, 0 };

    (void)text_split(&text, ',', &s.member);
    (void)text_split(&text, ',', &from);
    (void)text_split(&text, ',', &to);
    if (text.n || !is_state(s.member) || !date_parse(from, &s.stay.from) || !optional_date(to, &s.stay.to))
        return bad(w, "stays", "none, or member, first and last day such as IR,2026-10-01,2026-10-10");
    if (date_is_set(s.stay.to) && date_cmp(s.stay.to, s.stay.from) < 0)
        return bad(w, "stays", "the last day of a stay is not before its first");
    *out = s;
    return true;
}

static bool set_stays(struct need_request *r, struct span v, struct why *w)
{
    struct span part;

    r->n_stays = 0;
    r->stays_said = v.n != 0;
    if (span_eq_str(v, "none"))
        return true;
    while (v.n && text_split(&v, ';', &part)) {
        if (r->n_stays == NEED_STAYS)
            return bad(w, "stays", "more stays than are counted here");
        if (!read_stay(part, &r->stay[r->n_stays], w))
            return false;
        r->n_stays++;
    }
    return true;
}

static bool is_category(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]) && !ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != ' ')
            return false;
    return s.n >= 1 && s.n <= 10;
}

static bool set_licence(struct need_request *r, struct span v, struct why *w)
{
    struct span categories = { NULL, 0 }, part;

    if (!v.n)
        return true;
    r->drives = true;
    r->n_categories = 0;
    (void)text_split(&v, ',', &r->issuer);
    (void)text_split(&v, ',', &categories);
    (void)text_split(&v, ',', &r->scheme);
    if (v.n || !is_state(r->issuer) || (r->scheme.n && !is_word(r->scheme)))
        return bad(w, "licence", "issuer, categories and scheme such as PK,LTV+PSV or TR,B,vienna-1968");
    while (categories.n && text_split(&categories, '+', &part)) {
        if (r->n_categories == NEED_CATEGORIES || !is_category(part))
            return bad(w, "licence", "categories are letters as on the licence, with + between them");
        r->category[r->n_categories++] = part;
    }
    return true;
}

/* The category of 1968 that drives it; those of the licence, when they were said, stand for themselves. */
static bool set_vehicle(struct need_request *r, struct span v, struct why *w)
{
    static const struct {
        const char *vehicle, *category;
    } known[] = { { "car", "B" },   { "motorcycle", "A" }, { "moped", "AM" },
                  { "lorry", "C" }, { "bus", "D" },        { "trailer", "BE" } };

    if (!v.n)
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!span_eq_str(v, known[i].vehicle))
            continue;
        r->drives = r->vehicle = true;
        if (!r->n_categories)
            r->category[r->n_categories++] = span_str(known[i].category);
        return true;
    }
    return bad(w, "vehicle", "car, motorcycle, moped, lorry, bus or trailer");
}

static bool set_span(struct span *to, struct span v, bool state, const char *name, struct why *w)
{
    if (v.n && !(state ? is_state(v) : is_word(v)))
        return bad(w, name, state ? "a state such as KZ is expected" : "a word of the agreement is expected");
    *to = v;
    return true;
}

static bool set_language(struct need_request *r, struct span v, struct why *w)
{
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_lower(v.p[i]) && !ascii_upper(v.p[i]) && v.p[i] != '-')
            return bad(w, "language", "a tag such as fa is expected");
    if (v.n > 16)
        return bad(w, "language", "a tag such as fa is expected");
    if (v.n)
        r->language = v;
    return true;
}

bool need_set(struct need_request *r, const char *name, struct span value, struct why *w)
{
    if (strcmp(name, "nationality") == 0)
        return set_span(&r->nationality, value, true, name, w);
    if (strcmp(name, "residence") == 0)
        return set_span(&r->residence, value, true, name, w);
    if (strcmp(name, "from") == 0)
        return set_span(&r->coming_from, value, true, name, w);
    if (strcmp(name, "purpose") == 0)
        return set_span(&r->purpose, value, false, name, w);
    if (strcmp(name, "document") == 0)
        return set_span(&r->document, value, false, name, w);
    if (strcmp(name, "permission") == 0)
        return set_span(&r->permission, value, false, name, w);
    if (strcmp(name, "age") == 0)
        return set_age(r, value, w);
    if (strcmp(name, "route") == 0)
        return set_route(r, value, w);
    if (strcmp(name, "stays") == 0)
        return set_stays(r, value, w);
    if (strcmp(name, "licence") == 0)
        return set_licence(r, value, w);
    if (strcmp(name, "vehicle") == 0)
        return set_vehicle(r, value, w);
    if (strcmp(name, "language") == 0)
        return set_language(r, value, w);
    return why_set(w, "query", WHY_NO_OFFSET, NULL, "\"%.32s\" is not asked for here", name);
}

bool need_ready(const struct need_request *r, struct why *w)
{
    if (!r->nationality.n)
        return bad(w, "nationality", "is missing");
    if (!r->n_legs)
        return bad(w, "route", "is missing");
    for (size_t i = 0; i < r->n_legs; i++) {
        if (!date_is_set(r->leg[i].from))
            return bad(w, "route", "each leg has a first day");
        if (i && date_cmp(r->leg[i].from, r->leg[i - 1].from) < 0)
            return bad(w, "route", "the legs are in the order of their days");
    }
    return true;
}

int need_leg_days(const struct need_leg *l)
{
    return date_is_set(l->to) ? date_to_days(l->to) - date_to_days(l->from) + 1 : 0;
}

static void set_some(struct facts *f, enum fact id, struct span s)
{
    if (s.n)
        fact_set_word(f, id, s);
}

/* A leg without a last day is taken to have ended the day before the next entry there. */
static void earlier_stays(const struct need_request *r, size_t i, struct need_case *c)
{
    const struct need_leg *l = &r->leg[i];
    size_t n = 0, planned = 0;

    for (size_t k = 0; k < r->n_stays; k++)
        if (span_eq(r->stay[k].member, l->entering))
            c->stay[n++] = r->stay[k].stay;
    for (size_t k = 0; k < i; k++) {
        const struct need_leg *e = &r->leg[k];

        if (!span_eq(e->entering, l->entering))
            continue;
        c->stay[n++] = (struct stay){ e->from, date_is_set(e->to) ? e->to : r->leg[k + 1].from };
        planned++;
    }
    c->stays_planned = planned && !r->stays_said;
    c->facts.stays_known = r->stays_said || planned;
    c->facts.stays = c->stay;
    c->facts.n_stays = n;
}

void need_case_of(const struct need_request *r, size_t i, struct need_case *c)
{
    const struct need_leg *l = &r->leg[i];
    struct facts *f = &c->facts;

    *c = (struct need_case){ 0 };
    set_some(f, FACT_TRAVELLER_NATIONALITY, r->nationality);
    set_some(f, FACT_TRAVELLER_RESIDENCE, r->residence);
    set_some(f, FACT_TRAVEL_PURPOSE, r->purpose);
    set_some(f, FACT_DOCUMENT_KIND, r->document);
    set_some(f, FACT_PERMISSION_KIND, r->permission);
    set_some(f, FACT_TRAVEL_MODE, l->mode);
    set_some(f, FACT_TRAVEL_POST, l->post);
    set_some(f, FACT_TRAVEL_ENTERING, l->entering);
    set_some(f, FACT_TRAVEL_FROM,
             i                  ? r->leg[i - 1].entering
             : r->coming_from.n ? r->coming_from
                                : r->residence);
    if (r->age >= 0)
        fact_set_number(f, FACT_TRAVELLER_AGE, r->age);
    if (r->vehicle)
        fact_set_number(f, FACT_VEHICLE_BROUGHT, 1);
    if (need_leg_days(l))
        fact_set_number(f, FACT_TRAVEL_STAY, need_leg_days(l));
    earlier_stays(r, i, c);
}
