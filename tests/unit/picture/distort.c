#include "distort.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <cairo.h>

#include "picture/symbol.h"

enum { PAPER = 228, INK = 28 };

/* fontconfig keeps patterns for the life of the process in memory that the sanitizer cannot trace; it does
 * not grow. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->s += 0x9e3779b97f4a7c15U; /* splitmix64 */

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

double rng_unit(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

double rng_normal(struct rng *r)
{
    double u = rng_unit(r), v = rng_unit(r);

    return sqrt(-2 * log(u + 1e-300)) * cos(2 * M_PI * v);
}

void rng_bytes(struct rng *r, uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(rng_next(r) >> 24);
}

static void grey(cairo_t *c, int v)
{
    cairo_set_source_rgb(c, v / 255.0, v / 255.0, v / 255.0);
}

static void draw_lines(cairo_t *c, int side)
{
    grey(c, 205);
    cairo_set_line_width(c, side / 900.0);
    for (int i = 0; i < 60; i++) {
        cairo_move_to(c, 0, side * i / 60.0);
        for (int k = 1; k <= 40; k++)
            cairo_line_to(c, side * k / 40.0, side * (i / 60.0 + 0.02 * sin(k * 0.6 + i * 0.2)));
        cairo_stroke(c);
    }
}

static void draw_text(cairo_t *c, int side, double size, struct rng *r)
{
    char word[48];

    grey(c, INK + 10);
    cairo_select_font_face(c, "DejaVu Sans Mono", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(c, size);
    for (double y = size; y < side; y += size * 1.9) {
        for (double x = size * rng_unit(r) * 4; x < side;) {
            size_t n = 3 + rng_next(r) % 40;

            for (size_t i = 0; i < n; i++)
                word[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<<<<"[rng_next(r) % 40];
            word[n] = 0;
            cairo_move_to(c, x, y);
            cairo_show_text(c, word);
            x += size * 0.62 * (double)n + size * 3 * rng_unit(r);
        }
    }
}

static void draw_symbol(cairo_t *c, const struct symbol *s, double cx, double cy, int px)
{
    double x0 = cx - s->w * px / 2.0, y0 = cy - s->h * px / 2.0, q = s->quiet * px;

    grey(c, PAPER);
    cairo_rectangle(c, x0 - q, y0 - q, s->w * px + 2 * q, s->h * px + 2 * q);
    cairo_fill(c);
    grey(c, INK);
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++)
            if (symbol_dark(s, x, y))
                cairo_rectangle(c, x0 + x * px, y0 + y * px, px, px);
    cairo_fill(c);
}

static struct luma luma_of_surface(cairo_surface_t *surface)
{
    int w = cairo_image_surface_get_width(surface), h = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface);
    struct luma l = luma_new(w, h);

    cairo_surface_flush(surface);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            l.p[y * w + x] = cairo_image_surface_get_data(surface)[y * stride + 4 * x + 1];
    return l;
}

struct page page_make(enum barcode_format format, struct span content, int px, struct rng *r)
{
    struct symbol *s = symbol_make(format, content, NULL);
    int side = (s->w > s->h ? s->w : s->h) * px * 3;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
    cairo_t *c = cairo_create(surface);
    struct page p = { .x = side / 2, .y = side / 2, .module = px };

    grey(c, PAPER);
    cairo_paint(c);
    draw_lines(c, side);
    draw_text(c, side, 7.0 * px, r);
    cairo_set_antialias(c, CAIRO_ANTIALIAS_NONE);
    draw_symbol(c, s, p.x, p.y, px);
    p.l = luma_of_surface(surface);
    cairo_destroy(c);
    cairo_surface_destroy(surface);
    symbol_free(s);
    return p;
}

void page_free(struct page *p)
{
    luma_free(&p->l);
}

/* Beyond the page lies a grey table. */
static float sample(const struct luma *l, float x, float y)
{
    int x0, y0;
    float fx, fy;
    const uint8_t *p;

    if (!(x > 0.5F && y > 0.5F && x < (float)l->w - 1 && y < (float)l->h - 1))
        return 120;
    x0 = (int)(x - 0.5F);
    y0 = (int)(y - 0.5F);
    fx = x - 0.5F - (float)x0;
    fy = y - 0.5F - (float)y0;
    p = l->p + (size_t)y0 * (size_t)l->stride + x0;
    return (p[0] * (1 - fx) + p[1] * fx) * (1 - fy) + (p[l->stride] * (1 - fx) + p[l->stride + 1] * fx) * fy;
}

/*
 * From a pixel of the photograph to the page: u = (a x + b y + c) / (g x + h y + i), and so v. Camera at
 * distance f (in pixels) over the symbol's centre, the page turned in its plane and then tilted about an axis
 * through that centre.
 */
struct view {
    double u[3], v[3], w[3];
};

/* e . q for q = t d - (0, 0, f) with t = f n_z / (d . n), as numerator over d . n; d = (x - cx, y - cy, f).
 */
static void numerator(const double e[3], const double n[3], double f, double scale, double origin,
                      double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = scale * (f * n[2] * e[i] - f * e[2] * n[i]) + origin * n[i];
}

/* Coefficients for (x - cx, y - cy, f) into those for (x, y, 1). */
static void shift(double k[3], double cx, double cy, double f)
{
    k[2] = k[2] * f - k[0] * cx - k[1] * cy;
}

static struct view view_make(const struct page *page, const struct shot *s)
{
    struct view v;
    double f = 0.8 * s->w, cx = s->w * (0.5 + s->off_x), cy = s->h * (0.5 + s->off_y);
    double scale = page->module / (s->module > 0 ? s->module : 5), e[2][3], n[3];
    double t = s->turn * M_PI / 180, a = s->axis * M_PI / 180, k = s->tilt * M_PI / 180;
    double in[2][2] = { { cos(t), sin(t) }, { -sin(t), cos(t) } };

    for (int i = 0; i < 2; i++) { /* rotation by k about (cos a, sin a, 0) */
        double along = in[i][0] * cos(a) + in[i][1] * sin(a), across = -in[i][0] * sin(a) + in[i][1] * cos(a);

        e[i][0] = along * cos(a) - across * cos(k) * sin(a);
        e[i][1] = along * sin(a) + across * cos(k) * cos(a);
        e[i][2] = across * sin(k);
    }
    n[0] = e[0][1] * e[1][2] - e[0][2] * e[1][1];
    n[1] = e[0][2] * e[1][0] - e[0][0] * e[1][2];
    n[2] = e[0][0] * e[1][1] - e[0][1] * e[1][0];
    numerator(e[0], n, f, scale, page->x, v.u);
    numerator(e[1], n, f, scale, page->y, v.v);
    memcpy(v.w, n, sizeof n);
    shift(v.u, cx, cy, f);
    shift(v.v, cx, cy, f);
    shift(v.w, cx, cy, f);
    return v;
}

static float view_sample(const struct view *v, const struct luma *l, double x, double y)
{
    double w = 1 / (v->w[0] * x + v->w[1] * y + v->w[2]);

    return sample(l, (float)((v->u[0] * x + v->u[1] * y + v->u[2]) * w),
                  (float)((v->v[0] * x + v->v[1] * y + v->v[2]) * w));
}

static void blur(struct luma *l, double sigma)
{
    int r = (int)ceil(3 * sigma);
    float k[64], sum = 0, *line = malloc(sizeof *line * (size_t)(l->w > l->h ? l->w : l->h));

    for (int i = -r; i <= r; i++)
        sum += k[i + r] = (float)exp(-i * i / (2 * sigma * sigma));
    for (int pass = 0; pass < 2; pass++) {
        int n = pass ? l->h : l->w, lines = pass ? l->w : l->h;
        size_t step = pass ? (size_t)l->stride : 1, next = pass ? 1 : (size_t)l->stride;

        for (int j = 0; j < lines; j++) {
            uint8_t *p = l->p + (size_t)j * next;

            for (int i = 0; i < n; i++) {
                float v = 0;

                for (int d = -r; d <= r; d++) {
                    int at = i + d < 0 ? 0 : i + d >= n ? n - 1 : i + d;

                    v += k[d + r] * p[(size_t)at * step];
                }
                line[i] = v / sum;
            }
            for (int i = 0; i < n; i++)
                p[(size_t)i * step] = (uint8_t)lrintf(line[i]);
        }
    }
    free(line);
}

static double light_at(const struct shot *s, int x, int y)
{
    double v = 1;

    if (s->light > 0)
        v = 1 - (1 - s->light) * ((double)x / s->w + (double)y / s->h) / 2;
    if (s->shadow && x * 0.9 + y * 0.4 > s->w * (0.5 + s->off_x) * 0.9 + s->h * (0.5 + s->off_y) * 0.4)
        v *= 0.5;
    return v;
}

/* Noise from a table: a logarithm a pixel would take longer than everything else. */
static void add_noise(struct luma *l, double sigma, struct rng *r)
{
    enum { N = 1 << 14 };
    static int8_t table[N];
    size_t n = (size_t)l->w * (size_t)l->h;

    for (size_t i = 0; i < N; i++)
        table[i] = (int8_t)fmax(-127, fmin(127, rint(sigma * rng_normal(r))));
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = i % 4 == 0 ? rng_next(r) : 0;
        static uint64_t keep;
        int v;

        keep = i % 4 == 0 ? bits : keep >> 16;
        v = l->p[i] + table[keep % N];
        l->p[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
}

struct luma shot_take(const struct page *page, const struct shot *s, struct rng *r)
{
    struct view v = view_make(page, s);
    struct luma l = luma_new(s->w, s->h);
    bool fine = page->module > 1.3 * (s->module > 0 ? s->module : 5);

    for (int y = 0; y < s->h; y++) {
        for (int x = 0; x < s->w; x++) {
            float sum;

            if (fine)
                sum = (view_sample(&v, &page->l, x + 0.25, y + 0.25) +
                       view_sample(&v, &page->l, x + 0.75, y + 0.25) +
                       view_sample(&v, &page->l, x + 0.25, y + 0.75) +
                       view_sample(&v, &page->l, x + 0.75, y + 0.75)) /
                      4;
            else
                sum = view_sample(&v, &page->l, x + 0.5, y + 0.5);
            sum = PAPER + (sum - PAPER) * (float)(1 - s->contrast);
            l.p[(size_t)y * (size_t)l.stride + (size_t)x] = (uint8_t)(sum * (float)light_at(s, x, y) + 0.5F);
        }
    }
    if (s->blur > 0)
        blur(&l, s->blur);
    if (s->noise > 0)
        add_noise(&l, s->noise, r);
    return l;
}

void shot_jpeg(const struct luma *l, int quality, struct buffer *out)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr e;
    unsigned char *mem = NULL;
    unsigned long size = 0;
    uint8_t *row = malloc((size_t)l->w * 3);

    c.err = jpeg_std_error(&e);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &mem, &size);
    c.image_width = (JDIMENSION)l->w;
    c.image_height = (JDIMENSION)l->h;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, quality, TRUE);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        const uint8_t *from = l->p + (size_t)c.next_scanline * (size_t)l->stride;
        JSAMPROW rows = row;

        for (int x = 0; x < l->w; x++) {
            row[3 * x] = from[x];
            row[3 * x + 1] = (uint8_t)(from[x] - from[x] / 32);
            row[3 * x + 2] = (uint8_t)(from[x] - from[x] / 16);
        }
        (void)jpeg_write_scanlines(&c, &rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    buf_put(out, span_of(mem, size));
    free(mem);
    free(row);
}
