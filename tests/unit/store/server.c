#include "server.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vectors.h"

static struct {
    char bin[128], folder[64], data[96];
    const struct passwd *user; /* to run as; NULL: as this process */
    pid_t pid, owner;
    bool tried, up;
    unsigned databases;
} server;

static bool find_programs(void)
{
    static const char base[] = "/usr/lib/postgresql";
    DIR *d = opendir(base);
    struct dirent *e;
    char path[512];

    while (d && !server.bin[0] && (e = readdir(d)) != NULL) {
        (void)snprintf(path, sizeof path, "%s/%.32s/bin/initdb", base, e->d_name);
        if (e->d_name[0] != '.' && access(path, X_OK) == 0)
            (void)snprintf(server.bin, sizeof server.bin, "%s/%.32s/bin", base, e->d_name);
    }
    if (d)
        (void)closedir(d);
    return server.bin[0] != 0;
}

/* In a child: as the server's user, its output into a file, and with this process it ends. */
static void become(const char *program, const char *const *argv, int ending)
{
    char path[256], out[128];
    int f;

    (void)snprintf(path, sizeof path, "%s/%s", server.bin, program);
    (void)snprintf(out, sizeof out, "%s/log", server.folder);
    if (server.user && (initgroups(server.user->pw_name, server.user->pw_gid) != 0 ||
                        setgid(server.user->pw_gid) != 0 || setuid(server.user->pw_uid) != 0))
        _exit(126);
    (void)prctl(PR_SET_PDEATHSIG, ending);
    f = open(out, O_WRONLY | O_CREAT | O_APPEND, 0600);
    (void)dup2(f, 1);
    (void)dup2(f, 2);
    if (chdir(server.folder) == 0)
        (void)execv(path, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static bool make_data(void)
{
    const char *argv[] = { "initdb", "-D",   server.data,        "-A",        "trust", "-U", "postgres",
                           "-E",     "UTF8", "--locale=C.UTF-8", "--no-sync", NULL };
    int status = 1;
    pid_t pid = fork();

    if (pid == 0)
        become("initdb", argv, SIGKILL);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static PGconn *connect_to(const char *database)
{
    char text[256];

    (void)snprintf(text, sizeof text, "host=%s dbname=%s user=postgres connect_timeout=2", server.folder,
                   database);
    return PQconnectdb(text);
}

static bool answers(void)
{
    PGconn *c = connect_to("postgres");
    bool up = PQstatus(c) == CONNECTION_OK;

    PQfinish(c);
    return up;
}

void server_again(void)
{
    const char *argv[] = { "postgres",          "-D", server.data, "-k", server.folder,        "-c",
                           "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60", NULL };
    const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };

    server.pid = fork();
    if (server.pid == 0)
        become("postgres", argv, SIGQUIT);
    server.up = false;
    for (int i = 0; i < 400 && !server.up; i++) {
        (void)nanosleep(&pause, NULL);
        server.up = answers();
    }
}

void server_crash(void)
{
    (void)kill(server.pid, SIGQUIT);
    (void)waitpid(server.pid, NULL, 0);
    server.up = false;
}

static void at_end(void)
{
    char command[160];

    if (getpid() != server.owner) /* a child that was forked for a test */
        return;
    if (server.up)
        server_crash();
    (void)snprintf(command, sizeof command, "rm -rf '%s'", server.folder);
    if (server.folder[0] && system(command) != 0)
        print_message("# %s stays\n", server.folder);
}

bool server_start(void)
{
    if (server.tried)
        return server.up;
    server.tried = true;
    server.user = geteuid() == 0 ? getpwnam("postgres") : NULL;
    if (!find_programs() || (geteuid() == 0 && !server.user)) {
        print_message("# skipped: PostgreSQL is not installed\n");
        return false;
    }
    (void)snprintf(server.folder, sizeof server.folder, "/tmp/serai-server-XXXXXX");
    if (!mkdtemp(server.folder))
        return false;
    server.owner = getpid();
    (void)atexit(at_end);
    (void)snprintf(server.data, sizeof server.data, "%s/data", server.folder);
    if (server.user && chown(server.folder, server.user->pw_uid, server.user->pw_gid) != 0)
        return false;
    if (make_data())
        server_again();
    if (!server.up)
        fail_msg("PostgreSQL does not start: see %s/log", server.folder);
    return server.up;
}

static void sql_in(const char *database, const char *sql)
{
    PGconn *c = connect_to(database);
    PGresult *r = PQexec(c, sql);
    ExecStatusType s = PQresultStatus(r);

    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
}

void server_database(char *url, size_t room)
{
    char sql[64];

    (void)snprintf(sql, sizeof sql, "CREATE DATABASE t%u", ++server.databases);
    sql_in("postgres", sql);
    (void)snprintf(url, room, "postgresql://postgres@/t%u?host=%s", server.databases, server.folder);
}

void server_sql(const char *url, const char *sql)
{
    char database[16];

    url = strstr(url, "@/") + 2;
    (void)snprintf(database, sizeof database, "%.*s", (int)strcspn(url, "?"), url);
    sql_in(database, sql);
}
