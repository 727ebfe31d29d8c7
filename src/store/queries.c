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
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING seq",
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
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
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
};
