/*
 * serai extract: all that a member keeps about one document, in plain words, for the person it belongs to:
 * who asked about it, what was said, notices of fines, entries and exits. One command, read-only.
 */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/licence.h"
#include "cli/licence_row.h"
#include "cli/licence_subject.h"
#include "cli/options.h"
#include "cli/spoken.h"
#include "node/config.h"
#include "service/licence/offence.h"
#include "service/licence/status.h"
#include "wire/json_write.h"

static const char command[] = "extract";

enum { EXTRACT_BYTES = 64 << 20, PAGE = 100, COLUMNS = 78, ARTICLE_TITLE = 1024 };

struct options {
    const char *node, *subject, *out;
    bool json;
};

/* What the extract is made of. */
struct extract {
    const struct node_config *config;
    const struct agreement *agreement; /* NULL: not to be read; articles then have no title */
    struct store *store;
    struct subject_named subject;
    struct buffer *b;
    struct json_writer j;
    bool json;
    struct spoken spoken;
    size_t questions, offences;
};

/* ---- sentences ---- */

/* A paragraph, broken at blanks. */
static void say(struct buffer *b, size_t indent, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void say(struct buffer *b, size_t indent, const char *fmt, ...)
{
    char text[4096];
    size_t column = 0;
    struct span rest, word;
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    rest = span_str(text);
    while (text_split(&rest, ' ', &word)) {
        if (!word.n)
            continue;
        if (column && column + 1 + word.n > COLUMNS) {
            buf_u8(b, '\n');
            column = 0;
        }
        if (!column) {
            buf_printf(b, "%*s", (int)indent, "");
            column = indent;
        } else {
            buf_u8(b, ' ');
            column++;
        }
        text_put_plain(b, word);
        column += word.n;
    }
    buf_u8(b, '\n');
}

#define PLAIN(s) (int)(s).n, (const char *)(s).p

static const char *article_title(const struct extract *x, struct span article, char out[ARTICLE_TITLE])
{
    const char *language, *title = NULL;
    char number[80];

    (void)snprintf(number, sizeof number, "%.*s", PLAIN(article));
    if (x->agreement)
        title = agreement_title_in(x->agreement, number, cli_language(NULL, x->json), &language);
    (void)snprintf(out, ARTICLE_TITLE, _("article %s%s%s%s of the agreement"), number, title ? " (" : "",
                   title ? title : "", title ? ")" : "");
    return out;
}

static const char *kind_words(struct span kind)
{
    if (span_eq_str(kind, licence_status_topic.name))
        return _("whether the licence is valid");
    return NULL;
}

/* What came of a question, in a sentence. */
static void say_result(struct extract *x, const struct case_view *v, struct arena *a)
{
    const bool ours = v->record.name.side == CASE_OURS;
    const struct case_event *last = v->n_events ? &v->event[v->n_events - 1] : NULL;
    struct licence_status s = { .state = ASK_ANSWERED };
    struct ask_answer n;
    char time[TIME_TEXT], since[DATE_TEXT];
    struct why bad;

    why_clear(&bad);
    if (!last) {
        say(x->b, 4, _("Nothing has come of it yet."));
        return;
    }
    (void)time_format(last->at, time);
    if (!last->body.n || !ask_answer_stored(last->body, a, &n, &bad)) {
        say(x->b, 4, _("Result: %.*s, on %s."), PLAIN(v->record.state), time);
    } else if (n.said == ASK_SAID_ANSWERED && licence_status_read(n.body, a, &s, &bad)) {
        bool dated = date_is_set(s.since);

        say(x->b, 4, _("Told on %s: %s%s%s%s%.*s."), time, licence_standing_word(s.standing),
            dated ? _(", since ") : "", dated ? date_format(s.since, since) : "",
            s.reason.n ? _(", because of ") : "", PLAIN(s.reason));
    } else if (n.said == ASK_SAID_REFUSED) {
        say(x->b, 4, _("Refused on %s: %.*s. Nothing was told."), time, PLAIN(n.reason));
    } else if (n.said == ASK_SAID_UNKNOWN) {
        say(x->b, 4, _("Told on %s: %s."), time,
            ours ? _("that member knows no such document") : _("no such document is known here"));
    } else {
        say(x->b, 4, _("Result: %s, on %s."), ask_said_word(n.said), time);
    }
}

static void say_question(struct extract *x, const struct case_view *v, struct arena *a)
{
    const struct case_record *r = &v->record;
    const char *what = kind_words(r->kind), *own = x->config->member;
    char time[TIME_TEXT], title[ARTICLE_TITLE];
    struct ask_question q;
    struct why bad;

    why_clear(&bad);
    if (!ask_question_stored(r->body, a, &q, &bad))
        q = (struct ask_question){ 0 };
    (void)time_format(r->at, time);
    say(x->b, 2, _("%s: %.*s asked %.*s %s%.*s, for the purpose \"%.*s\"%s%.*s%s, under %s. Reference %.*s."),
        time, r->name.side == CASE_OURS ? 2 : (int)r->name.other.n,
        r->name.side == CASE_OURS ? own : (const char *)r->name.other.p,
        r->name.side == CASE_OURS ? (int)r->name.other.n : 2,
        r->name.side == CASE_OURS ? (const char *)r->name.other.p : own, what ? what : _("about it: "),
        what ? 0 : (int)r->kind.n, (const char *)r->kind.p, PLAIN(r->purpose), q.role.n ? " (" : "",
        PLAIN(q.role), q.role.n ? ")" : "", article_title(x, r->article, title), PLAIN(r->name.reference));
    say_result(x, v, a);
}

static void say_offence(struct extract *x, const struct offence *o)
{
    const struct offence_notice *n = &o->notice;
    const char *act = offence_class_in(n->act, &x->spoken.t);
    char at[TIME_TEXT], until[DATE_TEXT], said[TIME_TEXT];

    (void)time_format(n->at, at);
    say(x->b, 2, "%s, %.*s, %.*s: %s. %.*s", at, PLAIN(n->where), PLAIN(n->place), act ? act : _("offence"),
        PLAIN(n->words));
    say(x->b, 4, _("%.*s%s%.*s%sTo pay or contest until %s. Office: %.*s. How to contest: %.*s"),
        PLAIN(n->amount), n->amount.n ? " " : "", PLAIN(n->currency), n->amount.n ? ". " : "",
        date_format(n->pay_until, until), PLAIN(n->authority), PLAIN(n->redress));
    for (size_t i = 0; i < o->n; i++)
        say(x->b, 4, _("%s: %.*s said \"%s\"%s%.*s."), time_format(o->step[i].at, said),
            PLAIN(o->step[i].from), offence_word(o->step[i].word), o->step[i].reason.n ? ": " : "",
            PLAIN(o->step[i].reason));
}

/* ---- what is kept ---- */

typedef bool one_case(struct extract *x, const struct case_view *v, struct arena *a, struct why *w);

/* A notice, its steps aside: those are told with it. */
static bool offence_case(struct extract *x, const struct case_view *v, struct arena *a, struct why *w)
{
    struct offence *o = arena_alloc(a, sizeof *o);
    struct why bad;

    why_clear(&bad);
    if (!o)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!span_eq_str(v->record.kind, offence_topic.name) || !offence_of_case(v, a, o, &bad))
        return true;
    x->offences++;
    if (x->json)
        offence_json(&x->j, NULL, o, false, NULL);
    else
        say_offence(x, o);
    return true;
}

