#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/list.h"

enum { FIELDS = 32 };

struct showing {
    const char *node, *name, *id, *as_of;
    unsigned from, to;
    bool json, quarantine;
    char folder[LIST_PATH];
};

static const char *day(unix_time t, char out[DATE_TEXT])
{
    return t ? date_format(date_of_time(t), out) : "-";
}

static void purposes(unsigned bits, char out[48])
{
    (void)snprintf(out, 48, "%s%s%s", bits & LIST_BORDER ? "border" : "",
                   (bits & LIST_BORDER) && (bits & LIST_MONEY_LAUNDERING) ? ", " : "",
                   bits & LIST_MONEY_LAUNDERING ? "money-laundering" : "");
}

static void put(struct span s)
{
    struct buffer b;

    buf_init(&b, 16 << 20);
    text_put_plain(&b, s);
    (void)fwrite(b.p ? b.p : (const uint8_t *)"", 1, b.n, stdout);
    buf_free(&b);
}

static bool show_lists(const struct showing *o, struct why *w)
{
    char name[LIMIT_LISTS][LIST_NAME + 1];
    size_t n;

    if (!list_book_names(o->folder, name, LIMIT_LISTS, &n, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        char text[48], at[DATE_TEXT];
        struct list_about x = { 0 };
        struct list_terms t;

        if (!list_book_terms(o->folder, name[i], &t, w) ||
            (t.active && !list_book_about(o->folder, name[i], t.active, &x, w)))
            return false;
        purposes(t.purposes, text);
        (void)printf(_("%-20s %8llu entries  version %u of %s%s  %s; %s (%s)\n"), name[i],
                     (unsigned long long)x.stated.entries, t.active, day(x.from, at),
                     t.held ? _(", one HELD") : "", text, t.basis, t.by);
    }
    if (!n)
        (void)puts(_("no list is kept"));
    return true;
}

static bool show_versions(const struct showing *o, struct why *w)
{
    struct list_terms t;
    char text[48];

    if (!list_book_terms(o->folder, o->name, &t, w))
        return false;
    purposes(t.purposes, text);
    (void)printf(
        _("%s: %s\nbasis    %s\nsaid by  %s\nkept     %u days; held when more than %u %% are missing\n"),
        t.name, text, t.basis, t.by, t.keep_days, t.most_lost);
    for (unsigned v = t.last; v > 0; v--) {
        char from[DATE_TEXT], to[DATE_TEXT];
        struct list_about x;

        if (!list_book_about(o->folder, o->name, v, &x, NULL))
            continue;
        (void)printf(
            _("version %u%s  in force %s to %s  %s %s %s  %llu entries, %llu refused; +%llu ~%llu -%llu\n"
              "  SHA-256 %s\n"),
            v,
            v == t.active ? _(" (in force)")
            : v == t.held ? _(" (HELD)")
                          : "",
            day(x.from, from), day(x.to, to), list_format_word(x.format), x.stated.published,
            x.stated.publication, (unsigned long long)x.stated.entries, (unsigned long long)x.stated.refused,
            (unsigned long long)x.difference.added, (unsigned long long)x.difference.changed,
            (unsigned long long)x.difference.removed, x.digest);
    }
    return true;
}

static bool show_quarantine(const struct showing *o, struct why *w)
{
    char path[LIST_PATH + 16], base[LIST_PATH];
    struct list_terms t;
    char *line = NULL;
    size_t room = 0;
    FILE *f;

    if (!list_book_terms(o->folder, o->name, &t, w))
        return false;
    list_book_path(o->folder, o->name, t.held ? t.held : t.active, base);
    (void)snprintf(path, sizeof path, "%s/quarantine", base);
    f = fopen(path, "re");
    if (!f)
        return why_set(w, "absent", WHY_NO_OFFSET, NULL, "nothing is kept of what did not read");
    while (getline(&line, &room, f) > 0)
        put(span_str(line));
    free(line);
    (void)fclose(f);
    return true;
}

/* At the end of that day. */
static bool version_of(const struct showing *o, unsigned *out, struct why *w)
{
    struct list_terms t;
    struct date d;

    if (!list_book_terms(o->folder, o->name, &t, w))
        return false;
    *out = t.active;
    if (o->as_of && !date_parse(span_str(o->as_of), &d))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a day is written 2026-05-01");
    if (o->as_of)
        *out = list_book_as_of(o->folder, o->name, time_of_date(date_add_days(d, 1)) - 1);
    return *out || why_set(w, "absent", WHY_NO_OFFSET, NULL, "no version of then is kept");
}

static void print_entry(const struct list_entry *e)
{
    put(e->id);
    (void)putchar(' ');
    put(e->schema);
    (void)putchar('\n');
    for (size_t i = 0; i < e->n; i++) {
        const struct list_value *v = &e->value[i];
        const struct span beside[] = { v->kind, v->country, v->note };

        (void)fputs("  ", stdout);
        put(v->property);
        (void)fputs(v->about ? _(": about ") : ": ", stdout);
        put(v->text);
        for (size_t k = 0; k < 3; k++)
            if (beside[k].n) {
                (void)fputs("; ", stdout);
                put(beside[k]);
            }
        (void)puts(v->weak ? _("; weak") : "");
    }
}

static bool show_entry(const struct showing *o, struct why *w)
{
    struct list_version *v = NULL;
    char path[LIST_PATH];
    struct list_entry e = { 0 };
    struct span line;
    struct arena a;
    unsigned version;
    bool ok;

    if (!version_of(o, &version, w))
        return false;
    arena_init(&a, 64 << 20);
    list_book_path(o->folder, o->name, version, path);
    ok = list_version_open(path, &v, w);
    if (ok) {
        line = list_version_find(v, span_str(o->id), &a);
        ok = line.n ? list_entry_read(line, &a, &e, w)
                    : why_set(w, "absent", WHY_NO_OFFSET, NULL, "version %u has no such entry", version);
        if (ok && o->json)
            (void)printf("%.*s\n", (int)line.n, (const char *)line.p);
        else if (ok)
            print_entry(&e);
    }
    list_version_close(v);
    arena_free(&a);
    return ok;
}

static int end(const struct showing *o, bool ok, const struct why *w)
{
    if (ok)
        return CLI_POSITIVE;
    cli_why("list", o->name ? o->name : o->node, w);
    return w->reason && strcmp(w->reason, "absent") == 0 ? CLI_NEGATIVE : CLI_USAGE;
}

static int read_options(struct showing *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "json", no_argument, NULL, 'j' },
        { "quarantine", no_argument, NULL, 'q' },
        { "as-of", required_argument, NULL, 'd' },
        { "from", required_argument, NULL, 'f' },
        { "to", required_argument, NULL, 't' },
        { 0 },
    };
    uint64_t v = 0;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("list");
        if ((c == 'f' || c == 't') && !text_number(span_str(optarg), 1000 * 1000, &v))
            return cli_usage("list", "a version is a number");
        o->node = c == 'n' ? optarg : o->node;
        o->as_of = c == 'd' ? optarg : o->as_of;
        o->from = c == 'f' ? (unsigned)v : o->from;
        o->to = c == 't' ? (unsigned)v : o->to;
        o->json = o->json || c == 'j';
        o->quarantine = o->quarantine || c == 'q';
    }
    o->name = argc > optind ? argv[optind] : NULL;
    o->id = argc > optind + 1 ? argv[optind + 1] : NULL;
    return !o->node || argc > optind + 2 ? cli_usage("list", "name the node: --node FOLDER") : CLI_POSITIVE;
}

