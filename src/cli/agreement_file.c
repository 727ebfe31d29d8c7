#include "cli/agreement_file.h"

#include <getopt.h>
#include <stdio.h>

bool agreement_file_read(const char *path, struct buffer *b)
{
    struct why w = { 0 };

    if (cli_read_most(path, LIMIT_AGREEMENT, b, &w))
        return true;
    cli_why("agreement", path, &w);
    return false;
}

void agreement_file_faults(const char *path, const struct agreement_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        (void)fprintf(stderr, "%s:%u:%u: %s: %s\n", path, f->item[i].line, f->item[i].column,
                      f->item[i].warning ? _("warning") : _("fault"), f->item[i].message);
    if (f->lost)
        (void)fprintf(stderr, _("%s: and %zu more\n"), path, f->lost);
}

void agreement_json_faults(struct json_writer *w, const struct agreement_faults *f)
{
    jw_array(w, "faults");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(w, NULL);
        jw_int(w, "line", f->item[i].line);
        jw_int(w, "column", f->item[i].column);
        jw_str(w, "severity", f->item[i].warning ? "warning" : "fault");
        jw_str(w, "message", f->item[i].message);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_int(w, "faults_lost", (int64_t)f->lost);
}

int agreement_file_load(const char *path, bool quiet, struct agreement **ret, struct agreement_faults *faults)
{
    struct buffer b;

    if (!agreement_file_read(path, &b))
        return CLI_USAGE;
    *ret = agreement_parse(buf_span(&b), faults);
    buf_free(&b);
    if (!quiet)
        agreement_file_faults(path, faults);
    return *ret ? CLI_POSITIVE : CLI_NEGATIVE;
}

/* Output is complete or the command fails: a full disk is told. */
int agreement_put(struct buffer *b, int rc)
{
    bool ok = buf_ok(b) && (b->n == 0 || fwrite(b->p, 1, b->n, stdout) == b->n) && fflush(stdout) == 0;

    if (!ok)
        (void)fprintf(stderr, _("serai agreement: cannot write the output\n"));
    buf_free(b);
    return ok ? rc : CLI_USAGE;
}

const char *agreement_one_file(int argc, char **argv)
{
    if (optind + 1 == argc)
        return argv[optind];
    (void)cli_usage("agreement",
                    optind < argc ? _("one FILE is expected, found also %s") : _("one FILE is expected%s"),
                    optind < argc ? argv[optind + 1] : "");
    return NULL;
}
