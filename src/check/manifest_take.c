/* A list taken in: read as a whole, then put into the store in sealed parts. */
#include "base/text.h"
#include "check/manifest_internal.h"
#include "crypto/digest.h"
#include "store/cases.h"

enum { DAY = 24 * 60 * 60, REFERENCE_BYTES = 8, NAME_MOST = 120 };

/* ---- one pass that looks, and one that puts ---- */

struct taking {
    const struct check_context *c;
    struct span reference;
    struct date last; /* day of entry */
    struct date most; /* later ones lengthen nothing */
    struct buffer part;
    size_t in_part;
    int64_t parts;
    bool put;
    struct arena arena; /* of one part */
};

static bool put_part(struct taking *t, struct why *w)
{
    char word[PART_WORD];
    struct span sealed;
    bool ok = true;

    if (t->in_part == 0)
        return true;
    if (t->put) {
        arena_reset(&t->arena);
        sealed = buf_ok(&t->part)
                     ? manifest_seal(t->c->store, t->reference, manifest_part_word(PART_LIST, t->parts, word),
                                     buf_span(&t->part), &t->arena)
                     : (struct span){ NULL, 0 };
        ok = sealed.p ? store_put_manifest_part(t->c->store, t->reference, PART_LIST, t->parts, sealed, w)
                      : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a part of the list is too long");
    }
    t->parts++;
    t->in_part = 0;
    buf_reset(&t->part);
    return ok;
}

static bool take_row(void *ctx, const struct manifest_person *given, struct why *w)
{
    struct taking *t = ctx;
    struct manifest_person p = *given;

    manifest_check_words(t->c->agreement, &p);
    if (date_is_set(p.entry) && date_cmp(p.entry, t->last) > 0)
        t->last = date_cmp(p.entry, t->most) > 0 ? t->most : p.entry;
    if (t->put)
        manifest_pack(&p, &t->part);
    return ++t->in_part < MANIFEST_PART || put_part(t, w);
}

static bool pass(struct taking *t, bool put, const struct manifest_request *r, unix_time now,
                 struct manifest_report *report, struct why *w)
{
    const struct manifest_source s = { r->text, r->format, &r->defaults, now };
    struct arena a;
    bool ok;

    t->put = put;
    t->parts = 0;
    t->in_part = 0;
    buf_reset(&t->part);
    arena_init(&a, 4 << 20);
    ok = manifest_read(&s, &a, take_row, t, report, w) && put_part(t, w);
    arena_free(&a);
    return ok;
}

/* ---- what it is called ---- */

static bool bad(struct why *w, const char *name, const char *wanted)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s: %s expected", name, wanted);
}

bool manifest_request_set(struct manifest_request *r, const char *name, struct span value, struct why *w)
{
    struct manifest_defaults *d = &r->defaults;
    const struct {
        const char *name;
        struct span *to;
    } texts[] = { { "id", &r->id },           { "office", &r->office }, { "name", &r->name },
                  { "purpose", &d->purpose }, { "mode", &d->mode },     { "post", &d->post },
                  { "from", &d->from },       { "group", &d->group } };
    uint64_t n = 0;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(name, texts[i].name) != 0)
            continue;
        if (value.n > (texts[i].to == &r->name ? NAME_MOST : MANIFEST_WORD) ||
            utf8_valid_to(value) != value.n)
            return bad(w, name, "a shorter text");
        *texts[i].to = value;
        return true;
    }
    if (strcmp(name, "format") == 0)
        return manifest_format_from(value, &r->format) || bad(w, name, "any, csv, json or paxlst");
    if (strcmp(name, "entry") == 0)
        return date_parse(value, &d->entry) || bad(w, name, "a day such as 2026-05-14");
    if (strcmp(name, "document_kind") == 0) {
        d->kind = span_eq_str(value, "passport") ? 'P' : span_eq_str(value, "identity card") ? 'I' : 0;
        return d->kind || bad(w, name, "passport or identity card");
    }
    if (strcmp(name, "stay_days") == 0 || strcmp(name, "keep_days") == 0) {
        bool stay = name[0] == 's';

        if (!text_number(value, stay ? 36500 : MANIFEST_KEEP_MOST, &n) || n == 0)
            return bad(w, name, "a number of days");
        if (stay)
            d->stay = (int32_t)n;
        else
            r->keep_days = (int64_t)n;
        return true;
    }
    return bad(w, name, "nothing of this name");
}

static void hash_request(const struct manifest_request *r, struct digest *out)
{
    const struct manifest_defaults *d = &r->defaults;
    uint8_t numbers[64];
    struct buffer b;
    struct span sep = SPAN("\0");

    buf_init_fixed(&b, numbers, sizeof numbers);
    buf_be(&b, (uint64_t)r->format, 1);
    buf_be(&b, (uint64_t)(date_is_set(d->entry) ? date_to_days(d->entry) : 0), 4);
    buf_be(&b, (uint64_t)d->stay, 4);
    buf_be(&b, (uint64_t)d->kind, 1);
    buf_be(&b, (uint64_t)r->keep_days, 4);
    digest_parts(DIGEST_SHA256,
                 (struct span[]){ buf_span(&b), d->purpose, sep, d->mode, sep, d->post, sep, d->from, sep,
                                  d->group, sep, r->text },
                 12, out);
}

