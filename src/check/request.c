#include "agreement/tables.h"
#include "check/check.h"
#include "check/members.h"
#include "seal/active_authentication.h"

static const char clause[] = "openapi.json CheckRequest";

static bool read_days(const struct json *j, json_ref v, void *to, struct arena *a)
{
    int64_t n;

    (void)a;
    if (!json_int64(j, v, &n) || n < 1 || n > 36500)
        return false;
    *(int64_t *)to = n;
    return true;
}

static bool read_flag(const struct json *j, json_ref v, void *to, struct arena *a)
{
    bool flag;

    (void)a;
    if (!json_boolean(j, v, &flag))
        return false;
    *(enum examined *)to = flag ? EXAMINED_YES : EXAMINED_NO;
    return true;
}

static bool read_said(const struct json *j, json_ref v, void *to, struct arena *a)
{
    bool flag;

    (void)a;
    if (!json_boolean(j, v, &flag))
        return false;
    *(enum travel_said *)to = flag ? TRAVEL_YES : TRAVEL_NO;
    return true;
}

static bool read_until(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;

    return json_text_of(j, v, a, &s) && date_parse(s, to);
}

static bool read_cover(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct travel_insurance *i = to;

    (void)a;
    i->cover_said = json_int64(j, v, &i->cover) && i->cover >= 0;
    return i->cover_said;
}

/* "USD" as the agreement has it: in small letters. */
static bool read_currency(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;
    uint8_t *w;

    if (!json_text_of(j, v, a, &s) || currency_decimals(s) < 0 || !(w = arena_alloc(a, s.n)))
        return false;
    for (size_t i = 0; i < s.n; i++)
        w[i] = (uint8_t)(s.p[i] | 0x20);
    *(struct span *)to = span_of(w, s.n);
    return true;
}

static bool read_insurance(const struct json *j, json_ref travel, json_ref vehicle,
                           struct travel_insurance *i, struct arena *a, struct why *w)
{
    const struct member policy[] = {
        { "held", read_said, &i->held },
        { "until", read_until, &i->until },
        { "cover", read_cover, i },
        { "currency", read_currency, &i->currency },
    };
    const struct member motor[] = {
        { "brought", read_said, &i->vehicle },
        { "insurance_card", read_said, &i->vehicle_card },
    };

    if (travel != JSON_NONE &&
        !members_read(j, travel, "\"insurance\"", clause, policy, sizeof policy / sizeof *policy, a, w))
        return false;
    if (i->cover_said != (i->currency.n != 0))
        return why_set(w, "request", json_offset(j, travel), clause,
                       "what an insurance covers is an amount and its currency, as 30000 and USD");
    return vehicle == JSON_NONE ||
           members_read(j, vehicle, "\"vehicle\"", clause, motor, sizeof motor / sizeof *motor, a, w);
}

static bool read_movement(const struct json *j, json_ref v, void *to, struct arena *a)
{
    enum movement *m = to;

    (void)a;
    if (json_text_is(j, v, "entry"))
        *m = MOVEMENT_ENTRY;
    else if (json_text_is(j, v, "exit"))
        *m = MOVEMENT_EXIT;
    else if (json_text_is(j, v, "none"))
        *m = MOVEMENT_NONE;
    else
        return false;
    return true;
}

static bool read_time(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;

    return json_text_of(j, v, a, &s) && time_parse(s, to) && *(unix_time *)to > 0;
}

static bool read_kind(const struct json *j, json_ref v, void *to, struct arena *a)
{
    enum evidence_kind *k = to;

    (void)a;
    if (json_text_is(j, v, "any"))
        *k = EVIDENCE_ANY;
    else if (json_text_is(j, v, "mrz"))
        *k = EVIDENCE_MRZ;
    else if (json_text_is(j, v, "seal"))
        *k = EVIDENCE_SEAL;
    else if (json_text_is(j, v, "picture"))
        *k = EVIDENCE_PICTURE;
    else if (json_text_is(j, v, "chip"))
        *k = EVIDENCE_CHIP;
    else
        return false;
    return true;
}

