#include "wire/dg2.h"

#include "wire/dg2_internal.h"
#include "wire/lds.h"

enum {
    TAG_DG2 = 0x75,
    TAG_GROUP = 0x7f61, /* biometric information group template */
    TAG_TEMPLATE = 0x7f60,
    TAG_HEADER = 0xa1,
    TAG_COUNT = 0x02,
    TAG_BLOCK = 0x5f2e,
    TAG_BLOCK_CONSTRUCTED = 0x7f2e,
};

static bool refuse(const struct dg2_reading *g, const uint8_t *p, const char *what)
{
    return why_set(g->w, "dg2", dg2_at(g, p), DG2_CLAUSE, "%s", what);
}

static void deviation(const struct dg2_reading *g, const uint8_t *p, const char *what)
{
    finding_add(g->f, FINDING_WARNING, "dg2", dg2_at(g, p), DG2_CLAUSE, "%s", what);
}

const char *face_picture_word(enum face_picture p)
{
    static const char *const word[] = { "other", "jpeg", "jpeg2000" };

    return word[p];
}

/* JPEG: SOI and a marker. JPEG 2000: the signature box of a file (ISO/IEC 15444-1 I.5.1), or SOC and SIZ. */
static enum face_picture picture_found(struct span s)
{
    static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff }, codestream[] = { 0xff, 0x4f, 0xff, 0x51 };
    static const uint8_t box[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n' };

    if (span_starts(s, span_of(jpeg, sizeof jpeg)))
        return FACE_PICTURE_JPEG;
    if (span_starts(s, span_of(codestream, sizeof codestream)) || span_starts(s, span_of(box, sizeof box)))
        return FACE_PICTURE_JPEG2000;
    return FACE_PICTURE_OTHER;
}

bool dg2_add(struct dg2_reading *g, struct face *face)
{
    struct dg2 *out = g->out;

    face->offset = dg2_at(g, face->picture.p);
    face->template = out->n_templates - 1;
    face->found = picture_found(face->picture);
    if (out->n_faces == LIMIT_FACES)
        return why_set(g->w, "too-large", face->offset, DG2_CLAUSE, "more than %d pictures", LIMIT_FACES);
    if (face->found == FACE_PICTURE_OTHER)
        deviation(g, face->picture.p, "the picture is neither JPEG nor JPEG 2000");
    else if (face->found != face->announced)
        deviation(g, face->picture.p, "the picture is of another format than announced");
    out->face[out->n_faces++] = *face;
    out->template[face->template].n_faces++;
    return true;
}

static int32_t small_number(struct span s)
{
    int32_t v = 0;

    if (s.n < 1 || s.n > 2)
        return -1;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | s.p[i];
    return v;
}

/* Biometric header template: Doc 9303-10 4.7.2, ISO/IEC 7816-11. */
static bool read_header(const struct dg2_reading *g, struct span header, struct face_template *t)
{
    struct reader r = rd_of(header);
    struct span value;
    uint32_t tag;

    t->header = header;
    t->format_owner = t->format_type = -1;
    while (lds_next(&r, &tag, &value)) {
        switch (tag) {
        case 0x81:
            t->type = value;
            break;
        case 0x82:
            t->subtype = value;
            break;
        case 0x83:
            t->created = value;
            break;
        case 0x85:
            t->valid = value;
            break;
        case 0x86:
            t->creator = value;
            break;
        case 0x87:
            t->format_owner = small_number(value);
            break;
        case 0x88:
            t->format_type = small_number(value);
            break;
        default:
            break;
        }
    }
    if (!rd_done(&r))
        return refuse(g, r.p, "header template cannot be read");
    if (t->format_owner < 0 || t->format_type < 0)
        deviation(g, header.p, "the header template does not name the format of its data");
    return true;
}

static bool read_block(struct dg2_reading *g, uint32_t tag, struct span block)
{
    struct face_template *t = &g->out->template[g->out->n_templates - 1];
    bool record = span_starts(block, span_of("FAC", 4));

    t->block = block;
    t->offset = dg2_at(g, block.p);
    t->standard = tag == TAG_BLOCK || record ? FACE_19794_5 : FACE_39794_5;
    if (record && tag == TAG_BLOCK_CONSTRUCTED)
        deviation(g, block.p, "a facial record of ISO/IEC 19794-5 under the tag of the other encoding");
    return t->standard == FACE_19794_5 ? dg2_read_19794(g, block) : dg2_read_39794(g, block);
}

static bool read_template(struct dg2_reading *g, struct span body)
{
    struct reader r = rd_of(body);
    struct span header, block;
    struct face_template *t;
    uint32_t tag;

    if (g->out->n_templates == LIMIT_FACE_TEMPLATES)
        return why_set(g->w, "too-large", dg2_at(g, body.p), DG2_CLAUSE, "more than %d templates",
                       LIMIT_FACE_TEMPLATES);
    t = &g->out->template[g->out->n_templates++];
    memset(t, 0, sizeof *t);
    if (!lds_next(&r, &tag, &header) || tag != TAG_HEADER)
        return refuse(g, body.p, "template does not begin with its header");
    if (!read_header(g, header, t))
        return false;
    if (!lds_next(&r, &tag, &block) || (tag != TAG_BLOCK && tag != TAG_BLOCK_CONSTRUCTED))
        return refuse(g, header.p + header.n, "no biometric data after the header of a template");
    if (rd_left(&r))
        deviation(g, r.p, "bytes after the biometric data of a template");
    return read_block(g, tag, block);
}

static bool read_group(struct dg2_reading *g, struct span body)
{
    struct reader r = rd_of(body);
    struct span value;
    uint32_t tag;
    int32_t count;

    if (!lds_next(&r, &tag, &value) || tag != TAG_COUNT || value.n != 1)
        return refuse(g, body.p, "no number of templates");
    count = value.p[0];
    while (lds_next(&r, &tag, &value)) {
        if (tag != TAG_TEMPLATE)
            deviation(g, value.p, "an item among the templates that is none");
        else if (!read_template(g, value))
            return false;
    }
    if (!rd_done(&r))
        return refuse(g, r.p, "length is wrong or goes beyond the end");
    if (g->out->n_templates == 0)
        return refuse(g, body.p, "no template");
    if ((size_t)count != g->out->n_templates)
        deviation(g, body.p, "the number of templates is not the one announced");
    if (g->out->n_faces == 0)
        deviation(g, body.p, "no picture");
    return true;
}

bool dg2_parse(struct span file, struct dg2 *out, struct findings *f, struct why *w)
{
    static const uint8_t none;
    struct dg2_reading g = { .base = file.p ? file.p : &none, .out = out, .f = f, .w = w };
    struct reader r = rd_of(file), in;
    struct span body, group;
    uint32_t tag;

    out->n_templates = out->n_faces = 0;
    if (!lds_next(&r, &tag, &body) || tag != TAG_DG2)
        return refuse(&g, g.base, "not DG2, or its length goes beyond the end");
    if (!rd_done(&r))
        return refuse(&g, r.p, "bytes after DG2");
    in = rd_of(body);
    if (!lds_next(&in, &tag, &group) || tag != TAG_GROUP)
        return refuse(&g, body.p, "no group of biometric templates");
    if (!rd_done(&in))
        return refuse(&g, in.p, "bytes after the group of templates");
    return read_group(&g, group);
}
