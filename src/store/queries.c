#include "store/queries.h"

/* What cases_read.c reads of a case; ?7: with its body. */
#define CASE_FIELDS "seq, origin, other, reference, kind, subject, purpose, article, at, until, state"
/* A page: cases before ?1, at most ?2 of them, of kind ?3, side ?4 (1 ours, 2 theirs), other member ?5, to be
 * answered before ?6, in state ?8. */
#define CASE_PAGE                                                                                            \
    "SELECT " CASE_FIELDS ", CASE WHEN ?7 = 1 THEN body END FROM cases WHERE seq < ?1"                       \
    " AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND (?4 = 0 OR (?4 = 1) = (origin = ''))"                  \
    " AND (CAST(?5 AS TEXT) IS NULL OR other = ?5) AND until < ?6"
#define CASE_ORDER " ORDER BY seq DESC LIMIT ?2"

#define REPLICA_FIELDS                                                                                       \
    "origin, held, bodies, edge, accepted, accepted_size, complete, complete_size, witnessed,"               \
    " witnessed_size, types, looked, grown, reason, detail, fork"

/* The SQL that both engines have; what they write differently is translated (dialect.h): ?1 is $1 there. */
const struct query_text queries[QUERIES] = {
    [Q_META_GET] = { "SELECT value FROM meta WHERE name = ?1", 1 },
    [Q_META_PUT] = { "INSERT INTO meta (name, value) VALUES (?1, ?2)", 2 },

    [Q_CHECK_GET] = { "SELECT request_hash, response FROM checks WHERE request_id = ?1", 1 },
    [Q_CHECK_PUT] = { "INSERT INTO checks (request_id, request_hash, at, admitted, response)"
                      " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (request_id) DO NOTHING",
                      5 },

    [Q_CHECK_TAKE_BACK] = { "DELETE FROM checks WHERE request_id = ?1", 1 },

    [Q_MOVEMENT_GET] = { "SELECT traveller, member, kind, at FROM movements WHERE request_id = ?1", 1 },
    [Q_MOVEMENT_PUT] = { "INSERT INTO movements (request_id, traveller, member, kind, at, day, permission_id)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                         7 },
    /* Newest first, so that a ceiling cuts the oldest. */
    [Q_MOVEMENTS_OF] = { "SELECT kind, day FROM movements WHERE traveller = ?1 AND member = ?2"
                         " ORDER BY at DESC, seq DESC LIMIT ?3",
                         3 },

    /* Changes no row when the limit ?3 is reached; 0 is no limit. */
    [Q_USE_ADD] = { "INSERT INTO permission_uses (permission_id, entries, last_at) VALUES (?1, 1, ?2)"
                    " ON CONFLICT (permission_id) DO UPDATE SET entries = permission_uses.entries + 1,"
                    " last_at = excluded.last_at WHERE CAST(?3 AS INTEGER) = 0 OR permission_uses.entries < "
                    "?3",
                    3 },
    [Q_USES] = { "SELECT entries FROM permission_uses WHERE permission_id = ?1", 1 },

    [Q_PERMISSION_GET] = { "SELECT body, at FROM permissions WHERE id = ?1", 1 },
    [Q_PERMISSION_PUT] = { "INSERT INTO permissions (id, at, body) VALUES (?1, ?2, ?3)", 3 },

    [Q_CASE_GET] = { "SELECT seq, other, kind, state, body FROM cases WHERE origin = ?1 AND reference = ?2",
                     2 },
    [Q_CASE_FIND] = { "SELECT " CASE_FIELDS ", body FROM cases WHERE origin = ?1 AND reference = ?2", 2 },
    [Q_CASE_PUT] = { "INSERT INTO cases (origin, other, reference, kind, subject, purpose, article, at, "
                     "until,"
                     " opened, state, last, events, body)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
                     " ON CONFLICT (origin, reference) DO NOTHING RETURNING seq",
                     14 },
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
                               " ORDER BY seq DESC LIMIT 1), opened)",
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
};
