/* From a URI to a session of the token that it names. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "crypto/digest.h"
#include "crypto/token_internal.h"

static const char clause[] = "RFC 7512", standard[] = "PKCS #11 3.0";

bool token_is_uri(const char *place)
{
    return strncmp(place, "pkcs11:", 7) == 0;
}

bool token_failed(struct why *w, const char *reason, CK_RV rv, const char *sentence)
{
    return why_set(w, reason, WHY_NO_OFFSET, standard, "%s: %s (0x%lx)", sentence, p11_kit_strerror(rv),
                   (unsigned long)rv);
}

bool token_place_init(const char *uri, struct token_place *p, struct why *w)
{
    int code;

    *p = (struct token_place){ .uri = p11_kit_uri_new() };
    if (!p->uri)
        abort();
    if (!token_is_uri(uri) || strlen(uri) >= TOKEN_URI)
        return why_set(w, "token-uri", 0, clause, "expected pkcs11:token=NAME;object=NAME?pin-source=FILE");
    code = p11_kit_uri_parse(uri, P11_KIT_URI_FOR_ANY, p->uri);
    if (code != P11_KIT_URI_OK)
        return why_set(w, "token-uri", 0, clause, "%s", p11_kit_uri_message(code));
    if (p11_kit_uri_any_unrecognized(p->uri))
        return why_set(w, "token-uri", 0, clause, "the URI has a part that nobody knows");
    return !p11_kit_uri_get_pin_value(p->uri) ||
           why_set(w, "token-uri", 0, clause,
                   "a PIN does not belong into the URI: name the file that holds it, pin-source=/…");
}

bool token_modules_load(struct token_place *p, struct why *w)
{
    const char *path = p11_kit_uri_get_module_path(p->uri);
    CK_RV rv;

    if (!path) {
        p->modules = p11_kit_modules_load_and_initialize(0);
        return p->modules || why_set(w, "token-module", WHY_NO_OFFSET, standard,
                                     "p11-kit cannot load the modules it is configured for");
    }
    p->own = p11_kit_module_load(path, 0);
    if (!p->own)
        return why_set(w, "token-module", WHY_NO_OFFSET, standard, "%.120s is no PKCS #11 module", path);
    rv = p11_kit_module_initialize(p->own);
    if (rv == CKR_OK)
        return true;
    p11_kit_module_release(p->own);
    p->own = NULL;
    return token_failed(w, "token-module", rv, "the module of the token does not start");
}

void token_modules_leave(struct token_place *p)
{
    if (p->modules)
        p11_kit_modules_finalize_and_release(p->modules);
    if (p->own) {
        (void)p11_kit_module_finalize(p->own);
        p11_kit_module_release(p->own);
    }
    p->modules = NULL;
    p->own = p->m = NULL;
}

void token_place_free(struct token_place *p)
{
    token_modules_leave(p);
    p11_kit_uri_free(p->uri);
    wipe(p->refused, sizeof p->refused);
    *p = (struct token_place){ 0 };
}

static bool fits_module(const struct token_place *p, CK_FUNCTION_LIST *m)
{
    const char *name = p11_kit_uri_get_module_name(p->uri);
    CK_INFO info;
    char *own;
    bool fits;

    if (m->C_GetInfo(&info) != CKR_OK || !p11_kit_uri_match_module_info(p->uri, &info))
        return false;
    if (!name)
        return true;
    own = p11_kit_module_get_name(m);
    fits = own && strcmp(own, name) == 0;
    free(own);
    return fits;
}

static bool fits_slot(struct token_place *p, CK_FUNCTION_LIST *m, CK_SLOT_ID slot)
{
    CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(p->uri);
    CK_TOKEN_INFO token;
    CK_SLOT_INFO info;

    if ((wanted != (CK_SLOT_ID)-1 && wanted != slot) || m->C_GetSlotInfo(slot, &info) != CKR_OK ||
        !p11_kit_uri_match_slot_info(p->uri, &info) || m->C_GetTokenInfo(slot, &token) != CKR_OK ||
        !(token.flags & CKF_TOKEN_INITIALIZED) || !p11_kit_uri_match_token_info(p->uri, &token))
        return false;
    p->m = m;
    p->slot = slot;
    p->flags = token.flags;
    (void)snprintf(p->label, sizeof p->label, "%.*s",
                   (int)p11_kit_space_strlen(token.label, sizeof token.label), (const char *)token.label);
    return true;
}

static size_t slots_of(struct token_place *p, CK_FUNCTION_LIST *m, token_each *each, void *ctx, bool *more)
{
    CK_SLOT_ID slot[LIMIT_TOKEN_SLOTS];
    CK_ULONG n = 0;
    size_t found = 0;

    /* Asked without room first: that is when a module looks anew at what is plugged in (C_GetSlotList). */
    if (!fits_module(p, m) || m->C_GetSlotList(CK_TRUE, NULL, &n) != CKR_OK)
        return 0;
    n = LIMIT_TOKEN_SLOTS;
    if (m->C_GetSlotList(CK_TRUE, slot, &n) != CKR_OK)
        return 0;
    for (CK_ULONG i = 0; *more && i < n; i++)
        if (fits_slot(p, m, slot[i])) {
            found++;
            *more = each(p, ctx);
        }
    return found;
}

size_t token_slots(struct token_place *p, token_each *each, void *ctx)
{
    size_t found = 0;
    bool more = true;

    if (p->own)
        found = slots_of(p, p->own, each, ctx, &more);
    for (CK_FUNCTION_LIST **m = p->modules; more && m && *m; m++)
        found += slots_of(p, *m, each, ctx, &more);
    return found;
}

