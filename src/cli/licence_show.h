/* The answer of a roadside check (schema LicenceAnswer) for people at a terminal. */
#ifndef SERAI_CLI_LICENCE_SHOW_H
#define SERAI_CLI_LICENCE_SHOW_H

#include "base/arena.h"

void show_licence(struct span json, struct arena *a);

#endif
