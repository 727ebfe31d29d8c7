/* Which members a record of each kind has, and of which shape. */
#ifndef SERAI_SERVICE_CYBER_COOPERATION_KINDS_H
#define SERAI_SERVICE_CYBER_COOPERATION_KINDS_H

#include "service/cyber/cooperation.h"

enum coop_shape {
    COOP_WORD,   /* 1..128 visible ASCII characters */
    COOP_LINE,   /* up to 2000 bytes, no control character but line feeds */
    COOP_WHOLE,  /* up to LIMIT_COOPERATION: the text of a playbook */
    COOP_MOMENT, /* "2026-01-31T12:00:00Z" */
    COOP_INT,    /* least..most */
    COOP_REF,    /* the id of a record */
    COOP_HASH,   /* SHA-256, 64 small hexadecimal digits */
    COOP_STATE,  /* two letters */
    COOP_ONE_OF, /* a word of the list */
    COOP_WORDS,  /* a list of words, at least one */
    COOP_LINES,  /* a list of lines */
};

struct coop_field {
    const char *name;
    enum coop_shape shape;
    bool must;
    int64_t least, most;
    const char *const *word; /* of COOP_ONE_OF; ends with NULL */
};

/* Ends with a NULL name. */
const struct coop_field *coop_fields(enum coop_kind k);
/* The member that names the record which one of the kind is about; NULL: none. */
const char *coop_ref_name(enum coop_kind k);

/* The closed lists. Titles: coop_word_title. */
extern const char *const coop_capabilities[]; /* "forensics" … */
extern const char *const coop_urgencies[];
extern const char *const coop_outcomes[];      /* of help */
extern const char *const coop_used_outcomes[]; /* of a playbook */
extern const char *const coop_channels[];
extern const char *const coop_roles[]; /* of contacts: functions, never persons */
extern const char *const coop_inject_kinds[];
/* What each record of a drill or of a test of contacts says of itself, and no other record may. */
#define COOP_EXERCISE "EXERCISE"

#endif
