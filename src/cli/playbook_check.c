#include <getopt.h>

#include "cli/advisory.h"
#include "cli/options.h"
#include "wire/json_shape.h"
#include "wire/json_write.h"

static const char *const class_words[] = { "shape", "refer", "note" };

static int verdict(const struct cacao_findings *f)
{
    return f->count[CACAO_SHAPE] ? CLI_NEGATIVE : f->count[CACAO_REFER] ? CLI_UNDETERMINED : CLI_POSITIVE;
}

static const char *word(int rc)
{
    return rc == CLI_NEGATIVE       ? N_("not of the shape of CACAO 2.0")
           : rc == CLI_UNDETERMINED ? N_("refer to a person")
                                    : N_("well");
}

static void put(const char *path, const struct cacao *c, const struct cacao_findings *f,
                struct json_writer *j)
{
    if (j) {
        jw_object(j, NULL);
        jw_str(j, "file", path);
        jw_text(j, "id", c->id);
        jw_str(j, "result", word(verdict(f)));
        jw_array(j, "findings");
    } else {
        cli_put(stdout, path);
        (void)printf(": %s\n", gettext(word(verdict(f))));
    }
    for (uint32_t i = 0; i < f->n; i++) {
        struct buffer at;

        buf_init(&at, 1u << 16);
        json_pointer(&c->j, f->item[i].at, &at);
        if (j) {
            jw_object(j, NULL);
            jw_str(j, "class", class_words[f->item[i].class]);
            jw_str(j, "name", f->item[i].name);
            jw_text(j, "at", buf_span(&at));
            jw_str(j, "says", f->item[i].says);
            jw_object_end(j);
        } else {
            (void)printf(_("  %s %s at "), class_words[f->item[i].class], f->item[i].name);
            cli_put(stdout, at.n ? buf_cstr(&at) : "/");
            (void)printf(": %s\n", f->item[i].says);
        }
        buf_free(&at);
    }
    if (j) {
        jw_array_end(j);
        jw_object_end(j);
    }
}

static int check_one(const char *path, struct json_writer *j)
{
    struct cacao_findings f = { 0 };
    struct cacao c = { 0 };
    struct why w = { 0 };
    struct arena a;
    int rc = CLI_USAGE;

    if (playbook_read(path, &a, &c)) {
        if (cacao_check(&c, &f, &w)) {
            rc = verdict(&f);
            put(path, &c, &f, j);
        } else {
            cli_why("playbook", path, &w);
        }
    }
    arena_free(&a);
    return rc;
}

int playbook_check_command(int argc, char **argv)
{
    bool json = false, help = false;
    const struct cli_text text[] = { { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { "help", &help }, { NULL, NULL } };
    struct json_writer j;
    struct buffer b;
    int rc = CLI_POSITIVE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("playbook");
    if (help || optind == argc)
        return cli_usage("playbook", "check wants files");
    buf_init(&b, 1u << 28);
    j = json_to(&b);
    jw_array(&j, NULL);
    for (int i = optind; i < argc; i++)
        rc = cli_gravest(rc, check_one(argv[i], json ? &j : NULL));
    jw_array_end(&j);
    if (json)
        (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
    return rc;
}