struct first {
    size_t n;
    struct token_place at;
};

static bool keep_first(struct token_place *p, void *ctx)
{
    struct first *f = ctx;

    if (f->n++ == 0)
        f->at = *p;
    return true;
}

bool token_find(struct token_place *p, struct why *w)
{
    struct first f = { 0 };

    (void)token_slots(p, keep_first, &f);
    if (f.n == 0)
        return why_set(w, "token-absent", WHY_NO_OFFSET, standard,
                       "no such token is there: is it plugged in, and its module the right one?");
    if (f.n > 1)
        return why_set(w, "token-absent", WHY_NO_OFFSET, clause,
                       "%zu tokens match: name the one by token= or serial=", f.n);
    *p = f.at;
    return true;
}

bool token_session(const struct token_place *p, bool write, CK_SESSION_HANDLE *out, struct why *w)
{
    CK_FLAGS flags = CKF_SERIAL_SESSION | (write ? CKF_RW_SESSION : 0);
    CK_RV rv = p->m->C_OpenSession(p->slot, flags, NULL, NULL, out);

    return rv == CKR_OK || token_failed(w, "token", rv, "no session with the token");
}

/* One line. Whoever else may read the file has the key. */
static bool read_pin(const char *source, char pin[TOKEN_PIN], struct why *w)
{
    const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : source;
    struct stat st = { 0 };
    ssize_t n = -1;
    int fd;

    if (*path != '/')
        return why_set(w, "token-uri", 0, clause, "pin-source wants the whole path of a file");
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return why_set(w, "token-pin", WHY_NO_OFFSET, NULL, "cannot open the PIN file %.100s: %s", path,
                       strerror(errno));
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & 077))
        n = read(fd, pin, TOKEN_PIN);
    (void)close(fd);
    if (st.st_mode & 077)
        return why_set(w, "token-pin", WHY_NO_OFFSET, NULL, "others may read the PIN file %.100s: chmod 600",
                       path);
    while (n > 0 && (pin[n - 1] == '\n' || pin[n - 1] == '\r'))
        n--;
    if (n <= 0 || n >= TOKEN_PIN)
        return why_set(w, "token-pin", WHY_NO_OFFSET, NULL, "%.100s holds no PIN of 1 to %d bytes", path,
                       TOKEN_PIN - 1);
    pin[n] = '\0';
    return true;
}

static bool get_pin(const struct token_place *p, const struct token_login *login, char pin[TOKEN_PIN],
                    struct why *w)
{
    const char *source = p11_kit_uri_get_pin_source(p->uri);

    if (source)
        return read_pin(source, pin, w);
    if (login && login->ask)
        return login->ask(login->ctx, p->label, pin, w);
    return why_set(w, "token-pin", WHY_NO_OFFSET, clause,
                   "the token wants a PIN: name its file in the URI, ?pin-source=/…");
}

static bool may_try(const struct token_place *p, const struct token_login *login, struct why *w)
{
    if (p->flags & CKF_USER_PIN_LOCKED)
        return why_set(w, "token-pin", WHY_NO_OFFSET, standard,
                       "the token is locked after wrong PINs: its security officer opens it");
    if (!(p->flags & CKF_USER_PIN_INITIALIZED))
        return why_set(w, "token-pin", WHY_NO_OFFSET, standard, "the token has no user PIN yet");
    if (!login && (p->flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY)))
        return why_set(w, "token-pin", WHY_NO_OFFSET, standard,
                       "the token refused a PIN before, and is not tried again so that it does not lock: "
                       "correct the PIN file, then log in once by hand (serai key list --token URI)");
    return true;
}

static bool try_pin(struct token_place *p, CK_SESSION_HANDLE s, char pin[TOKEN_PIN], struct why *w)
{
    struct digest d;
    CK_RV rv;

    digest_of(DIGEST_SHA256, span_str(pin), &d);
    if (p->has_refused && memcmp(p->refused, d.b, sizeof p->refused) == 0)
        return why_set(w, "token-pin", WHY_NO_OFFSET, standard,
                       "the token refused this PIN before: it is not tried again");
    rv = p->m->C_Login(s, CKU_USER, (CK_UTF8CHAR_PTR)pin, (CK_ULONG)strlen(pin));
    if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE) {
        p->has_refused = true;
        memcpy(p->refused, d.b, sizeof p->refused);
    }
    wipe(&d, sizeof d);
    if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
        return true;
    if (rv == CKR_PIN_LOCKED)
        return why_set(w, "token-pin", WHY_NO_OFFSET, standard,
                       "the token is locked after wrong PINs: its security officer opens it");
    return token_failed(w, p->has_refused || rv == CKR_PIN_EXPIRED ? "token-pin" : "token", rv,
                        "the token does not let in");
}

bool token_log_in(struct token_place *p, CK_SESSION_HANDLE s, const struct token_login *login, struct why *w)
{
    CK_SESSION_INFO info;
    char pin[TOKEN_PIN];
    bool ok;

    if (!(p->flags & CKF_LOGIN_REQUIRED) ||
        (p->m->C_GetSessionInfo(s, &info) == CKR_OK &&
         (info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS)))
        return true;
    if (!may_try(p, login, w))
        return false;
    ok = get_pin(p, login, pin, w) && try_pin(p, s, pin, w);
    wipe(pin, sizeof pin);
    return ok;
}
