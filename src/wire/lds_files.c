#include "wire/lds_files.h"

#include "base/text.h"
#include "wire/der.h"
#include "wire/lds.h"

#define COM_CLAUSE "Doc 9303-10 4.6.1"

static size_t at(struct span file, const uint8_t *p)
{
    return file.n ? (size_t)(p - file.p) : 0;
}

/* Pairs of digits as numbers with points between: "040000" to "4.0.0". The first pair loses its leading zero,
 * and so do the others when short. */
static void version_text(struct span s, size_t pairs, bool shortened, char *out)
{
    for (size_t i = 0; i < pairs; i++) {
        if (i)
            *out++ = '.';
        if (s.p[2 * i] != '0' || (i && !shortened))
            *out++ = (char)s.p[2 * i];
        *out++ = (char)s.p[2 * i + 1];
    }
    *out = 0;
}

static void read_version(struct span file, struct span s, size_t pairs, char *out, struct findings *f)
{
    bool digits = s.n == 2 * pairs;

    for (size_t i = 0; digits && i < s.n; i++)
        digits = ascii_digit(s.p[i]);
    if (digits)
        version_text(s, pairs, pairs == 3, out);
    else
        finding_add(f, FINDING_WARNING, "ef-com", at(file, s.p), COM_CLAUSE, "a version is not of %zu digits",
                    2 * pairs);
}

static void read_groups(struct span file, struct span s, uint32_t *groups, struct findings *f)
{
    for (size_t i = 0; i < s.n; i++) {
        int number = lds_number(s.p[i]);

        if (number > 0)
            *groups |= 1u << number;
        else
            finding_add(f, FINDING_WARNING, "ef-com", at(file, s.p) + i, COM_CLAUSE,
                        "tag %02X in the list belongs to no data group", s.p[i]);
    }
}

bool ef_com_parse(struct span file, struct ef_com *out, struct findings *f, struct why *w)
{
    struct reader r = rd_of(file), in;
    struct span body, value;
    uint32_t tag;
    bool list = false;

    *out = (struct ef_com){ .groups = 0 };
    if (!lds_next(&r, &tag, &body) || tag != 0x60 || !rd_done(&r))
        return why_set(w, "ef-com", rd_offset(&r), COM_CLAUSE, "not exactly one EF.COM");
    in = rd_of(body);
    while (lds_next(&in, &tag, &value)) {
        if (tag == 0x5f01)
            read_version(file, value, 2, out->lds_version, f);
        else if (tag == 0x5f36)
            read_version(file, value, 3, out->unicode_version, f);
        else if (tag == 0x5c)
            read_groups(file, value, &out->groups, f);
        list = list || tag == 0x5c;
    }
    if (!rd_done(&in) || !list)
        return why_set(w, "ef-com", at(file, in.p), COM_CLAUSE,
                       list ? "length is wrong or goes beyond the end" : "no list of data groups");
    return true;
}

bool dg15_parse(struct span file, struct dg15 *out, struct why *w)
{
    struct der d = der_of(file), in = der_open(&d, 0x6f), key, algorithm;
    struct dg15 g = { .key = span_of(in.p, (size_t)(in.end - in.p)) };

    key = der_open(&in, DER_SEQUENCE);
    algorithm = der_open(&key, DER_SEQUENCE);
    g.algorithm = der_oid(&algorithm);
    if (der_more(&algorithm))
        (void)der_any(&algorithm);
    der_close(&key, &algorithm);
    g.bits = der_bits(&key);
    der_close(&in, &key);
    der_close(&d, &in);
    if (!der_finish(&d, "dg15", "Doc 9303-10 4.7.15", w))
        return false;
    *out = g;
    return true;
}

static int32_t read_number(struct span s)
{
    int32_t v = 0;

    if (s.n > 3)
        return 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | s.p[i];
    return v;
}

/* 7F66: two INTEGERs, the longest command and the longest response. */
static bool read_lengths(struct span s, struct ef_atr *out)
{
    struct reader r = rd_of(s);
    struct span value;
    uint32_t tag;

    if (!lds_next(&r, &tag, &value) || tag != 0x02)
        return false;
    out->max_command = read_number(value);
    if (!lds_next(&r, &tag, &value) || tag != 0x02)
        return false;
    out->max_response = read_number(value);
    return rd_done(&r);
}

bool ef_atr_parse(struct span file, struct ef_atr *out, struct why *w)
{
    struct reader r = rd_of(file);
    struct ef_atr a = { .max_command = 0 };
    struct span value = { 0 };
    uint32_t tag;

    while (rd_peek(&r) > 0 && lds_next(&r, &tag, &value)) {
        if (tag == 0x47 && value.n == 3) {
            a.has_capabilities = true;
            a.chaining = value.p[2] & 0x80;
            a.extended = value.p[2] & 0x40;
        } else if (tag == 0x7f66 && !read_lengths(value, &a)) {
            return why_set(w, "ef-atr", at(file, value.p), "Doc 9303-10 3.11.1",
                           "lengths of commands cannot be read");
        }
    }
    if (!rd_ok(&r))
        return why_set(w, "ef-atr", rd_offset(&r), "Doc 9303-10 3.11.1",
                       "length is wrong or goes beyond the end");
    *out = a;
    return true;
}

/* Application template: the identifier somewhere in it. Empty: none. */
static struct span find_aid(struct span body)
{
    struct reader r = rd_of(body);
    struct span value;
    uint32_t tag;

    while (lds_next(&r, &tag, &value))
        if (tag == 0x4f)
            return value;
    return (struct span){ 0 };
}

bool ef_dir_parse(struct span file, struct ef_dir *out, struct why *w)
{
    struct reader r = rd_of(file);
    struct span value = { 0 };
    uint32_t tag;

    out->n = 0;
    while (rd_peek(&r) > 0 && lds_next(&r, &tag, &value)) {
        struct span aid = find_aid(value);

        if (tag != 0x61)
            continue;
        if (aid.n < 5 || aid.n > 16) /* ISO/IEC 7816-4 */
            return why_set(w, "ef-dir", at(file, value.p), "Doc 9303-10 3.11.2",
                           "template without an application identifier of 5 to 16 bytes");
        if (out->n == LIMIT_APPLICATIONS)
            return why_set(w, "too-large", at(file, value.p), "Doc 9303-10 3.11.2",
                           "more than %d applications", LIMIT_APPLICATIONS);
        out->aid[out->n++] = aid;
    }
    if (!rd_ok(&r))
        return why_set(w, "ef-dir", rd_offset(&r), "Doc 9303-10 3.11.2",
                       "length is wrong or goes beyond the end");
    return true;
}

const char *application_name(struct span aid)
{
    static const struct {
        const char *name;
        uint8_t n, aid[10];
    } known[] = {
        { "eMRTD", 7, { 0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01 } },
        { "travel records", 7, { 0xa0, 0x00, 0x00, 0x02, 0x47, 0x20, 0x01 } },
        { "visa records", 7, { 0xa0, 0x00, 0x00, 0x02, 0x47, 0x20, 0x02 } },
        { "additional biometrics", 7, { 0xa0, 0x00, 0x00, 0x02, 0x47, 0x20, 0x03 } },
        { "eID", 9, { 0xe8, 0x07, 0x04, 0x00, 0x7f, 0x00, 0x07, 0x03, 0x02 } },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_eq(aid, span_of(known[i].aid, known[i].n)))
            return known[i].name;
    return NULL;
}
