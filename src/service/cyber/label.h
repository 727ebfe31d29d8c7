/*
 * Who may see an object of the cyber service, and where it may go: one label of 16 bytes beside each object,
 * and ONE pure function over it. Everything that leaves the store (a TAXII page, the federation, an export to
 * a detector, the console, MISP) asks cyber_may for each object while it walks, before it counts anything.
 *
 * The order is FIRST's TLP 2.0. A label says how the object came here too: the audience is that of the record
 * it came in, whatever the object itself says; of the two the stricter holds.
 */
#ifndef SERAI_SERVICE_CYBER_LABEL_H
#define SERAI_SERVICE_CYBER_LABEL_H

#include "agreement/sharing.h"
#include "agreement/sharing_may.h"

#endif
