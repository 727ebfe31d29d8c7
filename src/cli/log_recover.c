/* serai log recover */
#include <getopt.h>

#include "cli/log.h"
#include "log/recover.h"

enum { PLACES = 32, BEFORE = 8 };

struct recovering {
    const char *folder, *keep, *key, *origin;
    size_t n;
    struct recover_source source[PLACES];
    struct log_place *place[PLACES];
    uint8_t before[BEFORE][NODE_PUBLIC_KEY]; /* keys that signed the log before this one */
    size_t n_before;
    bool need_set;
    size_t need;
    struct note_key signer_key;
    uint8_t secret[NODE_SECRET_KEY];
    struct arena arena;
};

static bool get_checkpoint(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    struct log_source s = log_place_source(ctx);
    struct buffer b;
    bool found, ok;

    (void)origin;
    buf_init(&b, LIMIT_CHECKPOINT);
    ok = s.get(s.ctx, "checkpoint", LIMIT_CHECKPOINT, &b, &found, w);
    *note = ok && found ? arena_copy(a, buf_span(&b)) : (struct span){ 0 };
    buf_free(&b);
    return ok;
}

static bool add_place(struct recovering *o, const char *where, struct why *w)
{
    if (o->n == PLACES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "at most %d places", PLACES);
    o->place[o->n] = log_place_open(where, w);
    if (!o->place[o->n])
        return false;
    o->source[o->n] = (struct recover_source){ .member = span_str(where),
                                               .checkpoint = get_checkpoint,
                                               .files = log_place_source(o->place[o->n]),
                                               .ctx = o->place[o->n] };
    o->n++;
    return true;
}

static void print(const struct recovering *o, const struct log_recovery *r)
{
    static const char *const said[] = { N_("not asked"), N_("knows nothing of it"), N_("knows"),
                                        N_("not reached"), N_("says nothing that can be used") };

    for (size_t i = 0; i < o->n; i++) {
        const struct recover_source *s = &o->source[i];

        printf("  ");
        cli_put(stdout, (const char *)s->member.p);
        if (s->said == RECOVER_KNOWS)
            printf(_(": %llu entries"), (unsigned long long)s->size);
        else
            printf(": %s", gettext(said[s->said]));
        printf("%s%s\n", s->why.reason ? ": " : "", s->why.reason ? s->why.detail : "");
    }
    cli_put(stdout, o->folder);
    printf(_(": %s: %llu entries here before, %llu signed"), recovery_word(r->end),
           (unsigned long long)r->was, (unsigned long long)r->size);
    if (r->why.reason)
        printf(": %s", r->why.detail);
    (void)putchar('\n');
    if (r->end == RECOVERY_LOST)
        puts(_("Nothing may be signed under this origin again. Look for a copy of its entries (mirrors, "
               "sticks,\n"
               "back-ups of other members) and name it with --from; if there is none, the log goes on as a\n"
               "new epoch, by an act that the other members see."));
    if (r->end == RECOVERY_FORK)
        puts(_(
            "This key has signed two histories: the proof is in the folder (serai log check-fork). Tell the\n"
            "other members, find out which other machine writes with this key, and change the key."));
}

static int recover(struct recovering *o)
{
    static const int codes[] = { CLI_POSITIVE, CLI_UNDETERMINED, CLI_NEGATIVE, CLI_NEGATIVE };
    struct signer signer;
    struct log_writer_options opt = { .folder = o->folder,
                                      .keep = o->keep,
                                      .key = &o->signer_key,
                                      .signer = &signer,
                                      .before = (const uint8_t(*)[NODE_PUBLIC_KEY])o->before,
                                      .n_before = o->n_before,
                                      .origin = span_str(o->origin) };
    struct log_recovery r;
    struct why w = { 0 };
    struct span text;

    if (!cli_read(o->key, &o->arena, &text, &w) || !note_signer_parse(text, &o->signer_key, o->secret, &w)) {
        cli_why("log", o->key, &w);
        return CLI_USAGE;
    }
    signer_in_memory(o->secret, &signer);
    if (!log_recover(&opt, o->source, o->n, o->need_set ? o->need : o->n, &o->arena, &r, &w)) {
        cli_why("log", o->folder, &w);
        return CLI_USAGE;
    }
    print(o, &r);
    return codes[r.end];
}

static bool add_before(struct recovering *o, const char *vkey, struct why *w)
{
    struct note_key k;

    if (o->n_before == BEFORE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "at most %d keys of before", BEFORE);
    if (!note_key_parse(span_str(vkey), &k, w))
        return false;
    if (k.type != NOTE_KEY_ED25519)
        return why_set(w, "key", WHY_NO_OFFSET, NULL, "it is no key of a log");
    memcpy(o->before[o->n_before++], k.pub, NODE_PUBLIC_KEY);
    return true;
}

static int run(struct recovering *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "log", required_argument, NULL, 'l' },    { "key", required_argument, NULL, 'k' },
        { "keep", required_argument, NULL, 'K' },   { "origin", required_argument, NULL, 'o' },
        { "from", required_argument, NULL, 'f' },   { "need", required_argument, NULL, 'n' },
        { "before", required_argument, NULL, 'b' }, { 0 },
    };
    struct why w = { 0 };
    uint64_t need = 0;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("log");
        if ((c == 'f' && !add_place(o, optarg, &w)) || (c == 'b' && !add_before(o, optarg, &w))) {
            cli_why("log", optarg, &w);
            return CLI_USAGE;
        }
        if (c == 'n' && (!checkpoint_number(span_str(optarg), &need) || need == 0))
            return cli_usage("log", "--need wants a number, 1 or more");
        if (c == 'n') {
            o->need_set = true;
            o->need = (size_t)need;
        } else if (c != 'f' && c != 'b') {
            *(c == 'l' ? &o->folder : c == 'k' ? &o->key : c == 'K' ? &o->keep : &o->origin) = optarg;
        }
    }
    if (!o->folder || !o->key || o->n == 0 || optind < argc)
        return cli_usage("log",
                         "recover needs --log FOLDER, --key FILE and --from FOLDER|URL for each place");
    return recover(o);
}

int log_recover_command(int argc, char **argv)
{
    static struct recovering o;
    int code;

    arena_init(&o.arena, 256 << 20);
    code = run(&o, argc, argv);
    for (size_t i = 0; i < o.n; i++)
        log_place_close(o.place[i]);
    wipe(o.secret, sizeof o.secret);
    arena_free(&o.arena);
    return code;
}
