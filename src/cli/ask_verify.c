/* serai ask verify: what one member asked and another answered, proved by their keys alone. */
#include <getopt.h>

#include "base/text.h"
#include "cli/ask_command.h"
#include "seal/note_key.h"
#include "service/ask/proof.h"
#include "wire/json_write.h"

static const char command[] = "ask verify";

enum { KEYS = 64, PROOF = 64 << 20 };

struct options {
    struct ask_known_key key[KEYS];
    char member[KEYS][2];
    size_t n;
    bool json;
};

/* "KZ=kz.specimen+…", or a name whose first part is the two letters. */
static bool take_key(struct options *o, const char *text)
{
    const char *equals = strchr(text, '='), *plus = strchr(text, '+');
    bool named = equals && equals == text + 2 && (!plus || equals < plus);
    struct why w = { 0 };
    struct note_key key;

    if (o->n == KEYS) {
        (void)cli_usage(command, "at most %d keys", KEYS);
        return false;
    }
    if (!note_key_parse(span_str(named ? equals + 1 : text), &key, &w)) {
        cli_why(command, "--key", &w);
        return false;
    }
    if (!named && (key.name.n < 3 || ascii_lower(key.name.p[2]) || ascii_upper(key.name.p[2]))) {
        (void)cli_usage(command, "say whose key it is: --key KZ=VKEY");
        return false;
    }
    for (size_t i = 0; i < 2; i++)
        o->member[o->n][i] = (char)(named ? (uint8_t)text[i] : key.name.p[i] & ~0x20);
    o->key[o->n].member = span_of(o->member[o->n], 2);
    memcpy(o->key[o->n].pub, key.pub, NODE_PUBLIC_KEY);
    o->n++;
    return true;
}

static void put(struct buffer *b, const char *label, struct span s)
{
    if (!s.n)
        return;
    buf_printf(b, "  %-9s", label);
    text_put_plain(b, s);
    buf_u8(b, '\n');
}

static void put_time(struct buffer *b, const char *label, unix_time t)
{
    char text[TIME_TEXT];

    put(b, label, span_str(time_format(t, text)));
}

static void put_text(struct buffer *b, const struct ask_proof *p)
{
    const struct ask_question *q = &p->question;

    buf_printf(b, _("%.2s asked %.2s\n"), (const char *)q->from.p, (const char *)q->to.p);
    put(b, _("topic"), q->topic);
    put(b, _("purpose"), q->purpose);
    put(b, _("article"), q->article);
    put(b, _("office"), q->role);
    put(b, _("reference"), q->reference);
    put_time(b, _("at"), q->at);
    put_time(b, _("until"), q->until);
    for (size_t i = 0; i < p->n; i++) {
        const struct ask_answer *n = &p->answer[i];

        buf_printf(b, _("%.2s said %s\n"), (const char *)n->from.p, ask_said_word(n->said));
        put(b, _("reason"), n->reason);
        put_time(b, _("at"), n->at);
        buf_printf(b, _("  %-9s%zu bytes\n"), _("body"), n->body.n);
    }
}

static void json_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, time_format(t, text));
}

static void put_json(struct json_writer *j, const struct ask_proof *p)
{
    const struct ask_question *q = &p->question;

    jw_object(j, "question");
    jw_text(j, "reference", q->reference);
    jw_text(j, "topic", q->topic);
    jw_text(j, "from", q->from);
    jw_text(j, "to", q->to);
    jw_text(j, "purpose", q->purpose);
    jw_text(j, "article", q->article);
    jw_text(j, "role", q->role);
    json_time(j, "at", q->at);
    json_time(j, "until", q->until);
    jw_hex(j, "body", q->body);
    jw_object_end(j);
    jw_array(j, "answers");
    for (size_t i = 0; i < p->n; i++) {
        const struct ask_answer *n = &p->answer[i];

        jw_object(j, NULL);
        jw_str(j, "said", ask_said_word(n->said));
        jw_text(j, "reason", n->reason);
        json_time(j, "at", n->at);
        jw_hex(j, "body", n->body);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static int show(const struct options *o, const struct ask_proof *p, bool proved, const struct why *w)
{
    struct json_writer j;
    struct buffer b;
    bool ok;

    buf_init(&b, 4 * (size_t)PROOF);
    if (o->json) {
        j = json_to(&b);
        jw_object(&j, NULL);
        jw_str(&j, "result", proved ? "proved" : "not proved");
        if (!proved)
            jw_str(&j, "reason", w->reason);
        put_json(&j, p);
        jw_object_end(&j);
        buf_u8(&b, '\n');
    } else {
        put_text(&b, p);
        if (proved)
            buf_str(&b, _("proved: each was signed by the member it is from\n"));
        else
            buf_printf(&b, _("not proved: %s: %s\n"), w->reason, w->detail);
    }
    ok = buf_ok(&b) && fwrite(b.p, 1, b.n, stdout) == b.n;
    buf_free(&b);
    return !ok ? CLI_USAGE : proved ? CLI_POSITIVE : CLI_NEGATIVE;
}

static int run(const struct options *o, const char *path)
{
    const struct ask_key_table table = { o->key, o->n };
    const struct ask_keys keys = ask_keys_of_table(&table);
    struct ask_proof p;
    struct arena a;
    struct span in = { NULL, 0 };
    struct why w = { 0 };
    int status = CLI_USAGE;

    arena_init(&a, 4 * (size_t)PROOF);
    if (cli_read(path, &a, &in, &w) && ask_proof_read(in, &a, &p, &w))
        status = show(o, &p, ask_proof_verify(&p, &keys, &a, &w), &w);
    else
        cli_why(command, path, &w);
    arena_free(&a);
    return status;
}

int ask_verify_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct options o;
    int c;

    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c == 'k' && !take_key(&o, optarg))
            return CLI_USAGE;
        if (c == 'j')
            o.json = true;
        if (c != 'k' && c != 'j')
            return cli_bad_option(command);
    }
    if (!o.n || optind + 1 != argc)
        return cli_usage(command, "say --key VKEY and one FILE");
    return run(&o, argv[optind]);
}
