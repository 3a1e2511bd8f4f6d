/* cell.c: the workers of one cell, what they do and when.
 *
 * All workers go through the same steps together, and meet before each. The main thread only opens the steps and ends
 * those that are timed; in between it sleeps, which also makes it the second thread that every measurement needs: glibc
 * takes shortcuts in a process that has but one. It is woken, and never looks: where all processors are in use, a look
 * every 50 µs took 8 % of them away from the probe. */
#include "cell.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "allocator.h"
#include "capacity.h"
#include "latency.h"
#include "topology.h"

enum step { FILL_FIRST, WARM_UP, FILL_AGAIN, PROBE_BEFORE, MEASURE, PROBE_AFTER, END, STEPS };

static struct bench_result *result; /* shared with the process that asked */
static lt_atomic64 given;           /* bytes that bench_memory gave */
LT_TLS uint64_t bench_retries;

struct crew {
    struct bench_cell cell;
    const struct bench_times *times;
    unsigned probing;    /* so many of the workers take the probes */
    lt_atomic32 arrived; /* workers, in all steps */
    sem_t all;           /* have arrived */
    lt_atomic32 opened;  /* steps */
    uint64_t resident, given, allocated; /* before open */
    struct member *members;
};

struct member {
    struct bench_worker worker; /* first */
    struct crew *crew;
    pthread_t thread;
    double seconds, cpu_seconds, waited, capacity[2], best;
    uint64_t ticks, retries;
} __attribute__((aligned(128)));

_Noreturn void bench_fail(const char *what)
{
    if (!result) {
        fprintf(stderr, "lt-bench: %s\n", what);
        exit(1);
    }
    snprintf(result->error, sizeof result->error, "%s", what);
    _exit(1);
}

void *bench_memory(size_t count, size_t size)
{
    size_t bytes = (count * size + 127) & ~(size_t)127;
    void *memory = aligned_alloc(128, bytes ? bytes : 128);
    if (!memory) bench_fail("out of memory");
    lt_add64(&given, bytes, LT_RELAXED);
    return memset(memory, 0, bytes);
}

void bench_shuffle(void **array, size_t count, uint64_t *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (bench_random(random) >> 32) * i >> 32;
        void *moved = array[i - 1];
        array[i - 1] = array[j];
        array[j] = moved;
    }
}

static void doze(double seconds)
{
    struct timespec t = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&t, &t) && errno == EINTR) continue;
}

/* ---- The workers -------------------------------------------------------------------------------------------------- */

static void meet(struct crew *crew, enum step step)
{
    /* Release and acquire: what a worker did in one step has happened before what another does in the next. */
    const unsigned patience = 10000; /* then others need the processor: who fills, or another program */
    if (lt_add32(&crew->arrived, 1, LT_ACQ_REL) + 1 == (step + 1) * crew->cell.threads) sem_post(&crew->all);
    for (unsigned looks = 0; lt_load32(&crew->opened, LT_ACQUIRE) <= (uint32_t)step; looks++)
        if (looks < patience) sched_yield();
        else doze(50e-6);
}

static void work(struct member *m)
{
    const struct bench_entry *entry = m->worker.cell->entry;
    __atomic_store_n(&m->worker.operations, 0, __ATOMIC_RELAXED);
    bench_retries = 0;
    if (m->worker.latencies) *m->worker.latencies = (struct bench_latencies){0};
    double queued = bench_queued_now();
    long sleeps = bench_sleeps_now();
    double cpu = bench_cpu_now(), start = bench_now();
    uint64_t ticks = bench_ticks();
    entry->work(&m->worker);
    m->seconds = bench_now() - start;
    m->ticks = bench_ticks() - ticks;
    m->cpu_seconds = bench_cpu_now() - cpu;
    bool slept = bench_sleeps_now() != sleeps;
    m->waited = slept ? bench_queued_now() - queued : fmax(m->seconds - m->cpu_seconds, 0);
    m->retries = bench_retries;
}

