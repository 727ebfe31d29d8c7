/*
 * DG2, the encoded face (Doc 9303-10 4.7.2): the headers around the pictures, in both encodings, ISO/IEC
 * 19794-5:2005 and ISO/IEC 39794-5:2019. A picture is found and measured, never looked into but for its first
 * bytes; what a header says about it is what its issuer says.
 */
#ifndef SERAI_WIRE_DG2_H
#define SERAI_WIRE_DG2_H

#include "base/finding.h"
#include "base/limits.h"

enum face_standard { FACE_19794_5, FACE_39794_5 };
enum face_picture { FACE_PICTURE_OTHER, FACE_PICTURE_JPEG, FACE_PICTURE_JPEG2000 };

/* One picture. Numbers are those of the standard. */
struct face {
    size_t template; /* in dg2.template */
    struct span picture;
    size_t offset;               /* of picture, from the start of the file */
    enum face_picture announced; /* by the header */
    enum face_picture found;     /* by its first bytes */
    uint16_t width, height;      /* pixels; 0: not said */
    uint8_t image_type;          /* 19794-5 5.7.1: 0 basic, 1 full frontal, 2 token frontal */

    /* Of ISO/IEC 19794-5 only (5.5, 5.7); else 0. */
    uint8_t gender, eye_colour, hair_colour;
    uint8_t pose[3], pose_uncertainty[3]; /* yaw, pitch, roll */
    uint8_t colour_space, source;
    uint32_t features; /* feature mask, 24 bits */
    uint16_t expression, device, quality;
    uint16_t feature_points;
};

/* Biometric information template, 7F60. */
struct face_template {
    enum face_standard standard;
    struct span header;                  /* content of the header template A1 */
    struct span block;                   /* content of 5F2E or 7F2E */
    size_t offset;                       /* of block, from the start of the file */
    struct span type;                    /* 81, biometric type: 02 is the face; empty: absent */
    struct span subtype, created, valid; /* 82, 83, 85, as they stand; empty: absent */
    struct span creator;                 /* 86 */
    int32_t format_owner, format_type;   /* 87, 88; -1: absent */
    size_t n_faces;
};

struct dg2 {
    size_t n_templates, n_faces;
    struct face_template template[LIMIT_FACE_TEMPLATES];
    struct face face[LIMIT_FACES]; /* in the order of the file */
};

/*
 * Exactly one DG2 with its tag 75. Every length is held against those around it: a picture lies inside its
 * record, records inside their block, and none overlap. Deviations that leave this intact are findings:
 * "dg2". False, out undefined, with reason "dg2", or "too-large" with more templates or pictures than the
 * limits.
 */
MUST_USE bool dg2_parse(struct span file, struct dg2 *out, struct findings *f, struct why *w);

const char *face_picture_word(enum face_picture p); /* "jpeg2000" */

#endif
