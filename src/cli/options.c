#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "trust/load.h"

bool cli_anchors(const char *command, struct anchor_set *set, const char *path)
{
    struct findings *f = malloc(sizeof *f);
    struct why w = { 0 };
    bool ok;

    if (!f)
        abort();
    findings_init(f);
    ok = trust_load(set, path, NULL, NULL, f, &w);
    for (size_t i = 0; i < f->n; i++)
        if (f->item[i].severity == FINDING_WARNING)
            (void)fprintf(stderr, _("serai %s: --anchors: %s\n"), command, f->item[i].why.detail);
    if (!ok)
        cli_why(command, path, &w);
    free(f);
    return ok || strcmp(w.reason, "empty") == 0;
}

bool cli_number(const char *command, const char *option, const char *text, int64_t most, int64_t *out)
{
    uint64_t n = 0;

    if (!text)
        return true;
    if (!text_number(span_str(text), (uint64_t)most, &n)) {
        (void)fprintf(stderr, _("serai %s: --%s is a number from 0 to %lld, not '%s'\n"), command, option,
                      (long long)most, text);
        return false;
    }
    *out = (int64_t)n;
    return true;
}

bool cli_groups(const char *text, uint32_t *out)
{
    struct span rest = span_str(text), one;
    uint32_t groups = 0;

    while (text_split(&rest, ',', &one)) {
        uint32_t v = 0;

        if (one.n > 2 && (one.p[0] | 0x20) == 'd' && (one.p[1] | 0x20) == 'g')
            one = span_sub(one, 2, one.n);
        if (one.n == 0 || one.n > 2)
            return false;
        for (size_t i = 0; i < one.n; i++) {
            if (!ascii_digit(one.p[i]))
                return false;
            v = 10 * v + one.p[i] - '0';
        }
        if (v < 1 || v > 16)
            return false;
        groups |= 1u << v;
    }
    *out = groups;
    return groups != 0;
}

enum { OPTIONS = 40, TEXT = 256, FLAG = 512 };

static bool *flag_of(const struct cli_flag *flag, int c)
{
    if (c >= FLAG)
        return flag[c - FLAG].at;
    for (size_t i = 0; flag[i].name; i++)
        if (flag[i].name[0] == c && (c == 'j' || c == 'h'))
            return flag[i].at;
    return NULL;
}

bool cli_options(int argc, char **argv, const struct cli_text *text, const struct cli_flag *flag)
{
    struct option options[OPTIONS + 1] = { 0 };
    size_t n = 0;
    bool *set;
    int c;

    for (int i = 0; text[i].name && n < OPTIONS; i++)
        options[n++] = (struct option){ text[i].name, required_argument, NULL, TEXT + i };
    for (int i = 0; flag[i].name && n < OPTIONS; i++)
        options[n++] = (struct option){ flag[i].name, no_argument, NULL, FLAG + i };
    while ((c = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
        if (c >= TEXT && c < FLAG) {
            *text[c - TEXT].at = optarg;
            continue;
        }
        set = flag_of(flag, c);
        if (!set)
            return false;
        *set = true;
    }
    return true;
}
