/*
 * Whether a notice keeps the agreement's rules, and who reviews it. Every node asks this itself of every
 * notice it is told: nobody relies on the issuer's own check.
 */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_RULES_H
#define SERAI_SERVICE_NOTICE_NOTICE_RULES_H

#include "service/notice/notice.h"

/* 1 << enum notice_fault; 0: it keeps all of them. Terms run from n->at. */
uint32_t notice_judge(const struct agreement *g, const struct notice *n);

enum { NOTICE_STAKES = 2 };

/* Parties with a stake besides the issuer: those whose national the person certainly is. At most
 * NOTICE_STAKES, in order; what more is said counts for nothing, so that nobody names members away. */
size_t notice_stakes(const struct agreement *g, const struct notice *n, struct span out[NOTICE_STAKES]);

/*
 * The member that reviews the notice of this id: drawn by the id alone among the parties but the issuer and
 * those with a stake. The number in an id is the count of what the issuer proposed, so neither the text nor a
 * salt changes the draw; every attempt stands in the issuer's log. Empty: nobody is left.
 */
struct span notice_reviewer(const struct agreement *g, struct span id, const struct span *stake, size_t n);

#endif
