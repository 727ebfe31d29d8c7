/*
 * STIX patterns over log records: each record is one observation, made of the fields that were taken from it.
 *
 *   field                                          objects and paths of the observation
 *   id.orig_h, src_ip, client                      ipv4-addr or ipv6-addr:value;
 * network-traffic:src_ref.value id.resp_h, dest_ip, server, other addresses    the same;
 * network-traffic:dst_ref.value (the first three) query, dns.rrname, server_name, tls.sni, host
 * domain-name:value, or the address answers, dns.answers.rdata                     domain-name:value or the
 * address; domain-name:resolves_to_refs[*].value of the name asked for host+uri, http.hostname+url, url
 * url:value, as "http://" and what was written md5, sha1, sha256 (one file) file:hashes.MD5,
 * file:hashes.'SHA-1', file:hashes.'SHA-256' mailfrom, smtp.mail_from                       email-addr:value;
 * email-message:from_ref.value
 *
 * Names are in lower case and ASCII. The time is that of the record, to the second; a record without one has
 * the time of the one before.
 */
#ifndef SERAI_DETECT_OBSERVATION_H
#define SERAI_DETECT_OBSERVATION_H

#include "detect/match.h"

/* The residual patterns of an image, compiled; immutable. */
struct detect_patterns;

/* NULL in *ret: the image has none. Patterns that are not valid or too large are counted in *refused and do
 * not match anything (STIX 2.1 9.4). The image may be closed afterwards. */
void detect_patterns_new(const struct detect_image *i, struct detect_patterns **ret, uint64_t *refused);
void detect_patterns_free(struct detect_patterns *p); /* NULL allowed */
size_t detect_patterns_count(const struct detect_patterns *p);
/* What was compiled is what this image has. */
bool detect_patterns_are_of(const struct detect_patterns *p, const struct detect_image *i);
/* Number k as it is told in a hit. */
const struct detect_indicator *detect_patterns_indicator(const struct detect_patterns *p, size_t k);

/* What one matcher remembers for windows of time. late: seconds that a record may be behind the latest one.
 */
struct detect_watch;
struct detect_watch *detect_watch_new(const struct detect_patterns *p, int64_t late);
void detect_watch_free(struct detect_watch *w); /* NULL allowed */

/* From now on each event is shown to it; NULL: to none. Between two pieces. */
void detect_matcher_watch(struct detect_matcher *m, struct detect_watch *w);

#endif
