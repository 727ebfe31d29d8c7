#include <getopt.h>
#include <stdlib.h>

#include "cli/cyber.h"
#include "cli/cyber_source.h"
#include "detect/delta.h"

enum { CHANGES = 4096 };

/* What one call changes; texts are the arena's. */
struct changes {
    struct detect_change item[CHANGES];
    size_t n;
    struct arena a;
};

static bool withdraw(struct changes *c, const char *id)
{
    if (c->n == CHANGES)
        return false;
    c->item[c->n++] =
        (struct detect_change){ DETECT_WITHDRAWN,
                                { .kind = DETECT_KINDS, .id = arena_copy(&c->a, span_str(id)) } };
    return true;
}

/* An indicator without an id goes by its value. */
static bool keep(struct changes *c, const struct detect_indicator *x)
{
    struct detect_change *to = &c->item[c->n];
    struct buffer b;

    if (c->n == CHANGES)
        return false;
    c->n++;
    *to = (struct detect_change){ DETECT_ADDED, *x };
    to->indicator.value = arena_copy(&c->a, x->value);
    if (x->id.n) {
        to->indicator.id = arena_copy(&c->a, x->id);
        return true;
    }
    buf_init(&b, DETECT_VALUE * 2);
    detect_put_readable(&b, x->kind, x->value);
    to->indicator.id = arena_copy(&c->a, buf_span(&b));
    buf_free(&b);
    return true;
}

/* The readers of files fill an image; what is in it becomes changes. */
static bool add(struct changes *c, const char *path)
{
    struct detect_build *b = cyber_build(DETECT_ALERT, NULL);
    struct detect_source_counts sum = { 0 };
    struct detect_walk walk = { 0 };
    struct detect_image i = { 0 };
    struct detect_found *f = malloc(sizeof *f);
    struct why w = { 0 };
    bool ok;

    if (!f)
        abort();
    ok = cyber_add("cyber change", b, path, false, &sum) && detect_build_memory(b, &i, &w);
    while (ok && detect_image_each(&i, &walk, f))
        ok = keep(c, &f->indicator);
    if (sum.patterns)
        (void)fprintf(stderr, _("serai cyber change: %llu patterns need a new image\n"),
                      (unsigned long long)sum.patterns);
    free((void *)(uintptr_t)i.p);
    detect_build_free(b);
    free(f);
    return ok;
}

int cyber_change_command(int argc, char **argv)
{
    static const struct option options[] = { { "image", required_argument, NULL, 'i' },
                                             { "add", required_argument, NULL, 'a' },
                                             { "withdraw", required_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    struct changes *c = calloc(1, sizeof *c);
    const char *image = NULL;
    struct why w = { 0 };
    bool ok = true;
    int o, rc = CLI_POSITIVE;

    if (!c)
        abort();
    arena_init(&c->a, (size_t)CHANGES * DETECT_VALUE * 4);
    while (ok && (o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'i')
            image = optarg;
        else if (o == 'a')
            ok = add(c, optarg);
        else
            ok = o == 'w' && withdraw(c, optarg);
    }
    if (!ok)
        rc = c->n == CHANGES
                 ? cli_usage("cyber change", "more than %d changes at once: compile a new image", CHANGES)
                 : cli_bad_option("cyber change");
    else if (!image || c->n == 0 || optind < argc)
        rc = cli_usage("cyber change", "--image and at least one --add FILE or --withdraw ID are needed");
    else if (!detect_delta_append(image, c->item, c->n, &w)) {
        cli_why("cyber change", image, &w);
        rc = CLI_USAGE;
    } else {
        printf(_("%zu changes\n"), c->n);
    }
    arena_free(&c->a);
    free(c);
    return rc;
}
