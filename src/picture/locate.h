/* Where in a photograph a square symbol may stand: as dense with edges in both directions as nothing around
 * it. */
#ifndef SERAI_PICTURE_LOCATE_H
#define SERAI_PICTURE_LOCATE_H

#include "picture/luma.h"

struct place {
    int x, y; /* centre, pixels */
    int side; /* of the square that holds it, roughly, pixels */
    float score;
};

enum { PLACES_MAX = 12 };

/* The likeliest first; returns how many. */
int locate_dense(const struct luma *l, struct place out[PLACES_MAX]);

/*
 * The part of l around a place, its light made even: white and black are taken from the neighbourhood, reach
 * pixels to each side, so that 128 lies halfway everywhere. Free with luma_free.
 */
struct luma luma_even(const struct luma *l, int reach);

#endif
