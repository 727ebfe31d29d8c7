/* serai list confirm, decline, remove: what a named person decides. */
#include <getopt.h>
#include <string.h>

#include "cli/list.h"

int list_decide_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "by", required_argument, NULL, 'y' },
                                             { "reason", required_argument, NULL, 'r' },
                                             { 0 } };
    const char *node = NULL, *by = NULL, *reason = NULL, *what = strrchr(argv[0], ' ');
    char folder[LIST_PATH];
    struct why w = { 0 };
    bool ok;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("list");
        node = c == 'n' ? optarg : node;
        by = c == 'y' ? optarg : by;
        reason = c == 'r' ? optarg : reason;
    }
    what = what ? what + 1 : argv[0];
    if (!node || argc != optind + 1)
        return cli_usage("list", "%s wants the name of a list and --node FOLDER", what);
    ok = list_folder_of(node, folder, &w) &&
         (strcmp(what, "remove") == 0
              ? list_book_remove(folder, argv[optind], by, reason, cli_now(), &w)
              : list_book_confirm(folder, argv[optind], by, strcmp(what, "confirm") == 0, cli_now(), &w));
    if (ok)
        return CLI_POSITIVE;
    cli_why("list", argv[optind], &w);
    return w.reason && strcmp(w.reason, "absent") == 0 ? CLI_NEGATIVE : CLI_USAGE;
}
