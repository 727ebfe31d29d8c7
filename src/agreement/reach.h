/*
 * Whether conditions can hold together: what each condition says of one fact by a list, a range or a state's
 * being a party is intersected. What cannot be told so counts as possible, so a fault found here is a fault.
 */
#ifndef SERAI_AGREEMENT_REACH_H
#define SERAI_AGREEMENT_REACH_H

#include "agreement/lex.h"
#include "agreement/model.h"

/* Faults for articles, exceptions and rows that can never apply. */
void agreement_reach(const struct agreement *a, struct agreement_faults *faults);

#endif
