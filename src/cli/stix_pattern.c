#include "cli/stix_pattern.h"

#include <getopt.h>

#include "base/text.h"
#include "stix/pattern_index.h"
#include "stix/pattern_say.h"

static const char *const what[] = { "check", "match", "explain" };

int stix_pattern_command(int argc, char **argv)
{
    static int (*const run[])(int, char **) = { stix_pattern_check, stix_pattern_match,
                                                stix_pattern_explain };
    static char title[64];

    for (size_t i = 0; argc > 1 && i < sizeof what / sizeof *what; i++) {
        if (strcmp(argv[1], what[i]) != 0)
            continue;
        (void)snprintf(title, sizeof title, "serai stix pattern %s", what[i]);
        argv[1] = title;
        return run[i](argc - 1, argv + 1);
    }
    return cli_usage("stix", "after pattern one of check, match or explain is expected");
}

bool stix_pattern_given(const char *text, const char *file, struct arena *a, struct span *out, struct why *w)
{
    if (!file) {
        *out = span_str(text);
        return true;
    }
    if (!cli_read(file, a, out, w))
        return false;
    if (out->n && out->p[out->n - 1] == '\n')
        out->n--;
    return true;
}

/* The line of the offset, at most 100 bytes around it, and a mark. */
static void put_line(struct span s, size_t offset)
{
    size_t from = offset, to = offset;
    struct buffer b;
    size_t mark = 0;

    while (from > 0 && s.p[from - 1] != '\n' && (offset - from < 60 || (s.p[from] & 0xc0) == 0x80))
        from--;
    while (to < s.n && s.p[to] != '\n' && (to - offset < 30 || (s.p[to] & 0xc0) == 0x80))
        to++;
    for (size_t i = from; i < offset; i++)
        mark += (s.p[i] & 0xc0) != 0x80;
    buf_init(&b, 4096);
    text_put_plain(&b, span_sub(s, from, to));
    (void)printf("    %s\n    %*s^\n", buf_cstr(&b), (int)mark, "");
    buf_free(&b);
}

void stix_pattern_say_why(const char *name, struct span pattern, const struct why *w)
{
    size_t line = 1, column = 1;

    if (w->offset != WHY_NO_OFFSET)
        pattern_place(pattern, w->offset, &line, &column);
    cli_put(stdout, name);
    (void)printf(":%zu:%zu: ", line, column);
    cli_put(stdout, w->detail);
    (void)printf(" (%s%s%s)\n", w->reason, w->clause ? ", " : "", w->clause ? w->clause : "");
    if (w->offset != WHY_NO_OFFSET && w->offset <= pattern.n && utf8_valid_to(pattern) == pattern.n)
        put_line(pattern, w->offset);
}

static void put(const struct buffer *b)
{
    struct buffer plain;

    buf_init(&plain, 8 << 20);
    text_put_plain(&plain, buf_span(b));
    (void)fwrite(plain.p ? plain.p : (const uint8_t *)"", 1, plain.n, stdout);
    buf_free(&plain);
}

static bool say_equality(const struct pattern_equality *e, void *arg)
{
    struct buffer *b = arg;

    buf_printf(b, "  %s%s ", pattern_equality_word(e->kind), e->below ? " range" : "");
    buf_put(b, e->value);
    if (e->referred) {
        buf_str(b, _(" at "));
        pattern_print_path(e->path, b);
    }
    buf_u8(b, '\n');
    return true;
}

static void say_literals(const struct pattern *p, struct arena *a, struct buffer *b)
{
    for (uint32_t i = 0; i < p->brackets; i++) {
        uint32_t n;
        const struct pattern_literal *l = pattern_literals(p, i, a, &n);

        buf_printf(b, _("  observation %u: "), i + 1);
        for (uint32_t k = 0; k < n; k++) {
            buf_str(b, k ? _(", or ") : "");
            if (l[k].text.n) {
                buf_str(b, l[k].whole ? _("the value \"") : _("a value with \""));
                buf_put(b, l[k].text);
                buf_u8(b, '"');
            } else {
                buf_printf(b, _("the number %.17g"), l[k].number);
            }
        }
        buf_str(b, n ? "\n" : _("no literal: asked of every record that has the fields\n"));
    }
}

static void explain(const struct pattern *p, struct arena *a)
{
    struct buffer b;

    buf_init(&b, 8 << 20);
    pattern_say(p, &b);
    buf_str(&b, _("\nwritten in one way:\n  "));
    pattern_print(p, &b);
    buf_printf(&b, _("\n\nconformance level %u of 3\n"), pattern_level(p));
    if (pattern_never(p) != PATTERN_NONE)
        buf_str(&b, _("one AND joins different object types: that part never matches (9.5)\n"));
    if (pattern_equalities(p, NULL, NULL)) {
        buf_str(&b, _("a plain list: the detector looks these up\n"));
        (void)pattern_equalities(p, say_equality, &b);
    } else {
        buf_str(&b, _("evaluated on records in which there is\n"));
        say_literals(p, a, &b);
    }
    put(&b);
    buf_free(&b);
}

int stix_pattern_explain(int argc, char **argv)
{
    struct arena a;
    struct why w = { 0 };
    struct pattern p;
    struct span text;
    const char *file = NULL;
    int rc = CLI_USAGE, c;

    while ((c = getopt(argc, argv, "f:")) >= 0)
        if (c == 'f')
            file = optarg;
        else
            return cli_bad_option("stix");
    if (optind + (file == NULL) != argc)
        return cli_usage("stix", "give one pattern, or -f FILE");
    arena_init(&a, LIMIT_PATTERN_SCRATCH);
    if (!stix_pattern_given(file ? NULL : argv[optind], file, &a, &text, &w)) {
        cli_why("stix pattern explain", file, &w);
    } else if (!pattern_parse(text, &a, &p, &w)) {
        stix_pattern_say_why(file ? file : "pattern", text, &w);
        rc = CLI_NEGATIVE;
    } else {
        explain(&p, &a);
        rc = CLI_POSITIVE;
    }
    arena_free(&a);
    return rc;
}
