/* serai sandbox: members' nodes on loopback, as children of this process. */
#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] = N_(
    "usage: serai sandbox [--members \"AF AZ ...\"] [--base-port N] [--make-only] [--quiet] FOLDER\n"
    "\n"
    "Makes the nodes of several members on this machine, with SPECIMEN keys and joined to each other, and\n"
    "runs them until SIGTERM or SIGINT: a federation to try things in. Each is an ordinary folder,\n"
    "FOLDER/KZ, which every command takes; its log is FOLDER/KZ.log. A folder that was made before is run\n"
    "again, with its own members and ports. Nothing in it must ever be trusted outside of it.\n"
    "\n"
    "  --members \"A B\"  states, two or more; all parties of the sample agreement by default. With fewer\n"
    "                   than all the agreement asks for fewer admitting members and witnesses\n"
    "  --base-port N    the first listens on N and to other members on N + 100, the next on N + 1 ...;\n"
    "                   7500 by default, all on 127.0.0.1\n"
    "  --make-only      makes the folders and runs nothing\n"
    "  --quiet          no line per request in the logs\n"
    "\n"
    "Exit 0 stopped as asked, or made; 1 a node ended by itself; 2 usage or input/output.\n"
    "\n"
    "Examples:\n"
    "  serai sandbox --members \"IR KZ TR\" box\n"
    "  serai log publish --url http://127.0.0.1:7501 --stream licence --type licence-status status.json\n"
    "  serai sync status --node box/TR\n"
    "  serai licence ask --url http://127.0.0.1:7500 --to KZ --number SPECIMEN-0002 --purpose road-check\n");

struct child {
    pid_t pid;
    FILE *says; /* its standard output: the addresses */
};

static sigset_t waited_for;

static void path_in(const struct sandbox *s, size_t i, const char *end, char out[SANDBOX_PATH])
{
    (void)snprintf(out, SANDBOX_PATH, "%s/%s%s", s->folder, s->member[i], end);
}

/* In the child. It ends with its parent, however that ends. */
static void become_node(const struct sandbox *s, size_t i, pid_t parent, int out)
{
    char folder[SANDBOX_PATH], log[SANDBOX_PATH], serai[] = "serai", serve[] = "serve", quiet[] = "--quiet";
    char *argv[] = { serai, serve, folder, s->quiet ? quiet : NULL, NULL };
    int err;

    path_in(s, i, "", folder);
    path_in(s, i, ".log", log);
    err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    (void)sigprocmask(SIG_UNBLOCK, &waited_for, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent || err < 0 || dup2(out, 1) < 0 ||
        dup2(err, 2) < 0)
        _exit(CLI_USAGE);
    sandbox_become_serai(argv);
    _exit(CLI_USAGE);
}

static bool start(const struct sandbox *s, size_t i, struct child *c, struct why *w)
{
    pid_t self = getpid();
    int pipes[2];

    if (pipe2(pipes, O_CLOEXEC) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "no pipe: %s", strerror(errno));
    c->pid = fork();
    if (c->pid == 0)
        become_node(s, i, self, pipes[1]);
    (void)close(pipes[1]);
    c->says = fdopen(pipes[0], "r");
    return (c->pid > 0 && c->says) ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "no process: %s", strerror(errno));
}

/* The node says two addresses once it listens. */
static bool await(const struct sandbox *s, size_t i, struct child *c, struct why *w)
{
    char own[128], members[128];

    if (!fgets(own, sizeof own, c->says) || !fgets(members, sizeof members, c->says))
        return why_set(w, "sandbox", WHY_NO_OFFSET, NULL, "%s did not start: see %s/%s.log", s->member[i],
                       s->folder, s->member[i]);
    own[strcspn(own, "\n")] = members[strcspn(members, "\n")] = '\0';
    printf(_("%s  %s  %s  process %d\n"), s->member[i], own, members, (int)c->pid);
    (void)fflush(stdout);
    return true;
}

/* By their own process ids, and then until each is gone. */
static void stop(struct child *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c[i].pid > 0)
            (void)kill(c[i].pid, SIGTERM);
    for (size_t i = 0; i < n; i++) {
        while (c[i].pid > 0 && waitpid(c[i].pid, NULL, 0) < 0 && errno == EINTR)
            ;
        if (c[i].says)
            (void)fclose(c[i].says);
    }
}

