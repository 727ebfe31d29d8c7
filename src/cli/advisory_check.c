#include "base/limits.h"
#include "cli/advisory.h"

#include <getopt.h>

#include "cli/options.h"
#include "wire/json_shape.h"
#include "wire/json_write.h"

static const char *const class_words[] = { "error", "error", "warning", "information" };

static void put_text(const char *path, const struct csaf *c, const struct csaf_findings *f)
{
    cli_put(stdout, path);
    (void)printf(": %s%s%s\n", cli_style(stdout, csaf_valid(f) ? STYLE_GOOD : STYLE_BAD),
                 csaf_is_2_1(c)  ? _("CSAF 2.1, only partly checked")
                 : csaf_valid(f) ? _("valid")
                                 : _("not valid"),
                 cli_style(stdout, STYLE_PLAIN));
    for (uint32_t i = 0; i < f->n; i++) {
        const struct csaf_finding *x = &f->item[i];
        struct buffer at;

        buf_init(&at, 1u << 16);
        json_pointer(&c->j, x->at, &at);
        (void)printf(_("  %s %s at "), class_words[x->class], x->test);
        cli_put(stdout, at.n ? buf_cstr(&at) : "/");
        (void)printf(": %s; %s\n", x->says, x->mend);
        buf_free(&at);
    }
    if (f->lost)
        (void)printf(_("  and %u more\n"), f->lost);
}

static void put_json(struct json_writer *j, const char *path, const struct csaf *c,
                     const struct csaf_findings *f)
{
    jw_object(j, NULL);
    jw_str(j, "file", path);
    jw_text(j, "id", c->id);
    jw_text(j, "version", c->version);
    jw_bool(j, "valid", csaf_valid(f));
    jw_bool(j, "partly", csaf_is_2_1(c));
    jw_array(j, "findings");
    for (uint32_t i = 0; i < f->n; i++) {
        struct buffer at;

        buf_init(&at, 1u << 16);
        json_pointer(&c->j, f->item[i].at, &at);
        jw_object(j, NULL);
        jw_str(j, "test", f->item[i].test);
        jw_str(j, "class", class_words[f->item[i].class]);
        jw_text(j, "at", buf_span(&at));
        jw_str(j, "says", f->item[i].says);
        jw_str(j, "do", f->item[i].mend);
        jw_object_end(j);
        buf_free(&at);
    }
    jw_array_end(j);
    jw_int(j, "more", f->lost);
    jw_object_end(j);
}

static int check_one(const char *path, enum csaf_depth depth, struct json_writer *j)
{
    struct csaf_findings f = { 0 };
    struct csaf c = { 0 };
    struct why w = { 0 };
    struct arena a;
    int rc = CLI_USAGE;

    if (advisory_read(path, &a, &c)) {
        if (!csaf_check(&c, depth, &f, &w)) {
            cli_why("advisory", path, &w);
        } else {
            rc = !csaf_valid(&f) ? CLI_NEGATIVE : csaf_is_2_1(&c) ? CLI_UNDETERMINED : CLI_POSITIVE;
            if (j)
                put_json(j, path, &c, &f);
            else
                put_text(path, &c, &f);
        }
    }
    arena_free(&a);
    return rc;
}

int advisory_check_command(int argc, char **argv)
{
    bool extended = false, full = false, json = false, help = false;
    const struct cli_text text[] = { { NULL, NULL } };
    const struct cli_flag flag[] = {
        { "extended", &extended }, { "full", &full }, { "json", &json }, { "help", &help }, { NULL, NULL }
    };
    struct json_writer j;
    struct buffer b;
    int rc = CLI_POSITIVE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("advisory");
    if (help || optind == argc)
        return cli_usage("advisory", "check wants files");
    buf_init(&b, 1u << 30);
    j = json_to(&b);
    jw_array(&j, NULL);
    for (int i = optind; i < argc; i++)
        rc = cli_gravest(rc, check_one(argv[i],
                                       full       ? CSAF_FULL
                                       : extended ? CSAF_EXTENDED
                                                  : CSAF_BASIC,
                                       json ? &j : NULL));
    jw_array_end(&j);
    if (json)
        (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
    return rc;
}
