#include "cli/advisory.h"

#include <libgen.h>
#include <stdlib.h>

static struct span text(const struct csaf *c, json_ref object, const char *name)
{
    json_ref v = json_member(&c->j, object, name);
    struct span s = { NULL, 0 };

    if (json_is(&c->j, v, JSON_KIND_STRING) && !json_text_of(&c->j, v, c->a, &s))
        s = (struct span){ NULL, 0 };
    return s;
}

static void line(const char *label, struct span s)
{
    if (s.n == 0)
        return;
    (void)printf("%-11s ", label);
    advisory_put(s, 0);
}

static json_ref list(const struct csaf *c, json_ref object, const char *name)
{
    json_ref v = json_member(&c->j, object, name);

    return json_is(&c->j, v, JSON_KIND_ARRAY) ? v : JSON_NONE;
}

static void show_scores(const struct csaf *c, json_ref v)
{
    static const char *const names[] = { "cvss_v2", "cvss_v3" };
    json_ref scores = list(c, v, "scores");

    for (json_ref s = json_first(&c->j, scores); s != JSON_NONE; s = json_after(&c->j, scores, s))
        for (int n = 0; n < 2; n++) {
            json_ref cvss = json_member(&c->j, s, names[n]);
            double d;

            if (!json_double(&c->j, json_member(&c->j, cvss, "baseScore"), &d))
                continue;
            (void)printf(_("  CVSS %.1f, %zu products: "), d, json_count(&c->j, list(c, s, "products")));
            advisory_put(text(c, cvss, "vectorString"), 0);
        }
}

static void show_products(const struct csaf *c, const struct csaf_vulnerability *v)
{
    enum { SHOWN = 30 };

    for (int s = 0; s < CSAF_STATUSES; s++) {
        unsigned n = 0;

        for (uint32_t i = 0; i < v->standings; i++) {
            const struct csaf_standing *x = &c->standing[v->standing + i];
            const struct csaf_product *p = x->product == CSAF_NONE ? NULL : &c->product[x->product];

            if (x->status != (enum csaf_status)s)
                continue;
            if (n++ == 0)
                (void)printf("  %s:\n", csaf_status_word((enum csaf_status)s));
            if (n > SHOWN)
                continue;
            advisory_put(p ? p->name : json_source(&c->j, x->at), 4);
            if (p && p->cpe.n)
                advisory_put(p->cpe, 6);
            if (p && p->purl.n)
                advisory_put(p->purl, 6);
        }
        if (n > SHOWN)
            (void)printf(_("    and %u more\n"), n - SHOWN);
    }
}

static void show_items(const struct csaf *c, json_ref v, const char *name, const char *head, const char *body)
{
    json_ref items = list(c, v, name);

    for (json_ref r = json_first(&c->j, items); r != JSON_NONE; r = json_after(&c->j, items, r)) {
        (void)printf("  ");
        advisory_put(text(c, r, head), 0);
        advisory_put(text(c, r, body), 4);
        if (text(c, r, "url").n)
            advisory_put(text(c, r, "url"), 4);
    }
}

static void show(const struct csaf *c)
{
    line("title", c->title);
    line("id", c->id);
    line("version", c->revision);
    line("status", c->status);
    line("category", c->category);
    line("publisher", c->publisher);
    (void)printf("%-11s %s%s\n", "TLP", csaf_tlp_word(c->tlp),
                 c->tlp_known ? "" : _(" (a label that is not known)"));
    line("released", c->initial_release);
    line("current", c->current_release);
    line("language", c->language);
    show_items(c, c->document, "notes", "category", "text");
    for (uint32_t i = 0; i < c->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &c->vulnerability[i];

        (void)puts("");
        advisory_put(v->cve.n ? v->cve : SPAN("vulnerability"), 0);
        if (v->title.n)
            advisory_put(v->title, 2);
        if (v->cwe.n)
            advisory_put(v->cwe, 2);
        show_scores(c, v->at);
        show_items(c, v->at, "notes", "category", "text");
        show_products(c, v);
        show_items(c, v->at, "remediations", "category", "details");
    }
}

int advisory_show_command(int argc, char **argv)
{
    struct csaf c = { 0 };
    struct arena a;
    bool ok;

    if (argc != 2 || argv[1][0] == '-')
        return cli_usage("advisory", "show wants one file");
    ok = advisory_read(argv[1], &a, &c);
    if (ok)
        show(&c);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

static int name_of(char *path)
{
    struct csaf c = { 0 };
    struct arena a;
    struct buffer b;
    int rc = CLI_USAGE;

    buf_init(&b, 1u << 20);
    if (advisory_read(path, &a, &c)) {
        csaf_filename(c.id, &b);
        (void)printf("%s\n", buf_cstr(&b));
        rc = strcmp(basename(path), buf_cstr(&b)) == 0 ? CLI_POSITIVE : CLI_NEGATIVE;
    }
    buf_free(&b);
    arena_free(&a);
    return rc;
}

int advisory_filename_command(int argc, char **argv)
{
    int rc = CLI_POSITIVE;

    if (argc < 2 || argv[1][0] == '-')
        return cli_usage("advisory", "filename wants files");
    for (int i = 1; i < argc; i++)
        rc = cli_gravest(rc, name_of(argv[i]));
    return rc;
}
