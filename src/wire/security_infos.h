/*
 * SecurityInfos (Doc 9303-11 9.2; BSI TR-03110-3 A.1): the protocols that a chip speaks and their keys, as in
 * EF.CardAccess, DG14 and the signed content of EF.CardSecurity. Pure syntax, spans into the input, never
 * re-encoded. What EF.CardAccess says is not signed: a hint to be compared with DG14 or EF.CardSecurity.
 */
#ifndef SERAI_WIRE_SECURITY_INFOS_H
#define SERAI_WIRE_SECURITY_INFOS_H

#include "base/finding.h"
#include "base/limits.h"

enum security_info_kind {
    SECURITY_INFO_UNKNOWN,          /* another protocol, or a known one of a wrong shape: then a finding */
    SECURITY_INFO_PACE,             /* PACEInfo, Doc 9303-11 9.2.1 */
    SECURITY_INFO_PACE_DOMAIN,      /* PACEDomainParameterInfo, 9.2.2 */
    SECURITY_INFO_ACTIVE_AUTH,      /* ActiveAuthenticationInfo, 9.2.3 */
    SECURITY_INFO_CHIP_AUTH,        /* ChipAuthenticationInfo, 9.2.4 */
    SECURITY_INFO_CHIP_AUTH_DOMAIN, /* ChipAuthenticationDomainParameterInfo, TR-03110-3 A.1.1.2 */
    SECURITY_INFO_CHIP_AUTH_KEY,    /* ChipAuthenticationPublicKeyInfo, 9.2.5 */
    SECURITY_INFO_TERMINAL_AUTH,    /* TerminalAuthenticationInfo, TR-03110-3 A.1.1.3 */
    SECURITY_INFO_EF_DIR,           /* EFDIRInfo, 9.2.10 */
};

enum key_agreement { KEY_AGREEMENT_DH, KEY_AGREEMENT_ECDH };
enum pace_mapping { PACE_MAPPING_GENERIC, PACE_MAPPING_INTEGRATED, PACE_MAPPING_CHIP_AUTH };
/* Secure messaging afterwards: 3DES in CBC with retail MAC, or AES in CBC with CMAC (Doc 9303-11 9.8). */
enum sm_cipher { SM_3DES, SM_AES128, SM_AES192, SM_AES256 };

enum { SECURITY_INFO_NO_ID = -1 };

struct security_info {
    enum security_info_kind kind;

    enum key_agreement agreement; /* PACE, PACE_DOMAIN, CHIP_AUTH, CHIP_AUTH_DOMAIN, CHIP_AUTH_KEY */
    enum pace_mapping mapping;    /* PACE, PACE_DOMAIN */
    enum sm_cipher cipher;        /* PACE, CHIP_AUTH */
    int32_t version;              /* PACE, CHIP_AUTH, TERMINAL_AUTH, ACTIVE_AUTH; else 0 */

    /* parameterId of PACE and PACE_DOMAIN: for PACE a standardized parameter (9.5.1: 0..2 MODP, 8..18 curves)
     * or the number of a PACE_DOMAIN; keyId of CHIP_AUTH*. SECURITY_INFO_NO_ID: absent. */
    int32_t id;

    struct span all; /* the whole SecurityInfo, its SEQUENCE included */
    struct span oid; /* content octets of the protocol's OBJECT IDENTIFIER */

    struct span domain;      /* *_DOMAIN: AlgorithmIdentifier, its SEQUENCE included */
    int32_t standard_domain; /* *_DOMAIN and CHIP_AUTH_KEY: number under standardizedDomainParameters
                                (0.4.0.127.0.7.1.2), else SECURITY_INFO_NO_ID */
    struct span key;         /* CHIP_AUTH_KEY: SubjectPublicKeyInfo, its SEQUENCE included */
    struct span key_bits;    /* CHIP_AUTH_KEY: the bits of its subjectPublicKey, a point or a DER INTEGER */
    struct span signature;   /* ACTIVE_AUTH: content octets of the signature algorithm's OID: ecdsa-plain-*
                                0.4.0.127.0.7.1.1.4.1.*, with RSA anything */
    struct span directory;   /* EF_DIR: the content of EF.DIR */
    struct span cvca_file;   /* TERMINAL_AUTH: file identifier of EF.CVCA, two bytes; empty: 011C */
    struct span cvca_short;  /* TERMINAL_AUTH: its short identifier, one byte; empty: none */
};

struct security_infos {
    size_t n;
    struct security_info item[LIMIT_SECURITY_INFOS]; /* [0, n) initialised, in the order of the SET as read */
};

/*
 * Exactly one SET OF SecurityInfo: EF.CardAccess, the content of DG14, the eContent of EF.CardSecurity.
 * A known protocol of a wrong shape becomes UNKNOWN with finding "security-info"; a version or parameter that
 * the standard does not know stays as it is, with finding "security-info-value". False, out undefined, with
 * reason "security-infos" or "too-large".
 */
MUST_USE bool security_infos_parse(struct span in, struct security_infos *out, struct findings *f,
                                   struct why *w);

/* The same for DG14 with its tag 6E; offsets count from there. */
MUST_USE bool security_infos_parse_dg14(struct span file, struct security_infos *out, struct findings *f,
                                        struct why *w);

/* The first of that kind and id (SECURITY_INFO_NO_ID: any); NULL: none. */
const struct security_info *security_infos_find(const struct security_infos *s, enum security_info_kind kind,
                                                int32_t id);

enum { SECURITY_INFO_TEXT = 96 };

/* The name in the standard, "PACE-ECDH-GM-AES-CBC-CMAC-128", or the OID in numbers: in out, or static. */
const char *security_info_name(const struct security_info *s, char out[SECURITY_INFO_TEXT]);

#endif
