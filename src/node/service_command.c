/* A service that is a command: the question's body on its standard input, the answer's on its output. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "node/services_internal.h"

enum { WORDS = 16, VARIABLE = SERVICE_WORD + 32, PIECE = 64 * 1024, READ = 4096 };

/* Exit codes; any other is a failure of the command. */
enum { ANSWERED = 0, UNKNOWN = 10, LATER = 11, REFUSED = 12 };

struct child {
    pid_t pid;
    int in, out; /* our ends; -1: closed */
};

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool words_of(const char *command, struct arena *a, char *out[WORDS + 1])
{
    struct span rest = span_str(command), word;
    size_t n = 0;

    while (text_split(&rest, ' ', &word)) {
        if (!word.n)
            continue;
        if (n == WORDS || !(out[n++] = arena_str(a, word)))
            return false;
    }
    out[n] = NULL;
    return n > 0;
}

/* "Serai-Asked-At" becomes "SERAI_ASKED_AT"; nothing else of the environment is passed on. */
static bool environment(const struct ask_question *q, struct arena *a, char *out[SERVICE_TOLD + 2])
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    struct service_told told[SERVICE_TOLD];
    size_t n = service_tell(q, a, told);

    for (size_t i = 0; i < n; i++) {
        char *v = arena_alloc(a, VARIABLE);

        if (!v || !told[i].value)
            return false;
        (void)snprintf(v, VARIABLE, "%s=%s", told[i].name, told[i].value);
        for (char *c = v; *c != '='; c++)
            *c = *c == '-' ? '_' : ascii_lower((uint8_t)*c) ? (char)(*c & ~0x20) : *c;
        out[i] = v;
    }
    out[n++] = path;
    out[n] = NULL;
    return true;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* In a group of its own, so that what it starts ends with it. What it writes on standard error is dropped: it
 * may be personal. */
static bool start(char *const argv[], char *const envp[], struct child *c)
{
    int to[2], from[2];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, pipe_signal;
    bool ok;

    if (pipe2(to, O_CLOEXEC) != 0)
        return false;
    if (pipe2(from, O_CLOEXEC) != 0) {
        (void)close(to[0]);
        (void)close(to[1]);
        return false;
    }
    (void)sigemptyset(&none);
    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&attr);
    ok = posix_spawn_file_actions_adddup2(&files, to[0], 0) == 0 &&
         posix_spawn_file_actions_adddup2(&files, from[1], 1) == 0 &&
         posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0) == 0 &&
         posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF) == 0 &&
         posix_spawnattr_setsigdefault(&attr, &pipe_signal) == 0 &&
         posix_spawnattr_setsigmask(&attr, &none) == 0 &&
         posix_spawn(&c->pid, argv[0], &files, &attr, argv, envp) == 0;
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attr);
    (void)close(to[0]);
    (void)close(from[1]);
    c->in = to[1];
    c->out = from[0];
    (void)fcntl(c->in, F_SETFL, O_NONBLOCK);
    if (!ok) {
        close_end(&c->in);
        close_end(&c->out);
    }
    return ok;
}

/* Writes without the signal that ends a process: a command need not read to the end. */
static ssize_t write_quietly(int fd, struct span s)
{
    const struct timespec at_once = { 0 };
    sigset_t pipe_signal, before;
    ssize_t n;
    int e;

    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    n = write(fd, s.p, s.n);
    e = errno;
    if (n < 0 && e == EPIPE && !sigismember(&before, SIGPIPE))
        (void)sigtimedwait(&pipe_signal, NULL, &at_once);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = e;
    return n;
}

