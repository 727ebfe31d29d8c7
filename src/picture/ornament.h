/* Line work behind a document's text: waves, rosettes and a star, all of them curves and nothing random. */
#ifndef SERAI_PICTURE_ORNAMENT_H
#define SERAI_PICTURE_ORNAMENT_H

#include <cairo.h>

/* The units of the context are millimetres in all of these. */

/* Fine waves that fill w x h from the origin; colours change across. */
void ornament_waves(cairo_t *c, double w, double h);

/* A rosette of intertwined curves about (x, y). */
void ornament_rosette(cairo_t *c, double x, double y, double radius, double alpha);

/* An emblem: an eight-pointed star in a ring, as on the gates of old caravanserais. */
void ornament_emblem(cairo_t *c, double x, double y, double radius);

#endif
