#include "picture/page.h"

#include <cairo-pdf.h>

#include "base/text.h"
#include "picture/page_sheet.h"
#include "picture/png_write.h"

/* Lengths are millimetres. */
#define POINT_MM (25.4 / 72)

enum { DPI = 203, MOST_MM = 4000, FOOT_MM = 6 };

static bool is_text(const char *s)
{
    struct span text = span_str(s);

    return text.n <= PAGE_TEXT_MOST && utf8_valid_to(text) == text.n;
}

static bool prepare(struct page_sheet *t, const struct page *p, struct why *w)
{
    double margin = p->width_mm > 100 ? 18 : 5;

    *t = (struct page_sheet){ .p = p, .margin = margin, .top = margin, .width = p->width_mm - 2 * margin };
    if (p->n > PAGE_LINES)
        return why_set(w, "page", WHY_NO_OFFSET, NULL, "more than %d lines", PAGE_LINES);
    for (size_t i = 0; i < p->n; i++)
        if (!is_text(p->line[i].text) || !is_text(p->line[i].value))
            return why_set(w, "page", WHY_NO_OFFSET, NULL, "a text is not UTF-8, or too long");
    if (!is_text(p->title) || !is_text(p->foot))
        return why_set(w, "page", WHY_NO_OFFSET, NULL, "title or foot is not UTF-8, or too long");
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

static bool finish(struct page_sheet *t, cairo_status_t status, struct buffer *out, size_t start,
                   struct why *w)
{
    symbol_free(t->qr);
    if (buf_ok(out) && status == CAIRO_STATUS_SUCCESS) {
        if (t->p->unknown)
            *t->p->unknown = t->unknown;
        return true;
    }
    out->n = start;
    return why_set(w, buf_ok(out) ? "page" : "too-large", WHY_NO_OFFSET, NULL, "the page cannot be drawn: %s",
                   cairo_status_to_string(status));
}

/* How long it is in one piece, or on how many sheets it stands; bottom says which. */
static void measure(struct page_sheet *t)
{
    cairo_surface_t *s = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);

    t->c = cairo_create(s);
    page_sheet_put(t, false);
    t->of = t->number;
    cairo_destroy(t->c);
    cairo_surface_destroy(s);
}

static double length_of(const struct page_sheet *t)
{
    return t->y + t->margin < MOST_MM ? t->y + t->margin : MOST_MM;
}

static void say_metadata(cairo_surface_t *s, const struct page *p, unix_time created)
{
    char date[TIME_TEXT];

    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, time_format(created, date));
    if (p->title)
        cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, p->title);
}

bool page_pdf(const struct page *p, unix_time created, struct buffer *out, struct why *w)
{
    cairo_surface_t *surface;
    cairo_status_t status;
    size_t start = out->n;
    double height;
    struct page_sheet t;

    if (!prepare(&t, p, w))
        return false;
    t.bottom = p->width_mm == PAGE_A4_MM ? PAGE_A4_HEIGHT - t.margin - (p->foot ? FOOT_MM : 0) : 0;
    measure(&t);
    if (t.of > PAGE_SHEETS) {
        symbol_free(t.qr);
        return why_set(w, "page", WHY_NO_OFFSET, NULL, "more than %d sheets", PAGE_SHEETS);
    }
    height = t.bottom > 0 ? PAGE_A4_HEIGHT : length_of(&t);
    surface = cairo_pdf_surface_create_for_stream(to_buffer, out, p->width_mm / POINT_MM, height / POINT_MM);
    say_metadata(surface, p, created);
    t.c = cairo_create(surface);
    t.tagged = true;
    cairo_scale(t.c, 1 / POINT_MM, 1 / POINT_MM);
    page_sheet_put(&t, true);
    cairo_show_page(t.c);
    cairo_destroy(t.c);
    cairo_surface_finish(surface);
    status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return finish(&t, status, out, start, w);
}

bool page_png(const struct page *p, struct buffer *out, struct why *w)
{
    const double pixel = 25.4 / DPI;
    cairo_surface_t *surface;
    cairo_status_t status;
    size_t start = out->n;
    int width, height;
    struct page_sheet t;

    if (!prepare(&t, p, w))
        return false;
    width = (int)(p->width_mm / pixel + 0.5);
    measure(&t);
    height = (int)(length_of(&t) / pixel + 0.5);
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    t.c = cairo_create(surface);
    cairo_set_source_rgb(t.c, 1, 1, 1);
    cairo_paint(t.c);
    cairo_scale(t.c, 1 / pixel, 1 / pixel);
    page_sheet_put(&t, true);
    cairo_destroy(t.c);
    cairo_surface_flush(surface);
    status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        png_put(&(struct png_picture){ PNG_XRGB, cairo_image_surface_get_data(surface), width, height,
                                       cairo_image_surface_get_stride(surface),
                                       (unsigned)(1000 / pixel + 0.5) },
                out);
    cairo_surface_destroy(surface);
    return finish(&t, status, out, start, w);
}
