/* Every ceiling on hostile input, in one place. Above a ceiling the answer is malformed, reason "too-large".
 */
#ifndef SERAI_BASE_LIMITS_H
#define SERAI_BASE_LIMITS_H

enum {
    LIMIT_FILE = 32 * 1024 * 1024,     /* any file given to a command, bytes */
    LIMIT_EVIDENCE = 16 * 1024 * 1024, /* one HTTP body, bytes */
    LIMIT_EVIDENCE_ITEMS = 16,         /* pieces of evidence in one check */
    LIMIT_ASKED_LATE = 7 * 86400,      /* a check that a lane sends when its node is back, seconds after */
    LIMIT_MRZ = 512,                   /* MRZ text with line ends and blanks around, bytes */
    LIMIT_NAME = 1024,                 /* one name in a national script, bytes */
    LIMIT_NAMES_EXPLAINED = 64 * 1024, /* two names side by side, bytes */
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
    LIMIT_WHAT_IF = 200 * 1000,        /* made-up travellers of one what-if of a node */
    LIMIT_COMPLAINT_DAYS = 3650,       /* a term of complaints */
    LIMIT_RECORD_TYPE = 64,            /* name of a type of record, bytes */
    LIMIT_STORE_RECORD = 1024 * 1024,  /* one stored response or permission, bytes */
    LIMIT_COMPLAINT = 32 * 1024,  /* text of a complaint or an answer with what stands beside it, bytes */
    LIMIT_COMPLAINT_EVENTS = 256, /* of one complaint */
    LIMIT_HIT = 16 * 1024,        /* what is kept of a traveller with a hit, or written about it, bytes */
    LIMIT_HIT_EVENTS = 256,       /* of one hit */
    LIMIT_STORE_QUEUE = 4096, /* records waiting to be committed; the next caller waits before it queues */
    LIMIT_STORE_BATCH = 1024, /* records in one transaction */
    LIMIT_STORE_BATCH_BYTES = 16 * 1024 * 1024, /* after so many bytes no further record is taken into it */
    LIMIT_STORE_READERS = 8,                    /* read connections */
    LIMIT_STORE_WAIT_MS = 5000,       /* a batch looks for a leader and a standby of a server, milliseconds */
    LIMIT_STORE_PATIENCE_MS = 5000,   /* until the place of a node that went without a word is taken */
    LIMIT_STORE_AHEAD = 1024 * 1024,  /* sent to a server before the first answer is read, bytes */
    LIMIT_AGREEMENT_LINE = 4096,      /* words and signs in one line with its continuations */
    LIMIT_AGREEMENT_OPS = 1 << 16,    /* steps of all conditions, definitions written out */
    LIMIT_AGREEMENT_NUMBER = 1000000, /* a number of days, years, entries in an agreement */
    LIMIT_IMPORT_FILES = 500 * 1000,  /* files of one import */
    LIMIT_IMPORT_DEPTH = 16,          /* folders in folders */
    LIMIT_STAYS = 4096,               /* entry/exit pairs looked at for one traveller */
    LIMIT_TOLD_LEAST = 5,             /* what counts fewer persons or organisations is not told in figures */
    LIMIT_STATISTICS_DAYS = 90,
};

/* Sets of fingerprints. */
enum {
    LIMIT_LOOKUP_SORT = 64 * 1024 * 1024,   /* memory of many changes that are sorted, bytes */
    LIMIT_LOOKUP_RUNS = 512,                /* of them in files at once: a thousand million changes */
    LIMIT_LOOKUP_CHANGES = 4 * 1000 * 1000, /* since an image; then a change waits for a new one */
    LIMIT_LOOKUP_RANGES = 256 * 1000,       /* of blank documents */
};

