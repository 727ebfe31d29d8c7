#include <getopt.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/names.h"

/* ---- build ---- */

struct building {
    struct names_build *b;
    bool progress;
    uint64_t n;
};

static bool add_name(void *ctx, const struct names_entry *e, struct why *w)
{
    struct building *x = ctx;

    if (x->progress && ++x->n % 100000 == 0) {
        (void)fputc('\r', stderr);
        (void)fprintf(stderr, _("%llu names"), (unsigned long long)x->n);
    }
    return names_build_add(x->b, e, w);
}

static bool build(const struct names *t, const char *list, const char *image, bool progress, struct why *w)
{
    struct building x = { names_build_new(t), progress, 0 };
    bool ok = names_list_read(list, add_name, &x, w);

    if (progress)
        (void)fputc('\n', stderr);
    ok = ok && names_build_write(x.b, image, w);
    if (ok && names_build_empty(x.b))
        (void)fprintf(stderr, _("serai names: %llu names without a word were left out\n"),
                      (unsigned long long)names_build_empty(x.b));
    names_build_free(x.b);
    return ok;
}

/* ---- add ---- */

/* All names of a list in memory. */
struct entries {
    struct arena arena;
    struct names_entry *e;
    size_t n, cap;
};

static bool keep(void *ctx, const struct names_entry *e, struct why *w)
{
    struct entries *x = ctx;

    (void)w;
    if (x->n == x->cap) {
        x->cap = x->cap ? 2 * x->cap : 256;
        x->e = realloc(x->e, x->cap * sizeof *x->e);
        if (!x->e)
            abort();
    }
    x->e[x->n] = *e;
    x->e[x->n].id = arena_copy(&x->arena, e->id);
    x->e[x->n].name = arena_copy(&x->arena, e->name);
    x->n++;
    return true;
}

static bool add(struct names_index *x, const char *list, struct why *w)
{
    struct entries all = { 0 };
    bool ok;

    arena_init(&all.arena, (size_t)1 << 30);
    ok = names_list_read(list, keep, &all, w) && names_index_add(x, all.e, all.n, w);
    free(all.e);
    arena_free(&all.arena);
    return ok;
}

/* ---- info ---- */

static bool info(struct names_index *x, bool check, struct why *w)
{
    struct names_facts f;

    if (check && !names_index_check(x, w))
        return false;
    names_index_facts(x, &f);
    (void)printf(_("entities %llu\nnames    %llu\nwords    %llu\nbytes    %llu (%.1f a name)\nadded    "
                   "%llu\nremoved  %llu\n"),
                 (unsigned long long)f.entities, (unsigned long long)f.names, (unsigned long long)f.words,
                 (unsigned long long)f.bytes, f.names ? (double)f.bytes / (double)f.names : 0.0,
                 (unsigned long long)f.added, (unsigned long long)f.removed);
    if (check)
        (void)puts(_("every byte is as it was written"));
    return true;
}

/* ---- the command ---- */

static bool run(char **arg, int n, bool progress, bool check, struct why *w)
{
    struct names *t = names_open(w);
    struct names_index *x = NULL;
    bool ok = t != NULL;

    if (ok && strcmp(arg[0], "build") == 0)
        ok = build(t, arg[1], arg[2], progress, w);
    else if (ok && names_index_open(t, arg[1], &x, w)) {
        if (strcmp(arg[0], "info") == 0)
            ok = info(x, check, w);
        else if (strcmp(arg[0], "add") == 0)
            ok = add(x, arg[2], w);
        else
            for (int i = 2; ok && i < n; i++)
                ok = names_index_remove(x, span_str(arg[i]), w);
    } else {
        ok = false;
    }
    names_index_close(x);
    names_close(t);
    return ok;
}

int names_index_command(int argc, char **argv)
{
    static const struct option options[] = { { "progress", no_argument, NULL, 'p' },
                                             { "check", no_argument, NULL, 'c' },
                                             { 0 } };
    bool progress = false, check = false;
    struct why w = { 0 };
    char **arg;
    int c, n;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'p')
            progress = true;
        else if (c == 'c')
            check = true;
        else
            return cli_bad_option("names");
    }
    arg = argv + optind;
    n = argc - optind;
    if (!((n == 3 && (strcmp(arg[0], "build") == 0 || strcmp(arg[0], "add") == 0)) ||
          (n >= 3 && strcmp(arg[0], "remove") == 0) || (n == 2 && strcmp(arg[0], "info") == 0)))
        return cli_usage("names",
                         "index wants build LIST IMAGE, add IMAGE LIST, remove IMAGE ID... or info IMAGE");
    if (run(arg, n, progress, check, &w))
        return CLI_POSITIVE;
    cli_why("names", arg[1], &w);
    return w.reason && strcmp(w.reason, "absent") == 0 ? CLI_NEGATIVE : CLI_USAGE;
}
