/* serai notice screen: one question, or a file of them. */
#ifndef SERAI_CLI_NOTICE_SCREEN_H
#define SERAI_CLI_NOTICE_SCREEN_H

#include "cli/list.h"
#include "service/notice/list_row.h"

struct screen_options {
    const char *node, *purpose, *officer, *in, *out;
    const char *list[16];
    size_t n_list;
    unsigned threads;
    bool json, progress;
    struct list_question q; /* what is said on the command line */
    char folder[LIST_PATH];
};

/* For list_question.asks; ctx: struct screen_options. */
bool notice_screen_asks(void *ctx, const struct list_shelf *s);
int notice_screen_file(struct screen_options *o, const struct list_view *v);

#endif
