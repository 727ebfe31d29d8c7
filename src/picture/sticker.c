#include "picture/sticker.h"

#include <math.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/text.h"
#include "picture/ornament.h"
#include "picture/png_write.h"
#include "picture/symbol.h"

/* All lengths here are millimetres; the origin is the sticker's top left. */
#define POINT_MM (25.4 / 72)
#define PIXEL_MM (25.4 / STICKER_DPI)

enum { TEXT_UNITS = 100 }; /* text is laid out in hundredths, so that no metric is rounded away */

static const char FONT[] = "Noto Sans, Noto Sans Arabic, DejaVu Sans";
static const char FONT_MRZ[] = "DejaVu Sans Mono";

enum ink { INK_TEXT, INK_LABEL, INK_TITLE, INK_NUMBER, INK_SPECIMEN };

static const double inks[][4] = {
    [INK_TEXT] = { 0.09, 0.11, 0.13, 1 },        [INK_LABEL] = { 0.05, 0.36, 0.38, 1 },
    [INK_TITLE] = { 0.03, 0.30, 0.32, 1 },       [INK_NUMBER] = { 0.66, 0.10, 0.13, 1 },
    [INK_SPECIMEN] = { 0.72, 0.10, 0.14, 0.20 },
};

struct sheet {
    cairo_t *c;
    const struct sticker *s;
    struct symbol *seal;
    struct why *w;
    bool ok;
};

enum side { SIDE_START, SIDE_END, SIDE_MIDDLE };

struct style {
    double size; /* of the font */
    enum ink ink;
    enum side side;
    bool bold, mono;
};

