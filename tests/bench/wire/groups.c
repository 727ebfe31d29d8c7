/* The files of a chip, each read whole: nanoseconds a file. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "wire/dg2.h"
#include "wire/dg_text.h"
#include "wire/lds_files.h"
#include "wire/security_infos.h"

struct file {
    const char *path;
    uint8_t bytes[16384];
    size_t n;
};

#define READER(name, type, call)                                                                             \
    static void name(void *ctx, size_t n)                                                                    \
    {                                                                                                        \
        const struct file *file = ctx;                                                                       \
        struct span in = span_of(file->bytes, file->n);                                                      \
        type out;                                                                                            \
                                                                                                             \
        while (n--) {                                                                                        \
            if (!(call))                                                                                     \
                abort();                                                                                     \
            __asm__ volatile("" : : "r"(&out) : "memory");                                                   \
        }                                                                                                    \
    }

READER(read_dg2, struct dg2, dg2_parse(in, &out, NULL, NULL))
READER(read_dg11, struct dg11, dg11_parse(in, &out, NULL, NULL))
READER(read_dg12, struct dg12, dg12_parse(in, &out, NULL, NULL))
READER(read_dg14, struct security_infos, security_infos_parse_dg14(in, &out, NULL, NULL))
READER(read_access, struct security_infos, security_infos_parse(in, &out, NULL, NULL))
READER(read_dg15, struct dg15, dg15_parse(in, &out, NULL))
READER(read_com, struct ef_com, ef_com_parse(in, &out, NULL, NULL))

/* A face of 15 KB behind its headers. */
static void big_face(struct file *f)
{
    static const uint8_t head[] = { 0x75, 0x82, 0x3f, 0xfc, 0x7f, 0x61, 0x82, 0x3f, 0xf7, 0x02, 0x01,
                                    0x01, 0x7f, 0x60, 0x82, 0x3f, 0xef, 0xa1, 0x0b, 0x81, 0x01, 0x02,
                                    0x87, 0x02, 0x01, 0x01, 0x88, 0x02, 0x00, 0x08, 0x5f, 0x2e, 0x82,
                                    0x3f, 0xdd, 'F',  'A',  'C',  0,    '0',  '1',  '0',  0,    0,
                                    0,    0x3f, 0xdd, 0,    1,    0,    0,    0x3f, 0xcf };

    memset(f->bytes, 0, sizeof f->bytes);
    memcpy(f->bytes, head, sizeof head);
    memcpy(f->bytes + 35 + 14 + 32, "\xff\xd8\xff\xe0", 4);
    f->n = 16384;
}

static bool load(struct file *f)
{
    const char *root = getenv("SERAI_SOURCE");
    char path[512];
    FILE *in;

    (void)snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s", root ? root : ".", f->path);
    in = fopen(path, "rb");
    if (!in)
        return false;
    f->n = fread(f->bytes, 1, sizeof f->bytes, in);
    (void)fclose(in);
    return true;
}

int main(int argc, char **argv)
{
    static struct file f;
    static const struct {
        const char *name, *path;
        bench_fn read;
    } work[] = {
        { "DG2, ISO/IEC 39794-5", "dg2/39794", read_dg2 },
        { "DG11, every field", "dg-text/dg11", read_dg11 },
        { "DG12, every field", "dg-text/dg12", read_dg12 },
        { "DG14, ten infos", "security-infos/dg14", read_dg14 },
        { "EF.CardAccess, ten infos", "security-infos/all", read_access },
        { "DG15", "dg-text/dg15", read_dg15 },
        { "EF.COM", "dg-text/com", read_com },
    };

    bench_init(argc, argv);
    big_face(&f);
    (void)bench_time("DG2, ISO/IEC 19794-5, 16 KB", read_dg2, &f);
    for (size_t i = 0; i < sizeof work / sizeof *work; i++) {
        f.path = work[i].path;
        if (!load(&f)) {
            (void)fprintf(stderr, "%s: set SERAI_SOURCE\n", f.path);
            return 1;
        }
        (void)bench_time(work[i].name, work[i].read, &f);
    }
    return 0;
}