static void fill(struct member *m)
{
    const struct bench_entry *entry = m->worker.cell->entry;
    if (entry->fill) entry->fill(&m->worker);
}

static void probe(struct member *m, double *capacity)
{
    const struct crew *crew = m->crew;
    if (m->worker.index < crew->probing) *capacity = bench_capacity(crew->times->probe, &m->best);
    else doze(crew->times->probe); /* and leave the processor to those */
}

static void *run_member(void *argument)
{
    struct member *m = (struct member *)argument;
    struct crew *crew = m->crew;
    struct bench_cell *cell = &crew->cell;
    const struct bench_entry *entry = cell->entry;
    bool alone = !entry->traits()->threads;

    bench_pin(m->worker.index);
    if (alone && entry->open) entry->open(cell);
    entry->begin(&m->worker);
    for (enum step step = 0; step < STEPS; step++) {
        meet(crew, step);
        if (step == WARM_UP || step == MEASURE) work(m);
        else if (step == FILL_FIRST || step == FILL_AGAIN) fill(m);
        else if (step == PROBE_BEFORE || step == PROBE_AFTER) probe(m, &m->capacity[step == PROBE_AFTER]);
    }
    entry->end(&m->worker);
    if (alone && entry->close) entry->close(cell);
    return NULL;
}

/* ---- The main thread ------------------------------------------------------------------------------------------------ */

static void take_resident_per_object(struct crew *crew)
{
    const struct bench_cell *cell = &crew->cell;
    enum bench_live live = cell->entry->workload->live;
    if (live == BENCH_LIVE_UNTOLD || cell->variant->size < 65536) return; /* with fewer it is mostly stacks and records */
    double objects = cell->variant->size;
    if (live == BENCH_LIVE_PER_WORKER) objects *= cell->threads;
    uint64_t ours = lt_load64(&given, LT_RELAXED) - crew->given;
    result->memory.resident_per_object = (double)(int64_t)(bench_resident() - crew->resident - ours) / objects;
}

static void take_peak(const struct crew *crew)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    uint64_t before = crew->resident + lt_load64(&given, LT_RELAXED) - crew->given, most = (uint64_t)use.ru_maxrss << 10;
    result->peak = most > before ? most - before : 0;
}

static uint64_t operations_so_far(const struct crew *crew)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < crew->cell.threads; i++) sum += __atomic_load_n(&crew->members[i].worker.operations, __ATOMIC_RELAXED);
    return sum;
}

/* Samples what is allocated meanwhile, where the workload wants it. */
static void doze_until(struct crew *crew, double end)
{
    const bool sampling = crew->cell.entry->workload->allocation;
    for (double left; (left = end - bench_now()) > 0;) {
        doze(sampling && left > 1e-3 ? 1e-3 : left);
        if (sampling) bench_sample_allocated(crew->allocated, &result->memory);
    }
}

static void watch(struct crew *crew)
{
    uint64_t resident = bench_resident();
    double start = bench_now(), pause = crew->times->measure / BENCH_LOOKS;
    for (unsigned i = 0; i < BENCH_LOOKS; i++) {
        doze_until(crew, start + (i + 1) * pause);
        bench_look(crew->cell.entry, bench_now() - start, operations_so_far(crew), resident, &result->memory);
    }
}

static void conduct(struct crew *crew)
{
    bool memory = crew->times->what == BENCH_MEMORY;
    for (unsigned step = 0; step < STEPS; step++) {
        while (sem_wait(&crew->all) < 0 && errno == EINTR) continue;
        if (memory && step == FILL_FIRST) take_resident_per_object(crew);
        lt_store32(&crew->cell.stop, 0, LT_RELAXED);
        lt_store32(&crew->opened, step + 1, LT_RELEASE);
        if (step == WARM_UP) doze(crew->times->warm_up);
        if (step == MEASURE) {
            if (memory) watch(crew);
            else doze(crew->times->measure);
        }
        lt_store32(&crew->cell.stop, 1, LT_RELAXED);
    }
    take_peak(crew);
}

