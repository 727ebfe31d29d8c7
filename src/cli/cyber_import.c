#include <getopt.h>
#include <stdio.h>

#include "base/limits.h"
#include "cli/cyber.h"
#include "cli/cyber_intel.h"
#include "cli/options.h"
#include "wire/json_write.h"

#define COMMAND "cyber import"

static void tell(const struct cyber_intake *in, const char *out, bool json)
{
    struct json_writer j;
    struct buffer b;

    if (!json) {
        fprintf(strcmp(out, "-") == 0 ? stderr : stdout,
                _("%s: %zu objects, %zu repeated, %zu in quarantine\n"), out, in->n, in->given - in->n,
                in->refused);
        return;
    }
    buf_init(&b, 4096);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_int(&j, "objects", (int64_t)in->n);
    jw_int(&j, "repeated", (int64_t)(in->given - in->n));
    jw_int(&j, "quarantine", (int64_t)in->refused);
    jw_object_end(&j);
    fprintf(strcmp(out, "-") == 0 ? stderr : stdout, "%s\n", buf_cstr(&b));
    buf_free(&b);
}

static int write_bundle(const struct cyber_intake *in, const char *out)
{
    struct why w = { 0 };
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_INTEL_OUT);
    cyber_intake_bundle(in, &b);
    ok = buf_ok(&b) ? cli_write(out, buf_span(&b), 0644, &w)
                    : why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "more than fits");
    buf_free(&b);
    if (!ok)
        cli_why(COMMAND, out, &w);
    return ok ? in->refused ? CLI_NEGATIVE : CLI_POSITIVE : CLI_USAGE;
}

int cyber_import_command(int argc, char **argv)
{
    const char *kind = "any", *tlp = NULL, *source = NULL, *confidence = NULL, *out = NULL,
               *quarantine = NULL, *since = NULL, *at = NULL;
    bool json = false, help = false, ok = true;
    const struct cli_text text[] = { { "kind", &kind },     { "tlp", &tlp },
                                     { "source", &source }, { "confidence", &confidence },
                                     { "out", &out },       { "quarantine", &quarantine },
                                     { "since", &since },   { "at", &at },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { "help", &help }, { NULL, NULL } };
    struct buffer old = { 0 };
    struct cyber_intake in;
    enum cyber_form form;
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(COMMAND);
    if (!out || optind == argc)
        return cli_usage(COMMAND, "--out BUNDLE and files are needed");
    if (!cyber_form_named(kind, &form))
        return cli_usage(COMMAND, "--kind is misp, list, kev, csaf or stix");
    cyber_intake_init(&in, COMMAND);
    if (!cyber_about(COMMAND, tlp, source, confidence, at, &in.about))
        goto out;
    if (since && !cyber_read_file(since, &old, &w)) {
        cli_why(COMMAND, since, &w);
        goto out;
    }
    in.since = buf_span(&old);
    in.quarantine = quarantine ? fopen(quarantine, "we") : NULL;
    if (quarantine && !in.quarantine) {
        (void)cli_usage(COMMAND, "%s cannot be written", quarantine);
        goto out;
    }
    for (int i = optind; i < argc; i++)
        ok = cyber_intake_file(&in, argv[i], form) && ok;
    if (ok) {
        code = write_bundle(&in, out);
        if (code != CLI_USAGE)
            tell(&in, out, json);
    }
out:
    if (in.quarantine && fclose(in.quarantine) != 0)
        code = cli_usage(COMMAND, "%s cannot be written", quarantine);
    buf_free(&old);
    cyber_intake_free(&in);
    return code;
}
