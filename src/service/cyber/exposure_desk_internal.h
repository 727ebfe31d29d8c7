/* What the files of the exposure desk share. */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_DESK_INTERNAL_H
#define SERAI_SERVICE_CYBER_EXPOSURE_DESK_INTERNAL_H

#include "service/cyber/exposure_desk.h"

#define EXPOSURE_ASSETS   "assets"
#define EXPOSURE_ADVISORY "advisory"
#define EXPOSURE_KEV      "kev"
#define EXPOSURE_FINDINGS "findings"
#define EXPOSURE_HEADER   "vendor,product,version,cpe,purl,organisation,sector,count,internet_facing\n"

/* On record before anything is done or told. */
MUST_USE bool exposure_note(const struct exposure_desk *d, const struct exposure_ask *q, const char *what,
                            struct span id, unix_time now, struct why *w);

#endif
