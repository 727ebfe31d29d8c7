#include "store/queries.h"

/* Numbered parameters (?1) where one is used twice; another engine writes $1. */
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
                    " last_at = excluded.last_at WHERE ?3 = 0 OR permission_uses.entries < ?3",
                    3 },
    [Q_USES] = { "SELECT entries FROM permission_uses WHERE permission_id = ?1", 1 },

    [Q_PERMISSION_GET] = { "SELECT body, at FROM permissions WHERE id = ?1", 1 },
    [Q_PERMISSION_PUT] = { "INSERT INTO permissions (id, at, body) VALUES (?1, ?2, ?3)", 3 },

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
    [Q_ERASURE_PUT] = { "INSERT INTO erasures (at, before, checks, movements) VALUES (?1, ?2, ?3, ?4)", 4 },
    [Q_ERASED_CHECKS] = { "SELECT sum(checks) FROM erasures", 0 },
    [Q_ERASED_MOVEMENTS] = { "SELECT sum(movements) FROM erasures", 0 },
};
