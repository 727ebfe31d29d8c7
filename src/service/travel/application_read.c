/* What an applicant sends, as JSON, over what is known already. */
#include "base/text.h"
#include "service/travel/application_internal.h"
#include "wire/json.h"
#include "wire/mrz_codes.h"

enum { TEXT = 2000, SHORT = 200 };

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

/* UTF-8 without control characters but line feeds. */
static bool plain(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < ' ' && s.p[i] != '\n') || s.p[i] == 0x7f)
            return false;
    return s.n <= most && utf8_valid_to(s) == s.n;
}

static bool text_of(const struct json *j, json_ref v, size_t most, struct arena *a, struct span *out,
                    struct why *w)
{
    struct span s;

    if (!json_text_of(j, v, a, &s))
        return fail(w, "a member of the application is no text");
    if (!plain(s, most))
        return why_set(w, "request", json_offset(j, v), NULL,
                       "a text is longer than %zu bytes or holds control characters", most);
    *out = s;
    return true;
}

static bool day_of(const struct json *j, json_ref v, struct arena *a, struct date *out, struct why *w)
{
    struct span s;

    return (json_text_of(j, v, a, &s) && date_parse(s, out)) ||
           why_set(w, "request", json_offset(j, v), NULL, "no day such as 2027-03-01");
}

static bool number_of(const struct json *j, json_ref v, int64_t *out, struct why *w)
{
    int64_t n;

    if (!json_int64(j, v, &n) || n < 0 || n > LIMIT_PERMISSION_STAY)
        return why_set(w, "request", json_offset(j, v), NULL, "no number from 0 to %d",
                       LIMIT_PERMISSION_STAY);
    *out = n;
    return true;
}

/* ---- answers ---- */

static bool put_answer(struct application *x, struct span name, struct span value, struct why *w)
{
    for (size_t i = 0; i < x->n_answers; i++) {
        if (span_eq(x->answer[i].name, name)) {
            x->answer[i].value = value;
            return true;
        }
    }
    if (x->n_answers == LIMIT_PERMISSION_ITEMS)
        return fail(w, "there are more answers than anything is asked");
    x->answer[x->n_answers++] = (struct application_answer){ name, value };
    return true;
}

static bool read_answers(const struct json *j, json_ref object, struct arena *a, struct application *x,
                         struct why *w)
{
    struct span name = { NULL, 0 }, value = { NULL, 0 };

    if (!json_is(j, object, JSON_KIND_OBJECT))
        return fail(w, "\"answers\" is no object");
    for (json_ref m = json_first(j, object); m != JSON_NONE; m = json_after(j, object, m))
        if (!text_of(j, m, 64, a, &name, w) || !text_of(j, json_value_of(j, m), TEXT, a, &value, w) ||
            !put_answer(x, name, text_trim(value), w))
            return false;
    return true;
}

/* ---- files: only their first bytes are looked at, to be named by type ---- */

static const struct {
    const char *type;
    struct span begins;
} types[] = {
    { "application/pdf", { (const uint8_t *)"%PDF-", 5 } },
    { "image/jpeg", { (const uint8_t *)"\xff\xd8\xff", 3 } },
    { "image/png", { (const uint8_t *)"\x89PNG\r\n\x1a\n", 8 } },
};

static bool type_fits(const struct application_upload *u)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_eq_str(u->type, types[i].type))
            return span_starts(u->bytes, types[i].begins);
    return false;
}

static bool decode(struct span base64, struct arena *a, struct span *out, struct why *w)
{
    uint8_t *room;
    struct buffer b;
    size_t bad;

    if (base64.n / 4 * 3 > LIMIT_APPLICATION_FILE + 3)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a file has at most %d bytes",
                       LIMIT_APPLICATION_FILE);
    room = arena_alloc(a, base64.n / 4 * 3 + 4);
    if (!room)
        return application_no_room(w);
    buf_init_fixed(&b, room, base64.n / 4 * 3 + 4);
    if (!base64_decode(base64, BASE64_STD, &b, &bad) || !buf_ok(&b))
        return fail(w, "\"data\" of a file is no Base64");
    *out = buf_span(&b);
    return out->n <= LIMIT_APPLICATION_FILE || why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                                                       "a file has at most %d bytes", LIMIT_APPLICATION_FILE);
}