static bool question_case(struct extract *x, const struct case_view *v, struct arena *a, struct why *w)
{
    (void)w;
    if (span_eq_str(v->record.kind, offence_topic.name))
        return true;
    x->questions++;
    if (x->json)
        ask_case_json(&x->j, v);
    else
        say_question(x, v, a);
    return true;
}

static bool each_case(struct extract *x, one_case *one, struct why *w)
{
    struct case_filter f = { .subject = &x->subject.key, .most = PAGE, .bodies = true };
    const struct case_view *page;
    struct arena a;
    bool ok = true;
    size_t n;

    arena_init(&a, 2 * (size_t)EXTRACT_BYTES);
    do {
        arena_reset(&a);
        n = 0;
        ok = store_list_cases(x->store, &f, &a, &page, &n, &f.before, w);
        for (size_t i = 0; ok && i < n; i++)
            ok = one(x, &page[i], &a, w);
    } while (ok && f.before);
    arena_free(&a);
    return ok;
}

static void json_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(j, key, date_format(d, text));
}

static bool stays(struct extract *x, size_t *count, struct why *w)
{
    const struct stay_record *r;
    char from[DATE_TEXT], to[DATE_TEXT];
    struct arena a;
    bool ok;

    arena_init(&a, EXTRACT_BYTES);
    ok = store_stay_records(x->store, &x->subject.key, span_str(x->config->member), &a, &r, count, w);
    for (size_t i = 0; ok && i < *count; i++) {
        const struct stay *s = &r[i].stay;

        if (x->json) {
            jw_object(&x->j, NULL);
            json_day(&x->j, "from", s->from);
            json_day(&x->j, "to", s->to);
            jw_object_end(&x->j);
        } else {
            say(x->b, 2, _("Entered %s, %s%s."), date_format(s->from, from),
                date_is_set(s->to) ? _("left ") : _("no exit is recorded"),
                date_is_set(s->to) ? date_format(s->to, to) : "");
        }
    }
    arena_free(&a);
    return ok;
}

static bool put_json(struct extract *x, struct why *w)
{
    char time[TIME_TEXT];
    size_t n = 0;
    bool ok;

    x->j = json_to(x->b);
    jw_object(&x->j, NULL);
    jw_str(&x->j, "member", x->config->member);
    jw_str(&x->j, "made", time_format(cli_now(), time));
    jw_text(&x->j, "issuer", x->subject.issuer);
    jw_array(&x->j, "questions");
    ok = each_case(x, question_case, w);
    jw_array_end(&x->j);
    jw_array(&x->j, "offences");
    ok = ok && each_case(x, offence_case, w);
    jw_array_end(&x->j);
    jw_array(&x->j, "stays");
    ok = ok && stays(x, &n, w);
    jw_array_end(&x->j);
    jw_object_end(&x->j);
    buf_u8(x->b, '\n');
    return ok;
}

