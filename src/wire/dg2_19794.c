#include "base/reader.h"
#include "wire/dg2_internal.h"

#define CLAUSE "ISO/IEC 19794-5:2005 5.4"

enum {
    RECORD_HEADER = 14, /* 5.4: FAC, version, length, number of images */
    FACE_HEADER = 20,   /* 5.5: facial information */
    FEATURE_POINT = 8,  /* 5.6 */
    IMAGE_HEADER = 12,  /* 5.7: image information */
};

static enum face_picture announced(uint8_t image_data_type)
{
    switch (image_data_type) {
    case 0:
        return FACE_PICTURE_JPEG;
    case 1:
        return FACE_PICTURE_JPEG2000;
    default:
        return FACE_PICTURE_OTHER;
    }
}

/* One facial record data block, whose length starts it. */
static bool read_face(struct dg2_reading *g, struct reader *r)
{
    struct face face = { 0 };
    const uint8_t *at = r->p;
    size_t length = rd_u32(r), rest;
    struct span s;

    face.feature_points = rd_u16(r);
    rest = FACE_HEADER + (size_t)face.feature_points * FEATURE_POINT + IMAGE_HEADER;
    if (!rd_ok(r) || length - 6 > rd_left(r) || length < rest)
        return why_set(g->w, "dg2", dg2_at(g, at), "ISO/IEC 19794-5:2005 5.5",
                       "length of a facial record does not fit what is around or inside it");
    face.gender = rd_u8(r);
    face.eye_colour = rd_u8(r);
    face.hair_colour = rd_u8(r);
    face.features = rd_u24(r);
    face.expression = rd_u16(r);
    s = rd_take(r, 6);
    if (s.p) { /* within the length, compared above */
        memcpy(face.pose, s.p, 3);
        memcpy(face.pose_uncertainty, s.p + 3, 3);
    }
    (void)rd_take(r, (size_t)face.feature_points * FEATURE_POINT);
    face.image_type = rd_u8(r);
    face.announced = announced(rd_u8(r));
    face.width = rd_u16(r);
    face.height = rd_u16(r);
    face.colour_space = rd_u8(r);
    face.source = rd_u8(r);
    face.device = rd_u16(r);
    face.quality = rd_u16(r);
    face.picture = rd_take(r, length - rest);
    return dg2_add(g, &face);
}

bool dg2_read_19794(struct dg2_reading *g, struct span block)
{
    struct reader r = rd_of(block);
    struct span magic = rd_take(&r, 4), version = rd_take(&r, 4);
    size_t length = rd_u32(&r), faces = rd_u16(&r);

    if (!rd_ok(&r) || !span_eq(magic, span_of("FAC", 4)))
        return why_set(g->w, "dg2", dg2_at(g, block.p), CLAUSE, "no facial record");
    if (!span_eq(version, span_of("010", 4)))
        return why_set(g->w, "dg2", dg2_at(g, version.p), CLAUSE, "version of the facial record is not 010");
    if (length < RECORD_HEADER || length > block.n)
        return why_set(g->w, "dg2", dg2_at(g, block.p) + 8, CLAUSE,
                       "facial record of %zu bytes in a block of %zu", length, block.n);
    if (faces == 0)
        return why_set(g->w, "dg2", dg2_at(g, block.p) + 12, CLAUSE, "facial record without an image");
    if (faces > LIMIT_FACES)
        return why_set(g->w, "too-large", dg2_at(g, block.p) + 12, CLAUSE, "%zu images, at most %d", faces,
                       LIMIT_FACES);
    r.end = block.p + length;
    for (size_t i = 0; i < faces; i++)
        if (!read_face(g, &r))
            return false;
    if (rd_left(&r))
        finding_add(g->f, FINDING_WARNING, "dg2", dg2_at(g, r.p), CLAUSE,
                    "%zu bytes of the facial record belong to no image", rd_left(&r));
    if (length < block.n)
        finding_add(g->f, FINDING_WARNING, "dg2", dg2_at(g, block.p) + length, CLAUSE,
                    "%zu bytes after the facial record", block.n - length);
    return true;
}
