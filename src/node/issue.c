#include "node/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/text.h"
#include "node/labels.h"
#include "picture/sticker.h"
#include "seal/issue_seal.h"
#include "wire/json_write.h"
#include "wire/mrz_codes.h"
#include "wire/mrz_write.h"

enum { TRIES = 8, TEXT = 128, ROOM = 16 << 20 };

/* What one issuing works with; texts for the sticker live here. */
struct work {
    const struct instance *i;
    const struct issue_request *r;
    struct arena arena;
    struct mrz holder;
    struct issued *out;
    char zone[100];
    struct span line[2];
    char state[TEXT], state_local[TEXT], names[TEXT], dates[4][DATE_TEXT], entries[16], stay[32], purpose[32];
};

/* The day of issue by the member's own clock. */
static struct date local_day(const struct work *k)
{
    return date_of_time(k->r->at + k->i->config.utc_offset);
}

static bool read_holder(struct work *k, struct why *w)
{
    struct date expiry;

    if (!mrz_parse(k->r->passport, k->r->at, &k->holder, w)) {
        why_clear(w);
        return why_set(w, "passport", WHY_NO_OFFSET, "Doc 9303-3", "these are no lines of a passport");
    }
    if (!mrz_all_ok(&k->holder))
        return why_set(w, "passport", WHY_NO_OFFSET, "Doc 9303-3 4.9",
                       "the lines do not read well: a check digit or date is wrong; read them again");
    expiry = mrz_date_whole(k->holder.expiry);
    if (!date_is_set(expiry) || date_cmp(expiry, k->r->until) < 0)
        return why_set(w, "passport", WHY_NO_OFFSET, NULL,
                       "the passport ends before the visa would: choose an earlier last day");
    return true;
}

