/* Every ceiling on hostile input, in one place. Above a ceiling the answer is malformed, reason "too-large".
 */
#ifndef SERAI_BASE_LIMITS_H
#define SERAI_BASE_LIMITS_H

enum {
    LIMIT_FILE = 32 * 1024 * 1024,     /* any file given to a command, bytes */
    LIMIT_EVIDENCE = 16 * 1024 * 1024, /* one HTTP body, bytes */
    LIMIT_EVIDENCE_ITEMS = 16,         /* pieces of evidence in one check */
    LIMIT_MRZ = 512,                   /* MRZ text with line ends and blanks around, bytes */
    LIMIT_NAME = 1024,                 /* one name in a national script, bytes */
    LIMIT_SEAL = 8 * 1024,             /* a visible seal, also after inflating, bytes */
    LIMIT_SEAL_MESSAGES = 64,          /* messages in one seal */
    LIMIT_VDSNC = 16 * 1024,           /* a VDS-NC text, bytes; a QR code holds less than 3 KB */
    LIMIT_AAMVA = 8 * 1024,     /* payload of a barcode on a licence; a PDF417 symbol holds less than 3 KB */
    LIMIT_CBOR_DEPTH = 16,      /* nesting of arrays, maps and tags in one CBOR item */
    LIMIT_CBOR_ITEMS = 1 << 16, /* items in one */
    LIMIT_STATUS_LIST = 16 * 1024 * 1024, /* a status list as unpacked, bytes: 128 million licences */
    LIMIT_STATUS_TOKENS = 4096,           /* status tokens that a node holds */
    LIMIT_JSON_DEPTH = 32,                /* nesting of arrays and objects */
    LIMIT_JSON_NODES = 1 << 20,           /* values in one JSON text */
    LIMIT_DER_DEPTH = 24,                 /* nesting; the deepest real document seen has 15 */
    LIMIT_APPLICATIONS = 16,              /* in EF.DIR */
    LIMIT_OTHER_NAMES = 32,               /* other names in DG11, other persons in DG12 */
    LIMIT_FACE_TEMPLATES = 9,             /* in one DG2: Doc 9303-10 4.7.2 counts from 1 to 9 */
    LIMIT_FACES = 16,                     /* pictures in one DG2 */
    LIMIT_SECURITY_INFOS = 64,            /* in one DG14, EF.CardAccess or EF.CardSecurity */
    LIMIT_CERTIFICATE = 64 * 1024,        /* one certificate, bytes */
    LIMIT_SOD = 256 * 1024,               /* EF.SOD, bytes */
    LIMIT_CHIP_FILE = 1024 * 1024,   /* one file of a chip; a data group with a large portrait has 100 KB */
    LIMIT_CHIP = 4 * 1024 * 1024,    /* all files of one chip, bytes */
    LIMIT_CHIP_FILES = 64,           /* files of one chip read-out, notes of people beside them included */
    LIMIT_RESPONSE = 1024,           /* a chip's answer to active authentication, bytes */
    LIMIT_CHIP_PIECES = 300,         /* GET RESPONSE commands for one answer */
    LIMIT_CHIP_COMMANDS = 16 * 1024, /* commands to one chip in one reading */
    LIMIT_CHIP_SESSIONS = 4,         /* times a chip is opened again after the field was lost */
    LIMIT_ANCHORS = 200 * 1000,      /* certificates in one anchor set */
    LIMIT_LIST_PROVIDERS = 64,       /* providers of lists of licence authorities */
    LIMIT_LICENCE_PRIVILEGES = 64,   /* in one licence; above that none of them counts */
    LIMIT_LICENCE_CODES = 256,       /* restriction codes of all privileges together */
    LIMIT_LICENCE_NOTES = 128,       /* findings kept of one licence */
    LIMIT_ISSUE_ELEMENTS = 1024,     /* of one document that is issued */
    LIMIT_CHIP_RECORD = 16 * 1024,   /* record of chip authentication, bytes */
    LIMIT_PICTURE_PIXELS = 48 * 1000 * 1000,
    LIMIT_PICTURE_SIDE = 20 * 1000,    /* pixels */
    LIMIT_AGREEMENT = 4 * 1024 * 1024, /* agreement text, bytes */
    LIMIT_AGREEMENT_DEPTH = 32,        /* nested conditions and exceptions */
    LIMIT_RECORD_TYPE = 64,            /* name of a type of record, bytes */
    LIMIT_STORE_RECORD = 1024 * 1024,  /* one stored response or permission, bytes */
    LIMIT_STORE_QUEUE = 4096,   /* records waiting to be committed; the next caller waits before it queues */
    LIMIT_STORE_BATCH = 1024,   /* records in one transaction */
    LIMIT_STORE_READERS = 8,    /* read connections */
    LIMIT_STORE_WAIT_MS = 5000, /* a batch looks for a leader and a standby of a server, milliseconds */
    LIMIT_STORE_PATIENCE_MS = 5000,   /* until the place of a node that went without a word is taken */
    LIMIT_STORE_AHEAD = 1024 * 1024,  /* sent to a server before the first answer is read, bytes */
    LIMIT_AGREEMENT_LINE = 4096,      /* words and signs in one line with its continuations */
    LIMIT_AGREEMENT_OPS = 1 << 16,    /* steps of all conditions, definitions written out */
    LIMIT_AGREEMENT_NUMBER = 1000000, /* a number of days, years, entries in an agreement */
    LIMIT_IMPORT_FILES = 500 * 1000,  /* files of one import */
    LIMIT_IMPORT_DEPTH = 16,          /* folders in folders */
    LIMIT_STAYS = 4096,               /* entry/exit pairs looked at for one traveller */
};

