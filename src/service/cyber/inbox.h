/*
 * What is new for one officer: objects that others released here, recalls, sightings and opinions of what is
 * this member's, parts of exercises, and what members say to each other (advisories, playbooks, offers and
 * requests). In the order of coming; what the officer may not read has no item, no count and no place. Where
 * one is stands in a sealed text of the officer and the filters it was made for: it tells nobody how much
 * lies between, and nothing is kept of who pages. Read up to a place, and items that are done, are kept. JSON
 * in, JSON out, schemas of web/openapi.json.
 */
#ifndef SERAI_SERVICE_CYBER_INBOX_H
#define SERAI_SERVICE_CYBER_INBOX_H

#include "service/cyber/alert.h"
#include "store/inbox.h"

enum inbox_kind {
    INBOX_ADVISORY,
    INBOX_RECALL,
    INBOX_REQUEST,
    INBOX_OFFER,
    INBOX_PLAYBOOK,
    INBOX_SIGHTING, /* of an object of this member, by another one */
    INBOX_OPINION,  /* the same */
    INBOX_EXERCISE,
    INBOX_OBJECT,
    INBOX_KINDS
};
const char *inbox_kind_word(enum inbox_kind k); /* "advisory" */

/*
 * {"kind": WORD, "type": STIX-TYPE, "words": TEXT, "next": TEXT, "most": N}, all of them optional. words:
 * with commas between; an item matters when one of them stands in it, in either case of ASCII: products,
 * sectors. Items, how many there are of each kind (of at most LIMIT_CYBER_LOOKED looked at from there on),
 * "upto" for inbox_mark, "next" when there are more. Reason "next": it was not given for this.
 */
alert_op inbox_list;
/* {"upto": TEXT}: all up to there is read; {"item": TEXT}: that one is done. Reasons "next", "too-large". */
alert_op inbox_mark;

#endif
