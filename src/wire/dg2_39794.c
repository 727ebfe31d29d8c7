/*
 * The way to the pictures of a FaceImageDataBlock (ISO/IEC 39794-5:2019 annex A, tags as in its schema, all
 * implicit; Doc 9303-10 4.7.2 puts it into A1 of the block):
 *
 *   65 { A0 version, A1 representations { 30 { 80 id, A1 { A0 base { A0 2D { 80 picture,
 *        A1 information { A0 format { 80 code }, A1 kind { 80 code }, A7 size { 80 width, 81 height } }}}}}}}
 *
 * The tree is checked whole first, so that the steps down cannot fail but by absence.
 */
#include "wire/der.h"
#include "wire/dg2_internal.h"

#define CLAUSE "ISO/IEC 39794-5:2019 A.1"

/* Content of the first item with that tag in a checked content; p is NULL when there is none. */
static struct span child(struct span content, uint8_t tag)
{
    struct der d = der_of(content);

    while (der_more(&d)) {
        struct der_item item = der_any(&d);

        if (item.tag == tag && der_ok(&d))
            return item.body;
    }
    return (struct span){ 0 };
}

static struct span down(struct span content, const uint8_t *path, size_t n)
{
    for (size_t i = 0; i < n && content.p; i++)
        content = child(content, path[i]);
    return content;
}

/* A number of at most 16 bits; 0 when it is absent or larger. */
static uint16_t number(struct span content, uint8_t tag)
{
    struct span s = child(content, tag);
    uint32_t v = 0;

    if (s.n > 3)
        return 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | s.p[i];
    return v > UINT16_MAX ? 0 : (uint16_t)v;
}

/* ImageDataFormatCode: 2 JPEG, 3 and 4 JPEG 2000, lossy and lossless. */
static enum face_picture announced(uint16_t code)
{
    return code == 2                ? FACE_PICTURE_JPEG
           : code == 3 || code == 4 ? FACE_PICTURE_JPEG2000
                                    : FACE_PICTURE_OTHER;
}

static bool read_representation(struct dg2_reading *g, struct span representation)
{
    static const uint8_t path[] = { 0xa1, 0xa0, 0xa0 };
    struct span two_d = down(representation, path, sizeof path);
    struct span info = child(two_d, 0xa1), size = child(info, 0xa7);
    struct face face = { .picture = child(two_d, 0x80) };

    if (!face.picture.p) {
        finding_add(g->f, FINDING_WARNING, "dg2", dg2_at(g, representation.p), CLAUSE,
                    "a representation without a 2D picture");
        return true;
    }
    face.announced = announced(number(child(info, 0xa0), 0x80));
    face.image_type = (uint8_t)number(child(info, 0xa1), 0x80);
    face.width = number(size, 0x80);
    face.height = number(size, 0x81);
    return dg2_add(g, &face);
}

bool dg2_read_39794(struct dg2_reading *g, struct span block)
{
    static const uint8_t path[] = { 0xa1, 0x65, 0xa1 };
    struct why why = { 0 };
    struct span list;
    struct der d;

    if (!der_check(block, false, NULL, &why))
        return why_set(g->w, "dg2", dg2_at(g, block.p) + why.offset, CLAUSE, "%s", why.detail);
    list = down(block, path, sizeof path);
    if (!list.p)
        return why_set(g->w, "dg2", dg2_at(g, block.p), CLAUSE, "no face image data block");
    d = der_of(list);
    while (der_more(&d))
        if (!read_representation(g, der_any(&d).body))
            return false;
    return true;
}
