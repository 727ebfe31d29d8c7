/* serai cyber collections, objects, quarantine: what is in a node's folder, also while it runs. */
#include "cli/cyber_objects.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/cyber.h"
#include "cli/options.h"
#include "node/config.h"
#include "service/cyber/object_journal.h"
#include "wire/json_write.h"

enum { TRIES = 20, TEXT = 4096 };

static int64_t no_clock(void *ctx)
{
    (void)ctx;
    return 0;
}

bool cyber_folder_read(const char *node, struct arena *a, struct node_config *c, struct why *w)
{
    char path[TEXT];

    if (!node)
        return why_set(w, "usage", WHY_NO_OFFSET, NULL, "name the node's folder with --node");
    (void)snprintf(path, sizeof path, "%s/node.conf", node);
    return config_load(path, a, c, w) &&
           (c->cyber || why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder `cyber`"));
}

/* A running node may put a segment in place of a tail at this moment: then once more. */
static bool open_objects(const struct node_config *c, struct object_store **ret, struct why *w)
{
    char path[TEXT];
    const struct object_store_options o = { .folder = path, .now = no_clock, .read_only = true };

    (void)snprintf(path, sizeof path, "%s/objects", c->cyber);
    for (int i = 0; i < TRIES; i++) {
        why_clear(w);
        if (object_store_open(&o, ret, w))
            return true;
    }
    return false;
}

static void print_collection(struct object_store *s, const char *id, uint16_t number, const char *title,
                             bool json)
{
    size_t n = object_store_count(s, number, NULL, NULL);
    uint8_t mem[TEXT];
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!json) {
        printf("%s  %10zu  ", id, n);
        cli_put(stdout, title);
        (void)putchar('\n');
        return;
    }
    buf_init_fixed(&b, mem, sizeof mem);
    jw_object(&j, NULL);
    jw_str(&j, "id", id);
    jw_int(&j, "records", (int64_t)n);
    jw_str(&j, "title", *title ? title : NULL);
    jw_object_end(&j);
    printf("%s\n", buf_cstr(&b));
}

static const char *title_of(const struct taxii_config *c, const char *id)
{
    for (size_t i = 0; c && i < c->n_collections; i++)
        if (strcmp(c->collection[i].id, id) == 0)
            return c->collection[i].title;
    return "";
}