static bool put_upload(struct application *x, const struct application_upload *u, struct why *w)
{
    size_t all = u->bytes.n;

    for (size_t i = 0; i < x->n_uploads; i++) {
        all += x->upload[i].bytes.n;
        if (span_eq(x->upload[i].name, u->name))
            return fail(w, "two files have one name");
    }
    if (x->n_uploads == LIMIT_PERMISSION_ITEMS || all > LIMIT_APPLICATION_FILES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "all files together have at most %d bytes",
                       LIMIT_APPLICATION_FILES);
    x->upload[x->n_uploads++] = *u;
    return true;
}

static bool read_file(const struct json *j, json_ref v, struct arena *a, struct application *x, struct why *w)
{
    struct application_upload u = { 0 };
    struct span data = { NULL, 0 };

    if (json_count(j, v) != 3 || !text_of(j, json_member(j, v, "name"), 64, a, &u.name, w) ||
        !text_of(j, json_member(j, v, "type"), 64, a, &u.type, w) ||
        !json_text_of(j, json_member(j, v, "data"), a, &data))
        return fail(w, "a file is an object with \"name\", \"type\" and \"data\"");
    if (!decode(data, a, &u.bytes, w))
        return false;
    if (!type_fits(&u))
        return why_set(w, "file-type", WHY_NO_OFFSET, NULL,
                       "\"%.*s\" is no PDF, JPEG or PNG, or not of the type that it names", (int)u.name.n,
                       (const char *)u.name.p);
    return put_upload(x, &u, w);
}

static bool read_files(const struct json *j, json_ref list, struct arena *a, struct application *x,
                       struct why *w)
{
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return fail(w, "\"files\" is no array");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
        if (!read_file(j, v, a, x, w))
            return false;
    return true;
}

/* ---- members ---- */

static bool read_flag(const struct json *j, json_ref v, bool *out, struct why *w)
{
    return (json_boolean)(j, v, out) || fail(w, "\"submit\" and \"withdraw\" are true or false");
}

static bool read_member(const struct json *j, json_ref m, struct arena *a, struct application_request *r,
                        struct application *x, struct why *w)
{
    const struct {
        const char *name;
        struct span *to;
        size_t most;
    } texts[] = {
        { "id", &r->id, 64 },
        { "reference", &r->reference, 64 },
        { "secret", &r->secret, 64 },
        { "kind", &x->kind, 64 },
        { "purpose", &x->purpose, 64 },
        { "passport", &x->passport, 200 },
        { "contact", &x->contact, SHORT },
        { "payment", &x->payment, SHORT },
        { "language", &x->language, 12 },
    };
    json_ref v = json_value_of(j, m);

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (json_text_is(j, m, texts[i].name)) {
            if (!text_of(j, v, texts[i].most, a, texts[i].to, w))
                return false;
            *texts[i].to = text_trim(*texts[i].to);
            return true;
        }
    if (json_text_is(j, m, "from"))
        return day_of(j, v, a, &x->from, w);
    if (json_text_is(j, m, "until"))
        return day_of(j, v, a, &x->until, w);
    if (json_text_is(j, m, "entries"))
        return number_of(j, v, &x->entries, w);
    if (json_text_is(j, m, "stay"))
        return number_of(j, v, &x->stay, w);
    if (json_text_is(j, m, "answers"))
        return read_answers(j, v, a, x, w);
    if (json_text_is(j, m, "files"))
        return read_files(j, v, a, x, w);
    if (json_text_is(j, m, "submit"))
        return read_flag(j, v, &r->submit, w);
    if (json_text_is(j, m, "withdraw"))
        return read_flag(j, v, &r->withdraw, w);
    return why_set(w, "request", json_offset(j, m), NULL, "the application has a member that is not known");
}

static void read_passport(struct application *x, unix_time now)
{
    struct mrz m;

    x->passport_read = false;
    if (!x->passport.n || !mrz_parse(x->passport, now, &m, NULL) || !mrz_all_ok(&m) || m.format == MRZ_MRVA ||
        m.format == MRZ_MRVB)
        return;
    x->mrz = m;
    x->passport_read = true;
    x->nationality = state_from_alpha3(span_str(m.nationality));
}

bool application_read(struct span json, unix_time now, struct arena *a, struct application_request *request,
                      struct application *x, struct why *w)
{
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return fail(w, "the application is no object");
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m))
        if (!read_member(&j, m, a, request, x, w))
            return false;
    read_passport(x, now);
    return true;
}
