/* A PKCS #11 module for tests, in memory: one token, one key, and every call can be made to fail. The test
 * that loaded it finds `fake_token` in it and changes what it does. */
#ifndef SERAI_TESTS_FAKE_TOKEN_H
#define SERAI_TESTS_FAKE_TOKEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define FAKE_LABEL "SPECIMEN FAKE"
#define FAKE_PIN   "1234"

enum fake_call {
    FAKE_INITIALIZE,
    FAKE_SLOTS,
    FAKE_TOKEN_INFO,
    FAKE_SESSION,
    FAKE_LOGIN,
    FAKE_FIND,
    FAKE_ATTRIBUTE,
    FAKE_SIGN_INIT,
    FAKE_SIGN,
    FAKE_CALLS
};

struct fake_token {
    unsigned long fails[FAKE_CALLS]; /* CK_RV that the call returns; 0: it works */
    unsigned fail_once[FAKE_CALLS];  /* how often it fails; 0: always */
    atomic_uint count[FAKE_CALLS];
    atomic_uint open, most, signing, signing_most; /* sessions; threads in C_Sign */
    unsigned sessions;                             /* as many as there may be; 0: any number */
    bool gone;                                     /* the token is pulled out: sessions are lost */
    bool twice;                                    /* two tokens of that label */
    unsigned keys;                                 /* private keys of the label */
    bool no_public;                                /* the public half is no object of its own */
    bool point_in_private, info_in_private;
    bool raw_point, bit_point, long_point;
    bool curve_name, other_curve, rsa, may_not_sign, each_time;
    bool other_public; /* the public half is that of another key */
    bool wrong_signature, short_signature;
    unsigned long flags; /* more flags of the token */
    uint8_t seed[32];
    unsigned logins, refused;
    unsigned slow_us; /* that C_Sign takes */
};

#endif