int cyber_collections_command(int argc, char **argv)
{
    const char *node = NULL;
    bool json = false;
    const struct cli_text texts[] = { { "node", &node }, { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &json }, { NULL, NULL } };
    struct node_config c = { 0 };
    struct object_store *s = NULL;
    struct arena a;
    struct why w = { 0 };
    bool ok;

    if (!cli_options(argc, argv, texts, flags) || optind != argc)
        return cli_bad_option("cyber");
    arena_init(&a, 64 << 20);
    ok = cyber_folder_read(node, &a, &c, &w) && open_objects(&c, &s, &w);
    for (uint16_t i = 0; ok && object_store_collection_id(s, i).n; i++) {
        const char *id = arena_str(&a, object_store_collection_id(s, i));

        print_collection(s, id, i, title_of(c.taxii, id), json);
    }
    object_store_close(s);
    arena_free(&a);
    if (!ok)
        cli_why("cyber", "collections", &w);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

struct listing {
    const char *node, *collection, *type, *id, *after, *limit;
    bool json, content, versions;
};

static bool collection_number(struct object_store *s, const char *id, uint16_t *number)
{
    for (uint16_t i = 0; object_store_collection_id(s, i).n; i++)
        if (span_eq_str(object_store_collection_id(s, i), id)) {
            *number = i;
            return true;
        }
    return false;
}

static bool print_object(struct object_store *s, uint64_t sequence, const struct listing *l, struct why *w)
{
    char id[STIX_ID_TEXT], version[OBJECT_TIME_TEXT], date[OBJECT_TIME_TEXT];
    struct object_row r;
    uint8_t *text;
    bool ok;

    if (!object_store_row(s, sequence, &r))
        return true;
    (void)object_id_text(s, &r, id);
    if (!l->content) {
        printf("%10" PRIu64 "  %s  %-27s  %-12s  %s\n", sequence, object_date_text(r.date_added, date),
               object_version_text(&r, version),
               r.label.tlp < TLP_LEVELS ? tlp_word(TLP_STIX, (enum tlp)r.label.tlp) : "red", id);
        return true;
    }
    text = malloc(r.n + 1u);
    if (!text)
        abort();
    ok = object_store_bytes(s, &sequence, 1, text, r.n, w);
    if (ok)
        (void)fwrite(text, 1, r.n, stdout);
    (void)putchar('\n');
    free(text);
    return ok;
}

static bool list_objects(struct object_store *s, const struct listing *l, struct why *w)
{
    struct object_query q = { .collection = OBJECT_ANY,
                              .versions = l->versions ? OBJECT_ALL : OBJECT_LAST,
                              .dated = l->after != NULL };
    struct span type = span_str(l->type);
    struct stix_id id;
    struct stix_time after;
    struct object_page p;
    int64_t limit = 0;
    bool ok = true;

    if ((l->collection && !collection_number(s, l->collection, &q.collection)) ||
        (l->id && !stix_id_read(span_str(l->id), &id)) ||
        (l->after && !stix_time_read(span_str(l->after), &after)))
        return why_set(w, "usage", WHY_NO_OFFSET, NULL,
                       "there is no such collection, or --id or --added-after is not understood");
    if (!cli_number("cyber", "limit", l->limit, INT32_MAX, &limit))
        return why_set(w, "usage", WHY_NO_OFFSET, NULL, "--limit is a number");
    q.limit = (size_t)limit;
    q.added_after = l->after ? stix_time_micros(&after) : 0;
    q.type = &type;
    q.n_types = l->type != NULL;
    q.id = &id;
    q.n_ids = l->id != NULL;
    object_store_find(s, &q, &p);
    for (size_t i = 0; ok && i < p.n; i++)
        ok = print_object(s, p.sequence[i], l, w);
    object_page_free(&p);
    return ok;
}

int cyber_objects_command(int argc, char **argv)
{
    struct listing l = { 0 };
    const struct cli_text texts[] = { { "node", &l.node },   { "collection", &l.collection },
                                      { "type", &l.type },   { "id", &l.id },
                                      { "limit", &l.limit }, { "added-after", &l.after },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = { { "content", &l.content },
                                      { "all-versions", &l.versions },
                                      { NULL, NULL } };
    struct node_config c = { 0 };
    struct object_store *s = NULL;
    struct arena a;
    struct why w = { 0 };
    bool ok;

    if (!cli_options(argc, argv, texts, flags) || optind != argc)
        return cli_bad_option("cyber");
    arena_init(&a, 64 << 20);
    ok = cyber_folder_read(l.node, &a, &c, &w) && open_objects(&c, &s, &w) && list_objects(s, &l, &w);
    object_store_close(s);
    arena_free(&a);
    if (!ok)
        cli_why("cyber", "objects", &w);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

struct aside {
    bool json, content;
    size_t n;
};

static bool print_refused(void *ctx, const struct journal_refused *r)
{
    struct aside *to = ctx;
    char date[OBJECT_TIME_TEXT];
    struct buffer b;
    struct json_writer j = json_to(&b);

    to->n++;
    buf_init(&b, 64 << 20);
    if (to->json) {
        jw_object(&j, NULL);
        jw_str(&j, "at", object_date_text(r->at, date));
        jw_text(&j, "collection", r->collection);
        jw_text(&j, "source", r->source);
        jw_text(&j, "id", r->id);
        jw_text(&j, "reason", r->reason);
        jw_text(&j, "clause", r->clause);
        jw_text(&j, "detail", r->detail);
        if (to->content)
            jw_text(&j, "object", r->text);
        jw_object_end(&j);
        printf("%s\n", buf_cstr(&b));
    } else {
        buf_printf(&b, "%s  %.*s  ", object_date_text(r->at, date), (int)r->source.n,
                   (const char *)r->source.p);
        text_put_plain(&b, r->id.n ? r->id : span_str(_("(no id)")));
        buf_printf(&b, "  %.*s: ", (int)r->reason.n, (const char *)r->reason.p);
        text_put_plain(&b, r->detail);
        if (to->content) {
            buf_str(&b, "\n    ");
            text_put_plain(&b, r->text);
        }
        printf("%s\n", buf_cstr(&b));
    }
    buf_free(&b);
    return true;
}

int cyber_quarantine_command(int argc, char **argv)
{
    const char *node = NULL;
    struct aside to = { 0 };
    const struct cli_text texts[] = { { "node", &node }, { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &to.json }, { "content", &to.content }, { NULL, NULL } };
    struct node_config c = { 0 };
    struct arena a;
    struct why w = { 0 };
    bool ok;

    if (!cli_options(argc, argv, texts, flags) || optind != argc)
        return cli_bad_option("cyber");
    arena_init(&a, 64 << 20);
    ok = cyber_folder_read(node, &a, &c, &w) && object_journal_refused(c.cyber, print_refused, &to, &w);
    arena_free(&a);
    if (!ok) {
        cli_why("cyber", "quarantine", &w);
        return CLI_USAGE;
    }
    return to.n ? CLI_NEGATIVE : CLI_POSITIVE;
}
