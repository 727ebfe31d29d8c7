#ifndef SERAI_SERVICE_NOTICE_LIST_BOOK_INTERNAL_H
#define SERAI_SERVICE_NOTICE_LIST_BOOK_INTERNAL_H

#include "service/notice/list_book.h"

MUST_USE bool list_terms_write(const char *folder, const struct list_terms *t, struct why *w);
MUST_USE bool list_about_write(const char *folder, const char *name, const struct list_about *a,
                               struct why *w);
/* The lock of the one who changes; -1: another has it. */
int list_book_lock(const char *folder, struct why *w);
/* Readers see the change from here on; who did what. */
MUST_USE bool list_book_changed(const char *folder, const char *name, const char *what, const char *by,
                                const char *reason, unsigned version, unix_time now, struct why *w);
/* Names of a version built, the version put in force, the one before let go; t is written. */
MUST_USE bool list_book_activate(const char *folder, struct list_terms *t, unsigned version, unix_time now,
                                 struct why *w);
/* A folder with the files in it. What is not there is gone. */
void list_folder_drop(const char *path);

#endif
