#include "store/queries.h"

/* What cases_read.c reads of a case; ?7: with its body. */
#define CASE_FIELDS "seq, origin, other, reference, kind, subject, purpose, article, at, until, state"
#define CASE_BODY   "(SELECT body FROM case_bodies WHERE case_seq = seq)"
/* A page: cases before ?1, at most ?2 of them, of kind ?3, side ?4 (1 ours, 2 theirs), other member ?5, to be
 * answered before ?6, in state ?8. */
#define CASE_PAGE                                                                                            \
    "SELECT " CASE_FIELDS ", CASE WHEN ?7 = 1 THEN " CASE_BODY " END FROM cases WHERE seq < ?1"              \
    " AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND (?4 = 0 OR (?4 = 1) = (origin = ''))"                  \
    " AND (CAST(?5 AS TEXT) IS NULL OR other = ?5) AND until < ?6"
#define CASE_ORDER " ORDER BY seq DESC LIMIT ?2"

#define COMPLAINT_FIELDS                                                                                     \
    "seq, reference, kind, about, subject, language, at, state, due, answered, decided, last, erased"

#define SLOT_FIELDS                                                                                          \
    "seq, place, start, persons, places, state, at, ended, turn, changed, document, plate, bind, seen"
#define WAITING_FIELDS "member, place, at, minutes, arrived, gone, coalesce(queue, -1)"

#define REPLICA_FIELDS                                                                                       \
    "origin, held, bodies, edge, accepted, accepted_size, complete, complete_size, witnessed,"               \
    " witnessed_size, types, looked, grown, reason, detail, fork"

#define APPLICATION_FIELDS                                                                                   \
    "seq, reference, request, kind, purpose, subject, state, at, last, due, ends, revision, events"

#define HIT_FIELDS                                                                                           \
    "seq, id, shelf, entity, version, owner, kind, protect, score, state, outcome, first, at, due, last,"    \
    " closed, erased, subject, memory"
#define HIT_PAGE                                                                                             \
    "SELECT " HIT_FIELDS ", NULL FROM hits WHERE seq < ?1 AND (CAST(?2 AS TEXT) IS NULL OR state = ?2)"      \
    " AND (CAST(?3 AS INTEGER) = 0 OR (due > 0 AND due < ?3))"
#define MANIFEST_FIELDS                                                                                      \
    "seq, reference, request, state, at, last, ends, persons, parts,"                                        \
    " (SELECT count(*) FROM manifest_parts WHERE manifest = manifests.seq AND kind = 1), summary"

