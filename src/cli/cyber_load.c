/*
 * serai cyber load: collections with their objects, the dates at which they were added, and statuses, out of
 * one JSON file in the form in which medallion keeps them: {ROOT: {"collections": [{"id", "objects",
 * "manifest"}], "status": []}}. For moving from another server and for tests.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/cyber_taxii.h"
#include "cli/options.h"
#include "node/cyber.h"
#include "node/instance.h"
#include "service/cyber/object_admit.h"
#include "stix/marking.h"
#include "wire/json_write.h"

enum { MEMORY = 1 << 30 };

struct loading {
    struct instance *i;
    struct json j;
    struct arena *a;
    struct cyber_law law;
    struct object_new *item;
    size_t n, added, known, refused, statuses;
};

/* The date of an object's version in the manifest; 0: it is not there. */
static int64_t date_of(const struct loading *l, json_ref manifest, const struct object_new *n, struct span id)
{
    for (json_ref e = json_first(&l->j, manifest); e != JSON_NONE; e = json_after(&l->j, manifest, e)) {
        struct span text = { 0 };
        struct stix_time version, added;

        if (!json_text_of(&l->j, json_member(&l->j, e, "id"), l->a, &text) || !span_eq(text, id) ||
            !json_text_of(&l->j, json_member(&l->j, e, "version"), l->a, &text) ||
            !stix_time_read(text, &version) ||
            !json_text_of(&l->j, json_member(&l->j, e, "date_added"), l->a, &text) ||
            !stix_time_read(text, &added))
            continue;
        if ((n->row.flags & OBJECT_IS_UNVERSIONED) || stix_time_micros(&version) == n->row.version)
            return stix_time_micros(&added);
    }
    return 0;
}

static int by_date(const void *a, const void *b)
{
    const struct object_new *x = a, *y = b;

    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return x->text.p < y->text.p ? -1 : x->text.p > y->text.p;
}

static void take_object(struct loading *l, json_ref v, json_ref manifest)
{
    struct object_new *n = &l->item[l->n];
    struct stix_object o;
    struct stix_marks marks;
    struct why w = { 0 };

    memset(n, 0, sizeof *n);
    if (!object_admit(&l->j, v, true, l->a, &o, &w) || !object_new_of(&o, n)) {
        (void)fprintf(stderr, _("serai cyber: an object is not taken: %s\n"),
                      w.reason ? w.detail : _("its version"));
        l->refused++;
        return;
    }
    stix_marks_of(&o, cyber_marking_look, l->i->cyber->objects, &marks);
    n->row.label = cyber_label_own(&l->law, &marks);
    n->row.origin = CYBER_NO_PLACE;
    n->date = date_of(l, manifest, n, o.id);
    l->n++;
}

static bool load_collection(struct loading *l, json_ref c, struct why *w)
{
    json_ref objects = json_member(&l->j, c, "objects"), manifest = json_member(&l->j, c, "manifest");
    struct span id = { 0 };
    uint16_t number;
    bool ok;

    if (!json_text_of(&l->j, json_member(&l->j, c, "id"), l->a, &id))
        return why_set(w, "json", json_offset(&l->j, c), NULL, "a collection has no id");
    l->n = 0;
    l->item = calloc(json_count(&l->j, objects) + 1, sizeof *l->item);
    if (!l->item)
        abort();
    for (json_ref v = json_first(&l->j, objects); v != JSON_NONE; v = json_after(&l->j, objects, v))
        take_object(l, v, manifest);
    qsort(l->item, l->n, sizeof *l->item, by_date);
    ok = object_store_collection(l->i->cyber->objects, id, &number, w) &&
         object_store_add(l->i->cyber->objects, number, l->item, l->n, w);
    for (size_t k = 0; ok && k < l->n; k++) {
        l->added += l->item[k].outcome == OBJECT_ADDED;
        l->known += l->item[k].outcome == OBJECT_KNOWN;
        l->refused += l->item[k].outcome > OBJECT_KNOWN;
    }
    free(l->item);
    return ok;
}

/* Kept for every account of the root: whose it was is not in the file. */
static bool load_status(struct loading *l, struct span root, json_ref v, struct why *w)
{
    struct journal_status s = { .root = root, .at = cyber_micros(NULL), .json = json_source(&l->j, v) };
    struct stix_uuid id;
    struct span text = { 0 };

    if (!json_text_of(&l->j, json_member(&l->j, v, "id"), l->a, &text) || !stix_uuid_read(text, &id))
        return true;
    memcpy(s.id, id.b, sizeof s.id);
    l->statuses++;
    return object_journal_put(l->i->cyber->journal, &s, NULL, 0, w);
}

static bool load_root(struct loading *l, json_ref name, struct why *w)
{
    json_ref v = json_value_of(&l->j, name), list = json_member(&l->j, v, "collections");
    struct span root = { 0 };

    if (!json_text_of(&l->j, name, l->a, &root))
        return false;
    for (json_ref c = json_first(&l->j, list); c != JSON_NONE; c = json_after(&l->j, list, c))
        if (!load_collection(l, c, w))
            return false;
    list = json_member(&l->j, v, "status");
    for (json_ref s = json_first(&l->j, list); s != JSON_NONE; s = json_after(&l->j, list, s))
        if (!load_status(l, root, s, w))
            return false;
    return true;
}

static bool load(struct loading *l, const char *file, struct why *w)
{
    struct span text;

    if (!l->i->cyber)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder `cyber`");
    cyber_base_law(l->i, cli_now(), &l->law, NULL);
    if (!cli_read(file, l->a, &text, w) || !json_parse(text, l->a, &l->j, w))
        return false;
    for (json_ref n = json_first(&l->j, JSON_ROOT); n != JSON_NONE; n = json_after(&l->j, JSON_ROOT, n))
        if (!load_root(l, n, w))
            return false;
    return true;
}

int cyber_load_command(int argc, char **argv)
{
    static struct instance i;
    const char *node = NULL;
    const struct cli_text texts[] = { { "node", &node }, { NULL, NULL } };
    const struct cli_flag flags[] = { { NULL, NULL } };
    struct loading l = { .i = &i };
    struct arena a;
    struct why w = { 0 };
    bool ok;

    if (!cli_options(argc, argv, texts, flags))
        return cli_bad_option("cyber");
    if (!node || optind + 1 != argc)
        return cli_usage("cyber", "load wants --node FOLDER and a file");
    arena_init(&a, MEMORY);
    l.a = &a;
    ok = instance_open(node, INSTANCE_STORE, &i, &w) && load(&l, argv[optind], &w);
    if (!ok)
        cli_why("cyber", argv[optind], &w);
    else
        printf(_("%zu objects added, %zu known, %zu refused, %zu statuses\n"), l.added, l.known, l.refused,
               l.statuses);
    instance_close(&i);
    arena_free(&a);
    return ok ? l.refused ? CLI_NEGATIVE : CLI_POSITIVE : CLI_USAGE;
}
