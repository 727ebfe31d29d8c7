/* serai cyber pull: from a TAXII server into a file, or into a collection of another one. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cli/cyber_pull_file.h"
#include "cli/cyber_taxii.h"
#include "cli/cyber_web.h"
#include "cli/options.h"
#include "wire/json_write.h"

#define COMMAND "cyber pull"

struct pull {
    struct cyber_pull_file file;
    const char *into; /* URL of another server; NULL: the file */
    const char *collection;
    struct cyber_web *to;
    struct cyber_sent sent;
};

/* A page into the other server, then the state: sent again after a crash it is known there. */
static size_t pass_on(struct pull *p, const struct span *object, size_t n, const struct taxii_place_in *after,
                      bool *ok)
{
    const struct taxii_client_options o = { .url = p->into, .collection = p->collection };
    const struct span *fresh = object;
    struct span *list = calloc(n + 1, sizeof *list);
    struct taxii_client *c;
    struct why w = { 0 };
    size_t k = 0;

    if (!list)
        abort();
    for (size_t i = 0; i < n; i++)
        if (cyber_pull_new(&p->file, fresh[i]))
            list[k++] = fresh[i];
    *ok = taxii_push_new(&o, list, k, 0, cyber_outcome, &p->sent, &c, &w);
    if (*ok) {
        *ok = k == 0 || cyber_web_run(p->to, c);
        if (!*ok)
            cli_why(COMMAND, p->into, taxii_client_why(c));
        taxii_client_free(c);
    }
    free(list);
    p->file.objects += *ok ? k : 0;
    *ok = *ok && cyber_pull_keep(&p->file, after);
    return k;
}

static size_t on_page(void *ctx, const struct span *object, size_t n, const struct taxii_place_in *after,
                      bool *ok)
{
    struct pull *p = ctx;

    return p->into ? pass_on(p, object, n, after, ok) : cyber_pull_page(&p->file, object, n, after, ok);
}

static void tell(const struct pull *p, const struct taxii_client_stats *s, bool json)
{
    struct json_writer j;
    struct buffer b;

    if (!json) {
        printf(_("%zu new objects in %zu pages, %zu requests, %zu tried again, %zu waits%s\n"), s->fresh,
               s->pages, s->requests, s->retries, s->waits,
               s->incomplete ? _("; some may be missing: more share a date than the server gives at once")
                             : "");
        return;
    }
    buf_init(&b, 4096);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_int(&j, "new", (int64_t)s->fresh);
    jw_int(&j, "objects", (int64_t)s->objects);
    jw_int(&j, "pages", (int64_t)s->pages);
    jw_int(&j, "requests", (int64_t)s->requests);
    jw_int(&j, "retries", (int64_t)s->retries);
    jw_int(&j, "waits", (int64_t)s->waits);
    jw_int(&j, "odd", (int64_t)s->odd);
    jw_int(&j, "refused", (int64_t)p->sent.refused);
    jw_bool(&j, "incomplete", s->incomplete);
    jw_object_end(&j);
    puts(buf_cstr(&b));
    buf_free(&b);
}

static int run(struct pull *p, const struct taxii_client_options *o, struct cyber_web *from,
               const struct taxii_place_in *place, bool json)
{
    struct taxii_client_stats s;
    struct taxii_client *c;
    struct why w = { 0 };
    int code = CLI_POSITIVE;

    if (!taxii_pull_new(o, place, on_page, p, &c, &w)) {
        cli_why(COMMAND, o->url, &w);
        return CLI_USAGE;
    }
    if (!cyber_web_run(from, c)) {
        cli_why(COMMAND, o->url, p->file.why.reason ? &p->file.why : taxii_client_why(c));
        code = CLI_USAGE;
    }
    taxii_client_figures(c, &s);
    if (code == CLI_POSITIVE)
        code = s.incomplete ? CLI_UNDETERMINED : p->sent.refused ? CLI_NEGATIVE : CLI_POSITIVE;
    tell(p, &s, json);
    taxii_client_free(c);
    return code;
}

int cyber_pull_command(int argc, char **argv)
{
    const char *from = NULL, *into = NULL, *state = NULL, *match = NULL, *limit = NULL, *seconds = NULL,
               *into_user = NULL, *into_password = NULL, *collection = NULL, *into_collection = NULL;
    struct cyber_web_options web = { .seconds = 120 }, to = { .seconds = 120 };
    bool json = false, help = false;
    const struct cli_text text[] = { { "from", &from },
                                     { "collection", &collection },
                                     { "into", &into },
                                     { "into-collection", &into_collection },
                                     { "state", &state },
                                     { "match", &match },
                                     { "limit", &limit },
                                     { "user", &web.user },
                                     { "password-file", &web.password_file },
                                     { "certificate", &web.certificate },
                                     { "key", &web.key },
                                     { "ca", &web.ca },
                                     { "into-user", &into_user },
                                     { "into-password-file", &into_password },
                                     { "seconds", &seconds },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { "help", &help }, { NULL, NULL } };
    char beside[3600], key[2048];
    struct taxii_client_options o = { .url = NULL };
    struct taxii_place_in place;
    struct cyber_web *source = NULL;
    struct pull p = { .to = NULL };
    struct why w = { 0 };
    int64_t n = 0, wait = 120;
    int code = CLI_USAGE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(COMMAND);
    if (!from || !into || optind != argc)
        return cli_usage(COMMAND, "--from URL and --into FILE or URL are needed");
    if (!cli_number(COMMAND, "limit", limit, LIMIT_TAXII_CLIENT_PAGE, &n) ||
        !cli_number(COMMAND, "seconds", seconds, 3600, &wait))
        return CLI_USAGE;
    web.seconds = to.seconds = (long)wait;
    to.user = into_user;
    to.password_file = into_password;
    if (strncmp(into, "http://", 7) == 0 || strncmp(into, "https://", 8) == 0)
        p.into = into;
    p.collection = into_collection;
    if (p.into && (!state || !into_collection))
        return cli_usage(COMMAND, "--state FILE and --into-collection ID go with --into URL");
    (void)snprintf(beside, sizeof beside, "%.3500s.state", into);
    (void)snprintf(key, sizeof key, "%.1000s %.250s %.250s", from, collection ? collection : "",
                   match ? match : "");
    o = (struct taxii_client_options){
        .url = from, .collection = collection, .limit = (size_t)n, .match = match
    };
    if (!cyber_pull_open(&p.file, p.into ? "" : into, state ? state : beside, key, &place, &w) ||
        !cyber_web_new(&web, from, &source, &w) || (p.into && !cyber_web_new(&to, into, &p.to, &w)))
        cli_why(COMMAND, into, &w);
    else
        code = run(&p, &o, source, &place, json);
    cyber_web_free(source);
    cyber_web_free(p.to);
    cyber_pull_close(&p.file);
    return code;
}