/* Published lists of persons and companies. */
enum {
    LIMIT_LIST_XML_DEPTH = 24,                  /* elements in elements */
    LIMIT_LIST_ENTRY = 4 * 1024 * 1024,         /* one entry as its reader holds it, bytes */
    LIMIT_LIST_LINE = 4 * 1024 * 1024,          /* one line of a table or of JSON lines, bytes */
    LIMIT_LIST_VALUES = 4096,                   /* names, dates, documents, … of one entry */
    LIMIT_LIST_BESIDE = 64 * 1024 * 1024,       /* tables beside the one of entries, bytes */
    LIMIT_LIST_ENTRIES = 16 * 1000 * 1000,      /* of one list */
    LIMIT_LISTS = 24,                           /* published lists that a node keeps */
    LIMIT_LIST_QUARANTINE = 100 * 1000,         /* entries that do not read; a file with more is refused */
    LIMIT_LIST_QUERIES = 500,                   /* in one request for matches */
    LIMIT_SCREEN_DOCUMENTS = 256 * 1024 * 1024, /* numbers of documents beside a shelf of names, bytes */
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
    LIMIT_SERVICES = 16,                /* behind a node that answer questions */
    LIMIT_SERVICE_CALLS = 8,            /* to one of them at once */
    LIMIT_SERVICE_MS = 20 * 1000,       /* for it to answer; less than LIMIT_ASK_TRY_MS */
    LIMIT_CASE_EVENTS = 1024,           /* read of one case */
    LIMIT_CASE_PAGE = 500,              /* cases on one page */
    LIMIT_REGISTER_ENTRIES = 256,       /* read of one licence's history */
    LIMIT_DESKS = 64,                   /* answering members in one process */
};

/* Links between members' nodes. */
enum {
    LIMIT_LINKS = 64,                     /* members that can be called */
    LIMIT_LINK_PINS = 4,                  /* transport keys of one member at once */
    LIMIT_LINK_CALLS = 16,                /* connections to one member at once */
    LIMIT_LINK_ADDRESS = 200,             /* where a member's node is, bytes */
    LIMIT_LINK_ANSWER = 17 * 1024 * 1024, /* an answer: the longest entry bundle has 16.8 MB, bytes */
    LIMIT_LINK_SECONDS = 60,              /* for one call */
    LIMIT_LINK_CONNECT_SECONDS = 5,       /* of these to connect, with TLS */
    LIMIT_LINK_IDLE_SECONDS = 12,         /* a kept connection is used again: less than half of what the other
                                             side waits, LIMIT_CONNECTION_SECONDS */
    LIMIT_LINK_BACK_OFF_SECONDS = 60,     /* the longest pause after failures */
};

/* What one node takes on at a time. */
enum {
    LIMIT_CONFIG = 64 * 1024,         /* node.conf, bytes */
    LIMIT_PACKED = 1024,              /* a shorter answer is sent as it is, bytes */
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
    LIMIT_EVENT_STREAMS = 256,               /* streams of events at once */
    LIMIT_EVENT_STREAMS_EACH = 8,            /* of them from one address that is not this machine's */
    LIMIT_EVENT_GATHER_MS = 100,             /* changes within this time are one event */
    LIMIT_EVENT_HEARTBEAT_MS = 20 * 1000,    /* a stream with nothing to say says so */
    LIMIT_EVENT_TOKEN_SECONDS = 600,         /* a program's stream; then it shows its token again */
    LIMIT_STOP_SECONDS = 10,                 /* for requests under way when the node is stopped */
};

/* Permissions and applications for them. */
enum {
    LIMIT_PERMISSION_ITEMS = 64,               /* things asked, documents, members consulted of one kind */
    LIMIT_PERMISSION_CONSULT_DAYS = 59,        /* for a member that is consulted */
    LIMIT_PERMISSION_STAY = 254,               /* days of stay or entries that a visa's seal can say */
    LIMIT_APPLICATION_CONTENT = 64 * 1024,     /* what an applicant says, bytes */
    LIMIT_APPLICATION_FILE = 3 * 1024 * 1024,  /* one document attached */
    LIMIT_APPLICATION_FILES = 8 * 1024 * 1024, /* all of one application */
    LIMIT_APPLICATION_EVENTS = 512,            /* of one application */
};

/* Notices. */
enum {
    LIMIT_NOTICE = 64 * 1024,     /* bytes of one */
    LIMIT_NOTICE_TEXT = 8 * 1024, /* of one text in it */
};

