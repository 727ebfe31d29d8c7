/* Photographs made up for tests: a flat page seen by a camera, seeded, so that every run sees the same ones.
 */
#ifndef SERAI_TESTS_DISTORT_H
#define SERAI_TESTS_DISTORT_H

#include "base/buffer.h"
#include "picture/luma.h"
#include "picture/picture.h"

struct rng {
    uint64_t s;
};

uint64_t rng_next(struct rng *r);
double rng_unit(struct rng *r); /* [0, 1) */
double rng_normal(struct rng *r);
void rng_bytes(struct rng *r, uint8_t *p, size_t n);

/* A page with a symbol amid lines of text and thin background lines; px pixels a module. */
struct page {
    struct luma l;
    double x, y;   /* centre of the symbol, pixels */
    double module; /* pixels a module */
};

struct page page_make(enum barcode_format format, struct span content, int px, struct rng *r);
void page_free(struct page *p);

struct shot {
    int w, h;            /* pixels of the photograph */
    double module;       /* pixels a module at the symbol's centre; 0: 5 */
    double turn;         /* degrees, any */
    double tilt;         /* degrees between the page and the picture plane */
    double axis;         /* degrees: the direction of the axis of the tilt in the picture */
    double off_x, off_y; /* the symbol's centre from the picture's, as a share of w and h */
    double light;        /* the darkest corner's share of the brightest's light; 0: even */
    double blur;         /* sigma, pixels */
    double noise;        /* sigma, grey levels */
    double contrast;     /* 0: full; share of the distance between paper and ink that is lost */
    int shadow;          /* 1: a hard shadow edge across the symbol, light halved behind it */
};

/* The photograph, before compression. Free with luma_free. */
struct luma shot_take(const struct page *page, const struct shot *s, struct rng *r);

/* As a camera's file: YCbCr 4:2:0, quality 1..100. */
void shot_jpeg(const struct luma *l, int quality, struct buffer *out);

#endif
