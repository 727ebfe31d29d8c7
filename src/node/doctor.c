#include "node/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agreement/agreement.h"
#include "files/durable.h"
#include "node/backup.h"
#include "node/doctor_internal.h"
#include "node/maintenance.h"
#include "store/store.h"

/* What clocks differ by. */
enum { DRIFT = 600, PATH = 4096, BACKUP_DAYS = 7 };

void doctor_say(struct doctor *d, const char *word, const char *fmt, ...)
{
    const struct doctor_word *known = doctor_words;
    struct doctor_finding *f;
    va_list ap;

    while (known->word && strcmp(known->word, word) != 0)
        known++;
    if (d->out->n == DOCTOR_FINDINGS) {
        d->out->lost++;
        return;
    }
    f = &d->out->item[d->out->n++];
    *f = (struct doctor_finding){
        .weight = known->weight, .word = word, .means = known->means, .remedy = known->remedy
    };
    va_start(ap, fmt);
    (void)vsnprintf(f->seen, sizeof f->seen, why_text(fmt), ap);
    va_end(ap);
}

void doctor_time(struct doctor *d, unix_time t, const char *by)
{
    if (t <= d->signed_at)
        return;
    d->signed_at = t;
    d->signed_by = by;
}

enum doctor_weight doctor_gravest(const struct doctor_report *r)
{
    enum doctor_weight w = DOCTOR_NOTE;

    for (size_t i = 0; i < r->n; i++)
        if (r->item[i].weight > w)
            w = r->item[i].weight;
    return w;
}

const char *doctor_weight_word(enum doctor_weight w)
{
    static const char *const words[] = { "note", "care", "fault" };

    return words[w];
}

const char *doctor_word_at(size_t i)
{
    return doctor_words[i].word;
}

static bool look_at_config(struct doctor *d)
{
    char path[PATH];
    struct stat st;
    struct why w;

    why_clear(&w);
    if ((size_t)snprintf(path, sizeof path, "%s/node.conf", d->o->folder) >= sizeof path ||
        !config_load(path, d->a, &d->config, &w)) {
        doctor_say(d, "config", "%s", w.detail);
        return false;
    }
    if (stat(path, &st) == 0 && (st.st_mode & 022) != 0)
        doctor_say(d, "config-writable", "%s has mode %03o", path, (unsigned)(st.st_mode & 0777));
    (void)snprintf(path, sizeof path, "%s/" MAINTENANCE_FILE, d->o->folder);
    if (stat(path, &st) == 0)
        doctor_say(d, "maintenance", "%s stands there", path);
    if (store_is_server(d->config.store))
        (void)snprintf(path, sizeof path, "%s/%s.lock", d->config.store_folder, STORE_KEY_FILE);
    else
        (void)snprintf(path, sizeof path, "%s.lock", d->config.store);
    d->running = file_is_locked(path);
    (void)snprintf(path, sizeof path, "%s/" RESTORED_FILE, d->o->folder);
    if (stat(path, &st) == 0)
        doctor_say(d, "restored", "%s stands there", path);
    return true;
}

static void look_at_clock(struct doctor *d)
{
    char now[TIME_TEXT], then[TIME_TEXT];

    if (d->o->now + DRIFT < d->signed_at)
        doctor_say(d, "clock-behind", "the clock says %s, but %s of %s is here", time_format(d->o->now, now),
                   d->signed_by, time_format(d->signed_at, then));
}

/* serai backup leaves its time behind; who copies in another way is not asked. */
static void look_at_backup(struct doctor *d)
{
    char path[PATH], text[TIME_TEXT];
    struct stat st;

    if ((size_t)snprintf(path, sizeof path, "%s/" BACKED_UP_FILE, d->o->folder) < sizeof path &&
        stat(path, &st) == 0 && d->o->now - (unix_time)st.st_mtime > BACKUP_DAYS * 86400)
        doctor_say(d, "backup-old", "the last one was made %s", time_format((unix_time)st.st_mtime, text));
}

void doctor_look(const struct doctor_options *o, struct arena *a, struct doctor_report *out)
{
    struct doctor d = { .o = o, .a = a, .out = out };

    out->n = out->lost = 0;
    if (!look_at_config(&d))
        return;
    doctor_files(&d);
    doctor_tls(&d);
    doctor_trust(&d);
    doctor_place(&d);
    doctor_posts(&d);
    doctor_keep(&d);
    doctor_forks(&d);
    doctor_peers(&d);
    look_at_backup(&d);
    look_at_clock(&d);
    agreement_free(d.agreement);
}
