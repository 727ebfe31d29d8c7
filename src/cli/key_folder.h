/* All keys of one node, as a ceremony makes them or shares bring them back. */
#ifndef SERAI_CLI_KEY_FOLDER_H
#define SERAI_CLI_KEY_FOLDER_H

#include "cli/key.h"
#include "crypto/shares.h"
#include "link/transport.h"

struct key_set {
    const char *name;
    const char *token; /* URI; NULL: files */
    const struct token_login *login;
    bool inside; /* the token makes its keys, and no seed of them is known */
    uint8_t seed[KEY_USES][NODE_SEED];
    struct note_key key[KEY_TRANSPORT];
    const char *uri[KEY_TRANSPORT]; /* in the token */
    struct buffer certificate, transport_key;
    uint8_t pin[TRANSPORT_PIN];
    struct arena *arena;
};

/* Names, public keys and the transport certificate of the seeds, or of keys that the token makes now. */
MUST_USE bool key_set_make(struct key_set *s, unix_time now, struct why *w);

/* Puts what the token does not hold yet into it, and the files into the folder, which is there. */
MUST_USE bool key_set_write(const struct key_set *s, const char *folder, struct why *w);
void key_set_wipe(struct key_set *s);

/* A line for each key: what it is, where it stands, what two people read to each other. */
void key_set_describe(const struct key_set *s, struct buffer *out);
/* What goes into node.conf. */
void key_set_settings(const struct key_set *s, struct buffer *out);

#endif
