/*
 * A page of text to print or to keep on a phone: paragraphs and fields in any script, each in its own
 * direction, and a QR code at the end. The same as PDF (vectors, fonts embedded, tagged for readers aloud),
 * on as many sheets as it takes, and as one PNG.
 */
#ifndef SERAI_PICTURE_PAGE_H
#define SERAI_PICTURE_PAGE_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

enum page_style {
    PAGE_TEXT,
    PAGE_TITLE,
    PAGE_HEADING,
    PAGE_SMALL,
    PAGE_LARGE,
    PAGE_CODE,
    PAGE_ITEM,
    PAGE_RULE,
    PAGE_FIELD /* a label, and beside it a value */
};

enum {
    PAGE_LINES = 2048,
    PAGE_TEXT_MOST = 128 * 1024 /* bytes of one text */,
    PAGE_SHEETS = 200,
    PAGE_A4_MM = 210,
    PAGE_RECEIPT_MM = 80
};

struct page_line {
    enum page_style style;
    const char *text;  /* UTF-8; of PAGE_RULE: NULL */
    const char *value; /* of PAGE_FIELD; stands apart, so that neither turns the other's direction */
};

struct page {
    const struct page_line *line;
    size_t n;           /* at most PAGE_LINES */
    struct span qr;     /* its content; empty: none */
    int width_mm;       /* of the sheet: PAGE_A4_MM, or PAGE_RECEIPT_MM, which is as long as it must be */
    bool right_to_left; /* of lines without a direction of their own, and where items begin */
    const char *title;  /* of the document, for a reader's window; NULL: none */
    const char *foot;   /* at the foot of each A4 sheet, "{page}" and "{pages}" replaced; NULL: none */
    bool specimen;      /* overprinted on each sheet: it is no document */
    size_t *unknown;    /* how many signs no font here has, when asked for; they are drawn as boxes */
};

/*
 * The same page and time give the same bytes; created is the only date in the PDF. Texts are drawn as
 * text_put_plain gives them: what would turn the direction of the words around it is a dot. Reasons: "page"
 * (no UTF-8, too many lines or sheets), "barcode", "too-large" (the buffer's ceiling).
 */
MUST_USE bool page_pdf(const struct page *p, unix_time created, struct buffer *pdf, struct why *w);
MUST_USE bool page_png(const struct page *p, struct buffer *png, struct why *w);

#endif
