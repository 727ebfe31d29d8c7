#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/advisory.h"
#include "cli/openpgp.h"
#include "cli/options.h"
#include "cli/provider.h"
#include "csaf/schema.h"
#include "files/durable.h"

struct verifying {
    const char *folder, *keyring;
    struct provider p;
    unsigned wrong, unsigned_ones, unchecked;
};

static void tell(struct verifying *x, const char *path, const char *says)
{
    x->wrong++;
    cli_put(stdout, path);
    (void)printf(": %s\n", says);
}

static void check_signature(struct verifying *x, const char *path)
{
    char sig[PATH_MAX];
    struct why w = { 0 };

    if (!provider_path(sig, "%s.asc", path) || access(sig, R_OK) != 0)
        x->unsigned_ones++;
    else if (!x->keyring)
        x->unchecked++;
    else if (!openpgp_verify(x->keyring, path, sig, &w))
        tell(x, path, w.detail);
}

/* Hash and signature first: what they do not cover is not parsed. */
static bool check_one(void *ctx, enum csaf_tlp tlp, const char *year, const char *path, struct why *w)
{
    struct verifying *x = ctx;
    const char *name = strrchr(path, '/') + 1;
    struct span s = { NULL, 0 };
    struct why why = { 0 };
    struct arena a;
    bool there = false;
    size_t before = x->p.n;

    arena_init(&a, LIMIT_CSAF + (size_t)(1u << 20));
    if (!file_read(path, LIMIT_CSAF, &a, &s, &there, &why) || !there || !provider_hash(s, path, true, &why) ||
        !provider_hash(s, path, false, &why)) {
        tell(x, path, why.detail);
        arena_free(&a);
        return true;
    }
    arena_free(&a);
    check_signature(x, path);
    if (!provider_add(&x->p, path, NULL, &why)) {
        tell(x, path, why.detail);
        return !why.reason || strcmp(why.reason, "too-large") != 0 ||
               why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s", why.detail);
    }
    if (x->p.n == before) {
        tell(x, path, _("the document stands in two places"));
        return true;
    }
    if (strcmp(x->p.item[before].name, name) != 0)
        tell(x, path, _("the name of the file is not that of CSAF 2.0 5.1"));
    if (strcmp(x->p.item[before].year, year) != 0)
        tell(x, path, _("it stands in the folder of another year"));
    if (x->p.item[before].tlp != tlp)
        tell(x, path, _("it stands in the folder of another TLP label"));
    return true;
}

static bool same_file(const char *path, const struct buffer *b)
{
    struct span s = { NULL, 0 };
    struct arena a;
    bool there = false, same;

    arena_init(&a, LIMIT_ADVISORY_FEED + (size_t)(1u << 20));
    same = file_read(path, LIMIT_ADVISORY_FEED, &a, &s, &there, NULL) && there && span_eq(s, buf_span(b));
    arena_free(&a);
    return same;
}

