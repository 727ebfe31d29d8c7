#include "cli/openpgp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "files/durable.h"

/* Runs a program with its output going to a file, or nowhere. Its exit code; -1: it could not be run. */
static int run(const char *const *argv, const char *out)
{
    posix_spawn_file_actions_t actions;
    int status = 0, rc;
    pid_t pid;

    if (posix_spawn_file_actions_init(&actions) != 0)
        abort();
    rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    rc |= posix_spawn_file_actions_addopen(&actions, 1, out ? out : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC,
                                           0600);
    rc |= posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (rc == 0) {
        union {
            const char *const *in;
            char *const *out;
        } args = { argv };

        rc = posix_spawnp(&pid, argv[0], &actions, NULL, args.out, environ);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    if (rc != 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

enum { ARGS = 20 };

static bool gpg(const char *home, const char *const *rest, const char *out, struct why *w)
{
    const char *argv[ARGS] = { "gpg", "--batch", "--yes", "--no-tty" };
    size_t n = 4;
    int rc;

    if (home) {
        argv[n++] = "--homedir";
        argv[n++] = home;
    }
    while (*rest && n + 1 < ARGS)
        argv[n++] = *rest++;
    argv[n] = NULL;
    rc = run(argv, out);
    if (rc < 0 || rc == 127)
        return why_set(w, "no-gpg", WHY_NO_OFFSET, NULL, "the program gpg is not installed");
    return rc == 0 ||
           why_set(w, "gpg", WHY_NO_OFFSET, NULL, "gpg failed: is the key there, and its agent unlocked?");
}

bool openpgp_sign(const char *home, const char *key, const char *path, const char *sig, struct why *w)
{
    const char *const args[] = { "--armor",       "--local-user", key,  "--output", sig,
                                 "--detach-sign", "--",           path, NULL };

    return gpg(home, args, NULL, w);
}

bool openpgp_export(const char *home, const char *key, const char *path, struct why *w)
{
    const char *const args[] = { "--armor", "--output", path, "--export", "--", key, NULL };

    return gpg(home, args, NULL, w);
}

bool openpgp_fingerprint(const char *home, const char *key, const char *scratch, struct arena *a,
                         struct span *out, struct why *w)
{
    const char *const args[] = { "--with-colons", "--fingerprint", "--", key, NULL };
    struct span text, line;
    bool there = false, ok;

    ok = gpg(home, args, scratch, w) && file_read(scratch, 1u << 20, a, &text, &there, w) && there;
    (void)unlink(scratch);
    while (ok && text_split(&text, '\n', &line))
        if (span_starts(line, SPAN("fpr:::::::::")) && line.n > 13) {
            *out = span_sub(line, 12, line.n - 1);
            return true;
        }
    return why_set(w, "gpg", WHY_NO_OFFSET, NULL, "gpg tells no fingerprint of this key");
}

bool openpgp_verify(const char *keyring, const char *path, const char *sig, struct why *w)
{
    char absolute[PATH_MAX];
    const char *argv[] = { "gpgv", "--quiet", "--keyring", absolute, "--", sig, path, NULL };
    int rc;

    /* gpgv looks for a plain name in the user's folder. */
    if (!realpath(keyring, absolute))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the keyring cannot be opened");
    rc = run(argv, NULL);
    if (rc < 0 || rc == 127)
        return why_set(w, "no-gpg", WHY_NO_OFFSET, NULL, "the program gpgv is not installed");
    return rc == 0 ||
           why_set(w, "forged", WHY_NO_OFFSET, "CSAF 2.0 7.1.19", "the OpenPGP signature is not good");
}
