/* probe.h: USDT probes on the slow paths, for perf(1) and bpftrace(8) to watch a live runtime; README.md lists them. Each
 * is one nop in the code and a note in the library, where sys/sdt.h (systemtap-sdt-dev) was found; else nothing. Arguments
 * must be at hand: what has to be computed for a probe is computed always. */
#ifndef LT_LIB_PROBE_H
#define LT_LIB_PROBE_H

#if LT_USDT
#include <sys/sdt.h>
#ifdef __clang__ /* sdt.h leaves a variadic argument out, which C11 does not allow */
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wc23-extensions"
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif
#define LT_PROBE2(name, a, b) DTRACE_PROBE2(lifetime, name, a, b)
#define LT_PROBE3(name, a, b, c) DTRACE_PROBE3(lifetime, name, a, b, c)
#else
#define LT_PROBE2(name, a, b) ((void)0)
#define LT_PROBE3(name, a, b, c) ((void)0)
#endif

#endif