/* A node that ends by itself is told, and the others go on: that is what a federation is for. */
static bool reap(const struct sandbox *s, struct child *c)
{
    bool any = false;

    for (size_t i = 0; i < s->n; i++)
        if (c[i].pid > 0 && waitpid(c[i].pid, NULL, WNOHANG) == c[i].pid) {
            (void)fprintf(stderr,
                          _("serai sandbox: %s ended: see %s/%s.log; serai serve %s/%s runs it again\n"),
                          s->member[i], s->folder, s->member[i], s->folder, s->member[i]);
            c[i].pid = 0;
            any = true;
        }
    return any;
}

static int run(const struct sandbox *s)
{
    struct child c[SANDBOX_MEMBERS] = { 0 };
    struct why w = { 0 };
    int code = CLI_POSITIVE, sig = SIGCHLD;
    bool ok = true;

    for (size_t i = 0; ok && i < s->n; i++)
        ok = start(s, i, &c[i], &w);
    for (size_t i = 0; ok && i < s->n; i++)
        ok = await(s, i, &c[i], &w);
    while (ok && sig == SIGCHLD) {
        if (reap(s, c))
            code = CLI_NEGATIVE;
        if (sigwait(&waited_for, &sig) != 0)
            break;
    }
    stop(c, s->n);
    if (!ok) {
        cli_why("sandbox", s->folder, &w);
        return CLI_USAGE;
    }
    return code;
}

/* The members of a sandbox that was made before: folders with a node, in the order of their names. */
static bool find(struct sandbox *s)
{
    char conf[SANDBOX_PATH], name[3] = "";

    for (name[0] = 'A'; name[0] <= 'Z'; name[0]++)
        for (name[1] = 'A'; name[1] <= 'Z'; name[1]++) {
            (void)snprintf(conf, sizeof conf, "%s/%s/node.conf", s->folder, name);
            if (s->n < SANDBOX_MEMBERS && access(conf, F_OK) == 0)
                memcpy(s->member[s->n++], name, 3);
        }
    return s->n > 0;
}

static int sandbox(struct sandbox *s)
{
    struct why w = { 0 };

    if (strlen(s->folder) > SANDBOX_PATH - 64)
        return cli_usage("sandbox", "the path is too long");
    if (!find(s)) {
        if (!sandbox_make(s, &w)) {
            cli_why("sandbox", s->folder, &w);
            return CLI_USAGE;
        }
        printf(_("%s: %zu members' nodes made, with SPECIMEN keys\n"), s->folder, s->n);
        (void)fflush(stdout);
    } else if (s->members) {
        return cli_usage("sandbox", "%s has its members already: leave --members out, or name a new folder",
                         s->folder);
    }
    return s->make_only ? CLI_POSITIVE : run(s);
}

int cmd_sandbox(int argc, char **argv)
{
    static const struct option options[] = {
        { "members", required_argument, NULL, 'm' }, { "base-port", required_argument, NULL, 'b' },
        { "make-only", no_argument, NULL, 'o' },     { "quiet", no_argument, NULL, 'q' },
        { "help", no_argument, NULL, 'h' },          { 0 }
    };
    static struct sandbox s;
    unsigned long base = SANDBOX_PORT;
    char *end = NULL;
    int c;

    while ((c = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
        if (c == 'm')
            s.members = optarg;
        else if (c == 'b')
            base = strtoul(optarg, &end, 10);
        else if (c == 'o')
            s.make_only = true;
        else if (c == 'q')
            s.quiet = true;
        else
            return c == 'h' ? cli_help(help) : cli_bad_option("sandbox");
    }
    if (optind + 1 != argc)
        return cli_usage("sandbox", "name one folder");
    if ((end && *end) || base < 1024 || base > 65535 - SANDBOX_PEERS - SANDBOX_MEMBERS)
        return cli_usage("sandbox", "--base-port wants a number from 1024 to %d",
                         65535 - SANDBOX_PEERS - SANDBOX_MEMBERS);
    s.base = (unsigned)base;
    s.folder = argv[optind];
    (void)sigemptyset(&waited_for);
    (void)sigaddset(&waited_for, SIGTERM);
    (void)sigaddset(&waited_for, SIGINT);
    (void)sigaddset(&waited_for, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &waited_for, NULL);
    return sandbox(&s);
}
