/* abort.c: how a broken rule ends the process. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain.h"

static void print_message(const char *message)
{
    fputs(message, stderr);
    fputc('\n', stderr);
}

/* Set while one thread sets up; read when everything is over. */
static lt_abort_hook abort_hook = print_message;

lt_abort_hook lt_set_abort_hook(lt_abort_hook hook)
{
    return __atomic_exchange_n(&abort_hook, hook ? hook : print_message, __ATOMIC_ACQ_REL);
}

_Noreturn void lt_abort(const char *format, ...)
{
    char message[2048] = "lifetime: ";
    size_t used = strlen(message);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message + used, sizeof message - used, format, arguments);
    va_end(arguments);
    __atomic_load_n(&abort_hook, __ATOMIC_ACQUIRE)(message);
    abort();
}
