/* What the files of the exposure desk share. */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_DESK_INTERNAL_H
#define SERAI_SERVICE_CYBER_EXPOSURE_DESK_INTERNAL_H

#include "service/cyber/exposure_desk.h"

#define EXPOSURE_ASSETS   "assets"
#define EXPOSURE_ADVISORY "advisory"
#define EXPOSURE_KEV      "kev"
#define EXPOSURE_FINDINGS "findings"
#define EXPOSURE_TOLD     "told" /* the findings when the last board was told to the members */
#define EXPOSURE_HEADER   "vendor,product,version,cpe,purl,organisation,sector,count,internet_facing\n"

/* On record before anything is done or told. */
MUST_USE bool exposure_note(const struct exposure_desk *d, const struct exposure_ask *q, const char *what,
                            struct span id, unix_time now, struct why *w);

/* Findings under a kind; *found false: none are kept, f stays as it was. */
MUST_USE bool exposure_load(struct store *s, const char *kind, struct exposure_findings *f, bool *found,
                            struct why *w);
MUST_USE bool exposure_keep(struct store *s, const char *kind, const struct exposure_findings *f,
                            unix_time now, struct why *w);

#endif