/* The SQL that both engines have; what they write differently is translated (dialect.h): ?1 is $1 there. */
const struct query_text queries[QUERIES] = {
    [Q_META_GET] = { "SELECT value FROM meta WHERE name = ?1", 1 },
    [Q_META_PUT] = { "INSERT INTO meta (name, value) VALUES (?1, ?2)", 2 },

    [Q_CHECK_GET] = { "SELECT request_hash, response FROM checks WHERE request_id = ?1", 1 },
    [Q_CHECK_PUT] = { "INSERT INTO checks (request_id, request_hash, at, admitted, response, facts, code)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (request_id) DO NOTHING",
                      7 },
    [Q_CHECKS_FROM] = { "SELECT seq, request_id, at, admitted, response, facts FROM checks"
                        " WHERE seq > ?1 AND at >= ?2 AND at < ?3 ORDER BY seq LIMIT ?4",
                        4 },

    [Q_CHECK_TAKE_BACK] = { "DELETE FROM checks WHERE request_id = ?1", 1 },

    [Q_MOVEMENT_GET] = { "SELECT traveller, member, kind, at FROM movements WHERE request_id = ?1", 1 },
    [Q_MOVEMENT_PUT] = { "INSERT INTO movements (request_id, traveller, member, kind, at, day, permission_id,"
                         " article, days, period, until, office, reason, recorded, purpose)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                         15 },
    [Q_REPAIRS_OF] = { "SELECT kind, day, office, reason, recorded FROM movements WHERE traveller = ?1"
                       " AND member = ?2 AND office IS NOT NULL ORDER BY at, seq LIMIT ?3",
                       3 },
    /* Entries with nothing after them. */
    [Q_OPEN_STAYS] = { "SELECT m.seq, m.traveller, m.day, m.article, m.days, m.period, m.until FROM "
                       "movements AS m"
                       " WHERE m.member = ?1 AND m.kind = 1 AND m.seq > ?2 AND (m.until IS NULL OR m.until "
                       "<= ?3)"
                       " AND NOT EXISTS (SELECT 1 FROM movements AS n WHERE n.traveller = m.traveller"
                       " AND n.member = m.member AND (n.at > m.at OR (n.at = m.at AND n.seq > m.seq)))"
                       " ORDER BY m.seq LIMIT ?4",
                       4 },
    [Q_LAST_ENTRY] = { "SELECT seq, traveller, day, article, days, period, until FROM movements"
                       " WHERE traveller = ?1 AND member = ?2 AND kind = 1 ORDER BY at DESC, seq DESC LIMIT "
                       "1",
                       2 },
    [Q_TRAVELLER_PUT] = { "INSERT INTO travellers (subject, traveller) VALUES (?1, ?2) ON CONFLICT DO "
                          "NOTHING",
                          2 },
    [Q_TRAVELLER_OF] = { "SELECT traveller FROM travellers WHERE subject = ?1", 1 },
    [Q_ERASE_TRAVELLERS] = { "DELETE FROM travellers WHERE NOT EXISTS (SELECT 1 FROM movements AS m"
                             " WHERE m.traveller = travellers.traveller)",
                             0 },
    [Q_ERASED_BEFORE] = { "SELECT coalesce(max(before), 0) FROM erasures", 0 },
    [Q_CHECK_OF_CODE] = { "SELECT request_id, at, admitted FROM checks WHERE code = ?1", 1 },

    [Q_NOTICE_PUT] = { "INSERT INTO notices (origin, place, id, version, open, issuer, kind, digest, "
                       "substance, at, expires, body)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING",
                       12 },
    [Q_NOTICE_OF] = { "SELECT origin, place, id, version, open, issuer, kind, digest, substance, at, expires,"
                      " body FROM notices WHERE id = ?1 ORDER BY version, origin, place LIMIT ?2",
                      2 },
    [Q_NOTICE_EVENT_PUT] = { "INSERT INTO notice_events (origin, place, id, version, what, member, kind, at, "
                             "digest, body)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
                             10 },
    [Q_NOTICE_EVENTS_OF] = { "SELECT origin, place, id, version, what, member, kind, at, digest, body"
                             " FROM notice_events WHERE id = ?1 ORDER BY at, origin, place LIMIT ?2",
                             2 },
    [Q_NOTICE_IDS] = { "SELECT DISTINCT id FROM notice_events WHERE what = 'proposed' AND id > ?1"
                       " ORDER BY id LIMIT ?2",
                       2 },
    [Q_NOTICE_IDS_LIVE] = { "SELECT DISTINCT id FROM notices WHERE id > ?1 AND expires > ?3 AND open = 1"
                            " AND body IS NOT NULL ORDER BY id LIMIT ?2",
                            3 },
    [Q_NOTICE_IDS_EXPIRED] = { "SELECT id FROM notices WHERE body IS NOT NULL GROUP BY id"
                               " HAVING max(expires) < ?1 ORDER BY id LIMIT ?2",
                               2 },
    [Q_NOTICE_ERASE] = { "UPDATE notices SET body = NULL WHERE id = ?1 AND version < ?2 AND body IS NOT NULL",
                         2 },
    [Q_NOTICE_EVENTS_ERASE] = { "UPDATE notice_events SET body = NULL WHERE id = ?1 AND body IS NOT NULL"
                                " AND what <> 'proposed'",
                                1 },
    [Q_NOTICE_DRAFT_PUT] = { "INSERT INTO notice_drafts (reference, state, id, revision, at, last, body)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                             7 },
    [Q_NOTICE_DRAFT_CHANGE] = { "UPDATE notice_drafts SET state = ?2, id = ?3, revision = ?4, at = ?5,"
                                " last = ?6, body = ?7 WHERE reference = ?1 AND revision = ?4 - 1",
                                7 },
    [Q_NOTICE_DRAFT_THERE] = { "SELECT count(*) FROM notice_drafts WHERE reference = ?1", 1 },
    [Q_NOTICE_DRAFT_GET] = { "SELECT reference, state, id, revision, at, last, body FROM notice_drafts"
                             " WHERE reference = ?1",
                             1 },
    [Q_NOTICE_DRAFTS] = { "SELECT reference, state, id, revision, at, last, NULL FROM notice_drafts"
                          " ORDER BY last DESC, reference LIMIT ?1",
                          1 },
    [Q_NOTICE_DRAFT_ERASE] = { "UPDATE notice_drafts SET body = NULL WHERE body IS NOT NULL"
                               " AND (reference = CAST(?1 AS TEXT) OR id = CAST(?2 AS TEXT))",
                               2 },

    [Q_COMPLAINT_PUT] = { "INSERT INTO complaints (reference, follow, kind, about, subject, language, at, "
                          "state,"
                          " due, last, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?10)"
                          " ON CONFLICT DO NOTHING RETURNING seq",
                          10 },
    [Q_COMPLAINT_STEP] = { "UPDATE complaints SET state = ?3, due = ?4, answered = coalesce(?5, answered),"
                           " decided = coalesce(?6, decided), last = ?7 WHERE seq = ?1 AND state = ?2",
                           7 },
    [Q_COMPLAINT_BY_REFERENCE] = { "SELECT " COMPLAINT_FIELDS ", body FROM complaints WHERE reference = ?1",
                                   1 },
    [Q_COMPLAINT_BY_FOLLOW] = { "SELECT " COMPLAINT_FIELDS ", body FROM complaints WHERE follow = ?1", 1 },
    [Q_COMPLAINTS] = { "SELECT " COMPLAINT_FIELDS ", NULL FROM complaints WHERE seq < ?1"
                       " AND (CAST(?2 AS TEXT) IS NULL OR state = ?2)"
                       " AND (CAST(?3 AS INTEGER) = 0 OR (due > 0 AND due < ?3)) ORDER BY seq DESC LIMIT ?4",
                       4 },
    [Q_COMPLAINTS_LATE] = { "SELECT count(*) FROM complaints WHERE due > 0 AND due < ?1", 1 },
    [Q_COMPLAINTS_TO_ERASE] = { "SELECT seq FROM complaints WHERE state = ?1 AND last < ?2 AND erased IS NULL"
                                " ORDER BY seq LIMIT 1",
                                2 },
    [Q_COMPLAINT_ERASE] = { "UPDATE complaints SET body = NULL, about = NULL, erased = ?2 WHERE seq = ?1",
                            2 },
    [Q_COMPLAINT_ERASE_EVENTS] = { "UPDATE complaint_events SET body = NULL WHERE complaint = ?1", 1 },
    [Q_COMPLAINT_EVENT_PUT] = { "INSERT INTO complaint_events (complaint, at, what, state, due, office, "
                                "late, body)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                8 },
    [Q_COMPLAINT_EVENTS] = { "SELECT at, what, state, due, office, late, CASE WHEN ?3 = 1 THEN body END"
                             " FROM complaint_events WHERE complaint = ?1 ORDER BY seq LIMIT ?2",
                             3 },
    [Q_COMPLAINT_TURNS] = { "SELECT complaint, at, state FROM complaint_events WHERE at < ?1"
                            " ORDER BY complaint, seq",
                            1 },
    /* Newest first, so that a ceiling cuts the oldest. */
    [Q_MOVEMENTS_OF] = { "SELECT kind, day FROM movements WHERE traveller = ?1 AND member = ?2"
                         " ORDER BY at DESC, seq DESC LIMIT ?3",
                         3 },
    /* Those since ?2, and entries before it that nothing ended before it. */
    [Q_MOVEMENTS_WITHIN] = { "SELECT m.traveller, m.kind, m.day, m.until, m.purpose FROM movements AS m"
                             " WHERE m.member = ?1 AND m.at < ?3 AND (m.at >= ?2 OR (m.kind = 1 AND NOT "
                             "EXISTS (SELECT 1 FROM movements AS n WHERE n.traveller = m.traveller"
                             " AND n.member = m.member AND n.at < ?2"
                             " AND (n.at > m.at OR (n.at = m.at AND n.seq > m.seq)))))"
                             " ORDER BY m.traveller, m.at, m.seq",
                             3 },
    /* Of twenty at a time; fewer are filled up with one of them. */
    [Q_TRAVELLERS_SEEN] = { "SELECT DISTINCT traveller FROM movements WHERE member = ?1 AND traveller IN "
                            "(?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
                            "?19, ?20, ?21)",
                            21 },

    /* Changes no row when the limit ?3 is reached; 0 is no limit. */
    [Q_USE_ADD] = { "INSERT INTO permission_uses (permission_id, entries, last_at) VALUES (?1, 1, ?2)"
                    " ON CONFLICT (permission_id) DO UPDATE SET entries = permission_uses.entries + 1,"
                    " last_at = excluded.last_at WHERE CAST(?3 AS INTEGER) = 0 OR permission_uses.entries < "
                    "?3",
                    3 },
    [Q_USES] = { "SELECT entries FROM permission_uses WHERE permission_id = ?1", 1 },

    /* Changes no row when the quota ?5 is used up; below 0 it is counted and not limited. */
    [Q_QUOTA_ADD] = { "INSERT INTO quota_uses (quota, first, last, entries, last_at) VALUES (?1, ?2, ?3, 1, "
                      "?4)"
                      " ON CONFLICT (quota, first, last) DO UPDATE SET entries = quota_uses.entries + 1,"
                      " last_at = excluded.last_at WHERE CAST(?5 AS INTEGER) < 0 OR quota_uses.entries < ?5",
                      5 },
    [Q_QUOTA_TAKE_BACK] = { "UPDATE quota_uses SET entries = entries - 1"
                            " WHERE quota = ?1 AND first = ?2 AND last = ?3",
                            3 },
    [Q_QUOTA_USES] = { "SELECT entries FROM quota_uses WHERE quota = ?1 AND first = ?2 AND last = ?3", 3 },

    [Q_PERMISSION_GET] = { "SELECT body, at FROM permissions WHERE id = ?1", 1 },
    [Q_PERMISSION_PUT] = { "INSERT INTO permissions (id, at, body) VALUES (?1, ?2, ?3)", 3 },

    [Q_CASE_GET] = { "SELECT seq, other, kind, state FROM cases WHERE origin = ?1 AND reference = ?2", 2 },
    [Q_CASE_FIND] = { "SELECT " CASE_FIELDS ", " CASE_BODY " FROM cases WHERE origin = ?1 AND reference = ?2",
                      2 },
    [Q_CASE_PUT] = { "INSERT INTO cases (origin, other, reference, kind, subject, purpose, article, at, "
                     "until,"
                     " opened, state, last, events)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
                     " ON CONFLICT (origin, reference) DO NOTHING RETURNING seq",
                     13 },
    [Q_CASE_BODY] = { "SELECT body FROM case_bodies WHERE case_seq = ?1", 1 },
    [Q_CASE_BODY_PUT] = { "INSERT INTO case_bodies (case_seq, body) VALUES (?1, ?2)", 2 },
    [Q_CASE_MOVE] = { "UPDATE cases SET events = events + 1, state = coalesce(?2, state),"
                      " last = CASE WHEN ?3 > last THEN ?3 ELSE last END WHERE seq = ?1",
                      3 },
    [Q_CASES] = { CASE_PAGE CASE_ORDER, 7 },
    [Q_CASES_IN] = { CASE_PAGE " AND state = ?8" CASE_ORDER, 8 },
    [Q_CASES_OF] = { CASE_PAGE " AND (CAST(?8 AS TEXT) IS NULL OR state = ?8) AND subject = ?9" CASE_ORDER,
                     9 },
    [Q_EVENT_GET] = { "SELECT what, body FROM case_events WHERE case_seq = ?1 AND id = ?2", 2 },
    [Q_EVENT_PUT] = { "INSERT INTO case_events (case_seq, id, at, what, state, body)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
                      6 },
    [Q_EVENTS_OF] = { "SELECT id, at, what, state, CASE WHEN ?3 = 1 THEN body END FROM case_events"
                      " WHERE case_seq = ?1 ORDER BY seq LIMIT ?2",
                      3 },
    [Q_COUNT_EVENTS_OF] = { "SELECT count(*) FROM case_events WHERE case_seq = ?1", 1 },

    [Q_REGISTER] = { "SELECT seq, at, body FROM register WHERE name = ?1 AND key = ?2"
                     " ORDER BY seq DESC LIMIT ?3",
                     3 },
    [Q_REGISTER_PUT] = { "INSERT INTO register (name, key, at, body) VALUES (?1, ?2, ?3, ?4)", 4 },

    [Q_COUNT_CASES] = { "SELECT count(*) FROM cases", 0 },
    /* Without an answer: nothing came, nothing came in time, or nobody could be reached. */
    [Q_COUNT_CASES_OPEN] = { "SELECT count(*) FROM cases WHERE state IN ('open', 'late', 'unreachable')", 0 },
    [Q_COUNT_CASES_OVERDUE] = { "SELECT count(*) FROM cases WHERE state IN ('open', 'late', 'unreachable')"
                                " AND until < ?1",
                                1 },
    /* Cases that are not what their events say. */
    [Q_COUNT_CASES_ASTRAY] = { "SELECT count(*) FROM cases AS c WHERE events <> (SELECT count(*)"
                               " FROM case_events WHERE case_seq = c.seq) OR state <> coalesce((SELECT state"
                               " FROM case_events WHERE case_seq = c.seq AND state IS NOT NULL"
                               " ORDER BY seq DESC LIMIT 1), opened)"
                               " OR NOT EXISTS (SELECT 1 FROM case_bodies WHERE case_seq = c.seq)",
                               0 },
    [Q_COUNT_REGISTERED] = { "SELECT count(*) FROM (SELECT DISTINCT name, key FROM register) AS r", 0 },
    [Q_NEWEST_CHECK] = { "SELECT coalesce((SELECT at FROM checks ORDER BY seq DESC LIMIT 1), 0)", 0 },
    [Q_COUNT_CHECKS] = { "SELECT count(*) FROM checks", 0 },
    [Q_COUNT_MOVEMENTS] = { "SELECT count(*) FROM movements", 0 },
    [Q_COUNT_PERMISSIONS] = { "SELECT count(*) FROM permissions", 0 },
    /* Permissions with fewer uses counted than entries recorded. */
    [Q_COUNT_USES_SHORT] = { "SELECT count(*) FROM (SELECT permission_id AS id, count(*) AS n FROM movements"
                             " WHERE kind = 1 AND permission_id IS NOT NULL GROUP BY permission_id) AS m"
                             " WHERE n > coalesce((SELECT entries FROM permission_uses"
                             " WHERE permission_id = m.id), 0)",
                             0 },

    [Q_ERASE_CHECKS] = { "DELETE FROM checks WHERE seq IN (SELECT seq FROM checks WHERE at < ?1 LIMIT ?2)",
                         2 },
    /* An entry stays while it opens a stay that lasts beyond the date: no later movement before the date ends
       it. */
    [Q_ERASE_MOVEMENTS] = { "DELETE FROM movements WHERE seq IN (SELECT m.seq FROM movements AS m WHERE m.at "
                            "< ?1"
                            " AND NOT (m.kind = 1 AND NOT EXISTS (SELECT 1 FROM movements AS n"
                            " WHERE n.traveller = m.traveller AND n.member = m.member AND n.at < ?1"
                            " AND (n.at > m.at OR (n.at = m.at AND n.seq > m.seq)))) ORDER BY m.at LIMIT ?2)",
                            2 },
    /* Their events go with them. */
    [Q_ERASE_CASES] = { "DELETE FROM cases WHERE seq IN (SELECT seq FROM cases WHERE last < ?1 AND until < ?1"
                        " LIMIT ?2)",
                        2 },
    [Q_ERASURE_PUT] = { "INSERT INTO erasures (at, before, checks, movements, cases)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)",
                        5 },
    [Q_ERASED_CASES] = { "SELECT CAST(sum(cases) AS INTEGER) FROM erasures", 0 },
    [Q_ERASED_CHECKS] = { "SELECT CAST(sum(checks) AS INTEGER) FROM erasures", 0 },
    [Q_ERASED_MOVEMENTS] = { "SELECT CAST(sum(movements) AS INTEGER) FROM erasures", 0 },

    [Q_APPLICATION_PUT] = { "INSERT INTO applications (reference, request, kind, purpose, subject, state, at,"
                            " last, due, ends, revision, events, content)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, 1, 1, ?10)"
                            " ON CONFLICT (reference) DO NOTHING RETURNING seq",
                            10 },
    [Q_APPLICATION_HEAD] = { "SELECT seq, request, kind, purpose, events, revision FROM applications"
                             " WHERE reference = ?1",
                             1 },
    [Q_APPLICATION_GET] = { "SELECT " APPLICATION_FIELDS ", content FROM applications WHERE reference = ?1",
                            1 },
    [Q_APPLICATION_CHANGE] = { "UPDATE applications SET state = ?2, due = ?3, ends = ?4, events = events + 1,"
                               " last = CASE WHEN ?5 > last THEN ?5 ELSE last END,"
                               " content = coalesce(?6, content),"
                               " revision = revision + CASE WHEN CAST(?6 AS BLOB) IS NULL THEN 0 ELSE 1 END"
                               " WHERE seq = ?1",
                               6 },
    [Q_APPLICATION_EVENT_PUT] = { "INSERT INTO application_events (application_seq, at, what, state, who,"
                                  " revision, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                  7 },
    [Q_APPLICATION_EVENTS] = { "SELECT at, what, state, who, revision, body FROM application_events"
                               " WHERE application_seq = ?1 ORDER BY seq LIMIT ?2",
                               2 },
    /* What moves an application between those who wait and those who do not. */
    [Q_APPLICATION_TURNS] = { "SELECT application_seq, at, what FROM application_events WHERE at < ?1 AND "
                              "what"
                              " IN ('submitted', 'returned', 'granted', 'declined', 'withdrawn', 'expired')"
                              " ORDER BY application_seq, seq",
                              1 },
    [Q_APPLICATION_FILE_PUT] = { "INSERT INTO application_files (application_seq, name, type, size, hash,"
                                 " bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                                 " ON CONFLICT (application_seq, name) DO UPDATE SET type = excluded.type,"
                                 " size = excluded.size, hash = excluded.hash, bytes = excluded.bytes",
                                 6 },
    [Q_APPLICATION_FILES] = { "SELECT name, type, size, hash FROM application_files"
                              " WHERE application_seq = ?1 ORDER BY seq LIMIT ?2",
                              2 },
    [Q_APPLICATION_FILE] = { "SELECT f.name, f.type, f.size, f.hash, f.bytes FROM application_files AS f"
                             " JOIN applications AS x ON x.seq = f.application_seq"
                             " WHERE x.reference = ?1 AND f.name = ?2",
                             2 },
    [Q_APPLICATIONS] = { "SELECT " APPLICATION_FIELDS " FROM applications WHERE seq < ?1"
                         " AND (CAST(?3 AS TEXT) IS NULL OR state = ?3)"
                         " AND (CAST(?4 AS BLOB) IS NULL OR subject = ?4)"
                         " AND (CAST(?5 AS INTEGER) = 0 OR (due > 0 AND due <= ?5)) ORDER BY seq DESC LIMIT "
                         "?2",
                         5 },
    /* Changes no row when the limit ?7 is reached; 0 is no limit. */
    [Q_APPLICATION_COUNT] = { "INSERT INTO application_counts (year, kind, purpose, what, n, seconds)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (year, kind, purpose, what)"
                              " DO UPDATE SET n = application_counts.n + excluded.n,"
                              " seconds = application_counts.seconds + excluded.seconds"
                              " WHERE CAST(?7 AS INTEGER) = 0 OR application_counts.n < ?7",
                              7 },
    [Q_APPLICATION_COUNTS] = { "SELECT year, n, seconds, kind, purpose, what FROM application_counts"
                               " WHERE CAST(?1 AS INTEGER) = 0 OR year = ?1 ORDER BY year, kind, purpose, "
                               "what LIMIT ?2",
                               2 },
    [Q_APPLICATION_COUNTED] = { "SELECT n FROM application_counts WHERE year = ?1 AND kind = ?2"
                                " AND purpose = ?3 AND what = ?4",
                                4 },
    [Q_APPLICATIONS_ERASE] = { "DELETE FROM applications WHERE seq IN (SELECT seq FROM applications"
                               " WHERE ends < ?1 LIMIT ?2)",
                               2 },
    /* Applications that are not what their events say. */
    [Q_APPLICATIONS_ASTRAY] = { "SELECT count(*) FROM applications AS x WHERE events <> (SELECT count(*)"
                                " FROM application_events WHERE application_seq = x.seq)"
                                " OR state <> (SELECT state FROM application_events"
                                " WHERE application_seq = x.seq ORDER BY seq DESC LIMIT 1)",
                                0 },

    [Q_REPLICA_GET] = { "SELECT seq, " REPLICA_FIELDS " FROM replicas WHERE origin = ?1", 1 },
    [Q_REPLICAS] = { "SELECT seq, origin, held, bodies, NULL, accepted, accepted_size, complete, "
                     "complete_size,"
                     " witnessed, witnessed_size, types, looked, grown, reason, detail,"
                     " CASE WHEN length(fork) > 0 THEN substr(fork, 1, 1) END FROM replicas ORDER BY origin"
                     " LIMIT ?1",
                     1 },
    [Q_REPLICA_PUT] = { "INSERT INTO replicas (" REPLICA_FIELDS
                        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                        " ?10, ?11, ?12, ?13, ?14, ?15, ?16) RETURNING seq",
                        16 },
    /* What began from another state than this one changes no row. */
    [Q_REPLICA_SET] = { "UPDATE replicas SET origin = ?1, held = ?2, bodies = ?3, edge = ?4, accepted = ?5,"
                        " accepted_size = ?6, complete = ?7, complete_size = ?8, witnessed = ?9,"
                        " witnessed_size = ?10, types = ?11, looked = ?12, grown = ?13, reason = ?14,"
                        " detail = ?15, fork = ?16 WHERE seq = ?17 AND held = ?18 AND bodies = ?19"
                        " AND accepted_size = ?20",
                        20 },
    [Q_REPLICA_PUT_ENTRIES] = { "INSERT INTO replica_entries (replica, first, n, types, entries)"
                                " VALUES (?1, ?2, ?3, ?4, ?5)",
                                5 },
    [Q_REPLICA_DROP_ENTRIES] = { "DELETE FROM replica_entries WHERE replica = ?1 AND first >= ?2 AND first < "
                                 "?3",
                                 3 },
    [Q_REPLICA_PUT_TILE] = { "INSERT INTO replica_tiles (replica, level, tile, hashes) VALUES (?1, ?2, ?3, "
                             "?4)",
                             4 },
    [Q_REPLICA_PUT_TAGS] = { "INSERT INTO replica_subjects (replica, bucket, segment, tags)"
                             " VALUES (?1, ?2, ?3, ?4)",
                             4 },
    [Q_REPLICA_DROP_TAGS] = { "DELETE FROM replica_subjects WHERE replica = ?1 AND bucket = ?2"
                              " AND segment >= ?3 AND segment < ?4",
                              4 },
    [Q_REPLICA_PUT_BODIES] = { "INSERT INTO replica_bodies (replica, first, n, bodies) VALUES (?1, ?2, ?3, "
                               "?4)",
                               4 },
    [Q_REPLICA_DROP_BODIES] = { "DELETE FROM replica_bodies WHERE replica = ?1 AND first >= ?2 AND first < "
                                "?3",
                                3 },
    [Q_REPLICA_PUT_PART] = { "INSERT INTO replica_body_parts (replica, entry, part, hash, bytes)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)",
                             5 },
    [Q_REPLICA_DROP_PARTS] = { "DELETE FROM replica_body_parts WHERE replica = ?1 AND entry >= ?2"
                               " AND entry < ?3",
                               3 },
    [Q_REPLICA_PUT_MISSING] = { "INSERT INTO replica_missing (replica, entry, asked) VALUES (?1, ?2, ?3)"
                                " ON CONFLICT (replica, entry) DO UPDATE SET asked = excluded.asked",
                                3 },
    [Q_REPLICA_DROP_MISSING] = { "DELETE FROM replica_missing WHERE replica = ?1 AND entry >= ?2 AND entry < "
                                 "?3",
                                 3 },
    [Q_REPLICA_PUT_ERASURE] = { "INSERT INTO replica_erasures (replica, entry) VALUES (?1, ?2)", 2 },
    [Q_REPLICA_DROP_ERASURE] = { "DELETE FROM replica_erasures WHERE replica = ?1 AND entry = ?2", 2 },
    [Q_REPLICA_PUT_CURSOR] = { "INSERT INTO replica_cursors (replica, consumer, needs, next)"
                               " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (consumer, replica, needs)"
                               " DO UPDATE SET next = excluded.next",
                               4 },
    [Q_REPLICA_PUT_LATE] = { "INSERT INTO replica_late (replica, consumer, entry) VALUES (?1, ?2, ?3)"
                             " ON CONFLICT (consumer, replica, entry) DO NOTHING",
                             3 },
    [Q_REPLICA_DROP_LATE] = { "DELETE FROM replica_late WHERE replica = ?1 AND consumer = ?2 AND entry = ?3",
                              3 },
    [Q_REPLICA_ENTRIES] = { "SELECT first, n, types, CASE WHEN (types & ?4) <> 0 THEN entries END"
                            " FROM replica_entries WHERE replica = ?1 AND first >= ?2 AND first < ?3"
                            " ORDER BY first",
                            4 },
    [Q_REPLICA_TILE] = { "SELECT level, tile, 0, hashes FROM replica_tiles WHERE replica = ?1 AND level = ?2"
                         " AND tile = ?3",
                         3 },
    [Q_REPLICA_TAGS] = { "SELECT bucket, segment, 0, tags FROM replica_subjects WHERE replica = ?1"
                         " AND bucket = ?2 ORDER BY segment",
                         2 },
    [Q_REPLICA_TAIL] = { "SELECT bucket, segment, 0, tags FROM replica_subjects WHERE replica = ?1"
                         " AND bucket = -1 AND segment >= ?2 AND segment < ?3 ORDER BY segment",
                         3 },
    [Q_REPLICA_BODIES] = { "SELECT first, n, 0, bodies FROM replica_bodies WHERE replica = ?1 AND first >= ?2"
                           " AND first < ?3 ORDER BY first",
                           3 },
    [Q_REPLICA_PARTS] = { "SELECT entry, part, 0, bytes FROM replica_body_parts WHERE replica = ?1"
                          " AND entry = ?2 ORDER BY part",
                          2 },
    [Q_REPLICA_ALONE] = { "SELECT entry, 0, 0, NULL FROM replica_body_parts WHERE replica = ?1 AND hash = ?2"
                          " AND part = 0 LIMIT 1",
                          2 },
    [Q_REPLICA_MISSING] = { "SELECT entry, asked, 0, NULL FROM replica_missing WHERE replica = ?1"
                            " AND asked < ?2 ORDER BY asked, entry LIMIT ?3",
                            3 },
    [Q_REPLICA_ABSENT] = { "SELECT entry, asked, 0, NULL FROM replica_missing WHERE replica = ?1"
                           " AND entry >= ?2 AND entry < ?3 ORDER BY entry",
                           3 },
    [Q_REPLICA_ERASURES] = { "SELECT entry, 0, 0, NULL FROM replica_erasures WHERE replica = ?1"
                             " ORDER BY entry LIMIT ?2",
                             2 },
    [Q_REPLICA_CURSOR] = { "SELECT 0, next, 0, NULL FROM replica_cursors WHERE replica = ?1 AND consumer = ?2"
                           " AND needs = ?3",
                           3 },
    [Q_REPLICA_LATE] = { "SELECT entry, 0, 0, NULL FROM replica_late WHERE replica = ?1 AND consumer = ?2"
                         " ORDER BY entry LIMIT ?3",
                         3 },
    [Q_REPLICA_COUNTS] = { "SELECT (SELECT count(*) FROM replica_missing WHERE replica = ?1),"
                           " (SELECT count(*) FROM replica_erasures WHERE replica = ?1), 0, NULL",
                           1 },

    [Q_CYBER_ACT_PUT] = { "INSERT INTO cyber_acts (id, at, act, who, audience, article, body)"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING",
                          7 },
    /* Before ?2, at most ?3 of them. */
    [Q_CYBER_ACTS] = { "SELECT id, at, act, who, audience, article, body FROM cyber_acts"
                       " WHERE (CAST(?1 AS TEXT) IS NULL OR act = ?1) AND at < ?2"
                       " ORDER BY at DESC, id LIMIT ?3",
                       3 },

    [Q_COOPERATION_PUT] = { "INSERT INTO cooperation (id, part, kind, member, at, audience, due, body, "
                            "arrived)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                            " (SELECT COALESCE(MAX(arrived), 0) + 1 FROM cooperation))"
                            " ON CONFLICT (id) DO NOTHING",
                            8 },
    [Q_COOPERATION] = { "SELECT id, part, kind, member, at, audience, due, body FROM cooperation"
                        " WHERE part = ?1 ORDER BY id LIMIT ?2",
                        2 },
    [Q_COOPERATION_ONE] = { "SELECT id, part, kind, member, at, audience, due, body FROM cooperation"
                            " WHERE id = ?1 LIMIT ?2",
                            2 },
    /* In the order in which they were said. */
    [Q_COOPERATION_DUE] = { "SELECT id, part, kind, member, at, audience, due, body FROM cooperation"
                            " WHERE due > 0 ORDER BY due, id LIMIT ?1",
                            1 },
    [Q_COOPERATION_SENT] = { "UPDATE cooperation SET due = 0 WHERE id = ?1", 1 },
    /* In the order in which they came here. */
    [Q_COOPERATION_AFTER] = { "SELECT id, part, kind, member, at, audience, due, body, arrived"
                              " FROM cooperation WHERE arrived > ?1 ORDER BY arrived LIMIT ?2",
                              2 },

    /* What was told of an interval. */
    [Q_ALERT_PART] = { "SELECT times, last FROM cyber_alert_parts"
                       " WHERE indicator = ?1 AND detector = ?2 AND log = ?3 AND since = ?4 AND ends = ?5",
                       5 },
    [Q_ALERT_PART_OVERLAPS] = { "SELECT COUNT(*) FROM cyber_alert_parts"
                                " WHERE indicator = ?1 AND detector = ?2 AND log = ?3 AND since < ?5"
                                " AND ends > ?4 AND (since <> ?4 OR ends <> ?5)",
                                5 },
    [Q_ALERT_PART_PUT] = { "INSERT INTO cyber_alert_parts (indicator, detector, log, since, ends, last, "
                           "times)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                           " ON CONFLICT (indicator, detector, log, since, ends)"
                           " DO UPDATE SET last = excluded.last, times = excluded.times",
                           7 },
    [Q_ALERT_MORE] = { "UPDATE cyber_alerts SET times = times + ?4,"
                       " first = CASE WHEN first > ?5 THEN ?5 ELSE first END,"
                       " last = CASE WHEN last < ?6 THEN ?6 ELSE last END"
                       " WHERE indicator = ?1 AND detector = ?2 AND log = ?3 AND state <> 'closed'",
                       6 },
    [Q_ALERT_PUT] = { "INSERT INTO cyber_alerts (id, indicator, detector, log, at, first, last, times, state,"
                      " officer, outcome, reason, changed)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'new', '', '', '', ?5)",
                      8 },
    [Q_ALERT_TAKE] = { "UPDATE cyber_alerts SET state = 'taken', officer = ?2, changed = ?3"
                       " WHERE id = ?1 AND state <> 'closed' AND officer <> ?2",
                       3 },
    [Q_ALERT_CLOSE] = { "UPDATE cyber_alerts SET state = 'closed', officer = ?2, changed = ?3, outcome = ?4,"
                        " reason = ?5 WHERE id = ?1 AND state <> 'closed' AND officer IN ('', ?2)",
                        5 },
    /* Below a place, newest first; of a state; of an indicator. */
    [Q_ALERTS] = { "SELECT seq, id, indicator, detector, log, at, first, last, times, state, officer, "
                   "outcome,"
                   " reason, changed FROM cyber_alerts WHERE seq < ?1"
                   " AND (CAST(?2 AS TEXT) IS NULL OR state = ?2)"
                   " AND (CAST(?3 AS TEXT) IS NULL OR indicator = ?3) ORDER BY seq DESC LIMIT ?4",
                   4 },
    [Q_ALERT_ONE] = { "SELECT seq, id, indicator, detector, log, at, first, last, times, state, officer,"
                      " outcome, reason, changed FROM cyber_alerts WHERE id = ?1",
                      1 },
    [Q_INBOX_READ] = { "SELECT objects, records, at FROM inbox_read WHERE officer = ?1", 1 },
    /* Never back. */
    [Q_INBOX_READ_PUT] = { "INSERT INTO inbox_read (officer, objects, records, at) VALUES (?1, ?2, ?3, ?4)"
                           " ON CONFLICT (officer) DO UPDATE SET at = excluded.at,"
                           " objects = CASE WHEN inbox_read.objects < excluded.objects"
                           " THEN excluded.objects ELSE inbox_read.objects END,"
                           " records = CASE WHEN inbox_read.records < excluded.records"
                           " THEN excluded.records ELSE inbox_read.records END",
                           4 },
    [Q_INBOX_DONE] = { "SELECT source, place FROM inbox_done WHERE officer = ?1 ORDER BY source, place", 1 },
    [Q_INBOX_DONE_PUT] = { "INSERT INTO inbox_done (officer, source, place) VALUES (?1, ?2, ?3)"
                           " ON CONFLICT (officer, source, place) DO NOTHING",
                           3 },
    [Q_INBOX_DONE_COUNT] = { "SELECT COUNT(*) FROM inbox_done WHERE officer = ?1", 1 },
    [Q_INBOX_DONE_ERASE] = { "DELETE FROM inbox_done WHERE officer = ?1 AND source = ?2 AND place <= ?3", 3 },

    [Q_PERSON] = { "SELECT id, name, roles, purposes, office, added FROM persons WHERE id = ?1 AND removed = "
                   "0",
                   1 },
    [Q_PERSON_PUT] = { "INSERT INTO persons (id, name, roles, purposes, office, added, removed)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)"
                       " ON CONFLICT (id) DO UPDATE SET name = excluded.name, roles = excluded.roles,"
                       " purposes = excluded.purposes, office = excluded.office, removed = 0",
                       6 },
    [Q_PERSONS] = { "SELECT id, name, roles, purposes, office, added FROM persons WHERE removed = 0 ORDER BY "
                    "id",
                    0 },
    [Q_PERSON_REMOVE] = { "UPDATE persons SET removed = ?2 WHERE id = ?1 AND removed = 0", 2 },
    [Q_CREDENTIAL] = { "SELECT kind, id, person, label, data, counter, added, used, ends"
                       " FROM person_credentials WHERE kind = ?1 AND id = ?2",
                       2 },
    [Q_CREDENTIAL_PUT] = { "INSERT INTO person_credentials"
                           " (kind, id, person, label, data, counter, added, used, ends)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8) ON CONFLICT (kind, id) DO NOTHING",
                           8 },
    /* Of two at once, one. */
    [Q_CREDENTIAL_TAKE] = { "UPDATE person_credentials SET used = ?3 WHERE kind = ?1 AND id = ?2 AND used = 0"
                            " AND ends > ?3",
                            3 },
    /* A counter never stands or goes back, unless it is one that stays 0. */
    [Q_CREDENTIAL_USE] = { "UPDATE person_credentials SET used = ?3, counter = ?4 WHERE kind = ?1 AND id = ?2"
                           " AND (counter < ?4 OR (counter = 0 AND ?4 = 0))",
                           4 },
    [Q_CREDENTIAL_ERASE] = { "DELETE FROM person_credentials WHERE kind = ?1 AND id = ?2 AND person = ?3",
                             3 },
    [Q_CREDENTIALS_OF] = { "SELECT kind, id, person, label, data, counter, added, used, ends"
                           " FROM person_credentials WHERE person = ?1 ORDER BY kind, added, id",
                           1 },
    [Q_CREDENTIALS_ERASE] = { "DELETE FROM person_credentials WHERE person = ?1", 1 },
    [Q_PERSON_EVENT] = { "SELECT hash FROM person_events ORDER BY seq DESC LIMIT 1", 0 },
    [Q_PERSON_EVENT_PUT] = { "INSERT INTO person_events (at, person, event, how, hash)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)",
                             5 },
    [Q_PERSON_EVENTS] = { "SELECT seq, at, person, event, how, hash FROM person_events WHERE seq > ?1"
                          " ORDER BY seq LIMIT ?2",
                          2 },

    [Q_HIT_PUT] = { "INSERT INTO hits (id, at, shelf, entity, version, owner, kind, protect, score, state, "
                    "due,"
                    " last, subject, memory, body)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?2, ?12, ?13, ?14)"
                    " ON CONFLICT DO NOTHING RETURNING seq",
                    14 },
    /* Met before and not found to be somebody else: the newest. */
    [Q_HIT_SAME] = { "SELECT seq, id, state FROM hits WHERE id = ?1 OR (memory = ?2 AND version = ?3"
                     " AND (outcome IS NULL OR outcome <> 'no match')) ORDER BY seq DESC LIMIT 1",
                     3 },
    [Q_HIT_BY_ID] = { "SELECT " HIT_FIELDS ", body FROM hits WHERE id = ?1", 1 },
    [Q_HIT_STEP] = { "UPDATE hits SET state = ?3, outcome = ?4, first = ?5, due = ?6, closed = ?7, last = ?8"
                     " WHERE seq = ?1 AND state = ?2 AND erased IS NULL",
                     8 },
    [Q_HIT_LAST] = { "UPDATE hits SET last = ?2 WHERE seq = ?1", 2 },
    [Q_HITS] = { HIT_PAGE " ORDER BY seq DESC LIMIT ?4", 4 },
    [Q_HITS_OF] = { HIT_PAGE " AND subject = ?5 ORDER BY seq DESC LIMIT ?4", 5 },
    [Q_HIT_EVENT_PUT] = { "INSERT INTO hit_events (hit, at, what, state, officer, purpose, body)"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                          7 },
    [Q_HIT_EVENTS] = { "SELECT at, what, state, officer, purpose, CASE WHEN ?3 = 1 THEN body END"
                       " FROM hit_events WHERE hit = ?1 ORDER BY seq LIMIT ?2",
                       3 },
    [Q_HIT_KNOWN] = { "SELECT count(*) FROM hit_memory WHERE memory = ?1 AND version = ?2 AND until > ?3",
                      3 },
    /* What this member found out itself is not replaced by what it is told. */
    [Q_HIT_REMEMBER] = { "INSERT INTO hit_memory (memory, version, until, told, hit) VALUES (?1, ?2, ?3, ?4, "
                         "?5)"
                         " ON CONFLICT (memory) DO UPDATE SET version = excluded.version,"
                         " until = excluded.until, told = excluded.told, hit = excluded.hit"
                         " WHERE excluded.told <= hit_memory.told OR excluded.version <> hit_memory.version",
                         5 },
    [Q_HIT_FORGET] = { "DELETE FROM hit_memory WHERE memory = ?1", 1 },
    [Q_HIT_COUNTS] = { "SELECT owner, kind, coalesce(outcome, ''), count(*),"
                       " CAST(coalesce(sum(coalesce(closed, at) - at), 0) AS INTEGER) FROM hits"
                       " WHERE at >= ?1 AND at < ?2 GROUP BY owner, kind, coalesce(outcome, '')"
                       " ORDER BY owner, kind, coalesce(outcome, '') LIMIT ?3",
                       3 },
    [Q_HITS_LATE] = { "SELECT count(*) FROM hits WHERE due > 0 AND due < ?1", 1 },
    [Q_HITS_TO_ERASE] = { "SELECT seq FROM hits WHERE closed < ?1 AND erased IS NULL ORDER BY seq LIMIT 1",
                          1 },
    [Q_HIT_ERASE] = { "UPDATE hits SET body = NULL, entity = NULL, subject = NULL, memory = NULL, first = "
                      "NULL,"
                      " due = 0, erased = ?2 WHERE seq = ?1",
                      2 },
    [Q_HIT_ERASE_EVENTS] = { "UPDATE hit_events SET body = NULL WHERE hit = ?1", 1 },
    [Q_HIT_MEMORY_EXPIRE] = { "DELETE FROM hit_memory WHERE until <= ?1", 1 },
    [Q_EXPOSURE_PUT] = { "INSERT INTO exposure_parts (kind, id, part, at, ends, body)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                         6 },
    [Q_EXPOSURE_PARTS] = { "SELECT body FROM exposure_parts WHERE kind = ?1 AND id = ?2 ORDER BY part", 2 },
    [Q_EXPOSURES] = { "SELECT id, at, ends FROM exposure_parts WHERE kind = ?1 AND part = 0 ORDER BY id "
                      "LIMIT ?2",
                      2 },
    [Q_EXPOSURE_ERASE] = { "DELETE FROM exposure_parts WHERE kind = ?1 AND id = ?2", 2 },
    [Q_EXPOSURES_EXPIRE] = { "DELETE FROM exposure_parts WHERE ends > 0 AND ends < ?1", 1 },
    [Q_EXPOSURE_LOOK_PUT] = { "INSERT INTO exposure_looks (at, what, id, who, purpose)"
                              " VALUES (?1, ?2, ?3, ?4, ?5)",
                              5 },
    [Q_EXPOSURE_LOOKS] = { "SELECT at, what, id, who, purpose FROM exposure_looks ORDER BY seq DESC LIMIT ?1",
                           1 },
    [Q_MANIFEST_PUT] = { "INSERT INTO manifests (reference, request, state, at, last, ends, persons, parts,"
                         " head) VALUES (?1, ?2, 'arriving', ?3, ?3, ?4, ?5, ?6, ?7)"
                         " ON CONFLICT (reference) DO NOTHING RETURNING seq",
                         7 },
    [Q_MANIFEST_HEAD] = { "SELECT seq, request, state, parts FROM manifests WHERE reference = ?1", 1 },
    [Q_MANIFEST_AGAIN] = { "UPDATE manifests SET state = 'arriving', at = ?2, last = ?2, ends = ?3,"
                           " persons = ?4, parts = ?5, head = ?6, summary = NULL WHERE seq = ?1",
                           6 },
    [Q_MANIFEST_STATE] = { "UPDATE manifests SET state = ?2, summary = ?3, last = ?4 WHERE seq = ?1", 4 },
    [Q_MANIFEST_EVENT_PUT] = { "INSERT INTO manifest_events (manifest, at, what, who) VALUES (?1, ?2, ?3, "
                               "?4)",
                               4 },
    [Q_MANIFEST_EVENTS] = { "SELECT e.at, e.what, e.who FROM manifest_events AS e JOIN manifests AS m"
                            " ON m.seq = e.manifest WHERE m.reference = ?1 ORDER BY e.seq DESC LIMIT ?2",
                            2 },
    [Q_MANIFEST_PART_PUT] = { "INSERT INTO manifest_parts (manifest, kind, part, body) VALUES (?1, ?2, ?3, "
                              "?4)"
                              " ON CONFLICT (manifest, kind, part) DO NOTHING",
                              4 },
    [Q_MANIFEST_PART] = { "SELECT p.body FROM manifest_parts AS p JOIN manifests AS m ON m.seq = p.manifest"
                          " WHERE m.reference = ?1 AND p.kind = ?2 AND p.part = ?3",
                          3 },
    [Q_MANIFEST_PARTS] = { "SELECT p.part FROM manifest_parts AS p JOIN manifests AS m ON m.seq = p.manifest"
                           " WHERE m.reference = ?1 AND p.kind = ?2 ORDER BY p.part",
                           2 },
    [Q_MANIFEST_COUNT_PARTS] = { "SELECT count(*) FROM manifest_parts WHERE manifest = ?1 AND kind = ?2", 2 },
    [Q_MANIFEST_GET] = { "SELECT " MANIFEST_FIELDS ", head FROM manifests WHERE reference = ?1", 1 },
    [Q_MANIFESTS] = { "SELECT " MANIFEST_FIELDS ", NULL FROM manifests WHERE seq < ?1 ORDER BY seq DESC"
                      " LIMIT ?2",
                      2 },
    [Q_MANIFEST_WAITING] = { "SELECT " MANIFEST_FIELDS ", head FROM manifests WHERE state = 'waiting'"
                             " ORDER BY seq LIMIT 1",
                             0 },
    [Q_MANIFEST_ERASE] = { "UPDATE manifests SET state = 'erased', head = NULL, last = ?2 WHERE seq = ?1",
                           2 },
    [Q_MANIFEST_ERASE_PARTS] = { "DELETE FROM manifest_parts WHERE manifest = ?1", 1 },
    [Q_MANIFESTS_ENDED] = { "SELECT seq FROM manifests WHERE state <> 'erased' AND ends < ?1 ORDER BY seq"
                            " LIMIT 1",
                            1 },
    /* Of which more results are there than parts of the list, or not all while it is done. */
    [Q_MANIFESTS_ASTRAY] = { "SELECT count(*) FROM manifests AS m WHERE (state = 'done' AND parts <> (SELECT"
                             " count(*) FROM manifest_parts WHERE manifest = m.seq AND kind = 1))"
                             " OR (state = 'erased' AND EXISTS (SELECT 1 FROM manifest_parts"
                             " WHERE manifest = m.seq))",
                             0 },
    [Q_SLOT_PUT] = { "INSERT INTO slots (code, place, start, document, plate, persons, places, state, open, "
                     "at,"
                     " turn, changed, ended, bind, seen, ticket) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, "
                     "?9,"
                     " ?10, 0, 0, ?11, ?12, ?13)",
                     13 },
    [Q_SLOT_OPEN_DOCUMENT] = { "SELECT count(*) FROM slots WHERE document = ?1 AND open = 1", 1 },
    [Q_SLOT_OPEN_PLATE] = { "SELECT count(*) FROM slots WHERE plate = ?1 AND open = 1", 1 },
    /* What was only waited for in vain was none. */
    [Q_SLOT_COUNT_DOCUMENT] = { "SELECT count(*) FROM slots WHERE document = ?1 AND at >= ?2 AND state <> "
                                "'undrawn'",
                                2 },
    [Q_SLOT_COUNT_PLATE] = { "SELECT count(*) FROM slots WHERE plate = ?1 AND at >= ?2 AND state <> "
                             "'undrawn'",
                             2 },
    [Q_SLOT_MISSED_DOCUMENT] = { "SELECT count(*) FROM slots WHERE document = ?1 AND at >= ?2 AND state = "
                                 "'missed'",
                                 2 },
    [Q_SLOT_MISSED_PLATE] = { "SELECT count(*) FROM slots WHERE plate = ?1 AND at >= ?2 AND state = "
                              "'missed'",
                              2 },
    [Q_SLOT_MISSED_LAST] = { "SELECT coalesce(max(ended), 0) FROM slots WHERE (document = ?1 OR plate = ?2)"
                             " AND state = 'missed'",
                             2 },
    [Q_SLOT_TAKEN] = { "SELECT CAST(coalesce(sum(places), 0) AS INTEGER) FROM slots WHERE place = ?1 AND "
                       "start "
                       "= ?2 AND state IN ('booked', 'used', 'missed')",
                       2 },
    [Q_SLOT_RESTING] = { "SELECT CAST(coalesce(sum(places), 0) AS INTEGER) FROM slot_freed WHERE place = ?1 "
                         "AND "
                         "start = ?2",
                         2 },
    [Q_SLOT_WAITERS] = { "SELECT count(*) FROM slots WHERE place = ?1 AND start = ?2 AND state = 'waiting'",
                         2 },
    [Q_SLOT_BY_CODE] = { "SELECT " SLOT_FIELDS " FROM slots WHERE code = ?1", 1 },
    [Q_SLOT_OF_DOCUMENT] = { "SELECT " SLOT_FIELDS " FROM slots WHERE document = ?1 AND open = 1", 1 },
    [Q_SLOT_END] = { "UPDATE slots SET state = ?3, open = 0, ended = ?4 WHERE seq = ?1 AND state = ?2 AND "
                     "open "
                     "= 1",
                     4 },
    [Q_SLOT_PLATE] = { "UPDATE slots SET plate = ?2, bind = ?3, changed = changed + 1 WHERE seq = ?1 AND "
                       "open = "
                       "1 AND changed < ?4",
                       4 },
    [Q_SLOT_FREE] = { "INSERT INTO slot_freed (place, start, places, due) VALUES (?1, ?2, ?3, ?4)", 4 },
    [Q_SLOT_REST_OVER] = { "DELETE FROM slot_freed WHERE place = ?1 AND start = ?2 AND due <= ?3", 3 },
    [Q_SLOTS_DUE] = { "SELECT place, start FROM slots WHERE state = 'waiting' AND open = 1"
                      " UNION SELECT place, start FROM slot_freed WHERE due <= ?1 ORDER BY start, place "
                      "LIMIT "
                      "?2",
                      2 },
    [Q_SLOTS_WAITING] = { "SELECT seq, turn, places, ticket, seen FROM slots WHERE place = ?1 AND start = ?2"
                          " AND state = 'waiting' AND turn < ?3 ORDER BY turn, ticket LIMIT ?4",
                          4 },
    [Q_SLOT_DRAWN] = { "UPDATE slots SET state = 'booked' WHERE seq = ?1 AND state = 'waiting'", 1 },
    [Q_SLOTS_PAST] = { "SELECT " SLOT_FIELDS " FROM slots WHERE open = 1 AND start < ?1 ORDER BY start, seq "
                       "LIMIT ?2",
                       2 },
    [Q_SLOTS_ERASE] = { "DELETE FROM slots WHERE start < ?1 AND open = 0", 1 },
    [Q_SLOT_FREED_ERASE] = { "DELETE FROM slot_freed WHERE start < ?1", 1 },
    [Q_SLOT_CHAINS_ERASE] = { "DELETE FROM slot_chains WHERE day < ?1", 1 },
    [Q_SLOT_CHAIN_GET] = { "SELECT seed FROM slot_chains WHERE place = ?1 AND day = ?2", 2 },
    [Q_SLOT_CHAIN_DRAWN] = { "SELECT drawn FROM slot_chains WHERE place = ?1 AND day = ?2", 2 },
    [Q_SLOT_CHAIN_PUT] = { "INSERT INTO slot_chains (place, day, seed, drawn) VALUES (?1, ?2, ?3, 0)", 3 },
    [Q_SLOT_CHAIN_STEP] = { "UPDATE slot_chains SET drawn = drawn + 1 WHERE place = ?1 AND day = ?2", 2 },
    [Q_SLOT_EVENT_PUT] = { "INSERT INTO slot_events (at, body, published) VALUES (?1, ?2, 0)", 2 },
    [Q_SLOT_EVENTS] = { "SELECT seq, at, body, published FROM slot_events WHERE seq > ?1 AND (CAST(?2 AS "
                        "INTEGER) = 0 OR published = 0) ORDER BY seq LIMIT ?3",
                        3 },
    [Q_SLOT_EVENTS_PUBLISHED] = { "UPDATE slot_events SET published = 1 WHERE seq <= ?1 AND published = 0",
                                  1 },
    [Q_WAITING_ADD] = { "INSERT INTO waiting_counts (member, place, at, minutes, arrived, gone, queue, "
                        "published)"
                        " VALUES ('', ?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (member, place, at) DO UPDATE "
                        "SET"
                        " arrived = waiting_counts.arrived + excluded.arrived, gone = waiting_counts.gone +"
                        " excluded.gone, queue = coalesce(excluded.queue, waiting_counts.queue), published = "
                        "0",
                        6 },
    [Q_WAITING_PUT] = { "INSERT INTO waiting_counts (member, place, at, minutes, arrived, gone, queue, "
                        "published)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT (member, place, at) DO UPDATE "
                        "SET"
                        " arrived = excluded.arrived, gone = excluded.gone, queue = excluded.queue",
                        7 },
    [Q_WAITING_OF] = { "SELECT " WAITING_FIELDS
                       " FROM waiting_counts WHERE member = ?1 AND place = ?2 AND at >= "
                       "?3 ORDER BY at LIMIT ?4",
                       4 },
    [Q_WAITING_WITHIN] = { "SELECT place, at, arrived, gone, coalesce(queue, -1) FROM waiting_counts"
                           " WHERE member = '' AND at >= ?1 AND at < ?2 ORDER BY place, at",
                           2 },
    [Q_WAITING_DUE] = { "SELECT " WAITING_FIELDS
                        " FROM waiting_counts WHERE published = 0 AND member = '' AND at "
                        "< ?1 ORDER BY at, place LIMIT ?2",
                        2 },
    [Q_WAITING_PUBLISHED] = { "UPDATE waiting_counts SET published = 1 WHERE member = '' AND place = ?1 AND "
                              "at = "
                              "?2",
                              2 },
    [Q_WAITING_ERASE] = { "DELETE FROM waiting_counts WHERE at < ?1", 1 },
};
