#include "wire/dg_text.h"

#include "base/text.h"
#include "wire/lds.h"

enum field_kind { FIELD_TEXT, FIELD_PICTURE, FIELD_DATE, FIELD_TIME, FIELD_NAMES };

/* What a tag means and where its value goes. */
struct field {
    uint16_t tag;
    enum field_kind kind;
    size_t at; /* offset in the struct */
};

struct group {
    uint8_t tag;
    const char *reason, *clause;
    const struct field *field;
    size_t n;
    uint16_t name; /* the tag inside the template A0 */
};

#define DG11(tag, kind, member)                                                                              \
    {                                                                                                        \
        tag, kind, offsetof(struct dg11, member)                                                             \
    }
#define DG12(tag, kind, member)                                                                              \
    {                                                                                                        \
        tag, kind, offsetof(struct dg12, member)                                                             \
    }

static const struct field dg11_fields[] = {
    DG11(0x5f0e, FIELD_TEXT, full_name),
    DG11(0xa0, FIELD_NAMES, other_names),
    DG11(0x5f10, FIELD_TEXT, personal_number),
    DG11(0x5f2b, FIELD_DATE, birth),
    DG11(0x5f11, FIELD_TEXT, birth_place),
    DG11(0x5f42, FIELD_TEXT, address),
    DG11(0x5f12, FIELD_TEXT, telephone),
    DG11(0x5f13, FIELD_TEXT, profession),
    DG11(0x5f14, FIELD_TEXT, title),
    DG11(0x5f15, FIELD_TEXT, summary),
    DG11(0x5f16, FIELD_PICTURE, citizenship_proof),
    DG11(0x5f17, FIELD_TEXT, other_documents),
    DG11(0x5f18, FIELD_TEXT, custody),
};

static const struct field dg12_fields[] = {
    DG12(0x5f19, FIELD_TEXT, authority),
    DG12(0x5f26, FIELD_DATE, issued),
    DG12(0xa0, FIELD_NAMES, other_persons),
    DG12(0x5f1b, FIELD_TEXT, endorsements),
    DG12(0x5f1c, FIELD_TEXT, exit_requirements),
    DG12(0x5f1d, FIELD_PICTURE, front),
    DG12(0x5f1e, FIELD_PICTURE, rear),
    DG12(0x5f55, FIELD_TIME, personalised),
    DG12(0x5f56, FIELD_TEXT, system),
};

static const struct group dg11_group = {
    0x6b, "dg11", "Doc 9303-10 4.7.11", dg11_fields, sizeof dg11_fields / sizeof *dg11_fields, 0x5f0f
};
static const struct group dg12_group = {
    0x6c, "dg12", "Doc 9303-10 4.7.12", dg12_fields, sizeof dg12_fields / sizeof *dg12_fields, 0x5f1a
};

struct reading {
    const struct group *group;
    const uint8_t *base;
    uint8_t *out;
    uint32_t listed, found; /* bit i: field i is in the tag list, in the file */
    bool list;
    struct findings *f;
    struct why *w;
};

static bool refuse(const struct reading *g, const uint8_t *p, const char *what)
{
    return why_set(g->w, g->group->reason, (size_t)(p - g->base), g->group->clause, "%s", what);
}

static void deviation(const struct reading *g, const uint8_t *p, const char *what, uint32_t tag)
{
    finding_add(g->f, FINDING_WARNING, g->group->reason, (size_t)(p - g->base), g->group->clause,
                "tag %X: %s", (unsigned)tag, what);
}

/* Index of the field with that tag; n when there is none. */
static size_t field_of(const struct group *group, uint32_t tag)
{
    size_t i = 0;

    while (i < group->n && group->field[i].tag != tag)
        i++;
    return i;
}

static void check_text(const struct reading *g, uint32_t tag, struct span value)
{
    size_t valid = 0;

    while (valid < value.n && value.p[valid] - 1u < 0x7f) /* ASCII, the usual text, in one look */
        valid++;
    if (valid == value.n)
        return;
    valid = utf8_valid_to(value);
    if (valid != value.n)
        deviation(g, value.p + valid, "not UTF-8", tag);
    else if (memchr(value.p, 0, value.n))
        deviation(g, value.p, "a text with a NUL", tag);
}

/* n digits, as text or two to a byte; the second is older, and specimens still have it. Empty: neither. */
static void read_digits(const struct reading *g, uint32_t tag, struct span value, size_t n, char *out)
{
    bool packed = value.n == n / 2;

    out[0] = 0;
    for (size_t i = 0; i < n && (packed || value.n == n); i++) {
        int c = packed ? '0' + (value.p[i / 2] >> (i % 2 ? 0 : 4) & 15) : value.p[i];

        if (!ascii_digit(c))
            break;
        out[i] = (char)c;
        out[i + 1] = 0;
    }
    if (memchr(out, 0, n)) {
        out[0] = 0;
        deviation(g, value.p, "not a date of the form CCYYMMDD or a time of CCYYMMDDhhmmss", tag);
    }
}

static void read_date(const struct reading *g, uint32_t tag, struct span value, struct lds_date *out)
{
    int v[8] = { 0 };

    read_digits(g, tag, value, 8, out->digit);
    if (!out->digit[0])
        return;
    for (size_t i = 0; i < 8; i++)
        v[i] = out->digit[i] - '0';
    if (!date_make(v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3], v[4] * 10 + v[5], v[6] * 10 + v[7],
                   &out->date))
        deviation(g, value.p, "not a day of the calendar", tag);
}