static PangoLayout *layout_of(const struct sheet *t, const struct style *y, double size, const char *text)
{
    const char *font = y->mono ? t->s->font_mrz : t->s->font;
    PangoFontDescription *d = pango_font_description_from_string(font ? font : y->mono ? FONT_MRZ : FONT);
    PangoLayout *l = pango_cairo_create_layout(t->c);
    cairo_font_options_t *o = cairo_font_options_create();

    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(pango_layout_get_context(l), o);
    pango_context_set_round_glyph_positions(pango_layout_get_context(l), FALSE);
    cairo_font_options_destroy(o);
    pango_font_description_set_weight(d, y->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(d, size * TEXT_UNITS * PANGO_SCALE);
    pango_layout_set_font_description(l, d);
    pango_font_description_free(d);
    pango_layout_set_single_paragraph_mode(l, TRUE);
    pango_layout_set_text(l, text, -1);
    return l;
}

/*
 * One line with its baseline at y in [x, x + width], smaller when it must be, and a failure when that would
 * be less than 55 %: a document is never cut silently. Returns the width used.
 */
static double put_text(struct sheet *t, double x, double y, double width, const struct style *style,
                       const char *text)
{
    enum { LEAST_PERCENT = 55 };
    PangoLayout *l;
    int units;
    double used, size = style->size;

    if (!text || !*text || !t->ok)
        return 0;
    cairo_save(t->c);
    cairo_scale(t->c, 1.0 / TEXT_UNITS,
                1.0 / TEXT_UNITS); /* before the layout: it picks its fonts by the scale */
    l = layout_of(t, style, size, text);
    pango_layout_get_size(l, &units, NULL);
    used = (double)units / PANGO_SCALE / TEXT_UNITS;
    if (used > width) {
        size *= width / used * 0.995;
        g_object_unref(l);
        l = layout_of(t, style, size, text);
        used = width;
    }
    if (size * 100 < style->size * LEAST_PERCENT)
        t->ok = why_set(t->w, "sticker", WHY_NO_OFFSET, NULL,
                        "A text of %zu bytes does not fit its place on the sticker.", strlen(text));
    if (style->side == SIDE_END)
        x += width - used;
    else if (style->side == SIDE_MIDDLE)
        x += (width - used) / 2;
    cairo_set_source_rgba(t->c, inks[style->ink][0], inks[style->ink][1], inks[style->ink][2],
                          inks[style->ink][3]);
    cairo_move_to(t->c, x * TEXT_UNITS, y * TEXT_UNITS - (double)pango_layout_get_baseline(l) / PANGO_SCALE);
    if (t->ok)
        pango_cairo_show_layout(t->c, l);
    cairo_restore(t->c);
    g_object_unref(l);
    return used;
}

enum { HEAD = 17, MRZ_TOP = 60, LEFT = 5, RIGHT = 115 };

static void draw_ground(struct sheet *t)
{
    cairo_t *c = t->c;
    cairo_pattern_t *tint = cairo_pattern_create_linear(0, 0, STICKER_WIDTH_MM, MRZ_TOP);

    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_paint(c);
    cairo_pattern_add_color_stop_rgb(tint, 0, 0.93, 0.965, 0.96);
    cairo_pattern_add_color_stop_rgb(tint, 0.5, 0.985, 0.97, 0.93);
    cairo_pattern_add_color_stop_rgb(tint, 1, 0.96, 0.94, 0.965);
    cairo_rectangle(c, 0, 0, STICKER_WIDTH_MM, MRZ_TOP);
    cairo_set_source(c, tint);
    cairo_fill(c);
    cairo_pattern_destroy(tint);
    cairo_save(c);
    cairo_rectangle(c, 0, 0, STICKER_WIDTH_MM, MRZ_TOP);
    cairo_clip(c);
    ornament_waves(c, STICKER_WIDTH_MM, MRZ_TOP);
    ornament_rosette(c, 44, 38, 21, 0.22);
    cairo_restore(c);
    cairo_set_source_rgb(c, 0.04, 0.42, 0.44);
    cairo_rectangle(c, LEFT, HEAD - 0.25, RIGHT - LEFT, 0.25);
    cairo_fill(c);
}

/* Left the emblem and titles, right the issuing state and the number. */
static void draw_head(struct sheet *t)
{
    static const struct style first = { 5.2, INK_TITLE, SIDE_START, .bold = true },
                              other = { 3.0, INK_TITLE, SIDE_START, .bold = true },
                              state = { 3.1, INK_TEXT, SIDE_END, .bold = true },
                              local = { 3.1, INK_TEXT, SIDE_END },
                              number = { 3.7, INK_NUMBER, SIDE_END, .bold = true, .mono = true };
    double y = 7.3, x = 20;

    ornament_emblem(t->c, LEFT + 6, 8.6, 6);
    (void)put_text(t, x, y, 42, &first, t->s->title[0]);
    y += 4.5;
    for (int i = 1; i < STICKER_TITLES; i++) {
        double used = put_text(t, x, y, 42 - (x - 20), &other, t->s->title[i]);

        if (used > 0)
            x += used + 3;
        if (x > 20 + 30) {
            x = 20;
            y += 3.8;
        }
    }
    (void)put_text(t, 64, 5.4, RIGHT - 64, &state, t->s->state);
    (void)put_text(t, 64, 9.4, RIGHT - 64, &local, t->s->state_local);
    (void)put_text(t, 64, 14.9, RIGHT - 64, &number, t->s->number);
}

static const struct {
    enum sticker_field field;
    const char *label;
    double x, y, width;
    bool large;
} places[] = {
    { STICKER_NAMES, "Surname, given names", 5, 20.0, 79, true },
    { STICKER_PASSPORT, "Passport No.", 5, 27.2, 25, false },
    { STICKER_NATIONALITY, "Nationality", 32, 27.2, 25, false },
    { STICKER_BORN, "Date of birth", 59, 27.2, 25, false },
    { STICKER_FROM, "Valid from", 5, 34.0, 25, true },
    { STICKER_UNTIL, "Valid until", 32, 34.0, 25, true },
    { STICKER_ENTRIES, "Number of entries", 59, 34.0, 25, true },
    { STICKER_STAY, "Duration of stay", 5, 41.2, 25, false },
    { STICKER_PURPOSE, "Purpose of travel", 32, 41.2, 52, false },
    { STICKER_ISSUED, "Date of issue", 5, 48.0, 25, false },
    { STICKER_PLACE, "Place of issue", 32, 48.0, 52, false },
    { STICKER_REMARKS, "Remarks", 5, 54.6, 79, false },
};

static void draw_fields(struct sheet *t)
{
    static const struct style label = { 1.75, INK_LABEL, SIDE_START }, local = { 1.75, INK_LABEL, SIDE_END },
                              value = { 2.7, INK_TEXT, SIDE_START, .bold = true },
                              large = { 3.1, INK_TEXT, SIDE_START, .bold = true };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        enum sticker_field f = places[i].field;
        double used;

        if (!t->s->value[f])
            continue;
        used = put_text(t, places[i].x, places[i].y, places[i].width, &label, places[i].label);
        (void)put_text(t, places[i].x + used + 0.8, places[i].y, places[i].width - used - 0.8, &local,
                       t->s->label[f]);
        (void)put_text(t, places[i].x, places[i].y + (places[i].large ? 3.6 : 3.2), places[i].width,
                       places[i].large ? &large : &value, t->s->value[f]);
    }
}

