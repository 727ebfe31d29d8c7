/* serai log prove, serai log check-proof */
#include <getopt.h>

#include "cli/log.h"
#include "log/proof_file.h"
#include "wire/json_write.h"

/* The newest checkpoint, believed under the policy. */
static bool newest(const struct log_source *s, struct log_options *o, struct span *text, struct checkpoint *c,
                   struct why *w)
{
    struct note *note = arena_alloc(&o->arena, sizeof *note);
    struct policy_verdict v;
    struct buffer b;
    bool found, ok;

    buf_init(&b, 256 * 1024);
    ok = s->get(s->ctx, "checkpoint", 256 * 1024, &b, &found, w);
    *text = arena_copy(&o->arena, buf_span(&b));
    buf_free(&b);
    if (!ok)
        return false;
    if (!found)
        return why_set(w, "missing", WHY_NO_OFFSET, "C2SP tlog-tiles", "checkpoint: the log has none");
    return note && note_parse(*text, note, w) && checkpoint_parse(note->text, c, w) &&
           policy_check(&o->policy, note, c, &o->arena, &v, w);
}

/* The entry's leaf hash, from its bundle. */
static bool leaf_at(const struct log_source *s, uint64_t index, uint64_t size, struct tree_hash *out,
                    struct why *w)
{
    struct tile_tree t = { .source = s, .size = size };
    bool ok;

    buf_init(&t.file, TILE_BYTES);
    ok = tile_tree_node(&t, 0, index, out, w);
    buf_free(&t.file);
    return ok;
}

/* Made of tiles that nothing proved, therefore checked against the root before it is given out. */
static bool prove(const struct log_source *s, struct log_options *o, struct buffer *out, struct why *w)
{
    struct tree_hash proof[TREE_PROOF_MAX], leaf;
    struct tile_tree tiles = { .source = s };
    struct tree_source source = { tile_tree_node, &tiles };
    struct checkpoint c = { 0 };
    struct span note;
    size_t n;
    bool ok;

    if (!newest(s, o, &note, &c, w))
        return false;
    tiles.size = c.size;
    buf_init(&tiles.file, TILE_BYTES);
    ok = tree_prove_inclusion(&source, o->index, c.size, proof, &n, w) &&
         leaf_at(s, o->index, c.size, &leaf, w) &&
         tree_check_inclusion(o->index, c.size, &leaf, proof, n, &c.root, w);
    buf_free(&tiles.file);
    if (ok)
        proof_file_put((struct span){ 0 }, o->index, proof, n, note, out);
    return ok;
}

int log_prove_command(int argc, char **argv)
{
    static struct log_options o;
    struct log_place *place = NULL;
    struct why w = { 0 };
    struct log_source s;
    struct buffer b;
    int code;

    arena_init(&o.arena, 64 << 20);
    buf_init(&b, 1 << 20);
    code = log_take_options(&o, argc, argv);
    if (code == CLI_POSITIVE && !o.has_index)
        code = cli_usage("log", "prove needs --index N");
    if (code != CLI_POSITIVE)
        goto out;
    place = log_place_open(argv[optind], &w);
    if (place)
        s = log_place_source(place);
    if (!place || !prove(&s, &o, &b, &w)) {
        cli_why("log", argv[optind], &w);
        code = CLI_NEGATIVE;
    } else if (!cli_write(o.out ? o.out : "-", buf_span(&b), 0644, &w)) {
        cli_why("log", o.out, &w);
        code = CLI_USAGE;
    }
out:
    log_place_close(place);
    buf_free(&b);
    arena_free(&o.arena);
    return code;
}

static void put_checked(const struct log_options *o, const struct proof_file *f,
                        const struct policy_verdict *v, const char *path)
{
    char when[TIME_TEXT];
    struct json_writer j;
    struct buffer b;

    if (!o->json) {
        cli_put(stdout, path);
        printf(_(": entry %llu of %llu stands in "), (unsigned long long)f->index,
               (unsigned long long)f->checkpoint.size);
        (void)fwrite(f->checkpoint.origin.p, 1, f->checkpoint.origin.n, stdout);
        if (v->n_cosigned)
            printf(_(", cosigned by %zu, the latest %s"), v->n_cosigned, time_format(v->latest, when));
        (void)putchar('\n');
        return;
    }
    buf_init(&b, 1 << 16);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "file", path);
    jw_str(&j, "result", "holds");
    jw_text(&j, "origin", f->checkpoint.origin);
    jw_int(&j, "index", (int64_t)f->index);
    jw_int(&j, "size", (int64_t)f->checkpoint.size);
    jw_int(&j, "cosigned", (int64_t)v->n_cosigned);
    jw_str(&j, "cosigned_at", v->latest ? time_format(v->latest, when) : NULL);
    jw_object_end(&j);
    (void)fwrite(b.p, 1, b.n, stdout);
    (void)putchar('\n');
    buf_free(&b);
}

int log_check_proof_command(int argc, char **argv)
{
    static struct log_options o;
    static struct proof_file f;
    struct policy_verdict v;
    struct span text, entry;
    struct tree_hash leaf;
    struct why w = { 0 };
    int code;

    arena_init(&o.arena, 64 << 20);
    code = log_take_options(&o, argc, argv);
    if (code == CLI_POSITIVE && !o.entry)
        code = cli_usage("log", "check-proof needs --entry FILE, what the proof is about");
    if (code != CLI_POSITIVE)
        goto out;
    if (!cli_read(argv[optind], &o.arena, &text, &w) || !cli_read(o.entry, &o.arena, &entry, &w)) {
        cli_why("log", argv[optind], &w);
        code = CLI_USAGE;
        goto out;
    }
    tree_leaf(entry, &leaf);
    if (proof_file_parse(text, &f, &w) && proof_file_check(&f, &o.policy, &leaf, &o.arena, &v, &w)) {
        put_checked(&o, &f, &v, argv[optind]);
    } else {
        cli_why("log", argv[optind], &w);
        code = strcmp(w.reason, "quorum") == 0 || strcmp(w.reason, "no-anchor") == 0 ? CLI_UNDETERMINED
                                                                                     : CLI_NEGATIVE;
    }
out:
    arena_free(&o.arena);
    return code;
}
