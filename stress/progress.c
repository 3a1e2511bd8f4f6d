#include "progress.h"

#include <inttypes.h>
#include <lifetime/dynamic.h>
#include <stdio.h>
#include <unistd.h>

static uint64_t operations; /* atomic: of all workers */
static unsigned shown;      /* atomic: the last second that was shown */

void progress(struct worker *w, double passed)
{
    uint64_t all = __atomic_add_fetch(&operations, w->operations - w->told, __ATOMIC_RELAXED);
    w->told = w->operations;
    unsigned last = __atomic_load_n(&shown, __ATOMIC_RELAXED), second = passed > 0 ? (unsigned)passed : 0;
    if (second <= last) return;
    if (!__atomic_compare_exchange_n(&shown, &last, second, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
    if (!isatty(STDERR_FILENO)) return;
    const struct run *run = w->run;
    fprintf(stderr, "\r%-20s %-12s %3u threads %10" PRIu64 " operations %10.0f /s, %u of %g s\033[K", run->scenario,
            run->strategy->name, run->strategy->traits->threads ? run->threads : 1, all, (double)all / passed, second,
            run->seconds);
}

void progress_end(void)
{
    if (__atomic_load_n(&shown, __ATOMIC_RELAXED) && isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}
