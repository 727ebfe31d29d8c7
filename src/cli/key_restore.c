/* serai key restore: the keys of a ceremony from its shares. */
#include <errno.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/key_folder.h"

struct restore {
    const char *folder;
    struct key_set set;
    struct key_pin pin;
    struct share share[SHARES_MOST];
    struct arena arena;
};

static bool take_shares(struct restore *r, int n, char **path)
{
    struct why w = { 0 };
    struct span text;

    for (int i = 0; i < n; i++)
        if (!cli_read(path[i], &r->arena, &text, &w) || !share_parse(text, &r->share[i], &w)) {
            cli_why("key", path[i], &w);
            return false;
        }
    return true;
}

static bool join(struct restore *r, size_t n, struct why *w)
{
    struct span name = r->share[0].name;
    struct buffer secret;
    bool ok;

    buf_init_fixed(&secret, &r->set.seed[0][0], sizeof r->set.seed);
    ok = shares_join(r->share, n, &secret, w);
    if (ok && (!buf_ok(&secret) || secret.n != sizeof r->set.seed))
        ok = why_set(w, "shares", WHY_NO_OFFSET, NULL, "these are no shares of the keys of a node");
    r->set.name = arena_str(&r->arena, name);
    return ok && (key_name_valid(r->set.name) ||
                  why_set(w, "shares", WHY_NO_OFFSET, NULL, "the shares name no node"));
}

static int restore(struct restore *r, size_t n)
{
    struct buffer text;
    struct why w = { 0 };
    bool made = false, ok;

    ok = join(r, n, &w) && key_set_make(&r->set, cli_now(), &w);
    if (ok) {
        made = mkdir(r->folder, 0700) == 0;
        ok = made ? key_set_write(&r->set, r->folder, &w)
                  : why_set(&w, errno == EEXIST ? "exists" : "io", WHY_NO_OFFSET, NULL, "%s",
                            errno == EEXIST ? _("is there already, and nothing is overwritten")
                                            : strerror(errno));
    }
    if (!ok) {
        cli_why("key", r->folder, &w);
        if (made)
            (void)rmdir(r->folder);
        return strcmp(w.reason, "io") == 0 ? CLI_USAGE : CLI_NEGATIVE;
    }
    buf_init(&text, 64 * 1024);
    key_set_describe(&r->set, &text);
    (void)fwrite(text.p, 1, text.n, stdout);
    buf_free(&text);
    return CLI_POSITIVE;
}

int key_restore_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "out", required_argument, NULL, 'o' },
        { "token", required_argument, NULL, 't' },
        { 0 },
    };
    static struct restore r;
    int c, code = CLI_USAGE;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("key");
        *(c == 'o' ? &r.folder : &r.set.token) = optarg;
    }
    if (!r.folder || optind == argc || argc - optind > SHARES_MOST)
        return cli_usage("key", "restore needs --out FOLDER and the shares, %d at most", SHARES_MOST);
    arena_init(&r.arena, SHARES_MOST * (LIMIT_KEY_FILE + 4096));
    key_pin_init(&r.pin);
    r.set.arena = &r.arena;
    r.set.login = &r.pin.login;
    if (take_shares(&r, argc - optind, argv + optind))
        code = restore(&r, (size_t)(argc - optind));
    key_set_wipe(&r.set);
    key_pin_wipe(&r.pin);
    wipe(r.share, sizeof r.share);
    arena_free(&r.arena);
    return code;
}
