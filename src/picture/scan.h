/* The door to zxing-cpp: plain C, and no exception passes it. */
#ifndef SERAI_PICTURE_SCAN_H
#define SERAI_PICTURE_SCAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits for scan_job.formats: 1 << enum barcode_format. */
enum { SCAN_ALL_FORMATS = 0xf };

enum scan_threshold { SCAN_LOCAL, SCAN_HISTOGRAM, SCAN_FIXED };

struct scan_job {
    const uint8_t *p; /* luminance */
    int w, h, stride;
    unsigned formats;
    enum scan_threshold threshold;
    int harder; /* more scan lines, all directions, inner scale-downs */
    int pure;   /* nothing but one upright symbol, whole pixels a module */
    int max;    /* symbols to look for */
};

/* One symbol; bytes are valid during the call only. corners: x, y clockwise from the symbol's own top left.
 */
typedef void (*scan_found)(void *ctx, unsigned format, const uint8_t *bytes, size_t n,
                           const float corners[8]);

/* Calls found for each symbol; returns how many. What zxing throws counts as nothing found. */
int scan_symbols(const struct scan_job *job, scan_found found, void *ctx);

#ifdef __cplusplus
}
#endif

#endif