/* Whole pixels at the sticker's resolution: both outputs have the same sharp edges. */
static void draw_seal(struct sheet *t)
{
    static const struct style caption = { 1.6, INK_LABEL, SIDE_MIDDLE };
    enum { LEAST_PIXELS = 4, MOST_PIXELS = 6 };
    const double box = 29.5, x0 = RIGHT - box, y0 = 22.5;
    int pixels = MOST_PIXELS, all;
    double m, left, top;

    if (!t->seal)
        return;
    all = t->seal->w + 2 * t->seal->quiet;
    while (pixels > LEAST_PIXELS && all * pixels * PIXEL_MM > box)
        pixels--;
    m = pixels * PIXEL_MM;
    if (all * m > box) {
        t->ok = why_set(t->w, "sticker", WHY_NO_OFFSET, NULL,
                        "A seal of %zu bytes is too large for the sticker.", t->s->seal.n);
        return;
    }
    left = x0 + (box - all * m) / 2;
    top = y0 + (box - all * m) / 2;
    left -= fmod(left, PIXEL_MM);
    top -= fmod(top, PIXEL_MM);
    cairo_set_source_rgb(t->c, 1, 1, 1);
    cairo_rectangle(t->c, left - 0.4, top - 0.4, all * m + 0.8, all * m + 0.8);
    cairo_fill(t->c);
    cairo_set_source_rgb(t->c, 0, 0, 0);
    for (int y = 0; y < t->seal->h; y++) { /* a run at a time, so that no hairline shows between modules */
        for (int x = 0, run; x < t->seal->w; x += run) {
            for (run = 1;
                 x + run < t->seal->w && symbol_dark(t->seal, x + run, y) == symbol_dark(t->seal, x, y);)
                run++;
            if (symbol_dark(t->seal, x, y))
                cairo_rectangle(t->c, left + (x + t->seal->quiet) * m, top + (y + t->seal->quiet) * m,
                                run * m, m);
        }
    }
    cairo_set_antialias(t->c, CAIRO_ANTIALIAS_NONE);
    cairo_fill(t->c);
    cairo_set_antialias(t->c, CAIRO_ANTIALIAS_DEFAULT);
    (void)put_text(t, x0, top + all * m + 3.0, box, &caption, "VISIBLE DIGITAL SEAL · ICAO 9303-13");
}