/* One piece each way. */
static void exchange(struct child *c, const struct pollfd p[2], struct span *rest, struct buffer *answer)
{
    uint8_t *piece;
    size_t got;
    ssize_t n;

    if (c->in >= 0 && p[0].revents) {
        n = write_quietly(c->in, span_sub(*rest, 0, rest->n < PIECE ? rest->n : PIECE));
        if (n > 0)
            *rest = span_sub(*rest, (size_t)n, rest->n);
        if ((n < 0 && errno != EAGAIN && errno != EINTR) || rest->n == 0)
            close_end(&c->in);
    }
    if (p[1].revents) {
        piece = buf_grow(answer, READ);
        n = piece ? read(c->out, piece, READ) : 0;
        got = n > 0 ? (size_t)n : 0;
        if (piece)
            answer->n -= READ - got;
        if (n == 0 || (n < 0 && errno != EINTR))
            close_end(&c->out);
    }
}

/* False: its time is over, or it said too much. */
static bool talk(struct child *c, struct span body, struct buffer *answer, int64_t deadline)
{
    int64_t left;

    if (body.n == 0)
        close_end(&c->in);
    while (c->out >= 0 && buf_ok(answer)) {
        struct pollfd p[2] = { { .fd = c->in, .events = POLLOUT }, { .fd = c->out, .events = POLLIN } };

        left = deadline - now_ms();
        if (left <= 0)
            return false;
        if (poll(p, 2, (int)left) > 0)
            exchange(c, p, &body, answer);
    }
    return buf_ok(answer);
}

/* Its exit status, waited for until the deadline and ended then; -1: it did not end by itself. */
static int end(const struct child *c, bool well, int64_t deadline)
{
    const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
    bool killed = false;
    int status = 0;
    pid_t got;

    for (;;) {
        if (!killed && (!well || now_ms() >= deadline)) {
            (void)kill(-c->pid, SIGKILL);
            killed = true;
        }
        got = waitpid(c->pid, &status, killed ? 0 : WNOHANG);
        if (got == c->pid || (got < 0 && errno != EINTR))
            break;
        (void)nanosleep(&pause, NULL);
    }
    return got == c->pid && !killed && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool judge(int status, struct span body, struct arena *a, struct service_said *out, struct why *w)
{
    struct service_said s = { .body = { NULL, 0 } };

    if (status == ANSWERED)
        s.body = arena_copy(a, body);
    else if (status == REFUSED)
        s.reason = arena_copy(a, text_trim(span_sub(body, 0, SERVICE_WORD)));
    else if (status != UNKNOWN && status != LATER)
        return why_set(w, "service-status", WHY_NO_OFFSET, NULL, "the command ended with status %d", status);
    s.said = status == UNKNOWN   ? SPAN("unknown")
             : status == LATER   ? SPAN("later")
             : status == REFUSED ? SPAN("refused")
                                 : SPAN("answered");
    if (status == ANSWERED && body.n && !s.body.p)
        return why_set(w, "service-too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = s;
    return true;
}

bool service_command_ask(const char *command, const struct ask_question *q, struct arena *a,
                         struct service_said *out, struct why *w)
{
    char *argv[WORDS + 1], *envp[SERVICE_TOLD + 2];
    int64_t deadline = now_ms() + LIMIT_SERVICE_MS;
    struct child c = { .in = -1, .out = -1 };
    struct buffer answer;
    bool well, ok;
    int status;

    if (!words_of(command, a, argv) || !environment(q, a, envp) || !start(argv, envp, &c))
        return why_set(w, "service-unreachable", WHY_NO_OFFSET, NULL, "the command does not start: %s",
                       strerror(errno));
    buf_init(&answer, LIMIT_ASK_LARGE + READ);
    well = talk(&c, q->body, &answer, deadline);
    close_end(&c.in);
    close_end(&c.out);
    status = end(&c, well, deadline);
    if (!buf_ok(&answer) || answer.n > LIMIT_ASK_LARGE)
        ok = why_set(w, "service-too-large", WHY_NO_OFFSET, NULL, "the command answered more than %d bytes",
                     LIMIT_ASK_LARGE);
    else if (status < 0)
        ok = why_set(w, "service-timeout", WHY_NO_OFFSET, NULL, "the command did not end within %d seconds",
                     LIMIT_SERVICE_MS / 1000);
    else
        ok = judge(status, buf_span(&answer), a, out, w);
    buf_free(&answer);
    return ok;
}
