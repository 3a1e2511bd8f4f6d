/* errors.c: exceptions and their tracebacks. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "objects.h"
#include "source.h"

static void trace_exception(void *o, lt_visitor *visitor) { lt_visit_ref(visitor, &((struct exception *)o)->args); }

static void finalize_exception(void *o)
{
    struct exception *e = o;
    for (struct traceback *t = e->trace, *next; t; t = next) {
        next = t->next;
        free(t);
    }
}

static const lt_type exception_type = {
    .name = "exception", .size = sizeof(struct exception), .trace = trace_exception, .finalize = finalize_exception,
};

struct class *class_BaseException, *class_Exception, *class_TypeError, *class_ValueError, *class_IndexError,
    *class_KeyError,
    *class_NameError, *class_UnboundLocalError, *class_AttributeError, *class_ZeroDivisionError, *class_OverflowError,
    *class_RuntimeError, *class_RecursionError, *class_AssertionError, *class_MemoryError;

static struct class *class_LookupError, *class_ArithmeticError;
static value *memory_error; /* made when there was memory */

static const struct { struct class **class; const char *name; struct class **base; } classes[] = {
    {&class_BaseException, "BaseException", NULL}, {&class_Exception, "Exception", &class_BaseException},
    {&class_LookupError, "LookupError", &class_Exception},
        {&class_ArithmeticError, "ArithmeticError", &class_Exception},
    {&class_TypeError, "TypeError", &class_Exception}, {&class_ValueError, "ValueError", &class_Exception},
    {&class_IndexError, "IndexError", &class_LookupError}, {&class_KeyError, "KeyError", &class_LookupError},
    {&class_NameError, "NameError", &class_Exception}, {&class_UnboundLocalError, "UnboundLocalError",
        &class_NameError},
    {&class_AttributeError, "AttributeError", &class_Exception},
    {&class_ZeroDivisionError, "ZeroDivisionError", &class_ArithmeticError},
    {&class_OverflowError, "OverflowError", &class_ArithmeticError},
        {&class_RuntimeError, "RuntimeError", &class_Exception},
    {&class_RecursionError, "RecursionError", &class_RuntimeError},
        {&class_AssertionError, "AssertionError", &class_Exception},
    {&class_MemoryError, "MemoryError", &class_Exception},
};

void errors_begin(struct vm *vm)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct class *base = classes[i].base ? *classes[i].base : NULL;
        struct class *class = (struct class *)must(new_class(vm, classes[i].name, base, NULL, 0, NULL, NULL, 0));
        class->exception = true;
        class->instance_id = EXCEPTION;
        builtin_class(*classes[i].class = class);
    }
    memory_error = fix(must(new_exception(vm, class_MemoryError, NULL, 0)));
    fix(((struct exception *)memory_error)->args);
}

value *new_exception(struct vm *vm, struct class *class, value **args, unsigned count)
{
    struct tuple *t = new_tuple(vm, count);
    if (!t) return NULL;
    for (unsigned i = 0; i < count; i++) t->items[i] = keep(args[i]);
    struct exception *e = new_value(vm, &exception_type, EXCEPTION);
    if (!e) return drop(vm, &t->v), NULL;
    e->class = class;
    e->args = &t->v;
    e->trace = NULL;
    return &e->v;
}

static void *thrown(struct vm *vm, value *e)
{
    if (!vm->thrown) vm->thrown = e;
    else if (e) drop(vm, e); /* the first one counts */
    return NULL;
}

void *throw_value(struct vm *vm, struct class *class, value *argument) { return thrown(vm,
    new_exception(vm, class, &argument, 1)); }
void *throw_memory(struct vm *vm) { return thrown(vm, memory_error); }

bool is_memory_error(const value *v) { return v == memory_error; }

void *throw_error(struct vm *vm, struct class *class, const char *format, ...)
{
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    value *message = new_string(vm, text, strlen(text));
    if (!message) return NULL;
    throw_value(vm, class, message);
    drop(vm, message);
    return NULL;
}

/* ---- Tracebacks ---- */

void traceback_add(struct vm *vm, const struct code *code, int line)
{
    struct exception *e = (struct exception *)vm->thrown;
    struct traceback *t = e->v.flags & FIXED ? NULL : malloc(sizeof *t);
    if (!t) return;
    *t = (struct traceback){e->trace, code, line};
    e->trace = t;
}

void traceback_print(struct vm *vm, const char *heading)
{
    struct exception *e = (struct exception *)vm->thrown;
    struct text text = {0};
    char line[700];
    int repeated = 0;
    vm->thrown = NULL;
    text_put(&text, heading);
    text_put(&text, "Traceback (most recent call last):\n");
    for (struct traceback *t = e->trace; t; t = t->next) {
        int length;
        const char *text_line = source_line(t->line, &length);
        bool again = t->next && t->next->code == t->code && t->next->line == t->line;
        repeated = again ? repeated + 1 : repeated;
        if (!again && repeated > 2) {
            snprintf(line, sizeof line, "  [Previous line repeated %d more times]\n", repeated - 2);
            text_put(&text, line);
        }
        if (repeated <= 2 || !again) {
            snprintf(line, sizeof line, "  File \"%s\", line %d, in %s\n    %.*s\n", source.file, t->line,
                t->code->name, length, text_line);
            if (repeated <= 2) text_put(&text, line);
        }
        if (!again) repeated = 0;
    }
    text_put(&text, e->class->name);
    size_t before = text.count;
    text_put(&text, ": ");
    size_t named = text.count;
    if (!text_value(vm, &text, &e->v, false) || text.count == named) text.count = before;
    text_put(&text, "\n");
    if (text.bytes) fwrite(text.bytes, 1, text.count, stderr);
    else fprintf(stderr, "%s\n", e->class->name);
    free(text.bytes);
    drop(vm, &e->v);
}
