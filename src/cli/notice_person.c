/* serai notice propose, review, …: notices of persons and objects, by the node that runs. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/notice.h"
#include "cli/options.h"
#include "files/durable.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char command[] = "notice";

enum { MEMORY = 64 << 20, REQUEST = 1 << 20 };

struct person_options {
    const char *url, *officer, *reference, *sign, *digest, *reason, *state, *which, *purpose, *expires,
        *review_due;
    bool confirm, refuse, checked, json;
};

struct person_call {
    struct person_options o;
    struct arena a;
    struct buffer b;
    struct json_writer j;
    struct span answer;
};

static bool begin(struct person_call *c, int argc, char **argv, int *code)
{
    struct person_options *o = &c->o;
    const struct cli_text texts[] = {
        { "url", &o->url },         { "officer", &o->officer },       { "reference", &o->reference },
        { "sign", &o->sign },       { "digest", &o->digest },         { "reason", &o->reason },
        { "state", &o->state },     { "which", &o->which },           { "purpose", &o->purpose },
        { "expires", &o->expires }, { "review-due", &o->review_due }, { NULL, NULL }
    };
    const struct cli_flag flags[] = { { "confirm", &o->confirm },
                                      { "refuse", &o->refuse },
                                      { "checked", &o->checked },
                                      { "json", &o->json },
                                      { NULL, NULL } };

    *c = (struct person_call){ 0 };
    if (!cli_options(argc, argv, texts, flags))
        return *code = cli_bad_option(command), false;
    if (!o->url)
        return *code = cli_usage(command, "notices are worked with by the node that runs: --url URL"), false;
    arena_init(&c->a, MEMORY);
    buf_init(&c->b, REQUEST);
    c->j = json_to(&c->b);
    return true;
}

static void end(struct person_call *c)
{
    buf_free(&c->b);
    arena_free(&c->a);
}

static void text(struct person_call *c, const char *name, const char *value)
{
    if (value)
        jw_str(&c->j, name, value);
}

static bool called(struct person_call *c, bool ok, const struct why *w, int *code)
{
    if (!ok)
        ask_why(command, c->o.url, w);
    *code = ok ? CLI_POSITIVE : CLI_USAGE;
    return ok;
}

static bool post(struct person_call *c, const char *path, int *code)
{
    struct why w = { 0 };

    return called(
        c,
        (buf_ok(&c->b) || why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "the request is too long")) &&
            ask_post(c->o.url, path, buf_span(&c->b), &c->a, &c->answer, &w),
        &w, code);
}

static bool get(struct person_call *c, const char *path, int *code)
{
    struct why w = { 0 };

    return called(c, ask_get(c->o.url, path, &c->a, &c->answer, &w), &w, code);
}

/* 1 when the answer says that the notice is not accepted. */
static int say(struct person_call *c)
{
    struct json j;
    bool accepted = true;

    desk_print(c->answer, c->o.json);
    if (json_parse(c->answer, &c->a, &j, NULL) &&
        (json_boolean)(&j, json_member(&j, JSON_ROOT, "accepted"), &accepted) && !accepted)
        return CLI_NEGATIVE;
    return CLI_POSITIVE;
}

/* ---- draft, sign, check ---- */

static bool put_file(struct person_call *c, const char *path, int *code)
{
    struct why w = { 0 };
    struct span s;
    struct json j;
    bool there = false;

    if (!file_read(path, REQUEST / 2, &c->a, &s, &there, &w) || !there || !json_parse(s, &c->a, &j, &w)) {
        if (!w.reason)
            (void)why_set(&w, "io", WHY_NO_OFFSET, NULL, "there is no such file");
        cli_why(command, path, &w);
        return *code = CLI_USAGE, false;
    }
    jw_raw(&c->j, "notice", json_source(&j, JSON_ROOT));
    return true;
}

static int draft(int argc, char **argv, const char *path)
{
    struct person_call c;
    int code;

    if (!begin(&c, argc, argv, &code))
        return code;
    jw_object(&c.j, NULL);
    text(&c, "officer", c.o.officer);
    if (c.o.sign) {
        path = "/v1/notices/sign";
        text(&c, "reference", c.o.sign);
    } else if (optind + 1 != argc) {
        code = cli_usage(command, "name the file of one notice");
        end(&c);
        return code;
    } else {
        text(&c, "reference", c.o.reference);
        if (!put_file(&c, argv[optind], &code)) {
            end(&c);
            return code;
        }
    }
    jw_object_end(&c.j);
    if (post(&c, path, &code))
        code = say(&c);
    end(&c);
    return code;
}

int notice_propose_command(int argc, char **argv)
{
    return draft(argc, argv, "/v1/notices/draft");
}

int notice_check_command(int argc, char **argv)
{
    return draft(argc, argv, "/v1/notices/check");
}

/* ---- acts ---- */

static int act(int argc, char **argv, const char *what)
{
    struct person_call c;
    int code;

    if (!begin(&c, argc, argv, &code))
        return code;
    if (!what)
        what = c.o.confirm ? "confirmed" : c.o.refuse ? "refused" : NULL;
    if (optind + 1 != argc || !what || (c.o.confirm && c.o.refuse)) {
        code =
            cli_usage(command, "name one notice by its id%s", what ? "" : _(", and --confirm or --refuse"));
        end(&c);
        return code;
    }
    jw_object(&c.j, NULL);
    text(&c, "what", what);
    text(&c, "id", argv[optind]);
    text(&c, "officer", c.o.officer);
    text(&c, "reason", c.o.reason);
    text(&c, "digest", c.o.digest);
    if (c.o.checked)
        jw_raw(&c.j, "checked", SPAN("[\"neutrality\",\"threshold\",\"minimum data\",\"proportionality\"]"));
    jw_object_end(&c.j);
    if (post(&c, "/v1/notices/act", &code))
        code = say(&c);
    end(&c);
    return code;
}

