#include "footprint.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "allocator.h"

uint64_t bench_resident(void)
{
    char text[80] = "";
    unsigned long long size, pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    if (read(fd, text, sizeof text - 1) <= 0 || sscanf(text, "%llu %llu", &size, &pages) != 2) pages = 0;
    close(fd);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void bench_look(const struct bench_entry *entry, double seconds, uint64_t operations, uint64_t resident_before, struct bench_memory_use *use)
{
    if (use->looks == BENCH_LOOKS) return;
    lt_stats stats = {0};
    if (entry->stats) entry->stats(&stats);
    uint64_t resident = bench_resident();
    if (stats.created) use->told = true;
    use->look[use->looks++] = (struct bench_look){
        .seconds = seconds, .pending = stats.pending, .pending_bytes = stats.pending_bytes,
        .resident = resident > resident_before ? resident - resident_before : 0, .operations = operations};
}

void bench_sample_allocated(uint64_t before, struct bench_memory_use *use)
{
    uint64_t allocated;
    if (!bench_allocated(&allocated)) return;
    use->allocated += (double)allocated - (double)before;
    use->samples++;
}

double bench_memory_allocated(const struct bench_memory_use *use)
{
    return use->samples ? use->allocated / (double)use->samples : 0;
}

static void raise_to(uint64_t *most, uint64_t value)
{
    if (value > *most) *most = value;
}

struct bench_look bench_memory_peak(const struct bench_memory_use *use)
{
    struct bench_look peak = {0};
    for (unsigned i = 0; i < use->looks; i++) {
        raise_to(&peak.pending, use->look[i].pending);
        raise_to(&peak.pending_bytes, use->look[i].pending_bytes);
        raise_to(&peak.resident, use->look[i].resident);
    }
    return peak;
}