static bool add_name(const struct reading *g, struct span value, struct lds_names *out)
{
    if (out->n == LIMIT_OTHER_NAMES)
        return why_set(g->w, "too-large", (size_t)(value.p - g->base), g->group->clause, "more than %d names",
                       LIMIT_OTHER_NAMES);
    check_text(g, g->group->name, value);
    out->name[out->n++] = value;
    return true;
}

/* Template A0: number of names, then each with its own tag. */
static bool read_names(const struct reading *g, struct span value, struct lds_names *out)
{
    struct reader r = rd_of(value);
    struct span part;
    uint32_t tag;
    int announced = -1;

    while (lds_next(&r, &tag, &part)) {
        if (tag == 0x02 && part.n == 1)
            announced = part.p[0];
        else if (tag != g->group->name)
            deviation(g, part.p, "not expected among the names", tag);
        else if (!add_name(g, part, out))
            return false;
    }
    if (!rd_done(&r))
        return refuse(g, r.p, "length is wrong or goes beyond the end");
    if (announced < 0 || (size_t)announced != out->n)
        deviation(g, value.p, "the number of names is not the one announced", 0xa0);
    return true;
}

static void read_list(struct reading *g, struct span value)
{
    struct reader r = rd_of(value);

    g->list = true;
    while (rd_left(&r)) {
        const uint8_t *at = r.p;
        uint32_t tag = rd_u8(&r);
        size_t i;

        if ((tag & 0x1f) == 0x1f)
            tag = tag << 8 | rd_u8(&r);
        i = field_of(g->group, tag);
        if (i == g->group->n && tag != g->group->name)
            deviation(g, at, "in the tag list, and unknown", tag);
        else if (i < g->group->n)
            g->listed |= 1u << i;
        else /* the name inside the template stands for it */
            g->listed |= 1u << field_of(g->group, 0xa0);
    }
}

static bool read_field(struct reading *g, size_t i, struct span value)
{
    const struct field *field = &g->group->field[i];
    void *to = g->out + field->at;

    if (g->found & 1u << i) {
        deviation(g, value.p, "twice; the first one counts", field->tag);
        return true;
    }
    g->found |= 1u << i;
    switch (field->kind) {
    case FIELD_TEXT:
        check_text(g, field->tag, value);
        *(struct span *)to = value;
        break;
    case FIELD_PICTURE:
        *(struct span *)to = value;
        break;
    case FIELD_DATE:
        read_date(g, field->tag, value, to);
        break;
    case FIELD_TIME:
        read_digits(g, field->tag, value, 14, to);
        break;
    case FIELD_NAMES:
        return read_names(g, value, to);
    }
    return true;
}

static void compare_list(const struct reading *g, struct span body)
{
    if (!g->list) {
        deviation(g, body.p, "no tag list", 0x5c);
        return;
    }
    for (size_t i = 0; i < g->group->n; i++) {
        uint32_t bit = 1u << i;

        if ((g->listed & bit) && !(g->found & bit))
            deviation(g, body.p, "in the tag list, and absent", g->group->field[i].tag);
        if (!(g->listed & bit) && (g->found & bit))
            deviation(g, body.p, "present, and not in the tag list", g->group->field[i].tag);
    }
}

static bool read_body(struct reading *g, struct span body, struct lds_names *loose)
{
    struct reader r = rd_of(body);
    struct span value;
    uint32_t tag;

    while (lds_next(&r, &tag, &value)) {
        size_t i = field_of(g->group, tag);

        if (tag == 0x5c) {
            read_list(g, value);
        } else if (tag == g->group->name) {
            g->found |= 1u << field_of(g->group, 0xa0);
            deviation(g, value.p, "a name outside its template", tag);
            if (!add_name(g, value, loose))
                return false;
        } else if (i == g->group->n) {
            deviation(g, value.p, "unknown", tag);
        } else if (!read_field(g, i, value)) {
            return false;
        }
    }
    if (!rd_done(&r))
        return refuse(g, r.p, "length is wrong or goes beyond the end");
    compare_list(g, body);
    return true;
}

static bool parse(const struct group *group, struct span file, void *out, struct lds_names *names,
                  struct findings *f, struct why *w)
{
    static const uint8_t none;
    struct reading g = { .group = group, .base = file.p ? file.p : &none, .out = out, .f = f, .w = w };
    struct reader r = rd_of(file);
    struct span body;
    uint32_t tag;

    if (!lds_next(&r, &tag, &body) || tag != group->tag)
        return refuse(&g, g.base, "another file, or its length goes beyond the end");
    if (!rd_done(&r))
        return refuse(&g, r.p, "bytes after the data group");
    return read_body(&g, body, names);
}

bool dg11_parse(struct span file, struct dg11 *out, struct findings *f, struct why *w)
{
    memset(out, 0, sizeof *out);
    return parse(&dg11_group, file, out, &out->other_names, f, w);
}

bool dg12_parse(struct span file, struct dg12 *out, struct findings *f, struct why *w)
{
    memset(out, 0, sizeof *out);
    return parse(&dg12_group, file, out, &out->other_persons, f, w);
}
