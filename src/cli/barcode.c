#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "picture/picture.h"
#include "wire/json_write.h"

enum { EXIT_DONE, EXIT_NOTHING, EXIT_USAGE };

static const char usage[] =
    N_("usage: serai barcode read [--json] FILE...\n"
       "       serai barcode draw [--format data-matrix|qr] [--module N] [-o OUT.png] IN\n"
       "\n"
       "read  prints every Data Matrix, QR, Aztec and PDF417 symbol in PNG or JPEG pictures, the largest\n"
       "      first. Content that is not plain text is printed as hexadecimal.\n"
       "      --json prints one object a picture.\n"
       "draw  draws the bytes of IN, all values exact, as a PNG; N pixels a module (4).\n"
       "\n"
       "FILE, IN or OUT may be \"-\".\n"
       "\n"
       "Exit 0 done, 1 nothing readable or too long, 2 usage or input/output.\n"
       "\n"
       "  serai barcode draw --module 6 seal.bin -o seal.png\n"
       "  serai barcode read photo.jpg\n");

static const char *const format_names[] = {
    [BARCODE_DATA_MATRIX] = "data-matrix",
    [BARCODE_QR] = "qr",
    [BARCODE_AZTEC] = "aztec",
    [BARCODE_PDF417] = "pdf417",
};

static int bad_usage(void)
{
    return cli_usage("barcode", "read FILE... or draw IN, with its options");
}

static int io_failed(const char *path)
{
    (void)fprintf(stderr, _("serai barcode: %s: %s\n"), path, strerror(errno));
    return EXIT_USAGE;
}

/* White space and text that is plain as it stands. */
static bool is_text(struct span s)
{
    struct buffer b;
    bool same;

    buf_init(&b, LIMIT_FILE);
    text_put_plain(&b, s);
    same = b.n == s.n;
    for (size_t i = 0; same && i < s.n; i++)
        same = b.p[i] == s.p[i] || ascii_space(s.p[i]);
    buf_free(&b);
    return same;
}

static void print_plain(const char *path, const struct barcode *found, size_t n, struct buffer *out)
{
    for (size_t i = 0; i < n; i++) {
        bool text = is_text(found[i].bytes);

        buf_printf(out, _("%s: %s, %zu bytes%s\n"), path, format_names[found[i].format], found[i].bytes.n,
                   text ? "" : _(", hexadecimal"));
        if (text)
            buf_put(out, found[i].bytes);
        else
            hex_put(out, found[i].bytes);
        buf_str(out, "\n");
    }
}

static void print_json(const char *path, const struct barcode *found, size_t n, const struct why *w,
                       struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_str(&j, "file", path);
    jw_str(&j, "reason", w->reason);
    if (w->reason)
        jw_str(&j, "detail", w->detail);
    jw_array(&j, "barcodes");
    for (size_t i = 0; i < n; i++) {
        jw_object(&j, NULL);
        jw_str(&j, "format", format_names[found[i].format]);
        jw_hex(&j, "bytes", found[i].bytes);
        if (is_text(found[i].bytes))
            jw_text(&j, "text", found[i].bytes);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    buf_str(out, "\n");
}

static int read_one(const char *path, bool json)
{
    struct barcode found[BARCODES_MAX];
    struct buffer file, out;
    struct arena a;
    struct why w = { 0 };
    size_t n = 0;
    int rc = EXIT_DONE;

    if (!cli_read_most(path, LIMIT_FILE, &file, &w)) {
        cli_why("barcode", path, &w);
        return EXIT_USAGE;
    }
    buf_init(&out, 1 << 20);
    arena_init(&a, 1 << 20);
    if (!picture_barcodes(buf_span(&file), &a, found, &n, &w)) {
        rc = EXIT_NOTHING;
        if (!json)
            cli_why("barcode", path, &w);
    }
    if (json)
        print_json(path, found, n, &w, &out);
    else
        print_plain(path, found, n, &out);
    (void)fwrite(out.p, 1, out.n, stdout);
    buf_free(&file);
    buf_free(&out);
    arena_free(&a);
    return rc;
}

static int barcode_read(int argc, char **argv)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    bool json = false;
    int rc = EXIT_DONE, c;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'j')
            json = true;
        else if (c == 'h')
            return fputs(gettext(usage), stdout) < 0 ? EXIT_USAGE : EXIT_DONE;
        else
            return bad_usage();
    }
    if (optind == argc)
        return bad_usage();
    for (; optind < argc; optind++) {
        int one = read_one(argv[optind], json);

        rc = cli_gravest(one, rc);
    }
    if (fflush(stdout) != 0)
        return io_failed(_("standard output"));
    return rc;
}

static int save(const char *path, struct span s)
{
    struct why w = { 0 };

    if (cli_write(path, s, 0644, &w))
        return EXIT_DONE;
    cli_why("barcode", path, &w);
    return EXIT_USAGE;
}

static int draw_one(const char *in, const char *path, enum barcode_format format, unsigned module)
{
    struct buffer content, png;
    struct why w = { 0 };
    int rc;

    if (!cli_read_most(in, LIMIT_VDSNC, &content, &w)) {
        cli_why("barcode", in, &w);
        return EXIT_USAGE;
    }
    buf_init(&png, LIMIT_FILE);
    if (!barcode_png(format, buf_span(&content), module, &png, &w)) {
        cli_why("barcode", in, &w);
        rc = EXIT_NOTHING;
    } else {
        rc = save(path, buf_span(&png));
    }
    buf_free(&content);
    buf_free(&png);
    return rc;
}

static int barcode_draw(int argc, char **argv)
{
    static const struct option options[] = { { "format", required_argument, NULL, 'f' },
                                             { "module", required_argument, NULL, 'm' },
                                             { "output", required_argument, NULL, 'o' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    enum barcode_format format = BARCODE_DATA_MATRIX;
    const char *out = "-";
    char *end = NULL;
    unsigned long module = 4;
    int c;

    while ((c = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
        if (c == 'f' && strcmp(optarg, format_names[BARCODE_QR]) == 0)
            format = BARCODE_QR;
        else if (c == 'f' && strcmp(optarg, format_names[BARCODE_DATA_MATRIX]) == 0)
            format = BARCODE_DATA_MATRIX;
        else if (c == 'm' && ascii_digit((unsigned char)optarg[0]) &&
                 (module = strtoul(optarg, &end, 10)) <= 64 && module > 0 && !*end)
            continue;
        else if (c == 'o')
            out = optarg;
        else if (c == 'h')
            return fputs(gettext(usage), stdout) < 0 ? EXIT_USAGE : EXIT_DONE;
        else
            return bad_usage();
    }
    if (optind + 1 != argc)
        return bad_usage();
    return draw_one(argv[optind], out, format, (unsigned)module);
}

int cmd_barcode(int argc, char **argv)
{
    static char title[] = "serai barcode";
    const char *what = argc >= 2 ? argv[1] : "";

    optind = 1;
    if (strcmp(what, "read") == 0 || strcmp(what, "draw") == 0) {
        bool draw = *what == 'd';

        argv[1] = title; /* what getopt begins its complaints with */
        return draw ? barcode_draw(argc - 1, argv + 1) : barcode_read(argc - 1, argv + 1);
    }
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0)
        return fputs(gettext(usage), stdout) < 0 ? EXIT_USAGE : EXIT_DONE;
    return bad_usage();
}
