/* serai receipt print: the receipt of a check as the traveller takes it along. */
#include <getopt.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/paper.h"
#include "cli/subcommand.h"
#include "paper/catalogue.h"
#include "picture/page.h"
#include "seal/receipt.h"
#include "service/travel/code.h"

static const char command[] = "receipt print";

enum { LINES = 32 };

struct sheet {
    struct catalogue c;
    struct arena *a;
    struct page_line line[LINES];
    size_t n;
    bool specimen; /* of a node for trials */
};

static void put(struct sheet *s, enum page_style style, const char *text)
{
    if (text && s->n < LINES)
        s->line[s->n++] = (struct page_line){ style, text, NULL };
}

static const char *join(struct sheet *s, const char *a, const char *b)
{
    struct buffer to;
    const char *out;

    buf_init(&to, 1 << 16);
    buf_printf(&to, "%s: %s", a, b);
    out = arena_str(s->a, buf_span(&to));
    buf_free(&to);
    return out ? out : a;
}

/* The rest of the line that begins so; NULL: there is none. */
static const char *value_of(struct sheet *s, struct span text, const char *key)
{
    struct span line;

    while (text.n && text_split(&text, '\n', &line))
        if (span_starts(line, span_str(key)))
            return arena_str(s->a, span_sub(line, strlen(key), line.n));
    return NULL;
}

static void put_value(struct sheet *s, struct span text, const char *key, const char *label)
{
    const char *v = value_of(s, text, key);

    if (v)
        put(s, PAGE_TEXT, join(s, catalogue_text(&s->c, label), v));
}

static void put_sheet(struct sheet *s, struct span text, const char *code, const char *fee, const char *link)
{
    const char *verdict = value_of(s, text, "verdict "), *days = value_of(s, text, "days left ");
    bool let_in = value_of(s, text, "officer admits") != NULL || (verdict && strcmp(verdict, "admit") == 0);

    put(s, PAGE_TITLE, catalogue_text(&s->c, "receipt.lane"));
    put_value(s, text, "member ", "receipt.member");
    put_value(s, text, "time ", "receipt.time");
    put_value(s, text, "post ", "receipt.post");
    put(s, PAGE_HEADING, catalogue_text(&s->c, let_in ? "receipt.admitted" : "receipt.referred"));
    put_value(s, text, "article ", "receipt.article");
    if (days) {
        put(s, PAGE_LARGE, join(s, catalogue_text(&s->c, "receipt.days"), days));
        put_value(s, text, "last day ", "receipt.last");
    }
    if (fee)
        put(s, PAGE_TEXT, join(s, catalogue_text(&s->c, "receipt.fee"), fee));
    put(s, PAGE_RULE, NULL);
    put(s, PAGE_TEXT, catalogue_text(&s->c, "receipt.complain"));
    put(s, PAGE_CODE, code);
    put(s, PAGE_SMALL, link);
    put(s, PAGE_SMALL, catalogue_text(&s->c, "receipt.small"));
}

static void html_text(struct buffer *b, const char *s)
{
    for (; *s; s++) {
        if (*s == '&')
            buf_str(b, "&amp;");
        else if (*s == '<')
            buf_str(b, "&lt;");
        else if (*s == '"')
            buf_str(b, "&quot;");
        else
            buf_u8(b, (uint8_t)*s);
    }
}

