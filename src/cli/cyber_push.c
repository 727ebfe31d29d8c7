/* serai cyber push: the objects of bundles to a TAXII server. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cyber_intel.h"
#include "cli/cyber_taxii.h"
#include "cli/cyber_web.h"
#include "cli/options.h"
#include "stix/bundle.h"

#define COMMAND "cyber push"

void cyber_outcome(void *ctx, struct span id, struct span version, bool success, struct span message)
{
    struct cyber_sent *s = ctx;
    struct buffer b;

    s->taken += success;
    s->refused += !success;
    if (success)
        return;
    buf_init(&b, 4096);
    buf_str(&b, _("refused: "));
    text_put_plain(&b, span_sub(id, 0, 300));
    buf_u8(&b, ' ');
    text_put_plain(&b, span_sub(version, 0, 40));
    buf_u8(&b, ' ');
    text_put_plain(&b, span_sub(message, 0, 400));
    fprintf(stderr, "%s\n", buf_cstr(&b));
    buf_free(&b);
}

struct to_send {
    struct span *list;
    size_t n, room;
};

/* As they stand in it, whatever this program thinks of them: the server says what it takes. */
static bool keep(void *ctx, const struct stix_item *item)
{
    struct to_send *t = ctx;

    if (t->n == t->room) {
        t->room = t->room ? 2 * t->room : 1024;
        t->list = realloc(t->list, t->room * sizeof *t->list);
        if (!t->list)
            abort();
    }
    t->list[t->n++] = item->bytes;
    return item->bytes.n > 0;
}

static bool objects_of(struct span text, struct to_send *t, struct why *w)
{
    static const struct stix_bundle_how how;
    struct stix_summary seen;

    return stix_bundle_read(text, &how, keep, t, &seen, w);
}

static int push(const struct taxii_client_options *o, struct cyber_web *b, const struct span *list, size_t n,
                bool json)
{
    struct cyber_sent sent = { 0 };
    struct taxii_client_stats s;
    struct taxii_client *c;
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (!taxii_push_new(o, list, n, 0, cyber_outcome, &sent, &c, &w)) {
        cli_why(COMMAND, o->url, &w);
        return CLI_USAGE;
    }
    if (cyber_web_run(b, c))
        code = sent.refused ? CLI_NEGATIVE : CLI_POSITIVE;
    else
        cli_why(COMMAND, o->url, taxii_client_why(c));
    taxii_client_figures(c, &s);
    printf(json ? "{\"sent\":%zu,\"refused\":%zu,\"requests\":%zu,\"retries\":%zu}\n"
                : _("%zu sent, %zu of them refused, %zu requests, %zu tried again\n"),
           s.objects, sent.refused, s.requests, s.retries);
    taxii_client_free(c);
    return code;
}

int cyber_push_command(int argc, char **argv)
{
    const char *url = NULL, *collection = NULL, *seconds = NULL;
    struct cyber_web_options web = { .seconds = 120 };
    bool json = false, help = false, ok = true;
    const struct cli_text text[] = { { "to", &url },
                                     { "collection", &collection },
                                     { "user", &web.user },
                                     { "password-file", &web.password_file },
                                     { "certificate", &web.certificate },
                                     { "key", &web.key },
                                     { "ca", &web.ca },
                                     { "seconds", &seconds },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { "help", &help }, { NULL, NULL } };
    struct taxii_client_options o = { .url = NULL };
    struct cyber_web *b = NULL;
    struct to_send t = { 0 };
    struct why w = { 0 };
    int64_t wait = 120;
    struct arena a;
    int code = CLI_USAGE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(COMMAND);
    if (!url || optind == argc)
        return cli_usage(COMMAND, "--to URL and bundles are needed");
    if (!cli_number(COMMAND, "seconds", seconds, 3600, &wait))
        return CLI_USAGE;
    web.seconds = (long)wait;
    o = (struct taxii_client_options){ .url = url, .collection = collection };
    arena_init(&a, 4u * (size_t)LIMIT_INTEL_OUT - 1);
    for (int i = optind; ok && i < argc; i++) {
        struct buffer file;

        ok = cyber_read_file(argv[i], &file, &w);
        if (ok) {
            struct span copy = arena_copy(&a, buf_span(&file));

            ok = objects_of(copy, &t, &w);
            buf_free(&file);
        }
        if (!ok)
            cli_why(COMMAND, argv[i], &w);
    }
    if (ok && !cyber_web_new(&web, url, &b, &w))
        cli_why(COMMAND, url, &w);
    else if (ok)
        code = push(&o, b, t.list, t.n, json);
    cyber_web_free(b);
    free(t.list);
    arena_free(&a);
    return code;
}
