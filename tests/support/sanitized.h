/*
 * Whether the program is built with a sanitizer, for gcc and clang alike: SANITIZED 1, else 0; with the one
 * that looks for leaks, SANITIZED_ADDRESS 1. Such a program is many times slower and has an allocator of its
 * own.
 */
#ifndef SERAI_TESTS_SANITIZED_H
#define SERAI_TESTS_SANITIZED_H

#ifdef __has_feature
#define SANITIZED_BY(what) __has_feature(what)
#else
#define SANITIZED_BY(what) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || SANITIZED_BY(address_sanitizer)
#define SANITIZED_ADDRESS 1
#else
#define SANITIZED_ADDRESS 0
#endif

#if SANITIZED_ADDRESS || defined(__SANITIZE_THREAD__) || SANITIZED_BY(thread_sanitizer) ||                   \
    SANITIZED_BY(memory_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#endif
