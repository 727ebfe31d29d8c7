#include <stdlib.h>

#include "cli/stix.h"
#include "stix/marking.h"
#include "wire/json_write.h"

enum { TYPES = 256 };

struct id_row {
    struct stix_uuid id;
    bool here; /* an object of the file; else a reference */
};

struct showing {
    struct {
        char name[64];
        size_t n;
    } type[TYPES];
    size_t types, invalid, revoked, v20;
    size_t tlp[TLP_LEVELS], unmarked, refer, granular, statements;
    struct id_row *row;
    size_t rows, cap;
    struct stix_uuid *statement; /* marking-definitions with a statement */
    size_t statement_n, statement_cap;
};

static void add_row(struct showing *s, const struct stix_uuid *id, bool here)
{
    if (s->rows == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->row = realloc(s->row, s->cap * sizeof *s->row);
        if (!s->row)
            abort();
    }
    s->row[s->rows++] = (struct id_row){ *id, here };
}

static void count_type(struct showing *s, struct span type)
{
    size_t i = 0;

    while (i < s->types && !span_eq_str(type, s->type[i].name))
        i++;
    if (i == s->types) {
        if (i == TYPES || type.n >= sizeof s->type[i].name)
            return;
        memcpy(s->type[s->types++].name, type.p, type.n);
    }
    s->type[i].n++;
}

/* Statements may stand behind what they mark, so they are gathered first. */
static bool gather(void *ctx, const struct stix_item *item)
{
    struct showing *s = ctx;
    struct stix_marking m;
    struct arena a;

    if (!item->good || !span_eq(item->object->type, SPAN("marking-definition")))
        return true;
    arena_init(&a, 1 << 24);
    stix_marking_read(item->object, &a, &m);
    arena_free(&a);
    if (m.kind != STIX_MARKING_STATEMENT)
        return true;
    if (s->statement_n == s->statement_cap) {
        s->statement_cap = s->statement_cap ? s->statement_cap * 2 : 16;
        s->statement = realloc(s->statement, s->statement_cap * sizeof *s->statement);
        if (!s->statement)
            abort();
    }
    s->statement[s->statement_n++] = item->object->uuid;
    return true;
}

static bool look(void *ctx, const struct stix_uuid *id, struct stix_marking *out)
{
    const struct showing *s = ctx;

    for (size_t i = 0; i < s->statement_n; i++)
        if (stix_uuid_eq(&s->statement[i], id)) {
            *out = (struct stix_marking){ .kind = STIX_MARKING_STATEMENT };
            return true;
        }
    return false;
}

static bool take(void *ctx, const struct stix_item *item)
{
    const struct stix_object *o = item->object;
    struct showing *s = ctx;
    struct stix_references refs;
    struct stix_reference ref;
    struct stix_marks m;
    struct stix_id id;

    if (!item->good) {
        s->invalid++;
        return true;
    }
    count_type(s, o->type);
    s->revoked += o->revoked;
    s->v20 += o->v20;
    stix_marks_of(o, look, s, &m);
    if (m.marked)
        s->tlp[m.tlp]++;
    else
        s->unmarked++;
    s->refer += m.refer;
    s->granular += m.granular;
    s->statements += m.statements != 0;
    add_row(s, &o->uuid, true);
    refs = stix_references_of(o);
    while (stix_reference_next(&refs, &ref)) {
        enum tlp tlp;
        unsigned version;

        if (stix_id_read(ref.id, &id) && !stix_tlp_of(&id.uuid, &tlp, &version))
            add_row(s, &id.uuid, false);
    }
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct id_row *x = a, *y = b;
    int c = memcmp(x->id.b, y->id.b, 16);

    return c ? c : y->here - x->here; /* the object before what refers to it */
}

/* References to what is not here, each target once. */
static size_t unresolved(struct showing *s)
{
    size_t n = 0;

    if (s->rows)
        qsort(s->row, s->rows, sizeof *s->row, by_id);
    for (size_t i = 0; i < s->rows;) {
        size_t k = i;

        n += !s->row[i].here;
        while (k < s->rows && stix_uuid_eq(&s->row[k].id, &s->row[i].id))
            k++;
        i = k;
    }
    return n;
}

static void show_json(const char *path, struct showing *s, size_t outside)
{
    struct buffer b;
    struct json_writer j;

    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "file", path);
    jw_object(&j, "types");
    for (size_t i = 0; i < s->types; i++)
        jw_int(&j, s->type[i].name, (int64_t)s->type[i].n);
    jw_object_end(&j);
    jw_object(&j, "tlp");
    for (int t = 0; t < TLP_LEVELS; t++)
        jw_int(&j, tlp_word(TLP_STIX, (enum tlp)t), (int64_t)s->tlp[t]);
    jw_int(&j, "unmarked", (int64_t)s->unmarked);
    jw_object_end(&j);
    jw_int(&j, "unknown_markings", (int64_t)s->refer);
    jw_int(&j, "granular", (int64_t)s->granular);
    jw_int(&j, "with_statement", (int64_t)s->statements);
    jw_int(&j, "revoked", (int64_t)s->revoked);
    jw_int(&j, "stix_2_0", (int64_t)s->v20);
    jw_int(&j, "unresolved", (int64_t)outside);
    jw_int(&j, "invalid", (int64_t)s->invalid);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static void show_plain(const char *path, struct showing *s, size_t outside)
{
    cli_put(stdout, path);
    printf("\n");
    for (size_t i = 0; i < s->types; i++)
        printf("  %8zu  %s\n", s->type[i].n, s->type[i].name);
    printf(_("marking:"));
    for (int t = 0; t < TLP_LEVELS; t++)
        if (s->tlp[t])
            printf(" %zu %s,", s->tlp[t], tlp_word(TLP_STIX, (enum tlp)t));
    printf(_(" %zu without one; %zu with a statement, %zu of parts, %zu with one that nobody knows\n"),
           s->unmarked, s->statements, s->granular, s->refer);
    printf(_("%zu revoked, %zu of STIX 2.0, %zu invalid; %zu references lead outside\n"), s->revoked, s->v20,
           s->invalid, outside);
}

static int show_file(const char *path, bool json)
{
    static const struct stix_bundle_how how = { .duplicates = false };
    struct showing *s = calloc(1, sizeof *s);
    struct stix_summary sum;
    struct why w = { 0 };
    bool whole;
    int code;

    if (!s)
        abort();
    whole = stix_file_read(path, &how, gather, s, &sum, &w);
    if (whole)
        whole = stix_file_read(path, &how, take, s, &sum, &w);
    if (whole)
        (json ? show_json : show_plain)(path, s, unresolved(s));
    else
        cli_why("stix", path, &w);
    code = !whole ? CLI_USAGE : s->invalid ? CLI_NEGATIVE : CLI_POSITIVE;
    free(s->row);
    free(s->statement);
    free(s);
    return code;
}

int stix_show_command(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    int code = CLI_POSITIVE, first = json ? 2 : 1;

    if (first >= argc)
        return cli_usage("stix", "show what? a file is expected");
    for (int i = first; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0)
            return cli_usage("stix", "show reads its files twice: standard input cannot be shown");
        code = cli_gravest(code, show_file(argv[i], json));
    }
    return code;
}
