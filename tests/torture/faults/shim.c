/* Between the program and the C library: from the k-th call of one sort on, that touches files below a
 * folder, the call fails with the errno asked for; once, or from then on. Loaded by LD_PRELOAD, steered by
 * ctypes from inside the process (see shim.py). Calls made by SQLite and by Python pass here alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE, PWRITE, FSYNC, FDATASYNC, RENAME, OPEN, FTRUNCATE, UNLINK, SORTS };

static int sort = -1, error_number, lasting;
static long wanted, seen, fired;
static char prefix[PATH_MAX];

void fault_arm(int which, long k, int number, int from_then_on, const char *folder) {
    sort = which; wanted = k; error_number = number; lasting = from_then_on; seen = fired = 0;
    strncpy(prefix, folder, sizeof prefix - 1);
}
void fault_disarm(void) { sort = -1; }
long fault_seen(void) { return seen; }
long fault_fired(void) { return fired; }

static int below(const char *path) {
    char whole[PATH_MAX];
    if (path == NULL) return 0;
    if (path[0] != '/') {
        if (getcwd(whole, sizeof whole) == NULL) return 0;
        strncat(whole, "/", sizeof whole - strlen(whole) - 1);
        strncat(whole, path, sizeof whole - strlen(whole) - 1);
        path = whole;
    }
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

static int below_at(int folder, const char *path) {
    char link[64], whole[PATH_MAX];
    if (path != NULL && path[0] != '/' && folder != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, whole, sizeof whole - 1);
        if (length < 0) return 0;
        whole[length] = 0;
        strncat(whole, "/", sizeof whole - strlen(whole) - 1);
        strncat(whole, path, sizeof whole - strlen(whole) - 1);
        return below(whole);
    }
    return below(path);
}

static int open_below(int handle) { return below_at(handle, "."); }

static int fails(int which) {
    seen++;
    if (seen == wanted || (lasting && seen > wanted)) {
        fired++;
        errno = error_number;
        return 1;
    }
    (void)which;
    return 0;
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

ssize_t write(int handle, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (sort == WRITE && open_below(handle) && fails(WRITE)) return -1;
    return real(handle, data, size);
}
ssize_t pwrite(int handle, const void *data, size_t size, off_t place) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    if (sort == PWRITE && open_below(handle) && fails(PWRITE)) return -1;
    return real(handle, data, size, place);
}
ssize_t pwrite64(int handle, const void *data, size_t size, off64_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    if (sort == PWRITE && open_below(handle) && fails(PWRITE)) return -1;
    return real(handle, data, size, place);
}
int fsync(int handle) {
    REAL(int, "fsync", int);
    if (sort == FSYNC && open_below(handle) && fails(FSYNC)) return -1;
    return real(handle);
}
int fdatasync(int handle) {
    REAL(int, "fdatasync", int);
    if (sort == FDATASYNC && open_below(handle) && fails(FDATASYNC)) return -1;
    return real(handle);
}
int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (sort == RENAME && below(to) && fails(RENAME)) return -1;
    return real(from, to);
}
int renameat(int a, const char *from, int b, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    if (sort == RENAME && below_at(b, to) && fails(RENAME)) return -1;
    return real(a, from, b, to);
}
int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    if (sort == RENAME && below(to) && fails(RENAME)) return -1;
    return real(from, to);
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    if (sort == RENAME && below_at(b, to) && fails(RENAME)) return -1;
    return real(a, from, b, to, flags);
}
#define MODE(flags) mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }
int open(const char *path, int flags, ...) {
    REAL(int, "open", const char *, int, ...);
    MODE(flags)
    if (sort == OPEN && below(path) && fails(OPEN)) return -1;
    return real(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    REAL(int, "open64", const char *, int, ...);
    MODE(flags)
    if (sort == OPEN && below(path) && fails(OPEN)) return -1;
    return real(path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    REAL(int, "openat", int, const char *, int, ...);
    MODE(flags)
    if (sort == OPEN && below_at(folder, path) && fails(OPEN)) return -1;
    return real(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    REAL(int, "openat64", int, const char *, int, ...);
    MODE(flags)
    if (sort == OPEN && below_at(folder, path) && fails(OPEN)) return -1;
    return real(folder, path, flags, mode);
}
int ftruncate(int handle, off_t size) {
    REAL(int, "ftruncate", int, off_t);
    if (sort == FTRUNCATE && open_below(handle) && fails(FTRUNCATE)) return -1;
    return real(handle, size);
}
int ftruncate64(int handle, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    if (sort == FTRUNCATE && open_below(handle) && fails(FTRUNCATE)) return -1;
    return real(handle, size);
}
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (sort == UNLINK && below(path) && fails(UNLINK)) return -1;
    return real(path);
}
int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    if (sort == UNLINK && below_at(folder, path) && fails(UNLINK)) return -1;
    return real(folder, path, flags);
}
