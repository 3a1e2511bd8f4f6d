/* qsbr.c: counts as under `epoch`, whose proof is at the head of lib/stamped.h, and grace periods as there (lib/grace.c),
 * but for how a section begins: its thread says so by an exchange. In exchange for that
 *
 *   nobody waits for a thread outside its section. An attempt at an epoch needs what its proof calls E >= a + 2 only of those
 *   inside; of the others it needs that they will look at their attention word after they have come in, and they do. So an
 *   epoch lasts until the last thread inside passes a safepoint, and no longer;
 *   nobody interrupts a processor. The heavy barrier of the asymmetric fence is a system call that does so, on every
 *   processor that runs a thread of the process.
 *
 * It is liburcu-qsbr's bargain: thread_online has the full fence, a quiescent state is a comparison, and the grace period
 * asks each thread's word. What liburcu's reader has to do itself, to go offline where it blocks, is the end of a section
 * here. */
#define LT_THIS qsbr
#include "lib/stamped.h"

lt_domain lt_qsbr_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .fenced = true,
    .traits = {.threads = true, .reclaims = true, .grace = true, .reuse = true},
    .hooks = {LT_STAMPED_HOOKS},
};
