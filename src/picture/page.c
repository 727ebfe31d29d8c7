#include "picture/page.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/text.h"
#include "picture/png_write.h"
#include "picture/symbol.h"

/* Lengths are millimetres. */
#define POINT_MM (25.4 / 72)

enum { UNITS = 100, DPI = 203, A4_HEIGHT = 297, QR_MM = 34, MOST_MM = 4000 };

static const char FONT[] = "Noto Sans, Noto Sans Arabic, DejaVu Sans";
static const char FONT_CODE[] = "DejaVu Sans Mono";

static const struct {
    double size, before;
    bool bold, code;
} styles[] = {
    [PAGE_TEXT] = { 3.4, 1.0, false, false },   [PAGE_TITLE] = { 6.0, 0, true, false },
    [PAGE_HEADING] = { 4.3, 4.0, true, false }, [PAGE_SMALL] = { 2.7, 0.8, false, false },
    [PAGE_LARGE] = { 7.5, 1.5, true, false },   [PAGE_CODE] = { 4.2, 1.5, true, true },
    [PAGE_ITEM] = { 3.4, 0.9, false, false },   [PAGE_RULE] = { 1.0, 2.0, false, false },
};

struct sheet {
    cairo_t *c;
    const struct page *p;
    struct symbol *qr;
    struct why *w;
    double margin, width, top, y, bottom; /* bottom 0: without end */
    bool draws;                           /* false: only measured */
};

