/* place.c: what an address in the program is called: the function, and its file and line where the program was compiled with
 * -g and the library found libdw (elfutils); else the nearest symbol that the dynamic linker knows, or the module. Calls that
 * were inlined are followed outward until they leave the library's headers. Slow: for reports alone. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shadow.h"

/* A return address is behind the call; what is asked for is the call. */
static uintptr_t call_of(const void *place) { return (uintptr_t)place - 1; }

static void symbol_name(char *name, size_t room, const void *place)
{
    Dl_info info;
    const void *call = (const void *)call_of(place);
    if (!dladdr(call, &info) || !info.dli_fname) {
        (void)snprintf(name, room, "%p", call);
    } else {
        const char *file = strrchr(info.dli_fname, '/');
        const void *base = info.dli_sname ? info.dli_saddr : info.dli_fbase;
        (void)snprintf(name, room, "%s (%s+%#tx)", info.dli_sname ? info.dli_sname : "?", file ? file + 1 : info.dli_fname,
                       (const char *)call - (const char *)(info.dli_sname ? info.dli_fbase : base));
    }
}

#if LT_LIBDW
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>

struct line {
    const char *function, *file;
    int number;
};

/* Where the function in `scope` was inlined. */
static bool call_site(Dwarf_Die *unit, Dwarf_Die *scope, struct line *l)
{
    Dwarf_Attribute attribute;
    Dwarf_Word file, number;
    Dwarf_Files *files;
    size_t n;
    if (dwarf_formudata(dwarf_attr(scope, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_formudata(dwarf_attr(scope, DW_AT_call_line, &attribute), &number) != 0 || dwarf_getsrcfiles(unit, &files, &n) != 0)
        return false;
    l->file = dwarf_filesrc(files, file, NULL, NULL);
    l->number = (int)number;
    return l->file != NULL;
}

/* Every unit is asked, since clang writes no .debug_aranges, without which libdwfl finds none before elfutils 0.190. */
static Dwarf_Die *unit_of(Dwfl_Module *module, uintptr_t call, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = NULL;
    while ((unit = dwfl_module_nextcu(module, unit, bias)))
        if (dwarf_haspc(unit, call - *bias) > 0) break;
    return unit;
}

static bool look_up(Dwfl *process, uintptr_t call, struct line *l)
{
    Dwarf_Addr bias;
    Dwfl_Module *module = dwfl_addrmodule(process, call);
    Dwarf_Die *unit = module ? unit_of(module, call, &bias) : NULL;
    Dwarf_Line *line = unit ? dwarf_getsrc_die(unit, call - bias) : NULL;
    if (!line || !(l->file = dwarf_linesrc(line, NULL, NULL)) || dwarf_lineno(line, &l->number) != 0) return false;
    Dwarf_Die *innermost = NULL, *scopes = NULL;
    int n = dwarf_getscopes(unit, call - bias, &innermost);
    if (n > 0) n = dwarf_getscopes_die(&innermost[0], &scopes); /* what it was inlined into, not where it was defined */
    for (int i = 0; i < n; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
        l->function = dwarf_diename(&scopes[i]);
        bool ours = tag == DW_TAG_inlined_subroutine && l->function && strncmp(l->function, "lt_", 3) == 0;
        if (!ours || !call_site(unit, &scopes[i], l)) break;
    }
    free(scopes);
    free(innermost);
    return true;
}

void lt_place_name(char *name, size_t room, const void *place)
{
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf, .find_debuginfo = dwfl_standard_find_debuginfo};
    Dwfl *process = dwfl_begin(&callbacks);
    struct line l = {0};
    bool found = process && dwfl_linux_proc_report(process, getpid()) == 0 && dwfl_report_end(process, NULL, NULL) == 0
        && look_up(process, call_of(place), &l);
    if (found) (void)snprintf(name, room, "%s (%s:%d)", l.function ? l.function : "?", l.file, l.number);
    else symbol_name(name, room, place);
    if (process) dwfl_end(process);
}

#else

void lt_place_name(char *name, size_t room, const void *place) { symbol_name(name, room, place); }

#endif

void lt_trail_name(char *name, size_t room, const struct lt_trail *t)
{
    char place[200];
    lt_place_name(place, sizeof place, t->place);
    (void)snprintf(name, room, "%s at %s in thread %u", t->call, place, t->thread);
}