static bool read_members(const struct json *j, json_ref obj, const char *where, const struct member *m,
                         size_t n, struct arena *a, struct why *w)
{
    return members_read(j, obj, where, clause, m, n, a, w);
}

static bool decode(const struct json *j, json_ref at, struct span base64, struct arena *a, struct span *out,
                   struct why *w)
{
    return member_base64(j, at, clause, base64, a, out, w);
}

/* Bytes of one piece of evidence: "text" as it is, or "base64" (standard alphabet). */
static bool evidence_bytes(const struct json *j, json_ref item, struct span text, struct span base64,
                           struct arena *a, struct span *out, struct why *w)
{
    if ((text.n == 0) == (base64.n == 0))
        return why_set(w, "request", json_offset(j, item), clause,
                       "a piece of evidence has either \"text\" or \"base64\", and it is not empty");
    if (base64.n)
        return decode(j, item, base64, a, out, w);
    *out = text;
    return true;
}

/* "files" of a chip: each not empty, together within LIMIT_CHIP. */
static bool chip_files(const struct json *j, json_ref item, json_ref list, struct evidence *e,
                       struct arena *a, struct why *w)
{
    struct span *file = arena_array(a, LIMIT_CHIP_FILES, sizeof *file), base64;
    size_t bytes = 0;

    if (list == JSON_NONE || !json_is(j, list, JSON_KIND_ARRAY) || json_count(j, list) == 0)
        return why_set(
            w, "request", json_offset(j, item), clause,
            "a chip has \"files\": a list of its files in base64, and nothing else holds its bytes");
    if (!file || json_count(j, list) > LIMIT_CHIP_FILES)
        return why_set(w, "too-large", json_offset(j, list), clause, "more than %d files of one chip",
                       LIMIT_CHIP_FILES);
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        if (!json_text_of(j, v, a, &base64) || base64.n == 0)
            return why_set(w, "request", json_offset(j, v), clause, "a file of a chip is base64, not empty");
        if (!decode(j, v, base64, a, &file[e->n_files], w))
            return false;
        bytes += file[e->n_files++].n;
        if (bytes > LIMIT_CHIP)
            return why_set(w, "too-large", json_offset(j, v), clause,
                           "the files of a chip are larger than %d bytes", LIMIT_CHIP);
    }
    e->file = file;
    return true;
}

/* "active_authentication": what the reader asked and what the chip answered, both or nothing. */
static bool chip_answer(const struct json *j, json_ref obj, struct evidence *e, struct arena *a,
                        struct why *w)
{
    struct span challenge = { 0 }, response = { 0 };
    const struct member members[] = {
        { "challenge", member_text, &challenge },
        { "response", member_text, &response },
    };

    if (obj == JSON_NONE)
        return true;
    if (!read_members(j, obj, "\"active_authentication\"", members, sizeof members / sizeof *members, a, w) ||
        !decode(j, obj, challenge, a, &e->challenge, w) || !decode(j, obj, response, a, &e->response, w))
        return false;
    if (e->challenge.n != AA_CHALLENGE || e->response.n == 0 || e->response.n > LIMIT_RESPONSE)
        return why_set(w, "request", json_offset(j, obj), "Doc 9303-11 6.1",
                       "a challenge has %d bytes and a response 1 to %d, in base64", AA_CHALLENGE,
                       LIMIT_RESPONSE);
    return true;
}

/* "chip_authentication": the record as serai read writes it into CA.json, an object, or its bytes in base64.
 * What it is worth is for whoever holds DG14 to say. */
static bool chip_record(const struct json *j, json_ref v, struct evidence *e, struct arena *a, struct why *w)
{
    struct span base64;

    if (v == JSON_NONE)
        return true;
    if (json_is(j, v, JSON_KIND_OBJECT))
        e->chip_authentication = json_source(j, v);
    else if (!json_text_of(j, v, a, &base64))
        return why_set(w, "request", json_offset(j, v), clause,
                       "\"chip_authentication\" is an object, or base64");
    else if (!decode(j, v, base64, a, &e->chip_authentication, w))
        return false;
    if (e->chip_authentication.n && e->chip_authentication.n <= LIMIT_CHIP_RECORD)
        return true;
    return why_set(w, "request", json_offset(j, v), clause, "\"chip_authentication\" has 1 to %d bytes",
                   LIMIT_CHIP_RECORD);
}

