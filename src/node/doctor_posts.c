/* Border posts and what slots need. */
#include "node/doctor_internal.h"
#include "service/travel/posts.h"

void doctor_posts(struct doctor *d)
{
    struct posts p;
    struct why w;

    if (!d->config.post_file)
        return;
    why_clear(&w);
    if (!posts_load(d->config.post_file, d->a, &p, &w))
        doctor_say(d, "post-file", "%s: %s", d->config.post_file, w.detail);
    if (!d->config.node_key)
        doctor_say(d, "post-key", "%s gives slots, and there is no node-key", d->config.post_file);
}