/* Keys that sign. */
enum {
    LIMIT_KEY_FILE = 4096,    /* of a key that signs notes, bytes */
    LIMIT_TOKEN_SLOTS = 64,   /* with a token in them, of one module */
    LIMIT_TOKEN_SESSIONS = 8, /* with one token, of threads that sign at once */
    LIMIT_TOKEN_KEYS = 1024,  /* private keys listed of one token */
};

/* Logs. */
enum {
    LIMIT_POLICY = 128,                      /* logs, and witnesses and groups, in one policy */
    LIMIT_CHECKPOINT = 256 * 1024,           /* a signed checkpoint with its cosignatures, bytes */
    LIMIT_LOG_PATH = 4096,                   /* name of a file in a log, with its folders, bytes */
    LIMIT_LOG_BODY = 10 * 1024 * 1024,       /* body of one entry; it stands apart, bytes */
    LIMIT_PUBLISH = 64 * 1024,               /* records published in one call */
    LIMIT_PUBLISH_BYTES = 256 * 1024 * 1024, /* of them in one call, with what is around them */
    LIMIT_SHARDS = 256,                      /* of one stream: years, and tails that were lost */
};

/* Replicas of other members' logs. */
enum {
    LIMIT_REPLICAS = 4096,  /* logs of all members that a node keeps */
    LIMIT_SYNC_LOGS = 1024, /* logs followed in one round */
    LIMIT_PULL_PIECE =
        12 * 1024 * 1024,           /* of a log that is proved and written at once, bytes: a bundle more */
    LIMIT_PULL_ENTRIES = 64 * 1024, /* the same, entries: 256 bundles */
    LIMIT_PULL_BODIES = 8 * 1024 * 1024, /* bodies written at once, bytes */
    LIMIT_PULL_SKEW = 300,               /* seconds that a cosignature may come from the future */
    LIMIT_REPLICA_ROW = 512 * 1024,      /* entries or bodies in one row, bytes, unless one alone is longer */
    LIMIT_REPLICA_TYPES = 60,            /* types of a log that are told apart without reading entries */
    LIMIT_REPLICA_TYPES_TEXT = 16 * 1024, /* their names, bytes */
};

/* Back-ups of a node. */
enum {
    LIMIT_BACKUP_MANIFEST = 512 * 1024 * 1024, /* digests and names of all its files, bytes */
    LIMIT_BACKUP_KEYS = 16 * 1024 * 1024,      /* its keys together, bytes */
    LIMIT_BACKUP_FACTS = 1024 * 1024,          /* what it says of itself, bytes */
};

