/* Links that are cut, and processes that are killed at some step that changes a disk. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "society.h"

bool society_reaches(struct society *x, size_t a, size_t b)
{
    return !x->cut[a][b] && !society_loses(x);
}

void society_weather(struct society *x)
{
    bool one_side[TEN];

    memset(x->cut, 0, sizeof x->cut);
    switch (society_random(x, 3)) {
    case 0: /* two halves */
        for (size_t i = 0; i < TEN; i++)
            one_side[i] = society_random(x, 2);
        for (size_t i = 0; i < TEN; i++)
            for (size_t k = 0; k < TEN; k++)
                x->cut[i][k] = one_side[i] != one_side[k];
        break;
    case 1: /* some links */
        for (size_t n = 0; n < 15; n++) {
            size_t i = society_random(x, TEN), k = society_random(x, TEN);

            x->cut[i][k] = x->cut[k][i] = true;
        }
        break;
    default: /* all well */
        break;
    }
}

/* ---- killed ---- */

struct fate {
    uint32_t step, at;
};

static void killed_at(void *ctx, const char *name)
{
    struct fate *f = ctx;

    (void)name;
    if (f->step++ == f->at)
        (void)raise(SIGKILL);
}

static void ends(struct society *x, pid_t child)
{
    int status = 0;

    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        x->killed++;
        return;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    x->survived++;
}

/* Whether what began now is to be killed, and at which of its first steps. */
static bool fated(struct society *x, uint32_t steps, struct fate *f)
{
    *f = (struct fate){ .at = society_random(x, steps) };
    return society_random(x, 12) == 0 && !x->quiet;
}

bool citizen_is_killed(struct citizen *c, void (*act)(struct citizen *c, void *ctx), void *ctx)
{
    struct fate f;
    const struct folder_steps steps = { killed_at, &f };
    pid_t child;

    if (!fated(c->of, 90, &f))
        return false;
    streams_close(c->streams);
    c->streams = NULL;
    child = fork();
    if (child == 0) {
        c->steps = &steps;
        citizen_open_streams(c);
        act(c, ctx);
        _exit(0);
    }
    ends(c->of, child);
    citizen_open_streams(c);
    return true;
}

bool witness_is_killed(struct citizen *c, struct witness *v, struct span request)
{
    struct fate f;
    const struct folder_steps steps = { killed_at, &f };
    struct witness_answer r = { 0 };
    struct why w = { 0 };
    pid_t child;

    if (!fated(c->of, 12, &f))
        return false;
    child = fork();
    if (child == 0) {
        v->steps = &steps;
        society_must(witness_add_checkpoint(v, request, c->of->now, &c->of->turn, &r, &w), &w, "a witness");
        _exit(0); /* its answer is lost */
    }
    ends(c->of, child);
    return true;
}

struct fated_source {
    struct fate f;
    struct log_source behind;
};

static bool get_until(void *ctx, const char *path, size_t most, struct buffer *out, bool *found,
                      struct why *w)
{
    struct fated_source *s = ctx;

    killed_at(&s->f, path);
    return s->behind.get(s->behind.ctx, path, most, out, found, w);
}

bool reader_is_killed(struct citizen *c, size_t owner, size_t stream)
{
    const struct citizen *o = &c->of->m[owner];
    const char *folder = streams_folder(o->streams, span_str(o->origin[stream]), &c->of->turn);
    struct fated_source s;
    struct log_source killing = { get_until, &s };
    struct why w = { 0 };
    pid_t child;

    if (!folder || !fated(c->of, 12, &s.f))
        return false;
    s.behind = body_folder(folder);
    store_close(c->store); /* its locks are the process's own */
    child = fork();
    if (child == 0) {
        citizen_open_store(c);
        (void)citizen_pulls(c, owner, owner, stream, &killing, &w);
        _exit(0);
    }
    ends(c->of, child);
    citizen_open_store(c);
    return true;
}
