/* serai complaint: what travellers complained of, what is due, answers and decisions by offices, figures. */
#include <getopt.h>
#include <stdlib.h>

#include "check/complaints.h"
#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/paper.h"
#include "cli/subcommand.h"
#include "node/complaint_rules.h"

static const char command[] = "complaint";

enum { ANSWER = 16 << 20, DAYS_MOST = 3650 };

struct options {
    const char *node, *url, *reference, *follow, *office, *outcome, *text, *state, *from, *to, *code,
        *permission, *subject, *contact, *language, *pdf;
    int64_t within;
    bool late, json, withdraw;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    const char *within = NULL;
    const struct cli_text texts[] = { { "node", &o->node },
                                      { "url", &o->url },
                                      { "follow", &o->follow },
                                      { "office", &o->office },
                                      { "outcome", &o->outcome },
                                      { "text", &o->text },
                                      { "state", &o->state },
                                      { "within", &within },
                                      { "from", &o->from },
                                      { "to", &o->to },
                                      { "code", &o->code },
                                      { "permission", &o->permission },
                                      { "subject", &o->subject },
                                      { "contact", &o->contact },
                                      { "language", &o->language },
                                      { "pdf", &o->pdf },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = {
        { "late", &o->late }, { "withdraw", &o->withdraw }, { "json", &o->json }, { NULL, NULL }
    };

    *o = (struct options){ 0 };
    if (!cli_options(argc, argv, texts, flags) ||
        !cli_number(command, "within", within, DAYS_MOST, &o->within))
        return false;
    o->reference = optind < argc ? argv[optind] : NULL;
    return true;
}

typedef bool call(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                  struct why *w);

static bool file(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                 struct why *w)
{
    bool new;

    return complaints_file(d, json, a, out, &new, w);
}

static bool by_folder(const char *folder, call *c, struct span json, struct arena *a, struct buffer *out,
                      struct why *w)
{
    static struct instance node;
    struct complaint_rules rules;
    struct complaints_desk d;
    bool ok;

    if (!desk_open(folder, true, &node, w))
        return false;
    complaint_rules_now(&node.config, &node.check, cli_now(), &rules);
    d = (struct complaints_desk){ node.store, &rules, cli_now() };
    ok = c(&d, json, a, out, w);
    desk_close(&node);
    return ok;
}

/* A text of "-" comes from standard input, so that it is in no list of processes. */
static bool text_of(const char *given, struct arena *a, const char **out, struct why *w)
{
    struct span text;

    *out = given;
    if (!given || strcmp(given, "-") != 0)
        return true;
    if (!cli_read("-", a, &text, w))
        return false;
    *out = arena_str(a, text);
    return *out != NULL;
}

static int send(const struct options *o, call *c, const char *path, const struct desk_text *t, size_t n)
{
    struct buffer request, answer;
    struct span got = { NULL, 0 };
    struct why w = { 0 };
    struct arena a;
    bool ok, unprinted = false;

    if (!o->node == !o->url)
        return cli_usage(command, "say --node FOLDER or --url URL");
    arena_init(&a, 64 << 20);
    buf_init(&request, 1 << 20);
    buf_init(&answer, ANSWER);
    desk_request(t, n, &request);
    if (o->url) {
        ok = ask_post(o->url, path, buf_span(&request), &a, &got, &w);
    } else {
        ok = by_folder(o->node, c, buf_span(&request), &a, &answer, &w);
        got = buf_span(&answer);
    }
    if (ok)
        desk_print(got, o->json);
    if (ok && o->pdf && !print_paper(paper_complaint, got, "complaint", o->language, o->pdf, 0600, &a, &w)) {
        cli_why(command, o->pdf, &w);
        unprinted = true;
    }
    if (!ok)
        ask_why(command, o->url ? o->url : o->node, &w);
    buf_free(&request);
    buf_free(&answer);
    arena_free(&a);
    return unprinted ? CLI_USAGE
           : ok      ? CLI_POSITIVE
           : w.reason && (strcmp(w.reason, "same-office") == 0 || strcmp(w.reason, "complaint-state") == 0 ||
                          strcmp(w.reason, "too-early") == 0 || strcmp(w.reason, "too-late") == 0 ||
                          strcmp(w.reason, "complaint-unknown") == 0 || strcmp(w.reason, "refused") == 0 ||
                          strcmp(w.reason, "office") == 0)
               ? CLI_NEGATIVE
               : CLI_USAGE;
}

static int step(const char *word, int argc, char **argv)
{
    struct options o;
    struct arena a;
    const char *text = NULL;
    struct why w = { 0 };
    int rc;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.reference || !o.office)
        return cli_usage(command, "say the reference and --office");
    arena_init(&a, 1 << 20);
    if (!text_of(o.text, &a, &text, &w)) {
        cli_why(command, _("the text"), &w);
        rc = CLI_USAGE;
    } else {
        const struct desk_text t[] = { { "reference", o.reference },
                                       { "step", word },
                                       { "office", o.office },
                                       { "outcome", o.outcome },
                                       { "text", text } };

        rc = send(&o, complaints_step, "/v1/complaints/step", t, sizeof t / sizeof *t);
    }
    arena_free(&a);
    return rc;
}