static bool put_text(struct extract *x, struct why *w)
{
    char time[TIME_TEXT];
    size_t n = 0;

    say(x->b, 0, _("What %s keeps about one document of %.*s"), x->config->member, PLAIN(x->subject.issuer));
    say(x->b, 0, _("Made on %s by the node %s."), time_format(cli_now(), time), x->config->name);
    buf_u8(x->b, '\n');
    say(x->b, 0,
        _("The number of the document is not stored: records are found by a keyed hash of it. A check at the "
          "border or the roadside is kept under its own reference, which stands on its receipt, and not "
          "under "
          "a "
          "person; who holds a receipt can ask for that check. What is older than the period of retention "
          "was "
          "erased."));
    buf_str(x->b, _("\nQUESTIONS\n"));
    if (!each_case(x, question_case, w))
        return false;
    if (!x->questions)
        say(x->b, 2, _("Nobody asked about it, and nobody was asked."));
    buf_str(x->b, _("\nNOTICES OF FINES\n"));
    if (!each_case(x, offence_case, w))
        return false;
    if (!x->offences)
        say(x->b, 2, _("None."));
    buf_str(x->b, _("\nENTRIES AND EXITS\n"));
    if (!stays(x, &n, w))
        return false;
    if (!n)
        say(x->b, 2,
            x->subject.issuer.n == 3 ? _("None are recorded.")
                                     : _("None: they are kept by travel document."));
    buf_u8(x->b, '\n');
    say(x->b, 0,
        _("Every question was put for the purpose that is named, by the member that is named, which signed "
          "it. "
          "Who "
          "holds that it was not lawful may complain to the authority for the protection of data of either "
          "member."));
    return true;
}

static struct agreement *read_agreement(const struct node_config *c, struct arena *a)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct agreement *g = NULL;
    struct span text;
    struct why w = { 0 };

    if (!faults)
        abort();
    if (cli_read(c->agreement, a, &text, &w))
        g = agreement_parse(text, faults);
    free(faults);
    return g;
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    return n >= k && strcmp(s + n - k, end) == 0;
}

static int run(const struct options *o)
{
    struct node_config config;
    struct extract x = { .config = &config, .json = o->json || (o->out && ends_in(o->out, ".json")) };
    struct agreement *agreement = NULL;
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    bool ok;

    arena_init(&a, EXTRACT_BYTES);
    spoken_init(&x.spoken, cli_language(NULL, x.json));
    buf_init(&b, 4 * (size_t)EXTRACT_BYTES);
    x.b = &b;
    ok = cli_open_store(o->node, true, &a, &config, &x.store, &w) &&
         subject_read(o->subject, x.store, &a, &x.subject, &w);
    if (ok) {
        x.agreement = agreement = read_agreement(&config, &a);
        ok = (x.json ? put_json(&x, &w) : put_text(&x, &w)) &&
             (buf_ok(&b) || why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "the extract is too long")) &&
             cli_write(o->out ? o->out : "-", buf_span(&b), 0600, &w);
    }
    if (!ok)
        cli_why(command, o->node, &w);
    agreement_free(agreement);
    store_close(x.store);
    spoken_free(&x.spoken);
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

static int help(void)
{
    puts(
        _("Usage: serai extract --node FOLDER --subject MEMBER:NUMBER [--out FILE] [--json]\n"
          "All that this member keeps about one document, for the person it belongs to, in plain words: who\n"
          "asked about it, for what purpose, under which article, and what was told; notices of fines and "
          "what\n"
          "became of them; entries and exits. To be printed. Also while the node runs.\n"
          "The authority has to know whom it has before it: a number alone is no proof.\n"
          "  --subject M:N   who issued the document, and its number: KZ:N of a driving licence (or its "
          "digest),\n"
          "                  KAZ:N of a travel document; \"-\" for N reads it from standard input\n"
          "  --out FILE      readable by the owner alone; FILE.json is JSON. Else standard output\n"
          "  --json          as JSON\n"
          "Exit codes: 0 made (also when nothing is kept), 2 usage or input."));
    return CLI_POSITIVE;
}

int cmd_extract(int argc, char **argv)
{
    struct options o = { 0 };
    bool wants_help = false;
    const struct cli_text texts[] = {
        { "node", &o.node }, { "subject", &o.subject }, { "out", &o.out }, { NULL, NULL }
    };
    const struct cli_flag flags[] = { { "json", &o.json }, { "help", &wants_help }, { NULL, NULL } };

    if (!cli_options(argc, argv, texts, flags))
        return cli_bad_option(command);
    if (wants_help)
        return help();
    if (!o.node || !o.subject || optind != argc)
        return cli_usage(command, "say --node FOLDER and --subject MEMBER:NUMBER");
    return run(&o);
}