int notice_review_command(int argc, char **argv)
{
    return act(argc, argv, NULL);
}

int notice_suspend_command(int argc, char **argv)
{
    return act(argc, argv, "suspended");
}

int notice_resume_command(int argc, char **argv)
{
    return act(argc, argv, "resumed");
}

int notice_withdraw_command(int argc, char **argv)
{
    return act(argc, argv, "withdrawn");
}

int notice_cancel_command(int argc, char **argv)
{
    return act(argc, argv, "cancelled");
}

int notice_flag_command(int argc, char **argv)
{
    return act(argc, argv, "flagged");
}

int notice_unflag_command(int argc, char **argv)
{
    return act(argc, argv, "unflagged");
}

/* ---- looking ---- */

int notice_list_command(int argc, char **argv)
{
    struct person_call c;
    char path[160];
    int code;

    if (!begin(&c, argc, argv, &code))
        return code;
    if ((c.o.state && strspn(c.o.state, "abcdefghijklmnopqrstuvwxyz") != strlen(c.o.state)) ||
        (c.o.which && strspn(c.o.which, "abcdefghijklmnopqrstuvwxyz") != strlen(c.o.which))) {
        code = cli_usage(command, "--state and --which are words");
    } else {
        (void)snprintf(path, sizeof path, "/v1/notices?%s%.30s&%s%.30s", c.o.state ? "state=" : "",
                       c.o.state ? c.o.state : "", c.o.which ? "which=" : "", c.o.which ? c.o.which : "");
        if (!c.o.state || !c.o.which)
            (void)snprintf(path, sizeof path, "/v1/notices%s%.30s",
                           c.o.state   ? "?state="
                           : c.o.which ? "?which="
                                       : "",
                           c.o.state   ? c.o.state
                           : c.o.which ? c.o.which
                                       : "");
        if (get(&c, path, &code))
            code = say(&c);
    }
    end(&c);
    return code;
}

static bool show(struct person_call *c, const char *id, const char *purpose, int *code)
{
    jw_object(&c->j, NULL);
    text(c, "id", id);
    text(c, "officer", c->o.officer);
    text(c, "purpose", purpose);
    jw_object_end(&c->j);
    return post(c, "/v1/notices/show", code);
}

int notice_show_command(int argc, char **argv)
{
    struct person_call c;
    int code;

    if (!begin(&c, argc, argv, &code))
        return code;
    if (optind + 1 != argc)
        code = cli_usage(command, "name one notice by its id, or a draft by its reference");
    else if (show(&c, argv[optind], c.o.purpose, &code))
        code = say(&c);
    end(&c);
    return code;
}

int notice_statistics_command(int argc, char **argv)
{
    struct person_call c;
    int code;

    if (!begin(&c, argc, argv, &code))
        return code;
    if (get(&c, "/v1/notices/statistics", &code))
        code = say(&c);
    end(&c);
    return code;
}

/* ---- prolonging: one notice, one assessment ---- */

static bool is_set_anew(const struct json *j, json_ref name)
{
    return json_text_is(j, name, "expires") || json_text_is(j, name, "review_due") ||
           json_text_is(j, name, "assessment");
}

/* The notice as it is, with other times and an assessment. */
static bool put_prolonged(struct person_call *c, struct span shown)
{
    json_ref notice;
    struct json j;

    if (!json_parse(shown, &c->a, &j, NULL))
        return false;
    notice = json_member(&j, JSON_ROOT, "notice");
    if (!json_is(&j, notice, JSON_KIND_OBJECT))
        return false;
    buf_reset(&c->b);
    c->j = json_to(&c->b);
    jw_object(&c->j, NULL);
    text(c, "officer", c->o.officer);
    jw_object(&c->j, "notice");
    for (json_ref m = json_first(&j, notice); m != JSON_NONE; m = json_after(&j, notice, m)) {
        struct span name;

        if (is_set_anew(&j, m) || !json_text_of(&j, m, &c->a, &name))
            continue;
        jw_raw(&c->j, arena_str(&c->a, name), json_source(&j, json_value_of(&j, m)));
    }
    text(c, "expires", c->o.expires);
    text(c, "review_due", c->o.review_due);
    jw_object(&c->j, "assessment");
    text(c, "text", c->o.reason);
    jw_object_end(&c->j);
    jw_object_end(&c->j);
    jw_object_end(&c->j);
    return true;
}

int notice_prolong_command(int argc, char **argv)
{
    struct person_call c;
    int code;

    if (!begin(&c, argc, argv, &code))
        return code;
    if (optind + 1 != argc || !c.o.expires || !c.o.review_due || !c.o.reason) {
        code =
            cli_usage(command, "one notice is prolonged at a time: its id, --expires, --review-due and, as "
                               "--reason, the assessment of this one");
    } else if (show(&c, argv[optind], "review", &code)) {
        if (!put_prolonged(&c, c.answer))
            code = cli_usage(command, "the notice is not here any more");
        else if (post(&c, "/v1/notices/draft", &code))
            code = say(&c);
    }
    end(&c);
    return code;
}