/* Lists of travellers who are to come. */
enum {
    LIMIT_MANIFEST = 48 * 1024 * 1024,     /* one list, bytes */
    LIMIT_MANIFEST_PERSONS = 100 * 1000,   /* in one */
    LIMIT_MANIFEST_ITEM = 16 * 1024,       /* one person in JSON, bytes */
    LIMIT_MANIFEST_PART = 4 * 1024 * 1024, /* of a list or its results, sealed, bytes */
};

/* The TAXII client. */
enum {
    LIMIT_TAXII_ANSWER = 64 * 1024 * 1024,         /* one page, bytes */
    LIMIT_TAXII_ANSWER_MEMORY = 512 * 1024 * 1024, /* with its nodes */
    LIMIT_TAXII_CLIENT_PAGE = 10000,               /* objects of a page that it asks for itself */
    LIMIT_TAXII_PUSH = 8 * 1024 * 1024,            /* one POST, bytes */
    LIMIT_TAXII_RETRY_SECONDS = 15 * 60,           /* the longest pause that a server is given */
};

/* Sources of threat intelligence. */
enum {
    LIMIT_WARNINGLISTS = 1024,                   /* lists looked into at once; a multiple of 64 */
    LIMIT_WARNINGLIST_ENTRIES = 8 * 1000 * 1000, /* of all of them */
    LIMIT_WARNINGLIST_REGEX = 4096,              /* expressions among them */
    LIMIT_REGEX_STEPS = 100 * 1000,              /* of one expression over one value */
    LIMIT_INTEL_FILE = 256 * 1024 * 1024,        /* a list, feed or event, unpacked, bytes */
    LIMIT_INTEL_OUT = 1024 * 1024 * 1024,        /* what is made of files, bytes */
    LIMIT_MISP_WRITER = 1024 * 1024 * 1024,      /* objects held to write events, bytes */
};

/* Posts, slots of time, waiting. */
enum {
    LIMIT_POSTS_FILE = 256 * 1024, /* bytes */
    LIMIT_POSTS = 256,
    LIMIT_POST_NAMES = 8,         /* languages */
    LIMIT_POST_OPENINGS = 8,      /* of a gate */
    LIMIT_SLOT_GROUP = 200,       /* persons of one slot */
    LIMIT_SLOT_TOKEN = 512,       /* characters */
    LIMIT_SLOT_DRAW = 4096,       /* requests looked at for one slot at a draw */
    LIMIT_SLOT_EVENTS = 10000,    /* read at once */
    LIMIT_SLOT_DAYS = 4096,       /* days a slot may be ahead, and draws of a day, with room */
    LIMIT_WAITING_COUNT = 100000, /* counted at once */
};

/* Assets by product, and what they are exposed to. */
enum {
    LIMIT_ASSETS = 96 * 1024 * 1024,         /* one list, bytes */
    LIMIT_ASSET_MEMORY = 1024 * 1024 * 1024, /* arena of one in JSON */
    LIMIT_EXPOSURE_SECTORS = 64,             /* told apart on a board; further ones are one */
};

/* Objects of the cyber service. */
enum {
    LIMIT_CYBER_OBJECT = 1024 * 1024, /* one STIX object, bytes */
    LIMIT_CYBER_VERSIONS = 20000,     /* of one object */
    LIMIT_CYBER_VARIANTS = 64,        /* contents of one observable */
    LIMIT_CYBER_LOOKED = 20000,       /* objects looked into for one answer to a person */
    LIMIT_CYBER_PERSONS = 512,        /* with a clearance of their own */
};

/* TAXII 2.1. */
enum {
    LIMIT_TAXII_ROOTS = 64,
    LIMIT_TAXII_COLLECTIONS = 256,
    LIMIT_TAXII_ACCOUNTS = 512,
    LIMIT_TAXII_PAGE = 10000,                    /* objects of one answer */
    LIMIT_TAXII_PAGE_BYTES = 4 * 1024 * 1024,    /* after so many no further object is taken into it */
    LIMIT_TAXII_ALTERNATIVES = 64,               /* values of one filter */
    LIMIT_TAXII_ACCEPT = 4096,                   /* an Accept header, bytes */
    LIMIT_TAXII_CONTENT_MOST = 64 * 1024 * 1024, /* what node.conf may say */
    LIMIT_TAXII_CONTENT = 9765625,               /* one POST unless node.conf says otherwise, bytes */
    LIMIT_TAXII_QUARANTINE = 1024 * 1024 * 1024, /* of one day, bytes; then reasons alone are kept */
};

