/* serai agreement format: the canonical layout. */
#include <getopt.h>
#include <stdio.h>

#include "agreement/format.h"
#include "cli/agreement_file.h"

/* Faultless text laid out in *out, which this initializes. */
static int laid_out(const char *file, struct buffer *text, struct buffer *out)
{
    struct agreement_faults faults;
    struct agreement *a;
    struct arena arena;
    bool ok;

    if (!agreement_file_read(file, text))
        return CLI_USAGE;
    a = agreement_parse(buf_span(text), &faults);
    if (!a) {
        agreement_file_faults(file, &faults);
        buf_free(text);
        return CLI_NEGATIVE;
    }
    agreement_free(a);
    arena_init(&arena, AGREEMENT_OUTPUT);
    buf_init(out, AGREEMENT_OUTPUT);
    ok = agreement_format(buf_span(text), &arena, out);
    arena_free(&arena);
    if (ok)
        return CLI_POSITIVE;
    buf_free(text);
    buf_free(out);
    return cli_usage("agreement", "%s is too large to be laid out", file);
}

int agreement_format_command(int argc, char **argv)
{
    static const struct option options[] = { { "check", no_argument, NULL, 'c' },
                                             { "write", no_argument, NULL, 'w' },
                                             { 0 } };
    bool only_check = false, write = false, same;
    struct buffer text, out;
    struct why w = { 0 };
    const char *file;
    int c, rc;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'c')
            only_check = true;
        else if (c == 'w')
            write = true;
        else
            return cli_bad_option("agreement");
    }
    file = agreement_one_file(argc, argv);
    rc = file ? laid_out(file, &text, &out) : CLI_USAGE;
    if (rc != CLI_POSITIVE)
        return rc;
    same = span_eq(buf_span(&text), buf_span(&out));
    buf_free(&text);
    if (!only_check && !write)
        return agreement_put(&out, CLI_POSITIVE);
    if (only_check)
        rc = same ? CLI_POSITIVE : CLI_NEGATIVE;
    else if (!same && !cli_write(file, buf_span(&out), 0644, &w))
        rc = CLI_USAGE;
    buf_free(&out);
    if (rc == CLI_USAGE)
        cli_why("agreement", file, &w);
    if (rc == CLI_NEGATIVE)
        (void)fprintf(
            stderr, _("%s: not in the canonical layout; serai agreement format --write lays it out\n"), file);
    return rc;
}
