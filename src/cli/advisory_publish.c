#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/advisory.h"
#include "cli/options.h"
#include "cli/provider.h"
#include "csaf/forms.h"
#include "csaf/schema.h"

enum { MEMORY = 256 * 1024 * 1024 };

/* publisher, url and contact out of the file of --provider. */
static bool read_settings(const char *path, struct provider *p)
{
    struct span s, url, contact = { NULL, 0 };
    struct why w = { 0 };
    struct json j;
    json_ref c;

    if (!cli_read(path, p->a, &s, &w) || !json_parse(s, p->a, &j, &w)) {
        cli_why("advisory", path, &w);
        return false;
    }
    p->publisher = json_source(&j, json_member(&j, JSON_ROOT, "publisher"));
    c = json_member(&j, JSON_ROOT, "contact");
    if (p->publisher.n == 0 || !json_text_of(&j, json_member(&j, JSON_ROOT, "url"), p->a, &url) ||
        (c != JSON_NONE && !json_text_of(&j, c, p->a, &contact)) || !form_uri(url) ||
        !span_starts(url, SPAN("https://"))) {
        (void)cli_usage("advisory",
                        "--provider wants JSON with publisher (an object), url (https://…) and contact");
        return false;
    }
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    p->url = arena_str(p->a, url);
    p->contact = contact.n ? arena_str(p->a, contact) : NULL;
    p->list = !json_is(&j, json_member(&j, JSON_ROOT, "list"), JSON_KIND_FALSE);
    p->mirror = !json_is(&j, json_member(&j, JSON_ROOT, "mirror"), JSON_KIND_FALSE);
    return true;
}

static int publish(struct provider *p, const char *out, const struct provider_key *key, int n,
                   char **document)
{
    char fresh[PATH_MAX];
    struct why w = { 0 };
    int rc = CLI_POSITIVE;

    p->role = key->key ? "csaf_trusted_provider" : "csaf_provider";
    if (!provider_load(p, out, &w)) {
        cli_why("advisory", out, &w);
        return CLI_USAGE;
    }
    for (int i = 0; i < n; i++) {
        why_clear(&w);
        if (provider_add(p, document[i], NULL, &w))
            continue;
        cli_why("advisory", document[i], &w);
        rc = cli_gravest(rc, w.reason && strcmp(w.reason, "io") == 0 ? CLI_USAGE : CLI_NEGATIVE);
    }
    /* All or nothing: what does not hold is corrected first. */
    if (rc != CLI_POSITIVE)
        return rc;
    why_clear(&w);
    if (!provider_path(fresh, "%s.new-%ld", out, (long)getpid()) || !provider_write(p, fresh, key, &w) ||
        !provider_replace(fresh, out, &w)) {
        provider_remove(fresh);
        cli_why("advisory", out, &w);
        return CLI_USAGE;
    }
    (void)printf(_("%zu advisories are published in %s\n"), p->n, out);
    return CLI_POSITIVE;
}

int advisory_publish_command(int argc, char **argv)
{
    const char *out = NULL, *settings = NULL;
    struct provider_key key = { NULL, NULL };
    bool help = false;
    const struct cli_text text[] = { { "out", &out },
                                     { "provider", &settings },
                                     { "sign-key", &key.key },
                                     { "gpg-home", &key.home },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "help", &help }, { NULL, NULL } };
    struct provider p = { .item = NULL };
    struct arena a;
    int rc = CLI_USAGE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("advisory");
    if (help || !out || !settings)
        return cli_usage("advisory", "publish wants --out and --provider");
    arena_init(&a, MEMORY);
    p.a = &a;
    if (read_settings(settings, &p))
        rc = publish(&p, out, &key, argc - optind, argv + optind);
    arena_free(&a);
    return rc;
}