/* Ten characters an inch, each in the middle of its cell (Doc 9303-3 4.3: OCR-B size 1). */
static void draw_mrz(struct sheet *t)
{
    static const struct style letter = { 3.55, INK_TEXT, SIDE_MIDDLE, .mono = true };
    const double pitch = 2.54, x0 = (STICKER_WIDTH_MM - 44 * pitch) / 2, baseline[2] = { 67.4, 73.75 };
    char one[2] = { 0 };

    cairo_set_source_rgb(t->c, 1, 1, 1);
    cairo_rectangle(t->c, 0, MRZ_TOP, STICKER_WIDTH_MM, STICKER_HEIGHT_MM - MRZ_TOP);
    cairo_fill(t->c);
    cairo_set_source_rgb(t->c, 0.04, 0.42, 0.44);
    cairo_rectangle(t->c, 0, MRZ_TOP, STICKER_WIDTH_MM, 0.15);
    cairo_fill(t->c);
    for (int line = 0; line < 2; line++) {
        for (int i = 0; t->s->mrz[line] && i < 44; i++) {
            one[0] = t->s->mrz[line][i];
            (void)put_text(t, x0 + i * pitch, baseline[line], pitch, &letter, one);
        }
    }
}

/* Across the text, clear of the seal and of the machine-readable zone. */
static void draw_specimen(struct sheet *t)
{
    static const struct style style = { 14.5, INK_SPECIMEN, SIDE_MIDDLE, .bold = true };

    if (!t->s->specimen)
        return;
    cairo_save(t->c);
    cairo_translate(t->c, 45, 39);
    cairo_rotate(t->c, -0.36);
    (void)put_text(t, -50, 5, 100, &style, "SPECIMEN");
    cairo_restore(t->c);
}

static bool draw(struct sheet *t)
{
    cairo_save(t->c);
    cairo_rectangle(t->c, 0, 0, STICKER_WIDTH_MM, STICKER_HEIGHT_MM);
    cairo_clip(t->c);
    draw_ground(t);
    draw_specimen(t);
    draw_head(t);
    draw_fields(t);
    draw_seal(t);
    draw_mrz(t);
    cairo_restore(t->c);
    return t->ok;
}

static bool text_ok(const char *s, struct why *w)
{
    struct span bytes = span_str(s);

    if (utf8_valid_to(bytes) == bytes.n)
        return true;
    return why_set(w, "sticker", utf8_valid_to(bytes), NULL, "A text of the sticker is not UTF-8.");
}

static bool texts_ok(const struct sticker *s, struct why *w)
{
    bool ok = text_ok(s->state, w) && text_ok(s->state_local, w) && text_ok(s->number, w);

    for (int i = 0; i < STICKER_TITLES; i++)
        ok = ok && text_ok(s->title[i], w);
    for (int i = 0; i < STICKER_FIELDS; i++)
        ok = ok && text_ok(s->value[i], w) && text_ok(s->label[i], w);
    return ok;
}

static bool mrz_ok(const char *line, struct why *w)
{
    struct span s = span_str(line);

    if (!line)
        return true;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '<')
            return why_set(w, "sticker", i, "Doc 9303-3 4.3",
                           "A machine-readable line has A-Z, 0-9 and '<' only.");
    if (s.n != 44)
        return why_set(w, "sticker", s.n, "Doc 9303-7 4.2",
                       "A machine-readable line of an MRV-A has 44 characters.");
    return true;
}

static bool prepare(struct sheet *t, const struct sticker *s, struct why *w)
{
    *t = (struct sheet){ .s = s, .w = w, .ok = true };
    if (!texts_ok(s, w) || !mrz_ok(s->mrz[0], w) || !mrz_ok(s->mrz[1], w))
        return false;
    if (s->seal.n == 0)
        return true;
    t->seal = symbol_make(BARCODE_DATA_MATRIX, s->seal, w);
    return t->seal != NULL;
}