static void add_up_latencies(const struct crew *crew)
{
    struct bench_latencies *sum = (struct bench_latencies *)bench_memory(1, sizeof *sum);
    for (unsigned i = 0; i < crew->cell.threads; i++) bench_latencies_add(sum, crew->members[i].worker.latencies);
    const struct member *m = &crew->members[0];
    double ns = sum->nanoseconds ? 1 : 1e9 * m->seconds / (double)m->ticks;
    result->latency = (struct bench_pauses){
        .calls = sum->count, .p50 = ns * bench_latency_quantile(sum, .5), .p99 = ns * bench_latency_quantile(sum, .99),
        .p999 = ns * bench_latency_quantile(sum, .999), .most = ns * (double)sum->most};
}

static void add_up(struct crew *crew)
{
    if (crew->times->what == BENCH_LATENCY) add_up_latencies(crew);
    for (unsigned i = 0; i < crew->cell.threads; i++) {
        const struct member *m = &crew->members[i];
        result->operations += m->worker.operations;
        result->retries += m->retries;
        result->seconds += m->seconds / crew->cell.threads;
        result->cpu_seconds += m->cpu_seconds;
        result->waited += m->waited;
        for (int after = 0; after < 2; after++) result->capacity[after] += m->capacity[after];
        result->spin_best = fmax(result->spin_best, m->best);
    }
}

static void run(struct crew *crew)
{
    struct bench_cell *cell = &crew->cell;
    const struct bench_entry *entry = cell->entry;
    bool threads = entry->traits()->threads;

    bool latencies = crew->times->what == BENCH_LATENCY;
    crew->members = (struct member *)bench_memory(cell->threads, sizeof *crew->members);
    crew->resident = bench_resident();
    crew->given = lt_load64(&given, LT_RELAXED);
    (void)bench_allocated(&crew->allocated);
    if (threads && entry->open) entry->open(cell);
    for (unsigned i = 0; i < cell->threads; i++) {
        struct member *m = &crew->members[i];
        *m = (struct member){.worker = {.cell = cell, .random = (cell->seed << 16) + i, .index = i}, .crew = crew, .best = crew->times->spin_best};
        if (latencies) m->worker.latencies = (struct bench_latencies *)bench_memory(1, sizeof *m->worker.latencies);
        (void)bench_random(&m->worker.random);
        if (pthread_create(&m->thread, NULL, run_member, m)) bench_fail("cannot start so many threads");
    }
    conduct(crew);
    for (unsigned i = 0; i < cell->threads; i++) pthread_join(crew->members[i].thread, NULL);
    if (threads && entry->close) entry->close(cell);
    add_up(crew);
    if (threads && entry->alive) result->alive = entry->alive();
}

struct bench_result bench_measure(const struct bench_entry *entry, const struct bench_variant *variant, unsigned threads,
                                  uint64_t seed, const struct bench_times *times)
{
    struct bench_result measured;
    result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED) result = NULL, bench_fail("out of memory");
    pid_t parent = getpid(), child = fork();
    if (child < 0) result = NULL, bench_fail("cannot fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);
        signal(SIGINT, SIG_DFL);
        alarm(60 + (unsigned)(20 * times->measure)); /* a cell that hangs ends as an error, not as a night's wait */
        struct crew crew = {
            .cell = {.entry = entry, .variant = variant, .threads = threads, .seed = seed},
            .times = times, .probing = threads < bench_cores() ? threads : bench_cores(),
        };
        sem_init(&crew.all, 0, 0);
        run(&crew);
        _exit(0);
    }

    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    measured = *result;
    munmap(result, sizeof *result);
    result = NULL;
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal && !*measured.error)
        snprintf(measured.error, sizeof measured.error, "ended by signal %d (%s)", signal, strsignal(signal));
    return measured;
}
