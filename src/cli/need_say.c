#include "cli/need_say.h"

#include "base/text.h"
#include "cli/paper.h"
#include "paper/form.h"

static void print(const struct form *s)
{
    struct buffer b;

    buf_init(&b, 4 << 20);
    for (size_t i = 0; i < s->n; i++) {
        if (s->line[i].style == PAGE_RULE || s->line[i].style == PAGE_HEADING)
            buf_u8(&b, '\n');
        if (s->line[i].style == PAGE_RULE)
            continue;
        buf_str(&b, s->line[i].style == PAGE_ITEM ? "  - " : s->line[i].style == PAGE_SMALL ? "    " : "");
        text_put_plain(&b, span_str(s->line[i].text));
        buf_u8(&b, '\n');
    }
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static int exit_of(const struct json *j)
{
    json_ref legs = json_member(j, JSON_ROOT, "legs");
    int rc = CLI_POSITIVE;

    for (json_ref l = json_first(j, legs); l != JSON_NONE; l = json_after(j, legs, l)) {
        json_ref o = json_member(j, l, "outcome");

        rc = cli_gravest(rc, json_text_is(j, o, "way")      ? CLI_POSITIVE
                             : json_text_is(j, o, "unsaid") ? CLI_UNDETERMINED
                                                            : CLI_NEGATIVE);
    }
    return rc;
}

int need_say(struct span answer, bool quiet, const char *pdf, struct arena *a, struct why *w)
{
    const struct paper_how how = { .folder = cli_data() };
    struct form f;
    struct json j;

    if (!json_parse(answer, a, &j, w) || !need_form(&j, &how, a, &f, w))
        return CLI_USAGE;
    if (!quiet)
        print(&f);
    if (pdf && !print_paper(paper_need, answer, "need", NULL, pdf, 0644, a, w))
        return CLI_USAGE;
    return exit_of(&j);
}