static int by_text(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Every document is in the feed of its label, with its hashes and its signature. */
static void check_feed(struct verifying *x, enum csaf_tlp tlp, const char *path)
{
    static const char *const endings[] = { "", ".sha256", ".sha512" };
    struct json j;
    struct span s = { NULL, 0 }, *href;
    struct arena a;
    json_ref entry, list;
    bool there = false;
    size_t n = 0;

    arena_init(&a, 4 * (size_t)LIMIT_ADVISORY_FEED);
    if (!file_read(path, LIMIT_ADVISORY_FEED, &a, &s, &there, NULL) || !there ||
        !json_parse(s, &a, &j, NULL) || !(href = arena_array(&a, j.n, sizeof *href))) {
        tell(x, path, _("the feed is missing or cannot be read"));
        arena_free(&a);
        return;
    }
    list = json_member(&j, json_member(&j, JSON_ROOT, "feed"), "entry");
    for (entry = json_first(&j, list); entry != JSON_NONE; entry = json_after(&j, list, entry)) {
        json_ref links = json_member(&j, entry, "link");

        for (json_ref l = json_first(&j, links); l != JSON_NONE; l = json_after(&j, links, l))
            if (json_text_of(&j, json_member(&j, l, "href"), &a, &href[n]))
                n++;
    }
    qsort(href, n, sizeof *href, by_text);
    for (size_t i = 0; i < x->p.n; i++)
        for (int k = 0; x->p.item[i].tlp == tlp && k < 3; k++) {
            struct buffer b;
            struct span want;

            buf_init(&b, 1u << 16);
            buf_printf(&b, "%s/%s/%s/%s%s", x->p.url, provider_folders[tlp], x->p.item[i].year,
                       x->p.item[i].name, endings[k]);
            want = buf_span(&b);
            if (!n || !bsearch(&want, href, n, sizeof *href, by_text))
                tell(x, x->p.item[i].name, _("the feed does not lead to it, or not to its hash"));
            buf_free(&b);
        }
    arena_free(&a);
}

static void check_lists(struct verifying *x)
{
    provider_sort(&x->p);
    for (int t = CSAF_UNLABELED; t <= CSAF_RED; t++) {
        char dir[PATH_MAX], path[PATH_MAX], word[16] = "";
        struct buffer b;

        if (!provider_path(dir, "%s/%s", x->folder, provider_folders[t]) || access(dir, R_OK) != 0)
            continue;
        buf_init(&b, LIMIT_ADVISORY_FEED);
        provider_index(&x->p, (enum csaf_tlp)t, &b);
        if (provider_path(path, "%s/index.txt", dir) && !same_file(path, &b))
            tell(x, path, _("it does not list the documents that are there"));
        buf_reset(&b);
        provider_changes(&x->p, (enum csaf_tlp)t, &b);
        if (provider_path(path, "%s/changes.csv", dir) && !same_file(path, &b))
            tell(x, path, _("it does not list the documents that are there, newest first"));
        buf_free(&b);
        for (size_t i = 0; csaf_tlp_word((enum csaf_tlp)t)[i] && i < 15; i++)
            word[i] = (char)(csaf_tlp_word((enum csaf_tlp)t)[i] | 0x20);
        if (provider_path(path, "%s/csaf-feed-tlp-%s.json", dir, word))
            check_feed(x, (enum csaf_tlp)t, path);
    }
}

static bool count(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    struct verifying *x = ctx;

    (void)at;
    if (fault != SHAPE_UNKNOWN)
        tell(x, "provider-metadata.json", says);
    return true;
}

static bool check_metadata(struct verifying *x, struct arena *a)
{
    char path[PATH_MAX];
    struct span s = { NULL, 0 }, url;
    struct why w = { 0 };
    struct json j;
    bool there = false;

    if (!provider_path(path, "%s/provider-metadata.json", x->folder) ||
        !file_read(path, 1u << 22, a, &s, &there, &w) || !there || !json_parse(s, a, &j, &w) ||
        !json_shape_check(&j, JSON_ROOT, &csaf_provider_shape, a, count, x, &w) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "canonical_url"), a, &url) ||
        url.n < sizeof "/provider-metadata.json") {
        (void)cli_usage("advisory", "%s: provider-metadata.json is missing or cannot be read", x->folder);
        return false;
    }
    url.n -= sizeof "/provider-metadata.json" - 1;
    x->p.url = arena_str(a, url);
    return x->p.url != NULL;
}

static int verify(struct verifying *x)
{
    struct why w = { 0 };
    struct arena a;
    int rc = CLI_USAGE;

    arena_init(&a, 512u << 20);
    x->p.a = &a;
    if (check_metadata(x, &a)) {
        if (provider_walk(x->folder, check_one, x, &w)) {
            check_lists(x);
            (void)printf(_("%zu advisories, %u faults, %u without signature"), x->p.n, x->wrong,
                         x->unsigned_ones);
            (void)printf(x->keyring ? "\n" : _(", signatures not checked: no --keyring\n"));
            rc = x->wrong ? CLI_NEGATIVE : x->unsigned_ones || x->unchecked ? CLI_UNDETERMINED : CLI_POSITIVE;
        } else {
            cli_why("advisory", x->folder, &w);
        }
    }
    arena_free(&a);
    x->p.a = NULL;
    return rc;
}

int advisory_verify_command(int argc, char **argv)
{
    struct verifying x = { .folder = NULL };
    bool help = false;
    const struct cli_text text[] = { { "keyring", &x.keyring }, { NULL, NULL } };
    const struct cli_flag flag[] = { { "help", &help }, { NULL, NULL } };

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("advisory");
    if (help || optind + 1 != argc)
        return cli_usage("advisory", "verify wants one folder");
    x.folder = argv[optind];
    return verify(&x);
}
