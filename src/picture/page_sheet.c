#include "picture/page_sheet.h"

#include <pango/pangocairo.h>

#include "base/text.h"

/*
 * Lengths are millimetres, for text too: Pango counts them in 1024ths of 32 bits, so that a paragraph of
 * PAGE_TEXT_MOST letters of any style has a width that it can count.
 */
enum { QR_MM = 34 };

static const char FONT[] = "Noto Sans, Noto Sans Arabic, DejaVu Sans";
static const char FONT_CODE[] = "DejaVu Sans Mono";
static const double INK[] = { 0.07, 0.09, 0.1 }, PALE[] = { 0.33, 0.37, 0.39 };

static const struct style {
    double size, before, indent;
    bool bold, code;
    const char *tag;
} styles[] = {
    [PAGE_TEXT] = { 3.4, 1.0, .tag = "P" },
    [PAGE_TITLE] = { 6.0, 0, .bold = true, .tag = "H1" },
    [PAGE_HEADING] = { 4.3, 4.0, .bold = true, .tag = "H2" },
    [PAGE_SMALL] = { 2.7, 0.8, .tag = "P" },
    [PAGE_LARGE] = { 7.5, 1.5, .bold = true, .tag = "P" },
    [PAGE_CODE] = { 4.2, 1.5, .bold = true, .code = true, .tag = "P" },
    [PAGE_ITEM] = { 3.4, 0.9, .indent = 5, .tag = "P" },
    [PAGE_RULE] = { 1.0, 2.0 },
    [PAGE_FIELD] = { 3.4, 1.2, .tag = "P" },
};

static bool joins(char c)
{
    return c == '-' || c == ':' || c == '.' || c == '/';
}

/*
 * Between letters of Arabic script the parts of 2027-03-01 would stand from right to left (UAX #9, W2, W4):
 * dates, times and numbers with a sign in them are isolated.
 */
static void put_isolated(struct buffer *b, struct span s)
{
    for (size_t i = 0, k; i < s.n; i = k) {
        bool sign = false;

        for (k = i; k < s.n && (ascii_digit(s.p[k]) ||
                                (k > i && k + 1 < s.n && joins((char)s.p[k]) && ascii_digit(s.p[k + 1])));
             k++)
            sign = sign || joins((char)s.p[k]);
        k = k == i ? i + 1 : k;
        if (sign)
            utf8_put(b, 0x2066);
        buf_put(b, span_sub(s, i, k));
        if (sign)
            utf8_put(b, 0x2069);
    }
}

static char *plain(const char *text, bool right_to_left)
{
    struct buffer b, with;
    char *out;

    buf_init(&b, 4 * PAGE_TEXT_MOST);
    buf_init(&with, 16 * PAGE_TEXT_MOST);
    text_put_plain(&b, span_str(text));
    if (right_to_left)
        put_isolated(&with, buf_span(&b));
    else
        buf_put(&with, buf_span(&b));
    out = g_strndup(buf_cstr(&with), with.n);
    buf_free(&b);
    buf_free(&with);
    return out;
}

/* Numbers and codes alone read from left to right on every page. */
static bool is_number(const char *text)
{
    for (; *text; text++)
        if ((uint8_t)*text >= 0x80 || ascii_upper(*text) || ascii_lower(*text))
            return false;
    return true;
}