/* The bloc's trust list. */
enum {
    LIMIT_ACT = 1024 * 1024,     /* the text of one act of a member, bytes */
    LIMIT_ACT_STATEMENTS = 4096, /* in one act */
    LIMIT_ACT_REASON = 400,      /* a reason, or the title of the agreement, bytes */
    LIMIT_ACT_PURPOSE = 60,      /* words of a purpose, bytes */
    LIMIT_ACTS = 100 * 1000,     /* all that a list is made of */
    LIMIT_TRUST_KEYS = 512,      /* lines in the file of the members' keys */
    LIMIT_NAMED_KEYS = 24,       /* keys that acts of one member name, besides */
    LIMIT_KNOWN_KEYS = 2048,     /* all of both */
    LIMIT_NODE_NAME = 64,        /* "kz.specimen", bytes */
    LIMIT_CARD = 16 * 1024,      /* a member's card with its signature, bytes */
    LIMIT_CARDS = 4096,          /* all that a roster is made of */
    LIMIT_KEY_CARDS = 256,       /* of one node key */
    LIMIT_CARD_ADDRESS = 256,    /* where a member is reached, bytes */
};

/* Questions between members. */
enum {
    LIMIT_ASK_BODY = 512 * 1024,           /* of a question or an answer, bytes */
    LIMIT_ASK_MESSAGE = 4096 + 512 * 1024, /* with what stands around it */
    LIMIT_ASK_SKEW = 120,                  /* seconds that a question may come from the future */
    LIMIT_ASK_SECONDS = 60 * 24 * 60 * 60, /* from asking to the deadline */
    LIMIT_ASK_BESIDE = 1024,               /* a longer body stands beside its message, bytes */
    LIMIT_ASK_LARGE = 12 * 1024 * 1024,    /* a body of a topic that takes large ones, bytes */
    LIMIT_ASK_SIGNED = 1024 + LIMIT_ASK_MESSAGE + LIMIT_ASK_LARGE,
    LIMIT_CASE_BODY = LIMIT_ASK_SIGNED, /* of a case or one of its events, bytes */
    LIMIT_ASK_TRY_MS = 30 * 1000,       /* for carrying one, and its answer */
    LIMIT_ASK_GRACE = 20,               /* seconds before a question is sent again by itself */
    LIMIT_ASK_REMINDER = 24 * 60 * 60,  /* seconds before its deadline that a question is named as due */
    LIMIT_CASE_EVENTS = 1024,           /* read of one case */
    LIMIT_CASE_PAGE = 500,              /* cases on one page */
    LIMIT_REGISTER_ENTRIES = 256,       /* read of one licence's history */
    LIMIT_DESKS = 64,                   /* answering members in one process */
};

/* Links between members' nodes. */
enum {
    LIMIT_LINKS = 64,                     /* members that can be called */
    LIMIT_LINK_PINS = 4,                  /* transport keys of one member at once */
    LIMIT_LINK_CALLS = 8,                 /* connections to one member at once */
    LIMIT_LINK_ADDRESS = 200,             /* where a member's node is, bytes */
    LIMIT_LINK_ANSWER = 17 * 1024 * 1024, /* an answer: the longest entry bundle has 16.8 MB, bytes */
    LIMIT_LINK_SECONDS = 60,              /* for one call */
    LIMIT_LINK_CONNECT_SECONDS = 5,       /* of these to connect, with TLS */
    LIMIT_LINK_BACK_OFF_SECONDS = 60,     /* the longest pause after failures */
};

/* What one node takes on at a time. */
enum {
    LIMIT_CONFIG = 64 * 1024,         /* node.conf, bytes */
    LIMIT_CONNECTIONS = 2048,         /* open at once; the next ones are closed */
    LIMIT_PEER_CONNECTIONS = 512,     /* on the members' port; a quarter of them from one address */
    LIMIT_CONNECTION_SECONDS = 30,    /* to send a whole request, or to say nothing */
    LIMIT_BODIES = 256 * 1024 * 1024, /* request bodies in memory at once, bytes */
    LIMIT_SMALL_BODY = 8 * 1024,      /* a larger body may hold a picture and waits in its own queue, bytes */
    LIMIT_BEGUN_BODY = 256 * 1024,    /* a check up to this size is begun at once unless it holds a picture:
                                         a chip with its portrait takes well under a millisecond, bytes */
    LIMIT_WORKERS = 64,               /* small requests that wait for the store, worked on at once */
    LIMIT_REQUEST_MEMORY = 64 * 1024 * 1024, /* arena of one request, bytes */
    LIMIT_PACK_SECONDS = 72 * 60 * 60,       /* what a phone was given may be used, seconds */
    LIMIT_PACK_RENEWED = 12 * 60 * 60,       /* after which it is given anew, seconds */
    LIMIT_STOP_SECONDS = 10,                 /* for requests under way when the node is stopped */
};

#endif
