/* One thread: there is nothing to lock. wasi-libc has no pthread.h of its own. */
#ifndef SERAI_WASM_PTHREAD_H
#define SERAI_WASM_PTHREAD_H

typedef struct {
    char none;
} pthread_mutex_t;

static inline int pthread_mutex_init(pthread_mutex_t *m, const void *attributes)
{
    (void)m;
    (void)attributes;
    return 0;
}

static inline int pthread_mutex_destroy(pthread_mutex_t *m)
{
    (void)m;
    return 0;
}

static inline int pthread_mutex_lock(pthread_mutex_t *m)
{
    (void)m;
    return 0;
}

static inline int pthread_mutex_unlock(pthread_mutex_t *m)
{
    (void)m;
    return 0;
}

#endif