/* starts: it stands where lines begin, also when its own direction is the other one. */
static PangoLayout *layout_of(const struct page_sheet *t, const struct style *s, const char *text,
                              double width, bool starts)
{
    PangoFontDescription *d = pango_font_description_from_string(s->code ? FONT_CODE : FONT);
    PangoLayout *y = pango_cairo_create_layout(t->c);
    PangoContext *c = pango_layout_get_context(y);
    cairo_font_options_t *o = cairo_font_options_create();
    bool rtl = t->p->right_to_left;
    char *shown = plain(text ? text : "", rtl);
    bool flips;

    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(c, o);
    cairo_font_options_destroy(o);
    pango_context_set_round_glyph_positions(c, FALSE);
    pango_font_description_set_weight(d, s->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(d, s->size * PANGO_SCALE);
    pango_layout_set_font_description(y, d);
    pango_font_description_free(d);
    if (starts && rtl && text && is_number(text)) {
        pango_context_set_base_dir(c, PANGO_DIRECTION_LTR);
        pango_layout_set_auto_dir(y, FALSE);
    } else {
        pango_context_set_base_dir(c, rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    }
    pango_layout_set_wrap(y, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(y, (int)(width * PANGO_SCALE));
    pango_layout_set_text(y, shown, -1);
    /* Pango takes the other side for a paragraph whose direction is not that of the page. */
    flips = starts && pango_layout_get_auto_dir(y) &&
            (pango_layout_get_direction(y, 0) == PANGO_DIRECTION_RTL) != rtl;
    pango_layout_set_alignment(y, rtl != flips ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    g_free(shown);
    return y;
}

static double height_of(PangoLayout *y)
{
    int units;

    pango_layout_get_size(y, NULL, &units);
    return (double)units / PANGO_SCALE;
}

static void ink(const struct page_sheet *t, const double colour[3])
{
    cairo_set_source_rgb(t->c, colour[0], colour[1], colour[2]);
}

static void tag(const struct page_sheet *t, const char *name, bool begin)
{
    if (!t->draws || !t->tagged || !name)
        return;
    if (begin)
        cairo_tag_begin(t->c, name, NULL);
    else
        cairo_tag_end(t->c, name);
}

/* Centred about a point, which the context's origin is. */
static void put_word(const struct page_sheet *t, double size, bool as_text)
{
    const struct style s = { size, 0, .bold = true };
    PangoLayout *y = layout_of(t, &s, "SPECIMEN", t->width, false);
    int w, h;

    pango_layout_set_width(y, -1);
    pango_layout_get_size(y, &w, &h);
    cairo_move_to(t->c, -(double)w / PANGO_SCALE / 2, -(double)h / PANGO_SCALE / 2);
    if (as_text)
        pango_cairo_show_layout(t->c, y);
    else
        pango_cairo_layout_path(t->c, y);
    cairo_fill(t->c);
    g_object_unref(y);
}

/* Large across the sheet under what is printed, as a drawing that mixes with no text; small above it, to be
 * read. */
static void put_specimen(const struct page_sheet *t)
{
    double height = t->bottom > 0 ? PAGE_A4_HEIGHT : t->p->width_mm;

    if (!t->draws || !t->p->specimen)
        return;
    cairo_save(t->c);
    cairo_translate(t->c, t->p->width_mm / 2.0, height / 2);
    cairo_rotate(t->c, -0.7);
    cairo_set_source_rgb(t->c, 0.97, 0.87, 0.88);
    put_word(t, t->p->width_mm / 8.75, false);
    cairo_restore(t->c);
    cairo_save(t->c);
    cairo_translate(t->c, t->p->width_mm / 2.0, t->margin / 2);
    cairo_set_source_rgb(t->c, 0.66, 0.1, 0.13);
    tag(t, "P", true);
    put_word(t, styles[PAGE_SMALL].size, true);
    tag(t, "P", false);
    cairo_restore(t->c);
}

static char *foot_text(const struct page_sheet *t)
{
    GString *s = g_string_new(t->p->foot);
    char n[24];

    (void)snprintf(n, sizeof n, "%zu", t->number);
    (void)g_string_replace(s, "{page}", n, 1);
    (void)snprintf(n, sizeof n, "%zu", t->of);
    (void)g_string_replace(s, "{pages}", n, 1);
    return g_string_free(s, FALSE);
}

static void put_foot(struct page_sheet *t)
{
    PangoLayout *y;
    char *text;

    if (!t->draws || !t->p->foot || t->bottom <= 0)
        return;
    text = foot_text(t);
    y = layout_of(t, &styles[PAGE_SMALL], text, t->width, false);
    ink(t, PALE);
    cairo_move_to(t->c, t->margin, (t->bottom + 3));
    pango_cairo_show_layout(t->c, y);
    g_object_unref(y);
    g_free(text);
}

/* Room for so much, on the next sheet if need be. */
static void room(struct page_sheet *t, double height)
{
    if (t->bottom <= 0 || t->y + height <= t->bottom || t->y <= t->top)
        return;
    put_foot(t);
    if (t->draws)
        cairo_show_page(t->c);
    t->number++;
    t->y = t->top;
    put_specimen(t);
}

static void put_rule(struct page_sheet *t)
{
    t->y += styles[PAGE_RULE].before;
    room(t, 1);
    if (t->draws) {
        cairo_set_source_rgb(t->c, 0.45, 0.5, 0.5);
        cairo_rectangle(t->c, t->margin, t->y, t->width, 0.2);
        cairo_fill(t->c);
    }
    t->y += styles[PAGE_RULE].size;
}

/* One line of a layout, its left at x, its top at the sheet's y. */
static void show_line(const struct page_sheet *t, PangoLayoutIter *i, double x)
{
    PangoRectangle box;
    double baseline;

    if (!t->draws)
        return;
    pango_layout_iter_get_line_extents(i, NULL, &box);
    baseline = (double)(pango_layout_iter_get_baseline(i) - box.y) / PANGO_SCALE;
    cairo_move_to(t->c, x + (double)box.x / PANGO_SCALE, t->y + baseline);
    pango_cairo_show_layout_line(t->c, pango_layout_iter_get_line_readonly(i));
}

/* A text may be longer than a sheet: it goes on line by line. */
static void put_lines(struct page_sheet *t, PangoLayout *y, const char *name, double x)
{
    PangoLayoutIter *i = pango_layout_get_iter(y);
    PangoRectangle box;

    tag(t, name, true);
    do {
        double height;

        pango_layout_iter_get_line_extents(i, NULL, &box);
        height = (double)box.height / PANGO_SCALE;
        if (t->bottom > 0 && t->y + height > t->bottom) {
            tag(t, name, false);
            room(t, height);
            tag(t, name, true);
        }
        if (t->draws)
            ink(t, INK);
        show_line(t, i, x);
        t->y += height;
    } while (pango_layout_iter_next_line(i));
    tag(t, name, false);
    pango_layout_iter_free(i);
}

static void put_dot(const struct page_sheet *t)
{
    double x = t->p->right_to_left ? t->margin + t->width - 2 : t->margin + 2;

    if (!t->draws)
        return;
    ink(t, INK);
    cairo_new_path(t->c);
    cairo_arc(t->c, x, (t->y + 2.3), 0.6, 0, 6.2832);
    cairo_fill(t->c);
}

static void put_text(struct page_sheet *t, const struct page_line *l)
{
    const struct style *s = &styles[l->style];
    PangoLayout *y =
        layout_of(t, s, l->text, t->width - s->indent, l->style == PAGE_CODE || l->style == PAGE_ITEM);
    double height = height_of(y), least = height < 40 ? height : 8;

    t->unknown += (size_t)pango_layout_get_unknown_glyphs_count(y);
    t->y += s->before;
    /* A heading does not stay behind alone. */
    room(t, l->style == PAGE_HEADING ? least + 12 : least);
    if (s->indent > 0)
        put_dot(t);
    put_lines(t, y, s->tag, t->margin + (t->p->right_to_left ? 0 : s->indent));
    g_object_unref(y);
}

/* Label and value side by side, on a strip one above the other. */
static void put_field(struct page_sheet *t, const struct page_line *l)
{
    static const struct style of_label = { 3.0, 0 };
    const struct style *s = &styles[PAGE_FIELD];
    bool strip = t->p->width_mm < 100;
    double label = strip ? t->width : t->width * 0.32, value = strip ? t->width : t->width * 0.65, start,
           height;
    PangoLayout *y = layout_of(t, &of_label, l->text, label, false);
    size_t sheet;

    t->unknown += (size_t)pango_layout_get_unknown_glyphs_count(y);
    t->y += s->before;
    height = height_of(y);
    room(t, height + 5);
    start = t->y;
    t->y += strip ? 0 : 0.4; /* the smaller letters on the line of the larger */
    tag(t, s->tag, true);
    if (t->draws) {
        ink(t, PALE);
        cairo_move_to(t->c, (t->p->right_to_left ? t->margin + t->width - label : t->margin), t->y);
        pango_cairo_show_layout(t->c, y);
    }
    tag(t, s->tag, false);
    g_object_unref(y);
    height += t->y;
    t->y = strip ? height : start;
    y = layout_of(t, s, l->value, value, true);
    t->unknown += (size_t)pango_layout_get_unknown_glyphs_count(y);
    sheet = t->number;
    put_lines(t, y, s->tag, t->p->right_to_left ? t->margin : t->margin + t->width - value);
    g_object_unref(y);
    if (sheet == t->number && t->y < height)
        t->y = height;
}

static void put_qr(struct page_sheet *t)
{
    double module, x;

    if (!t->qr)
        return;
    t->y += 4;
    room(t, QR_MM);
    module = (double)QR_MM / t->qr->w;
    x = t->margin + (t->width - QR_MM) / 2;
    if (t->draws) {
        tag(t, "Figure", true);
        cairo_set_source_rgb(t->c, 1, 1, 1); /* nothing under a code, so that it reads */
        cairo_rectangle(t->c, x - 4 * module, t->y - 4 * module, QR_MM + 8 * module, QR_MM + 8 * module);
        cairo_fill(t->c);
        cairo_set_source_rgb(t->c, 0, 0, 0);
        for (int j = 0; j < t->qr->h; j++)
            for (int i = 0; i < t->qr->w; i++)
                if (symbol_dark(t->qr, i, j))
                    cairo_rectangle(t->c, x + i * module, t->y + j * module, module, module);
        cairo_fill(t->c);
        tag(t, "Figure", false);
    }
    t->y += QR_MM;
}

void page_sheet_put(struct page_sheet *t, bool draws)
{
    t->draws = draws;
    t->y = t->top;
    t->number = 1;
    t->unknown = 0;
    put_specimen(t);
    for (size_t i = 0; i < t->p->n && t->number <= PAGE_SHEETS; i++) {
        if (t->p->line[i].style == PAGE_RULE)
            put_rule(t);
        else if (t->p->line[i].style == PAGE_FIELD)
            put_field(t, &t->p->line[i]);
        else
            put_text(t, &t->p->line[i]);
    }
    put_qr(t);
    put_foot(t);
}
