/* serai licence questions: what was asked, by us and of us; with a subject, who looked at that licence. */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/licence.h"
#include "cli/licence_prove.h"
#include "cli/licence_row.h"
#include "cli/licence_subject.h"
#include "cli/options.h"
#include "service/licence/offence.h"
#include "wire/json_write.h"

static const char command[] = "licence questions";

struct options {
    const char *node, *subject, *side, *state, *member, *kind, *prove, *out;
    int64_t within; /* hours */
    bool json, overdue;
};

static void text_case(struct buffer *b, const struct case_view *v)
{
    const struct case_record *r = &v->record;
    char time[TIME_TEXT];

    buf_printf(b, _("%s  %s %.*s  %.*s  for %.*s, article %.*s  %.*s  %.*s\n"), time_format(r->at, time),
               r->name.side == CASE_OURS ? _("asked") : _("asked by"), (int)r->name.other.n,
               (const char *)r->name.other.p, (int)r->kind.n, (const char *)r->kind.p, (int)r->purpose.n,
               (const char *)r->purpose.p, (int)r->article.n, (const char *)r->article.p, (int)r->state.n,
               (const char *)r->state.p, (int)r->name.reference.n, (const char *)r->name.reference.p);
}

/* Something is still to come: not answered, refused or unknown. A notice that was received waits for nothing.
 */
static bool waits(const struct case_view *v)
{
    static const char *const states[] = { "open", "unreachable", "late", "acknowledged" };
    const struct span kind = v->record.kind;
    bool notice = span_eq_str(kind, offence_topic.name) || span_eq_str(kind, offence_step_topic.name);

    for (size_t i = 0; i < v->n_events; i++)
        if (span_eq_str(v->event[i].id, "answer"))
            return false;
    for (size_t i = 0; i < (notice ? 3 : 4); i++)
        if (span_eq_str(v->record.state, states[i]))
            return true;
    return false;
}

/* All pages of it. */
static bool put_cases(const struct options *o, struct store *s, struct case_filter *f, struct buffer *b,
                      struct why *w)
{
    struct json_writer j = json_to(b);
    const struct case_view *page;
    struct arena a;
    bool ok = true;
    size_t n;

    arena_init(&a, 64 << 20);
    if (o->json) {
        jw_object(&j, NULL);
        jw_array(&j, "cases");
    }
    do {
        arena_reset(&a);
        n = 0;
        ok = store_list_cases(s, f, &a, &page, &n, &f->before, w);
        for (size_t i = 0; ok && i < n; i++) {
            if (o->overdue && !waits(&page[i]))
                continue;
            if (o->json)
                ask_case_json(&j, &page[i]);
            else
                text_case(b, &page[i]);
        }
    } while (ok && f->before);
    if (o->json) {
        jw_array_end(&j);
        jw_object_end(&j);
        buf_u8(b, '\n');
    }
    arena_free(&a);
    return ok;
}

static bool list(const struct options *o, struct store *s, struct arena *a, struct buffer *b, struct why *w)
{
    struct subject_named subject;
    struct case_filter f = { .kind = span_str(o->kind),
                             .state = span_str(o->state),
                             .other = span_str(o->member),
                             .overdue = o->overdue,
                             .now = cli_now() + o->within * 3600 };

    if (o->side)
        f.side = strcmp(o->side, "ours") == 0 ? CASE_OURS : CASE_THEIRS;
    if (o->subject) {
        if (!subject_read(o->subject, s, a, &subject, w))
            return false;
        f.subject = &subject.key;
    }
    return put_cases(o, s, &f, b, w);
}

static int run(const struct options *o)
{
    struct node_config config;
    struct store *s = NULL;
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    bool ok;

    arena_init(&a, 64 << 20);
    buf_init(&b, 512 << 20);
    ok = cli_open_store(o->node, true, &a, &config, &s, &w);
    if (ok && o->prove)
        ok = licence_prove(s, span_str(o->prove), span_str(o->member), o->side, o->out, &w);
    else if (ok)
        ok = list(o, s, &a, &b, &w);
    if (ok)
        ok = buf_ok(&b) && (b.n == 0 || fwrite(b.p, 1, b.n, stdout) == b.n);
    else
        cli_why(command, o->node, &w);
    store_close(s);
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

int licence_questions_command(int argc, char **argv)
{
    struct options o = { 0 };
    const char *within = NULL;
    const struct cli_text texts[] = { { "node", &o.node },   { "subject", &o.subject }, { "side", &o.side },
                                      { "state", &o.state }, { "member", &o.member },   { "kind", &o.kind },
                                      { "within", &within }, { "prove", &o.prove },     { "out", &o.out },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &o.json }, { "overdue", &o.overdue }, { NULL, NULL } };

    if (!cli_options(argc, argv, texts, flags))
        return cli_bad_option(command);
    if (!cli_number(command, "within", within, 24 * 3650, &o.within))
        return CLI_USAGE;
    if (within)
        o.overdue = true;
    if (!o.node || optind != argc)
        return cli_usage(command, "say --node FOLDER");
    if (o.side && strcmp(o.side, "ours") != 0 && strcmp(o.side, "theirs") != 0)
        return cli_usage(command, "--side is ours or theirs");
    if (!o.prove != !o.out)
        return cli_usage(command, "--prove REFERENCE and --out FILE go together");
    return run(&o);
}
