/* A token that is open: the module behind it, its slot, and the way in. */
#ifndef SERAI_CRYPTO_TOKEN_INTERNAL_H
#define SERAI_CRYPTO_TOKEN_INTERNAL_H

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include "crypto/token.h"

enum { TOKEN_PIN_MARK = 32 };

struct token_place {
    P11KitUri *uri;
    CK_FUNCTION_LIST **modules; /* those that p11-kit is configured for; NULL: not loaded, or… */
    CK_FUNCTION_LIST *own;      /* …the one of module-path */
    CK_FUNCTION_LIST *m;        /* with the slot, once found */
    CK_SLOT_ID slot;
    CK_FLAGS flags; /* of the token */
    char label[TOKEN_LABEL];
    bool has_refused;
    uint8_t refused[TOKEN_PIN_MARK]; /* digest of the PIN that was refused: it is not tried again */
};

/* Of a failure: "SENTENCE: what p11-kit says". Returns false. */
bool token_failed(struct why *w, const char *reason, CK_RV rv, const char *sentence);

/* Reads the URI; reason "token-uri". */
MUST_USE bool token_place_init(const char *uri, struct token_place *p, struct why *w);
void token_place_free(struct token_place *p);

/* Loads the modules, and lets go of them: the last one in the process to let go ends the module, which some
 * need to see a token that is back. */
MUST_USE bool token_modules_load(struct token_place *p, struct why *w);
void token_modules_leave(struct token_place *p);

/* Calls each for every token that the URI matches, while it returns true. Returns how many were found. */
typedef bool token_each(struct token_place *p, void *ctx);
size_t token_slots(struct token_place *p, token_each *each, void *ctx);

/* Finds the one token; modules are loaded. */
MUST_USE bool token_find(struct token_place *p, struct why *w);

MUST_USE bool token_session(const struct token_place *p, bool write, CK_SESSION_HANDLE *out, struct why *w);
MUST_USE bool token_log_in(struct token_place *p, CK_SESSION_HANDLE s, const struct token_login *login,
                           struct why *w);

/* Objects of a class with label and id; SIZE_MAX labels and ids: any. At most n of them. */
MUST_USE bool token_objects(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_CLASS class,
                            const CK_ATTRIBUTE *label, const CK_ATTRIBUTE *id, CK_OBJECT_HANDLE *out,
                            size_t n, size_t *found, struct why *w);

/* The bytes of an attribute; false: it has none, or more than there is room for. */
MUST_USE bool token_attribute(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
                              CK_ATTRIBUTE_TYPE type, void *to, size_t room, size_t *n);
bool token_flag(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type,
                bool absent);

/* Whether a private key is one of Ed25519, and the public key that belongs to it. */
MUST_USE bool token_is_ed25519(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o);
MUST_USE bool token_public(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
                           uint8_t pub[NODE_PUBLIC_KEY], struct why *w);

#endif
