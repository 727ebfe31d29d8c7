/* serai key: what its sub-commands share. */
#ifndef SERAI_CLI_KEY_H
#define SERAI_CLI_KEY_H

#include "cli/subcommand.h"
#include "crypto/token.h"
#include "seal/signing_key.h"
#include "trust/keys.h"

enum key_use { KEY_NODE, KEY_LOG, KEY_WITNESS, KEY_TRANSPORT, KEY_USES };

struct key_use_words {
    const char *word;   /* "node": of --type, of the file and of the object in a token */
    const char *behind; /* of the node's name, in the name of the key: "/log" */
    enum note_key_type type;
    const char *setting; /* in node.conf */
    const char *does;
};
extern const struct key_use_words key_uses[KEY_USES];

/* KEY_USES: none of that word. */
enum key_use key_use_of(const char *word);

/* A node's name as it stands in file names and URIs too: small letters, digits, dots, hyphens. */
bool key_name_valid(const char *name);

/* name/log and the like into the arena. */
struct span key_full_name(struct arena *a, const char *name, enum key_use use);

/* SHA-256 over name, line feed, type and key, of which a verifier key shows the first eight digits. */
void key_fingerprint(const struct note_key *k, uint8_t out[32]);

/* "token-uri;object=LABEL?query"; NULL: the URI has an object already, or is too long. */
const char *key_object_uri(struct arena *a, const char *uri, const char *name, enum key_use use);

/* Asks a person for the PIN, without showing it; once, and then gives the same again. */
struct key_pin {
    struct token_login login;
    char pin[TOKEN_PIN];
};
void key_pin_init(struct key_pin *p);
void key_pin_wipe(struct key_pin *p);

/* A new file of that mode; reason "exists". */
MUST_USE bool key_write_new(const char *path, struct span s, unsigned mode, struct why *w);

int key_generate_command(int argc, char **argv);
int key_show_command(int argc, char **argv);
int key_list_command(int argc, char **argv);
int key_ceremony_command(int argc, char **argv);
int key_restore_command(int argc, char **argv);

#endif
