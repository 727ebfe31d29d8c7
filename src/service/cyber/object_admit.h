/*
 * What is let into the store. An object that breaks a MUST of STIX 2.1 is refused, but for what is incomplete
 * and harms nobody, since servers and feeds are full of it: an observable that has none of the properties of
 * which one has to be there, with an id that does not follow from them; content of STIX 2.0 that lacks what
 * 2.1 requires. What has a mark or an id of an exercise is refused with its reason (stix/exercise.h): no tool
 * makes an object one of a drill, or a drill's object a real one.
 */
#ifndef SERAI_SERVICE_CYBER_OBJECT_ADMIT_H
#define SERAI_SERVICE_CYBER_OBJECT_ADMIT_H

#include "stix/object.h"

/*
 * As stix_read_value, for objects that come in. v20: the collection takes STIX 2.0, so that what has no
 * spec_version is that. What it lets in has all of type, id, versions, creator, revoked and markings.
 */
MUST_USE bool object_admit(const struct json *j, json_ref v, bool v20, struct arena *a,
                           struct stix_object *out, struct why *w);

#endif