/* Objects of the cyber service between members. */
enum {
    LIMIT_CYBER_BATCH = 8 * 1024 * 1024,   /* objects of one record before they are compressed, bytes */
    LIMIT_CYBER_BATCH_OBJECTS = 64 * 1024, /* in one record */
    LIMIT_CYBER_TOLD = 256 * 1024,         /* what another member says of records of ours, bytes */
    LIMIT_CYBER_RULE_DAYS = 366,           /* how long a standing rule of release may run */
    LIMIT_CYBER_RULE_STEPS = 5000,         /* said of all standing rules together */
    LIMIT_CYBER_RULE_BATCH = 2000,         /* records that a rule looks at before it may be suspended again */
    LIMIT_CYBER_RELEASE = 2 * 1000 * 1000, /* objects released at once */
};

/* Indicators matched against logs. */
enum {
    LIMIT_DETECT_SIGHTINGS = 1000 * 1000, /* indicators and days that a detector counts at once */
    LIMIT_DETECT_DELTA = 256 * 1000,      /* changes since an image; then a new one is compiled */
    LIMIT_DETECT_DELTA_BYTES = 64 * 1024 * 1024,
    LIMIT_DETECT_SOURCE = 2000 * 1000 * 1000, /* a file of indicators, bytes */
    LIMIT_DETECT_PATTERNS = 100 * 1000,
};

/* STIX patterns. */
enum {
    LIMIT_PATTERN = 1024 * 1024,              /* bytes of one */
    LIMIT_PATTERN_NODES = 64 * 1024,          /* comparisons and what joins them */
    LIMIT_PATTERN_CONSTANTS = 128 * 1024,     /* of all comparisons */
    LIMIT_PATTERN_DEPTH = 256,                /* parentheses within each other */
    LIMIT_PATTERN_STEP = 64,                  /* steps of one object path */
    LIMIT_PATTERN_REGEX = 64 * 1024,          /* bytes of a regular expression */
    LIMIT_PATTERN_REGEX_MATCH = 200 * 1000,   /* PCRE2 match limit of one search */
    LIMIT_PATTERN_REGEX_HEAP = 1024,          /* of one search, KiB */
    LIMIT_PATTERN_VALUES = 100 * 1000,        /* values one comparison looks at in one object */
    LIMIT_PATTERN_VALUE = 1024 * 1024,        /* bytes of a value that is brought into normal form */
    LIMIT_PATTERN_SCRATCH = 64 * 1024 * 1024, /* bytes to compare one observation */
    LIMIT_PATTERN_OBSERVATIONS = 100 * 1000,  /* in one list */
    LIMIT_PATTERN_SLOTS = 4096,               /* brackets with their repetitions that are looked at apart */
    LIMIT_PATTERN_STEPS = 30 * 1000 * 1000,   /* of one search for a binding */
    LIMIT_PATTERN_REMEMBERED = 4096,          /* observations of one pattern in a watch */
    LIMIT_PATTERN_FACT_OBJECTS = 64,          /* objects in one record */
    LIMIT_PATTERN_LITERAL_LEAST = 3,          /* octets of a literal inside a value */
};

/* Threat intelligence in STIX. */
enum {
    LIMIT_STIX_OBJECT = 4 * 1024 * 1024,  /* one object, bytes; the longest of ATT&CK has 217 kB */
    LIMIT_STIX_HEAD = 256 * 1024,         /* of a bundle, all but its objects, bytes */
    LIMIT_STIX_MEMORY = 64 * 1024 * 1024, /* arena of one object */
    LIMIT_STIX_FILE = 1024 * 1024 * 1024, /* a file given to a command, unpacked */
    LIMIT_STIX_KNOWN = 16 * 1024 * 1024,  /* objects of one bundle that are told apart */
};

