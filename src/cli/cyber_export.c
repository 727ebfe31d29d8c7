#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cyber.h"
#include "cli/cyber_hits.h"
#include "cli/cyber_source.h"
#include "detect/export.h"
#include "detect/live.h"

enum { LISTS = 256 };

struct wish {
    const char *out, *zone, *list[LISTS];
    size_t lists;
    enum detect_export_form form;
    bool formed;
};

static bool read_wish(int argc, char **argv, struct wish *q)
{
    static const struct option options[] = { { "to", required_argument, NULL, 't' },
                                             { "out", required_argument, NULL, 'o' },
                                             { "zone", required_argument, NULL, 'z' },
                                             { "warninglist", required_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    int c;

    q->zone = "rpz.serai";
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 't')
            q->formed = detect_export_named(optarg, &q->form);
        else if (c == 'o')
            q->out = optarg;
        else if (c == 'z')
            q->zone = optarg;
        else if (c == 'w' && q->lists < LISTS)
            q->list[q->lists++] = optarg;
        else
            return false;
    }
    return q->formed && q->out && optind < argc && strlen(q->zone) <= EXPORT_ZONE;
}

static bool from_files(char *const *path, size_t n, bool warnings, struct detect_image *out)
{
    struct detect_build *b = cyber_build(warnings ? DETECT_WARNING : DETECT_ALERT, NULL);
    struct detect_source_counts sum = { 0 };
    struct why w = { 0 };
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++)
        ok = cyber_add("cyber export", b, path[i], warnings, &sum);
    ok = ok && detect_build_memory(b, out, &w);
    detect_build_free(b);
    return ok;
}

static bool write_files(struct detect_export *e, const char *folder)
{
    char path[4096];
    struct why w = { 0 };

    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        (void)fprintf(stderr, _("serai cyber export: cannot make %s: %s\n"), folder, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < e->files; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->file[i].name);
        if (!buf_ok(&e->file[i].text) || !cyber_replace(path, buf_span(&e->file[i].text), &w)) {
            cli_why("cyber export", path, &w);
            return false;
        }
        printf("%s: %llu\n", path, (unsigned long long)e->file[i].lines);
    }
    for (unsigned k = 0; k < DETECT_KINDS; k++)
        if (e->left_out[k])
            printf(_("left out: %llu %s\n"), (unsigned long long)e->left_out[k], detect_kind_word(k));
    return true;
}

/* What is over, withdrawn or on a warning list is left out. */
static uint64_t export_set(struct detect_export *e, const struct detect_set *s,
                           const struct detect_warnings *warnings)
{
    struct detect_found *f = malloc(sizeof *f);
    unix_time now = cli_now();
    uint64_t marked = 0;
    uint16_t list;

    if (!f)
        abort();
    for (size_t k = 0; k < s->layers; k++) {
        struct detect_walk walk = { 0 };

        while (detect_image_each(&s->layer[k], &walk, f)) {
            const struct detect_indicator *x = &f->indicator;

            if ((x->until && x->until <= now) || (x->from && x->from > now) ||
                !detect_set_counts(s, k, x->id))
                continue;
            if (warnings && detect_warnings_of(warnings, x->kind, x->value, &list, 1))
                marked++;
            else
                detect_export_add(e, x);
        }
    }
    free(f);
    return marked;
}

static void free_image(struct detect_image *i)
{
    void *p = i->mapped ? NULL : (void *)(uintptr_t)i->p;

    detect_image_close(i);
    free(p);
}

/* One argument that is an image, or files. */
static bool open_set(char *const *path, size_t n, struct detect_image *beside, struct detect_live **live)
{
    struct detect_live_how how = { .image = path[0] };
    struct why w = { 0 };

    if (n == 1 && detect_live_new(&how, live, &w))
        return true;
    if (!from_files(path, n, false, beside))
        return false;
    how = (struct detect_live_how){ .beside = beside };
    return detect_live_new(&how, live, &w);
}

int cyber_export_command(int argc, char **argv)
{
    struct detect_image beside = { 0 }, lists = { 0 };
    struct detect_warnings *warnings = NULL;
    struct detect_live *live = NULL;
    struct detect_export e;
    struct wish q = { 0 };
    struct why w = { 0 };
    uint64_t marked;
    bool ok;

    if (!read_wish(argc, argv, &q))
        return cli_usage(
            "cyber export",
            "--to suricata-datasets, zeek-intel or dns-rpz, --out FOLDER and an image or files are needed");
    ok = open_set(argv + optind, (size_t)(argc - optind), &beside, &live);
    if (ok && q.lists)
        ok = from_files((char *const *)(uintptr_t)q.list, q.lists, true, &lists) &&
             detect_warnings_new(&lists, &warnings, &w);
    if (ok) {
        detect_export_begin(&e, q.form, q.zone, (uint32_t)cli_now());
        marked = export_set(&e, detect_live_now(live, 0, &w), warnings);
        detect_export_end(&e);
        ok = write_files(&e, q.out);
        if (marked)
            printf(_("left out: %llu on warning lists\n"), (unsigned long long)marked);
        detect_export_free(&e);
    } else {
        cli_why("cyber export", argv[optind], &w);
    }
    detect_live_free(live);
    detect_warnings_free(warnings);
    free_image(&lists);
    free_image(&beside);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}
