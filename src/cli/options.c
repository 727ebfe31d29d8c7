#include "cli/options.h"

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
            (void)fprintf(stderr, "serai %s: --anchors: %s\n", command, f->item[i].why.detail);
    if (!ok)
        cli_why(command, path, &w);
    free(f);
    return ok || strcmp(w.reason, "empty") == 0;
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
