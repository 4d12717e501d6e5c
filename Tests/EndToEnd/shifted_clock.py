"""A process whose clock is wrong."""

import os
import subprocess

# Puts the clock of a process off by $CLOCK_SECONDS.
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long off(void) { const char *s = getenv("CLOCK_SECONDS"); return s ? atol(s) : 0; }
int clock_gettime(clockid_t id, struct timespec *t) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(id, t);
    if (code == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) t->tv_sec += off();
    return code;
}
int gettimeofday(struct timeval *t, void *zone) {
    struct timespec now;
    int code = clock_gettime(CLOCK_REALTIME, &now);
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
    return code;
}
time_t time(time_t *t) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (t) *t = now.tv_sec;
    return now.tv_sec;
}
"""


def shifted(world):
    """Makes the environment of a process whose clock is off by so many seconds; None where there is no C compiler."""
    source, library = world.write("clock.c", CLOCK), world.path("clock.so")
    paths = os.environ["PATH"].split(os.pathsep)
    compiler = next(
        (c for c in ("cc", "clang", "gcc") if any(os.access(os.path.join(p, c), os.X_OK) for p in paths)), None
    )
    if (
        not compiler
        or subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], capture_output=True).returncode
    ):
        return None
    return lambda seconds: {"LD_PRELOAD": library, "CLOCK_SECONDS": str(seconds)}
