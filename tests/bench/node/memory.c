/*
 * Memory of a node: `serai serve` in a process of its own, with a million records in its replica, after it
 * has answered what it is asked all day. Resident, as the kernel counts it; asked is 64 MB. Text of the
 * program and of its libraries, which processes share, is given beside it.
 */
#include "bench.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../sync/million.h"

enum { ROUNDS = 200 };

static char folder[] = "/tmp/serai-bench-XXXXXX";

static void die(const char *what)
{
    (void)fprintf(stderr, "node-memory: %s\n", what);
    exit(1);
}

/* The program beside the folder that this one is in. */
static void program(char *out, size_t room)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n <= 0)
        die("no name of this program");
    self[n] = '\0';
    for (int i = 0; i < 2; i++)
        if (strrchr(self, '/'))
            *strrchr(self, '/') = '\0';
    (void)snprintf(out, room, "%s/serai", self);
}

static void make_node(const char *serai)
{
    struct store *store = NULL;
    struct log_source source;
    struct why w = { 0 };
    char command[5000];

    (void)snprintf(
        command, sizeof command,
        "'%s' init --specimen --sign-in off --member IR --listen 127.0.0.1:0 '%s/ir' >/dev/null 2>&1", serai,
        folder);
    if (system(command) != 0)
        die("no node");
    (void)snprintf(command, sizeof command, "%s/ir/" STORE_FILE, folder);
    source = million_make();
    if (!store_open(&(struct store_options){ .path = command }, &store, &w) ||
        !million_pull(store, &source, &w))
        die(w.detail);
    store_close(store);
    (void)snprintf(command, sizeof command, "'%s' sync status --node '%s/ir' | grep -q '1000000 of 1000000'",
                   serai, folder);
    if (system(command) != 0)
        die("the node has no replica");
}

/* Its process, and its address in url. */
static pid_t serve(const char *serai, char *url, size_t room)
{
    char node[64];
    int out[2];
    pid_t child = -1;
    FILE *f;

    (void)snprintf(node, sizeof node, "%s/ir", folder);
    if (pipe(out) != 0 || (child = fork()) < 0)
        die("no process");
    if (child == 0) {
        (void)dup2(out[1], 1);
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        (void)close(out[0]);
        execl(serai, "serai", "serve", node, (char *)NULL);
        _exit(127);
    }
    (void)close(out[1]);
    f = fdopen(out[0], "r");
    if (!f || !fgets(url, (int)room, f))
        die("the node does not start");
    url[strcspn(url, "\n")] = '\0';
    return child;
}

static size_t swallow(char *p, size_t size, size_t n, void *ctx)
{
    (void)p;
    (void)ctx;
    return size * n;
}

static void ask(CURL *e, const char *url, const char *path)
{
    char address[300];

    (void)snprintf(address, sizeof address, "%s%s", url, path);
    if (curl_easy_setopt(e, CURLOPT_URL, address) != CURLE_OK ||
        curl_easy_setopt(e, CURLOPT_NOPROXY, "*") != CURLE_OK ||
        curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, swallow) != CURLE_OK || curl_easy_perform(e) != CURLE_OK)
        die("the node does not answer");
}

/* "VmRSS:", in MB. */
static double status_of(pid_t pid, const char *word)
{
    char path[64], line[200];
    double kb = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, word, strlen(word)) == 0)
            kb = strtod(line + strlen(word), NULL);
    if (f)
        (void)fclose(f);
    return kb / 1024;
}

int main(int argc, char **argv)
{
    static const char *const day[] = { "v1/health", "v1/ready", "metrics", "v1/agreement" };
    char serai[4200], url[200], command[96];
    int status;
    pid_t node;
    CURL *e;

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder))
        return 1;
    program(serai, sizeof serai);
    make_node(serai);
    node = serve(serai, url, sizeof url);
    e = curl_easy_init();
    for (size_t i = 0; e && i < ROUNDS; i++)
        ask(e, url, day[i % (sizeof day / sizeof *day)]);
    (void)sleep(6); /* what goes on beside has looked at everything once */
    ask(e, url, "metrics");
    bench_figure("a node with a million records in its replica", status_of(node, "VmRSS:"),
                 "MB resident; asked: at most 64");
    bench_figure("  of it its own", status_of(node, "RssAnon:"), "MB");
    bench_figure("  at most so far", status_of(node, "VmHWM:"), "MB resident");
    curl_easy_cleanup(e);
    (void)kill(node, SIGTERM);
    (void)waitpid(node, &status, 0);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
