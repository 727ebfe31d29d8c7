#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

int cli_companion(char **argv)
{
    static const char name[] = "serai-node";
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "libexec/" - sizeof name);

    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n > 0) {
        memcpy(path + n, name, sizeof name);
        (void)execv(path, argv);
    }
    if (n > 4 && memcmp(path + n - 4, "bin/", 4) == 0) {
        (void)snprintf(path + n - 4, sizeof path - (size_t)n + 4, "libexec/%s", name);
        (void)execv(path, argv);
    }
    (void)execv(SERAI_LIBEXECDIR "/serai-node", argv);
    (void)fprintf(
        stderr,
        _("serai: cannot run serai-node, which has the command \"%s\": %s. Is all of Serai installed?\n"),
        argv[1], strerror(errno));
    return CLI_USAGE;
}