int list_show_command(int argc, char **argv)
{
    struct showing o = { 0 };
    struct why w = { 0 };
    int code = read_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    return end(&o,
               list_folder_of(o.node, o.folder, &w) && (o.id                     ? show_entry(&o, &w)
                                                        : o.name && o.quarantine ? show_quarantine(&o, &w)
                                                        : o.name                 ? show_versions(&o, &w)
                                                                                 : show_lists(&o, &w)),
               &w);
}

/* ---- diff ---- */

struct differing {
    const struct showing *o;
    struct arena a;
};

static void fields(const struct list_entry *before, const struct list_entry *after, struct json_writer *j)
{
    struct span field[FIELDS];
    size_t n = list_entry_fields(before, after, field, FIELDS);

    for (size_t i = 0; i < n && i < FIELDS; i++) {
        if (j) {
            jw_text(j, NULL, field[i]);
        } else {
            (void)fputs(i ? ", " : ": ", stdout);
            put(field[i]);
        }
    }
}

static bool tell(void *ctx, enum list_change c, struct span before, struct span after, struct why *w)
{
    static const char *const words[] = { "added", "changed", "removed" };
    struct differing *d = ctx;
    struct list_entry was = { 0 }, is = { 0 };
    const struct list_entry *e = c == LIST_REMOVED ? &was : &is;
    struct json_writer j;
    struct buffer b;

    arena_reset(&d->a);
    if ((before.n && !list_entry_read(before, &d->a, &was, w)) ||
        (after.n && !list_entry_read(after, &d->a, &is, w)))
        return false;
    if (!d->o->json) {
        (void)printf("%s ", words[c]);
        put(e->id);
        (void)putchar(' ');
        put(list_entry_caption(e));
        if (c == LIST_CHANGED)
            fields(&was, &is, NULL);
        (void)putchar('\n');
        return true;
    }
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "change", words[c]);
    jw_text(&j, "id", e->id);
    jw_text(&j, "caption", list_entry_caption(e));
    jw_array(&j, "fields");
    if (c == LIST_CHANGED)
        fields(&was, &is, &j);
    jw_array_end(&j);
    jw_object_end(&j);
    (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
    return true;
}

static bool diff(const struct showing *o, struct why *w)
{
    struct list_version *from = NULL, *to = NULL;
    struct list_difference n;
    struct list_terms t;
    char path[LIST_PATH];
    struct differing d = { .o = o };
    unsigned last, first;
    bool ok;

    if (!list_book_terms(o->folder, o->name, &t, w))
        return false;
    last = o->to ? o->to : t.held ? t.held : t.active;
    first = o->from ? o->from : last > 1 ? last - 1 : 0;
    arena_init(&d.a, 64 << 20);
    list_book_path(o->folder, o->name, last, path);
    ok = list_version_open(path, &to, w);
    list_book_path(o->folder, o->name, first, path);
    ok = ok && (!first || list_version_open(path, &from, w)) && list_version_diff(from, to, tell, &d, &n, w);
    if (ok && !o->json)
        (void)printf(_("%llu added, %llu changed, %llu removed, %llu the same\n"),
                     (unsigned long long)n.added, (unsigned long long)n.changed,
                     (unsigned long long)n.removed, (unsigned long long)n.same);
    list_version_close(from);
    list_version_close(to);
    arena_free(&d.a);
    return ok;
}

int list_diff_command(int argc, char **argv)
{
    struct showing o = { 0 };
    struct why w = { 0 };
    int code = read_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.name)
        return cli_usage("list", "diff wants the name of a list");
    return end(&o, list_folder_of(o.node, o.folder, &w) && diff(&o, &w), &w);
}