/* Advisories and playbooks. */
enum {
    LIMIT_CSAF = 20 * 1024 * 1024,          /* one advisory, bytes: CSAF 2.0 C.1 has 15 MB */
    LIMIT_ADVISORY_READS = 8 * 1024 * 1024, /* one file of who read protected ones, bytes */
    LIMIT_ADVISORY_READS_OLDER = 7,         /* files of it beside the newest */
    LIMIT_CSAF_MEMORY = 256 * 1024 * 1024,  /* arena of one */
    LIMIT_CSAF_FINDINGS = 500,              /* told of one advisory; further ones are counted */
    LIMIT_CACAO = 8 * 1024 * 1024,          /* one playbook, bytes */
    LIMIT_CACAO_MEMORY = 128 * 1024 * 1024,
    LIMIT_CACAO_FINDINGS = 500,
    LIMIT_CACAO_DRAWN = 2000,               /* steps in a drawing */
    LIMIT_CACAO_SIGNATURES = 64,            /* looked at in one playbook */
    LIMIT_ADVISORIES = 20 * 1000,           /* in one folder of a provider */
    LIMIT_ADVISORY_FEED = 64 * 1024 * 1024, /* index, changes or feed of a provider, bytes */
};

/* Cooperation of members: playbooks, advisories, offers and requests, contacts. */
enum {
    LIMIT_COOPERATION = 768 * 1024,               /* one record, bytes */
    LIMIT_COOPERATION_RECORDS = 50 * 1000,        /* of one part, looked at together */
    LIMIT_COOPERATION_MEMORY = 256 * 1024 * 1024, /* of them */
    LIMIT_COOPERATION_ITEMS = 64,                 /* in a list of a record: States, languages, products */
};

/* Signing in with passkeys and with an OpenID provider. */
enum {
    LIMIT_CHALLENGES = 4096,          /* given out and not yet back */
    LIMIT_CHALLENGES_FROM = 64,       /* of them, from one network */
    LIMIT_CHALLENGE_SECONDS = 5 * 60, /* a challenge may be brought back */
    LIMIT_CHALLENGE_KEPT = 512,       /* bytes kept with one */
    LIMIT_CLIENT_DATA = 4096,         /* of a browser about a passkey, bytes */
    LIMIT_OIDC_NEXT = 400,            /* of the page one goes back to, bytes: they are kept with the state */
    LIMIT_PASSKEY_ORIGINS = 8,        /* of pages of one node */
    LIMIT_OIDC_ROLES = 64,            /* values of a claim that stand for roles */
    LIMIT_PASSKEYS = 16,              /* of one person */
    LIMIT_PASSKEY_ID = 764,           /* bytes */
    LIMIT_AUTHENTICATOR = 16 * 1024,  /* what an authenticator says, bytes */
    LIMIT_ID_TOKEN = 16 * 1024,       /* bytes, as written */
    LIMIT_ID_TOKEN_SKEW = 60,         /* seconds a provider's clock may differ */
    LIMIT_ID_TOKEN_AGE = 10 * 60,     /* seconds since it was issued */
    LIMIT_OIDC_BODY = 256 * 1024,     /* answer of a provider, bytes */
    LIMIT_OIDC_CODE = 4096,           /* that a browser brings back, bytes */
    LIMIT_OIDC_MS = 10 * 1000,        /* for it to answer */
    LIMIT_OIDC_KEYS = 32,             /* of a provider */
    LIMIT_OIDC_AGAIN = 60,     /* seconds from a fetch of its keys to one for a key that is not known */
    LIMIT_OIDC_KEPT = 60 * 60, /* seconds until its description and keys are fetched again */
};

/* Persons who sign in. */
enum {
    LIMIT_SESSIONS = 4096,       /* at one node */
    LIMIT_PERSON_SESSIONS = 8,   /* of one person */
    LIMIT_SIGN_IN_PLACES = 1024, /* addresses whose attempts are counted */
    LIMIT_SIGN_IN_TRIES = 20,    /* that failed, of one address within SIGN_IN_MINUTE */
};

#endif