static int show(int argc, char **argv)
{
    return step("read", argc, argv);
}
static int acknowledge(int argc, char **argv)
{
    return step("acknowledge", argc, argv);
}
static int review(int argc, char **argv)
{
    return step("review", argc, argv);
}
static int answer(int argc, char **argv)
{
    return step("answer", argc, argv);
}
static int decide(int argc, char **argv)
{
    return step("decide", argc, argv);
}
static int close_it(int argc, char **argv)
{
    return step("close", argc, argv);
}

static int file_command(int argc, char **argv)
{
    struct options o;
    struct arena a;
    const char *text = NULL;
    struct why w = { 0 };
    int rc;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    arena_init(&a, 1 << 20);
    if (!text_of(o.text, &a, &text, &w)) {
        cli_why(command, _("the text"), &w);
        rc = CLI_USAGE;
    } else {
        const struct desk_text t[] = { { "code", o.code },       { "permission", o.permission },
                                       { "subject", o.subject }, { "text", text },
                                       { "contact", o.contact }, { "language", o.language } };

        rc = send(&o, file, "/v1/complaints", t, sizeof t / sizeof *t);
    }
    arena_free(&a);
    return rc;
}

static int follow(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.follow)
        return cli_usage(command, "say --follow CODE");
    return send(&o, complaints_follow, "/v1/complaints/follow",
                (struct desk_text[]){ { "follow", o.follow } }, 1);
}

static int appeal(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.follow)
        return cli_usage(command, "say --follow CODE");
    return send(&o, complaints_appeal, "/v1/complaints/appeal",
                (struct desk_text[]){
                    { "follow", o.follow }, { "text", o.text }, { "withdraw", o.withdraw ? "true" : NULL } },
                3);
}

/* ---- what only looks ---- */

static int look(const struct options *o, bool (*f)(const struct options *, const struct complaints_desk *,
                                                   struct arena *, struct buffer *, size_t *, struct why *))
{
    static struct instance node;
    struct complaint_rules rules;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    size_t late = 0;
    int rc = CLI_USAGE;

    if (!o->node)
        return cli_usage(command, "say --node FOLDER");
    if (!desk_open(o->node, false, &node, &w)) {
        cli_why(command, o->node, &w);
        return CLI_USAGE;
    }
    arena_init(&a, 256 << 20);
    buf_init(&b, ANSWER);
    complaint_rules_now(&node.config, &node.check, cli_now(), &rules);
    if (f(o, &(struct complaints_desk){ node.store, &rules, cli_now() }, &a, &b, &late, &w)) {
        desk_print(buf_span(&b), o->json);
        rc = late ? CLI_NEGATIVE : CLI_POSITIVE;
    } else {
        cli_why(command, o->node, &w);
    }
    buf_free(&b);
    arena_free(&a);
    desk_close(&node);
    return rc;
}

static bool list_them(const struct options *o, const struct complaints_desk *d, struct arena *a,
                      struct buffer *b, size_t *late, struct why *w)
{
    struct complaints_query q = { .state = span_str(o->state),
                                  .late = o->late || o->within,
                                  .within = o->within };

    return complaints_list(d, &q, a, b, late, w);
}

static bool figures(const struct options *o, const struct complaints_desk *d, struct arena *a,
                    struct buffer *b, size_t *late, struct why *w)
{
    unix_time from = 0, to = d->now + 1;

