/* Where the fields of a zone stand. Positions count over the lines without their ends. Private to wire/mrz*.
 */
#ifndef SERAI_WIRE_MRZ_LAYOUT_H
#define SERAI_WIRE_MRZ_LAYOUT_H

#include "wire/mrz.h"

struct mrz_field {
    uint8_t at, n;
};

enum { MRZ_COMPOSITE_PARTS = 4 };

struct mrz_layout {
    uint8_t lines, width;
    struct mrz_field name, number, nationality, birth, expiry, optional1, optional2;
    uint8_t sex;
    uint8_t check[MRZ_CHECKS];                       /* position of the digit; 0: none */
    struct mrz_field composite[MRZ_COMPOSITE_PARTS]; /* what the composite digit covers */
    const char *clause;
};

/* Value of a character with MRZ_IN_ALPHABET set; 0: not of the alphabet. */
enum { MRZ_IN_ALPHABET = 0x40 };
extern const uint8_t mrz_values[256];

extern const struct mrz_layout mrz_layouts[]; /* by enum mrz_format */

/* Lines cut out of a text: positions, alphabet and layout are right, no field was looked at. */
struct mrz_cut {
    enum mrz_format format;
    bool short_line;
    uint16_t line_at[MRZ_LINES];
    char zone[MRZ_ZONE + 1]; /* a short line is filled up; zeros behind */
};

/* As mrz_parse up to the layout. any_code: a first character that no layout has is let through where the
 * lines alone tell the format (visas then count as TD3 and TD2). */
MUST_USE bool mrz_cut(struct span text, bool any_code, struct mrz_cut *out, struct why *w);

/* Reads the fields of a cut zone. */
void mrz_read(const struct mrz_cut *cut, unix_time now, struct mrz *out);

/* The sum over n characters of the zone, weights starting at 7 with the first; not reduced. */
unsigned mrz_sum(const char *p, size_t n);

/* What one character at pos adds to the composite sum, for a value of 1: 0, 1, 3 or 7. */
unsigned mrz_composite_weight(const struct mrz_layout *l, size_t pos);

struct mrz_date mrz_read_birth(const char *p, struct date today);
struct mrz_date mrz_read_expiry(const char *p, struct date today);

/* The rest of a long document number: the characters before the first filler of the optional field, the last
 * of them its digit. 0: this zone has no long number. */
size_t mrz_long_rest(const struct mrz_layout *l, const char *zone);

#endif
