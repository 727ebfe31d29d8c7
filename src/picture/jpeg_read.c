#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#include "base/limits.h"
#include "picture/luma.h"

enum {
    SCANS_MAX = 64,                     /* a progressive file of a camera has about ten */
    DECODER_MEMORY = 320 * 1024 * 1024, /* coefficients of a progressive picture */
};

struct jpeg_job {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf jump;
    struct why *why;
    uint8_t *ink; /* one row of four inks */
    struct luma out;
};

/* libjpeg's client_data leads back to the job. */
static struct jpeg_job *job_of(j_common_ptr c)
{
    return c->client_data;
}

static _Noreturn void fail(j_common_ptr c)
{
    struct jpeg_job *j = job_of(c);
    char text[JMSG_LENGTH_MAX];

    (*c->err->format_message)(c, text);
    (void)why_set(j->why, "picture", WHY_NO_OFFSET, "ITU-T T.81", "The JPEG cannot be decoded: %s.", text);
    longjmp(j->jump, 1);
}

/*
 * Most warnings are harmless for a seal, which corrects and proves itself. A scan that ends early is not: a
 * header alone would cost the time of the picture that it announces.
 */
static void on_message(j_common_ptr c, int level)
{
    if (level < 0 && (c->err->msg_code == JWRN_JPEG_EOF || c->err->msg_code == JWRN_HIT_MARKER))
        fail(c);
}

static void on_progress(j_common_ptr c)
{
    const struct jpeg_decompress_struct *d = &job_of(c)->c;
    struct jpeg_job *j = job_of(c);

    if (d->input_scan_number > SCANS_MAX) {
        (void)why_set(j->why, "picture", WHY_NO_OFFSET, "ITU-T T.81", "The JPEG has more than %d scans.",
                      (int)SCANS_MAX);
        longjmp(j->jump, 1);
    }
}

/* Adobe files hold inks inverted: 255 is no ink. */
static void ink_to_luma(const uint8_t *from, int w, bool inverted, uint8_t *to)
{
    for (int x = 0; x < w; x++, from += 4) {
        unsigned c = from[0], m = from[1], y = from[2], k = from[3];

        if (!inverted) {
            c = 255 - c;
            m = 255 - m;
            y = 255 - y;
            k = 255 - k;
        }
        to[x] = (uint8_t)(((306 * c + 601 * m + 117 * y + 512) >> 10) * k / 255);
    }
}

static void decode(struct jpeg_job *j, unsigned shrink)
{
    struct jpeg_decompress_struct *c = &j->c;
    bool inks = c->jpeg_color_space == JCS_CMYK || c->jpeg_color_space == JCS_YCCK;

    c->out_color_space = inks ? JCS_CMYK : JCS_GRAYSCALE;
    c->scale_num = 1;
    c->scale_denom = shrink;
    c->dct_method = JDCT_IFAST;
    c->do_fancy_upsampling = FALSE;
    (void)jpeg_start_decompress(c);
    j->out = luma_new((int)c->output_width, (int)c->output_height);
    if (inks) {
        j->ink = malloc((size_t)c->output_width * 4);
        if (!j->ink)
            abort();
    }
    while (c->output_scanline < c->output_height) {
        uint8_t *row = j->out.p + (size_t)c->output_scanline * (size_t)j->out.stride;
        JSAMPROW into = inks ? j->ink : row;

        (void)jpeg_read_scanlines(c, &into, 1);
        if (inks)
            ink_to_luma(j->ink, j->out.w, c->saw_Adobe_marker, row);
    }
}

/* Everything that can jump; j is the caller's, so nothing here is lost by a jump. */
static bool run(struct jpeg_job *j, struct span file, unsigned shrink, bool want_pixels, int *w, int *h)
{
    if (setjmp(j->jump))
        return false;
    jpeg_create_decompress(&j->c);
    j->c.mem->max_memory_to_use = DECODER_MEMORY;
    j->c.progress = &j->progress;
    jpeg_mem_src(&j->c, file.p, (unsigned long)file.n);
    (void)jpeg_read_header(&j->c, TRUE);
    if (!luma_allowed(j->c.image_width, j->c.image_height, j->why))
        return false;
    *w = (int)j->c.image_width;
    *h = (int)j->c.image_height;
    if (want_pixels)
        decode(j, shrink);
    return true;
}

bool luma_read_jpeg(struct span file, unsigned shrink, int *w, int *h, struct luma *out, struct why *why)
{
    struct jpeg_job j = { .why = why };
    bool ok;

    j.c.err = jpeg_std_error(&j.errors);
    j.errors.error_exit = fail;
    j.errors.emit_message = on_message;
    j.progress.progress_monitor = on_progress;
    j.c.client_data = &j;
    ok = run(&j, file, shrink, out != NULL, w, h);
    jpeg_destroy_decompress(&j.c);
    free(j.ink);
    if (ok && out)
        *out = j.out;
    else
        luma_free(&j.out);
    return ok;
}
