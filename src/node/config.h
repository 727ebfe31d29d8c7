/*
 * node.conf: how one node is set up. A line is `key = value`; `#` begins a comment. An unknown or doubled
 * key, a missing one or a bad value is an error that names line, column and what was expected. Lists have
 * blanks between items, or commas, which items of several words need.
 */
#ifndef SERAI_NODE_CONFIG_H
#define SERAI_NODE_CONFIG_H

#include "base/arena.h"
#include "base/why.h"
#include "node/cyber_person.h"
#include "node/prove_config.h"
#include "node/service_config.h"
#include "node/taxii_config.h"

enum { CONFIG_LIST = 64, CONFIG_PORT = 7311, CONFIG_PEER_PORT = 7411, CONFIG_STALE_HOURS = 24 };

struct config_list {
    size_t n;
    const char *item[CONFIG_LIST];
};

/* Paths are absolute, or relative to the folder of the file and then joined with it. All memory is the
 * arena's. */
struct node_config {
    const char *member;       /* "IR" */
    const char *name;         /* "ir.specimen": signs receipts */
    const char *host;         /* address to listen on, numeric: "127.0.0.1", "::1" */
    uint16_t port;            /* 0: any free one */
    const char *agreement;    /* file */
    const char *anchors;      /* folder or file; NULL: none */
    const char *trust;        /* folder of the bloc's trust list; NULL: none */
    const char *status;       /* folder of status tokens of licences; NULL: none */
    const char *advisories;   /* folder that serai advisory publish made; NULL: none are served */
    const char *aggregator;   /* folder that serai advisory aggregate made; NULL: none is served */
    const char *lookup;       /* folder of listed documents and revoked permissions; NULL: none */
    const char *cyber;        /* folder of objects of the cyber service; NULL: none are kept */
    const char *detector;     /* folder of the image that detectors read; NULL: none is made */
    const char *warninglists; /* folder of MISP warning lists; NULL: none */
    unsigned days_address, days_name, days_url, days_mail, days_hash; /* of indicators; 0: not said */
    const char *store;         /* database file, or "postgresql://…" */
    const char *store_folder;  /* of its key file */
    const char *store_confirm; /* "standby": a commit counts when one has it; "leader"; NULL: by the path */
    const char *node_key;      /* file or pkcs11: URI (seal/signing_key.h); NULL: no receipts */
    const char *signer_key;    /* PKCS #8 file for seals the member issues; NULL: issues none */
    const char *signer_certificate; /* NULL: issues none */
    const char *list_signer_key;    /* PKCS #8 file for master lists the member issues; NULL: issues none */
    const char *list_signer_certificate;
    const char *vical_signer_key; /* PKCS #8 file for lists of licence authorities it issues; NULL: none */
    const char *vical_signer_certificate;
    const char
        *country_certificate; /* that certified the list signer, and goes into its lists; may be NULL */
    const char
        *licence_signer_key; /* PKCS #8 file for mobile licences the member issues; NULL: issues none */
    const char *licence_signer_certificate;
    const char *licence_authority_certificate; /* that certified it; may be NULL */
    const char *tls_certificate;               /* PEM chain; NULL: plain HTTP, loopback only */
    const char *tls_key;
    bool sign_in;                            /* whoever asks signs in first */
    unsigned sign_in_minutes, sign_in_hours; /* a session that is not used, and any; 0: PERSON_… */
    struct prove_config *prove;              /* passkeys, the OpenID provider; NULL: neither is offered */
    const char *officers_ca; /* PEM: who certifies officers; NULL: no certificates are asked for */
    const char *peer_host;   /* address of the members' port, numeric; NULL: only this node calls others */
    uint16_t peer_port;
    const char *peer_address;          /* as others reach that port, for the member's card; NULL: none */
    const char *transport_key;         /* PEM; NULL: no part in the federation */
    const char *transport_certificate; /* PEM, self-signed */
    const char *log_key;               /* of this member's logs; NULL: publishes nothing */
    const char *log_key_before;        /* the one it replaced, as a verifier key; NULL: none */
    const char *witness_key;           /* NULL: cosigns nothing */
    const char *logs;                  /* folder of logs, own and others'; NULL: none */
    const char *logs_keep;             /* what was signed last: a folder outside of backups, or "etcd …" */
    const char *sync_from; /* an edge, which signs nothing: its member's state, or the address of its node;
                              NULL: a member's own node */
    const char *edges;     /* file of the edges that may read here (node/edges.h); NULL: none */
    unsigned stale_hours;  /* so old may another member's log be here before it is told */
    const char *desks;     /* folder of nodes that answer questions in this process; NULL: none */
    struct services_config services; /* that answer questions of other members */
    const char *reader;              /* part of a card reader's name, "any", or NULL: none stands here */
    const char *offence_authority;   /* of notices of offences: the office that fines; NULL: each says it */
    const char *offence_redress;     /* how a fine is contested; NULL: each notice says it */
    const char *match_purpose;       /* of clients of /match that say none; NULL: these are refused */
    const char *match_officer;       /* in whose name they ask */
    unsigned offence_days;           /* to pay or contest; 0: 30 */
    struct config_list
        exposure_offices; /* that see and close findings of exposure; none: whoever gives an id */
    struct config_list notice_officers; /* offices that act on notices; none: whoever gives an id */
    struct config_list officers;        /* offices that decide on applications; none: whoever gives an id */
    unsigned applications_kept;         /* months after their end that applications are kept; 0: 12 */
    unsigned complaint_acknowledge, complaint_answer, complaint_appeal, complaint_decide,
        complaint_keep; /* terms of complaints in days; 0: complaint_defaults */
    struct config_list complaint_offices, appeal_offices; /* who may answer, who decides; none: any by name */
    unsigned hit_close_hours, hit_answer_hours, hit_remember_days,
        hit_keep_days;          /* of hits; 0: hit_defaults */
    unsigned hit_officers;      /* 2 or more: two close each hit; else as the notice asks */
    int32_t utc_offset;         /* the member's clock, seconds east of UTC: on which day a check falls */
    const char *log;            /* "text", "json" or "off" */
    const char *log_level;      /* "error", "warning" or "info" */
    struct config_list metrics; /* who may read GET /metrics: "loopback", addresses; "off"; none: loopback */
    unsigned threads;           /* 0: as many as processors */
    struct config_list hosts;   /* names under which browsers may reach it besides the address */
    struct config_list languages; /* of the console, first one first: "fa en" */
    struct config_list purposes;  /* travel purposes offered; none: those of the agreement */
    struct config_list modes;     /* "air road rail sea"; none: those of the agreement */
    struct config_list posts;     /* border posts; none: those of the agreement */
    unsigned quarantine_days;     /* that refused objects and statuses are kept; 0: 30 */
    const char *taxii_title, *taxii_description, *taxii_contact, *taxii_default; /* may be NULL */
    struct taxii_config *taxii;    /* NULL: there is no TAXII server */
    struct cyber_persons *persons; /* cleared for cyber objects by name; NULL: nobody */
    const char *post_file;         /* posts with capacity and slots of time; NULL: none are given */
};

/* Where in the file and what; line and column from 1, column counts characters. */
struct config_fault {
    unsigned line, column; /* 0: the file as a whole */
    char message[240];
};

/* folder is what relative paths start from. *out is untouched on failure. */
MUST_USE bool config_parse(struct span text, const char *folder, struct arena *a, struct node_config *out,
                           struct config_fault *fault);

/* Reads the file; reason "config" with path, line and column in the detail. */
MUST_USE bool config_load(const char *path, struct arena *a, struct node_config *out, struct why *w);

/* How the node's store is opened. */
struct store_options;
void config_store(const struct node_config *c, struct store_options *out);

/* The address is one that only this machine reaches: 127.0.0.0/8 or ::1. */
bool config_is_loopback(const char *host);

#endif
