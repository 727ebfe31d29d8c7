/*
 * A visa as a sticker to print: the size of an MRV-A (Doc 9303-7), text above, machine-readable zone below,
 * the visible seal at the side. The same drawing as PDF (vectors, fonts embedded) and as PNG.
 */
#ifndef SERAI_PICTURE_STICKER_H
#define SERAI_PICTURE_STICKER_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

enum { STICKER_WIDTH_MM = 120, STICKER_HEIGHT_MM = 80, STICKER_DPI = 300, STICKER_TITLES = 4 };

enum sticker_field {
    STICKER_NAMES,
    STICKER_PASSPORT,
    STICKER_NATIONALITY,
    STICKER_BORN,
    STICKER_FROM,
    STICKER_UNTIL,
    STICKER_ENTRIES,
    STICKER_STAY,
    STICKER_PURPOSE,
    STICKER_ISSUED,
    STICKER_PLACE,
    STICKER_REMARKS,
    STICKER_FIELDS
};

/* All text is UTF-8 in any script, each in its own direction; NULL: left out. */
struct sticker {
    const char *title[STICKER_TITLES]; /* "VISA" and so on, one line a language; the first is the largest */
    const char *state;                 /* the issuing state, by name */
    const char *state_local;           /* the same in its own language */
    const char *number;                /* of the visa */
    const char *value[STICKER_FIELDS];
    const char *label[STICKER_FIELDS]; /* second language beside the English label */
    const char *mrz[2];                /* 44 characters of A-Z, 0-9 and '<' each */
    struct span seal;                  /* drawn as Data Matrix; modules of 0.34 to 0.51 mm */
    const char *font;                  /* family list; NULL: Noto Sans, DejaVu Sans */
    const char *font_mrz;              /* an OCR-B where the printer has one; NULL: DejaVu Sans Mono */
    bool specimen;                     /* overprinted, and not a document */
};

/*
 * The same sticker and time give the same bytes. created is the only date in the PDF. False with reason
 * "sticker": text that is not UTF-8 or does not fit its place, a wrong machine-readable line, a seal too
 * large for its place; "barcode" as of symbol_make; "too-large": the buffer's ceiling.
 */
MUST_USE bool sticker_pdf(const struct sticker *s, unix_time created, struct buffer *pdf, struct why *w);
MUST_USE bool sticker_png(const struct sticker *s, struct buffer *png, struct why *w);

/* The sticker on an A4 page with cut marks and a line on printing. */
MUST_USE bool sticker_sheet_pdf(const struct sticker *s, unix_time created, struct buffer *pdf,
                                struct why *w);

#endif
