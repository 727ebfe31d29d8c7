/* serai notice compact, serai notice revoked: revoked permissions for devices that hold no list of them. */
#include <getopt.h>
#include <stdio.h>

#include "cli/notice.h"
#include "lookup/device.h"
#include "lookup/revocation.h"
#include "node/lookups.h"

enum { PATH = 4096, ARENA = 1 << 20, HOUR = 3600 };

struct compact_options {
    const char *node, *out, *from, *issuer;
    unsigned hours;
};

static int read_options(struct compact_options *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },        { "out", required_argument, NULL, 'o' },
        { "from", required_argument, NULL, 'f' },        { "issuer", required_argument, NULL, 'i' },
        { "stale-after", required_argument, NULL, 's' }, { 0 },
    };
    int c;

    *o = (struct compact_options){ .hours = CONFIG_STALE_HOURS };
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("notice");
        if (c == 's') {
            if (sscanf(optarg, "%4u", &o->hours) != 1 || o->hours == 0)
                return cli_usage("notice", "--stale-after wants hours");
        } else {
            *(c == 'n' ? &o->node : c == 'o' ? &o->out : c == 'f' ? &o->from : &o->issuer) = optarg;
        }
    }
    return CLI_POSITIVE;
}

static bool open_set(const struct compact_options *o, struct arena *a, struct lookup_exact **x,
                     unix_time *as_of, struct why *w)
{
    struct node_config config = { 0 };
    char path[PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/node.conf", o->node) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!config_load(path, a, &config, w))
        return false;
    if (!config.lookup)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder `lookup`");
    *as_of = lookups_revoked_age(config.lookup);
    return (size_t)snprintf(path, sizeof path, "%s/permissions", config.lookup) < sizeof path &&
           lookup_exact_open(path, LOOKUP_READ, true, NULL, x, w);
}

int notice_compact_command(int argc, char **argv)
{
    struct device_made made = { 0 };
    struct lookup_exact *x = NULL;
    struct compact_options o;
    unix_time as_of = 0;
    struct why w = { 0 };
    struct arena a;
    int code = read_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.node || !o.out || optind != argc)
        return cli_usage("notice", "compact needs --node FOLDER and --out DIR");
    arena_init(&a, ARENA);
    if (open_set(&o, &a, &x, &as_of, &w) && device_make(x, o.out, as_of, &made, &w)) {
        printf(_("%s: %zu permissions in %zu bytes; delta: %zu added, %zu withdrawn, %zu bytes\n"),
               made.image ? _("a new image") : _("the image as before"), made.n, made.image_bytes, made.added,
               made.gone, made.delta_bytes);
    } else {
        cli_why("notice", o.node, &w);
        code = CLI_USAGE;
    }
    lookup_exact_close(x);
    arena_free(&a);
    return code;
}

static int tell(const struct device *d, const struct compact_options *o, const char *number)
{
    lookup_print p = revocation_print((struct span){ NULL, 0 }, span_str(o->issuer), span_str(number));
    struct lookup_answer ans = device_ask(d, p, cli_now(), (unix_time)o->hours * HOUR);
    char at[TIME_TEXT];

    cli_put(stdout, number);
    printf(_("  %s, as of %s\n"), lookup_state_word(ans.state), time_format(ans.as_of, at));
    return ans.state == LOOKUP_NOT_LISTED ? CLI_POSITIVE
           : ans.state == LOOKUP_LISTED   ? CLI_NEGATIVE
                                          : CLI_UNDETERMINED;
}

int notice_revoked_command(int argc, char **argv)
{
    struct compact_options o;
    struct device d;
    struct why w = { 0 };
    int code = read_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.from || !o.issuer || optind == argc)
        return cli_usage("notice", "revoked needs --from DIR, --issuer STATE and numbers");
    if (!device_open(o.from, &d, &w)) {
        cli_why("notice", o.from, &w);
        return CLI_USAGE;
    }
    for (int i = optind; i < argc; i++)
        code = cli_gravest(code, tell(&d, &o, argv[i]));
    device_close(&d);
    return code;
}
