/*
 * Passenger lists, UN/EDIFACT PAXLST (WCO/IATA/ICAO API guidelines, appendix IIA), several messages in one
 * interchange, of flights, trains, buses and ships. What a message says of all (transport, arrival) holds for
 * its persons. Persons are segment group 4: NAD with FL, FM, DDU or DDT, and what follows it.
 */
#include "base/text.h"
#include "service/travel/manifest_read.h"
#include "wire/edifact.h"

struct message {
    bool open, other; /* other: of another type, passed over */
    uint32_t at;
    struct span mode; /* static */
    struct date arrival;
    uint16_t place; /* code of the last LOC of the message's own */
    size_t passengers, crew;
};

struct paxlst {
    struct manifest_reading *r;
    struct edifact e;
    struct edifact_segment seg;
    struct message m;
    struct manifest_person p;
    bool has, document, permission; /* the last DOC was a travel document, or a permission */
    bool passed;                    /* a second document: what follows it is not of the first */
};

static struct span value(struct paxlst *x, size_t element, size_t component)
{
    return edifact_value(&x->e, &x->seg, element, component, &x->r->text);
}

static bool is(const struct paxlst *x, const char *tag)
{
    return strcmp(x->seg.tag, tag) == 0;
}

static uint16_t code_of(struct span s)
{
    uint64_t n = 0;

    return text_number(s, 999, &n) ? (uint16_t)n : 0;
}

/* ---- of the message ---- */

/* UN/ECE recommendation 19. */
static struct span mode_of(struct span code)
{
    return code.n != 1        ? (struct span){ NULL, 0 }
           : code.p[0] == '1' ? SPAN("sea")
           : code.p[0] == '2' ? SPAN("rail")
           : code.p[0] == '3' ? SPAN("road")
           : code.p[0] == '4' ? SPAN("air")
                              : (struct span){ NULL, 0 };
}

/* A carrier's two or three characters and a number of at most four: IATA resolution 761. */
static bool is_flight(struct span s)
{
    size_t digits = 0, n = s.n;

    if (n && ascii_upper(s.p[n - 1]))
        n--;
    while (digits < n && ascii_digit(s.p[n - 1 - digits]))
        digits++;
    n -= digits > 4 ? 4 : digits;
    return digits && (n == 2 || n == 3) && (ascii_upper(s.p[0]) || ascii_upper(s.p[1]));
}

static void take_transport(struct paxlst *x)
{
    struct span mode = mode_of(value(x, 2, 0));

    if (mode.n)
        x->m.mode = mode;
    else if (!x->m.mode.n && is_flight(value(x, 1, 0)))
        x->m.mode = SPAN("air");
}

static bool two_digits(struct span s, size_t at, int *out)
{
    if (at + 2 > s.n || !ascii_digit(s.p[at]) || !ascii_digit(s.p[at + 1]))
        return false;
    *out = 10 * (s.p[at] - '0') + (s.p[at + 1] - '0');
    return true;
}

/* YYMMDD with whatever follows, or CCYYMMDD: by the code of the form (2379), else by the length. */
static bool day_of(struct span s, struct span form, int pivot, struct date *out)
{
    bool whole = span_eq_str(form, "102") || span_eq_str(form, "203") || (!form.n && s.n == 8);
    int century = 0, year, month, day;
    size_t at = whole ? 2 : 0;

    if ((whole && !two_digits(s, 0, &century)) || !two_digits(s, at, &year) ||
        !two_digits(s, at + 2, &month) || !two_digits(s, at + 4, &day))
        return false;
    if (!whole)
        century = (pivot - year) / 100; /* the latest that is not after the pivot */
    return date_make(100 * century + year, month, day, out);
}

