/* serai agreement show: the wording, article by article. */
#include <getopt.h>
#include <stdio.h>

#include "cli/agreement_file.h"

static int show(const char *file, const char *language_wanted, const char *article)
{
    struct agreement_article list[AGREEMENT_ARTICLES];
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct buffer b;
    const char *language = language_wanted, *text;
    size_t n, shown = 0;
    bool other;
    int rc = agreement_file_load(file, false, &a, &faults);

    if (rc != CLI_POSITIVE)
        return rc;
    buf_init(&b, AGREEMENT_OUTPUT);
    n = agreement_articles(a, list, AGREEMENT_ARTICLES);
    if (!article) {
        buf_printf(&b, "%s\n", agreement_title_in(a, NULL, language_wanted, &language));
        text = agreement_note(a, language_wanted, &language);
        if (text)
            buf_printf(&b, "%s\n", text);
    }
    for (size_t i = 0; i < n && i < AGREEMENT_ARTICLES; i++) {
        if (article && strcmp(article, list[i].number) != 0)
            continue;
        shown++;
        buf_printf(&b, "\n%s. %s\n", list[i].number,
                   agreement_title_in(a, list[i].number, language_wanted, &language));
        text = agreement_wording(a, list[i].number, language_wanted, &language);
        other = text && !span_eq(span_str(language), span_str(language_wanted));
        if (text)
            buf_printf(&b, "%s%s%s%s\n", text, other ? " [" : "", other ? language : "", other ? "]" : "");
    }
    agreement_free(a);
    if (!shown && article) {
        buf_free(&b);
        return cli_usage("agreement", "there is no article %s", article);
    }
    return agreement_put(&b, CLI_POSITIVE);
}

int agreement_show_command(int argc, char **argv)
{
    static const struct option options[] = { { "language", required_argument, NULL, 'l' },
                                             { "article", required_argument, NULL, 'a' },
                                             { 0 } };
    const char *file, *language = NULL, *article = NULL;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'l')
            language = optarg;
        else if (c == 'a')
            article = optarg;
        else
            return cli_bad_option("agreement");
    }
    file = agreement_one_file(argc, argv);
    return file ? show(file, cli_language(language, false), article) : CLI_USAGE;
}
