#include "cli/advisory.h"

#include "base/limits.h"
#include "base/text.h"

static const struct cli_subcommand commands[] = {
    { "check", advisory_check_command, "check [--extended | --full] [--json] FILE...",
      N_("whether advisories are valid CSAF 2.0: the schema and the 33 mandatory tests; --extended: the "
         "optional tests too, "
         "as warnings; --full: the informative ones too, but those that need a network or a dictionary. Each "
         "finding has "
         "its test, place, reason and what to do. Documents are never changed") },
    { "show", advisory_show_command, "show FILE",
      N_("an advisory to read: title, TLP label, vulnerabilities with scores, products by status, what to "
         "do") },
    { "filename", advisory_filename_command, "filename FILE...",
      N_("the name that the standard asks for (CSAF 2.0 5.1), and whether the file has it") },
    { "diff", advisory_diff_command, "diff OLD NEW", N_("what is other in a new version of an advisory") },
    { "publish", advisory_publish_command,
      "publish --out DIR --provider FILE [--sign-key ID] [--gpg-home DIR] DOC...",
      N_("lays advisories out as a trusted provider of CSAF 2.0 has to: year folders, index.txt, "
         "changes.csv, "
         "ROLIE feeds "
         "with service and category document, provider-metadata.json, security.txt, hashes, OpenPGP "
         "signatures "
         "by gpg. FILE: "
         "JSON with publisher, url and contact. What is published already stays, newer versions take its "
         "place. "
         "The folder is "
         "changed as a whole: who reads it sees the old one or the new one. AMBER and RED stand below "
         "protected/") },
    { "verify", advisory_verify_command, "verify [--keyring FILE] DIR",
      N_("checks such a folder: every file listed and there, hashes, signatures, names, years, order, "
         "validity") },
    { "mirror", NULL,
      "mirror --out DIR --keyring FILE [--ca FILE] [--user NAME --password-file FILE] [--certificate FILE "
      "--key FILE] "
      "[--rate N] [--all] [--unsigned] DOMAIN|URL|FOLDER",
      N_("a provider's advisories, found by its domain, by the address of its provider-metadata.json, or in "
         "its "
         "folder: "
         "hash and signature are checked before a document is parsed or written; one that went back to an "
         "older "
         "version, changed without a new one, or has another label than its list is told and what was "
         "mirrored "
         "stays. "
         "DIR is changed as a whole. A run that was cut off goes on. With an account AMBER and RED come too. "
         "--all asks "
         "also for documents whose time did not change; --unsigned takes those without hash or signature") },
    { "aggregate", NULL, "aggregate --config FILE [--at TIME] [--all]",
      N_("a lister or an aggregator of CSAF 2.0 (7.2.4, 7.2.5): each provider in a folder of its own with "
         "documents, "
         "hashes, signatures, index and feed, and aggregator.json, signed. FILE: JSON with aggregator, url, "
         "out, sources. "
         "AMBER and RED are never taken; a provider that does not answer keeps what it had") },
};

static const struct cli_family family = {
    "advisory",
    commands,
    sizeof commands / sizeof *commands,
    N_("Exit 0 valid, 1 not valid or different, 2 usage or input/output, 3 only partly checked (CSAF 2.1).\n"
       "\n"
       "Examples:\n"
       "  serai advisory check --extended advisory.json\n"
       "  serai advisory publish --out site --provider provider.json --sign-key cert@example.org "
       "advisories/*.json\n"
       "  serai advisory verify --keyring keys.gpg site\n"
       "  serai advisory mirror --out kz --keyring kz.gpg cert.example\n"
       "  serai advisory aggregate --config bloc.json\n"),
};

int cmd_advisory(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

bool advisory_read(const char *path, struct arena *a, struct csaf *c)
{
    struct why w = { 0 };
    struct span s;

    arena_init(a, LIMIT_CSAF_MEMORY);
    if (cli_read(path, a, &s, &w) && csaf_read(s, a, c, &w))
        return true;
    cli_why("advisory", path, &w);
    return false;
}

void advisory_put(struct span s, unsigned indent)
{
    struct buffer b;
    bool start = true;

    buf_init(&b, 4 * s.n + 64);
    text_put_plain(&b, s);
    for (size_t i = 0; i < b.n; i++) {
        if (start)
            (void)printf("%*s", (int)indent, "");
        start = b.p[i] == '\n';
        (void)putchar(b.p[i]);
    }
    if (!start || b.n == 0)
        (void)putchar('\n');
    buf_free(&b);
}
