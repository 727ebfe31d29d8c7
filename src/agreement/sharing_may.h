/*
 * The label of an object that members share, and ONE pure function over it: who may see it, whereto it may
 * go. The order is FIRST's TLP 2.0: red is for the named recipients, amber+strict for the recipient's
 * organisation (the member's CERT), amber also for its clients (the constituency), green for the community
 * (the bloc), clear for anybody. The examples of an agreement run through it, and the cyber service asks it
 * for whatever leaves (service/cyber/label.h).
 */
#ifndef SERAI_AGREEMENT_SHARING_MAY_H
#define SERAI_AGREEMENT_SHARING_MAY_H

#include "base/buffer.h"
#include "base/date.h"
#include "stix/marking.h"

/* Members and trust groups are places 0..63 in a mask, the same for ever at one node. */
/* CYBER_NOBODY: a group that nobody is of, where two groups would have to hold at once. */
enum { CYBER_PLACES = 64, CYBER_NOBODY = 254, CYBER_NO_PLACE = 255 };
#define CYBER_ALL UINT64_MAX /* all members of the bloc, also later ones */

enum cyber_label_flag {
    CYBER_EXERCISE = 1,  /* of a drill: never to a detector, only to who takes part */
    CYBER_GRANULAR = 2,  /* has granular markings: whole, under the strictest of them, or not at all */
    CYBER_REFER = 4,     /* a marking that is not known: red, and a person looks first */
    CYBER_EMBARGO = 8,   /* until `until` only the CERTs of the audience */
    CYBER_RELAXED = 16,  /* relaxed by its creator's member in a later version; for people, changes nothing */
    CYBER_HELD = 32,     /* quarantined: persons of this node's CERT alone, until one of them decides */
    CYBER_UNMARKED = 64, /* had no marking: tlp is the default of the agreement; for people */
};

/* Fixed: stored as it is, in the order of bytes of the machine, beside each object. */
struct cyber_label {
    uint64_t audience; /* members, 1 << place; the owner may see it always */
    uint32_t until;    /* end of the embargo, seconds since 1970; 0: none */
    uint8_t owner;     /* place of the member whose object it is */
    uint8_t group;     /* place of the trust group whose persons alone read it; CYBER_NO_PLACE: no group */
    uint8_t tlp;       /* enum tlp of stix/marking.h, the strictest of all markings; anything else is red */
    uint8_t flags;     /* enum cyber_label_flag */
};
_Static_assert(sizeof(struct cyber_label) == 16, "a label is 16 bytes");

enum cyber_kind {
    CYBER_ANONYMOUS, /* anybody: only what is clear and for all */
    CYBER_DETECTOR,  /* a machine that matches logs */
    CYBER_TOOL,      /* an account of a program (TAXII, MISP) */
    CYBER_ANALYST,   /* a person */
    CYBER_NODE,      /* another member's node */
};

enum cyber_organisation {
    CYBER_CLIENT, /* of the constituency of a member's CERT */
    CYBER_CERT,   /* the member's CERT itself: the organisation of TLP */
};

struct cyber_reader {
    enum cyber_kind kind;
    enum cyber_organisation organisation;
    uint8_t member;    /* place; CYBER_NO_PLACE: of no member (anonymous) */
    uint8_t clearance; /* enum tlp: the strictest it may read */
    bool exercise;     /* takes part in drills */
    uint64_t groups;   /* trust groups the person or account belongs to, 1 << place */
};

enum cyber_act {
    CYBER_READ,    /* see it here */
    CYBER_FORWARD, /* to the member of the reader */
    CYBER_EXPORT,  /* into a detector or blocking device of the reader */
    CYBER_ACTS
};

/* Why not. The order is that of asking: the first that holds is told. */
enum cyber_verdict {
    CYBER_ALLOWED,
    CYBER_NOT_MEMBER,  /* the reader belongs to no member, or to one that the article does not bind */
    CYBER_IS_HELD,     /* quarantined, or waits for a person */
    CYBER_AUDIENCE,    /* for others */
    CYBER_GROUP,       /* the trust group of the object is not the reader's */
    CYBER_NOT_CLEARED, /* stricter than the reader is cleared for */
    CYBER_PERSONS,     /* red: named persons alone */
    CYBER_STRICT,      /* amber+strict: the CERT alone */
    CYBER_CLIENTS,     /* amber of another member: the agreement does not let it reach clients */
    CYBER_PUBLIC,      /* not clear, or not for all: not for anybody */
    CYBER_NOT_ONWARD,  /* who received it may not pass it on */
    CYBER_EMBARGOED,   /* not yet */
    CYBER_DRILL,       /* of an exercise */
    CYBER_MACHINES,    /* stricter than what may go into a detector of a member that does not own it */
    CYBER_VERDICTS
};

/* What the agreement says of sharing, in the places of this node (agreement/sharing.h makes it). All zero:
 * the strictest: nothing goes on, clients get nothing of others, nothing is public. */
struct cyber_law {
    uint64_t bound;    /* members that the article binds today */
    uint8_t self;      /* place of this node's member */
    uint8_t onward;    /* 1 + enum tlp: who received may pass on up to this; 0: nothing */
    uint8_t clients;   /* 1 + enum tlp: clients read what other members own up to this; 0: nothing */
    uint8_t detectors; /* 1 + enum tlp: exported up to this; 0: nothing. Red never */
    bool open;         /* what is clear and for all may be read by anybody */
    uint64_t group[CYBER_PLACES]; /* members of each trust group */
    uint64_t groups;              /* which groups there are */
    uint8_t unmarked;             /* enum tlp of objects without a marking; never clear */
};

/*
 * Pure, allocates nothing, some nanoseconds. Monotone: a label that is stricter in one or more of its parts
 * (cyber_label_below) is never allowed where the other is not; nor a law or a reader that allows less.
 */
enum cyber_verdict cyber_may(const struct cyber_law *law, const struct cyber_reader *reader,
                             const struct cyber_label *label, enum cyber_act act, unix_time now);

/* a is at least as strict as b in every part, and of the same owner. */
bool cyber_label_below(const struct cyber_label *a, const struct cyber_label *b);
/* The weakest label that is at least as strict as both; of a's owner. Two groups: nobody. */
struct cyber_label cyber_label_meet(const struct cyber_label *a, const struct cyber_label *b);

const char *cyber_verdict_word(enum cyber_verdict v); /* "audience": stable, kebab-case */
const char *cyber_verdict_say(enum cyber_verdict v);  /* one sentence in English */
const char *cyber_kind_word(enum cyber_kind k);       /* "detector" */

#endif