    (void)a;
    (void)late;
    if ((o->from && !time_parse(span_str(o->from), &from)) || (o->to && !time_parse(span_str(o->to), &to)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "--from and --to want a day such as 2027-01-01");
    return complaint_statistics(d->store, from, to, d->now, b, w);
}

static int list(int argc, char **argv)
{
    struct options o;

    return read_options(argc, argv, &o) ? look(&o, list_them) : cli_bad_option(command);
}

static int statistics(int argc, char **argv)
{
    struct options o;

    return read_options(argc, argv, &o) ? look(&o, figures) : cli_bad_option(command);
}

static bool tidy_them(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                      struct why *w)
{
    int64_t closed = 0, erased = 0;
    struct json_writer j = json_to(out);

    (void)json;
    if (!complaint_tidy(d->store, d->rules, d->now, &closed, &erased, a, w))
        return false;
    jw_object(&j, NULL);
    jw_int(&j, "closed", closed);
    jw_int(&j, "erased", erased);
    jw_object_end(&j);
    return true;
}

static int tidy(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.node)
        return cli_usage(command, "say --node FOLDER");
    return send(&o, tidy_them, "", NULL, 0);
}

static const struct cli_subcommand commands[] = {
    { "list", list, "list --node FOLDER [--state S] [--late | --within DAYS] [--json]",
      N_("what was filed, newest first, without the texts; --late: past what is due; --within: or due in so "
         "many "
         "days. Also while the node runs. Exit 1 when something is late") },
    { "show", show,
      "show (--node FOLDER | --url URL) REFERENCE --office NAME [--pdf FILE] [--language LANG] [--json]",
      N_("one complaint with its text; the look leaves an entry. --pdf: the same to print, without looks and "
         "contact, in the language it was filed in or another") },
    { "acknowledge", acknowledge, "acknowledge (--node FOLDER | --url URL) REFERENCE --office NAME",
      N_("received") },
    { "review", review, "review (--node FOLDER | --url URL) REFERENCE --office NAME",
      N_("somebody deals with it") },
    { "answer", answer,
      "answer (--node FOLDER | --url URL) REFERENCE --office NAME --outcome upheld|partly|not-upheld --text "
      "T",
      N_("the answer of an office; --text \"-\" reads it from standard input") },
    { "decide", decide,
      "decide (--node FOLDER | --url URL) REFERENCE --office NAME --outcome upheld|partly|not-upheld --text "
      "T",
      N_("an appeal, by an office that did nothing in the complaint before") },
    { "close", close_it, "close (--node FOLDER | --url URL) REFERENCE --office NAME",
      N_("after a decision, or when an appeal can no longer be made") },
    { "file", file_command,
      "file (--node FOLDER | --url URL) (--code CODE | --permission ID) --text T [--subject WORD] [--contact "
      "T] "
      "[--language LANG] [--pdf FILE]",
      N_("for a traveller at a desk; prints the code to follow it, with --pdf on the paper that says it was "
         "received. Subjects: delay, decision, treatment, fee, "
         "data, "
         "facilities, other") },
    { "follow", follow, "follow (--node FOLDER | --url URL) --follow CODE [--pdf FILE] [--language LANG]",
      N_("how it stands, by the traveller's code; --pdf: to print") },
    { "appeal", appeal, "appeal (--node FOLDER | --url URL) --follow CODE (--text T | --withdraw)",
      N_("against the answer, or when there is none in time; or takes the complaint back") },
    { "tidy", tidy, "tidy --node FOLDER",
      N_("closes what is at its end and erases what was closed long enough ago; the node must not run") },
    { "statistics", statistics, "statistics --node FOLDER [--from DAY] [--to DAY] [--json]",
      N_("figures to publish; what counts fewer than five persons is left out") },
};

static const struct cli_family family = {
    "complaint",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER    a node's folder; changes need that its node does not run\n"
       "  --url URL        a running node\n"
       "  --office NAME    small letters, digits and hyphens: border-office\n"
       "\n"
       "Exit 0 done, 1 not now, not by this office, no such complaint, or something is late; 2 usage or\n"
       "input/output.\n"
       "\n"
       "Examples:\n"
       "  serai complaint list --node node/ --within 5\n"
       "  serai complaint answer --url http://127.0.0.1:7312 C-ABCD-EFGH --office border-office --outcome "
       "upheld "
       "--text -\n"),
};

int cmd_complaint(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
