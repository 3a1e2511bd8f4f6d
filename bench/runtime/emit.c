/* emit.c: instructions, registers, constants. */
#include <string.h>

#include "arena.h"
#include "compiler.h"
#include "objects.h"

struct code **codes;
struct place *globals;
struct string **global_names;
size_t global_count;
static size_t code_count;

size_t add_code(struct code *code)
{
    codes = grown(codes, code_count, sizeof(struct code *));
    codes[code_count] = code;
    return code_count++;
}

size_t here(const struct compiler *c) { return c->code->count; }

static union word *word(struct compiler *c)
{
    struct code *code = c->code;
    code->words = grown(code->words, code->count, sizeof *code->words);
    code->lines = grown(code->lines, code->count, sizeof *code->lines);
    code->lines[code->count] = c->line;
    union word *w = &code->words[code->count++];
    memset(w, 0, sizeof *w);
    return w;
}

size_t emit(struct compiler *c, enum opcode op, int a, int b, int f)
{
    union word *w = word(c);
    w->i.op = (uint16_t)op;
    w->i.a = (int16_t)a;
    w->i.b = (int16_t)b;
    w->i.c = (int16_t)f;
    size_t at = here(c) - 1;
    if (op == OP_ATTRIBUTE || op == OP_BORROW_ATTRIBUTE || op == OP_SET_ATTRIBUTE || op == OP_METHOD) word(c);
    return at;
}

void registers(struct compiler *c, const int *list, size_t count)
{
    for (size_t i = 0; i < count; i += 4) {
        union word *w = word(c);
        for (size_t k = i; k < i + 4 && k < count; k++) w->r[k - i] = (int16_t)list[k];
    }
}

size_t jump(struct compiler *c, enum opcode op, int a, int b) { return emit(c, op, a, b, 0); }

void patch_to(struct compiler *c, size_t at, size_t target)
{
    if (at == (size_t)-1) return;
    long distance = (long)target - (long)at - 1;
    if (distance != (int16_t)distance) unsupported(c->line, "a function as long as this");
    c->code->words[at].i.c = (int16_t)distance;
}

void patch(struct compiler *c, size_t at) { patch_to(c, at, here(c)); }

int temp(struct compiler *c)
{
    int reg = (int)c->code->first_temp + c->temps++;
    if (reg > MOST_REGISTERS) unsupported(c->line, "a function with as many values as this");
    if (c->temps > c->most_temps) c->most_temps = c->temps;
    return reg;
}

bool is_temp(const struct compiler *c, int reg) { return reg >= (int)c->code->first_temp; }

static bool same_constant(const value *a, const value *b)
{
    return a == b || (a->kind == b->kind && (a->kind == INT || a->kind == FLOAT) && int_of(a) == int_of(b));
}

int constant(struct compiler *c, value *v)
{
    unsigned n = c->code->constants;
    for (unsigned i = 0; i < n; i++)
        if (same_constant(c->constants[i], v)) {
            drop(c->vm, v);
            return -1 - (int)i;
        }
    fix(v);
    if (n > MOST_REGISTERS) unsupported(c->line, "a function with as many constants as this");
    c->constants = grown(c->constants, n, sizeof(value *));
    c->constants[n] = v;
    c->code->constants++;
    return -1 - (int)n;
}

int constant_name(struct compiler *c, const char *name) { return constant(c, &symbol(name)->v); }

int global_number(struct compiler *c, const char *name)
{
    struct string *s = symbol(name);
    for (size_t i = 0; i < global_count; i++)
        if (global_names[i] == s) return (int)i;
    if (global_count > MOST_REGISTERS) unsupported(c->line, "a program with as many names as this");
    globals = grown(globals, global_count, sizeof *globals);
    global_names = grown(global_names, global_count, sizeof(struct string *));
    globals[global_count] = (struct place){0};
    place_store(c->vm, &globals[global_count], builtin_named(name));
    global_names[global_count] = s;
    return (int)global_count++;
}
