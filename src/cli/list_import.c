#include <getopt.h>
#include <string.h>

#include "base/text.h"
#include "cli/list.h"

struct telling {
    unix_time told;
};

static bool tell(void *ctx, uint64_t bytes, uint64_t entries)
{
    struct telling *t = ctx;
    unix_time now = cli_now();

    if (now != t->told)
        (void)fprintf(stderr, _("%llu entries, %llu MB\n"), (unsigned long long)entries,
                      (unsigned long long)(bytes >> 20));
    t->told = now;
    return true;
}

static int say(const struct list_order *o, enum list_outcome outcome, const struct list_about *x)
{
    const struct list_difference *d = &x->difference;

    if (outcome == LIST_UNCHANGED) {
        (void)printf(_("%s: the same file as version %u; nothing changed\n"), o->name, x->version);
        return CLI_POSITIVE;
    }
    (void)printf(_("%s version %u, %s%s%s: %llu entries; %llu added, %llu changed, %llu removed\n"), o->name,
                 x->version, list_format_word(x->format), x->stated.published[0] ? _(" of ") : "",
                 x->stated.published, (unsigned long long)x->stated.entries, (unsigned long long)d->added,
                 (unsigned long long)d->changed, (unsigned long long)d->removed);
    if (x->stated.refused)
        (void)printf(_("%llu did not read: serai list show %s --quarantine\n"),
                     (unsigned long long)x->stated.refused, o->name);
    if (x->again)
        (void)printf(_("%llu had an id that was there already\n"), (unsigned long long)x->again);
    if (outcome == LIST_HELD)
        (void)printf(
            _("HELD: too many entries are missing. The version before stays in force until a person says: "
              "serai list confirm %s, or decline\n"),
            o->name);
    return outcome == LIST_HELD || x->stated.refused || x->again ? CLI_NEGATIVE : CLI_POSITIVE;
}

static bool number(const char *s, unsigned most, unsigned *out)
{
    uint64_t v;

    if (!text_number(span_str(s), most, &v) || !v)
        return false;
    *out = (unsigned)v;
    return true;
}

int list_import_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "as", required_argument, NULL, 'a' },
        { "node", required_argument, NULL, 'n' },
        { "purpose", required_argument, NULL, 'u' },
        { "basis", required_argument, NULL, 'b' },
        { "by", required_argument, NULL, 'y' },
        { "keep", required_argument, NULL, 'k' },
        { "most-lost", required_argument, NULL, 'm' },
        { "progress", no_argument, NULL, 'p' },
        { 0 },
    };
    struct telling telling = { 0 };
    struct list_order o = { .now = cli_now() };
    enum list_outcome outcome;
    struct list_about about = { 0 };
    struct why w = { 0 };
    char folder[LIST_PATH];
    const char *node = NULL;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        unsigned bit = c == 'u' ? list_purpose_of(span_str(optarg)) : 1;

        if (c == '?')
            return cli_bad_option("list");
        if (!bit)
            return cli_usage("list", "--purpose is border or money-laundering");
        if ((c == 'k' && !number(optarg, 36500, &o.keep_days)) ||
            (c == 'm' && !number(optarg, 100, &o.most_lost)))
            return cli_usage("list", "a number is expected, found %s", optarg);
        o.purposes |= c == 'u' ? bit : 0;
        o.name = c == 'a' ? optarg : o.name;
        node = c == 'n' ? optarg : node;
        o.basis = c == 'b' ? optarg : o.basis;
        o.by = c == 'y' ? optarg : o.by;
        o.progress = c == 'p' ? tell : o.progress;
    }
    o.ctx = &telling;
    o.file = (const char *const *)(argv + optind);
    o.n = (size_t)(argc - optind);
    if (!o.name || !node || !o.n)
        return cli_usage("list", "import wants a file, --as NAME and --node FOLDER");
    o.folder = folder;
    if (list_folder_of(node, folder, &w) && list_book_import(&o, &outcome, &about, &w))
        return say(&o, outcome, &about);
    cli_why("list", o.name, &w);
    return CLI_USAGE;
}
