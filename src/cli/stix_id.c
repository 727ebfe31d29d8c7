#include "cli/stix.h"

struct deriving {
    size_t equal, other, random, none;
};

static bool take(void *ctx, const struct stix_item *item)
{
    const struct stix_object *o = item->object;
    struct deriving *d = ctx;
    char text[STIX_UUID_TEXT];
    struct arena a;
    struct stix_uuid id;
    struct why w = { 0 };
    enum stix_derived how = STIX_DERIVED_NO;

    arena_init(&a, 1 << 26);
    if (o->json.n)
        how = stix_sco_id(&o->json, o->at, o->type, &a, &id, &w);
    if (how == STIX_DERIVED_NO) {
        d->none++;
    } else if (how == STIX_DERIVED_NONE) {
        d->random++;
        printf(_("%.*s\tno property contributes: a UUID of version 4\n"), (int)o->id.n,
               (const char *)o->id.p);
    } else {
        struct stix_id has;
        bool is = stix_id_read(o->id, &has) && stix_uuid_eq(&has.uuid, &id);

        d->equal += is;
        d->other += !is;
        printf("%.*s\t%.*s--%s\t%s\n", (int)o->id.n, o->id.n ? (const char *)o->id.p : "", (int)o->type.n,
               (const char *)o->type.p, stix_uuid_text(&id, text), is ? "equal" : "other");
    }
    arena_free(&a);
    return true;
}

int stix_id_command(int argc, char **argv)
{
    static const struct stix_bundle_how how = { .object = { .any_pattern = true } };
    struct deriving d = { .none = 0 };
    int code = CLI_POSITIVE;

    if (argc < 2 || argv[1][0] == '-')
        return argc < 2 ? cli_usage("stix", "id of what? a file is expected") : cli_bad_option("stix");
    for (int i = 1; i < argc; i++) {
        struct stix_summary s;
        struct why w = { 0 };

        if (stix_file_read(argv[i], &how, take, &d, &s, &w))
            continue;
        cli_why("stix", argv[i], &w);
        code = CLI_USAGE;
    }
    printf(_("%zu equal, %zu other, %zu without contributing properties, %zu whose id does not follow from "
             "content\n"),
           d.equal, d.other, d.random, d.none);
    return code == CLI_POSITIVE && d.other ? CLI_NEGATIVE : code;
}
