#include "fake_token.h"

#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern struct fake_token fake_token;
struct fake_token fake_token;

enum { KEY = 100, PUBLIC = 200, SESSIONS = 64 };

static struct session {
    bool open, signing;
    unsigned listed;
    CK_OBJECT_CLASS class;
} session[SESSIONS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool logged_in;

static bool fails(enum fake_call c, CK_RV *rv)
{
    bool now;

    fake_token.count[c]++;
    (void)pthread_mutex_lock(&lock);
    now = fake_token.fails[c] != 0;
    *rv = fake_token.fails[c];
    if (now && fake_token.fail_once[c] && --fake_token.fail_once[c] == 0)
        fake_token.fails[c] = 0;
    (void)pthread_mutex_unlock(&lock);
    return now;
}

static struct session *find(CK_SESSION_HANDLE h)
{
    return h && h <= SESSIONS && session[h - 1].open && !fake_token.gone ? &session[h - 1] : NULL;
}

static CK_RV initialize(void *args)
{
    CK_RV rv;

    (void)args;
    memset(session, 0, sizeof session);
    logged_in = false;
    fake_token.open = 0;
    return fails(FAKE_INITIALIZE, &rv) ? rv : CKR_OK;
}

static CK_RV finalize(void *reserved)
{
    (void)reserved;
    return CKR_OK;
}

static void pad(CK_UTF8CHAR *to, size_t n, const char *text)
{
    memset(to, ' ', n);
    memcpy(to, text, strlen(text));
}

static CK_RV get_info(CK_INFO *i)
{
    memset(i, 0, sizeof *i);
    i->cryptokiVersion = (CK_VERSION){ 2, 40 };
    pad(i->manufacturerID, sizeof i->manufacturerID, "SPECIMEN");
    pad(i->libraryDescription, sizeof i->libraryDescription, "SPECIMEN");
    return CKR_OK;
}

static CK_RV get_slots(CK_BBOOL present, CK_SLOT_ID *slot, CK_ULONG *n)
{
    CK_ULONG there = (present && fake_token.gone) ? 0 : fake_token.twice ? 2 : 1;
    CK_RV rv;

    if (fails(FAKE_SLOTS, &rv))
        return rv;
    if (slot && *n < there)
        return CKR_BUFFER_TOO_SMALL;
    for (CK_ULONG i = 0; slot && i < there; i++)
        slot[i] = i + 1;
    *n = there;
    return CKR_OK;
}

static CK_RV get_slot(CK_SLOT_ID slot, CK_SLOT_INFO *i)
{
    (void)slot;
    memset(i, 0, sizeof *i);
    pad(i->slotDescription, sizeof i->slotDescription, "slot");
    pad(i->manufacturerID, sizeof i->manufacturerID, "SPECIMEN");
    i->flags = CKF_TOKEN_PRESENT;
    return CKR_OK;
}

static CK_RV get_token(CK_SLOT_ID slot, CK_TOKEN_INFO *i)
{
    CK_RV rv;

    (void)slot;
    if (fake_token.gone)
        return CKR_TOKEN_NOT_PRESENT;
    if (fails(FAKE_TOKEN_INFO, &rv))
        return rv;
    memset(i, 0, sizeof *i);
    pad(i->label, sizeof i->label, FAKE_LABEL);
    pad(i->manufacturerID, sizeof i->manufacturerID, "SPECIMEN");
    pad(i->model, sizeof i->model, "fake");
    pad(i->serialNumber, sizeof i->serialNumber, slot == 1 ? "1" : "2");
    i->flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED | fake_token.flags;
    return CKR_OK;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *out)
{
    CK_RV rv = CKR_OK;
    CK_ULONG i = 0;

    (void)slot, (void)flags, (void)app, (void)notify;
    if (fake_token.gone)
        return CKR_TOKEN_NOT_PRESENT;
    if (fails(FAKE_SESSION, &rv))
        return rv;
    (void)pthread_mutex_lock(&lock);
    while (i < SESSIONS && session[i].open)
        i++;
    if (i == SESSIONS || (fake_token.sessions && fake_token.open >= fake_token.sessions)) {
        rv = CKR_SESSION_COUNT;
    } else {
        session[i] = (struct session){ .open = true };
        *out = i + 1;
        if (++fake_token.open > fake_token.most)
            fake_token.most = fake_token.open;
    }
    (void)pthread_mutex_unlock(&lock);
    return rv;
}

static CK_RV close_session(CK_SESSION_HANDLE h)
{
    (void)pthread_mutex_lock(&lock);
    if (h && h <= SESSIONS && session[h - 1].open) {
        session[h - 1].open = false;
        if (--fake_token.open == 0)
            logged_in = false;
    }
    (void)pthread_mutex_unlock(&lock);
    return CKR_OK;
}

static CK_RV session_info(CK_SESSION_HANDLE h, CK_SESSION_INFO *i)
{
    if (!find(h))
        return CKR_SESSION_HANDLE_INVALID;
    *i = (CK_SESSION_INFO){ .slotID = 1, .state = logged_in ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION };
    return CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE h, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG n)
{
    CK_RV rv;

    (void)user;
    if (!find(h))
        return CKR_SESSION_HANDLE_INVALID;
    if (fails(FAKE_LOGIN, &rv))
        return rv;
    fake_token.logins++;
    if (n != sizeof FAKE_PIN - 1 || memcmp(pin, FAKE_PIN, n) != 0) {
        fake_token.refused++;
        return CKR_PIN_INCORRECT;
    }
    logged_in = true;
    return CKR_OK;
}

static CK_RV find_init(CK_SESSION_HANDLE h, CK_ATTRIBUTE *like, CK_ULONG n)
{
    struct session *s = find(h);
    CK_RV rv;

    if (!s)
        return CKR_SESSION_HANDLE_INVALID;
    if (fails(FAKE_FIND, &rv))
        return rv;
    s->listed = 0;
    for (CK_ULONG i = 0; i < n; i++) {
        if (like[i].type == CKA_CLASS)
            memcpy(&s->class, like[i].pValue, sizeof s->class);
        if (like[i].type == CKA_LABEL && (like[i].ulValueLen != 3 || memcmp(like[i].pValue, "key", 3) != 0))
            s->listed = 1000;
    }
    return CKR_OK;
}

static CK_RV find_objects(CK_SESSION_HANDLE h, CK_OBJECT_HANDLE *o, CK_ULONG most, CK_ULONG *n)
{
    struct session *s = find(h);
    unsigned there;

    if (!s)
        return CKR_SESSION_HANDLE_INVALID;
    there = s->class == CKO_PRIVATE_KEY ? fake_token.keys : !fake_token.no_public;
    for (*n = 0; *n < most && s->listed < there && *n < 1; (*n)++) /* one by one */
        o[*n] = (s->class == CKO_PRIVATE_KEY ? KEY : PUBLIC) + s->listed++;
    return CKR_OK;
}

static CK_RV find_final(CK_SESSION_HANDLE h)
{
    return find(h) ? CKR_OK : CKR_SESSION_HANDLE_INVALID;
}

static CK_RV give(CK_ATTRIBUTE *a, const void *p, size_t n)
{
    if (a->pValue && a->ulValueLen < n) {
        a->ulValueLen = (CK_ULONG)-1;
        return CKR_BUFFER_TOO_SMALL;
    }
    if (a->pValue)
        memcpy(a->pValue, p, n);
    a->ulValueLen = n;
    return CKR_OK;
}

static void pair(uint8_t pub[32], uint8_t secret[64])
{
    (void)crypto_sign_seed_keypair(pub, secret, fake_token.seed);
}

static CK_RV give_point(CK_ATTRIBUTE *a)
{
    uint8_t point[64] = { 0x04, 32 }, secret[64];

    if (fake_token.raw_point) {
        pair(point, secret);
        point[0] ^= fake_token.other_public;
        return give(a, point, 32);
    }
    if (fake_token.bit_point) {
        memcpy(point, "\x03\x21", 3);
        pair(point + 3, secret);
        return give(a, point, 35);
    }
    pair(point + 2, secret);
    point[2] ^= fake_token.other_public;
    return give(a, point, fake_token.long_point ? 40 : 34);
}

static CK_RV give_attribute(CK_OBJECT_HANDLE o, CK_ATTRIBUTE *a)
{
    static const uint8_t oid[] = { 6, 3, 0x2b, 0x65, 0x70 }, ed448[] = { 6, 3, 0x2b, 0x65, 0x71 },
                         head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
    CK_KEY_TYPE type = fake_token.rsa ? CKK_RSA : CKK_EC_EDWARDS;
    bool private = o < PUBLIC;
    uint8_t info[44], secret[64];
    CK_BBOOL yes;

    switch (a->type) {
    case CKA_KEY_TYPE:
        return give(a, &type, sizeof type);
    case CKA_EC_PARAMS:
        if (fake_token.curve_name)
            return give(a,
                        "\x13\x0c"
                        "edwards25519",
                        14);
        return fake_token.other_curve ? give(a, ed448, sizeof ed448) : give(a, oid, sizeof oid);
    case CKA_ID:
        return give(a, "\1", 1);
    case CKA_LABEL:
        return give(a, "key", 3);
    case CKA_SIGN:
        yes = !fake_token.may_not_sign;
        return give(a, &yes, sizeof yes);
    case CKA_ALWAYS_AUTHENTICATE:
        yes = fake_token.each_time;
        return give(a, &yes, sizeof yes);
    case CKA_EC_POINT:
        if (private && !fake_token.point_in_private)
            break;
        return give_point(a);
    case CKA_PUBLIC_KEY_INFO:
        if (!fake_token.info_in_private)
            break;
        memcpy(info, head, sizeof head);
        pair(info + sizeof head, secret);
        return give(a, info, sizeof info);
    default:
        break;
    }
    a->ulValueLen = (CK_ULONG)-1;
    return CKR_ATTRIBUTE_TYPE_INVALID;
}

static CK_RV get_attributes(CK_SESSION_HANDLE h, CK_OBJECT_HANDLE o, CK_ATTRIBUTE *a, CK_ULONG n)
{
    CK_RV rv = CKR_OK;

    if (!find(h))
        return CKR_SESSION_HANDLE_INVALID;
    if (fails(FAKE_ATTRIBUTE, &rv))
        return rv;
    for (CK_ULONG i = 0; rv == CKR_OK && i < n; i++)
        rv = give_attribute(o, &a[i]);
    return rv;
}

static CK_RV sign_init(CK_SESSION_HANDLE h, CK_MECHANISM *m, CK_OBJECT_HANDLE key)
{
    struct session *s = find(h);
    CK_RV rv;

    if (!s)
        return CKR_SESSION_HANDLE_INVALID;
    if (fails(FAKE_SIGN_INIT, &rv))
        return rv;
    if (s->signing)
        return CKR_OPERATION_ACTIVE;
    if (!logged_in)
        return CKR_USER_NOT_LOGGED_IN;
    if (key < KEY || key >= PUBLIC)
        return CKR_KEY_HANDLE_INVALID;
    s->signing = m->mechanism == CKM_EDDSA;
    return s->signing ? CKR_OK : CKR_MECHANISM_INVALID;
}

static CK_RV sign(CK_SESSION_HANDLE h, CK_BYTE *in, CK_ULONG n, CK_BYTE *sig, CK_ULONG *sig_n)
{
    struct session *s = find(h);
    uint8_t pub[32], secret[64];
    CK_RV rv;

    if (!s)
        return CKR_SESSION_HANDLE_INVALID;
    if (fails(FAKE_SIGN, &rv)) {
        s->signing = false;
        return rv;
    }
    if (!s->signing)
        return CKR_OPERATION_NOT_INITIALIZED;
    if (++fake_token.signing > fake_token.signing_most)
        fake_token.signing_most = fake_token.signing;
    if (fake_token.slow_us)
        (void)usleep(fake_token.slow_us);
    pair(pub, secret);
    (void)crypto_sign_detached(sig, NULL, in, n, secret);
    sig[9] ^= fake_token.wrong_signature;
    *sig_n = fake_token.short_signature ? 63 : 64;
    fake_token.signing--;
    s->signing = false;
    return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out)
{
    static CK_FUNCTION_LIST list = {
        .version = { 2, 40 },
        .C_Initialize = initialize,
        .C_Finalize = finalize,
        .C_GetInfo = get_info,
        .C_GetFunctionList = C_GetFunctionList,
        .C_GetSlotList = get_slots,
        .C_GetSlotInfo = get_slot,
        .C_GetTokenInfo = get_token,
        .C_OpenSession = open_session,
        .C_CloseSession = close_session,
        .C_GetSessionInfo = session_info,
        .C_Login = login,
        .C_FindObjectsInit = find_init,
        .C_FindObjects = find_objects,
        .C_FindObjectsFinal = find_final,
        .C_GetAttributeValue = get_attributes,
        .C_SignInit = sign_init,
        .C_Sign = sign,
    };

    *out = &list;
    return CKR_OK;
}
