/*
 * Rules that contradict or shadow each other, found by walking all cases that the text tells apart. What is
 * reported holds for every traveller; where there are too many cases nothing is claimed.
 */
#ifndef SERAI_AGREEMENT_CONFLICT_H
#define SERAI_AGREEMENT_CONFLICT_H

#include "agreement/cases.h"

/* Adds warnings to faults: what contradicts names a traveller for whom it does. */
void agreement_conflicts(struct cases *c, struct agreement_faults *faults);

#endif
