#include "service/notice/hit_notice.h"

#include <stdio.h>

enum { BIRTH = 96, RANGE = 8 };

/* As names_about_dates reads it. A long range is about its middle. */
static void put_birth(const struct notice_birth *x, struct buffer *b)
{
    int from = x->value.year, to = x->precision == NOTICE_RANGE ? x->to.year : from;

    if (x->precision == NOTICE_DAY)
        buf_printf(b, "%04d-%02d-%02d", from, x->value.month, x->value.day);
    else if (x->precision == NOTICE_MONTH)
        buf_printf(b, "%04d-%02d", from, x->value.month);
    else if (x->precision == NOTICE_ABOUT || to - from >= RANGE)
        buf_printf(b, "~%04d", from + (to - from) / 2);
    else
        for (int year = from; year <= to; year++)
            buf_printf(b, "%s%04d", year > from ? "|" : "", year);
}

static struct span birth_text(const struct notice_birth *x, struct arena *a)
{
    uint8_t mem[BIRTH];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    put_birth(x, &b);
    return buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
}

static enum names_sex sex_of(enum notice_sex s)
{
    return s == NOTICE_FEMALE ? NAMES_FEMALE : s == NOTICE_MALE ? NAMES_MALE : NAMES_SEX_UNKNOWN;
}

static void put_person(const struct notice_person *p, struct arena *a, struct hit_entity *e)
{
    for (size_t i = 0; i < p->n_names && i < HIT_NAMES; i++)
        e->name[e->n_names++] = (struct hit_name){ .text = p->name[i].text,
                                                   .kind = span_str(notice_name_kind_word(p->name[i].kind)),
                                                   .weak = p->name[i].kind == NOTICE_NAME_WEAK };
    for (size_t i = 0; i < p->n_births && i < HIT_BIRTHS; i++)
        e->birth[e->n_births++] = birth_text(&p->birth[i], a);
    for (size_t i = 0; i < p->n_nationalities && i < HIT_STATES; i++)
        e->state[e->n_states++] = p->nationality[i].state;
    for (size_t i = 0; i < p->n_documents && i < HIT_DOCUMENTS; i++)
        e->document[e->n_documents++] =
            (struct hit_document){ p->document[i].kind, p->document[i].state, p->document[i].number };
    e->sex = sex_of(p->sex);
    e->status = span_str(notice_status_word(p->status));
}

static struct span hex_of(const uint8_t digest[NOTICE_DIGEST], struct arena *a)
{
    char text[2 * NOTICE_DIGEST + 1];

    for (size_t i = 0; i < NOTICE_DIGEST; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return arena_copy(a, span_str(text));
}

static enum hit_standing standing_of(const struct notice_held *h)
{
    if (h->state == NOTICE_ACTIVE)
        return h->acts ? HIT_ACT : HIT_FLAGGED;
    return h->state == NOTICE_SUSPENDED ? HIT_SUSPENDED : HIT_GONE;
}

bool hit_notice_about(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                      struct hit_entity *out, struct why *w)
{
    const struct hit_notices *k = ctx;
    const struct notice_held *h = NULL;
    const struct notice_kind *kind;
    bool found = false;

    (void)shelf;
    if (!notice_book_find(k->book, id, now, a, &found, &h, w))
        return false;
    *out = (struct hit_entity){ .standing = HIT_GONE, .notice = true, .schema = NAMES_PERSON };
    if (!found || !h->notice || h->notice->subject != NOTICE_PERSON)
        return true;
    kind = agreement_notice(k->agreement, h->kind);
    out->standing = standing_of(h);
    out->protect = notice_status_is_protected(h->notice->person.status) || h->action == NOTICE_PROTECT;
    out->second = kind && kind->hit_officers >= 2;
    out->owner = h->issuer;
    out->kind = h->kind;
    out->action = span_str(notice_action_word(h->action));
    out->facts = h->notice->facts;
    out->version = hex_of(h->notice->substance, a);
    out->at = h->at;
    out->expires = h->expires;
    for (size_t i = 0; i < h->notice->n_cautions && i < HIT_CAUTIONS; i++)
        out->caution[out->n_cautions++] = h->notice->caution[i];
    put_person(&h->notice->person, a, out);
    return out->version.p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

size_t hit_notice_names(const struct notice_held *h, struct arena *a, struct names_entry out[HIT_NAMES])
{
    const struct notice *x = h->notice;
    struct names_about about = { 0 };
    size_t n = 0;

    if (h->state != NOTICE_ACTIVE || !x || x->subject != NOTICE_PERSON)
        return 0;
    for (size_t i = 0; i < x->person.n_births; i++)
        names_about_dates(&about, birth_text(&x->person.birth[i], a));
    for (size_t i = 0; i < x->person.n_nationalities; i++)
        names_about_countries(&about, x->person.nationality[i].state);
    about.sex = sex_of(x->person.sex);
    for (size_t i = 0; i < x->person.n_names && n < HIT_NAMES; i++)
        out[n++] = (struct names_entry){ .id = h->id,
                                         .name = x->person.name[i].text,
                                         .schema = NAMES_PERSON,
                                         .alias = x->person.name[i].kind == NOTICE_NAME_WEAK ? NAMES_WEAK
                                                                                             : NAMES_FULL,
                                         .about = about };
    return n;
}

size_t hit_notice_documents(const struct notice_held *h, struct screen_document out[HIT_DOCUMENTS])
{
    const struct notice *x = h->notice;
    size_t n = 0;

    if (h->state != NOTICE_ACTIVE || !x || x->subject != NOTICE_PERSON)
        return 0;
    for (; n < x->person.n_documents && n < HIT_DOCUMENTS; n++)
        out[n] = (struct screen_document){ x->person.document[n].state, x->person.document[n].number };
    return n;
}