static bool check_request(const struct issue_request *r, struct why *w)
{
    if (date_cmp(r->until, r->from) < 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the last day is before the first");
    if (date_cmp(r->until, date_of_time(r->at)) < 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the last day is over already");
    if (r->stay_days < 1 || r->stay_days > 254 || r->entries < 0 || r->entries > 254)
        return why_set(w, "request", WHY_NO_OFFSET, "Doc 9303-7", "stay is 1 to 254 days, entries 0 to 254");
    return true;
}

/* The issuer's letter and eight random digits: what one visa is called says nothing about the next. */
static void make_number(const struct work *k, char number[10])
{
    uint32_t n;

    random_bytes(&n, sizeof n);
    (void)snprintf(number, 10, "%c%08u", k->i->config.member[0], (unsigned)(n % 100000000u));
}

/* A seal signed outside the validity of its signer is found undetermined by whoever verifies it. */
static bool signer_valid(const struct work *k, struct why *w)
{
    struct certificate c;
    char from[DATE_TEXT], to[DATE_TEXT];

    if (!certificate_parse(k->i->signer_certificate, &c, NULL, NULL))
        return why_set(w, "signer", WHY_NO_OFFSET, NULL, "%s is no certificate in DER",
                       k->i->config.signer_certificate);
    if (c.not_before <= k->r->at && k->r->at <= c.not_after)
        return true;
    return why_set(w, "signer", WHY_NO_OFFSET, "Doc 9303-13",
                   "the certificate of the signer, %s, is valid from %s to %s only",
                   k->i->config.signer_certificate, date_format(date_of_time(c.not_before), from),
                   date_format(date_of_time(c.not_after), to));
}

static bool write_zone(struct work *k, struct why *w)
{
    const char *issuer = state_to_alpha3(span_str(k->i->config.member));
    struct mrz_fields f = mrz_fields_of(&k->holder);
    struct buffer b;

    if (!issuer)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the member %s has no code for documents",
                       k->i->config.member);
    f.format = MRZ_MRVA;
    f.code = SPAN("V");
    f.issuer = span_str(issuer);
    f.number = span_str(k->out->number);
    f.optional1 = f.optional2 = (struct span){ 0 };
    f.expiry = (struct mrz_date){ MRZ_DATE_LEGAL, k->r->until.year, k->r->until.month, k->r->until.day };
    buf_init_fixed(&b, k->zone, sizeof k->zone);
    if (!mrz_write(&f, &b, NULL, w))
        return false;
    k->line[0] = span_sub(buf_span(&b), 0, 44);
    k->line[1] = span_sub(buf_span(&b), 45, 89);
    return true;
}

/* The kind that a seal has without saying it. */
#define ECO_VISA "eco visa"

static bool is_eco_visa(const struct issue_request *r)
{
    return !r->kind || strcmp(r->kind, ECO_VISA) == 0;
}

static bool make_seal(struct work *k, struct why *w)
{
    struct date today = local_day(k);
    const struct seal_issuer by = { .key = k->i->signer_key, .certificate = k->i->signer_certificate };
    const struct visa_order v = { .form = k->r->digital ? SEAL_FORM_IDB : SEAL_FORM_VDS4,
                                  .country = span_str(state_to_alpha3(span_str(k->i->config.member))),
                                  .issued = today,
                                  .signed_on = today,
                                  .zone = span_str(k->zone),
                                  .entries = (unsigned)k->r->entries,
                                  .days = (uint8_t)k->r->stay_days,
                                  .passport_number = span_sub(span_str(k->holder.number), 0, 9),
                                  .purpose = k->r->purpose,
                                  .valid_from = k->r->from,
                                  .kind = is_eco_visa(k->r) ? NULL : k->r->kind };

    buf_init(&k->out->seal, 64 * 1024);
    return visa_seal_issue(&v, &by, &k->arena, &k->out->seal, w);
}

/* The name of a state in a language, from ICU's tables. */
static void state_name(const char *member, const char *language, char out[TEXT])
{
    char locale[8];
    UChar wide[TEXT];
    UErrorCode e = U_ZERO_ERROR;

    (void)snprintf(locale, sizeof locale, "und_%.2s", member);
    (void)uloc_getDisplayCountry(locale, language, wide, TEXT, &e);
    (void)u_strToUTF8(out, TEXT, NULL, wide, -1, &e);
    if (U_FAILURE(e))
        (void)snprintf(out, TEXT, "%s", member);
}

static void put_values(struct work *k, struct sticker *s)
{
    const struct mrz *m = &k->holder;

    (void)snprintf(k->names, sizeof k->names, "%s%s%s", m->primary, m->secondary[0] ? ", " : "",
                   m->secondary);
    (void)snprintf(k->entries, sizeof k->entries, k->r->entries ? "%d" : "any number", k->r->entries);
    (void)snprintf(k->stay, sizeof k->stay, "%d days", k->r->stay_days);
    (void)snprintf(k->purpose, sizeof k->purpose, "%s", k->r->purpose);
    s->value[STICKER_NAMES] = k->names;
    s->value[STICKER_PASSPORT] = m->number;
    s->value[STICKER_NATIONALITY] = m->nationality;
    s->value[STICKER_BORN] = date_format(mrz_date_whole(m->birth), k->dates[0]);
    s->value[STICKER_FROM] = date_format(k->r->from, k->dates[1]);
    s->value[STICKER_UNTIL] = date_format(k->r->until, k->dates[2]);
    s->value[STICKER_ENTRIES] = k->entries;
    s->value[STICKER_STAY] = k->stay;
    s->value[STICKER_PURPOSE] = k->purpose;
    s->value[STICKER_ISSUED] = date_format(local_day(k), k->dates[3]);
    s->value[STICKER_PLACE] = k->r->place;
}

static void put_labels(struct work *k, const char *language, struct sticker *s)
{
    static const char *const key[STICKER_FIELDS] = {
        [STICKER_NAMES] = "names",     [STICKER_PASSPORT] = "passport", [STICKER_NATIONALITY] = "nationality",
        [STICKER_BORN] = "born",       [STICKER_FROM] = "from",         [STICKER_UNTIL] = "until",
        [STICKER_ENTRIES] = "entries", [STICKER_STAY] = "stay",         [STICKER_PURPOSE] = "purpose",
        [STICKER_ISSUED] = "issued",   [STICKER_PLACE] = "place",       [STICKER_REMARKS] = "remarks",
    };
    struct labels l;

    labels_of(k->r->labels, language, &l);
    for (size_t f = 0; f < STICKER_FIELDS; f++)
        s->label[f] = label(&l, key[f], &k->arena);
    s->title[1] = label(&l, "title", &k->arena);
}

static bool draw(struct work *k, struct why *w)
{
    const char *language = k->i->config.languages.n ? k->i->config.languages.item[0] : "en";
    struct sticker s = { .title = { k->r->digital ? "TRAVEL AUTHORISATION" : "VISA" },
                         .number = k->out->number,
                         .seal = buf_span(&k->out->seal),
                         .specimen = true };

    state_name(k->i->config.member, "en", k->state);
    state_name(k->i->config.member, language, k->state_local);
    s.state = k->state;
    s.state_local = strcmp(language, "en") != 0 ? k->state_local : NULL;
    s.mrz[0] = arena_str(&k->arena, k->line[0]);
    s.mrz[1] = arena_str(&k->arena, k->line[1]);
    put_values(k, &s);
    put_labels(k, language, &s);
    buf_init(&k->out->png, ROOM);
    buf_init(&k->out->pdf, ROOM);
    return sticker_png(&s, &k->out->png, w) &&
           (k->r->digital ? sticker_sheet_pdf(&s, k->r->at, &k->out->pdf, w)
                          : sticker_pdf(&s, k->r->at, &k->out->pdf, w));
}

/* What is kept of it: the seal itself and the holder's key; neither name nor number. */
static bool record(struct work *k, struct why *w)
{
    struct traveller_key t;
    struct buffer body;
    struct json_writer j = json_to(&body);
    char id[16];
    bool ok;

    store_traveller_key(k->i->store, span_str(k->holder.issuer), span_str(k->holder.number), &t);
    buf_init(&body, 64 * 1024);
    jw_object(&j, NULL);
    jw_str(&j, "kind", k->r->kind ? k->r->kind : ECO_VISA);
    jw_str(&j, "purpose", k->r->purpose);
    jw_hex(&j, "holder", span_of(t.b, sizeof t.b));
    jw_str(&j, "from", k->dates[1]);
    jw_str(&j, "until", k->dates[2]);
    jw_int(&j, "entries", k->r->entries);
    jw_int(&j, "stay_days", k->r->stay_days);
    if (k->r->application)
        jw_str(&j, "application", k->r->application);
    jw_object_end(&j);
    (void)snprintf(id, sizeof id, "%s-%s", k->i->config.member, k->out->number);
    ok = store_put_permission(k->i->store, span_str(id), buf_span(&body), k->r->at, w);
    buf_free(&body);
    return ok;
}

static bool make_once(struct work *k, struct why *w)
{
    make_number(k, k->out->number);
    return write_zone(k, w) && make_seal(k, w) && draw(k, w) && record(k, w);
}

bool issue_permission(const struct instance *i, const struct issue_request *r, struct issued **ret,
                      struct why *w)
{
    struct work *k = calloc(1, sizeof *k);
    struct why once;
    bool ok = false;

    if (!k)
        abort();
    k->i = i;
    k->r = r;
    arena_init(&k->arena, 16 << 20);
    if (!check_request(r, w) || !read_holder(k, w) || !signer_valid(k, w))
        goto out;
    for (int n = 0; !ok && n < TRIES; n++) {
        issued_free(k->out);
        k->out = calloc(1, sizeof *k->out);
        if (!k->out)
            abort();
        why_clear(&once);
        ok = make_once(k, &once);
        if (!ok && strcmp(once.reason, "permission-exists") != 0)
            break;
    }
    if (ok) {
        *ret = k->out;
        k->out = NULL;
    } else if (w) {
        *w = once;
    }
out:
    issued_free(k->out);
    arena_free(&k->arena);
    free(k);
    return ok;
}

void issued_free(struct issued *p)
{
    if (!p)
        return;
    buf_free(&p->seal);
    buf_free(&p->png);
    buf_free(&p->pdf);
    free(p);
}