static void reference_of(const struct check_context *c, struct span id, char out[MANIFEST_REFERENCE])
{
    struct traveller_key k;
    struct buffer b;

    store_subject_key(c->store, SPAN("manifest reference"), span_str(c->member), id, &k);
    buf_init_fixed(&b, out, MANIFEST_REFERENCE);
    buf_put(&b, span_sub(span_str(c->member), 0, 2));
    base32_put(&b, span_of(k.b, REFERENCE_BYTES));
    b.n = b.n < 12 ? b.n : 12;
    (void)buf_cstr(&b);
}

/* ---- what is said of it ---- */

static void put_some(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
}

static void put_remarks(struct json_writer *j, const struct manifest_report *r)
{
    jw_array(j, "remarks");
    for (size_t i = 0; i < r->n_remarks; i++) {
        jw_object(j, NULL);
        jw_int(j, "at", r->remark[i].at);
        jw_str(j, "code", r->remark[i].code);
        jw_str(j, "text", r->remark[i].text);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_head(const struct manifest_request *r, const struct manifest_report *report, struct buffer *b)
{
    const struct manifest_defaults *d = &r->defaults;
    struct json_writer j = json_to(b);
    char day[DATE_TEXT];

    jw_object(&j, NULL);
    jw_text(&j, "name", r->name);
    jw_text(&j, "office", r->office);
    jw_str(&j, "format", manifest_format_word(report->format));
    jw_int(&j, "faulty", (int64_t)report->faulty);
    jw_int(&j, "crew", (int64_t)report->crew);
    jw_object(&j, "given");
    put_some(&j, "purpose", d->purpose);
    put_some(&j, "mode", d->mode);
    put_some(&j, "post", d->post);
    put_some(&j, "from", d->from);
    put_some(&j, "group", d->group);
    if (date_is_set(d->entry))
        jw_str(&j, "entry", date_format(d->entry, day));
    if (d->stay)
        jw_int(&j, "stay_days", d->stay);
    jw_object_end(&j);
    put_remarks(&j, report);
    jw_int(&j, "remarks_lost", (int64_t)report->remarks_lost);
    jw_object_end(&j);
}

static bool check_request(const struct manifest_request *r, struct why *w)
{
    if (r->office.n == 0 || r->office.n > MANIFEST_WORD || r->name.n > NAME_MOST ||
        utf8_valid_to(r->name) != r->name.n || r->id.n > MANIFEST_WORD)
        return why_set(
            w, "request", WHY_NO_OFFSET, NULL,
            "an office that asks is needed, of 1 to %d characters; a name has at most %d, an id %d",
            MANIFEST_WORD, NAME_MOST, MANIFEST_WORD);
    if (r->keep_days < 0 || r->keep_days > MANIFEST_KEEP_MOST)
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "a list is kept for at most %d days after the last entry", MANIFEST_KEEP_MOST);
    for (size_t i = 0; i < r->id.n; i++)
        if (r->id.p[i] < 0x21 || r->id.p[i] > 0x7e)
            return why_set(w, "request", WHY_NO_OFFSET, NULL, "an id is of visible ASCII characters");
    return true;
}

static bool put_all(struct taking *t, const struct manifest_request *r, const struct digest *hash,
                    unix_time now, struct manifest_report *report, enum store_put *what, struct arena *a,
                    struct why *w)
{
    int64_t kept = r->keep_days ? r->keep_days : MANIFEST_KEEP_DAYS;
    struct manifest_entry m = { .reference = t->reference,
                                .request = digest_span(hash),
                                .at = now,
                                .ends = time_of_date(date_add_days(t->last, 1 + (int)kept)),
                                .persons = (int64_t)report->persons,
                                .parts = t->parts };
    struct buffer head;

    buf_init(&head, 64 * 1024);
    put_head(r, report, &head);
    m.head = buf_ok(&head) ? manifest_seal(t->c->store, t->reference, "head", buf_span(&head), a) : m.head;
    buf_free(&head);
    if (!m.head.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!store_put_manifest(t->c->store, &m, r->office, what, w))
        return false;
    if (*what == STORE_CONFLICT)
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL,
                       "this id was used for another list; give each list an id of its own");
    return pass(t, true, r, now, report, w) &&
           store_move_manifest(t->c->store, t->reference, MANIFEST_WAITING, (struct span){ NULL, 0 }, now, w);
}

bool manifest_take(const struct check_context *c, const struct manifest_request *r, unix_time now,
                   char reference[MANIFEST_REFERENCE], enum store_put *what, struct arena *a,
                   struct manifest_report *report, struct why *w)
{
    struct date today = date_of_time(now + c->utc_offset);
    struct taking t = { .c = c, .last = today, .most = date_add_days(today, 366) };
    struct digest hash;
    bool ok;

    if (!c->store || !c->agreement)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store or no agreement");
    if (!check_request(r, w))
        return false;
    hash_request(r, &hash);
    reference_of(c, r->id.n ? r->id : digest_span(&hash), reference);
    t.reference = span_str(reference);
    buf_init(&t.part, LIMIT_MANIFEST_PART - 64);
    arena_init(&t.arena, 2 * (size_t)LIMIT_MANIFEST_PART);
    ok = pass(&t, false, r, now, report, w) && put_all(&t, r, &hash, now, report, what, a, w);
    buf_free(&t.part);
    arena_free(&t.arena);
    return ok;
}
