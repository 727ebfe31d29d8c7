#include <getopt.h>

#include "cli/stix.h"
#include "wire/json_write.h"

struct checking {
    const char *path;
    bool json;
    size_t must, should, notes;
};

static const char *level_word(enum stix_level l)
{
    return l == STIX_MUST ? "must" : l == STIX_SHOULD ? "should" : "note";
}

static void put_line(struct buffer *b)
{
    buf_u8(b, '\n');
    (void)fwrite(b->p, 1, b->n, stdout);
    buf_free(b);
}

static void say_json(struct checking *c, const struct stix_item *item, const char *level, const struct why *w,
                     size_t offset, const char *path)
{
    struct buffer b;
    struct json_writer j;

    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "file", c->path);
    jw_int(&j, "index", (int64_t)item->index);
    jw_text(&j, "id", item->object->id);
    jw_str(&j, "level", level);
    jw_str(&j, "reason", w->reason);
    if (w->clause)
        jw_str(&j, "clause", w->clause);
    jw_str(&j, "path", path);
    if (offset != WHY_NO_OFFSET)
        jw_int(&j, "offset", (int64_t)offset);
    jw_str(&j, "detail", w->detail);
    jw_object_end(&j);
    put_line(&b);
}

static void say_plain(struct checking *c, const struct stix_item *item, const char *level,
                      const struct why *w, size_t offset, const char *path)
{
    char id[160];

    (void)snprintf(id, sizeof id, "%.*s", (int)(item->object->id.n < 150 ? item->object->id.n : 150),
                   item->object->id.n ? (const char *)item->object->id.p : "");
    cli_put(stdout, c->path);
    printf(_(": object %zu "), item->index);
    cli_put(stdout, id[0] ? id : _("without id"));
    printf(": %s%s%s %s", cli_style(stdout, *level == 'm' ? STYLE_BAD : STYLE_CARE), level,
           cli_style(stdout, STYLE_PLAIN), w->reason);
    if (path[0]) {
        printf(_(" at "));
        cli_put(stdout, path);
    }
    printf(": ");
    cli_put(stdout, w->detail);
    if (w->clause)
        printf(" (%s)", w->clause);
    if (offset != WHY_NO_OFFSET)
        printf(_(", byte %zu"), offset);
    (void)putchar('\n');
}

static bool take(void *ctx, const struct stix_item *item)
{
    struct checking *c = ctx;
    const struct stix_findings *f = item->findings;

    c->must += f->must;
    c->should += f->should;
    c->notes += f->notes;
    for (size_t i = 0; i < f->n; i++) {
        const struct stix_finding *x = &f->item[i];
        size_t at = x->why.offset == WHY_NO_OFFSET ? WHY_NO_OFFSET : x->why.offset + (size_t)item->offset;

        (c->json ? say_json : say_plain)(c, item, level_word(x->level), &x->why, at, x->path);
    }
    if (!item->good && f->must == 0) /* of the object as a whole: too large, a twin with other content */
        (c->json ? say_json : say_plain)(c, item, "must", item->why, item->why->offset, "");
    return true;
}

static int check_file(struct checking *c, const struct stix_bundle_how *how)
{
    static const char *const kind[] = { "nothing", "bundle", "envelope", "objects" };
    struct stix_summary s = { .objects = 0 };
    struct why w = { 0 };
    bool whole = stix_file_read(c->path, how, take, c, &s, &w), good;

    if (!whole)
        cli_why("stix", c->path, &w);
    good = whole && s.sound && s.good == s.objects && (!how->object.strict || c->should + s.should == 0);
    if (whole && !s.sound)
        cli_why("stix", c->path, &s.why);
    if (c->json) {
        struct buffer b;
        struct json_writer j;

        buf_init(&b, 1 << 16);
        j = json_to(&b);
        jw_object(&j, NULL);
        jw_str(&j, "file", c->path);
        jw_str(&j, "in", kind[s.in]);
        jw_int(&j, "objects", (int64_t)s.objects);
        jw_int(&j, "valid", (int64_t)s.good);
        jw_int(&j, "quarantined", (int64_t)(s.objects - s.good));
        jw_int(&j, "repeated", (int64_t)s.repeated);
        jw_int(&j, "must", (int64_t)c->must);
        jw_int(&j, "should", (int64_t)(c->should + s.should));
        jw_int(&j, "notes", (int64_t)c->notes);
        jw_bool(&j, "whole", whole);
        jw_bool(&j, "valid_container", s.sound);
        jw_object_end(&j);
        put_line(&b);
    } else {
        cli_put(stdout, c->path);
        printf(_(": %s of %zu objects%s: %zu valid, %zu to quarantine"), kind[s.in], s.objects,
               s.v20 ? " (STIX 2.0)" : "", s.good, s.objects - s.good);
        if (s.repeated)
            printf(_(", %zu repeated"), s.repeated);
        if (how->object.strict)
            printf(_("; %zu should, %zu notes"), c->should + s.should, c->notes);
        printf("%s\n", whole ? "" : _("; it does not end as it should"));
    }
    return !whole ? CLI_USAGE : good ? CLI_POSITIVE : CLI_NEGATIVE;
}

int stix_check_command(int argc, char **argv)
{
    static const struct option options[] = { { "strict", no_argument, NULL, 's' },
                                             { "v20", no_argument, NULL, 'o' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    struct stix_bundle_how how = { .duplicates = true };
    struct checking c = { .json = false };
    int code = CLI_POSITIVE, o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 's')
            how.object.strict = true;
        else if (o == 'o')
            how.object.v20 = true;
        else if (o == 'j')
            c.json = true;
        else
            return cli_bad_option("stix");
    }
    if (optind == argc)
        return cli_usage("stix", "check what? a file is expected");
    for (int i = optind; i < argc; i++) {
        struct checking one = { .path = argv[i], .json = c.json };

        code = cli_gravest(code, check_file(&one, &how));
    }
    return code;
}
