/*
 * Services behind the node: programs of the member's agencies that answer questions of a topic, by HTTP on
 * this machine or a private network, or as a command. Each is given the body of a question whose signature,
 * basis and times were found good, and what the question says of itself (SERVICE_… below); what it says
 * becomes the signed answer. What cannot be had of it is no answer: the asker is told nothing, and asks
 * again.
 *
 * A service may be asked the same question again, with the same member and reference, when its answer was
 * lost on the way to the disk: it answers again, and acts once.
 */
#ifndef SERAI_NODE_SERVICES_H
#define SERAI_NODE_SERVICES_H

#include "node/service_config.h"
#include "service/ask/ask.h"

struct services;

/* c must outlive them. Reason "config": two for one topic, or a topic in `taken` (ended by NULL). */
MUST_USE bool services_open(const struct services_config *c, const struct ask_topic *const *taken,
                            struct services **ret, struct why *w);
void services_close(struct services *s); /* NULL allowed; after the last call */

/* The topics that `taken` had and those of the services, ended by NULL, for a desk whose ctx these are. */
const struct ask_topic *const *services_topics(const struct services *s);

/* What a service is told of a question; headers, or variables SERAI_FROM, SERAI_ASKED_AT, …. */
#define SERVICE_FROM      "Serai-From"      /* the member that asks, by its signature: KZ */
#define SERVICE_TO        "Serai-To"        /* this member */
#define SERVICE_TOPIC     "Serai-Topic"     /* vehicle register */
#define SERVICE_PURPOSE   "Serai-Purpose"   /* road-check */
#define SERVICE_ARTICLE   "Serai-Article"   /* the legal basis: 11 */
#define SERVICE_ROLE      "Serai-Role"      /* of the office that asks: road-police; may be absent */
#define SERVICE_REFERENCE "Serai-Reference" /* unique with the member that asks */
#define SERVICE_ASKED_AT  "Serai-Asked-At"  /* 2026-01-31T12:00:00Z */
#define SERVICE_UNTIL     "Serai-Until"     /* to be answered by */

/* What it may say besides its body. */
#define SERVICE_SAID   "Serai-Said"   /* answered (when it says nothing), later, unknown, refused */
#define SERVICE_REASON "Serai-Reason" /* of a refusal: small letters, digits and hyphens */
#define SERVICE_SUBJECT                                                                                      \
    "Serai-Subject" /* whom or what it was about: KAZ:NUMBER, for the holder's extract                       \
                     */

#endif