static cairo_status_t to_buffer(void *to, const unsigned char *p, unsigned n)
{
    buf_put(to, span_of(p, n));
    return buf_ok(to) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* The end of every output: what cairo and the buffer have to say; on failure nothing was added after start.
 */
static bool finish(struct sheet *t, cairo_status_t status, struct buffer *out, size_t start)
{
    symbol_free(t->seal);
    if (t->ok && buf_ok(out) && status == CAIRO_STATUS_SUCCESS)
        return true;
    out->n = start;
    if (!t->ok)
        return false;
    if (!buf_ok(out))
        return why_set(t->w, "too-large", WHY_NO_OFFSET, NULL, "The drawing does not fit its buffer.");
    return why_set(t->w, "sticker", WHY_NO_OFFSET, NULL, "The sticker cannot be drawn: %s.",
                   cairo_status_to_string(status));
}

static void draw_cut_marks(cairo_t *c)
{
    cairo_set_source_rgb(c, 0, 0, 0);
    cairo_set_line_width(c, 0.1);
    for (int i = 0; i < 4; i++) {
        double x = i & 1 ? STICKER_WIDTH_MM : 0, y = i & 2 ? STICKER_HEIGHT_MM : 0, dx = i & 1 ? 1 : -1,
               dy = i & 2 ? 1 : -1;

        cairo_move_to(c, x + 2 * dx, y);
        cairo_line_to(c, x + 7 * dx, y);
        cairo_move_to(c, x, y + 2 * dy);
        cairo_line_to(c, x, y + 7 * dy);
        cairo_stroke(c);
    }
}

static bool pdf(const struct sticker *s, unix_time created, bool sheet, struct buffer *out, struct why *w)
{
    static const struct style note = { 2.8, INK_TEXT, SIDE_MIDDLE };
    double width = sheet ? 210 : STICKER_WIDTH_MM, height = sheet ? 297 : STICKER_HEIGHT_MM;
    struct sheet t;
    cairo_surface_t *surface;
    cairo_status_t status;
    char date[TIME_TEXT];
    size_t start = out->n;

    if (!prepare(&t, s, w))
        return false;
    surface = cairo_pdf_surface_create_for_stream(to_buffer, out, width / POINT_MM, height / POINT_MM);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, time_format(created, date));
    t.c = cairo_create(surface);
    cairo_scale(t.c, 1 / POINT_MM, 1 / POINT_MM);
    if (sheet)
        cairo_translate(t.c, (width - STICKER_WIDTH_MM) / 2, 40);
    (void)draw(&t);
    if (sheet) {
        draw_cut_marks(t.c);
        (void)put_text(&t, 0, STICKER_HEIGHT_MM + 14, STICKER_WIDTH_MM, &note,
                       "Print at 100 % (not \"fit to page\"): the sticker measures 120 x 80 mm.");
    }
    cairo_show_page(t.c);
    cairo_destroy(t.c);
    cairo_surface_finish(surface);
    status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return finish(&t, status, out, start);
}

bool sticker_pdf(const struct sticker *s, unix_time created, struct buffer *out, struct why *w)
{
    return pdf(s, created, false, out, w);
}

bool sticker_sheet_pdf(const struct sticker *s, unix_time created, struct buffer *out, struct why *w)
{
    return pdf(s, created, true, out, w);
}

bool sticker_png(const struct sticker *s, struct buffer *out, struct why *w)
{
    int width = (int)(STICKER_WIDTH_MM / PIXEL_MM + 0.5), height = (int)(STICKER_HEIGHT_MM / PIXEL_MM + 0.5);
    struct sheet t;
    cairo_surface_t *surface;
    cairo_status_t status;
    size_t start = out->n;

    if (!prepare(&t, s, w))
        return false;
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    t.c = cairo_create(surface);
    cairo_scale(t.c, 1 / PIXEL_MM, 1 / PIXEL_MM);
    (void)draw(&t);
    cairo_destroy(t.c);
    cairo_surface_flush(surface);
    status = cairo_surface_status(surface);
    if (t.ok && status == CAIRO_STATUS_SUCCESS)
        png_put(&(struct png_picture){ PNG_XRGB, cairo_image_surface_get_data(surface), width, height,
                                       cairo_image_surface_get_stride(surface),
                                       (unsigned)(1000 / PIXEL_MM + 0.5) },
                out);
    cairo_surface_destroy(surface);
    return finish(&t, status, out, start);
}
