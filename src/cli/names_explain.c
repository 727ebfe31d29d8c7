#include <getopt.h>

#include "base/text.h"
#include "cli/names.h"
#include "names/pair.h"

static const char *rule_word(enum names_rule r)
{
    switch (r) {
    case RULE_SAME:
        return "the same letters";
    case RULE_VARIANT:
        return "another spelling";
    case RULE_SCRIPT:
        return "another script";
    case RULE_INITIAL:
        return "initial";
    case RULE_TYPO:
        return "a slip of the pen";
    }
    return "";
}

static void put_words(const struct names_name *n, size_t i, size_t k)
{
    struct buffer b;
    size_t width = 0;

    buf_init(&b, 4096);
    for (size_t j = i; j < i + k; j++) {
        if (j > i)
            buf_u8(&b, ' ');
        for (size_t l = 0; l < n->word[j].n; l++)
            utf8_put(&b, n->word[j].letter[l]);
        width += n->word[j].n + (size_t)(j > i);
    }
    (void)printf("%s%*s", buf_cstr(&b), width < 26 ? (int)(26 - width) : 0, "");
    buf_free(&b);
}

static void put_left(const char *side, const struct names_name *n, uint16_t left)
{
    for (size_t i = 0; i < n->n; i++)
        if (left >> i & 1) {
            (void)printf("  only in the %s   ", side);
            put_words(n, i, 1);
            (void)putchar('\n');
        }
}

static int explain(const struct names *t, enum names_schema schema, char **name)
{
    struct names_name n[2];
    struct names_match m;
    struct why w = { 0 };

    for (int i = 0; i < 2; i++)
        if (!names_read(t, span_str(name[i]), schema, &n[i], &w)) {
            cli_why("names", i ? "second name" : "first name", &w);
            return CLI_USAGE;
        }
    names_compare(t, NULL, schema, &n[0], &n[1], &m);
    (void)printf("score %.3f\n", (double)m.score);
    for (size_t i = 0; i < m.n; i++) {
        const struct names_link *l = &m.link[i];

        (void)fputs("  ", stdout);
        put_words(&n[0], l->a, l->n_a);
        put_words(&n[1], l->b, l->n_b);
        (void)printf("%.2f  %s\n", (double)l->likeness, rule_word(l->rule));
    }
    put_left("first ", &n[0], m.left_a);
    put_left("second", &n[1], m.left_b);
    return CLI_POSITIVE;
}

int names_explain_command(int argc, char **argv)
{
    static const struct option options[] = { { "organization", no_argument, NULL, 'o' }, { 0 } };
    enum names_schema schema = NAMES_PERSON;
    struct why w = { 0 };
    struct names *t;
    int c, rc;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c != 'o')
            return cli_bad_option("names");
        schema = NAMES_ORGANIZATION;
    }
    if (optind + 2 != argc)
        return cli_usage("names", "explain wants two names");
    t = names_open(&w);
    if (!t) {
        cli_why("names", "tables", &w);
        return CLI_USAGE;
    }
    rc = explain(t, schema, argv + optind);
    names_close(t);
    return rc;
}
