/* serai advisory mirror; and the sub-commands of serai advisory that ask over the network, whose help stands
 * in advisory.c. */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/advisory.h"
#include "cli/advisory_fetch.h"
#include "cli/options.h"

enum { MEMORY = 512 * 1024 * 1024 };

static const struct cli_subcommand commands[] = {
    { "mirror", advisory_mirror_command, "", "" },
    { "aggregate", advisory_aggregate_command, "", "" },
};

static const struct cli_family family = { "advisory", commands, sizeof commands / sizeof *commands, "" };

int cmd_advisory_node(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

static int mirror(struct advisory_job *j, const char *out)
{
    char fresh[PATH_MAX], fetch[PATH_MAX];
    struct why w = { 0 };
    bool ok;

    if (!provider_path(fresh, "%s.new-%ld", out, (long)getpid()) || !provider_path(fetch, "%s.fetch", out))
        return cli_usage("advisory", "%s is too long", out);
    j->fetch = fetch;
    ok = advisory_job_begin(j, &w) && advisory_job_run(j, out, fresh, &w) && provider_replace(fresh, out, &w);
    if (ok) {
        advisory_job_done(j);
        (void)printf(_("%zu advisories mirrored, %zu new, %zu as before, %zu faults\n"), j->p.n, j->taken,
                     j->kept, j->faults);
    } else {
        provider_remove(fresh);
        cli_why("advisory", j->from, &w);
    }
    advisory_job_end(j);
    return !ok ? CLI_USAGE : j->faults ? CLI_NEGATIVE : CLI_POSITIVE;
}

int advisory_mirror_command(int argc, char **argv)
{
    struct advisory_job j = { .lock = -1 };
    const char *out = NULL, *rate = NULL;
    bool help = false;
    int64_t n = 0;
    const struct cli_text text[] = { { "out", &out },
                                     { "keyring", &j.keyring },
                                     { "ca", &j.web.ca },
                                     { "user", &j.web.user },
                                     { "password-file", &j.web.password_file },
                                     { "certificate", &j.web.certificate },
                                     { "key", &j.web.key },
                                     { "rate", &rate },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = {
        { "all", &j.all }, { "unsigned", &j.unsigned_ok }, { "help", &help }, { NULL, NULL }
    };
    struct arena a;
    int rc;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("advisory");
    if (help || !out || (!j.keyring && !j.unsigned_ok) || optind + 1 != argc)
        return cli_usage("advisory", "mirror wants --out, --keyring and one domain, address or folder");
    if (!cli_number("advisory", "rate", rate, 1000, &n))
        return CLI_USAGE;
    j.web.rate = (unsigned)n;
    j.from = argv[optind];
    j.is_protected = j.web.user || j.web.certificate;
    arena_init(&a, MEMORY);
    j.a = &a;
    rc = mirror(&j, out);
    arena_free(&a);
    return rc;
}
