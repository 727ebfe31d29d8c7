/* serai key: keys that sign for a member. */
#include "cli/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "crypto/digest.h"

const struct key_use_words key_uses[KEY_USES] = {
    { "node", "", NOTE_KEY_ED25519, "node-key",
      N_("signs receipts, acts, the member's card, questions and answers") },
    { "log", "/log", NOTE_KEY_ED25519, "log-key", N_("signs all logs of this member, and nothing else") },
    { "witness", "/witness", NOTE_KEY_COSIGNATURE, "witness-key", N_("cosigns the logs of other members") },
    { "transport", "/transport", NOTE_KEY_ED25519, "transport-key",
      N_("opens connections between members; its pin stands in the member's card") },
};

static const struct cli_subcommand commands[] = {
    { "ceremony", key_ceremony_command, "ceremony --name NAME [--token URI] [--backup K/N] FOLDER",
      N_("makes all keys of a node in front of two people, who confirm them by their names; writes the keys, "
         "a "
         "protocol to be signed, and shares of which K of N restore what was lost") },
    { "restore", key_restore_command, "restore [--token URI] --out FOLDER SHARE...",
      N_("makes the keys of a node again from K shares of its ceremony") },
    { "generate", key_generate_command,
      "generate --name NAME --type node|log|witness|transport (--out FILE | --token URI)",
      N_("makes one key, in a file or inside a token, and prints its verifier key; of transport the "
         "certificate "
         "goes to FILE.crt and the pin is printed") },
    { "show", key_show_command, "show [--name NAME --type TYPE] FILE|URI|VKEY",
      N_("verifier key and fingerprint of a key, or the pin of a transport certificate: what two people read "
         "to "
         "each other") },
    { "list", key_list_command, "list --token URI", N_("the private keys that a token holds") },
};

static const struct cli_family family = {
    "key",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --name NAME   of the node, such as kz.specimen; keys are called NAME, NAME/log, NAME/witness\n"
       "  --type TYPE   node, log, witness or transport\n"
       "  --out FILE    where the key goes; nothing is ever overwritten\n"
       "  --token URI   a PKCS #11 token: pkcs11:token=LABEL?pin-source=/FILE (RFC 7512), with\n"
       "                &module-path=/MODULE where p11-kit does not know the module. Without pin-source\n"
       "                the PIN is asked for; a PIN in the URI is refused\n"
       "  --backup K/N  N shares, each for another person, of which any K restore the keys; of a key that\n"
       "                is made inside a token there is no backup, so with this it is made beside it\n"
       "\n"
       "Exit 0 done, 1 refused or not confirmed, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai key ceremony --name kz.specimen --backup 3/5 keys\n"
       "  serai key generate --name kz.specimen --type log --token 'pkcs11:token=KZ?pin-source=/etc/pin'\n"
       "  serai key show kz.specimen+1a2b3c4d+AQ...\n"),
};

enum key_use key_use_of(const char *word)
{
    enum key_use u = KEY_NODE;

    while (u < KEY_USES && (!word || strcmp(key_uses[u].word, word) != 0))
        u++;
    return u;
}

bool key_name_valid(const char *name)
{
    size_t n = name ? strlen(name) : 0;

    return n >= 1 && n <= 60 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == n &&
           name[0] != '.' && name[0] != '-';
}

struct span key_full_name(struct arena *a, const char *name, enum key_use use)
{
    char text[128];
    int n = snprintf(text, sizeof text, "%s%s", name, key_uses[use].behind);

    return arena_copy(a, span_of((const uint8_t *)text, (size_t)n));
}

void key_fingerprint(const struct note_key *k, uint8_t out[32])
{
    uint8_t type = (uint8_t)k->type;
    struct span part[] = { k->name, SPAN("\n"), span_of(&type, 1), span_of(k->pub, sizeof k->pub) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 4, &d);
    memcpy(out, d.b, 32);
}

const char *key_object_uri(struct arena *a, const char *uri, const char *name, enum key_use use)
{
    size_t path = strcspn(uri, "?");
    char text[TOKEN_URI];
    int n = snprintf(text, sizeof text, "%.*s;object=%s-%s%s", (int)path, uri, name, key_uses[use].word,
                     uri + path);

    return strstr(uri, "object=") || n >= (int)sizeof text ? NULL : arena_str(a, span_str(text));
}

/* From the terminal, not from what standard input is: a PIN never stands in a pipe by accident. */
static bool read_hidden(const char *token, char pin[TOKEN_PIN])
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios was, hidden;
    ssize_t n = -1;

    if (fd < 0)
        return false;
    if (tcgetattr(fd, &was) == 0) {
        hidden = was;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        if (tcsetattr(fd, TCSAFLUSH, &hidden) == 0) {
            if (dprintf(fd, _("PIN of the token %s: "), token) > 0)
                n = read(fd, pin, TOKEN_PIN - 1);
            (void)tcsetattr(fd, TCSAFLUSH, &was);
            (void)!write(fd, "\n", 1);
        }
    }
    (void)close(fd);
    while (n > 0 && (pin[n - 1] == '\n' || pin[n - 1] == '\r'))
        n--;
    pin[n > 0 ? n : 0] = '\0';
    return n > 0;
}

static bool ask(void *ctx, const char *token, char pin[TOKEN_PIN], struct why *w)
{
    struct key_pin *p = ctx;

    if (!p->pin[0] && !read_hidden(token, p->pin))
        return why_set(w, "token-pin", WHY_NO_OFFSET, NULL,
                       "nobody is here to be asked for the PIN: name its file, ?pin-source=/…");
    memcpy(pin, p->pin, TOKEN_PIN);
    return true;
}

void key_pin_init(struct key_pin *p)
{
    *p = (struct key_pin){ .login = { ask, p } };
}

void key_pin_wipe(struct key_pin *p)
{
    wipe(p->pin, sizeof p->pin);
}

bool key_write_new(const char *path, struct span s, unsigned mode, struct why *w)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool ok;

    if (fd < 0)
        return why_set(w, errno == EEXIST ? "exists" : "io", WHY_NO_OFFSET, NULL, "%.150s: %s", path,
                       errno == EEXIST ? _("is there already, and nothing is overwritten") : strerror(errno));
    ok = write(fd, s.p, s.n) == (ssize_t)s.n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (!ok)
        (void)unlink(path);
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %.150s", path);
}

int cmd_key(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
