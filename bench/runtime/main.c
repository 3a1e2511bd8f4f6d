/* main.c: pocket FILE ARGUMENT...: runs a program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modules.h"
#include "source.h"
#include "vm.h"

static bool finish(struct vm *vm, bool good)
{
    if (!good) traceback_print(vm, "");
    lt_leave();
    threads_end();
    lt_enter();
    for (size_t i = 0; i < global_count; i++)
        if (!globals[i].fixed) place_store(vm, &globals[i], NULL); /* the immortal stays, for leak checkers to find */
    vm_end(vm);
    lt_leave();
    lt_barrier(); /* what was released is finalized before we go: a report of leaks is one */
    lt_collect();
    return good;
}

int main(int argc, char **argv)
{
    struct vm vm;
    if (argc < 2 || argv[1][0] == '-') {
        bool help = argc == 2 && !strcmp(argv[1], "--help");
        fprintf(help ? stdout : stderr, "usage: pocket FILE ARGUMENT...\n%s: a subset of Python, on the strategy %s\n",
            argv[0],
            lt_strategy_name());
        return help ? 0 : 2;
    }
    source_read(argv[1]);
    if (!vm_begin(&vm)) {
        fputs("pocket: out of memory\n", stderr);
        return 1;
    }
    lt_enter();
    objects_begin(&vm);
    builtins_begin(&vm);
    errors_begin(&vm);
    modules_begin(&vm, argc - 1, argv + 1);
    struct code *code = compile(&vm, source.text);
    struct frame *f = push(&vm, code, 0);
    value *result = NULL;
    if (f) {
        f->entry = true;
        result = run(&vm);
    }
    if (result) drop(&vm, result);
    bool good = finish(&vm, result != NULL);
    return fflush(stdout) || !good;
}