static void take_arrival(struct paxlst *x)
{
    uint16_t what = code_of(value(x, 0, 0));
    struct date d;

    /* 232 and 178: arrival, as planned and as it was */
    if ((what == 232 || what == 178) && (x->m.place == 87 || !date_is_set(x->m.arrival)) &&
        day_of(value(x, 0, 1), value(x, 0, 2), x->r->today.year + 50, &d))
        x->m.arrival = d;
}

static void check_count(struct paxlst *x)
{
    uint16_t what = code_of(value(x, 0, 0));
    uint64_t n = 0;
    size_t have = what == 41 ? x->m.crew : x->m.passengers;

    if ((what == 41 || what == 42) && text_number(value(x, 0, 1), 1000000, &n) && n != have)
        manifest_remark(x->r->report, x->seg.number, "count-differs", value(x, 0, 1));
}

/* ---- of a person ---- */

static bool give(struct paxlst *x, struct why *w)
{
    if (!x->has)
        return true;
    x->has = false;
    if (!x->p.mode.n)
        x->p.mode = x->m.mode;
    if (!date_is_set(x->p.entry))
        x->p.entry = x->m.arrival;
    return manifest_give(x->r, &x->p, w);
}

static void join_names(struct paxlst *x)
{
    struct buffer *t = &x->r->text;
    size_t from, to;
    struct span part[4];

    for (size_t i = 0; i < 4; i++)
        part[i] = value(x, 3, i + 1);
    from = to = t->n;
    for (size_t i = 0; i < 4; i++) {
        if (!part[i].n)
            continue;
        if (t->n > from)
            buf_u8(t, ' ');
        buf_put(t, part[i]);
        to = t->n;
    }
    if (buf_ok(t))
        manifest_set(&x->p, MANIFEST_GIVEN, span_sub(buf_span(t), from, to), t);
}

static bool begin_person(struct paxlst *x, struct why *w)
{
    struct span who;
    bool crew;

    if (!give(x, w))
        return false;
    buf_reset(&x->r->text);
    who = value(x, 0, 0);
    crew = span_eq_str(who, "FM") || span_eq_str(who, "DDT");
    if (!crew && !span_eq_str(who, "FL") && !span_eq_str(who, "DDU"))
        return true; /* who reports, and whom to ask */
    x->has = true;
    x->document = x->permission = x->passed = false;
    x->p = (struct manifest_person){ .at = x->seg.number };
    x->m.passengers += !crew;
    x->m.crew += crew;
    x->r->report->crew += crew;
    manifest_set(&x->p, MANIFEST_FAMILY, value(x, 3, 0), &x->r->text);
    join_names(x);
    return true;
}

/* P passport; A, C, I, IP cards of identity; V visa; what else there is, another. */
static void take_document(struct paxlst *x)
{
    struct span code = value(x, 0, 0);
    bool first = !x->document && !x->p.number.n && x->p.fault[MANIFEST_NUMBER] == FAULT_NONE;

    x->permission = code.n && code.p[0] == 'V';
    x->passed = !x->permission && !first;
    if (x->permission) {
        manifest_set(&x->p, MANIFEST_PERMISSION, value(x, 1, 0), &x->r->text);
    } else if (first) {
        x->document = true;
        manifest_set(&x->p, MANIFEST_NUMBER, value(x, 1, 0), &x->r->text);
        x->p.kind = !code.n ? 0 : code.p[0] == 'P' ? 'P' : memchr("ACI", code.p[0], 3) ? 'I' : 'O';
    }
}

static void take_date(struct paxlst *x)
{
    uint16_t what = code_of(value(x, 0, 0));
    struct span day = value(x, 0, 1), form = value(x, 0, 2);

    if (what == 329 && !day_of(day, form, x->r->today.year, &x->p.birth))
        x->p.fault[MANIFEST_BIRTH] = FAULT_DATE;
    else if (what == 36 && x->document && !x->permission && !x->passed &&
             !day_of(day, form, x->r->today.year + 50, &x->p.expiry))
        x->p.fault[MANIFEST_EXPIRY] = FAULT_DATE;
}