static PangoLayout *layout_of(const struct sheet *t, const struct page_line *l, double width)
{
    PangoFontDescription *d = pango_font_description_from_string(styles[l->style].code ? FONT_CODE : FONT);
    PangoLayout *y = pango_cairo_create_layout(t->c);
    cairo_font_options_t *o = cairo_font_options_create();

    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(pango_layout_get_context(y), o);
    cairo_font_options_destroy(o);
    pango_font_description_set_weight(d, styles[l->style].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(d, styles[l->style].size * UNITS * PANGO_SCALE);
    pango_layout_set_font_description(y, d);
    pango_font_description_free(d);
    pango_context_set_base_dir(pango_layout_get_context(y),
                               t->p->right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pango_layout_set_auto_dir(y, TRUE);
    pango_layout_set_alignment(y, t->p->right_to_left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_wrap(y, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(y, (int)(width * UNITS * PANGO_SCALE));
    pango_layout_set_text(y, l->text ? l->text : "", -1);
    return y;
}

static void next_sheet(struct sheet *t, double height)
{
    if (t->bottom <= 0 || t->y + height <= t->bottom)
        return;
    if (t->draws)
        cairo_show_page(t->c);
    t->y = t->top;
}

static void put_rule(struct sheet *t)
{
    t->y += styles[PAGE_RULE].before;
    next_sheet(t, 1);
    if (t->draws) {
        cairo_set_source_rgb(t->c, 0.45, 0.5, 0.5);
        cairo_rectangle(t->c, t->margin, t->y, t->width, 0.2);
        cairo_fill(t->c);
    }
    t->y += styles[PAGE_RULE].size;
}

static void put_line(struct sheet *t, const struct page_line *l)
{
    double indent = l->style == PAGE_ITEM ? 5 : 0, x = t->margin, height;
    PangoLayout *y;
    int units;

    if (l->style == PAGE_RULE) {
        put_rule(t);
        return;
    }
    cairo_save(t->c);
    cairo_scale(t->c, 1.0 / UNITS, 1.0 / UNITS);
    y = layout_of(t, l, t->width - indent);
    pango_layout_get_size(y, NULL, &units);
    height = (double)units / PANGO_SCALE / UNITS;
    t->y += styles[l->style].before;
    cairo_restore(t->c);
    next_sheet(t, height);
    cairo_save(t->c);
    cairo_scale(t->c, 1.0 / UNITS, 1.0 / UNITS);
    if (t->draws) {
        cairo_set_source_rgb(t->c, 0.07, 0.09, 0.1);
        if (indent > 0) {
            double dot = t->p->right_to_left ? t->margin + t->width - 2 : t->margin + 2;

            cairo_new_path(t->c);
            cairo_arc(t->c, dot * UNITS, (t->y + 2.3) * UNITS, 0.6 * UNITS, 0, 6.2832);
            cairo_fill(t->c);
        }
        x += t->p->right_to_left ? 0 : indent;
        cairo_move_to(t->c, x * UNITS, t->y * UNITS);
        pango_cairo_show_layout(t->c, y);
    }
    cairo_restore(t->c);
    g_object_unref(y);
    t->y += height;
}

static void put_qr(struct sheet *t)
{
    double module, x;

    if (!t->qr)
        return;
    t->y += 4;
    next_sheet(t, QR_MM);
    module = (double)QR_MM / t->qr->w;
    x = t->margin + (t->width - QR_MM) / 2;
    if (t->draws) {
        cairo_set_source_rgb(t->c, 0, 0, 0);
        for (int j = 0; j < t->qr->h; j++)
            for (int i = 0; i < t->qr->w; i++)
                if (symbol_dark(t->qr, i, j))
                    cairo_rectangle(t->c, x + i * module, t->y + j * module, module, module);
        cairo_fill(t->c);
    }
    t->y += QR_MM;
}

static void put_all(struct sheet *t, bool draws)
{
    t->draws = draws;
    t->y = t->top;
    for (size_t i = 0; i < t->p->n; i++)
        put_line(t, &t->p->line[i]);
    put_qr(t);
}

static bool prepare(struct sheet *t, const struct page *p, struct why *w)
{
    double margin = p->width_mm > 100 ? 18 : 5;

    *t = (struct sheet){ .p = p, .w = w, .margin = margin, .top = margin, .width = p->width_mm - 2 * margin };
    if (p->n > PAGE_LINES)
        return why_set(w, "page", WHY_NO_OFFSET, NULL, "more than %d lines", PAGE_LINES);
    for (size_t i = 0; i < p->n; i++) {
        struct span s = span_str(p->line[i].text);

        if (utf8_valid_to(s) != s.n)
            return why_set(w, "page", WHY_NO_OFFSET, NULL, "a text is not UTF-8");
    }
    if (!p->qr.n)
        return true;
    t->qr = symbol_make(BARCODE_QR, p->qr, w);
    return t->qr != NULL;
}

static cairo_status_t to_buffer(void *to, const unsigned char *p, unsigned n)
{
    buf_put(to, span_of(p, n));
    return buf_ok(to) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static bool finish(struct sheet *t, cairo_status_t status, struct buffer *out, size_t start)
{
    symbol_free(t->qr);
    if (buf_ok(out) && status == CAIRO_STATUS_SUCCESS)
        return true;
    out->n = start;
    return why_set(t->w, buf_ok(out) ? "page" : "too-large", WHY_NO_OFFSET, NULL,
                   "the page cannot be drawn: %s", cairo_status_to_string(status));
}

/* How long it is, in one piece. */
static double measured(struct sheet *t)
{
    cairo_surface_t *s = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);

    t->c = cairo_create(s);
    t->bottom = 0;
    put_all(t, false);
    cairo_destroy(t->c);
    cairo_surface_destroy(s);
    return t->y + t->margin < MOST_MM ? t->y + t->margin : MOST_MM;
}

bool page_pdf(const struct page *p, unix_time created, struct buffer *out, struct why *w)
{
    cairo_surface_t *surface;
    cairo_status_t status;
    char date[TIME_TEXT];
    size_t start = out->n;
    double height;
    struct sheet t;

    if (!prepare(&t, p, w))
        return false;
    height = p->width_mm == PAGE_A4_MM ? A4_HEIGHT : measured(&t);
    surface = cairo_pdf_surface_create_for_stream(to_buffer, out, p->width_mm / POINT_MM, height / POINT_MM);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, time_format(created, date));
    t.c = cairo_create(surface);
    t.bottom = p->width_mm == PAGE_A4_MM ? A4_HEIGHT - t.margin : 0;
    cairo_scale(t.c, 1 / POINT_MM, 1 / POINT_MM);
    put_all(&t, true);
    cairo_show_page(t.c);
    cairo_destroy(t.c);
    cairo_surface_finish(surface);
    status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return finish(&t, status, out, start);
}

bool page_png(const struct page *p, struct buffer *out, struct why *w)
{
    const double pixel = 25.4 / DPI;
    cairo_surface_t *surface;
    cairo_status_t status;
    size_t start = out->n;
    int width, height;
    struct sheet t;

    if (!prepare(&t, p, w))
        return false;
    width = (int)(p->width_mm / pixel + 0.5);
    height = (int)(measured(&t) / pixel + 0.5);
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    t.c = cairo_create(surface);
    cairo_set_source_rgb(t.c, 1, 1, 1);
    cairo_paint(t.c);
    cairo_scale(t.c, 1 / pixel, 1 / pixel);
    put_all(&t, true);
    cairo_destroy(t.c);
    cairo_surface_flush(surface);
    status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        png_put(&(struct png_picture){ PNG_XRGB, cairo_image_surface_get_data(surface), width, height,
                                       cairo_image_surface_get_stride(surface),
                                       (unsigned)(1000 / pixel + 0.5) },
                out);
    cairo_surface_destroy(surface);
    return finish(&t, status, out, start);
}
