/*
 * flush.c - how long one flush takes here, all by itself.
 *
 * Writes what the log of a lone text takes (two pages and their heads) into a file that has its
 * size already, flushes it, waits, and again. What a lone text may take is counted from this.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"

#define FILE_BYTES (4 * 1024 * 1024)
#define WRITE_BYTES (2 * (4096 + 24))
#define COUNT 200
#define PAUSE_NS 20000000

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
    static char zeros[FILE_BYTES];
    int64_t took_ns[COUNT];
    int fd = argc == 2 ? open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

    if (fd < 0) {
        fprintf(stderr, "usage: flush FILE (which is overwritten)\n");
        return 2;
    }
    if (pwrite(fd, zeros, FILE_BYTES, 0) != FILE_BYTES || fsync(fd) != 0)
        die("%s cannot be written", argv[1]);
    for (size_t i = 0; i < COUNT; i++) {
        int64_t start_ns;

        nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
        start_ns = now_ns();
        if (pwrite(fd, zeros, WRITE_BYTES, (off_t)(i * WRITE_BYTES % (FILE_BYTES / 2))) !=
                WRITE_BYTES ||
            fdatasync(fd) != 0)
            die("%s cannot be flushed", argv[1]);
        took_ns[i] = now_ns() - start_ns;
    }
    qsort(took_ns, COUNT, sizeof(*took_ns), by_size);
    printf("{\"p50_us\":%lld,\"p99_us\":%lld,\"max_us\":%lld}\n",
           (long long)took_ns[COUNT / 2] / 1000, (long long)took_ns[COUNT * 99 / 100] / 1000,
           (long long)took_ns[COUNT - 1] / 1000);
    close(fd);
    unlink(argv[1]);
    return 0;
}
