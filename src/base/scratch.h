/* Room on the stack that is written before it is read, in hot paths. */
#ifndef SERAI_BASE_SCRATCH_H
#define SERAI_BASE_SCRATCH_H

/* Behind the name of a variable: spared the filling with zeros of -ftrivial-auto-var-init. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define UNINITIALIZED __attribute__((uninitialized))
#endif
#endif
#ifndef UNINITIALIZED
#define UNINITIALIZED
#endif

#endif
