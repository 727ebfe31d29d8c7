#include "picture/ornament.h"

#include <math.h>

static const double TEAL[3] = { 0.04, 0.42, 0.44 }, GOLD[3] = { 0.70, 0.53, 0.20 },
                    PLUM[3] = { 0.47, 0.24, 0.42 };

/* Colour that flows across, as ink split over a printing roller does. */
static cairo_pattern_t *flowing(double x0, double x1, double alpha)
{
    cairo_pattern_t *p = cairo_pattern_create_linear(x0, 0, x1, 0);

    cairo_pattern_add_color_stop_rgba(p, 0, TEAL[0], TEAL[1], TEAL[2], alpha);
    cairo_pattern_add_color_stop_rgba(p, 0.45, GOLD[0], GOLD[1], GOLD[2], alpha);
    cairo_pattern_add_color_stop_rgba(p, 0.75, PLUM[0], PLUM[1], PLUM[2], alpha);
    cairo_pattern_add_color_stop_rgba(p, 1, TEAL[0], TEAL[1], TEAL[2], alpha);
    return p;
}

void ornament_waves(cairo_t *c, double w, double h)
{
    enum { CURVES = 46, STEPS = 130 };
    cairo_pattern_t *ink = flowing(0, w, 0.30);

    cairo_set_source(c, ink);
    cairo_set_line_width(c, 0.09);
    for (int i = 0; i < CURVES; i++) {
        double phase = i * 2 * M_PI / CURVES * 3, y0 = h * (i + 0.5) / CURVES;

        for (int k = 0; k <= STEPS; k++) {
            double t = (double)k / STEPS, swell = 1.1 + 1.5 * sin(M_PI * t) * sin(M_PI * t);
            double y = y0 + swell * sin(2 * M_PI * 5 * t + phase) + 0.5 * sin(2 * M_PI * 13 * t - 2 * phase);

            cairo_line_to(c, w * t, y);
        }
        cairo_stroke(c);
    }
    cairo_pattern_destroy(ink);
}

void ornament_rosette(cairo_t *c, double x, double y, double radius, double alpha)
{
    enum { CURVES = 14, STEPS = 256 };
    static const struct {
        double middle, swing;
        int petals;
    } ring[] = { { 0.84, 0.16, 12 }, { 0.56, 0.15, 16 }, { 0.28, 0.12, 8 } };
    cairo_pattern_t *ink = flowing(x - radius, x + radius, alpha);

    cairo_set_source(c, ink);
    cairo_set_line_width(c, 0.08);
    for (int r = 0; r < 3; r++) {
        for (int i = 0; i < CURVES; i++) {
            double phase = i * 2 * M_PI / CURVES;

            cairo_new_path(c);
            for (int k = 0; k < STEPS; k++) {
                double a = k * 2 * M_PI / STEPS;
                double d = radius * (ring[r].middle + ring[r].swing * sin(ring[r].petals * a + phase) *
                                                          (0.75 + 0.25 * cos(2 * phase + 4 * a)));

                cairo_line_to(c, x + d * cos(a), y + d * sin(a));
            }
            cairo_close_path(c);
            cairo_stroke(c);
        }
    }
    cairo_pattern_destroy(ink);
}

/* Two squares, the second turned by an eighth. */
static void star(cairo_t *c, double x, double y, double radius)
{
    for (int s = 0; s < 2; s++) {
        cairo_new_sub_path(c);
        for (int k = 0; k < 4; k++) {
            double a = (k + 0.5 * s) * M_PI / 2;

            cairo_line_to(c, x + radius * cos(a), y + radius * sin(a));
        }
        cairo_close_path(c);
    }
}

void ornament_emblem(cairo_t *c, double x, double y, double radius)
{
    cairo_set_source_rgb(c, TEAL[0], TEAL[1], TEAL[2]);
    cairo_new_path(c);
    cairo_arc(c, x, y, radius, 0, 2 * M_PI);
    cairo_fill(c);
    cairo_set_source_rgb(c, 0.96, 0.92, 0.80);
    cairo_set_line_width(c, radius * 0.035);
    cairo_arc(c, x, y, radius * 0.91, 0, 2 * M_PI);
    cairo_stroke(c);
    for (int k = 0; k < 16; k++) {
        double a = k * M_PI / 8;

        cairo_arc(c, x + radius * 0.80 * cos(a), y + radius * 0.80 * sin(a), radius * 0.03, 0, 2 * M_PI);
        cairo_fill(c);
    }
    star(c, x, y, radius * 0.70);
    cairo_fill(c);
    cairo_set_source_rgb(c, TEAL[0], TEAL[1], TEAL[2]);
    star(c, x, y, radius * 0.58);
    cairo_stroke(c);
    cairo_set_source_rgb(c, GOLD[0], GOLD[1], GOLD[2]);
    star(c, x, y, radius * 0.34);
    cairo_fill(c);
    cairo_set_source_rgb(c, 0.98, 0.96, 0.88);
    cairo_arc(c, x, y, radius * 0.13, 0, 2 * M_PI);
    cairo_fill(c);
}