static void put_html(const struct sheet *s, const char *language, struct buffer *b)
{
    static const char *const tag[] = { [PAGE_TEXT] = "p",      [PAGE_TITLE] = "h1", [PAGE_HEADING] = "h2",
                                       [PAGE_SMALL] = "small", [PAGE_LARGE] = "h2", [PAGE_CODE] = "code",
                                       [PAGE_ITEM] = "p",      [PAGE_RULE] = "hr",  [PAGE_FIELD] = "p" };

    buf_str(b, "<!doctype html>\n<html lang=\"");
    html_text(b, language);
    buf_printf(b, "\" dir=\"%s\"><head><meta charset=\"utf-8\">", s->c.right_to_left ? "rtl" : "ltr");
    buf_str(b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
    html_text(b, catalogue_text(&s->c, "receipt.lane"));
    buf_str(b,
            "</title><style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:1.5rem "
            "auto;padding:0 1rem}"
            "code{font-size:1.4rem;display:block;margin:.5rem 0}small{display:block;overflow-wrap:anywhere}"
            "</style></head><body><main>\n");
    for (size_t i = 0; i < s->n; i++) {
        buf_printf(b, "<%s>", tag[s->line[i].style]);
        if (!s->line[i].text) {
            buf_u8(b, '\n');
            continue;
        }
        html_text(b, s->line[i].text);
        buf_printf(b, "</%s>\n", tag[s->line[i].style]);
    }
    buf_str(b, "</main></body></html>\n");
}

struct options {
    const char *key, *url, *language, *fee, *out, *file;
};

static bool ends(const char *path, const char *with)
{
    size_t n = strlen(path), k = strlen(with);

    return n >= k && strcmp(path + n - k, with) == 0;
}

static bool draw(const struct options *o, const struct sheet *s, struct span qr, struct buffer *b,
                 struct why *w)
{
    const struct page p = { .line = s->line,
                            .n = s->n,
                            .qr = qr,
                            .width_mm = PAGE_RECEIPT_MM,
                            .right_to_left = s->c.right_to_left,
                            .title = s->line[0].text,
                            .specimen = s->specimen };

    if (ends(o->out, ".html")) {
        put_html(s, o->language, b);
        return buf_ok(b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the receipt is too long");
    }
    return ends(o->out, ".png") ? page_png(&p, b, w) : print_page(&p, command, b, w);
}

/* Nodes for trials are named so by serai init. */
static bool is_specimen(struct span name)
{
    return name.n > 9 && span_eq_str(span_sub(name, name.n - 9, name.n), ".specimen");
}

/* Signed by the key, when one is given; and its code is that of its text. */
static bool read_receipt(const struct options *o, struct arena *a, struct span *text, char code[CODE_TEXT],
                         bool *specimen, enum result *result, struct why *w)
{
    uint8_t pub[NODE_PUBLIC_KEY];
    struct span file, name;
    struct note *note = arena_alloc(a, sizeof *note);

    if (!note || !cli_read(o->file, a, &file, w) || !note_parse(file, note, w))
        return false;
    *specimen = note->n && is_specimen(note->signature[0].name);
    if (!o->key) {
        *result = RESULT_WELL_FORMED;
        *text = note->text;
    } else {
        if (!node_vkey_parse(span_str(o->key), &name, pub, w))
            return false;
        *result = receipt_verify(file, name, pub, text, w);
        if (*result != RESULT_GENUINE)
            return false;
    }
    code_of_receipt(*text, code);
    return true;
}

static int run(const struct options *o)
{
    enum result result = RESULT_MALFORMED;
    struct sheet *s;
    char code[CODE_TEXT], link[512] = "";
    struct why w = { 0 };
    struct span text = { NULL, 0 };
    struct buffer b;
    struct arena a;
    int rc = CLI_USAGE;

    arena_init(&a, 64 << 20);
    buf_init(&b, LIMIT_FILE);
    s = arena_alloc(&a, sizeof *s);
    if (!s)
        goto out;
    *s = (struct sheet){ .a = &a };
    if (!read_receipt(o, &a, &text, code, &s->specimen, &result, &w)) {
        cli_why(command, o->file, &w);
        rc = result == RESULT_FORGED || result == RESULT_NO_ANCHOR ? cli_exit_of(result) : CLI_USAGE;
        goto out;
    }
    if (o->url)
        (void)snprintf(link, sizeof link, "%s/complaints.html#%s", o->url, code);
    if (catalogue_open(cli_data(), o->language, &a, &s->c, &w)) {
        put_sheet(s, text, code, o->fee, link[0] ? link : NULL);
        if (draw(o, s, span_str(link[0] ? link : code), &b, &w) && cli_write(o->out, buf_span(&b), 0644, &w))
            rc = CLI_POSITIVE;
    }
    if (rc != CLI_POSITIVE)
        cli_why(command, o->out, &w);
out:
    buf_free(&b);
    arena_free(&a);
    return rc;
}

static int print_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },      { "url", required_argument, NULL, 'u' },
        { "language", required_argument, NULL, 'l' }, { "fee", required_argument, NULL, 'f' },
        { "out", required_argument, NULL, 'o' },      { 0 },
    };
    struct options o = { 0 };
    const struct {
        int c;
        const char **at;
    } texts[] = { { 'k', &o.key }, { 'u', &o.url }, { 'l', &o.language }, { 'f', &o.fee }, { 'o', &o.out } };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        size_t i = 0;

        while (i < sizeof texts / sizeof *texts && texts[i].c != c)
            i++;
        if (i == sizeof texts / sizeof *texts)
            return cli_bad_option(command);
        *texts[i].at = optarg;
    }
    if (optind + 1 != argc || !o.out)
        return cli_usage(command, "say the file of the receipt and --out FILE.pdf, .png or .html");
    o.language = cli_language(o.language, false);
    o.file = argv[optind];
    return run(&o);
}

static const struct cli_subcommand commands[] = { { "print", print_command, "", "" } };
static const struct cli_family family = { "receipt", commands, sizeof commands / sizeof *commands, "" };

int cmd_receipt_node(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
