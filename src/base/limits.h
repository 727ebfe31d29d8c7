/* Every ceiling on hostile input, in one place. Above a ceiling the answer is malformed, reason "too-large". */
#ifndef SERAI_BASE_LIMITS_H
#define SERAI_BASE_LIMITS_H

enum {
    LIMIT_FILE = 32 * 1024 * 1024,       /* any file given to a command, bytes */
    LIMIT_EVIDENCE = 16 * 1024 * 1024,   /* one HTTP body, bytes */
    LIMIT_EVIDENCE_ITEMS = 16,           /* pieces of evidence in one check */
    LIMIT_MRZ = 512,                     /* MRZ text with line ends and blanks around, bytes */
    LIMIT_SEAL = 8 * 1024,               /* a visible seal, also after inflating, bytes */
    LIMIT_SEAL_MESSAGES = 64,            /* messages in one seal */
    LIMIT_VDSNC = 64 * 1024,             /* a VDS-NC text, bytes */
    LIMIT_JSON_DEPTH = 32,               /* nesting of arrays and objects */
    LIMIT_JSON_NODES = 1 << 20,          /* values in one JSON text */
    LIMIT_DER_DEPTH = 24,                /* nesting; the deepest real document seen has 15 */
    LIMIT_CERTIFICATE = 64 * 1024,       /* one certificate, bytes */
    LIMIT_SOD = 256 * 1024,              /* EF.SOD, bytes */
    LIMIT_ANCHORS = 200 * 1000,          /* certificates in one anchor set */
    LIMIT_PICTURE_PIXELS = 48 * 1000 * 1000,
    LIMIT_AGREEMENT = 4 * 1024 * 1024,   /* agreement text, bytes */
    LIMIT_AGREEMENT_DEPTH = 32,          /* nested conditions and exceptions */
    LIMIT_AGREEMENT_LINE = 4096,         /* words and signs in one line with its continuations */
    LIMIT_AGREEMENT_OPS = 1 << 16,       /* steps of all conditions, definitions written out */
    LIMIT_AGREEMENT_NUMBER = 1000000,    /* a number of days, years, entries in an agreement */
    LIMIT_STAYS = 4096,                  /* entry/exit pairs looked at for one traveller */
};

#endif
