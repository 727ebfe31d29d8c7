/* What backup.c and restore.c share: names in the archive. */
#ifndef SERAI_NODE_BACKUP_INTERNAL_H
#define SERAI_NODE_BACKUP_INTERNAL_H

#define BACKUP_HEAD          "serai.backup/v1"
#define BACKUP_KEYS_NAME     "keys.locked"
#define BACKUP_FACTS_NAME    "BACKUP"
#define BACKUP_MANIFEST_NAME "MANIFEST"
#define BACKUP_NOTE_NAME     "MANIFEST.note"

#endif