static void take_place(struct paxlst *x)
{
    if (code_of(value(x, 0, 0)) != 91 || x->passed)
        return; /* 91: where a document was issued */
    manifest_set(&x->p, x->permission ? MANIFEST_PERMISSION_ISSUER : MANIFEST_ISSUER, value(x, 1, 0),
                 &x->r->text);
}

static void take_of_person(struct paxlst *x)
{
    if (is(x, "ATT") && span_eq_str(value(x, 0, 0), "2"))
        manifest_set(&x->p, MANIFEST_SEX, value(x, 2, 0), &x->r->text);
    else if (is(x, "NAT"))
        manifest_set(&x->p, MANIFEST_NATIONALITY, value(x, 1, 0), &x->r->text);
    else if (is(x, "DOC"))
        take_document(x);
    else if (is(x, "DTM"))
        take_date(x);
    else if (is(x, "LOC"))
        take_place(x);
    else if (is(x, "RFF") && span_eq_str(value(x, 0, 0), "AVF"))
        manifest_set(&x->p, MANIFEST_GROUP, value(x, 0, 1), &x->r->text); /* who booked together */
}

/* ---- segments ---- */

static void open_message(struct paxlst *x)
{
    struct span type = value(x, 1, 0);

    if (x->m.open)
        manifest_remark(x->r->report, x->seg.number, "message-cut", (struct span){ NULL, 0 });
    x->m = (struct message){ .open = true, .at = x->seg.number, .other = !span_eq_str(type, "PAXLST") };
    if (x->m.other)
        manifest_remark(x->r->report, x->seg.number, "message-unread", type);
}

static void close_message(struct paxlst *x)
{
    uint64_t n = 0;

    if (x->m.open && text_number(value(x, 0, 0), 10000000, &n) && n != x->seg.number - x->m.at + 1)
        manifest_remark(x->r->report, x->seg.number, "segments-differ", value(x, 0, 0));
    x->m = (struct message){ 0 };
}

static bool take(struct paxlst *x, struct why *w)
{
    bool ends = is(x, "UNH") || is(x, "UNT") || is(x, "CNT") || is(x, "UNE") || is(x, "UNZ");

    if (ends && !give(x, w))
        return false;
    if (!x->has)
        buf_reset(&x->r->text);
    if (is(x, "UNH"))
        open_message(x);
    else if (is(x, "UNT"))
        close_message(x);
    else if (!x->m.open || x->m.other)
        return true;
    else if (is(x, "NAD"))
        return begin_person(x, w);
    else if (x->has)
        take_of_person(x);
    else if (is(x, "TDT"))
        take_transport(x);
    else if (is(x, "LOC"))
        x->m.place = code_of(value(x, 0, 0));
    else if (is(x, "DTM"))
        take_arrival(x);
    else if (is(x, "CNT"))
        check_count(x);
    return true;
}

/* Nothing of a segment that cannot be read is believed, and the person it stands with is told so. */
static void unread(struct paxlst *x, const struct why *why)
{
    if (x->has)
        x->p.row = FAULT_SEGMENT;
    manifest_remark(x->r->report, x->seg.number, "segment-unread", span_str(why->reason));
}

bool manifest_read_paxlst(struct manifest_reading *r, struct why *w)
{
    struct paxlst x = { .r = r };
    enum edifact_got got;
    struct why why;

    if (!edifact_open(&x.e, r->s->text, w))
        return false;
    for (;;) {
        why_clear(&why);
        got = edifact_next(&x.e, &x.seg, &why);
        if (got == EDIFACT_END)
            break;
        if (got == EDIFACT_BAD)
            unread(&x, &why);
        else if (!take(&x, w))
            return false;
    }
    if (x.m.open)
        manifest_remark(r->report, x.seg.number, "message-cut", (struct span){ NULL, 0 });
    return give(&x, w);
}