static bool evidence_content(const struct json *j, json_ref item, struct span text, struct span base64,
                             struct evidence *e, struct arena *a, struct why *w)
{
    json_ref files = json_member(j, item, "files");
    json_ref active = json_member(j, item, "active_authentication");
    json_ref record = json_member(j, item, "chip_authentication");

    if (e->kind != EVIDENCE_CHIP && (files != JSON_NONE || active != JSON_NONE || record != JSON_NONE))
        return why_set(
            w, "request", json_offset(j, item), clause,
            "\"files\", \"active_authentication\" and \"chip_authentication\" belong to kind chip");
    if (e->kind != EVIDENCE_CHIP)
        return evidence_bytes(j, item, text, base64, a, &e->bytes, w);
    if (text.n || base64.n)
        return why_set(w, "request", json_offset(j, item), clause,
                       "a chip has \"files\", and neither \"text\" nor \"base64\"");
    return chip_files(j, item, files, e, a, w) && chip_answer(j, active, e, a, w) &&
           chip_record(j, record, e, a, w);
}

static bool read_evidence(const struct json *j, json_ref list, struct check_request *out, struct arena *a,
                          struct why *w)
{
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return why_set(w, "request", json_offset(j, list), clause, "\"evidence\" must be a list");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        struct evidence *e = &out->evidence[out->n_evidence];
        struct span text = { 0 }, base64 = { 0 };
        const struct member members[] = {
            { "kind", read_kind, &e->kind },         { "text", member_text, &text },
            { "base64", member_text, &base64 },      { "files", NULL, NULL },
            { "active_authentication", NULL, NULL }, { "chip_authentication", NULL, NULL },
        };

        if (out->n_evidence == LIMIT_EVIDENCE_ITEMS)
            return why_set(w, "too-large", json_offset(j, v), clause, "more than %d pieces of evidence",
                           LIMIT_EVIDENCE_ITEMS);
        if (!read_members(j, v, "a piece of evidence", members, sizeof members / sizeof *members, a, w) ||
            !evidence_content(j, v, text, base64, e, a, w))
            return false;
        out->n_evidence++;
    }
    return true;
}

bool check_request_from_json(struct span text, struct check_request *out, struct arena *a, struct why *w)
{
    struct check_request r = { 0 };
    json_ref travel, evidence;
    struct json j;
    const struct member members[] = {
        { "id", member_id, &r.id },
        { "travel", NULL, NULL },
        { "movement", read_movement, &r.movement },
        { "evidence", NULL, NULL },
        { "document_examined", read_flag, &r.examined },
        { "officer_admits", member_bool, &r.officer_admits },
        { "asked", read_time, &r.asked },
        { "measure", member_bool, &r.measure },
        { "insurance", NULL, NULL },
        { "vehicle", NULL, NULL },
    };
    const struct member of_travel[] = {
        { "purpose", member_text, &r.purpose },   { "mode", member_text, &r.mode },
        { "post", member_text, &r.post },         { "from", member_text, &r.from },
        { "stay_days", read_days, &r.stay_days },
    };

    if (!json_parse(text, a, &j, w) ||
        !read_members(&j, JSON_ROOT, "the request", members, sizeof members / sizeof *members, a, w))
        return false;
    travel = json_member(&j, JSON_ROOT, "travel");
    evidence = json_member(&j, JSON_ROOT, "evidence");
    if (travel != JSON_NONE &&
        !read_members(&j, travel, "\"travel\"", of_travel, sizeof of_travel / sizeof *of_travel, a, w))
        return false;
    if (!read_insurance(&j, json_member(&j, JSON_ROOT, "insurance"), json_member(&j, JSON_ROOT, "vehicle"),
                        &r.insurance, a, w))
        return false;
    if (evidence == JSON_NONE)
        return why_set(w, "request", WHY_NO_OFFSET, clause,
                       "\"evidence\" is missing: send the lines, a chip, a seal or a picture");
    if (!read_evidence(&j, evidence, &r, a, w))
        return false;
    *out = r;
    return true;
}
