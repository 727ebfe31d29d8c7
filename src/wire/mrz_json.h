/* A zone and what it says about itself as JSON, for every face that shows one. */
#ifndef SERAI_WIRE_MRZ_JSON_H
#define SERAI_WIRE_MRZ_JSON_H

#include "wire/json_write.h"
#include "wire/mrz_suggest.h"

/*
 * One object under key: format, lines, code, issuer, number, ..., birth and expiry as YYYY-MM-DD with X for
 * unknown digits (null: illegal), checks {number: "ok", ...}, checks_ok, dates {birth: "ok", ...}, all_ok,
 * specimen, ...
 */
void mrz_json(struct json_writer *w, const char *key, const struct mrz *m);
/* The members alone, into an object that is open. */
void mrz_json_members(struct json_writer *w, const struct mrz *m);

/* One object: lines, cost, ambiguous, changes [{offset, from, to, confirmed}]. */
void mrz_suggestion_json(struct json_writer *w, const char *key, const struct mrz_suggestion *s,
                         enum mrz_format f);

#endif
